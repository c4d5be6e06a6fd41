"""How a command ends when it cannot do its job: diagnostics on stderr, exit code 2.

Guarantees: warnings and notes are shown too (unless quiet), errors always; nothing goes to stdout.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from rulewright.cli import exits
from rulewright.diagnostics import Diagnostic, Severity

SHOWN = 50


def show(diagnostics: Iterable[Diagnostic], texts: Mapping[str, bytes] | None = None, *, quiet: bool = False) -> None:
    """Write diagnostics to stderr, the errors first if there are too many to show."""
    found = [d for d in diagnostics if not quiet or d.is_error]
    if not found:
        return
    from rulewright.cli.render_diagnostics import render
    from rulewright.cli.streams import paint_for, say

    shown = sorted(found, key=lambda d: (not d.is_error, d.sort_key()))[:SHOWN]
    say(render(shown, texts or {}, paint_for(sys.stderr)))
    if len(found) > len(shown):
        say(f"and {len(found) - len(shown):,} more")


def refuse(diagnostics: Iterable[Diagnostic], texts: Mapping[str, bytes] | None = None) -> int:
    """Show what is wrong; return the exit code for bad input, policy or usage."""
    show(diagnostics, texts)
    return exits.BAD_INPUT


def problem(code: str, message: str, hint: str | None = None, source: str | None = None) -> Diagnostic:
    """Make an error of the command line itself."""
    return Diagnostic(code, Severity.ERROR, message, hint=hint, source=source)
