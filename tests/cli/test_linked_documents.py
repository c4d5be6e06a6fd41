"""Documents that refer to one another: one product, edges across documents, and a finding for what is not at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rulewright.cli import documents
from rulewright.cli.main import main
from rulewright.facts.statements import Identifier, Statement
from rulewright.facts.types import State
from rulewright.facts.vocabulary import BUILTIN
from rulewright.facts.vulnerable import joined

UUIDS = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")
Json = dict[str, object]
POLICY = """
policy acme.linked edition "1" {
  title "t"
  publisher "Acme"
  force house

  requirement R1 shall {
    title "what is needed has a supplier"
    check every component r where r.is_root { every component c under r { c.supplier is known } }
  }
}
"""


def cyclonedx(number: int, root: str, components: list[Json], edges: dict[str, list[str]], **fields: object) -> Json:
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{UUIDS[number]}", "version": 1,
        "metadata": {"component": {"type": "device", "bom-ref": root, "name": root, "version": "1", "supplier": {"name": "s"}}},
        "components": [{"type": "library", "version": "1", "supplier": {"name": "s"}, **c} for c in components],
        "dependencies": [{"ref": ref, "dependsOn": on} for ref, on in edges.items()],
        "compositions": [{"aggregate": "complete"}],
        **fields,
    }  # fmt: skip


def link(number: int, ref: str) -> str:
    return f"urn:cdx:{UUIDS[number]}/1#{ref}"


def write(folder: Path, **documents: Json) -> list[str]:
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document))
    return [str(folder / f"{name}.json") for name in documents]


def facts(words: list[str], capsys: pytest.CaptureFixture[str]) -> list[Json]:
    assert main(["facts", *words, "--format", "json"]) == 0
    out = json.loads(capsys.readouterr().out)
    listed = out.get("products", [out])
    assert isinstance(listed, list)
    return listed


def names(product: Json) -> list[str]:
    components = product["components"]
    assert isinstance(components, dict)
    return [c["name"] for c in components["items"]]


def test_a_dependency_across_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hub = cyclonedx(0, "hub", [{"bom-ref": "a", "name": "a"}], {"hub": ["a"], "a": [link(1, "x")]})
    radio = cyclonedx(1, "radio", [{"bom-ref": "x", "name": "x"}], {"radio": ["x"], "x": []})
    words = write(tmp_path, hub=hub, radio=radio)
    for order in (words, words[::-1]):
        (product,) = facts(order, capsys)
        assert product["product"]["name"] == "hub"  # type: ignore[index]
        assert names(product) == ["hub", "a", "radio", "x"]
        components = product["components"]
        assert isinstance(components, dict)
        edges = {c["name"]: c.get("@depends_on") for c in components["items"]}
        assert edges["a"] == [3]
        assert components["graph"] == "closed"
    (alone,) = facts(words[:1], capsys)
    assert alone["components"]["graph"] == "open"  # type: ignore[index]


def test_a_component_with_a_bill_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reference = {"type": "bom", "url": f"urn:cdx:{UUIDS[1]}/1"}
    board: Json = {"bom-ref": "r", "name": "the radio", "externalReferences": [reference]}
    hub = cyclonedx(0, "hub", [board], {"hub": ["r"], "r": []})
    radio = cyclonedx(1, "radio", [{"bom-ref": "x", "name": "x"}], {"radio": ["x"], "x": []})
    (product,) = facts(write(tmp_path, radio=radio, hub=hub), capsys)
    components = product["components"]
    assert isinstance(components, dict)
    assert [c["id"] for c in components["items"]] == ["hub", "r", "x"]
    assert components["items"][1]["@depends_on"] == [2]
    assert [c.get("is_root") for c in components["items"]] == [True, False, False]


def test_spdx_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def spdx(space: str, package: str, **fields: object) -> Json:
        return {
            "spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": package, "documentNamespace": space,
            "packages": [{"SPDXID": f"SPDXRef-{package}", "name": package, "versionInfo": "1"}],
            "documentDescribes": [f"SPDXRef-{package}"], **fields,
        }  # fmt: skip

    listed = {"externalDocumentId": "DocumentRef-o", "spdxDocument": "https://example.com/o"}
    edge = {
        "spdxElementId": "SPDXRef-a",
        "relationshipType": "DEPENDS_ON",
        "relatedSpdxElement": "DocumentRef-o:SPDXRef-b",
    }
    first = spdx("https://example.com/a", "a", externalDocumentRefs=[listed], relationships=[edge])
    (product,) = facts(write(tmp_path, b=spdx("https://example.com/o", "b"), a=first), capsys)
    assert names(product) == ["a", "b"]
    assert product["components"]["items"][0]["@depends_on"] == [1]  # type: ignore[index]


@pytest.mark.parametrize(
    ("dependency", "reference", "code"),
    [
        (link(1, "x"), None, "RW1029"),
        (None, {"type": "bom", "url": f"urn:cdx:{UUIDS[1]}/1"}, "RW1028"),
        (None, {"type": "bom", "url": "https://example.com/bom.json"}, "RW1028"),
    ],
)
def test_what_is_not_at_hand_is_a_finding(
    dependency: str | None, reference: Json | None, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    part: Json = {"bom-ref": "a", "name": "a", **({"externalReferences": [reference]} if reference else {})}
    hub = cyclonedx(0, "hub", [part], {"hub": ["a"], "a": [dependency] if dependency else []})
    policy = tmp_path / "p.rw"
    policy.write_text(POLICY)
    (word,) = write(tmp_path, hub=hub)
    exit_code = main(["check", word, "--policy", str(policy), "--format", "json"])
    result = json.loads(capsys.readouterr().out)
    (own,) = result["inputs"]
    assert code in [f["code"] for f in own["findings"]]
    verdict = "unknown" if dependency else "pass"
    assert [r["verdict"] for r in result["results"]] == [verdict]
    assert exit_code == (1 if dependency else 0)


def test_a_digest_finds_the_document_whatever_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import hashlib

    radio = json.dumps(cyclonedx(1, "radio", [], {"radio": []})).encode()
    (tmp_path / "anything").write_bytes(radio)
    digest = {"alg": "SHA-256", "content": hashlib.sha256(radio).hexdigest()}
    reference = {"type": "bom", "url": "https://example.com/radio.json", "hashes": [digest]}
    hub = cyclonedx(0, "hub", [{"bom-ref": "r", "name": "r", "externalReferences": [reference]}], {"hub": ["r"]})
    (product,) = facts([*write(tmp_path, hub=hub), str(tmp_path / "anything")], capsys)
    assert names(product) == ["hub", "r"]


def test_what_a_referred_document_describes_is_a_part(tmp_path: Path) -> None:
    """A statement on the part's own package URL, or on its document, says nothing of other parts of the product."""
    about = {"vulnerabilities": [{"id": "CVE-2026-1", "affects": [{"ref": "tls"}]}]}
    first = cyclonedx(0, "app", [{"bom-ref": "tls", "name": "tls"}], {"app": ["tls", link(1, "lib")]}, **about)
    second = cyclonedx(1, "lib", [], {"lib": []})
    first["metadata"]["component"]["purl"] = "pkg:generic/app@1"  # type: ignore[index]
    second["metadata"]["component"]["purl"] = "pkg:generic/lib@1"  # type: ignore[index]
    words = write(tmp_path, app=first, lib=second)
    taken = documents.take(words, [], lambda: BUILTIN, lambda _: None)
    (product,) = taken.products(lambda: BUILTIN, same=False)
    assert product.product.identifiers == ("pkg:generic/app@1", "app")
    lib = link(1, "lib")
    for named in (
        Identifier("purl", "pkg:generic/lib@1"),
        Identifier("ref", lib),
        Identifier("ref", lib.partition("#")[0]),
    ):
        said = Statement("CVE-2026-1", "not_affected", (named,), author="A", time=1)
        table = joined(product, None, [said]).facts.tables["vulnerability"]
        column, ids = table.column("vex"), product.tables["component"].column("name")
        pairs = table.relation("component")
        about_tls = [
            column.codes[row]
            for component, row in zip(pairs.parents, pairs.children, strict=True)
            if ids.values[ids.codes[component]] == "tls"
        ]
        assert about_tls == [State.MISSING]


