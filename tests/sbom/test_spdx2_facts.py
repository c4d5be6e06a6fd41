"""What each SPDX 2 field becomes: value, state, pointer, pair."""

import json
from functools import partial
from typing import Any

import pytest

from rulewright.facts.types import Completeness, State
from rulewright.facts.vocabulary import BUILTIN
from rulewright.sbom import Document, read


def make(**fields: Any) -> Document:
    found = read(json.dumps({"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", **fields}).encode(), "a.json")
    assert isinstance(found, Document), found
    return found


def one(**fields: Any) -> Document:
    return make(packages=[{"SPDXID": "SPDXRef-a", "name": "a", **fields}])


def cell(document: Document, field: str, row: int = 0, collection: str = "component") -> Any:
    state, value = document.tables[collection].column(field).at(row)
    return value if state is State.KNOWN else state


def related(*triples: tuple[str, str, str], **fields: Any) -> Document:
    packages = [{"SPDXID": n, "name": n} for n in ("r", "a", "b")]
    pairs = [{"spdxElementId": a, "relationshipType": k, "relatedSpdxElement": b} for a, k, b in triples]
    return make(packages=packages, relationships=pairs, **fields)


def ref(kind: str, locator: str) -> dict[str, Any]:
    return {"externalRefs": [{"referenceCategory": "OTHER", "referenceType": kind, "referenceLocator": locator}]}


def test_every_builder_fills_a_field_of_the_vocabulary() -> None:
    for name, table in one().tables.items():
        assert set(table.builders) <= set(BUILTIN.collections[name].fields), name


@pytest.mark.parametrize(
    ("fields", "field", "value"),
    [
        ({"versionInfo": "1"}, "version", "1"),
        ({"versionInfo": "NOASSERTION"}, "version", State.DECLARED_UNKNOWN),
        ({"versionInfo": 1}, "version", State.MALFORMED),
        ({"supplier": "Organization: Acme (psirt@acme.org)"}, "supplier", "Acme"),
        ({"supplier": "Organization: Acme (psirt@acme.org)"}, "supplier_contact", "psirt@acme.org"),
        ({"supplier": "Organization: Acme (Europe)"}, "supplier", "Acme (Europe)"),
        ({"supplier": "Person: anonymous"}, "supplier", State.WITHHELD),
        ({"supplier": "NOASSERTION"}, "supplier", State.DECLARED_UNKNOWN),
        ({"supplier": "Acme"}, "supplier", "Acme"),
        ({"supplier": "Organization: "}, "supplier", State.MISSING),
        ({"supplier": "NOASSERTION", "originator": "Person: O"}, "producer", "O"),
        ({"supplier": "NOASSERTION"}, "producer", State.DECLARED_UNKNOWN),
        ({"licenseDeclared": "MIT", "licenseConcluded": "NOASSERTION"}, "license", "MIT"),
        ({"licenseDeclared": "MIT", "licenseConcluded": "Apache-2.0"}, "license", "Apache-2.0"),
        ({"licenseDeclared": "NONE"}, "license", "NONE"),
        ({"licenseDeclared": "NOASSERTION", "licenseConcluded": "NOASSERTION"}, "license", State.DECLARED_UNKNOWN),
        ({"licenseDeclared": "MIT", "licenseConcluded": 7}, "license", State.MALFORMED),
        ({"licenseDeclared": 7, "licenseConcluded": "MIT"}, "license", "MIT"),
        ({"licenseDeclared": ["MIT"]}, "license", State.MALFORMED),
        ({}, "license", State.MISSING),
        ({"copyrightText": "NOASSERTION"}, "copyright", State.DECLARED_UNKNOWN),
        ({"copyrightText": "NONE"}, "copyright", "NONE"),
        ({"primaryPackagePurpose": "OPERATING_SYSTEM"}, "type", "operating_system"),
        ({"primaryPackagePurpose": "TOASTER"}, "type", State.MALFORMED),
        ({"checksums": [{"algorithm": "SHA256", "checksumValue": "0"}]}, "hash_algorithms", ("SHA-256",)),
        (ref("purl", "pkg:npm/a"), "purl", "pkg:npm/a"),
        (ref("http://spdx.org/rdf/references/cpe23Type", "cpe:2.3:a"), "cpe", "cpe:2.3:a"),
        (ref("gitoid", "gitoid:x"), "unique_id", ("gitoid",)),
        ({"filesAnalyzed": False}, "files_analyzed", False),
        ({"validUntilDate": "1970-01-02T00:00:00Z"}, "end_of_support", 1),
        ({"downloadLocation": "NOASSERTION"}, "download_location", State.DECLARED_UNKNOWN),
    ],
)
def test_a_field_of_a_package(fields: dict[str, Any], field: str, value: Any) -> None:
    assert cell(one(**fields), field) == value


