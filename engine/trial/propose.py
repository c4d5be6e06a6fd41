"""Tests that would notice what no test notices: as near to an existing test as can be found.

Guarantees: each proposal was judged by the evaluator: the verdict that it expects is the one of the rules *as they are*, and
every mutant that it names has another one.  Few tests are proposed: the one first that notices most.  What none was found for
is said (`left`).  What it does not do: know what the standard means.  A person has to read whether each verdict is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import msgspec

from rulewright.dsl import ir
from rulewright.dsl.ir_cases import Given, Open, TestCase, Verdict
from rulewright.engine.evaluate import Evaluation
from rulewright.engine.mentions import atoms
from rulewright.engine.planes import full
from rulewright.engine.result import VERDICTS
from rulewright.engine.trial import coverage, written
from rulewright.engine.trial.given import given
from rulewright.engine.trial.mutant import Mutant
from rulewright.engine.trial.nearby import Nearby
from rulewright.engine.trial.run import DAY, Asked, Trials, explained, exprs, has_lists, run_on
from rulewright.facts.stack import ProductFacts
from rulewright.facts.types import State
from rulewright.facts.vocabulary import Vocabulary

PAIRS = 6_000
"""So many tests that differ in two things are tried for a requirement and a day, in each step."""
SPACE = 600_000
"""So many facts have the tests together that are tried in one step: of a large requirement, fewer tests are tried."""
STEPS = 3
"""So many times tests are looked for near those found before."""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A test in a file.

    `text` is its line (`given … expect …`), `near` the test that it is like and before which it may be put (`None`: the
    requirement has none), `notices` the changes that it would notice, `sees` the outcomes of lines.
    """

    requirement: str
    as_of: int | None
    text: str
    verdict: Verdict
    near: ir.Place | None
    notices: tuple[str, ...]
    sees: tuple[str, ...]


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """What a test is wanted for: a mutant, or an outcome of an entry of the coverage."""

    name: str
    said: str
    mutant: Mutant | None = None
    entry: int = 0
    outcome: coverage.Seen = "true"


