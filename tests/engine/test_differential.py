"""The columnar evaluator against the reference interpreter, on generated programs and facts."""

from __future__ import annotations

import pytest
from hypothesis import given

from rulewright.dsl import ir
from rulewright.engine import report
from rulewright.engine.answers import Answers, Planes
from rulewright.engine.evaluate import evaluate
from rulewright.engine.plan import make
from rulewright.engine.planes import Algebra, Arrays, Integers
from rulewright.engine.reference import Reference
from rulewright.facts.base import FactBase
from tests.engine.generated import AS_OF, fact_bases, programs


def answer(answers: Answers) -> bytes:
    """The whole report: verdicts, lines, elements at fault, missing facts, assumptions."""
    return report.encode(report.build(answers))


@pytest.mark.parametrize("algebra", [Integers, Arrays], ids=["integers", "arrays"])
@given(program=programs(), facts=fact_bases())
def test_planes_agree_with_the_reference(
    algebra: type[Integers | Arrays], program: ir.Program, facts: FactBase
) -> None:
    """Same verdicts, same evidence, same bytes."""
    chosen: Algebra = algebra()
    fast = Planes(evaluate(make(program), facts, AS_OF, chosen))
    slow = Reference(program, facts, AS_OF)
    for number in range(len(program.requirements)):
        for product in range(len(facts.products)):
            assert fast.verdict(number, product) == slow.verdict(number, product)
    assert answer(fast) == answer(slow)
