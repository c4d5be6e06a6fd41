"""What the two hunts for conflicts share: which units take part, what was found, what it cost.

Guarantees: only sets of units that share a context and that no design satisfies are recorded; of a set only a minimal part is
kept; supersets of what was found are not looked into (they are not minimal).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from rulewright.engine.analysis.choices import Choices
from rulewright.engine.analysis.contexts import Contexts
from rulewright.engine.analysis.cubes import bits
from rulewright.engine.analysis.model import Problem
from rulewright.engine.analysis.oracle import Oracle
from rulewright.engine.analysis.reference_design import Reference

Owners = tuple[int, ...]


class Exhausted(Exception):  # noqa: N818
    """The budget ran out."""


class Prepared:
    """What is computed once for a problem, for any number of searches."""

    def __init__(self, problem: Problem, oracle: Oracle | None = None, contexts: Contexts | None = None) -> None:
        """Prepare a problem; oracle and contexts may be shared with others."""
        self.problem = problem
        self.oracle = oracle or Oracle(problem)
        self.contexts = contexts or Contexts(problem, self.oracle)
        self.choices = Choices(problem, self.oracle)
        self.isolated = self._isolated()
        self._references: dict[int, Reference] = {}

    @property
    def calls(self) -> int:
        """Questions to oracle and contexts so far."""
        return self.oracle.calls + self.contexts.calls

    def reference(self, among: int) -> Reference:
        """The reference design for some units."""
        if among not in self._references:
            self._references[among] = Reference(self.choices, self.oracle, among)
        return self._references[among]

    def _isolated(self) -> int:
        """Bitset of the units that are alone with their owner and share no variable with an axiom."""
        choices = self.choices
        near = 0
        for unit in bits(choices.axioms & choices.live):
            parts = choices.parts[unit]
            near |= choices.touching(parts.variables, choices.names_of(parts))
        several = 0
        for held in choices.several:
            several |= held
        return choices.live & ~near & ~several


class Hunt:
    """One search up to an arity."""

    def __init__(self, ready: Prepared, arity: int, allowed: int, limit: int) -> None:
        """`allowed`: the bitset of units that take part; `limit`: calls that may be spent in all, 0: any number."""
        self.ready = ready
        self.problem = ready.problem
        self.oracle = ready.oracle
        self.contexts = ready.contexts
        self.choices = ready.choices
        self.arity = arity
        self.allowed = allowed
        self.limit = limit
        self.found: dict[Owners, tuple[int, ...]] = {}
        self._consistent: dict[tuple[int, ...], bool] = {}

    def check(self) -> None:
        """Raise `Exhausted` when the budget is spent."""
        if self.limit and self.ready.calls >= self.limit:
            raise Exhausted

    def owners_with(self, owners: Owners, unit: int) -> Owners:
        """The owners with that of a unit; axioms do not count."""
        owner = self.problem.units[unit].owner
        if owner in owners or self.problem.owners[owner].strength == "axiom":
            return owners
        return tuple(sorted((*owners, owner)))

    def free(self, owners: Owners) -> int:
        """Bitset of the units that cost nothing more: axioms, and those of these owners."""
        found = self.choices.axioms
        for owner in owners:
            found |= self.choices.own[owner]
        return found

    def blocked(self, owners: Owners) -> bool:
        """Whether some of these owners are known to be in conflict."""
        found = self.found
        if not found or owners in found:
            return bool(found)
        for size in range(1, len(owners)):
            for some in combinations(owners, size):
                if some in found:
                    return True
        return False

    def consistent(self, units: Iterable[int]) -> bool:
        """Whether some design satisfies these units; remembered by what they demand."""
        chosen = list(units)
        class_of = self.choices.class_of
        key = tuple(sorted({class_of[unit] for unit in chosen}))
        known = self._consistent.get(key)
        if known is None:
            known = self._consistent[key] = self.oracle.satisfiable(chosen)
        return known

    def record(self, units: Sequence[int], *, minimal: bool = False) -> None:
        """Keep a set of units that share a context and that no design satisfies."""
        core = tuple(sorted(units)) if minimal else self.oracle.core(units)
        owners: Owners = ()
        for unit in core:
            owners = self.owners_with(owners, unit)
        if not self.blocked(owners):
            self.found[owners] = core
