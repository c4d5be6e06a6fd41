"""Every format has every diagnostic, with its second places; golden files hold each of them.

`RULEWRIGHT_GOLDEN=1` writes the golden files anew; read the difference by eye.
"""

from __future__ import annotations

import json
import os
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from rulewright.cli.diagnostics_formats import FORMATS, render
from rulewright.cli.diagnostics_formats.github import commands
from rulewright.cli.explain import codes
from rulewright.cli.lsp.diagnostics import lsp_diagnostic, lsp_range, pages_under, workspace_edit
from rulewright.cli.paint import Paint
from rulewright.diagnostics import Diagnostic, Edit, Fix, Label, Severity, Span
from rulewright.dsl.source import Source, SourceText, decode

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden" / "diagnostics"
MAIN = 'policy acme.x edition "1" {\n  title "😀 policy"  # 🔒 locked\n  define unused() = 🔒\n}\n'
OTHER = 'standard o edition "1" {\n  requirement "1" shall { check true }\n}\n'
TEXTS = {"main.rw": MAIN, "b/other.rw": OTHER}


def source(name: str) -> SourceText:
    """A text with places."""
    found = decode(Source(name, TEXTS[name].encode()))
    assert isinstance(found, SourceText)
    return found


def span(name: str, words: str) -> Span:
    """The place of some words."""
    start = TEXTS[name].index(words)
    return source(name).span((start, start + len(words)))


CLASH = Diagnostic(
    "RW0405",
    Severity.ERROR,
    "`acme.x` has no requirement `a:b,c%`",
    span("main.rw", "title"),
    (Label(span("b/other.rw", '"1" shall'), "the one there is"),),
    ("a note",),
    "did you mean `1`?",
    fix=Fix("write `1`", (Edit(span("main.rw", "policy"), "standard"), Edit(span("main.rw", "locked"), ""))),
)
UNUSED = Diagnostic(
    "RW0701",
    Severity.WARNING,
    "`unused` is never used",
    span("main.rw", "unused"),
    hint="use it, or delete it",
    fix=Fix("delete `unused`", (Edit(span("main.rw", "  define unused() = 🔒\n"), ""),), safe=True),
)
PLACELESS = Diagnostic("RW0101", Severity.NOTE, "the file is not UTF-8\n::error::no", source="odd name.rw", offset=7)
ALL = [UNUSED, PLACELESS, CLASH]


def rendered(form: str) -> str:
    """All three diagnostics."""
    return render(form, ALL, {name: text.encode() for name, text in TEXTS.items()}, Paint())


def uri(name: str) -> str:
    """The URI of a file, as a client says it."""
    return f"file:///work/{name.replace(' ', '%20')}"


def lsp() -> str:
    """All three for an editor, and the fixes."""
    pages = pages_under("https://docs.example/rw/", codes())
    made = {
        "diagnostics": [lsp_diagnostic(d, TEXTS, uri, pages) for d in ALL],
        "edits": [workspace_edit(d.fix, TEXTS, uri) for d in ALL if d.fix is not None],
    }
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("form", [*(f for f in FORMATS if f != "json-v1"), "lsp"])
def test_each_format_is_as_it_was(form: str) -> None:
    shown = lsp() if form == "lsp" else rendered(form)
    path = GOLDEN / f"{form}.txt"
    if os.environ.get("RULEWRIGHT_GOLDEN"):
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", FORMATS)
def test_both_files_of_a_diagnostic_are_there(form: str) -> None:
    shown = rendered(form)
    assert "b/other.rw" in shown
    assert "the one there is" in shown
    assert all(d.code in shown for d in ALL)


def test_no_text_gives_a_command_of_its_own() -> None:
    lines = commands(ALL).splitlines()
    assert len(lines) == len(ALL)
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)
    evil = Diagnostic("RW0101", Severity.ERROR, "m", source="a,title=x::y%\n::warning::z")
    assert commands([evil]) == "::error file=a%2Ctitle=x%3A%3Ay%25%0A%3A%3Awarning%3A%3Az,title=RW0101::m\n"


def test_sarif_is_valid(shared: Path) -> None:
    schema = json.loads((shared / "vectors/sarif/sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    validator_for(schema)(schema).validate(json.loads(rendered("sarif")))


def test_json_is_described_by_its_schema() -> None:
    schema = json.loads((ROOT / "cli/schemas/rulewright-diagnostics-1.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    made = json.loads(rendered("json"))
    Draft202012Validator(schema).validate(made)
    made["diagnostics"][0]["severity"] = "fatal"
    assert not Draft202012Validator(schema).is_valid(made)


def test_an_editor_counts_in_utf_16() -> None:
    line = TEXTS["main.rw"].split("\n")[1]
    before = line[: line.index("locked")]
    units = len(before.encode("utf-16-le")) // 2
    assert units == len(before) + 2
    assert lsp_range(span("main.rw", "locked"), TEXTS) == {
        "start": {"line": 1, "character": units},
        "end": {"line": 1, "character": units + 6},
    }
    assert lsp_range(span("main.rw", "locked"), {})["start"] == {"line": 1, "character": len(before)}


def test_an_editor_is_told_what_could_be_left_out() -> None:
    assert lsp_diagnostic(UNUSED, TEXTS, uri)["tags"] == [1]
    assert "tags" not in lsp_diagnostic(CLASH, TEXTS, uri)
    assert lsp_diagnostic(PLACELESS, TEXTS, uri)["range"] == {
        "start": {"line": 0, "character": 0},
        "end": {"line": 0, "character": 0},
    }


def test_page_and_schema_are_as_the_script_writes_them() -> None:
    spec = spec_from_file_location("lint_page", ROOT / "docs/scripts/lint.py")
    assert spec is not None
    assert spec.loader is not None
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.PAGE.read_text(encoding="utf-8") == script.page()
    assert script.SCHEMA.read_text(encoding="utf-8") == script.schema()


def test_nothing_is_nothing() -> None:
    for form in ("terminal", "concise", "github"):
        assert render(form, [], {}, Paint()) == ""
