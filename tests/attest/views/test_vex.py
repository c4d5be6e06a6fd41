"""OpenVEX and CSAF: no status without its reason, the official schemas, and our own readers read what is written."""

import json
from typing import Any

import pytest

from rulewright.attest.views import csaf, openvex
from rulewright.attest.views.context import Context
from rulewright.attest.views.vulnerabilities import Claim, claims
from rulewright.facts.stack import ProductFacts
from rulewright.facts.statements import Identifier, Statement
from rulewright.facts.vulnerable import joined
from rulewright.sbom.document import Document
from rulewright.sbom.reader import read
from rulewright.sbom.schema_judge import refused
from rulewright.sbom.statements import Statements
from tests.attest.views.contexts import context
from tests.attest.views.support import Change, changed

PURL = "pkg:deb/debian/openssl@3.0.1"
CAMERA = "pkg:generic/acme-cam@2.3"


def entry(name: str, analysis: dict[str, object] | None, *refs: str) -> dict[str, object]:
    """A vulnerability as CycloneDX writes it."""
    return {
        "id": name,
        "affects": [{"ref": ref} for ref in refs or ("ssl",)],
        **({"analysis": analysis} if analysis else {}),
    }


SBOM: dict[str, Any] = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
    "version": 1,
    "metadata": {
        "component": {"type": "firmware", "bom-ref": "cam", "name": "Acme Cam", "version": "2.3", "purl": CAMERA}
    },
    "components": [
        {"type": "library", "bom-ref": "ssl", "name": "openssl", "version": "3.0.1", "purl": PURL},
        {"type": "library", "bom-ref": "box", "name": "busy\u202ebox", "version": "1.36", "cpe": "cpe:2.3:a:busybox:busybox:1.36:*:*:*:*:*:*:*"},
    ],
    "vulnerabilities": [
        entry("CVE-2024-0001", {"state": "exploitable", "response": ["update"], "detail": "from the network"}),
        entry("CVE-2024-0002", {"state": "not_affected", "justification": "code_not_reachable"}, "ssl", "box"),
        entry("CVE-2024-0003", {"state": "not_affected"}),
        entry("CVE-2024-0004", None),
        entry("CVE-2024-0005", {"state": "resolved"}, "box"),
        entry("GHSA-aaaa-bbbb-cccc", {"state": "in_triage", "detail": "being\nlooked at"}, "cam"),
        entry("CVE-2024-0006", {"state": "not_affected", "justification": "protected_at_perimeter"}),
        entry("CVE-2024-0007", {"state": "exploitable"}),
        entry("CVE-2024-0008", {"state": "false_positive", "detail": "another library"}),
    ],
}  # fmt: skip
STATUSES = {
    ("CVE-2024-0001", PURL): "affected",
    ("CVE-2024-0002", PURL): "not_affected",
    ("CVE-2024-0003", PURL): "under_investigation",
    ("CVE-2024-0004", PURL): "under_investigation",
    ("CVE-2024-0006", PURL): "not_affected",
    ("CVE-2024-0007", PURL): "affected",
    ("CVE-2024-0008", PURL): "not_affected",
}


def facts(sbom: dict[str, Any] = SBOM) -> ProductFacts:
    """The facts of an SBOM."""
    found = read(json.dumps(sbom).encode(), "cam.cdx.json")
    assert isinstance(found, Document)
    assert found.findings == ()
    return ProductFacts(found.product, found.attributes, found.tables)


FOUND = context(products=[facts()])
VIEWS = pytest.mark.parametrize("view", [openvex, csaf])


def said(found: Context) -> dict[tuple[str, str], Claim]:
    """The claims by vulnerability and package URL of the part."""
    return {(claim.vulnerability, claim.part.purl if claim.part else ""): claim for claim in claims(found)}


def back(view: Any) -> Statements:
    """What our own reader makes of a view."""
    found = read(view.render(FOUND), view.NAME)
    assert isinstance(found, Statements)
    return found


def test_statuses_are_those_of_the_facts() -> None:
    found = said(FOUND)
    assert {key: claim.status for key, claim in found.items() if key in STATUSES} == STATUSES
    assert found["CVE-2024-0002", PURL].justification == "vulnerable_code_not_in_execute_path"
    assert found["CVE-2024-0006", PURL].impact == "stated reason: protected at perimeter"
    assert found["CVE-2024-0003", PURL].note == "stated as not affected, without a justification"
    assert found["CVE-2024-0004", PURL].note == "nobody states a status"
    assert found["GHSA-aaaa-bbbb-cccc", ""].part is None  # it concerns the product itself


