"""Dead and vacuous requirements, and those that go against others: against brute force, and on suites small enough to see."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from rulewright.dsl import ir
from rulewright.engine.analysis import steering, vacuity
from rulewright.engine.analysis.findings import Observation
from rulewright.engine.analysis.normalise import build
from rulewright.engine.analysis.work import Work
from tests.engine.analysis.brute.definitions import World
from tests.engine.analysis.brute.runs import SHARES, VOCABULARY
from tests.engine.analysis.brute.suites import PLACE, program
from tests.engine.analysis.brute.toy import AS_OF
from tests.engine.analysis.small_rules import RADIO, TELNET, UPDATE, days, demand, whole_suites, work_of


def note(found: tuple[Observation, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """Kind and requirements of observations."""
    return [(item.kind, item.requirements) for item in found]


@pytest.mark.parametrize("share", range(SHARES))
def test_dead_and_vacuous_are_what_the_definitions_say(share: int) -> None:
    seen: Counter[bool] = Counter()
    for drawn, world in whole_suites(share):
        work = work_of(drawn.program)
        found = {work.problem.owners[item.owner].id: item.dead for item in vacuity.idle(work)}
        for number in world.counted:
            name = drawn.program.requirements[number].id
            expected = True if world.dead(number) else False if world.vacuous(number) else None
            assert found.get(name) is expected, (drawn.seed, name)
            seen[bool(expected)] += expected is not None
    assert len(seen) == 2


def proper(world: World, owner: int, other: int) -> tuple[bool, bool]:
    """Whether in some, and in every context in which a requirement may apply the other one can be met."""
    may = np.asarray(world.applies(owner).any(axis=1))
    met = np.asarray((world.there & ~world.judged[other].violated).any(axis=1))
    return bool((may & met).any()), bool(met[may].all())


@pytest.mark.parametrize("share", range(SHARES))
def test_what_goes_against_others_is_what_the_definitions_say(share: int) -> None:
    seen = 0
    for drawn, world in whole_suites(share):
        work = work_of(drawn.program)
        numbers = {requirement.id: n for n, requirement in enumerate(drawn.program.requirements)}
        found = {item.owner: item for item in vacuity.against(work)}
        for owner in work.requirements():
            number = numbers[work.problem.owners[owner].id]
            shalls = [n for n in world.counted if n != number and drawn.program.requirements[n].level == "shall"]
            bad = [n for n in shalls if world.applies_only_against(number, n)]
            item = found.get(owner)
            if item is not None:
                other = numbers[work.problem.owners[item.other].id]
                assert other in bad, (drawn.seed, number)
                assert proper(world, number, other)[0], (drawn.seed, number)
                seen += 1
            elif steering.by_design(work, owner) and not world.dead(number):
                assert not any(proper(world, number, n)[1] for n in bad), (drawn.seed, number)
    assert seen or not share


def test_words_name_the_axioms_and_the_days() -> None:
    axiom = ir.Axiom("toy:linked", ir.Or((ir.Not(RADIO), TELNET)), "radio implies telnet", PLACE)
    rules = [
        demand(0, TELNET, RADIO),
        demand(1, UPDATE, ir.And((RADIO, ir.Not(TELNET)))),
        demand(2, UPDATE, valid_until=AS_OF - 1),
        demand(3, days(">=", 0)),
    ]
    made = program(rules, [axiom])
    work = Work([made], VOCABULARY, build([made], VOCABULARY, as_of=AS_OF), AS_OF, None)
    said = {item.requirements[0]: item.text for item in vacuity.notes(work, {"dead", "vacuous"})}
    assert (
        said["toy:r0"]
        == "`toy:r0` cannot be violated: every product to which it applies meets it (by the axiom `toy:linked`)"
    )
    assert "leave no product (by the axiom `toy:linked`)" in said["toy:r1"]
    assert said["toy:r2"] == "`toy:r2` never applies: it was valid until 2026-01-29"
    assert "cannot be violated" in said["toy:r3"]
    assert len(said) == 4


def test_a_requirement_for_those_who_violate_another_one() -> None:
    work = work_of(program([demand(0, ir.Not(TELNET)), demand(1, UPDATE, TELNET)]))
    found = vacuity.notes(work, {"vacuous"})
    assert note(found) == [("vacuous", ("toy:r1", "toy:r0"))]
    assert "applies only to products that violate `toy:r0`" in found[0].text


def test_what_a_profile_rules_out_is_no_fault_of_the_rules() -> None:
    made = program([demand(0, TELNET, RADIO)])
    facts = {"ctx.radio": False}
    work = Work([made], VOCABULARY, build([made], VOCABULARY, as_of=AS_OF, facts=facts), AS_OF, facts)
    assert vacuity.notes(work, {"dead", "vacuous"}) == ()


def test_steering_names_the_facts_of_design() -> None:
    parts = ir.Quant("some", "p", "part", ir.Const(value=True), ir.Const(value=True))
    work = work_of(program([demand(0, UPDATE, TELNET), demand(1, UPDATE, RADIO), demand(2, UPDATE, parts)]))
    found = steering.notes(work)
    assert note(found) == [("steering", ("toy:r0",)), ("steering", ("toy:r2",))]
    assert "`door.telnet`" in found[0].text
    assert "`part`" in found[1].text
