"""Check a certificate of conflict-freedom (`rulewright-certificate/1`) without any solver.

What a certificate claims: *in every context, one of its products meets every `shall` requirement that is not left out*; so no
set of them, of any size, is contradictory.  Here is everything that one has to trust, apart from the parser, the reference
evaluator and the vocabulary: nothing of this is shared with the code that looks for conflicts and makes certificates.
Guarantees: `check` says `ok` only where the claim is true.  It re-evaluates every product on every requirement with the
reference evaluator; facts of the context stay open, as propositions (`product.width >= 5`, `"EU" in product.markets`); it
writes down "some context that none of the products serves" as clauses, adding only what is true of every context (order of
numbers, words exclude each other, domains, axioms, the stated profile); and it replays a proof by unit propagation that this
is impossible (RUP: Goldberg and Novikov, DATE 2003; Wetzler, Heule and Hunt, SAT 2014).  An answer that the evaluator leaves
unknown never counts for a product.  Deterministic; opens no file.
What it does not do: evidence, freshness and trust (a certificate is about products, not about what is known of them).
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Literal, NamedTuple

import msgspec

from rulewright.dsl import ir
from rulewright.engine import predicates
from rulewright.engine.reference import Reference, Scene, Truth
from rulewright.facts.base import ANSWER, Fact, FactBase, Product, scalar
from rulewright.facts.table import Column, Extent, Relation, Table, encode
from rulewright.facts.types import MICRO, Completeness, FieldType, Kind, State, Value
from rulewright.facts.vocabulary import Attribute, Collection, Vocabulary

CLAIM = (
    "in every context with numbers of 10^9 at most and days up to 2099-12-31, one of these products meets every `shall` "
    "requirement that is not left out"
)
AS_OF = "run.as_of"
EPOCH = date(1970, 1, 1).toordinal()
FIRST, LAST = date.min.toordinal() - EPOCH, date.max.toordinal() - EPOCH
FAR = {
    "int": (-(10**9), 10**9),
    "decimal": (-(10**9) * MICRO, 10**9 * MICRO),
    "date": (FIRST, date(2099, 12, 31).toordinal() - EPOCH),
}
"""How far numbers and days of a context go, at most: design needs room beyond them (a support that ends years later)."""
MOST_ELEMENTS = 100_000
"""A product with more elements in one list is refused."""

TRUE, FALSE = 1, -1
"""The literal of the first proposition, which always holds, and its negation."""

Plain = bool | int | str | list[str]


# --- the certificate ---------------------------------------------------------------------------------------------------


class Unheld(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A field whose value is not known: the word of a `facts.types.State`."""

    unknown: str


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A complete list: its elements, and which element of which collection (or `depends_on`) each belongs to."""

    elements: tuple[dict[str, Plain | Unheld], ...]
    children: dict[str, tuple[tuple[int, int], ...]] = {}


class Made(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A product: its design attributes as plain facts (dates as text, decimals as text), and its lists, all complete."""

    facts: dict[str, Plain]
    lists: dict[str, Listed] = {}


