"""Waivers: what is said of them against brute force, and on rules small enough to see the answer."""

from __future__ import annotations

import pytest

from rulewright.dsl import ir
from rulewright.engine.analysis import waiver_notes
from tests.engine.analysis.brute import waivers
from tests.engine.analysis.brute.runs import SHARES
from tests.engine.analysis.brute.suites import PLACE, program
from tests.engine.analysis.brute.toy import AS_OF
from tests.engine.analysis.small_rules import RADIO, TELNET, UPDATE, days, demand, whole_suites, work_of


def waiver(provided: ir.Expr, requirement: str = "toy:r0", until: int = AS_OF + 2) -> ir.Waiver:
    """A waiver of a requirement for all products."""
    return ir.Waiver(
        id="w-1", requirement=requirement, product="*", because="", approved_by="", approved_on=AS_OF, until=until,
        provided=provided, place=PLACE,
    )  # fmt: skip


def said(rules: list[ir.Requirement], *found: ir.Waiver) -> list[str]:
    """The words."""
    return [item.text for item in waiver_notes.notes(work_of(program(rules, waivers=found)))]


@pytest.mark.parametrize("share", range(SHARES))
def test_waivers_are_worth_what_the_definitions_say(share: int) -> None:
    seen = 0
    for drawn, world in whole_suites(share):
        if not drawn.program.waivers:
            continue
        numbers = {requirement.id: n for n, requirement in enumerate(drawn.program.requirements)}
        found = {item.waiver.id: item for item in waiver_notes.judge(work_of(drawn.program))}
        for one in drawn.program.waivers:
            item = found.get(one.id)
            if item is None:  # of a `may`, which demands nothing
                assert drawn.program.requirements[numbers[one.requirement]].level == "may", drawn.seed
                continue
            assert item.needless is waivers.needless(world, one), drawn.seed
            assert (item.blocked is not None) is waivers.blocked(world, one), drawn.seed
            for name in item.blocked or ():
                assert drawn.program.requirements[numbers[name]].level == "shall"
            returning = {
                frozenset({numbers[one.requirement], *(numbers[n] for n in names)}) for names, _ in item.returning
            }
            shalls = {n for n, r in enumerate(drawn.program.requirements) if r.level == "shall"}
            wanted = {s for s in waivers.returning(world, one) if s <= shalls and len(s) <= waiver_notes.ARITY}
            assert returning == wanted, drawn.seed
            seen += 1
    assert seen


def test_a_waiver_that_excuses_nothing() -> None:
    rules = [demand(0, ir.Not(TELNET)), demand(1, UPDATE)]
    assert said(rules, waiver(ir.Not(TELNET))) == [
        "waiver `w-1` of `toy:r0` excuses nothing: no product that keeps its `provided` violates the requirement"
    ]
    assert said(rules, waiver(TELNET)) == []


def test_a_waiver_whose_condition_others_forbid() -> None:
    rules = [demand(0, ir.Not(TELNET)), demand(1, UPDATE), demand(2, days(">", 1))]
    text = said(rules, waiver(days("<", 2)))
    assert text == ["waiver `w-1` of `toy:r0` covers no product that meets `toy:r2`: its `provided` cannot hold beside"]


def test_a_waiver_that_puts_a_contradiction_off() -> None:
    rules = [demand(0, ir.Not(TELNET)), demand(1, TELNET, RADIO)]
    assert said(rules, waiver(TELNET)) == [
        "waiver `w-1` of `toy:r0` only puts a contradiction off: from 2026-02-02 on the requirement is against `toy:r1` again"
    ]
    ending = [demand(0, ir.Not(TELNET)), demand(1, TELNET, valid_until=AS_OF + 2)]
    assert said(ending, waiver(TELNET)) == []


def test_a_waiver_that_has_ended() -> None:
    text = said([demand(0, TELNET)], waiver(ir.Not(TELNET), until=AS_OF - 1))
    assert text == ["waiver `w-1` of `toy:r0` ended on 2026-01-29: it excuses nothing any more"]
