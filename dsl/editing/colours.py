"""Semantic tokens: what each word of a file is, for an editor to colour.

Guarantees: keywords are those that the parser takes for keywords at that place, so `c.type` and a word `test` of an enum
are none; pieces that cannot be parsed are coloured as far as they can be read; tokens do not overlap, and none spans two
lines (comments and texts never do).  After an edit only the piece that changed is coloured again.
Beyond `MAX_TOKENS` words and signs of a piece, which the parser refuses, words have the colour of plain words.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from typing import NamedTuple

from rulewright.dsl.editing.marks import What, declared_in, marks_of
from rulewright.dsl.editing.outline import Outline
from rulewright.dsl.editing.pieces import Facts
from rulewright.dsl.editing.prefix import Run, tokens_of
from rulewright.dsl.lex import Token
from rulewright.dsl.limits import MAX_TOKENS
from rulewright.dsl.source import At
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
_MAY_BE_PARAM = frozenset({"enumMember", "property"})
COMMENT = re.compile(r'"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"?|#[^\n]*')


class Colour(NamedTuple):
    """A stretch in characters, its kind as LSP names it, and whether it is a declaration."""

    start: int
    end: int
    kind: str
    declares: bool = False


class Stretch(NamedTuple):
    """A piece, or what lies between two pieces, and where it starts in the file."""

    base: int
    facts: Facts


def terminals(facts: Facts) -> tuple[tuple[int, int, str], ...]:
    """The tokens of a piece: start, end, and the terminal that each is here (`NAME` where it cannot stand)."""
    return facts.once(_terminals)


def _terminals(facts: Facts) -> tuple[tuple[int, int, str], ...]:
    """Read the tokens of a piece."""
    run = Run(facts.start)
    found: list[tuple[int, int, str]] = []
    for token in tokens_of(facts.text, 0, len(facts.text)):
        plain = token.type
        kind = run.read(token) if len(found) < MAX_TOKENS else ""
        found.append((token.start, token.end, kind or plain))
    return tuple(found)


def terminal_at(outline: Outline, offset: int) -> Token | None:
    """The token at an offset, as the terminal that it is here."""
    piece = outline.piece_at(offset)
    base = piece.at[0] if piece is not None else 0
    for start, end, kind in terminals(outline.facts_of(piece)) if piece is not None else ():
        if start + base <= offset <= end + base:
            return Token(kind, outline.source.text[start + base : end + base], start + base, end + base)
    return None


def _words(facts: Facts) -> tuple[Colour, ...]:
    """The colours of a piece but for parameters that it mentions: names by what they mean, the rest by what they are."""
    text = facts.text
    named = [
        Colour(*m.at, _KINDS[m.what], m.declares) for m in marks_of(facts) if m.what in _KINDS and text[m.at[0]] != '"'
    ]
    taken = {n for c in named for n in range(c.start, c.end)}
    rest = [
        Colour(low, high, k) for low, high, kind in terminals(facts) if low not in taken and (k := plain_kind(kind))
    ]
    return tuple(sorted({c.start: c for c in [*rest, *named]}.values()))


def _comments(facts: Facts) -> tuple[Colour, ...]:
    """The comments of a stretch."""
    hits = COMMENT.finditer(facts.text) if "#" in facts.text else ()
    return tuple(Colour(*hit.span(), "comment") for hit in hits if hit[0].startswith("#"))


def colours_of(facts: Facts, params: frozenset[str]) -> tuple[Colour, ...]:
    """The colours of a stretch, with offsets from its start; words that name one of the parameters of the file are such."""
    if not facts.start:
        return facts.once(_comments)
    words = facts.once(_words)
    here = (
        frozenset(facts.text[c.start : c.end] for c in words if c.kind in _MAY_BE_PARAM) & params if params else params
    )
    return facts.once_for(_coloured, here)


def _coloured(facts: Facts, params: Hashable) -> tuple[Colour, ...]:
    """The colours of a piece that mentions these parameters."""
    assert isinstance(params, frozenset)
    found = [
        c._replace(kind="parameter") if c.kind in _MAY_BE_PARAM and facts.text[c.start : c.end] in params else c
        for c in facts.once(_words)
    ]
    kept, last = [], 0
    for colour in sorted([*found, *facts.once(_comments)]):
        if colour.start >= last:
            kept.append(colour)
            last = colour.end
    return tuple(kept)


def plain_kind(terminal: str) -> str:
    """The kind of a terminal, or nothing for brackets and commas."""
    if terminal in _OTHERS:
        return _OTHERS[terminal]
    if terminal in _OPERATORS:
        return "operator"
    return "keyword" if terminal in _KEYWORDS else ""


def stretches(outline: Outline, at: At | None = None) -> Iterator[Stretch]:
    """The pieces of a file, or those that a stretch touches, and the comments between them, in order."""
    text = outline.source.text
    end, number = 0, slice(0, len(outline.pieces))
    if at is not None:
        number = outline.touched(at)
        end = outline.pieces[number.start - 1].at[1] if number.start else 0
    for piece, facts in zip(outline.pieces[number], outline.facts[number], strict=True):
        if text.find("#", end, piece.at[0]) >= 0:
            yield Stretch(end, Facts("", text[end : piece.at[0]]))
        yield Stretch(piece.at[0], facts)
        end = piece.at[0] + len(facts.text)
    last = outline.pieces[number.stop].at[0] if number.stop < len(outline.pieces) else len(text)
    if text.find("#", end, last) >= 0:
        yield Stretch(end, Facts("", text[end:last]))


def params_of(outline: Outline) -> frozenset[str]:
    """The parameters that a file declares."""
    return frozenset(m.name for facts in outline.facts for m in declared_in(facts) if m.what == "param")


def colours(outline: Outline) -> Iterator[Colour]:
    """All semantic tokens of a file, in order; comments included."""
    params = params_of(outline)
    for base, facts in stretches(outline):
        for start, end, kind, declares in colours_of(facts, params):
            yield Colour(start + base, end + base, kind, declares)
