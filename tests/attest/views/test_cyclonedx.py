"""CycloneDX declarations: official schemas, the strict validator of cyclonedx-python-lib, the table of statuses, our own checks."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from rulewright.attest.canonical import canonical
from rulewright.attest.views import cyclonedx_1_6, cyclonedx_1_7
from tests.attest.views.support import NAMES, Change, changed, cyclonedx_errors, given, texts

VERSIONS = (cyclonedx_1_6, cyclonedx_1_7)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("view", VERSIONS, ids=["1.6", "1.7"])
def test_documents_are_valid_and_whole(view: ModuleType, name: str) -> None:
    """The official schema and our own checks have nothing to say, and the form is canonical."""
    document = view.render(given(name))
    assert canonical(document)
    assert cyclonedx_errors(document, view.VERSION) == []
    assert view.problems(document, given(name)) == ()
    assert view.render(given(name)) == document


def test_another_validator_agrees() -> None:
    """The strict validator of cyclonedx-python-lib has nothing to say, and refuses an unknown member."""
    validator = JsonStrictValidator(SchemaVersion.V1_7)
    document = cyclonedx_1_7.render(given("every-status"))
    assert validator.validate_str(document.decode()) is None
    assert validator.validate_str(changed(document, lambda t: t.update(extra=1)).decode()) is not None


@pytest.mark.parametrize("name", NAMES)
def test_maps_follow_the_table(name: str) -> None:
    """Only a pass has a claim and the score 1; what does not apply is in no attestation."""
    context = given(name)
    declared = json.loads(cyclonedx_1_7.render(context))["declarations"]
    claims = {item["bom-ref"]: item for item in declared["claims"]}
    mapped = [(one, item) for one in declared["attestations"] for item in one["map"]]
    shown: list[tuple[str, object, bool, bool]] = []
    for _, item in mapped:
        conformance = item["conformance"]
        (claim,) = item.get("claims", []) + item.get("counterClaims", [])
        requirement = claims[claim]["predicate"].rsplit(" ", 1)[1]
        shown.append((requirement, conformance.get("score"), "claims" in item, "mitigationStrategies" in conformance))
    wanted: list[tuple[str, object, bool, bool]] = []
    for row in context.rows:
        if row.status != "not_applicable":
            verdict = row.of or row.status
            score = {"pass": 1, "fail": 0}.get(verdict)
            wanted.append((row.requirement, score, row.status == "pass", row.status == "waived"))
    assert sorted(shown, key=str) == sorted(wanted, key=str)


def test_what_does_not_apply_says_why() -> None:
    """Product and reason stand in a property."""
    found = json.loads(cyclonedx_1_7.render(given("every-status")))["properties"]
    (told,) = [p for p in found if p["name"] == "rulewright:not_applicable:etsi.en_303_645:5.8-3"]
    assert told["value"] == "p1: applies when: device.has_sensor"


def test_references_are_those_of_the_export_of_standards() -> None:
    """`ID@EDITION:requirement:NAME`."""
    (standard, _) = json.loads(cyclonedx_1_7.render(given("every-status")))["definitions"]["standards"]
    assert standard["bom-ref"] == "acme.camera@1.0.0"
    assert standard["requirements"][0]["bom-ref"] == "acme.camera@1.0.0:requirement:library-hygiene"


def test_waivers_are_mitigations_with_dates() -> None:
    """Because, approver, first and last moment."""
    declared = json.loads(cyclonedx_1_7.render(given("camera")))["declarations"]
    (found,) = [item for item in declared["evidence"] if item["bom-ref"].startswith("mitigation:")]
    assert found["reviewer"] == {"name": "licences@acme.example"}
    assert (found["created"], found["expires"]) == ("2026-01-05T00:00:00Z", "2026-12-31T23:59:59Z")


def test_hostile_words_are_harmless() -> None:
    """No control character, no change of direction."""
    for text in texts(json.loads(cyclonedx_1_7.render(given("every-status")))):
        assert not set(text) & {"\x1b", "\u202e", "\x00"}


def _maps(tree: Any) -> list[Any]:
    return [item for one in tree["declarations"]["attestations"] for item in one["map"]]


def _counter(tree: Any) -> Any:
    return next(item for item in _maps(tree) if "counterClaims" in item)


def _unscored(tree: Any) -> Any:
    return next(item for item in _maps(tree) if "score" not in item["conformance"])


def _claimed(tree: Any) -> None:
    item = _counter(tree)
    item["claims"] = item.pop("counterClaims")


CHANGES: dict[str, Change] = {
    "a row is missing": lambda tree: tree["declarations"]["attestations"][0]["map"].pop(),
    "a row is there twice": lambda tree: tree["declarations"]["attestations"][0]["map"].append(_maps(tree)[0]),
    "a fail has a claim": _claimed,
    "a fail has a score": lambda tree: _counter(tree)["conformance"].update(score=1),
    "an unknown has a score": lambda tree: _unscored(tree)["conformance"].update(score=0),
    "another requirement": lambda tree: _maps(tree)[0].update(requirement=_maps(tree)[1]["requirement"]),
    "a requirement leads nowhere": lambda tree: _maps(tree)[0].update(requirement="requirement-1"),
    "the requirement is gone": lambda tree: tree["definitions"]["standards"][0]["requirements"].pop(),
    "the claim is gone": lambda tree: tree["declarations"]["claims"].pop(),
    "the evidence is gone": lambda tree: tree["declarations"]["evidence"].pop(0),
    "the assessor is gone": lambda tree: tree["declarations"]["assessors"].pop(),
    "the target is gone": lambda tree: tree["declarations"]["targets"].update(components=[]),
    "a mitigation is taken off": lambda tree: next(
        item["conformance"] for item in _maps(tree) if "mitigationStrategies" in item["conformance"]
    ).pop("mitigationStrategies"),
    "a reference is there twice": lambda tree: tree["declarations"]["claims"][0].update(
        {"bom-ref": tree["declarations"]["claims"][1]["bom-ref"]}
    ),
    "a claim of no row": lambda tree: _maps(tree)[0].update(claims=["claim:none"]),
    "what does not apply is not told": lambda tree: tree["properties"].pop(),
    "more is told not to apply": lambda tree: tree["properties"].append(
        {"name": "rulewright:not_applicable:etsi.en_303_645:5.1-1", "value": "p1: no"}
    ),
    "another attestation": lambda tree: tree["metadata"]["properties"][0].update(value="x"),
    "another version": lambda tree: tree.update(specVersion="1.5"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changes_are_told(name: str) -> None:
    """Each change is found by our own checks."""
    context = given("every-status")
    assert cyclonedx_1_7.problems(changed(cyclonedx_1_7.render(context), CHANGES[name]), context)


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b"\xff"])
def test_what_is_no_document_is_told(document: bytes) -> None:
    """Bytes that are no such document are a problem, not an exception."""
    assert cyclonedx_1_6.problems(document, given("camera"))


def test_schemas_see_none_of_the_references() -> None:
    """Why our own checks are there: the official schema takes a requirement that leads nowhere."""
    document = changed(cyclonedx_1_7.render(given("every-status")), CHANGES["a requirement leads nowhere"])
    assert cyclonedx_errors(document, "1.7") == []
    assert cyclonedx_errors(changed(document, lambda t: t.pop("bomFormat")), "1.7")
