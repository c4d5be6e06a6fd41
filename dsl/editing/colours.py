"""Semantic tokens: what each word of a file is, for an editor to colour.

Guarantees: keywords are those that the parser takes for keywords at that place, so `c.type` and a word `test` of an enum
are none; pieces that cannot be parsed are coloured as far as they can be read; tokens do not overlap, and none spans two
lines (comments and texts never do).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rulewright.dsl.editing.marks import Mark, What
from rulewright.dsl.editing.outline import Outline
from rulewright.dsl.editing.prefix import Run, tokens_of
from rulewright.dsl.lex import Token
from rulewright.dsl.live import LivePiece
from rulewright.dsl.tables import WORDS

LEGEND = (
    "keyword", "namespace", "type", "property", "variable", "parameter", "function", "enumMember", "string", "number",
    "comment", "operator", "class", "decorator",
)  # fmt: skip
"""The kinds of tokens, as LSP names them; a token carries its place in this list."""
MODIFIERS = ("declaration",)

_KINDS: dict[What, str] = {
    "module": "namespace", "alias": "namespace", "standard": "namespace", "requirement": "class", "param": "parameter",
    "define": "function", "axiom": "class", "objective": "decorator", "attribute": "property", "waiver": "class",
    "variable": "variable", "field": "property", "collection": "type", "path": "property", "word": "enumMember",
    "threat": "enumMember", "detector": "enumMember", "type": "type",
}  # fmt: skip
_OTHERS = {
    "STRING": "string", "VERS": "string", "INT": "number", "DECIMAL": "number", "DATE": "number", "DURATION": "number",
    "NAME": "enumMember",
}  # fmt: skip
_OPERATORS = frozenset({"EQ", "NE", "LT", "LE", "GT", "GE", "PLUS", "MINUS", "QMARK"})
_KEYWORDS = frozenset(WORDS.values())
COMMENT = re.compile(r'"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"?|#[^\n]*')


class Colour(NamedTuple):
    """A stretch in characters, its kind as LSP names it, and whether it is a declaration."""

    start: int
    end: int
    kind: str
    declares: bool = False


@lru_cache(maxsize=16_384)
def terminals(start: str, text: str) -> tuple[tuple[int, int, str], ...]:
    """The tokens of a piece by its text: start, end, and the terminal that each is here (`NAME` where it cannot stand)."""
    run = Run(start)
    found = []
    for token in tokens_of(text, 0, len(text)):
        plain = token.type
        found.append((token.start, token.end, run.read(token) or plain))
    return tuple(found)


def terminal_at(outline: Outline, offset: int) -> Token | None:
    """The token at an offset, as the terminal that it is here."""
    piece = outline.piece_at(offset)
    for start, end, kind in terminals(piece.start, outline.text_of(piece)) if piece is not None else ():
        low, high = start + (piece.at[0] if piece else 0), end + (piece.at[0] if piece else 0)
        if low <= offset <= high:
            return Token(kind, outline.source.text[low:high], low, high)
    return None


@lru_cache(maxsize=16_384)
def _colours_of(start: str, text: str, marks: tuple[Mark, ...]) -> tuple[Colour, ...]:
    """The colours of a piece, with offsets from its start: names by what they mean, the rest by what they are."""
    named = [Colour(*m.at, _KINDS[m.what], m.declares) for m in marks if m.what in _KINDS and text[m.at[0]] != '"']
    taken = {n for c in named for n in range(c.start, c.end)}
    rest = [
        Colour(low, high, k)
        for low, high, kind in terminals(start, text)
        if low not in taken and (k := plain_kind(kind))
    ]
    return tuple(sorted({c.start: c for c in [*rest, *named]}.values()))


def plain_kind(terminal: str) -> str:
    """The kind of a terminal, or nothing for brackets and commas."""
    if terminal in _OTHERS:
        return _OTHERS[terminal]
    if terminal in _OPERATORS:
        return "operator"
    return "keyword" if terminal in _KEYWORDS else ""


def colours(outline: Outline) -> Iterator[Colour]:
    """All semantic tokens of a file, in order; comments included."""
    params = {m.name for _, m in outline.marks() if m.what == "param" and m.declares}
    found = [_as_param(c, outline, params) for piece in outline.pieces for c in _piece(outline, piece)]
    found += [Colour(*hit.span(), "comment") for hit in COMMENT.finditer(outline.source.text) if hit[0].startswith("#")]
    last = 0
    for colour in sorted(found):
        if colour.start >= last:
            yield colour
            last = colour.end


def _as_param(colour: Colour, outline: Outline, params: set[str]) -> Colour:
    """A word that names a parameter, as one."""
    if colour.kind in {"enumMember", "property"} and outline.source.text[colour.start : colour.end] in params:
        return colour._replace(kind="parameter")
    return colour


def _piece(outline: Outline, piece: LivePiece) -> Iterator[Colour]:
    """The tokens of a piece, with offsets of the file."""
    from rulewright.dsl.editing.marks import marks_of

    text, base = outline.text_of(piece), piece.at[0]
    for start, end, kind, declares in _colours_of(piece.start, text, marks_of(piece.start, text)):
        yield Colour(start + base, end + base, kind, declares)
