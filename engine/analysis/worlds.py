"""Formulas over given variables for a SAT solver.

Guarantees: each cell of a variable has a literal, exactly one of them true; every formula gets one literal that implies it
(formulas are in negation normal form, so one direction suffices: Plaisted and Greenbaum 1986), equal formulas the same one.
A relation between variables forbids the pairs of cells for which it is surely false; pairs for which it depends on the exact
values are let through, and `Contexts` looks into them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from rulewright.dsl import ir
from rulewright.engine import predicates
from rulewright.engine.analysis.cubes import bits
from rulewright.engine.analysis.model import All, Cell, Formula, Lit, Opaque, Rel, Some, Variable

if TYPE_CHECKING:
    from pysat.solvers import Solver


class Worlds:
    """The solver, and what its numbers mean."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        """Start the solver; raises ImportError where python-sat is missing."""
        from pysat.solvers import Solver

        self.variables = variables
        self.solver: Solver = Solver(name="glucose4")
        self.rels: dict[Rel, int] = {}
        self._cells: dict[int, list[int]] = {}
        self._atoms: dict[Formula | str, int] = {}
        self._top = 0

    def fresh(self) -> int:
        """A new number."""
        self._top += 1
        return self._top

    def cells(self, var: int) -> list[int]:
        """The literals of a variable's cells, one of which is true; for two cells they are a number and its negation.

        At most one is true by a ladder: `below[i]` says that the cell is i or lower.
        """
        if var in self._cells:
            return self._cells[var]
        count = len(self.variables[var].cells)
        below = [self.fresh() for _ in range(count - 1)]
        add = self.solver.add_clause
        for low, high in pairwise(below):
            add([-low, high])
        if count == 1:
            only = self.fresh()
            add([only])
            found = [only]
        elif count == 2:
            found = [below[0], -below[0]]
        else:
            found = [below[0], *(self.fresh() for _ in range(count - 2)), -below[-1]]
            for cell in range(1, count - 1):
                one, low, high = found[cell], below[cell - 1], below[cell]
                add([-one, -low])
                add([-one, high])
                add([one, low, -high])
        self._cells[var] = found
        return found

    def literal(self, formula: Formula) -> int:
        """A literal that implies the formula."""
        if formula not in self._atoms:
            self._atoms[formula] = self._encoded(formula)
        return self._atoms[formula]

    def demand(self, formula: Formula) -> None:
        """The formula holds from now on."""
        self.solver.add_clause([self.literal(formula)])

    def _encoded(self, formula: Formula) -> int:
        add = self.solver.add_clause
        match formula:
            case Lit(var, mask):
                cells = self.cells(var)
                chosen = [cells[cell] for cell in bits(mask)]
                if len(chosen) == 1:
                    return chosen[0]
                number = self.fresh()
                add([-number, *chosen])
                return number
            case All(items):
                parts = [self.literal(item) for item in items]
                if len(parts) == 1:
                    return parts[0]
                number = self.fresh()
                for part in parts:
                    add([-number, part])
                return number
            case Some(items):
                parts = [self.literal(item) for item in items]
                number = self.fresh()
                add([-number, *parts])
                return number
            case Opaque(name, positive):
                number = self._atoms.get(name) or self._atoms.setdefault(name, self.fresh())
                return number if positive else -number
            case Rel():
                return self._relation(formula)
            case _:
                raise TypeError(type(formula).__name__)

    def _relation(self, rel: Rel) -> int:
        number = self.rels[rel] = self.fresh()
        left, right = self.cells(rel.left), self.cells(rel.right)
        for one, first in zip(self.variables[rel.left].cells, left, strict=True):
            for other, second in zip(self.variables[rel.right].cells, right, strict=True):
                if never(rel, self.variables[rel.left].kind, one, other):
                    self.solver.add_clause([-number, -first, -second])
        return number

    def sums(self, literals: Sequence[int]) -> list[int]:
        """Numbers that are true where more than 0, 1, 2, … of the literals are (a totalizer: Bailleux and Boufkhad 2003)."""
        if len(literals) < 2:
            return list(literals)
        half = len(literals) // 2
        left, right = self.sums(literals[:half]), self.sums(literals[half:])
        total = [self.fresh() for _ in literals]
        for one in range(len(left) + 1):
            for other in range(len(right) + 1):
                if one + other:
                    clause = [total[one + other - 1]]
                    clause += [-left[one - 1]] if one else []
                    clause += [-right[other - 1]] if other else []
                    self.solver.add_clause(clause)
        return total

    def solve(self, assumptions: Iterable[int]) -> set[int] | None:
        """The true numbers of a model, or None."""
        if not self.solver.solve(assumptions=list(assumptions)):
            return None
        return {number for number in self.solver.get_model() or () if number > 0}

    def cell(self, var: int, model: set[int]) -> int:
        """The cell of a variable in a model."""
        for cell, number in enumerate(self.cells(var)):
            if (number in model) if number > 0 else (-number not in model):
                return cell
        return 0


def never(rel: Rel, kind: str, one: Cell, other: Cell) -> bool:
    """Whether no values of these two cells are so related; False where a cell has no bounds."""
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    low, high = other.low, other.high
    if kind == "date":
        low, high = (predicates.add_days(day, rel.months, rel.days) for day in (low, high))
    tests: dict[ir.Comparison, bool] = {
        "<": one.low >= high,
        "<=": one.low > high,
        ">": one.high <= low,
        ">=": one.high < low,
        "=": one.low > high or one.high < low,
        "!=": one.low == one.high == low == high,
    }
    return tests[rel.op]
