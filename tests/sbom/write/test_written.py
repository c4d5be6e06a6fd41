"""What is written is valid, the same each time, whole as far as its format goes, and read by the official libraries."""

import json
import uuid
from io import BytesIO
from pathlib import Path

import pytest

from rulewright.diagnostics import Diagnostic
from rulewright.facts.stack import ProductFacts
from rulewright.sbom import Document, read
from rulewright.sbom.write_common import Note
from rulewright.sbom.write_document import TARGETS, Written, write
from tests.sbom.write.conftest import DAY, corpus, product

JSON = ("cyclonedx-1.6", "cyclonedx-1.7", "spdx-2.3", "spdx-3.0")
FORMATS = {"cyclonedx": 23, "spdx": 9}
SMALL = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {
        "timestamp": "2026-11-01T09:30:00+02:00",
        "authors": [{"name": "Ann", "email": "ann@acme.example"}],
        "lifecycles": [{"phase": "build"}],
        "tools": {"components": [{"type": "application", "name": "maker", "version": "2"}]},
        "component": {"type": "device", "name": "cam", "version": "2.3", "bom-ref": "cam"},
    },
    "components": [
        {
            "type": "library", "name": "zlib", "version": "1.3", "bom-ref": "z", "purl": "pkg:generic/zlib@1.3",
            "supplier": {"name": "zlib authors"}, "licenses": [{"license": {"id": "Zlib"}}],
            "hashes": [{"alg": "SHA-256", "content": "ab" * 32}],
            "externalReferences": [{"type": "website", "url": "https://zlib.example"}],
            "properties": [{"name": "a", "value": "b"}],
            "components": [{"type": "file", "name": "inner", "bom-ref": "i"}],
        },
        {"type": "library", "name": "unknown", "version": "withheld", "bom-ref": "b"},
    ],
    "dependencies": [{"ref": "cam", "dependsOn": ["z", "b"]}, {"ref": "b", "dependsOn": []}],
    "compositions": [{"aggregate": "incomplete", "assemblies": ["cam"]}],
    "vulnerabilities": [
        {
            "id": "CVE-2024-1", "ratings": [{"score": 9.8, "severity": "critical", "vector": "CVSS:3.1/AV:N"}],
            "analysis": {"state": "not_affected", "justification": "code_not_present"}, "affects": [{"ref": "z"}],
        }
    ],
}  # fmt: skip


def small() -> ProductFacts:
    """The facts of the small document."""
    found = product(json.dumps(SMALL).encode())
    assert found is not None
    return found


def made(facts: ProductFacts, target: str, *notes: Note) -> Written:
    """The written document."""
    found = write(facts, target, DAY, "0.1", notes)
    assert not isinstance(found, Diagnostic), found
    return found


@pytest.mark.parametrize("target", JSON)
def test_the_small_document_comes_back(target: str) -> None:
    """What is lost is what the format has no place for, by name."""
    lost = {d.message.split("`")[1] for d in made(small(), target).findings if d.code == "RW1050"}
    assert lost == {
        "cyclonedx-1.6": set(),
        "cyclonedx-1.7": set(),
        "spdx-2.3": {
            "document.completeness", "document.completeness_stated", "document.contains_vulnerabilities", "property",
            "property.name", "property.value", *(f"vulnerability{f}" for f in (
                "", ".id", ".justification", ".score", ".severity", ".vector", ".vex", ".vex_state")),
        },
        "spdx-3.0": {"document.completeness", "document.completeness_stated"},
    }[target]  # fmt: skip


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_the_same_facts_give_the_same_bytes(target: str) -> None:
    """The identity follows from the content, the time from the source."""
    first, second = made(small(), target, Note("odd", 1)), made(small(), target, Note("odd", 1))
    assert first.data == second.data
    other = made(small(), target, Note("odder", 1)).data
    assert other != first.data or target.endswith("-xml")
    assert b"2026-11-01T0" in first.data


