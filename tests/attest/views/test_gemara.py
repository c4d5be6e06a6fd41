"""Gemara evaluation logs: the definitions of 1.4.1, the words of statuses, our own checks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rulewright.attest.canonical import canonical
from rulewright.attest.views import gemara
from tests.attest.views import gemara_schema
from tests.attest.views.support import NAMES, Change, by_status, changed, given, texts

WORDS = {
    "pass": "Passed",
    "fail": "Failed",
    "unknown": "Unknown",
    "error": "Unknown",
    "not_applicable": "Not Applicable",
}


def _log(name: str) -> Any:
    return json.loads(gemara.render(given(name)))


@pytest.mark.parametrize("name", NAMES)
def test_logs_are_valid_and_whole(name: str) -> None:
    """The definitions and our own checks have nothing to say, and the form is canonical."""
    document = gemara.render(given(name))
    assert canonical(document)
    assert gemara_schema.errors(json.loads(document)) == []
    assert gemara.problems(document, given(name)) == ()
    assert gemara.render(given(name)) == document


@pytest.mark.parametrize("name", NAMES)
def test_each_row_is_an_assessment(name: str) -> None:
    """With the word of its status; a waiver changes nothing, and is in the message."""
    shown = {}
    for one in _log(name)["evaluations"]:
        for log in one["assessment-logs"]:
            mapped = log["requirement"]
            key = f"{mapped['reference-id']}:{mapped['entry-id']}", mapped["remarks"].removeprefix("product ")
            assert key not in shown
            shown[key] = log["result"], "waived" in log["message"]
    assert shown == {
        (row.requirement, row.product): (WORDS[row.of or row.status], row.status == "waived")
        for row in given(name).rows
    }


def test_a_log_passes_only_if_everything_does() -> None:
    """The result of the log is the worst of its rows."""
    assert _log("all-pass")["result"] == "Passed"
    assert _log("every-status")["result"] == "Failed"


def test_one_product_that_fails_decides() -> None:
    """A requirement is judged over all products, and says which."""
    name = "acme.camera:library-hygiene"
    assert name in by_status(given("two-products"), "waived")
    (found,) = [e for e in _log("two-products")["evaluations"] if e["control"]["entry-id"] == "library-hygiene"]
    assert found["result"] == "Failed"
    assert [log["requirement"]["remarks"] for log in found["assessment-logs"]] == ["product p1", "product p3"]


def test_the_attestation_is_a_reference() -> None:
    """Tree and commitment."""
    context = given("camera")
    first = _log("camera")["metadata"]["mapping-references"][0]
    assert (first["id"], first["version"]) == ("rulewright:attestation", context.results.tree)
    assert f"commitment={context.results.commitment}" in first["description"]


def test_hostile_words_are_harmless() -> None:
    """No control character, no change of direction."""
    for text in texts(_log("every-status")):
        assert not set(text) & {"\x1b", "\u202e", "\x00"}


def _first(tree: Any) -> Any:
    return tree["evaluations"][0]


def _assessment(tree: Any) -> Any:
    return _first(tree)["assessment-logs"][0]


CHANGES: dict[str, Change] = {
    "a row is missing": lambda tree: tree["evaluations"].pop(),
    "a row is there twice": lambda tree: tree["evaluations"].append(_first(tree)),
    "a row passes": lambda tree: _assessment(tree).update(result="Passed"),
    "a requirement passes": lambda tree: _first(tree).update(result="Passed"),
    "the log passes": lambda tree: tree.update(result="Passed"),
    "a reference leads nowhere": lambda tree: tree["metadata"]["mapping-references"].pop(),
    "a reference is there twice": lambda tree: tree["metadata"]["mapping-references"].append(
        tree["metadata"]["mapping-references"][0]
    ),
    "another product": lambda tree: _assessment(tree)["requirement"].update(remarks="product p9"),
    "another requirement": lambda tree: _assessment(tree)["requirement"].update({"entry-id": "x"}),
    "another level": lambda tree: _assessment(tree).update(applicability=["may"]),
    "evidence is there twice": lambda tree: _assessment(tree)["evidence"].append(_assessment(tree)["evidence"][0]),
    "another attestation": lambda tree: tree["metadata"]["mapping-references"][0].update(version="x"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changes_are_told(name: str) -> None:
    """Each change is found by our own checks."""
    context = given("every-status")
    assert gemara.problems(changed(gemara.render(context), CHANGES[name]), context)


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b"\xff"])
def test_what_is_no_log_is_told(document: bytes) -> None:
    """Bytes that are no log are a problem, not an exception."""
    assert gemara.problems(document, given("camera"))
