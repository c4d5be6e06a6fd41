"""The oracle against enumeration: masks, clauses and opaque names; both ways of deciding; minimal cores."""

from __future__ import annotations

import random
from itertools import product

import pytest

from rulewright.engine.analysis import formulas
from rulewright.engine.analysis.model import (
    FALSE,
    TRUE,
    All,
    Cell,
    Design,
    Formula,
    Lit,
    Opaque,
    Owner,
    Problem,
    Some,
    Unit,
    Variable,
)
from rulewright.engine.analysis.oracle import Oracle


def variable(name: str, cells: int) -> Variable:
    return Variable(name, "enum", tuple(Cell(str(number), str(number)) for number in range(cells)))


def problem(sizes: list[int], choices: list[Formula]) -> Problem:
    variables = tuple(variable(f"v{number}", size) for number, size in enumerate(sizes))
    owners = tuple(Owner(f"r{number}", "shall") for number in range(len(choices)))
    return Problem(variables, owners, tuple(Unit(number, TRUE, choice) for number, choice in enumerate(choices)))


def random_formula(rng: random.Random, sizes: list[int], depth: int, opaque: int = 0) -> Formula:
    roll = rng.random()
    if depth == 0 or roll < 0.45:
        if opaque and rng.random() < 0.2:
            return Opaque(f"p{rng.randrange(opaque)}", rng.random() < 0.5)
        var = rng.randrange(len(sizes))
        return Lit(var, rng.randrange(1, (1 << sizes[var]) - 1))
    if roll < 0.5:
        return rng.choice([TRUE, FALSE])
    items = tuple(random_formula(rng, sizes, depth - 1, opaque) for _ in range(rng.randrange(1, 4)))
    return All(items) if roll < 0.7 else Some(items)


def true(formula: Formula, cells: tuple[int, ...], opaque: tuple[bool, ...]) -> bool:
    match formula:
        case Lit(var, mask):
            return bool(mask >> cells[var] & 1)
        case Opaque(name, positive):
            return opaque[int(name[1:])] is positive
        case All(items):
            return all(true(item, cells, opaque) for item in items)
        case Some(items):
            return any(true(item, cells, opaque) for item in items)
        case _:
            raise TypeError(formula)


def possible(sizes: list[int], choices: list[Formula], opaque: int = 0) -> bool:
    return any(
        all(true(choice, cells, names) for choice in choices)
        for cells in product(*map(range, sizes))
        for names in product((False, True), repeat=opaque)
    )


WAYS = {"masks": {"many": 10**9, "branches": 10**9}, "solver": {"many": 0}, "either": {"branches": 2}}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_enumeration(seed: int, way: str) -> None:
    rng = random.Random(seed)
    for _ in range(50):
        sizes = [rng.randrange(2, 5) for _ in range(rng.randrange(1, 5))]
        opaque = rng.choice([0, 0, 2])
        choices = [random_formula(rng, sizes, 3, opaque) for _ in range(rng.randrange(1, 6))]
        oracle = Oracle(problem(sizes, choices), **WAYS[way])
        units = range(len(choices))
        expected = possible(sizes, choices, opaque)
        assert oracle.satisfiable(units) is expected
        near = Design({var: rng.randrange(size) for var, size in enumerate(sizes) if rng.random() < 0.7})
        design = oracle.design(units, near)
        assert (design is not None) is expected
        if design is None:
            core = oracle.core(units)
            assert not possible(sizes, [choices[unit] for unit in core], opaque)
            for unit in core:
                assert possible(sizes, [choices[other] for other in core if other != unit], opaque)
        elif not opaque:
            whole = Design({var: design.cells.get(var, 0) for var in range(len(sizes))})
            for unit, choice in enumerate(choices):
                assert formulas.holds(choice, design, design, oracle.problem.variables) is True
                assert oracle.violated(design, unit) is False
                assert true(choice, tuple(whole.cells[var] for var in range(len(sizes))), ())


@pytest.mark.parametrize("seed", range(4))
def test_tight_clauses_agree_with_enumeration(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(40):
        sizes = [rng.randrange(2, 4) for _ in range(5)]
        choices: list[Formula] = []
        for _ in range(rng.randrange(8, 15)):
            items = [(var, 1 << rng.randrange(sizes[var])) for var in rng.sample(range(5), rng.randrange(2, 4))]
            choices.append(Some(tuple(Lit(var, mask) for var, mask in items)))
        expected = possible(sizes, choices)
        for way in WAYS.values():
            design = Oracle(problem(sizes, choices), **way).design(range(len(choices)))
            assert (design is not None) is expected
            if design is not None:
                assert all(true(one, tuple(design.cells.get(var, 0) for var in range(5)), ()) for one in choices)


def test_keeps_what_lies_near() -> None:
    oracle = Oracle(problem([3, 3, 3], [Some((Lit(0, 0b110), Lit(1, 0b001))), Lit(2, 0b101)]))
    near = Design({0: 0, 1: 0, 2: 1})
    assert oracle.design([0, 1], near) == Design({0: 0, 1: 0, 2: 0})
    assert near == Design({0: 0, 1: 0, 2: 1})


def test_extra_formulas_count() -> None:
    oracle = Oracle(problem([2], [Lit(0, 0b01)]))
    assert oracle.satisfiable([0])
    assert not oracle.satisfiable([0], [Lit(0, 0b10)])
    assert oracle.design([], extra=[Lit(0, 0b10)]) == Design({0: 1})
    assert oracle.core([0], [Lit(0, 0b10)]) == (0,)
    assert oracle.core([0], [FALSE]) == ()


def test_calls_are_counted() -> None:
    oracle = Oracle(problem([2], [Lit(0, 0b01), Lit(0, 0b10)]))
    oracle.satisfiable([0])
    oracle.design([0])
    assert oracle.calls == 2
    oracle.core([0, 1])
    assert oracle.calls > 4


def test_no_core_of_what_can_be_done() -> None:
    with pytest.raises(ValueError, match="a design satisfies"):
        Oracle(problem([2], [Lit(0, 0b01)])).core([0])


def test_violation_is_open_where_a_cell_is_free() -> None:
    oracle = Oracle(problem([2, 2], [All((Lit(0, 1), Lit(1, 1))), Some((Lit(0, 1), Lit(1, 1)))]))
    assert oracle.violated(Design({}), 0) is None
    assert oracle.violated(Design({0: 1}), 0) is True
    assert oracle.violated(Design({0: 0}), 1) is False
    assert oracle.violated(Design({0: 1}), 1) is None


def test_many_units_agree_with_few() -> None:
    rng = random.Random(7)
    sizes = [6] * 60
    hidden = [rng.randrange(size) for size in sizes]
    choices: list[Formula] = []
    for _ in range(1500):
        items = []
        for _ in range(rng.randrange(1, 4)):
            var = rng.randrange(len(sizes))
            items.append(Lit(var, rng.randrange(1, 63)))
        var = rng.randrange(len(sizes))
        items.append(Lit(var, 1 << hidden[var] | rng.randrange(1, 31)))
        choices.append(Some(tuple(items)))
    oracle = Oracle(problem(sizes, choices))
    design = oracle.design(range(len(choices)))
    assert design is not None
    assert not any(oracle.violated(design, unit) for unit in range(len(choices)))
    assert design == Oracle(problem(sizes, choices)).design(range(len(choices)))
