"""`rulewright derive`: as a person sees it, as a program reads it, and what it refuses."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from rulewright.cli.derive_text import markdown, terminal
from rulewright.cli.main import main
from rulewright.cli.paint import Paint
from rulewright.cli.text import width
from rulewright.engine import derivation as engine
from rulewright.engine.result import Engine, ProductInfo
from tests.cli.reports import EVIL, PLACE

SCHEMA = Path(__file__).parents[2] / "cli/schemas/rulewright-derivation-1.schema.json"
CAMERA = (
    *("--fact", "product.type=consumer_iot", "--fact", "product.markets=EU", "--fact", "product.audience=consumer"),
    *("--fact", "product.is_radio_equipment=true", "--fact", "product.internet_connectable=yes"),
    *("--fact", "product.radio_technologies=wifi", "--fact", "product.cra_class=important_I"),
    *("--fact", "product.type_approval_regime=none"),
)
TOYS = """standard acme.toys edition "1" {
  title "Rules for toys"
  force law
  scope product.type = toy and "EU" in product.markets

  requirement telnet shall {
    title    "Telnet is off"
    severity high
    check    not iface.telnet_present
  }
  requirement radio should {
    title        "The radio is quiet"
    severity     low
    applies when product.is_radio_equipment and manual "Is the radio used at night?"
    check        not iface.adb_enabled
  }
}
"""


@pytest.fixture(autouse=True)
def toys(place: Path) -> None:
    """Put a small standard next to the others."""
    (place / "toys.rw").write_text(TOYS, encoding="utf-8")


def run(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    """Run the command; return what it prints."""
    assert main(["derive", *words]) == code
    out, err = capsys.readouterr()
    return out, err


def data(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """The JSON of a run, held against its schema."""
    made = json.loads(run(capsys, *words, "--format", "json")[0])
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(made)
    assert isinstance(made, dict)
    return made


# --- what it says ------------------------------------------------------------------------------------------------------


def test_terminal_says_what_applies_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    toy = ("-p", "toys.rw", "--fact", "product.type=toy", "--fact", "product.markets=EU,UK", "--as-of", "2040-11-22")
    out, err = run(capsys, *toy)
    assert err == ""
    assert out == (
        "product · as of 2040-11-22\n"
        "  assumed: placed on the market on 2040-11-22, the day of this run: no source says when\n"
        "\n"
        "APPLIES  1 standard\n"
        "  acme.toys@1  law            1 of 2, 1 undecided      Rules for toys\n"
        "      product.type is toy; product.markets is {EU, UK}\n"
        "\n"
        "WOULD DECIDE  give these by --fact NAME=VALUE or in a facts file\n"
        "  product.is_radio_equipment  1 requirement\n"
        "  and 1 question to persons, answered in a facts file (see --format json)\n"
        "\n"
        "2 requirements: 1 apply, 1 undecided\n"
    )


def test_explain_gives_every_requirement_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = run(capsys, "-p", "toys.rw", "--fact", "product.type=toy", "--fact", "product.markets=EU", "--explain")
    assert "✓ telnet  shall  Telnet is off\n        applies: product.type is toy" in out
    said = "undecided: product.is_radio_equipment is not stated; not answered: Is the radio used at night?"
    assert said in " ".join(out.split())
    out, _ = run(capsys, "-p", "toys.rw", "--fact", "product.type=router", "--explain")
    assert out.count("does not apply: product.type is router, not toy") == 2


def test_quiet_is_the_sum_alone(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = run(capsys, "-p", "toys.rw", "--fact", "product.type=router", "-q")
    assert out.splitlines()[-1] == "2 requirements: 2 do not apply"
    assert "DOES NOT APPLY" not in out


@pytest.mark.parametrize("columns", ["80", "120"])
def test_lines_fit_and_say_the_same_without_colour(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    plain, _ = run(capsys, *CAMERA, "--explain", "--as-of", "2026-11-22")
    assert [line for line in plain.split("\n") if width(line) > int(columns)] == []
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("FORCE_COLOR", "1")
    painted, _ = run(capsys, *CAMERA, "--explain", "--as-of", "2026-11-22")
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == plain


def test_the_dated_example(capsys: pytest.CaptureFixture[str]) -> None:
    """The same camera on three days: the radio equipment act's rules end, those of the CRA begin."""
    seen = {}
    for day in ("2026-11-22", "2027-12-10", "2027-12-11"):
        made = data(capsys, *CAMERA, "--as-of", day)
        counts = {s["id"]: {c["outcome"]: c["count"] for c in s["counts"]} for s in made["standards"]}
        seen[day] = (
            counts["eu.cra"].get("applies", 0) + counts["eu.cra"].get("undecided", 0) > 60,
            counts["cen.en_18031"].get("applies", 0) > 20,
        )
    assert seen == {"2026-11-22": (False, True), "2027-12-10": (False, True), "2027-12-11": (True, False)}


