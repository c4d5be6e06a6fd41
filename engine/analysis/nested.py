"""Lists of elements with children: quantifiers over the children of an element, and over what it depends on.

Guarantees: exact where the small model that suffices has at most `SLOTS` elements (`need` counts them), by a SAT solver over
that many places per collection; beyond, what is found is right and what is not found goes to `gaps`.  What is assumed of
products, as the evaluator has it:
* an element may be the child of several others; children stand in the list of their own collection too, and what is demanded
  of that list holds for them;
* "all but n children of" is true only where every element of the children's collection has some owner (else the evaluator
  does not know whose it is), unless an element owns elements of its own collection;
* `under` is any transitive relation among the elements of one collection; cycles are possible, as in dependency graphs, but taken
  only where nothing else will do.
Where nothing is excepted (no "all but" with n > 0), copies of an element with the same children and owners change no truth
but counts, so one stands for n; otherwise all n are placed.
Source: small models of modal logic K4 with a universal modality, by picking maximal witnesses (Blackburn, de Rijke, Venema,
Modal Logic, 2001, section 2.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise, product
from typing import TYPE_CHECKING, NamedTuple

from rulewright.engine.analysis.encode import Encoder, cell
from rulewright.engine.analysis.model import All, Elem, Element, Formula, Lit, Opaque, Some, Variable

if TYPE_CHECKING:
    from pysat.solvers import Solver

SLOTS = 60
"""So many places in all; a transitive relation costs the third power of a collection's."""

Place = tuple[str, int]


class Lists(NamedTuple):
    """What was found: per place its cells, how many copies stand for it, and its children by key of `Element.children`."""

    cells: dict[Place, dict[int, int]]
    copies: dict[Place, int]
    children: dict[Place, dict[str, list[Place]]]
    collections: tuple[str, ...]


class TooMany(Exception):  # noqa: N818
    """The small model that suffices is too large."""


