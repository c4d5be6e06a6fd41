"""Two requirements side by side on all products: which products break the one and meet the other?

Guarantees: exact over all complete products that background knowledge allows, as far as the problem is (`normalise`): here
no fact is fixed beforehand, context and design are searched together.  A product that is found is as near to another one as
asked; `nearest` says whether none is nearer, counted in facts.
What it does not do: unknown facts (`loosened`), words (`diff`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from math import comb
from typing import NamedTuple

from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.analysis import say
from rulewright.engine.analysis.formulas import complement, conj, disj, lit
from rulewright.engine.analysis.model import FALSE, OTHER, TRUE, All, Design, Formula, Problem, Some, Unit, Variable
from rulewright.engine.analysis.normalise import abstract
from rulewright.engine.analysis.oracle import Oracle
from rulewright.engine.analysis.region import simplify
from rulewright.engine.analysis.space import Space
from rulewright.facts.types import Value
from rulewright.facts.vocabulary import Vocabulary

APPLIES = " (applies)"
"""What stands after the id of a requirement in that of the one that asks only whether it applies."""
CALLS = 400
"""So many questions may go into finding the nearest product."""
LONG = 400
"""A region in more characters than that is not shown."""

ALWAYS = ir.Const(value=True)


class Near(NamedTuple):
    """A product that breaks one side and meets the other; the facts that differ from those asked for; none is nearer."""

    design: Design
    changed: frozenset[str]
    sure: bool


class Twofold:
    """Requirements with different ids, of one side or the other, on all products."""

    def __init__(
        self,
        requirements: Sequence[ir.Requirement],
        axioms: Sequence[ir.Axiom],
        vocabulary: Vocabulary,
        *,
        as_of: int,
        near: Mapping[str, Value] | None = None,
    ) -> None:
        """Build the problem; `vocabulary` is one of `unsplit`; `near` says what a product is to be like, if it can be."""
        asked = [replace(one, level="shall", right=False) for one in requirements]
        program = ir.Program(language="1", modules=(), requirements=tuple(asked), axioms=tuple(axioms))
        problem, self.space = abstract([program], vocabulary, as_of=as_of, facts=near)
        self.problem = _joined(problem)
        self.oracle = Oracle(self.problem)
        owners = self.problem.owners
        self.numbers = {owner.id: n for n, owner in enumerate(owners) if owner.strength != "axiom"}
        self._of: dict[int, list[int]] = {}
        for number, unit in enumerate(self.problem.units):
            self._of.setdefault(unit.owner, []).append(number)
        self._axioms = [n for n, unit in enumerate(self.problem.units) if owners[unit.owner].strength == "axiom"]
        self._context = [formula for _, formula in problem.context] + list(_pinned(self.space))
        self._vars: dict[str, list[int]] = {}
        for var, variable in enumerate(problem.variables):
            if not variable.collection:
                self._vars.setdefault(variable.name, []).append(var)
        self._told = frozenset(near or ()) & self._vars.keys()
        self.near = Design(
            {var: 0 for found in self._vars.values() for var in found} | cells_of(self.space, near or {})
        )

    def units(self, name: str) -> list[int]:
        """The units of a requirement."""
        return self._of.get(self.numbers[name], [])

    @property
    def unknowns(self) -> tuple[str, ...]:
        """What could not be looked into."""
        return tuple(f"{one.owner}: {one.text}" for one in self.problem.unknowns) + self.oracle.gaps

    # --- questions -----------------------------------------------------------------------------------------------------

    def apart(self, broken: str, met: Iterable[str]) -> tuple[Design, Formula] | None:
        """A product that breaks a requirement and meets the others, and how it is broken; None: there is none."""
        held = self._held(met)
        for unit in self.units(broken):
            breach = complement(self.problem.units[unit].choice, self.problem.variables)
            if breach == FALSE:
                continue
            design = self.oracle.design(held, self.near, [*self._context, breach])
            if design is not None:
                return design, breach
        return None

    def candidates(self, broken: str, met: Sequence[str]) -> list[Near]:
        """Such products, one for every way to break it at most, with few facts that are not those asked for; nearest first."""
        held, found = self._held(met), list[Near]()
        for unit in self.units(broken):
            breach = complement(self.problem.units[unit].choice, self.problem.variables)
            design = self.oracle.design(held, self.near, [*self._context, breach])
            if design is not None:
                found.append(self._shrunk(held, breach, design))
        return sorted(found, key=lambda near: len(near.changed))

    def nearest(self, broken: str, met: Sequence[str]) -> Near | None:
        """Such a product with as few facts that are not those asked for as can be found; None: there is none."""
        found = self.candidates(broken, met)
        return self.least(broken, met, found[0]) if found else None

    def implying(self, broken: str, among: Sequence[str]) -> tuple[str, ...] | None:
        """Requirements that together demand all that one does, as few as one can leave; None: they do not."""
        held, needed = self._held(among), set[int]()
        for unit in self.units(broken):
            breach = complement(self.problem.units[unit].choice, self.problem.variables)
            if breach == FALSE:
                continue
            extra = [*self._context, breach]
            if self.oracle.satisfiable(held, extra):
                return None
            needed |= {self.problem.units[n].owner for n in self.oracle.core(held, extra)}
        return tuple(name for name in among if self.numbers[name] in needed)

    def region(self, broken: str, met: Sequence[str]) -> str:
        """All products that break one and meet the others, as rule text; empty where it is too long to be read."""
        text = say.formula(self.where(broken, met), self.problem.variables)
        return text if len(text) <= LONG else ""

    def where(self, broken: str, met: Sequence[str]) -> Formula:
        """All products that break one and meet the others."""
        variables = self.problem.variables
        breaches = [complement(self.problem.units[unit].choice, variables) for unit in self.units(broken)]
        kept = [self.problem.units[unit].choice for name in met for unit in self.units(name)]
        parts = [self._joint(one, kept) for one in breaches if one != FALSE]
        return _factored([part for part in parts if part != FALSE], variables)

    def _joint(self, breach: Formula, kept: Iterable[Formula]) -> Formula:
        """A breach and what is met with it, without the alternatives that the breach rules out."""
        variables = self.problem.variables
        items = [breach]
        for one in kept:
            if isinstance(one, Some):
                left = [way for way in one.items if self.oracle.satisfiable((), [breach, way])]
                items.append(disj(left, variables))
            else:
                items.append(one)
        return simplify(conj(items), variables)

    # --- the nearest ---------------------------------------------------------------------------------------------------

    def _held(self, met: Iterable[str]) -> list[int]:
        return sorted({*self._axioms, *(unit for name in met for unit in self.units(name))})

    def _away(self, design: Design) -> frozenset[str]:
        """The facts that are not those asked for."""
        return frozenset(name for name, found in self._vars.items() if any(self._moved(design, var) for var in found))

    def _moved(self, design: Design, var: int) -> bool:
        cell = self.near.cells[var]
        if var in design.numbers:
            return design.numbers[var] != self.problem.variables[var].cells[cell].value
        return design.cells.get(var, 0) != cell

    def _fixed(self, free: frozenset[str]) -> list[Formula]:
        """All other facts are those asked for."""
        variables = self.problem.variables
        return [
            lit(variables, var, 1 << self.near.cells[var])
            for name, found in self._vars.items()
            if name not in free
            for var in found
        ]

    def _within(self, held: Sequence[int], breach: Formula, free: frozenset[str]) -> Design | None:
        return self.oracle.design(held, self.near, [*self._context, breach, *self._fixed(free)])

    def _shrunk(self, held: Sequence[int], breach: Formula, design: Design) -> Near:
        """Put back one fact after the other."""
        changed = self._away(design)
        for name in sorted(changed, key=lambda one: (one not in self._told, one)):
            if name in changed:
                tried = self._within(held, breach, changed - {name})
                if tried is not None:
                    design, changed = tried, self._away(tried) & (changed - {name})
        return Near(design, changed, sure=len(changed) <= 1 and not design.elements)

    def least(self, broken: str, met: Sequence[str], found: Near) -> Near:
        """The nearest of all such products, where there are few smaller sets of facts; else the one found."""
        held = self._held(met)
        size, names = len(found.changed), sorted(self._vars)
        units = self.units(broken)
        if not self._told or sum(comb(len(names), n) for n in range(size)) * len(units) > CALLS:
            return found._replace(sure=False) if self._told else found
        for count in range(size):
            for free in map(frozenset, combinations(names, count)):
                for unit in units:
                    breach = complement(self.problem.units[unit].choice, self.problem.variables)
                    design = self._within(held, breach, free)
                    if design is not None:
                        return Near(design, free, sure=True)
        return found._replace(sure=True)


def unsplit(vocabulary: Vocabulary) -> Vocabulary:
    """The vocabulary with no fact of the context: all facts are searched together."""
    return vocabulary.extended([replace(one, given=False) for one in vocabulary.attributes.values()])


def applying(wanted: ir.Requirement) -> ir.Requirement:
    """A requirement that is broken exactly where this one applies."""
    line = ir.Line("check#1", "", ir.Not(ir.And((wanted.scope, wanted.applies))), wanted.place)
    return replace(wanted, id=wanted.id + APPLIES, scope=ALWAYS, applies=ALWAYS, lines=(line,))


def _factored(parts: Sequence[Formula], variables: Sequence[Variable]) -> Formula:
    """The disjunction, with what all parts have in common said once."""
    sets = [part.items if isinstance(part, All) else (part,) for part in parts]
    common = [item for item in sets[0] if all(item in other for other in sets)] if sets else []
    rest = [conj(item for item in items if item not in common) for items in sets]
    return conj([*common, simplify(disj(rest, variables), variables)])


def _joined(problem: Problem) -> Problem:
    """Each unit as one formula over everything."""
    variables = problem.variables
    units = (
        Unit(one.owner, TRUE, disj([complement(one.given, variables), one.choice], variables), one.lines)
        for one in problem.units
    )
    return replace(problem, units=tuple(units))


def _pinned(space: Space) -> Iterator[Formula]:
    """Facts that stay fixed beside others (the day of the run) are at the values where the others were looked at."""
    for key, values in sorted(space.singles.items()):
        cells = space.variables[space.scalar[key]].cells
        mask = sum(1 << n for n, cell in enumerate(cells) if cell.low == cell.high and cell.low in values)
        if mask:
            yield lit(space.variables, space.scalar[key], mask)


def cells_of(space: Space, facts: Mapping[str, Value]) -> dict[int, int]:
    """In which cells the facts of a product are."""
    found: dict[int, int] = {}
    for name, value in facts.items():
        key = ("", name)
        if key in space.members and isinstance(value, tuple):
            for word, var in space.members[key].items():
                there = bool(set(value) - set(space.members[key])) if word == OTHER else word in value
                found[var] = int(there)
        elif key in space.scalar:
            mask = space.holding(key, value)
            if mask:
                found[space.scalar[key]] = (mask & -mask).bit_length() - 1
    return found
