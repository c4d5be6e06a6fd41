"""Collecting findings about one document.

Guarantees: at most `SAME_CODE` findings of one code are kept and the others are counted; the result is sorted.
It does not print and does not decide the run.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from rulewright.diagnostics import Diagnostic, Severity
from rulewright.sbom.limits import SAME_CODE

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


def escape(key: str) -> str:
    """Write one step of a JSON pointer (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key


def shown(text: str, limit: int = 60) -> str:
    """User text for a message: cut, without control characters, never with a backtick of its own."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(c if c.isprintable() and c != "`" else "�" for c in cut)


class Findings(msgspec.Struct, eq=False):
    """What is wrong with one document, in the order found."""

    source: str
    kept: list[Diagnostic] = msgspec.field(default_factory=list)
    count: Counter[str] = msgspec.field(default_factory=Counter)

    def add(
        self, code: str, severity: Severity, message: str, pointer: str | None = None, hint: str | None = None
    ) -> None:
        """Keep one finding, or count it when there are many of its kind."""
        self.count[code] += 1
        if self.count[code] <= SAME_CODE:
            self.kept.append(Diagnostic(code, severity, message, source=self.source, pointer=pointer, hint=hint))

    def full(self, code: str) -> bool:
        """Whether findings of a code are only counted by now: then nobody asks for their places."""
        return self.count[code] >= SAME_CODE

    def stray(self, number: int, kind: str, pointer: str) -> None:
        """Say that dependencies lead to nothing; the semantic judge lists each place."""
        if number:
            message = f"the {kind}s that dependencies name include {number} of no element, so the graph is not whole"
            self.add("RW1220", WARNING, message, pointer)

    def total(self) -> int:
        """How many there are, the cut ones included."""
        return self.count.total()

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All findings in their order of place, with one more per code that was cut."""
        rest = [
            Diagnostic(
                "RW1016",
                NOTE,
                f"{number - SAME_CODE} more findings `{code}` are not listed",
                source=self.source,
                pointer="",
            )
            for code, number in sorted(self.count.items())
            if number > SAME_CODE
        ]
        return tuple(sorted([*self.kept, *rest], key=Diagnostic.sort_key))


def refusal(code: str, source: str, message: str, offset: int | None = None, hint: str | None = None) -> Diagnostic:
    """Why a document cannot be read at all."""
    return Diagnostic(code, Severity.ERROR, message, source=source, offset=offset, hint=hint)
