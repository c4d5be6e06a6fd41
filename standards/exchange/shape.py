"""Typed access to JSON of others: a value of another type than expected is as absent, and noted once.

Guarantees: nothing here raises, whatever the tree; every departure has its JSON pointer.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Diagnostic, Severity
from rulewright.standards.exchange.bounds import refusal, shown

KEPT = 500
"""Departures of one file that are listed, and as many errors again."""


class Seen:
    """A JSON object with its place, and the list that all departures of the file are noted in."""

    __slots__ = ("found", "pointer", "problems", "source")

    def __init__(self, found: object, source: str, problems: list[Diagnostic], pointer: str = "") -> None:
        self.source, self.problems, self.pointer = source, problems, pointer
        self.found: dict[str, object] = {}
        if isinstance(found, dict):
            self.found = found
        else:
            self.wrong("an object is expected here")

    def wrong(self, message: str, key: str | None = None) -> None:
        """Note what is wrong here, or with the value of a key."""
        self._note(refusal("RW3103", message, self.source, self._place(key)))

    def astray(self, reference: str, key: str) -> None:
        """Note that a reference leads to nothing: no requirement is lost by it."""
        message = f"no requirement has the reference `{shown(reference)}`"
        self._note(Diagnostic("RW3107", Severity.WARNING, message, source=self.source, pointer=self._place(key)))

    def left(self, message: str) -> None:
        """Note that something here is left out on purpose."""
        self._note(Diagnostic("RW3106", Severity.NOTE, message, source=self.source, pointer=self.pointer))

    def _note(self, found: Diagnostic) -> None:
        """Keep a departure; of many the first ones, and always room for an error."""
        if len(self.problems) < (2 * KEPT if found.is_error else KEPT):
            self.problems.append(found)

    def _place(self, key: str | None) -> str:
        return self.pointer if key is None else self._at(key)

    def text(self, key: str) -> str:
        """A text, or nothing."""
        value = self.found.get(key, "")
        if isinstance(value, str):
            return value
        self.wrong(f"`{shown(key)}` is a text", key)
        return ""

    def inner(self, key: str) -> Seen | None:
        """An object, or None where there is none."""
        value = self.found.get(key)
        return None if value is None else Seen(value, self.source, self.problems, self._at(key))

    def objects(self, key: str) -> Iterator[Seen]:
        """The objects of a list."""
        for number, value in enumerate(self._list(key)):
            yield Seen(value, self.source, self.problems, f"{self._at(key)}/{number}")

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of a list."""
        values = self._list(key)
        if not all(isinstance(value, str) for value in values):
            self.wrong(f"`{shown(key)}` is a list of texts", key)
        return tuple(value for value in values if isinstance(value, str))

    def _list(self, key: str) -> list[object]:
        """A list, or an empty one."""
        value = self.found.get(key)
        if value is None:
            return []
        if isinstance(value, list):
            return value
        self.wrong(f"`{shown(key)}` is a list", key)
        return []

    def _at(self, key: str) -> str:
        return f"{self.pointer}/{key.replace('~', '~0').replace('/', '~1')}"
