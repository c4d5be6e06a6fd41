"""`--feeds` from words to verdicts: matches, KEV, VEX, backports, findings, inputs."""

import json
from pathlib import Path
from typing import Any

import pytest

from rulewright.cli.main import main

POLICY = """policy acme.known edition "1.0" {
  title "Known vulnerabilities"

  requirement exploited shall {
    title "Nothing that is exploited is open"
    check every vulnerability v { v.exploited implies v.vex in {not_affected, fixed} }
  }
  requirement grave shall {
    title "Nothing critical is open, and everything could be looked up"
    check no vulnerability v where v.severity = critical and not (v.vex is known and v.vex in {not_affected, fixed})
  }
}
"""
TELNETD = "pkg:deb/debian/inetutils-telnetd@2%3A2.4-2%2Bdeb12u3?upstream=inetutils&distro=debian-12"
CVE = {
    "cveMetadata": {"cveId": "CVE-2026-24061", "state": "PUBLISHED"},
    "containers": {
        "cna": {
            "affected": [
                {
                    "vendor": "GNU",
                    "product": "Inetutils",
                    "versions": [{"version": "1.9.3", "lessThanOrEqual": "2.7", "status": "affected"}],
                }
            ],
            "metrics": [{"cvssV3_1": {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}],
        }
    },
}
KEV = {
    "catalogVersion": "1", "dateReleased": "2026-02-01T00:00:00Z",
    "vulnerabilities": [{"cveID": "CVE-2026-24061", "dateAdded": "2026-01-26"}],
}  # fmt: skip
LINE = ["check", "tel.json", "-p", "known.rw", "--feeds", "feeds", "--as-of", "2026-11-21", "--format", "json"]


@pytest.fixture(autouse=True)
def _feeds(place: Path) -> None:
    (place / "known.rw").write_text(POLICY, encoding="utf-8")
    (place / "feeds").mkdir()
    (place / "feeds" / "cve.jsonl").write_text(json.dumps(CVE) + "\n", encoding="utf-8")
    (place / "feeds" / "kev.json").write_text(json.dumps(KEV), encoding="utf-8")
    (place / "feeds" / "epss_2026-11-20.csv").write_text("CVE-2026-24061,0.979,0.999\n", encoding="utf-8")
    write(place)


def write(place: Path, **more: Any) -> None:
    device = {
        "type": "device",
        "bom-ref": "d",
        "name": "box",
        "version": "1",
        "cpe": "cpe:2.3:h:acme:box:1:*:*:*:*:*:*:*",
    }
    telnetd = {
        "type": "application",
        "bom-ref": "t",
        "name": "inetutils-telnetd",
        "version": "2:2.4-2+deb12u3",
        "purl": TELNETD,
        **more,
    }
    document = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "metadata": {"component": device}, "components": [telnetd],
        "compositions": [{"aggregate": "complete", "assemblies": ["d"]}],
    }  # fmt: skip
    (place / "tel.json").write_text(json.dumps(document), encoding="utf-8")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[dict[str, str], Any]:
    main([*LINE, *words])
    made = json.loads(capsys.readouterr().out)
    return {x["requirement"].partition(":")[2]: x["verdict"] for x in made["results"]}, made


def test_a_known_vulnerability_fails(capsys: pytest.CaptureFixture[str]) -> None:
    verdicts, made = run(capsys)
    assert verdicts == {"exploited": "unknown", "grave": "fail"}
    inputs = {(i["kind"], i["format"]): i["receipt"] for i in made["inputs"] if i["kind"] == "feed"}
    assert {key: [(c["entity"], c["counted"], c["stored"]) for c in counts] for key, counts in inputs.items()} == {
        ("feed", "CVE 5"): [("advisories", 1, 1)],
        ("feed", "KEV"): [("kev", 1, 1)],
        ("feed", "EPSS"): [("epss", 1, 1)],
    }


def test_the_second_run_gives_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys)[1] == run(capsys)[1]
    assert run(capsys, "--no-cache")[1] == run(capsys)[1]


@pytest.mark.parametrize(
    "evidence",
    [
        {"properties": [{"name": "rulewright:changelog-fixes", "value": "CVE-2026-24061, CVE-2026-32746"}]},
        {"properties": [{"name": "rulewright:changelog", "value": "  * telnetd: Fix CVE-2026-24061\n"}]},
        {"pedigree": {"patches": [{"type": "backport", "resolves": [{"type": "security", "id": "CVE-2026-24061"}]}]}},
    ],
)
def test_the_backport_is_not_reported(place: Path, capsys: pytest.CaptureFixture[str], evidence: Any) -> None:
    write(place, **evidence)
    assert run(capsys)[0] == {"exploited": "pass", "grave": "pass"}


