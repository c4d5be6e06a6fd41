"""The report: it says what blocks, each requirement once with its status, and lets nothing from outside become markup."""

import re
from typing import Any

import pytest
from msgspec.structs import replace

from rulewright.attest.views import report_html, report_markdown
from rulewright.attest.views import report_parts as parts
from tests.attest.views.contexts import context, every_status
from tests.attest.views.support import NAMES, given
from tests.cli import reports

FOUND = context()
LISTED = parts.in_order(FOUND)
PAGE = report_html.render(FOUND).decode()
MARKDOWN = report_markdown.render(FOUND).decode()
VIEWS = pytest.mark.parametrize("view", [report_html, report_markdown])


@VIEWS
@pytest.mark.parametrize("name", NAMES)
def test_it_is_whole(view: Any, name: str) -> None:
    found = given(name)
    document = view.render(found)
    assert view.problems(document, found) == ()
    assert view.render(found) == document
    assert view.problems(document, context(reports.report(reports.SHOULD)))


def test_the_answer_counts_what_blocks() -> None:
    assert parts.answer(FOUND) == "Something blocks: 4 requirements (2 fail, 1 unknown, 1 error)"


def test_a_waived_row_is_not_a_pass() -> None:
    waived = context(reports.report(reports.PASS, reports.WAIVED, gate="pass"))
    assert parts.answer(waived) == "Nothing blocks, but 1 requirement did not pass (1 waived)"
    assert parts.table(waived)[0][1] == (1, 0, 1, 0, 0, 0, 0)
    assert parts.answer(context(reports.report(reports.PASS, gate="pass"))) == (
        "Nothing blocks: every requirement that applies passes"
    )


def test_waivers_have_their_ends() -> None:
    assert [(w.id, w.until, w.left, len(w.rows)) for w in parts.exemptions(FOUND, LISTED)] == [
        ("w-2026-14", "2026-12-31", 40, 2)
    ]


def test_unknowns_have_what_would_settle_them() -> None:
    assert [(n.fact, n.detectors, [r.requirement for r, _ in n.waiting]) for n in parts.needs(LISTED)] == [
        ("iface.telnet_present", ("firmware", "network"), ["etsi.en_303_645:5.6-1"])
    ]
    assert [row.requirement for row, _ in parts.unsettled(LISTED, parts.needs(LISTED))] == ["etsi.en_303_645:5.9-2"]


def test_clauses_stand_in_the_order_of_their_numbers() -> None:
    names = ("5.10-1", "5.2-1", "5.2-10")
    found = context(reports.report(*(replace(reports.PASS, requirement=f"s:{name}") for name in names)))
    assert [row.requirement for row, _ in parts.in_order(found)] == ["s:5.2-1", "s:5.2-10", "s:5.10-1"]


def test_both_say_how_to_verify() -> None:
    for said in (PAGE, MARKDOWN):
        assert parts.VERIFY in said
        assert FOUND.results.tree in said
        assert "proves nothing alone" in said


@pytest.mark.parametrize("said", [PAGE, MARKDOWN])
def test_nothing_from_outside_is_hidden_or_markup(said: str) -> None:
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", said)
    assert "<b>*" not in said
    assert "</textarea" not in said
    assert "device.<b>" not in said


def test_the_page_runs_and_loads_nothing() -> None:
    assert "default-src 'none'" in PAGE.replace("&#x27;", "'")
    assert not re.search(r"<script|<img|<link|<iframe|\son\w+=|src=|url\(|@import|https?:", PAGE)


def test_the_running_header_cannot_leave_the_style() -> None:
    product = replace(every_status().products[0], name='"} </style><script>', version="")
    page = report_html.render(context(replace(every_status(), products=(product,))))
    style = page.partition(b"<style>")[2].partition(b"</style>")[0]
    assert b"<" not in style
    assert b"\\3c \\2f style\\3e " in style
    assert report_html.problems(page, context(replace(every_status(), products=(product,)))) == ()


@pytest.mark.parametrize(
    "name", ["**bold**", "[x](http://y.z)", "<!--", "@everyone", "# head", "a|b", "1. one", "www.x.example", "- item"]
)
def test_no_name_is_markdown(name: str) -> None:
    title = report_markdown.text(name)
    assert not re.search(r"[*\[\]()<>@#|]|^-|\d\.\s|www\.", title.replace("&#", "&"))


HTML_CHANGES = {
    "a status is another": ('data-status="waived"', 'data-status="pass"'),
    "a row is left out": (' data-status="pass"', ""),
    "an anchor is there twice": ('id="blocks"', 'id="waivers"'),
    "a reference leads nowhere": ('href="#blocks"', 'href="#nothing"'),
    "a reference leads out": ('href="#blocks"', 'href="https://x.example/"'),
    "a script": ("<main>", "<main><script>1</script>"),
    "an image": ("<main>", '<main><img src="x">'),
    "an event": ("<main>", '<main onload="x">'),
    "another attestation": (FOUND.results.tree, "00" * 32),
    "another answer": ("Something blocks", "Nothing blocks"),
}
MARKDOWN_CHANGES = {
    "a status is another": ("#### waived, would be fail", "#### pass"),
    "a row is left out": ("#### error", "##### error"),
    "another attestation": (FOUND.results.tree, "00" * 32),
    "another answer": ("Something blocks", "Nothing blocks"),
}


@pytest.mark.parametrize(("old", "new"), HTML_CHANGES.values(), ids=HTML_CHANGES.keys())
def test_a_change_of_the_page_is_seen(old: str, new: str) -> None:
    assert old in PAGE
    assert report_html.problems(PAGE.replace(old, new).encode(), FOUND)


@pytest.mark.parametrize(("old", "new"), MARKDOWN_CHANGES.values(), ids=MARKDOWN_CHANGES.keys())
def test_a_change_of_the_markdown_is_seen(old: str, new: str) -> None:
    assert old in MARKDOWN
    assert report_markdown.problems(MARKDOWN.replace(old, new).encode(), FOUND)


@VIEWS
def test_what_is_no_text_is_said(view: Any) -> None:
    assert view.problems(b"\xff", FOUND) == ("this is no UTF-8",)
