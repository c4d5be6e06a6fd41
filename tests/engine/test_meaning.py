"""The rules of meaning of the language reference, one by one (sections 3 to 5)."""

from __future__ import annotations

from array import array

import pytest

from rulewright.dsl import ir
from rulewright.engine.report import Options
from rulewright.engine.result import Verdict
from rulewright.facts.base import Fact
from rulewright.facts.table import Column, Relation, Source
from rulewright.facts.types import Completeness, State, Trust
from tests.engine.made import (
    AS_OF,
    PLACE,
    SOURCE,
    TRUE,
    attr,
    components,
    facts,
    field,
    program,
    quant,
    report,
    requirement,
    run,
)

KNOWN = ir.Is("known")
LIBRARY = field("type", ir.Cmp("=", "library"))
SUPPLIED = field("supplier", KNOWN)
GOOD = {"type": "library", "supplier": "Acme", "name": "zlib"}
BAD = {"type": "library", "name": "busybox"}
YES, NO = ir.Cmp("=", value=True), ir.Cmp("=", value=False)


def test_a_passing_list_of_unstated_extent_rests_on_a_recorded_assumption() -> None:
    """Unstated and not empty: evaluated as listed, and the assumption is in the verdict and in the summary."""
    found = run(requirement(quant("every", SUPPLIED, LIBRARY)), facts(components([GOOD])))
    assert found.verdict == "pass"
    assert [(a.collection, a.text) for a in found.assumptions] == [("component", "completeness not stated")]


def test_a_closed_list_makes_no_assumption() -> None:
    """The source says that it is complete."""
    found = run(requirement(quant("every", SUPPLIED, LIBRARY)), facts(components([GOOD], Completeness.CLOSED)))
    assert (found.verdict, found.assumptions) == ("pass", ())


def test_a_counterexample_needs_no_assumption() -> None:
    """What is found wrong stays wrong however the list goes on, and is shown with place and missing value."""
    found = run(requirement(quant("every", SUPPLIED, LIBRARY)), facts(components([GOOD, BAD])))
    assert (found.verdict, found.assumptions) == ("fail", ())
    (element,) = found.reason[0].elements
    assert (element.pointer, element.verdict) == ("/components/1", "fail")
    assert ("component.supplier", "missing") in {(v.fact, v.reason) for v in element.values}


OPEN_CASES: list[tuple[str, int, list[dict[str, str]], Verdict]] = [
    ("every", 0, [GOOD], "unknown"),
    ("every", 0, [BAD], "fail"),
    ("no", 0, [BAD], "unknown"),
    ("no", 0, [GOOD], "fail"),
    ("some", 0, [GOOD], "pass"),
    ("some", 0, [BAD], "unknown"),
    ("at_least", 2, [GOOD, GOOD], "pass"),
    ("at_least", 2, [GOOD], "unknown"),
    ("at_most", 1, [GOOD, GOOD], "fail"),
    ("at_most", 1, [GOOD], "unknown"),
]


@pytest.mark.parametrize(("kind", "n", "rows", "verdict"), OPEN_CASES)
def test_an_open_list_gives_lower_bounds_only(kind: str, n: int, rows: list[dict[str, str]], verdict: Verdict) -> None:
    """`every`, `no` and `at most` can fail but never pass; `some` and `at least` can pass but never fail."""
    table = components(rows, Completeness.OPEN)
    assert run(requirement(quant(kind, SUPPLIED, n=n)), facts(table)).verdict == verdict


@pytest.mark.parametrize("kind", ["every", "some", "no", "at_least", "at_most"])
@pytest.mark.parametrize("tables", [(), (components([GOOD], Completeness.ABSENT),)], ids=["no table", "absent"])
def test_an_absent_list_is_unknown_for_every_quantifier(kind: str, tables: tuple[object, ...]) -> None:
    """Nothing was supplied, and the missing collection is named."""
    found = run(requirement(quant(kind, SUPPLIED, n=1)), facts(*tables))  # type: ignore[arg-type]  # tables
    assert found.verdict == "unknown"
    assert ("component", "missing") in {(m.fact, m.reason) for m in found.reason[0].missing}


def test_an_empty_unstated_list_is_no_evidence() -> None:
    """Silence is treated as open."""
    assert run(requirement(quant("no", SUPPLIED)), facts(components([]))).verdict == "unknown"
    assert run(requirement(quant("every", SUPPLIED)), facts(components([]))).verdict == "unknown"


