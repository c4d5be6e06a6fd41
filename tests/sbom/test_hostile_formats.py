"""Documents made to exhaust the readers, format by format: each answered in a second and little memory, or in linear time.

The list: entities, aliases, external references, nesting, very many and very long values, cycles, and values that refer to
one another in numbers that multiply.  Archives are in `tests/cli/test_containers`, compression in `test_packed`.
"""

# ruff: noqa: PLW0108 - large inputs are made where they are needed, not when this file is imported

from __future__ import annotations

import io
import json
import resource
import tarfile
import time
import zipfile
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from bench.format_files import wire
from rulewright.sbom import archive, read
from tests.sbom.fuzz.seeds import CSAF, RDF, TAG_VALUE, TEXTPROTO, XML, YAML, protobuf
from tests.sbom.fuzz.targets import exercise
from tests.sbom.spdx3 import spdx3_samples as spdx3

BOM = '<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1">'
SPDX_YAML = "spdxVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\n"
TV = TAG_VALUE.decode()
K = 1000


def many(names: range) -> str:
    return "".join(f'<!ENTITY a{i} "&a{i - 1};&a{i - 1};">' for i in names)


def wide(attribute: str, number: int) -> bytes:
    return f"{BOM}<a {' '.join(map(attribute.format, range(number)))}/></bom>".encode()


def rdf_sets(number: int, end: str) -> bytes:
    """Licence sets that each hold the next one."""
    sets = "".join(
        f'<spdx:DisjunctiveLicenseSet rdf:nodeID="s{i}"><spdx:member rdf:nodeID="s{i + 1}"/><spdx:member rdf:nodeID="s{i + 1}"/>'
        "</spdx:DisjunctiveLicenseSet>"
        for i in range(number)
    )
    tail = sets.replace(f'"s{number}"', f'"{end}"')
    return RDF.replace(b'rdf:nodeID="n1"/>', b'rdf:nodeID="s0"/>').replace(b"</rdf:RDF>", tail.encode() + b"</rdf:RDF>")


def licence_sets(number: int, last: str) -> bytes:
    """The same in SPDX 3."""
    names = [*(f"s{i}" for i in range(number)), last]
    sets = [
        spdx3.element(
            "expandedlicensing_DisjunctiveLicenseSet", name, expandedlicensing_member=[f"https://e.org/{inner}"] * 2
        )
        for name, inner in pairwise(names)
    ]
    said = spdx3.related("https://e.org/a", "hasDeclaredLicense", "s0")
    return dumps([spdx3.INFO, spdx3.ACME, spdx3.package("a"), said, *sets])


def dumps(graph: list[Any]) -> bytes:
    return json.dumps({"@context": spdx3.CONTEXT, "@graph": graph}).encode()


def csaf(products: int, **vulnerability: Any) -> bytes:
    document = json.loads(CSAF)
    ids = [f"p{i}" for i in range(products)]
    listed = [{"name": i, "product_id": i, "product_identification_helper": {"purl": f"pkg:npm/{i}@1"}} for i in ids]
    document["product_tree"] = {"full_product_names": listed}
    document["vulnerabilities"] = [
        {"cve": "CVE-2026-1", "product_status": {"known_not_affected": ids}, **vulnerability}
    ]
    return json.dumps(document).encode()


def branches(depth: int) -> bytes:
    inner = '{"category":"vendor","name":"a","branches":[' * depth + "]}" * depth
    return ('{"document":{"csaf_version":"2.0"},"product_tree":{"branches":[' + inner + "]}}").encode()


def nested_wire(depth: int) -> bytes:
    data = wire((1, 3), (8, "a"))
    for _ in range(depth):
        data = wire((1, 3), (21, data))
    return wire((1, "1.6"), (5, data))


