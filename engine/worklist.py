"""The work plan: which gaps to close first, what to find out first, and what decides which rules apply.

Guarantees: every requirement that applies and failed or stayed unknown is in at least one item; one of which it is not
known whether it applies is counted in `undecided` and waits for facts in `decide`, and forms no item.  Gaps come first,
by the risk of the attacks behind them, then by what blocks; then what is not known, by risk for the cost of looking.
Each item says what it closes, the least change found, and whether the requirements that it closes were evaluated again on
that change and passed.  Deterministic; no clock.
What it does not do: judge risk (a `Ranker` does, `threats.risk` or a learned one) or estimate hours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, Protocol

import msgspec

from rulewright import __version__
from rulewright.dsl import ir
from rulewright.engine.answers import Answers
from rulewright.engine.changes import Changes, Demand
from rulewright.engine.decide import Decision, Decisions
from rulewright.engine.mentions import Mentions, looked_at
from rulewright.engine.report import natural
from rulewright.engine.result import Analysed, Clash, Engine, Input, PolicyInfo, ProductInfo, Report, Result
from rulewright.engine.sight import FAR, Sight
from rulewright.engine.steps import Step

Kind = Literal["gap", "unknown"]
SEVERITIES = ("critical", "high", "medium", "low")
LEVELS = ("shall", "should", "may")
_KINDS = ("change", "elements", "find_out")


class Risk(msgspec.Struct, frozen=True):
    """How much an unmet objective invites attack, 0 to 1000, and what that rests on, in words."""

    points: int
    why: tuple[str, ...] = ()


class Ranker(Protocol):
    """Judges the risk of an objective that is not met."""

    def risk(self, objective: ir.Objective, answers: Answers, product: int) -> Risk:
        """The risk for one product."""


class Clause(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement that an item serves; `closed` when the item alone closes it.

    `proven`: it was evaluated again with the item's steps taken, and passed.  `fix` is the requirement's own, empty where it
    is that of one of its objectives.  `conflicts`: contradictions that it stands in and that nobody has decided, where they
    were asked for.
    """

    requirement: str
    edition: str
    level: str
    severity: str
    title: str
    verdict: str
    blocks: bool
    closed: bool
    proven: bool
    fix: str = ""
    conflicts: tuple[Clash, ...] = ()


class Broken(msgspec.Struct, frozen=True):
    """A requirement that does not fail today and would, or passes today and would be unknown: `then` says which."""

    requirement: str
    edition: str
    title: str
    then: Literal["fail", "unknown"]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work.  `objective` is empty where a requirement has none; then it stands for itself."""

    product: str
    objective: str
    title: str
    kind: Kind
    risk: Risk
    fix: str
    """the objective's, or the requirement's own where the item closes one requirement and serves no other"""
    effort: str
    cost: int
    """of the steps, as `engine.changes` weighs them: to compare with other items, in no unit"""
    clauses: tuple[Clause, ...]
    steps: tuple[Step, ...]
    proven: bool
    """it closes clauses, and every one was evaluated again with the steps taken, and passed"""
    breaks: tuple[Broken, ...] = ()
    """requirements that would fail with the changes made and do not today, or be unknown and pass today"""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A whole work plan.  `open_requirements` apply and fail or are unknown; of `undecided` it is not known whether they apply.

    `analysed` is null where nobody asked for contradictions.
    """

    format: str = "rulewright-plan/1"
    engine: Engine
    as_of: str
    ranking: str
    products: tuple[ProductInfo, ...]
    inputs: tuple[Input, ...]
    assumptions: tuple[str, ...]
    policies: tuple[PolicyInfo, ...]
    open_requirements: int
    undecided: int
    nothing_applies: bool
    """every requirement that was looked at is known not to apply"""
    blocking: int
    items: tuple[Item, ...]
    decide: tuple[Decision, ...]
    analysed: Analysed | None = None


class _Share(NamedTuple):
    """The part that a requirement has in an item: which of its lines; `whole` when it needs no other item."""

    result: Result
    edition: str
    demand: Demand
    whole: bool


