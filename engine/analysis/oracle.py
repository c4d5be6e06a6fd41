"""Is there a design that satisfies these units?  The analyser's one question about choices.

Guarantees: `satisfiable` and `design` are exact for the conjunction of the choice formulas of the units given (axioms are
units like others: the caller passes those that apply).  Few units are decided by a search on masks (`small`), many, or few that
branch too much, by a SAT solver (`large`); the answers are the same.  Everything is deterministic, and `calls` counts every
question, those inside `core` too.
What it does not do: look at `given` formulas, choose axioms, find contexts (`contexts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from rulewright.engine.analysis import formulas
from rulewright.engine.analysis.large import Large, shrink
from rulewright.engine.analysis.model import Design, Formula, Problem, Rel
from rulewright.engine.analysis.parts import Compiler, Parts
from rulewright.engine.analysis.small import Choice, Search, Spent

MANY = 48
"""From so many units on, the solver is asked."""

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

    @cached_property
    def _large(self) -> Large:
        """The solver, started when it is first needed."""
        return Large(self.compiler, self.full, self)

    # --- questions -----------------------------------------------------------------------------------------------------

    def satisfiable(self, units: Iterable[int], extra: Iterable[Formula] = ()) -> bool:
        """Whether some design satisfies all these units and formulas."""
        numbers, more = [*units], [*extra]
        self.calls += 1
        return self._choice(numbers, more, EMPTY) is not None

    def design(self, units: Iterable[int], near: Design | None = None, extra: Iterable[Formula] = ()) -> Design | None:
        """A design that satisfies all these units and formulas, or None: there is none.

        It has the cells of `near` (those of variables that no unit mentions, too) wherever they will do, else the lowest.
        """
        numbers, more = [*units], [*extra]
        self.calls += 1
        near = near or EMPTY
        choice = self._choice(numbers, more, near)
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

    def parts(self, unit: int) -> Parts:
        """The choice formula of a unit, taken apart."""
        parts = self._parts[unit]
        if parts is None:
            parts = self._parts[unit] = self.compiler.unit(unit)
        return parts

    # --- deciding ------------------------------------------------------------------------------------------------------

    def _choice(self, units: Sequence[int], extra: Sequence[Formula], near: Design) -> Choice | None:
        """What a design must be like."""
        parts = [self._parts[unit] or self.parts(unit) for unit in units]
        if extra:
            parts += map(self.compiler.parts, extra)
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
            return Choice(masks, {}, frozenset())
        if len(parts) < self.many:
            try:
                return Search(self.full, self, near.cells, self.branches).run(parts)
            except Spent:
                pass
        return self._large.solve([*(self.problem.units[unit].choice for unit in units), *extra], near.cells)

    def elements(self, elems: Iterable[int]) -> bool:
        """Whether lists exist for which all these quantified formulas are true (so far: not looked into)."""
        del elems
        return True

    def related(self, rels: Sequence[Rel], masks: Mapping[int, int]) -> dict[int, int] | None:
        """Values of related variables inside the masks (so far: not looked into)."""
        del rels, masks
        return {}

    # --- the design ----------------------------------------------------------------------------------------------------

    def _built(self, choice: Choice, near: Design) -> Design:
        """A design like that, near another one."""
        cells = near.cells.copy()
        for var, mask in choice.masks.items():
            cell = cells.get(var)
            if cell is None or not mask >> cell & 1:
                cells[var] = (mask & -mask).bit_length() - 1
        numbers = {var: number for var, number in near.numbers.items() if cells.get(var) == near.cells.get(var)}
        return Design(cells, numbers, near.elements)
