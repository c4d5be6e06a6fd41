"""Globs and regular expressions as trees of characters, sequences, alternatives and repetitions.

Guarantees: what is read has RE2's meaning for a whole text; what is not read (flags, word borders, Unicode classes)
raises `UnsupportedError`.
What it does not do: match.
"""

from __future__ import annotations

import sys
from typing import NamedTuple, TypeAlias


class UnsupportedError(Exception):
    """An expression that is not read."""


class Chars(NamedTuple):
    """Characters from `low` to `high`, several such ranges; or all others."""

    ranges: tuple[tuple[str, str], ...]
    others: bool = False

    def has(self, char: str) -> bool:
        """Whether a character is one of these."""
        return any(low <= char <= high for low, high in self.ranges) is not self.others

    def edges(self) -> set[str]:
        """The first and last characters of the ranges, and their neighbours outside."""
        found: set[str] = set()
        for low, high in self.ranges:
            before, after = ord(low) - 1, ord(high) + 1
            if before in _SURROGATES:
                before = _SURROGATES.start - 1
            if after in _SURROGATES:
                after = _SURROGATES.stop
            near = [before, ord(low), ord(high), after]
            found |= {chr(code) for code in near if 0 <= code <= sys.maxunicode and code not in _SURROGATES}
        return found


class Sequence(NamedTuple):
    """One after another."""

    parts: tuple[Item, ...]


class Either(NamedTuple):
    """One of several."""

    parts: tuple[Item, ...]


class Repeated(NamedTuple):
    """From `low` to `high` times, or more often."""

    part: Item
    low: int
    high: int | None


Item: TypeAlias = Chars | Sequence | Either | Repeated

ANY = Chars((), others=True)
LINE = Chars((("\n", "\n"),), others=True)
_CLASSES = {
    "d": (("0", "9"),),
    "w": (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z")),
    "s": (("\t", "\n"), ("\f", "\r"), (" ", " ")),
}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_SURROGATES = range(0xD800, 0xE000)
_MOST_REPEATED = 4_096
_MOST_NESTED = 50


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(_MOST_REPEATED))


def of_glob(text: str) -> Item:
    """A glob: `*`, `?`, `[…]`, and a backslash before what is meant literally."""
    parts: list[Item] = []
    at = 0
    while at < len(text):
        char = text[at]
        at += 1
        if char == "*":
            parts.append(Repeated(ANY, 0, None))
        elif char == "?":
            parts.append(ANY)
        elif char == "[":
            negated = text[at : at + 1] in {"!", "^"}
            at += negated
            end = text.find("]", at + 1)
            if end < 0:
                raise UnsupportedError
            parts.append(Chars(_ranges(text[at:end]), others=negated))
            at = end + 1
        else:
            if char == "\\" and at < len(text):
                char, at = text[at], at + 1
            parts.append(Chars(((char, char),)))
    return Sequence(tuple(parts))


def _ranges(text: str) -> tuple[tuple[str, str], ...]:
    """The ranges of a glob's class."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        if text[at + 1 : at + 2] == "-" and at + 2 < len(text):
            found.append((text[at], text[at + 2]))
            at += 3
        else:
            found.append((text[at], text[at]))
            at += 1
    return tuple(found)


def of_regex(text: str) -> Item:
    """A regular expression that is to match the whole text."""
    reader = _Reader(text)
    item = reader.alternatives()
    if reader.at < len(text):
        raise UnsupportedError
    return item


class _Reader:
    """Reads from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def peek(self) -> str:
        """The next character, empty at the end."""
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        """Go over the next character."""
        char = self.peek()
        if not char:
            raise UnsupportedError
        self.at += 1
        return char

    def alternatives(self) -> Item:
        """`a|b|c`."""
        parts = [self.sequence()]
        while self.peek() == "|":
            self.take()
            parts.append(self.sequence())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def sequence(self) -> Item:
        """`abc`, each with its repetition; anchors at the ends of the whole mean nothing."""
        parts: list[Item] = []
        while (char := self.peek()) and char not in "|)":
            if (char == "^" and self.at == 0) or (char == "$" and self.at == len(self.text) - 1):
                if "|" in self.text:
                    raise UnsupportedError
                self.take()
                continue
            parts.append(self.repeated(self.single()))
        return Sequence(tuple(parts))

    def repeated(self, item: Item) -> Item:
        """`*`, `+`, `?`, `{m,n}` behind an item."""
        char = self.peek()
        if char not in {"*", "+", "?", "{"}:
            return item
        low, high = self.count() if char == "{" else {"*": (0, None), "+": (1, None), "?": (0, 1)}[self.take()]
        if self.peek() == "?":  # lazy: the same texts
            self.take()
        if self.peek() in {"*", "+", "{"}:
            raise UnsupportedError
        return Repeated(item, low, high)

    def count(self) -> tuple[int, int | None]:
        """`{m}`, `{m,}`, `{m,n}`."""
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : end].partition(",")
        if end < 0 or not _number(low) or not (_number(high) or not high):
            raise UnsupportedError
        self.at = end + 1
        least, most = int(low), int(high) if high else None if comma else int(low)
        if least > _MOST_REPEATED or (most or 0) > _MOST_REPEATED:
            raise UnsupportedError
        return least, most

    def single(self) -> Item:
        """One character, class or group."""
        char = self.take()
        match char:
            case "(":
                return self.group()
            case "[":
                return self.chars()
            case ".":
                return LINE
            case "\\":
                return Chars(*self.escaped())
            case "*" | "+" | "?" | "{" | "^" | "$":
                raise UnsupportedError
            case _:
                return Chars(((char, char),))

    def group(self) -> Item:
        """Behind `(`: a plain group or `?:`."""
        if self.peek() == "?":
            self.take()
            if self.take() != ":":
                raise UnsupportedError
        self.depth += 1
        if self.depth > _MOST_NESTED:
            raise UnsupportedError
        item = self.alternatives()
        if self.take() != ")":
            raise UnsupportedError
        self.depth -= 1
        return item

    def escaped(self) -> tuple[tuple[tuple[str, str], ...], bool]:
        """Behind a backslash: a class or a character."""
        char = self.take()
        if char.lower() in _CLASSES:
            return _CLASSES[char.lower()], char.isupper()
        if char in _CONTROLS:
            char = _CONTROLS[char]
        elif char.isalnum():
            raise UnsupportedError
        return ((char, char),), False

    def chars(self) -> Item:
        """Behind `[`."""
        negated = self.peek() == "^"
        if negated:
            self.take()
        ranges: list[tuple[str, str]] = []
        first = True
        while first or self.peek() != "]":
            low = self.one(ranges)
            first = False
            if low and self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in {"]", ""}:
                self.take()
                high = self.one(ranges)
                if not high or high < low:
                    raise UnsupportedError
                ranges.append((low, high))
            elif low:
                ranges.append((low, low))
        self.take()
        return Chars(tuple(ranges), others=negated)

    def one(self, ranges: list[tuple[str, str]]) -> str:
        """One character of a class; a class in it goes to the ranges and gives the empty text."""
        char = self.take()
        if char == "[" and self.peek() == ":":
            raise UnsupportedError
        if char != "\\":
            return char
        found, others = self.escaped()
        if others:
            raise UnsupportedError
        if len(found) == 1 and found[0][0] == found[0][1]:
            return found[0][0]
        ranges += found
        return ""
