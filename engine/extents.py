"""How far a collection's list can be relied on, per product (language, section 3).

Guarantees: `bounded` says that the list may be taken as all there is: closed, or unstated and not empty, or unstated
and assumed complete by the policy; an open list stays open whatever a policy assumes; absent is never present.
What it does not do: decide verdicts.
"""

from __future__ import annotations

import msgspec

from rulewright.dsl import ir
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

    def __init__(self, program: ir.Program, facts: FactBase, algebra: Algebra) -> None:
        """Remember what the policy assumes."""
        self._facts = facts
        self._algebra = algebra
        self.assumed = {a.collection: a for a in program.assumptions if a.state == "closed"}
        self._hardened = set(program.unstated_open)
        self._known: dict[tuple[str, bool], Bounds] = {}

    def of(self, quant: ir.Quant) -> Bounds:
        """The bounds that a quantifier works under."""
        key = quant.collection, quant.relation == "under"
        found = self._known.get(key)
        if found is None:
            states = [self.state(*key, product) for product in range(len(self._facts.products))]
            found = self._known[key] = Bounds(
                self._algebra.from_bits(bytes(s is not Completeness.ABSENT for s in states)),
                self._algebra.from_bits(bytes(s in {Completeness.CLOSED, Completeness.UNSTATED} for s in states)),
            )
        return found

    def stated(self, collection: str, graph: bool, product: int) -> Extent:  # noqa: FBT001  # a choice of two lists
        """What the sources say."""
        table = self._facts.tables.get(collection)
        if table is None:
            return ABSENT
        extents = table.graph_extents if graph else table.extents
        return extents[product] if extents else ABSENT

    def state(self, collection: str, graph: bool, product: int) -> Completeness:  # noqa: FBT001
        """What counts: closed and unstated can be relied on, open and absent cannot."""
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
