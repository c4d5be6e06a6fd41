"""The one model of what is wrong with an input, and where.

Guarantees: a diagnostic is a plain value (no rendering, no I/O); lines and columns count from 1; the order of `sort_key`
does not depend on how the diagnostics were found.  It knows nothing of the folders that produce diagnostics: each folder
keeps a `codes.py` with a `CODES` table, and `rulewright explain` joins them.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Severity(StrEnum):
    """How bad it is: an error stops the job (exit 2), a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Span(msgspec.Struct, frozen=True):
    """A place in a text: file name as given, character offsets, line and column (1-based, end exclusive)."""

    file: str
    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int


class Label(msgspec.Struct, frozen=True):
    """A second place that matters, possibly in another file, with a few words."""

    span: Span
    message: str


class Edit(msgspec.Struct, frozen=True):
    """A stretch of a rule file and the text to put in its place; an empty stretch inserts."""

    span: Span
    text: str


class Fix(msgspec.Struct, frozen=True):
    """A way to put a finding right: what it does, in the imperative, and its edits, which never overlap.

    A `safe` fix leaves the meaning of every rule as it is; any other one is for the author to judge.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False


class Diagnostic(msgspec.Struct, frozen=True):
    """One finding about an input.

    `message` is lower case, has no full stop and puts user text in backticks.  A finding about a rule file carries a
    `span`; one about a document carries `source` (its name as given) and `pointer` (RFC 6901 JSON pointer), and
    `offset` (bytes from the start) where only that is known.
    """

    code: str
    severity: Severity
    message: str
    span: Span | None = None
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    hint: str | None = None
    source: str | None = None
    pointer: str | None = None
    offset: int | None = None
    fix: Fix | None = None

    @property
    def is_error(self) -> bool:
        """True when the job cannot go on with this input."""
        return self.severity is Severity.ERROR

    def sort_key(self) -> tuple[str, int, str, str, str]:
        """Order by place, then code, then text: independent of the order of discovery."""
        place = self.span.file if self.span else self.source or ""
        start = self.span.start if self.span else self.offset or 0
        return (place, start, self.pointer or "", self.code, self.message)


class Code(msgspec.Struct, frozen=True):
    """What `rulewright explain CODE` shows: a title, a page of prose, and an example input that provokes it."""

    code: str
    title: str
    page: str
    example: str