def test_placed_earlier_and_looked_at_later(capsys: pytest.CaptureFixture[str]) -> None:
    made = data(capsys, *CAMERA, "--as-of", "2028-06-01", "--placed-on-market", "2026-11-22")
    assert made["assumptions"] == []
    applies = {(d["standard"], d["clause"]) for d in made["requirements"] if d["outcome"] == "applies"}
    cra = {clause for standard, clause in applies if standard == "eu.cra"}
    assert cra
    assert all(clause.startswith("Art 14") for clause in cra)
    assert any(standard == "cen.en_18031" for standard, _ in applies)


def test_dates_ahead_are_those_of_the_markets(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = run(capsys, *CAMERA, "--as-of", "2027-11-01")
    assert "COMING  " in out
    assert "  2027-12-11  CRA: " in out
    out, _ = run(capsys, "-p", "toys.rw", "--as-of", "2027-11-01")
    assert "COMING" not in out


# --- for programs ------------------------------------------------------------------------------------------------------


def test_json_is_what_its_schema_says(capsys: pytest.CaptureFixture[str]) -> None:
    made = data(capsys, *CAMERA)
    assert made["format"] == "rulewright-derivation/1"
    assert data(capsys, "cam.json", "-p", "toys.rw")["products"]


def test_the_schema_knows_every_key() -> None:
    ours = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(ours)
    made = msgspec.json.schema(engine.Derivation)["$defs"]
    assert ours["$defs"].keys() == made.keys()
    for name, definition in made.items():
        assert ours["$defs"][name]["properties"].keys() == definition["properties"].keys(), name
        assert set(ours["$defs"][name]["required"]) == set(definition["properties"]), name


def test_the_derivation_of_the_page_follows_the_schema() -> None:
    text = (SCHEMA.parents[2] / "docs/reference/derivation.md").read_text(encoding="utf-8")
    (quoted,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(json.loads(quoted))


def test_the_same_run_gives_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    words = (*CAMERA, "--as-of", "2026-11-22", "--format", "json")
    first = run(capsys, *words)[0]
    assert run(capsys, *words, "--no-cache")[0] == first


def test_the_order_of_products_plays_no_part(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "hub.json").write_text((place / "cam.json").read_text(encoding="utf-8").replace('"cam"', '"hub"'))
    words = ("-p", "toys.rw", "--as-of", "2026-11-22", "--format", "json")
    assert run(capsys, "cam.json", "hub.json", *words) == run(capsys, "hub.json", "cam.json", *words)


def test_a_date_is_assumed_for_the_product_that_has_none(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    head = "format: rulewright-facts/1\nproduct: {{ name: {}, type: toy{} }}\n"
    (place / "old.yaml").write_text(head.format("old", ", placed_on_market_date: 2020-01-01"), encoding="utf-8")
    (place / "new.yaml").write_text(head.format("new", ""), encoding="utf-8")
    made = data(capsys, "old.yaml", "new.yaml", "-p", "toys.rw", "--as-of", "2026-11-22")
    said = "placed on the market on 2026-11-22, the day of this run: no source says when"
    assert made["assumptions"] == [f"new: {said}"]


def test_facts_of_the_product_stand_beside_its_name(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    text = "format: rulewright-facts/1\nproduct: { name: Doll, type: toy, markets: [EU] }\n"
    (place / "doll.yaml").write_text(text, encoding="utf-8")
    out, _ = run(capsys, "doll.yaml", "-p", "toys.rw")
    assert out.startswith("Doll · as of ")
    assert "product.type is toy" in out
    (place / "doll.yaml").write_text(text.replace("type", "typo"), encoding="utf-8")
    assert "the vocabulary has no fact `product.typo`" in run(capsys, "doll.yaml", "-p", "toys.rw", code=2)[1]


def test_answers_of_persons_decide(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    answer = '- { requirement: "acme.toys@1:radio", answer: no, by: "Ann", on: 2026-11-01 }'
    text = f"product: {{ type: toy, markets: [EU], is_radio_equipment: true }}\nanswers:\n  {answer}\n"
    (place / "facts.yaml").write_text(text, encoding="utf-8")
    out, _ = run(capsys, "-p", "toys.rw", "--facts", "facts.yaml", "--explain", "--as-of", "2026-11-22")
    assert "does not apply: answered no: Is the radio used at night?" in out
    (place / "facts.yaml").write_text(text.replace(":radio", ":telnet"), encoding="utf-8")
    _, err = run(capsys, "-p", "toys.rw", "--facts", "facts.yaml", "--as-of", "2026-11-22", code=2)
    assert "RW1306" in err
    (place / "facts.yaml").write_text(text.replace("2026-11-01", "2026-12-01"), encoding="utf-8")
    _, err = run(capsys, "-p", "toys.rw", "--facts", "facts.yaml", "--as-of", "2026-11-22", code=2)
    assert "after the day of this run" in err


# --- harm --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("product.type", "does not state a fact"),
        ("=", "does not state a fact"),
        ("=x", "does not state a fact"),
        ("product.typ=toy", "did you mean `product.type`?"),
        ("product=toy", "about nothing in the vocabulary"),
        ("answers=[]", "about nothing in the vocabulary"),
        ("product.type=toaster", "is not one of"),
        ("product.markets=EU,Mars ,", "toys"),
        ("product.type=\x1b[31mtoy", "\\x1b[31mtoy"),
        ("product.placed_on_market_date=2026-13-01", "is not a date"),
        ("claim.isvs_level=two", "is not a whole number"),
        ("product.hardware=perhaps", "product.hardware"),
    ],
)
def test_hostile_words(capsys: pytest.CaptureFixture[str], word: str, said: str) -> None:
    code = 0 if said == "toys" else 2
    out, err = run(capsys, "-p", "toys.rw", "--fact", word, code=code)
    assert said in out + err
    assert all(line.isprintable() for line in (out + err).split("\n"))
    assert "internal error" not in err


def test_a_fact_given_twice_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--fact", "product.type=toy", "--fact", "product.type=router")
    assert "states `product.type` again" in run(capsys, "-p", "toys.rw", *words, code=2)[1]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("product.markets=eu", "EU"),
        ("product.markets=EU,us-ca", "US-CA"),
        ("product.markets=DE", "EU"),
        ("product.markets=EU,gb", "UK"),
        ("product.markets=U.S.A.", "US"),
        ("product.radio_technologies=WiFi", "wifi"),
        ("claim.standards=en_303_645", "etsi.en_303_645"),
        ("claim.standards=eu.cra,nist-ssdf", "nist.ssdf"),
    ],
)
def test_a_slip_is_told(capsys: pytest.CaptureFixture[str], word: str, meant: str) -> None:
    _, err = run(capsys, "-p", "toys.rw", "--fact", word)
    assert "warning[RW0017]" in err
    assert err.count("did you mean") == 1
    assert f"did you mean `{meant}`?" in err


def test_a_question_mark_is_no_market(capsys: pytest.CaptureFixture[str]) -> None:
    _, err = run(capsys, "-p", "toys.rw", "--fact", "product.markets=?")
    assert "warning[RW0017]" in err
    assert "write `null`" in err


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("product.markets: []", "`product.markets` is empty: a product for no market"),
        ("product.audience: []", "a product for no user"),
        ("product.type_approval_regime: [none, MDR]", "has `none` and `MDR`: that contradicts itself"),
        ("sbom.delivered_to: [customer, none]", "has `none` and `customer`"),
    ],
)
@pytest.mark.parametrize("command", ["derive", "check"])
def test_a_set_that_contradicts_itself_or_says_nobody_is_told(
    capsys: pytest.CaptureFixture[str], place: Path, stated: str, said: str, command: str
) -> None:
    (place / "said.yaml").write_text(f"product.type: toy\n{stated}\n", encoding="utf-8")
    main([command, *(["cam.json"] if command == "check" else []), "-p", "toys.rw", "--facts", "said.yaml"])
    err = capsys.readouterr().err
    assert err.count("warning[RW0017]") == 1
    assert said in err


