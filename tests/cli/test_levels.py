"""Levels of evidence from the command line: facts files, tests in rule files, and both witnesses of a conflict."""

import json
from pathlib import Path

import pytest

from rulewright.cli.main import main

RULES = """vocabulary acme.words edition "1" {
  attribute acme.telnet : bool choice { detectors firmware, network }
  attribute acme.adb : bool choice { detectors firmware }
}
standard acme.device edition "1" {
  requirement T shall { check not acme.telnet }
  requirement A shall { check not acme.adb }
  requirement H shall { check not acme.adb  evidence any of firmware fresh 180d at conditional }
}
test H {
  given { acme.adb = true at conditional } expect fail
  given { acme.adb = true at configured } expect pass
}
test A { given { acme.adb = true at conditional } expect pass }
"""
FIRMWARE = """format: rulewright-facts/1
product: {name: camera, version: "1"}
acme.telnet: {value: false, detector: firmware, observed: 2026-11-01, trust: derived}
acme.adb: {value: true, level: conditional, detector: firmware, observed: 2026-11-01}
"""
SCAN = "acme.telnet: {value: true, level: verified, detector: network, observed: 2026-11-02, trust: observed}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"rules.rw": RULES, "firmware.yaml": FIRMWARE, "scan.yaml": SCAN}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def check(folder: Path, *more: str) -> int:
    files = [str(folder / "firmware.yaml"), "--facts", str(folder / "scan.yaml")]
    return main(["check", *files, "--policy", str(folder / "rules.rw"), "--as-of", "2026-11-22", *more])


def test_rule_files_test_levels(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(folder / "rules.rw")]) == 0
    assert "3 of 3 tests pass" in capsys.readouterr().out


def test_a_report_names_detector_day_and_place_of_both_witnesses(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    check(Path())
    out = capsys.readouterr().out
    assert "false in firmware.yaml (firmware, 2026-11-01, /acme.telnet)" in out
    assert "true, verified in scan.yaml (network, 2026-11-02, /acme.telnet)" in out


def test_a_result_says_how_far_a_finding_goes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(folder, "--format", "json") == 1
    results = {r["requirement"]: r for r in json.loads(capsys.readouterr().out)["results"]}
    found = {
        name: (r["verdict"], r["reason"][0]["values"]["acme.adb"]["value"])
        for name, r in results.items()
        if "acme.adb" in r["reason"][0].get("values", {})
    }
    assert found == {
        "acme.device:A": ("pass", "true, conditional (needs enabled)"),
        "acme.device:H": ("fail", "true, conditional"),
    }


def test_facts_are_written_with_their_levels(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(
        [
            "facts",
            str(folder / "firmware.yaml"),
            "--facts",
            str(folder / "scan.yaml"),
            "--policy",
            str(folder / "rules.rw"),
            "--format",
            "json",
        ]
    )
    found = json.loads(capsys.readouterr().out)
    assert found["acme.adb"]["level"] == "conditional"
    assert [w.get("level") for w in found["acme.telnet"]["witnesses"]] == [None, "verified"]
