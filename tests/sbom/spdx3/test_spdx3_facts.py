"""What each part of an SPDX 3 document becomes: value, state, pointer, pair."""

from typing import Any

import pytest

from rulewright.facts.bonds import Bond
from rulewright.facts.types import Completeness, State
from rulewright.facts.vocabulary import BUILTIN
from rulewright.sbom import Document, read
from rulewright.sbom.linking import link
from tests.sbom.samples import dumps
from tests.sbom.spdx3.spdx3_samples import ACME, CONTEXT, INFO, document, element, everything, made, package, related


def cell(found: Document, field: str, row: int = 0, collection: str = "component") -> Any:
    state, value = found.tables[collection].column(field).at(row)
    return value if state is State.KNOWN else state


def column(found: Document, field: str, collection: str = "component") -> list[Any]:
    return [cell(found, field, row, collection) for row in range(found.tables[collection].rows)]


def edges(found: Document, name: str = "depends_on", collection: str = "component") -> list[tuple[int, int]]:
    pairs = found.tables[collection].relation(name)
    return list(zip(pairs.parents, pairs.children, strict=True))


def said(found: Document) -> set[str]:
    return {d.code for d in found.judged()}


def hashed(algorithm: str, value: str) -> dict[str, Any]:
    return {"verifiedUsing": [{"type": "Hash", "algorithm": algorithm, "hashValue": value}]}


def identified(kind: str, value: str) -> dict[str, Any]:
    item = {"type": "ExternalIdentifier", "externalIdentifierType": kind, "identifier": value}
    return {"externalIdentifier": [item]}


def test_every_builder_fills_a_field_of_the_vocabulary() -> None:
    found = read(dumps(everything()), "a.json")
    assert isinstance(found, Document)
    for name, table in found.tables.items():
        assert set(table.builders) <= set(BUILTIN.collections[name].fields), name


@pytest.mark.parametrize(
    ("fields", "field", "value"),
    [
        ({"software_packageVersion": "1"}, "version", "1"),
        ({"software_packageVersion": "NOASSERTION"}, "version", State.DECLARED_UNKNOWN),
        ({"software_packageVersion": 1}, "version", State.MALFORMED),
        ({}, "version", State.MISSING),
        ({"software_packageUrl": "pkg:npm/a@1"}, "purl", "pkg:npm/a@1"),
        (identified("packageUrl", "pkg:npm/a@1"), "purl", "pkg:npm/a@1"),
        (
            identified("https://spdx.org/rdf/3.0.1/terms/Core/ExternalIdentifierType/packageUrl", "pkg:a/b"),
            "purl",
            "pkg:a/b",
        ),
        (identified("cpe22", "cpe:/a:x:y"), "cpe", "cpe:/a:x:y"),
        (identified("gitoid", "gitoid:blob:sha1:00"), "unique_id", ("gitoid",)),
        (identified("email", "a@b.org"), "unique_id", State.MISSING),
        (hashed("sha256", "0" * 64), "hash_algorithms", ("SHA-256",)),
        (hashed("sha3_512", "0" * 128), "hash_algorithms", ("SHA3-512",)),
        ({"software_primaryPurpose": "operatingSystem"}, "type", "operating_system"),
        ({"software_primaryPurpose": "manifest"}, "type", "other"),
        ({"software_primaryPurpose": "toaster"}, "type", State.MALFORMED),
        (
            {"software_primaryPurpose": "https://spdx.org/rdf/3.0.1/terms/Software/SoftwarePurpose/library"},
            "type",
            "library",
        ),
        ({"suppliedBy": "https://e.org/acme"}, "supplier", "Acme"),
        ({"originatedBy": ["https://e.org/acme"]}, "producer", "Acme"),
        ({"originatedBy": ["https://e.org/acme"]}, "author", "Acme"),
        (
            {"suppliedBy": "https://spdx.org/rdf/3.0.1/terms/Core/NoAssertionElement"},
            "supplier",
            State.DECLARED_UNKNOWN,
        ),
        ({"suppliedBy": "https://e.org/nobody"}, "supplier", State.MISSING),
        ({"suppliedBy": 7}, "supplier", State.MALFORMED),
        ({"supportLevel": ["support"]}, "support_level", "support"),
        ({"supportLevel": ["noAssertion"]}, "support_level", State.DECLARED_UNKNOWN),
        ({"validUntilTime": "2030-01-01T00:00:00Z"}, "end_of_support", 21915),
        ({"validUntilTime": "soon"}, "end_of_support", State.MALFORMED),
        ({"software_homePage": "https://a.org"}, "homepage", "https://a.org"),
        ({"software_copyrightText": "NOASSERTION"}, "copyright", State.DECLARED_UNKNOWN),
    ],
)
def test_fields_of_a_package(fields: dict[str, Any], field: str, value: Any) -> None:
    assert cell(made(package("r", **fields)), field) == value


