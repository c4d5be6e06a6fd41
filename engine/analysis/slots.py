"""Lists with children by a SAT solver, over a number of places per collection that suffices.

Guarantees: exact with the places that `Needed` counts: of any lists that satisfy the formulas, so many elements can be kept.
The solver may take `CONFLICTS` conflicts (a count, never a time).  Where nothing is excepted (no "all but" with n > 0) one
place stands for as many copies as are asked for: copies with the same children and owners change no truth but counts.
Source: small models of modal logic K4 with a universal modality, by picking maximal witnesses (Blackburn, de Rijke, Venema,
Modal Logic, 2001, section 2.3).
What it does not do: scale; `tableau` decides where nothing is excepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product
from typing import TYPE_CHECKING

from rulewright.engine.analysis.encode import Encoder, cell
from rulewright.engine.analysis.lists import Lists, Place, direct, every, owners
from rulewright.engine.analysis.model import All, Elem, Formula, Lit, Opaque, Some, Variable

if TYPE_CHECKING:
    from pysat.solvers import Solver

SLOTS = 60
"""So many places in all; a transitive relation costs the third power of a collection's."""

CONFLICTS = 5_000


class TooMany(Exception):  # noqa: N818
    """The small model that suffices is too large, or the solver gave up."""


class Needed:
    """How many places of each collection suffice.

    Keep a witness of each demand, an owner of each witness, and what each of them demands of its children; delete the rest:
    "all but" only gets easier.  Along a chain of `under` a demand is met by a maximal witness once and for all.
    """

    def __init__(self, elems: Sequence[Elem], *, single: bool) -> None:
        """Count; raises TooMany."""
        self.single = single
        self.pairs = owners(elems)
        self.demands: dict[str, dict[Elem, None]] = {elem.collection: {} for elem in every(elems)}
        self.counts = dict.fromkeys(self.demands, 0)
        for elem in every(elems):
            inner = [one for one in direct(elem.formula) if one.bound == "at_least"]
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


class Slots:
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

    def solve(self) -> Lists | None:
        """The lists, or None.  Raises TooMany where the solver gives up."""
        try:
            for elem in self.elems:
                self.solver.add_clause([self.literal(elem, None)])
            self._ordered()
            self._transitive()
            if not (self._found(self._acyclic()) or self._found([])):
                return None
            return self._read(frozenset(self.solver.get_model()))
        finally:
            self.solver.delete()

    def _found(self, assumptions: list[int]) -> bool:
        """Whether there is a model."""
        self.solver.conf_budget(CONFLICTS)
        found: bool | None = self.solver.solve_limited(assumptions=assumptions)
        if found is None:
            raise TooMany
        return found

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
