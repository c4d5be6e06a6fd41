"""`rulewright conflicts`, as a person and a pipeline run it: kinds, ways out, profiles, exit codes, every format, hostile words."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from rulewright.cli.main import main
from rulewright.cli.text import width
from tests.cli.test_compare import _Page

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "cli/schemas/rulewright-analysis-1.schema.json").read_text(encoding="utf-8"))
GOLDEN = Path(__file__).parent / "golden/conflicts"
SARIF = ROOT.parent / "shared/vectors/sarif/sarif-schema-2.1.0.json"
DAY = ("--as-of", "2026-11-22")
EVIL = "<script>alert(1)</script>@all](http://x)|"


@pytest.fixture(autouse=True)
def _rules(place: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The house rules next to the small policy; compiled once for all tests here."""
    monkeypatch.setenv("RULEWRIGHT_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "conflicts-cache"))
    text = (GOLDEN / "house.rw").read_text(encoding="utf-8")
    (place / "house.rw").write_text(text, encoding="utf-8")
    (place / "evil.rw").write_text(text.replace("No telnet", EVIL), encoding="utf-8")


_RUNS: dict[tuple[str, ...], tuple[int, str, str]] = {}


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the command; once for equal words about the house rules, which are the same in every test."""
    if words in _RUNS:
        return _RUNS[words]
    code = main(["conflicts", *words, *DAY])
    shown = capsys.readouterr()
    if words[0] in {"house.rw", "evil.rw"} and "--product" not in words:
        _RUNS[words] = code, shown.out, shown.err
    return code, shown.out, shown.err


def analysed(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    _, out, _ = run(capsys, *words, "-f", "json")
    made = json.loads(out)
    Draft202012Validator(SCHEMA).validate(made)
    return made


def names(finding: Any) -> set[str]:
    return {member["requirement"].partition(":")[2] for member in finding["members"]}


def counted(text: str) -> str:
    """The text without the counts that depend on the shipped vocabulary and on how a search goes."""
    return re.sub(r"\d+ (axioms|sets)", r"N \1", text)


def one(made: Any, *members: str) -> Any:
    (found,) = [finding for finding in made["findings"] if names(finding) == set(members)]
    return found


# --- what is found -----------------------------------------------------------------------------------------------------


def test_the_conflicts_of_the_house_rules(capsys: pytest.CaptureFixture[str]) -> None:
    made = analysed(capsys, "house.rw")
    assert sorted((f["kind"], sorted(names(f))) for f in made["findings"]) == [
        ("contradiction", ["copyleft", "licences"]),
        ("contradiction", ["no-rotation", "rotate"]),
        ("contradiction", ["no-telnet", "telnet"]),
        ("tension", ["lock", "short-lock"]),
    ]
    assert all(finding["verified"] for finding in made["findings"])
    assert made["extent"]["complete_up_to"] == made["extent"]["arity"] == 4
    assert made["summary"]["blocking"] == 2
    assert made["summary"]["decided"] == 1


def test_a_finding_tells_when_why_and_what_without(capsys: pytest.CaptureFixture[str]) -> None:
    found = one(analysed(capsys, "house.rw"), "rotate", "no-rotation")
    assert found["context"] == [{"fact": "product.markets", "value": "{EU, US}", "question": ""}]
    assert set(found["region"].split(" and ")) == {'"EU" in product.markets', '"US" in product.markets'}
    assert '`acme.house:rotate` applies because `"EU" in product.markets`' in found["why"][1]
    assert found["why"][2] == (
        "No value of `auth.password_rotation_days` satisfies both: `acme.house:no-rotation` leaves 0, "
        "`acme.house:rotate` leaves 1..90."
    )
    (proof,) = found["proof"]
    assert proof["complete"]
    without = {m["requirement"]: m["without"] for m in found["members"]}
    assert without["acme.house:rotate"] == [{"fact": "auth.password_rotation_days", "value": "0", "question": ""}]
    value = int(without["acme.house:no-rotation"][0]["value"])
    assert 1 <= value <= 90
    assert "make variants of the product that do not share EU and US in `product.markets`" in [
        repair["text"] for repair in found["repairs"]
    ]


def test_a_parameter_gets_the_values_that_help_and_no_others(capsys: pytest.CaptureFixture[str]) -> None:
    found = one(analysed(capsys, "house.rw"), "lock", "short-lock")
    texts = [repair["text"] for repair in found["repairs"]]
    assert "set `acme.house.lock_minutes` to 1..15 (now 30)" in texts
    assert texts[0].startswith("depart from `acme.house:short-lock` (should)")
    for value, clashes in (("15", False), ("16", True)):
        made = analysed(capsys, "house.rw", "--param", f"lock_minutes={value}")
        assert any(names(f) == {"lock", "short-lock"} for f in made["findings"]) is clashes


def test_prefer_decides_and_is_told_when_it_is_not_needed(capsys: pytest.CaptureFixture[str]) -> None:
    made = analysed(capsys, "house.rw")
    assert one(made, "telnet", "no-telnet")["decided"] == {
        "winner": "acme.house:no-telnet",
        "loser": "acme.house:telnet",
        "because": "the old fleet ends in 2026",
    }
    (note,) = [o for o in made["observations"] if o["kind"] == "prefer"]
    assert note["requirements"] == ["acme.house:lock", "acme.house:rotate"]
    assert note["place"]["line"] == 42


def test_ids_do_not_depend_on_order_or_titles(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    before = analysed(capsys, "house.rw")
    text = (place / "house.rw").read_text(encoding="utf-8")
    head, *parts = re.split(r"(?m)^(?=  requirement )", text)
    *parts, last = parts
    body, tail = last.split("  prefer ", 1)
    turned = head + body + "".join(reversed(parts)) + "  prefer " + tail
    (place / "turned.rw").write_text(turned.replace("No telnet", "Telnet is off"), encoding="utf-8")
    after = analysed(capsys, "turned.rw")
    assert [f["id"] for f in after["findings"]] == [f["id"] for f in before["findings"]]


# --- what is asked -----------------------------------------------------------------------------------------------------


def test_a_profile_leaves_what_matters_to_the_product(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "cam.facts.yaml").write_text(
        'format: rulewright-facts/1\nproduct: { name: "Cam", version: "2" }\nproduct.markets: [EU]\n'
        "product.type: camera\niface.telnet_present: true\n".replace("camera", "consumer_iot"),
        encoding="utf-8",
    )
    made = analysed(capsys, "house.rw", "--product", "cam.facts.yaml")
    assert made["product"] == "Cam 2"
    assert [sorted(names(f)) for f in made["findings"]] == [["lock", "short-lock"]]
    assert "product.type = consumer_iot" in made["extent"]["profile"]
    assert "telnet" not in made["extent"]["profile"], "what is chosen plays no part"
    code, out, _ = run(capsys, "house.rw", "--fact", "product.markets=EU,US", "--fact", "product.type=toy")
    assert code == 1
    assert "for products where" in out
    assert "no-rotation" in out
    assert "copyleft" not in out


def test_kinds_and_of_narrow_the_question(capsys: pytest.CaptureFixture[str]) -> None:
    made = analysed(capsys, "house.rw", "--kinds", "tension")
    assert {f["kind"] for f in made["findings"]} == {"tension"}
    assert made["observations"] == []
    made = analysed(capsys, "house.rw", "--of", "acme.house:telnet")
    assert [sorted(names(f)) for f in made["findings"]] == [["no-telnet", "telnet"]]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("house.rw",), 1),
        (("house.rw", "--fail-on", "never"), 0),
        (("house.rw", "--of", "acme.house:telnet"), 0),
        (("house.rw", "--of", "acme.house:lock"), 0),
        (("house.rw", "--of", "acme.house:lock", "--fail-on", "should"), 1),
        (("house.rw", "--kinds", "nonsense"), 2),
        (("house.rw", "--kinds", ","), 2),
        (("house.rw", "--of", "acme.house:nobody"), 2),
        (("house.rw", "--arity", "0"), 2),
        (("no-such.rw",), 2),
        (("house.rw", "--product", "no-such.yaml"), 2),
        (("house.rw", "--fact", "product.nothing=1"), 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_exit_codes(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int) -> None:
    got, out, err = run(capsys, *words)
    assert got == code
    assert (out == "") is (code == 2)
    assert "Traceback" not in err


def test_a_budget_that_runs_out_never_looks_like_none(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "house.rw", "--budget", "1", "--kinds", "contradiction")
    assert code in {1, 3}
    assert "not looked at: " in out
    if code == 3:
        assert "warning: not everything was analysed" in err
    made = analysed(capsys, "house.rw", "--budget", "1")
    assert made["extent"]["left"]
    assert made["extent"]["complete_up_to"] < 4


def test_no_requirement_is_no_answer(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "empty.rw").write_text('policy acme.empty edition "1" {\n  title "Nothing"\n}\n', encoding="utf-8")
    code, out, err = run(capsys, "empty.rw")
    assert (code, out) == (3, "")
    assert "nothing to analyse" in err


def test_clean_rules_say_how_far_was_looked(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "small.rw", "-q")
    assert code == 0
    assert re.fullmatch(r"✓ none found among 3 requirements, \d+ sets? examined, complete up to 4 members\n", out)


def test_two_editions_of_a_standard(capsys: pytest.CaptureFixture[str]) -> None:
    made = analysed(capsys, "cisa.minimum_elements@2026", "cisa.minimum_elements@2025-draft", "--arity", "1")
    editions = {p["edition"] for p in made["policies"] if p["id"] == "cisa.minimum_elements"}
    assert editions == {"2025-draft", "2026"}


# --- views -------------------------------------------------------------------------------------------------------------


def test_the_terminal_view(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ((), ("--explain",)):
        _, out, _ = run(capsys, "house.rw", *words)
        assert max(width(line) for line in out.splitlines()) <= 100
        answer = " ".join(" ".join(out.splitlines()[-2:]).split())
        assert answer.startswith("✗ 3 contradictions, 1 tension (1 decided by `prefer`) among 8 requirements, ")
        assert answer.endswith("complete up to 4 members")
        golden = GOLDEN / ("explain.txt" if words else "terminal.txt")
        assert counted(out) == golden.read_text(encoding="utf-8")


def test_equal_rules_give_equal_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    first = run(capsys, "house.rw", "-f", "json")
    assert run(capsys, "house.rw", "-f", "json", "--no-cache") == first


@pytest.mark.parametrize("rules", ["house.rw", "evil.rw"])
def test_a_page_is_whole_and_loads_and_runs_nothing(capsys: pytest.CaptureFixture[str], rules: str) -> None:
    _, out, _ = run(capsys, rules, "-f", "html")
    page = _Page()
    page.feed(out)
    assert page.open == []
    assert not {"script", "img", "link", "iframe", "object"} & set(page.tags)
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert page.tags.count("h1") == page.tags.count("main") == 1
    assert page.tags.count("article") == 4
    assert "No value of auth.password_rotation_days satisfies both" in page.text


def test_words_of_rules_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "evil.rw", "-f", "markdown")
    assert "<script" not in out
    assert "](http" not in out
    assert "@all" not in out
    assert {tag.lower() for tag in re.findall(r"</?([a-zA-Z]+)", out)} == {"code", "details", "summary"}
    assert "alert" in out


def test_sarif_has_both_places(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "house.rw", "-f", "sarif")
    made = json.loads(out)
    if not SARIF.exists():
        pytest.skip("the official schema is in ../shared, which is not here")
    schema = json.loads(SARIF.read_text(encoding="utf-8"))
    validator_for(schema)(schema).validate(made)
    results = made["runs"][0]["results"]
    conflicts = [r for r in results if r["ruleId"] in {"contradiction", "tension"}]
    assert len(conflicts) == 4
    for result in conflicts:
        places = [*result["locations"], *result["relatedLocations"]]
        lines = {p["physicalLocation"]["region"]["startLine"] for p in places}
        assert len(lines) == 2
    assert sum("suppressions" in r for r in results) == 1


def test_a_second_solver_agrees_or_is_missed_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "p.rw"
    policy.write_text(
        'policy acme.two edition "1" {\n'
        '  title "Two"\n'
        '  requirement a shall { title "A" severity low check auth.lockout_minutes >= 30 }\n'
        '  requirement b shall { title "B" severity low check auth.lockout_minutes = 0 }\n'
        "}\n",
        encoding="utf-8",
    )
    words = ["conflicts", str(policy), "--as-of", "2026-11-22", "--second-opinion", "--no-cache"]
    assert main(words) == 1
    assert "second solver" not in capsys.readouterr().out
    monkeypatch.setitem(sys.modules, "z3", None)
    assert main(words) == 2
    said = capsys.readouterr().err
    assert "RW1021" in said
    assert "rulewright[analysis]" in said
