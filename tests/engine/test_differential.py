"""The columnar evaluator, in both of its algebras, against the reference interpreter, on generated programs and facts."""

from __future__ import annotations

import pytest
from hypothesis import given, seed, settings

from rulewright.dsl import ir
from rulewright.engine import report
from rulewright.engine.answers import Answers, Planes
from rulewright.engine.arrays import Arrays
from rulewright.engine.evaluate import evaluate
from rulewright.engine.plan import make
from rulewright.engine.planes import Integers
from rulewright.engine.reference import Reference
from rulewright.facts.base import FactBase
from tests.engine.generated import AS_OF, fact_bases, programs

SHARES = 4
CASES = max(500, settings().max_examples)
"""How many cases a run takes: 500 at least, 10,000 with the nightly profile."""


def answer(answers: Answers) -> bytes:
    """The whole report: verdicts, lines, elements at fault, missing facts, assumptions."""
    return report.encode(report.build(answers))


def agree(program: ir.Program, facts: FactBase) -> None:
    """Same verdicts, same evidence, same bytes."""
    plan = make(program)
    slow = Reference(program, facts, AS_OF)
    expected = answer(slow)
    for algebra in (Integers(), Arrays()):
        fast = Planes(evaluate(plan, facts, AS_OF, algebra))
        for number in range(len(program.requirements)):
            for product in range(len(facts.products)):
                assert fast.verdict(number, product) == slow.verdict(number, product)
        assert answer(fast) == expected


@pytest.mark.parametrize("share", range(SHARES))
def test_planes_agree_with_the_reference(share: int) -> None:
    """A share of the cases, from a seed of its own, so that shares run side by side and differ."""
    several = settings(max_examples=CASES // SHARES, derandomize=False)
    seed(share)(several(given(program=programs(), facts=fact_bases())(agree)))()
