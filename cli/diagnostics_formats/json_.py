"""Diagnostics as JSON: the format `rulewright-diagnostics/1`, described by `cli/schemas/`.

Guarantees: stable keys, no floats; lines and columns count from 1 in characters, `start` and `end` are offsets in characters
from 0, end exclusive; a `null` is left out; fixes have their edits, so another program can apply them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from rulewright import __version__
from rulewright.diagnostics import Diagnostic, Fix, Label, Severity, Span


class Shown(msgspec.Struct, frozen=True, omit_defaults=True):
    """A diagnostic as it is written: what is empty is left out."""

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


class Summary(msgspec.Struct, frozen=True):
    """How many of each severity, and how many have a safe and any fix."""

    error: int
    warning: int
    note: int
    fixable: int
    safe: int


class Diagnostics(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document."""

    format: Literal["rulewright-diagnostics/1"] = "rulewright-diagnostics/1"
    version: str
    """of Rulewright"""
    summary: Summary
    diagnostics: tuple[Shown, ...]


def summary(found: Sequence[Diagnostic]) -> Summary:
    """Count diagnostics."""
    counts = {s: sum(d.severity is s for d in found) for s in Severity}
    fixes = [d.fix for d in found if d.fix is not None]
    return Summary(
        counts[Severity.ERROR], counts[Severity.WARNING], counts[Severity.NOTE], len(fixes), sum(f.safe for f in fixes)
    )


def as_json(found: Sequence[Diagnostic]) -> str:
    """Return the document as indented JSON."""
    shown = tuple(Shown(**{name: getattr(d, name) for name in Shown.__struct_fields__}) for d in found)
    made = Diagnostics(version=__version__, summary=summary(found), diagnostics=shown)
    return msgspec.json.format(msgspec.json.encode(made), indent=2).decode() + "\n"