def test_an_empty_closed_list() -> None:
    """`every` is not applicable, `no` passes, `some` fails."""
    empty = facts(components([], Completeness.CLOSED))
    assert run(requirement(quant("every", SUPPLIED)), empty).verdict == "not_applicable"
    assert run(requirement(quant("no", SUPPLIED)), empty).verdict == "pass"
    assert run(requirement(quant("some", SUPPLIED)), empty).verdict == "fail"


def test_an_assumption_of_the_policy_closes_an_unstated_list_but_not_an_open_one() -> None:
    """A policy cannot overrule a source that says that its list is incomplete."""
    assumed = (ir.Assumption("component", "closed", "built from a full lock file", PLACE),)
    wanted = program(requirement(quant("every", SUPPLIED)), assumptions=assumed)
    assert run(wanted, facts(components([]))).verdict == "not_applicable"
    found = run(wanted, facts(components([GOOD])))
    assert found.assumptions[0].text == "assumed complete by the policy: built from a full lock file"
    assert run(wanted, facts(components([GOOD], Completeness.OPEN))).verdict == "unknown"
    assert run(wanted, facts()).verdict == "unknown"


def test_a_policy_can_harden_unstated_to_open() -> None:
    """`unstated completeness is open`."""
    wanted = program(requirement(quant("every", SUPPLIED)), unstated_open=("*",))
    assert run(wanted, facts(components([GOOD]))).verdict == "unknown"
    assert run(wanted, facts(components([BAD]))).verdict == "fail"


def test_lines_that_select_nothing_do_not_count() -> None:
    """One line not applicable, one passing: pass; both not applicable: so is the requirement."""
    nothing = quant("every", SUPPLIED, field("type", ir.Cmp("=", "firmware")))
    something = quant("every", SUPPLIED, LIBRARY)
    known = facts(components([GOOD], Completeness.CLOSED))
    assert run(requirement(nothing, something), known).verdict == "pass"
    found = run(requirement(nothing, nothing), known)
    assert (found.verdict, found.reason[0].verdict) == ("not_applicable", "not_applicable")


def test_every_inside_a_larger_expression_is_classical() -> None:
    """Only an `every` that is a line of its own can be not applicable."""
    nothing = quant("every", SUPPLIED, field("type", ir.Cmp("=", "firmware")))
    known = facts(components([GOOD], Completeness.CLOSED), a__b=False)
    assert run(requirement(ir.Or((attr("a.b", YES), nothing))), known).verdict == "pass"


def test_an_unknown_selection_matters_only_where_the_check_is_not_true() -> None:
    """Kleene implication: the ninth document of the silence matrix, and its harmless twin."""
    rule = requirement(quant("every", SUPPLIED, LIBRARY))
    assert run(rule, facts(components([GOOD, {"name": "x"}]))).verdict == "unknown"
    assert run(rule, facts(components([GOOD, {"name": "x", "supplier": "Acme"}]))).verdict == "pass"
    assert run(rule, facts(components([BAD, {"name": "x"}]))).verdict == "fail"


@pytest.mark.parametrize(
    ("state", "known", "stated", "withheld"),
    [
        (State.MISSING, "fail", "fail", "fail"),
        (State.DECLARED_UNKNOWN, "fail", "pass", "fail"),
        (State.WITHHELD, "fail", "pass", "pass"),
        (State.MALFORMED, "fail", "fail", "fail"),
        (State.CONFLICTING, "fail", "pass", "fail"),
    ],
)
def test_questions_about_the_state_are_two_valued(
    state: State, known: Verdict, stated: Verdict, withheld: Verdict
) -> None:
    """`is known` and its kin never answer unknown."""
    for adjective, verdict in (("known", known), ("stated", stated), ("withheld", withheld)):
        rule = requirement(attr("a.b", ir.Is(adjective)))  # type: ignore[arg-type]  # an adjective
        assert run(rule, facts(a__b=state)).verdict == verdict


@pytest.mark.parametrize("state", [s for s in State if s is not State.KNOWN])
def test_no_unknown_becomes_a_pass(state: State) -> None:
    """Neither a test nor its negation holds of an unknown, and the reason is shown."""
    for expr in (attr("a.b", YES), ir.Not(attr("a.b", YES)), attr("a.b", NO)):
        found = run(requirement(expr), facts(a__b=state))
        assert found.verdict == "unknown"
        assert [(m.fact, m.reason) for m in found.reason[0].missing] == [("a.b", state.word)]