def plan(
    runs: Sequence[tuple[Answers, Report]], ranker: Ranker, ranking: str, assumptions: tuple[str, ...] = ()
) -> Work:
    """Make the plan from one or more runs over the same products; `ranking` names the ranker."""
    found: dict[tuple[str, str], list[_Share]] = {}
    decisions, undecided, applying = Decisions(), 0, 0
    readers = [_Reader(answers, report) for answers, report in runs]
    for reader, (answers, report) in zip(readers, runs, strict=True):
        for result in report.results:
            if result.verdict in {"fail", "unknown"} and result.waived is None:
                shares = reader.shares(result)
                applying += bool(shares)
                for name, share in shares:
                    found.setdefault((result.product, name), []).append(share)
        undecided += sum(map(len, reader.undecided.values()))
        for product, requirements in reader.undecided.items():
            decisions.add(answers, requirements, product)
    first = runs[0][1]
    return Work(
        engine=Engine(name="rulewright", version=__version__),
        as_of=first.as_of,
        ranking=ranking,
        products=first.products,
        inputs=first.inputs,
        assumptions=assumptions,
        policies=tuple(dict.fromkeys(p for _, report in runs for p in report.policies)),
        open_requirements=applying,
        undecided=undecided,
        nothing_applies=all(r.verdict == "not_applicable" for _, report in runs for r in report.results),
        blocking=sum(r.blocks for _, report in runs for r in report.results),
        items=tuple(sorted((_item(name, of, ranker, readers) for (_, name), of in found.items()), key=_order)),
        decide=decisions.all(runs[0][0]),
        analysed=_analysed([report.analysed for _, report in runs if report.analysed is not None]),
    )


def _analysed(found: Sequence[Analysed]) -> Analysed | None:
    """How far contradictions were looked for in all runs; two requirements of different runs were not held together."""
    if not found:
        return None
    left = dict.fromkeys(text for one in found for text in one.left)
    return Analysed(min(one.complete_up_to for one in found), tuple(left))


class _Reader:
    """Reads one run: which requirements are open, and in which items they have a part."""

    def __init__(self, answers: Answers, report: Report) -> None:
        self.answers = answers
        self.undecided: dict[int, list[int]] = {}
        self._products = {product.id: number for number, product in enumerate(answers.facts.products)}
        self._numbers = {requirement.id: number for number, requirement in enumerate(answers.program.requirements)}
        self._editions = {policy.id: policy.edition for policy in report.policies}
        self._sights: dict[int, Sight] = {}
        self._mentions = Mentions(answers.program)

    def sight(self, product: int) -> Sight:
        """What is so about a product."""
        if product not in self._sights:
            self._sights[product] = Sight(self.answers, product, self._mentions)
        return self._sights[product]

    def edition(self, requirement: str) -> str:
        """The edition of the module that a requirement is of."""
        return self._editions.get(requirement.partition(":")[0], "")

    def shares(self, result: Result) -> list[tuple[str, _Share]]:
        """The items in which a requirement has a part: by the objectives of its lines that do not pass.

        A line of its own belongs to the requirement's first objective.  None where it is not known whether it applies.
        """
        number, product = self._numbers[result.requirement], self._products[result.product]
        if self.answers.applies(number, product) != (True, True):
            self.undecided.setdefault(product, []).append(number)
            return []
        wanted = self.answers.program.requirements[number]
        own = wanted.objective[0] if wanted.objective else wanted.id
        by_name: dict[str, list[int]] = {}
        for place, line in enumerate(wanted.lines):
            if self.answers.line(number, place, product) in {"fail", "unknown"}:
                by_name.setdefault(line.objective or own, []).append(place)
        edition, sight = self.edition(result.requirement), self.sight(product)
        return [
            (name, _Share(result, edition, Demand(sight, number, tuple(lines)), len(by_name) == 1))
            for name, lines in by_name.items()
        ]


