"""A rule file as text, with places.

Guarantees: offsets are characters of the decoded text without its byte-order mark; lines and columns count from 1; a file
that is not UTF-8, holds a NUL or an invisible direction mark, or is too large is a diagnostic, never an exception.
What it does not do: read files, or split the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from rulewright.diagnostics import Diagnostic, Severity, Span
from rulewright.dsl import ir
from rulewright.dsl.limits import MAX_BYTES

At = tuple[int, int]
"""A stretch of a text: start and end offset in characters, end exclusive."""


@dataclass(frozen=True, slots=True)
class Source:
    """A rule file as given: the name that diagnostics show, and its bytes."""

    name: str
    text: bytes


@dataclass(frozen=True, slots=True)
class SourceText:
    """A decoded rule file."""

    name: str
    text: str
    starts: tuple[int, ...] = field(repr=False, compare=False)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def span(self, at: At) -> Span:
        """The place as diagnostics carry it."""
        line, column = self.position(at[0])
        end_line, end_column = self.position(at[1])
        return Span(self.name, at[0], at[1], line, column, end_line, end_column)

    def place(self, at: At) -> ir.Place:
        """The place as the IR carries it."""
        line, column = self.position(at[0])
        return ir.Place(self.name, line, column)

    @property
    def editable(self) -> bool:
        """Whether places are those of this text, so that edits can be made at them; not so of a file in the JSON form."""
        return True

    def notes(self, _at: At) -> tuple[str, ...]:
        """What a diagnostic at a place says besides; of a file in the JSON form, the rule text that is meant."""
        return ()

    def clean(self, at: At) -> str:
        """The text of a stretch on one line: comments dropped, white space collapsed (none inside `(` and `)`), strings untouched."""
        return _SPACE.sub(_one_space, self.text[at[0] : at[1]]).strip()


_SPACE = re.compile(r'("(?:[^"\\\n]|\\[^\n])*")|(?:#[^\n]*|\s+)+')
_HIDDEN = re.compile("[\x00\u202a-\u202e\u2066-\u2069]")
_MARKS = re.compile(rb"\xe2(?:\x80[\xaa-\xae]|\x81[\xa6-\xa9])")
"""The invisible marks in UTF-8: their first byte is rare, and searched for at the speed of memory."""


def _one_space(found: re.Match[str]) -> str:
    """Keep a string, make everything else one space; nothing after an opening parenthesis and before a closing one."""
    if found[1]:
        return found[1]
    text, start, end = found.string, *found.span()
    return "" if text[max(start - 1, 0)] == "(" or text[end : end + 1] == ")" else " "


def _starts(text: str) -> tuple[int, ...]:
    """Offsets at which lines start."""
    return (0, *accumulate(map((1).__add__, map(len, text.split("\n")[:-1]))))


def decode(source: Source) -> SourceText | Diagnostic:
    """Decode a rule file, or say why it is not text."""
    data = source.text
    if len(data) > MAX_BYTES:
        return _flaw(source, "RW0601", f"the file has {len(data)} bytes, more than {MAX_BYTES}", "split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as flaw:
        message = f"the file is not UTF-8: byte 0x{data[flaw.start]:02x} at offset {flaw.start}"
        return _flaw(source, "RW0101", message, "save the file as UTF-8", flaw.start)
    decoded = SourceText(source.name, text, _starts(text))
    hidden = _HIDDEN.search(text) if b"\x00" in data or _MARKS.search(data) else None
    if hidden is None:
        return decoded
    what = "a NUL character" if hidden[0] == "\x00" else f"the invisible direction mark U+{ord(hidden[0]):04X}"
    return Diagnostic("RW0102", Severity.ERROR, f"{what} in the file", decoded.span(hidden.span()), hint="delete it")


def _flaw(source: Source, code: str, message: str, hint: str, offset: int = 0) -> Diagnostic:
    """A finding about a file that could not be decoded."""
    return Diagnostic(code, Severity.ERROR, message, source=source.name, offset=offset, hint=hint)
