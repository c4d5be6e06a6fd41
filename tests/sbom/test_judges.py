"""Codes, receipts that can fail, the two judges, and what reading may import."""

import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rulewright.sbom import Document, cyclonedx_count, read, schema_judge
from rulewright.sbom.codes import CODES


def make(**fields: Any) -> Document:
    found = read(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", **fields}).encode(), "a.json")
    assert isinstance(found, Document), found
    return found


def test_every_code_that_is_emitted_is_explained(root: Path) -> None:
    emitted = {
        code
        for path in (root / "sbom").glob("*.py")
        if path.name != "codes.py"
        for code in re.findall(r'"(RW1\d{3})"', path.read_text("utf-8"))
    }
    assert emitted == set(CODES)
    assert all(code.title and code.page and code.example for code in CODES.values())


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        ({"components": [{"name": "a", "type": "libary"}]}, "RW1211", "/components/0/type"),
        ({"components": [{"type": "library"}]}, "RW1210", "/components/0"),
        ({"components": [{"name": "a", "bom-ref": "x"}, {"name": "b", "bom-ref": "x"}]}, "RW1202", "/components/1/bom-ref"),
        ({"components": [{"name": "a", "purl": "pkg:npm"}]}, "RW1203", "/components/0/purl"),
        ({"components": [{"name": "a", "cpe": "cpe:2.3:x"}]}, "RW1204", "/components/0/cpe"),
        ({"components": [{"name": "a", "licenses": [{"license": {"id": "mit"}}]}]}, "RW1205", "/components/0/licenses/0/license/id"),
        ({"components": [{"name": "a", "licenses": [{"expression": "MIT OR"}]}]}, "RW1205", "/components/0/licenses/0/expression"),
        ({"components": [{"name": "a", "licenses": [{"license": {"id": "MIT", "name": "x"}}]}]}, "RW1212", "/components/0/licenses/0/license"),
        ({"components": [{"name": "a", "hashes": [{"alg": "SHA-256", "content": "00"}]}]}, "RW1206", "/components/0/hashes/0/content"),
        ({"components": [{"name": "a"}, {"name": "a"}]}, "RW1217", "/components/1"),
        ({"components": [{"name": "a", "purl": "pkg:npm/other@1"}]}, "RW1218", "/components/0"),
        ({"components": [{"name": "a", "version": "2", "purl": "pkg:npm/a@1"}]}, "RW1218", "/components/0"),
        ({"dependencies": [{"ref": "x"}]}, "RW1201", "/dependencies/0/ref"),
        ({"components": [{"name": "a", "bom-ref": "x"}], "dependencies": [{"ref": "x", "dependsOn": ["x"]}]}, "RW1207", "/dependencies/0/dependsOn/0"),
        ({"components": [{"name": "a", "bom-ref": "x"}], "dependencies": [{"ref": "x"}, {"ref": "x"}]}, "RW1209", "/dependencies/1/ref"),
        ({"metadata": {"timestamp": "yesterday"}}, "RW1014", "/metadata/timestamp"),
        ({"vulnerabilities": [{"analysis": {"state": "eaten"}}]}, "RW1211", "/vulnerabilities/0/analysis/state"),
        ({}, "RW1208", ""),
    ],
)  # fmt: skip
def test_semantic_findings(fields: dict[str, Any], code: str, pointer: str) -> None:
    assert (code, pointer) in {(d.code, d.pointer) for d in make(**fields).judge_semantics()}


def test_a_sound_document_has_no_semantic_findings() -> None:
    root = {"name": "r", "type": "firmware", "bom-ref": "r", "version": "1"}
    part = {
        "name": "a",
        "type": "library",
        "bom-ref": "a",
        "version": "1",
        "purl": "pkg:npm/a@1",
        "licenses": [{"license": {"id": "MIT"}}],
        "hashes": [{"alg": "MD5", "content": "0" * 32}],
    }
    found = make(
        metadata={"component": root}, components=[part], dependencies=[{"ref": "r", "dependsOn": ["a"]}, {"ref": "a"}]
    )
    assert found.judge_semantics() == ()
    assert found.judge_schema() == ()


def test_the_schema_judge_gives_the_place() -> None:
    found = make(components=[{"type": "library", "name": "a"}, {"type": "libary", "name": "b"}])
    assert [(d.code, d.pointer) for d in found.judge_schema()] == [("RW1101", "/components/1/type")]
    unknown = read(b'{"bomFormat":"CycloneDX","specVersion":"9.9"}', "x")
    assert isinstance(unknown, Document)
    assert [d.code for d in unknown.judge_schema()] == ["RW1102"]
    assert [d.code for d in unknown.findings] == ["RW1008"]


def test_the_schemas_are_those_of_the_notice(root: Path) -> None:
    folder = root / "sbom" / "schemas"
    lines = (folder / "NOTICE").read_text().splitlines()
    listed = [line.split("  ") for line in lines if re.match(r"[0-9a-f]{64}  ", line)]
    notice = {name: digest for digest, name in listed}
    there = {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*.*")}
    assert notice == there
    assert set(schema_judge.SCHEMAS.values()) <= set(there)


@pytest.mark.parametrize("entity", cyclonedx_count.ENTITIES)
def test_a_receipt_that_does_not_balance_is_an_error(entity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    true_count: Callable[[bytes], Counter[str]] = cyclonedx_count.count

    def one_more(data: bytes) -> Counter[str]:
        return true_count(data) + Counter({entity: 1})

    monkeypatch.setattr(cyclonedx_count, "count", one_more)
    found = make(components=[{"name": "a"}])
    errors = [d for d in found.findings if d.is_error]
    assert [d.code for d in errors] == ["RW1001"]
    assert entity in errors[0].message


def test_both_ways_of_counting_agree(shared: Path) -> None:
    from tests.sbom.corpus_index import entries

    for entry in entries(shared, "cyclonedx-json"):
        data = entry.path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        if entry.valid == "valid" and len(data) < 200_000 and "deep-components" not in entry.name:
            exact = cyclonedx_count.count_exactly(data)
            assert {e: cyclonedx_count.count(data)[e] for e in exact} == exact, entry.name


def test_reading_imports_the_standard_library_and_msgspec() -> None:
    code = """
import sys
import msgspec
msgspec.json.Decoder(msgspec.defstruct("S", [("x", int)]))
known = {name.partition(".")[0] for name in sys.modules} | set(sys.stdlib_module_names) | {"rulewright"}
from rulewright.sbom import read
doc = read(b'{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"name":"a"}]}', "x")
doc.tables["component"].column("name")
print(sorted({name.partition(".")[0] for name in sys.modules} - known))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
