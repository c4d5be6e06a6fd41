"""The search finds all minimal conflicts and nothing else: against enumeration, and under changes that change nothing.

`RULEWRIGHT_SUITES_COUNT` raises the number of random problems (3,000 for a full run).
"""

from __future__ import annotations

import os
from random import Random

import msgspec
import pytest

from rulewright.engine.analysis.formulas import holds
from rulewright.engine.analysis.hunt import Prepared
from rulewright.engine.analysis.model import All, Design, Element, Formula, Lit, Owner, Problem, Rel, Some, Unit
from rulewright.engine.analysis.oracle import Oracle
from rulewright.engine.analysis.search import search
from tests.engine.analysis.problems import Maker, conflicts, variable

SUITES = int(os.environ.get("RULEWRIGHT_SUITES_COUNT", "100"))
KINDS = {"plain": 1.0, "narrow": 1.0, "opaque": 0.3, "relations": 0.2, "elements": 0.08}


def made(kind: str, seed: int) -> Problem:
    return Maker(seed, **({} if kind == "plain" else {kind: True})).make()


def owners(problem: Problem, arity: int = 4, **more: object) -> set[tuple[int, ...]]:
    return {found.owners for found in search(problem, arity=arity, **more).found}  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_all_minimal_conflicts_are_found_and_nothing_else(kind: str) -> None:
    sizes: set[int] = set()
    for seed in range(int(SUITES * KINDS[kind])):
        problem = made(kind, seed)
        want = conflicts(problem, 4)
        assert owners(problem) == want, seed
        arity = 1 + seed % 3
        assert owners(problem, arity) == {one for one in want if len(one) <= arity}, seed
        sizes |= {len(one) for one in want}
    assert 2 in sizes


def test_conflicts_of_three_and_four_members_occur() -> None:
    sizes = [len(one) for seed in range(100) for one in conflicts(made("narrow", seed), 4)]
    assert sizes.count(3) >= 20
    assert sizes.count(4) >= 2


@pytest.mark.parametrize("kind", ["plain", "narrow"])
def test_a_conflict_shows_its_units_a_shared_context_and_its_axioms(kind: str) -> None:
    for seed in range(60):
        problem = made(kind, seed)
        ready = Prepared(problem)
        for found in search(problem, ready=ready).found:
            units = [*found.units, *found.axioms]
            assert {problem.units[unit].owner for unit in found.units} == set(found.owners)
            assert all(problem.owners[problem.units[unit].owner].strength == "axiom" for unit in found.axioms)
            assert ready.contexts.meet(units)
            assert not Oracle(problem).satisfiable(units)
            for unit in units:
                assert Oracle(problem).satisfiable([other for other in units if other != unit])


def test_roots_give_the_conflicts_that_contain_one_of_them() -> None:
    for seed in range(80):
        problem = made("narrow" if seed % 2 else "plain", seed)
        want = owners(problem)
        ready = Prepared(problem)
        for roots in ([0], [1, 2]):
            got = owners(problem, roots=roots, ready=ready)
            assert got == {one for one in want if set(one) & set(roots)}, seed


def test_among_leaves_out_the_others() -> None:
    for seed in range(80):
        problem = made("plain", seed)
        wanted = frozenset({0, 1, 2})
        assert owners(problem, among=wanted) == {one for one in owners(problem) if wanted.issuperset(one)}, seed


def test_a_budget_says_what_it_left_out_and_tells_no_untruth() -> None:
    cut = 0
    for seed in range(60):
        problem = made("narrow", seed)
        want = owners(problem)
        for budget in (1, 8, 20, 10_000):
            got = search(problem, budget=budget)
            assert {f.owners for f in got.found} <= want
            assert {one for one in want if len(one) <= got.complete_up_to} <= {f.owners for f in got.found}
            assert bool(got.left) is (got.complete_up_to < 4)
            cut += bool(got.left)
    assert cut
    assert search(made("narrow", 1), budget=10_000).complete_up_to == 4


def test_every_conflict_contains_a_culprit() -> None:
    for seed in range(100):
        problem = made("plain", seed)
        culprits = search(problem).culprits
        if culprits is not None:
            assert all(set(culprits).intersection(one) for one in owners(problem))


# --- changes that change nothing -----------------------------------------------------------------------------------------


def shuffled(problem: Problem, seed: int) -> Problem:
    """The same with units in another order."""
    units = list(problem.units)
    Random(seed).shuffle(units)
    return msgspec.structs.replace(problem, units=tuple(units))