def test_a_statement_settles_it(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vex = {
        "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://acme.example/vex/1", "author": "Acme",
        "timestamp": "2026-03-01T00:00:00Z", "version": 1,
        "statements": [
            {"vulnerability": {"name": "CVE-2026-24061"}, "products": [{"@id": TELNETD}], "status": "not_affected",
             "justification": "vulnerable_code_not_present"},
            {"vulnerability": {"name": "CVE-2026-1"}, "products": [{"@id": "pkg:npm/else@1.0.0"}], "status": "fixed"},
        ],
    }  # fmt: skip
    (place / "vex.json").write_text(json.dumps(vex), encoding="utf-8")
    verdicts, made = run(capsys, "vex.json")
    assert verdicts == {"exploited": "pass", "grave": "pass"}
    (said,) = (i for i in made["inputs"] if i["kind"] == "vex")
    assert [f["code"] for f in said["findings"]] == ["RW0015"]


def test_what_cannot_be_looked_up_is_found_and_leaves_the_list_open(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads((place / "tel.json").read_text(encoding="utf-8"))
    document["components"] = [{"type": "library", "bom-ref": "x", "name": "parser", "version": "1"}]
    (place / "tel.json").write_text(json.dumps(document), encoding="utf-8")
    verdicts, made = run(capsys)
    assert verdicts == {"exploited": "unknown", "grave": "unknown"}
    (own,) = (i for i in made["inputs"] if i["kind"] == "sbom")
    assert [(f["code"], f["pointer"]) for f in own["findings"]] == [("RW1407", "/components/0")]


def test_without_feeds_nothing_is_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    main([*LINE[:4], "--format", "json"])
    made = json.loads(capsys.readouterr().out)
    assert {x["verdict"] for x in made["results"]} == {"unknown"}
    assert [i["kind"] for i in made["inputs"]] == ["sbom"]


def test_facts_show_what_feeds_say(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "tel.json", "--feeds", "feeds", "--as-of", "2026-11-21", "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["vulnerabilities"]["items"]
    assert found["id"] == "CVE-2026-24061"
    assert (found["exploited"], found["exploited_since"], found["epss"], found["match"]) == (
        True,
        "2026-01-26",
        "0.979",
        "range",
    )
    main(["facts", "tel.json", "--feeds", "feeds", "--as-of", "2026-01-20", "--format", "json"])
    (found,) = json.loads(capsys.readouterr().out)["vulnerabilities"]["items"]
    assert found["exploited"] is False
    assert "epss" not in found


@pytest.mark.parametrize(("word", "code"), [("missing", "RW0003"), ("tel.json", "RW1401"), ("known.rw", "RW1401")])
def test_what_is_no_feed_is_refused(word: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*LINE, "--feeds", word]) == 2
    assert code in capsys.readouterr().err


def test_the_configuration_may_name_feeds(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "rulewright.toml").write_text('feeds = "feeds"\npolicy = "known.rw"\n', encoding="utf-8")
    main(["check", "tel.json", "--as-of", "2026-11-21", "--format", "json"])
    assert len([i for i in json.loads(capsys.readouterr().out)["inputs"] if i["kind"] == "feed"]) == 3


def test_documents_that_contradict_one_another_are_heard_without_feeds(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One says that it is exploited and not affected, the other the opposite of both: neither row alone is a failure."""
    for name, exploited, state in (("one", "true", "not_affected"), ("two", "false", "exploitable")):
        component = {"type": "library", "bom-ref": "a", "name": "a", "version": "1", "purl": "pkg:npm/a@1"}
        document = {
            "bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"authors": [{"name": name}]},
            "components": [component],
            "vulnerabilities": [
                {
                    "id": "CVE-2026-1", "affects": [{"ref": "a"}], "analysis": {"state": state},
                    "properties": [{"name": "rulewright:exploited", "value": exploited}],
                }
            ],
        }  # fmt: skip
        (place / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    for order in (["one.json", "two.json"], ["two.json", "one.json"]):
        main(["check", *order, "--same-product", "-p", "known.rw", "--as-of", "2026-11-21", "--format", "json"])
        made = json.loads(capsys.readouterr().out)
        assert {x["requirement"].partition(":")[2]: x["verdict"] for x in made["results"]}["exploited"] == "unknown"
