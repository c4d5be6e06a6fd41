"""Objectives and answers from the command line: what is checked, shown, fed back, and refused."""

import json
from pathlib import Path

import pytest

from rulewright.cli.main import main

WORDS = """vocabulary acme.words edition "1" {
  attribute acme.kind : enum {none, universal} choice { fresh 90d }
  objective KIND "No universal default password" {
    check acme.kind = none
    fix "Give every unit its own."
  }
}
"""
RULES = """standard acme.asks edition "2" {
  requirement A shall { objective KIND  check { meets KIND; manual "Is it explained to users?"; manual "In their language?" } }
  requirement B shall { check true }
}
test A {
  given "good.yaml" expect unknown
  given "good.yaml" with { manual = true, manual.2 = true } expect pass
  given "good.yaml" with { manual = true, manual.2 = true, acme.kind = universal } expect fail
  given "good.yaml" with { manual = false } expect fail
  given "gone.yaml" expect pass
}
"""
ANSWERS = """acme.kind: {value: none, observed: 2026-08-01}
answers:
  - {requirement: "acme.asks@2:A", answer: yes, by: "Jo Doe, QA", on: 2026-08-01}
  - {requirement: "acme.asks@2:A", question: 2, answer: yes, by: Al, on: 2026-08-02}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "words.rw").write_text(WORDS, encoding="utf-8")
    (tmp_path / "good.yaml").write_text("acme.kind: none\n", encoding="utf-8")
    path = tmp_path / "asks.rw"
    path.write_text(RULES, encoding="utf-8")
    return path


def check(rules: Path, answers: str, *more: str) -> int:
    product, facts = rules.parent / "product.cdx.json", rules.parent / "facts.yaml"
    product.write_text(
        '{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": []}', encoding="utf-8"
    )
    facts.write_text(answers, encoding="utf-8")
    return main(["check", str(product), "--policy", str(rules), "--facts", str(facts), "--as-of", "2026-09-01", *more])


def test_tests_take_facts_files_and_single_facts_instead(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(rules)]) == 1
    out = capsys.readouterr()
    assert "4 of 5 tests pass" in out.out
    assert "`gone.yaml` cannot be read" in out.err


def test_answers_count_and_are_shown_with_name_and_day(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(rules, ANSWERS, "--explain") == 0
    out = capsys.readouterr().out
    assert "yes, says Jo Doe, QA on 2026-08-01" in out
    assert 'manual "In their language?"' in out
    assert check(rules, ANSWERS.replace("answer: yes, by: Al", "answer: no, by: Al"), "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)["results"][0]["reason"][0]
    assert found["values"]["answer:acme.asks@2:A#2"] == {
        "value": "false",
        "source": str(rules.parent / "facts.yaml"),
        "pointer": "/answers/1",
        "by": "Al",
        "on": "2026-08-02",
    }


def test_contradicting_answers_are_a_conflict_with_both_names(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = '  - {requirement: "acme.asks@2:A", answer: no, by: Bo, on: 2026-08-03}\n'
    assert check(rules, ANSWERS + other, "--format", "json") == 1
    lines = json.loads(capsys.readouterr().out)["results"][0]["reason"]
    (shown,) = (line["values"]["answer:acme.asks@2:A"] for line in lines if line["line"] == "check#2")
    assert shown["reason"] == "conflicting"
    assert {(w["by"], w["on"], w["value"]) for w in shown["witnesses"]} == {
        ("Jo Doe, QA", "2026-08-01", "true"),
        ("Bo", "2026-08-03", "false"),
    }


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (ANSWERS.replace("2026-08-01", "2025-08-01"), "stale"),
        (ANSWERS.replace("2026-08-01}\nansw", "2026-06-01}\nansw"), "stale"),
    ],
)
def test_what_was_looked_at_long_ago_does_not_count(
    rules: Path, answers: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An answer counts for a year, a fact for as long as its attribute says."""
    assert check(rules, answers, "--format", "json") == 1
    first = json.loads(capsys.readouterr().out)["results"][0]
    assert first["verdict"] == "unknown"
    assert {m["reason"] for line in first["reason"] for m in line["missing"]} == {reason}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("on: 2026-08-02", "on: 2026-09-02", "after the day of this run"),
        ("question: 2", "question: 3", "asks 2 questions"),
        ("@2:A", "@2:B", "asks no question"),
        ("@2:A", "@2:AA", "has no requirement `AA`"),
        (", by: Al", "", "`by` is not stated"),
        ("by: Al", 'by: "?"', "`by` names nobody"),
        ("by: Al", 'by: "\\u200b"', "`by` names nobody"),
    ],
)
def test_what_cannot_count_is_refused_at_its_place(
    rules: Path, old: str, new: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(rules, ANSWERS.replace(old, new)) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "facts.yaml:" in err


def test_an_answer_to_another_edition_is_told_and_does_not_count(
    rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = '  - {requirement: "other.standard@1:X", answer: yes, by: Jo, on: 2026-08-01}\n'
    assert check(rules, ANSWERS.replace("@2:A", "@1:A") + other, "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)
    assert {(f["code"], f["severity"]) for f in found["findings"]} == {("RW1306", "warning")}
    assert found["results"][0]["verdict"] == "unknown"


def test_facts_with_answers_can_be_fed_back(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(rules, ANSWERS, "--format", "json") == 0
    first = json.loads(capsys.readouterr().out)["results"]
    product, facts, again = (rules.parent / name for name in ("product.cdx.json", "facts.yaml", "again.json"))
    words = ["--facts", str(facts), "--policy", str(rules), "--as-of", "2026-09-01"]
    assert main(["facts", str(product), *words, "--format", "json", "--output", str(again)]) == 0
    assert main(["check", str(again), *words[2:], "--format", "json"]) == 0
    second = json.loads(capsys.readouterr().out)["results"]
    assert [r["reason"] for r in first] == [r["reason"] for r in second]