@pytest.mark.parametrize("kind", ["plain", "narrow", "elements"])
def test_the_order_of_units_does_not_matter(kind: str) -> None:
    for seed in range(20):
        problem = made(kind, seed)
        assert owners(shuffled(problem, seed)) == owners(problem)


def test_a_unit_said_twice_and_owners_of_nothing_change_nothing() -> None:
    for seed in range(40):
        problem = made("plain", seed)
        more = msgspec.structs.replace(
            problem, units=problem.units + problem.units, owners=(*problem.owners, Owner("idle", "shall"))
        )
        assert owners(more) == owners(problem)


def test_a_copy_of_a_requirement_copies_its_conflicts() -> None:
    for seed in range(40):
        problem = made("plain", seed)
        copy = len(problem.owners)
        units = tuple(msgspec.structs.replace(unit, owner=copy) for unit in problem.units if unit.owner == 0)
        more = msgspec.structs.replace(
            problem, owners=(*problem.owners, Owner("copy", "shall")), units=problem.units + units
        )
        want = owners(problem)
        copies = {tuple(sorted({copy if o == 0 else o for o in one})) for one in want if 0 in one}
        assert owners(more) == want | copies


def test_the_answer_is_the_same_every_time() -> None:
    for kind in KINDS:
        problem = made(kind, 7)
        assert search(problem) == search(problem)


# --- cases ---------------------------------------------------------------------------------------------------------------

G, X, Y = 0, 1, 2
VARIABLES = (variable("g", 2, given=True), variable("x", 3, width=10), variable("y", 3, width=10))
TRUE: Formula = All(())


def problem_of(*units: tuple[int, Formula, Formula], axioms: int = 0) -> Problem:
    count = max(owner for owner, _, _ in units) + 1
    made = tuple(Owner(f"o{n}", "axiom" if n >= count - axioms else "shall") for n in range(count))
    return Problem(VARIABLES, made, tuple(Unit(*unit) for unit in units))


def test_requirements_that_never_apply_together_are_no_conflict() -> None:
    apart = problem_of((0, Lit(G, 1), Lit(X, 1)), (1, Lit(G, 2), Lit(X, 2)))
    assert owners(apart) == set()
    assert owners(problem_of((0, TRUE, Lit(X, 1)), (1, Lit(G, 2), Lit(X, 2)))) == {(0, 1)}


def test_an_axiom_counts_for_no_member() -> None:
    problem = problem_of((0, TRUE, Lit(X, 4)), (1, TRUE, Lit(Y, 1)), (2, TRUE, Some((Lit(X, 3), Lit(Y, 6)))), axioms=1)
    (found,) = search(problem, arity=2).found
    assert (found.owners, found.axioms) == ((0, 1), (2,))


def test_a_context_without_any_product_is_no_context() -> None:
    impossible = ((1, Lit(G, 1), Lit(X, 1)), (2, Lit(G, 1), Lit(X, 2)))
    problem = problem_of((0, TRUE, Lit(X, 4)), *impossible, axioms=2)
    assert owners(problem) == set()
    assert owners(problem_of((0, Lit(G, 1), Lit(X, 4)), impossible[0], axioms=1)) == {(0,)}


def test_an_alternative_axiom_makes_a_minimal_conflict_of_one() -> None:
    problem = problem_of((0, Lit(G, 1), Lit(X, 4)), (0, Lit(G, 2), Lit(Y, 4)), (1, Lit(G, 2), Lit(Y, 3)), axioms=1)
    assert owners(problem) == {(0,)}


def test_comparisons_of_two_choices() -> None:
    problem = problem_of(
        (0, TRUE, Rel(X, "<", Y)), (1, TRUE, Rel(Y, "<", X)), (2, TRUE, Lit(X, 4)), (3, TRUE, Lit(Y, 3))
    )
    assert owners(problem) == {(0, 1), (0, 2, 3)}


def test_the_design_of_a_test_is_a_design() -> None:
    design = Design({X: 1, Y: 2}, {}, {"part": (Element({}),)})
    assert holds(Lit(X, 2), design, design, VARIABLES) is True


def test_what_the_oracle_left_undecided_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Oracle, "gaps", property(lambda _: ("too large a list",)))
    assert search(problem_of((0, TRUE, Lit(X, 1)))).left == ("too large a list",)
