"""SBOMs and VEX in DSSE envelopes, in-toto statements and Sigstore bundles."""

from __future__ import annotations

import base64
import json

import pytest

from rulewright import sbom
from rulewright.facts.types import State
from rulewright.sbom.statements import Statements

BOM = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "library", "name": "a"}], "colour": 1}
VEX = {
    "@context": "https://openvex.dev/ns/v0.2.0", "author": "A",
    "statements": [{"vulnerability": {"name": "CVE-1"}, "products": ["pkg:npm/a"], "status": "fixed"}],
}  # fmt: skip
Json = dict[str, object]


def statement(predicate: object, kind: str = "https://cyclonedx.org/bom") -> Json:
    return {"_type": "https://in-toto.io/Statement/v1", "subject": [], "predicateType": kind, "predicate": predicate}


def dsse(payload: object, kind: str = "application/vnd.in-toto+json", signatures: int = 1) -> Json:
    text = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    signed = [{"sig": "AA=="}] * signatures
    return {"payloadType": kind, "payload": base64.b64encode(text).decode(), "signatures": signed}


def read(value: object) -> sbom.Document:
    found = sbom.read(json.dumps(value).encode(), "a.json")
    assert isinstance(found, sbom.Document), found
    return found


def cell(document: sbom.Document, field: str) -> object:
    column = document.tables["document"].column(field)
    return column.values[column.codes[0]] if column.codes[0] >= 0 else State(column.codes[0])


@pytest.mark.parametrize(
    ("value", "place", "signature"),
    [
        (statement(BOM), "/predicate", State.MISSING),
        (statement({"Data": BOM}), "/predicate/Data", State.MISSING),
        (statement({"Data": json.dumps(BOM)}), "/predicate/Data", State.MISSING),
        (dsse(BOM, "application/vnd.cyclonedx+json"), "/payload", "unverified"),
        (dsse(statement(BOM)), "/payload/predicate", "unverified"),
        (dsse(statement(BOM), signatures=0), "/payload/predicate", State.MISSING),
        ({"mediaType": "x", "dsseEnvelope": dsse(statement(BOM))}, "/dsseEnvelope/payload/predicate", "unverified"),
    ],
)  # fmt: skip
def test_the_payload_is_read_at_its_place(value: object, place: str, signature: object) -> None:
    document = read(value)
    assert document.tables["component"].pointer_of(0) == f"{place}/components/0"
    assert [(d.code, d.pointer) for d in document.findings] == [("RW1013", f"{place}/colour")]
    assert cell(document, "signature") == signature
    assert cell(document, "signature_present") is (signature == "unverified")
    assert document.attributes["sbom.signature_present"].value is (signature == "unverified")
    assert all(counted == stored for _, counted, stored in document.receipt)


def test_another_encoding_within() -> None:
    xml = b'<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><component type="library"><name>a</name></component></components></bom>'
    document = read(dsse(xml, "application/vnd.cyclonedx+xml"))
    assert str(document.format) == "CycloneDX 1.6 XML"
    assert document.tables["component"].pointer_of(0).startswith("/payload/")


def test_statements_within() -> None:
    found = sbom.read(json.dumps(dsse(statement(VEX, "https://openvex.dev/ns"))).encode(), "v")
    assert isinstance(found, Statements)
    assert [s.pointer for s in found.statements] == ["/payload/predicate/statements/0"]
    assert {(d.pointer or "")[:18] for d in found.judged()} == {"/payload/predicate"}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"payloadType": "x", "payload": "%%%", "signatures": []}, "RW1025"),
        ({"payloadType": "x", "payload": "", "signatures": []}, "RW1025"),
        ({"payloadType": "x", "payload": 1}, "RW1025"),
        ({"payloadType": "x"}, "RW1025"),
        ({"_type": "https://in-toto.io/Statement/v1"}, "RW1025"),
        (statement({"buildType": "x"}, "https://slsa.dev/provenance/v1"), "RW1007"),
        (dsse(dsse(dsse(dsse(dsse(BOM))))), "RW1005"),
    ],
)  # fmt: skip
def test_refusals(value: object, code: str) -> None:
    found = sbom.read(json.dumps(value).encode(), "a")
    assert isinstance(found, tuple)
    assert [d.code for d in found] == [code]


def test_a_predicate_that_is_no_document_is_named() -> None:
    found = sbom.read(json.dumps(dsse(statement({}, "https://slsa.dev/provenance/v1"))).encode(), "a")
    assert isinstance(found, tuple)
    assert "`https://slsa.dev/provenance/v1`" in found[0].message