class Module(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A module that took part, with the digest of its source text."""

    kind: str
    id: str
    edition: str
    sha256: str


class Left(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A requirement that the claim leaves out, and why."""

    requirement: str
    edition: str
    because: str


class Background(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An axiom that the claim rests on."""

    id: str
    text: str


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The size and SHA-256 of the clauses (DIMACS, as `Clauses.dimacs` writes them) that the proof is about."""

    variables: int
    clauses: int
    sha256: str


class Certificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole certificate.  `programs`: digests of the compiled requirements; `context`: facts that fix the context."""

    format: Literal["rulewright-certificate/1"] = "rulewright-certificate/1"
    claim: str
    engine: str
    as_of: str
    modules: tuple[Module, ...]
    programs: tuple[str, ...]
    vocabulary: str
    requirements: int
    context: dict[str, Plain]
    left_out: tuple[Left, ...]
    axioms: tuple[Background, ...]
    products: tuple[Made, ...]
    question: Question
    proof: tuple[tuple[int, ...], ...]


class RefusedError(Exception):
    """Something in a certificate that cannot be accepted: words for people."""


class Step(NamedTuple):
    """One thing that was looked at."""

    name: str
    ok: bool
    text: str


def vocabulary_digest(vocabulary: Vocabulary) -> str:
    """SHA-256 of all declared attributes, hexadecimal."""
    named = dict(sorted(vocabulary.attributes.items()))
    return hashlib.sha256(msgspec.json.encode(named, order="deterministic")).hexdigest()


# --- clauses and their refutation --------------------------------------------------------------------------------------


class Clauses:
    """Clauses over propositions 1, 2, …, and gates for "all of" and "one of" (Plaisted and Greenbaum 1986).

    A gate implies what it stands for, not the other way round: it may only be used without negation.
    """

    def __init__(self) -> None:
        """Start with the proposition that always holds."""
        self.variables = 1
        self.items: list[tuple[int, ...]] = [(TRUE,)]
        self._gates: dict[tuple[str, tuple[int, ...]], int] = {}

    def new(self) -> int:
        """Make another proposition."""
        self.variables += 1
        return self.variables

    def add(self, literals: Iterable[int]) -> None:
        """Add a clause; one that always holds is left away."""
        found = set(literals) - {FALSE}
        if TRUE not in found and not any(-literal in found for literal in found):
            self.items.append(tuple(sorted(found, key=abs)))

    def conj(self, literals: Iterable[int]) -> int:
        """All of them."""
        found = set(literals) - {TRUE}
        if FALSE in found or any(-literal in found for literal in found):
            return FALSE
        return self._gate("and", found) if found else TRUE

    def disj(self, literals: Iterable[int]) -> int:
        """One of them."""
        found = set(literals) - {FALSE}
        if TRUE in found or any(-literal in found for literal in found):
            return TRUE
        return self._gate("or", found) if found else FALSE

    def _gate(self, kind: str, found: set[int]) -> int:
        if len(found) == 1:
            return found.pop()
        key = kind, tuple(sorted(found))
        gate = self._gates.get(key)
        if gate is None:
            gate = self._gates[key] = self.new()
            if kind == "or":
                self.add((-gate, *key[1]))
            else:
                for literal in key[1]:
                    self.add((-gate, literal))
        return gate

    def at_least(self, least: int, literals: Sequence[int]) -> int:
        """So many of them: one gate per number and position."""
        open_ = [literal for literal in literals if literal not in {TRUE, FALSE}]
        least -= list(literals).count(TRUE)
        row = [TRUE, *([FALSE] * max(least, 0))]
        for literal in open_:
            row = [TRUE, *(self.disj([row[n], self.conj([row[n - 1], literal])]) for n in range(1, len(row)))]
        return row[-1]

    def dimacs(self) -> bytes:
        """The clauses in DIMACS form, each ended by 0, one a line."""
        lines = [f"p cnf {self.variables} {len(self.items)}"]
        lines += [" ".join(map(str, (*clause, 0))) for clause in self.items]
        return ("\n".join(lines) + "\n").encode()

    def question(self) -> Question:
        """Size and digest."""
        return Question(self.variables, len(self.items), hashlib.sha256(self.dimacs()).hexdigest())


class Refutation:
    """Unit propagation with two watched literals; `lemma` accepts only what follows by it.

    `values[literal]` is 1 where true, -1 where false (a negative literal indexes from the end); `reasons` holds the clause
    that made a literal true, for those who want to know which clauses were needed.
    """

    def __init__(self, variables: int, clauses: Iterable[Sequence[int]]) -> None:
        """Take the clauses in; `conflict` is one that is false already, if so."""
        self.values = [0] * (2 * variables + 1)
        self.reasons: list[list[int] | None] = [None] * (variables + 1)
        self.trail: list[int] = []
        self.conflict: list[int] | None = None
        self._variables = variables
        self._watches: list[list[list[int]]] = [[] for _ in range(2 * variables + 1)]
        self._done = 0
        for clause in clauses:
            self.take(list(clause))
        self.settle()

    def take(self, clause: list[int]) -> None:
        """Add a clause that holds: with literals that are not false in front."""
        clause.sort(key=lambda literal: self.values[literal] < 0)
        if not clause or self.values[clause[0]] < 0:
            self.conflict = self.conflict or clause
        elif len(clause) == 1 or self.values[clause[1]] < 0:
            self._set(clause[0], clause)
        if len(clause) > 1:
            self._watches[clause[0]].append(clause)
            self._watches[clause[1]].append(clause)

    def settle(self) -> None:
        """Draw all consequences for good."""
        if self.conflict is None:
            self.conflict = self._propagate()

    def lemma(self, literals: Sequence[int]) -> list[int] | None:
        """The clause that becomes false when all these literals are taken to be false; None: it does not follow.

        What was set stays on the trail until `undo`.
        """
        if self.conflict is not None:
            return self.conflict
        for literal in literals:
            if self.values[literal] > 0:
                return self.reasons[abs(literal)] or [literal]
            self._set(-literal, None)
        return self._propagate()

    def undo(self, size: int) -> None:
        """Forget what was set after the trail had this size."""
        for literal in self.trail[size:]:
            self.values[literal] = self.values[-literal] = 0
            self.reasons[abs(literal)] = None
        del self.trail[size:]
        self._done = size

    def follows(self, literals: Sequence[int]) -> bool:
        """Whether a lemma follows; if so it is taken in."""
        if any(not 1 <= abs(literal) <= self._variables for literal in literals):
            return False
        size = len(self.trail)
        held = self.lemma(literals) is not None
        self.undo(size)
        if held and self.conflict is None:
            self.take(list(dict.fromkeys(literals)))
            self.settle()
        return held

    def _set(self, literal: int, reason: list[int] | None) -> None:
        if not self.values[literal]:
            self.values[literal], self.values[-literal] = 1, -1
            self.reasons[abs(literal)] = reason
            self.trail.append(literal)

    def _propagate(self) -> list[int] | None:
        values, trail, watches = self.values, self.trail, self._watches
        while self._done < len(trail):
            false = -trail[self._done]
            self._done += 1
            waiting = watches[false]
            kept = watches[false] = []
            for place, clause in enumerate(waiting):
                if clause[0] == false:
                    clause[0], clause[1] = clause[1], false
                first = clause[0]
                if values[first] > 0:
                    kept.append(clause)
                    continue
                for other in range(2, len(clause)):
                    if values[clause[other]] >= 0:
                        clause[1], clause[other] = clause[other], false
                        watches[clause[1]].append(clause)
                        break
                else:
                    kept.append(clause)
                    if values[first] < 0:
                        kept += waiting[place + 1 :]
                        return clause
                    self._set(first, clause)
        return None


# --- facts of the context, as propositions -----------------------------------------------------------------------------

_FLIPPED: dict[str, ir.Comparison] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEGATED: dict[str, ir.Comparison] = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_ORDERED = {"int", "decimal", "date"}


class Shift(NamedTuple):
    """`left >= right + months + days` (or `>`) between two facts of the context."""

    left: str
    right: str
    months: int
    days: int


class Givens:
    """Propositions about given facts, and what is true of them in every context (`close`)."""

    def __init__(self, clauses: Clauses, vocabulary: Vocabulary, as_of: int) -> None:
        """Keep what is looked up."""
        self.clauses, self.vocabulary, self.as_of = clauses, vocabulary, as_of
        self._steps: dict[str, dict[int, int]] = {}
        self._words: dict[str, dict[Value, int]] = {}
        self._members: dict[str, dict[str, int]] = {}
        self._within: dict[str, dict[frozenset[str], int]] = {}
        self._tests: dict[tuple[str, str], dict[ir.Test, tuple[int, int]]] = {}
        self._shifts: dict[Shift, tuple[int, int]] = {}
        self.crossed: dict[str, str] = {}
        """ordered facts that are compared with facts of a product, with their kinds"""
        self.stated: dict[str, set[int]] = {}
        """the numbers that rules themselves name, by ordered fact"""

    def bounds(self, name: str, kind: str) -> tuple[int, int]:
        """Least and greatest value of an ordered fact."""
        declared = self.vocabulary.attributes.get(name)
        low, high = FAR[kind]
        if declared is not None:
            low = low if declared.low is None else max(low, declared.low)
            high = high if declared.high is None else min(high, declared.high)
        return (self.as_of if name == AS_OF else low), high

    def atleast(self, name: str, kind: str, value: int) -> int:
        """`name >= value`."""
        low, high = self.bounds(name, kind)
        if not low < value <= high:
            return TRUE if value <= low else FALSE
        steps = self._steps.setdefault(name, {})
        if value not in steps:
            steps[value] = self.clauses.new()
        return steps[value]

    def day(self, value: int) -> int:
        """The day of the run is this one or later."""
        self.stated.setdefault(AS_OF, set()).add(value)
        return self.atleast(AS_OF, "date", value)

    def compare(self, name: str, kind: str, op: str, value: int) -> int:
        """An ordered fact compared with a number."""
        least, more = self.atleast(name, kind, value), self.atleast(name, kind, value + 1)
        return self._by(op, least, more)

    def _by(self, op: str, least: int, more: int) -> int:
        """A comparison, from the literals of `>=` and `>`."""
        match op:
            case ">=":
                return least
            case ">":
                return more
            case "<":
                return -least
            case "<=":
                return -more
            case "=":
                return self.clauses.conj([least, -more])
            case _:
                return self.clauses.disj([-least, more])

    def turned(self, op: str, value: int, attr: ir.Attr, months: int, days: int) -> int:
        """`value op attr + months + days` where the attribute is given: as a comparison of the attribute with a number."""
        self.crossed[attr.name] = attr.kind
        if attr.kind != "date":
            return self.compare(attr.name, attr.kind, _FLIPPED[op], value)
        if op == "=":
            return self.clauses.conj([self.turned(part, value, attr, months, days) for part in ("<=", ">=")])
        if op == "!=":
            return self.clauses.disj([self.turned(part, value, attr, months, days) for part in ("<", ">")])
        if op in {"<", "<="}:
            return self.atleast(attr.name, "date", _earliest(value + (op == "<"), months, days))
        return -self.atleast(attr.name, "date", _earliest(value + (op == ">="), months, days))

    def related(self, left: str, op: str, right: str, months: int, days: int) -> int:
        """Two given facts compared; `p < q` is `q > p`."""
        declared = self.vocabulary.attributes.get(left)
        ordered = declared is not None and declared.type.kind.value in _ORDERED
        if ordered and left > right != AS_OF and not (months or days):
            left, op, right = right, _FLIPPED[op], left
        shift = Shift(left, right, months, days)
        if shift not in self._shifts:
            self._shifts[shift] = self.clauses.new(), self.clauses.new()
        least, more = self._shifts[shift]
        return self._by(op, least, more)

    def member(self, name: str, word: str) -> int:
        """`word in name`."""
        members = self._members.setdefault(name, {})
        if word not in members:
            members[word] = self.clauses.new()
        return members[word]

    def word(self, name: str, value: Value) -> int:
        """`name = value` of a fact without order."""
        words = self._words.setdefault(name, {})
        closed = self.closed(name)
        if not words and closed == (True, False):
            words[True] = self.clauses.new()
            words[False] = -words[True]
        if not words:
            words.update((declared, self.clauses.new()) for declared in closed or ())
        if value not in words:
            words[value] = FALSE if closed else self.clauses.new()
        return words[value]

    def equals(self, name: str, kind: str, value: Value) -> int:
        """`name = value`, of any kind."""
        if isinstance(value, tuple):
            return self._same(name, value, truth=True)
        return self.compare(name, kind, "=", int(value)) if kind in _ORDERED else self.word(name, value)

    def closed(self, name: str) -> tuple[Value, ...] | None:
        """All values of a fact, where there are no others than those declared."""
        declared = self.vocabulary.attributes.get(name)
        kind = declared.type if declared else FieldType(Kind.BOOL)
        if kind.kind is Kind.BOOL:
            return True, False
        return kind.values if kind.values and not kind.open_values else None

    def may(self, term: ir.Attr, test: ir.Test, *, truth: bool) -> int:
        """In which contexts the test of a given fact is not surely the contrary of `truth`."""
        match test:
            case ir.Is("known" | "stated"):
                return TRUE if truth else FALSE
            case ir.Is("conflicting" | "declared_unknown" | "withheld" | "malformed"):
                return FALSE if truth else TRUE
            case ir.CmpAttr(op, attr, months, days):
                return self.related(term.name, op if truth else _NEGATED[op], attr.name, months, days)
            case ir.CmpAsOf(op, months, days):
                return self.related(term.name, op if truth else _NEGATED[op], AS_OF, months, days)
            case _ if term.kind in _ORDERED:
                return self._ordered(term, test, truth=truth)
            case _ if term.kind == "set":
                return self._set(term, test, truth=truth)
            case _:
                return self._word(term, test, truth=truth)

    def _ordered(self, term: ir.Attr, test: ir.Test, *, truth: bool) -> int:
        match test:
            case ir.Cmp(op, int(value)):
                self.stated.setdefault(term.name, set()).update((value, value + 1))
                return self.compare(term.name, term.kind, op if truth else _NEGATED[op], value)
            case ir.OneOf(values):
                self.stated.setdefault(term.name, set()).update(int(str(v)) + n for v in values for n in (0, 1))
                parts = [self.compare(term.name, term.kind, "=" if truth else "!=", int(str(v))) for v in values]
                return self.clauses.disj(parts) if truth else self.clauses.conj(parts)
            case _:
                return self._tested(term, test, truth=truth)

    def _set(self, term: ir.Attr, test: ir.Test, *, truth: bool) -> int:
        match test:
            case ir.Contains(member):
                sure = self.member(term.name, member)
            case ir.SubsetOf(members):
                sure = self.within(term.name, members)
            case ir.Is("empty"):
                sure = self.within(term.name, ())
            case ir.Cmp("=" | "!=" as op, tuple(members)):
                return self._same(term.name, members, truth=truth is (op == "="))
            case _:
                return self._tested(term, test, truth=truth)
        return sure if truth else -sure

    def _word(self, term: ir.Attr, test: ir.Test, *, truth: bool) -> int:
        match test:
            case ir.Cmp("=" | "!=" as op, value) if term.kind != "version":
                named = self.word(term.name, value)
                return named if truth is (op == "=") else -named
            case ir.OneOf(values):
                words = [self.word(term.name, value) for value in values]
                return self.clauses.disj(words) if truth else self.clauses.conj(-literal for literal in words)
            case _:
                return self._tested(term, test, truth=truth)

    def within(self, name: str, members: Sequence[str]) -> int:
        """`name in {members}`; what it has to do with the members is said in `close`."""
        found = self._within.setdefault(name, {})
        key = frozenset(members)
        if key not in found:
            found[key] = self.clauses.new()
            for word in sorted(key):
                self.member(name, word)
        return found[key]

    def _same(self, name: str, members: Sequence[str], *, truth: bool) -> int:
        parts = [*(self.member(name, word) for word in members), self.within(name, members)]
        return self.clauses.conj(parts) if truth else self.clauses.disj(-part for part in parts)

    def _tested(self, term: ir.Attr, test: ir.Test, *, truth: bool) -> int:
        """Any other test: two propositions, "surely true" and "surely false"; a test without a third answer has one."""
        closed = self.closed(term.name)
        if closed is not None and term.kind != "set":
            judge = predicates.judge(test, term.kind, self.as_of)
            return self.clauses.disj(self.word(term.name, value) for value in closed if judge(value) is not (not truth))
        tests = self._tests.setdefault((term.name, term.kind), {})
        if test not in tests:
            sure = self.clauses.new()
            two = isinstance(test, ir.Is | ir.Glob) and term.kind != "version"
            tests[test] = sure, -sure if two else self.clauses.new()
        sure, never = tests[test]
        return -never if truth else -sure

    def interval(self, name: str, true: frozenset[int], *, stated: bool = False) -> tuple[int, int]:
        """Least and greatest value of an ordered fact where these propositions hold; of those that rules name, if so asked."""
        low, high = self.bounds(name, self.crossed[name])
        for value, literal in self._steps.get(name, {}).items():
            if not stated or value in self.stated.get(name, ()):
                low, high = (max(low, value), high) if literal in true else (low, min(high, value - 1))
        return low, high

    def close(self) -> None:
        """Add what is true of every context about the propositions made so far."""
        self._close_shifts()
        for _, steps in sorted(self._steps.items()):
            for low, high in pairwise(sorted(steps)):
                self.clauses.add([-steps[high], steps[low]])
        for name, words in sorted(self._words.items()):
            literals = [literal for literal in words.values() if literal != FALSE]
            for place, literal in enumerate(literals):
                for other in literals[:place]:
                    self.clauses.add([-literal, -other])
            if self.closed(name):
                self.clauses.add(literals)
        for name, inside in sorted(self._within.items()):
            self._close_sets(name, inside)
        for (name, kind), tests in sorted(self._tests.items()):
            self._close_tests(name, kind, tests)

    def _close_sets(self, name: str, inside: Mapping[frozenset[str], int]) -> None:
        """A set is within some words exactly when it has none of the others that are mentioned, nor one that is not."""
        closed = self.closed(name)
        words = sorted({*(str(word) for word in closed or ()), *self._members.get(name, {})})
        other = [] if closed else [self.clauses.new()]
        for members, literal in inside.items():
            outside = other + [self.member(name, word) for word in words if word not in members]
            for one in outside:
                self.clauses.add([-literal, -one])
            self.clauses.add([literal, *outside])

    def _close_tests(self, name: str, kind: str, tests: Mapping[ir.Test, tuple[int, int]]) -> None:
        """No test is both true and false; for a value that a rule names, its answer is known."""
        for test, (sure, never) in tests.items():
            self.clauses.add([-sure, -never])
            judge = predicates.judge(test, kind, self.as_of)
            for value, literal in self._words.get(name, {}).items():
                truth = judge(value)
                self.clauses.add([-literal, -sure if truth is not True else sure])
                self.clauses.add([-literal, -never if truth is not False else never])

    def _close_shifts(self) -> None:
        """Orders between two facts, at every number that a rule mentions (relations are monotone)."""
        for _ in range(2):
            for shift in list(self._shifts):
                self._close_shift(shift)

    def _close_shift(self, shift: Shift) -> None:
        left, right, months, days = shift
        least, more = self._shifts[shift]
        kind = "date" if right == AS_OF else self.vocabulary.attributes[right].type.kind.value
        moved = months, days
        if kind != "date":
            moved = 0, 0
        self.clauses.add([-more, least])
        if kind not in _ORDERED:
            return
        low, high = self.bounds(right, kind)
        ends = {*self._steps.get(right, {}), low, high + 1}
        low, high = self.bounds(left, kind)
        for end in {*self._steps.get(left, {}), low, high + 1}:
            ends |= {_earliest(end, *moved, kind), _earliest(end + 1, *moved, kind)}
        for end in sorted(ends):
            at = self.atleast(right, kind, end)
            if kind == "date" and not FIRST < end <= LAST:
                continue
            image, before = _moved(end, *moved, kind), _moved(end - 1, *moved, kind)
            self.clauses.add([-least, -at, self.atleast(left, kind, image)])
            self.clauses.add([-more, -at, self.atleast(left, kind, image + 1)])
            self.clauses.add([least, at, -self.atleast(left, kind, before)])
            self.clauses.add([more, at, -self.atleast(left, kind, before + 1)])


def _moved(value: int, months: int, days: int, kind: str = "date") -> int:
    return predicates.add_days(value, months, days) if kind == "date" else value


def _earliest(value: int, months: int, days: int, kind: str = "date") -> int:
    """The earliest day that, moved, is `value` or later; LAST + 1 where there is none."""
    if kind != "date":
        return value
    low, high = FIRST, LAST + 1
    while low < high:
        middle = (low + high) // 2
        if predicates.add_days(middle, months, days) >= value:
            high = middle
        else:
            low = middle + 1
    return low


# --- products ----------------------------------------------------------------------------------------------------------

_DECIMAL = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,6}))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_STATES = {state.word: state for state in State if state is not State.KNOWN}


def value_of(raw: Plain, kind: FieldType, low: int | None = None, high: int | None = None) -> Value:
    """A value as it is held, from plain data.  Raises `RefusedError` where it is not one of its type or domain."""
    match kind.kind, raw:
        case Kind.BOOL, bool():
            return raw
        case ((Kind.INT | Kind.DECIMAL | Kind.DATE), _):
            held = _number(raw, kind.kind)
            if (low is not None and held < low) or (high is not None and held > high):
                raise RefusedError(f"`{raw}` is outside of its domain")
            return held
        case Kind.SET, list():
            held_words = tuple(sorted(set(raw)))
            if kind.values and not kind.open_values and not set(held_words) <= set(kind.values):
                raise RefusedError(f"`{', '.join(held_words)}`: a word that is not declared")
            return held_words
        case Kind.ENUM, str() if raw not in kind.values and not kind.open_values:
            raise RefusedError(f"`{raw}`: a word that is not declared")
        case ((Kind.BOOL | Kind.SET), _):
            raise RefusedError(f"`{raw}` is no {kind.kind.value}")
        case _, str():
            return raw
        case _:
            raise RefusedError(f"`{raw}` is no {kind.kind.value}")


def _number(raw: Plain, kind: Kind) -> int:
    """A number, a day, or millionths."""
    if kind is Kind.INT and isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if kind is Kind.DECIMAL and isinstance(raw, str) and (found := _DECIMAL.fullmatch(raw)):
        held = int(found[2]) * MICRO + int((found[3] or "").ljust(6, "0"))
        return -held if found[1] else held
    if kind is Kind.DATE and isinstance(raw, str) and _DATE.fullmatch(raw):
        with suppress(ValueError):
            return date.fromisoformat(raw).toordinal() - EPOCH
    raise RefusedError(f"`{raw}` is no {kind.value}")


def attribute_type(name: str, vocabulary: Vocabulary) -> Attribute:
    """The declaration of a product attribute; an answer is yes or no."""
    if name.startswith(ANSWER):
        return Attribute(name, FieldType(Kind.BOOL), "")
    declared = vocabulary.attributes.get(name)
    if declared is None:
        raise RefusedError(f"`{name}` is no attribute")
    return declared


def fact_base(products: Sequence[Made], vocabulary: Vocabulary, needed: Iterable[str]) -> FactBase:
    """The products as facts: complete, every list closed.  Raises `RefusedError` where one is not a legal complete product."""
    names: dict[str, None] = {}
    for number, made in enumerate(products, 1):
        missing = sorted(set(needed) - set(made.facts))
        if missing:
            raise RefusedError(f"product {number} does not say `{missing[0]}`")
        names.update(dict.fromkeys(made.facts))
    attributes = {}
    for name in names:
        declared = attribute_type(name, vocabulary)
        raws = [made.facts.get(name) for made in products]
        values = [None if raw is None else value_of(raw, declared.type, declared.low, declared.high) for raw in raws]
        attributes[name] = scalar([None if value is None else Fact(State.KNOWN, value) for value in values])
    for made in products:
        if unknown := sorted(set(made.lists) - set(vocabulary.collections)):
            raise RefusedError(f"`{unknown[0]}` is no collection")
    tables = {c.name: _table(c, [made.lists.get(c.name, Listed(())) for made in products]) for c in _every(vocabulary)}
    for number, made in enumerate(products):
        for name, listed in made.lists.items():
            _owned(vocabulary.collections[name], listed, made, number + 1)
    _relate(tables, products)
    return FactBase(
        [Product(f"product {n}", f"product {n}", "") for n in range(1, len(products) + 1)], attributes, tables
    )


def _every(vocabulary: Vocabulary) -> list[Collection]:
    return [vocabulary.collections[name] for name in sorted(vocabulary.collections)]


def _table(collection: Collection, lists: Sequence[Listed]) -> Table:
    """One collection over all products, complete everywhere."""
    offsets, rows = array("i", [0]), list[dict[str, Plain | Unheld]]()
    for listed in lists:
        if len(listed.elements) > MOST_ELEMENTS:
            raise RefusedError(f"more than {MOST_ELEMENTS:,} elements in `{collection.name}`")
        rows += listed.elements
        offsets.append(len(rows))
    columns: dict[str, Callable[[], Column]] = {}
    for name in sorted({name for row in rows for name in row}):
        if name not in collection.fields:
            raise RefusedError(f"`{collection.name}` has no field `{name}`")
        columns[name] = partial(encode, [_cell(row.get(name), collection.fields[name].type) for row in rows])
    closed = [Extent(Completeness.CLOSED)] * len(lists)
    table = Table(collection.name, len(rows), offsets, closed, builders=columns)
    table.graph_extents = list(closed) if collection.graph else None
    return table


def _relation(pairs: Sequence[tuple[int, int]]) -> Relation:
    ordered = sorted(pairs)
    return Relation(array("i", [a for a, _ in ordered]), array("i", [b for _, b in ordered]))


def _cell(raw: Plain | Unheld | None, kind: FieldType) -> Value | State:
    if raw is None:
        return State.MISSING
    if not isinstance(raw, Unheld):
        return value_of(raw, kind)
    if raw.unknown not in _STATES:
        raise RefusedError(f"`{raw.unknown}` is no state of a fact")
    return _STATES[raw.unknown]


def _owned(collection: Collection, listed: Listed, made: Made, number: int) -> None:
    """Refuse children of owners that cannot be."""
    for parent, pairs in listed.children.items():
        graph = parent == "depends_on" and collection.graph
        if not graph and parent not in collection.parents:
            raise RefusedError(f"`{parent}` owns no `{collection.name}`")
        owners = len(made.lists.get(collection.name if graph else parent, Listed(())).elements)
        if any(not (0 <= owner < owners and 0 <= child < len(listed.elements)) for owner, child in pairs):
            raise RefusedError(f"product {number}: a `{collection.name}` belongs to nothing")


def _relate(tables: Mapping[str, Table], products: Sequence[Made]) -> None:
    """Join the tables by what belongs to what."""
    for name, table in tables.items():
        pairs: dict[str, list[tuple[int, int]]] = {}
        for number, made in enumerate(products):
            for parent, found in made.lists.get(name, Listed(())).children.items():
                owners = table if parent == "depends_on" else tables[parent]
                start, own = owners.offsets[number], table.offsets[number]
                pairs.setdefault(parent, []).extend((start + a, own + b) for a, b in found)
        table.relations = {parent: partial(_relation, found) for parent, found in pairs.items()}


# --- what the requirements ask -----------------------------------------------------------------------------------------


def walk(expr: ir.Expr) -> Iterator[ir.Expr]:
    """An expression and all its parts."""
    todo = [expr]
    while todo:
        found = todo.pop()
        yield found
        match found:
            case ir.Not(item):
                todo.append(item)
            case ir.And(items) | ir.Or(items):
                todo += items
            case ir.Quant():
                todo += [found.where, found.body]
            case _:
                continue


def attributes_in(expr: ir.Expr) -> Iterator[str]:
    """The product attributes in an expression."""
    for part in walk(expr):
        if isinstance(part, ir.Atom):
            if isinstance(part.term, ir.Attr):
                yield part.term.name
            if isinstance(part.test, ir.CmpAttr):
                yield part.test.attr.name


def facts_in(expr: ir.Expr) -> Iterator[str]:
    """What an expression looks at: product attributes, and lists, whole (what is said of some elements bears on the others)."""
    yield from attributes_in(expr)
    for part in walk(expr):
        if isinstance(part, ir.Quant):
            yield f"{part.collection} "
        if isinstance(part, ir.Atom) and isinstance(part.term, ir.Field):
            yield f"{part.term.collection} "


class Demand(NamedTuple):
    """What must hold in every context: a requirement with its conditions, or an axiom that is about design."""

    conditions: tuple[ir.Expr, ...]
    first: int | None
    last: int | None
    lines: tuple[ir.Expr, ...]


class Scope(NamedTuple):
    """What is looked at together: demands, axioms about the context alone, which attributes are given."""

    demands: tuple[Demand, ...]
    background: tuple[ir.Expr, ...]
    given: frozenset[str]
    choice: tuple[str, ...]


def edition_of(requirement: ir.Requirement, program: ir.Program) -> str:
    """The edition of the module that a requirement belongs to."""
    home = requirement.id.partition(":")[0]
    return next((module.edition for module in program.modules if module.id == home), "")


def axioms_of(programs: Sequence[ir.Program]) -> tuple[ir.Axiom, ...]:
    """The axioms of all programs, by name; of those with one name (two editions) each that says something else counts."""
    found = {(axiom.id, msgspec.json.encode(axiom.expr)): axiom for program in programs for axiom in program.axioms}
    return tuple(axiom for _, axiom in sorted(found.items()))


def scope_of(programs: Sequence[ir.Program], vocabulary: Vocabulary, left_out: Iterable[tuple[str, str]]) -> Scope:
    """Everything that the claim is about.  Raises `RefusedError` where something left out does not exist."""
    out = set(left_out)
    wanted = [(edition_of(r, p), r) for p in programs for r in p.requirements if r.level == "shall"]
    if strange := sorted(out - {(r.id, edition) for edition, r in wanted}):
        raise RefusedError(f"`{strange[0][0]}` is left out, but it is no `shall` requirement here")
    kept = [r for edition, r in wanted if (r.id, edition) not in out]
    conditions = {name for _, r in wanted for e in (r.scope, r.applies) for name in attributes_in(e)}
    lines = {name for _, r in wanted for line in r.lines for name in attributes_in(line.expr)}
    axioms = _connected(
        axioms_of(programs), [e for _, r in wanted for e in (r.scope, r.applies, *(i.expr for i in r.lines))]
    )
    lines |= {name for axiom in axioms for name in attributes_in(axiom.expr)}
    given = frozenset(n for n in conditions | lines if is_given(n, n in conditions, vocabulary))
    demands = [_demand(requirement) for requirement in kept]
    about_design = [axiom for axiom in axioms if not _pure(axiom.expr, given)]
    demands += [Demand((), None, None, (axiom.expr,)) for axiom in about_design]
    background = tuple(axiom.expr for axiom in axioms if _pure(axiom.expr, given))
    return Scope(tuple(demands), background, given, tuple(sorted((conditions | lines) - given)))


def _connected(axioms: Sequence[ir.Axiom], asked: Iterable[ir.Expr]) -> list[ir.Axiom]:
    """The axioms that share an attribute or a list with what is asked, directly or through others.

    The rest speaks of other attributes and other lists only.  Where a design meets it, its facts complete each product
    without touching a requirement; where none does, there is no such context; so leaving it out never makes the claim weaker.
    """
    known = {fact for expr in asked for fact in facts_in(expr)}
    kept: list[ir.Axiom] = []
    waiting = list(axioms)
    while near := [axiom for axiom in waiting if not known.isdisjoint(facts_in(axiom.expr))]:
        kept += near
        waiting = [axiom for axiom in waiting if axiom not in near]
        known.update(fact for axiom in near for fact in facts_in(axiom.expr))
    return sorted(kept, key=lambda axiom: axiom.id)


def is_given(name: str, condition: bool, vocabulary: Vocabulary) -> bool:  # noqa: FBT001  two facts of one question
    """Whether an attribute belongs to the context; an answer does where a requirement's applicability asks for it."""
    if name.startswith(ANSWER):
        return condition
    declared = vocabulary.attributes.get(name)
    return declared is not None and declared.given


def _demand(requirement: ir.Requirement) -> Demand:
    lines = tuple(line.expr for line in requirement.lines)
    return Demand((requirement.scope, requirement.applies), requirement.valid_from, requirement.valid_until, lines)


def _pure(expr: ir.Expr, given: frozenset[str]) -> bool:
    """Whether an expression is about the context alone."""
    return not any(isinstance(part, ir.Quant) for part in walk(expr)) and all(n in given for n in attributes_in(expr))


class Encoder:
    """Writes down "some context that none of the products serves"."""

    def __init__(
        self, scope: Scope, facts: FactBase, vocabulary: Vocabulary, as_of: int, lists: Sequence[bytes]
    ) -> None:
        """Keep the inputs; nothing is evaluated yet.  `lists`: per product all its lists as bytes: equal ones are alike."""
        self.lists = lists
        self.scope, self.clauses = scope, Clauses()
        self.givens = Givens(self.clauses, vocabulary, as_of)
        self.reference = Reference(ir.Program(language="", modules=(), requirements=()), facts, as_of)
        self.count = len(facts.products)
        self.places: list[int | None] = []
        """per product, the number of the clause that says in which contexts it does not serve; None: it serves in none"""
        self._whole = (1 << self.count) - 1
        self._kinds: dict[int, str] = {}
        self._kept: list[ir.Expr] = []  # so that no other expression gets its id
        self._masks: dict[ir.Expr, tuple[int, int]] = {}
        self._literals: dict[tuple[ir.Atom, bool], int] = {}

    def encode(self, context: Mapping[str, Value]) -> None:
        """Make the clauses; unsatisfiable exactly when every context is served, as far as the propositions tell."""
        unserved: list[set[int]] = [set() for _ in range(self.count)]
        for demand in self.scope.demands:
            self._demand(demand, unserved)
        for literals in unserved:
            place = len(self.clauses.items)
            self.clauses.add(literals)
            self.places.append(place if len(self.clauses.items) > place else None)
        for expr in self.scope.background:
            self.clauses.add([self.may(expr, Scene(0, {}, None), truth=True)])
        for name, value in sorted(context.items()):
            kind = attribute_type(name, self.givens.vocabulary).type.kind.value
            self.clauses.add([self.givens.equals(name, kind, value)])
        self.givens.close()

    def _demand(self, demand: Demand, unserved: list[set[int]]) -> None:
        """Per product, in which contexts it may be that the demand is not met."""
        window = []
        if demand.first is not None:
            window.append(self.givens.day(demand.first))
        if demand.last is not None:
            window.append(-self.givens.day(demand.last + 1))
        good, slow = self._whole, []
        for line in demand.lines:
            if self.kind(line) == "choice":
                good &= self.masks(line)[0]
            else:
                slow.append(line)
        if good == self._whole and not slow:
            return
        fixed = all(self.kind(condition) == "given" for condition in demand.conditions)
        guard = self._guard(demand, window, 0) if fixed else TRUE
        for number in range(self.count):
            met = good >> number & 1
            if guard == FALSE or (met and not slow):
                continue
            where = guard if fixed else self._guard(demand, window, number)
            scene = Scene(number, {}, None)
            failed = self.clauses.disj([self.may(line, scene, truth=False) for line in slow]) if met else TRUE
            unserved[number].add(self.clauses.conj([where, failed]))

    def _guard(self, demand: Demand, window: Sequence[int], number: int) -> int:
        """In which contexts a demand may apply to a product."""
        scene = Scene(number, {}, None)
        return self.clauses.conj([*window, *(self.may(c, scene, truth=True) for c in demand.conditions)])

    def kind(self, expr: ir.Expr) -> str:
        """`given`, `choice` or `mixed`: what an expression is about."""
        found = self._kinds.get(id(expr))
        if found is None:
            found = self._kinds[id(expr)] = self._kind(expr)
            self._kept.append(expr)
        return found

    def _kind(self, expr: ir.Expr) -> str:
        given = choice = False
        for part in walk(expr):
            choice |= isinstance(part, ir.Quant)
            if isinstance(part, ir.Atom):
                own = isinstance(part.term, ir.Attr)
                about = {part.term.name} if own else set()
                about |= {part.test.attr.name} if isinstance(part.test, ir.CmpAttr) else set()
                given |= bool(about & self.scope.given) or isinstance(part.test, ir.CmpAsOf)
                choice |= not own or bool(about - self.scope.given)
        return "mixed" if given and choice else "choice" if choice else "given"

    def masks(self, expr: ir.Expr) -> tuple[int, int]:
        """For which products (bits) an expression about design is surely true, and surely false."""
        match expr:
            case ir.Not(item):
                true, false = self.masks(item)
                return false, true
            case ir.And(items):
                true, false = self._whole, 0
                for item in items:
                    one, two = self.masks(item)
                    true, false = true & one, false | two
                return true, false
            case ir.Or(items):
                true, false = 0, self._whole
                for item in items:
                    one, two = self.masks(item)
                    true, false = true | one, false & two
                return true, false
            case _:
                if expr not in self._masks:
                    self._masks[expr] = self._evaluated(expr)
                return self._masks[expr]

    def _evaluated(self, expr: ir.Expr) -> tuple[int, int]:
        """Ask the reference evaluator, once for all products that are alike in every fact of the expression."""
        names = sorted(set(attributes_in(expr)))
        lists = self.lists if any(isinstance(part, ir.Quant) for part in walk(expr)) else ()
        known: dict[tuple[object, ...], Truth] = {}
        true = false = 0
        for number in range(self.count):
            told = [self.reference.facts.attribute(name, number).value for name in names]
            key = (*((type(value), value) for value in told), *lists[number : number + 1])
            if key not in known:
                known[key] = self.reference.value(expr, Scene(number, {}, None))
            if known[key] is not None:
                true, false = (true | 1 << number, false) if known[key] else (true, false | 1 << number)
        return true, false

    def may(self, expr: ir.Expr, scene: Scene, *, truth: bool) -> int:
        """In which contexts an expression is not surely the contrary of `truth`, for one product."""
        if not scene.elements and self.kind(expr) == "choice":
            return FALSE if self.masks(expr)[1 if truth else 0] >> scene.product & 1 else TRUE
        match expr:
            case ir.Const(value):
                return FALSE if value is (not truth) else TRUE
            case ir.Not(item):
                return self.may(item, scene, truth=not truth)
            case ir.And(items) | ir.Or(items):
                parts = [self.may(item, scene, truth=truth) for item in items]
                return self.clauses.conj(parts) if truth is isinstance(expr, ir.And) else self.clauses.disj(parts)
            case ir.Quant():
                return self._counted(expr, scene, truth=truth)
            case ir.Atom():
                return self._atom(expr, scene, truth=truth)
            case _:
                raise TypeError(type(expr).__name__)

    def _counted(self, quant: ir.Quant, scene: Scene, *, truth: bool) -> int:
        """A quantifier whose body mentions given facts, element by element."""
        inner = [
            scene._replace(elements={**scene.elements, quant.var: e}) for e in self.reference.members(quant, scene)
        ]
        state, _ = self.reference.basis(quant, None, scene.product)
        if state != Completeness.CLOSED:
            return TRUE
        if quant.kind == "every":
            parts = [self.may(ir.Or((ir.Not(quant.where), quant.body)), one, truth=truth) for one in inner]
            return self.clauses.conj(parts) if truth else self.clauses.disj(parts)
        counted = ir.And((quant.where, quant.body))
        least = {"some": 1, "no": 1, "at_least": quant.n, "at_most": quant.n + 1}[quant.kind]
        enough = truth is (quant.kind in {"some", "at_least"})
        parts = [self.may(counted, one, truth=enough) for one in inner]
        return self.clauses.at_least(least if enough else len(parts) - least + 1, parts)

    def _atom(self, atom: ir.Atom, scene: Scene, *, truth: bool) -> int:
        """One test: of the context a proposition, of the design what the reference evaluator says, else a comparison."""
        term, test = atom.term, atom.test
        if isinstance(term, ir.Attr) and term.name in self.scope.given:
            return self._given_atom(atom, term, scene, truth=truth)
        moved: tuple[str, ir.Attr, int, int] | None = None
        if isinstance(test, ir.CmpAttr) and test.attr.name in self.scope.given:
            moved = test.op, test.attr, test.months, test.days
        if isinstance(test, ir.CmpAsOf):
            moved = test.op, ir.Attr(AS_OF, "date"), test.months, test.days
        if moved is None:
            return FALSE if self.reference.atom(term, test, scene) is (not truth) else TRUE
        state, value, _ = self.reference.fact(term, scene)
        op, attr, months, days = moved
        if state is not State.KNOWN or not isinstance(value, int) or attr.kind not in _ORDERED:
            return TRUE
        return self.givens.turned(op if truth else _NEGATED[op], value, attr, months, days)

    def _given_atom(self, atom: ir.Atom, term: ir.Attr, scene: Scene, *, truth: bool) -> int:
        test = atom.test
        if isinstance(test, ir.CmpAttr) and test.attr.name not in self.scope.given:
            state, value, _ = self.reference.fact(test.attr, scene)
            if state is not State.KNOWN or not isinstance(value, int) or term.kind not in _ORDERED:
                return TRUE
            self.givens.crossed[term.name] = term.kind
            moved = _moved(value, test.months, test.days, term.kind)
            return self.givens.compare(term.name, term.kind, test.op if truth else _NEGATED[test.op], moved)
        key = atom, truth
        if key not in self._literals:
            self._literals[key] = self.givens.may(term, test, truth=truth)
        return self._literals[key]


# --- the check ---------------------------------------------------------------------------------------------------------

_PLACE = re.compile(rb'"place":\{"file":"(?:[^"\\\\]|\\\\.)*","line":-?\d+,"column":-?\d+\}')


def meaning_digest(program: ir.Program) -> str:
    """SHA-256 of a program without the places of its texts: the same text under another file name has the same one."""
    return hashlib.sha256(_PLACE.sub(b'"place":{}', ir.encode(program))).hexdigest()


def modules_of(programs: Sequence[ir.Program]) -> tuple[Module, ...]:
    """The modules of all programs, each once, sorted."""
    found = {(m.kind, m.id, m.edition, m.sha256) for program in programs for m in program.modules}
    return tuple(Module(*key) for key in sorted(found))


def background_of(programs: Sequence[ir.Program]) -> tuple[Background, ...]:
    """The axioms of all programs as a certificate lists them."""
    return tuple(Background(axiom.id, axiom.text) for axiom in axioms_of(programs))


def asked(
    certificate: Certificate, programs: Sequence[ir.Program], vocabulary: Vocabulary, scope: Scope | None = None
) -> Encoder:
    """What the proof has to refute, written down.  Raises `RefusedError` where products or facts are not legal."""
    left = [(item.requirement, item.edition) for item in certificate.left_out]
    scope = scope or scope_of(programs, vocabulary, left)
    for number, made in enumerate(certificate.products, 1):
        if said := sorted(set(made.facts) & scope.given):
            raise RefusedError(f"product {number} says `{said[0]}`, which is given")
    as_of = day(certificate)
    facts = fact_base(certificate.products, vocabulary, scope.choice)
    lists = [msgspec.json.encode(made.lists, order="deterministic") for made in certificate.products]
    encoder = Encoder(scope, facts, vocabulary, as_of, lists)
    context = {}
    for name, raw in certificate.context.items():
        declared = attribute_type(name, vocabulary)
        if not declared.given and name not in scope.given:
            raise RefusedError(f"`{name}` is not given")
        kind, value = declared.type.kind.value, value_of(raw, declared.type, declared.low, declared.high)
        low, high = encoder.givens.bounds(name, kind) if kind in _ORDERED else (0, 0)
        if kind in _ORDERED and not low <= int(str(value)) <= high:
            raise RefusedError(f"`{name}`: `{raw}` is outside of what the claim is about")
        context[name] = value
    if as_of > FAR["date"][1]:
        raise RefusedError(f"`{certificate.as_of}` is outside of what the claim is about")
    encoder.encode(context)
    return encoder


def read(data: bytes) -> Certificate:
    """A certificate from its JSON.  Raises `RefusedError`."""
    try:
        return msgspec.json.decode(data, type=Certificate)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError(f"this is no certificate: {error}") from None


def day(certificate: Certificate) -> int:
    """The day from which on a certificate claims to hold.  Raises `RefusedError`."""
    return _number(certificate.as_of, Kind.DATE)


def check(data: bytes, programs: Sequence[ir.Program], vocabulary: Vocabulary) -> tuple[Step, ...]:
    """Check a certificate against compiled policies: one step per thing looked at.  It holds iff every step is `ok`.

    Stops at the first step that is not.
    """
    steps: list[Step] = []
    try:
        for step in _steps(data, programs, vocabulary):
            steps.append(step)
            if not step.ok:
                break
    except RefusedError as refused:
        steps.append(Step("content", ok=False, text=str(refused)))
    return tuple(steps)


def _steps(data: bytes, programs: Sequence[ir.Program], vocabulary: Vocabulary) -> Iterator[Step]:
    certificate = read(data)
    yield Step("form", ok=True, text=f"{certificate.format}, {len(data):,} bytes")
    yield Step("claim", certificate.claim == CLAIM, certificate.claim)
    modules = certificate.modules == modules_of(programs)
    yield Step(
        "texts",
        modules,
        f"{len(certificate.modules)} modules, the same as here" if modules else _differ(certificate, programs),
    )
    same = certificate.programs == tuple(meaning_digest(program) for program in programs)
    yield Step(
        "meaning", same, "the requirements compile to what was certified" if same else "they compile to something else"
    )
    same = certificate.vocabulary == vocabulary_digest(vocabulary)
    yield Step("vocabulary", same, "the same" if same else "attributes are declared in another way")
    same = certificate.axioms == background_of(programs)
    yield Step("axioms", same, f"{len(certificate.axioms)}, the same" if same else "other axioms than here")
    yield from _proved(certificate, programs, vocabulary)


def _proved(certificate: Certificate, programs: Sequence[ir.Program], vocabulary: Vocabulary) -> Iterator[Step]:
    """The requirements, the products, the proof."""
    scope = scope_of(programs, vocabulary, [(item.requirement, item.edition) for item in certificate.left_out])
    shall = sum(r.level == "shall" for program in programs for r in program.requirements)
    kept = shall - len(set(certificate.left_out))
    yield Step("requirements", certificate.requirements == kept, f"{kept:,} of {shall:,} that are `shall`")
    clauses = asked(certificate, programs, vocabulary, scope).clauses
    yield Step(
        "products", ok=True, text=f"{len(certificate.products)}, complete and legal, evaluated on every requirement"
    )
    same = certificate.question == clauses.question()
    size = f"{len(clauses.items):,} clauses over {clauses.variables:,} propositions"
    yield Step("question", same, size if same else f"{size}: not those that the proof is about")
    refutation = Refutation(clauses.variables, clauses.items)
    for number, lemma in enumerate(certificate.proof, 1):
        if not refutation.follows(lemma):
            yield Step("proof", ok=False, text=f"step {number} of {len(certificate.proof):,} does not follow")
            return
    done = refutation.conflict is not None
    text = f"{len(certificate.proof):,} steps: no context is left out"
    yield Step("proof", done, text if done else f"{len(certificate.proof):,} steps, and no contradiction reached")


def _differ(certificate: Certificate, programs: Sequence[ir.Program]) -> str:
    """Which module differs."""
    here, there = set(modules_of(programs)), set(certificate.modules)
    odd = sorted(f"{m.id} {m.edition}".strip() for m in here ^ there)
    return f"`{odd[0]}` is another text" if odd else "the modules are listed in another order"
