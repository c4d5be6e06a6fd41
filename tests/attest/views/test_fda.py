"""The matrix for the FDA: every requirement once, with what decided it; no formula; what nobody judged is a gap."""

import csv
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from msgspec.structs import replace

from rulewright.attest.views import fda_matrix as view
from rulewright.engine.result import Report
from rulewright.facts.types import Value
from tests.attest.views import dossiers
from tests.attest.views.contexts import context
from tests.attest.views.support import NAMES, given
from tests.attest.views.test_no_pass import report as any_report
from tests.cli import reports

PLAN = "fda.cybersecurity_524b:524B.b1"
SBOM = "fda.cybersecurity_524b:524B.b3"
FORMULA = "=HYPERLINK(1)"
RESULTS = (
    reports.result(PLAN, "unknown"),
    reports.result("acme:x", "fail", waived=reports.WAIVED.waived, title=FORMULA),
    *dossiers.RESULTS,
)
FOUND = context(dossiers.report(*RESULTS, policies=(dossiers.FDA,)), (dossiers.facts(),))
MATRIX = view.render(FOUND)


def read(document: bytes) -> list[dict[str, str]]:
    """The lines as a spreadsheet reads them."""
    return list(csv.DictReader(document.decode().splitlines(keepends=True), strict=True))


LINES = {line["requirement"]: line for line in read(MATRIX)}


@pytest.mark.parametrize("name", NAMES)
def test_it_is_whole(name: str) -> None:
    found = given(name)
    document = view.render(found)
    assert view.problems(document, found) == ()
    assert len(read(document)) == len(found.rows) + 2 * len({row.product for row in found.rows})
    assert not view.applies(found)
    assert view.problems(document, FOUND)


def test_every_requirement_is_there_once() -> None:
    assert view.problems(MATRIX, FOUND) == ()
    assert sorted(line["requirement"] for line in read(MATRIX)) == sorted(
        [*(row.requirement for row in FOUND.rows), SBOM]
    )


def test_what_the_law_asks_for_is_there_even_if_nobody_judged_it() -> None:
    first, second = read(MATRIX)[:2]
    assert (first["requirement"], first["status"], first["kind"]) == (SBOM, "gap", "statutory")
    assert "--policy fda.cybersecurity_524b" in first["why"]
    assert (second["requirement"], second["status"], second["kind"]) == (PLAN, "unknown", "statutory")


def test_a_line_leads_from_the_requirement_to_its_evidence() -> None:
    line = LINES["eu.cra:AI.I.1"]
    assert line["control"] == "SBOM-SUPPLIER; cra:I.1.2.a"
    assert line["test"] == "check#1: dev.risk_assessment_date"
    assert line["result of each test"] == "check#1: pass"
    assert line["evidence"] == "cam.facts.yaml /dev.risk_assessment_date"
    assert (line["status"], line["waiver"]) == ("pass", "")
    waived = LINES["acme:x"]
    assert waived["status"] == "waived, would be fail"
    assert waived["waiver"].startswith("w-2026-14 until 2026-12-31, approved by psirt@acme.example")


@pytest.mark.parametrize("said", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\n@x", "\u00a0=1", "\uff1d1"])
def test_no_cell_is_a_formula(said: str) -> None:
    assert view.cell(said)[0] in {"'", "\\"}
    found = context(dossiers.report(replace(reports.PASS, title=said, product=said)))
    assert view.problems(view.render(found), found) == ()


def test_a_formula_in_a_title_is_text() -> None:
    assert LINES["acme:x"]["title"] == f"'{FORMULA}"


def test_lines_end_as_rfc_4180_says() -> None:
    assert MATRIX.endswith(b"\r\n")
    assert MATRIX.count(b"\n") == MATRIX.count(b"\r\n") == len(read(MATRIX)) + 1


@drawn(any_report())
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_only_a_pass_looks_like_one(found: Report) -> None:
    made = context(found)
    document = view.render(made)
    assert view.problems(document, made) == ()
    assert [line["status"] for line in read(document)].count("pass") == sum(row.status == "pass" for row in made.rows)


CHANGES = {
    "a waived row as a pass": (b'"waived, would be fail"', b'"pass"'),
    "an unknown row as a pass": (b'"unknown"', b'"pass"'),
    "a gap as a pass": (b'"gap"', b'"pass"'),
    "a gap is left out": (b'"statutory","' + SBOM.encode(), b'"statutory","x'),
    "a row is another": (b'"eu.cra:AI.I.1"', b'"eu.cra:AI.I.9"'),
    "a formula": (b"\"'=HYPER", b'"=HYPER'),
    "another evidence": (b"cam.facts.yaml /dev", b"other.yaml /dev"),
    "other ends of lines": (b"\r\n", b"\n"),
    "another header": (b'"kind"', b'"sort"'),
    "a cell more": (b'"kind"', b'"kind","kind"'),
    "no text": (b'"kind"', b"\xff"),
    "an open quote": (b'"kind","requirement"', b'"kind","requirement'),
}


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_seen(old: bytes, new: bytes) -> None:
    assert old in MATRIX
    assert view.problems(MATRIX.replace(old, new, 1), FOUND)


def test_a_line_that_is_gone_or_twice_is_seen() -> None:
    lines = MATRIX.splitlines(keepends=True)
    assert view.problems(b"".join(lines[:-1]), FOUND)
    assert view.problems(b"".join([*lines, lines[-1]]), FOUND)
    assert view.problems(b"", FOUND)


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({"product.type": "medical", "product.markets": ("US",)}, True),
        ({"product.type": "medical", "product.markets": ("EU",)}, False),
        ({"product.type": "router", "product.markets": ("US",)}, False),
        ({}, False),
    ],
)
def test_who_needs_it(facts: Mapping[str, Value], *, wanted: bool) -> None:
    found: Any = context(reports.report(reports.PASS), (dossiers.facts(facts),))
    assert view.applies(found) is wanted
    assert view.applies(FOUND)
