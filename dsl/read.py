"""Read files into syntax trees: decode, cut, parse each piece, keep what can be kept.

Guarantees: each piece that cannot be parsed is one diagnostic, or one per part when its parts can be told apart; the
others are read all the same, and the names that the broken piece would have declared are remembered, so that nothing
that uses them is blamed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from rulewright.dsl import tree, tree_case
from rulewright.dsl.cut import Cut, ModulePiece, Piece, cut
from rulewright.dsl.cut_parts import cut_check, cut_requirement
from rulewright.dsl.flaw import Flaw
from rulewright.dsl.form.recognised import is_form
from rulewright.dsl.parser import parse
from rulewright.dsl.sink import Sink
from rulewright.dsl.source import Source, SourceText, decode


@dataclass(frozen=True, slots=True)
class ReadPiece:
    """What a piece holds: its nodes, or what is wrong with it and the names that it would have declared."""

    nodes: tuple[tree.Head | tree.Item | tree_case.Test, ...]
    flaws: tuple[Flaw, ...] = ()
    broken: frozenset[str] = frozenset()


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
    """Read one file, of text or in the JSON form; None when it is neither."""
    if is_form(source.text):
        from rulewright.dsl.form.reading import read_form

        return read_form(source, sink, tests=tests)
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
    found = [read_piece(Piece("head", piece.head), text.text), *(read_piece(item, text.text) for item in piece.items)]
    for part in found:
        for flaw in part.flaws:
            sink.flaw(flaw, text)
        if not found[0].nodes:
            return None
    return module_of(piece, found)


def module_of(piece: ModulePiece, found: Sequence[ReadPiece]) -> tree.Module | None:
    """A module from its head and its items, each read alone; none without a head."""
    head = found[0].nodes[0] if found[0].nodes else None
    if not isinstance(head, tree.Head):
        return None
    items = tuple(n for part in found[1:] for n in part.nodes if not isinstance(n, tree.Head | tree_case.Test))
    broken = frozenset(name for part in found[1:] for name in part.broken)
    return tree.Module(head, items, broken, (piece.head[0], piece.end))


def _tests(pieces: Cut, text: SourceText, sink: Sink) -> Iterator[tree_case.Test]:
    """The tests that could be read."""
    for piece in pieces.tests:
        found = read_piece(piece, text.text)
        for flaw in found.flaws:
            sink.flaw(flaw, text)
        yield from (node for node in found.nodes if isinstance(node, tree_case.Test))


def read_piece(piece: Piece, text: str) -> ReadPiece:
    """Parse a piece; what is wrong with it, or with its parts, and the names that it would have declared."""
    try:
        found = parse(text, piece.at, piece.start)
    except Flaw as flaw:
        if piece.start != "items":
            return ReadPiece((), (flaw,))
        return _salvaged(piece, flaw, text)
    return ReadPiece(tuple(found) if piece.start == "items" else (found,))


def _salvaged(piece: Piece, flaw: Flaw, text: str) -> ReadPiece:
    """The flaw, or those of the parts; the names that the piece would have declared."""
    stretch = text[piece.at[0] : piece.at[1]]
    flaws = _part_flaws(piece, text) if stretch.startswith("requirement") and flaw.code != "RW0605" else []
    # Up to its flaw the whole was read: what a part says against that comes from where it was cut.
    flaws = [f for f in flaws if f.at[0] >= flaw.at[0] or not text[f.at[1] : flaw.at[0]].strip()] or [flaw]
    told = tuple(flaw if found.at == flaw.at else found for found in flaws)  # the whole knows better
    names = [a or b for a, b in _DECLARES.findall(stretch)] + _ALIAS.findall(stretch)
    return ReadPiece((), told, frozenset(names))


def _part_flaws(piece: Piece, text: str) -> list[Flaw]:
    """The flaws of a requirement's parts and of the lines of its check, each read alone."""
    flaws: list[Flaw] = []
    since = piece.at[0]
    for part in cut_requirement(text, piece.at):
        flaw = _flaw_of(part, text, since)
        if flaw is not None:
            lines = [_flaw_of(line, text, since) for line in cut_check(text, part.at)]
            found = [f for f in lines if f is not None]
            flaws += [flaw if f.at == flaw.at else f for f in found] or [flaw]
    return flaws


def _flaw_of(piece: Piece, text: str, since: int) -> Flaw | None:
    """What is wrong with a piece of an item."""
    try:
        parse(text, piece.at, piece.start, since)
    except Flaw as flaw:
        return flaw
    return None
