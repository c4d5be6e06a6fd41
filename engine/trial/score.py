"""Which mutants the tests notice, and which no test can.

Guarantees: a mutant is *killed* when a test that passes on the requirement does not on the mutant: another verdict, or not the
elements that the test names; all mutants of a requirement are asked about all its tests of a day in one evaluation.  One whose
plan is the requirement's own is *equivalent*.  One that was not tried is neither: it counts as not noticed.  A requirement whose tests fail as it is notices nothing by those.
What it does not do: prove more than that equivalent (`proof`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from rulewright.dsl import ir
from rulewright.dsl.ir_cases import TestCase
from rulewright.engine.evaluate import Evaluation
from rulewright.engine.plan import make
from rulewright.engine.result import VERDICTS
from rulewright.engine.trial.mutant import Mutant
from rulewright.engine.trial.mutation import mutants, untold
from rulewright.engine.trial.run import Asked, Trials, bare, compare, explained, run_on


class Scored(msgspec.Struct):
    """The mutants of a run by what became of them; those of one `shared` name are one, by its first."""

    killed: dict[str, Mutant] = {}
    equivalent: dict[str, Mutant] = {}
    alive: dict[str, list[Mutant]] = {}
    """the survivors; several where requirements share the text"""
    untold: int = 0

    @property
    def counted(self) -> int:
        """How many mutants the score is about."""
        return len(self.killed) + len(self.alive)


def percent(part: int, whole: int) -> int | None:
    """A share in percent, rounded down, so that 100 means all; `None` of nothing."""
    return part * 100 // whole if whole else None


def score(trials: Trials, only: Iterable[str] | None = None, made: Sequence[Mutant] | None = None) -> Scored:
    """Make the mutants of the requirements that are tested or not, and hold the tests against them.

    `made` are mutants to ask about instead of all.
    """
    wanted = list(trials.requirements.values()) if only is None else [trials.requirements[name] for name in only]
    every = [one for item in wanted for one in mutants(item)] if made is None else list(made)
    by: dict[str, list[Mutant]] = {}
    for one in every:
        by.setdefault(one.requirement, []).append(one)
    tried = {name: [one for one in several if one.tried] for name, several in by.items()}
    same = {name: _same(trials.program, trials.requirements[name], several) for name, several in tried.items()}
    dead: set[str] = set()
    for asked in trials.asked(by):
        left = [m for m in tried[asked.requirement.id] if m.key not in dead and m.key not in same[m.requirement]]
        dead |= killed(trials.program, asked, left)
    found = Scored(untold=sum(map(untold, wanted)))
    for one in every:
        if one.key in dead:
            found.killed.setdefault(one.key, one)
        elif one.key in same[one.requirement]:
            found.equivalent.setdefault(one.key, one)
        else:
            found.alive.setdefault(one.key, []).append(one)
    for key in found.alive:
        found.equivalent.pop(key, None)
    for key in found.killed:
        found.equivalent.pop(key, None)
    return found


def killed(program: ir.Program, asked: Asked, several: Sequence[Mutant]) -> set[str]:
    """The keys of the mutants that the tests of a requirement on a day notice."""
    if not several:
        return set()
    run = run_on(program, [asked.requirement, *(one.changed for one in several)], asked.facts, asked.day)
    passing = passes(run, asked.cases)
    dead = set()
    for number, one in enumerate(several, 1):
        differs = wrong(run, number, asked.cases) & passing
        if differs or _elsewhere(program, asked, one, passing):
            dead.add(one.key)
    return dead


def wrong(run: Evaluation, number: int, cases: Sequence[TestCase]) -> int:
    """The tests whose verdict a requirement of the run does not have, a bit each."""
    planes = run.verdict_planes(number)
    return sum(1 << place for place, case in enumerate(cases) if not planes[VERDICTS.index(case.expect)] >> place & 1)


def passes(run: Evaluation, cases: Sequence[TestCase]) -> int:
    """The tests that pass on the first requirement of the run, a bit each."""
    return wrong(run, 0, cases) ^ ((1 << len(cases)) - 1)


def _elsewhere(program: ir.Program, asked: Asked, one: Mutant, passing: int) -> bool:
    """Whether a test that names elements does not find them on the mutant."""
    for place, case in enumerate(asked.cases):
        if case.on and passing >> place & 1 and not one.where.startswith(("scope", "applies", "if unknown")):
            facts = asked.facts[place]
            if compare(case, explained(program, asked.requirement, facts, asked.day)):
                continue  # the test fails as it is
            if compare(case, explained(program, one.changed, facts, asked.day)):
                return True
    return False


def _same(program: ir.Program, original: ir.Requirement, several: Sequence[Mutant]) -> set[str]:
    """The keys of the mutants whose plan is that of the original."""
    plan = make(bare(program, [original, *(one.changed for one in several)]))
    shapes = [
        (one.scope, one.applies, frozenset(one.lines), _quantified(one.requirement), one.requirement.unknown_fails)
        for one in plan.requirements
    ]
    return {one.key for one, shape in zip(several, shapes[1:], strict=True) if shape == shapes[0]}


def _quantified(requirement: ir.Requirement) -> frozenset[ir.Expr]:
    """The lines that can be not applicable."""
    return frozenset(line.expr for line in requirement.lines if isinstance(line.expr, ir.Quant))