def decide(elems: Sequence[Elem], variables: Sequence[Variable], gaps: dict[str, None]) -> Lists | None:
    """Lists for which all the formulas are true, or None: there are none."""
    single = not any(elem.bound == "all_but" and elem.n for elem in every(elems))
    try:
        return Nested(elems, variables, Needed(elems, owners(elems), single=single).counts, single=single).solve()
    except TooMany:
        pass
    try:
        if single:
            return _apart(elems, variables)
    except TooMany:
        pass
    names = sorted({elem.collection for elem in every(elems)})
    found = Nested(elems, variables, dict.fromkeys(names, SLOTS // (3 * len(names))), single=single).solve()
    if found is None:
        gaps[f"lists with children too large to be decided: {', '.join(names)}"] = None
    return found or Lists({}, {}, {}, ())


def _apart(elems: Sequence[Elem], variables: Sequence[Variable]) -> Lists | None:
    """Each demand by itself: where nothing is excepted, the lists put together serve all; raises TooMany.

    But for elements without owner: either there are some (then nothing is known of children) or none, in all lists alike.
    """
    demands = [elem for elem in elems if elem.bound == "at_least"]
    always = [elem for elem in elems if elem.bound == "all_but"]
    pairs = owners(elems)
    for owned in product((True, False), repeat=len(pairs)):
        whole = dict(zip(pairs, owned, strict=True))
        joined = Lists({}, {}, {}, tuple(sorted({elem.collection for elem in every(elems)})))
        for demand in demands:
            wanted = [*always, demand]
            found = Nested(wanted, variables, Needed(wanted, pairs, single=True).counts, single=True).solve(whole)
            if found is None:
                break
            _join_lists(joined, found)
        else:
            return joined
    return None


def _join_lists(joined: Lists, more: Lists) -> None:
    """Put lists behind others."""
    start = len(joined.cells)

    def moved(place: Place) -> Place:
        return place[0], place[1] + start

    joined.cells.update((moved(place), cells) for place, cells in more.cells.items())
    joined.copies.update((moved(place), count) for place, count in more.copies.items())
    for place, children in more.children.items():
        joined.children[moved(place)] = {key: [*map(moved, others)] for key, others in children.items()}


def every(formulas: Iterable[Formula]) -> Iterator[Elem]:
    """The quantified formulas, those inside others too."""
    for formula in formulas:
        match formula:
            case Elem(formula=inner):
                yield formula
                yield from every((inner,))
            case All(items) | Some(items):
                yield from every(items)
            case _:
                continue


def owners(elems: Sequence[Elem]) -> dict[tuple[str, str], None]:
    """Pairs (owner's, children's collection) of which "all but n children of" is asked: nobody may be without owner."""
    return {
        (elem.collection, inner.collection): None
        for elem in every(elems)
        for inner in _direct(elem.formula)
        if inner.relation == "of" and inner.bound == "all_but" and inner.collection != elem.collection
    }


def _direct(formula: Formula) -> Iterator[Elem]:
    """The quantified formulas that stand directly in a formula."""
    match formula:
        case Elem():
            yield formula
        case All(items) | Some(items):
            for item in items:
                yield from _direct(item)
        case _:
            return


class Needed:
    """How many places of each collection suffice.

    Keep a witness of each demand, an owner of each witness, and what each of them demands of its children; delete the rest:
    "all but" only gets easier.  Along a chain of `under` a demand is met by a maximal witness once and for all.
    """

    def __init__(self, elems: Sequence[Elem], pairs: Iterable[tuple[str, str]], *, single: bool) -> None:
        """Count; `pairs`: whose elements need an owner, and in which collection (`owners`).  Raises TooMany."""
        self.single = single
        self.pairs = (*pairs,)
        names = [name for pair in self.pairs for name in pair]
        self.demands: dict[str, dict[Elem, None]] = {
            name: {} for name in (*(elem.collection for elem in every(elems)), *names)
        }
        self.counts = dict.fromkeys(self.demands, 0)
        for elem in every(elems):
            inner = [one for one in _direct(elem.formula) if one.bound == "at_least"]
            self.demands[elem.collection].update(dict.fromkeys(inner))
        for elem in elems:
            if elem.bound == "at_least":
                self._keep(elem.collection, _times(elem, single=single), frozenset(), "")

    def _keep(self, name: str, n: int, met: frozenset[Elem], owner: str) -> None:
        """Count n elements of a collection, found as children of one of `owner`, and what they need."""
        self.counts[name] += n
        if sum(self.counts.values()) > SLOTS:
            raise TooMany
        for demand in self.demands[name]:
            times = _times(demand, single=self.single)
            if demand.relation == "of":
                self._keep(demand.collection, n * times, frozenset(), name)
            elif demand not in met:
                if times > 1:
                    raise TooMany
                self._keep(name, n, met | {demand}, "")
        for above, below in self.pairs:
            if below == name and above != owner:
                self._keep(above, n, frozenset(), "")


def _times(elem: Elem, *, single: bool) -> int:
    """How many places a demand takes."""
    return min(elem.n, 1) if single else elem.n


class Nested:
    """One question, encoded for the solver."""

    def __init__(
        self, elems: Sequence[Elem], variables: Sequence[Variable], places: dict[str, int], *, single: bool
    ) -> None:
        """`places` by collection; `single`: one element stands for as many as are asked for."""
        from pysat.solvers import Solver

        self.elems = elems
        self.single = single
        self.solver: Solver = Solver(name="glucose4")
        self.encoder = Encoder([variable.full for variable in variables], self.solver.add_clause)
        self.places = {name: [(name, number) for number in range(count)] for name, count in sorted(places.items())}
        self.exists = {place: self.encoder.new() for places in self.places.values() for place in places}
        self.joined: dict[tuple[str, Place, Place], int] = {}
        self.whole: dict[tuple[str, str], int] = {}
        self.atoms: dict[tuple[Formula, Place | None], int] = {}
        self.witnesses: list[tuple[int, int, list[tuple[int, Place]]]] = []

    def solve(self, whole: Mapping[tuple[str, str], bool] | None = None) -> Lists | None:
        """The lists, or None.  `whole`: whether all elements of the second collection have an owner in the first."""
        try:
            for pair, owned in (whole or {}).items():
                self.solver.add_clause([self._nobody_without(*pair) * (1 if owned else -1)])
            for elem in self.elems:
                self.solver.add_clause([self.literal(elem, None)])
            self._ordered()
            self._transitive()
            if not (self.solver.solve(assumptions=self._acyclic()) or self.solver.solve()):
                return None
            return self._read(frozenset(self.solver.get_model()))
        finally:
            self.solver.delete()

    # --- encoding ------------------------------------------------------------------------------------------------------

    def literal(self, formula: Formula, place: Place | None) -> int:
        """A literal that implies the formula for the element at a place (None: for the product)."""
        key = formula, place
        known = self.atoms.get(key)
        if known is None:
            known = self.atoms[key] = self._literal(formula, place)
        return known

    def _literal(self, formula: Formula, place: Place | None) -> int:
        match formula:
            case Lit(var, mask):
                return self.encoder.mask((*(place or ("", 0)), var), mask)
            case Opaque(name, positive):
                atom = self.literal(Opaque(name), place) if not positive else self.encoder.new()
                return atom if positive else -atom
            case All(items):
                return self.encoder.both([self.literal(item, place) for item in items])
            case Some(items):
                return self.encoder.either([self.literal(item, place) for item in items])
            case Elem():
                return self._quantified(formula, place)
            case _:
                raise TypeError(type(formula).__name__)

    def _quantified(self, elem: Elem, place: Place | None) -> int:
        """A literal that implies a quantified formula."""
        members = [(self._member(elem, place, other), other) for other in self.places[elem.collection]]
        whole = self.encoder.new()
        if elem.bound == "at_least":
            found = [(self.encoder.both([here, self.literal(elem.formula, other)]), other) for here, other in members]
            self.encoder.at_least([literal for literal, _ in found], _times(elem, single=self.single), whole)
            self.witnesses.append((whole, elem.n, found))
            return whole
        missing: list[int] = []
        for here, other in members:
            clause = [-whole, -here, self.literal(elem.formula, other)]
            if elem.n:
                missing.append(self.encoder.new())
                clause.append(missing[-1])
            self.solver.add_clause(clause)
        self.encoder.at_most(missing, elem.n, whole)
        if elem.relation == "of" and place is not None and place[0] != elem.collection:
            self.solver.add_clause([-whole, self._nobody_without(place[0], elem.collection)])
        return whole

    def _member(self, elem: Elem, place: Place | None, other: Place) -> int:
        """The literal that an element is among those that a quantifier at a place ranges over."""
        if place is None or elem.relation == "all":
            return self.exists[other]
        return self._join(elem.relation, place, other)

    def _join(self, relation: str, place: Place, other: Place) -> int:
        """The literal that an element is a child of another, or below it."""
        literal = self.joined.get((relation, place, other))
        if literal is None:
            literal = self.joined[relation, place, other] = self.encoder.new()
            self.solver.add_clause([-literal, self.exists[place]])
            self.solver.add_clause([-literal, self.exists[other]])
        return literal

    def _nobody_without(self, above: str, below: str) -> int:
        """The literal that every element of `below` is the child of one of `above`."""
        literal = self.whole.get((above, below))
        if literal is None:
            literal = self.whole[above, below] = self.encoder.new()
            for child in self.places[below]:
                some = [self._join("of", owner, child) for owner in self.places[above]]
                self.solver.add_clause([-literal, -self.exists[child], *some])
        return literal

    def _ordered(self) -> None:
        """Places are taken from the front: the same lists in another order need not be tried."""
        for places in self.places.values():
            for before, behind in pairwise(places):
                self.solver.add_clause([-self.exists[behind], self.exists[before]])

    def _transitive(self) -> None:
        """What is below what is below is below."""
        for name in dict.fromkeys(place[0] for relation, place, _ in tuple(self.joined) if relation == "under"):
            for one, two, three in product(self.places[name], repeat=3):
                first, second = self._join("under", one, two), self._join("under", two, three)
                self.solver.add_clause([-first, -second, self._join("under", one, three)])

    def _acyclic(self) -> list[int]:
        """That elements depend on later ones only: cycles are taken only where nothing else will do."""
        joined = self.joined.items()
        return [-literal for (relation, one, two), literal in joined if relation == "under" and one >= two]

    # --- reading the model ---------------------------------------------------------------------------------------------

    def _read(self, model: frozenset[int]) -> Lists:
        """The elements that a model has."""
        here = [place for place, literal in self.exists.items() if literal in model]
        cells: dict[Place, dict[int, int]] = {place: {} for place in here}
        for (name, number, var), order in self.encoder.orders.items():
            if (name, number) in cells:
                cells[name, number][var] = cell(order, model)
        copies = dict.fromkeys(here, 1)
        if self.single:
            for whole, n, found in self.witnesses:
                if whole in model and n:
                    place = next(place for literal, place in found if literal in model)
                    copies[place] = max(copies[place], n)
        children: dict[Place, dict[str, list[Place]]] = {place: {} for place in here}
        for (relation, place, other), literal in sorted(self.joined.items()):
            if literal in model:
                key = f"under {other[0]}" if relation == "under" else other[0]
                children[place].setdefault(key, []).append(other)
        return Lists(cells, copies, children, tuple(self.places))


def built(lists: Lists, most: int) -> dict[str, tuple[Element, ...]]:
    """The elements; a child is the same object as in the list of its collection.  Raises ValueError beyond `most`."""
    if sum(lists.copies.values()) > most:
        raise ValueError(f"a design would need more than {most} elements of {', '.join(lists.collections)}")
    made = {
        place: [Element(dict(cells), {}) for _ in range(lists.copies[place])] for place, cells in lists.cells.items()
    }
    for place, children in lists.children.items():
        for element in made[place]:
            for key, others in children.items():
                element.children[key] = tuple(child for other in others for child in made[other])
    return {
        name: tuple(element for place, elements in made.items() if place[0] == name for element in elements)
        for name in lists.collections
    }
