"""Offsets of a text as lines and characters of the protocol, and back.

Guarantees: lines end as the protocol says (LF, CR LF or CR; nothing else); characters are counted in the encoding that was
agreed (UTF-16, UTF-8 or UTF-32); a position beyond the end of a line or of the text is its end, as the protocol demands.
Source: LSP 3.17, "Text Documents", "Position".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from rulewright.dsl.source import At

_LINE_END = re.compile(r"\r\n|\n|\r")
ENCODINGS = ("utf-16", "utf-8", "utf-32")

Point = tuple[int, int]
"""Line and character, from 0."""


def units(text: str, encoding: str) -> int:
    """How many units of an encoding a text takes; a lone surrogate counts as one character of its plane."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def _step(character: str, encoding: str) -> int:
    """How many units one character takes."""
    if encoding == "utf-16":
        return 2 if ord(character) > 0xFFFF else 1
    return len(character.encode("utf-8", "surrogatepass")) if encoding == "utf-8" else 1


class Lines:
    """A text by its lines."""

    def __init__(self, text: str, encoding: str) -> None:
        self.text = text
        self.encoding = encoding
        if "\r" in text:
            found = [hit.span() for hit in _LINE_END.finditer(text)]
            self.starts = [0, *(end for _, end in found)]
            self.ends = [*(start for start, _ in found), len(text)]
        else:
            self.starts = [0, *accumulate(map((1).__add__, map(len, text.split("\n")[:-1])))]
            self.ends = [*map((-1).__add__, self.starts[1:]), len(text)]

    def row(self, offset: int) -> int:
        """The line of an offset."""
        return bisect_right(self.starts, offset) - 1

    def point(self, offset: int) -> Point:
        """The position of an offset."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self.starts, offset) - 1
        return line, units(self.text[self.starts[line] : offset], self.encoding)

    def points(self, at: At) -> tuple[Point, Point]:
        """The positions of a stretch."""
        return self.point(at[0]), self.point(at[1])

    def offset(self, line: int, character: int) -> int:
        """The offset of a position; of one inside a character, the offset of that character."""
        if line >= len(self.starts):
            return len(self.text)
        start, end = self.starts[line], self.ends[line]
        if self.encoding == "utf-32" or self.text[start:end].isascii():
            return min(start + character, end)
        widths = accumulate(_step(c, self.encoding) for c in self.text[start:end])
        return start + sum(1 for width in widths if width <= character)