def test_identity_is_a_uuid_of_the_content() -> None:
    """Version 5; another content, another identity; the day counts only where no source has a time."""
    bom = json.loads(made(small(), "cyclonedx").data)
    assert uuid.UUID(bom["serialNumber"]).version == 5
    assert bom["metadata"]["timestamp"] == "2026-11-01T09:30:00+02:00"
    spdx = json.loads(made(small(), "spdx-2.3").data)
    assert uuid.UUID(spdx["documentNamespace"][-36:]).version == 5
    assert spdx["creationInfo"]["created"] == "2026-11-01T07:30:00Z"
    silent = product(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": []}).encode())
    assert silent is not None
    assert json.loads(made(silent, "cyclonedx").data)["metadata"]["timestamp"] == "2024-10-04T00:00:00Z"


@pytest.mark.parametrize("target", JSON)
def test_remarks_are_annotations(target: str) -> None:
    """On the document and on components, in the words of the format."""
    tree = json.loads(made(small(), target, Note("on all"), Note("on zlib", 1)).data)
    if target.startswith("cyclonedx"):
        assert [(a["text"], a["subjects"]) for a in tree["annotations"]] == [("on all", ["cam"]), ("on zlib", ["z"])]
    elif target == "spdx-2.3":
        assert tree["annotations"][-1]["comment"] == "on all"
        assert [a["comment"] for a in tree["packages"][1]["annotations"]] == ["on zlib"]
    else:
        said = {e["statement"]: e["subject"] for e in tree["@graph"] if e["type"] == "Annotation"}
        assert said["on all"].endswith("#SPDXRef-DOCUMENT")
        assert said["on zlib"].endswith("#z")


def test_annotations_that_a_library_cannot_hold_are_said() -> None:
    """CycloneDX XML is written by a library without annotations."""
    found = made(small(), "cyclonedx-1.6-xml", Note("odd"))
    assert "`annotations`: 1 of 1 cannot be read again from CycloneDX 1.6 XML" in [d.message for d in found.findings]


@pytest.mark.parametrize("target", JSON)
@pytest.mark.parametrize("family", sorted(FORMATS))
def test_whatever_comes_in_goes_out_valid(shared: Path, family: str, target: str) -> None:
    """Every document of the sample, invalid ones and mutants too; no component is ever lost."""
    written = 0
    for path in corpus(shared, family, FORMATS[family]):
        facts = product(path.read_bytes(), path.name)
        if facts is None:
            continue
        found = write(facts, target, DAY, "0.1")
        assert not isinstance(found, Diagnostic), (path, found)
        again = read(found.data, "again")
        assert isinstance(again, Document)
        assert [d for d in again.judged() if d.code in {"RW1101", "RW1001"}] == [], path
        assert [line for line in found.receipt if line.kind == "component" and line.stated != line.written] == [], path
        written += 1
    assert written > 20


LIBRARY = ("cyclonedx-1.6-xml", "cyclonedx-1.7-xml", "spdx-2.3-tag-value", "spdx-2.3-yaml", "spdx-2.3-xml")


@pytest.mark.parametrize("target", LIBRARY)
def test_other_encodings_hold_the_same(target: str) -> None:
    """What a library makes of our JSON reads as the JSON does."""
    base = target.removesuffix("-xml").removesuffix("-yaml").removesuffix("-tag-value")
    json_losses = {d.message.split("`")[1] for d in made(small(), base).findings if d.code == "RW1050"}
    losses = {d.message.split("`")[1] for d in made(small(), target).findings if d.code == "RW1050"}
    assert losses - json_losses <= {"document.completeness", "document.completeness_stated"}


def test_official_libraries_read_what_we_write() -> None:
    """And find nothing to object to."""
    from cyclonedx.model.bom import Bom
    from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    bom = Bom.from_json(json.loads(made(small(), "cyclonedx-1.6").data))  # type: ignore[attr-defined]
    assert sorted(c.name for c in bom.components) == ["unknown", "zlib"]
    parsed = JsonLikeDictParser().parse(json.loads(made(small(), "spdx-2.3").data))  # type: ignore[no-untyped-call]
    assert [m.validation_message for m in validate_full_spdx_document(parsed)] == []


def test_the_spdx3_model_reads_what_we_write() -> None:
    """The bindings made of the specification's own model."""
    model = pytest.importorskip("spdx_python_model").v3_0_1
    objects = model.SHACLObjectSet()
    model.JSONLDDeserializer().read(BytesIO(made(small(), "spdx-3.0").data), objects)
    names = sorted(p.name for p in objects.foreach_type("software_Package"))
    assert names == ["NOASSERTION", "cam", "inner", "zlib"]


def test_a_missing_library_is_a_diagnostic(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the name of the extra."""
    import sys

    monkeypatch.setitem(sys.modules, "cyclonedx.model.bom", None)
    found = write(small(), "cyclonedx-1.6-xml", DAY, "0.1")
    assert isinstance(found, Diagnostic)
    assert (found.code, found.hint) == ("RW1021", "install `rulewright[interchange]`")