def test_models_and_data_are_components_of_their_kind() -> None:
    found = made(element("ai_AIPackage", "r", name="m"), element("dataset_DatasetPackage", "d", name="d"))
    assert column(found, "type") == ["machine_learning_model", "data"]


def test_a_described_file_is_a_component_and_a_file() -> None:
    found = made(element("software_File", "r", name="a.bin"), element("software_File", "f", name="b.bin"))
    assert column(found, "name") == ["a.bin"]
    assert column(found, "is_root") == [True]
    assert column(found, "filename") == ["a.bin"]
    assert column(found, "name", "file") == ["a.bin", "b.bin"]


def test_a_root_is_found_through_the_bill_of_materials() -> None:
    bom = element("software_Sbom", "sbom", rootElement=["https://e.org/p"], software_sbomType=["build"])
    found = made(bom, package("p"), package("q"), root="sbom")
    assert column(found, "is_root") == [True, False]
    assert found.product.name == "p"
    assert cell(found, "generation_context", collection="document") == ("build",)


def test_the_distributed_file_says_what_bsi_asks() -> None:
    purposes = ["executable", "archive", "container"]
    file = element(
        "software_File", "f", name="p.tar", software_additionalPurpose=purposes, **hashed("sha512", "0" * 128)
    )
    found = made(package("r"), file, related("r", "hasDistributionArtifact", "f"))
    assert [cell(found, f) for f in ("filename", "executable", "archive", "structured")] == ["p.tar", True, True, True]
    assert cell(found, "deployable_hash_algorithms") == ("SHA-512",)
    assert cell(found, "hash_algorithms") is State.MISSING
    assert edges(found, "component", "file") == [(0, 0)]


LICENCES: list[tuple[list[dict[str, Any]], str, Any]] = [
    ([element("simplelicensing_LicenseExpression", "l", simplelicensing_licenseExpression="MIT")], "l", "MIT"),
    (
        [element("simplelicensing_LicenseExpression", "l", simplelicensing_licenseExpression="NOASSERTION")],
        "l",
        State.DECLARED_UNKNOWN,
    ),
    ([], "https://spdx.org/licenses/Apache-2.0", "Apache-2.0"),
    ([], "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoneLicense", "NONE"),
    ([], "expandedlicensing_NoAssertionLicense", State.DECLARED_UNKNOWN),
    ([], "nowhere", State.MALFORMED),
    (
        [
            element(
                "expandedlicensing_DisjunctiveLicenseSet", "l",
                expandedlicensing_member=["https://spdx.org/licenses/MIT", "https://e.org/w"],
            ),
            element(
                "expandedlicensing_WithAdditionOperator", "w",
                expandedlicensing_subjectExtendableLicense="https://e.org/o",
                expandedlicensing_subjectAddition="https://spdx.org/licenses/Classpath-exception-2.0",
            ),
            element(
                "expandedlicensing_OrLaterOperator", "o",
                expandedlicensing_subjectLicense="https://spdx.org/licenses/GPL-2.0",
            ),
        ],
        "l",
        "MIT OR GPL-2.0+ WITH Classpath-exception-2.0",
    ),
    (
        [
            element("expandedlicensing_ConjunctiveLicenseSet", "l", expandedlicensing_member=["https://e.org/l"]),
        ],
        "l",
        State.MALFORMED,
    ),
    ([element("expandedlicensing_CustomLicense", "l", name="Ours", simplelicensing_licenseText="…")], "l", "LicenseRef-l"),
    ([package("l")], "l", State.MALFORMED),
]  # fmt: skip


