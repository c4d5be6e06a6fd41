"""The least change that makes demands of several requirements on one product true, and what it would do to others.

Guarantees: one step per fact; `closes` and `breaks` evaluate requirements again on the changed facts, so that a plan may
say "would pass" and mean it.
What it does not do: weigh alternatives over several requirements at once (they are taken one after the other, the most
constrained first, and what is changed already is free); choose values for elements of lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec

from rulewright.dsl import ir
from rulewright.engine.answers import Answers, LineVerdict
from rulewright.engine.candidates import Need
from rulewright.engine.reference import Reference, kleene_and
from rulewright.engine.sight import DETECTORS, Sight, Target, Way
from rulewright.engine.steps import Step, step
from rulewright.facts.base import Fact, FactBase, scalar
from rulewright.facts.types import State, Trust, Value


class Demand(NamedTuple):
    """Lines of one requirement that must come true."""

    sight: Sight
    requirement: int
    lines: tuple[int, ...]

    @property
    def wanted(self) -> ir.Requirement:
        """The requirement."""
        return self.sight.answers.program.requirements[self.requirement]


class Changes:
    """What meets several demands on one product together."""

    def __init__(self, demands: Sequence[Demand]) -> None:
        """Choose a way for each demand."""
        self._chosen: dict[Demand, Way] = {}
        self._bases: dict[ir.Evidence | None, FactBase] = {}
        self._possible = True
        options = [(demand, _ways(demand)) for demand in demands]
        taken: Way = ()
        for demand, ways in sorted(options, key=lambda option: len(option[1])):
            self._chosen[demand] = min(ways, key=lambda way: demand.sight.price((*taken, *way)), default=())
            self._possible = self._possible and bool(ways)
            taken = tuple(dict.fromkeys((*taken, *self._chosen[demand])))
        self._groups: list[tuple[Sight, Target, list[Need]]] = []
        if demands:
            sight = demands[0].sight
            ordered = dict.fromkeys(need for demand in demands for need in self._chosen[demand])
            self._groups = [(_asking(sight, demands, t), t, n) for t, n in sight.grouped(ordered).items()]
        self._undone = [group for group in self._groups if group[0].open(group[2])]
        self._values = {target: sight.value(target, needs) for sight, target, needs in self._undone}

    def steps(self) -> tuple[Step, ...]:
        """What there is to do, one step per fact."""
        texts = {line.expr: line.text for demand in self._chosen for line in demand.wanted.lines if _is_list(line.expr)}
        return tuple(step(sight, target, needs, self._values[target], texts) for sight, target, needs in self._undone)

    def closes(self, demand: Demand) -> bool:
        """Whether the requirement passes once all steps are taken: evaluated, not argued."""
        if not self._possible or any(self._values[target] is None for _, target, _ in self._undone):
            return False
        return self._after(demand.sight, demand.requirement) == "pass"

    def breaks(self, sights: Iterable[Sight]) -> Iterator[tuple[Sight, int, LineVerdict]]:
        """The requirements that would be worse off once the facts are changed that can be, and their new verdict.

        They do not fail today and would, or pass today and would be unknown.
        """
        for sight in sights:
            for number in sight.mentioning(self.values):
                now = sight.answers.verdict(number, sight.place.product)
                if now not in {"pass", "unknown"}:
                    continue
                then = self._after(sight, number)
                if then == "fail" or (now, then) == ("pass", "unknown"):
                    yield sight, number, then

    @cached_property
    def values(self) -> dict[str, Value]:
        """The new values by name."""
        return {target.name: value for target, value in self._values.items() if value is not None}

    def _after(self, sight: Sight, number: int) -> LineVerdict:
        """The verdict on a requirement that is in force, on the changed facts.

        What mentions none of them keeps the truth that it has.
        """
        answers, product = sight.answers, sight.place.product
        wanted, mentions = answers.program.requirements[number], sight.mentions
        run = Reference(answers.program, self._facts(answers, wanted.evidence), answers.as_of)
        touched = any(mentions.any(expr, self.values) for expr in (wanted.scope, wanted.applies))
        applies = kleene_and((run if touched else answers).applies(number, product))
        if applies is not True:
            return "not_applicable" if applies is False else "unknown"
        verdicts = {
            (run if mentions.any(line.expr, self.values) else answers).line(number, place, product)
            for place, line in enumerate(wanted.lines)
        }
        order: tuple[LineVerdict, ...] = ("fail", "unknown", "pass")
        return next((verdict for verdict in order if verdict in verdicts), "not_applicable")

    def _facts(self, answers: Answers, clause: ir.Evidence | None) -> FactBase:
        """The facts with the changes made, as evidence that a clause admits."""
        if clause not in self._bases:
            facts, count = answers.facts, len(answers.facts.products)
            columns = {
                name: scalar([good(value, clause, answers.as_of)] * count) for name, value in self.values.items()
            }
            self._bases[clause] = msgspec.structs.replace(facts, attributes={**facts.attributes, **columns})
        return self._bases[clause]


def _is_list(expr: ir.Expr) -> bool:
    """Whether a line is about elements of a list alone: the author's helpers say it in fewer words."""
    return isinstance(expr, ir.Quant) or (isinstance(expr, ir.Not) and isinstance(expr.item, ir.Quant))


def _ways(demand: Demand) -> list[Way]:
    """The ways for a demand; the other lines that look at the same facts stay as they are, or become true as well."""
    sight, wanted = demand.sight, demand.wanted
    sight.learn(demand.requirement)
    exprs = [wanted.lines[line].expr for line in demand.lines]
    names = {name for expr in exprs for name in sight.mentions.of(expr)}
    exprs += [
        line.expr
        for number, line in enumerate(wanted.lines)
        if number not in demand.lines
        and sight.mentions.any(line.expr, names)
        and sight.answers.line(demand.requirement, number, sight.place.product) in {"pass", "not_applicable"}
    ]
    return sight.together(sight.ways(expr, wanted.evidence, wanted=True) for expr in exprs)


def _asking(sight: Sight, demands: Iterable[Demand], target: Target) -> Sight:
    """The sight of a program that knows the question of an answer."""
    sights = (demand.sight for demand in demands)
    return next((s for s in sights if target.name in s.answers.program.questions), sight)


def good(value: Value, clause: ir.Evidence | None, as_of: int) -> Fact:
    """A fact as good evidence would give it: as many kinds of source as the clause asks for, signed, of the day."""
    named = clause.detectors if clause is not None and clause.detectors else ("declaration", *DETECTORS)
    count = max(1, clause.need) if clause is not None else 1
    facts = tuple(Fact(State.KNOWN, value, trust=Trust.SIGNED, observed=as_of, detector=name) for name in named[:count])
    return facts[0] if count == 1 else msgspec.structs.replace(facts[0], witnesses=facts)
