"""Comparing two results: what became of each requirement, which facts made it so, how old a gap is."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.dsl import ir
from rulewright.engine import compare_read
from rulewright.engine import result as r
from rulewright.engine.compare import compare, natural, paired
from rulewright.engine.comparison import KINDS, MIRROR, Comparison, Item

PLACE = ir.Place("a.rw", 1, 1)
WAIVER = r.Waived("w1", "known", "Jo", "2026-01-01", "2026-12-31")
NAMES = ("acme.a:1.1", "acme.a:1.2", "acme.a:1.10", "acme.b:x")


def line(verdict: r.Verdict, **other: object) -> r.Reason:
    plain: dict[str, object] = {"line": "check#1", "verdict": verdict, "text": "…"}
    return r.Reason(**{**plain, **other})  # type: ignore[arg-type]


def one(name: str, verdict: r.Verdict, *, blocks: bool = False, **other: object) -> r.Result:
    plain: dict[str, object] = {
        "product": "p", "requirement": name, "level": "shall", "severity": "high", "title": "T", "verdict": verdict,
        "waived": None, "blocks": blocks, "refs": (), "objective": (), "reason": (), "assumptions": (), "tailored": (),
        "fix": "", "note": "", "source": PLACE,
    }  # fmt: skip
    return r.Result(**{**plain, **other})  # type: ignore[arg-type]


def report(
    *results: r.Result, day: str = "2026-11-01", products: tuple[str, ...] = ("p",), **other: object
) -> r.Report:
    blocking = sum(found.blocks for found in results)
    plain: dict[str, object] = {
        "engine": r.Engine("rulewright", "1"), "language": "1", "as_of": f"{day}T00:00:00Z", "fail_on": "shall",
        "products": tuple(r.ProductInfo(p, p, "", ()) for p in products), "inputs": (),
        "policies": (r.PolicyInfo("policy", "acme.a", "1", "0" * 64), r.PolicyInfo("policy", "acme.b", "2", "1" * 64)),
        "excluded": (), "findings": (), "results": results,
        "summary": r.Summary(0, 0, 0, 0, 0, 0, 0, 0, blocking, "fail" if blocking else "pass"),
    }  # fmt: skip
    return r.Report(**{**plain, **other})  # type: ignore[arg-type]


def only(found: Comparison) -> Item:
    (item,) = found.items
    return item


def element(name: str, value: str) -> r.Element:
    return r.Element(name, "/components/1", "a.json", "fail", (r.Shown("component.supplier", value),))


KIND_OF = [
    ("pass", "fail", "opened"),
    ("pass", "unknown", "opened"),
    ("fail", "pass", "closed"),
    ("error", "pass", "closed"),
    ("fail", "unknown", "still_open"),
    ("not_applicable", "pass", "newly_applicable"),
    ("not_applicable", "fail", "newly_applicable"),
    ("fail", "not_applicable", "no_longer_applicable"),
]


@pytest.mark.parametrize(("old", "new", "kind"), KIND_OF)
def test_what_became_of_it(old: r.Verdict, new: r.Verdict, kind: str) -> None:
    assert only(compare(report(one("a:1", old)), report(one("a:1", new)))).kind == kind


@pytest.mark.parametrize("verdict", ["pass", "not_applicable"])
def test_what_stays_well_is_no_item(verdict: r.Verdict) -> None:
    same = report(one("a:1", verdict))
    assert not compare(same, same).items


def test_what_blocks_anew_closes_the_gate() -> None:
    found = compare(report(one("a:1", "pass")), report(one("a:1", "fail", blocks=True)))
    assert (found.gate, found.opens, only(found).opens) == ("fail", 1, True)


def test_what_blocked_before_does_not_close_the_gate() -> None:
    found = compare(report(one("a:1", "unknown", blocks=True)), report(one("a:1", "fail", blocks=True)))
    assert (found.gate, only(found).kind, only(found).blocks) == ("pass", "still_open", True)


def test_a_waiver_that_ends_opens_what_blocks() -> None:
    found = compare(report(one("a:1", "fail", waived=WAIVER)), report(one("a:1", "fail", blocks=True)))
    assert (only(found).kind, only(found).old_waived, found.gate) == ("waiver_ended", WAIVER, "fail")


def test_a_requirement_on_one_side_only_says_why() -> None:
    out = r.ExcludedInfo("acme.a:1", "no radio", PLACE)
    had = report(one("acme.a:1", "fail"))
    assert only(compare(had, report(excluded=(out,)))).why == "excluded by the policy of the new result: no radio"
    assert only(compare(had, report(policies=()))).why == "the new result was made without this standard"
    assert only(compare(report(), had)).why == "the old result does not hold this requirement"
    assert only(compare(report(), had)).kind == "added"


def test_the_facts_that_changed_have_their_places() -> None:
    was = r.Shown("iface.telnet_present", "true", None, "old.yaml", "/iface")
    now = r.Shown("iface.telnet_present", "false", None, "new.yaml", "/iface/1")
    item = only(
        compare(
            report(one("a:1", "fail", reason=(line("fail", values=(was,)),))),
            report(one("a:1", "pass", reason=(line("pass", values=(now,)),))),
        )
    )
    (change,) = item.facts
    assert change.old is not None
    assert change.new is not None
    assert (change.fact, change.old.value, change.old.pointer) == ("iface.telnet_present", "true", "/iface")
    assert (change.new.value, change.new.source) == ("false", "new.yaml")


def test_changed_evidence_of_what_passes_is_told() -> None:
    def passing(value: str) -> r.Report:
        return report(one("a:1", "pass", reason=(line("pass", values=(r.Shown("tls.min", value),)),)))

    assert only(compare(passing("1.2"), passing("1.3"))).kind == "changed_evidence"
    assert not compare(passing("1.2"), passing("1.2")).items


def test_a_place_alone_is_no_change() -> None:
    def passing(pointer: str) -> r.Report:
        shown = r.Shown("tls.min", "1.2", None, "a", pointer)
        return report(one("a:1", "pass", reason=(line("pass", values=(shown,)),)))

    assert not compare(passing("/1"), passing("/2")).items


def failing(*elements: r.Element, total: int | None = None) -> r.Report:
    count = len(elements) if total is None else total
    return report(one("a:1", "fail", reason=(line("fail", elements=elements, elements_total=count),)))


def test_elements_come_and_go() -> None:
    found = only(compare(failing(element("zlib@1", ""), element("a@1", "")), failing(element("b@1", ""))))
    assert found.elements is not None
    assert (found.elements.come, found.elements.gone) == (("b@1",), ("a@1", "zlib@1"))


def test_an_element_of_another_version_is_the_same_element() -> None:
    found = only(compare(failing(element("zlib@1.2", "x")), failing(element("zlib@1.3", "y"))))
    assert found.elements is not None
    assert (found.elements.come, found.elements.gone) == ((), ())
    assert [(c.element, c.old and c.old.value, c.new and c.new.value) for c in found.facts] == [("zlib@1.3", "x", "y")]


def test_nothing_is_told_of_what_a_cut_list_leaves_out() -> None:
    found = only(compare(failing(element("a@1", ""), total=30), failing(element("b@1", ""), total=20)))
    assert found.elements is not None
    assert (found.elements.old, found.elements.new, found.elements.whole) == (30, 20, False)
    assert (found.elements.come, found.elements.gone) == ((), ())


def test_the_age_is_that_of_an_unbroken_row() -> None:
    def on(day: str, verdict: r.Verdict) -> r.Report:
        return report(one("a:1", verdict), day=day)

    new, old = on("2026-11-11", "fail"), on("2026-11-01", "fail")
    assert (only(compare(old, new)).since, only(compare(old, new)).days) == ("2026-11-01", 10)
    row = [on("2026-10-01", "unknown"), on("2026-09-01", "pass"), on("2026-08-01", "fail"), on("2026-12-01", "pass")]
    found = only(compare(old, new, row))
    assert (found.since, found.days) == ("2026-10-01", 41)


def test_products_are_paired_by_id_name_and_what_is_left() -> None:
    def infos(*names: str) -> list[r.ProductInfo]:
        return [r.ProductInfo(f"{n}", n.partition("@")[0], "", ()) for n in names]

    def pairs(old: list[r.ProductInfo], new: list[r.ProductInfo]) -> list[tuple[str, str]]:
        return [(p.old, p.new) for p in paired(old, new)]

    assert pairs(infos("a", "b"), infos("b", "a")) == [("a", "a"), ("b", "b")]
    assert pairs(infos("cam@1", "hub@1"), infos("hub@2", "cam@2")) == [("cam@1", "cam@2"), ("hub@1", "hub@2")]
    assert pairs(infos("cam"), infos("camera")) == [("cam", "camera")]
    assert pairs(infos("a", "b"), infos("c", "d")) == [("a", ""), ("b", ""), ("", "c"), ("", "d")]


def test_what_makes_results_less_comparable_is_noted() -> None:
    new = report(day="2026-10-01", fail_on="never", policies=(r.PolicyInfo("policy", "acme.a", "2", "0" * 64),))
    told = " | ".join(compare(report(), new).notes)
    assert "before the old one" in told
    assert "fail-on is never, was shall" in told
    assert "acme.a: edition 2, was 1" in told
    assert "acme.b: only in the old result" in told


def test_requirements_stand_in_natural_order() -> None:
    assert sorted(["5.2-10", "5.2-9", "5.10-1"], key=natural) == ["5.2-9", "5.2-10", "5.10-1"]
    both = report(one("acme.a:1.10", "fail"), one("acme.a:1.2", "fail"))
    assert [i.clause for i in compare(both, both).items] == ["1.2", "1.10"]


# --- for every pair of results -----------------------------------------------------------------------------------------

SHOWN = st.builds(r.Shown, st.sampled_from(["f.a", "f.b"]), st.sampled_from(["1", "2", None]))
ELEMENTS = st.lists(
    st.builds(element, st.sampled_from(["z@1", "z@2", "y@1", "x"]), st.sampled_from(["1", "2"])),
    max_size=3,
    unique_by=lambda e: e.id,
)


@st.composite
def results(draw: st.DrawFn, name: str) -> r.Result:
    verdict: r.Verdict = draw(st.sampled_from(r.VERDICTS))
    elements = tuple(draw(ELEMENTS))
    values = tuple(draw(st.lists(SHOWN, max_size=2, unique_by=lambda s: s.fact)))
    cut = draw(st.sampled_from([0, 0, 5]))
    waived = draw(st.sampled_from([None, WAIVER])) if verdict in {"fail", "unknown"} else None
    reason = line(verdict, elements=elements, elements_total=len(elements) + cut, values=values)
    blocks = verdict in {"fail", "unknown", "error"} and waived is None
    return one(name, verdict, blocks=blocks, waived=waived, reason=(reason,))


REPORTS = st.lists(st.sampled_from(NAMES), unique=True).flatmap(lambda names: st.builds(report, *map(results, names)))


@settings(max_examples=60, deadline=None)
@given(REPORTS)
def test_a_result_does_not_differ_from_itself(same: r.Report) -> None:
    found = compare(same, same)
    assert {item.kind for item in found.items} <= {"still_open"}
    assert not any(item.facts or (item.elements and (item.elements.come or item.elements.gone)) for item in found.items)
    assert (found.opens, found.gate, found.notes) == (0, "pass", ())


@settings(max_examples=150, deadline=None)
@given(REPORTS, REPORTS)
def test_the_other_way_round_is_the_mirror(old: r.Report, new: r.Report) -> None:
    there, back = compare(old, new), compare(new, old)
    mirrored = {item.requirement: item for item in back.items}
    assert {item.requirement for item in there.items} == mirrored.keys()
    for item in there.items:
        other = mirrored[item.requirement]
        assert (MIRROR[item.kind], item.old, item.new) == (other.kind, other.new, other.old)
        assert sorted((str(c.old), str(c.new)) for c in item.facts) == sorted(
            (str(c.new), str(c.old)) for c in other.facts
        )
        if item.elements is not None and other.elements is not None:
            assert (item.elements.come, item.elements.gone) == (other.elements.gone, other.elements.come)
    assert {MIRROR[MIRROR[kind]] for kind in KINDS} == set(KINDS)


@settings(max_examples=60, deadline=None)
@given(REPORTS)
def test_a_result_is_read_back_as_it_was(made: r.Report) -> None:
    assert compare_read.decode(r.encode(made)) == made


def test_a_result_without_a_day_is_none() -> None:
    with pytest.raises(compare_read.NotAResultError):
        compare_read.decode(r.encode(report(day="some day")))


@settings(max_examples=100, deadline=None)
@given(st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["results", "reason", "values", "elements", "children", "fact"]), inner, max_size=3),
    max_leaves=12,
))  # fmt: skip
def test_what_is_no_result_says_so(data: object) -> None:
    whole = {"format": compare_read.FORMAT, **data} if isinstance(data, dict) else data
    with pytest.raises(compare_read.NotAResultError):
        compare_read.decode(msgspec.json.encode(whole))
