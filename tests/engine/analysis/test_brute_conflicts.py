"""Conflicts: the search against brute force over all products, and against the second solver."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import numpy as np
import pytest

from rulewright.engine.analysis import second
from rulewright.engine.analysis.contexts import Contexts
from rulewright.engine.analysis.model import OTHER, Context, Found, Problem
from rulewright.engine.analysis.normalise import build
from rulewright.engine.analysis.search import search
from rulewright.facts.types import Value
from tests.engine.analysis.brute.definitions import World
from tests.engine.analysis.brute.runs import SHARES, VOCABULARY, seeds, suite, suites
from tests.engine.analysis.brute.space import Bits, Lists
from tests.engine.analysis.brute.suites import Suite, draw
from tests.engine.analysis.brute.toy import AS_OF

Names = frozenset[str]


def problem_of(drawn: Suite) -> Problem:
    """What the analyser makes of a suite."""
    return build([drawn.program], VOCABULARY, as_of=AS_OF, facts=drawn.facts)


def named(problem: Problem, found: Iterable[Found]) -> set[Names]:
    """The requirements of what was found."""
    return {frozenset(problem.owners[owner].id for owner in item.owners) for item in found}


def wanted(world: World, most: int = 9) -> set[Names]:
    """The requirements of the minimal contradictory sets of at most so many, by brute force."""
    ids = [requirement.id for requirement in world.program.requirements]
    return {frozenset(ids[n] for n in members) for members in world.contradictions() if len(members) <= most}


@pytest.mark.parametrize("share", range(SHARES))
def test_exactly_the_contradictions_are_found(share: int) -> None:
    for drawn, world in suites(share):
        problem = problem_of(drawn)
        assert not problem.unknowns, (drawn.seed, problem.unknowns)
        found = search(problem, arity=9)
        assert named(problem, found.found) == wanted(world), drawn.seed
        assert found.complete_up_to == 9
        if found.culprits is not None:
            culprits = {problem.owners[owner].id for owner in found.culprits}
            assert all(members & culprits for members in wanted(world)), drawn.seed
        for most in (1, 2, 3):
            assert named(problem, search(problem, arity=most).found) == wanted(world, most), (drawn.seed, most)


@pytest.mark.parametrize("share", range(SHARES))
def test_the_smallest_context_leaves_no_design(share: int) -> None:
    """In every context that the answer describes, every design there is breaks one of the members; and there is one."""
    for drawn, world in suites(share, of=2):
        problem = problem_of(drawn)
        contexts = Contexts(problem)
        numbers = {requirement.id: n for n, requirement in enumerate(drawn.program.requirements)}
        for item in search(problem, arity=9).found:
            shown = contexts.smallest((*item.units, *item.axioms))
            mask = sum(1 << numbers[problem.owners[owner].id] for owner in item.owners)
            meant = world.real & described(world, problem, shown)
            assert meant.any(), (drawn.seed, item)
            assert not (world.there & (world.codes & mask == 0))[meant].any(), (drawn.seed, item)


def described(world: World, problem: Problem, shown: Context) -> Bits:
    """The contexts whose facts are in these cells, and have the exact values where there are any."""
    fits = np.ones(world.space.contexts, dtype=np.bool_)
    for context in range(world.space.contexts):
        facts = world.space.at(context, 0)
        inside = all(_within(problem, var, cell, facts) for var, cell in shown.cells.items())
        names = {problem.variables[var].name: number for var, number in shown.numbers.items()}
        fits[context] = inside and all(facts.get(name, number) == number for name, number in names.items())
    return fits


def _within(problem: Problem, var: int, cell: int, facts: dict[str, Value | Lists]) -> bool:
    """Whether a fact is in a cell, told from the cell's bounds or value alone."""
    variable = problem.variables[var]
    value = facts.get(variable.name)
    chosen = variable.cells[cell]
    if value is None:  # brute force knows that nothing depends on it
        return True
    if isinstance(value, tuple):
        named_words = {other.member for other in problem.variables if other.name == variable.name}
        own = {variable.member} if variable.member != OTHER else set(value) - named_words
        present = not own.isdisjoint(value)
        return bool(cell) is present
    if chosen.low is not None and chosen.high is not None:
        return isinstance(value, int) and chosen.low <= value <= chosen.high
    words = chosen.text.removeprefix("other than ").split(", ")
    return (
        chosen.text == "any" or value == chosen.value or (value in words) is not chosen.text.startswith("other than ")
    )


# --- the second solver --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", range(SHARES))
def test_the_second_solver_finds_the_same_sets(share: int) -> None:
    pytest.importorskip("z3")
    for drawn, world in suites(share, of=8):
        problem = problem_of(drawn)
        opinion = second.conflicts_by_z3(problem, 9)
        assert not opinion.undecided
        assert {frozenset(problem.owners[n].id for n in members) for members in opinion.found} == wanted(world), (
            drawn.seed
        )


@pytest.mark.parametrize("share", range(SHARES))
def test_the_second_solver_finds_the_same_sets_where_products_are_too_many_to_list(share: int) -> None:
    pytest.importorskip("z3")
    for seed in seeds(share, of=12):
        drawn = draw(30_000 + seed)
        problem = problem_of(drawn)
        opinion = second.conflicts_by_z3(problem, 3)
        found = named(problem, search(problem, arity=3).found)
        told = {frozenset(problem.owners[n].id for n in members) for members in opinion.found}
        unsure = {frozenset(problem.owners[n].id for n in members) for members in opinion.undecided}
        assert told <= found, drawn.seed
        assert all(any(maybe <= members for maybe in unsure) for members in found - told), drawn.seed


def test_the_second_solver_agrees_with_the_search_and_says_where_it_does_not() -> None:
    pytest.importorskip("z3")
    for seed in range(0, 24, 3):
        drawn, _ = suite(seed)
        problem = problem_of(drawn)
        found = search(problem, arity=4).found
        assert second.agree(problem, found) == ()
        for item in found[:1]:
            more = next(
                (n for n, o in enumerate(problem.owners) if o.strength != "axiom" and n not in item.owners), None
            )
            less = Found(item.owners[1:], item.units, item.axioms)
            assert any("no contradiction" in words for words in second.agree(problem, [less])) or not less.owners
            if more is not None:
                wide = Found((*item.owners, more), item.units, item.axioms)
                assert any("without" in words for words in second.agree(problem, [wide]))


def test_without_z3_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "z3", None)
    drawn, _ = suite(0)
    with pytest.raises(second.MissingError, match=r"install `rulewright\[analysis\]`"):
        second.conflicts_by_z3(problem_of(drawn), 2)
