"""Axioms that no design can meet together: where they apply together there is no product, so no context either.

Guarantees: all minimal sets, of any size; none where one design meets all axioms, which is the usual case and costs one
question.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from rulewright.engine.analysis.model import Design, Problem
from rulewright.engine.analysis.oracle import Oracle


class Meets(Protocol):
    """What is asked of contexts."""

    problem: Problem

    def meet(self, units: Iterable[int]) -> bool:
        """Whether some context makes the conditions of all these units true."""


def impossible(contexts: Meets, oracle: Oracle) -> tuple[tuple[int, ...], ...]:
    """The minimal sets of axiom units that share a context and that no design meets."""
    problem = contexts.problem
    axioms = [n for n, unit in enumerate(problem.units) if problem.owners[unit.owner].strength == "axiom"]
    if not axioms or oracle.satisfiable(axioms):
        return ()
    found: set[tuple[int, ...]] = set()
    start = Design({var: 0 for var, one in enumerate(problem.variables) if not one.given and not one.collection})

    def explore(seed: tuple[int, ...], candidates: list[int], near: Design) -> None:
        if not contexts.meet(seed):
            return
        design = oracle.design(seed, near)
        if design is None:
            found.add(oracle.core(seed))
            return
        broken = [unit for unit in candidates if oracle.violated(design, unit) is not False]
        for place, unit in enumerate(broken):
            earlier = set(broken[: place + 1])
            explore((*seed, unit), [other for other in candidates if other not in earlier], design)

    explore((), axioms, start)
    return tuple(sorted(one for one in found if not any(set(other) < set(one) for other in found)))
