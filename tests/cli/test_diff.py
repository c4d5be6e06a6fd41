"""`rulewright diff`, as a person and a pipeline run it: weaker, stricter, the same; near a product; every format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from rulewright.cli.main import main
from rulewright.cli.text import width
from rulewright.engine.analysis.difference import Change, Difference, Shown

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "cli/schemas/rulewright-diff-1.schema.json").read_text(encoding="utf-8"))
HEAD = 'policy acme.house edition "1" {\n  title "House"\n'
TELNET = '  requirement telnet shall {\n    title "No telnet <b>@all</b>"\n    check not iface.telnet_present\n  }\n'
ROTATE = """\
  requirement rotate shall {{
    title "Passwords are changed"
    applies when "EU" in product.markets
    check auth.password_rotation_days <= {days}
  }}
"""
QUESTION = '  requirement ask should {{\n    title "Asked"\n    check manual "{text}"\n  }}\n'
PLAIN = HEAD + TELNET + ROTATE.format(days=90) + QUESTION.format(text="Is it so?") + "}\n"


@pytest.fixture(autouse=True)
def _rules(place: Path) -> None:
    texts = {
        "a.rw": PLAIN,
        "same.rw": "# the same\n" + PLAIN,
        "loose.rw": PLAIN.replace("<= 90", "<= 180"),
        "strict.rw": PLAIN.replace("<= 90", "< 31").replace("telnet shall", "telnet-off shall"),
        "gone.rw": HEAD + TELNET + "}\n",
        "asked.rw": PLAIN.replace("Is it so?", "Is it really so?"),
        "empty.rw": HEAD + "}\n",
        "level.rw": PLAIN.replace("telnet shall", "telnet should"),
        "bad.rw": "policy",
    }
    for name, text in texts.items():
        (place / name).write_text(text, encoding="utf-8")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the command; return its code and what it wrote."""
    code = main(["diff", *words, "--as-of", "2026-11-22"])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    """The JSON of an answer, held against its schema."""
    code, out, _ = run(capsys, *words, "--format", "json")
    found = json.loads(out)
    Draft202012Validator(SCHEMA).validate(found)
    return code, found


def test_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "a.rw", "same.rw")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "no change in meaning"
    assert "3 unchanged" in out


