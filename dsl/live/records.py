"""What was read of each piece of a file, by its text, so that a piece is parsed once however often the file changes.

Guarantees: what is remembered of a piece depends on its text and start symbol alone; its places count from its own
start.  What was not asked for lately is forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.dsl.cut import Piece
from rulewright.dsl.live.analysis import Parsed
from rulewright.dsl.live.moving import surfaced
from rulewright.dsl.read import ReadPiece, read_piece
from rulewright.dsl.source import At


class Record:
    """A piece that was read, and its nodes where it was met last."""

    __slots__ = ("_base", "_placed", "asked", "read", "text")

    def __init__(self, text: str, read: ReadPiece) -> None:
        self.text = text
        self.read = read
        self.asked = 0
        self._base = -1
        self._placed: tuple[Parsed, ...] = ()

    def placed(self, base: int) -> tuple[Parsed, ...]:
        """Its nodes as other items see them, for a piece that starts at `base`."""
        if self._base != base:
            self._base, self._placed = base, tuple(surfaced(node, base) for node in self.read.nodes)
        return self._placed


class Records:
    """The pieces of a file, this version's and the latest before it."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Record] = {}
        self._round = 0

    def next(self) -> None:
        """Begin a new version of the file; forget what the last ones did not have."""
        self._round += 1
        if self._round % 64 == 0:
            self._known = {key: r for key, r in self._known.items() if r.asked >= self._round - 64}

    def of(self, text: str, at: At, start: str) -> Record:
        """The record of a piece."""
        stretch = text[at[0] : at[1]]
        found = self._known.get((start, stretch))
        if found is None:
            found = Record(stretch, read_piece(Piece(start, (0, len(stretch))), stretch))
            self._known[start, stretch] = found
        found.asked = self._round
        return found

    def read(self, text: str, at: At, start: str) -> Sequence[Parsed]:
        """The nodes of a piece with places in the piece, all of them in depth."""
        return self.of(text, at, start).read.nodes
