"""CycloneDX VEX: vulnerabilities of another document's components, named by BOM-Link or package URL."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rulewright import sbom
from rulewright.cli.main import main
from rulewright.facts.statements import Identifier
from rulewright.sbom.statements import Statements

SERIAL = "3e671687-395b-41f5-a30f-a58921a69b79"
Json = dict[str, object]
BOM: Json = {
    "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{SERIAL}", "version": 1,
    "metadata": {"component": {"type": "device", "bom-ref": "hub", "name": "hub", "version": "1"}},
    "components": [{"type": "library", "bom-ref": "a", "name": "a", "version": "1", "purl": "pkg:npm/a@1"}],
    "vulnerabilities": [{"id": "CVE-2026-1", "affects": [{"ref": "a"}]}],
}  # fmt: skip


def vex(*refs: str, state: str | None = "not_affected", **fields: object) -> Json:
    analysis = {"analysis": {"state": state, "justification": "code_not_present"}} if state else {}
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"authors": [{"name": "Acme"}]},
        "vulnerabilities": [{"id": "CVE-2026-1", "affects": [{"ref": r} for r in refs], **analysis}], **fields,
    }  # fmt: skip


def read(document: Json) -> sbom.Document | Statements:
    found = sbom.read(json.dumps(document).encode(), "a.json")
    assert not isinstance(found, tuple)
    return found


@pytest.mark.parametrize(
    ("ref", "kind"), [(f"urn:cdx:{SERIAL}/1#a", "ref"), ("pkg:npm/a", "purl"), (f"urn:cdx:{SERIAL}/1", "ref")]
)
def test_statements(ref: str, kind: str) -> None:
    found = read(vex(ref))
    assert isinstance(found, Statements)
    (said,) = found.statements
    assert (said.vulnerability, said.status, said.native, said.author) == (
        "CVE-2026-1",
        "not_affected",
        "not_affected",
        "Acme",
    )
    assert said.product == (Identifier(kind, ref),)
    assert said.pointer == "/vulnerabilities/0/affects/0"
    assert all(counted == stored for _, counted, stored in found.receipt)


def test_without_analysis_it_is_affected() -> None:
    found = read(vex("pkg:npm/a", state=None))
    assert isinstance(found, Statements)
    assert [s.status for s in found.statements] == ["affected"]


@pytest.mark.parametrize(
    "document",
    [
        vex("a"),
        vex(),
        vex("pkg:npm/a", components=[{"type": "library", "name": "b"}]),
        vex("pkg:npm/a", metadata={"component": {"type": "device", "name": "hub", "purl": "pkg:npm/a"}}),
    ],
)
def test_what_has_components_of_its_own_is_a_document(document: Json) -> None:
    assert isinstance(read(document), sbom.Document)


def test_a_link_into_another_document_is_none_into_this_one() -> None:
    other = {
        **BOM,
        "vulnerabilities": [
            {"id": "CVE-2026-1", "affects": [{"ref": "urn:cdx:00000000-0000-4000-8000-000000000000/1#a"}]}
        ],
    }
    found = read(other)
    assert isinstance(found, sbom.Document)
    assert list(found.tables["vulnerability"].relation("component").parents) == []
    own = read({**BOM, "vulnerabilities": [{"id": "CVE-2026-1", "affects": [{"ref": f"urn:cdx:{SERIAL}/1#a"}]}]})
    assert isinstance(own, sbom.Document)
    assert list(own.tables["vulnerability"].relation("component").parents) == [1]


@pytest.mark.parametrize("ref", [f"urn:cdx:{SERIAL}/1#a", f"urn:cdx:{SERIAL}/1#pkg%3Anpm%2Fa%401", "pkg:npm/a"])
def test_it_is_applied_to_the_product(ref: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, document in (("hub", BOM), ("vex", vex(ref))):
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    assert main(["facts", str(tmp_path / "hub.json"), str(tmp_path / "vex.json"), "-f", "json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    (row,) = facts["vulnerabilities"]["items"]
    assert (row["vex"], row["justification"], row["@of"]["component"]) == ("not_affected", "code_not_present", [1])


@pytest.mark.parametrize(
    ("state", "ranges"), [("not_affected", ["vers:npm/1", "vers:npm/>=3|<4"]), ("exploitable", [""])]
)
def test_stated_versions_bound_what_is_not_affected(state: str, ranges: list[str]) -> None:
    document = vex(state=state)
    versions = [{"version": "1"}, {"range": "vers:npm/>=3|<4"}]
    document["vulnerabilities"][0]["affects"] = [{"ref": "pkg:npm/a", "versions": versions}]  # type: ignore[index]
    found = read(document)
    assert isinstance(found, Statements)
    assert [i.range for i in found.statements[0].product] == ranges


def test_an_unreadable_time_is_none() -> None:
    document = vex("pkg:npm/a@1")
    document["metadata"]["timestamp"] = "2026-01-01T00:00:00Z"  # type: ignore[index]
    document["vulnerabilities"][0]["analysis"]["lastUpdated"] = "lately"  # type: ignore[index]
    found = read(document)
    assert isinstance(found, Statements)
    assert found.statements[0].time is None


def test_a_vulnerability_without_a_name_says_nothing() -> None:
    document = vex("pkg:npm/a@1")
    del document["vulnerabilities"][0]["id"]  # type: ignore[index]
    found = read(document)
    assert isinstance(found, Statements)
    assert found.statements == ()
    assert ("RW1241", "/vulnerabilities/0") in [(d.code, d.pointer) for d in found.findings]
