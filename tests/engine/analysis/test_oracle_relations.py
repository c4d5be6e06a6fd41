"""Comparisons of chosen numbers and days against enumeration of all values."""

from __future__ import annotations

import random
from itertools import product

import pytest

from rulewright.dsl import ir
from rulewright.engine.analysis import formulas
from rulewright.engine.analysis.model import (
    TRUE,
    All,
    Cell,
    Design,
    Formula,
    Lit,
    Owner,
    Problem,
    Rel,
    Some,
    Unit,
    Variable,
)
from rulewright.engine.analysis.oracle import Oracle
from rulewright.engine.analysis.relations import Relations, longest, reaching, shortest
from rulewright.engine.predicates import add_days

OPS: tuple[ir.Comparison, ...] = ("=", "!=", "<", "<=", ">", ">=")
WAYS = {"masks": {"many": 10**9, "branches": 10**9}, "solver": {"many": 0}}


def ints(name: str, ends: list[tuple[int, int]], kind: str = "int") -> Variable:
    return Variable(name, kind, tuple(Cell(low, f"{low}..{high}", low, high) for low, high in ends))


def random_variable(rng: random.Random, name: str, size: int, start: int = 0, kind: str = "int") -> Variable:
    cuts = sorted(rng.sample(range(1, size), rng.randrange(1, min(4, size))))
    ends = [*zip([0, *cuts], [cut - 1 for cut in [*cuts, size]], strict=True)]
    return ints(name, [(start + low, start + high) for low, high in ends], kind)


def random_formula(rng: random.Random, variables: list[Variable], depth: int) -> Formula:
    roll = rng.random()
    if depth == 0 or roll < 0.6:
        var = rng.randrange(len(variables))
        if rng.random() < 0.35:
            return Lit(var, rng.randrange(1, variables[var].full))
        return Rel(var, rng.choice(OPS), rng.randrange(len(variables)), 0, rng.choice([0, 0, -1, 1, 2]))
    items = tuple(random_formula(rng, variables, depth - 1) for _ in range(rng.randrange(1, 4)))
    return All(items) if roll < 0.75 else Some(items)


def true(formula: Formula, variables: list[Variable], values: tuple[int, ...]) -> bool:
    match formula:
        case Lit(var, mask):
            return any(
                cell.low <= values[var] <= cell.high  # type: ignore[operator]
                for at, cell in enumerate(variables[var].cells)
                if mask >> at & 1
            )
        case Rel(left, op, right, months, days):
            moved = add_days(values[right], months, days) if variables[right].kind == "date" else values[right]
            return {
                "=": values[left] == moved,
                "!=": values[left] != moved,
                "<": values[left] < moved,
                "<=": values[left] <= moved,
                ">": values[left] > moved,
                ">=": values[left] >= moved,
            }[op]
        case All(items):
            return all(true(item, variables, values) for item in items)
        case Some(items):
            return any(true(item, variables, values) for item in items)
        case _:
            raise TypeError(formula)


def problem(variables: list[Variable], choices: list[Formula]) -> Problem:
    owners = tuple(Owner(f"r{number}", "shall") for number in range(len(choices)))
    return Problem(tuple(variables), owners, tuple(Unit(at, TRUE, choice) for at, choice in enumerate(choices)))


def domain(variable: Variable) -> range:
    low, high = variable.cells[0].low, variable.cells[-1].high
    assert low is not None
    assert high is not None
    return range(low, high + 1)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["int", "date"])
@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_enumeration(seed: int, kind: str, way: str) -> None:
    rng = random.Random(seed)
    for _ in range(30):
        variables = [
            random_variable(rng, f"n{at}", rng.randrange(3, 9), kind=kind) for at in range(rng.randrange(1, 4))
        ]
        choices = [random_formula(rng, variables, 2) for _ in range(rng.randrange(1, 5))]
        expected = any(
            all(true(choice, variables, values) for choice in choices) for values in product(*map(domain, variables))
        )
        oracle = Oracle(problem(variables, choices), **WAYS[way])
        near = Design({at: rng.randrange(len(one.cells)) for at, one in enumerate(variables) if rng.random() < 0.7})
        design = oracle.design(range(len(choices)), near)
        assert oracle.satisfiable(range(len(choices))) is expected
        assert (design is not None) is expected
        if design is None:
            core = oracle.core(range(len(choices)))
            for left in core:
                assert oracle.satisfiable([unit for unit in core if unit != left])
            continue
        for choice in choices:
            assert formulas.holds(choice, design, design, variables) is True
        for var, number in design.numbers.items():
            cell = variables[var].cells[design.cells[var]]
            assert cell.low is not None
            assert cell.high is not None
            assert cell.low <= number <= cell.high


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(4))
def test_tight_clauses_agree_with_enumeration(seed: int, way: str) -> None:
    rng = random.Random(seed)
    for _ in range(15):
        variables = [random_variable(rng, f"n{at}", rng.randrange(4, 7)) for at in range(3)]
        choices: list[Formula] = []
        for _ in range(rng.randrange(5, 10)):
            left, right = rng.sample(range(3), 2)
            rel = Rel(left, rng.choice(["=", "<", ">", ">="]), right)
            choices.append(Some((rel, Lit(right, 1 << rng.randrange(len(variables[right].cells))))))
            choices.append(Some(tuple(Lit(var, rng.randrange(1, variables[var].full)) for var in (left, right))))
        expected = any(
            all(true(choice, variables, values) for choice in choices) for values in product(*map(domain, variables))
        )
        near = Design({at: rng.randrange(len(one.cells)) for at, one in enumerate(variables)})
        design = Oracle(problem(variables, choices), **WAYS[way]).design(range(len(choices)), near)
        assert (design is not None) is expected
        assert design is None or all(formulas.holds(one, design, design, variables) for one in choices)


