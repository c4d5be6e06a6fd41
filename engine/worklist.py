"""The work plan: what to do first so that a product complies, and what to find out first.

Guarantees: every requirement that failed or stayed unknown is in at least one item; items are ordered by the risk of the
attacks behind them, then by what blocks; each item says what it closes, the smallest change found, and whether the
requirement was evaluated again on that change and passed.  Deterministic; no clock.
What it does not do: judge risk (a `Ranker` does, `threats.risk` or a learned one) or estimate hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

import msgspec

from rulewright import __version__
from rulewright.dsl import ir
from rulewright.engine.answers import Answers
from rulewright.engine.changes import Changes, Step
from rulewright.engine.report import natural
from rulewright.engine.result import Engine, Input, PolicyInfo, ProductInfo, Report, Result

Kind = Literal["gap", "unknown"]
LEVELS = ("shall", "should", "may")


class Risk(msgspec.Struct, frozen=True):
    """How much an unmet objective invites attack, 0 to 1000, and what that rests on, in words."""

    points: int
    why: tuple[str, ...] = ()


class Ranker(Protocol):
    """Judges the risk of an objective that is not met."""

    def risk(self, objective: ir.Objective, answers: Answers, product: int) -> Risk:
        """The risk for one product."""


class Clause(msgspec.Struct, frozen=True):
    """A requirement that an item serves; `closed` when the item alone closes it."""

    requirement: str
    level: str
    severity: str
    title: str
    verdict: str
    closed: bool


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work.  `objective` is empty where a requirement has none; then it stands for itself."""

    product: str
    objective: str
    title: str
    kind: Kind
    risk: Risk
    fix: str
    effort: str
    clauses: tuple[Clause, ...]
    steps: tuple[Step, ...]
    proven: bool
    """every clause that it closes was evaluated again with the steps taken, and passed"""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A whole work plan."""

    format: str = "rulewright-plan/1"
    engine: Engine
    as_of: str
    ranking: str
    products: tuple[ProductInfo, ...]
    inputs: tuple[Input, ...]
    policies: tuple[PolicyInfo, ...]
    open_requirements: int
    blocking: int
    items: tuple[Item, ...]


class _Share(msgspec.Struct, frozen=True):
    """The part that a requirement has in an item: which of its lines."""

    result: Result
    number: int
    lines: tuple[int, ...]
    whole: bool


def plan(runs: Sequence[tuple[Answers, Report]], ranker: Ranker, ranking: str) -> Work:
    """Make the plan from one or more runs over the same products; `ranking` names the ranker."""
    items: list[Item] = []
    for answers, report in runs:
        ids = {product.id: number for number, product in enumerate(answers.facts.products)}
        numbers = {requirement.id: number for number, requirement in enumerate(answers.program.requirements)}
        shares: dict[tuple[str, str], list[_Share]] = {}
        for result in report.results:
            if result.verdict in {"fail", "unknown"} and result.waived is None:
                for name, share in _shares(answers, result, numbers[result.requirement], ids[result.product]):
                    shares.setdefault((result.product, name), []).append(share)
        maker = _Maker(answers, ranker)
        items += [maker.item(name, of, ids[product]) for (product, name), of in shares.items()]
    merged = _merged(items)
    first = runs[0][1]
    results = [r for _, report in runs for r in report.results]
    return Work(
        engine=Engine(name="rulewright", version=__version__),
        as_of=first.as_of,
        ranking=ranking,
        products=first.products,
        inputs=first.inputs,
        policies=tuple(dict.fromkeys(p for _, report in runs for p in report.policies)),
        open_requirements=sum(r.verdict in {"fail", "unknown"} and r.waived is None for r in results),
        blocking=sum(r.blocks for r in results),
        items=tuple(sorted(merged, key=_order)),
    )


def _order(item: Item) -> tuple[object, ...]:
    """Products apart; the riskiest first; what blocks, what closes more, what is a gap before what is not known."""
    shall = sum(clause.level == "shall" for clause in item.clauses)
    key = natural(item.objective or item.title)
    return item.product, -item.risk.points, -shall, item.kind, -len(item.clauses), key


def _shares(answers: Answers, result: Result, number: int, product: int) -> Iterable[tuple[str, _Share]]:
    """The items in which a requirement has a part: by the objectives of the lines that do not pass.

    A line of its own belongs to the requirement's first objective.  Where it is not even known whether the requirement
    applies, that is what has to be found out, and no line of its check.
    """
    wanted = answers.program.requirements[number]
    own = wanted.objective[0] if wanted.objective else wanted.id
    if answers.applies(number, product) != (True, True):
        yield own, _Share(result, number, (), whole=True)
        return
    by_name: dict[str, list[int]] = {}
    for place, line in enumerate(wanted.lines):
        if answers.line(number, place, product) in {"fail", "unknown"}:
            by_name.setdefault(line.objective or own, []).append(place)
    for name, lines in by_name.items():
        yield name, _Share(result, number, tuple(lines), whole=len(by_name) == 1)


class _Maker:
    """Makes items of shares."""

    def __init__(self, answers: Answers, ranker: Ranker) -> None:
        self.answers = answers
        self.ranker = ranker
        self.objectives = {objective.id: objective for objective in answers.program.objectives}

    def item(self, name: str, shares: Sequence[_Share], product: int) -> Item:
        """One item."""
        wanted = self.answers.program.requirements[shares[0].number]
        objective = self.objectives.get(name) or ir.Objective(
            id=wanted.id, title=wanted.title, threats=wanted.threats, fix=wanted.fix, effort=wanted.effort
        )
        changes = [(share, Changes(self.answers, share.number, product)) for share in shares]
        failed = any(
            self.answers.line(share.number, line, product) == "fail" for share in shares for line in share.lines
        )
        found = [made.steps(share.lines) if share.lines else made.conditions() for share, made in changes]
        return Item(
            product=self.answers.facts.products[product].id,
            objective=name if name in self.objectives else "",
            title=objective.title,
            kind="gap" if failed else "unknown",
            risk=self.ranker.risk(objective, self.answers, product),
            fix=objective.fix or wanted.fix,
            effort=objective.effort or wanted.effort,
            clauses=tuple(_clause(share) for share in shares),
            steps=_joined(found),
            proven=all(made.proven(share.lines) for share, made in changes if share.whole and share.lines)
            and any(share.whole and share.lines for share in shares),
        )


def _clause(share: _Share) -> Clause:
    result = share.result
    return Clause(result.requirement, result.level, result.severity, result.title, result.verdict, share.whole)


def _joined(found: Iterable[tuple[Step, ...]]) -> tuple[Step, ...]:
    """The steps of several requirements; what one asks of a fact and another does, too, stands once."""
    steps: dict[tuple[str, str], Step] = {}
    for step in (step for steps in found for step in steps):
        steps.setdefault((step.fact, step.wanted), step)
    return tuple(sorted(steps.values(), key=lambda s: (s.kind != "change", s.kind != "elements", s.fact, s.wanted)))


def _merged(items: Iterable[Item]) -> list[Item]:
    """Items of several runs about one objective and product are one."""
    found: dict[tuple[str, str], Item] = {}
    for item in items:
        key = item.product, item.objective or item.clauses[0].requirement
        known = found.get(key)
        found[key] = item if known is None else _both(known, item)
    return list(found.values())


def _both(a: Item, b: Item) -> Item:
    return msgspec.structs.replace(
        a,
        kind="gap" if "gap" in {a.kind, b.kind} else "unknown",
        clauses=a.clauses + b.clauses,
        steps=_joined((a.steps, b.steps)),
        proven=a.proven and b.proven,
    )


def encode(work: Work) -> bytes:
    """The canonical JSON of a plan, one line."""
    return msgspec.json.encode(work)
