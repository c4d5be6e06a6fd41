"""Runs that judge nothing, and reports that would take the place of an input."""

import json
from pathlib import Path

import pytest

from rulewright.cli.main import main

LINE = ["check", "cam.json", "-p", "small.rw"]
USING = """policy acme.using edition "1.0" {
  title "Uses its neighbour"
  use acme.base edition "1" as base
}
"""
BASE = """standard acme.base edition "1" {
  title "Base"
  requirement names shall {
    title "Every component has a name"
    check every component c { c.name is known }
  }
}
"""
TIMED = """policy acme.timed edition "1.0" {{
  title "Later"
  requirement names shall {{
    title "Every component has a name"
    effective from 2027-12-11
    check every component c {{ c.name is known }}
  }}
  {more}
}}
"""
NOW = """requirement purls shall {
    title "Every component has a package URL"
    applies when iface.telnet_present
    check every component c { c.purl is known }
  }"""


@pytest.mark.parametrize("form", ["terminal", "json"])
def test_nothing_in_force_is_nothing_evaluated(form: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "timed.rw").write_text(TIMED.format(more=""), encoding="utf-8")
    line = ["check", "cam.json", "-p", "timed.rw", "--format", form, "--output", "report", "--as-of"]
    assert main([*line, "2027-12-10"]) == 3
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "error[RW0007]: nothing was evaluated: no requirement of the policies is in force on 2027-12-10" in shown.err
    assert "`acme.timed:names` is in force from 2027-12-11" in shown.err
    assert not (place / "report").exists()
    assert main([*line, "2027-12-11"]) == 0
    assert (place / "report").exists()


def test_a_condition_that_says_no_was_evaluated(place: Path) -> None:
    (place / "timed.rw").write_text(TIMED.format(more=NOW), encoding="utf-8")
    (place / "facts.yaml").write_text("iface.telnet_present: false\n", encoding="utf-8")
    line = ["check", "cam.json", "-p", "timed.rw", "--facts", "facts.yaml", "--as-of", "2026-11-21"]
    assert main(line) == 0


def test_no_product_is_called_that(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "none.json").write_text('{"format": "rulewright-facts/1", "products": []}', encoding="utf-8")
    assert main(["check", "none.json", "-p", "small.rw"]) == 3
    shown = capsys.readouterr().err
    assert "error[RW0007]: nothing was evaluated: no product was given" in shown
    assert "hold no requirement" not in shown


@pytest.mark.parametrize("command", ["check", "facts"])
@pytest.mark.parametrize("target", ["cam.json", "./cam.json", "link.json", "small.rw", "extra.yaml", "near.rw"])
def test_an_input_is_never_overwritten(
    command: str, target: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "link.json").symlink_to("cam.json")
    (place / "extra.yaml").write_text("iface.telnet_present: false\n", encoding="utf-8")
    (place / "near.rw").write_text('vocabulary acme.near edition "1" {\n}\n', encoding="utf-8")
    before = {path.name: path.read_bytes() for path in place.iterdir()}
    assert main([command, *LINE[1:], "--facts", "extra.yaml", "--output", target]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert f"error[RW0006]: `{target}` is an input of this run and is not overwritten" in shown.err
    assert "name another file with `--output`" in shown.err
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before


def test_a_neighbour_is_an_input_where_it_is_used(place: Path) -> None:
    (place / "using.rw").write_text(USING, encoding="utf-8")
    (place / "base.rw").write_text(BASE, encoding="utf-8")
    assert main(["check", "cam.json", "-p", "using.rw", "--output", "base.rw"]) == 2
    assert (place / "base.rw").read_text(encoding="utf-8") == BASE
    assert main([*LINE, "--output", "base.rw"]) == 1
    assert (place / "base.rw").read_text(encoding="utf-8") != BASE


def test_the_stated_configuration_is_an_input(place: Path) -> None:
    (place / "my.toml").write_text("limit = 3\n", encoding="utf-8")
    assert main([*LINE, "--config", "my.toml", "--output", "my.toml"]) == 2
    assert (place / "my.toml").read_text(encoding="utf-8") == "limit = 3\n"


def test_another_file_is_overwritten(place: Path) -> None:
    (place / "report.json").write_text("old", encoding="utf-8")
    assert main([*LINE, "--format", "json", "--output", "report.json"]) == 1
    assert json.loads((place / "report.json").read_text(encoding="utf-8"))["format"] == "rulewright-result/1"
