"""The search for a choice on masks: a few clauses at a time, without a solver.

Guarantees: exact and deterministic.  Masks of one variable are intersected; then unit propagation, the tentative choice (the
cells of the design nearby, else the lowest), and branching over the smallest clause.  The theories of elements and relations
are asked as soon as something of theirs is added.  Where more clauses are left than `many`, or a search takes more branches
than `limit`, a SAT solver goes on (`large`).
Source: DPLL (Davis, Logemann, Loveland 1962) on finite domains.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from rulewright.engine.analysis.large import Large
from rulewright.engine.analysis.model import Rel
from rulewright.engine.analysis.parts import Clause, Parts, State


class Spent(Exception):  # noqa: N818
    """More branches than a small search may take."""


class Theories(Protocol):
    """What decides elements and relations."""

    def elements(self, elems: Iterable[int]) -> bool:
        """Whether lists exist for which all these quantified formulas are true."""

    def related(self, rels: Sequence[Rel], masks: Mapping[int, int]) -> dict[int, int] | None:
        """Values of the variables in the relations, inside the masks, or None."""


class Choice(NamedTuple):
    """What a search found: masks of which any cell will do (but for the relations), relations and elements asked for."""

    masks: dict[int, int]
    rels: tuple[Rel, ...] = ()
    elems: tuple[int, ...] = ()


class Search:
    """One question."""

    def __init__(
        self, full: Sequence[int], theories: Theories, near: Mapping[int, int], *, many: int, limit: int
    ) -> None:
        """`full`: the mask of all cells by variable; prefer the cells of `near`; when to hand over."""
        self.full = full
        self.theories = theories
        self.near = near
        self.many = many
        self.left = limit

    def run(self, parts: Iterable[Parts]) -> Choice | None:
        """A choice that satisfies all these conjunctions, or None: there is none."""
        state = State()
        for one in parts:
            if not state.absorb(one):
                return None
        if not _propagate(state) or not self._consistent(state):
            return None
        if len(state.clauses) < self.many:
            try:
                return self._solve(state.copy())
            except Spent:
                pass
        found = Large(self.full, self.theories, self.near).solve(state)
        return None if found is None else _chosen(found)

    def _solve(self, state: State) -> Choice | None:
        """Propagate, try what lies near, branch."""
        if not _propagate(state) or not self._consistent(state):
            return None
        if not state.clauses:
            return _chosen(state)
        found = self._tentative(state)
        if found is not None:
            return found
        clause = min(state.clauses, key=len)
        state.clauses.remove(clause)
        for parts in sorted(clause, key=self._distance):
            self.left -= 1
            if self.left < 0:
                raise Spent
            branch = state.copy()
            if branch.absorb(parts):
                found = self._solve(branch)
                if found is not None:
                    return found
            if parts.plain and len(parts.box) == 1:
                var, mask = parts.box[0]
                rest = state.masks.get(var, self.full[var]) & ~mask
                if not rest:
                    return None
                state.masks[var] = rest
        return None

    def _distance(self, parts: Parts) -> tuple[bool, int]:
        """Nearest first: plain before theories, then fewest cells that differ."""
        return not parts.plain, sum(not mask >> self.near.get(var, 0) & 1 for var, mask in parts.box)

    def _consistent(self, state: State) -> bool:
        """Whether the theories allow what is asked for so far."""
        if state.elems and not self.theories.elements(state.elems):
            return False
        return not state.rels or self.theories.related((*state.rels,), state.masks) is not None

    def _tentative(self, state: State) -> Choice | None:
        """The choice of near cells, if it satisfies the clauses that are left."""
        picked: dict[int, int] = {}
        for clause in state.clauses:
            for parts in clause:
                if parts.plain and all(mask & self._cell(state, var) for var, mask in parts.box):
                    for var, _ in parts.box:
                        picked[var] = self._cell(state, var)
                    break
            else:
                return None
        tried = state.copy()
        tried.masks.update(picked)
        return _chosen(tried) if self._consistent(tried) else None

    def _cell(self, state: State, var: int) -> int:
        """The mask of the one cell that would be picked."""
        mask = state.masks.get(var, self.full[var])
        near = 1 << self.near.get(var, 0)
        return near if mask & near else mask & -mask


def _chosen(state: State) -> Choice:
    """The choice of a state without open clauses."""
    return Choice(state.masks, (*state.rels,), (*state.elems,))


def _propagate(state: State) -> bool:
    """Drop clauses that are true and disjuncts that are false; take over the last disjunct; False where none is left."""
    changed = True
    while changed and state.clauses:
        changed = False
        clauses, state.clauses = state.clauses, []
        kept: list[Clause] = []
        for clause in clauses:
            live = _live(state, clause)
            if live is None:
                continue
            if not live:
                return False
            if len(live) == 1:
                if not state.absorb(live[0]):
                    return False
                changed = True
            else:
                kept.append(live)
        state.clauses = kept + state.clauses
    return True


def _live(state: State, clause: Clause) -> Clause | None:
    """The disjuncts that are open, None where one is true."""
    live: list[Parts] = []
    for parts in clause:
        status = state.status(parts)
        if status:
            return None
        if status is None:
            live.append(parts)
    return clause if len(live) == len(clause) else tuple(live)
