"""Lists of elements against enumeration: counts, exceptions, children, dependencies."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations_with_replacement, product
from typing import NamedTuple

import pytest

from rulewright.engine.analysis import elements, formulas, nested
from rulewright.engine.analysis.elements import Fit
from rulewright.engine.analysis.lists import every
from rulewright.engine.analysis.model import (
    FALSE,
    TRUE,
    All,
    Bound,
    Cell,
    Context,
    Design,
    Elem,
    Element,
    Formula,
    Lit,
    Owner,
    Problem,
    Relation,
    Some,
    Unit,
    Variable,
)
from rulewright.engine.analysis.oracle import Oracle
from rulewright.engine.analysis.witness import product as product_of

BOUNDS: tuple[Bound, ...] = ("at_least", "all_but")


def field(name: str, collection: str, cells: int) -> Variable:
    return Variable(
        f"{collection}.{name}", "enum", tuple(Cell(str(at), str(at)) for at in range(cells)), collection=collection
    )


def problem(variables: tuple[Variable, ...], choices: list[Formula]) -> Problem:
    owners = tuple(Owner(f"r{number}", "shall") for number in range(len(choices)))
    return Problem(variables, owners, tuple(Unit(at, TRUE, choice) for at, choice in enumerate(choices)))


class World(NamedTuple):
    """One product: cells of the elements by collection, and who is whose child (relation, owner, owner's place)."""

    lists: dict[str, tuple[dict[int, int], ...]]
    children: dict[tuple[str, str, int], frozenset[int]]


def true(formula: Formula, world: World, cells: dict[int, int], at: tuple[str, int] | None = None) -> bool:
    match formula:
        case Lit(var, mask):
            return bool(mask >> cells[var] & 1)
        case All(items):
            return all(true(item, world, cells, at) for item in items)
        case Some(items):
            return any(true(item, world, cells, at) for item in items)
        case Elem(bound, n, collection, inner, relation):
            here = range(len(world.lists[collection]))
            if relation == "all" or at is None:
                members: Iterator[int] | list[int] = list(here)
            else:
                members = sorted(world.children.get((relation, *at), frozenset()))
            truths = [true(inner, world, world.lists[collection][one], (collection, one)) for one in members]
            if bound == "at_least":
                return sum(truths) >= n
            if relation == "of" and at is not None and at[0] != collection:
                owned = [kids for (kind, owner, _), kids in world.children.items() if kind == "of" and owner == at[0]]
                if set(here) - {kid for kids in owned for kid in kids}:
                    return False
            return truths.count(False) <= n
        case _:
            raise TypeError(formula)


def world_of(design: Design, collections: dict[str, list[int]]) -> World:
    """The product that a design describes; the same object is the same element, cells that are free are the lowest."""
    place = {id(element): at for list_ in design.elements.values() for at, element in enumerate(list_)}
    children: dict[tuple[str, str, int], frozenset[int]] = {}
    lists = {}
    for name, fields in collections.items():
        list_ = design.elements.get(name, ())
        lists[name] = tuple({var: element.cells.get(var, 0) for var in fields} for element in list_)
        for at, element in enumerate(list_):
            for key, kids in element.children.items():
                relation = "under" if key.startswith("under ") else "of"
                children[relation, name, at] = frozenset(place[id(kid)] for kid in kids)
    return World(lists, children)


# --- lists without children --------------------------------------------------------------------------------------------

FLAT = (field("a", "thing", 3), field("b", "thing", 2), field("c", "other", 2))
FIELDS = {"thing": [0, 1], "other": [2]}
WAYS = {"masks": {"many": 10**9, "branches": 10**9}, "solver": {"many": 0}}


def inner_formula(rng: random.Random, fields: list[int], variables: tuple[Variable, ...], depth: int) -> Formula:
    roll = rng.random()
    if depth == 0 or roll < 0.55:
        var = rng.choice(fields)
        return Lit(var, rng.randrange(1, variables[var].full))
    if roll < 0.6:
        return rng.choice([TRUE, FALSE])
    items = tuple(inner_formula(rng, fields, variables, depth - 1) for _ in range(2))
    return All(items) if roll < 0.8 else Some(items)


def flat_formula(rng: random.Random, depth: int) -> Formula:
    roll = rng.random()
    if depth == 0 or roll < 0.7:
        name = rng.choice(["thing", "thing", "other"])
        inner = inner_formula(rng, FIELDS[name], FLAT, 2)
        return Elem(rng.choice(["at_least", "all_but"]), rng.choice([0, 0, 1, 1, 2]), name, inner)
    items = tuple(flat_formula(rng, depth - 1) for _ in range(2))
    return All(items) if roll < 0.8 else Some(items)


def assignments(fields: list[int], variables: tuple[Variable, ...]) -> list[dict[int, int]]:
    return [
        dict(zip(fields, cells, strict=True))
        for cells in product(*(range(len(variables[one].cells)) for one in fields))
    ]


def multisets(kinds: list[dict[int, int]], most: int) -> Iterator[tuple[dict[int, int], ...]]:
    for size in range(most + 1):
        yield from combinations_with_replacement(kinds, size)


@pytest.mark.parametrize("seed", range(50))
def test_flat_lists_agree_with_enumeration(seed: int) -> None:
    rng = random.Random(seed)
    choices = [flat_formula(rng, 1) for _ in range(rng.randrange(4, 9))]
    demanded = {
        name: sum(one.n for one in every(choices) if one.bound == "at_least" and one.collection == name)
        for name in FIELDS
    }
    things = [*multisets(assignments(FIELDS["thing"], FLAT), min(demanded["thing"], 4) + 1)]
    others = [*multisets(assignments(FIELDS["other"], FLAT), min(demanded["other"], 4) + 1)]
    expected = None
    if len(things) * len(others) < 2000:
        worlds = (World({"thing": thing, "other": other}, {}) for thing in things for other in others)
        expected = any(all(true(choice, world, {}) for choice in choices) for world in worlds)
    for way in WAYS.values():
        check(Oracle(problem(FLAT, choices), **way), choices, FIELDS, expected=expected)


@pytest.mark.parametrize("seed", range(20))
def test_tight_clauses_of_lists_agree(seed: int) -> None:
    rng = random.Random(seed)
    kinds = [Lit(0, 1), Lit(0, 2), Lit(0, 4), Lit(1, 1), Lit(1, 2)]
    atoms = [Elem("at_least", 1, "thing", one) for one in kinds] + [Elem("all_but", 0, "thing", one) for one in kinds]
    choices: list[Formula] = [Some(tuple(rng.sample(atoms, 2))) for _ in range(rng.randrange(6, 12))]
    worlds = [World({"thing": things, "other": ()}, {}) for things in multisets(assignments([0, 1], FLAT), 3)]
    expected = any(all(true(choice, world, {}) for choice in choices) for world in worlds)
    for way in WAYS.values():
        check(Oracle(problem(FLAT, choices), **way), choices, FIELDS, expected=expected)


def check(oracle: Oracle, choices: list[Formula], fields: dict[str, list[int]], *, expected: bool | None) -> None:
    """`expected` is None where there are too many lists to be enumerated: a design is looked at all the same."""
    units = range(len(choices))
    design = oracle.design(units)
    assert oracle.satisfiable(units) is (design is not None)
    if design is not None:
        world = world_of(design, fields)
        for unit, choice in enumerate(choices):
            assert true(choice, world, {})
            assert formulas.holds(choice, design, design, oracle.problem.variables) is True
            assert oracle.violated(design, unit) is False
        again = oracle.design(units, design)
        assert again is not None
        assert again.elements == design.elements
    else:
        core = oracle.core(units)
        assert not oracle.satisfiable(core)
        assert all(oracle.satisfiable([unit for unit in core if unit != left]) for left in core)
    assert expected is None or (design is not None) is expected


def test_large_counts_are_not_enumerated() -> None:
    thing = [Lit(0, 0b001), Lit(0, 0b010), Lit(0, 0b110)]
    choices: list[Formula] = [
        Elem("at_least", 500, "thing", thing[0]),
        Elem("at_least", 300, "thing", thing[1]),
        Elem("all_but", 799, "thing", Lit(0, 0b100)),
        Elem("all_but", 800, "thing", Lit(0, 0b100)),
        Elem("at_least", 10_001, "thing", Lit(1, 1)),
    ]
    oracle = Oracle(problem(FLAT, choices))
    assert not oracle.satisfiable([0, 1, 2])
    design = oracle.design([0, 1, 3])
    assert design is not None
    assert len(design.elements["thing"]) == 800
    assert oracle.satisfiable([4])
    with pytest.raises(ValueError, match="more than 10000 elements of thing"):
        oracle.design([4])


@pytest.mark.parametrize("seed", range(60))
def test_numbers_of_types_agree_with_enumeration(seed: int) -> None:
    rng = random.Random(seed)
    kinds, demands, caps = rng.randrange(1, 4), rng.randrange(1, 4), rng.randrange(1, 3)
    serves = [frozenset(one for one in range(demands) if rng.random() < 0.5) for _ in range(kinds)]
    breaks = [
        frozenset([rng.randrange(caps)]) | {one for one in range(caps) if rng.random() < 0.3} for _ in range(kinds)
    ]
    need = tuple(rng.randrange(0, 4) for _ in range(demands))
    room = tuple(rng.randrange(0, 5) for _ in range(caps))

    def fits(counts: tuple[int, ...]) -> bool:
        served = [sum(n for n, one in zip(counts, serves, strict=True) if at in one) for at in range(demands)]
        used = [sum(n for n, one in zip(counts, breaks, strict=True) if at in one) for at in range(caps)]
        return all(have >= n for have, n in zip(served, need, strict=True)) and all(
            n <= most for n, most in zip(used, room, strict=True)
        )

    found = Fit(serves, breaks).search(0, need, room)
    assert (found is not None) is any(map(fits, product(range(5), repeat=kinds)))
    assert found is None or fits(found)


def test_the_largest_number_counts() -> None:
    choices: list[Formula] = [Elem("at_least", n, "thing", Lit(0, 0b110)) for n in (1, 3, 2)]
    design = Oracle(problem(FLAT, choices)).design(range(3))
    assert design is not None
    assert len(design.elements["thing"]) == 3


def test_lists_nearby_are_kept() -> None:
    choices: list[Formula] = [Elem("at_least", 1, "thing", Lit(0, 0b010)), Elem("all_but", 0, "thing", Lit(1, 0b01))]
    oracle = Oracle(problem(FLAT, choices))
    near = Design({}, {}, {"thing": (Element({0: 1, 1: 0}), Element({0: 2, 1: 0})), "other": (Element({2: 1}),)})
    assert oracle.design([0, 1], near) == near
    assert oracle.design([0], Design({}, {}, {"other": (Element({2: 1}),)})) == Design(
        {}, {}, {"other": (Element({2: 1}),), "thing": (Element({0: 1}),)}
    )


def test_what_is_about_the_product_is_taken_out_of_a_quantifier() -> None:
    variables = (*FLAT, Variable("flag", "bool", (Cell(False, "false"), Cell(True, "true"))))  # noqa: FBT003
    other = Elem("at_least", 1, "other", Lit(2, 1))
    choices: list[Formula] = [
        Elem("all_but", 0, "thing", Some((Lit(0, 1), All((Lit(3, 0b10), other))))),
        Elem("at_least", 1, "thing", Lit(0, 0b110)),
        Lit(3, 0b01),
        Elem("all_but", 0, "other", Lit(2, 2)),
    ]
    oracle = Oracle(problem(variables, choices))
    assert oracle.satisfiable([0, 1])
    assert not oracle.satisfiable([0, 1, 2])
    assert not oracle.satisfiable([0, 1, 3])
    assert oracle.satisfiable([0, 2, 3])
    design = oracle.design([0, 1])
    assert design is not None
    assert design.cells[3] == 1
    assert design.elements["other"] == (Element({2: 0}),)


# --- children and dependencies -----------------------------------------------------------------------------------------

TREE = (field("a", "part", 2), field("x", "flaw", 2))
TREE_FIELDS = {"part": [0], "flaw": [1]}


def child_formula(rng: random.Random, relation: Relation, *, caps: bool) -> Formula:
    name, var = ("part", 0) if relation == "under" else ("flaw", 1)
    bound = rng.choice(BOUNDS)
    n = 1 if bound == "at_least" else 0
    if caps and relation == "of":
        n += rng.choice([0, 0, 1])
    inner = rng.choice([Lit(var, 1), Lit(var, 2), TRUE])
    return Elem(bound, n, name, inner, relation)


def tree_formula(rng: random.Random, relation: Relation, *, caps: bool) -> Formula:
    roll = rng.random()
    bound = rng.choice(BOUNDS)
    n = (1 if bound == "at_least" else 0) + (rng.choice([0, 0, 1]) if caps else 0)
    if relation == "of" and roll < 0.35:
        return Elem(bound, n, "flaw", rng.choice([Lit(1, 1), Lit(1, 2), TRUE]))
    child = child_formula(rng, relation, caps=caps)
    if roll < 0.6:
        inner: Formula = Some((Lit(0, rng.randrange(1, 3)), child))
    elif roll < 0.8:
        inner = All((Lit(0, rng.randrange(1, 3)), child))
    else:
        inner = rng.choice([Lit(0, 1), Lit(0, 2), child])
    return Elem(bound, n, "part", inner)


def tree_formulas(rng: random.Random, relation: Relation, *, caps: bool) -> list[Formula]:
    """Not all of them are true of empty lists."""
    some = Elem("at_least", 1, "part", rng.choice([Lit(0, 1), Lit(0, 2), TRUE]))
    return [some, *(tree_formula(rng, relation, caps=caps) for _ in range(rng.randrange(2, 6)))]


def subsets(size: int) -> list[frozenset[int]]:
    return [frozenset(one for one in range(size) if mask >> one & 1) for mask in range(1 << size)]


def trees(most: int) -> Iterator[World]:
    for flaws in multisets(assignments([1], TREE), most):
        kinds = [(cells, kids) for cells in assignments([0], TREE) for kids in subsets(len(flaws))]
        for size in range(most + 1):
            for parts in combinations_with_replacement(range(len(kinds)), size):
                children = {("of", "part", at): kinds[kind][1] for at, kind in enumerate(parts)}
                yield World({"part": tuple(kinds[kind][0] for kind in parts), "flaw": flaws}, children)


def graphs(most: int) -> Iterator[World]:
    for parts in multisets(assignments([0], TREE), most):
        size = len(parts)
        for below in product(subsets(size), repeat=size):
            if all(below[two] <= below[one] for one in range(size) for two in below[one]):
                yield World({"part": parts, "flaw": ()}, {("under", "part", at): kids for at, kids in enumerate(below)})


TREES = [*trees(2)]
GRAPHS = [*graphs(3)]


@pytest.mark.parametrize("caps", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_children_agree_with_enumeration(seed: int, caps: bool) -> None:  # noqa: FBT001
    rng = random.Random(seed + 1000 * caps)
    choices = tree_formulas(rng, "of", caps=caps)
    oracle = Oracle(problem(TREE, choices))
    found = any(all(true(choice, world, {}) for choice in choices) for world in TREES)
    expected = found or oracle.satisfiable(range(len(choices)))  # by more elements than were enumerated
    check(oracle, choices, TREE_FIELDS, expected=expected)


@pytest.mark.parametrize("seed", range(60))
def test_dependencies_agree_with_enumeration(seed: int) -> None:
    rng = random.Random(seed)
    choices = tree_formulas(rng, "under", caps=seed % 4 == 0)
    oracle = Oracle(problem(TREE, choices))
    found = any(all(true(choice, world, {}) for choice in choices) for world in GRAPHS)
    expected = found or oracle.satisfiable(range(len(choices)))
    check(oracle, choices, TREE_FIELDS, expected=expected)
    design = oracle.design(range(len(choices)))
    if design is not None:
        below = world_of(design, TREE_FIELDS).children
        for (_, name, _), kids in below.items():
            for kid in kids:
                assert below.get(("under", name, kid), frozenset()) <= kids


@pytest.mark.parametrize("seed", range(60))
def test_the_product_of_a_design_is_the_design(seed: int) -> None:
    rng = random.Random(seed)
    relation: Relation = rng.choice(["of", "under"])
    choices = tree_formulas(rng, relation, caps=True)
    oracle = Oracle(problem(TREE, choices))
    design = oracle.design(range(len(choices)))
    if design is None:
        return
    facts = product_of(oracle.problem, Context({}), design)
    lists: dict[str, tuple[dict[int, int], ...]] = {"part": (), "flaw": ()}
    children: dict[tuple[str, str, int], set[int]] = {}
    for name, table in facts.tables.items():
        var = TREE_FIELDS[name][0]
        column = table.column(TREE[var].name.partition(".")[2])
        lists[name] = tuple({var: int(str(column.at(row)[1]))} for row in range(table.size))
        for owner, kind in (("part", "of"), ("depends_on", "under")):
            pairs = table.relation(owner)
            for above, below in zip(pairs.parents, pairs.children, strict=True):
                if kind == relation:
                    children.setdefault((kind, "part", above), set()).add(below)
    world = World(lists, {key: frozenset(kids) for key, kids in children.items()})
    assert all(true(choice, world, {}) for choice in choices)


def test_what_a_list_forbids_its_elements_lack_as_children_too() -> None:
    some = Elem("at_least", 1, "flaw", Lit(1, 2), "of")
    choices: list[Formula] = [
        Elem("all_but", 0, "part", some),
        Elem("at_least", 500, "part", TRUE),
        Elem("all_but", 0, "flaw", Lit(1, 1)),
        Elem("at_least", 7, "part", Elem("at_least", 9, "flaw", Lit(1, 2), "of")),
    ]
    oracle = Oracle(problem(TREE, choices))
    assert not oracle.satisfiable([0, 1, 2])
    assert oracle.satisfiable([0, 2])
    design = oracle.design([0, 1, 3])
    assert design is not None
    assert len(design.elements["part"]) == 500
    assert len(design.elements["flaw"]) == 9
    check(oracle, [choices[0], choices[1]], TREE_FIELDS, expected=True)


def test_an_element_without_owner_settles_nothing_about_children() -> None:
    clean = Elem("all_but", 0, "flaw", Lit(1, 1), "of")
    choices: list[Formula] = [
        Elem("all_but", 0, "part", clean),
        Elem("at_least", 1, "flaw", Lit(1, 2)),
        Elem("at_least", 1, "part", TRUE),
    ]
    oracle = Oracle(problem(TREE, choices))
    assert not oracle.satisfiable([0, 1, 2])
    assert all(oracle.satisfiable(pair) for pair in ([0, 1], [0, 2], [1, 2]))


def test_what_a_clean_element_may_not_own_another_owns() -> None:
    choices: list[Formula] = [
        Elem("at_least", 1, "part", Elem("all_but", 0, "flaw", Lit(1, 1), "of")),
        Elem("at_least", 1, "flaw", Lit(1, 2)),
        Elem("all_but", 1, "part", FALSE),
    ]
    oracle = Oracle(problem(TREE, choices))
    design = oracle.design([0, 1])
    assert design is not None
    assert len(design.elements["part"]) == 2
    assert oracle.core([0, 1, 2]) == (0, 1, 2)


def test_dependencies_are_transitive() -> None:
    variables = (field("kind", "part", 3),)
    below = [Elem("at_least", 1, "part", Lit(0, 1 << kind), "under") for kind in range(3)]
    choices: list[Formula] = [
        Elem("at_least", 1, "part", Lit(0, 0b001)),
        Elem("all_but", 0, "part", Some((Lit(0, 0b110), below[1]))),
        Elem("all_but", 0, "part", Some((Lit(0, 0b101), below[2]))),
        Elem("all_but", 0, "part", Some((Lit(0, 0b110), Elem("all_but", 0, "part", Lit(0, 0b011), "under")))),
    ]
    oracle = Oracle(problem(variables, choices))
    assert oracle.core(range(4)) == (0, 1, 2, 3)


@pytest.mark.parametrize("seed", range(40))
def test_tableau_and_solver_agree(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    choices = tree_formulas(rng, rng.choice(["of", "under"]), caps=False)
    expected = Oracle(problem(TREE, choices)).satisfiable(range(len(choices)))
    monkeypatch.setattr(nested, "simple", lambda _: False)
    oracle = Oracle(problem(TREE, choices))
    if not (oracle.satisfiable(range(len(choices))) and oracle.gaps):
        check(oracle, choices, TREE_FIELDS, expected=expected)


def test_what_is_too_large_is_said() -> None:
    few = Elem("all_but", 3, "flaw", Lit(1, 1), "of")
    choices: list[Formula] = [
        Elem("at_least", 200, "part", few),
        Elem("all_but", 1, "part", Lit(0, 1)),
        Elem("at_least", 150, "part", Lit(0, 2)),
    ]
    oracle = Oracle(problem(TREE, choices))
    assert not oracle.gaps
    assert oracle.satisfiable(range(3))
    assert oracle.gaps == ("lists with children too large to be decided: flaw, part",)


def test_more_exceptions_than_can_be_weighed_are_said() -> None:
    variables = tuple(field(f"f{at}", "thing", 2) for at in range(elements.ATOMS))
    choices: list[Formula] = [Elem("all_but", 1, "thing", Lit(at, 1)) for at in range(elements.ATOMS)]
    choices.append(Elem("at_least", 2, "thing", All(tuple(Lit(at, 2) for at in range(elements.ATOMS)))))
    oracle = Oracle(problem(variables, choices))
    assert not oracle.gaps
    assert oracle.satisfiable(range(len(choices)))
    assert oracle.gaps == ("more demands on one list than can be weighed against its exceptions",)
