"""Steps of a plan in words: one fact or list each, what is known of it today, and what is wanted.

Guarantees: `wanted` is rule text of the demands that are not met today; a value is named only if it meets all of them.
Nothing is chosen here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from rulewright.dsl import ir
from rulewright.engine.candidates import Need
from rulewright.engine.phrases import phrase
from rulewright.engine.sight import FAR, Sight, Target
from rulewright.engine.words import value_text
from rulewright.facts.base import Fact
from rulewright.facts.types import Level, State, Trust, Value

Kind = Literal["change", "find_out", "elements"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do: change a fact, find it out, or mend elements of a list.

    `wanted` is the demand as rule text, `to` one value that meets it (empty where none can be named), `evidence` what a
    rule asks of the evidence, `cost` that of `engine.changes`.
    """

    kind: Kind
    fact: str
    now: str
    wanted: str
    to: str = ""
    count: int = 1
    cost: int = 0
    detectors: tuple[str, ...] = ()
    evidence: str = ""
    question: str = ""


def step(
    sight: Sight, target: Target, needs: Sequence[Need], value: Value | None, texts: Mapping[ir.Expr, str]
) -> Step:
    """The step for the needs about one fact or list; `texts` are the words of authors for whole lines."""
    undone = sight.open(needs)
    wanted = " and ".join(dict.fromkeys(texts.get(shown) or phrase(shown) for shown in together(undone)))
    price = sight.price(tuple(needs))
    if target.quant is not None:
        return _elements(sight, target, undone[0], wanted, price)
    worst = next(
        (f for need in undone if (f := sight.fact(target.name, need.evidence)).state is not State.KNOWN),
        sight.fact(target.name, undone[0].evidence),
    )
    known = sight.settled(target, undone) and not sight.signed(undone)
    return Step(
        kind="change" if known else "find_out",
        fact=target.name,
        now=_now(sight, target, worst),
        wanted=wanted,
        to="" if value is None else value_text(value, target.kind),
        cost=min(price, FAR),
        detectors=sight.detectors(target, undone),
        evidence="; ".join(dict.fromkeys(filter(None, (clause_text(need.evidence) for need in undone)))),
        question=sight.answers.program.questions.get(target.name, ""),
    )


def together(needs: Sequence[Need]) -> list[ir.Expr]:
    """Demands on one fact without those that others imply: of sets what they share, of bounds the strictest."""
    words: dict[ir.Term, ir.Atom] = {}
    bounds: dict[tuple[ir.Term, str], ir.Atom] = {}
    rest: list[ir.Expr] = []
    for need in needs:
        match need:
            case Need(ir.Atom(term, ir.OneOf(values)), True):
                before = words[term].test if term in words else ir.OneOf(values)
                shared = tuple(v for v in values if isinstance(before, ir.OneOf) and v in before.values)
                words[term] = ir.Atom(term, ir.OneOf(shared))
            case Need(ir.Atom(term, ir.Cmp(">=" | "<=" as op, value)) as atom, True) if isinstance(value, int):
                known = bounds.get((term, op))
                limit = known.test.value if known is not None and isinstance(known.test, ir.Cmp) else value
                stricter = isinstance(limit, int) and (value > limit if op == ">=" else value < limit)
                bounds[term, op] = atom if known is None or stricter else known
            case _:
                rest.append(need.shown)
    return [*words.values(), *bounds.values(), *rest]


def _now(sight: Sight, target: Target, fact: Fact) -> str:
    """What is known today; of what does not count as evidence the value all the same."""
    whole = sight.answers.facts.attribute(target.name, sight.place.product)
    found = f", {whole.level.word}" if whole.level is not None and whole.value not in {None, False} else ""
    if fact.state is State.KNOWN and fact.value is not None:
        return value_text(fact.value if whole.value is None else whole.value, target.kind) + found
    raw = sight.place.known(target.name)
    return fact.state.word if raw is None else f"{value_text(raw, target.kind)}{found}, {fact.state.word}"


def _elements(sight: Sight, target: Target, need: Need, wanted: str, price: int) -> Step:
    """The step for a list."""
    sure, maybe = sight.hits(need)
    table = sight.answers.facts.tables.get(target.name)
    return Step(
        kind="elements" if sight.truth(need) is not None else "find_out",
        fact=target.name,
        now="not supplied" if table is None else _faults(len(sure), len(maybe)),
        wanted=wanted,
        count=max(1, len(sure) or len(maybe)),
        cost=price,
        detectors=("sbom",),
        evidence=clause_text(need.evidence),
    )


def _faults(sure: int, maybe: int) -> str:
    """What is wrong with a list."""
    if not sure + maybe:
        return "perhaps incomplete"
    return ", ".join(f"{count} {word}" for count, word in ((sure, "at fault"), (maybe, "undecided")) if count)


def clause_text(clause: ir.Evidence | None) -> str:
    """What an evidence clause asks for, in words; empty where it asks for nothing."""
    if clause is None:
        return ""
    parts = ["counts from no other source"] if clause.detectors else []
    parts += [f"{clause.need} kinds of source that agree"] if clause.need > 1 else []
    parts += [f"not older than {clause.fresh} days"] if clause.fresh is not None else []
    parts += [f"at least {Trust(clause.trust).name.lower()}"] if clause.trust else []
    parts += [f"counts from {Level(clause.level).word} on"] if clause.level else []
    return ", ".join(parts)