def test_contradicting_authors_leave_it_open() -> None:
    words = ("affected", "not_affected")
    told = [
        Statement(
            "CVE-2024-0004", word, (Identifier("purl", PURL),), author=word, justification="component_not_present"
        )
        for word in words
    ]
    mixed = context(products=[joined(facts(), None, told).facts])
    found = said(mixed)["CVE-2024-0004", PURL]
    assert (found.status, found.note) == ("under_investigation", "the sources contradict each other")


@pytest.mark.parametrize(
    ("states", "status"),
    [
        (("not_affected", "exploitable"), "affected"),
        (("not_affected", "resolved"), "under_investigation"),
        (("resolved", "resolved"), "fixed"),
    ],
)
def test_entries_that_differ_are_not_a_good_word(states: tuple[str, str], status: str) -> None:
    listed = [entry("CVE-1999-0001", {"state": state, "detail": "said"}) for state in states]
    found = claims(context(products=[facts({**SBOM, "vulnerabilities": listed})]))
    assert [claim.status for claim in found] == [status]


@VIEWS
def test_it_is_whole(view: Any) -> None:
    document = view.render(FOUND)
    assert view.applies(FOUND)
    assert view.problems(document, FOUND) == ()
    assert view.render(context(products=[facts()])) == document
    assert "\u202e" not in document.decode()


@VIEWS
def test_without_vulnerabilities_it_is_left_out(view: Any) -> None:
    assert not view.applies(context())
    assert not view.applies(context(products=[facts({**SBOM, "vulnerabilities": []})]))


@VIEWS
def test_our_own_reader_reads_it(view: Any) -> None:
    found = back(view)
    assert [diagnostic for diagnostic in found.judged() if diagnostic.severity != "note"] == []
    read_back = {(s.vulnerability, i.value): s.status for s in found.statements for i in s.component}
    assert STATUSES.items() <= read_back.items()
    assert len(found.statements) == len(claims(FOUND)) == 10


def test_the_schemas_take_it() -> None:
    assert refused(json.loads(openvex.render(FOUND)), "openvex", "0.2.0") == []
    assert refused(json.loads(csaf.render(FOUND)), "csaf", "2.0") == []


def test_what_nobody_says_is_not_promised() -> None:
    found = json.loads(csaf.render(FOUND))["vulnerabilities"]
    open_one = next(v for v in found if v["cve"] == "CVE-2024-0007")
    assert [(r["category"], r["details"]) for r in open_one["remediations"]] == [("none_available", csaf.NO_REMEDY)]


CSAF_CHANGES: dict[str, Change] = {
    "a status is a better one": lambda d: d["vulnerabilities"][0].update(product_status={"fixed": ["part-1-in-product-1"]}),
    "a status is left out": lambda d: d["vulnerabilities"].pop(),
    "a vulnerability is there twice": lambda d: d["vulnerabilities"].append(d["vulnerabilities"][0]),
    "a reason is left out": lambda d: d["vulnerabilities"][1].pop("flags"),
    "a product is not defined": lambda d: d["product_tree"]["full_product_names"].pop(),
    "a product is defined twice": lambda d: d["product_tree"]["full_product_names"].append(d["product_tree"]["full_product_names"][0]),
    "another attestation": lambda d: d["document"]["notes"].pop(0),
    "no tree": lambda d: d.pop("product_tree"),
}  # fmt: skip
VEX_CHANGES: dict[str, Change] = {
    "a status is a better one": lambda d: d["statements"][0].update(status="fixed"),
    "a status is left out": lambda d: d["statements"].pop(),
    "a statement is there twice": lambda d: d["statements"].append(d["statements"][0]),
    "a reason is left out": lambda d: d["statements"][1].pop("justification"),
    "no action": lambda d: d["statements"][0].pop("action_statement"),
    "another product": lambda d: d["statements"][0]["products"][0].update({"@id": "urn:x"}),
    "another attestation": lambda d: d.update(tooling="tree=00"),
    "no statements": lambda d: d.pop("statements"),
}


@pytest.mark.parametrize("change", CSAF_CHANGES.values(), ids=CSAF_CHANGES.keys())
def test_a_change_of_csaf_is_seen(change: Change) -> None:
    assert csaf.problems(changed(csaf.render(FOUND), change), FOUND)


@pytest.mark.parametrize("change", VEX_CHANGES.values(), ids=VEX_CHANGES.keys())
def test_a_change_of_openvex_is_seen(change: Change) -> None:
    assert openvex.problems(changed(openvex.render(FOUND), change), FOUND)
