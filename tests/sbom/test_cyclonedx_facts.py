"""What each CycloneDX field becomes: value, state, pointer, pair."""

import gzip
import json
import mmap
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from rulewright.facts.types import Completeness, State
from rulewright.facts.vocabulary import BUILTIN
from rulewright.sbom import Document, read


def make(**fields: Any) -> Document:
    found = read(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", **fields}).encode(), "a.json")
    assert isinstance(found, Document), found
    return found


def one(**fields: Any) -> Document:
    return make(components=[{"type": "library", "name": "a", **fields}])


def cell(document: Document, field: str, row: int = 0, collection: str = "component") -> Any:
    state, value = document.tables[collection].column(field).at(row)
    return value if state is State.KNOWN else state


def test_every_builder_fills_a_field_of_the_vocabulary() -> None:
    for name, table in one().tables.items():
        assert table.collection == name
        assert set(table.builders) <= set(BUILTIN.collections[name].fields), name


@pytest.mark.parametrize(
    ("fields", "field", "value"),
    [
        ({"version": "1.0"}, "version", "1.0"),
        ({"version": ""}, "version", State.MISSING),
        ({"version": " \t"}, "version", State.MISSING),
        ({}, "version", State.MISSING),
        ({"version": "unknown"}, "version", State.DECLARED_UNKNOWN),
        ({"version": "NOASSERTION"}, "version", State.DECLARED_UNKNOWN),
        ({"supplier": {"name": "Unknown"}}, "supplier", State.DECLARED_UNKNOWN),
        ({"supplier": {"name": "withheld"}}, "supplier", State.WITHHELD),
        ({"supplier": {"name": "Unknown Worlds"}}, "supplier", "Unknown Worlds"),
        ({"version": 1}, "version", State.MALFORMED),
        ({"version": None}, "version", State.MISSING),
        ({"supplier": "Acme"}, "supplier", State.MALFORMED),
        ({"supplier": {"name": 5}}, "supplier", State.MALFORMED),
        ({"type": "operating-system"}, "type", "operating_system"),
        ({"type": "libary"}, "type", State.MALFORMED),
        ({"manufacturer": {"name": "M"}, "supplier": {"name": "S"}}, "producer", "M"),
        ({"supplier": {"name": "S"}, "author": "A"}, "producer", "S"),
        ({"authors": [{"name": "A"}, {"email": "b@x.org"}]}, "producer", "A, b@x.org"),
        ({"publisher": "P"}, "producer", "P"),
        ({"supplier": {"name": "S", "url": ["https://s.org"]}}, "producer_contact", "https://s.org"),
        ({"supplier": {"contact": [{"email": "x@s.org"}]}}, "supplier_contact", "x@s.org"),
        ({"hashes": [{"alg": "SHA-512", "content": "0"}, {"alg": "MD5", "content": "0"}]}, "hash_algorithms", ("MD5", "SHA-512")),
        ({"hashes": []}, "hash_algorithms", State.MISSING),
        ({"hashes": "x"}, "hash_algorithms", State.MALFORMED),
        ({"purl": "pkg:npm/a", "cpe": "cpe:2.3:a:b:c:*:*:*:*:*:*:*:*"}, "unique_id", ("cpe", "purl")),
        ({"licenses": [{"license": {"id": "MIT"}}]}, "license", "MIT"),
        ({"licenses": [{"license": {"id": "MIT"}}, {"license": {"id": "Apache-2.0"}}]}, "license", "MIT AND Apache-2.0"),
        ({"licenses": [{"expression": "MIT OR GPL-2.0-only"}, {"license": {"id": "MIT"}}]}, "license", "(MIT OR GPL-2.0-only) AND MIT"),
        ({"licenses": [{"license": {"name": "Own"}}]}, "license_text", "Own"),
        ({"licenses": [{"license": {"name": "Own"}}]}, "license", "Own"),
        ({"licenses": [{"expression": "NOASSERTION"}]}, "license", State.DECLARED_UNKNOWN),
        ({"licenses": [{"license": {"id": "MIT", "acknowledgement": "concluded"}}]}, "license_concluded", "MIT"),
        ({"licenses": [{"license": {"id": "MIT", "acknowledgement": "concluded"}}]}, "license_declared", State.MISSING),
        ({"licenses": {}}, "license", State.MALFORMED),
        ({"licenses": [{"license": {"id": 5}}]}, "license", State.MALFORMED),
        (
            {"licenses": [{"license": {"id": "MIT"}}, {"license": {"name": "NOASSERTION"}}]},
            "license",
            State.DECLARED_UNKNOWN,
        ),
        ({"licenses": []}, "license", State.MISSING),
        ({"externalReferences": [{"type": "vcs", "url": "https://v"}]}, "source_uri", "https://v"),
        ({"externalReferences": [{"type": "distribution", "url": "https://d", "hashes": [{"alg": "SHA-512", "content": "0"}]}]}, "deployable_hash_algorithms", ("SHA-512",)),
        ({"properties": [{"name": "bsi:component:executable", "value": "non-executable"}]}, "executable", False),
        ({"properties": [{"name": "bsi:component:archive", "value": "archive"}]}, "archive", True),
        ({"properties": [{"name": "bsi:component:structured", "value": "perhaps"}]}, "structured", State.MALFORMED),
        ({"properties": [{"name": "bsi:component:filename", "value": "a.so"}]}, "filename", "a.so"),
        ({"properties": [{"name": "cdx:npm:package:development", "value": "true"}]}, "dev_only", True),
        ({"properties": [{"name": "rulewright:end_of_support", "value": "1970-01-02"}]}, "end_of_support", 1),
        ({"properties": [{"name": "rulewright:end_of_support", "value": "soon"}]}, "end_of_support", State.MALFORMED),
        ({"isExternal": True}, "is_external", True),
        ({"pedigree": {"notes": "x"}}, "pedigree_stated", True),
        ({}, "pedigree_stated", False),
        (
            {"pedigree": {"patches": [{"type": "backport", "resolves": [
                {"type": "security", "id": "CVE-2026-1"}, {"type": "defect", "id": "7"}]}]}},
            "fixes", ("CVE-2026-1",),
        ),
        ({"pedigree": {"patches": [{"type": "backport", "resolves": "CVE-2026-1"}]}}, "fixes", State.MALFORMED),
        ({"pedigree": {"notes": "x"}}, "fixes", State.MISSING),
        ({"swid": {"tagId": "t", "name": "n"}}, "swid", "t"),
        ({"swhid": ["swh:1:x"]}, "swhid", "swh:1:x"),
        ({"cryptoProperties": {"assetType": "related-crypto-material"}}, "asset_type", "related_crypto_material"),
        ({"cryptoProperties": {"assetType": "algorithm", "algorithmProperties": {"primitive": "hash", "nistQuantumSecurityLevel": 3}}}, "quantum_level", 3),
        ({"cryptoProperties": {"assetType": "algorithm", "algorithmProperties": {"cryptoFunctions": ["sign", "digest"]}}}, "crypto_functions", ("digest", "sign")),
    ],
)  # fmt: skip
def test_a_field_of_a_component(fields: dict[str, Any], field: str, value: Any) -> None:
    assert cell(one(**fields), field) == value


MIT = {"license": {"id": "MIT"}}
CONCLUDED = {"license": {"id": "MIT", "acknowledgement": "concluded"}}


@pytest.mark.parametrize(
    ("licenses", "states"),
    [
        ([MIT, 5], ["M", "M", "M"]),
        ([MIT, None], ["M", "M", "M"]),
        ([MIT, {"license": 5}], ["M", "M", "M"]),
        ([MIT, {"license": {"id": 7}}], ["M", "M", "-"]),
        ([MIT, {"license": {"id": None}}], ["M", "M", "-"]),
        ([MIT, {"expression": ["MIT"]}], ["M", "M", "-"]),
        ([CONCLUDED, {"license": {"id": 7}}], ["MIT", "M", "MIT"]),
        ([MIT, {"license": {"name": 7, "acknowledgement": "concluded"}}], ["M", "MIT", "M"]),
        ([MIT, {"license": {"id": "MIT", "acknowledgement": 1}}], ["M", "M", "M"]),
        ([MIT, {"license": {"id": "MIT", "colour": 7}}], ["MIT AND MIT", "MIT AND MIT", "-"]),
    ],
)
def test_a_licence_that_cannot_be_read_is_not_left_out(licenses: list[Any], states: list[str]) -> None:
    found = one(licenses=licenses)
    names = {State.MALFORMED: "M", State.MISSING: "-"}
    cells = [cell(found, field) for field in ("license", "license_declared", "license_concluded")]
    assert [names.get(value, value) for value in cells] == states
    assert [d for d in found.findings if d.code in {"RW1010", "RW1013"}]


def test_a_licence_stated_twice_with_different_values_conflicts() -> None:
    text = '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"name":"a","licenses":[{"license":{"id":"MIT"}},{"license":{"id":"MIT","id":"Apache-2.0"}}]}]}'
    found = read(text.encode(), "a.json")
    assert isinstance(found, Document)
    assert cell(found, "license") is State.CONFLICTING


def test_nested_components_and_the_root_have_rows_and_pointers() -> None:
    inner = {"name": "c", "components": [{"name": "d", "hashes": [{"alg": "MD5", "content": "0" * 32}]}]}
    found = make(
        metadata={"component": {"name": "r", "components": [{"name": "p"}]}}, components=[{"name": "a"}, inner]
    )
    table = found.tables["component"]
    assert [table.name_of(i) for i in range(table.size)] == ["r", "p", "a", "c", "d"]
    assert [table.pointer_of(i) for i in range(table.size)] == [
        "/metadata/component", "/metadata/component/components/0", "/components/0", "/components/1",
        "/components/1/components/0",
    ]  # fmt: skip
    assert [cell(found, "is_root", i) for i in range(5)] == [True, False, False, False, False]
    assert [cell(found, "nested", i) for i in range(5)] == [False, True, False, False, True]
    pairs = table.relation("component")
    assert list(zip(pairs.parents, pairs.children, strict=True)) == [(0, 1), (3, 4)]
    assert found.tables["hash"].pointer_of(0) == "/components/1/components/0/hashes/0"
    assert list(found.tables["hash"].relation("component").parents) == [4]


def test_pointers_lead_to_what_they_name() -> None:
    found = make(
        metadata={"component": {"name": "r"}},
        components=[{"name": "a", "hashes": [{"alg": "MD5"}, {"alg": "SHA-1"}], "properties": [{"name": "x", "value": "1"}]}, {"name": "b", "hashes": [{"alg": "MD2"}]}],
    )  # fmt: skip
    assert [found.tables["hash"].pointer_of(i) for i in range(3)] == [
        "/components/0/hashes/0", "/components/0/hashes/1", "/components/1/hashes/0",
    ]  # fmt: skip
    assert found.tables["property"].pointer_of(0) == "/components/0/properties/0"


def graph(**fields: Any) -> Document:
    components = [{"name": n, "bom-ref": n} for n in ("a", "b", "c")]
    root = {"component": {"name": "r", "bom-ref": "r"}}
    return make(metadata=root, components=components, **fields)


def test_the_dependency_graph() -> None:
    found = graph(
        dependencies=[{"ref": "r", "dependsOn": ["a", "b", "nowhere"]}, {"ref": "a", "dependsOn": ["b"]}, {"ref": "b"}]
    )
    pairs = found.tables["component"].relation("depends_on")
    assert list(zip(pairs.parents, pairs.children, strict=True)) == [(0, 1), (0, 2), (1, 2)]
    assert [cell(found, "dependency_count", i) for i in range(4)] == [3, 1, 0, State.MISSING]
    assert [(d.code, d.pointer) for d in found.judge_semantics()] == [("RW1201", "/dependencies/0/dependsOn/2")]
    assert [cell(found, "resolved", i, "relationship") for i in range(4)] == [True, True, False, True]
    assert found.tables["relationship"].pointer_of(3) == "/dependencies/1/dependsOn/0"


@pytest.mark.parametrize(
    ("compositions", "state", "word"),
    [
        (None, Completeness.UNSTATED, State.MISSING),
        ([{"aggregate": "complete"}], Completeness.CLOSED, "complete"),
        ([{"aggregate": "complete", "assemblies": ["r"]}], Completeness.CLOSED, "complete"),
        ([{"aggregate": "complete", "assemblies": ["a"]}], Completeness.UNSTATED, State.MISSING),
        ([{"aggregate": "incomplete_third_party_only", "assemblies": ["r"]}], Completeness.OPEN, "incomplete"),
        ([{"aggregate": "unknown"}], Completeness.OPEN, "unknown"),
        ([{"aggregate": "not_specified"}], Completeness.UNSTATED, State.MISSING),
        ([{"aggregate": "complete"}, {"aggregate": "incomplete"}], Completeness.OPEN, "incomplete"),
    ],
)
def test_completeness_of_the_list(compositions: Any, state: Completeness, word: Any) -> None:
    found = graph(**({} if compositions is None else {"compositions": compositions}))
    assert found.tables["component"].extents[0].state is state
    assert cell(found, "completeness", 0, "document") == word


def test_completeness_of_dependencies() -> None:
    entries = [{"ref": r} for r in ("r", "a", "b", "c")]
    some = graph(dependencies=entries, compositions=[{"aggregate": "complete", "dependencies": ["a"]}])
    assert [cell(some, "dependencies_complete", i) for i in range(4)] == [
        State.MISSING,
        "complete",
        State.MISSING,
        State.MISSING,
    ]
    extents = some.tables["component"].graph_extents
    assert extents is not None
    assert extents[0].state is Completeness.UNSTATED
    every = graph(dependencies=entries, compositions=[{"aggregate": "complete", "dependencies": ["a", "b", "c", "r"]}])
    extents = every.tables["component"].graph_extents
    assert extents is not None
    assert extents[0].state is Completeness.CLOSED


EVERY = ["r", "a", "b", "c"]
ROOT = {"ref": "r", "dependsOn": ["a"]}
COMPLETE = {"aggregate": "complete", "dependencies": EVERY}


@pytest.mark.parametrize(
    ("entries", "compositions", "state", "because"),
    [
        ([ROOT], [COMPLETE], "closed", "complete"),
        ([ROOT], [{"aggregate": "complete"}], "closed", "complete"),
        ([ROOT], [{"aggregate": "complete", "dependencies": ["r"]}], "unstated", "no composition"),
        ([ROOT], [{"aggregate": "complete", "dependencies": ["a", "b", "c"]}], "unstated", "no composition"),
        ([ROOT], [{"aggregate": "complete", "dependencies": 5}], "unstated", "no composition"),
        ([ROOT], [COMPLETE, {"aggregate": "unknown", "dependencies": ["b"]}], "open", "unknown"),
        ([ROOT], [{"aggregate": "complete", "dependencies": ["r", "a"]}, {"aggregate": "complete", "dependencies": ["b", "c"]}], "closed", "complete"),
        ([ROOT, {"ref": "gone", "dependsOn": ["a"]}], [COMPLETE], "unstated", "not in the document"),
        ([ROOT, {"ref": "a", "dependsOn": ["b", "gone"]}], [COMPLETE], "open", "`gone` is depended on"),
        ([ROOT, {"ref": "a", "dependsOn": ["urn:cdx:x/1#b"]}], [], "open", "`urn:cdx:x/1#b` is depended on"),
        ([ROOT, {"ref": "a", "dependsOn": ["gone"]}], [], "open", "`gone` is depended on"),
        ([ROOT, {"ref": "a", "dependsOn": 5}], [COMPLETE], "open", "cannot be read"),
        ([ROOT, {"ref": "a", "dependsOn": ["b", 5]}], [], "open", "cannot be read"),
        ([ROOT, {"ref": 5, "dependsOn": ["b"]}], [COMPLETE], "open", "cannot be read"),
        ([ROOT, {"dependsOn": ["b"]}], [COMPLETE], "open", "whose they are"),
        ([ROOT, 5], [COMPLETE], "open", "cannot be read"),
        ([ROOT, {"ref": "a", "provides": 5}], [COMPLETE], "closed", "complete"),
    ],
)  # fmt: skip
def test_what_closes_and_what_opens_the_graph(entries: Any, compositions: Any, state: str, because: str) -> None:
    extents = graph(dependencies=entries, compositions=compositions).tables["component"].graph_extents
    assert extents is not None
    assert extents[0].state == state
    assert because in extents[0].because


def test_a_component_without_a_reference_of_its_own_keeps_the_graph_from_being_complete() -> None:
    for items in ([{"name": "a", "bom-ref": "a"}, {"name": "b"}], [{"name": "a", "bom-ref": "a"}] * 2):
        compositions = [{"aggregate": "complete", "dependencies": ["a"]}]
        found = make(components=items, dependencies=[{"ref": "a"}], compositions=compositions)
        assert (found.tables["component"].graph_extents or [])[0].state is Completeness.UNSTATED


def test_only_the_components_named_have_complete_dependencies() -> None:
    found = graph(dependencies=[ROOT], compositions=[{"aggregate": "complete", "dependencies": ["r"]}])
    assert [cell(found, "dependencies_complete", i) for i in range(2)] == ["complete", State.MISSING]


def test_a_composition_whose_names_cannot_be_read_speaks_of_nothing() -> None:
    found = graph(compositions=[{"aggregate": "complete", "assemblies": 5}])
    assert found.tables["component"].extents[0].state is Completeness.UNSTATED


def test_dependencies_that_lead_to_nothing_are_a_finding_when_read() -> None:
    found = graph(dependencies=[{"ref": "r", "dependsOn": ["gone", "lost", "urn:cdx:x/1#b"]}])
    assert [(d.code, d.pointer) for d in found.findings] == [("RW1220", "/dependencies")]
    assert "include 2 of no element" in found.findings[0].message
    assert graph(dependencies=[ROOT]).findings == ()


def test_absent_and_empty_lists_differ() -> None:
    assert make().tables["component"].extents[0].state is Completeness.ABSENT
    assert make(metadata={"component": {"name": "r"}}).tables["component"].extents[0].state is Completeness.ABSENT
    assert make(metadata={"component": {"name": "r"}}).tables["component"].rows == 1
    assert make(components=[]).tables["component"].extents[0].state is Completeness.UNSTATED
    assert make().tables["vulnerability"].extents[0].state is Completeness.ABSENT
    assert make(vulnerabilities=[]).tables["vulnerability"].extents[0].state is Completeness.UNSTATED


def test_vulnerabilities_and_their_statements() -> None:
    found = graph(vulnerabilities=[
        {"id": "CVE-1", "source": {"name": "NVD"}, "ratings": [{"score": 9.8, "severity": "critical"}, {"score": 5, "severity": "medium"}], "cwes": [79, 20], "published": "2024-01-01T00:00:00Z", "analysis": {"state": "in_triage"}, "affects": [{"ref": "a"}, {"ref": "urn:cdx:x/1#b"}, {"ref": "nowhere"}], "properties": [{"name": "rulewright:exploited", "value": "true"}]},
        {"id": "CVE-2", "analysis": {"state": "false_positive", "justification": "code_not_present", "response": ["update"]}, "ratings": [{"score": 1e-7}]},
        {"id": "CVE-3"},
    ])  # fmt: skip
    get = partial(cell, found, collection="vulnerability")
    assert get("score", 0) == 9_800_000
    assert get("score", 1) is State.MALFORMED
    assert get("severity", 0) == "critical"
    assert get("cwes", 0) == ("20", "79")
    assert get("published", 0) == 19723
    assert [get("vex", i) for i in range(3)] == ["under_investigation", "not_affected", State.MISSING]
    assert [get("exploited", i) for i in range(3)] == [True, State.MISSING, State.MISSING]
    assert get("fix_available", 1) is True
    pairs = found.tables["vulnerability"].relation("component")
    assert list(zip(pairs.parents, pairs.children, strict=True)) == [(1, 0), (2, 0)]


def test_services_are_flattened() -> None:
    found = make(
        services=[
            {
                "name": "s",
                "authenticated": False,
                "x-trust-boundary": True,
                "endpoints": ["b", "a"],
                "data": [{"classification": "PII", "flow": "inbound"}],
                "services": [{"name": "t"}],
            }
        ]
    )
    get = partial(cell, found, collection="service")
    assert [get("name", i) for i in range(2)] == ["s", "t"]
    assert get("authenticated", 0) is False
    assert get("endpoints", 0) == ("a", "b")
    assert get("data_classifications", 0) == ("PII",)
    assert found.tables["service"].pointer_of(1) == "/services/0/services/0"


@pytest.mark.parametrize(
    "tools",
    [
        [{"vendor": "v", "name": "t", "version": "1"}],
        {"components": [{"type": "application", "name": "t", "version": "1"}]},
    ],
)
def test_what_the_document_says_of_itself(tools: Any) -> None:
    found = make(
        serialNumber="urn:uuid:1", version=3, signature={"algorithm": "x"},
        metadata={"timestamp": "2026-01-15T09:30:00+02:00", "tools": tools, "authors": [{"name": "A", "email": "a@x.org"}], "lifecycles": [{"phase": "pre-build"}, {"name": "mine"}], "licenses": [{"license": {"id": "CC0-1.0"}}]},
        components=[],
    )  # fmt: skip
    get = partial(cell, found, collection="document")
    assert (get("tool_name"), get("tool_version")) == ("t", "1")
    assert (get("author"), get("author_kind"), get("author_contact")) == ("A", "person", "a@x.org")
    assert get("generation_context") == ("mine", "pre_build")
    assert get("timestamp") == 20468
    assert get("timestamp_rfc3339") is True
    assert get("signature_present") is True
    assert get("data_license") == "CC0-1.0"
    assert get("doc_version") == 3
    assert get("schema_valid") is False
    assert get("dangling_references") == 0
    assert found.attributes["sbom.format"].value == "CycloneDX"
    assert found.attributes["sbom.author_contact_is_email_or_url"].value is True
    assert found.attributes["sbom.present"].value is True


def test_a_tool_without_version_leaves_the_version_missing() -> None:
    found = make(metadata={"tools": [{"name": "a", "version": "1"}, {"name": "b"}]})
    assert cell(found, "tool_name", 0, "document") == "a, b"
    assert cell(found, "tool_version", 0, "document") is State.MISSING


def test_the_product_is_the_described_component() -> None:
    found = make(metadata={"component": {"name": "cam", "version": "2", "purl": "pkg:generic/cam@2", "bom-ref": "r"}})
    assert (found.product.id, found.product.name, found.product.version) == ("pkg:generic/cam@2", "cam", "2")
    assert found.product.identifiers == ("pkg:generic/cam@2", "r")
    assert str(found.format) == "CycloneDX 1.6 JSON"


def test_mapped_memory_and_gzip_give_the_same(tmp_path: Path) -> None:
    data = json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "é"}]}).encode()
    path = tmp_path / "a"
    path.write_bytes(data)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        found = read(mapped, "a")
        assert isinstance(found, Document)
        assert cell(found, "name") == "é"
        plain = found.source.sha256
        del found
    packed = read(gzip.compress(data), "a")
    assert isinstance(packed, Document)
    assert packed.source.sha256 != plain
    assert cell(packed, "name") == "é"
