"""The cases of two requirements: which of their units apply together, and with which background knowledge.

Guarantees: `Overlap.cases` has one case for every way in which the conditions of the units concerned can be true or false in
some context, so a statement about all contexts is one about all cases.  Background knowledge is taken in as far as it is
about the same facts, directly or through other background knowledge; the rest cannot change an answer.
What it does not do: judge what a case means (`pairs`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from rulewright.engine.analysis.conditions import PRESUMED
from rulewright.engine.analysis.contexts import Contexts
from rulewright.engine.analysis.formulas import complement, conj, disj, mentioned
from rulewright.engine.analysis.model import TRUE, All, Context, Elem, Formula, Problem, Some, Unit
from rulewright.engine.analysis.oracle import Oracle


class Case(msgspec.Struct, frozen=True):
    """Units that apply together in some contexts, as numbers in the overlap's own problem.

    `first` and `second`: those of the two requirements; `axioms`: background knowledge; `presumed`: what both presuppose;
    `conditions`: all units that fix which contexts these are.
    """

    first: tuple[int, ...]
    second: tuple[int, ...]
    axioms: tuple[int, ...]
    presumed: tuple[int, ...]
    conditions: tuple[int, ...]


class Overlap:
    """Two owners of a problem, apart from all others."""

    def __init__(self, problem: Problem, first: int, second: int, about: Collection[str] = ()) -> None:
        """Take the units of the two, of what they presuppose and of the background; `about`: only demands on these facts."""
        self.first = _conjuncts(problem, first, about)
        self.second = _conjuncts(problem, second, about)
        twins = _twins(problem, (first, second))
        presumed = [unit for unit in problem.units if unit.owner in twins]
        axioms = [unit for unit in problem.units if problem.owners[unit.owner].strength == "axiom"]
        units = [*self.first, *self.second, *presumed, *axioms]
        ends = _ends(len(self.first), len(self.second), len(presumed), len(axioms))
        self._first, self._second, self._presumed, self._axioms = ends
        self._axioms = tuple(_near(units, [*self._first, *self._second], self._axioms))
        givens = dict.fromkeys(units[n].given for n in (*self._first, *self._second, *self._presumed, *self._axioms))
        givens.pop(TRUE, None)
        self._yes: dict[Formula, int] = {}
        self._no: dict[Formula, int] = {}
        for given in givens:
            self._yes[given] = len(units)
            units.append(Unit(first, given, TRUE))
            self._no[given] = len(units)
            units.append(Unit(first, complement(given, problem.variables), TRUE))
        self.problem = replace(problem, units=tuple(units))
        self.oracle = Oracle(self.problem)
        self.contexts = Contexts(self.problem, self.oracle)

    @property
    def meet(self) -> bool:
        """Whether both apply in some context."""
        return any(self.contexts.meet((a, b)) for a in self._first for b in self._second)

    def cases(self) -> Iterator[Case]:
        """Every case in which both apply."""
        for truths in self._truths(tuple(self._yes), ()):
            case = self._case(dict(zip(self._yes, truths, strict=True)))
            if case.first and case.second:
                yield case

    def context(self, case: Case) -> Context:
        """The smallest context of a case."""
        return self.contexts.smallest(case.conditions)

    def boundary(self) -> tuple[list[Formula], list[Formula]]:
        """Conditions of the first and of the second that no context makes true together, none of which can be left out.

        For the first pair of units whose conditions part them; both apply nowhere (`meet` is false).
        """
        first = self._condition(self._first)
        second = self._condition(self._second)
        parts = [*first, *second]
        units = [*self.problem.units, *(Unit(0, part, TRUE) for part in parts)]
        start = len(self.problem.units)
        contexts = Contexts(replace(self.problem, units=tuple(units)), self.oracle)
        kept = list(range(start, start + len(parts)))
        for number in reversed(tuple(kept)):
            less = [other for other in kept if other != number]
            if not contexts.meet(less):
                kept = less
        middle = start + len(first)
        return (
            [units[number].given for number in kept if number < middle],
            [units[number].given for number in kept if number >= middle],
        )

    def _condition(self, numbers: Iterable[int]) -> list[Formula]:
        """When some of these units apply: what they have in common, and one of what they differ in."""
        givens = list(dict.fromkeys(self.problem.units[number].given for number in numbers))
        shared = (
            [part for part in _parts(givens[0]) if all(part in _parts(given) for given in givens)] if givens else []
        )
        rest = [conj(part for part in _parts(given) if part not in shared) for given in givens]
        return [*shared, disj(rest, self.problem.variables)]

    def _truths(self, givens: Sequence[Formula], held: tuple[bool, ...]) -> Iterator[tuple[bool, ...]]:
        """Every way in which conditions can be true or false in one context."""
        if len(held) == len(givens):
            yield held
            return
        for truth in (True, False):
            longer = (*held, truth)
            if self.contexts.meet(self._conditions(dict(zip(givens, longer, strict=False)))):
                yield from self._truths(givens, longer)

    def _conditions(self, truths: dict[Formula, bool]) -> tuple[int, ...]:
        return tuple(self._yes[given] if truth else self._no[given] for given, truth in truths.items())

    def _case(self, truths: dict[Formula, bool]) -> Case:
        def active(units: Iterable[int]) -> tuple[int, ...]:
            return tuple(n for n in units if truths.get(self.problem.units[n].given, True))

        return Case(
            active(self._first),
            active(self._second),
            active(self._axioms),
            active(self._presumed),
            self._conditions(truths),
        )


def _parts(formula: Formula) -> tuple[Formula, ...]:
    return formula.items if isinstance(formula, All) else (formula,)


def facts(problem: Problem, units: Iterable[Unit]) -> frozenset[str]:
    """The facts that the choice of units is about, as paths; a bare list counts as its collection."""
    found: set[str] = set()
    for unit in units:
        found |= {problem.variables[var].name for var in mentioned(unit.choice)}
        found |= _lists(unit.choice)
    return frozenset(found)


def _lists(formula: Formula) -> set[str]:
    """The collections of which only the number of elements counts."""
    match formula:
        case All(items) | Some(items):
            return set().union(*map(_lists, items))
        case Elem(collection=collection, formula=inner) if not mentioned(inner):
            return {collection}
        case _:
            return set()


def _conjuncts(problem: Problem, owner: int, about: Collection[str]) -> list[Unit]:
    """The units of an owner, one demand each; with `about` those that mention one of these facts."""
    found = []
    for unit in problem.units:
        if unit.owner == owner:
            choices = unit.choice.items if isinstance(unit.choice, All) else (unit.choice,)
            found += [replace(unit, choice=choice) for choice in choices]
    return [unit for unit in found if not about or facts(problem, [unit]) & set(about)]


def _twins(problem: Problem, owners: Iterable[int]) -> set[int]:
    """The owners that stand for what these presuppose."""
    names = {problem.owners[owner].id + PRESUMED for owner in owners}
    return {number for number, owner in enumerate(problem.owners) if owner.id in names}


def _ends(*lengths: int) -> list[tuple[int, ...]]:
    """Consecutive numbers, so many for each length."""
    found, start = [], 0
    for length in lengths:
        found.append(tuple(range(start, start + length)))
        start += length
    return found


def _near(units: Sequence[Unit], start: Iterable[int], others: Iterable[int]) -> list[int]:
    """The units among `others` that share a variable with those of `start`, directly or through one another."""
    of = _reach(units)
    reached = frozenset[object]().union(*(of(number) for number in start))
    left, found = list(others), list[int]()
    grown = True
    while grown:
        grown = False
        for number in list(left):
            if of(number) & reached:
                left.remove(number)
                found.append(number)
                reached |= of(number)
                grown = True
    return sorted(found)


def _reach(units: Sequence[Unit]) -> Callable[[int], frozenset[object]]:
    """What a unit is about: its variables, and its collections whole."""

    def of(number: int) -> frozenset[object]:
        found: set[object] = set(mentioned(units[number].choice))
        todo = [units[number].choice]
        while todo:
            match todo.pop():
                case All(items) | Some(items):
                    todo += items
                case Elem(collection=collection, formula=inner):
                    found.add(collection)
                    todo.append(inner)
                case _:
                    continue
        return frozenset(found)

    return of