def test_a_link_to_another_revision_is_not_answered_by_two(tmp_path: Path) -> None:
    """Whichever way round the revisions are given, the one that is named answers."""
    first = cyclonedx(0, "app", [], {"app": [link(1, "lib")]})
    old, new = (cyclonedx(1, "lib", [], {"lib": []}, version=number) for number in (1, 2))
    app, *others = write(tmp_path, app=first, old=old, new=new)
    for order in (others, others[::-1]):
        taken = documents.take([app, *order], [], lambda: BUILTIN, lambda _: None)
        ((tied, _), *_) = taken.grouped(same=False)
        assert [Path(part.input.name).stem for part in tied] == ["app", "old"]


def test_a_document_of_the_name_with_another_digest_is_not_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digest = {"alg": "SHA-256", "content": "0" * 64}
    reference = {"type": "bom", "url": f"urn:cdx:{UUIDS[1]}/1", "hashes": [digest]}
    board: Json = {"bom-ref": "r", "name": "r", "externalReferences": [reference]}
    hub = cyclonedx(0, "hub", [board], {"hub": ["r"], "r": []})
    words = write(tmp_path, hub=hub, radio=cyclonedx(1, "radio", [], {"radio": []}))
    assert len(facts(words, capsys)) == 2
    main(["check", *words, "--policy", "ntia.minimum_elements", "--format", "json"])
    inputs = json.loads(capsys.readouterr().out)["inputs"]
    assert "RW1040" in {f["code"] for i in inputs for f in i["findings"]}
