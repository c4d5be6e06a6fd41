"""The example policy and its two SBOMs: what they say, that their texts are honest, that nothing in them leads elsewhere."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from rulewright.cli.main import main
from tests.standards.packs import compiled, sources

POLICY = "policies/example.rw"
AS_OF = "2026-11-21"
HOSTS = re.compile(
    r"registry\.|rubygems[.]o|maven[.](o|apache)|repo1?[.]|golang[.]o|nuget[.]o|packagist|deb[.]deb|docker[.]i|sonatype"
)
"""How the hosts of package registries begin."""


@pytest.fixture(scope="module")
def reports(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Return the reports on both SBOMs."""
    found = {}
    for name, facts in (("log-collector", None), ("petclinic", "petclinic")):
        out = tmp_path_factory.mktemp(name) / "result.json"
        words = ["check", str(root / f"policies/examples/{name}.cdx.json"), "--policy", str(root / POLICY)]
        words += ["--facts", str(root / f"policies/examples/{facts}.facts.yaml")] if facts else []
        words += ["--as-of", AS_OF, "--format", "json", "--limit", "1000", "--output", str(out), "--quiet"]
        code = main(words)
        found[name] = json.loads(out.read_text())
        assert code == {"fail": 1, "pass": 0}[found[name]["summary"]["gate"]]
    return found


def verdicts(report: dict[str, Any]) -> dict[str, str]:
    return {result["requirement"]: result["verdict"] for result in report["results"]}


def test_the_policy_compiles_without_a_remark() -> None:
    assert [d.message for d in compiled(POLICY).diagnostics] == []


def test_its_own_tests_hold(root: Path) -> None:
    assert main(["test", str(root / POLICY)]) == 0


def test_policies_and_packs_that_use_others_leave_nothing_to_remark(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even a note: every use names the digest.  Packs alone are held by `tests/dsl/lint`."""
    using = sorted(p for p in (root / "standards").rglob("*.rw") if re.search(r"^  use ", p.read_text(), re.MULTILINE))
    assert using
    assert main(["lint", str(root / "policies"), *map(str, using), "--as-of", AS_OF, "--no-cache"]) == 0
    told = capsys.readouterr()
    assert "nothing to remark" in told.out + told.err


def test_every_standard_is_pinned_to_the_shipped_file() -> None:
    program = compiled(POLICY).program
    assert program is not None
    shipped = {hashlib.sha256(source.text).hexdigest() for source in sources().values()}
    standards = [module for module in program.modules if module.kind == "standard"]
    assert len(standards) == 3
    assert all(module.pinned and module.sha256 in shipped for module in standards)


def test_the_tailoring_is_in_the_program() -> None:
    program = compiled(POLICY).program
    assert program is not None
    by_id = {r.id: r for r in program.requirements}
    assert by_id["cisa.minimum_elements:CISA26.14"].level == "shall"
    assert by_id["bsi.tr_03183_2:5.2.2-8"].level == "should"
    assert by_id["acme.gateway:library-hygiene"].severity == "critical"
    assert {e.id for e in program.excluded} == {
        "ntia.minimum_elements:NTIA.R1", "ntia.minimum_elements:NTIA.R2", "bsi.tr_03183_2:8.1.15",
    }  # fmt: skip
    assert [w.requirement for w in program.waivers] == ["acme.gateway:licences-allowed"]


def test_the_sbom_as_received_fails(reports: dict[str, dict[str, Any]]) -> None:
    found = verdicts(reports["log-collector"])
    assert reports["log-collector"]["summary"]["gate"] == "fail"
    assert found["acme.gateway:library-hygiene"] == "fail"
    assert found["acme.gateway:old-openssl"] == "fail"
    assert found["ntia.minimum_elements:NTIA.6"] == "fail"
    assert found["bsi.tr_03183_2:5.2.2-7"] == "fail"
    assert found["bsi.tr_03183_2:4-a"] == "pass"


def test_the_completed_sbom_passes_with_one_waiver(reports: dict[str, dict[str, Any]]) -> None:
    report = reports["petclinic"]
    failed = {r["requirement"]: r["waived"] and r["waived"]["id"] for r in report["results"] if r["verdict"] == "fail"}
    assert report["summary"]["gate"] == "pass"
    assert failed == {"acme.gateway:licences-allowed": "w-2026-03"}
    assert "unknown" not in verdicts(report).values()
    assert report["findings"] == []


def test_the_completed_sbom_meets_all_of_the_2026_elements(reports: dict[str, dict[str, Any]]) -> None:
    found = {i: v for i, v in verdicts(reports["petclinic"]).items() if i.startswith("cisa.")}
    assert len(found) == 23
    assert set(found.values()) == {"pass"}


def test_the_completed_sbom_keeps_what_the_original_listed(root: Path, shared: Path) -> None:
    original = shared / "corpus/cyclonedx-json/1.4/fixture/application-b3113c5e.cdx.json"
    data = original.read_bytes()
    assert hashlib.sha256(data).hexdigest() in (root / "policies/examples/README.md").read_text()
    before, after = json.loads(data), json.loads((root / "policies/examples/petclinic.cdx.json").read_text())
    kept = ("group", "name", "version", "scope", "purl", "bom-ref", "type")
    assert [[c[k] for k in kept] for c in after["components"]] == [[c[k] for k in kept] for c in before["components"]]
    edges = [{d["ref"]: sorted(d.get("dependsOn", [])) for d in bom["dependencies"]} for bom in (before, after)]
    assert edges[0] == edges[1]
    hashes = [{h["alg"]: h["content"] for h in c["hashes"]} for c in before["components"]]
    for component, old in zip(after["components"], hashes, strict=True):
        moved = next(r for r in component["externalReferences"] if r["type"] == "distribution")
        assert component["hashes"] == [{"alg": "SHA-256", "content": old["SHA-256"]}]
        assert moved["hashes"] == [{"alg": "SHA-512", "content": old["SHA-512"]}]


def test_the_received_sbom_is_byte_for_byte_the_published_one(root: Path, shared: Path) -> None:
    published = shared / "corpus/cyclonedx-json/1.7/fixture/fluentd-multiple-lockfiles-de9b2890.cdx.json"
    assert (root / "policies/examples/log-collector.cdx.json").read_bytes() == published.read_bytes()


@pytest.mark.parametrize("name", ["log-collector.cdx.json", "petclinic.cdx.json", "petclinic.facts.yaml", "README.md"])
def test_no_example_names_a_package_registry(root: Path, name: str) -> None:
    assert not HOSTS.search((root / "policies/examples" / name).read_text())
