"""JUnit: every row, the outcomes of the table, counts that are right, XML that is well-formed."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from rulewright.attest.views import junit
from tests.attest.views.contexts import context

FOUND = context()
XML = junit.render(FOUND)
CASES = {case.get("name"): case for case in ET.fromstring(XML).iter("testcase")}


def test_it_is_whole() -> None:
    assert junit.problems(XML, FOUND) == ()
    assert len(CASES) == len(FOUND.rows)
    assert junit.render(context()) == XML


def test_it_is_valid(shared: Path) -> None:
    xmlschema = pytest.importorskip("xmlschema")
    xmlschema.XMLSchema(str(shared / "vectors/junit/JUnit.xsd")).validate(XML.decode().split("\n", 1)[1])


@pytest.mark.parametrize(
    ("requirement", "outcome", "kind"),
    [
        ("etsi.en_303_645:5.1-1", None, None),
        ("acme.camera:library-hygiene", "failure", "fail"),
        ("etsi.en_303_645:5.2-3", "failure", "fail"),
        ("etsi.en_303_645:5.5-1", "failure", "waived"),
        ("etsi.en_303_645:5.9-2", "failure", "waived"),
        ("etsi.en_303_645:5.6-1", "error", "unknown"),
        ("etsi.en_303_645:5.9-1", "error", "error"),
        ("etsi.en_303_645:5.8-3", "skipped", None),
    ],
)
def test_each_status_has_its_outcome(requirement: str, outcome: str | None, kind: str | None) -> None:
    found = list(CASES[requirement])
    assert [child.tag for child in found] == ([outcome] if outcome else [])
    assert [child.get("type") for child in found] == ([kind] if outcome else [])


def test_only_a_pass_is_a_pass() -> None:
    assert [status for status, outcome in junit.OUTCOMES.items() if not outcome] == ["pass"]


def test_the_waiver_is_told() -> None:
    assert "waived by w-2026-14 until 2026-12-31" in (CASES["etsi.en_303_645:5.5-1"][0].text or "")


CHANGES = {
    "a case is left out": (b'    <testcase name="etsi.en_303_645:5.1-1" classname="p1" time="0"/>\n', b""),
    "a waived row passes": (b'type="waived"', b'type="fail"'),
    "a failure is skipped": (b"failure", b"skipped"),
    "a count is another": (b'errors="2"', b'errors="1"'),
    "another attestation": (FOUND.results.tree.encode(), b"00" * 32),
    "an entity is declared": (b"<testsuites>", b"<!DOCTYPE x><testsuites>"),
    "no XML": (b"</testsuites>", b""),
    "something else": (b"testsuites", b"suites"),
}


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_seen(old: bytes, new: bytes) -> None:
    assert old in XML
    assert junit.problems(XML.replace(old, new), FOUND)


def test_words_from_outside_are_visible() -> None:
    assert "evil\\x1b[31m\\u{202e}gpj.exe\\x00|<b>*`" in CASES["etsi.en_303_645:5.9-3"][0].get("message", "")
