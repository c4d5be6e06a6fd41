"""How planes get from one domain to another: sizes, lifts to larger domains, reductions to smaller ones.

Guarantees: a collection that no source supplied has no rows; lifting repeats a bit, reducing asks whether any is set.
What it does not do: evaluate nodes (`engine.evaluate`).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from rulewright.engine.plan import Domain, Lift
from rulewright.engine.planes import Algebra, Pair, Plane, full
from rulewright.facts.base import FactBase
from rulewright.facts.table import Relation, Table

_NOTHING = array("i")


class Domains:
    """The domains of one fact base."""

    def __init__(self, facts: FactBase, algebra: Algebra) -> None:
        """Measure nothing yet."""
        self._facts = facts
        self._algebra = algebra
        self._products = len(facts.products)
        self._full: dict[Domain, Plane] = {}

    def table(self, collection: str) -> Table | None:
        """The table of a collection, `None` when no source supplied it."""
        return self._facts.tables.get(collection)

    def relation(self, domain: Domain) -> Relation:
        """The pairs of a `pairs` domain."""
        table = self.table(domain.collection)
        return table.relation(domain.owner) if table and self.table(domain.owner) else Relation(_NOTHING, _NOTHING)

    def size(self, domain: Domain) -> int:
        """Number of bits of a domain."""
        if domain.kind == "products":
            return self._products
        if domain.kind == "pairs":
            return len(self.relation(domain).parents)
        table = self.table(domain.collection)
        return 0 if table is None else table.rows if domain.kind == "rows" else table.size

    def full(self, domain: Domain) -> Plane:
        """All of a domain."""
        found = self._full.get(domain)
        if found is None:
            found = self._full[domain] = full(self.size(domain))
        return found

    # --- up ------------------------------------------------------------------------------------------------------------

    def lift(self, node: Lift, pair: Pair) -> Pair:
        """From the item's domain to the node's."""
        if node.role == "product":
            true, false = self.from_products(node.domain, pair)
        elif node.role == "row":
            true, false = self.on_elements(node.item.domain, pair)
        else:
            relation = self.relation(node.domain)
            index = relation.children if node.role == "child" else relation.parents
            true, false = self._algebra.gather(pair, self.size(node.item.domain), index)
        return true, false

    def from_products(self, domain: Domain, asked: Sequence[Plane]) -> Sequence[Plane]:
        """Repeat each product's bit over its elements, or over the pairs of its elements."""
        if domain.kind == "products":
            return asked
        table = self.table(domain.collection)
        if table is None:
            return [0] * len(asked)
        spread = [self._algebra.spread(plane, table.offsets) for plane in asked]
        if domain.kind == "elements":
            return spread
        return self._algebra.gather(spread, table.size, self.relation(domain).children)

    def on_elements(self, domain: Domain, asked: Sequence[Plane]) -> Sequence[Plane]:
        """Planes of distinct rows, or of elements already, over the elements."""
        table = self.table(domain.collection)
        if domain.kind != "rows" or table is None or table.index is None:
            return asked
        return self._algebra.gather(asked, table.rows, table.index)

    # --- down ----------------------------------------------------------------------------------------------------------

    def any(self, inner: Domain, outer: Domain, asked: Sequence[Plane]) -> list[Plane]:
        """Per outer row: is any bit set?"""
        if outer.kind == "products" and self._products == 1:
            return [int(plane != 0) for plane in asked]
        if inner.kind == "pairs":
            parents, size = self.relation(inner).parents, self.size(outer)
            return [self._algebra.any_by_parent(plane, parents, size) for plane in asked]
        table = self.table(inner.collection)
        if table is None:
            return [0] * len(asked)
        return [self._algebra.any_by_offsets(plane, table.offsets) for plane in self.on_elements(inner, asked)]

    def at_least(self, inner: Domain, outer: Domain, asked: Sequence[Plane], least: int) -> list[Plane]:
        """Per outer row: are so many bits set?"""
        algebra = self._algebra
        if inner.kind == "pairs":
            parents, size = self.relation(inner).parents, self.size(outer)
            return [algebra.at_least(algebra.count_by_parent(plane, parents, size), least) for plane in asked]
        table = self.table(inner.collection)
        offsets = table.offsets if table else array("i", bytes(4 * (self._products + 1)))
        planes = self.on_elements(inner, asked)
        return [algebra.at_least(algebra.count_by_offsets(plane, offsets), least) for plane in planes]
