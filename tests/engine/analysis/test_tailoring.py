"""A policy's `set` against the module's own value: stricter is silent, weaker is shown with a product; against brute force."""

from __future__ import annotations

from functools import partial

import pytest
from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.analysis import tailoring_notes
from rulewright.engine.analysis.findings import Observation
from tests.engine.analysis.brute.definitions import World
from tests.engine.analysis.brute.runs import MOST, SHARES
from tests.engine.analysis.brute.space import Space, TooLargeError
from tests.engine.analysis.brute.suites import PLACE, program
from tests.engine.analysis.small_rules import RADIO, days, demand, whole_suites, work_of
from tests.engine.analysis.test_pairs import mixed

SET = ir.Tailored("set", "least = 2", "we can", PLACE)


def said(now: ir.Requirement, before: ir.Requirement | None) -> tuple[Observation, ...]:
    """What there is to say of a requirement that is set to mean something else."""
    work = work_of(program([replace(now, tailored=(SET,))]))
    return tailoring_notes.notes(work, lambda: [program([before] if before is not None else [])])


def test_stricter_is_silent_and_weaker_is_shown() -> None:
    assert said(demand(0, days(">=", 2)), demand(0, days(">=", 1))) == ()
    (found,) = said(demand(0, days(">=", 1)), demand(0, days(">=", 2)))
    assert found.text == (
        "`set least = 2` weakens `toy:r0`, because we can: it lets through what its module's own value stops, "
        "as door.days = 1"
    )
    assert [(fact.fact, fact.value) for fact in found.witness] == [("door.days", "1")]


def test_a_condition_that_applies_to_less_weakens() -> None:
    assert len(said(demand(0, days(">", 1), RADIO), demand(0, days(">", 1)))) == 1
    assert said(demand(0, days(">", 1)), demand(0, days(">", 1), RADIO)) == ()


def test_the_scope_of_the_policy_does_not_count() -> None:
    assert said(demand(0, days(">", 1), scope=RADIO), demand(0, days(">", 1))) == ()


def test_what_cannot_be_compared_is_said() -> None:
    (found,) = said(demand(0, days(">", 1)), None)
    assert "could not be held against" in found.text


@pytest.mark.parametrize("share", range(SHARES))
def test_weaker_is_what_the_definitions_say(share: int) -> None:
    """The first two requirements of a suite as two values of one."""
    seen = set()
    for drawn, _ in whole_suites(share):
        rules = [replace(r, level="shall", right=False) for r in drawn.program.requirements[:2]]
        pair = replace(drawn.program, requirements=tuple(rules), waivers=())
        if mixed(pair):
            continue
        try:
            world = World(Space([pair], MOST), pair)
        except TooLargeError:
            continue
        now = replace(rules[0], tailored=(SET,))
        before = replace(
            rules[1], id=now.id, scope=ir.Const(value=True), valid_from=now.valid_from, valid_until=now.valid_until
        )
        same = replace(pair, requirements=(now, replace(before, id="toy:r1", scope=now.scope)))
        world = World(Space([same], MOST), same)
        work = work_of(replace(pair, requirements=(now,)))
        base = replace(pair, requirements=(before,))
        found = list(tailoring_notes.weakened(work, partial(list, [base])))
        assert bool(found) is not world.implies(0, 1), drawn.seed
        assert all(item.confirmed for item in found), drawn.seed
        seen.add(bool(found))
    assert seen == {True, False}
