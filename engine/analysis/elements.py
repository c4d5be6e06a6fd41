"""Lists of elements for which quantified formulas are true: whether there are any, and the smallest plain ones.

Guarantees: exact for lists whose elements are looked at one by one (no quantifier over children).  The empty list satisfies
every "all but n"; a demand (at least n with P) that fits with everything that "all but" asks for costs nothing; for the others
the maximal sets of demands and exceptions that one element can meet are found (its *types*), and numbers of elements per
type are fitted to what is demanded and excepted (integers; searched exhaustively).  n elements are never looked at one by one.
Lists with children are decided by `nested`; collections that a quantifier over children joins are decided together.
`gaps` names what was too large to be decided; there lists are taken to exist, so a conflict may be missed, never invented.
Source: small model property of monadic formulas with counting (every type's number is all that matters).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import NamedTuple, Protocol

from rulewright.engine.analysis import formulas, nested
from rulewright.engine.analysis.lists import LargeError, Lists, built
from rulewright.engine.analysis.model import All, Design, Elem, Element, Formula, Lit, Some
from rulewright.engine.analysis.parts import Compiler

MOST = 10_000
"""So many elements a design may have."""

ATOMS = 12
"""So many demands that meet exceptions, and exceptions, may be weighed against one another."""

Cells = dict[int, int]
Made = dict[str, tuple[Element, ...]]


class OfElement(Protocol):
    """Finds the fields of one element."""

    def __call__(self, wanted: Sequence[Formula]) -> Cells | None:
        """Cells for which all formulas are true, or None."""


class Plan(NamedTuple):
    """Elements of a collection: how many of which cells."""

    collection: str
    counts: tuple[tuple[int, Cells], ...]


class Elements:
    """Decides sets of quantified formulas of one problem and remembers the answers."""

    def __init__(self, compiler: Compiler, element: OfElement) -> None:
        """`element` decides what one element can be."""
        self.compiler = compiler
        self.variables = compiler.variables
        self.elems = compiler.elems
        self.element = element
        self.gaps: dict[str, None] = {}
        self._known: dict[frozenset[int], tuple[Plan | Lists, ...] | None] = {}
        self._group: dict[frozenset[int], Plan | Lists | None] = {}

    def possible(self, wanted: Iterable[int]) -> bool:
        """Whether lists exist for which all these are true."""
        return self._plans(frozenset(wanted)) is not None

    def lists(self, wanted: Iterable[int], near: Design) -> Made:
        """Lists for which all these are true (they exist): those of `near` where they will do, and all its others."""
        lists = dict(near.elements)
        numbers = frozenset(wanted)
        for group in self._groups(numbers):
            if all(formulas.holds(self.elems[number], near, near, self.variables) for number in group):
                continue
            plan = self._decided(group)
            lists |= built(plan, MOST) if isinstance(plan, Lists) else _built(plan)
        changed = {name for name, elements in lists.items() if elements is not near.elements.get(name)}
        return {name: found if name in changed else _without(found, changed) for name, found in lists.items()}

    def _plans(self, wanted: frozenset[int]) -> tuple[Plan | Lists, ...] | None:
        """What the lists are like, collection by collection."""
        if wanted not in self._known:
            plans = []
            for group in self._groups(wanted):
                plan = self._decided(group)
                if plan is None:
                    break
                plans.append(plan)
            else:
                self._known[wanted] = tuple(plans)
                return self._known[wanted]
            self._known[wanted] = None
        return self._known[wanted]

    def _groups(self, wanted: frozenset[int]) -> list[frozenset[int]]:
        """The formulas, divided by the collections that they join."""
        groups: list[tuple[set[str], set[int]]] = []
        for number in sorted(wanted):
            names, members = collections(self.elems[number]), {number}
            apart = []
            for group in groups:
                if group[0] & names:
                    names |= group[0]
                    members |= group[1]
                else:
                    apart.append(group)
            groups = [*apart, (names, members)]
        return [frozenset(members) for _, members in groups]

    def _decided(self, group: frozenset[int]) -> Plan | Lists | None:
        """What the lists of joined collections are like, None where there are none."""
        if group not in self._group:
            elems = [self.elems[number] for number in sorted(group)]
            if any(_nests(elem.formula) for elem in elems):
                self._group[group] = nested.decide(elems, self.compiler, self.gaps)
            else:
                self._group[group] = self._flat(elems)
        return self._group[group]

    def _flat(self, elems: Sequence[Elem]) -> Plan | None:
        """The list of one collection whose elements have no children that matter."""
        collection = elems[0].collection
        demands = [(elem.n, elem.formula) for elem in elems if elem.bound == "at_least"]
        always = [elem.formula for elem in elems if elem.bound == "all_but" and not elem.n]
        except_ = [(elem.n, elem.formula) for elem in elems if elem.bound == "all_but" and elem.n]
        ideal = [*always, *(formula for _, formula in except_)]
        counts: list[tuple[int, Cells]] = []
        hard: list[tuple[int, Formula]] = []
        for n, formula in demands:
            have = sum(count for count, cells in counts if _true(formula, cells))
            if have >= n:
                continue
            cells = self.element([*ideal, formula])
            if cells is None:
                hard.append((n, formula))
            else:
                counts.append((n - have, cells))
        if hard:
            if not except_ or not all(self.element([*always, formula]) is not None for _, formula in hard):
                return None
            more = self._weighed(always, except_, hard)
            if more is None:
                return None
            counts += more
        return Plan(collection, tuple(counts))

    def _weighed(
        self, always: list[Formula], except_: list[tuple[int, Formula]], hard: list[tuple[int, Formula]]
    ) -> list[tuple[int, Cells]] | None:
        """Elements that break some of what "all but n" asks for, within the n."""
        if len(except_) + len(hard) > ATOMS:
            self.gaps["more demands on one list than can be weighed against its exceptions"] = None
            return []
        atoms = [formula for _, formula in (*hard, *except_)]
        types = self._types(always, atoms, len(hard))
        serves = tuple(frozenset(at for at in one if at < len(hard)) for one, _ in types)
        breaks = tuple(frozenset(at for at in range(len(except_)) if at + len(hard) not in one) for one, _ in types)
        found = Fit(serves, breaks).search(0, tuple(n for n, _ in hard), tuple(n for n, _ in except_))
        if found is None:
            return None
        return [(count, cells) for count, (_, cells) in zip(found, types, strict=True) if count]

    def _types(self, always: list[Formula], atoms: list[Formula], hard: int) -> list[tuple[frozenset[int], Cells]]:
        """The maximal sets of atoms that one element can meet, those with a demand among them."""
        types: list[tuple[frozenset[int], Cells]] = []
        for size in range(len(atoms), 0, -1):
            for chosen in combinations(range(len(atoms)), size):
                one = frozenset(chosen)
                if chosen[0] >= hard or any(one <= other for other, _ in types):
                    continue
                cells = self.element([*always, *(atoms[at] for at in chosen)])
                if cells is not None:
                    types.append((one, cells))
        return types


class Fit:
    """Numbers of elements per type: each demand is served `need` times, each exception used at most `room` times."""

    def __init__(self, serves: Sequence[frozenset[int]], breaks: Sequence[frozenset[int]]) -> None:
        """Per type, the demands that it serves and the exceptions that it uses (at least one)."""
        self.serves = serves
        self.breaks = breaks
        self.search = cache(self._search)

    def _search(self, at: int, need: tuple[int, ...], room: tuple[int, ...]) -> tuple[int, ...] | None:
        """Numbers for the types from `at` on, or None."""
        if not any(need):
            return (0,) * (len(self.serves) - at)
        if not self._enough(at, need, room):
            return None
        useful = max((need[one] for one in self.serves[at]), default=0)
        for count in range(min(useful, self._most(at, room)), -1, -1):
            left = tuple(max(0, n - count) if one in self.serves[at] else n for one, n in enumerate(need))
            spare = tuple(n - count if cap in self.breaks[at] else n for cap, n in enumerate(room))
            found = self.search(at + 1, left, spare)
            if found is not None:
                return (count, *found)
        return None

    def _most(self, kind: int, room: tuple[int, ...]) -> int:
        """So many elements of a type there may be."""
        return min(room[cap] for cap in self.breaks[kind])

    def _enough(self, at: int, need: tuple[int, ...], room: tuple[int, ...]) -> bool:
        """Whether nothing refuses at once: a demand alone; demands that no type serves together and that use one exception."""
        kinds = {
            one: [kind for kind in range(at, len(self.serves)) if one in self.serves[kind]]
            for one, n in enumerate(need)
            if n
        }
        if any(sum(self._most(kind, room) for kind in of_it) < need[one] for one, of_it in kinds.items()):
            return False
        for cap, n in enumerate(room):
            apart: list[int] = []
            for one, of_it in kinds.items():
                if all(cap in self.breaks[kind] and self.serves[kind].isdisjoint(apart) for kind in of_it):
                    apart.append(one)
            if sum(need[one] for one in apart) > n:
                return False
        return True


def collections(formula: Formula) -> set[str]:
    """The collections that a formula mentions."""
    match formula:
        case Elem(collection=name, formula=inner):
            return {name} | collections(inner)
        case All(items) | Some(items):
            return {name for item in items for name in collections(item)}
        case _:
            return set()


def _nests(formula: Formula) -> bool:
    """Whether a formula has a quantifier."""
    return bool(collections(formula))


def _true(formula: Formula, cells: Mapping[int, int]) -> bool:
    """Whether an element with these cells surely meets a formula."""
    match formula:
        case Lit(var, mask):
            return var in cells and bool(mask >> cells[var] & 1)
        case All(items):
            return all(_true(item, cells) for item in items)
        case Some(items):
            return any(_true(item, cells) for item in items)
        case _:
            return False


def _without(elements: tuple[Element, ...], names: set[str]) -> tuple[Element, ...]:
    """Elements without children of these collections, whose lists have been made anew; the same ones if they have none."""
    if not any(key in names for element in elements for key in element.children):
        return elements
    return tuple(
        Element(element.cells, {key: found for key, found in element.children.items() if key not in names})
        for element in elements
    )


def _built(plan: Plan | None) -> Made:
    """The elements of a plan."""
    if plan is None:
        return {}
    if sum(count for count, _ in plan.counts) > MOST:
        raise LargeError(f"a design would need more than {MOST} elements of {plan.collection}")
    return {plan.collection: tuple(Element(dict(cells)) for count, cells in plan.counts for _ in range(count))}
