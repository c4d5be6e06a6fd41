"""SARIF: every row, the kinds of the table, waivers as suppressions, references that hold."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rulewright.attest.views import sarif
from rulewright.attest.views.visible import visible
from tests.attest.views.contexts import context, every_status
from tests.attest.views.support import Change, changed
from tests.cli import reports

FOUND = context()
LOG = sarif.render(FOUND)
RUN: dict[str, Any] = json.loads(LOG)["runs"][0]


def result(requirement: str) -> dict[str, Any]:
    return next(found for found in RUN["results"] if found["ruleId"] == requirement)


def test_it_is_whole() -> None:
    assert sarif.problems(LOG, FOUND) == ()
    assert len(RUN["results"]) == len(FOUND.rows) == 9
    assert sarif.render(context()) == LOG


def test_it_is_valid(shared: Path) -> None:
    jsonschema_rs = pytest.importorskip("jsonschema_rs")
    schema = json.loads((shared / "vectors/sarif/sarif-schema-2.1.0.json").read_bytes())
    assert [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(json.loads(LOG))] == []


@pytest.mark.parametrize(
    ("requirement", "kind", "level", "suppressed"),
    [
        ("etsi.en_303_645:5.1-1", "pass", "none", 0),
        ("acme.camera:library-hygiene", "fail", "error", 0),
        ("etsi.en_303_645:5.2-3", "fail", "warning", 0),
        ("etsi.en_303_645:5.5-1", "fail", "error", 1),
        ("etsi.en_303_645:5.9-2", "fail", "error", 1),
        ("etsi.en_303_645:5.6-1", "open", "none", 0),
        ("etsi.en_303_645:5.9-1", "review", "none", 0),
        ("etsi.en_303_645:5.8-3", "notApplicable", "none", 0),
    ],
)
def test_each_status_has_its_kind(requirement: str, kind: str, level: str, suppressed: int) -> None:
    found = result(requirement)
    assert (found["kind"], found["level"], len(found.get("suppressions", ()))) == (kind, level, suppressed)


def test_only_a_pass_is_a_pass() -> None:
    assert [status for status, kind in sarif.KINDS.items() if kind == "pass"] == ["pass"]


def test_it_names_the_attestation() -> None:
    said = RUN["properties"]["attestation"]
    assert (said["tree"], said["commitment"]) == (FOUND.results.tree, FOUND.results.commitment)
    assert said["asOf"] == "2026-11-21T00:00:00Z"


def test_words_from_outside_are_visible() -> None:
    assert "\u202e" not in LOG.decode()
    assert "\\u{202e}" in result("etsi.en_303_645:5.9-3")["message"]["text"]
    assert visible(reports.EVIL) in RUN["tool"]["driver"]["rules"][-1]["help"]["text"]


def _waived(log: Any) -> Any:
    return next(found for found in log["runs"][0]["results"] if "suppressions" in found)


CHANGES: dict[str, Change] = {
    "a row is left out": lambda log: log["runs"][0]["results"].pop(),
    "a row is there twice": lambda log: log["runs"][0]["results"].append(log["runs"][0]["results"][0]),
    "a waived row passes": lambda log: _waived(log).update(kind="pass", level="none"),
    "a waived row is not suppressed": lambda log: _waived(log).pop("suppressions"),
    "a fail is suppressed": lambda log: log["runs"][0]["results"][0].update(suppressions=[{"kind": "external"}]),
    "a status is another": lambda log: log["runs"][0]["results"][0]["properties"].update(status="pass"),
    "a fail has no level": lambda log: log["runs"][0]["results"][0].update(level="none"),
    "an index leads elsewhere": lambda log: log["runs"][0]["results"][0].update(ruleIndex=3),
    "an index leads nowhere": lambda log: log["runs"][0]["results"][0].update(ruleIndex=-1),
    "a rule is there twice": lambda log: log["runs"][0]["tool"]["driver"]["rules"].append({"id": "acme.camera:library-hygiene"}),
    "an artefact is missing": lambda log: log["runs"][0].update(artifacts=[]),
    "another attestation": lambda log: log["runs"][0]["properties"]["attestation"].update(tree="00" * 32),
    "two runs": lambda log: log["runs"].append(log["runs"][0]),
    "no run": lambda log: log.pop("runs"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_seen(change: Change) -> None:
    assert sarif.problems(changed(LOG, change), FOUND)


def test_two_products_are_told_apart() -> None:
    report = every_status()
    twin = msgspec.structs.replace(reports.PASS, product="p2", verdict="unknown")
    both = context(msgspec.structs.replace(report, results=(*report.results, twin)))
    log = sarif.render(both)
    assert sarif.problems(log, both) == ()
    assert sarif.problems(log, FOUND)


def test_a_document_that_only_evidence_names_is_an_artefact() -> None:
    assert [found["location"]["uri"] for found in RUN["artifacts"]] == ["cam2.cdx.json", "facts.yaml"]


def test_what_is_no_log_is_said() -> None:
    assert sarif.problems(b"{", FOUND)
    assert sarif.problems(b"{}", FOUND)
