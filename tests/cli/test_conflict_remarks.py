"""What `rulewright conflicts --kinds …` tells beside conflicts, in every format, and that it changes no exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rulewright.cli.main import main
from tests.cli.test_conflicts import DAY, SCHEMA

KINDS = ("vacuous", "dead", "duplicate", "redundant", "gap", "waiver", "tailoring", "steering")
RULES = """policy acme.house edition "1" {
  use eu.cra edition "2024" as cra
  scope product.type = router
  set cra.fix_days = 60 because "the board said so"

  requirement no-telnet shall { check not iface.telnet_present }
  requirement silent shall    { check not (iface.telnet_present or false = true and iface.telnet_present) }
  requirement locked shall    { applies when iface.telnet_present  check auth.lockout_minutes >= 5 }
  requirement long-lock shall { applies when "EU" in product.markets  check auth.lockout_minutes >= 30 }
  requirement lock shall      { applies when "EU" in product.markets and product.type = router  check auth.lockout_minutes >= 10 }
  requirement never shall     { applies when product.type = toy  check not iface.telnet_present }
  requirement asked shall     { check manual "Is it safe?" }

  waiver w-1 for no-telnet {
    product  "pkg:generic/x@1"
    because  "old fleet"
    approved by "a@acme.example" on 2026-08-01
    until    2026-12-31
    provided not iface.telnet_present
  }
}
"""


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A policy about which there is much to remark."""
    monkeypatch.setenv("RULEWRIGHT_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "remarks-cache"))
    path = tmp_path / "house.rw"
    path.write_text(RULES.replace("or false = true and iface.telnet_present", "and iface.telnet_present"), "utf-8")
    return str(path)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["conflicts", *words, *DAY])
    return code, capsys.readouterr().out


def test_each_kind_is_told_with_its_requirements(capsys: pytest.CaptureFixture[str], rules: str) -> None:
    code, out = run(capsys, rules, "--kinds", ",".join(KINDS), "-f", "json")
    assert code == 0
    made: Any = json.loads(out)
    Draft202012Validator(SCHEMA).validate(made)
    assert made["findings"] == []
    said = {(o["kind"], tuple(n.removeprefix("acme.house:") for n in o["requirements"])) for o in made["observations"]}
    for expected in (
        ("dead", ("never",)),
        ("vacuous", ("locked", "no-telnet")),
        ("duplicate", ("no-telnet", "silent")),
        ("redundant", ("long-lock", "lock")),
        ("waiver", ("no-telnet",)),
        ("steering", ("locked",)),
        ("tailoring", ("eu.cra:AI.II.2",)),
    ):
        assert expected in said, expected
    assert any(kind == "gap" and "asked" in names for kind, names in said)
    assert all(made["summary"][kind] for kind in KINDS)


@pytest.mark.parametrize("form", ["terminal", "markdown", "html", "sarif"])
def test_every_view_shows_the_words_and_the_product(capsys: pytest.CaptureFixture[str], rules: str, form: str) -> None:
    more = ["--explain"] if form == "terminal" else []
    code, out = run(capsys, rules, "--kinds", "redundant,tailoring", "-f", form, *more)
    assert code == 0
    plain = " ".join(out.replace("&#95;", "_").split())
    assert "comply once" in plain
    assert "auth.lockout_minutes = 10" in plain or '"auth.lockout_minutes": "10"' in plain
    assert "weakens" in plain
    assert "vuln.fix_time_days_p95 = 31" in plain
    if form == "terminal":
        assert "conflicts were not asked for" in plain


def test_of_asks_for_remarks_about_one_requirement_only(capsys: pytest.CaptureFixture[str], rules: str) -> None:
    _, out = run(capsys, rules, "--kinds", "dead,steering", "--of", "acme.house:never", "-f", "json")
    assert [o["requirements"] for o in json.loads(out)["observations"]] == [["acme.house:never"]]
