"""How planes get from one domain to another: sizes, lifts to larger domains, reductions to smaller ones.

Guarantees: a collection that no source supplied has no rows; lifting repeats a bit, reducing asks whether any is set.
What it does not do: evaluate nodes (`engine.evaluate`).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable

from rulewright.engine.plan import Domain, Lift
from rulewright.engine.planes import Algebra, Plane, full
from rulewright.facts.base import FactBase
from rulewright.facts.table import Relation, Table

_NOTHING = array("i")
Move = Callable[[Plane], Plane]


def _stay(plane: Plane) -> Plane:
    return plane


class Domains:
    """The domains of one fact base."""

    def __init__(self, facts: FactBase, algebra: Algebra) -> None:
        """Measure nothing yet."""
        self._facts = facts
        self._algebra = algebra
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
            return len(self._facts.products)
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

    def lift(self, node: Lift) -> Move:
        """From the item's domain to the node's."""
        algebra, domain = self._algebra, node.domain
        if node.role == "product":
            return self.from_products(domain)
        size = self.size(node.item.domain)
        if node.role == "child":
            children = self.relation(domain).children
            return lambda plane: algebra.gather(plane, size, children)
        if node.role == "parent":
            parents = self.relation(domain).parents
            return lambda plane: algebra.gather(plane, size, parents)
        return lambda plane: self.on_elements(node.item.domain, plane)

    def from_products(self, domain: Domain) -> Move:
        """Repeat each product's bit over its elements, or over the pairs of its elements."""
        if domain.kind == "products":
            return _stay
        algebra, table = self._algebra, self.table(domain.collection)
        if table is None:
            return lambda _: 0
        if domain.kind == "elements":
            return lambda plane: algebra.spread(plane, table.offsets)
        children, size, offsets = self.relation(domain).children, table.size, table.offsets
        return lambda plane: algebra.gather(algebra.spread(plane, offsets), size, children)

    def on_elements(self, domain: Domain, plane: Plane) -> Plane:
        """A plane of distinct rows, or of elements already, over the elements."""
        table = self.table(domain.collection)
        if domain.kind != "rows" or table is None or table.index is None:
            return plane
        return self._algebra.gather(plane, table.rows, table.index)

    # --- down ----------------------------------------------------------------------------------------------------------

    def any(self, inner: Domain, outer: Domain, plane: Plane) -> Plane:
        """Per outer row: is any bit set?"""
        if inner.kind == "pairs":
            return self._algebra.any_by_parent(plane, self.relation(inner).parents, self.size(outer))
        table = self.table(inner.collection)
        if table is None or not plane:
            return 0
        return self._algebra.any_by_offsets(self.on_elements(inner, plane), table.offsets)

    def at_least(self, inner: Domain, outer: Domain, plane: Plane, least: int) -> Plane:
        """Per outer row: are so many bits set?"""
        if inner.kind == "pairs":
            counts = self._algebra.count_by_parent(plane, self.relation(inner).parents, self.size(outer))
        else:
            table = self.table(inner.collection)
            offsets = table.offsets if table else array("i", bytes(4 * (len(self._facts.products) + 1)))
            counts = self._algebra.count_by_offsets(self.on_elements(inner, plane), offsets)
        return self._algebra.at_least(counts, least)