def test_weaker_with_a_product(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = asked(capsys, "a.rw", "loose.rw")
    assert (code, found["weaker"], found["summary"]["weaker"]) == (1, True, 1)
    (change,) = found["changes"]
    assert (change["new"], change["effect"], change["applies"]) == ("acme.house:rotate", "weaker", "same")
    facts = {fact["fact"]: fact["value"] for fact in change["passing"]["facts"]}
    assert facts == {"product.markets": "{EU}", "auth.password_rotation_days": "91"}
    assert (change["passing"]["before"], change["passing"]["after"]) == ("fail", "pass")
    assert change["regions"][1] == (
        'auth.password_rotation_days >= 91 and auth.password_rotation_days <= 180 and "EU" in product.markets'
    )


def test_stricter_and_moved(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = asked(capsys, "a.rw", "strict.rw")
    assert code == 0
    assert {(c["old"], c["new"], c["kind"], c["effect"]) for c in found["changes"]} == {
        ("acme.house:telnet", "acme.house:telnet-off", "text", "none"),
        ("acme.house:rotate", "acme.house:rotate", "meaning", "stricter"),
    }
    code, out, _ = run(capsys, "a.rw", "strict.rw")
    assert out.splitlines()[-1] == "nothing became weaker: 1 stricter"
    assert "acme.house:telnet is acme.house:telnet-off" in out


def test_gone_and_level(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = asked(capsys, "a.rw", "gone.rw")
    assert code == 1
    assert [(c["old"], c["kind"], c["effect"]) for c in found["changes"]] == [
        ("acme.house:ask", "removed", "weaker"),
        ("acme.house:rotate", "removed", "weaker"),
    ]
    assert asked(capsys, "gone.rw", "a.rw")[0] == 0
    code, found = asked(capsys, "a.rw", "level.rw")
    assert (code, found["changes"][0]["levels"]) == (1, ["shall", "should"])
    assert "shall, now should" in run(capsys, "a.rw", "level.rw")[1]


def test_another_question(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "a.rw", "asked.rw")
    assert code == 0
    assert "it asks otherwise: `Is it so?` became `Is it really so?`" in " ".join(out.split())


def test_near_a_product(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--fact", "product.markets=EU", "--fact", "auth.password_rotation_days=100")
    _, found = asked(capsys, "a.rw", "loose.rw", *words)
    shown = found["changes"][0]["passing"]
    assert (shown["changed"], shown["nearest"]) == ([], True)
    assert ("auth.password_rotation_days", "100") in {(fact["fact"], fact["value"]) for fact in shown["facts"]}
    assert "the nearest to the product, as it is" in " ".join(run(capsys, "a.rw", "loose.rw", *words)[1].split())
    _, found = asked(capsys, "a.rw", "loose.rw", "--fact", "product.markets=US", *words[2:])
    shown = found["changes"][0]["passing"]
    assert [fact["fact"] for fact in shown["changed"]] == ["product.markets"]
    assert shown["changed"][0]["value"] == "{EU, US}"


@pytest.mark.parametrize(
    "words", [("a.rw",), ("a.rw", "same.rw", "gone.rw"), ("a.rw", "result.json"), ("a.rw", "bad.rw")]
)
def test_bad_input(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert err.startswith("error[")


def test_a_result_is_for_compare(capsys: pytest.CaptureFixture[str]) -> None:
    assert "rulewright compare OLD.json NEW.json" in run(capsys, "a.rw", "result.json")[2]


def test_nothing_to_compare(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "empty.rw", "empty.rw")[0] == 3


@pytest.mark.parametrize("columns", [80, 100, 131])
def test_every_line_fits(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for words in (("a.rw", "loose.rw"), ("a.rw", "gone.rw", "--explain"), ("a.rw", "strict.rw")):
        _, out, _ = run(capsys, *words)
        assert max(map(width, out.splitlines())) <= columns


def test_markdown_is_inert(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "a.rw", "level.rw", "--format", "markdown")
    assert code == 1
    assert out.startswith("## ❌ Something became weaker&#58; 1 weaker\n")
    assert "<b>" not in out
    assert "@all" not in out
    assert run(capsys, "a.rw", "same.rw", "--format", "markdown")[1].startswith("## ✅ No change in meaning\n")


def test_quiet_and_output(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    assert run(capsys, "a.rw", "loose.rw", "--quiet")[1] == "something became weaker: 1 weaker\n"
    code, out, _ = run(capsys, "a.rw", "loose.rw", "--format", "json", "--output", "found.json")
    assert (code, out) == (1, "")
    assert json.loads((place / "found.json").read_text(encoding="utf-8"))["format"] == "rulewright-diff/1"


def test_the_schema_has_every_key() -> None:
    for struct in (Difference, Change, Shown):
        described = SCHEMA["$defs"][struct.__name__]
        assert described["required"] == [field.encode_name for field in msgspec.structs.fields(struct)]


def test_editions_of_a_shipped_standard(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = asked(capsys, "etsi.en_303_645@2.1.1", "etsi.en_303_645@3.1.3")
    assert code == 1
    (frame,) = found["frames"]
    assert frame["applies"] == "wider"
    changes = {change["new"] or change["old"]: change for change in found["changes"]}
    assert changes["etsi.en_303_645:5.3-14"]["applies"] == "wider"
    assert changes["etsi.en_303_645:5.6-4"]["effect"] == "weaker"
    assert changes["etsi.en_303_645:5.13-1"]["covered"] == ["etsi.en_303_645:5.13-1A"]
    assert changes["etsi.en_303_645:5.3-4A"]["old"] == "etsi.en_303_645:5.3-4"
    assert found["summary"]["undecided"] == 0


def test_a_policy_and_its_draft(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    """What a policy changes of the standards that it uses, with its reasons."""
    head = 'policy acme.house edition "{}" {{\n  title "House"\n  use etsi.en_303_645 edition "3.1.3" as e\n'
    (place / "p.rw").write_text(head.format(1) + "}\n", encoding="utf-8")
    changes = """\
  exclude e:"5.1-1" because "not yet"
  weaken e:"5.2-1" level should because "small"
  assume component complete because "our SBOMs are"
}
"""
    (place / "q.rw").write_text(head.format(2) + changes, encoding="utf-8")
    code, found = asked(capsys, "p.rw", "q.rw")
    assert code == 1
    notes = {(c["old"], c["effect"]): c["notes"] for c in found["changes"]}
    assert notes == {
        ("etsi.en_303_645:5.1-1", "weaker"): ["excluded: not yet"],
        ("etsi.en_303_645:5.2-1", "weaker"): ["weaken level shall to should because small"],
    }
    assert [setting["effect"] for setting in found["settings"]] == ["weaker"]
    assert not found["frames"]


def test_a_parameter_with_another_value(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    text = 'policy acme.p edition "1" {{\n  param days : int = {}\n  requirement r shall {{ check auth.password_rotation_days <= days }}\n}}\n'
    (place / "p.rw").write_text(text.format(90), encoding="utf-8")
    (place / "q.rw").write_text(text.format(30), encoding="utf-8")
    code, found = asked(capsys, "p.rw", "q.rw")
    (change,) = found["changes"]
    assert (code, change["effect"], change["notes"]) == (0, "stricter", ["`acme.p.days` is 30, not 90"])


def test_silence_that_passes_now(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    """No complete product tells these apart, but one passes now of which less is known."""
    text = 'policy acme.s edition "1" {{\n  requirement r shall {{ check {} }}\n}}\n'
    long = "(iface.telnet_present and update.supported) or (not iface.telnet_present and update.supported)"
    (place / "p.rw").write_text(text.format(long), encoding="utf-8")
    (place / "q.rw").write_text(text.format("update.supported"), encoding="utf-8")
    code, found = asked(capsys, "p.rw", "q.rw")
    (change,) = found["changes"]
    assert (code, found["weaker"], change["meaning"], change["effect"]) == (1, True, "none", "weaker")
    assert change["loosened"]["facts"] == [{"fact": "update.supported", "value": "true", "question": ""}]
    assert (change["loosened"]["before"], change["loosened"]["after"]) == ("unknown", "pass")
    assert "was unknown" in run(capsys, "p.rw", "q.rw")[1]
    assert asked(capsys, "q.rw", "p.rw")[0] == 0
