"""The smallest change that makes a line of a check true, and the cheapest evidence that could settle it.

Guarantees: steps are found by cost over the line's own structure (of alternatives the cheapest, of several demands all);
`to` is a value that was judged by the same tests as the evaluator's; `Changes.proven` evaluates the requirement again on the
changed facts, so that a plan may say "would pass" and mean it.  Deterministic: ties go to the first in the text.
What it does not do: search for the least set over all lines together (several lines that share a fact get one step, but
alternatives are weighed line by line); choose values for lists of components.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, assert_never

import msgspec

from rulewright.dsl import ir
from rulewright.engine import predicates
from rulewright.engine.answers import Answers
from rulewright.engine.evidence import allowed_fact
from rulewright.engine.grounds import Grounds
from rulewright.engine.phrases import phrase
from rulewright.engine.reference import Reference, Scene
from rulewright.engine.words import value_text
from rulewright.facts.base import Fact, scalar
from rulewright.facts.types import State, Trust, Value

Kind = Literal["change", "find_out", "elements"]

DETECTORS = ("sbom", "config", "firmware", "network", "build_evidence", "document", "manual")
"""Ways to observe, the cheapest first: what is read from a file before what needs a device, a person, a laboratory."""
CHANGE = 20
"""Cost of changing the product, against 1 to 7 of looking."""
FAR = 10_000
"""Cost of what no change of single facts can bring about."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do: change a fact, find it out, or mend elements of a list.

    `wanted` is the demand as rule text, `to` one value that meets it (empty where none can be named).
    """

    kind: Kind
    fact: str
    now: str
    wanted: str
    to: str = ""
    count: int = 1
    detectors: tuple[str, ...] = ()
    question: str = ""


class Need(NamedTuple):
    """A test that must come out one way, or a quantifier that must."""

    expr: ir.Atom | ir.Quant
    truth: bool


class Bill(NamedTuple):
    """What a truth costs, and the needs that bring it about."""

    cost: int
    needs: tuple[Need, ...]


class Changes:
    """The changes for one requirement and one product."""

    def __init__(self, answers: Answers, requirement: int, product: int) -> None:
        """Evaluate nothing yet."""
        self.answers = answers
        self.number = requirement
        self.requirement = answers.program.requirements[requirement]
        self.scene = Scene(product, {}, self.requirement.evidence)
        self._reference = Reference(answers.program, answers.facts, answers.as_of)

    def steps(self, lines: Iterable[int]) -> tuple[Step, ...]:
        """What makes these lines true, at the least cost; one step per fact."""
        needs: dict[Need, None] = {}
        for line in lines:
            needs.update(dict.fromkeys(self._bill(self.requirement.lines[line].expr, wanted=True).needs))
        return tuple(self._step(group) for group in _by_fact(needs))

    def conditions(self) -> tuple[Step, ...]:
        """What would tell whether the requirement applies at all, where that is not known."""
        facts = self.answers.facts
        grounds = Grounds(self.answers.program, facts, self.answers.as_of, self.scene.product)
        parts = ((self.requirement.scope, "scope"), (self.requirement.applies, "condition"))
        found = {name: part for expr, part in reversed(parts) for name in self._open(grounds, expr)}
        return tuple(
            Step(
                kind="find_out",
                fact=name,
                now=facts.attribute(name, self.scene.product).state.word,
                wanted=f"decides whether it applies ({part})",
                detectors=tuple(sorted(self.answers.program.detectors.get(name, ("sbom",)), key=_rank)),
                question=self.answers.program.questions.get(name, ""),
            )
            for name, part in found.items()
        )

    @staticmethod
    def _open(grounds: Grounds, expr: ir.Expr) -> list[str]:
        return grounds.missing(expr) if grounds.truth(expr) is None else []

    def proven(self, lines: Iterable[int]) -> bool:
        """Whether the requirement passes once these steps are taken: evaluated, not argued."""
        needs = [n for line in lines for n in self._bill(self.requirement.lines[line].expr, wanted=True).needs]
        changed: dict[str, Fact] = {}
        for group in _by_fact(dict.fromkeys(needs)):
            first = group[0].expr
            value = self._value(group)
            if not isinstance(first, ir.Atom) or value is None:
                return False
            changed[first.term.name] = self._fact(value)
        facts = self.answers.facts
        columns = {name: scalar([fact] * len(facts.products)) for name, fact in changed.items()}
        after = msgspec.structs.replace(facts, attributes={**facts.attributes, **columns})
        run = Reference(self.answers.program, after, self.answers.as_of)
        return run.verdict(self.number, self.scene.product) == "pass"

    def _fact(self, value: Value) -> Fact:
        """A fact as good evidence would give it."""
        clause = self.requirement.evidence
        detector = clause.detectors[0] if clause is not None and clause.detectors else "declaration"
        return Fact(State.KNOWN, value, trust=Trust.SIGNED, observed=self.answers.as_of, detector=detector)

    # --- cost ----------------------------------------------------------------------------------------------------------

    def _bill(self, expr: ir.Expr, *, wanted: bool) -> Bill:
        """The cheapest way to a truth."""
        match expr:
            case ir.Const(value):
                return Bill(0 if value is wanted else FAR, ())
            case ir.Not(item):
                return self._bill(item, wanted=not wanted)
            case ir.And(items) if wanted:
                return _all(self._bill(item, wanted=True) for item in items)
            case ir.Or(items) if not wanted:
                return _all(self._bill(item, wanted=False) for item in items)
            case ir.And(items) | ir.Or(items):
                bills = [self._bill(item, wanted=wanted) for item in items]
                return min(bills, key=lambda bill: bill.cost, default=Bill(FAR, ()))
            case ir.Atom() | ir.Quant():
                return self._single(Need(expr, wanted))
            case _ as never:
                assert_never(never)

    def _single(self, need: Need) -> Bill:
        """What one test or quantifier costs: nothing where it is so already."""
        truth = self._reference.value(need.expr, self.scene)
        if truth is need.truth:
            return Bill(0, ())
        if isinstance(need.expr, ir.Quant):
            faults = sum(map(len, self._hits(need.expr)))
            return Bill(CHANGE + min(faults, CHANGE) if truth is not None else len(DETECTORS), (need,))
        name = need.expr.term.name
        return Bill(CHANGE if truth is not None else _cost(self._detectors(name)), (need,))

    def _hits(self, quant: ir.Quant) -> tuple[list[int], list[int]]:
        hits = self.answers.hits(quant, self.requirement.evidence, self.scene.product, None)
        return hits.sure, hits.maybe

    def _detectors(self, name: str) -> tuple[str, ...]:
        clause = self.requirement.evidence
        if clause is not None and clause.detectors:
            return clause.detectors
        return self.answers.program.detectors.get(name, ())

    # --- steps ---------------------------------------------------------------------------------------------------------

    def _step(self, group: Sequence[Need]) -> Step:
        """The step for the needs about one fact or list."""
        wanted = " and ".join(phrase(n.expr if n.truth else ir.Not(n.expr)) for n in group)
        first = group[0].expr
        if isinstance(first, ir.Quant):
            sure, maybe = self._hits(first)
            table = self.answers.facts.tables.get(first.collection)
            now = "not supplied" if table is None else f"{len(sure)} at fault, {len(maybe)} undecided"
            kind: Kind = "elements" if sure else "find_out"
            count = len(sure) or len(maybe)
            return Step(
                kind=kind, fact=first.collection, now=now, wanted=wanted, count=max(1, count), detectors=("sbom",)
            )
        term = first.term
        raw, fresh = self.answers.facts.attribute(term.name, self.scene.product), self.answers.program.fresh
        fact = allowed_fact(raw, self.scene.evidence, self.answers.as_of, fresh.get(term.name))
        known = fact.state is State.KNOWN and fact.value is not None
        to = self._value(group)
        return Step(
            kind="change" if known else "find_out",
            fact=term.name,
            now=value_text(fact.value, term.kind) if known and fact.value is not None else fact.state.word,
            wanted=wanted,
            to="" if to is None else value_text(to, term.kind),
            detectors=tuple(sorted(self._detectors(term.name), key=_rank)),
            question=self.answers.program.questions.get(term.name, ""),
        )

    def _value(self, group: Sequence[Need]) -> Value | None:
        """A value that meets all needs about one attribute: the nearest to the present one."""
        first = group[0].expr
        if not isinstance(first, ir.Atom):
            return None
        fact = self.answers.facts.attribute(first.term.name, self.scene.product)
        now = fact.value if fact.state is State.KNOWN else None
        found = [v for v in self._candidates(group, now) if all(self._meets(need, v) for need in group)]
        if isinstance(now, int) and not isinstance(now, bool):
            found.sort(key=lambda v: abs(v - now) if isinstance(v, int) else 0)
        return found[0] if found else None

    def _candidates(self, group: Sequence[Need], now: Value | None) -> list[Value]:
        """Values worth trying: those that the tests name, and their neighbours."""
        found: list[Value] = []
        held = set(now) if isinstance(now, tuple) else set[str]()
        for need in group:
            if isinstance(need.expr, ir.Atom):
                found += self._named(need.expr, held, add=need.truth)
        if isinstance(group[0].expr, ir.Atom) and group[0].expr.term.kind == "set":
            found.append(tuple(sorted(held)))
        return found

    def _named(self, atom: ir.Atom, held: set[str], *, add: bool) -> list[Value]:
        """The values that one test names; what a set must hold or lose is done to `held`."""
        match atom.test:
            case ir.Cmp(_, bool()):
                return [True, False]
            case ir.Cmp(_, value) if isinstance(value, int):
                return [value, value + 1, value - 1]
            case ir.Cmp(_, value):
                return [value]
            case ir.OneOf(values):
                return list(values)
            case ir.Contains(member):
                held.add(member) if add else held.discard(member)
            case ir.SubsetOf(members) if add:
                held.intersection_update(members)
            case ir.CmpAsOf(_, months, days):
                day = predicates.add_days(self.answers.as_of, months, days)
                return [day, day + 1, day - 1]
            case ir.CmpAttr(_, attr, months, days):
                other = self.answers.facts.attribute(attr.name, self.scene.product)
                if other.state is State.KNOWN and isinstance(other.value, int):
                    day = predicates.add_days(other.value, months, days) if attr.kind == "date" else other.value
                    return [day, day + 1, day - 1]
            case _:
                pass  # patterns, ranges, states: no value can be named
        return []

    def _meets(self, need: Need, value: Value) -> bool:
        """Whether a value gives a test the truth that is wanted."""
        atom = need.expr
        if not isinstance(atom, ir.Atom):
            return False
        if isinstance(atom.test, ir.CmpAttr):
            other = self.answers.facts.attribute(atom.test.attr.name, self.scene.product)
            if other.state is not State.KNOWN or other.value is None:
                return False
            return predicates.compare_pair(atom.test, atom.term.kind, value, other.value) is need.truth
        paired: Value = value
        if atom.term.kind == "version" and predicates.orders_versions(atom.test):
            return False
        return predicates.judge(atom.test, atom.term.kind, self.answers.as_of)(paired) is need.truth


def _all(bills: Iterable[Bill]) -> Bill:
    """All of them together."""
    taken = list(bills)
    return Bill(sum(bill.cost for bill in taken), tuple(need for bill in taken for need in bill.needs))


def _by_fact(needs: Mapping[Need, None]) -> list[list[Need]]:
    """The needs about one attribute together; each quantifier alone."""
    groups: dict[object, list[Need]] = {}
    for need in needs:
        key: object = need.expr.term.name if isinstance(need.expr, ir.Atom) else need
        groups.setdefault(key, []).append(need)
    return list(groups.values())


def _rank(detector: str) -> tuple[int, str]:
    known = DETECTORS.index(detector) if detector in DETECTORS else len(DETECTORS)
    return known, detector


def _cost(detectors: Sequence[str]) -> int:
    """The cost of looking: that of the cheapest way."""
    return 1 + min((_rank(name)[0] for name in detectors), default=len(DETECTORS))
