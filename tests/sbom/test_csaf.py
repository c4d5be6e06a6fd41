"""CSAF 2.0 and 2.1: statuses of products as statements, with their parts, remedies and scores."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from rulewright import sbom
from rulewright.facts.statements import Identifier, Statement
from rulewright.sbom.statements import Statements

SHARED = Path(__file__).parents[3] / "shared"
FILES = [
    *sorted((SHARED / "corpus" / "csaf-json").rglob("*.json")),
    *sorted((SHARED / "vectors" / "csaf").glob("csaf_*/test/validator/data/*/*.json")),
    *sorted((SHARED / "vectors" / "csaf").glob("csaf_*/examples/csaf/**/*.json")),
]
PRODUCT = {"name": "hub 1", "product_id": "P", "product_identification_helper": {"purl": "pkg:generic/hub@1"}}
PART = {"name": "a 1", "product_id": "A", "product_identification_helper": {"purl": "pkg:npm/a@1"}}


def csaf(
    vulnerability: dict[str, object], tree: Mapping[str, object] | None = None, version: str = "2.0"
) -> Statements:
    document = {
        "document": {
            "category": "csaf_vex", "csaf_version": version, "title": "t",
            "publisher": {"category": "vendor", "name": "Acme", "namespace": "https://acme.example"},
            "tracking": {"id": "1", "current_release_date": "2026-01-02T00:00:00Z"},
        },
        "product_tree": tree or {"full_product_names": [PRODUCT, PART]},
        "vulnerabilities": [{"cve": "CVE-2026-1", **vulnerability}],
    }  # fmt: skip
    found = sbom.read(json.dumps(document).encode(), "a.csaf.json")
    assert isinstance(found, Statements)
    return found


def one(found: Statements) -> Statement:
    (statement,) = found.statements
    return statement


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("known_affected", "affected"), ("first_affected", "affected"), ("last_affected", "affected"),
        ("known_not_affected", "not_affected"), ("fixed", "fixed"), ("first_fixed", "fixed"),
        ("under_investigation", "under_investigation"), ("unknown", "under_investigation"),
    ],
)  # fmt: skip
def test_statuses(key: str, status: str) -> None:
    said = one(csaf({"product_status": {key: ["P"]}}))
    assert (said.status, said.native, said.author, said.vulnerability) == (status, key, "Acme", "CVE-2026-1")
    assert said.product == (Identifier("purl", "pkg:generic/hub@1"),)
    assert said.pointer == f"/vulnerabilities/0/product_status/{key}/0"


def test_recommended_is_no_status() -> None:
    assert csaf({"product_status": {"recommended": ["P"]}}).statements == ()


def test_details_of_the_product_that_they_concern() -> None:
    said = one(csaf({
        "product_status": {"known_not_affected": ["P"]},
        "flags": [{"label": "component_not_present", "product_ids": ["P"]}, {"label": "x", "product_ids": ["A"]}],
        "threats": [{"category": "impact", "details": "not built in", "product_ids": ["P"]}],
        "remediations": [{"category": "vendor_fix", "details": "d", "group_ids": ["G"]}],
        "scores": [{"products": ["P"], "cvss_v3": {"baseScore": 7.5, "baseSeverity": "HIGH"}}],
        "cwe": {"id": "CWE-79", "name": "x"},
        "ids": [{"system_name": "s", "text": "ACME-1"}],
    }, {"full_product_names": [PRODUCT, PART], "product_groups": [{"group_id": "G", "product_ids": ["P"]}]}))  # fmt: skip
    assert (said.justification, said.detail, said.response) == (
        "component_not_present",
        "not built in",
        ("vendor_fix",),
    )
    assert (said.score, said.severity, said.cwes, said.aliases) == (7_500_000, "high", ("79",), ("ACME-1",))


@pytest.mark.parametrize("version", ["2.0", "2.1"])
def test_a_part_of_a_product(version: str) -> None:
    full = {"name": "a in hub", "product_id": "AP"}
    related: dict[str, object] = (
        {"relationships": [{"category": "default_component_of", "full_product_name": full, "product_reference": "A",
                            "relates_to_product_reference": "P"}]}
        if version == "2.0"
        else {"product_paths": [{"beginning_product_reference": "A", "full_product_name": full,
                                 "subpaths": [{"category": "default_component_of", "next_product_reference": "P"}]}]}
    )  # fmt: skip
    found = csaf({"product_status": {"fixed": ["AP"]}}, {"full_product_names": [PRODUCT, PART], **related}, version)
    said = one(found)
    assert said.product == (Identifier("purl", "pkg:generic/hub@1"),)
    assert said.component == (Identifier("purl", "pkg:npm/a@1"),)
    assert [row for row in found.receipt if row[0] == "relationships"] == [("relationships", 1, 1)]


def test_branches_give_versions_and_ranges() -> None:
    helper = {"product_identification_helper": {"purl": "pkg:npm/a"}}
    tree = {"branches": [{"category": "vendor", "name": "v", "branches": [
        {"category": "product_version_range", "name": "vers:npm/<2", "product": {"name": "old", "product_id": "O", **helper}},
        {"category": "product_version", "name": "2", "product": {"name": "new", "product_id": "N", **helper}},
    ]}]}  # fmt: skip
    found = csaf({"product_status": {"known_affected": ["O"], "fixed": ["N"]}}, tree)
    affected, fixed = found.statements
    assert affected.product == (Identifier("purl", "pkg:npm/a", "vers:npm/<2"),)
    assert affected.fixed == ("2",)
    assert fixed.product == (Identifier("purl", "pkg:npm/a", "vers:npm/2"),)


@pytest.mark.parametrize(
    ("vulnerability", "code"),
    [
        ({"product_status": {"fixed": ["nobody"]}}, "RW1242"),
        ({"cve": None, "product_status": {"fixed": ["P"]}}, "RW1241"),
        ({"product_status": {"fixed": "P"}}, "RW1010"),
        ({"colour": "red"}, "RW1013"),
    ],
)  # fmt: skip
def test_findings(vulnerability: dict[str, object], code: str) -> None:
    assert code in {d.code for d in csaf(vulnerability).findings}


def test_a_product_without_identifiers_is_a_finding() -> None:
    found = csaf({"product_status": {"fixed": ["P"]}}, {"full_product_names": [{"name": "hub", "product_id": "P"}]})
    assert found.statements == ()
    assert [d.code for d in found.findings] == ["RW1242"]


@pytest.mark.skipif(not FILES, reason="the corpus is not here")
def test_every_document_is_read_whole() -> None:
    for path in FILES:
        found = sbom.read(path.read_bytes(), path.name)
        if isinstance(found, tuple):
            assert not json.loads(path.read_bytes()).get("document"), path  # wrapped by another service
        else:
            assert isinstance(found, Statements)
            assert all(counted == stored for _, counted, stored in found.receipt), path


def test_a_package_url_among_other_uris_is_of_the_branch_s_version() -> None:
    helper = {"x_generic_uris": [{"namespace": "https://acme.example", "uri": "pkg:npm/a"}]}
    product = {"name": "a 1", "product_id": "P", "product_identification_helper": helper}
    tree = {"branches": [{"category": "product_version", "name": "1", "product": product}]}
    (found,) = one(csaf({"product_status": {"fixed": ["P"]}}, tree)).product
    assert (found.value, found.range) == ("pkg:npm/a", "vers:npm/1")
