"""How others would look for contradictions in the same suite: pairs by z3, cvc5 and clingo, all sets by textbook MARCO.

Guarantees: each returns the conflicts that it found as sets of owners, how much of its work it did within a budget of CPU
seconds, and what the whole would take at that rate; nothing is handed to a peer that a reader of its manual would not do.
What it does not do: share code with the analyser (`bench.conflict_terms` translates the model).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations, islice
from types import ModuleType
from typing import TYPE_CHECKING

from bench.conflict_terms import Asp, Smt
from rulewright.engine.analysis.formulas import mentioned
from rulewright.engine.analysis.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a peer did: conflicts (owners), pairs or sets examined of how many, CPU seconds, and the estimate of the whole."""

    peer: str
    found: frozenset[frozenset[int]]
    examined: int
    total: int
    seconds: float

    @property
    def whole(self) -> float:
        """CPU seconds for all, at the rate measured; the measure itself where it got through."""
        return self.seconds * self.total / max(1, self.examined)


def pairs(problem: Problem, *, sharing: bool) -> Iterator[Pair]:
    """Pairs of units of different owners; `sharing`: only those that share a choice variable."""
    names = [mentioned(unit.choice) for unit in problem.units]
    for a, b in combinations(range(len(problem.units)), 2):
        if problem.units[a].owner != problem.units[b].owner and (not sharing or names[a] & names[b]):
            yield a, b


def _count(items: Iterable[object]) -> int:
    return sum(1 for _ in items)


