"""How far a collection's list can be relied on, per product (language, section 3).

Guarantees: `bounded` says that the list may be taken as all there is: closed, or unstated and not empty, or unstated
and assumed complete by the policy; an open list stays open whatever a policy assumes; absent is never present.
What it does not do: decide verdicts.
"""

from __future__ import annotations

import msgspec

from rulewright.dsl import ir
from rulewright.engine.evidence import refused_product, refused_segments
from rulewright.engine.planes import Algebra, Plane
from rulewright.facts.base import FactBase
from rulewright.facts.table import Extent, Table
from rulewright.facts.types import Completeness


class Bounds(msgspec.Struct, frozen=True):
    """Planes over the products."""

    present: Plane
    bounded: Plane


ABSENT = Extent(Completeness.ABSENT)


class Extents:
    """The extents of all collections of a fact base under a program's assumptions."""

    def __init__(self, program: ir.Program, facts: FactBase, algebra: Algebra, as_of: int) -> None:
        """Remember what the policy assumes."""
        self._facts = facts
        self._algebra = algebra
        self._as_of = as_of
        self.assumed = {a.collection: a for a in program.assumptions if a.state == "closed"}
        self._hardened = set(program.unstated_open)
        self._known: dict[tuple[object, ...], Bounds] = {}

    def of(self, quant: ir.Quant, evidence: ir.Evidence | None) -> Bounds:
        """The bounds that a quantifier works under."""
        key = quant.collection, quant.relation, quant.owner_collection, evidence
        found = self._known.get(key)
        if found is None:
            states = [self.state(quant, evidence, product) for product in range(len(self._facts.products))]
            found = self._known[key] = Bounds(
                self._algebra.from_bits(bytes(s is not Completeness.ABSENT for s in states)),
                self._algebra.from_bits(bytes(s in {Completeness.CLOSED, Completeness.UNSTATED} for s in states)),
            )
        return found

    def state(self, quant: ir.Quant, evidence: ir.Evidence | None, product: int) -> Completeness:
        """What counts: closed and unstated can be relied on, open and absent cannot.

        A list is open, too, where a source that the evidence clause refuses has a part in it, and for `of` where some
        elements belong to no owner that is known: they may belong to any.
        """
        listed = self._listed(quant.collection, quant.relation == "under", product)
        if listed is Completeness.ABSENT:
            return listed
        table = self._facts.tables[quant.collection]
        refused = evidence is not None and self._refused(table, evidence, product)
        stray = quant.relation == "of" and self._strays(table, quant.owner_collection or "", product)
        return Completeness.OPEN if refused or stray else listed

    def _refused(self, table: Table, evidence: ir.Evidence, product: int) -> bool:
        return refused_product(table, refused_segments(table, evidence, self._as_of), product)

    def _strays(self, table: Table, owner: str, product: int) -> bool:
        """Whether elements of a product have no owner (parts of a component's own kind need none)."""
        if owner == table.collection:
            return False
        key = f"strays of {owner}"
        if key not in table.memo:
            owned = bytearray(table.size)
            for child in table.relation(owner).children:
                owned[child] = 1
            table.memo[key] = [
                0 in owned[table.offsets[p] : table.offsets[p + 1]] for p in range(len(table.offsets) - 1)
            ]
        strays = table.memo[key]
        return isinstance(strays, list) and bool(strays[product])

    def stated(self, collection: str, graph: bool, product: int) -> Extent:  # noqa: FBT001  # a choice of two lists
        """What the sources say."""
        table = self._facts.tables.get(collection)
        if table is None:
            return ABSENT
        extents = table.graph_extents if graph else table.extents
        return extents[product] if extents else ABSENT

    def _listed(self, collection: str, graph: bool, product: int) -> Completeness:  # noqa: FBT001
        """What counts of the list as such."""
        stated = self.stated(collection, graph, product).state
        if stated is not Completeness.UNSTATED:
            return stated
        name = "dependencies" if graph else collection
        if name in self.assumed:
            return Completeness.CLOSED
        if "*" in self._hardened or name in self._hardened:
            return Completeness.OPEN
        return Completeness.OPEN if self._empty(self._facts.tables[collection], graph, product) else stated

    def _empty(self, table: Table, graph: bool, product: int) -> bool:  # noqa: FBT001
        start, stop = table.offsets[product], table.offsets[product + 1]
        if not graph or start == stop:
            return start == stop or table.extents[product].empty
        parents = table.relation("depends_on").parents
        return not any(start <= parent < stop for parent in parents)

    def rests(self, collection: str, graph: bool, product: int) -> str | None:  # noqa: FBT001
        """The assumption that relying on this list makes, in words, or `None`."""
        if self.stated(collection, graph, product).state is not Completeness.UNSTATED:
            return None
        name = "dependencies" if graph else collection
        if name in self.assumed:
            return f"assumed complete by the policy: {self.assumed[name].because}"
        return "completeness not stated"
