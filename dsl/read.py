"""Read files into syntax trees: decode, cut, parse each piece, keep what can be kept.

Guarantees: each piece that cannot be parsed is one diagnostic, or one per part when its parts can be told apart; the
others are read all the same, and the names that the broken piece would have declared are remembered, so that nothing
that uses them is blamed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from rulewright.dsl import tree, tree_case
from rulewright.dsl.cut import Cut, ModulePiece, Piece, cut
from rulewright.dsl.cut_parts import cut_check, cut_requirement
from rulewright.dsl.flaw import Flaw
from rulewright.dsl.parser import parse
from rulewright.dsl.sink import Sink
from rulewright.dsl.source import Source, SourceText, decode


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read: its text, digest, modules and tests."""

    source: SourceText
    sha256: str
    file: tree_case.File


_DECLARES = re.compile(
    r'(?:requirement|param|define|attribute|objective|axiom|waiver|use)\s+(?:"([^"\n]*)"|([\w.\-]+))'
)
_ALIAS = re.compile(r"\bas\s+([\w\-]+)")


def read(source: Source, sink: Sink, *, tests: bool) -> ReadFile | None:
    """Read one file; None when it is not text."""
    text = decode(source)
    if not isinstance(text, SourceText):
        sink.put(text)
        return None
    pieces = cut(text.text)
    for flaw in pieces.flaws:
        sink.flaw(flaw, text)
    modules = tuple(m for piece in pieces.modules if (m := _module(piece, text, sink)) is not None)
    found = tuple(_tests(pieces, text, sink)) if tests else ()
    return ReadFile(text, sha256(source.text).hexdigest(), tree_case.File(modules, found))


def _module(piece: ModulePiece, text: SourceText, sink: Sink) -> tree.Module | None:
    """A module with the items that could be read."""
    try:
        head = parse(text.text, piece.head, "head")
    except Flaw as flaw:
        sink.flaw(flaw, text)
        return None
    items: list[tree.Item] = []
    broken: set[str] = set()
    for item in piece.items:
        try:
            items += parse(text.text, item.at, "items")
        except Flaw as flaw:
            _salvage(item, flaw, text, sink, broken)
    return tree.Module(head, tuple(items), frozenset(broken), (piece.head[0], piece.end))


def _tests(pieces: Cut, text: SourceText, sink: Sink) -> list[tree_case.Test]:
    """The tests that could be read."""
    tests = []
    for piece in pieces.tests:
        try:
            tests.append(parse(text.text, piece.at, "test"))
        except Flaw as flaw:
            sink.flaw(flaw, text)
    return tests


def _salvage(piece: Piece, flaw: Flaw, text: SourceText, sink: Sink, broken: set[str]) -> None:
    """Tell the flaw, or those of the parts; remember the names that the piece would have declared."""
    stretch = text.text[piece.at[0] : piece.at[1]]
    flaws = _part_flaws(piece, text) if stretch.startswith("requirement") and flaw.code != "RW0605" else []
    for found in flaws or [flaw]:
        sink.flaw(flaw if found.at == flaw.at else found, text)  # the whole knows better what could follow
    broken.update(a or b for a, b in _DECLARES.findall(stretch))
    broken.update(_ALIAS.findall(stretch))


def _part_flaws(piece: Piece, text: SourceText) -> list[Flaw]:
    """The flaws of a requirement's parts and of the lines of its check, each read alone."""
    flaws: list[Flaw] = []
    for part in cut_requirement(text.text, piece.at):
        flaw = _flaw_of(part, text)
        if flaw is not None:
            lines = [_flaw_of(line, text) for line in cut_check(text.text, part.at)]
            found = [f for f in lines if f is not None]
            flaws += [flaw if f.at == flaw.at else f for f in found] or [flaw]
    return flaws


def _flaw_of(piece: Piece, text: SourceText) -> Flaw | None:
    """What is wrong with a piece."""
    try:
        parse(text.text, piece.at, piece.start)
    except Flaw as flaw:
        return flaw
    return None
