"""Where diagnostics gather during one compilation.

Guarantees: no diagnostic twice; the result is sorted and cut at a stated number, with a note on the rest.
"""

from __future__ import annotations

from rulewright.diagnostics import Diagnostic, Label, Severity
from rulewright.dsl.flaw import Flaw
from rulewright.dsl.limits import MAX_DIAGNOSTICS, MAX_FOUND
from rulewright.dsl.source import At, SourceText


class Enough(Exception):  # noqa: N818 - it is not an error of the program
    """So many errors that going on helps nobody.  Internal: the compiler catches it."""


class Sink:
    """Collects diagnostics.  Raises Enough at the error after which a compilation stops."""

    def __init__(self) -> None:
        self._found: dict[Diagnostic, None] = {}
        self._errors = 0

    def put(self, diagnostic: Diagnostic) -> None:
        """Add a finding as it is."""
        if diagnostic in self._found:
            return
        self._found[diagnostic] = None
        self._errors += diagnostic.is_error
        if self._errors >= MAX_FOUND:
            raise Enough

    def add(
        self,
        code: str,
        message: str,
        source: SourceText,
        at: At,
        *,
        hint: str | None = None,
        labels: tuple[Label, ...] = (),
        notes: tuple[str, ...] = (),
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Add a finding about a place in a rule file."""
        self.put(Diagnostic(code, severity, message, source.span(at), labels, (*notes, *source.notes(at)), hint))

    def flaw(self, flaw: Flaw, source: SourceText) -> None:
        """Add what stopped the reading of a piece."""
        labels = tuple(Label(source.span(at), words) for at, words in flaw.labels)
        self.add(flaw.code, flaw.message, source, flaw.at, hint=flaw.hint, labels=labels, notes=flaw.notes)

    @property
    def failed(self) -> bool:
        """Whether there is an error."""
        return self._errors > 0

    def everything(self) -> tuple[Diagnostic, ...]:
        """All findings in the order in which they were made."""
        return tuple(self._found)

    def result(self) -> tuple[Diagnostic, ...]:
        """All findings in order of place; beyond the limit errors come before the rest is counted."""
        found = sorted(self._found, key=Diagnostic.sort_key)
        if len(found) <= MAX_DIAGNOSTICS:
            return tuple(found)
        shown = sorted(found, key=lambda d: not d.is_error)[:MAX_DIAGNOSTICS]
        shown.sort(key=Diagnostic.sort_key)
        more = len(found) - MAX_DIAGNOSTICS
        message = f"{more} more findings are not shown"
        if self._errors >= MAX_FOUND:
            message = f"{message}, and the rest was not judged"
        return (*shown, Diagnostic("RW0606", Severity.NOTE, message))