def test_applicability() -> None:
    """False: not applicable, with the fact that made it so; unknown: unknown, whatever the check says."""
    rule = requirement(attr("a.b", YES), applies=attr("device.has_network", YES))
    found = run(rule, facts(a__b=False, device__has_network=False))
    assert found.verdict == "not_applicable"
    assert [(v.fact, v.value) for v in found.reason[0].values] == [("device.has_network", "false")]
    found = run(rule, facts(a__b=False))
    assert (found.verdict, found.reason[0].missing[0].fact) == ("unknown", "device.has_network")
    assert run(rule, facts(a__b=True, device__has_network=True)).verdict == "pass"


def test_if_unknown_fail_hardens_an_unknown_check_only() -> None:
    """It never touches an unknown applicability, and says what it did."""
    rule = requirement(attr("a.b", YES), applies=attr("x.y", YES), unknown_fails=True)
    found = run(rule, facts(x__y=True))
    assert (found.verdict, found.tailored) == ("fail", ("unknown counts as fail",))
    assert run(rule, facts()).verdict == "unknown"


def test_validity() -> None:
    """Outside its dates a requirement is not applicable, with the dates."""
    rule = requirement(attr("a.b", YES), valid_from=AS_OF + 1)
    found = run(rule, facts(a__b=False))
    assert (found.verdict, found.reason[0].text) == ("not_applicable", "in force from 2024-10-05")
    rule = requirement(attr("a.b", YES), valid_from=AS_OF, valid_until=AS_OF)
    assert run(rule, facts(a__b=False)).verdict == "fail"


def test_evidence_decides_which_facts_count() -> None:
    """Too old is stale; from another detector or below the trust is untrusted; both leave the verdict unknown."""
    scan = Source("scan.json", "1" * 64, "network", Trust.OBSERVED, AS_OF - 100)
    fact = Fact(State.KNOWN, False, scan, "/telnet", Trust.OBSERVED, AS_OF - 100, "network")  # noqa: FBT003  # a value

    def verdict(**clause: object) -> tuple[str, list[str]]:
        evidence = ir.Evidence(**{"need": 1, "detectors": ("network",), **clause})  # type: ignore[arg-type]
        found = run(requirement(attr("i.telnet", NO), evidence=evidence), facts(i__telnet=fact))
        return found.verdict, [m.reason for m in found.reason[0].missing]

    assert verdict(fresh=180, trust=2) == ("pass", [])
    assert verdict(fresh=99) == ("unknown", ["stale"])
    assert verdict(trust=3) == ("unknown", ["untrusted"])
    assert verdict(detectors=("firmware",)) == ("unknown", ["untrusted"])
    assert verdict(need=2, detectors=("network", "firmware")) == ("unknown", ["untrusted"])


def test_an_attribute_has_a_freshness_of_its_own() -> None:
    """Past it, an observation is stale; a clause with its own `fresh` replaces it; a fact without a day does not age."""
    scan = Source("scan.json", "1" * 64, "network", Trust.OBSERVED, None)

    def verdict(observed: int | None, fresh: int, clause: ir.Evidence | None = None) -> tuple[str, list[str]]:
        fact = Fact(State.KNOWN, False, scan, "/telnet", Trust.OBSERVED, observed, "network")  # noqa: FBT003  # a value
        rule = program(requirement(attr("i.telnet", NO), evidence=clause), fresh={"i.telnet": fresh, "i.other": 1})
        found = run(rule, facts(i__telnet=fact))
        return found.verdict, [m.reason for m in found.reason[0].missing]

    old = AS_OF - 100
    assert verdict(old, 100) == ("pass", [])
    assert verdict(old, 99) == ("unknown", ["stale"])
    assert verdict(None, 99) == ("pass", [])
    assert verdict(old, 99, ir.Evidence(0, (), fresh=180)) == ("pass", [])
    assert verdict(old, 180, ir.Evidence(0, (), fresh=99)) == ("unknown", ["stale"])
    assert verdict(old, 99, ir.Evidence(1, ("network",))) == ("unknown", ["stale"])
    assert verdict(None, 99, ir.Evidence(0, (), fresh=180)) == ("unknown", ["stale"])


def test_a_stale_attribute_leaves_open_whether_a_requirement_applies() -> None:
    """Conditions of applicability have no evidence clause, but observations age all the same."""
    fact = Fact(State.KNOWN, True, SOURCE, "/radio", observed=AS_OF - 100)  # noqa: FBT003  # a value
    rule = requirement(TRUE, applies=attr("has.radio", YES))
    assert run(program(rule, fresh={"has.radio": 99}), facts(has__radio=fact)).verdict == "unknown"
    assert run(program(rule, fresh={"has.radio": 100}), facts(has__radio=fact)).verdict == "pass"