def _item(name: str, shares: Sequence[_Share], ranker: Ranker, readers: Sequence[_Reader]) -> Item:
    """One item."""
    first = shares[0].demand
    answers, product = first.sight.answers, first.sight.place.product
    objective = next((o for share in shares for o in _objectives(share) if o.id == name), None)
    changes = Changes([share.demand for share in shares])
    clauses = tuple(_clause(share, proven=share.whole and changes.closes(share.demand)) for share in shares)
    steps = tuple(sorted(changes.steps(), key=lambda s: (_KINDS.index(s.kind), s.cost, s.fact, s.wanted)))
    asked = objective or _of_its_own(first.wanted)
    closed = [clause for clause in clauses if clause.closed]
    alone = first.wanted if len(clauses) == 1 and closed and clauses[0].fix else None
    return Item(
        product=answers.facts.products[product].id,
        objective="" if objective is None else name,
        title=asked.title,
        kind="gap" if any(_failed(share) for share in shares) else "unknown",
        risk=ranker.risk(asked, answers, product),
        fix=alone.fix if alone else asked.fix or first.wanted.fix,
        effort=(alone.effort if alone else "") or asked.effort or first.wanted.effort,
        cost=min(sum(step.cost for step in steps), FAR),
        clauses=tuple(sorted(clauses, key=lambda c: (not c.blocks, LEVELS.index(c.level), natural(c.requirement)))),
        steps=steps,
        proven=bool(closed) and all(clause.proven for clause in closed),
        breaks=tuple(_broken(changes, readers, product)) if any(step.kind == "change" for step in steps) else (),
    )


def _broken(changes: Changes, readers: Sequence[_Reader], product: int) -> Iterator[Broken]:
    """The requirements that would be worse off."""
    for reader in readers:
        for sight, number, then in changes.breaks([reader.sight(product)]):
            wanted = sight.answers.program.requirements[number]
            yield Broken(wanted.id, reader.edition(wanted.id), wanted.title, "fail" if then == "fail" else "unknown")


def _objectives(share: _Share) -> tuple[ir.Objective, ...]:
    return share.demand.sight.answers.program.objectives


def _of_its_own(wanted: ir.Requirement) -> ir.Objective:
    """A requirement that stands for itself, as an objective."""
    seen = {name: None for line in wanted.lines for name in looked_at(line.expr)}
    return ir.Objective(
        id=wanted.id,
        title=wanted.title,
        attributes=tuple(seen),
        threats=wanted.threats,
        fix=wanted.fix,
        effort=wanted.effort,
    )


def _failed(share: _Share) -> bool:
    """Whether one of its lines is known not to hold."""
    answers, product = share.demand.sight.answers, share.demand.sight.place.product
    return any(answers.line(share.demand.requirement, line, product) == "fail" for line in share.demand.lines)


def _clause(share: _Share, *, proven: bool) -> Clause:
    result = share.result
    return Clause(
        requirement=result.requirement,
        edition=share.edition,
        level=result.level,
        severity=result.severity,
        title=result.title,
        verdict=result.verdict,
        blocks=result.blocks,
        closed=share.whole,
        proven=proven,
        fix=_own_fix(share),
        conflicts=result.conflicts,
    )


def _own_fix(share: _Share) -> str:
    """The fix that a requirement states itself; nothing where it is that of one of its objectives."""
    wanted = share.demand.wanted
    shared = {objective.fix for objective in _objectives(share) if objective.id in wanted.objective}
    return "" if wanted.fix in shared else wanted.fix


def _order(item: Item) -> tuple[object, ...]:
    """Products apart; gaps by risk, then what is not known by risk for its cost; then what blocks and closes more."""
    blocks = sum(clause.blocks for clause in item.clauses)
    severity = min(SEVERITIES.index(clause.severity) for clause in item.clauses)
    worth = item.risk.points * (1 if item.kind == "gap" else 1000) // (1 if item.kind == "gap" else 1 + item.cost)
    key = natural(item.objective or item.clauses[0].requirement)
    return item.product, item.kind, -worth, -blocks, severity, -len(item.clauses), key


def encode(work: Work) -> bytes:
    """The canonical JSON of a plan, one line."""
    return msgspec.json.encode(work)
