"""What is known of a rule file at one moment of its writing.

Guarantees: plain values; pieces are in the order of the file and never overlap; offsets are characters of `source.text`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rulewright.diagnostics import Diagnostic
from rulewright.dsl import tree, tree_case
from rulewright.dsl.literals import LiteralChecks
from rulewright.dsl.names import VocabularyLike
from rulewright.dsl.source import At, Source, SourceText

if TYPE_CHECKING:
    from rulewright.dsl.live.records import Records

Parsed = tree.Head | tree.Item | tree_case.Test


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a file may use: the vocabulary, the judges of literals, and all other sources by name, vocabularies included.

    A workspace makes a new one when a file beside the edited one changes, so identity tells whether it is the same.
    """

    vocabulary: VocabularyLike
    checks: LiteralChecks
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class LivePiece:
    """A stretch that is parsed alone: its start symbol (`head`, `items`, `test`), its place, the number of its module.

    A test belongs to no module (-1).
    """

    start: str
    at: At
    module: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """A text, its pieces, and what is wrong with it, in order of place.

    `settled` is false while some diagnostics are those of the text before the last edit, moved to where they are now.
    """

    source: SourceText
    pieces: tuple[LivePiece, ...]
    diagnostics: tuple[Diagnostic, ...]
    settled: bool = True
    records: Records | None = field(default=None, repr=False, compare=False)

    def nodes(self, piece: LivePiece) -> tuple[Parsed, ...]:
        """The parsed nodes of a piece, with places in the whole text; none where it cannot be parsed."""
        from rulewright.dsl.live.moving import moved
        from rulewright.dsl.live.records import Records

        records = self.records or Records()
        base = piece.at[0]
        return tuple(moved(node, base) for node in records.read(self.source.text, piece.at, piece.start))

    def piece_at(self, offset: int) -> LivePiece | None:
        """The piece in which an offset lies, its end included."""
        return next((p for p in self.pieces if p.at[0] <= offset <= p.at[1]), None)
