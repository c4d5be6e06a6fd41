"""Proofs that clauses cannot all be true: found by a SAT solver, trimmed to the steps that are needed.

Guarantees: `refute` gives lemmas each of which follows by unit propagation from the clauses and the lemmas before it, the
last of them leading to a contradiction (DRUP without deletions); or the truth of every proposition in one solution.  Only
lemmas that the contradiction rests on are kept (marked backwards through the clauses used: Goldberg and Novikov, DATE 2003).
Deterministic: the solver (glucose 4 of python-sat) is, and the clauses come in a fixed order.
What it does not do: check.  `check_certificate` replays the result and trusts nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rulewright.engine.analysis.check_certificate import Refutation

Clause = tuple[int, ...]


class Solution(NamedTuple):
    """One way to make all clauses true: the propositions that hold."""

    true: frozenset[int]


def refute(variables: int, clauses: Sequence[Clause]) -> tuple[Clause, ...] | Solution:
    """Refute the clauses, or solve them."""
    from pysat.solvers import Glucose4

    if any(not clause for clause in clauses):
        return ()
    with Glucose4(with_proof=True) as solver:
        for clause in clauses:
            solver.add_clause(clause)
        if solver.solve():
            return Solution(frozenset(literal for literal in solver.get_model() if literal > 0))
        lines = solver.get_proof() or []
    return trimmed(variables, clauses, lemmas(lines))


def lemmas(lines: Sequence[str]) -> list[Clause]:
    """The lemmas of a DRUP proof in text; what it deletes is kept, since that only helps."""
    words = [line.split() for line in lines]
    return [tuple(int(word) for word in line if word != "0") for line in words if line and line[0] != "d"]


def trimmed(variables: int, clauses: Sequence[Clause], steps: Sequence[Clause]) -> tuple[Clause, ...]:
    """Only those steps that the contradiction rests on.  Raises `ValueError` where a step does not follow."""
    refutation = Refutation(variables, clauses)
    made: list[tuple[Clause, list[int], list[list[int]]]] = []
    for step in steps:
        if refutation.conflict is not None:
            break
        size = len(refutation.trail)
        false = refutation.lemma(step)
        if false is None:
            msg = "a step of the proof does not follow"
            raise ValueError(msg)
        used = list(_used(refutation, false))
        refutation.undo(size)
        clause = list(dict.fromkeys(step))
        made.append((step, clause, used))
        refutation.take(clause)
        refutation.settle()
    if refutation.conflict is None:
        msg = "the proof ends without a contradiction"
        raise ValueError(msg)
    needed = {id(clause) for clause in _used(refutation, refutation.conflict)}
    kept = []
    for step, clause, used in reversed(made):
        if id(clause) in needed:
            needed.update(map(id, used))
            kept.append(step)
    return tuple(reversed(kept))


def _used(refutation: Refutation, false: list[int]) -> Iterator[list[int]]:
    """The clauses that made a clause false, itself first."""
    seen: set[int] = set()
    todo = [false]
    while todo:
        clause = todo.pop()
        yield clause
        for literal in clause:
            reason = refutation.reasons[abs(literal)]
            if abs(literal) not in seen and reason is not None:
                seen.add(abs(literal))
                todo.append(reason)