def _trial(peer: str, problem: Problem, judge: Callable[[Pair], bool], budget: float, *, sharing: bool) -> Trial:
    """Judge pairs until the budget is spent; a sample spread over all of them where it does not suffice."""
    total = _count(pairs(problem, sharing=sharing))
    step = max(1, total // 2_000)
    found, examined = set[frozenset[int]](), 0
    start = time.process_time()
    for first in range(step):
        for a, b in islice(pairs(problem, sharing=sharing), first, None, step):
            if judge((a, b)):
                found.add(frozenset({problem.units[a].owner, problem.units[b].owner}))
            examined += 1
            if time.process_time() - start > budget:
                return Trial(peer, frozenset(found), examined, total, time.process_time() - start)
    return Trial(peer, frozenset(found), examined, total, time.process_time() - start)


def fresh_smt(problem: Problem, solver: ModuleType, budget: float, *, naive: bool) -> Trial:
    """A fresh solver per question: is there a common context, and then no common design?  `naive` declares everything."""

    def possible(smt: Smt, *formulas: object) -> bool:
        asked = solver.Solver()
        asked.add(smt.bounds)
        asked.add(*formulas)
        return str(asked.check()) == "sat"

    def judge(pair: Pair) -> bool:
        units = [problem.units[number] for number in pair]
        smt = Smt(problem, solver)
        if naive:
            smt.everything()
        context = [smt.term(formula) for _, formula in problem.context] + [smt.term(unit.given) for unit in units]
        if not possible(smt, *context):
            return False
        return not possible(smt, *[smt.term(unit.choice) for unit in units])

    name = solver.__name__.partition(".")[0]
    label = f"{name}, a fresh solver per pair" + (
        ", everything declared" if naive else ", pairs that share an attribute"
    )
    return _trial(label, problem, judge, budget, sharing=not naive)


def one_smt(problem: Problem, solver: ModuleType, budget: float) -> Trial:
    """One solver with all units behind literals, asked under assumptions, over the pairs that share an attribute."""
    smt, asked = Smt(problem, solver), solver.Solver()
    selectors = []
    for number, unit in enumerate(problem.units):
        given, choice = solver.Bool(f"g{number}"), solver.Bool(f"o{number}")
        asked.add(solver.Implies(given, smt.term(unit.given)), solver.Implies(choice, smt.term(unit.choice)))
        selectors.append((given, choice))
    asked.add(*[smt.term(formula) for _, formula in problem.context])
    asked.add(smt.bounds)

    def judge(pair: Pair) -> bool:
        (ga, oa), (gb, ob) = (selectors[number] for number in pair)
        return str(asked.check(ga, gb)) == "sat" and str(asked.check(oa, ob)) == "unsat"

    return _trial(f"{solver.__name__}, one solver with assumptions", problem, judge, budget, sharing=True)


def clingo_pairs(problem: Problem, budget: float) -> Trial:
    """One grounded program, asked under assumptions, over the pairs that share an attribute."""
    import clingo

    asp = Asp(problem)
    context = [asp.name(formula) for _, formula in problem.context]
    names = [(asp.name(unit.given), asp.name(unit.choice)) for unit in problem.units]
    control = clingo.Control(["--warn=none"])
    control.add("base", [], "\n".join(asp.rules))
    control.ground([("base", [])])

    def possible(*atoms: int) -> bool:
        asked = [(clingo.Function("h", [clingo.Number(atom)]), True) for atom in atoms]
        return bool(control.solve(assumptions=asked).satisfiable)

    def judge(pair: Pair) -> bool:
        (ga, oa), (gb, ob) = (names[number] for number in pair)
        return possible(ga, gb, *context) and not possible(oa, ob)

    return _trial("clingo, one program with assumptions", problem, judge, budget, sharing=True)


def marco(problem: Problem, budget: float) -> Trial:
    """MARCO (Liffiton and others 2016) with applicability in the map solver and z3 as the oracle of consistency.

    Its work is done when the map is exhausted; `examined` is 1 then, of 1, and 0 where the budget ended it before.
    """
    import z3
    from pysat.solvers import Solver

    smt, oracle, room = Smt(problem, z3), z3.Solver(), z3.Solver()
    chosen = [z3.Bool(f"u{number}") for number in range(len(problem.units))]
    for term, unit in zip(chosen, problem.units, strict=True):
        oracle.add(z3.Implies(term, smt.term(unit.choice)))
        room.add(z3.Implies(term, smt.term(unit.given)))
    room.add(*[smt.term(formula) for _, formula in problem.context])
    oracle.add(smt.bounds)
    room.add(smt.bounds)
    found, start = set[frozenset[int]](), time.process_time()
    with Solver("glucose4") as seen:
        while time.process_time() - start < budget:
            seed = _maximal(seen, room, chosen)
            if seed is None:
                return Trial("MARCO", frozenset(found), 1, 1, time.process_time() - start)
            if oracle.check(*[chosen[number] for number in sorted(seed)]) == z3.sat:
                seen.add_clause([number + 1 for number in range(len(chosen)) if number not in seed])
                continue
            core = sorted(seed)
            for number in list(core):
                rest = [other for other in core if other != number]
                if oracle.check(*[chosen[other] for other in rest]) == z3.unsat:
                    core = rest
            found.add(frozenset(problem.units[number].owner for number in core))
            seen.add_clause([-(number + 1) for number in core])
    return Trial("MARCO", frozenset(found), 0, 1, time.process_time() - start)


def _maximal(seen: object, room: object, chosen: list[object]) -> frozenset[int] | None:
    """A set that the map does not know and that has a context, grown until nothing can be added."""
    import z3

    solve, model, check = seen.solve, seen.get_model, room.check  # type: ignore[attr-defined]  # solvers without types
    while solve():
        seed = {abs(number) - 1 for number in model() if number > 0} | {
            number for number in range(len(chosen)) if number + 1 > len(model())
        }
        if check(*[chosen[number] for number in sorted(seed)]) == z3.sat:
            for number in range(len(chosen)):
                trial = sorted(seed | {number})
                allowed = number in seed or solve(assumptions=[other + 1 for other in trial])
                if number not in seed and allowed and check(*[chosen[other] for other in trial]) == z3.sat:
                    seed.add(number)
            return frozenset(seed)
        core = sorted(seed)
        for number in list(core):
            rest = [other for other in core if other != number]
            if check(*[chosen[other] for other in rest]) == z3.unsat:
                core = rest
        seen.add_clause([-(number + 1) for number in core])  # type: ignore[attr-defined]  # as above
    return None
