"""What is so today about one product, and the ways in which something else could become so, by cost.

Guarantees: of alternatives the cheapest, of demands all, and what holds today is kept; ties to the first in the text.  The
cost is that of a search over all ways as long as no conjunction has more than `WAYS` of them; beyond that the cheapest
`WAYS` are followed.
How ways are weighed: a fact that is not known costs 1 to 8 by its cheapest detector, a fact to change 20, whatever the
change is (of sets those that lose or gain least).  So looking comes before changing: beside an alternative that is known to be missing, one that nobody has looked
at yet is looked at first.  Fewer facts come before more of the same kind; of equal ways one that adds what is missing comes
before one that gives something up (`not a or b`: rather `b` than no `a`).
What it does not do: weigh alternatives over several requirements (see `engine.changes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, assert_never

from rulewright.dsl import ir
from rulewright.engine import candidates
from rulewright.engine.answers import Answers
from rulewright.engine.candidates import Need
from rulewright.engine.evidence import allowed_fact
from rulewright.engine.mentions import Mentions
from rulewright.engine.reference import Reference, Scene, Truth, kleene_not
from rulewright.facts.base import Fact
from rulewright.facts.types import State, Value

Way = tuple[Need, ...]

DETECTORS = ("sbom", "config", "firmware", "network", "build_evidence", "document", "manual")
"""Ways to observe, the cheapest first: what is read from a file before what needs a device, a person, a laboratory."""
CHANGE = 20
"""Cost of changing the product, against 1 to 8 of looking."""
FAR = 10_000
"""Cost of what no change brings about: demands on one fact that no value meets together, a fact to be forgotten."""
WAYS = 32
"""So many ways of one conjunction are followed."""


class Target(NamedTuple):
    """What a step is about: an attribute by name, or one quantifier."""

    name: str
    kind: str
    quant: ir.Quant | None = None


class Sight:
    """What is so today about one product, by one program."""

    def __init__(self, answers: Answers, product: int, mentions: Mentions | None = None) -> None:
        """Evaluate nothing yet; `mentions` may be shared by the products of a program."""
        self.answers = answers
        self.place = candidates.Place(answers.facts, product, answers.as_of)
        self.mentions = mentions or Mentions(answers.program)
        self._reference = Reference(answers.program, answers.facts, answers.as_of)
        self._truths: dict[tuple[ir.Expr, ir.Evidence | None], Truth] = {}
        self._prices: dict[tuple[Target, Way], int] = {}

    def truth(self, need: Need) -> Truth:
        """The truth of a test or quantifier; each is found once."""
        key = need.expr, need.evidence
        if key not in self._truths:
            self._truths[key] = self._reference.value(need.expr, Scene(self.place.product, {}, need.evidence))
        return self._truths[key]

    def learn(self, requirement: int) -> None:
        """Take over what the evaluator found of a requirement's lists: to go through them again is slow."""
        wanted = self.answers.program.requirements[requirement]
        for number, line in enumerate(wanted.lines):
            verdict = self.answers.line(requirement, number, self.place.product)
            truth = None if verdict == "unknown" else verdict != "fail"
            self._learn(line.expr, wanted.evidence, truth)

    def _learn(self, expr: ir.Expr, evidence: ir.Evidence | None, truth: Truth) -> None:
        match expr:
            case ir.Quant():
                self._truths[expr, evidence] = truth
            case ir.Not(item):
                self._learn(item, evidence, kleene_not(truth))
            case ir.And(items) if truth is True:
                for item in items:
                    self._learn(item, evidence, truth)
            case ir.Or(items) if truth is False:
                for item in items:
                    self._learn(item, evidence, truth)
            case _:
                pass  # what a part of it is does not follow

    def fact(self, name: str, evidence: ir.Evidence | None) -> Fact:
        """A fact as an evidence clause lets it count."""
        raw = self.answers.facts.attribute(name, self.place.product)
        program = self.answers.program
        return allowed_fact(raw, evidence, self.answers.as_of, program.fresh.get(name), program.levels.get(name))

    def open(self, needs: Iterable[Need]) -> list[Need]:
        """The needs that are not so today."""
        return [need for need in needs if self.truth(need) is not need.truth]

    def hits(self, need: Need) -> tuple[list[int], list[int]]:
        """The elements at fault, surely and perhaps."""
        assert isinstance(need.expr, ir.Quant)
        hits = self.answers.hits(need.expr, need.evidence, self.place.product, None)
        return hits.sure, hits.maybe

    def detectors(self, target: Target, needs: Iterable[Need]) -> tuple[str, ...]:
        """Who may tell a fact, the cheapest first: of those who can, those whom the evidence clauses admit."""
        able = self.answers.program.detectors.get(target.name, ())
        for need in needs:
            admitted = need.evidence.detectors if need.evidence is not None else ()
            able = tuple(name for name in able if name in admitted) or admitted or able
        return tuple(sorted(able, key=rank))

    def value(self, target: Target, needs: Sequence[Need]) -> Value | None:
        """A value that meets all needs about one attribute."""
        if target.quant is not None:
            return None
        return candidates.value(target.name, target.kind, needs, self.place, self.mentions.values(target.name))

    def mentioning(self, names: Iterable[str]) -> list[int]:
        """The requirements that look at one of these attributes, in order."""
        return sorted({number for name in names for number in self.mentions.by(name)})

    # --- cost ----------------------------------------------------------------------------------------------------------

    def price(self, way: Way) -> int:
        """What a way costs: the sum over its facts."""
        return sum(self._price(target, tuple(needs)) for target, needs in self.grouped(way).items())

    def _price(self, target: Target, needs: Way) -> int:
        key = target, needs
        if key not in self._prices:
            self._prices[key] = self._priced(target, needs)
        return self._prices[key]

    def _priced(self, target: Target, needs: Way) -> int:
        """What one fact costs: nothing where all is so today."""
        undone = self.open(needs)
        if not undone:
            return 0
        if target.quant is not None:
            unknown = all(self.truth(need) is None for need in undone)
            return len(DETECTORS) if unknown else CHANGE + min(sum(map(len, self.hits(undone[0]))), CHANGE)
        if any(map(forgets, undone)):
            return FAR
        far = FAR if len(needs) > 1 and self.value(target, needs) is None and self._nameable(target, needs) else 0
        if self.settled(target, undone) and not self.signed(undone):
            return far + CHANGE + self._members(target, needs)
        return far + look(self.detectors(target, undone))

    def _members(self, target: Target, needs: Way) -> int:
        """What a change of a set costs more than another: its members beyond the first that come or go, nine at most."""
        now, wanted = self.place.known(target.name), self.value(target, needs)
        if not isinstance(now, tuple) or not isinstance(wanted, tuple):
            return 0
        return min(max(len(set(now) ^ set(wanted)) - 1, 0), 9)

    def settled(self, target: Target, needs: Iterable[Need]) -> bool:
        """Whether a fact is known as far as these needs are concerned."""
        return all(self.fact(target.name, need.evidence).state is State.KNOWN for need in needs)

    @staticmethod
    def signed(needs: Iterable[Need]) -> bool:
        """Whether nothing is wrong with a fact but that nobody signed it."""
        return all(isinstance(n.expr, ir.Atom) and n.expr.test == ir.Is("signed") and n.truth for n in needs)

    def _nameable(self, target: Target, needs: Way) -> bool:
        """Whether each need alone can be met: then it is their meeting that cannot."""
        return all(self.value(target, [need]) is not None for need in needs)

    def grouped(self, way: Iterable[Need]) -> dict[Target, list[Need]]:
        """The needs about one attribute together; each quantifier alone."""
        groups: dict[Target, list[Need]] = {}
        for need in way:
            groups.setdefault(self._target(need), []).append(need)
        return groups

    def _target(self, need: Need) -> Target:
        """What must move: of a comparison of two facts the one that is not known, else the left one."""
        expr = need.expr
        if isinstance(expr, ir.Quant):
            return Target(expr.collection, "", expr)
        if isinstance(expr.test, ir.CmpAttr):
            other = expr.test.attr
            left, right = (self.fact(name, need.evidence).state for name in (expr.term.name, other.name))
            if left is State.KNOWN and right is not State.KNOWN:
                return Target(other.name, other.kind)
        return Target(expr.term.name, expr.term.kind)

    # --- ways ----------------------------------------------------------------------------------------------------------

    def ways(self, expr: ir.Expr, evidence: ir.Evidence | None, *, wanted: bool) -> list[Way]:
        """The ways to a truth, the cheapest first; none where there is none."""
        match expr:
            case ir.Const(value):
                return [()] if value is wanted else []
            case ir.Not(item):
                return self.ways(item, evidence, wanted=not wanted)
            case ir.And(items) if wanted:
                return self.together(self.ways(item, evidence, wanted=True) for item in items)
            case ir.Or(items) if not wanted:
                return self.together(self.ways(item, evidence, wanted=False) for item in items)
            case ir.And(items) | ir.Or(items):
                return self._best(way for item in items for way in self.ways(item, evidence, wanted=wanted))
            case ir.Atom() | ir.Quant():
                return [self._single(Need(expr, wanted, evidence))]
            case _ as never:
                assert_never(never)

    def _single(self, need: Need) -> Way:
        """One test; where it compares two facts and neither is known, both must be."""
        expr = need.expr
        if isinstance(expr, ir.Atom) and isinstance(expr.test, ir.CmpAttr):
            sides = [self.fact(side.name, need.evidence).state for side in (expr.term, expr.test.attr)]
            if State.KNOWN not in sides:
                return need, Need(ir.Atom(expr.test.attr, ir.Is("known")), truth=True, evidence=need.evidence)
        return (need,)

    def together(self, parts: Iterable[Sequence[Way]]) -> list[Way]:
        """The ways in which all parts come true."""
        front: list[Way] = [()]
        for ways in parts:
            front = self._best(tuple(dict.fromkeys((*one, *other))) for one in front for other in ways)
        return front

    def _best(self, ways: Iterable[Way]) -> list[Way]:
        """The cheapest of them; those of the same cost in the order of the text."""
        distinct: dict[frozenset[Need], Way] = {}
        for way in ways:
            distinct.setdefault(frozenset(way), way)
        found = list(distinct.values())
        return found if len(found) < 2 else sorted(found, key=self._rank)[:WAYS]

    def _rank(self, way: Way) -> tuple[int, int]:
        """Its price; of equal ones first what adds something missing, then what gives something up."""
        groups = self.grouped(way).items()
        given_up = sum(t.kind == "bool" and bool(self.open(n)) and self.value(t, n) is False for t, n in groups)
        return self.price(way), given_up


def forgets(need: Need) -> bool:
    """Whether a need asks that something be not known: no way to meet a demand."""
    test = need.expr.test if isinstance(need.expr, ir.Atom) else None
    if not isinstance(test, ir.Is) or test.adjective in {"valid", "empty"}:
        return False
    return (test.adjective in {"known", "stated", "signed"}) is not need.truth


def rank(detector: str) -> tuple[int, str]:
    """Where a detector stands among the ways to observe."""
    known = DETECTORS.index(detector) if detector in DETECTORS else len(DETECTORS)
    return known, detector


def look(detectors: Sequence[str]) -> int:
    """The cost of looking: that of the cheapest way."""
    return 1 + min((rank(name)[0] for name in detectors), default=len(DETECTORS))