@pytest.mark.parametrize(("elements", "end", "value"), LICENCES)
def test_licences(elements: list[dict[str, Any]], end: str, value: Any) -> None:
    end = end if ":" in end or "_" in end else f"https://e.org/{end}"
    relation = related("r", "hasConcludedLicense", "https://e.org/x")
    relation["to"] = [end]
    found = made(package("r"), *elements, relation)
    assert cell(found, "license_concluded") == value
    assert cell(found, "license") == value
    assert cell(found, "expression", 0, "license_claim") == value
    assert cell(found, "role", 0, "license_claim") == "concluded"


def test_a_licence_that_is_concluded_goes_before_one_that_is_declared() -> None:
    ends = {
        "hasDeclaredLicense": "https://spdx.org/licenses/MIT",
        "hasConcludedLicense": "https://spdx.org/licenses/ISC",
    }
    relations = [related("r", kind, end) for kind, end in ends.items()]
    assert cell(made(package("r"), *relations), "license") == "ISC"
    assert cell(made(package("r"), relations[0]), "license") == "MIT"


def test_licences_of_one_role_apply_together() -> None:
    ends = ["https://spdx.org/licenses/MIT", "https://spdx.org/licenses/ISC"]
    assert cell(made(package("r"), related("r", "hasDeclaredLicense", *ends)), "license_declared") == "MIT AND ISC"


def graph(*relations: dict[str, Any], size: int = 3) -> Document:
    return made(*(package(name) for name in "rab"[:size]), *relations)


def test_dependencies() -> None:
    found = graph(related("r", "dependsOn", "a", "b"), related("a", "hasStaticLink", "b"))
    assert edges(found) == [(0, 1), (0, 2), (1, 2)]
    assert column(found, "dependency_count") == [2, 1, State.MISSING]
    assert found.tables["component"].graph_extents is not None
    assert found.tables["component"].graph_extents[0].state is Completeness.UNSTATED


def test_files_within_a_package_are_no_dependencies() -> None:
    found = made(package("r"), element("software_File", "f", name="f"), related("r", "contains", "f"))
    assert column(found, "dependency_count") == [State.MISSING]
    assert extent(found) is Completeness.ABSENT


def extent(found: Document) -> Completeness:
    extents = found.tables["component"].graph_extents
    assert extents is not None
    return extents[0].state


def test_a_graph_is_closed_when_all_of_it_is_said_to_be_complete() -> None:
    none = related("a", "dependsOn", "https://spdx.org/rdf/3.0.1/terms/Core/NoneElement")
    found = graph(related("r", "dependsOn", "a", completeness="complete"), none, size=2)
    assert column(found, "dependencies_complete") == ["complete", "complete"]
    assert column(found, "dependency_count") == [1, 0]
    assert extent(found) is Completeness.CLOSED
    assert found.tables["component"].extents[0].state is Completeness.CLOSED
    assert extent(graph(related("r", "dependsOn", "a"), none, size=2)) is Completeness.UNSTATED


