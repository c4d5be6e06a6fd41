"""Is there a design that satisfies these units?  The analyser's one question about choices.

Guarantees: `satisfiable` and `design` are exact for the conjunction of the choice formulas of the units given (axioms are
units like others: the caller passes those that apply).  Few clauses are decided by a search on masks (`small`), many, or few
that branch too much, by a SAT solver (`large`); the answers are the same.  Everything is deterministic, and `calls` counts every
question, those inside `core` too.
What it does not do: look at `given` formulas, choose axioms, find contexts (`contexts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rulewright.engine.analysis import formulas
from rulewright.engine.analysis.elements import Elements
from rulewright.engine.analysis.large import shrink
from rulewright.engine.analysis.model import Design, Formula, Problem, Rel
from rulewright.engine.analysis.parts import Compiler, Parts
from rulewright.engine.analysis.relations import Relations
from rulewright.engine.analysis.small import Choice, Search

MANY = 40
"""From so many clauses on, the solver is asked."""

BRANCHES = 500
"""So many branches a search on masks may take before the solver is asked."""

EMPTY = Design({})


class Oracle:
    """Answers questions about one problem and remembers what it compiled."""

    def __init__(self, problem: Problem, *, many: int = MANY, branches: int = BRANCHES) -> None:
        """Compile nothing yet.  `many` and `branches` say when the solver is asked."""
        self.problem = problem
        self.calls = 0
        self.many = many
        self.branches = branches
        self.full = [variable.full for variable in problem.variables]
        self.compiler = Compiler(problem.variables, problem.units)
        self._parts: list[Parts | None] = [None] * len(problem.units)
        self._relations = Relations(problem.variables)
        self._elements = Elements(self.compiler, self._element)

    @property
    def gaps(self) -> tuple[str, ...]:
        """What was too large to be decided; there lists are taken to exist."""
        return tuple(self._elements.gaps)

    # --- questions -----------------------------------------------------------------------------------------------------

    def satisfiable(self, units: Iterable[int], extra: Iterable[Formula] = ()) -> bool:
        """Whether some design satisfies all these units and formulas."""
        self.calls += 1
        return self._choice(self._wanted(units, extra), {}) is not None

    def design(self, units: Iterable[int], near: Design | None = None, extra: Iterable[Formula] = ()) -> Design | None:
        """A design that satisfies all these units and formulas, or None: there is none.

        It has the cells of `near` (those of variables that no unit mentions, too) wherever they will do, else the lowest.
        """
        self.calls += 1
        near = near or EMPTY
        choice = self._choice(self._wanted(units, extra), near.cells)
        return None if choice is None else self._built(choice, near)

    def core(self, units: Iterable[int], extra: Iterable[Formula] = ()) -> tuple[int, ...]:
        """A minimal subset that no design satisfies (together with `extra`), of units that no design satisfies.

        Of all of them it is the one that keeps low numbers: each unit from the highest on is left out if it can be.
        Raises ValueError where a design satisfies all.
        """
        numbers, more = sorted({*units}), [*extra]
        if self.satisfiable(numbers, more):
            raise ValueError("a design satisfies these units")
        return tuple(sorted(shrink(numbers, lambda some: not self.satisfiable(some, more))))

    def violated(self, design: Design, unit: int) -> bool | None:
        """Whether a design breaks a unit's choice formula; None where it leaves open what matters."""
        parts = self.parts(unit)
        if parts.plain:
            cells = design.cells
            broken: bool | None = False
            for var, mask in parts.box:
                cell = cells.get(var)
                if cell is None:
                    broken = None
                elif not mask >> cell & 1:
                    return True
            return broken
        held = formulas.holds(self.problem.units[unit].choice, design, design, self.problem.variables)
        return None if held is None else not held

    def _wanted(self, units: Iterable[int], extra: Iterable[Formula]) -> list[Parts]:
        """The units and formulas, taken apart."""
        wanted = [self._parts[unit] or self.parts(unit) for unit in units]
        wanted += map(self.compiler.parts, extra)
        return wanted

    def parts(self, unit: int) -> Parts:
        """The choice formula of a unit, taken apart."""
        parts = self._parts[unit]
        if parts is None:
            parts = self._parts[unit] = self.compiler.unit(unit)
        return parts

    # --- deciding ------------------------------------------------------------------------------------------------------

    def _choice(self, parts: Sequence[Parts], near: Mapping[int, int]) -> Choice | None:
        """What a design must be like."""
        masks: dict[int, int] = {}
        plain = True
        for one in parts:
            plain &= one.plain
            for var, mask in one.box:
                held = masks.get(var)
                if held is not None:
                    mask &= held  # noqa: PLW2901
                    if not mask:
                        return None
                masks[var] = mask
        if plain:
            return Choice(masks)
        return Search(self.full, self, near, many=self.many, limit=self.branches).run(parts)

    def elements(self, elems: Iterable[int]) -> bool:
        """Whether lists exist for which all these quantified formulas are true."""
        return self._elements.possible(elems)

    def related(self, rels: Sequence[Rel], masks: Mapping[int, int]) -> dict[int, int] | None:
        """The least values inside the masks for which all these relations are true, or None."""
        return self._relations.solve(rels, masks)

    def _element(self, wanted: Sequence[Formula]) -> dict[int, int] | None:
        """The lowest cells of an element for which all these formulas are true, or None."""
        choice = self._choice([self.compiler.parts(formula) for formula in wanted], {})
        return None if choice is None else {var: lowest(mask) for var, mask in choice.masks.items()}

    # --- the design ----------------------------------------------------------------------------------------------------

    def _built(self, choice: Choice, near: Design) -> Design:
        """A design like that, near another one."""
        cells = near.cells.copy()
        masks = choice.masks
        numbers = near.numbers
        if choice.rels:
            masks = masks | self._settled(choice, near)
        for var, mask in masks.items():
            cell = cells.get(var)
            if cell is None or not mask >> cell & 1:
                cells[var] = lowest(mask)
        if numbers:
            numbers = {var: number for var, number in numbers.items() if cells.get(var) == near.cells.get(var)}
        if choice.rels:
            values = self._relations.solve(choice.rels, masks)
            numbers = numbers | (values or {})
        lists = self._elements.lists(choice.elems, near) if choice.elems else near.elements
        return Design(cells, numbers, lists)

    def _settled(self, choice: Choice, near: Design) -> dict[int, int]:
        """One cell for each variable in a relation: the near one if the relations still fit, else the least."""
        masks = dict(choice.masks)
        related = sorted({var for rel in choice.rels for var in (rel.left, rel.right)})
        for var in related:
            mask = masks.get(var, self.full[var]) & (1 << near.cells[var] if var in near.cells else 0)
            if mask and self._relations.solve(choice.rels, masks | {var: mask}) is not None:
                masks[var] = mask
        values = self._relations.solve(choice.rels, masks) or {}
        return {var: 1 << self._relations.cell(var, values[var]) for var in related}


def lowest(mask: int) -> int:
    """The lowest cell of a mask."""
    return (mask & -mask).bit_length() - 1