def days_in(variable: Variable, mask: int) -> list[int]:
    return [
        day
        for at, cell in enumerate(variable.cells)
        if mask >> at & 1
        for day in range(cell.low or 0, (cell.high or 0) + 1)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_months_of_the_calendar_agree_with_enumeration(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(25):
        variables = [random_variable(rng, name, 45, 19_750, "date") for name in "ab"]
        rels = [
            Rel(at := rng.randrange(2), rng.choice(OPS), 1 - at, rng.choice([-1, 0, 1]), rng.randrange(-31, 32))
            for _ in range(rng.randrange(1, 4))
        ]
        masks = {at: rng.randrange(1, one.full + 1) for at, one in enumerate(variables) if rng.random() < 0.5}
        allowed = [days_in(one, masks.get(at, one.full)) for at, one in enumerate(variables)]
        expected = any(all(true(rel, variables, values) for rel in rels) for values in product(*allowed))
        assert (Relations(variables).solve(rels, masks) is not None) is expected


def test_shifts_are_bounded_and_turned_back() -> None:
    rng = random.Random(3)
    for _ in range(3000):
        day, months, days = rng.randrange(0, 40_000), rng.randrange(-40, 41), rng.randrange(-40, 41)
        assert shortest(months) <= add_days(day, months, 0) - day <= longest(months)
        back = reaching(day, months, days)
        assert add_days(back, months, days) >= day > add_days(back - 1, months, days)


def test_a_cycle_that_only_climbs_is_refused_at_once() -> None:
    whole = [ints(name, [(-700_000, 2_900_000)], "date") for name in "ab"]
    assert Relations(whole).solve([Rel(0, ">=", 1, 60), Rel(1, ">=", 0)], {}) is None
    assert Relations(whole).solve([Rel(0, ">", 1), Rel(1, ">", 0, 0, -10)], {}) is not None
    wide = [ints(name, [(-(10**9), 10**9)]) for name in "ab"]
    assert Relations(wide).solve([Rel(0, ">", 1), Rel(1, ">=", 0)], {}) is None


@pytest.mark.parametrize(("left", "right"), [(0, 1), (1, 0)])
def test_different_means_below_or_above(left: int, right: int) -> None:
    relations = Relations([ints("a", [(0, 5)]), ints("b", [(0, 0), (1, 5)])])
    assert relations.solve([Rel(left, "!=", right)], {1: 1}) == {0: 1, 1: 0}


def test_near_cells_and_exact_values() -> None:
    variables = [ints("a", [(0, 9), (10, 19), (20, 29)]), ints("b", [(0, 9), (10, 19), (20, 29)])]
    oracle = Oracle(problem(variables, [Rel(0, ">", 1)]))
    assert oracle.design([0]) == Design({0: 0, 1: 0}, {0: 1, 1: 0})
    assert oracle.design([0], Design({0: 2, 1: 1})) == Design({0: 2, 1: 1}, {0: 20, 1: 10})
    assert oracle.design([0], Design({0: 1, 1: 1}, {0: 15, 1: 12})) is not None
    assert oracle.design([0], Design({0: 0, 1: 2})) == Design({0: 0, 1: 0}, {0: 1, 1: 0})


def test_words_can_be_equal_or_not() -> None:
    words = tuple(Cell(word, word) for word in ("no", "yes"))
    variables = [Variable("a", "enum", words), Variable("b", "enum", words[::-1])]
    oracle = Oracle(problem(variables, [Rel(0, "=", 1), Lit(0, 1), Lit(1, 1), Lit(1, 2)]))
    assert not oracle.satisfiable([0, 1, 2])
    assert oracle.satisfiable([0, 1, 3])


def test_what_lies_near_is_not_taken_where_a_relation_forbids_it() -> None:
    variables = [ints(name, [(0, 9), (10, 19)]) for name in "abc"]
    oracle = Oracle(problem(variables, [Rel(0, ">=", 1), Some((Lit(0, 1), Lit(2, 2))), Lit(1, 2)]))
    assert oracle.design(range(3), Design({0: 0, 1: 0, 2: 0})) == Design({0: 1, 1: 1, 2: 1}, {0: 10, 1: 10})
    oracle = Oracle(problem(variables, [Rel(0, "=", 1), Some((Lit(0, 1), Lit(2, 2))), Some((Lit(1, 2), Lit(2, 2)))]))
    assert oracle.design(range(3), Design({0: 0, 1: 1, 2: 0})) == Design({0: 0, 1: 0, 2: 1}, {0: 0, 1: 0})