@pytest.mark.parametrize(
    "relation",
    [
        related("r", "dependsOn", "a", completeness="incomplete"),
        related("r", "dependsOn", "https://spdx.org/rdf/3.0.1/terms/Core/NoAssertionElement"),
        related("r", "dependsOn", "https://e.org/nowhere"),
        {**related("r", "dependsOn", "a"), "to": [1]},
        {**related("r", "dependsOn", "a"), "from": 1},
    ],
)
def test_a_graph_is_open_where_it_leads_to_what_is_not_known(relation: dict[str, Any]) -> None:
    assert extent(graph(relation)) is Completeness.OPEN


def test_what_only_development_needs() -> None:
    scoped = related("r", "dependsOn", "a", cls="LifecycleScopedRelationship", scope="test")
    assert column(graph(scoped, related("r", "dependsOn", "b")), "dev_only") == [State.MISSING, True, State.MISSING]


def test_relationships_have_a_row_for_each_end() -> None:
    found = graph(related("r", "describes", "a", "NoneElement"), related("r", "amendedBy", "https://e.org/nowhere"))
    assert column(found, "to_id", "relationship") == ["https://e.org/a", "NONE", "https://e.org/nowhere"]
    assert column(found, "resolved", "relationship") == [True, True, False]
    assert found.tables["relationship"].pointer_of(1) == "/@graph/6"


def test_the_document() -> None:
    contact = identified("email", "psirt@acme.org")
    info = {**INFO, "createdBy": ["https://e.org/who"], "createdUsing": ["https://e.org/tool"]}
    elements = [
        element("Person", "who", name="Ann", **contact),
        element("Tool", "tool", name="gen-1.2"),
        element(
            "SpdxDocument", "doc", rootElement=["https://e.org/r"], dataLicense="https://spdx.org/licenses/CC0-1.0"
        ),
        package("r"),
    ]
    found = read(dumps({"@context": CONTEXT, "@graph": [info, *elements]}), "a.json")
    assert isinstance(found, Document)
    wanted = {
        "author": "Ann", "author_kind": "person", "author_contact": "psirt@acme.org", "tool_name": "gen",
        "tool_version": "1.2", "unique_id": "https://e.org/doc", "data_license": "CC0-1.0", "format_version": "3.0.1",
        "timestamp_text": "2026-01-02T03:04:05Z", "encoding": "json_ld", "primary_name": "r",
    }  # fmt: skip
    assert {field: cell(found, field, 0, "document") for field in wanted} == wanted


def vulnerable(*relations: dict[str, Any]) -> Document:
    bug = element("security_Vulnerability", "v", **identified("cve", "CVE-2026-1"))
    return made(package("r"), package("a"), package("b"), bug, *relations)


def vex(word: str, kind: str, *ends: str, **more: Any) -> dict[str, Any]:
    return related("v", kind, *ends, cls=f"security_{word}VulnAssessmentRelationship", **more)


def test_a_vulnerability_of_which_nothing_is_said() -> None:
    found = vulnerable()
    assert column(found, "id", "vulnerability") == ["CVE-2026-1"]
    assert column(found, "vex", "vulnerability") == [State.MISSING]
    assert edges(found, "component", "vulnerability") == []


def test_statements_make_a_row_for_each_thing_said() -> None:
    found = vulnerable(
        vex("VexAffected", "affects", "r", "a", security_actionStatement="update"),
        vex("VexNotAffected", "doesNotAffect", "b", security_justificationType="componentNotPresent"),
    )
    assert column(found, "vex", "vulnerability") == ["affected", "not_affected"]
    assert column(found, "justification", "vulnerability") == [State.MISSING, "component_not_present"]
    assert edges(found, "component", "vulnerability") == [(0, 0), (1, 0), (2, 1)]
    assert said(found) == set()


def test_the_latest_statement_of_one_author_counts() -> None:
    found = vulnerable(
        vex("VexFixed", "fixedIn", "a", security_modifiedTime="2026-03-01T00:00:00Z"),
        vex("VexAffected", "affects", "a", security_modifiedTime="2026-02-01T00:00:00Z", security_actionStatement="x"),
    )
    assert column(found, "vex", "vulnerability") == ["fixed"]


