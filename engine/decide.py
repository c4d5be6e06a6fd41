"""Which facts would tell what applies: for requirements of which it is not known whether they concern the product at all.

Guarantees: every unknown fact that such a requirement's scope or condition rests on is counted once for it; the fact that
most requirements wait for comes first; deterministic.
What it does not do: promise that one fact alone decides a requirement: several may have to be known.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rulewright.dsl import ir
from rulewright.engine.answers import Answers
from rulewright.engine.grounds import Grounds
from rulewright.engine.sight import look, rank


class Waiting(msgspec.Struct, frozen=True):
    """How many requirements of an edition wait for a fact."""

    standard: str
    requirements: int


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that is not known, and what waits for it: requirements that may or may not apply."""

    product: str
    fact: str
    now: str
    requirements: int
    standards: tuple[Waiting, ...]
    cost: int
    detectors: tuple[str, ...]
    question: str = ""


class Decisions:
    """Counts what waits for which fact."""

    def __init__(self) -> None:
        """Nothing counted."""
        self._found: dict[tuple[int, str], dict[str, int]] = {}
        self._programs: dict[str, ir.Program] = {}

    def add(self, answers: Answers, requirements: Sequence[int], product: int) -> None:
        """Count requirements of which it is not known whether they apply."""
        grounds = Grounds(answers.program, answers.facts, answers.as_of, product)
        editions = {module.id: module.edition for module in answers.program.modules}
        known: dict[ir.Expr, list[str]] = {}
        for number in requirements:
            wanted = answers.program.requirements[number]
            module = wanted.id.partition(":")[0]
            edition = f"{module}@{editions[module]}" if editions.get(module) else module
            facts: dict[str, None] = {}
            for expr in (wanted.scope, wanted.applies):
                if expr not in known:
                    known[expr] = grounds.missing(expr) if grounds.truth(expr) is None else []
                facts |= dict.fromkeys(known[expr])
            for fact in facts:
                counts = self._found.setdefault((product, fact), {})
                counts[edition] = counts.get(edition, 0) + 1
                if fact not in self._programs or fact in answers.program.questions:
                    self._programs[fact] = answers.program

    def all(self, answers: Answers) -> tuple[Decision, ...]:
        """The decisions, product by product; `answers` know the facts."""
        made = [self._decision(answers, product, fact) for product, fact in self._found]
        return tuple(sorted(made, key=lambda d: (d.product, -d.requirements, d.cost, d.fact)))

    def _decision(self, answers: Answers, product: int, fact: str) -> Decision:
        program, counts = self._programs[fact], self._found[product, fact]
        question = program.questions.get(fact, "")
        detectors = program.detectors.get(fact, ("manual",) if question else ("sbom",))
        ordered = tuple(sorted(detectors, key=rank))
        return Decision(
            product=answers.facts.products[product].id,
            fact=fact,
            now=answers.facts.attribute(fact, product).state.word,
            requirements=sum(counts.values()),
            standards=tuple(Waiting(*pair) for pair in sorted(counts.items(), key=lambda p: (-p[1], p[0]))),
            cost=look(ordered),
            detectors=ordered,
            question=question,
        )
