"""Our own engine, asked for the same answers as the peers.

Guarantees: what is timed computes every verdict and the list of every element that fails or is unknown; making strings of
element numbers is left out here as it is for the peers.
What it does not do: judge the answers.
"""

from __future__ import annotations

from bench.answers import Answer, Answers, Verdict
from bench.inventory import AS_OF
from rulewright.dsl import ir
from rulewright.engine.answers import Answers as Engine
from rulewright.engine.answers import Planes
from rulewright.engine.evaluate import evaluate
from rulewright.engine.plan import Plan
from rulewright.engine.planes import Algebra
from rulewright.engine.reference import Reference
from rulewright.facts.base import FactBase

Found = list[tuple[str, list[int], list[int]]]
"""Verdict, failing and unknown elements of each rule, in the order of the program."""


def collect(program: ir.Program, engine: Engine, product: int = 0) -> Found:
    """Every verdict with its full evidence."""
    found: Found = []
    for number, requirement in enumerate(program.requirements):
        verdict = engine.verdict(number, product)
        fail: list[int] = []
        unknown: list[int] = []
        expr = requirement.lines[0].expr
        listed = isinstance(expr, ir.Quant) and expr.kind in {"every", "no"}
        if listed and verdict in {"fail", "unknown"} and engine.applies(number, product)[1] is True:
            assert isinstance(expr, ir.Quant)
            hits = engine.hits(expr, requirement.evidence, product, None)
            fail, unknown = hits.sure, hits.maybe
        found.append((verdict, fail, unknown))
    return found


def planes(plan: Plan, facts: FactBase, algebra: Algebra | None = None) -> Found:
    """The columnar evaluator, warm: the plan is made and the facts are in memory."""
    return collect(plan.program, Planes(evaluate(plan, facts, AS_OF, algebra)))


def reference(program: ir.Program, facts: FactBase) -> Found:
    """The reference interpreter."""
    return collect(program, Reference(program, facts, AS_OF))


VERDICTS: dict[str, Verdict] = {v: v for v in ("pass", "fail", "unknown", "not_applicable")}


def answers(program: ir.Program, found: Found, ids: list[str]) -> Answers:
    """The found elements by their ids (not timed)."""
    return {
        requirement.id: Answer(
            VERDICTS[verdict], tuple(sorted(ids[i] for i in fail)), tuple(sorted(ids[i] for i in unknown))
        )
        for requirement, (verdict, fail, unknown) in zip(program.requirements, found, strict=True)
    }
