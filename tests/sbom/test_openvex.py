"""OpenVEX: statements with inherited fields, identifiers, and findings where a statement says nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rulewright import sbom
from rulewright.facts.statements import Identifier
from rulewright.sbom.statements import Statements

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "openvex-json"
NO_VEX = {"context-a702c1a2.openvex.json", "osps-baseline.policy-53da009f.openvex.json"}
"""A JSON-LD context and a policy: no documents of statements, though their names say so."""
PURL = "pkg:npm/a@1"


def vex(*statements: dict[str, object], **fields: object) -> Statements:
    document = {
        "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/1", "author": "Acme",
        "timestamp": "2026-01-02T00:00:00Z", "version": 1, "statements": list(statements), **fields,
    }  # fmt: skip
    found = sbom.read(json.dumps(document).encode(), "a.vex")
    assert isinstance(found, Statements)
    return found


def statement(**fields: object) -> dict[str, object]:
    return {
        "vulnerability": {"name": "CVE-2026-1", "aliases": ["GHSA-x"]}, "products": [{"@id": PURL}], "status": "fixed",
        **fields,
    }  # fmt: skip


def codes(found: Statements) -> list[tuple[str, str | None]]:
    return [(d.code, d.pointer) for d in found.judged()]


def test_fields_of_the_document_hold_where_a_statement_has_none() -> None:
    found = vex(statement(), statement(timestamp="2026-01-03T00:00:00+01:00"))
    one, two = found.statements
    assert (one.author, one.vulnerability, one.aliases, one.pointer) == (
        "Acme",
        "CVE-2026-1",
        ("GHSA-x",),
        "/statements/0",
    )
    assert one.time is not None
    assert two.time is not None
    assert two.time - one.time == 23 * 3600 * 10**6
    assert found.judged() == ()
    assert {e: n for e, n, _ in found.receipt} == {"statements": 2, "products": 2, "subcomponents": 0}


def test_each_product_and_subcomponent_is_a_statement() -> None:
    parts = [
        {"@id": "pkg:deb/debian/x"},
        {"identifiers": {"cpe23": "cpe:2.3:a:v:x:1:*:*:*:*:*:*:*"}, "hashes": {"sha-256": "AB"}},
    ]
    found = vex(statement(products=[{"@id": PURL, "subcomponents": parts}, {"@id": "pkg:npm/b"}]))
    assert [s.component for s in found.statements] == [
        (Identifier("purl", "pkg:deb/debian/x"),),
        (Identifier("cpe", "cpe:2.3:a:v:x:1:*:*:*:*:*:*:*"), Identifier("hash", "SHA-256:ab")),
        (),
    ]


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"status": "maybe"}, ("RW1240", "/statements/0/status")),
        ({"status": None}, ("RW1010", "/statements/0/status")),
        ({"vulnerability": {"description": "x"}}, ("RW1241", "/statements/0/vulnerability")),
        ({"products": ["nginx"]}, ("RW1242", "/statements/0/products/0")),
        ({"products": []}, ("RW1242", "/statements/0")),
        ({"status": "not_affected"}, ("RW1243", "/statements/0")),
        ({"status": "affected"}, ("RW1243", "/statements/0")),
        ({"justification": "because"}, ("RW1211", "/statements/0/justification")),
        ({"justification": "component_not_present"}, ("RW1212", "/statements/0/justification")),
        ({"timestamp": "yesterday"}, ("RW1014", "/statements/0/timestamp")),
        ({"colour": 1}, ("RW1013", "/statements/0/colour")),
        ({"products": [{"@id": PURL, "hashes": {"crc": "1"}}]}, ("RW1013", "/statements/0/products/0/hashes/crc")),
    ],
)  # fmt: skip
def test_findings(fields: dict[str, object], wanted: tuple[str, str]) -> None:
    assert wanted in codes(vex(statement(**fields)))


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"author": None}, ("RW1244", "/author")),
        ({"version": None}, ("RW1244", "/version")),
        ({"statements": []}, ("RW1244", "/statements")),
        ({"timestamp": None}, ("RW1244", "/statements/0/timestamp")),
        ({"last_updated": "2025-01-02T00:00:00Z"}, ("RW1212", "/last_updated")),
    ],
)  # fmt: skip
def test_what_a_document_must_have(fields: dict[str, object], wanted: tuple[str, str]) -> None:
    assert wanted in codes(vex(*(() if "statements" in fields else (statement(),)), **fields))


def test_names_are_judged() -> None:
    product = {"@id": "pkg:npm/", "identifiers": {"cpe23": "cpe:2.3:x"}, "hashes": {"sha-256": "ab"}}
    place = "/statements/0/products/0"
    found = codes(vex(statement(products=[product])))
    for wanted in (
        ("RW1203", f"{place}/@id"),
        ("RW1204", f"{place}/identifiers/cpe23"),
        ("RW1206", f"{place}/hashes/sha-256"),
    ):
        assert wanted in found


def test_two_statuses_at_one_time_contradict_one_another() -> None:
    two = (statement(), statement(status="under_investigation"))
    assert ("RW1212", "/statements/1/products/0") in codes(vex(*two))
    later = statement(status="under_investigation", timestamp="2026-01-03T00:00:00Z")
    assert vex(statement(), later).judged() == ()


def test_an_identifier_used_twice() -> None:
    two = [statement(**{"@id": "https://example.com/s", "products": [{"@id": f"pkg:npm/{n}"}]}) for n in "ab"]
    assert ("RW1202", "/statements/1/@id") in codes(vex(*two))


def test_the_forerunner_with_plain_texts() -> None:
    old = vex(statement(vulnerability="CVE-2026-2", products=[PURL]), **{"@context": "https://openvex.dev/ns"})
    assert [(s.vulnerability, s.product) for s in old.statements] == [("CVE-2026-2", (Identifier("purl", PURL),))]
    assert str(old.format) == "OpenVEX 0.0 JSON"


def test_real_documents() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not here")
    for path in sorted(CORPUS.rglob("*.json")):
        found = sbom.read(path.read_bytes(), path.name)
        if path.name in NO_VEX:
            assert isinstance(found, tuple)
            continue
        assert isinstance(found, Statements), path.name
        assert all(counted == stored for _, counted, stored in found.receipt), path.name
        listed = found.receipt[0][1]
        assert found.statements or not listed or found.judged(), path.name


def test_an_unreadable_time_is_no_time() -> None:
    found = vex(statement(timestamp="yesterday"))
    assert [s.time for s in found.statements] == [None]
    assert [d.code for d in found.findings] == ["RW1014"]
