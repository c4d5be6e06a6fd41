"""`rulewright variants`, as a person and a pipeline run it: one variant, several, a market that contradicts itself, every format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rulewright.cli.main import main
from rulewright.cli.text import width

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "cli/schemas/rulewright-variants-1.schema.json").read_text(encoding="utf-8"))
POLICY = """\
policy acme.markets edition "1" {
  title "Markets"
  requirement rotate shall {
    title "Passwords are changed every quarter"
    applies when "EU" in product.markets
    check auth.password_rotation_days in 1..90
  }
  requirement no-rotation shall {
    title "No forced change | <b>never</b> @all"
    applies when "US" in product.markets
    check auth.password_rotation_days = 0
  }
  requirement short shall {
    title "Monthly in China"
    applies when "CN" in product.markets
    check auth.password_rotation_days in 1..30
  }
  requirement odd shall {
    applies when "IN" in product.markets and product.type = router
    check auth.password_rotation_days >= 5 and auth.password_rotation_days <= 4
  }
}
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all: the same rules are compiled once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _rules(place: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RULEWRIGHT_CACHE_DIR", str(cache))
    text = POLICY.replace(
        "auth.password_rotation_days in 1..90", "auth.password_rotation_days >= 1 and auth.password_rotation_days <= 90"
    ).replace(
        "auth.password_rotation_days in 1..30", "auth.password_rotation_days >= 1 and auth.password_rotation_days <= 30"
    )
    (place / "markets.rw").write_text(text, encoding="utf-8")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the command; return its code and what it wrote."""
    code = main(["variants", "markets.rw", *words, "--as-of", "2026-11-22"])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    """The JSON of an answer, held against its schema."""
    code, out, _ = run(capsys, *words, "--format", "json")
    found = json.loads(out)
    Draft202012Validator(SCHEMA).validate(found)
    return code, found


def test_one_variant(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--markets", "EU,CN")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "one variant serves EU, CN"
    assert "variant 1  EU, CN" in out


def test_two_variants_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = asked(capsys, "--markets", "EU,US,CN")
    assert code == 1
    assert [variant["markets"] for variant in found["variants"]] == [["EU", "CN"], ["US"]]
    members = {c["id"]: [m["requirement"] for m in c["members"]] for c in found["conflicts"]}
    (split,) = found["splits"]
    assert "acme.markets:no-rotation" in members[split["conflict"]]
    assert len(members[split["conflict"]]) == 2
    assert not found["one"]


def test_the_terminal_fits_and_says_it_last(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--markets", "EU,US")
    assert code == 1
    assert all(width(line) <= 100 for line in out.splitlines())
    assert out.splitlines()[-1] == "2 variants are needed for EU, US"
    assert "variants 1 and 2 are two because of F-" in out
    assert "auth.password_rotation_days = 0" in out
    assert run(capsys, "--markets", "EU,US", "--quiet")[1] == "2 variants are needed for EU, US\n"


def test_markdown_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--markets", "EU,US", "--format", "markdown")
    assert out.startswith("## ❌ 2 variants are needed for EU, US\n")
    assert "<b>" not in out
    assert "@all" not in out


def test_a_market_that_contradicts_itself(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = asked(capsys, "--markets", "IN,EU")
    assert code == 1
    assert [(m["name"], m["served"]) for m in found["markets"]] == [("IN", "partly"), ("EU", "always")]
    assert len(found["variants"]) == 1
    code, found = asked(capsys, "--markets", "IN", "--fact", "product.type=router")
    assert (code, found["markets"][0]["served"], found["variants"]) == (1, "never", [])
    code, found = asked(capsys, "--markets", "IN", "--fact", "product.type=toy")
    assert (code, found["one"]) == (0, True)


def test_without(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = asked(capsys, "--markets", "EU,US", "--without", "acme.markets:rotate")
    assert (code, found["one"]) == (0, True)
    assert [item["requirement"] for item in found["left_out"]] == ["acme.markets:rotate"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "no market is named"),
        (("--markets", ","), "no market is named"),
        (("--markets", "EU", "--by", "product.type"), "is no set in the context"),
        (("--markets", "EU", "--by", "iface.unused_enabled"), "is no set in the context"),
        (("--markets", ",".join(f"M{n}" for n in range(13))), "13 markets are too many"),
        (("--markets", "EU", "--without", "acme.markets:rotat"), "did you mean `acme.markets:rotate`?"),
    ],
)
def test_refusals(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert said in err


def test_nothing_to_divide(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "markets.rw").write_text('policy acme.none edition "1" {\n  title "None"\n}\n', encoding="utf-8")
    assert run(capsys, "--markets", "EU")[0] in {2, 3}


def test_too_many_elements(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    wanted = "requirement many shall { check at least 20000 component c }"
    (place / "many.rw").write_text(f'policy acme.many edition "1" {{\n  {wanted}\n}}\n', encoding="utf-8")
    code, out, err = run(capsys, "many.rw", "--markets", "EU")
    assert (code, out) == (3, ""), err
    assert err == "no variants were found: a design would need more than 10000 elements of component\n"


def test_what_is_divided_is_not_fixed(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["variants", "eu.cra", "--markets", "EU,US", "--as-of", "2026-11-22"]
    assert main([*words, "--fact", "product.markets=EU"]) == 2
    assert "is what is divided" in capsys.readouterr().err
