"""Designs that together serve every context: for each context, one of them meets every requirement that applies there.

Guarantees: when `conflict` gives None, every context (of the problem: axioms, profile, and what is assumed) activates only
units that some design of `designs` satisfies; so no set of requirements, of any size, is contradictory there.  Otherwise it
gives a minimal conflict.  Exact for what the problem is exact for, deterministic; `calls` counts questions.
Source: counter-example guided: a context that no design serves so far gives the next design (Solar-Lezama et al., ASPLOS 2006).
What it does not do: find all conflicts (`search`); prove to others (`certify`); the least number of designs: `fewest` only
leaves out those that the others make superfluous.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from rulewright.engine.analysis.check_certificate import FAR
from rulewright.engine.analysis.choices import Choices
from rulewright.engine.analysis.contexts import Contexts
from rulewright.engine.analysis.cubes import exact, hull
from rulewright.engine.analysis.formulas import complement, holds, mentioned, same_lists
from rulewright.engine.analysis.lists import LargeError
from rulewright.engine.analysis.model import Design, Formula, Found, Lit, Problem
from rulewright.engine.analysis.oracle import Oracle
from rulewright.engine.analysis.reference_design import Reference
from rulewright.engine.analysis.worlds import Worlds

MOST_UNREAL = 256
"""So many sets of units may turn out to share no real context, one after the other; then the question is given up."""

STEPS = 3
"""So often the neighbours of a unit are widened before it is left as it is."""

ELEMENTS = -1
"""Stands for all lists among the facts that a unit is about."""


class UndecidedError(Exception):
    """Neither a conflict nor designs for every context were found within what is looked at: why, for people."""


class Cover:
    """Finds designs for one problem, and keeps them from question to question."""

    def __init__(
        self,
        problem: Problem,
        *,
        oracle: Oracle | None = None,
        contexts: Contexts | None = None,
        without: Collection[int] = (),
        near: Design | None = None,
    ) -> None:
        """`without`: owners whose units do not count; `near`: the design to stay close to."""
        self.problem = problem
        self.oracle = oracle or Oracle(problem)
        self.contexts = contexts or Contexts(problem, self.oracle)
        self.without = frozenset(without)
        self.designs: list[Design] = []
        self.worlds = Worlds(problem.variables)
        self._marks: list[int] = []
        self._literals: dict[Formula, int] = {}
        self._questions = 0
        counted = {"shall", "axiom"}
        self.units = [
            number
            for number, unit in enumerate(problem.units)
            if problem.owners[unit.owner].strength in counted and unit.owner not in self.without
        ]
        self._class: dict[int, int] = {}
        self._keys: dict[int, tuple[int, ...]] = {}
        self._about: dict[int, list[int]] = {}
        self._index()
        self._by_given: dict[Formula, list[int]] = {}
        for unit in self.units:
            self._by_given.setdefault(problem.units[unit].given, []).append(unit)
        self._boxes = {given: hull(given) if exact(given) else None for given in self._by_given}
        self._given = sorted(frozenset[int]().union(*map(mentioned, (*self._by_given, *self.contexts.background))))
        for formula in (*self.contexts.background, *_near(problem)):
            self.worlds.demand(formula)
        self.near = near or self._reference()

    @property
    def calls(self) -> int:
        """Questions asked so far."""
        return self._questions + self.oracle.calls + self.contexts.calls

    # --- the search ----------------------------------------------------------------------------------------------------

    def conflict(self, under: Sequence[int] = ()) -> Found | None:
        """A minimal conflict in some context; None: the designs serve all.  `under`: literals of `worlds` that are assumed.

        Raises UndecidedError where designs have too many elements, or where contexts turn out not to be real too often.
        """
        try:
            return self._conflict(under)
        except LargeError as large:
            raise UndecidedError(str(large)) from None

    def _conflict(self, under: Sequence[int]) -> Found | None:
        unreal = 0
        while unreal < MOST_UNREAL:
            model = self._model(under)
            if model is None:
                return None
            applying = self._applying(model)
            design = self.oracle.design(applying, self.near)
            if design is not None:
                self._add(self._grown(design, applying), applying)
                continue
            found = self._minimal(applying)
            if self.contexts.meet(found.units):
                return found
            self.forbid(found.units)
            unreal += 1
        raise UndecidedError("the numbers and days of the context are compared in too many ways to be looked into")

    def forbid(self, units: Iterable[int], mark: int | None = None) -> None:
        """From now on (where the literal `mark` is assumed) only contexts in which not all of these units apply.

        A comparison and its contrary have literals of their own: what `_applying` goes by must not say so, either.
        """
        variables, clause = self.problem.variables, list[int]() if mark is None else [-mark]
        for given in dict.fromkeys(self.problem.units[unit].given for unit in units):
            without = self.worlds.literal(complement(given, variables))
            if self._boxes[given] is None:
                unnamed = self.worlds.fresh()
                self.worlds.solver.add_clause([-unnamed, -self._literal(given)])
                self.worlds.solver.add_clause([-unnamed, without])
                without = unnamed
            clause.append(without)
        self.worlds.solver.add_clause(clause)

    def leaving(self, owner: int) -> Cover:
        """The same without the units of an owner; the designs found so far are kept."""
        near = self.near
        other = Cover(
            self.problem, oracle=self.oracle, contexts=self.contexts, without={*self.without, owner}, near=near
        )
        for design in self.designs:
            other._add(design, ())
        return other

    def fewest(self) -> list[Design]:
        """The designs without those that the others make superfluous, the last ones first left out."""
        kept = list(range(len(self.designs)))
        for number in reversed(range(len(self.designs))):
            fewer = [other for other in kept if other != number]
            if fewer and self._model((), [self._marks[other] for other in fewer]) is None:
                kept = fewer
        return [self.designs[number] for number in kept]

    def _reference(self) -> Design:
        """A design that breaks few units: the others stay near it; an empty one where that one is too large."""
        among = sum(1 << unit for unit in self.units)
        try:
            return Reference(Choices(self.problem, self.oracle), self.oracle, among).design
        except LargeError:
            variables = enumerate(self.problem.variables)
            return Design({var: 0 for var, one in variables if not one.given and not one.collection})

    def _grown(self, design: Design, applying: Sequence[int]) -> Design:
        """A design that does what this one does, and more: each unit that it breaks is tried with its neighbours.

        So few designs serve many contexts.  Neighbours are units about the same facts; nothing that is met gets broken.
        """
        needed = {self._class[unit] for unit in applying}
        kept, broken = set(needed), list[int]()
        for unit in self._classes:
            if unit not in needed:
                held = self.oracle.violated(design, unit)
                if held is False:
                    kept.add(unit)
                else:
                    broken.append(unit)
        for unit in broken:
            more = self._with(design, unit, kept)
            if more is not None:
                design = more
                kept.add(unit)
        return design

    def _with(self, design: Design, unit: int, kept: set[int]) -> Design | None:
        """A design that meets this unit, too, if a few steps find one."""
        keys = set(self._keys[unit])
        for _ in range(STEPS):
            near = {other for key in keys for other in self._about[key]} & kept
            found = self.oracle.design([unit, *sorted(near)], design)
            if found is None:
                return None
            moved = {var for var, cell in found.cells.items() if design.cells.get(var) != cell}
            moved |= {var for var, number in found.numbers.items() if design.numbers.get(var) != number}
            moved |= set() if same_lists(found, design) else {ELEMENTS}
            touched = {other for var in moved for other in self._about.get(var, ())} & kept
            wrong = [other for other in touched - near if self.oracle.violated(found, other) is not False]
            if not wrong:
                return found
            keys |= {key for other in wrong for key in self._keys[other]}
        return None

    def _index(self) -> None:
        """One unit for all that demand the same, and the facts that each is about."""
        first: dict[Formula, int] = {}
        for unit in self.units:
            self._class[unit] = first.setdefault(self.problem.units[unit].choice, unit)
        self._classes = sorted(first.values())
        for unit in self._classes:
            variables = mentioned(self.problem.units[unit].choice)
            own = {ELEMENTS if self.problem.variables[var].collection else var for var in variables}
            self._keys[unit] = tuple(sorted(own)) or (ELEMENTS,)
            for key in self._keys[unit]:
                self._about.setdefault(key, []).append(unit)

    # --- steps ---------------------------------------------------------------------------------------------------------

    def _model(self, under: Sequence[int], marks: Sequence[int] | None = None) -> set[int] | None:
        """A context that no design serves, as the true literals."""
        self._questions += 1
        return self.worlds.solve([*under, *(self._marks if marks is None else marks)])

    def _applying(self, model: set[int]) -> list[int]:
        """The units that apply there."""
        cells = {var: self.worlds.cell(var, model) for var in self._given}
        here = Design(cells)
        found: list[int] = []
        for given, units in self._by_given.items():
            box = self._boxes[given]
            if box is None:
                named = self._literals.get(given, 0) in model
                true = named or holds(given, here, here, self.problem.variables) is True
            else:
                true = all(mask >> cells[var] & 1 for var, mask in box.items())
            if true:
                found += units
        return sorted(found)

    def _add(self, design: Design, applying: Sequence[int]) -> None:
        """Take a design in: from now on only contexts that it does not serve."""
        served = set(applying)
        clause = [self._literal(given) for given in self._broken(design, served)]
        mark = self.worlds.fresh()
        self.worlds.solver.add_clause([-mark, *clause])
        self.designs.append(design)
        self._marks.append(mark)

    def _broken(self, design: Design, served: set[int]) -> Iterator[Formula]:
        """The conditions under which a design may not do; what it leaves open does where it was made for."""
        broken = {unit: self.oracle.violated(design, unit) for unit in self._classes}
        made_for = {self._class[unit] for unit in served}
        for unit in made_for:
            if broken[unit]:
                msg = f"a design breaks unit {unit}, which it was made for"
                raise AssertionError(msg)
        for given, units in self._by_given.items():
            for unit in units:
                own = self._class[unit]
                if broken[own] is not False and own not in made_for:
                    yield given
                    break

    def _literal(self, given: Formula) -> int:
        if given not in self._literals:
            self._literals[given] = self.worlds.literal(given)
        return self._literals[given]

    def _minimal(self, applying: Sequence[int]) -> Found:
        """A minimal conflict among units that apply together: first whole requirements are left out, then single units."""
        units, owners = self.problem.units, self.problem.owners
        axioms = [unit for unit in applying if owners[units[unit].owner].strength == "axiom"]
        members = sorted({units[unit].owner for unit in self.oracle.core(applying)} - {units[a].owner for a in axioms})
        for owner in reversed(members):
            fewer = [other for other in members if other != owner]
            if not self.oracle.satisfiable([*axioms, *(u for u in applying if units[u].owner in fewer)]):
                members = fewer
        core = self.oracle.core([*axioms, *(unit for unit in applying if units[unit].owner in members)])
        needed = {units[unit].owner for unit in core} - set(members)
        return Found(tuple(members), core, tuple(sorted(needed)))


def _near(problem: Problem) -> Iterator[Formula]:
    """Numbers and days of the context that are not too far away: there is room for design beyond them.

    The vocabulary states bounds of days, so that slips are noticed; no conflict comes from them.
    """
    for var, one in enumerate(problem.variables):
        if one.given and one.kind in FAR:
            low, high = FAR[one.kind]
            inside = [(cell.low or 0) <= high and (cell.high or 0) >= low for cell in one.cells]
            mask = sum(1 << number for number, there in enumerate(inside) if there)
            if 0 < mask < one.full:
                yield Lit(var, mask)