def test_authors_who_disagree() -> None:
    found = vulnerable(
        vex("VexFixed", "fixedIn", "a", suppliedBy="https://e.org/acme"),
        vex("VexAffected", "affects", "a", suppliedBy="https://e.org/r", security_actionStatement="x"),
    )
    assert column(found, "vex", "vulnerability") == [State.CONFLICTING]


def test_what_is_withdrawn_does_not_count() -> None:
    time = "2026-03-01T00:00:00Z"
    found = vulnerable(vex("VexFixed", "fixedIn", "a", security_withdrawnTime=time))
    assert column(found, "vex", "vulnerability") == [State.MISSING]


def test_scores_exploitation_and_probability() -> None:
    kind = "hasAssessmentFor"
    found = vulnerable(
        vex("CvssV3", kind, "a", security_score="7.5", security_severity="high", security_vectorString="CVSS:3.1/x"),
        vex("CvssV4", kind, "a", security_score=9.1, security_severity="critical", security_vectorString="CVSS:4.0/x"),
        vex("Epss", kind, "a", security_probability="0.4", security_percentile=0.97,
            security_publishedTime="2026-01-01T00:00:00Z"),
        vex("ExploitCatalog", kind, "a", security_catalogType="kev", security_exploited=True,
            security_locator="https://k.org", security_publishedTime="2026-01-02T00:00:00Z"),
    )  # fmt: skip
    wanted = {
        "score": 9_100_000, "severity": "critical", "vector": "CVSS:4.0/x", "epss": 400_000, "epss_percentile": 970_000,
        "epss_date": 20454, "exploited": True, "exploited_since": 20455,
    }  # fmt: skip
    assert {field: cell(found, field, 0, "vulnerability") for field in wanted} == wanted
    assert said(found) == set()


def test_properties_of_the_cyclonedx_extension() -> None:
    entry = {"type": "extension_CdxPropertyEntry", "extension_cdxPropName": "n", "extension_cdxPropValue": "v"}
    found = made(
        package("r", extension=[{"type": "extension_CdxPropertiesExtension", "extension_cdxProperty": [entry]}])
    )
    assert (cell(found, "name", 0, "property"), cell(found, "value", 0, "property")) == ("n", "v")
    assert edges(found, "component", "property") == [(0, 0)]


def test_references_have_a_row_for_each_address() -> None:
    ref = {"type": "ExternalRef", "externalRefType": "vcs", "locator": ["https://a", "https://b"]}
    found = made(package("r", externalRef=[ref], **identified("other", "x")))
    assert column(found, "type", "reference") == ["other", "vcs", "vcs"]
    assert column(found, "url", "reference") == ["x", "https://a", "https://b"]
    assert cell(found, "source_uri") == "https://a"


def test_elements_of_other_documents() -> None:
    digest = {"type": "Hash", "algorithm": "sha256", "hashValue": "AB" * 32}
    maps = [
        {"type": "ExternalMap", "externalSpdxId": "https://o.org/x", "verifiedUsing": [digest]},
        {"type": "ExternalMap", "externalSpdxId": "https://o.org/y"},
    ]
    own: dict[str, Any] = {"import": maps}
    found = made(package("r"), related("r", "dependsOn", "https://o.org/x"), **own)
    assert [(e.element, e.row, e.kind, e.sha256[:2]) for e in found.external()] == [
        ("https://o.org/x", 0, "depends_on", "ab"),
        ("https://o.org/y", -1, "refers", ""),
    ]
    assert found.names == ("https://e.org/doc", "https://e.org/r")
    assert said(found) == set()
    assert extent(found) is Completeness.OPEN