HOSTILE: dict[str, Callable[[], bytes]] = {
    "xml: entities that double": lambda: f'<!DOCTYPE bom [<!ENTITY a0 "aaaa">{many(range(1, 60))}]>{BOM}<a>&a59;</a></bom>'.encode(),
    "xml: one long entity many times": lambda: b'<!DOCTYPE bom [<!ENTITY a "' + b"a" * 50 * K + b'">]>' + BOM.encode() + b"&a;" * 50 * K + b"</bom>",
    "xml: parameter entities": lambda: f'<!DOCTYPE bom [<!ENTITY % a SYSTEM "file:///etc/passwd">%a;]>{BOM}</bom>'.encode(),
    "xml: an external entity": lambda: f'<!DOCTYPE bom [<!ENTITY a SYSTEM "file:///etc/passwd">]>{BOM}<a>&a;</a></bom>'.encode(),
    "xml: an inclusion": lambda: f'{BOM}<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/></bom>'.encode(),
    "xml: elements 100,000 deep": lambda: BOM.encode() + b"<a>" * 100 * K + b"</a>" * 100 * K + b"</bom>",
    "xml: one element with 50,000 attributes": lambda: wide('a{}="1"', 50 * K),
    "xml: 20,000 namespaces": lambda: wide('xmlns:a{0}="u{0}"', 20 * K),
    "xml: a text of 5 MB": lambda: XML.replace(b"<name>a</name>", b"<name>" + b"a" * 5_000 * K + b"</name>"),
    "xml: a comment of 5 MB": lambda: XML.replace(b"<components>", b"<components><!--" + b"a" * 5_000 * K + b"-->", 1),
    "xml: 10,000 licences of one component": lambda: XML.replace(b"<licenses>", b"<licenses>" + b"<license><id>MIT</id></license>" * 10 * K, 1),
    "xml: 20,000 unknown elements": lambda: XML.replace(b"<components>", b"<x1/>" * 20 * K + b"<components>", 1),
    "rdf: sets that hold sets": lambda: rdf_sets(5 * K, "n1"),
    "rdf: a set that holds itself": lambda: rdf_sets(3, "s0"),
    "rdf: sets that double": lambda: rdf_sets(60, "n1"),
    "rdf: elements 100,000 deep": lambda: RDF.replace(b"</rdf:RDF>", b"<spdx:a>" * 100 * K),
    "yaml: aliases that double": lambda: (SPDX_YAML + "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 60))).encode(),
    "yaml: an alias to itself": lambda: (SPDX_YAML + "packages: &a [*a]\n").encode(),
    "yaml: merge keys that double": lambda: (SPDX_YAML + "a0: &a0 {x: 1}\n" + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}]}}\n" for i in range(1, 40))).encode(),
    "yaml: brackets 100,000 deep": lambda: (SPDX_YAML + "a: " + "[" * 100 * K).encode(),
    "yaml: keys 3,000 deep": lambda: (SPDX_YAML + "\n".join(" " * i + "a:" for i in range(3 * K))).encode(),
    "yaml: question marks": lambda: (SPDX_YAML + "? " * 50 * K).encode(),
    "yaml: a tag that runs code": lambda: (SPDX_YAML + 'packages: !!python/object/apply:os.system ["exit 1"]\n').encode(),
    "yaml: a text of 5 MB": lambda: YAML.replace(b"name: a", b"name: " + b"a" * 5_000 * K),
    "yaml: 20,000 anchors": lambda: (SPDX_YAML + "".join(f"a{i}: &a{i} x\n" for i in range(20 * K))).encode(),
    "tag-value: a text that never ends": lambda: (TV + "PackageComment: <text>" + "a\n" * 150 * K).encode(),
    "tag-value: 50,000 texts that never end": lambda: (TV + "PackageComment: <text>\n" * 50 * K).encode(),
    "tag-value: a line of 5 MB": lambda: (TV + "PackageComment: " + "a" * 5_000 * K).encode(),
    "tag-value: blanks": lambda: (TV + " " * 3_000 * K + "x").encode(),
    "tag-value: colons": lambda: (TV + ":" * 3_000 * K).encode(),
    "tag-value: 100,000 unknown tags": lambda: (TV + "".join(f"Tag{i}: a\n" for i in range(100 * K))).encode(),
    "tag-value: a supplier of brackets": lambda: TAG_VALUE.replace(b"Acme (psirt", b"(" * 1_000 * K + b" (psirt"),
    "tag-value: a licence of brackets": lambda: TAG_VALUE.replace(b"(MIT AND", b"(" * 500 * K + b"MIT AND"),
    "protobuf: components 3,000 deep": lambda: nested_wire(3 * K),
    "protobuf: a length beyond the end": lambda: protobuf() + b"\x2a\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
    "protobuf: groups 100,000 deep": lambda: protobuf() + b"\x2b" * 100 * K,
    "protobuf: a number without end": lambda: protobuf() + b"\x2a" + b"\xff" * 500 * K,
    "protobuf: 30,000 empty components": lambda: protobuf() + b"\x2a\x00" * 30 * K,
    "protobuf: 30,000 unknown fields": lambda: protobuf() + b"\xf8\x07\x01" * 30 * K,
    "textproto: braces 100,000 deep": lambda: TEXTPROTO + b"components { " * 100 * K,
    "textproto: brackets": lambda: TEXTPROTO + b"components: [" * 100 * K,
    "textproto: a text that never ends": lambda: TEXTPROTO + b'name: "' + b"\\" * 1_000 * K,
    "textproto: 100,000 texts in a row": lambda: TEXTPROTO.replace(b"'1' '.0'", b"'a' " * 100 * K),
    "spdx3: sets that hold sets": lambda: licence_sets(5 * K, "x"),
    "spdx3: a set that holds itself": lambda: licence_sets(3, "s0"),
    "spdx3: sets that double": lambda: licence_sets(60, "x"),
    "spdx3: nodes within nodes": lambda: (f'{{"@context":"{spdx3.CONTEXT}","@graph":[' + '{"type":"Relationship","from":' * 50 * K).encode(),
    "spdx3: 5,000 elements of one name": lambda: dumps([spdx3.INFO, *([spdx3.package("a")] * 5 * K)]),
    "spdx3: 5,000 relationships of one pair": lambda: dumps([spdx3.INFO, spdx3.package("a"), *([spdx3.related("https://e.org/a", "dependsOn", "a")] * 5 * K)]),
    "spdx3: 30,000 ends of one relationship": lambda: dumps([spdx3.INFO, spdx3.package("a"), spdx3.related("https://e.org/a", "dependsOn", *["a"] * 30 * K)]),
    "spdx3: a licence of brackets": lambda: dumps([spdx3.INFO, spdx3.package("a"), spdx3.related("https://e.org/a", "hasDeclaredLicense", "x"),
        spdx3.element("simplelicensing_LicenseExpression", "x", simplelicensing_licenseExpression="(" * 500 * K)]),
    "openvex: 30,000 products": lambda: json.dumps({"@context": "https://openvex.dev/ns/v0.2.0", "statements": [
        {"vulnerability": {"name": "CVE-1"}, "status": "fixed", "products": [{"@id": f"pkg:npm/a@{i}"} for i in range(30 * K)]}]}).encode(),
    "openvex: 5,000 statements on one product": lambda: json.dumps({"@context": "https://openvex.dev/ns/v0.2.0", "statements": [
        {"vulnerability": {"name": "CVE-1"}, "status": "fixed", "products": [{"@id": "pkg:npm/a@1"}]}] * 5 * K}).encode(),
    "csaf: branches 100,000 deep": lambda: branches(100 * K),
    "csaf: branches 60 deep": lambda: branches(60),
    "csaf: 4,000 products, 4,000 flags": lambda: csaf(4 * K, flags=[{"label": "component_not_present", "product_ids": [f"p{i}"]} for i in range(4 * K)]),
    "csaf: 4,000 products, 4,000 remedies": lambda: csaf(4 * K, remediations=[{"category": "vendor_fix", "details": "d", "product_ids": [f"p{i}"]} for i in range(4 * K)]),
    "csaf: 4,000 products, 10 scores of all": lambda: csaf(4 * K, scores=[{"products": [f"p{i}" for i in range(4 * K)]}] * 10),
    "csaf: 4,000 products, 4,000 scores": lambda: csaf(4 * K, scores=[{"products": [f"p{i}"]} for i in range(4 * K)]),
    "csaf: 5,000 products of one id": lambda: csaf(5 * K).replace(b'"product_id": "p', b'"product_id": "p0", "x": "'),
    "json: a list 1,000,000 deep": lambda: b'{"bomFormat":"CycloneDX","components":' + b"[" * 1_000 * K,
    "json: a text of 10 MB": lambda: json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "a" * 10_000 * K}]}).encode(),
    "json: 10,000 dependencies in a cycle": lambda: json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6",
        "components": [{"type": "library", "name": "a", "bom-ref": f"{i}"} for i in range(10 * K)],
        "dependencies": [{"ref": f"{i}", "dependsOn": [f"{(i + 1) % (10 * K)}"]} for i in range(10 * K)]}).encode(),
    "json: one reference 5,000 times": lambda: json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6",
        "components": [{"type": "library", "name": "a", "bom-ref": "a"}] * 5 * K,
        "dependencies": [{"ref": "a", "dependsOn": ["a"] * 100}] * 50}).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_answered_at_once(name: str) -> None:
    data = HOSTILE[name]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    read(data, "hostile")
    spent = time.process_time() - start
    assert spent < 1, f"{spent:.2f} s"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 << 10
    exercise(data, timed=False)


def _archive(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        for info, data in entries:
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return out.getvalue()


def _overlapping(copies: int) -> bytes:
    """A zip whose directory names one stored body many times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a", b"{" + b" " * (1 << 20))
    data = out.getvalue()
    at = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = data[at:end]
    tail = bytearray(data[end:])
    tail[8:12] = copies.to_bytes(2, "little") * 2
    tail[12:16] = (len(entry) * copies).to_bytes(4, "little")
    return data[:at] + entry * copies + bytes(tail)


@pytest.mark.parametrize(
    "made",
    [
        lambda: _overlapping(60_000),
        lambda: _overlapping(2_000),
        lambda: _archive(*((tarfile.TarInfo(f"a{i}"), b"{}") for i in range(11_000))),
        lambda: _archive((tarfile.TarInfo("a/../../x"), b"{}")),
    ],
)
def test_hostile_archives_are_refused_at_once(made: Callable[[], bytes]) -> None:
    data = made()
    start = time.process_time()
    assert exercise(data, timed=False).startswith("archive refused")
    assert time.process_time() - start < 4
    assert archive.kind_of(data)
