"""Which parts of some requirements clash, and in which contexts: all minimal sets of units, and the region that they make.

Guarantees: every core's choice cannot be met together with the background knowledge listed with it, some context makes all of
its conditions true, and no unit can be left out.  `whole` says whether all cores were found; where there were too many units
to try, the region is a part of the true one.
What it does not do: find conflicts (`search`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple, Protocol

from rulewright.engine.analysis.formulas import conj, disj, mentioned
from rulewright.engine.analysis.model import FALSE, Context, Design, Elem, Formula, Found, Lit, Problem
from rulewright.engine.analysis.region import simplify

TRIED = 256
"""So many sets of units are tried per finding."""


class Designs(Protocol):
    """What is asked of the oracle."""

    def design(self, units: Iterable[int], near: Design | None = None, extra: Iterable[Formula] = ()) -> Design | None:
        """A design that satisfies the choices of some units."""

    def core(self, units: Iterable[int]) -> tuple[int, ...]:
        """A minimal part of some units that no design satisfies."""


class Meetings(Protocol):
    """What is asked of the contexts."""

    def together(self, units: Iterable[int]) -> Context | None:
        """A context in which the conditions of some units are true."""

    def smallest(self, units: Iterable[int]) -> Context:
        """The context with the fewest facts in which they are."""


class Core(NamedTuple):
    """Units of members that clash, and the axiom units that they need for it."""

    units: tuple[int, ...]
    axioms: tuple[int, ...] = ()


class Cores(NamedTuple):
    """The ways in which a finding's members clash, the simplest first; and whether these are all."""

    found: tuple[Core, ...]
    whole: bool


class Desk:
    """A problem with its solvers, indexed for explanations."""

    def __init__(
        self, problem: Problem, contexts: Meetings, oracle: Designs, questions: Mapping[str, str] | None = None
    ) -> None:
        """Index units by owner; axioms apart; `questions`: what the answers among the facts answer."""
        self.problem = problem
        self.questions = questions or {}
        self.contexts = contexts
        self.oracle = oracle
        self.by_owner: dict[int, list[int]] = {}
        for number, unit in enumerate(problem.units):
            self.by_owner.setdefault(unit.owner, []).append(number)
        self._touched: dict[int, frozenset[object]] = {}
        self.axioms = [n for n, unit in enumerate(problem.units) if problem.owners[unit.owner].strength == "axiom"]
        self.profile = {f.var: f.mask for _, f in problem.context if isinstance(f, Lit)}

    def touched(self, unit: int) -> frozenset[object]:
        """What a unit's choice is about: variables, and collections by name."""
        if unit not in self._touched:
            choice = self.problem.units[unit].choice
            self._touched[unit] = frozenset[object](mentioned(choice)) | _collections(choice)
        return self._touched[unit]

    def background(self, units: Iterable[int]) -> list[int]:
        """The axiom units that may bear on some units, directly or through one another."""
        reach: set[object] = set()
        for unit in units:
            reach |= self.touched(unit)
        found: list[int] = []
        left = list(self.axioms)
        while True:
            near = [n for n in left if self.touched(n) & reach]
            if not near:
                return sorted(found)
            found += near
            left = [n for n in left if n not in near]
            for unit in near:
                reach |= self.touched(unit)

    def given(self, units: Iterable[int]) -> Formula:
        """The condition under which all of some units apply."""
        return conj(self.problem.units[unit].given for unit in units)


def _collections(formula: Formula) -> frozenset[object]:
    """The collections that quantifiers of a formula range over."""
    found: set[object] = set()
    todo = [formula]
    while todo:
        item = todo.pop()
        if isinstance(item, Elem):
            found.add(item.collection)
            todo.append(item.formula)
        else:
            todo += getattr(item, "items", ())
    return frozenset(found)


def cores(desk: Desk, found: Found) -> Cores:
    """All ways in which the members of a finding clash."""
    known = [_core(desk, found.units, found.axioms)]
    pools = [_involved(desk, owner, found.owners) for owner in found.owners]
    sizes = 1
    for pool in pools:
        sizes *= (1 << len(pool)) - 1
    whole = sizes <= TRIED
    tried = 0
    for units in _choices(pools):
        if any(set(core.units) <= set(units) for core in known):
            continue
        tried += 1
        if tried > TRIED:
            break
        axioms = _joint(desk, units)
        if desk.oracle.design([*units, *axioms]) is None and desk.contexts.together(units) is not None:
            known.append(_core(desk, units, tuple(axioms)))
    whole = whole or tried <= TRIED
    kept = dict.fromkeys(core for core in known if desk.contexts.together([*core.units, *core.axioms]) is not None)
    return Cores(tuple(sorted(kept or known, key=lambda c: (len(c.axioms), len(c.units), c))), whole)


def _involved(desk: Desk, owner: int, owners: Sequence[int]) -> list[int]:
    """The units of a member that have to do with any other member, or with background knowledge."""
    others: set[object] = set()
    for other in owners:
        if other != owner:
            for unit in desk.by_owner.get(other, ()):
                others |= desk.touched(unit)
    for unit in desk.axioms:
        others |= desk.touched(unit)
    own = desk.by_owner.get(owner, [])
    return [n for n in own if desk.touched(n) & others or desk.problem.units[n].choice == FALSE] or own


def _choices(pools: Sequence[Sequence[int]]) -> Iterable[tuple[int, ...]]:
    """Sets of units with at least one of each member, the small ones first."""
    every = sorted(unit for pool in pools for unit in pool)
    for size in range(len(pools), len(every) + 1):
        for units in combinations(every, size):
            chosen = set(units)
            if all(chosen.intersection(pool) for pool in pools):
                yield units


def _joint(desk: Desk, units: Sequence[int]) -> list[int]:
    """The axiom units that apply in some context in which the units do."""
    return [n for n in desk.background(units) if desk.contexts.together([*units, n]) is not None]


def _core(desk: Desk, units: Sequence[int], axioms: Sequence[int]) -> Core:
    """Shrink a set of units that cannot be met to one from which nothing can be left out."""
    owned = [n for n in axioms if n < len(desk.problem.units) and n in set(desk.axioms)]
    whole = [*units, *(owned or _joint(desk, units))]
    if desk.oracle.design(whole) is not None:
        whole = [*units, *_joint(desk, units)]
        if desk.oracle.design(whole) is not None:
            return Core(tuple(sorted(units)), tuple(owned))
    kept = desk.oracle.core(whole)
    background = set(desk.axioms)
    return Core(
        tuple(sorted(n for n in kept if n not in background)), tuple(sorted(n for n in kept if n in background))
    )


def region(desk: Desk, found: Iterable[Core]) -> Formula:
    """The contexts in which any of some cores clashes, simplified by what the profile fixes."""
    variables = desk.problem.variables
    terms = [desk.given([*core.units, *core.axioms]) for core in found]
    return simplify(disj([simplify(term, variables) for term in terms], variables), variables, desk.profile)