@pytest.mark.parametrize("stated", ["type_approval_regime: [none]", "radio_technologies: []", "markets: null"])
def test_a_set_that_says_something_is_not(capsys: pytest.CaptureFixture[str], place: Path, stated: str) -> None:
    (place / "said.yaml").write_text(f"product:\n  type: toy\n  {stated}\n", encoding="utf-8")
    assert run(capsys, "-p", "toys.rw", "--facts", "said.yaml")[1] == ""


@pytest.mark.parametrize(
    "word", ["product.markets=EU,BR", "claim.standards=acme.own", "product.radio_technologies=zwave"]
)
def test_words_of_ones_own_are_no_slip(capsys: pytest.CaptureFixture[str], word: str) -> None:
    assert run(capsys, "-p", "toys.rw", "--fact", word)[1] == ""


def test_no_input_is_overwritten(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "facts.yaml").write_text("product: { type: toy }\n", encoding="utf-8")
    for option in ("--output", "--save"):
        _, err = run(capsys, "-p", "toys.rw", "--facts", "facts.yaml", option, "facts.yaml", code=2)
        assert f"name another file with `{option}`" in err


def test_nothing_is_saved_where_nothing_was_asked(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    _, err = run(capsys, "-p", "toys.rw", "--save", "answers.yaml")
    assert "nothing was answered" in err
    assert not (place / "answers.yaml").exists()


def evil() -> engine.Derivation:
    """A derivation whose every text is hostile."""
    why = (engine.Why("scope", EVIL, (EVIL,)),)
    return engine.Derivation(
        engine=Engine("rulewright", "0"),
        as_of="2026-11-22T00:00:00Z",
        products=(ProductInfo("p", EVIL, EVIL, ()),),
        inputs=(),
        assumptions=(EVIL,),
        standards=(
            engine.Standard(
                product="p", id=EVIL, edition=EVIL, title=EVIL, publisher=EVIL, force="law", jurisdiction="EU",
                outcome="applies", why=why, counts=(engine.Counted("applies", 1), engine.Counted("undecided", 1)),
            ),
        ),
        requirements=tuple(
            engine.Derived(
                product="p", requirement=f"{EVIL}:{EVIL}", standard=EVIL, edition=EVIL, clause=EVIL, level="shall",
                severity="high", title=EVIL, outcome=outcome, why=why, condition=EVIL, objective=(EVIL,), source=EVIL,
                place=PLACE,
            )
            for outcome in engine.OUTCOMES
        ),
        measures=(
            engine.Measure(
                product="p", objective=EVIL, title=EVIL, fix=EVIL, effort="code", satisfies=(EVIL, "b"),
                contributes=(EVIL,), standards=(EVIL,),
            ),
        ),
        wanted=(engine.Wanted("p", EVIL, 3, (EVIL,), ""), engine.Wanted("p", EVIL, 1, ("manual",), EVIL)),
    )  # fmt: skip


@pytest.mark.parametrize("columns", [80, 100, 120])
@pytest.mark.parametrize("explain", [True, False])
def test_words_of_others_are_harmless(columns: int, *, explain: bool) -> None:
    text = terminal(evil(), Paint(columns=columns), explain=explain, quiet=False)
    assert [line for line in text.split("\n") if not line.isprintable()] == []
    assert [line for line in text.split("\n") if width(line) > columns] == []
    page = markdown(evil())
    assert all(line.isprintable() for line in page.split("\n"))
    assert "<b>" not in page


# --- questions ---------------------------------------------------------------------------------------------------------


def conversation(folder: Path, words: tuple[str, ...], typed: list[str]) -> tuple[int, str, str]:
    """Run on a terminal, type a line at every prompt; exit code, stdout, and what stood on the terminal."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "rulewright", "derive", *words]
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs
    ) as process:
        os.close(theirs)
        seen, answered, end = "", 0, time.monotonic() + 60
        while time.monotonic() < end:
            ready, _, _ = select.select([ours], [], [], 0.2)
            if ready:
                try:
                    piece = os.read(ours, 4096).decode("utf-8", "replace")
                except OSError:
                    break  # the other side is closed
                seen += piece
            elif process.poll() is not None:
                break
            if seen.count("\n> ") > answered:
                os.write(ours, typed[answered].encode() if answered < len(typed) else b"\x04")
                answered += 1
        assert process.stdout is not None
        out = process.stdout.read().decode()
        code = process.wait(10)
    os.close(ours)
    return code, out, seen.replace("\r\n", "\n")


def test_questions_on_a_terminal(place: Path) -> None:
    """What decides most first; a wrong answer is asked again; enter skips; the answers are kept."""
    words = ("-p", "toys.rw", "--save", "answers.yaml", "--as-of", "2026-11-22")
    code, out, seen = conversation(place, words, ["eu\n", "EU, UK\n", "toaster\n", "toy\n", "\n"])
    assert code == 0, seen
    assert re.findall(r"^(product\.\w+):", seen, re.MULTILINE) == [
        "product.markets", "product.markets", "product.type", "product.type", "product.is_radio_equipment",
    ]  # fmt: skip
    assert "did you mean `EU`?" in seen
    assert "is not one of" in seen
    assert "acme.toys@1" in out
    assert "acme.toys@1" not in seen
    assert out.endswith("2 requirements: 1 apply, 1 undecided\n")
    kept = (place / "answers.yaml").read_text(encoding="utf-8")
    assert kept == 'format: rulewright-facts/1\nproduct.markets: ["EU", "UK"]\nproduct.type: "toy"\n'
    assert main(["derive", "answers.yaml", "-p", "toys.rw", "--no-input", "-q"]) == 0


def test_the_end_of_input_ends_the_questions(place: Path) -> None:
    code, out, seen = conversation(place, ("-p", "toys.rw", "--as-of", "2026-11-22"), ["\x04"])
    assert code == 0
    assert seen.count("\n> ") == 1
    assert out.endswith("2 requirements: 2 undecided\n")


def test_an_answer_can_decide_everything(place: Path) -> None:
    code, out, seen = conversation(place, ("-p", "toys.rw", "--as-of", "2026-11-22"), ["none\n"])
    assert (code, seen.count("\n> ")) == (0, 1)
    assert "a product for no market" in seen
    assert out.endswith("2 requirements: 2 do not apply\n")


@pytest.mark.parametrize("word", ["--no-input", "-q"])
def test_nothing_is_asked_when_told_so(place: Path, word: str) -> None:
    code, _, seen = conversation(place, ("-p", "toys.rw", word), [])
    assert (code, "> " in seen) == (0, False)
