"""`rulewright facts --format`: one document, what it lacks on stderr; verdicts are the same from facts as JSON."""

import json
from pathlib import Path

import pytest

from rulewright.cli.main import main
from tests.cli.conftest import SBOM


def test_a_document_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    """To a file, with the receipt on stderr."""
    assert main(["facts", "cam.json", "--format", "spdx-2.3", "--output", "out.json"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("written: component 3 of 3\n")
    assert json.loads(Path("out.json").read_text(encoding="utf-8"))["spdxVersion"] == "SPDX-2.3"
    assert main(["check", "out.json", "--policy", "small.rw", "-q"]) in {0, 1}


def test_several_products_are_no_document(capsys: pytest.CaptureFixture[str]) -> None:
    """Unless they are said to be one."""
    second = json.dumps({**SBOM, "components": [{"type": "library", "name": "zlib", "version": "1.3", "bom-ref": "q"}]})
    Path("other.json").write_text(second, encoding="utf-8")
    assert main(["facts", "cam.json", "other.json", "--format", "cyclonedx"]) == 2
    assert "RW0016" in capsys.readouterr().err
    assert main(["facts", "cam.json", "other.json", "--same-product", "--format", "cyclonedx", "-q"]) == 0
    bom = json.loads(capsys.readouterr().out)
    assert [c["name"] for c in bom["components"]] == ["zlib", "busybox"]
    assert len([p for p in bom["metadata"]["properties"] if p["name"] == "rulewright:source"]) == 2


def test_disagreement_is_annotated(capsys: pytest.CaptureFixture[str]) -> None:
    """With what each source says."""
    first, second = SBOM["components"][0], {"supplier": {"name": "somebody else"}}  # type: ignore[index]
    Path("other.json").write_text(json.dumps({**SBOM, "components": [{**first, **second}]}), encoding="utf-8")
    command = ["facts", "cam.json", "other.json", "--same-product", "--annotate", "--format", "cyclonedx", "-q"]
    assert main(command) == 0
    notes = [a["text"] for a in json.loads(capsys.readouterr().out)["annotations"]]
    told = "supplier: the sources disagree: `zlib authors` by cam.json /components/0; `somebody else` by other.json /components/0"
    assert told in notes


def _verdicts(capsys: pytest.CaptureFixture[str], *words: str) -> object:
    assert main(["check", *words, "--format", "json", "--as-of", "2026-11-21"]) in {0, 1}
    report = json.loads(capsys.readouterr().out)
    return report["products"], report["summary"]


PACKS = [
    word
    for pack in ("cisa.minimum_elements", "ntia.minimum_elements", "bsi.tr_03183_2", "fda.cybersecurity_524b")
    for word in ("--policy", pack)
]


def test_verdicts_of_facts_are_those_of_the_documents(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    """Of all packs, on real documents alone and joined, with reasons and places."""
    examples = root / "policies/examples"
    documents = [str(examples / name) for name in ("log-collector.cdx.json", "petclinic.cdx.json")]
    for words in ([documents[0]], [documents[1]], [*documents, "--same-product"], ["cam.json"]):
        assert main(["facts", *words, "--format", "json", "--output", "facts.json"]) == 0
        capsys.readouterr()
        assert _verdicts(capsys, *words, *PACKS) == _verdicts(capsys, "facts.json", *PACKS)


def test_facts_of_facts_are_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """Byte by byte."""
    vex = {
        "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://x.example/v", "author": "Acme", "version": 1,
        "timestamp": "2026-11-02T00:00:00Z",
        "statements": [{"vulnerability": {"name": "CVE-2024-1"}, "status": "fixed", "products": [{"@id": "pkg:generic/z@1"}]}],
    }  # fmt: skip
    bom = {
        **SBOM,
        "components": [{"type": "library", "name": "z", "version": "1", "bom-ref": "z", "purl": "pkg:generic/z@1"}],
    }
    bom |= {"vulnerabilities": [{"id": "CVE-2024-1", "analysis": {"state": "exploitable"}, "affects": [{"ref": "z"}]}]}
    Path("v.json").write_text(json.dumps(vex), encoding="utf-8")
    Path("b.json").write_text(json.dumps(bom), encoding="utf-8")
    assert main(["facts", "b.json", "v.json", "--format", "json", "--output", "one.json"]) == 0
    assert main(["facts", "one.json", "--format", "json"]) == 0
    assert capsys.readouterr().out == Path("one.json").read_text(encoding="utf-8")
    (row,) = json.loads(Path("one.json").read_text(encoding="utf-8"))["vulnerabilities"]["items"]
    assert row["vex"] == {"state": "conflicting"}
    assert {w["value"] for w in row["@witnesses"]["vex"]} == {"affected", "fixed"}
