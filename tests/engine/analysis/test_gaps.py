"""Gaps: contexts in which nothing applies against brute force, held against the evaluator; and what answers alone decide."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.analysis import gaps
from rulewright.engine.reference import Reference
from tests.engine.analysis.brute.runs import SHARES
from tests.engine.analysis.brute.space import holds
from tests.engine.analysis.brute.suites import program
from tests.engine.analysis.small_rules import RADIO, TELNET, UPDATE, demand, kind, market, whole_suites, work_of
from tests.engine.made import attr

TOPIC = 3
"""At most so many requirements of a suite are about the objective."""


@pytest.mark.parametrize("share", range(SHARES))
def test_gaps_are_what_the_definitions_say(share: int) -> None:
    seen = set()
    for drawn, world in whole_suites(share):
        counted = world.counted[: 1 + drawn.seed % TOPIC]
        rules = [
            replace(r, objective=("TOPIC",)) if n in counted else r for n, r in enumerate(drawn.program.requirements)
        ]
        whole = replace(drawn.program, requirements=tuple(rules))
        found = [(field, gap) for field, gap in gaps.gaps(work_of(whole)) if gap.objective == "TOPIC"]
        scopes = ir.Or(tuple(drawn.program.requirements[n].scope for n in world.counted))
        expected = bool(counted) and world.gaps(counted, holds(world.space, scopes))
        assert bool(found) is expected, drawn.seed
        seen.add(expected)
        for field, gap in found:
            assert gap.product is not None, drawn.seed
            facts = field.possible.concrete(gap.product)
            day = facts.attribute("run.as_of", 0).value
            assert isinstance(day, int)
            for owner in gap.owners:
                wanted = field.problem.owners[owner].requirement
                assert wanted is not None
                alone = ir.Program(language="1", modules=(), requirements=(wanted,))
                window = (wanted.valid_from or day) <= day <= (wanted.valid_until or day)
                assert not window or Reference(alone, facts, day).verdict(0, 0) in {"not_applicable", "unknown"}, (
                    drawn.seed
                )
    assert seen == {True, False}


def test_a_market_for_which_nobody_asks() -> None:
    rules = [
        demand(0, UPDATE, market("EU"), scope=RADIO, objective=("UPDATES",)),
        demand(1, UPDATE, kind("tv"), scope=RADIO, objective=("UPDATES",)),
    ]
    (found,) = gaps.notes(work_of(program(rules)))
    assert found.requirements == ("toy:r0", "toy:r1")
    assert "nothing about `UPDATES` applies where ctx.kind = toy; ctx.radio = true, though" in found.text
    assert {fact.fact for fact in found.witness} == {"ctx.kind", "ctx.markets", "ctx.radio"}


def test_no_gap_where_one_of_two_always_applies() -> None:
    rules = [demand(0, UPDATE, RADIO, objective=("A",)), demand(1, UPDATE, ir.Not(RADIO), objective=("A",))]
    assert gaps.notes(work_of(program(rules))) == ()


def test_what_depends_on_design_leaves_no_gap_in_the_context() -> None:
    rules = [demand(0, UPDATE, TELNET, objective=("A",))]
    assert gaps.notes(work_of(program(rules))) == ()
    linked = ir.Axiom("toy:a", ir.Or((RADIO, ir.Not(TELNET))), "telnet needs radio", rules[0].place)
    (found,) = gaps.notes(work_of(program(rules, [linked])))
    assert [(fact.fact, fact.value) for fact in found.witness] == []


def test_answers_alone_and_objectives_without_requirements() -> None:
    asked = attr("answer:toy@1:r0", ir.Cmp("=", value=True))
    made = replace(program([demand(0, asked)]), objectives=(ir.Objective("LOGS", "Logging"),))
    said = [item.text for item in gaps.notes(work_of(made))]
    assert said == [
        "1 of `toy` rest on answers alone, no fact decides them: `r0`",
        "no requirement is about `LOGS` (Logging)",
    ]
