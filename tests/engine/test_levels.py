"""Graded findings: from which level on they count, and that no doubt becomes a pass."""

from itertools import product

import pytest
from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.evidence import allowed_fact
from rulewright.facts.base import Fact
from rulewright.facts.merge import settle
from rulewright.facts.table import Source
from rulewright.facts.types import Level, State, Value
from tests.engine.made import AS_OF, attr, facts, program, requirement, run
from tests.engine.test_changes import changes

YES: Value = True
NOT: Value = False
NONE = ir.Cmp("=", value=False)
FOUND = ir.Cmp("=", value=True)
DAY = AS_OF - 3


def said(value: Value, level: Level | None = None, detector: str = "firmware", day: int = DAY) -> Fact:
    source = Source(f"{detector}.json", "0" * 64, detector)
    return Fact(State.KNOWN, value, source, "/etc/inittab#3", observed=day, detector=detector, level=level)


def at(level: Level | int, *detectors: str, need: int = 0, fresh: int | None = None) -> ir.Evidence:
    return ir.Evidence(need or min(1, len(detectors)), detectors, fresh, level=int(level))


@pytest.mark.parametrize(("level", "need"), list(product(Level, Level)))
def test_true_counts_from_its_level_on(level: Level, need: Level) -> None:
    """Below, nothing that matters was found; but whether something is verified only a live look can say."""
    wanted = requirement(attr("i.telnet", NONE), evidence=at(need))
    expected = "fail" if level >= need else "pass" if need <= Level.ENABLED else "unknown"
    assert run(wanted, facts(i__telnet=said(YES, level))).verdict == expected
    if expected != "unknown":
        good = requirement(attr("i.telnet", FOUND), evidence=at(need))
        assert run(good, facts(i__telnet=said(YES, level))).verdict == {"fail": "pass", "pass": "fail"}[expected]


@pytest.mark.parametrize("need", list(Level))
def test_facts_without_a_level_and_what_is_not_there_count_for_every_level(need: Level) -> None:
    wanted = requirement(attr("i.telnet", NONE), evidence=at(need))
    assert run(wanted, facts(i__telnet=said(YES))).verdict == "fail"
    assert run(wanted, facts(i__telnet=said(NOT))).verdict == "pass"
    assert run(wanted, facts()).verdict == "unknown"


def test_without_a_clause_the_attribute_says_from_where_on() -> None:
    """An attribute that says nothing counts from `enabled` on; a clause goes before the attribute."""
    wanted = requirement(attr("i.telnet", NONE))
    here = facts(i__telnet=said(YES, Level.CONDITIONAL))
    assert run(wanted, here).verdict == "pass"
    assert run(program(wanted, levels={"i.telnet": 3}), here).verdict == "fail"
    strict = requirement(attr("i.telnet", NONE), evidence=at(Level.ENABLED))
    assert run(program(strict, levels={"i.telnet": 3}), here).verdict == "pass"


@pytest.mark.parametrize(("level", "verdict"), [(Level.PRESENT, "unknown"), (Level.ENABLED, "fail")])
def test_other_values_below_the_level_are_missing(level: Level, verdict: str) -> None:
    wanted = requirement(attr("i.uart", ir.Cmp("=", "absent"), "enum"))
    found = run(wanted, facts(i__uart=said("open", level)))
    assert found.verdict == verdict
    if verdict == "unknown":
        (shown,) = found.reason[0].values
        assert (shown.reason, shown.witnesses[0].value) == ("missing", "open, present (needs enabled)")


def test_the_level_holds_for_applicability_too() -> None:
    """Else a hidden interface would be left aside by `applies when` before the check could look at it."""
    hidden = facts(i__adb=said(YES, Level.CONDITIONAL), i__off=False)
    rule = requirement(attr("i.off", FOUND), applies=attr("i.adb", FOUND))
    assert run(rule, hidden).verdict == "not_applicable"
    assert run(replace(rule, evidence=at(Level.CONDITIONAL)), hidden).verdict == "fail"
    assert run(replace(rule, evidence=at(Level.CONDITIONAL), scope=attr("i.adb", FOUND)), hidden).verdict == "fail"


# --- several sources ---------------------------------------------------------------------------------------------------


def test_the_higher_level_holds_and_both_are_kept() -> None:
    both = settle([said(YES, Level.CONDITIONAL), said(YES, Level.VERIFIED, "network")], "agree")
    assert (both.value, both.level, len(both.witnesses)) == (True, Level.VERIFIED, 2)
    assert settle([said(YES, Level.CONDITIONAL), said(YES, None, "network")], "agree").level is None
    assert settle([said(YES, Level.CONDITIONAL), said(YES, Level.ENABLED, "x")], "all").level is Level.CONDITIONAL


def test_yes_against_no_is_a_conflict_where_the_yes_goes_as_far_as_asked() -> None:
    """Firmware says that it is started on a condition, a scan that nothing listens: no contradiction at `enabled`."""
    torn = settle([said(YES, Level.CONDITIONAL), said(NOT, None, "network")], "agree")
    assert torn.state is State.CONFLICTING
    for level, verdict in {Level.PRESENT: "unknown", Level.CONDITIONAL: "unknown", Level.ENABLED: "pass"}.items():
        assert run(requirement(attr("i.telnet", NONE), evidence=at(level)), facts(i__telnet=torn)).verdict == verdict
    started = settle([said(NOT), said(YES, Level.VERIFIED, "network")], "agree")
    for level in Level:
        wanted = requirement(attr("i.telnet", NONE), evidence=at(level))
        assert run(wanted, facts(i__telnet=started)).verdict == "unknown"


