"""SPDX 2 tag-value, first step: text to tags with their values and lines.

A value is the rest of its line, or everything from `<text>` to `</text>`.  Comments begin with `#`.
Guarantees: every line is part of a tag, a comment, empty, or a finding; the time is linear, whatever is left open.
It does not know which tags there are.  Source: SPDX 2.3, clause 4.2 and annex "tag-value".
"""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.sbom.findings import WARNING, Findings, shown
from rulewright.sbom.text import Bytes

OPEN, CLOSE = "<text>", "</text>"
BLANK = " \t"


def split(data: Bytes) -> list[str]:
    """The lines of UTF-8 text, whatever ends them."""
    text = str(data, "utf-8", "replace")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")


def place(line: int) -> str:
    """The name of a line, counted from 1."""
    return f"line {line}"


class Tags:
    """The tags of a document in order: line (from 1), tag, value."""

    __slots__ = ("_closing", "_findings", "_lines")

    def __init__(self, lines: list[str], findings: Findings) -> None:
        self._lines = lines
        self._findings = findings
        self._closing = -1

    def __iter__(self) -> Iterator[tuple[int, str, str]]:
        """Every tag."""
        lines = enumerate(self._lines, 1)
        for number, line in lines:
            tag, colon, value = line.partition(":")
            if not tag.isalnum():
                tag = tag.strip(BLANK)
                if tag.startswith("#"):
                    continue
            if not colon or not tag.isalnum():
                self._stray(line, number)
                continue
            value = value.strip(BLANK)
            if value.startswith(OPEN):
                value, further = self._text(value, number)
                for _ in range(further):
                    next(lines)
            yield number, tag, value

    def _stray(self, line: str, number: int) -> None:
        """A line that is no tag."""
        if line.strip():
            message = f"the line `{shown(line.strip(), 40)}` is no tag with a value"
            hint = "put a value of several lines between <text> and </text>"
            self._findings.add("RW1030", WARNING, message, place(number), hint)

    def _text(self, first: str, number: int) -> tuple[str, int]:
        """The value from `<text>` on line `number`, and how many further lines it takes; one without an end takes none."""
        inner = first[len(OPEN) :]
        text, closed, rest = inner.partition(CLOSE)
        further = 0
        if not closed:
            end = self._next_close(number)
            if end < 0:
                message = "the value begins with <text>, and no </text> follows"
                self._findings.add("RW1030", WARNING, message, place(number))
                return inner, 0
            # the first line as it stands: blanks at its end belong to the text
            begin = self._lines[number - 1].partition(OPEN)[2]
            last, _, rest = self._lines[end].partition(CLOSE)
            text = "\n".join([begin, *self._lines[number:end], last])
            further = end + 1 - number
        if rest and not rest.isspace() and not rest.lstrip().startswith("#"):
            message = f"`{shown(rest.strip(), 40)}` behind </text> belongs to no tag"
            self._findings.add("RW1030", WARNING, message, place(number + further))
        return text, further

    def _next_close(self, start: int) -> int:
        """The index of the next line from `start` on that closes a text; -1 when there is none.  Never looks back."""
        if self._closing < start and self._closing != len(self._lines):
            found = (i for i in range(max(start, self._closing), len(self._lines)) if CLOSE in self._lines[i])
            self._closing = next(found, len(self._lines))
        return -1 if self._closing == len(self._lines) else self._closing
