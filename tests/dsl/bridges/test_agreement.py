"""Rego, CEL and the reference interpreter on generated requirements and facts: the same verdict, or unknown where it is said."""

from __future__ import annotations

import json

from hypothesis import given, settings

from rulewright.cli.authors.bridging_input import data
from rulewright.dsl import ir
from rulewright.dsl.bridges import losses
from rulewright.engine.reference import Reference
from rulewright.facts.base import FactBase
from tests.dsl.bridges.engines import cel_verdicts, rego_verdicts
from tests.engine.generated import AS_OF, fact_bases, programs

CASES = max(10, settings().max_examples // 20)


def expected(program: ir.Program, facts: FactBase, product: int) -> dict[str, str]:
    answers = Reference(program, facts, AS_OF)
    return {each.id: answers.verdict(number, product) for number, each in enumerate(program.requirements)}


def lossless(requirement: ir.Requirement) -> bool:
    """Whether nothing is lost but what the input decides: validity, and whether the evidence clause admits."""
    return all(
        loss.where == "evidence" or "is judged by whoever writes the input" in loss.what
        for loss in losses.statement(requirement).losses
    )


@settings(max_examples=CASES, deadline=None)
@given(program=programs(), facts=fact_bases())
def test_every_answer_is_ours_or_a_loss_that_is_stated(program: ir.Program, facts: FactBase) -> None:
    inputs = [json.loads(json.dumps(data(program, facts, n, AS_OF))) for n in range(len(facts.products))]
    for number, rego in enumerate(rego_verdicts(program, *inputs)):
        ours = expected(program, facts, number)
        assert cel_verdicts(program, inputs[number]) == rego
        assert sorted(rego) == sorted(ours)
        for requirement in program.requirements:
            said, right = rego[requirement.id], ours[requirement.id]
            admitted = requirement.evidence is None or requirement.id in inputs[number]["admitted"]
            if admitted and lossless(requirement):
                assert said == right
            else:
                assert said in {"unknown", right}
