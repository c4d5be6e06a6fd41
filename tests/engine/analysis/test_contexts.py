"""Contexts against enumeration: whether units apply together, the smallest context, what is quick, what axioms exclude."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pytest

from rulewright.engine.analysis.contexts import Contexts
from rulewright.engine.analysis.formulas import holds
from rulewright.engine.analysis.model import All, Context, Design, Formula, Lit, Owner, Problem, Some, Unit
from tests.engine.analysis.problems import Maker, points, variable


def every(problem: Problem) -> list[Design]:
    """All contexts that background knowledge over given facts allows."""
    return [
        one
        for one in points(problem, given=True)
        if all(holds(formula, one, one, problem.variables) for _, formula in problem.context)
    ]


def applies(problem: Problem, unit: int, context: Design) -> bool:
    return holds(problem.units[unit].given, context, context, problem.variables) is True


def without_axioms(problem: Problem) -> Problem:
    """All owners are requirements."""
    return Problem(
        problem.variables, tuple(Owner(o.id, "shall") for o in problem.owners), problem.units, problem.context
    )


@pytest.mark.parametrize("relations", [False, True])
def test_units_meet_where_a_context_makes_all_their_conditions_true(relations: bool) -> None:  # noqa: FBT001
    answers = set()
    for seed in range(30 if relations else 120):
        problem = without_axioms(Maker(seed, relations=relations).make())
        contexts, worlds = Contexts(problem), every(problem)
        for size in (1, 2, 3):
            for units in list(combinations(range(len(problem.units)), size))[:40]:
                want = any(all(applies(problem, unit, world) for unit in units) for world in worlds)
                found = contexts.together(units)
                assert contexts.meet(units) is (found is not None) is want, (seed, units)
                answers.add(want)
                if found is not None:
                    world = Design(found.cells, found.numbers)
                    assert all(applies(problem, unit, world) for unit in units)
                    assert all(holds(f, world, world, problem.variables) for _, f in problem.context)
                    assert all(contexts.row(a) >> b & 1 for a in units for b in units)
    assert answers == {True, False}


def away(problem: Problem, cells: Sequence[int]) -> tuple[int, list[bool], list[int]]:
    """How small a context is: facts away from their first cell, which, and how far."""
    del problem
    return sum(cell != 0 for cell in cells), [cell != 0 for cell in cells], list(cells)


def test_the_smallest_context_is_the_smallest() -> None:
    for seed in range(150):
        problem = without_axioms(Maker(seed).make())
        contexts = Contexts(problem)
        given = [var for var, one in enumerate(problem.variables) if one.given]
        for units in list(combinations(range(len(problem.units)), 2))[:12]:
            fit = [w for w in every(problem) if all(applies(problem, unit, w) for unit in units)]
            if not fit:
                with pytest.raises(ValueError, match="no context"):
                    contexts.smallest(units)
                continue
            found = contexts.smallest(units)
            want = min(away(problem, [world.cells[var] for var in given]) for world in fit)
            assert away(problem, [found.cells.get(var, 0) for var in given]) == want, (seed, units)
            shown = Design(found.cells, found.numbers)
            assert all(applies(problem, unit, shown) for unit in units)


def test_the_smallest_context_does_not_depend_on_what_was_asked_before() -> None:
    for seed in range(40):
        problem = Maker(seed).make()
        fresh, used = Contexts(problem), Contexts(problem)
        pairs = [units for units in combinations(range(len(problem.units)), 2) if fresh.meet(units)]
        for units in reversed(pairs):
            used.together(units)
            used.smallest(units)
        assert [Contexts(problem).smallest(units) for units in pairs] == [used.smallest(units) for units in pairs]


def test_the_part_that_matters_still_suffices_and_no_less_does() -> None:
    for seed in range(40):
        problem = Maker(seed).make()
        contexts = Contexts(problem)
        for unit in range(len(problem.units)):
            if not contexts.meet((unit,)):
                continue
            part = contexts.matter((unit,), contexts.smallest((unit,)))
            assert applies(problem, unit, Design(part.cells, part.numbers))
            for var in part.cells:
                less = {other: cell for other, cell in part.cells.items() if other != var}
                assert not applies(problem, unit, Design(less, part.numbers))


G, H, X = 0, 1, 2
VARIABLES = (variable("g", 2, given=True), variable("h", 3, given=True), variable("x", 3))
TRUE: Formula = All(())


def test_axioms_that_no_design_meets_together_exclude_contexts() -> None:
    owners = Owner("r", "shall"), Owner("a", "axiom"), Owner("b", "axiom"), Owner("c", "axiom")
    units = (
        Unit(0, TRUE, Lit(X, 1)),
        Unit(1, Lit(G, 2), Lit(X, 3)),
        Unit(2, Lit(H, 6), Lit(X, 6)),
        Unit(3, TRUE, Lit(X, 5)),
    )
    contexts = Contexts(Problem(VARIABLES, owners, units))
    assert contexts.excluded == ((1, 2, 3),)
    assert contexts.meet((1,))
    assert not contexts.meet((1, 2))
    assert contexts.together((1, 2, 3)) is None
    assert contexts.smallest((1,)) == Context({G: 1, H: 0})


def test_background_knowledge_moves_the_smallest_context() -> None:
    owners = (Owner("r", "shall"),)
    implied = Some((Lit(G, 1), Lit(H, 4)))
    contexts = Contexts(Problem(VARIABLES, owners, (Unit(0, Lit(G, 2), Lit(X, 1)),), ((-1, implied),)))
    assert contexts.smallest((0,)) == Context({G: 1, H: 2})


def test_no_context_at_all() -> None:
    problem = Problem(
        VARIABLES, (Owner("r", "shall"),), (Unit(0, TRUE, Lit(X, 1)),), ((-1, Lit(G, 1)), (-1, Lit(G, 2)))
    )
    assert not Contexts(problem).meet((0,))
    assert Contexts(problem).together((0,)) is None
