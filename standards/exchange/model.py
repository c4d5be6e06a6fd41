"""A standard as the exchange formats see it: heads, requirements, levels, references.  No rules.

Guarantees: frozen values; texts are as they were given, dates are ISO 8601 texts, an empty text says nothing.  Writers take
these, readers make them, so every pair of formats has the same idea of a requirement.
What it does not do: hold what a check means; that stays in the rule language.
"""

from __future__ import annotations

import msgspec


class Reference(msgspec.Struct, frozen=True):
    """A clause of another standard, and how it corresponds: equal, subset, superset, intersects, or not said."""

    standard: str
    clause: str
    strength: str = ""


class Line(msgspec.Struct, frozen=True):
    """A line of a check: its label, and its text in the rule language."""

    label: str
    text: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement, or a heading that others stand under (`heading`: what it says introduces them)."""

    id: str
    title: str = ""
    text: str = ""
    """what is asked, in the words of the source"""
    remarks: tuple[str, ...] = ()
    """what else the source says of it"""
    clause: str = ""
    parent: str = ""
    """the id of the entry that it stands under"""
    heading: bool = False
    level: str = ""
    severity: str = ""
    objectives: tuple[str, ...] = ()
    threats: tuple[str, ...] = ()
    refs: tuple[Reference, ...] = ()
    cres: tuple[str, ...] = ()
    """entries of the Open Common Requirement Enumeration"""
    fix: str = ""
    effort: str = ""
    condition: str = ""
    note: str = ""
    source: str = ""
    decided: str = ""
    """machine, partly or manual"""
    lines: tuple[Line, ...] = ()
    questions: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    levels: tuple[str, ...] = ()
    """names of the levels of the standard that it belongs to"""


class Parameter(msgspec.Struct, frozen=True):
    """A parameter: its name, type, value and bounds as the rule file writes them, a text without quotes."""

    name: str
    type: str
    value: str
    bound: str = ""
    is_text: bool = False
    """whether its values stand in quotes"""


class Standard(msgspec.Struct, frozen=True, kw_only=True):
    """One edition of a standard, or the own requirements of a policy."""

    id: str
    edition: str
    kind: str = "standard"
    title: str = ""
    text: str = ""
    """what the source says of the whole"""
    publisher: str = ""
    force: str = ""
    jurisdiction: str = ""
    license: str = ""
    source: str = ""
    sha256: str = ""
    """of the rule file"""
    since: str = ""
    until: str = ""
    entries: tuple[Entry, ...] = ()
    parameters: tuple[Parameter, ...] = ()

    @property
    def name(self) -> str:
        """`ID@EDITION`."""
        return f"{self.id}@{self.edition}"
