"""Diagnostics as workflow commands of GitHub Actions, which shows them at their lines of a pull request.

Guarantees: `%`, carriage returns and line feeds are escaped everywhere, `:` and `,` in properties, as the runner demands
(actions/toolkit, `core/src/command.ts`), so no text of a rule file can give a command of its own.  A runner shows one place
for each command: second places are written into the message.
"""

from __future__ import annotations

from collections.abc import Iterable

from rulewright.diagnostics import Diagnostic, Severity

_COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def commands(found: Iterable[Diagnostic]) -> str:
    """Return one line for each diagnostic."""
    return "".join(f"{_command(diagnostic)}\n" for diagnostic in found)


def _command(found: Diagnostic) -> str:
    properties: dict[str, str | int] = {}
    if found.span is not None:
        span = found.span
        properties = {"file": span.file, "line": span.line, "endLine": span.end_line}
        if span.line == span.end_line:  # a runner refuses columns of a stretch of several lines
            properties |= {"col": span.column, "endColumn": max(span.end_column, span.column)}
    elif found.source:
        properties = {"file": found.source}
    properties["title"] = found.code
    stated = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    places = [f"{x.span.file}:{x.span.line}: {x.message}" for x in found.labels]
    lines = [found.message, *places, *(f"note: {note}" for note in found.notes)]
    lines += [f"hint: {found.hint}"] if found.hint else []
    return f"::{_COMMAND[found.severity]} {stated}::{_data(chr(10).join(lines))}"


def _data(text: str) -> str:
    """Escape a message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape the value of a property."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