@pytest.mark.parametrize(
    ("kind", "edge"),
    [
        ("DEPENDS_ON", (0, 1)), ("DEPENDENCY_OF", (1, 0)), ("CONTAINS", (0, 1)), ("CONTAINED_BY", (1, 0)),
        ("DYNAMIC_LINK", (0, 1)), ("STATIC_LINK", (0, 1)), ("HAS_PREREQUISITE", (0, 1)), ("PREREQUISITE_FOR", (1, 0)),
        ("DEV_DEPENDENCY_OF", (1, 0)), ("OTHER", None), ("COPY_OF", None),
    ],
)  # fmt: skip
def test_which_relationships_are_dependencies(kind: str, edge: tuple[int, int] | None) -> None:
    pairs = related(("r", kind, "a")).tables["component"].relation("depends_on")
    assert list(zip(pairs.parents, pairs.children, strict=True)) == ([edge] if edge else [])


def test_none_and_noassertion_speak_of_completeness() -> None:
    found = related(("r", "DEPENDS_ON", "a"), ("a", "DEPENDS_ON", "NONE"), ("b", "DEPENDS_ON", "NOASSERTION"))
    assert [cell(found, "dependency_count", i) for i in range(3)] == [1, 0, State.MISSING]
    assert [cell(found, "dependencies_complete", i) for i in range(3)] == [State.MISSING, "complete", "unknown"]
    assert cell(found, "to_id", 1, "relationship") == "NONE"
    assert [cell(found, "resolved", i, "relationship") for i in range(3)] == [True, True, True]


def test_without_dependencies_the_graph_is_absent() -> None:
    for found in (related(), related(("SPDXRef-DOCUMENT", "DESCRIBES", "r"))):
        extents = found.tables["component"].graph_extents
        assert extents is not None
        assert extents[0].state is Completeness.ABSENT


@pytest.mark.parametrize(
    ("triples", "state", "because", "codes"),
    [
        ([("r", "DEPENDS_ON", "a")], "unstated", "does not say", []),
        ([("a", "DEPENDS_ON", "NONE")], "unstated", "does not say", []),
        ([("r", "DEPENDS_ON", "a"), ("a", "DEPENDS_ON", "NOASSERTION")], "open", "does not know", []),
        ([("NOASSERTION", "DEPENDENCY_OF", "a")], "open", "does not know", []),
        ([("a", "DEPENDS_ON", "gone")], "open", "`gone` is depended on", ["RW1220"]),
        ([("gone", "DEPENDENCY_OF", "a")], "open", "`gone` is depended on", ["RW1220"]),
        ([("a", "DEPENDS_ON", "DocumentRef-x:y")], "open", "`DocumentRef-x:y` is depended on", []),
        ([("a", "DEPENDS_ON", 5)], "open", "cannot be read", ["RW1010"]),
        ([("a", 5, "b")], "open", "cannot be read", ["RW1010"]),
        ([("a", "COPY_OF", "gone"), ("r", "DEPENDS_ON", "a")], "unstated", "does not say", []),
    ],
)
def test_what_opens_the_graph(triples: Any, state: str, because: str, codes: list[str]) -> None:
    found = related(*triples, externalDocumentRefs=[{"externalDocumentId": "DocumentRef-x"}])
    extents = found.tables["component"].graph_extents
    assert extents is not None
    assert extents[0].state == state
    assert because in extents[0].because
    assert [d.code for d in found.findings] == codes


def test_described_packages_are_roots() -> None:
    by_key = related(documentDescribes=["r"])
    by_relation = related(("SPDXRef-DOCUMENT", "DESCRIBES", "r"))
    for found in (by_key, by_relation):
        assert [cell(found, "is_root", i) for i in range(3)] == [True, False, False]
        assert found.product.name == "r"


def test_development_needs() -> None:
    found = related(("a", "DEV_DEPENDENCY_OF", "r"), ("b", "DEV_DEPENDENCY_OF", "r"), ("r", "DEPENDS_ON", "b"))
    assert [cell(found, "dev_only", i) for i in range(3)] == [State.MISSING, True, State.MISSING]


