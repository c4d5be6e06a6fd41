"""How two requirements stand to each other: one of nine answers, with a witness for it.

The answers are those of the language reference, section 7, for two: a *contradiction*, *tension* or *right* (some context in
which both apply has no design for both; all `shall`; a `should` among them; a declared freedom among them), *moot* (a clash
only as long as design keeps a condition true that it may drop), *stricter dominates* or *equivalent* (wherever both apply,
a design that meets the one meets the other), *jointly satisfiable* (they restrict facts in common, and one design meets
both), *independent* (they apply together and share no fact), *separated* (they never apply together: no context, or no design, falls under both).

Guarantees: exact over all contexts and all complete products, with background knowledge, as far as the problem is (`normalise`:
where a given fact is compared with a choice only the decisive values of the given one are looked at); deterministic.  An
answer is about the two requirements as wholes; with `about` it is about their demands on some facts alone.
What it does not do: sets of three and more (`search`), products of a fleet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal

import msgspec

from rulewright.engine.analysis import say
from rulewright.engine.analysis.conditions import PRESUMED
from rulewright.engine.analysis.formulas import complement
from rulewright.engine.analysis.model import Context, Design, Formula, Problem
from rulewright.engine.analysis.overlap import Case, Overlap, facts
from rulewright.engine.analysis.region import simplify

Kind = Literal[
    "contradiction",
    "tension",
    "right",
    "moot",
    "stricter_dominates",
    "equivalent",
    "jointly_satisfiable",
    "independent",
    "separated",
]


class Witness(msgspec.Struct, frozen=True):
    """A product, as a context and a design, and which of the two requirements it meets there."""

    context: Context
    design: Design
    first: bool
    second: bool


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for two owners of a problem.

    `stricter`: the owner that dominates (-1: none, or both).  `levels`: the strengths of the two; a `should` that dominates a
    `shall` shows here.  `shared`: the facts on which both make demands.  `context`: where both apply and the answer shows (None:
    they never do).  `witnesses`: products that show it: one that meets both (unless they clash there), and for each
    requirement one that meets it alone (where there is one).  `axioms`: background knowledge that a clash needs.
    `boundary`: what parts requirements that never apply together: conditions of the first, and of the second, as rule text.
    """

    first: int
    second: int
    kind: Kind
    stricter: int = -1
    levels: tuple[str, str] = ("", "")
    shared: tuple[str, ...] = ()
    context: Context | None = None
    witnesses: tuple[Witness, ...] = ()
    axioms: tuple[int, ...] = ()
    boundary: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


def classify(problem: Problem, a: int, b: int, about: Collection[str] = ()) -> Pair:
    """How the owners `a` and `b` stand to each other, wholly or in their demands on the facts `about` (paths).

    `moot` needs the owners that `conditions.conditioned` adds; without them such a pair counts as jointly satisfiable.
    """
    whole = Overlap(problem, a, b) if about else None
    overlap = Overlap(problem, a, b, about)
    return _Judge(problem, a, b, overlap, whole or overlap).pair()


