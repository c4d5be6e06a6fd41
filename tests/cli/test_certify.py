"""`rulewright certify` and `check-certificate`, as a person and a pipeline run them: there and back, contradictions, tampering."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rulewright.cli.main import main
from rulewright.cli.text import width

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "cli/schemas/rulewright-certificate-1.schema.json").read_text(encoding="utf-8"))
POLICY = """\
policy acme.certified edition "1" {
  title "Certified"
  requirement rotate shall {
    applies when "EU" in product.markets and not ("US" in product.markets)
    check auth.password_rotation_days >= 1 and auth.password_rotation_days <= 90
  }
  requirement no-rotation shall {
    applies when "US" in product.markets
    check auth.password_rotation_days = 0
  }
  requirement telnet shall { check not iface.telnet_present }
  requirement support shall { check support.end_date >= product.placed_on_market_date + 5y }
  requirement listed shall {
    applies when product.type = router
    check some component c where c.type = firmware
  }
}
"""
CLASH = POLICY.replace(' and not ("US" in product.markets)', "")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all: the same rules are compiled once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _rules(place: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RULEWRIGHT_CACHE_DIR", str(cache))
    (place / "good.rw").write_text(POLICY, encoding="utf-8")
    (place / "clash.rw").write_text(CLASH, encoding="utf-8")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the command; return its code and what it wrote."""
    code = main(list(words))
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def certified(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """A certificate, written to `cert.json` and held against the schema."""
    code, out, err = run(capsys, "certify", *words, "--as-of", "2026-11-22", "--output", "cert.json")
    assert (code, out) == (0, ""), err
    assert err.startswith("certified: ")
    data = json.loads(Path("cert.json").read_text(encoding="utf-8"))
    Draft202012Validator(SCHEMA).validate(data)
    return data


def test_there_and_back(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    data = certified(capsys, "good.rw")
    assert len(data["products"]) >= 2, "with and without rotation"
    code, out, err = run(capsys, "check-certificate", "cert.json", "good.rw")
    assert (code, err) == (0, ""), out
    assert out.splitlines()[-1] == "the certificate holds"
    assert all(width(line) <= 100 for line in out.splitlines())
    (place / "elsewhere").mkdir()
    (place / "elsewhere/copy.rw").write_text(POLICY, encoding="utf-8")
    assert run(capsys, "check-certificate", "cert.json", "elsewhere/copy.rw")[0] == 0, "another name, the same text"
    again = Path("cert.json").read_bytes()
    certified(capsys, "good.rw")
    assert Path("cert.json").read_bytes() == again


def test_other_text(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    certified(capsys, "good.rw")
    (place / "good.rw").write_text(POLICY.replace("<= 90", "<= 91"), encoding="utf-8")
    code, out, _ = run(capsys, "check-certificate", "cert.json", "good.rw", "--format", "json")
    told = json.loads(out)
    assert (code, told["held"], told["steps"][-1]["step"]) == (1, False, "texts")


def test_a_changed_product(capsys: pytest.CaptureFixture[str]) -> None:
    data = certified(capsys, "good.rw")
    for made in data["products"]:
        made["facts"]["iface.telnet_present"] = True
    Path("cert.json").write_text(json.dumps(data), encoding="utf-8")
    code, out, _ = run(capsys, "check-certificate", "cert.json", "good.rw", "--quiet")
    assert (code, out) == (1, "the certificate does not hold\n")


def test_a_contradiction(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "certify", "clash.rw", "--as-of", "2026-11-22")
    assert (code, out) == (1, "")
    assert "there is nothing to certify: a contradiction, F-" in err
    assert "acme.certified:rotate" in err
    assert "acme.certified:no-rotation" in err
    data = certified(capsys, "clash.rw", "--without", "acme.certified:rotate")
    assert [item["requirement"] for item in data["left_out"]] == ["acme.certified:rotate"]
    code, out, _ = run(capsys, "check-certificate", "cert.json", "clash.rw")
    assert code == 0
    assert "left out: acme.certified:rotate, left out on request" in out


def test_prefer_decides(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    line = '  prefer no-rotation over rotate because "NIST"\n}\n'
    (place / "clash.rw").write_text(CLASH.removesuffix("}\n") + line, encoding="utf-8")
    data = certified(capsys, "clash.rw")
    assert data["left_out"][0]["because"] == "gives way to acme.certified:no-rotation: NIST"
    assert run(capsys, "check-certificate", "cert.json", "clash.rw")[0] == 0


def test_a_profile(capsys: pytest.CaptureFixture[str]) -> None:
    data = certified(capsys, "clash.rw", "--fact", "product.markets=EU")
    assert data["context"] == {"product.markets": ["EU"]}
    code, out, _ = run(capsys, "check-certificate", "cert.json", "clash.rw")
    assert code == 0
    assert "where product.markets = ['EU']" not in out
    assert "where product.markets = EU" in out
    data["context"] = {}
    Path("cert.json").write_text(json.dumps(data), encoding="utf-8")
    assert run(capsys, "check-certificate", "cert.json", "clash.rw")[0] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("certify", "good.rw", "--without", "acme.certified:telnt"), "did you mean `acme.certified:telnet`?"),
        (("check-certificate", "good.rw"), "no policy is named"),
        (("check-certificate", "none.json", "good.rw"), "cannot be read"),
        (("check-certificate", "good.rw", "good.rw"), "this is no certificate"),
    ],
)
def test_refusals(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert said in err
