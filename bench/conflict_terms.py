"""The analyser's problems as formulas of SMT solvers (z3 and cvc5 speak the same Python) and as rules of clingo.

Guarantees: exact for product variables and for elements up to `slots` of each collection; written for the benchmark alone
and sharing nothing with the analyser but its model.  An integer stands for the cell of a variable, with its bounds.
What it does not do: `Rel` (comparisons of two attributes) and opaque formulas, which the planted suites keep out of the
units that peers are asked about; they count as true.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from rulewright.engine.analysis.model import All, Elem, Formula, Lit, Problem, Some

if TYPE_CHECKING:
    from collections.abc import Iterator

Expr = Any
"""A term of a solver; they ship no types."""

SLOTS = 4


def runs(mask: int) -> Iterator[tuple[int, int]]:
    """The runs of ones in a mask, as first and last bit."""
    bit = 0
    while mask >> bit:
        if mask >> bit & 1:
            first = bit
            while mask >> bit & 1:
                bit += 1
            yield first, bit - 1
        else:
            bit += 1


class Smt:
    """Terms of one SMT solver over a problem's variables."""

    def __init__(self, problem: Problem, solver: ModuleType, slots: int = SLOTS) -> None:
        self.problem = problem
        self.smt = solver
        self.slots = slots
        self.bounds: list[Expr] = []
        self._variables: dict[tuple[int, int], Expr] = {}
        self._there: dict[tuple[str, int], Expr] = {}

    def everything(self) -> None:
        """Declare all variables, as one who does not look which of them matter."""
        for number, variable in enumerate(self.problem.variables):
            for slot in range(self.slots) if variable.collection else (-1,):
                self.variable(number, slot)

    def variable(self, number: int, slot: int) -> Expr:
        """The integer of a variable (of a slot's element)."""
        key = (number, slot)
        if key not in self._variables:
            found = self._variables[key] = self.smt.Int(f"v{number}_{slot + 1}")
            self.bounds += [found >= 0, found < len(self.problem.variables[number].cells)]
        return self._variables[key]

    def there(self, collection: str, slot: int) -> Expr:
        """Whether a slot holds an element."""
        key = (collection, slot)
        if key not in self._there:
            self._there[key] = self.smt.Bool(f"{collection}_{slot}")
        return self._there[key]

    def term(self, formula: Formula, slot: int = -1) -> Expr:
        """A formula as a term."""
        smt = self.smt
        match formula:
            case Lit(var, mask):
                cell = self.variable(var, slot if self.problem.variables[var].collection else -1)
                return self._either([smt.And(cell >= first, cell <= last) for first, last in runs(mask)])
            case All(items):
                return self._all([self.term(item, slot) for item in items])
            case Some(items):
                return self._either([self.term(item, slot) for item in items])
            case Elem(bound, n, collection, inner, _):
                return self._counted(bound, n, collection, inner)
            case _:
                return smt.BoolVal(val=True)

    def _counted(self, bound: str, n: int, collection: str, inner: Formula) -> Expr:
        """So many slots that fit, or all but so many."""
        smt = self.smt
        slots = range(max(self.slots, n))
        there = [self.there(collection, slot) for slot in slots]
        fits = [self.term(inner, slot) for slot in slots]
        if bound == "at_least":
            return self._total([smt.And(t, f) for t, f in zip(there, fits, strict=True)]) >= n
        return self._total([smt.And(t, smt.Not(f)) for t, f in zip(there, fits, strict=True)]) <= n

    def _all(self, terms: list[Expr]) -> Expr:
        """A conjunction; cvc5 wants two items at least."""
        return self.smt.And(terms) if len(terms) > 1 else terms[0] if terms else self.smt.BoolVal(val=True)

    def _either(self, terms: list[Expr]) -> Expr:
        """A disjunction; cvc5 wants two items at least."""
        return self.smt.Or(terms) if len(terms) > 1 else terms[0] if terms else self.smt.BoolVal(val=False)

    def _total(self, terms: Sequence[Expr]) -> Expr:
        return sum((self.smt.If(term, self.smt.IntVal(1), self.smt.IntVal(0)) for term in terms), self.smt.IntVal(0))


class Asp:
    """A problem as rules of clingo: one choice of a cell per variable, one atom `h(N)` per formula."""

    def __init__(self, problem: Problem, slots: int = SLOTS) -> None:
        self.problem = problem
        self.slots = slots
        self.rules: list[str] = []
        self._names: dict[tuple[Formula, int], int] = {}
        self._declared: set[tuple[str, int]] = set()

    def name(self, formula: Formula, slot: int = -1) -> int:
        """The number of the atom that is true where a formula is."""
        key = (formula, slot if self._of_element(formula) else -1)
        if key not in self._names:
            number = self._names[key] = len(self._names) + 1
            self._define(number, *key)
        return self._names[key]

    def _of_element(self, formula: Formula) -> bool:
        match formula:
            case Lit(var, _):
                return bool(self.problem.variables[var].collection)
            case All(items) | Some(items):
                return any(map(self._of_element, items))
            case _:
                return False

    def _define(self, number: int, formula: Formula, slot: int) -> None:
        match formula:
            case Lit(var, mask):
                name = f"{var},{slot + 1}"
                self._choose(name, len(self.problem.variables[var].cells))
                self.rules += [f"h({number}) :- c({name},{first}..{last})." for first, last in runs(mask)]
            case All(items):
                body = ", ".join(f"h({self.name(item, slot)})" for item in items)
                self.rules.append(f"h({number}) :- {body}." if body else f"h({number}).")
            case Some(items):
                self.rules += [f"h({number}) :- h({self.name(item, slot)})." for item in items]
            case Elem(bound, n, collection, inner, _):
                self._count(number, bound, n, collection, inner)
            case _:
                self.rules.append(f"h({number}).")

    def _choose(self, name: str, cells: int) -> None:
        if (name, 0) not in self._declared:
            self._declared.add((name, 0))
            self.rules.append(f"1 {{ c({name},0..{cells - 1}) }} 1.")

    def _count(self, number: int, bound: str, n: int, collection: str, inner: Formula) -> None:
        slots = range(max(self.slots, n))
        for slot in slots:
            if (collection, slot + 1) not in self._declared:
                self._declared.add((collection, slot + 1))
                self.rules.append(f"{{ t({collection},{slot}) }}.")
        sign = "" if bound == "at_least" else "not "
        for slot in slots:
            self.rules.append(f"k({number},{slot}) :- t({collection},{slot}), {sign}h({self.name(inner, slot)}).")
        test = f">= {n}" if bound == "at_least" else f"<= {n}"
        self.rules.append(f"h({number}) :- #count {{ S : k({number},S) }} {test}.")
