"""The definitions by brute force themselves: on suites small enough to see the answer, and by both engines."""

from __future__ import annotations

from collections import Counter

import pytest

from rulewright.dsl import ir
from tests.engine.analysis.brute import waivers
from tests.engine.analysis.brute.definitions import World
from tests.engine.analysis.brute.runs import SHARES, suite, suites
from tests.engine.analysis.brute.space import Space, judge
from tests.engine.analysis.brute.suites import PLACE, TRUE, program
from tests.engine.analysis.brute.toy import AS_OF
from tests.engine.made import attr

TELNET, UPDATE = attr("door.telnet", ir.Cmp("=", value=True)), attr("door.update", ir.Cmp("=", value=True))
RADIO = attr("ctx.radio", ir.Cmp("=", value=True))


def days(op: ir.Comparison, value: int) -> ir.Expr:
    """A demand on an integer from 0 to 3."""
    return attr("door.days", ir.Cmp(op, value), "int")


def market(word: str) -> ir.Expr:
    """A condition on the markets."""
    return attr("ctx.markets", ir.Contains(word), "set")


def kind(word: str) -> ir.Expr:
    """A condition on the kind of product."""
    return attr("ctx.kind", ir.Cmp("=", word), "enum")


def demand(number: int, expr: ir.Expr, applies: ir.Expr = TRUE, **parts: object) -> ir.Requirement:
    """A `shall` unless `parts` says otherwise."""
    line = ir.Line("check#1", "", expr, PLACE)
    common: dict[str, object] = {"level": "shall", "severity": "low", "title": "", "scope": TRUE, "place": PLACE}
    return ir.Requirement(**{**common, "id": f"toy:r{number}", "applies": applies, "lines": (line,), **parts})  # type: ignore[arg-type]  # parts of a requirement


def world(*requirements: ir.Requirement, axioms: tuple[ir.Expr, ...] = ()) -> World:
    """All products of these requirements."""
    found = program(requirements, [ir.Axiom(f"toy:a{n}", expr, "", PLACE) for n, expr in enumerate(axioms)])
    return World(Space([found]), found)


def sets(*members: tuple[int, ...]) -> set[frozenset[int]]:
    """Sets of requirements."""
    return set(map(frozenset, members))


def test_telnet_banned_and_telnet_authenticated_do_not_clash_it_is_moot() -> None:
    found = world(demand(0, ir.Not(TELNET)), demand(1, UPDATE, TELNET))
    assert found.contradictions() == set()
    assert found.moot([0, 1])


def test_a_clash_that_a_design_escapes_is_moot_and_no_contradiction() -> None:
    found = world(demand(0, days(">=", 2), TELNET), demand(1, days("<", 2)))
    assert found.contradictions() == set()
    assert found.moot([0, 1])


def test_markets_that_never_meet_do_not_clash_and_a_set_of_markets_does() -> None:
    toys, tvs = demand(0, days("=", 0), kind("toy")), demand(1, days(">", 0), kind("tv"))
    assert world(toys, tvs).contradictions() == set()
    both = world(demand(0, days("=", 0), market("EU")), demand(1, days(">", 0), market("US")))
    assert both.contradictions() == sets((0, 1))
    assert both.variants() is None


def test_minimal_sets_of_one_two_and_three() -> None:
    wanted = [attr("door.cipher", ir.Cmp("!=", word), "enum") for word in ("aes", "des", "rot")]
    assert world(*(demand(n, expr) for n, expr in enumerate(wanted))).contradictions() == sets((0, 1, 2))
    found = world(demand(0, days(">", 3)), demand(1, days("<", 2)), demand(2, days("=", 2)))
    assert found.contradictions() == sets((0,), (1, 2))


def test_kinds_follow_the_levels() -> None:
    found = world(
        demand(0, TELNET, level="should"),
        demand(1, ir.Not(TELNET)),
        demand(2, TELNET, level="may", right=True),
        demand(3, TELNET, level="may"),
    )
    assert found.contradictions() == sets((0, 1), (1, 2))
    assert found.kind([0, 1]) == "tension"
    assert found.kind([1, 2]) == "right"


def test_axioms_are_background_and_contexts_that_they_empty_are_none() -> None:
    no_days = demand(0, days("=", 0), RADIO)
    assert world(no_days, demand(1, UPDATE)).contradictions() == set()
    linked = ir.Or((ir.Not(UPDATE), days(">", 0)))
    assert world(no_days, demand(1, UPDATE), axioms=(linked,)).contradictions() == sets((0, 1))
    emptied = (linked, ir.Or((ir.Not(RADIO), TELNET)), ir.Or((ir.Not(RADIO), ir.Not(TELNET))))
    assert world(no_days, demand(1, UPDATE), axioms=emptied).contradictions() == set()