def test_creators() -> None:
    info = {
        "created": "2024-01-01T00:00:00Z",
        "creators": ["Tool: syft-0.83.0", "Organization: Acme (x@acme.org)", "Tool: go-lint-2"],
        "licenseListVersion": "3.20",
        "comment": "SBOM type: build, deployed",
    }
    found = make(creationInfo=info, dataLicense="CC0-1.0", documentNamespace="https://x/1", packages=[])
    get = partial(cell, found, collection="document")
    assert (get("tool_name"), get("tool_version")) == ("syft, go-lint", "0.83.0, 2")
    assert (get("author"), get("author_kind"), get("author_contact")) == ("Acme", "organization", "x@acme.org")
    assert get("generation_context") == ("build", "deployed")
    assert get("license_list_version") == "3.20"
    assert get("timestamp") == 19723
    assert found.attributes["sbom.format"].value == "SPDX"


def test_a_tool_is_no_author() -> None:
    found = make(creationInfo={"creators": ["Tool: a"]})
    assert cell(found, "author", 0, "document") is State.MISSING
    assert cell(found, "tool_version", 0, "document") is State.MISSING


def test_collections_that_spdx_2_does_not_have() -> None:
    tables = one(**ref("advisory", "https://x")).tables
    for name in ("vulnerability", "service", "property"):
        assert tables[name].extents[0].state is Completeness.ABSENT
    assert tables["reference"].rows == 1


def test_files_belong_to_packages() -> None:
    files = [
        {
            "SPDXID": "f",
            "fileName": "./a.c",
            "checksums": [{"algorithm": "SHA1", "checksumValue": "0"}],
            "licenseConcluded": "MIT",
            "fileTypes": ["SOURCE"],
        },
        {"SPDXID": "g", "fileName": "./b.c"},
    ]
    found = make(
        packages=[{"SPDXID": "p", "name": "p", "hasFiles": ["f"]}], files=files,
        relationships=[{"spdxElementId": "p", "relationshipType": "CONTAINS", "relatedSpdxElement": "g"}],
    )  # fmt: skip
    pairs = found.tables["file"].relation("component")
    assert list(zip(pairs.parents, pairs.children, strict=True)) == [(0, 0), (0, 1)]
    assert cell(found, "hash_algorithms", 0, "file") == ("SHA-1",)
    assert found.tables["file"].pointer_of(1) == "/files/1"


def test_licence_claims_point_at_their_fields() -> None:
    found = one(licenseDeclared="MIT", licenseConcluded="MIT OR GPL-2.0-only")
    table = found.tables["license_claim"]
    assert [cell(found, "role", i, "license_claim") for i in range(2)] == ["declared", "concluded"]
    assert [cell(found, "id", i, "license_claim") for i in range(2)] == ["MIT", State.MISSING]
    assert [table.pointer_of(i) for i in range(2)] == ["/packages/0/licenseDeclared", "/packages/0/licenseConcluded"]


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        ({"packages": [{"SPDXID": "SPDXRef-a", "name": "a"}, {"SPDXID": "SPDXRef-a", "name": "b"}]}, "RW1202", "/packages/1/SPDXID"),
        ({"relationships": [{"spdxElementId": "SPDXRef-x", "relatedSpdxElement": "NONE", "relationshipType": "CONTAINS"}]}, "RW1201", "/relationships/0/spdxElementId"),
        ({"relationships": [{"spdxElementId": "NONE", "relatedSpdxElement": "NONE", "relationshipType": "EATS"}]}, "RW1211", "/relationships/0/relationshipType"),
        ({"creationInfo": {"creators": ["me"]}}, "RW1213", "/creationInfo/creators/0"),
        ({"creationInfo": {"created": "2024-01-01"}}, "RW1014", "/creationInfo/created"),
        ({"packages": [{"SPDXID": "SPDXRef-a", "name": "a", "supplier": "Acme"}]}, "RW1213", "/packages/0/supplier"),
        ({"packages": [{"SPDXID": "SPDXRef-a", "name": "a", "checksums": [{"algorithm": "SHA1", "checksumValue": "00"}]}]}, "RW1206", "/packages/0/checksums/0/checksumValue"),
        ({"packages": [{"SPDXID": "SPDXRef-a", "name": "a", **ref("purl", "npm/a")}]}, "RW1203", "/packages/0/externalRefs/0/referenceLocator"),
        ({"packages": [{"SPDXID": "SPDXRef-a", "name": "a", "licenseDeclared": "Apache 2"}]}, "RW1205", "/packages/0/licenseDeclared"),
        ({"packages": [{"SPDXID": "SPDXRef-a"}]}, "RW1210", "/packages/0"),
        ({"dataLicense": "MIT"}, "RW1215", "/dataLicense"),
        ({"documentNamespace": "https://x#y"}, "RW1216", "/documentNamespace"),
        ({}, "RW1214", ""),
    ],
)  # fmt: skip
def test_semantic_findings(fields: dict[str, Any], code: str, pointer: str) -> None:
    assert (code, pointer) in {(d.code, d.pointer) for d in make(**fields).judge_semantics()}
