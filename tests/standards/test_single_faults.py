"""One thing wrong with an otherwise good product: the plan finds it, and its least change is to put it right."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from rulewright.cli import documents, shelf
from rulewright.cli.plan_command import PublicTables
from rulewright.dsl import ir
from rulewright.engine import report, worklist
from rulewright.engine.answers import Planes
from rulewright.engine.evaluate import evaluate
from rulewright.engine.plan import Plan, make
from rulewright.facts.base import FactBase, scalar
from rulewright.facts.stack import stack
from rulewright.facts.types import State
from rulewright.facts.vocabulary import Vocabulary

DAY, AS_OF = "2026-11-21", 20_778
EVERY = 12
"""One fact in so many is tried: all of them take minutes."""


@pytest.fixture(scope="module")
def programs() -> tuple[list[Plan], Vocabulary]:
    """All shipped standards."""
    compiled = [made for _, made in shelf.programs([], DAY, use_cache=False)]
    found: list[ir.Program] = [made.program for made in compiled if made.program is not None]
    return [make(program) for program in found], compiled[0].vocabulary()


def planned(plans: list[Plan], facts: FactBase) -> dict[str, worklist.Item]:
    """The gaps by objective."""
    runs = []
    for plan in plans:
        answers = Planes(evaluate(plan, facts, AS_OF))
        runs.append((answers, report.build(answers)))
    work = worklist.plan(runs, PublicTables(), "public")
    return {item.objective: item for item in work.items if item.kind == "gap"}


def test_one_wrong_truth_is_put_right(programs: tuple[list[Plan], Vocabulary], root: Path) -> None:
    plans, vocabulary = programs
    files = str(root / "standards/reference-product.yaml"), str(root / "policies/examples/camera.context.yaml")
    taken = documents.take(files[:1], files[1:], lambda: vocabulary, lambda *_: None)
    good = stack(taken.products(lambda: vocabulary, same=False))
    before = planned(plans, good)
    tried = touched = 0
    for name in sorted(good.attributes)[::EVERY]:
        fact = good.attribute(name, 0)
        if fact.state is not State.KNOWN or not isinstance(fact.value, bool) or name.startswith(("product.", "claim.")):
            continue
        tried += 1
        column = scalar([msgspec.structs.replace(fact, value=not fact.value)])
        after = planned(plans, msgspec.structs.replace(good, attributes={**good.attributes, name: column}))
        for objective in after.keys() - before.keys():
            touched += 1
            item = after[objective]
            assert {(s.fact, s.to) for s in item.steps if s.kind == "change"} == {(name, str(fact.value).lower())}
            assert (
                item.proven or any(s.kind == "elements" or not s.to for s in item.steps) or not item.clauses[0].closed
            )
    assert tried >= 14
    assert touched >= 10
