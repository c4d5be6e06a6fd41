"""Drafts for the CRA: every element filled or a gap, every statement with its source, nothing declared, only a pass looks like one."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from msgspec.structs import replace

from rulewright.attest.views import cra_declaration, cra_technical, cra_user, dossier
from rulewright.attest.views.dossier import Entry, Gap, Judged, Stated
from rulewright.engine.result import ExcludedInfo, ProductInfo, Report, Result
from rulewright.facts.types import State, Value
from tests.attest.views import dossiers
from tests.attest.views.contexts import context
from tests.attest.views.support import NAMES, given
from tests.attest.views.test_no_pass import report as any_report
from tests.cli import reports

ROOT = Path(__file__).resolve().parents[3]
VIEWS = pytest.mark.parametrize("view", [cra_declaration, cra_technical, cra_user])
FOUND = dossiers.cra()
PAGES = {view: view.render(FOUND).decode() for view in (cra_declaration, cra_technical, cra_user)}
PACK = (ROOT / "standards/eu.cra/2024.rw").read_text()
VOCABULARY = (ROOT / "standards/vocabulary.rw").read_text()


def entries(view: Any, number: str, found: Any = FOUND) -> tuple[Entry, ...]:
    """What stands in an element of the first product."""
    _, elements = view.draft(found).parts[0]
    return next(element.entries for element in elements if element.number == number)


def stated(listed: tuple[Entry, ...]) -> dict[str, Stated]:
    """The statements by the fact that they are from, or their label."""
    return {entry.fact or entry.label: entry for entry in listed if isinstance(entry, Stated)}


def missing(listed: tuple[Entry, ...]) -> dict[str, str]:
    """The reasons of gaps by the fact that would fill them, or their label."""
    return {entry.fact or entry.label: entry.why for entry in listed if isinstance(entry, Gap)}


def pack_title(name: str) -> str:
    """The title of a requirement in the standard pack."""
    found = re.search(rf'requirement "{re.escape(name)}" \w+ \{{\s+title +"([^"]+)"', PACK)
    assert found is not None, name
    return found[1]


# --- whole -------------------------------------------------------------------------------------------------------------


@VIEWS
@pytest.mark.parametrize("found", [FOUND, dossiers.cra(at_hand=False)], ids=["facts", "no facts"])
def test_it_is_whole(view: Any, found: Any) -> None:
    document = view.render(found)
    assert view.problems(document, found) == ()
    assert view.render(found) == document
    assert view.problems(document, context(reports.report(reports.SHOULD)))


@VIEWS
@pytest.mark.parametrize("name", NAMES)
def test_it_is_whole_without_the_cra(view: Any, name: str) -> None:
    found = given(name)
    assert not view.applies(found)
    assert view.problems(view.render(found), found) == ()


@VIEWS
def test_elements_are_never_empty(view: Any) -> None:
    (_, elements), *others = view.draft(FOUND).parts
    assert [element.number for element in elements] == [*view.TITLES]
    assert others == []
    assert all(element.entries for element in elements)


def test_every_product_has_its_part() -> None:
    other = replace(dossiers.RESULTS[0], product="p2")
    found = replace(dossiers.report(*dossiers.RESULTS, other), products=(
        *reports.report().products, ProductInfo("p2", "Second", "1", ()),
    ))  # fmt: skip
    both = context(found, (dossiers.facts(), dossiers.facts({}, "p2")))
    document = cra_technical.render(both)
    assert cra_technical.problems(document, both) == ()
    assert document.count(b'<section class="product">') == 2
    assert b'id="p2-3"' in document


# --- what they rest on -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("view", "annex"), [(cra_user, "AII"), (cra_technical, "AVII")])
def test_titles_are_those_of_the_pack(view: Any, annex: str) -> None:
    for number, title in view.TITLES.items():
        name = cra_user.requirement(annex, number).partition(":")[2]
        said = pack_title(name).removeprefix("Technical file: ")
        assert said[0].upper() + said[1:] == title
    numbers = [name for name in re.findall(r'requirement "([^"]+)"', PACK) if name.startswith(f"{annex}.")]
    assert numbers == [cra_user.requirement(annex, number).partition(":")[2] for number in view.TITLES]


def test_annex_i_is_that_of_the_pack() -> None:
    assert [f"eu.cra:{name}" for name in re.findall(r'requirement "(AI\.[^"]+)"', PACK)] == [*cra_technical.ANNEX_I]


def _asked() -> set[str]:
    source = "".join(Path(view.__file__ or "").read_text() for view in (*PAGES, dossier))
    return set(re.findall(r'"((?:product|doc|dev|vuln|update|support|claim|sbom)\.[a-z_]+)"', source))


def test_facts_are_those_of_the_vocabulary() -> None:
    kinds = dict(re.findall(r"attribute ([a-z_.]+) : (\w+)", VOCABULARY))
    asked = _asked()
    assert len(asked) > 30
    assert asked <= kinds.keys()
    assert {name for name in asked if kinds[name] == "date"} == dossier.DATES
    assert {name for name in asked if kinds[name] == "decimal"} == dossier.DECIMALS


@VIEWS
def test_it_says_what_the_wording_rests_on(view: Any) -> None:
    assert "Official Journal: do so before use" in PAGES[view]
    assert view.BANNER in PAGES[view].replace("&#x27;", "'")


def test_it_declares_nothing() -> None:
    for number in ("3", "5", "7", "8"):
        assert dossier.BY_HAND in missing(entries(cra_declaration, number)).values()
    assert not stated(entries(cra_declaration, "3"))
    assert not re.search("hereby|we declare|is in conformity|complies|conforms to", PAGES[cra_declaration])
    everything = context(dossiers.report(*(replace(item, verdict="pass", waived=None) for item in dossiers.RESULTS)))
    assert "is in conformity" not in cra_declaration.render(everything).decode()
    assert dossier.BY_HAND in missing(entries(cra_declaration, "5", everything)).values()


def test_what_does_not_pass_stands_beside_the_statement() -> None:
    listed = entries(cra_declaration, "5")
    assert stated(listed)["judged: Cyber Resilience Act"].value == (
        "2 pass, 1 fail, 2 waived, 1 unknown, 1 error, 2 not applicable"
    )
    assert "eu.cra:AI.I.2.a" in missing(listed)["eu.cra: requirements that do not pass"]
    assert "eu.cra:AI.I.1," not in missing(listed)["eu.cra: requirements that do not pass"]
    many = context(dossiers.report(*(reports.result(f"eu.cra:{n}", "unknown") for n in range(13))))
    assert missing(entries(cra_declaration, "5", many))["eu.cra: requirements that do not pass"].endswith(
        ", and 3 more"
    )


def test_several_products_leave_open_whose_artefact_it_is() -> None:
    found = replace(dossiers.report(), products=(*reports.report().products, ProductInfo("p2", "Second", "1", ())))
    assert "which of these artefacts is this product" in missing(entries(cra_declaration, "4", context(found)))
    assert "which of these artefacts is this product" not in missing(entries(cra_declaration, "4"))


# --- facts and gaps ----------------------------------------------------------------------------------------------------


def test_a_fact_has_its_source() -> None:
    found = stated(entries(cra_declaration, "1"))
    assert found["product.type"].value == "consumer_iot"
    assert found["product.type"].origin == "cam.facts.yaml /product.type"
    assert found["identifier"].value == "pkg:generic/acme/cam@2.3"
    maker = stated(entries(cra_declaration, "2"))
    assert maker["component.supplier"].value == "Acme <b>"
    assert maker["component.supplier"].origin == "cam.cdx.json /metadata/component"
    assert maker["component.supplier_contact"].value == "info@acme.example"


def test_values_are_as_people_write_them() -> None:
    assert stated(entries(cra_technical, "1(d)"))["doc.user_instructions_complete"].value == "0.5"
    fresh = context(dossiers.report(reports.PASS), (dossiers.facts(),))
    assert stated(entries(cra_user, "7", fresh))["support.end_date"].value == "2024-10-04"


@pytest.mark.parametrize(
    ("view", "number", "fact", "why"),
    [
        (cra_user, "7", "support.end_date", "too old"),  # a rule found it stale: known or not, it is a gap
        (cra_user, "2", "vuln.vdp_published", "stated as false (cam.facts.yaml /vuln.vdp_published)"),
        (cra_user, "2", "vuln.contact_single", "not stated"),
        (cra_technical, "2(a)", "dev.sdl_process", "sources disagree"),
        (cra_declaration, "2", "postal address", dossier.BY_HAND),
    ],
)
def test_a_gap_names_the_fact_that_fills_it(view: Any, number: str, fact: str, why: str) -> None:
    assert missing(entries(view, number))[fact] == why
    assert fact not in stated(entries(view, number))


def test_without_documents_a_gap_does_not_say_that_nobody_states_it() -> None:
    found = dossiers.cra(at_hand=False)
    assert missing(entries(cra_user, "2", found))["vuln.contact_single"] == dossier.NOT_AT_HAND
    assert missing(entries(cra_declaration, "2", found))["component.manufacturer"] == dossier.NOT_AT_HAND
    assert stated(entries(cra_technical, "3", found))["dev.risk_assessment_date"].value == "2026-01-01"


def test_annex_i_has_its_applicability_with_reasons() -> None:
    listed = entries(cra_technical, "3")
    judged = {entry.item.row.requirement: entry.item for entry in listed if isinstance(entry, Judged)}
    assert {name for name in cra_technical.ANNEX_I if name in judged} == {
        item.requirement for item in dossiers.RESULTS if item.requirement.startswith("eu.cra:AI.")
    }
    assert "product.hardware = false" in dossier.reason(judged["eu.cra:AI.I.2.c"])
    gaps = missing(listed)
    assert gaps["reason why eu.cra:AI.I.2.d does not apply"] == "no line of the check says it"
    assert gaps["verdict on eu.cra:AI.I.2.e"] == "taken out by the policy: it stores <no> data"
    assert gaps["verdict on eu.cra:AI.I.2.f"] == "not among the requirements judged"


@pytest.mark.parametrize(
    ("results", "extent", "open_ones"),
    [
        ((reports.PASS, reports.ABSENT), "no requirement judged here is open: 1 pass, 1 not applicable", ""),
        ((reports.PASS, reports.WAIVED), "in part: 1 pass, 1 waived", "etsi.en_303_645:5.5-1"),
        ((reports.PASS, reports.UNKNOWN), "in part: 1 pass, 1 unknown", "etsi.en_303_645:5.6-1"),
        ((reports.ABSENT,), "in part: 1 not applicable", ""),
    ],
)
def test_a_standard_is_applied_in_part_where_anything_is_open(
    results: tuple[Result, ...], extent: str, open_ones: str
) -> None:
    policy = replace(dossiers.CRA, id="etsi.en_303_645", title="ETSI", edition="3")
    found = context(dossiers.report(*results, policies=(policy,)))
    listed = entries(cra_technical, "5", found)
    assert stated(listed)["ETSI (etsi.en_303_645), edition 3"].value == extent
    assert missing(listed).get("etsi.en_303_645: requirements that do not pass", "") == open_ones


def test_a_standard_of_which_the_policy_took_something_out_is_applied_in_part() -> None:
    policy = replace(dossiers.CRA, id="etsi.en_303_645", title="ETSI", edition="3")
    out = ExcludedInfo("etsi.en_303_645:5.8-3", "no sensor", reports.POLICY)
    found = context(replace(dossiers.report(reports.PASS, policies=(policy,)), excluded=(out,)))
    listed = entries(cra_technical, "5", found)
    assert stated(listed)["ETSI (etsi.en_303_645), edition 3"].value == "in part: 1 pass"
    assert missing(listed)["etsi.en_303_645: requirements that the policy took out"] == "etsi.en_303_645:5.8-3"


@pytest.mark.parametrize(
    ("given_facts", "wanted"),
    [
        ({"product.markets": ("EU",)}, True),
        ({"product.markets": ("UK", "US")}, False),
        ({"product.markets": State.MISSING}, False),
        ({}, False),
        ({"product.markets": ("EU",), "product.cra_class": "out_of_scope"}, False),
        ({"product.markets": ("EU",), "product.cra_class": State.MISSING}, True),
        ({"product.markets": ("EU",), "product.type_approval_regime": ("MDR",)}, False),
    ],
)
def test_who_needs_it(given_facts: Mapping[str, Value | State], *, wanted: bool) -> None:
    found = context(reports.report(reports.PASS), (dossiers.facts(given_facts),))
    assert {view.applies(found) for view in PAGES} == {wanted}
    assert all(view.applies(context(dossiers.report(reports.PASS))) for view in PAGES)


# --- statuses and markup -----------------------------------------------------------------------------------------------


@drawn(any_report())
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_only_a_pass_looks_like_one(found: Report) -> None:
    made = context(found)
    page = cra_technical.render(made)
    assert cra_technical.problems(page, made) == ()
    assert page.count(b"<b>\xe2\x9c\x93 pass</b>") == sum(row.status == "pass" for row in made.rows)


@VIEWS
def test_nothing_from_outside_is_hidden_or_markup(view: Any) -> None:
    page = PAGES[view]
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)
    assert "<b>*" not in page
    assert "Acme <b>" not in page
    assert not re.search(r"<script|<img|<link|<iframe|\son\w+=|src=|url\(|@import|https?:", page)


CHANGES = {
    "a waived row as a pass": ('data-status="waived"', 'data-status="pass"'),
    "a waived row in the words of a pass": ("~ waived, would be fail", "✓ pass"),
    "an unknown row in the words of a pass": ("? unknown", "✓ pass"),
    "a row of nobody": ('data-row="', 'data-row="00'),
    "an element is left out": ('id="p1-4"', 'class="element"'),
    "an element is there twice": ('id="p1-4"', 'id="p1-3"'),
    "a gap is hidden": ('<li class="gap">', '<li class="stated">'),
    "a row is left out of the tests": ("pass</b></span> <code>etsi", '</b></span></li><li class="row"><b><code>etsi'),
    "the banner": (cra_technical.BANNER, "Technical documentation."),
    "the number of gaps": (" gaps to fill", " gaps"),
    "another attestation": (FOUND.results.tree, "00" * 32),
    "gaps are not shown": ("</style>", "li.gap { display: none; }</style>"),
    "a second style": ("<main>", "<main><style>li.gap { display: none; }</style>"),
    "another page instead": ('<meta charset="utf-8">', '<meta http-equiv="refresh" content="0; x">'),
    "a comment": ("<main>", "<main><!-- x -->"),
    "a script": ("<main>", "<main><script>1</script>"),
    "an event": ("<main>", '<main onload="x">'),
}


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_seen(old: str, new: str) -> None:
    page = PAGES[cra_technical]
    assert old in page
    assert cra_technical.problems(page.replace(old, new, 1).encode(), FOUND)


@VIEWS
def test_an_emptied_element_is_seen(view: Any) -> None:
    page = re.sub(r'(id="p1-2a?".*?<ul class="entries">).*?(</ul>)', r"\1\2", PAGES[view], count=1, flags=re.DOTALL)
    assert any("neither filled nor a gap" in said for said in view.problems(page.encode(), FOUND))


def test_a_row_of_the_tests_that_is_gone_is_seen() -> None:
    page = PAGES[cra_technical]
    row = [found for found in re.findall(r'<li class="row".*?</li>', page) if "etsi.en_303_645:5.1-1" in found]
    assert len(row) == 1
    assert any("point 6" in said for said in cra_technical.problems(page.replace(row[0], "").encode(), FOUND))


@VIEWS
def test_what_is_no_text_is_said(view: Any) -> None:
    assert view.problems(b"\xff", FOUND) == ("this is no UTF-8",)
