"""Every format renders every verdict, harmlessly and validly."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from rulewright.cli.formats import NAMES, Options, renderer
from rulewright.cli.options import FORMATS
from rulewright.cli.paint import Paint
from rulewright.cli.text import width
from rulewright.engine import report as engine_report
from rulewright.engine import result as r
from tests.cli.reports import ABSENT, EVIL, FAIL, PASS, SHOULD, UNKNOWN, WAIVED, report, result

SCHEMA = Path(__file__).parents[2] / "cli/schemas/rulewright-result-1.schema.json"
EMPTY = report(PASS, gate="pass")


def rendered(name: str, paint: Paint | None = None, *, explain: bool = False) -> str:
    return renderer(name)(report(), Options(paint or Paint(), 5, explain))


def test_the_names_are_those_of_the_option() -> None:
    assert NAMES == FORMATS


@pytest.mark.parametrize("name", ["terminal", "junit", "markdown"])
def test_words_of_a_document_are_harmless(name: str) -> None:
    text = rendered(name)
    assert all(line.isprintable() for line in text.split("\n"))
    assert "gpj.exe" in text


def test_terminal_golden() -> None:
    golden = Path(__file__).parent / "golden/report.txt"
    assert rendered("terminal", Paint(columns=100)) == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("columns", [80, 100, 120])
@pytest.mark.parametrize("unicode", [True, False])
def test_terminal_lines_fit(columns: int, *, unicode: bool) -> None:
    text = rendered("terminal", Paint(unicode=unicode, columns=columns), explain=True)
    assert [line for line in text.split("\n") if width(line) > columns] == []


def test_terminal_says_the_same_without_colour() -> None:
    painted = rendered("terminal", Paint(colour=True))
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == rendered("terminal")


def test_terminal_needs_no_unicode_of_its_own() -> None:
    text = renderer("terminal")(report(UNKNOWN, WAIVED, SHOULD, PASS, ABSENT), Options(Paint(unicode=False)))
    assert [line for line in text.split("\n") if not line.isascii()] == []


def test_terminal_puts_what_blocks_first() -> None:
    text = rendered("terminal")
    places = [text.index(word) for word in ("BLOCKS  ", "BLOCKS UNTIL DECIDED", "WAIVED", "DOES NOT BLOCK", "gate: ")]
    assert places == sorted(places)


def test_terminal_quiet_is_the_answer_alone() -> None:
    text = renderer("terminal")(report(), Options(Paint(), quiet=True))
    assert text == "✗ gate: fail  2 requirements block: 1 fail, 1 unknown\n"


def test_terminal_passing() -> None:
    text = renderer("terminal")(EMPTY, Options(Paint()))
    assert "BLOCKS" not in text
    assert text.endswith("✓ gate: pass  nothing blocks; 1 of 1 requirement pass\n")


def test_an_error_is_never_a_pass() -> None:
    broken = report(result("a:b", "error"), gate="pass")
    assert "gate: fail" in renderer("terminal")(broken, Options(Paint()))
    assert "Nothing blocks" not in renderer("markdown")(broken, Options(Paint()))
    assert 'errors="1"' in renderer("junit")(broken, Options(Paint()))


def test_json_is_what_its_schema_says() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(rendered("json")))


def test_the_schema_knows_every_key() -> None:
    ours = json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]
    made = msgspec.json.schema(r.Report)["$defs"]
    assert ours.keys() == made.keys()
    for name, definition in made.items():
        named = {"fact"} if name == "Shown" else set()  # the path is the key that holds it
        assert ours[name]["properties"].keys() == definition["properties"].keys() - named, name
        assert name == "Shown" or set(ours[name]["required"]) == set(definition["properties"]), name


def test_json_keys_values_by_the_path_of_the_fact() -> None:
    witnesses = (r.Shown("a.b", value="true", source="x.json"), r.Shown("a.b", value="false", source="y.json"))
    child = r.Element("c", "/c/1", "x.json", "fail", (r.Shown("component.name", value="zlib"),))
    parent = r.Element("p", "/p/1", "x.json", "fail", (r.Shown("component.purl", reason="missing"),), (child,), 1)
    line = r.Reason(
        line="check#1",
        verdict="fail",
        text="a.b",
        elements=(parent,),
        elements_total=1,
        values=(r.Shown("a.b", reason="conflicting", witnesses=witnesses),),
    )
    made = json.loads(engine_report.encode(report(result("a:b", "fail", reason=(line,)))))
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(made)
    (reason,) = made["results"][0]["reason"]
    assert reason["values"] == {
        "a.b": {
            "reason": "conflicting",
            "witnesses": [{"value": "true", "source": "x.json"}, {"value": "false", "source": "y.json"}],
        }
    }
    assert reason["elements"][0]["values"] == {"component.purl": {"reason": "missing"}}
    assert reason["elements"][0]["children"][0]["values"] == {"component.name": {"value": "zlib"}}


def test_json_has_every_key_where_there_is_nothing_to_say() -> None:
    made = json.loads(r.encode(report(result("a:b", "pass", reason=(r.Reason(line="x", verdict="pass", text="y"),)))))
    (found,) = made["results"]
    assert found["waived"] is None
    assert found["reason"] == [
        {
            "line": "x",
            "verdict": "pass",
            "text": "y",
            "place": None,
            "note": "",
            "elements": [],
            "elements_total": 0,
            "counted": None,
            "values": {},
            "missing": [],
            "missing_total": 0,
        }
    ]
    bare = r.Input(kind="facts", format="f", name="n", sha256="ab" * 32, bytes=1, product="")
    empty = json.loads(r.encode(msgspec.structs.replace(report(), inputs=(bare,))))["inputs"][0]
    assert (empty["receipt"], empty["findings"], empty["findings_total"]) == ([], [], 0)


@pytest.mark.parametrize("key", ["values", "missing_total", "elements"])
def test_the_schema_refuses_a_reason_without_a_key(key: str) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    wrong = json.loads(rendered("json"))
    del wrong["results"][0]["reason"][0][key]
    assert not Draft202012Validator(schema).is_valid(wrong)


def test_the_schema_refuses_values_that_are_a_list() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    wrong = json.loads(rendered("json"))
    wrong["results"][0]["reason"][0]["elements"][0]["values"] = [{"fact": "component.supplier", "reason": "missing"}]
    assert not Draft202012Validator(schema).is_valid(wrong)


def test_the_schema_refuses_a_wrong_verdict() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    wrong = json.loads(rendered("json"))
    wrong["results"][0]["verdict"] = "maybe"
    assert not Draft202012Validator(schema).is_valid(wrong)


def sarif() -> Any:
    return json.loads(rendered("sarif"))


def test_sarif_is_valid(shared: Path) -> None:
    schema = json.loads((shared / "vectors/sarif/sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    validator_for(schema)(schema).validate(sarif())


def test_sarif_keeps_the_verdicts_apart() -> None:
    kinds = {str(x["ruleId"]): (x["kind"], x["level"]) for x in sarif()["runs"][0]["results"]}
    assert kinds[FAIL.requirement] == ("fail", "error")
    assert kinds[UNKNOWN.requirement] == ("review", "none")
    assert kinds[SHOULD.requirement] == ("fail", "warning")
    assert kinds[PASS.requirement] == ("pass", "none")
    assert kinds[ABSENT.requirement] == ("notApplicable", "none")


def test_sarif_locates_elements_and_suppresses_the_waived() -> None:
    results = {str(x["ruleId"]): x for x in sarif()["runs"][0]["results"]}
    assert '"fullyQualifiedName": "/components/12"' in json.dumps(results[FAIL.requirement])
    assert "suppressions" in results[WAIVED.requirement]
    assert "suppressions" not in results[FAIL.requirement]


def test_junit_is_valid(shared: Path) -> None:
    xmlschema = pytest.importorskip("xmlschema")
    xmlschema.XMLSchema(str(shared / "vectors/junit/JUnit.xsd")).validate(rendered("junit"))


def test_junit_fails_what_blocks_and_nothing_else() -> None:
    root = ET.fromstring(rendered("junit"))
    outcome = {case.get("name", "").split()[0]: [child.tag for child in case] for case in root.iter("testcase")}
    assert outcome == {
        "library-hygiene": ["failure"],
        "5.6-1": ["failure"],
        "5.5-1": ["skipped"],
        "5.2-3": ["skipped"],
        "5.1-1": [],
        "5.8-3": ["skipped"],
    }
    assert sum(int(suite.get("failures", "")) for suite in root.iter("testsuite")) == 2


def test_markdown_lets_no_markup_of_a_document_through() -> None:
    text = rendered("markdown")
    assert "<b>" not in text
    assert all(line.count("|") in {0, 7} for line in text.split("\n"))
    assert "psirt@acme" not in text


@pytest.mark.parametrize("name", NAMES)
def test_same_bytes_twice(name: str) -> None:
    assert rendered(name) == rendered(name)
    assert EVIL


def test_markdown_calls_nobody() -> None:
    called = report(result("a:b", "fail", blocks=True, title="ask @octocat"))
    outside = re.sub(r"<code>.*?</code>", "", renderer("markdown")(called, Options(Paint())))
    assert "octocat" in outside
    assert not re.search(r"(@|&#64;)\w", outside)
