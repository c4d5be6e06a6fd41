"""Colours and symbols of the terminal: one small palette, and what remains without it.

Guarantees: everything can be understood without colour (a word stands next to every symbol) and without Unicode (every
symbol has an ASCII twin).  Colours are the sixteen of the user's own theme, never fixed values.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Ink(StrEnum):
    """Meanings, not colours: what a piece of text is."""

    BOLD = "1"
    DIM = "2"
    FAIL = "1;31"
    WARN = "33"
    GOOD = "32"
    NAME = "36"
    HINT = "1;36"
    PLACE = "34"


class Symbols(msgspec.Struct, frozen=True):
    """The few symbols of a report."""

    cross: str
    tick: str
    question: str
    dash: str
    dot: str
    bar: str
    arrow: str
    ellipsis: str
    rule: str


UNICODE = Symbols("✗", "✓", "?", "–", "·", "│", "→", "…", "─")
ASCII = Symbols("x", "+", "?", "-", "|", "|", "->", "...", "-")


class Paint(msgspec.Struct, frozen=True):
    """How to write on one stream: with colour or not, in Unicode or not, so many columns wide."""

    colour: bool = False
    unicode: bool = True
    columns: int = 100

    @property
    def symbols(self) -> Symbols:
        """The symbols that the stream can show."""
        return UNICODE if self.unicode else ASCII

    def __call__(self, text: str, ink: Ink) -> str:
        """Return the text in its colour; unchanged where there are no colours or no text."""
        return f"\x1b[{ink.value}m{text}\x1b[0m" if self.colour and text else text
