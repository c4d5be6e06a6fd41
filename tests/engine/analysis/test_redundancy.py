"""What others demand already: against brute force, its witnesses against the evaluator, and on rules small enough to see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest

from rulewright.dsl import ir
from rulewright.engine.analysis import redundancy
from rulewright.engine.analysis.redundancy import Redundancy
from tests.engine.analysis.brute.definitions import World
from tests.engine.analysis.brute.runs import SHARES
from tests.engine.analysis.brute.suites import program
from tests.engine.analysis.small_rules import RADIO, TELNET, UPDATE, days, demand, whole_suites, work_of
from tests.engine.analysis.test_pairs import mixed


def proper(world: World, number: int, by: Iterable[int]) -> tuple[bool, bool]:
    """Whether in some, and in every context in which a requirement can be violated the others can be met."""
    may = np.asarray(world.violated(number).any(axis=1))
    met = world.there.copy()
    for other in by:
        met &= ~world.judged[other].violated
    possible = np.asarray(met.any(axis=1))
    return bool((may & possible).any()), bool(possible[may].all())


@pytest.mark.parametrize("share", range(SHARES))
def test_what_contains_what_is_what_the_definitions_say(share: int) -> None:
    seen: Counter[int] = Counter()
    for drawn, world in whole_suites(share):
        if mixed(drawn.program):
            continue
        work = work_of(drawn.program)
        numbers = {requirement.id: n for n, requirement in enumerate(drawn.program.requirements)}
        demands = [n for n in world.counted if drawn.program.requirements[n].level != "may"]
        table = Redundancy(work)
        for owner in table.owners:
            number = numbers[work.problem.owners[owner].id]
            found = table.contained(owner)
            said = {frozenset(numbers[work.problem.owners[n].id] for n in by) for by in found.by}
            minimal = world.redundant(number, demands)
            for some in said:
                assert some in minimal, (drawn.seed, number, some)
                assert proper(world, number, some)[0], (drawn.seed, number, some)
                seen[len(some)] += 1
            sure = {by for by in minimal if by and proper(world, number, by)[1]}
            singles = {by for by in sure if len(by) == 1}
            assert singles <= said, (drawn.seed, number)
            if found.whole and not any(len(by) == 1 for by in said):
                assert {by for by in sure if len(by) == 2} <= said, (drawn.seed, number)
            for by in found.by:
                shown = table.stricter(by[0], owner) if len(by) == 1 else None
                if shown is not None:
                    strict = numbers[work.problem.owners[by[0]].id]
                    assert not world.implies(number, strict), (drawn.seed, number, strict)
    assert len(seen) == 2, seen


def said(rules: list[ir.Requirement], *kinds: str) -> list[tuple[str, tuple[str, ...], str]]:
    """Kind, requirements and words."""
    found = redundancy.notes(work_of(program(rules)), kinds or ("duplicate", "redundant"))
    return [(item.kind, item.requirements, item.text) for item in found]


def test_the_same_meaning_in_other_words() -> None:
    found = said([demand(0, days(">", 1)), demand(1, ir.Not(days("<", 2))), demand(2, UPDATE)])
    assert found == [
        ("duplicate", ("toy:r0", "toy:r1"), "`toy:r0` and `toy:r1` mean the same: a product meets all of them or none")
    ]


def test_the_strictest_of_a_chain_stands_for_all() -> None:
    rules = [demand(0, days(">", 0)), demand(1, days(">", 1), RADIO), demand(2, days(">", 2))]
    work = work_of(program(rules))
    found = redundancy.notes(work, ("redundant",))
    assert [item.requirements for item in found] == [("toy:r2", "toy:r0", "toy:r1")]
    assert "comply once: who meets `toy:r2` meets 2 others, too: `toy:r0`, `toy:r1`" in found[0].text
    assert [(fact.fact, fact.value) for fact in found[0].witness] == [("door.days", "1")]


def test_two_together() -> None:
    rules = [demand(0, days("<=", 1), RADIO), demand(1, days("<=", 2)), demand(2, days("!=", 2), RADIO)]
    found = said(rules)
    assert (
        "redundant",
        ("toy:r0", "toy:r1", "toy:r2"),
        "`toy:r0` is demanded already by `toy:r1` and `toy:r2` together",
    ) in found


def test_a_should_makes_no_shall_redundant() -> None:
    assert said([demand(0, days(">", 0)), demand(1, days(">", 1), level="should")]) == []
    assert said([demand(0, days(">", 0), level="should"), demand(1, days(">", 1))])[0][1] == ("toy:r1", "toy:r0")
    assert "(a should)" in said([demand(0, TELNET), demand(1, TELNET, level="should")])[0][2]


def test_a_contradiction_contains_nothing() -> None:
    rules = [demand(0, UPDATE), demand(1, TELNET), demand(2, ir.Not(TELNET)), demand(3, days(">", 9))]
    assert said(rules) == []