class _Judge:
    """The questions about one pair, in the order in which an answer is looked for."""

    def __init__(self, problem: Problem, a: int, b: int, overlap: Overlap, whole: Overlap) -> None:
        self.problem, self.a, self.b = problem, a, b
        self.overlap = overlap
        self.whole = whole
        self.oracle = overlap.oracle
        self.levels = (str(problem.owners[a].strength), str(problem.owners[b].strength))
        self.shared = tuple(sorted(facts(problem, overlap.first) & facts(problem, overlap.second)))

    def pair(self) -> Pair:
        """The answer."""
        if not self.whole.meet:
            first, second = self.whole.boundary()
            return self._made("separated", boundary=(self._said(first), self._said(second)))
        cases = [case for case in self.overlap.cases() if self._sound(case)]
        if not cases:  # one of them says nothing about the facts, or cannot be met at all
            case = next(self.whole.cases(), None)
            return self._made("independent", context=self.whole.context(case) if case else None)
        for case in cases:
            if not self.oracle.satisfiable((*case.first, *case.second, *case.axioms)):
                return self._clash(case)
        return self._moot(cases) or self._dominance(cases) or self._exclusive(cases) or self._together(cases[0])

    def _said(self, conditions: Iterable[Formula]) -> tuple[str, ...]:
        return tuple(say.formula(simplify(one, self.problem.variables), self.problem.variables) for one in conditions)

    def _sound(self, case: Case) -> bool:
        """Whether each of the two can be met by itself: a requirement that cannot clashes with nobody else."""
        return all(self.oracle.satisfiable((*units, *case.axioms)) for units in (case.first, case.second))

    # --- clashes -------------------------------------------------------------------------------------------------------

    def _clash(self, case: Case) -> Pair:
        """No design meets both in this case."""
        kind: Kind = "right" if "right" in self.levels else "tension" if "should" in self.levels else "contradiction"
        core = self.oracle.core((*case.first, *case.second, *case.axioms))
        context = self.overlap.context(case)
        return self._made(kind, context=context, witnesses=self._alone(case, context), axioms=self._owners(case, core))

    def _moot(self, cases: Iterable[Case]) -> Pair | None:
        """A clash of the obligations as long as both apply by design, though each can be met while they do."""
        for case in cases:
            if not case.presumed:
                continue
            base = (*case.presumed, *case.axioms)
            both = self.oracle.satisfiable((*case.first, *case.second, *base))
            each = all(self.oracle.satisfiable((*units, *base)) for units in (case.first, case.second))
            if each and not both:
                context = self.overlap.context(case)
                core = self.oracle.core((*case.first, *case.second, *base))
                witnesses = (*self._both(case, context), *self._alone(case, context))
                return self._made("moot", context=context, witnesses=witnesses, axioms=self._owners(case, core))
        return None

    def _owners(self, case: Case, core: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted({self.overlap.problem.units[n].owner for n in core if n in case.axioms}))

    # --- no clash ------------------------------------------------------------------------------------------------------

    def _dominance(self, cases: Sequence[Case]) -> Pair | None:
        """Whether meeting one is meeting the other, in every case."""
        forth, back = self._implies(cases, turned=False), self._implies(cases, turned=True)
        if not forth and not back:
            return None
        case = cases[0]
        if forth and back:
            context = self.overlap.context(case)
            return self._made("equivalent", context=context, witnesses=self._both(case, context))
        stricter = self.a if forth else self.b
        strictly = self._strictly(cases, turned=forth)
        if strictly is None:  # nothing breaks the one that would be stricter
            return None
        case, apart = strictly
        context = self.overlap.context(case)
        met = Witness(context, apart, first=not forth, second=forth)
        return self._made(
            "stricter_dominates", stricter=stricter, context=context, witnesses=(*self._both(case, context), met)
        )

    def _implies(self, cases: Sequence[Case], *, turned: bool) -> bool:
        """Whether every design that meets the first (the second, if turned) meets the other, with no case for nothing.

        Asked of all designs, else of those for which both apply.
        """
        return self._follows(cases, turned=turned, presumed=False) or self._follows(cases, turned=turned, presumed=True)

    def _follows(self, cases: Sequence[Case], *, turned: bool, presumed: bool) -> bool:
        telling = False
        for case in cases:
            strict, other = (case.second, case.first) if turned else (case.first, case.second)
            base = (*case.axioms, *(case.presumed if presumed else ()))
            if presumed and not self.oracle.satisfiable((*strict, *other, *base)):
                continue
            for unit in other:
                breach = [self._breach(unit)]
                if self.oracle.satisfiable((*strict, *base), breach):
                    return False
                telling = telling or self.oracle.satisfiable(case.axioms, breach)
        return telling

    def _exclusive(self, cases: Sequence[Case]) -> Pair | None:
        """Whether no product falls under both, because what one presupposes of the design excludes what the other does."""
        if any(self.oracle.satisfiable((*case.presumed, *case.axioms)) for case in cases):
            return None
        core = self.oracle.core((*cases[0].presumed, *cases[0].axioms))
        presumed = [self.overlap.problem.units[unit] for unit in core if unit in cases[0].presumed]
        sides = [
            self._said(unit.choice for unit in presumed if self.problem.owners[unit.owner].id == name)
            for name in (self.problem.owners[self.a].id + PRESUMED, self.problem.owners[self.b].id + PRESUMED)
        ]
        return self._made("separated", boundary=(sides[0], sides[1]), axioms=self._owners(cases[0], core))

    def _strictly(self, cases: Sequence[Case], *, turned: bool) -> tuple[Case, Design] | None:
        """A case, and a design that meets the weaker and not the stricter (the first, if turned)."""
        for case in cases:
            strict, other = (case.first, case.second) if turned else (case.second, case.first)
            for base in ((*case.axioms, *case.presumed), case.axioms):
                for unit in strict:
                    found = self.oracle.design((*other, *base), extra=[self._breach(unit)])
                    if found is not None:
                        return case, found
        return None

    def _together(self, case: Case) -> Pair:
        """No clash, and neither contains the other."""
        context = self.overlap.context(case)
        kind: Kind = "jointly_satisfiable" if self.shared else "independent"
        witnesses = (*self._both(case, context), *self._alone(case, context))
        return self._made(kind, context=context, witnesses=witnesses)

    # --- witnesses -----------------------------------------------------------------------------------------------------

    def _breach(self, unit: int) -> Formula:
        return complement(self.overlap.problem.units[unit].choice, self.problem.variables)

    def _both(self, case: Case, context: Context) -> tuple[Witness, ...]:
        """A design that meets both; one for which both apply, if there is one."""
        units = (*case.first, *case.second, *case.axioms)
        design = self.oracle.design((*units, *case.presumed)) or self.oracle.design(units)
        return () if design is None else (Witness(context, design, first=True, second=True),)

    def _alone(self, case: Case, context: Context) -> tuple[Witness, ...]:
        """For each requirement a design that meets it and not the other."""
        found = []
        for mine, other, first in ((case.first, case.second, True), (case.second, case.first, False)):
            for unit in other:
                design = self.oracle.design((*mine, *case.axioms), extra=[self._breach(unit)])
                if design is not None:
                    found.append(Witness(context, design, first=first, second=not first))
                    break
        return tuple(found)

    def _made(
        self,
        kind: Kind,
        *,
        stricter: int = -1,
        context: Context | None = None,
        witnesses: tuple[Witness, ...] = (),
        axioms: tuple[int, ...] = (),
        boundary: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    ) -> Pair:
        return Pair(
            first=self.a,
            second=self.b,
            kind=kind,
            stricter=stricter,
            levels=self.levels,
            shared=self.shared,
            context=context,
            witnesses=witnesses,
            axioms=axioms,
            boundary=boundary,
        )