def test_documents_that_name_one_another_are_linked() -> None:
    own: dict[str, Any] = {"import": [{"type": "ExternalMap", "externalSpdxId": "https://o.org/x"}]}
    first = made(package("r"), related("r", "dependsOn", "https://o.org/x"), **own)
    other = {**element("SpdxDocument", "d2", rootElement=["https://o.org/x"]), "spdxId": "https://o.org/d"}
    whole = {"@context": CONTEXT, "@graph": [INFO, ACME, other, {**package("x"), "spdxId": "https://o.org/x"}]}
    second = read(dumps(whole), "b.json")
    assert isinstance(second, Document)
    linked = link([first, second])
    assert linked.findings == {}
    assert [group.members for group in linked.groups] == [[0, 1]]
    assert linked.groups[0].bonds == [Bond(0, 0, 1, 0, "depends_on")]
    assert extent(first) is Completeness.UNSTATED
    assert [
        d.code for d in link([made(package("r"), related("r", "dependsOn", "https://o.org/x"), **own)]).findings[0]
    ] == ["RW1029"]


def test_elements_within_elements_are_taken_out() -> None:
    supplier = {
        "type": "Organization",
        "spdxId": "https://e.org/inner",
        "name": "Inner",
        "creationInfo": INFO | {"@id": "_:i"},
    }
    relation = {**related("r", "dependsOn", "x"), "to": [package("x", suppliedBy=supplier)]}
    found = made(package("r"), relation)
    assert column(found, "supplier") == [State.MISSING, "Inner"]
    assert edges(found) == [(0, 1)]
    assert found.tables["component"].pointer_of(1) == "/@graph/4/to/0"
    assert said(found) == set()


def test_one_element_without_a_graph() -> None:
    info = {**INFO, "createdBy": [ACME | {"creationInfo": "_:info"}]}
    found = read(dumps({"@context": CONTEXT, **package("r", creationInfo=info)}), "a.json")
    assert isinstance(found, Document)
    assert column(found, "name") == ["r"]
    assert cell(found, "author", 0, "document") == "Acme"
    assert [d.code for d in found.judged() if d.severity != "note"] == []


def test_names_of_json_ld() -> None:
    plain = made(package("r", software_packageVersion="1"))
    terms = "https://spdx.org/rdf/3.0.1/terms"
    spelled = {
        "@type": f"{terms}/Software/Package",
        "@id": "https://e.org/r",
        f"{terms}/Core/name": "r",
        "software_packageVersion": ["1"],
        "creationInfo": {"@id": "_:info"},
    }
    found = made(spelled)
    for field in ("name", "version", "is_root"):
        assert column(found, field) == column(plain, field)
    assert found.findings == ()


def test_prefixes_are_written_out() -> None:
    whole = document(package("r"), related("r", "dependsOn", "x"), package("x"))
    text = dumps(whole).replace(b"https://e.org/", b"ex:").replace(
        dumps(CONTEXT), dumps([CONTEXT, {"ex": "https://e.org/"}])
    )  # fmt: skip
    found = read(text, "a.json")
    assert isinstance(found, Document)
    assert column(found, "id") == ["https://e.org/r", "https://e.org/x"]
    assert edges(found) == [(0, 1)]
    assert found.findings == ()


def test_what_is_not_used_is_named() -> None:
    note = {"statement": "x", "subject": "https://e.org/r", "annotationType": "review"}
    found = made(package("r"), element("Annotation", "n", **note), element("Annotation", "o", **note))
    assert [(d.code, d.severity, d.message) for d in found.findings] == [
        ("RW1023", "note", "2 elements of type `Annotation` are not used")
    ]
    assert found.unused() == (("elements of type Annotation", 2),)
    spare = made(
        package("r", software_sourceInfo="x", comment="y", colour="red"), related("r", "contains", "f", comment="z")
    )
    assert spare.unused() == (
        ("package comment", 1), ("package software source info", 1), ("relationship comment", 1),
        ("fields unknown to the format", 1),
    )  # fmt: skip
