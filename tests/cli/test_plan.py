"""`rulewright plan`, as a person runs it: on a good product, a broken one, an SBOM alone, hostile words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rulewright.cli.main import main
from rulewright.cli.text import width

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "cli/schemas/rulewright-plan-1.schema.json").read_text(encoding="utf-8"))
CONTEXT = str(ROOT / "policies/examples/camera.context.yaml")
DAY = ("--as-of", "2026-11-21")
TELNET = {
    "iface.telnet_present: false": "iface.telnet_present: true",
    "iface.unused_enabled: []": "iface.unused_enabled: [telnet]",
    'iface.open_tcp_ports: ["443"]': 'iface.open_tcp_ports: ["23", "443"]',
}
"""What a scan finds of a telnet daemon on an otherwise good product."""
FACTS = ("iface.telnet_present", "iface.unused_enabled", "iface.open_tcp_ports")

Json = Mapping[str, Any]


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two versions of a camera, and one cache for all: the standards are compiled once."""
    folder = tmp_path_factory.mktemp("shelf")
    good = (ROOT / "standards/reference-product.yaml").read_text(encoding="utf-8")
    good = re.sub(r"^product: .*$", 'product: { name: "Acme Cam", version: "1.1" }', good, count=1, flags=re.MULTILINE)
    bad = good.replace('version: "1.1"', 'version: "1.0"', 1)
    for before, after in TELNET.items():
        assert bad.count(f"\n{before}") == 1
        bad = bad.replace(f"\n{before}", f"\n{after}")
    (folder / "cam-1.1.yaml").write_text(good, encoding="utf-8")
    (folder / "cam-1.0.yaml").write_text(bad, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def _prepared(place: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cameras next to the small policy; the shared cache."""
    monkeypatch.setenv("RULEWRIGHT_CACHE_DIR", str(shelf / "cache"))
    for camera in shelf.glob("*.yaml"):
        (place / camera.name).symlink_to(camera)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the command; return its code and what it wrote."""
    code = main(["plan", *words, *DAY])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def planned(capsys: pytest.CaptureFixture[str], *words: str) -> Json:
    """A plan as JSON, which follows its schema to the last key; those of the cameras are made once."""
    if words in _PLANS:
        return _PLANS[words]
    code, out, err = run(capsys, *words, "--format", "json")
    assert code in {0, 1}, err
    made: Json = json.loads(out)
    Draft202012Validator(SCHEMA).validate(made)
    _only(made, "Work")
    if words[-1] == CONTEXT:
        _PLANS[words] = made
    return made


_PLANS: dict[tuple[str, ...], Json] = {}


def _only(value: Any, name: str) -> None:  # a part of a JSON document
    """Nothing is printed that the schema does not describe."""
    properties = SCHEMA["$defs"][name]["properties"]
    assert value.keys() <= properties.keys()
    for key, part in value.items():
        described = properties[key]
        for item in part if isinstance(part, list) else [part]:
            target = described.get("items", described).get("$ref", "")
            if target:
                _only(item, target.rsplit("/", 1)[1])


def gaps(made: Json) -> dict[str, Json]:
    """The gaps by objective."""
    return {item["objective"]: item for item in made["items"] if item["kind"] == "gap"}


def clauses(made: Json, *kinds: str) -> set[tuple[str, str]]:
    """The clauses of a plan that have a verdict."""
    found = [c for item in made["items"] for c in item["clauses"] if c["verdict"] in kinds]
    return {(c["requirement"], c["edition"]) for c in found}


# --- telnet, from the fact to the closed gap ---------------------------------------------------------------------------


def failing(capsys: pytest.CaptureFixture[str], product: str, edition: str) -> set[tuple[str, str]]:
    """What fails on a product by `check` against one edition."""
    main(["check", product, "--facts", CONTEXT, "--policy", edition, *DAY, "--format", "json"])
    name = edition.partition("@")[2]
    results = json.loads(capsys.readouterr().out)["results"]
    return {(r["requirement"], name) for r in results if r["verdict"] == "fail"}


def test_a_telnet_daemon_from_the_fact_to_the_closed_gap(capsys: pytest.CaptureFixture[str]) -> None:
    before = planned(capsys, "cam-1.0.yaml", "--facts", CONTEXT)
    after = planned(capsys, "cam-1.1.yaml", "--facts", CONTEXT)
    # fact -> requirements: those of every standard that fail by it and by nothing else
    by_telnet = clauses(before, "fail") - clauses(after, "fail")
    assert ("owasp.isvs:3.2.3", "1.0") in by_telnet
    assert {name.partition(":")[0] for name, _ in by_telnet} == {"cen.en_18031", "etsi.en_303_645", "owasp.isvs"}
    for edition in ("owasp.isvs@1.0", "etsi.en_303_645@2.1.1"):
        module, _, number = edition.partition("@")
        caused = failing(capsys, "cam-1.0.yaml", edition) - failing(capsys, "cam-1.1.yaml", edition)
        assert caused == {(r, e) for r, e in by_telnet if r.startswith(f"{module}:") and e == number}
    # requirements -> guidance and plan
    new = {name: item for name, item in gaps(before).items() if name not in gaps(after)}
    assert {"IF-LEGACY", "IF-UNUSED", "IF-SERVICES"} <= set(new)
    assert "Remove telnet" in new["IF-LEGACY"]["fix"]
    changes = [step for item in new.values() for step in item["steps"] if step["kind"] == "change"]
    assert {step["fact"] for step in changes} <= set(FACTS)
    assert [s["to"] for s in new["IF-LEGACY"]["steps"] if s["fact"] == FACTS[0]] == ["false"]
    assert all(item["proven"] for name, item in new.items() if any(c["closed"] for c in item["clauses"]))
    # plan -> fixed version: what remains was there before
    assert set(gaps(after)) == set(gaps(before)) - set(new)


def test_a_gap_is_told_with_reason_guidance_and_proof(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "cam-1.0.yaml", "--facts", CONTEXT)
    assert (code, err) == (1, "")
    (item,) = re.findall(r"\n +\d+\. ✗ IF-LEGACY .*?\n\n", out, re.DOTALL)
    for part in ("gap · risk ", "why ", "do       Remove telnet", "change   iface.telnet_present from true to false"):
        assert part in item
    assert "closes   owasp.isvs@1.0:3.2.3" in item
    assert "proven " in item
    assert out.index("CLOSE THE GAPS") < out.index("FIND OUT") < out.index("DECIDE WHAT APPLIES")


# --- what is not known -------------------------------------------------------------------------------------------------


def test_an_sbom_alone_leaves_most_undecided_and_says_what_decides(capsys: pytest.CaptureFixture[str]) -> None:
    made = planned(capsys, "cam.json")
    assert made["undecided"] > made["open_requirements"]
    counts = [d["requirements"] for d in made["decide"]]
    assert counts == sorted(counts, reverse=True)
    assert {"product.type", "product.markets"} <= {d["fact"] for d in made["decide"][:5]}
    assert all(sum(w["requirements"] for w in d["standards"]) == d["requirements"] for d in made["decide"])
    assert all("applies" not in step["wanted"] for item in made["items"] for step in item["steps"])
    code, out, _ = run(capsys, "cam.json", "--limit", "3")
    assert code == 1
    assert len(out.splitlines()) < 130


def test_what_is_answered_is_asked_no_more(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    words = ("cam-1.1.yaml", "--facts", CONTEXT)
    first = planned(capsys, *words)
    assert run(capsys, *words, "--questions", "ask.yaml")[0] == 1
    asked = (place / "ask.yaml").read_text(encoding="utf-8")
    untouched = planned(capsys, *words, "--facts", "ask.yaml")
    assert untouched["items"] == first["items"]
    assert untouched["decide"] == first["decide"]
    filled = asked.replace("# answers:", "answers:").replace("# - {", "- {").replace("answer: ?", "answer: yes")
    filled = filled.replace('by: ""', 'by: "Jo Doe, laboratory"').replace('on: ""', 'on: "2026-11-01"')
    filled = filled.replace("claim.scvs_level: null", "claim.scvs_level: 1")
    (place / "told.yaml").write_text(filled, encoding="utf-8")
    second = planned(capsys, *words, "--facts", "told.yaml")

    def questions(made: Json) -> set[str]:
        steps = [step for item in made["items"] for step in item["steps"] if step["question"]]
        return {step["fact"] for step in steps} | {d["fact"] for d in made["decide"] if d["question"]}

    assert len(questions(first)) > 50
    assert not questions(first) & questions(second)
    assert "claim.scvs_level" in {d["fact"] for d in first["decide"]}
    assert "claim.scvs_level" not in {d["fact"] for d in second["decide"]}


def test_a_fact_with_its_evidence_is_asked_no_more(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    """Where a rule counts no other source, the file says how to state one."""
    (place / "strict.rw").write_text(
        'policy acme.strict edition "1" { requirement r shall { title "T" check auth.password_optional '
        "evidence any of network fresh 30d } }",
        encoding="utf-8",
    )
    words = ("cam.json", "-p", "strict.rw")
    assert run(capsys, *words, "--questions", "ask.yaml", "-q")[0] == 1
    asked = (place / "ask.yaml").read_text(encoding="utf-8")
    assert "counts from no other source, not older than 30 days" in asked
    (stated,) = re.findall(r"write (\{.*\})", asked)
    value = stated.replace("...", "true").replace("DAY", "2026-11-20")
    (place / "told.yaml").write_text(asked.replace("auth.password_optional: null", f"auth.password_optional: {value}"))
    code, out, err = run(capsys, *words, "--facts", "told.yaml", "-q")
    assert (code, out, err) == (0, "0 gaps and 0 open questions behind 0 open requirements; 0 block\n", "")


def test_questions_may_go_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "cam.json", "-p", "small.rw", "--questions", "-")
    assert code == 1
    assert out.startswith("# What is not known.")
    assert "iface.telnet_present: null" in out
    assert "FIND OUT" not in out


# --- shapes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("words", [("cam-1.0.yaml", "--facts", CONTEXT, "--explain"), ("cam.json", "--limit", "40")])
def test_no_line_is_wider_than_the_terminal(
    columns: int, words: Sequence[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    _, out, _ = run(capsys, *words)
    assert max(map(width, out.splitlines())) <= columns
    assert "\x1b" not in out


def test_the_number_of_items_may_be_limited(capsys: pytest.CaptureFixture[str]) -> None:
    def counted(*words: str) -> int:
        out = run(capsys, "cam-1.0.yaml", "--facts", CONTEXT, *words)[1]
        return len(re.findall(r"^ +\d+\. ", out, re.MULTILINE))

    assert counted("--limit", "2") == 4
    assert counted("--explain") > counted() > 4


def test_quiet_says_only_the_counts(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, err = run(capsys, "cam-1.0.yaml", "--facts", CONTEXT, "-q")
    assert err == ""
    assert re.fullmatch(r"\d+ gaps and \d+ open questions behind \d+ open requirements; .* block\n", out)


def test_markdown_has_every_item_and_clause(capsys: pytest.CaptureFixture[str]) -> None:
    made = planned(capsys, "cam-1.0.yaml", "--facts", CONTEXT)
    _, out, _ = run(capsys, "cam-1.0.yaml", "--facts", CONTEXT, "--format", "markdown")
    assert len(re.findall(r"^#### \d+\. ", out, re.MULTILINE)) == len(made["items"])
    assert len(re.findall(r"^\| `", out, re.MULTILINE)) == sum(len(item["clauses"]) for item in made["items"])
    assert "### Decide what applies" in out


def test_a_policy_of_ones_own(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    made = planned(capsys, "cam.json", "-p", "small.rw")
    assert [(i["kind"], i["title"]) for i in made["items"]] == [
        ("gap", "Every library names its supplier"),
        ("unknown", "Telnet is off"),
    ]
    assert [s["now"] for i in made["items"] for s in i["steps"]] == ["1 at fault", "missing"]
    assert made["blocking"] == 2
    assert run(capsys, "cam.json", "-p", "small.rw", "--fail-on", "never")[0] == 0
    code, out, _ = run(capsys, "cam.json", "-p", "small.rw", "-o", "plan.txt")
    assert (code, out) == (1, "")
    assert "CLOSE THE GAPS" in (place / "plan.txt").read_text(encoding="utf-8")


def test_products_of_a_fleet_are_apart(capsys: pytest.CaptureFixture[str]) -> None:
    made = planned(capsys, "cam-1.0.yaml", "cam-1.1.yaml", "--facts", CONTEXT)
    first, second = (p["id"] for p in made["products"])
    assert [i["product"] for i in made["items"]] == sorted(i["product"] for i in made["items"])
    legacy = [i["product"] for i in made["items"] if i["objective"] == "IF-LEGACY" and i["kind"] == "gap"]
    assert len(legacy) == 1
    assert legacy[0] in {first, second}
    alone = planned(capsys, "cam-1.0.yaml", "--facts", CONTEXT)
    own = [{**i, "product": ""} for i in made["items"] if i["product"] == legacy[0]]
    assert own == [{**i, "product": ""} for i in alone["items"]]


def test_what_was_assumed_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    made = planned(capsys, "cam.json", "-p", "small.rw")
    assert made["assumptions"] == ["placed on the market on 2026-11-21, the day of this run: no source says when"]
    assert "assumed: placed on the market" in run(capsys, "cam.json", "-p", "small.rw")[1]


def test_that_nothing_applies_is_a_judgement_like_that_of_check(
    capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    (place / "none.rw").write_text(
        'policy acme.none edition "1" { requirement r shall { title "T" applies when product.type = toy '
        "check auth.password_optional } }",
        encoding="utf-8",
    )
    (place / "router.yaml").write_text("product.type: router\n", encoding="utf-8")
    words = ("cam.json", "-p", "none.rw", "--facts", "router.yaml")
    checked = main(["check", *words, *DAY])
    capsys.readouterr()
    code, out, err = run(capsys, *words)
    assert (code, err) == (checked, "") == (0, "")
    assert "no requirement applies" in out
    assert "assumed: placed on the market on 2026-11-21" in out
    assert planned(capsys, *words)["nothing_applies"]
    code, out, _ = run(capsys, *words, "--format", "markdown")
    assert "no requirement applies" in out
    assert "Assumed: placed on the market" in out


def test_rules_that_are_not_in_force_are_nothing_to_plan(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    """As for `check`."""
    (place / "late.rw").write_text(
        'standard acme.late edition "1" { title "T" force house valid from 2030-01-01 '
        'requirement r shall { title "T" check auth.password_optional } }',
        encoding="utf-8",
    )
    assert main(["check", "cam.json", "-p", "late.rw", *DAY]) == 3
    capsys.readouterr()
    code, out, err = run(capsys, "cam.json", "-p", "late.rw")
    assert (code, out) == (3, "")
    assert "RW0007" in err


def test_fixes_of_single_clauses_stand_beside_that_of_the_objective(
    capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    rule = 'requirement {} shall {{ title "T" objective IF-LEGACY check meets IF-LEGACY {} }}\n'
    text = "".join(rule.format(n, f) for n, f in (("a", 'fix "Saw it off."'), ("b", 'fix "Saw it off."'), ("c", "")))
    (place / "own.rw").write_text(f'policy acme.own edition "1" {{ {text} }}', encoding="utf-8")
    words = ("cam.json", "-p", "own.rw", "--fact", "iface.telnet_present=true")
    _, out, _ = run(capsys, *words)
    assert "Remove telnet" in out
    assert "Saw it off. (acme.own@1:a, acme.own@1:b)" in out
    assert "Saw it off" in run(capsys, *words, "--format", "markdown")[1]
    one = rule.format("a", 'fix "Saw it off."')
    (place / "own.rw").write_text(f'policy acme.own edition "1" {{ {one} }}', encoding="utf-8")
    _, out, _ = run(capsys, *words)
    assert "do       Saw it off." in out
    assert "Remove telnet" not in out


def test_a_long_name_is_wrapped(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    sbom = json.loads((place / "cam.json").read_text(encoding="utf-8"))
    sbom["metadata"]["component"]["name"] = "very-" * 40
    (place / "long.json").write_text(json.dumps(sbom), encoding="utf-8")
    out = run(capsys, "long.json", "-p", "small.rw")[1]
    assert max(map(width, out.splitlines())) <= 100
    assert "2.3 · as of 2026-11-21 · risk by public-tables/1" in out.splitlines()


def test_an_answer_to_what_is_not_asked_is_refused(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    answer = 'answers:\n  - {requirement: "acme.small@1.0:telnet", answer: yes, by: "Jo, lab", on: 2026-11-01}\n'
    (place / "told.yaml").write_text(answer, encoding="utf-8")
    code, out, err = run(capsys, "cam.json", "-p", "small.rw", "--facts", "told.yaml")
    assert (code, out) == (2, "")
    assert "asks no question" in err


def test_hostile_words_stay_words(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    evil = "x\x1b[31m\u202egpj|<b>*`\n# - a: !!python/object"
    sbom = json.loads((place / "cam.json").read_text(encoding="utf-8"))
    sbom["metadata"]["component"]["name"] = evil
    sbom["components"][0]["name"] = evil
    (place / "evil.json").write_text(json.dumps(sbom), encoding="utf-8")
    (place / "evil.rw").write_text(
        'policy acme.evil edition "1" { requirement r shall { title "T | <b> `x` [l](u)" '
        'check { iface.telnet_present; manual "Is | it <b> \\"so\\"?" } } }',
        encoding="utf-8",
    )
    words = ("evil.json", "-p", "evil.rw", "--fact", "iface.telnet_present=false")
    _, out, err = run(capsys, *words)
    assert "\x1b" not in out + err
    assert "\u202e" not in out + err
    _, out, _ = run(capsys, *words, "--format", "markdown")
    assert "<b>" not in out
    assert "[l](u)" not in out
    (head,) = [line for line in out.splitlines() if line.startswith("#### ")]
    assert "\\|" in head
    _, out, _ = run(capsys, *words, "--questions", "-")
    (question,) = [line for line in out.splitlines() if line.startswith("#   Is |")]
    assert question == '#   Is | it <b> "so"?'


def test_wrong_words_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "cam.json", "--fact", "iface.telnet_present")[0] == 2
    code, out, err = run(capsys, "cam.json", "-p", "small.rw", "--questions", "no/such/place/ask.yaml")
    assert (code, out) == (2, "")
    assert "RW0006" in err