def test_an_old_witness_does_not_count_beside_a_new_one() -> None:
    """A value that two sources give stands as long as one of them is fresh; a union only if all are."""
    old = Fact(State.KNOWN, ("EU",), SOURCE, "/a", observed=AS_OF - 100)
    new = Fact(State.KNOWN, ("EU",), SOURCE, "/b", observed=AS_OF - 1)
    other = Fact(State.KNOWN, ("US",), SOURCE, "/b", observed=AS_OF - 1)
    both = Fact(State.KNOWN, ("EU",), SOURCE, "/a", observed=AS_OF - 100, witnesses=(old, new))
    union = Fact(State.KNOWN, ("EU", "US"), SOURCE, "/a", observed=AS_OF - 1, witnesses=(old, other))
    rule = program(requirement(attr("p.m", ir.Contains("EU"), "set")), fresh={"p.m": 10})
    assert run(rule, facts(p__m=both)).verdict == "pass"
    assert run(rule, facts(p__m=union)).verdict == "unknown"


def test_evidence_decides_which_elements_and_lists_count() -> None:
    """What a refused source lists is there only perhaps, and its word on completeness does not count."""
    clause = ir.Evidence(need=1, detectors=("firmware",), trust=2)
    closed = facts(components([GOOD, BAD], Completeness.CLOSED))
    named = field("name", ir.Cmp("=", "telnetd"))
    for expr, verdict in [
        (quant("no", TRUE, named), "unknown"),
        (quant("at_least", TRUE, n=1), "unknown"),
        (quant("at_most", TRUE, n=5), "unknown"),
        (quant("some", SUPPLIED), "unknown"),
        (quant("every", SUPPLIED), "unknown"),
    ]:
        assert run(requirement(expr, evidence=clause), closed).verdict == verdict
    two = ir.Evidence(need=2, detectors=("sbom", "firmware"))
    assert run(requirement(quant("some", SUPPLIED), evidence=two), closed).verdict == "unknown"
    assert run(requirement(quant("some", SUPPLIED), evidence=ir.Evidence(1, ("sbom",))), closed).verdict == "pass"


def test_evidence_counts_for_both_sides_of_a_comparison() -> None:
    """The attribute that a field is compared with has to meet the clause as well."""
    later = ir.Atom(ir.Field("c", "component", "end_of_support", "date"), ir.CmpAttr(">=", ir.Attr("p.day", "date")))
    rule = quant("every", later)
    table = components([{"end_of_support": AS_OF + 9}], Completeness.CLOSED)
    said = Fact(State.KNOWN, AS_OF, Source("f", "1" * 64, "declaration"), detector="declaration")
    assert run(requirement(rule), facts(table, p__day=said)).verdict == "pass"
    assert run(requirement(rule, evidence=ir.Evidence(1, ("sbom",))), facts(table, p__day=said)).verdict == "unknown"


def test_a_union_counts_only_if_each_of_its_sources_does() -> None:
    """A market that only an untrusted source names is not evidence for the whole set."""
    scan = Source("scan", "1" * 64, "network", Trust.OBSERVED)
    one = Fact(State.KNOWN, ("EU",), scan, trust=Trust.OBSERVED, detector="network")
    two = Fact(State.KNOWN, ("US",), SOURCE, detector="sbom")
    both = Fact(State.KNOWN, ("EU", "US"), scan, trust=Trust.OBSERVED, detector="network", witnesses=(one, two))
    expr = attr("p.m", ir.Contains("US"), "set")
    assert run(requirement(expr), facts(p__m=both)).verdict == "pass"
    assert run(requirement(expr, evidence=ir.Evidence(1, ("network",))), facts(p__m=both)).verdict == "unknown"


def test_an_element_without_a_known_owner_may_belong_to_any() -> None:
    """A vulnerability that is tied to no component leaves the lists of all components open."""
    vulnerabilities = components([{"exploited": True}], collection="vulnerability")
    table = components([GOOD])
    exploited = ir.Atom(ir.Field("v", "vulnerability", "exploited", "bool"), YES)
    none = ir.Quant("no", "v", "vulnerability", exploited, TRUE, "of", "c", "component")
    rule = requirement(quant("every", none))
    assert run(rule, facts(table, vulnerabilities)).verdict == "unknown"
    tied = components([{"exploited": True}], collection="vulnerability")
    tied.relations = {"component": lambda: Relation(array("i", [0]), array("i", [0]))}
    assert run(rule, facts(components([GOOD]), tied)).verdict == "fail"


