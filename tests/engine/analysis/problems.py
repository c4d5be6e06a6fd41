"""Random small problems, and their conflicts by enumeration of everything.

Guarantees: the enumeration shares nothing with the analyser but the truth of a formula for one product (`formulas.holds`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, combinations_with_replacement, product
from random import Random

from rulewright.engine.analysis.formulas import holds
from rulewright.engine.analysis.model import (
    FALSE,
    All,
    Bound,
    Cell,
    Design,
    Elem,
    Element,
    Formula,
    Lit,
    Opaque,
    Owner,
    Problem,
    Rel,
    Some,
    Unit,
    Variable,
)

BOUNDS: tuple[Bound, ...] = ("at_least", "all_but")
LISTS = 8
"""The longest list of elements that is tried."""


def variable(name: str, cells: int, *, given: bool = False, collection: str = "", width: int = 0) -> Variable:
    """A variable; with a width its cells are stretches of integers."""
    made = [
        Cell(i * width, f"{i}", i * width, i * width + width - 1) if width else Cell(f"c{i}", f"c{i}")
        for i in range(cells)
    ]
    return Variable(name, "int" if width else "enum", tuple(made), given, "", collection)


class Maker:
    """Makes problems from a seed."""

    def __init__(
        self, seed: int, *, elements: bool = False, relations: bool = False, opaque: bool = False, narrow: bool = False
    ) -> None:
        self.dice = Random(seed)
        dice = self.dice
        self.variables = [variable(f"g{i}", dice.choice((2, 2, 3)), given=True) for i in range(3)]
        self.given = [0, 1, 2]
        self.choice = [len(self.variables) + i for i in range(dice.choice((2, 3, 3)))]
        self.variables += [variable(f"y{i}", 4 if narrow else dice.choice((2, 3, 4))) for i in range(len(self.choice))]
        self.numbers: list[int] = []
        self.given_numbers: list[int] = []
        self.fields: list[int] = []
        if relations:
            self.numbers = [len(self.variables), len(self.variables) + 1]
            self.variables += [variable("n0", 2, width=2), variable("n1", 2, width=2)]
            self.given_numbers = [len(self.variables), len(self.variables) + 1]
            self.variables += [variable("d0", 2, given=True, width=2), variable("d1", 2, given=True, width=2)]
        if elements:
            self.fields = [len(self.variables)]
            self.variables.append(variable("part.f", 3, collection="part"))
        self.opaque = opaque
        self.narrow = narrow

    def literal(self, among: Sequence[int]) -> Lit:
        var = self.dice.choice(among)
        full = self.variables[var].full
        if self.narrow and var in self.choice and full > 3:
            return Lit(var, full & ~(1 << self.dice.randrange(full.bit_length())))
        return Lit(var, self.dice.randrange(1, full))

    def condition(self) -> Formula:
        dice, shape = self.dice, self.dice.random()
        if shape < (0.7 if self.narrow else 0.25):
            return All(())
        if self.given_numbers and shape < 0.4:
            return self.relation(self.given_numbers)
        if shape < 0.7:
            return self.literal(self.given)
        pair = [self.literal([var]) for var in dice.sample(self.given, 2)]
        return All(tuple(pair)) if shape < 0.85 else Some(tuple(pair))

    def relation(self, among: Sequence[int]) -> Rel:
        left, right = self.dice.sample(list(among), 2)
        return Rel(left, self.dice.choice(("=", "!=", "<", "<=", ">", ">=")), right, 0, self.dice.choice((-1, 0, 0, 1)))

    def demand(self) -> Formula:
        dice, shape = self.dice, self.dice.random()
        among = [*self.choice, *self.numbers]
        if self.fields and shape < 0.35:
            inner: Formula = self.literal(self.fields)
            bound = dice.choice(BOUNDS)
            item = Elem(bound, dice.choice((1, 1, 2)) if bound == "at_least" else dice.choice((0, 0, 1)), "part", inner)
            return item if shape < 0.28 else Some((item, self.literal(among)))
        if self.numbers and shape < 0.3:
            return (
                self.relation(self.numbers)
                if shape < 0.22
                else Some((self.relation(self.numbers), self.literal(among)))
            )
        if self.opaque and shape < 0.2:
            flag = Opaque(dice.choice("pq"), dice.random() < 0.5)
            return flag if shape < 0.1 else Some((flag, self.literal(among)))
        if shape < 0.36:
            return FALSE if dice.random() < 0.1 and not self.narrow else self.literal(among)
        if shape < 0.65:
            return self.literal(among)
        pair = [self.literal([var]) for var in dice.sample(among, 2)]
        return All(tuple(pair)) if shape < 0.82 else Some(tuple(pair))

    def make(self) -> Problem:
        """A problem."""
        dice = self.dice
        owners = [Owner(f"r{i}", "shall") for i in range(7 if self.narrow else dice.choice((3, 4, 5, 6)))]
        owners += [Owner(f"a{i}", "axiom") for i in range(dice.choice((0, 0, 1, 2)))]
        units = []
        for number, owner in enumerate(owners):
            several = dice.choice((1, 1, 1, 2, 3))
            count = 1 if owner.strength == "axiom" else several
            units += [Unit(number, self.condition(), self.demand()) for _ in range(count)]
        context = [(-1, self.condition()) for _ in range(dice.choice((0, 0, 0, 1, 2)))]
        return Problem(tuple(self.variables), tuple(owners), tuple(units), tuple(context))


# --- enumeration ---------------------------------------------------------------------------------------------------------


def points(problem: Problem, *, given: bool) -> Iterator[Design]:
    """All contexts, or all designs."""
    chosen = [v for v, one in enumerate(problem.variables) if one.given is given and not one.collection]
    fields = [v for v, one in enumerate(problem.variables) if one.collection]
    lists: list[tuple[Element, ...]] = [()]
    if fields and not given:
        kinds = [Element({fields[0]: cell}) for cell in range(len(problem.variables[fields[0]].cells))]
        lists = [some for size in range(LISTS + 1) for some in combinations_with_replacement(kinds, size)]
    values = [[(c, n) for c, cell in enumerate(problem.variables[v].cells) for n in _numbers(cell)] for v in chosen]
    for picked in product(*values):
        cells = {v: c for v, (c, _) in zip(chosen, picked, strict=True)}
        numbers = {v: n for v, (_, n) in zip(chosen, picked, strict=True) if n is not None}
        for some in lists:
            yield Design(cells, numbers, {"part": some} if some else {})


def _numbers(cell: Cell) -> Sequence[int | None]:
    return [None] if cell.low is None or cell.high is None else range(cell.low, cell.high + 1)


def settled(formula: Formula, names: dict[str, bool]) -> Formula:
    """The formula with opaque parts decided."""
    match formula:
        case Opaque(name, positive):
            return All(()) if names[name] is positive else FALSE
        case All(items):
            return All(tuple(settled(item, names) for item in items))
        case Some(items):
            return Some(tuple(settled(item, names) for item in items))
        case _:
            return formula


def conflicts(problem: Problem, arity: int) -> set[tuple[int, ...]]:
    """All minimal sets of at most `arity` owners that are contradictory in some context."""
    units = problem.units
    opaque = [dict(zip("pq", pair, strict=True)) for pair in product((False, True), repeat=2)]
    met: set[int] = set()
    for names in opaque if "Opaque" in repr(problem) else opaque[:1]:
        choices = [settled(unit.choice, names) for unit in units]
        for design in points(problem, given=False):
            met.add(_bitset(holds(choice, design, design, problem.variables) is True for choice in choices))
    best = [one for one in met if not any(one != other and one & other == one for other in met)]
    axioms = _bitset(problem.owners[unit.owner].strength == "axiom" for unit in units)
    active: set[int] = set()
    for context in points(problem, given=True):
        if all(holds(formula, context, context, problem.variables) for _, formula in problem.context):
            applies = _bitset(bool(holds(unit.given, context, context, problem.variables)) for unit in units)
            if any(not applies & axioms & ~one for one in best):
                active.add(applies)
    owners = [n for n, owner in enumerate(problem.owners) if owner.strength != "axiom"]
    found: set[tuple[int, ...]] = set()
    for size in range(1, arity + 1):
        for some in combinations(owners, size):
            if any(set(other) < set(some) for other in found):
                continue
            mine = axioms | _bitset(unit.owner in some for unit in units)
            if any(all(mine & applies & ~one for one in best) for applies in active):
                found.add(some)
    return found


def _bitset(items: Iterator[bool]) -> int:
    return sum(1 << place for place, item in enumerate(items) if item)
