"""The same search for many clauses at once: by a SAT solver.

Guarantees: exact; the same answers as `small`, and the same design for the same question whatever was asked before (a solver of
its own for each question).  Elements and relations are decided lazily: what a model relies on is checked, and a minimal
refusal is learned (DPLL(T); Nieuwenhuis, Oliveras, Tinelli 2006).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from rulewright.engine.analysis.encode import Encoder, cell, outside
from rulewright.engine.analysis.model import Rel
from rulewright.engine.analysis.parts import Parts, State

if TYPE_CHECKING:
    from pysat.solvers import Solver

    from rulewright.engine.analysis.small import Theories

T = TypeVar("T")


class Large:
    """One question."""

    def __init__(self, full: Sequence[int], theories: Theories, near: Mapping[int, int]) -> None:
        """Start a solver; `full`: the mask of all cells by variable; prefer the cells of `near`."""
        from pysat.solvers import Solver

        self.theories = theories
        self.near = near
        self.full = full
        self.solver: Solver = Solver(name="glucose4")
        self.encoder = Encoder(full, self.solver.add_clause)
        self.masks: dict[tuple[int, int], int] = {}
        self.theory: dict[int | Rel | str, int] = {}
        self.parts: dict[Parts, int] = {}
        self.model: frozenset[int] = frozenset()

    def solve(self, state: State) -> State | None:
        """The state with one disjunct of each clause taken, so that all of it can be true together, or None."""
        try:
            self._assert(state)
            self.solver.set_phases(self._phases())
            while self.solver.solve():
                self.model = frozenset(self.solver.get_model())
                found = self._justified(state)
                if self._allowed(found):
                    return found
            return None
        finally:
            self.solver.delete()

    # --- encoding ------------------------------------------------------------------------------------------------------

    def _assert(self, state: State) -> None:
        """Add what is asked for."""
        for var, mask in state.masks.items():
            for clause in outside(self.encoder.order(("", 0, var)), mask):
                self.solver.add_clause(clause)
        for literal in self._theories(state.elems, state.rels):
            self.solver.add_clause([literal])
        for name, positive in state.opaque.items():
            self.solver.add_clause([self._theory(name) * (1 if positive else -1)])
        for disjuncts in state.clauses:
            self.solver.add_clause([self._literal(parts) for parts in disjuncts])

    def _literal(self, parts: Parts) -> int:
        """A literal that implies a conjunction."""
        literal = self.parts.get(parts)
        if literal is None:
            literals = [self._mask(var, mask) for var, mask in parts.box]
            literals += self._theories(parts.elems, parts.rels)
            literals += [self._theory(name) * (1 if positive else -1) for name, positive in parts.opaque]
            literals += [self.encoder.either([self._literal(one) for one in clause]) for clause in parts.clauses]
            literal = self.parts[parts] = self.encoder.both(literals)
        return literal

    def _mask(self, var: int, mask: int) -> int:
        """A literal that implies that a variable's cell is one of a mask."""
        literal = self.masks.get((var, mask))
        if literal is None:
            literal = self.masks[var, mask] = self.encoder.mask(("", 0, var), mask)
        return literal

    def _theories(self, elems: Iterable[int], rels: Iterable[Rel]) -> list[int]:
        """The literals of quantified formulas and relations."""
        return [*map(self._theory, elems), *map(self._theory, rels)]

    def _theory(self, atom: int | Rel | str) -> int:
        """The literal of a quantified formula (by number), a relation or an opaque name."""
        literal = self.theory.get(atom)
        if literal is None:
            literal = self.theory[atom] = self.encoder.new()
        return literal

    def _phases(self) -> list[int]:
        """The literals to try first: the cells nearby."""
        return [
            literal if at >= self.near.get(var, 0) else -literal
            for (_, _, var), order in sorted(self.encoder.orders.items())
            for at, literal in enumerate(order)
        ]

    # --- reading a model -----------------------------------------------------------------------------------------------

    def _justified(self, asked: State) -> State:
        """What a model relies on: of each clause one disjunct that is true in it."""
        state = asked.copy()
        while state.clauses:
            clauses, state.clauses = state.clauses, []
            for clause in clauses:
                true = [parts for parts in clause if self._true(parts)]
                if all(state.status(parts) is not True for parts in true):
                    state.absorb(min(true, key=self._distance))
        return state

    def _true(self, parts: Parts) -> bool:
        """Whether a conjunction is true in the model."""
        return (
            all(mask >> cell(self.encoder.order(("", 0, var)), self.model) & 1 for var, mask in parts.box)
            and all(literal in self.model for literal in self._theories(parts.elems, parts.rels))
            and all((self._theory(name) in self.model) is positive for name, positive in parts.opaque)
            and all(any(map(self._true, clause)) for clause in parts.clauses)
        )

    def _distance(self, parts: Parts) -> tuple[bool, int]:
        """Plain conjunctions first, then those that need the fewest cells other than the near ones."""
        return not parts.plain, sum(not mask >> self.near.get(var, 0) & 1 for var, mask in parts.box)

    def _allowed(self, state: State) -> bool:
        """Whether elements and relations allow it; if not, a clause is learned that forbids why."""
        elems, rels = [*state.elems], [*state.rels]
        if elems and not self.theories.elements(elems):
            core = shrink(elems, lambda some: not self.theories.elements(some))
            self.solver.add_clause([-self._theory(number) for number in core])
            return False
        if rels and self.theories.related(rels, state.masks) is None:
            self._learn(rels, state.masks)
            return False
        return True

    def _learn(self, rels: list[Rel], masks: Mapping[int, int]) -> None:
        """Forbid relations inside masks that they do not fit in."""
        core = shrink(rels, lambda some: self.theories.related(some, masks) is None)
        held = dict.fromkeys(var for rel in core for var in (rel.left, rel.right) if var in masks)
        kept = shrink([*held], lambda some: self.theories.related(core, {var: masks[var] for var in some}) is None)
        outsides = [self._mask(var, self.full[var] & ~masks[var]) for var in kept]
        self.solver.add_clause([*(-self._theory(rel) for rel in core), *outsides])


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
