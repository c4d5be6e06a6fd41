"""The texts that an editor has open.

Guarantees: a text is what the editor sent, change by change; a byte-order mark at its start is left out of the text that is
judged and counted in positions.
"""

from __future__ import annotations

from array import array
from functools import cached_property

from rulewright.cli.lsp.positions import Lines, Point
from rulewright.diagnostics import Diagnostic
from rulewright.dsl.live import Analysis, LiveFile
from rulewright.dsl.source import At

_MARK = "\ufeff"


class Buffer:
    """A text at one version, with its lines."""

    def __init__(self, raw: str, encoding: str) -> None:
        self.raw = raw
        self.encoding = encoding
        self.lead = len(_MARK) if raw.startswith(_MARK) else 0

    @cached_property
    def text(self) -> str:
        """The text without its byte-order mark."""
        return self.raw[self.lead :]

    @cached_property
    def data(self) -> bytes:
        """The text as bytes."""
        return self.text.encode("utf-8", "replace")

    @cached_property
    def lines(self) -> Lines:
        """The raw text by lines."""
        return Lines(self.raw, self.encoding)

    def offset(self, point: Point) -> int:
        """The offset in `text` of a position."""
        return max(0, self.lines.offset(*point) - self.lead)

    def points(self, at: At) -> tuple[Point, Point]:
        """The positions of a stretch of `text`."""
        return self.lines.points((at[0] + self.lead, at[1] + self.lead))

    def row(self, offset: int) -> int:
        """The line of an offset in `text`."""
        return self.lines.row(offset + self.lead)

    def changed(self, start: Point, end: Point, text: str) -> Buffer:
        """The text with a stretch replaced; ends that are the wrong way round are put right."""
        low, high = sorted((self.lines.offset(*start), self.lines.offset(*end)))
        return Buffer(self.raw[:low] + text + self.raw[high:], self.encoding)


class Document:
    """An open rule file: its address, its name for people, its text, and what is known of it."""

    def __init__(self, uri: str, name: str, buffer: Buffer, version: int) -> None:
        self.uri = uri
        self.name = name
        self.buffer = buffer
        self.version = version
        self.live: LiveFile | None = None
        self.analysis: Analysis | None = None
        self.findings: tuple[Diagnostic, ...] = ()
        """what the linter found in the text at hand"""
        self.problems: tuple[Diagnostic, ...] = ()
        """what is wrong with the packs at hand, such as a lock that does not fit"""
        self.signature: object = None
        """what the file is and uses: a change of it means another shelf"""
        self.words: tuple[str, ...] = ()
        """the attributes that it declares, as written: they are part of the vocabulary"""
        self.tokens: tuple[str, array[int]] | None = None
        """the semantic tokens that were told last, and their name"""

    @property
    def data(self) -> bytes:
        """The text as bytes."""
        return self.buffer.data

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything that is known to be wrong with it, in order of place."""
        own = self.analysis.diagnostics if self.analysis is not None else ()
        return tuple(sorted({*own, *self.findings, *self.problems}, key=Diagnostic.sort_key))
