"""One rule file by its pieces: modules, items, tests, the names in each.

Guarantees: offsets are those of the file; an outline of a text that differs in one piece costs that piece alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import msgspec

from rulewright.dsl import tree, tree_case
from rulewright.dsl.cut import cut
from rulewright.dsl.editing.marks import Mark, Parsed, marks_of, nodes_of
from rulewright.dsl.live import LivePiece
from rulewright.dsl.source import At, Source, SourceText, decode


@dataclass(frozen=True, slots=True)
class Node:
    """A parsed node and where its piece starts: offsets in `node` count from there."""

    node: Parsed
    base: int

    def at(self, at: At) -> At:
        """A stretch of the node as one of the file."""
        return (at[0] + self.base, at[1] + self.base)


@dataclass(frozen=True)
class Outline:
    """A text and its pieces, in order."""

    source: SourceText
    pieces: tuple[LivePiece, ...]

    @property
    def name(self) -> str:
        """The file's name."""
        return self.source.name

    def text_of(self, piece: LivePiece) -> str:
        """The text of a piece, without the white space behind it."""
        return self.source.text[piece.at[0] : piece.at[1]].rstrip()

    def nodes(self, piece: LivePiece) -> Iterator[Node]:
        """The nodes of a piece."""
        for node in nodes_of(piece.start, self.text_of(piece)):
            yield Node(node, piece.at[0])

    def marks_in(self, piece: LivePiece) -> Iterator[Mark]:
        """The marks of a piece, with offsets of the file."""
        base = piece.at[0]
        for mark in marks_of(piece.start, self.text_of(piece)):
            scope = (mark.scope[0] + base, mark.scope[1] + base)
            yield msgspec.structs.replace(mark, at=(mark.at[0] + base, mark.at[1] + base), scope=scope)

    def marks(self) -> Iterator[tuple[LivePiece, Mark]]:
        """All marks with their pieces."""
        for piece in self.pieces:
            for mark in self.marks_in(piece):
                yield piece, mark

    def piece_at(self, offset: int) -> LivePiece | None:
        """The last piece in which an offset lies, its end included."""
        found = [p for p in self.pieces if p.at[0] <= offset <= p.at[1]]
        return found[-1] if found else None

    def piece_before(self, offset: int) -> LivePiece | None:
        """The last piece that starts at an offset or before."""
        found = [p for p in self.pieces if p.at[0] <= offset]
        return found[-1] if found else None

    def mark_at(self, offset: int) -> tuple[LivePiece, Mark] | None:
        """The narrowest mark at an offset, its end included."""
        piece = self.piece_at(offset)
        found = [m for m in (self.marks_in(piece) if piece else ()) if m.at[0] <= offset <= m.at[1]]
        if piece is None or not found:
            return None
        return piece, min(found, key=lambda m: (m.at[1] - m.at[0], offset - m.at[0]))

    @cached_property
    def heads(self) -> tuple[Node, ...]:
        """The heads of its modules, in order; a head that cannot be parsed is left out."""
        return tuple(n for p in self.pieces if p.start == "head" for n in self.nodes(p))

    def head_of(self, piece: LivePiece) -> tree.Head | None:
        """The head of a piece's module."""
        for other in self.pieces:
            if other.start == "head" and other.module == piece.module:
                for node in nodes_of("head", self.text_of(other)):
                    return node if isinstance(node, tree.Head) else None
        return None

    def items(self, module: int) -> Iterator[Node]:
        """The items of a module."""
        for piece in self.pieces:
            if piece.start == "items" and piece.module == module:
                yield from self.nodes(piece)

    def tests(self) -> Iterator[tuple[tree_case.Test, int]]:
        """The tests, each with where its piece starts."""
        for piece in self.pieces:
            if piece.start == "test":
                for node in self.nodes(piece):
                    if isinstance(node.node, tree_case.Test):
                        yield node.node, piece.at[0]

    @property
    def modules(self) -> tuple[int, ...]:
        """The numbers of its modules."""
        return tuple(p.module for p in self.pieces if p.start == "head")


def outline(source: SourceText) -> Outline:
    """The outline of a text."""
    pieces = cut(source.text)
    found = [LivePiece("head", m.head, n) for n, m in enumerate(pieces.modules)]
    found += [LivePiece(p.start, p.at, n) for n, m in enumerate(pieces.modules) for p in m.items]
    found += [LivePiece("test", p.at, -1) for p in pieces.tests]
    return Outline(source, tuple(sorted(found, key=lambda p: p.at)))


@lru_cache(maxsize=256)
def outline_of(source: Source) -> Outline:
    """The outline of a file; an empty one where it is not text."""
    decoded = decode(source)
    return outline(decoded if isinstance(decoded, SourceText) else SourceText(source.name, "", (0,)))
