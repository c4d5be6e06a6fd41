"""What was read of each piece of a file, by its text, so that a piece is parsed once however often the file changes.

Guarantees: what is remembered of a piece depends on its text and start symbol alone; its places count from its own
start.  What was not asked for lately is forgotten: all that is kept is no longer than twice the file.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.dsl.cut import Piece
from rulewright.dsl.live.analysis import Parsed
from rulewright.dsl.live.moving import is_deep, surfaced
from rulewright.dsl.read import ReadPiece, read_piece
from rulewright.dsl.source import At

SPARE = 65_536
"""Characters of former pieces that are kept of a short file; of a long one, as many as it has."""


class Record:
    """A piece that was read, and its nodes where it was met last."""

    __slots__ = ("_base", "_placed", "asked", "deep", "read", "text")

    def __init__(self, text: str, read: ReadPiece) -> None:
        self.text = text
        self.read = read
        self.deep = is_deep(read.nodes)
        """whether it is nested so deeply that it is left to the compiler"""
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

    def __len__(self) -> int:
        return len(self._known)

    @property
    def texts(self) -> frozenset[str]:
        """The texts of the pieces that are kept."""
        return frozenset(text for _, text in self._known)

    def next(self) -> None:
        """Begin a new version of the file; forget what the last ones did not have, the oldest first, beyond the room there is."""
        now = sum(len(r.text) for r in self._known.values() if r.asked == self._round)
        room = max(SPARE, now)
        for key, record in sorted(self._known.items(), key=_latest, reverse=True):
            if record.asked != self._round:
                room -= len(record.text)
                if room < 0:
                    del self._known[key]
        self._round += 1

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
        """The nodes of a piece with places in the piece, all of them in depth; none where that is too deep."""
        found = self.of(text, at, start)
        return () if found.deep else found.read.nodes


def _latest(known: tuple[tuple[str, str], Record]) -> int:
    """When a piece was asked for last."""
    return known[1].asked
