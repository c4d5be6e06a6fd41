"""A second opinion on conflicts: the same problem, written down afresh for z3 (de Moura and Bjørner, TACAS 2008).

Guarantees: independent of `contexts`, `oracle` and `search`, and of the theorem that they rest on: a set is contradictory
here iff there is a context for which every design violates one of its units or an axiom, asked as it is defined, for some x
and for all y, by counter-examples (a design that meets all rules out every context in which it does).  Contexts in which the
axioms alone leave no design are none.  Where z3 gives up the answer says so; nothing undecided counts as free of conflict.
Approximated as in the model: `under` is any transitive relation; what is opaque may be true or false.
z3 is an extra: without it `MissingError` says how to install it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from typing import TYPE_CHECKING, NamedTuple

from rulewright.engine.analysis.model import (
    All,
    Elem,
    Formula,
    Found,
    Lit,
    Opaque,
    Problem,
    Rel,
    Some,
    Unit,
)

if TYPE_CHECKING:
    import z3

MISSING = "a second opinion needs z3: install `rulewright[analysis]`"
LIMIT = 5_000_000
"""What z3 may spend on one question, in its own units of work (never seconds)."""


SLOTS = 40
"""So many elements in all lists are written down; where more may be needed, no answer is given rather than a wrong one."""


class MissingError(ValueError):
    """z3 is not installed; the text says what to do."""


class Opinion(NamedTuple):
    """Minimal contradictory sets of owners, sorted; and the sets on which z3 gave up."""

    found: tuple[tuple[int, ...], ...]
    undecided: tuple[tuple[int, ...], ...] = ()


class Slot(NamedTuple):
    """A place for an element: whether it is taken, and a cell number per field."""

    taken: z3.BoolRef
    number: int


def conflicts_by_z3(problem: Problem, arity: int) -> Opinion:
    """All minimal contradictory sets of at most `arity` requirements: every set is asked, smallest first.

    For small problems: the number of questions is that of the sets.  Raises MissingError without z3.
    """
    owners = [number for number, owner in enumerate(problem.owners) if owner.strength != "axiom"]
    asked = Question(problem, range(len(problem.units)))
    found: list[tuple[int, ...]] = []
    undecided: list[tuple[int, ...]] = []
    for size in range(1, arity + 1):
        for members in combinations(owners, size):
            if any(set(smaller) <= set(members) for smaller in found):
                continue
            answer = asked.contradictory(members)
            if answer is None:
                undecided.append(members)
            elif answer:
                found.append(members)
    return Opinion(tuple(sorted(found)), tuple(undecided))


def agree(problem: Problem, found: Iterable[Found]) -> tuple[str, ...]:
    """Disagreements with a search, in words, none if there is none.

    Each set is asked for: it is contradictory, and without any one of its members it is not.  That nothing is missing is
    what `conflicts_by_z3` says, for small problems.  Raises MissingError without z3.
    """
    units = _by_owner(problem)
    axioms = [n for n, unit in enumerate(problem.units) if problem.owners[unit.owner].strength == "axiom"]
    words: list[str] = []
    for item in found:
        asked = Question(problem, [*axioms, *(n for owner in item.owners for n in units.get(owner, ()))])
        names = [problem.owners[owner].id for owner in item.owners]
        words += _disagreement(", ".join(names), answer=asked.contradictory(item.owners), wanted=True)
        for left, name in zip(item.owners, names, strict=True):
            rest = tuple(owner for owner in item.owners if owner != left)
            words += _disagreement(f"{', '.join(names)} without {name}", answer=asked.contradictory(rest), wanted=False)
    return tuple(words)


def _disagreement(names: str, *, answer: bool | None, wanted: bool) -> list[str]:
    if answer is wanted:
        return []
    if answer is None:
        return [f"{names}: z3 gave up"]
    return [f"{names}: {'no contradiction' if wanted else 'a contradiction'} for z3"]


def _by_owner(problem: Problem) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for number, unit in enumerate(problem.units):
        found.setdefault(unit.owner, []).append(number)
    return found


class Question:
    """Some units of a problem, ready to be asked for contradictions among their owners."""

    def __init__(self, problem: Problem, units: Iterable[int]) -> None:
        """Write the units down for two solvers: contexts, and designs.  Raises MissingError without z3."""
        try:
            import z3
        except ImportError:
            raise MissingError(MISSING) from None
        self.problem = problem
        self.units = sorted(set(units))
        self._encoder = Encoder(problem, [problem.units[n] for n in self.units])
        self._givens = {n: self._encoder.formula(problem.units[n].given) for n in self.units}
        self._choices = {n: self._encoder.formula(problem.units[n].choice) for n in self.units}
        self._marks = {n: z3.Bool(f"unit {n}") for n in self.units}
        self._axioms = [n for n in self.units if problem.owners[problem.units[n].owner].strength == "axiom"]
        self._contexts, self._designs = z3.Solver(), z3.Solver()
        for solver in (self._contexts, self._designs):
            solver.set("rlimit", LIMIT)
        self._contexts.add(*(self._encoder.formula(formula) for _, formula in problem.context))
        self._contexts.add(*(z3.Implies(self._givens[n], self._choices[n]) for n in self._axioms))
        self._designs.add(*(z3.Implies(self._marks[n], self._choices[n]) for n in self.units))
        for solver in (self._contexts, self._designs):
            solver.add(*self._encoder.domains())

    def contradictory(self, owners: Iterable[int]) -> bool | None:
        """Whether some context leaves no design to these requirements; None where z3 gives up."""
        import z3

        wanted = set(owners)
        active = [n for n in self.units if self.problem.units[n].owner in wanted] + self._axioms
        self._contexts.push()
        try:
            while True:
                answer = self._contexts.check()
                if answer != z3.sat:
                    return False if answer == z3.unsat else None
                context = self._contexts.model()
                due = [n for n in active if z3.is_true(context.eval(self._givens[n], model_completion=True))]
                answer = self._designs.check(*(self._marks[n] for n in due))
                if answer != z3.sat:
                    return True if answer == z3.unsat and self._encoder.enough else None
                design = self._designs.model()
                missed = [n for n in active if not z3.is_true(design.eval(self._choices[n], model_completion=True))]
                self._contexts.add(z3.Or(*(self._givens[n] for n in missed)))
        finally:
            self._contexts.pop()


class Encoder:
    """Formulas of the model as formulas of z3.

    A product variable is the number of its cell, or its exact value where a `Rel` compares it.  A collection has as many
    slots as are enough (`sizes`): to take another element away never breaks an upper bound.  An element may be the child of
    several; "all but n children of" is true only where no element of the collection is without an owner, as in the evaluator.
    """

    def __init__(self, problem: Problem, units: Sequence[Unit]) -> None:
        """Look up which variables are compared, and how many elements there may have to be."""
        self.problem = problem
        formulas = [f for unit in units for f in (unit.given, unit.choice)] + [f for _, f in problem.context]
        related = [rel for formula in formulas for rel in _rels(formula)]
        self._exact = {var for rel in related for var in (rel.left, rel.right)}
        self._terms: dict[int, z3.ArithRef] = {}
        self._slots: dict[str, list[Slot]] = {}
        self._aside: list[z3.BoolRef] = []
        self._under: set[str] = set()
        self._fields: dict[tuple[int, int], z3.ArithRef] = {}
        self._shifted: dict[tuple[int, int], z3.ArithRef] = {}
        counts, self.enough = sizes(formulas)
        for collection, count in counts.items():
            self._slots[collection] = [self._slot(collection, number) for number in range(count)]

    def _slot(self, collection: str, number: int) -> Slot:
        import z3

        return Slot(z3.Bool(f"{collection} {number}"), number)

    def formula(self, formula: Formula, slot: tuple[str, int] | None = None) -> z3.BoolRef:
        """A formula about the product, or about the element in a slot."""
        import z3

        match formula:
            case Lit(var, mask):
                return self._literal(var, mask, slot)
            case Rel(left, op, right, months, days):
                return _compared(self._term(left), op, self._shift(self._term(right), right, months) + days)
            case Opaque(name, positive):
                truth = z3.Bool(f"opaque {name}")
                return truth if positive else z3.Not(truth)
            case All(items):
                return z3.And(*(self.formula(item, slot) for item in items))
            case Some(items):
                return z3.Or(*(self.formula(item, slot) for item in items))
            case Elem():
                return self._counted(formula, slot)
            case _:
                raise TypeError(type(formula).__name__)

    def domains(self) -> list[z3.BoolRef]:
        """What holds of the terms used so far: their ranges, and the calendar."""
        import z3

        found = [*self._aside, *self._transitive()]
        for var, term in self._terms.items():
            full = self.problem.variables[var].full
            found.append(
                self._literal(var, full, None) if var in self._exact else z3.And(term >= 0, term < full.bit_length())
            )
        for (var, _), term in self._fields.items():
            found.append(z3.And(term >= 0, term < len(self.problem.variables[var].cells)))
        return found

    def _term(self, var: int) -> z3.ArithRef:
        import z3

        if var not in self._terms:
            self._terms[var] = z3.Int(f"variable {var}")
        return self._terms[var]

    def _literal(self, var: int, mask: int, slot: tuple[str, int] | None) -> z3.BoolRef:
        import z3

        variable = self.problem.variables[var]
        if variable.collection and slot is not None:
            if (var, slot[1]) not in self._fields:
                self._fields[var, slot[1]] = z3.Int(f"variable {var} of {slot[0]} {slot[1]}")
            term, exact = self._fields[var, slot[1]], False
        else:
            term, exact = self._term(var), var in self._exact
        cells = [number for number in range(len(variable.cells)) if mask >> number & 1]
        if not exact:
            return z3.Or(*(term == number for number in cells))
        bounds = [(variable.cells[number].low, variable.cells[number].high) for number in cells]
        return z3.Or(*(z3.And(term >= low, term <= high) for low, high in bounds))

    def _counted(self, elem: Elem, slot: tuple[str, int] | None) -> z3.BoolRef:
        """A count over the slots, or over those that belong to the element in a slot."""
        import z3

        good, bad = [], []
        for member in self._slots.get(elem.collection, ()):
            there = member.taken
            if elem.relation != "all" and slot is not None:
                there = z3.And(there, self._joined(elem.relation, slot, elem.collection, member.number))
            holds = self.formula(elem.formula, (elem.collection, member.number))
            good.append(z3.And(there, holds))
            bad.append(z3.And(there, z3.Not(holds)))
        if elem.bound == "at_least":
            return z3.AtLeast(*good, elem.n) if good else z3.BoolVal(elem.n <= 0)
        whole = z3.AtMost(*bad, elem.n) if bad else z3.BoolVal(val=True)
        return z3.And(whole, self._owned(slot[0], elem.collection)) if slot and _closed(elem, slot[0]) else whole

    def _joined(self, relation: str, slot: tuple[str, int], collection: str, number: int) -> z3.BoolRef:
        import z3

        if relation == "under":
            self._under.add(collection)
        return z3.Bool(f"{relation} {slot[0]} {slot[1]} {collection} {number}")

    def _owned(self, outer: str, collection: str) -> z3.BoolRef:
        """Every element has an owner."""
        import z3

        return z3.And(
            *(
                z3.Implies(
                    child.taken,
                    z3.Or(
                        *(
                            z3.And(owner.taken, self._joined("of", (outer, owner.number), collection, child.number))
                            for owner in self._slots[outer]
                        )
                    ),
                )
                for child in self._slots[collection]
            )
        )

    def _transitive(self) -> Iterator[z3.BoolRef]:
        """What is below what is below is below."""
        import z3

        for name in sorted(self._under):
            numbers = range(len(self._slots[name]))
            for one, two, three in product(numbers, repeat=3):
                first, second = (self._joined("under", (name, a), name, b) for a, b in ((one, two), (two, three)))
                taken = self._slots[name][two].taken
                yield z3.Implies(z3.And(first, second, taken), self._joined("under", (name, one), name, three))

    def _shift(self, term: z3.ArithRef, var: int, months: int) -> z3.ArithRef:
        """A day so many calendar months later, clamped to the end of the month: year, month and day as numbers apart."""
        import z3

        if not months:
            return term
        if (var, months) not in self._shifted:
            year, month, day = (z3.Int(f"{part} of variable {var}") for part in ("year", "month", "day"))
            self._aside.append(z3.And(month >= 0, month <= 11, day >= 1, day <= _length(year, month)))
            self._aside.append(term == _first(year, month) + day - 1)
            whole = year * 12 + month + months
            later, of_year = whole / 12, whole % 12
            length = _length(later, of_year)
            self._shifted[var, months] = _first(later, of_year) + z3.If(day <= length, day, length) - 1
        return self._shifted[var, months]


def _rels(formula: Formula) -> Iterator[Rel]:
    match formula:
        case Rel():
            yield formula
        case All(items) | Some(items):
            for item in items:
                yield from _rels(item)
        case Elem(formula=inner):
            yield from _rels(inner)
        case _:
            return


def sizes(formulas: Iterable[Formula]) -> tuple[dict[str, int], bool]:
    """How many elements of each collection are enough, and whether that is within `SLOTS`.

    One for each witness that a lower count asks for, those that its own lower counts ask for in turn (below an element, each
    count once along a chain), and an owner for each where the children of all have to be known.
    """
    elems = {pair: None for formula in formulas for pair in _elems(formula, "")}
    inner = [(outer, elem) for elem, outer in elems if outer and elem.bound == "at_least"]
    owned = {(outer, elem.collection) for elem, outer in elems if outer and _closed(elem, outer)}
    total = {elem.collection: 0 for elem, _ in elems}
    waiting = [
        (elem.collection, elem.n, frozenset[Elem](), "")
        for elem, outer in elems
        if not outer and elem.bound == "at_least"
    ]
    while waiting:
        name, n, met, owner = waiting.pop()
        total[name] += n
        if sum(total.values()) > SLOTS:
            return {key: min(count, SLOTS // len(total)) for key, count in total.items()}, False
        for outer, elem in inner:
            if outer == name and elem not in met:
                chain = met | {elem} if elem.relation == "under" else frozenset[Elem]()
                waiting.append((elem.collection, n * elem.n, chain, name))
        waiting += [(outer, n, frozenset(), "") for outer, child in sorted(owned) if child == name and outer != owner]
    return total, True


def _closed(elem: Elem, outer: str) -> bool:
    """Whether it is true only where nobody is without an owner: then the children of every element are known."""
    return elem.relation == "of" and elem.bound == "all_but" and elem.collection != outer


def _elems(formula: Formula, outer: str) -> Iterator[tuple[Elem, str]]:
    match formula:
        case All(items) | Some(items):
            for item in items:
                yield from _elems(item, outer)
        case Elem(collection=collection, formula=inner):
            yield formula, outer
            yield from _elems(inner, collection)
        case _:
            return


def _compared(left: z3.ArithRef, op: str, right: z3.ArithRef) -> z3.BoolRef:
    match op:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right


_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _leap(year: z3.ArithRef) -> z3.BoolRef:
    import z3

    return z3.And(year % 4 == 0, z3.Or(year % 100 != 0, year % 400 == 0))


def _chosen(month: z3.ArithRef, table: Sequence[int]) -> z3.ArithRef:
    import z3

    found: z3.ArithRef = z3.IntVal(table[11])
    for number in range(10, -1, -1):
        found = z3.If(month == number, table[number], found)
    return found


def _first(year: z3.ArithRef, month: z3.ArithRef) -> z3.ArithRef:
    """The day number of a month's first day: 365 days a year, the leap days before it, the months before it."""
    import z3

    past = year - 1
    days = 365 * past + past / 4 - past / 100 + past / 400 - 719_162
    return days + _chosen(month, _BEFORE) + z3.If(z3.And(month >= 2, _leap(year)), 1, 0)


def _length(year: z3.ArithRef, month: z3.ArithRef) -> z3.ArithRef:
    import z3

    return _chosen(month, _LENGTHS) + z3.If(z3.And(month == 1, _leap(year)), 1, 0)
