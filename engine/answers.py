"""What any engine must be able to answer, so that explanation and report are the same for all of them.

Guarantees: `Planes` (fast) and `reference.Reference` (obvious) give the same answers; the differential tests hold it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import islice
from typing import Literal, NamedTuple, Protocol

from rulewright.dsl import ir
from rulewright.engine.evaluate import Evaluation
from rulewright.engine.graph import descendants
from rulewright.engine.plan import Quantifier
from rulewright.engine.planes import Pair, Plane, cut
from rulewright.engine.result import VERDICTS, Verdict
from rulewright.facts.base import FactBase

LineVerdict = Literal["pass", "fail", "unknown", "not_applicable"]


class Hits(NamedTuple):
    """Elements that break an `every`, or that another quantifier counts: surely, and only perhaps; in order.

    `selected` counts the elements that `where` selects or may select.
    """

    sure: list[int]
    maybe: list[int]
    selected: int


class Answers(Protocol):
    """The questions that explanation asks."""

    program: ir.Program
    facts: FactBase
    as_of: int

    def verdict(self, requirement: int, product: int) -> Verdict:
        """The verdict on a requirement."""

    def line(self, requirement: int, line: int, product: int) -> LineVerdict:
        """The verdict on a line of its check."""

    def applies(self, requirement: int, product: int) -> tuple[bool | None, bool | None]:
        """Scope, and `applies when`."""

    def provided(self, waiver: int, product: int) -> bool | None:
        """Whether a waiver's condition holds."""

    def hits(self, quant: ir.Quant, evidence: ir.Evidence | None, product: int, owner: int | None) -> Hits:
        """The elements that a quantifier is about, for a product or for one owner element."""

    def nearest(self, quant: ir.Quant, evidence: ir.Evidence | None, owner: int, most: int) -> list[tuple[int, bool]]:
        """The nearest hits of a reachability quantifier below one element, at most so many.

        Only sure hits if there are any, else the possible ones; each with whether it is sure.
        """

    def basis(self, quant: ir.Quant, evidence: ir.Evidence | None, product: int) -> tuple[str, str | None]:
        """The completeness that counts for a list, and the assumption that relying on it makes."""


class Planes:
    """The answers of the columnar evaluator."""

    def __init__(self, evaluation: Evaluation) -> None:
        """Wrap an evaluation."""
        self.evaluation = evaluation
        self.program = evaluation.plan.program
        self.facts = evaluation.facts
        self.as_of = evaluation.as_of
        self._verdicts: dict[int, bytes] = {}
        self._bytes: dict[tuple[int, int], bytes] = {}

    def verdict(self, requirement: int, product: int) -> Verdict:
        """Read the verdict planes."""
        found = self._verdicts.get(requirement)
        if found is None:
            found = self._verdicts[requirement] = self.evaluation.verdicts(requirement)
        return VERDICTS[found[product]]

    def line(self, requirement: int, line: int, product: int) -> LineVerdict:
        """Read the line's planes."""
        true, false, nothing = self.evaluation.line(requirement, line)
        if nothing >> product & 1:
            return "not_applicable"
        return "pass" if true >> product & 1 else "fail" if false >> product & 1 else "unknown"

    def applies(self, requirement: int, product: int) -> tuple[bool | None, bool | None]:
        """Read the planes of scope and `applies when`."""
        planned, pair = self.evaluation.plan.requirements[requirement], self.evaluation.pair
        return _truth(pair(planned.scope), product), _truth(pair(planned.applies), product)

    def provided(self, waiver: int, product: int) -> bool | None:
        """Read the planes of the waiver's condition."""
        return _truth(self.evaluation.pair(self.evaluation.plan.provided[waiver]), product)

    def hits(self, quant: ir.Quant, evidence: ir.Evidence | None, product: int, owner: int | None) -> Hits:
        """Cut the quantifier's planes to the product or the owner's pairs."""
        run = self.evaluation
        node = run.plan.quantifiers[quant, evidence]
        table = run.domains.table(quant.collection)
        if table is None:
            return Hits([], [], 0)
        sure, maybe = run.hits(node)
        _, where_false = run.pair(node.where)
        if quant.relation == "of":
            relation = run.domains.relation(node.inner)
            first, last = bisect_left(relation.parents, owner or 0), bisect_right(relation.parents, owner or 0)
            hits = self._cut(first, last, sure, maybe, where_false)
            children = relation.children
            return Hits(
                [children[place] for place in hits.sure], [children[place] for place in hits.maybe], hits.selected
            )
        if table.index is not None:
            sure, maybe, where_false = run.domains.on_elements(node.inner, (sure, maybe, where_false))
        return self._cut(table.offsets[product], table.offsets[product + 1], sure, maybe, where_false)

    def _cut(self, start: int, stop: int, sure: Plane, maybe: Plane, where_false: Plane) -> Hits:
        """The set rows of a range."""
        rows = self.evaluation.algebra.rows
        selected = stop - start - cut(where_false, start, stop).bit_count()
        return Hits(rows(sure, start, stop), rows(maybe & ~sure, start, stop), selected)

    def nearest(self, quant: ir.Quant, evidence: ir.Evidence | None, owner: int, most: int) -> list[tuple[int, bool]]:
        """Ask the planes whether there is anything to look for, then look for it level by level."""
        run = self.evaluation
        node = run.plan.quantifiers[quant, evidence]
        table = run.domains.table(quant.collection)
        if table is None:
            return []
        below, hits = run.below(node), run.hits(node)
        for wanted, certain in ((0, True), (1, False)):
            if below[wanted] >> owner & 1:
                found_here = self._marks(node, wanted, hits[wanted], table.size)
                on_the_way = self._marks(node, wanted + 2, hits[wanted] | below[wanted], table.size)
                places = descendants(table, owner, on_the_way.__getitem__)
                found = (element for element in places if found_here[element])
                return [(element, certain) for element in islice(found, most)]
        return []

    def _marks(self, node: Quantifier, which: int, plane: Plane, size: int) -> bytes:
        """A plane as a byte per row, kept: a walk through the graph asks for many single rows."""
        key = node.number, which
        if key not in self._bytes:
            self._bytes[key] = self.evaluation.algebra.to_bits(plane, size)
        return self._bytes[key]

    def basis(self, quant: ir.Quant, evidence: ir.Evidence | None, product: int) -> tuple[str, str | None]:
        """Ask the extents."""
        extents = self.evaluation.extents
        words = extents.rests(quant.collection, quant.relation == "under", product)
        return extents.state(quant, evidence, product).value, words


def _truth(pair: Pair, row: int) -> bool | None:
    return True if pair[0] >> row & 1 else False if pair[1] >> row & 1 else None