class Search:
    """Looks for tests of one program."""

    def __init__(self, trials: Trials, vocabulary: Vocabulary) -> None:
        """Look for nothing yet."""
        self._trials = trials
        self._vocabulary = vocabulary

    def propose(self, requirement: str, goals: Sequence[Goal]) -> tuple[list[Proposal], list[Goal]]:
        """Tests of a requirement that reach as many of the goals as can be, and the goals that none reaches.

        Looked for near the tests that there are, then near those found: what takes several steps is reached that way.
        """
        skipped = [goal for goal in goals if goal.mutant is not None and not goal.mutant.tried]
        left, found = [goal for goal in goals if goal.mutant is None or goal.mutant.tried], list[Proposal]()
        for asked in self._asked(requirement):
            bases: list[TestCase] | None = None
            for _ in range(STEPS):
                fresh: list[TestCase] = []
                for candidates in self._rounds(asked, left, bases):
                    if left:
                        chosen, left = self._chosen(asked, candidates, left)
                        found += [proposal for proposal, _ in chosen]
                        fresh += [case for _, case in chosen]
                if not left or not fresh:
                    break
                bases = fresh
        return found, [*left, *skipped]

    def _asked(self, requirement: str) -> Iterator[Asked]:
        """The tests of a requirement by day; an empty one, on a day on which it is in force, where there is none of such a day."""
        groups = list(self._trials.asked([requirement]))
        yield from groups
        wanted = self._trials.requirements[requirement]
        if not any(_in_force(wanted, asked.day) for asked in groups):
            day = _day_of(wanted)
            stated = None if day == DAY else day
            blank = TestCase(requirement, stated, (), (), None, "unknown", (), ir.Place(wanted.place.file, 0, 0))
            yield Asked(wanted, day, [blank], [given(blank)])

    def _rounds(self, asked: Asked, goals: list[Goal], near: list[TestCase] | None) -> Iterator[list[TestCase]]:
        """Tests with one change, then with two, of which one is where the goals are; near those given, or all there are."""
        mutants = [goal.mutant.changed for goal in goals if goal.mutant is not None]
        looked = [expr for one in (asked.requirement, *mutants) for expr in exprs(one)]
        graded = any(one.evidence is not None and one.evidence.level for one in (asked.requirement, *mutants))
        nearby = Nearby(looked, self._vocabulary, asked.day, graded=graded)
        bases = self._bases(asked, nearby) if near is None else near
        most = max(SPACE // (1 + len(nearby.attributes)), 50)
        yield [
            *(bases[len(asked.cases) :] if near is None else ()),
            *_distinct(_first(most, (case for base in bases for case in nearby.changed(base)))),
        ]
        site = _site(asked.requirement, mutants)
        second = Nearby(site or looked, self._vocabulary, asked.day, graded=graded)
        each = max(min(PAIRS, most) // max(len(bases), 1), 50)
        yield _distinct(
            case
            for base in bases
            for case in _first(each, (two for one in second.changed(base) for two in nearby.changed(one)))
        )

    def _bases(self, asked: Asked, nearby: Nearby) -> list[TestCase]:
        """The tests there are; where lists are looked at, one more that states them instead of its document."""
        bases = list(asked.cases)
        if not bases[0].place.line:  # there is no test: one in which everything is known is a better start than none
            return [*bases, nearby.filled(bases[0])]
        if any(map(has_lists, exprs(asked.requirement))):
            for verdict in ("pass", "fail", "unknown"):
                for case, facts in zip(asked.cases, asked.facts, strict=True):
                    if case.fixture is not None and case.expect == verdict:
                        return [*bases, nearby.explicit(case, _stated(facts))]
        return bases

    def _chosen(
        self, asked: Asked, candidates: Sequence[TestCase], goals: Sequence[Goal]
    ) -> tuple[list[tuple[Proposal, TestCase]], list[Goal]]:
        """The candidates that reach most goals, one after the other."""
        if not candidates:
            return [], list(goals)
        mutants = [goal.mutant.changed for goal in goals if goal.mutant is not None]
        facts = self._facts(asked, candidates)
        run = run_on(self._trials.program, [asked.requirement, *mutants], facts, asked.day)
        reached = _reached(run, goals, len(candidates))
        verdicts = run.verdicts(0)
        order = sorted(range(len(candidates)), key=lambda at: VERDICTS[verdicts[at]] == "unknown")
        found, open_goals = [], set(range(len(goals)))
        masks = _masks(reached, len(candidates))
        while open_goals:
            best = max(order, key=lambda at: len(masks[at] & open_goals), default=None)
            if best is None or not masks[best] & open_goals:
                break
            order.remove(best)
            new = sorted(masks[best] & open_goals)
            proposal = self._proposal(asked, candidates[best], VERDICTS[verdicts[best]], [goals[n] for n in new])
            if proposal is not None:
                found.append((proposal, candidates[best]))
                open_goals -= masks[best]
        return found, [goal for number, goal in enumerate(goals) if number in open_goals]

    def _facts(self, asked: Asked, candidates: Sequence[TestCase]) -> list[ProductFacts]:
        """The facts of candidates: those of a document only as far as the requirement looks at them."""
        cut: dict[str, ProductFacts] = {}
        for case in asked.cases:
            if case.fixture is not None and case.fixture not in cut:
                found = self._trials.facts(replace(case, attributes=()))
                assert isinstance(found, ProductFacts)
                cut[case.fixture] = found
        names = {attribute for case in candidates for attribute, _ in case.attributes}
        small = {
            name: ProductFacts(one.product, {n: one.attributes[n] for n in sorted(names & one.attributes.keys())}, one.tables)
            for name, one in cut.items()
        }  # fmt: skip
        return [given(case, small.get(case.fixture or "")) for case in candidates]

    def _proposal(self, asked: Asked, case: TestCase, verdict: Verdict, goals: Sequence[Goal]) -> Proposal | None:
        """The proposal, if it can be written and the evaluator says the same of it with all facts."""
        told = replace(case, expect=verdict, on=())
        text = written.line(told, self._vocabulary)
        facts = self._trials.facts(told)
        if text is None or isinstance(facts, str):
            return None
        if explained(self._trials.program, asked.requirement, facts, asked.day).verdict != verdict:
            return None
        return Proposal(
            requirement=asked.requirement.id,
            as_of=case.as_of,
            text=text,
            verdict=verdict,
            near=case.place if case.place.file and case.place.line else None,
            notices=tuple(goal.said for goal in goals if goal.mutant is not None),
            sees=tuple(goal.said for goal in goals if goal.mutant is None),
        )


def never(one: ir.Requirement) -> str:
    """Why a requirement cannot be tested on any day; empty where it can."""
    return "" if _in_force(one, _day_of(one)) else "it is in force on no day"


def _in_force(one: ir.Requirement, day: int) -> bool:
    """Whether a day lies in a requirement's validity, as the evaluator takes it."""
    return (one.valid_from is None or day >= one.valid_from) and (one.valid_until is None or day <= one.valid_until)


def _day_of(one: ir.Requirement) -> int:
    """The day of a test that states none where the requirement is in force then, else its first or its last."""
    if one.valid_from is not None and one.valid_from > DAY:
        return one.valid_from
    return one.valid_until if one.valid_until is not None and one.valid_until < DAY else DAY


def goals_of(alive: Mapping[str, Sequence[Mutant]], covered: Sequence[coverage.Covered]) -> dict[str, list[Goal]]:
    """By requirement what tests are wanted for; a text that several share, for the first of them."""
    found: dict[str, list[Goal]] = {}
    for key, several in alive.items():
        one = next((each for each in several if each.tried), several[0])
        goal = Goal(name=key, said=f"{one.said} ({one.where})", mutant=one)
        found.setdefault(one.requirement, []).append(goal)
    for entry in covered:
        for outcome in entry.unseen:
            said = f"{entry.where} {outcome.replace('_', ' ')}"
            goal = Goal(name=f"{entry.requirement} {said}", said=said, entry=entry.number, outcome=outcome)
            found.setdefault(entry.requirement, []).append(goal)
    return found


def _reached(run: Evaluation, goals: Sequence[Goal], count: int) -> list[int]:
    """Per goal the candidates that reach it, a bit each."""
    original = run.verdict_planes(0)
    planes = coverage.planes_of(run, 0, count) if run.in_force(run.plan.requirements[0].requirement) else []
    found, number = [], 0
    for goal in goals:
        if goal.mutant is None:
            found.append(int(planes[goal.entry][goal.outcome]) if goal.entry < len(planes) else 0)
            continue
        number += 1
        same = 0
        for plane, other in zip(original, run.verdict_planes(number), strict=True):
            same |= int(plane) & int(other)
        found.append(full(count) & ~same)
    return found


def _masks(reached: Sequence[int], count: int) -> list[set[int]]:
    """Per candidate the goals that it reaches."""
    masks: list[set[int]] = [set() for _ in range(count)]
    for number, plane in enumerate(reached):
        left = plane
        while left:
            low = left & -left
            masks[low.bit_length() - 1].add(number)
            left ^= low
    return masks


def _site(original: ir.Requirement, mutants: Sequence[ir.Requirement]) -> list[ir.Expr]:
    """The tests that mutants have and the original has not, or the other way round."""
    mine = {atom for expr in exprs(original) for atom in atoms(expr)}
    found: dict[ir.Expr, None] = {}
    for one in mutants:
        other = {atom for expr in exprs(one) for atom in atoms(expr)}
        found |= dict.fromkeys(sorted(mine ^ other, key=repr))
    return list(found)


def _stated(facts: ProductFacts) -> dict[str, Given]:
    """The facts of a product as a test states them."""
    return {
        name: one.value if one.state is State.KNOWN and one.value is not None else Open(one.state.word)
        for name, one in facts.attributes.items()
    }


def _distinct(cases: Iterator[TestCase]) -> list[TestCase]:
    """Each set of facts once."""
    found: dict[object, TestCase] = {}
    for case in cases:
        found.setdefault((case.fixture, case.attributes, case.tables), case)
    return list(found.values())


def _first(count: int, cases: Iterator[TestCase]) -> Iterator[TestCase]:
    """The first so many."""
    for _, case in zip(range(count), cases):  # noqa: B905  # ends with the shorter one
        yield case
