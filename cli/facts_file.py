"""Facts files: YAML, TOML or JSON text to plain data, and pointers back to lines.

Guarantees: scalars are not reinterpreted (`no`, `1.10` and dates stay text; only true, false, null and whole numbers are
more than text), so the vocabulary alone decides what a value is; keys given twice, anchors and tags are diagnostics;
size and depth are bounded.  It types nothing: `facts.declared` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from rulewright.cli.changed import changed
from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic, Severity, Span
from rulewright.facts.lazy import deferred

MAX_BYTES = 256 * 1024 * 1024
MAX_YAML_BYTES = 16 * 1024 * 1024
_ESCAPE = deferred(r"\\(?:u|U0000)[dD][89a-fA-F]")


class _FactsError(Exception):
    """What is wrong with the text, and where: character offset, or line and column from 1."""

    def __init__(self, message: str, place: tuple[int, int] | None = None) -> None:
        super().__init__(message)
        self.place = place


class FactsText(msgspec.Struct, frozen=True):
    """A facts file: its plain data, and how to find a place in it again."""

    name: str
    text: str
    kind: str
    data: object

    def located(self, diagnostic: Diagnostic) -> Diagnostic:
        """Give a diagnostic that holds a pointer into the data its line and column."""
        from rulewright.cli.facts_places import find

        place = find(self.text, self.kind, diagnostic.pointer or "")
        if place is None:
            return diagnostic
        line, column, length = place
        return changed(diagnostic, span=_span(self.name, self.text, line, column, length), source=None, pointer=None)


def kind_of(name: str, text: str) -> str:
    """Tell the notation by the name's ending, else by the text."""
    ending = name.rpartition(".")[2].lower()
    if ending in {"json", "toml"}:
        return ending
    if ending in {"yaml", "yml"}:
        return "yaml"
    if text.lstrip()[:1] == "{":
        return "json"
    return "toml" if re.search(r"^[ \t]*[\w.\"-]+[ \t]*=", text, re.MULTILINE) else "yaml"


def read(name: str, data: bytes) -> FactsText | Diagnostic:
    """Read a facts file."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"the file is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}"
        return problem("RW0010", message, "save it as UTF-8", name)
    kind = kind_of(name, text)
    if len(data) > (MAX_YAML_BYTES if kind == "yaml" else MAX_BYTES):
        return problem("RW0010", f"the file has {len(data):,} bytes, which is too many for a facts file", None, name)
    try:
        return FactsText(name, text, kind, _encodable(text, _READERS[kind](text)))
    except _FactsError as error:
        return _flaw(name, text, kind, error)
    except RecursionError:
        return problem("RW0010", "values are nested too deeply", None, name)


def _encodable(text: str, data: object) -> object:
    """The data, unless one of its escapes names half of a surrogate pair: that is no text."""
    if "\\" in text and _ESCAPE.search(text):
        import json

        try:
            json.dumps(data, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise _FactsError("an escape names half of a surrogate pair") from None
    return data


def _flaw(name: str, text: str, kind: str, error: _FactsError) -> Diagnostic:
    """Make the diagnostic for a text that is not well formed."""
    message = f"the file is not well-formed {kind.upper()}: {error}"
    if error.place is None:
        return problem("RW0010", message, None, name)
    return Diagnostic("RW0010", Severity.ERROR, message, _span(name, text, *error.place, 1))


def _span(name: str, text: str, line: int, column: int, length: int) -> Span:
    """Make the span of a stretch on one line."""
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    offset = start + column - 1
    return Span(name, offset, offset + length, line, column, line, column + length)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make a mapping of pairs; a key that is there twice is an error."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _FactsError(f"the key `{key}` is there twice")
        found[key] = value
    return found


def _constant(word: str) -> object:
    """Refuse what JSON does not have."""
    raise _FactsError(f"`{word}` is no number of JSON")


def _json(text: str) -> object:
    """Read JSON; numbers with a point stay text."""
    plain = _plain_json(text)
    if plain is not None:
        return plain
    import json

    try:
        data: object = json.loads(text, object_pairs_hook=_once, parse_float=str, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise _FactsError(error.msg.lower(), (error.lineno, error.colno)) from None
    except ValueError as error:  # an integer of absurd length
        raise _FactsError(str(error)) from None
    return data


def _plain_json(text: str) -> object | None:
    """Read JSON of the plainest kind, in a thousandth of the time that the import of `json` takes.

    What is read, encoded again, gives the text back: so no key was there twice, and no number or escape has lost its
    form.  `None` where it does not; the careful reader then finds out why.
    """
    data = text.encode()
    try:
        plain: object = msgspec.json.Decoder(float_hook=str).decode(data)
        return plain if msgspec.json.encode(plain) == msgspec.json.format(data, indent=-1) else None
    except (msgspec.DecodeError, RecursionError):
        return None


def _toml(text: str) -> object:
    """Read TOML; its dates and numbers with a point become text again."""
    import tomllib

    try:
        return _plain(tomllib.loads(text, parse_float=str))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        message = str(error).partition(" (at ")[0].lower()
        raise _FactsError(message, (int(place[1]), int(place[2])) if place else None) from None
    except ValueError as error:
        raise _FactsError(str(error)) from None


def _plain(value: object) -> object:
    """Turn TOML's dates into text."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bool | int | str):
        return value
    return str(value).replace(" ", "T")


def _yaml(text: str) -> object:
    """Read YAML with the fewest surprises."""
    import yaml

    from rulewright.cli.facts_yaml import load

    try:
        return load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else None
        raise _FactsError(error.problem or error.context or "unreadable", place) from None
    except yaml.YAMLError as error:
        raise _FactsError(str(error).partition("\n")[0]) from None


_READERS: dict[str, Callable[[str], object]] = {"json": _json, "toml": _toml, "yaml": _yaml}