def test_a_conflict_shows_both_witnesses() -> None:
    """Sources that disagree leave the fact unknown; who said what is in the evidence."""
    one, two = (Fact(State.KNOWN, value, pointer=p) for value, p in ((True, "/a"), (False, "/b")))
    found = run(requirement(attr("a.b", YES)), facts(a__b=Fact(State.CONFLICTING, witnesses=(one, two))))
    (shown,) = found.reason[0].values
    assert (found.verdict, shown.reason, [w.value for w in shown.witnesses]) == (
        "unknown",
        "conflicting",
        ["true", "false"],
    )


@pytest.mark.parametrize(
    ("level", "fail_on", "gate"),
    [
        ("shall", "shall", "fail"),
        ("should", "shall", "pass"),
        ("should", "should", "fail"),
        ("may", "should", "pass"),
        ("shall", "never", "pass"),
    ],
)
def test_the_level_decides_the_gate(level: str, fail_on: str, gate: str) -> None:
    """A failed or unknown `shall` blocks; `--fail-on` moves the line."""
    for known in (facts(a__b=False), facts()):
        wanted = program(requirement(attr("a.b", YES), level=level))
        assert report(wanted, known, Options(fail_on=fail_on)).summary.gate == gate  # type: ignore[arg-type]


# --- waivers -----------------------------------------------------------------------------------------------------------


def waived(**parts: object) -> ir.Program:
    """A failing requirement and a waiver for it."""
    waiver = {
        "id": "w-1", "requirement": "std:r", "product": "camera@2.3", "because": "factory only",
        "approved_by": "psirt@example.com", "approved_on": AS_OF - 10, "until": AS_OF + 100, "provided": TRUE,
        "place": PLACE, **parts,
    }  # fmt: skip
    return program(requirement(attr("a.b", YES)), waivers=(ir.Waiver(**waiver),))  # type: ignore[arg-type]


def test_a_waiver_labels_and_never_replaces() -> None:
    """The verdict stays; the gate opens."""
    whole = report(waived(), facts(a__b=False))
    assert (whole.results[0].verdict, whole.summary.gate, whole.summary.waived) == ("fail", "pass", 1)
    assert whole.results[0].waived is not None
    assert whole.findings == ()


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"until": AS_OF - 1}, "RW2001"),
        ({"approved_on": AS_OF + 1}, "RW2001"),
        ({"provided": ir.Const(value=False)}, "RW2001"),
        ({"provided": ir.Const(value=None)}, "RW2001"),
        ({"product": "another"}, "RW2002"),
        ({"requirement": "std:gone"}, "RW2002"),
    ],
)
def test_a_waiver_that_does_not_apply_is_a_finding(parts: dict[str, object], code: str) -> None:
    """Expired, not yet approved, not provided for, orphaned."""
    whole = report(waived(**parts), facts(a__b=False))
    assert (whole.results[0].waived, whole.summary.gate) == (None, "fail")
    assert [finding.code for finding in whole.findings] == [code]


def test_a_waiver_lasts_to_the_end_of_its_day_and_says_when_it_is_near() -> None:
    """UTC days, inclusive."""
    whole = report(waived(until=AS_OF), facts(a__b=False))
    assert whole.results[0].waived is not None
    assert [finding.code for finding in whole.findings] == ["RW2004"]


def test_a_waiver_that_nobody_needs_is_a_finding() -> None:
    """The requirement passes."""
    assert [f.code for f in report(waived(), facts(a__b=True)).findings] == ["RW2003"]


def test_what_breaks_is_an_error_and_never_silent() -> None:
    """A table that cannot be read makes the requirement that needs it an error; the others keep their verdicts."""

    def broken() -> Column:
        raise OSError("the disk is gone")  # a stand-in for any fault

    table = components([GOOD])
    table.builders = {**table.builders, "supplier": broken}
    wanted = program(requirement(quant("every", SUPPLIED)), requirement(attr("a.b", YES), id="std:s"))
    whole = report(wanted, facts(table, a__b=True))
    assert [(r.verdict, r.blocks) for r in whole.results] == [("error", True), ("pass", False)]
    assert (whole.summary.error, whole.summary.gate) == (1, "fail")
    assert "the disk is gone" in whole.results[0].reason[0].text


def test_elements_are_cut_and_their_total_is_not() -> None:
    """The limit is the caller's."""
    whole = report(program(requirement(quant("every", SUPPLIED))), facts(components([BAD] * 9)), Options(limit=3))
    reason = whole.results[0].reason[0]
    assert (len(reason.elements), reason.elements_total) == (3, 9)
