"""The same question for many units at once, by a SAT solver that keeps what it learned from call to call.

Guarantees: exact; the same answers as `small`.  Variables are encoded by order (one Boolean "cell i or lower" per gap), so a
mask costs one clause per run of cells that it leaves out.  Formulas are in negation normal form: one direction of their
definitions suffices (Plaisted and Greenbaum 1986).  Elements and relations are decided lazily: a model's theory literals are
checked, and a minimal refusal is learned (DPLL(T); Nieuwenhuis, Oliveras, Tinelli 2006).
What it does not do: pick the design; it returns masks, like `small`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from rulewright.engine.analysis.model import All, Elem, Formula, Lit, Opaque, Rel, Some
from rulewright.engine.analysis.parts import Compiler, Parts, State
from rulewright.engine.analysis.small import Choice, Theories

if TYPE_CHECKING:
    from pysat.solvers import Solver


T = TypeVar("T")


class Large:
    """One solver for all questions about a problem; formulas are encoded when they are first asked for."""

    def __init__(self, compiler: Compiler, full: Sequence[int], theories: Theories) -> None:
        """Start the solver; raises ImportError where python-sat is missing."""
        from pysat.solvers import Solver

        self.compiler = compiler
        self.full = full
        self.theories = theories
        self.solver: Solver = Solver(name="glucose4")
        self.top = 0
        self.cells: dict[int, list[int]] = {}
        self.atoms: dict[Formula | str, int] = {}
        self.model: frozenset[int] = frozenset()

    def close(self) -> None:
        """Give the solver's memory back."""
        self.solver.delete()

    def solve(self, formulas: Sequence[Formula], near: Mapping[int, int]) -> Choice | None:
        """A choice that satisfies all formulas, or None: there is none."""
        assumptions = [self.literal(formula) for formula in formulas]
        parts = [self.compiler.parts(formula) for formula in formulas]
        if any(one.false for one in parts):
            return None
        self.solver.set_phases(self._phases(near))
        while self.solver.solve(assumptions=assumptions):
            self.model = frozenset(self.solver.get_model())
            state = self._justified(parts, near)
            choice = self._checked(state)
            if choice is not None:
                return choice
        return None

    # --- encoding ------------------------------------------------------------------------------------------------------

    def literal(self, formula: Formula) -> int:
        """A literal that implies the formula."""
        known = self.atoms.get(formula)
        if known is not None:
            return known
        match formula:
            case Opaque(name, positive):
                atom = self.atoms.get(name) or self._new()
                self.atoms[name] = atom
                literal = atom if positive else -atom
            case Lit(var, mask):
                literal = self._new()
                for clause in self._outside(var, mask):
                    self.solver.add_clause([-literal, *clause])
            case All(items):
                literal = self._new()
                for item in items:
                    self.solver.add_clause([-literal, self.literal(item)])
            case Some(items):
                literal = self._new()
                self.solver.add_clause([-literal, *map(self.literal, items)])
            case Elem() | Rel():
                literal = self._new()
            case _:
                raise TypeError(type(formula).__name__)
        self.atoms[formula] = literal
        return literal

    def _new(self) -> int:
        self.top += 1
        return self.top

    def _order(self, var: int) -> list[int]:
        """The literals "cell i or lower" of a variable, for all cells but the last."""
        known = self.cells.get(var)
        if known is None:
            known = self.cells[var] = [self._new() for _ in range(self.full[var].bit_length() - 1)]
            for lower, higher in pairwise(known):
                self.solver.add_clause([-lower, higher])
        return known

    def _outside(self, var: int, mask: int) -> Iterable[list[int]]:
        """One clause per run of cells that the mask leaves out: the cell is before or behind it."""
        order = self._order(var)
        cell, count = 0, len(order) + 1
        while cell < count:
            if mask >> cell & 1:
                cell += 1
                continue
            first = cell
            while cell < count and not mask >> cell & 1:
                cell += 1
            yield [*([order[first - 1]] if first else []), *([-order[cell - 1]] if cell < count else [])]

    def _phases(self, near: Mapping[int, int]) -> list[int]:
        """The literals to try first: the cells nearby, and no theory."""
        return [
            literal if cell >= near.get(var, 0) else -literal
            for var, order in self.cells.items()
            for cell, literal in enumerate(order)
        ]

    # --- reading a model -----------------------------------------------------------------------------------------------

    def _justified(self, parts: Iterable[Parts], near: Mapping[int, int]) -> State:
        """What a model relies on: of each clause one disjunct that is true in it."""
        state = State()
        todo = [*parts][::-1]
        while todo:
            one = todo.pop()
            state.absorb(one)
            clauses, state.clauses = state.clauses, []
            for clause in clauses:
                true = [disjunct for disjunct in clause if self._true(disjunct)]
                if all(state.status(disjunct) is not True for disjunct in true):
                    todo.append(min(true, key=lambda disjunct: _distance(disjunct, near)))
        return state

    def _true(self, parts: Parts) -> bool:
        """Whether a conjunction is true in the model."""
        elems = (self.compiler.elems[number] for number in parts.elems)
        return (
            all(mask >> self._cell(var) & 1 for var, mask in parts.box)
            and all(self.literal(theory) in self.model for theory in (*elems, *parts.rels))
            and all(self.literal(Opaque(name, positive)) in self.model for name, positive in parts.opaque)
            and all(any(map(self._true, clause)) for clause in parts.clauses)
        )

    def _cell(self, var: int) -> int:
        """The cell of a variable in the model."""
        order = self._order(var)
        return next((cell for cell, literal in enumerate(order) if literal in self.model), len(order))

    def _checked(self, state: State) -> Choice | None:
        """The choice, if elements and relations allow it; else a clause is learned that forbids why not."""
        elems, rels = [*state.elems], [*state.rels]
        if elems and not self.theories.elements(elems):
            core = shrink(elems, lambda some: not self.theories.elements(some))
            self.solver.add_clause([-self.literal(self.compiler.elems[number]) for number in core])
            return None
        if not rels:
            return Choice(state.masks, {}, frozenset(elems))
        numbers = self.theories.related(rels, state.masks)
        if numbers is None:
            self._learn(rels, state.masks)
            return None
        return Choice(state.masks, numbers, frozenset(elems))

    def _learn(self, rels: list[Rel], masks: Mapping[int, int]) -> None:
        """Forbid relations inside masks that they do not fit in."""
        core = shrink(rels, lambda some: self.theories.related(some, masks) is None)
        held = [var for rel in core for var in (rel.left, rel.right) if var in masks]
        kept = shrink(
            [*dict.fromkeys(held)],
            lambda some: self.theories.related(core, {var: masks[var] for var in some}) is None,
        )
        clause = [-self.literal(rel) for rel in core]
        for var in kept:
            outside = self.full[var] & ~masks[var]
            if outside:
                clause.append(self.literal(Lit(var, outside)))
        self.solver.add_clause(clause)


def _distance(parts: Parts, near: Mapping[int, int]) -> tuple[bool, int]:
    """Plain conjunctions first, then those that need the fewest cells other than the near ones."""
    return not parts.plain, sum(not mask >> near.get(var, 0) & 1 for var, mask in parts.box)


def shrink(items: Sequence[T], refused: Callable[[list[T]], bool]) -> list[T]:
    """The minimal refused subset that keeps the earliest items: the shortest refused prefix ends in a needed one, and so on.

    `refused` is true of `items`, and of every superset of what it is true of.
    """
    needed: list[T] = []
    left = [*items]
    while not refused(needed):
        low, high = 0, len(left) - 1
        while low < high:
            middle = (low + high) // 2
            if refused(needed + left[: middle + 1]):
                high = middle
            else:
                low = middle + 1
        needed.append(left[low])
        left = left[:low]
    return needed
