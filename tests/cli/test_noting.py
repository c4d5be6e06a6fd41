"""Why a file that nobody named takes part: told with what is wrong in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulewright.cli.main import main

RULES = """standard acme.c edition "1" {
  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    not iface.telnet_present
  }
}

test "1" {
  given { iface.telnet_present = true } expect fail
}
"""
WORDS = 'vocabulary acme.words edition "1" {\n  attribute acme.x : bool choice { meaning "m" }\n}\n'
NOTE = "note: `zz.rw` is read because it declares a vocabulary beside `c.rw`"


@pytest.fixture
def rules(place: Path) -> Path:
    """A file of rules."""
    (place / "c.rw").write_text(RULES, encoding="utf-8")
    return place


@pytest.mark.parametrize("words", [["lint", "c.rw"], ["test", "c.rw"], ["check", "--policy", "c.rw", "cam.json"]])
def test_a_broken_vocabulary_is_explained(words: list[str], rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (rules / "zz.rw").write_text(WORDS.replace("bool", "boool"), encoding="utf-8")
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert "RW0309" in out + err
    assert (out + err).count(NOTE) == 1


def test_so_is_one_that_stands_twice(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (rules / "c.rw").write_text(WORDS + RULES, encoding="utf-8")
    (rules / "zz.rw").write_text(WORDS + WORDS.replace("acme.", "acme.other."), encoding="utf-8")
    assert main(["lint", "c.rw"]) == 2
    out = capsys.readouterr().out
    assert "RW0401" in out
    assert NOTE in out


def test_what_is_named_needs_no_explanation(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (rules / "zz.rw").write_text(WORDS.replace("bool", "boool"), encoding="utf-8")
    assert main(["lint", "zz.rw"]) == 2
    assert "is read because" not in capsys.readouterr().out
