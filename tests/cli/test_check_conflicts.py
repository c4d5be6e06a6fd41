"""`check --conflicts` and `plan --conflicts`: a requirement in a contradiction that nobody has decided says so."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from rulewright.cli.main import main

SCHEMAS = Path(__file__).parents[2] / "cli/schemas"
PLAN = json.loads((SCHEMAS / "rulewright-plan-1.schema.json").read_text(encoding="utf-8"))

POLICY = """policy acme.clash edition "1" {{
  title "Clash"
  scope product.type = consumer_iot
  requirement lock shall {{ title "Lock" severity high applies when {when} check auth.lockout_minutes >= 30 }}
  requirement open shall {{ title "No lock" severity high check auth.lockout_minutes = 0 }}
  requirement other shall {{ title "Other" severity low check auth.lockout_attempts >= 1 }}
  {prefer}
}}
"""
FACTS = "product.type: consumer_iot\nproduct.handles_payment: {pays}\nauth.lockout_minutes: 30\n"


def run(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    pays: str,
    prefer: str = "",
    form: str = "json",
    command: str = "check",
) -> tuple[int, str]:
    policy, facts = tmp_path / "p.rw", tmp_path / "product.yaml"
    policy.write_text(POLICY.format(when="product.handles_payment", prefer=prefer), encoding="utf-8")
    facts.write_text(FACTS.format(pays=pays), encoding="utf-8")
    sbom = Path(__file__).parents[2] / "policies/examples/log-collector.cdx.json"
    words = [
        command,
        str(sbom),
        "--facts",
        str(facts),
        "-p",
        str(policy),
        "--conflicts",
        "--format",
        form,
        "--no-cache",
    ]
    code = main([*words, "--as-of", "2026-11-21"])
    return code, capsys.readouterr().out


def clashing(out: str) -> dict[str, list[list[str]]]:
    found = json.loads(out)
    assert found["analysed"] == {"complete_up_to": 3, "left": []}
    return {
        r["requirement"].partition(":")[2]: [c["others"] for c in r["conflicts"]]
        for r in found["results"]
        if r["conflicts"]
    }


def test_both_sides_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(tmp_path, capsys, pays="true")
    assert clashing(out) == {"lock": [["acme.clash:open"]], "open": [["acme.clash:lock"]]}
    assert code == 1  # the verdicts are what they are without the question: `open` fails


def test_a_context_that_the_product_is_not_in_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert clashing(run(tmp_path, capsys, pays="false")[1]) == {}


def test_what_is_decided_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prefer = 'prefer lock over open because "the contract asks for it"'
    assert clashing(run(tmp_path, capsys, pays="true", prefer=prefer)[1]) == {}


@pytest.mark.parametrize("form", ["terminal", "markdown", "sarif", "junit"])
def test_every_format_says_so(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = " ".join(unescape(run(tmp_path, capsys, pays="true", form=form)[1]).replace("│", " ").split())
    assert "contradicts acme.clash:" in out
    assert "over auth.lockout_minutes" in out


def test_without_the_flag_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    sbom = Path(__file__).parents[2] / "policies/examples/log-collector.cdx.json"
    main(["check", str(sbom), "-p", "cisa.minimum_elements", "--format", "json", "--as-of", "2026-11-21"])
    found = json.loads(capsys.readouterr().out)
    assert found["analysed"] is None
    assert not any(result["conflicts"] for result in found["results"])


# --- plan --------------------------------------------------------------------------------------------------------------


def planned(out: str) -> dict[str, list[list[str]]]:
    made = json.loads(out)
    Draft202012Validator(PLAN).validate(made)
    assert made["analysed"] == {"complete_up_to": 3, "left": []}
    return {
        clause["requirement"].partition(":")[2]: [clash["others"] for clash in clause["conflicts"]]
        for item in made["items"]
        for clause in item["clauses"]
        if clause["conflicts"]
    }


def test_a_plan_says_what_cannot_be_done_for_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out = run(tmp_path, capsys, pays="true", command="plan")
    assert planned(out) == {"open": [["acme.clash:lock"]]}
    (item,) = [i for i in json.loads(out)["items"] if i["clauses"][0]["requirement"] == "acme.clash:open"]
    assert [broken["requirement"] for broken in item["breaks"]] == ["acme.clash:lock"]


def test_a_plan_says_nothing_of_what_is_decided_or_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prefer = 'prefer lock over open because "the contract asks for it"'
    assert planned(run(tmp_path, capsys, pays="true", prefer=prefer, command="plan")[1]) == {}
    assert planned(run(tmp_path, capsys, pays="false", command="plan")[1]) == {}


@pytest.mark.parametrize("form", ["terminal", "markdown"])
def test_every_format_of_a_plan_says_so(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = " ".join(run(tmp_path, capsys, pays="true", form=form, command="plan")[1].split())
    assert "acme.clash@1:open contradicts acme.clash:lock over auth.lockout_minutes" in out
    assert "ndecided contradiction among what is to be done here, complete up to 3 members" in out


def test_a_plan_without_the_flag_looks_for_none(capsys: pytest.CaptureFixture[str]) -> None:
    sbom = Path(__file__).parents[2] / "policies/examples/log-collector.cdx.json"
    main(["plan", str(sbom), "-p", "cisa.minimum_elements", "--format", "json", "--as-of", "2026-11-21"])
    made = json.loads(capsys.readouterr().out)
    assert made["analysed"] is None
    assert not any(clause["conflicts"] for item in made["items"] for clause in item["clauses"])
