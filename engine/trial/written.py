"""A test as rule text.

Guarantees: read again, the text gives the test it was made of (its place aside); one line.  A test with a value that rule
files cannot hold (a quotation mark, a line end, a number of too many digits) is not written: `None`.
"""

from __future__ import annotations

from rulewright.dsl import ir
from rulewright.dsl.ir_cases import Given, GivenRow, GivenTable, Open, Rated, TestCase
from rulewright.engine.phrases import literal
from rulewright.engine.words import date_text
from rulewright.facts.base import ANSWER
from rulewright.facts.types import Level
from rulewright.facts.vocabulary import Vocabulary

_EXTENTS = {"closed": "complete", "open": "incomplete", "unstated": "unstated"}
_QUOTED = frozenset(("string", "version", "purl", "cpe", "license"))


def line(case: TestCase, vocabulary: Vocabulary) -> str | None:
    """The test as it stands in a block: `given … expect …`."""
    try:
        facts = [_assigned(name, value, vocabulary) for name, value in case.attributes]
        facts += [f"{_plural(table, vocabulary)} = {_table(table, vocabulary, top=True)}" for table in case.tables]
        inside = f"{{ {', '.join(facts)} }}" if facts else "{ }"
        if case.fixture is not None:
            inside = _text(case.fixture) + (f" with {inside}" if facts else "")
        on = f" on {', '.join(map(_text, case.on))}" if case.on else ""
    except ValueError:
        return None
    return f"given {inside} expect {case.expect}{on}"


def head(requirement: str, as_of: int | None, *, full: bool = False) -> str:
    """How a block of tests begins: `test "4.1" as of 2026-09-01 {`; `full`: with its module, `test acme.s:"4.1" {`."""
    module, _, name = requirement.partition(":")
    day = "" if as_of is None else f" as of {date_text(as_of)}"
    return f"test {f'{module}:' if full else ''}{_text(name)}{day} {{"


def _assigned(name: str, value: Given | Rated, vocabulary: Vocabulary) -> str:
    if name.startswith(ANSWER):
        number = name.partition("#")[2]
        return f"{f'manual.{number}' if number else 'manual'} = {_value(value, 'bool')}"
    found = vocabulary.attributes.get(name)
    return f"{name} = {_value(value, 'string' if found is None else found.type.kind.value)}"


def _value(value: Given | Rated, kind: str) -> str:
    if isinstance(value, Rated):
        return f"{_value(value.value, kind)} at {Level(value.level).word}"
    if isinstance(value, Open):
        return "?" if value.state == "missing" else f"? {value.state}"
    if isinstance(value, str) and kind in _QUOTED:
        return _text(value)
    if isinstance(value, tuple):
        return "{" + ", ".join(_word(word) for word in value) + "}"
    return _word(value) if isinstance(value, str) else _number(literal(value, kind), kind)


def _number(shown: str, kind: str) -> str:
    """A number or a day.  Raises `ValueError` for one that rule files cannot hold: too many digits, no year of four."""
    before, point, _ = shown.partition(".")
    if (kind == "date" and shown.startswith("day")) or len(before) > (12 if point else 18):
        raise ValueError(shown)
    return shown


def _word(word: ir.Value) -> str:
    """A word, quoted where it is none."""
    assert isinstance(word, str)
    shown = literal(word, "string")
    return _text(word) if shown.startswith('"') else shown


def _text(text: str) -> str:
    """A quoted text.  Raises `ValueError` for what rule files cannot hold."""
    if '"' in text or "\\" in text or not text.isprintable():
        raise ValueError(text)
    return f'"{text}"'


def _plural(table: GivenTable, vocabulary: Vocabulary) -> str:
    found = vocabulary.collection(table.collection)
    return table.collection if found is None else found.plural


def _table(table: GivenTable, vocabulary: Vocabulary, *, top: bool) -> str:
    if table.extent == "absent":
        return "?"
    rows = ", ".join(_row(table.collection, row, vocabulary) for row in table.rows)
    usual = "unstated" if top else "closed"
    extent = "" if table.extent == usual else f" {_EXTENTS[table.extent]}"
    return (f"[ {rows} ]" if rows else "[ ]") + extent


def _row(collection: str, row: GivenRow, vocabulary: Vocabulary) -> str:
    about = vocabulary.collection(collection)
    assert about is not None
    parts = [f"{name} = {_value(value, about.fields[name].type.kind.value)}" for name, value in row.fields]
    if row.depends:
        parts.append(f"depends = [{', '.join(map(_text, row.depends))}]")
    parts += [f"{_plural(child, vocabulary)} = {_table(child, vocabulary, top=False)}" for child in row.children]
    return f"{{ {', '.join(parts)} }}" if parts else "{ }"