def test_a_rule_of_the_vocabulary_settles_it() -> None:
    parts = [said(YES, Level.ENABLED), said(NOT, None, "network")]
    assert settle(parts, "any").level is Level.ENABLED
    assert (settle(parts, "all").value, settle(parts, "all").level) == (False, None)


def test_a_conflict_is_shown_with_detector_day_and_place() -> None:
    torn = settle([said(NOT), said(YES, Level.VERIFIED, "network", AS_OF - 1)], "agree")
    (shown,) = run(requirement(attr("i.telnet", NONE)), facts(i__telnet=torn)).reason[0].values
    told = {(w.value, w.detector, w.on, w.source, w.pointer) for w in shown.witnesses}
    assert told == {
        ("false", "firmware", "2024-10-01", "firmware.json", "/etc/inittab#3"),
        ("true, verified", "network", "2024-10-03", "network.json", "/etc/inittab#3"),
    }


def test_what_falls_short_is_shown_with_both_levels() -> None:
    (shown,) = run(requirement(attr("i.telnet", NONE)), facts(i__telnet=said(YES, Level.CONDITIONAL))).reason[0].values
    assert (shown.value, shown.reason) == ("true, conditional (needs enabled)", None)


def test_a_refused_source_makes_no_finding_smaller() -> None:
    """The scan that saw it live is not accepted here: then it is open how far the finding goes."""
    both = settle([said(YES, Level.CONDITIONAL), said(YES, Level.VERIFIED, "network")], "agree")
    wanted = requirement(attr("i.telnet", NONE), evidence=at(Level.ENABLED, "firmware"))
    assert run(wanted, facts(i__telnet=both)).verdict == "unknown"
    alone = requirement(attr("i.telnet", NONE), evidence=at(Level.ENABLED, "network"))
    assert run(alone, facts(i__telnet=both)).verdict == "fail"


def test_a_witness_who_says_no_takes_no_finding_further() -> None:
    """Within one device a surer yes may stand above a no, which is kept as a witness."""
    fact = replace(
        said(YES, Level.CONDITIONAL), witnesses=(said(YES, Level.CONDITIONAL), said(NOT, Level.VERIFIED, "x"))
    )
    wanted = requirement(attr("i.telnet", NONE), evidence=at(Level.CONDITIONAL, "x"))
    assert run(wanted, facts(i__telnet=fact)).verdict == "unknown"


WITNESSES = [
    said(value, level, detector, day)
    for value, level in [(False, None), (True, None), *((True, level) for level in Level)]
    for detector, day in (("firmware", DAY), ("network", AS_OF - 300))
]
CLAUSES = [
    at(level, *detectors, need=need, fresh=fresh)
    for level in (0, *Level)
    for detectors, need in (((), 0), (("firmware",), 1), (("firmware", "network"), 2))
    for fresh in (None, 30)
]


@pytest.mark.parametrize("clause", CLAUSES, ids=str)
def test_a_level_turns_no_unknown_into_a_known_fact(clause: ir.Evidence) -> None:
    """All pairs of witnesses: what is known at a level is what each source that says it says at that level."""
    need = clause.level or Level.ENABLED
    for one, other in product(WITNESSES, WITNESSES):
        fact = settle([one, other], "agree") if one != other else one
        found = allowed_fact(fact, clause, AS_OF)
        plain = (
            settle([replace(w, level=None) for w in (one, other)], "agree")
            if one != other
            else replace(one, level=None)
        )
        before = allowed_fact(plain, replace(clause, level=0), AS_OF)
        if found.state is not State.KNOWN:
            continue
        effective = {bool(w.value) and (w.level is None or w.level >= need) for w in (one, other)}
        assert found.value in {effective.copy().pop(), True}
        if before.state is not State.KNOWN:  # a conflict of levels that is none at this one
            assert plain.state is State.CONFLICTING
            assert (effective, found.value) == ({False}, False)
        if found.value is False:
            assert effective == {False}
            assert need <= Level.ENABLED or not (one.value or other.value)


# --- plans of changes --------------------------------------------------------------------------------------------------


def test_a_plan_changes_what_counts_and_leaves_what_does_not() -> None:
    hidden = facts(x__a=said(YES, Level.CONDITIONAL))
    wanted = requirement(attr("x.a", NONE), evidence=at(Level.CONDITIONAL))
    found, demand = changes(wanted, hidden)
    (step,) = found.steps()
    assert (step.kind, step.now, step.to) == ("change", "true, conditional", "false")
    assert step.evidence == "counts from conditional on"
    assert found.closes(demand)
    assert changes(requirement(attr("x.a", NONE)), hidden)[0].steps() == ()


def test_a_plan_takes_a_good_thing_further() -> None:
    found, demand = changes(requirement(attr("x.a", FOUND)), facts(x__a=said(YES, Level.CONFIGURED)))
    (step,) = found.steps()
    assert (step.kind, step.now, step.to) == ("change", "true, configured", "true")
    assert found.closes(demand)
