"""Objectives and answers from the command line: what is checked, shown, fed back, and refused."""

import json
from collections.abc import Callable
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
  - {requirement: "acme.asks@2:A", asked: "Is it explained to users?", answer: yes, by: "Jo Doe, QA", on: 2026-08-01}
  - {requirement: "acme.asks@2:A", question: 2, asked: "In their  language?", answer: yes, by: Al, on: 2026-08-02}
"""
ASKED = 'asked: "In their  language?"'


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


# --- the words of the question -----------------------------------------------------------------------------------------


@pytest.fixture
def told(rules: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[str], tuple[str, list[dict[str, str]]]]:
    """The verdict on A and the findings about answers, by `check`."""

    def run(answers: str) -> tuple[str, list[dict[str, str]]]:
        check(rules, answers, "--format", "json")
        made = json.loads(capsys.readouterr().out)
        return made["results"][0]["verdict"], [f for f in made["findings"] if f["code"] == "RW1306"]

    return run


def test_an_answer_to_the_words_that_are_asked_counts_without_a_word(
    told: Callable[[str], tuple[str, list[dict[str, str]]]],
) -> None:
    """Spaces are no words."""
    assert told(ANSWERS) == ("pass", [])


def test_an_answer_to_other_words_does_not_count(told: Callable[[str], tuple[str, list[dict[str, str]]]]) -> None:
    verdict, (finding,) = told(ANSWERS.replace(ASKED, 'asked: "In any language?"'))
    assert verdict == "unknown"
    assert finding["severity"] == "warning"
    assert '"In any language?"' in finding["message"]
    assert '"In their language?"' in finding["message"]
    assert finding["pointer"] == "/answers/1"


def test_a_no_to_other_words_does_not_count_either(told: Callable[[str], tuple[str, list[dict[str, str]]]]) -> None:
    changed = ANSWERS.replace(ASKED + ", answer: yes", 'asked: "In English alone?", answer: no')
    assert told(changed)[0] == "unknown"


def test_an_answer_that_does_not_say_what_was_asked_counts_with_a_warning(
    told: Callable[[str], tuple[str, list[dict[str, str]]]],
) -> None:
    verdict, (finding,) = told(ANSWERS.replace(ASKED + ", ", ""))
    assert verdict == "pass"
    assert "does not say what was asked" in finding["message"]
    assert 'asked: "In their language?"' in finding["hint"]


def test_of_several_answers_only_those_to_other_words_are_left_out(
    told: Callable[[str], tuple[str, list[dict[str, str]]]],
) -> None:
    other = '  - {requirement: "acme.asks@2:A", question: 2, asked: "Else?", answer: no, by: Bo, on: 2026-08-03}\n'
    verdict, (finding,) = told(ANSWERS + other)
    assert verdict == "pass"
    assert '"Else?"' in finding["message"]


def test_questions_that_changed_places_find_no_answer(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The rules were edited after somebody answered: the answers are to other questions now."""
    first, second = '"Is it explained to users?"', '"In their language?"'
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace(first, "X").replace(second, first).replace("X", second), encoding="utf-8")
    assert check(rules, ANSWERS, "--format", "json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["results"][0]["verdict"] == "unknown"
    assert len([f for f in found["findings"] if f["code"] == "RW1306"]) == 2


def test_what_was_asked_goes_along_when_facts_are_fed_back(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(rules, ANSWERS.replace(ASKED, 'asked: "In any language?"'), "--format", "json")
    capsys.readouterr()
    words = ["--policy", str(rules), "--as-of", "2026-09-01"]
    product, facts, again = (str(rules.parent / name) for name in ("product.cdx.json", "facts.yaml", "again.json"))
    assert main(["facts", product, "--facts", facts, *words, "--format", "json", "--output", again]) == 0
    assert main(["check", again, *words, "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [f["code"] for f in found["findings"]] == ["RW1306"]
    assert [r["verdict"] for r in found["results"]] == ["unknown", "pass"]


@pytest.mark.parametrize("command", ["derive", "plan", "init"])
@pytest.mark.parametrize(
    ("asked", "said"), [(', asked: "Else?"', "does not count"), ("", "does not say what was asked")]
)
def test_it_holds_for_every_command(
    command: str, asked: str, said: str, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the condition of a requirement, on which the commands look as well."""
    text = 'standard acme.when edition "1" { requirement W shall { applies when manual "Is it so?" check acme.kind = none } }'
    path, facts, out = rules.parent / "when.rw", rules.parent / "said.yaml", rules.parent / "out.toml"
    path.write_text(text, encoding="utf-8")
    answer = f'answers:\n  - {{requirement: "acme.when@1:W"{asked}, answer: no, by: Jo, on: 2026-08-01}}\n'
    facts.write_text(answer, encoding="utf-8")
    policy = "--standards" if command == "init" else "--policy"
    words = [policy, str(path), "--facts", str(facts), "--as-of", "2026-09-01"]
    main([command, *([str(out)] if command == "init" else []), *words])
    shown = capsys.readouterr()
    assert said in shown.err
    assert "said.yaml:" in shown.err
    if command == "init":
        assert ('asked = "Is it so?"' in out.read_text(encoding="utf-8")) is bool(asked)
    elif command == "derive":
        assert ("1 undecided" in shown.out or "may apply" in shown.out) is bool(asked)
    else:
        assert ("1 more may apply" in shown.out) is bool(asked)
    main([command, *([str(out), "--force"] if command == "init" else []), *words, "--quiet"])
    assert said not in capsys.readouterr().err