def test_windows_part_what_would_clash() -> None:
    until = demand(0, TELNET, valid_until=AS_OF + 2)
    assert world(until, demand(1, ir.Not(TELNET), valid_from=AS_OF + 3)).contradictions() == set()
    assert world(until, demand(1, ir.Not(TELNET), valid_from=AS_OF + 2)).contradictions() == sets((0, 1))


def test_vacuous_dead_implied_redundant_dominated() -> None:
    found = world(
        demand(0, days("<=", 2)),
        demand(1, days("<=", 1)),
        demand(2, ir.Or((TELNET, ir.Not(TELNET)))),
        demand(3, TELNET, ir.And((RADIO, ir.Not(RADIO)))),
        demand(4, days("<=", 1), RADIO),
        demand(5, days("!=", 2), RADIO),
    )
    assert [found.vacuous(n) for n in range(6)] == [False, False, True, True, False, False]
    assert [found.dead(n) for n in range(6)] == [False, False, False, True, False, False]
    assert found.implies(1, 0)
    assert not found.implies(0, 1)
    assert found.dominates(4, 0)
    assert found.redundant(0, [1, 4, 5]) == sets((1,))
    assert found.redundant(4, [0, 5, 3]) == sets((0, 5))
    assert found.equivalent(2, 3)


def test_variants_and_gaps() -> None:
    found = world(
        demand(0, days("=", 0), kind("toy")), demand(1, days(">", 1), kind("tv")), demand(2, days(">", 0), kind("tv"))
    )
    assert found.variants() == 2
    assert found.gaps([0, 1], found.there)
    assert found.variants([0]) == 1


def test_waivers_that_are_needless_blocked_or_only_put_a_conflict_off() -> None:
    def waiver(requirement: str, provided: ir.Expr) -> ir.Waiver:
        return ir.Waiver(
            id="w", requirement=requirement, product="*", because="", approved_by="", approved_on=AS_OF,
            until=AS_OF + 2, provided=provided, place=PLACE,
        )  # fmt: skip

    found = world(demand(0, ir.Not(TELNET)), demand(1, TELNET, RADIO), demand(2, days(">", 1)))
    assert waivers.needless(found, waiver("toy:r0", ir.Not(TELNET)))
    assert not waivers.needless(found, waiver("toy:r0", TELNET))
    assert waivers.blocked(found, waiver("toy:r0", days("<", 2)))
    assert not waivers.blocked(found, waiver("toy:r0", days("=", 2)))
    assert waivers.returning(found, waiver("toy:r0", TELNET)) == sets((0, 1))
    assert waivers.returning(found, waiver("toy:r2", TELNET)) == set()
    ending = world(demand(0, ir.Not(TELNET)), demand(1, TELNET, valid_until=AS_OF + 2))
    assert waivers.returning(ending, waiver("toy:r0", TELNET)) == set()


@pytest.mark.parametrize("share", range(SHARES))
def test_both_engines_give_the_same_tables(share: int) -> None:
    for _, found in suites(share, of=5):
        for number, judged in enumerate(found.judged):
            slow = judge(found.space, found.program, number, slow=True)
            assert (slow.violated == judged.violated).all()
            assert (slow.applies == judged.applies).all()


def test_the_suites_are_worth_their_while() -> None:
    """Conflicts of several sizes and kinds, vacuous and dead requirements, axioms that matter: none of them is rare."""
    seen: Counter[str] = Counter()
    for seed in range(84):
        _, found = suite(seed)
        for members in found.contradictions():
            seen[f"of {min(len(members), 3)}"] += 1
            seen[found.kind(members)] += 1
        seen["vacuous"] += sum(map(found.vacuous, range(len(found.judged))))
        seen["dead"] += sum(map(found.dead, range(len(found.judged))))
        seen["clean"] += not found.contradictions()
        seen["axioms"] += not found.there.all()
    floor = {"of 1": 15, "of 2": 30, "of 3": 4, "contradiction": 40, "tension": 4, "right": 4, "vacuous": 20, "dead": 8}
    assert {word for word, least in {**floor, "clean": 15, "axioms": 10}.items() if seen[word] < least} == set()
