"""Values that would meet tests of one fact: what a plan may name as the value to reach.

Guarantees: a value is returned only if every demand was judged on it, by the tests of the evaluator; of several the
nearest to the present one, else the first in the order of the text.  For numbers, days and truths a value is found whenever
there is one among the tests' own numbers and their neighbours, which is complete for comparisons.
What it does not do: invent text: for patterns, licences, versions in order and the like no value is named.  Of a
comparison of two facts it moves the one that the demand stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rulewright.dsl import ir
from rulewright.engine import predicates
from rulewright.facts.base import FactBase
from rulewright.facts.types import State, Value

AROUND = (0, 1, -1)
FAR_BACK = 3
"""Days to try around a date counted backwards: months differ by so much in length."""


class Need(NamedTuple):
    """A test that must come out one way, or a quantifier that must; `evidence` is the clause that it stands under."""

    expr: ir.Atom | ir.Quant
    truth: bool
    evidence: ir.Evidence | None = None

    @property
    def shown(self) -> ir.Expr:
        """The demand as an expression."""
        return self.expr if self.truth else ir.Not(self.expr)


class Place(NamedTuple):
    """Where values are looked for: the facts of one product on one day."""

    facts: FactBase
    product: int
    as_of: int

    def known(self, name: str) -> Value | None:
        """The value of an attribute, if it is known."""
        fact = self.facts.attribute(name, self.product)
        return fact.value if fact.state is State.KNOWN else None


def value(name: str, kind: str, needs: Sequence[Need], place: Place, others: Iterable[Value] = ()) -> Value | None:
    """A value of the attribute that meets all needs; `others` are legal values that may be tried last."""
    now = place.known(name)
    found = [v for v in _tried(name, kind, needs, place, now) if _meet_all(name, kind, needs, v, place)]
    if now in found or not found:
        chosen = now if found else None
        return chosen if found else next((v for v in others if _meet_all(name, kind, needs, v, place)), None)
    if isinstance(now, int) and not isinstance(now, bool):
        return min(found, key=lambda v: abs(v - now) if isinstance(v, int) else 0)
    return found[0]


def _meet_all(name: str, kind: str, needs: Iterable[Need], candidate: Value, place: Place) -> bool:
    return all(meets(need, name, kind, candidate, place) for need in needs)


def _tried(name: str, kind: str, needs: Sequence[Need], place: Place, now: Value | None) -> list[Value]:
    """The present value, then those that the tests name, and their neighbours."""
    found: list[Value] = [] if now is None else [now]
    held = set(now) if isinstance(now, tuple) else set[str]()
    for need in needs:
        if isinstance(need.expr, ir.Atom):
            found += _named(name, need.expr, held, place, add=need.truth)
    if kind == "set":
        found.append(tuple(sorted(held)))
    if kind == "bool":
        found += [True, False]
    return found


def _named(name: str, atom: ir.Atom, held: set[str], place: Place, *, add: bool) -> list[Value]:
    """The values that one test names; what a set must hold or lose is done to `held`."""
    match atom.test:
        case ir.Cmp(_, limit):
            return _around(limit)
        case ir.OneOf(values):
            return [near for limit in values for near in _around(limit)]
        case ir.Contains(member):
            held.add(member) if add else held.discard(member)
        case ir.SubsetOf(members) if add:
            held.intersection_update(members)
        case ir.Is("empty") if add:
            held.clear()
        case ir.CmpAsOf(_, months, days):
            return _around(predicates.add_days(place.as_of, months, days))
        case ir.CmpAttr():
            return _beside(name, atom, atom.test, place)
        case _:
            pass  # patterns, ranges, states: no value can be named
    return []


def _around(limit: Value) -> list[Value]:
    """A number with its neighbours; any other value alone."""
    if isinstance(limit, int) and not isinstance(limit, bool):
        return [limit + step for step in AROUND]
    return [limit]


def _beside(name: str, atom: ir.Atom, test: ir.CmpAttr, place: Place) -> list[Value]:
    """Values next to the other side of a comparison of two facts."""
    backwards = name != atom.term.name
    other = place.known(atom.term.name if backwards else test.attr.name)
    if not isinstance(other, int) or isinstance(other, bool):
        return [] if other is None else [other]
    if atom.term.kind != "date":
        return _around(other)
    if not backwards:
        return _around(predicates.add_days(other, test.months, test.days))
    day = predicates.add_days(other, -test.months, -test.days)
    return [day + step for step in sorted(range(-FAR_BACK, FAR_BACK + 1), key=abs)]


def meets(need: Need, name: str, kind: str, candidate: Value, place: Place) -> bool:
    """Whether a known value of an attribute gives a test the truth that is wanted."""
    atom = need.expr
    if not isinstance(atom, ir.Atom):
        return False
    test = atom.test
    if isinstance(test, ir.CmpAttr):
        left = candidate if name == atom.term.name else place.known(atom.term.name)
        right = candidate if name == test.attr.name else place.known(test.attr.name)
        if left is None or right is None:
            return False
        return predicates.compare_pair(test, atom.term.kind, left, right) is need.truth
    if test == ir.Is("signed"):
        return need.truth  # evidence that counts everywhere is signed
    return predicates.judge(test, kind, place.as_of)(candidate) is need.truth
