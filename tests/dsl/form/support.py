"""Rule files in both forms, for tests of the JSON form."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema_rs

from rulewright.diagnostics import Diagnostic
from rulewright.dsl.form.comments import bare, comments_in
from rulewright.dsl.form.reading import converted, form_of, json_form, rule_text
from rulewright.dsl.read import ReadFile, read
from rulewright.dsl.sink import Sink
from rulewright.dsl.source import Source

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted(path for folder in ("standards", "policies") for path in (ROOT / folder).rglob("*.rw"))
SCHEMA = json.loads((ROOT / "cli/schemas/rulewright-rules-1.schema.json").read_text(encoding="utf-8"))
VALID = jsonschema_rs.Draft202012Validator(SCHEMA)
SAMPLE = """# A policy with something of everything.
policy acme.all edition "1" {
  title "All" # behind the title
  valid from 2026-01-01 until 2027-01-01
  use etsi.en_303_645 edition "3.1.3" as etsi
  param days : int = 30 in 1..90
  param ok : set<license> = {MIT, GPL-2.0+, ...}
  define shipped(c : component, d : component) = c.type in {library, "x"} and (not c.dev_only or shipped(d))

  # before the requirement
  requirement "R-1" shall {
    severity high
    refs etsi:"5.6-1" subset, etsi:b
    applies when (a implies b) implies support.end within 6m of now + 5y
    check {
      # before the line
      every component c under p where c.version not in vers"pypi/<2.0.7" {
        c.license allows ok; # inside
        not (every component d where d.x and d.y matches regex "\\\\d\\"+") };
      all { telnet }; # behind the line
      at least 2 component c where c.cvss >= 9.0 or c.date before 2026-01-01 - 2w
      # at the end of the check
    }
    evidence 2 of firmware, network fresh 180d trust observed at conditional
    if unknown fail
    right
    # at the end of the requirement
  }
  waiver w-1 for etsi:"5.6-1" {
    product "pkg:generic/acme"
    approved by "x@example.org" on 2026-08-01
    until 2026-12-31
  } # behind the waiver
}
test etsi:"5.6-1" as of 2026-09-01 {
  given { a = true, b = ?, c = ? withheld, d = {}, e = 1.50 at enabled, f = [ { x = "t" }, "y" ] complete } expect fail on "x", "y"
  # before the case
  given "some.json" with { a = 1 } expect unknown
}
# the end
"""


def reading(data: str | bytes, name: str = "x") -> tuple[ReadFile | None, tuple[Diagnostic, ...]]:
    """A rule file in either form, read with its tests, and what is wrong with it."""
    sink = Sink()
    file = read(Source(name, data if isinstance(data, bytes) else data.encode()), sink, tests=True)
    return file, sink.result()


def good(data: str | bytes, name: str = "x") -> ReadFile:
    """The same, of a file without an error."""
    file, wrong = reading(data, name)
    assert wrong == ()
    assert file is not None
    return file


def comments(text: str) -> Counter[str]:
    """How often each comment stands in a text."""
    return Counter(bare(text[slice(*at)]) for at in comments_in(text))


def exact(file: ReadFile) -> dict[str, Any]:
    """Hold a file against its JSON form, the text of that, and the JSON form of the text; give the JSON value."""
    form = json_form(file)
    value: dict[str, Any] = json.loads(form)
    assert next(iter(VALID.iter_errors(value)), None) is None
    made = form_of(form.decode())
    assert made.wrong == ()
    assert made.document.file == file.file
    text = rule_text(form)
    again = good(text)
    assert again.file == file.file
    assert comments(text) == comments(file.source.text)
    assert json_form(again) == form
    return value


def first(data: str | bytes) -> Diagnostic:
    """The first thing wrong with a rule file."""
    found = reading(data)[1]
    assert found
    return found[0]


def policy(*items: object, **more: object) -> str:
    """A policy in JSON."""
    module = {"policy": "p", "edition": "1", "items": list(items)}
    return json.dumps({"format": "rulewright-rules/1", "modules": [module], **more})


def wrong_in(text: str) -> tuple[Diagnostic, ...]:
    """What is wrong with a text, or with making JSON of it."""
    made = converted(Source("x", text.encode()), "json")
    return made if isinstance(made, tuple) else ()
