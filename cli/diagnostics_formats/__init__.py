"""Diagnostics about files in the formats of other programs: one model, one file for each format.

Guarantees: every format has every diagnostic, with its second places; what is written is sorted by place.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.cli.paint import Paint
from rulewright.cli.render_diagnostics import Texts
from rulewright.diagnostics import Diagnostic

FORMATS = ("terminal", "concise", "json", "json-v1", "sarif", "github")


def render(form: str, found: Sequence[Diagnostic], texts: Texts, paint: Paint) -> str:
    """Write diagnostics in one of `FORMATS`, with a final newline where there is anything to say."""
    ordered = sorted(found, key=Diagnostic.sort_key)
    match form:
        case "concise":
            from rulewright.cli.diagnostics_formats.concise import concise

            return concise(ordered)
        case "json" | "json-v1":
            from rulewright.cli.diagnostics_formats.json_ import as_json

            return as_json(ordered)
        case "sarif":
            from rulewright.cli.formats.sarif_diagnostics import render as sarif

            return sarif(ordered)
        case "github":
            from rulewright.cli.diagnostics_formats.github import commands

            return commands(ordered)
        case _:
            from rulewright.cli.render_diagnostics import render as terminal

            shown = terminal(ordered, texts, paint)
            return f"{shown}\n" if shown else ""
