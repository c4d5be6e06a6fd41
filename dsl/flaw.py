"""What stops the reading of one piece of a file.  Internal: it never leaves the front end, it becomes a diagnostic."""

from __future__ import annotations

from rulewright.dsl.source import At


class Flaw(Exception):  # noqa: N818 - it is not an error of the program
    """Code, message, place, hint, notes and second places (with their words) of the diagnostic to be."""

    def __init__(
        self,
        code: str,
        message: str,
        at: At,
        *,
        hint: str | None = None,
        notes: tuple[str, ...] = (),
        labels: tuple[tuple[At, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.at = at
        self.hint = hint
        self.notes = notes
        self.labels = labels
