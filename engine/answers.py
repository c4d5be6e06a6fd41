"""What any engine must be able to answer, so that explanation and report are the same for all of them.

Guarantees: `Planes` (fast) and `reference.Reference` (obvious) give the same answers; the differential tests hold it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import partial
from itertools import islice
from typing import Literal, NamedTuple, Protocol

from rulewright.dsl import ir
from rulewright.engine.evaluate import Evaluation
from rulewright.engine.graph import descendants
from rulewright.engine.planes import Plane
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

    def verdict(self, requirement: int, product: int) -> Verdict:
        """Read the verdict planes."""
        found = self._verdicts.get(requirement)
        if found is None:
            found = self._verdicts[requirement] = self.evaluation.verdicts(requirement)
        return VERDICTS[found[product]]

    def line(self, requirement: int, line: int, product: int) -> LineVerdict:
        """Read the line's planes."""
        true, false, nothing = self.evaluation.line(requirement, line)
        bit = self.evaluation.outer.bit
        if bit(nothing, product):
            return "not_applicable"
        return "pass" if bit(true, product) else "fail" if bit(false, product) else "unknown"

    def applies(self, requirement: int, product: int) -> tuple[bool | None, bool | None]:
        """Read the planes of scope and `applies when`."""
        planned = self.evaluation.plan.requirements[requirement]
        return self._truth(self.evaluation.pair(planned.scope), product), self._truth(
            self.evaluation.pair(planned.applies), product
        )

    def provided(self, waiver: int, product: int) -> bool | None:
        """Read the planes of the waiver's condition."""
        return self._truth(self.evaluation.pair(self.evaluation.plan.provided[waiver]), product)

    def _truth(self, pair: tuple[Plane, Plane], row: int) -> bool | None:
        bit = self.evaluation.outer.bit
        return True if bit(pair[0], row) else False if bit(pair[1], row) else None

    def hits(self, quant: ir.Quant, evidence: ir.Evidence | None, product: int, owner: int | None) -> Hits:
        """Cut the quantifier's planes to the product or the owner's pairs."""
        run = self.evaluation
        node = run.plan.quantifiers[quant, evidence]
        sure, maybe = run.hits(node)
        _, where_false = run.pair(node.where)
        table = run.table(quant.collection)
        if table is None:
            return Hits([], [], 0)
        if quant.relation == "of":
            relation = run.relation(node.inner)
            first, last = bisect_left(relation.parents, owner or 0), bisect_right(relation.parents, owner or 0)
            places = range(first, last)
            return self._pick([(place, relation.children[place]) for place in places], sure, maybe, where_false)
        sure, maybe, where_false = (run.on_elements(node, plane) for plane in (sure, maybe, where_false))
        start, stop = table.offsets[product], table.offsets[product + 1]
        sure_rows = run.algebra.rows(sure, start, stop)
        maybe_rows = run.algebra.rows(maybe & ~sure, start, stop)
        return Hits(sure_rows, maybe_rows, stop - start - run.algebra.count(where_false, start, stop))

    def nearest(self, quant: ir.Quant, evidence: ir.Evidence | None, owner: int, most: int) -> list[tuple[int, bool]]:
        """Ask the planes whether there is anything to look for, then look for it level by level."""
        run = self.evaluation
        node = run.plan.quantifiers[quant, evidence]
        table = run.table(quant.collection)
        if table is None:
            return []
        bit = run.algebra.bit
        below, hits = run.below(node), run.hits(node)
        for wanted, certain in ((0, True), (1, False)):
            if bit(below[wanted], owner):
                plane = hits[wanted]
                on_the_way = plane | below[wanted]
                places = descendants(table, owner, partial(bit, on_the_way))
                found = (element for element in places if bit(plane, element))
                return [(element, certain) for element in islice(found, most)]
        return []

    def _pick(self, places: list[tuple[int, int]], sure: Plane, maybe: Plane, where_false: Plane) -> Hits:
        bit = self.evaluation.algebra.bit
        return Hits(
            [element for place, element in places if bit(sure, place)],
            [element for place, element in places if bit(maybe, place) and not bit(sure, place)],
            sum(not bit(where_false, place) for place, _ in places),
        )

    def basis(self, quant: ir.Quant, evidence: ir.Evidence | None, product: int) -> tuple[str, str | None]:
        """Ask the extents."""
        extents = self.evaluation.extents
        words = extents.rests(quant.collection, quant.relation == "under", product)
        return extents.state(quant, evidence, product).value, words
