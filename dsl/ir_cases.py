"""Tests in rule files, in their typed intermediate form: what `ir` is for rules.

Guarantees: plain immutable data; names are resolved and values typed like literals in rules (days, millionths, sorted sets), so
that a runner turns them into facts without looking at text.  It refers to no text, no file and no syntax tree.
What it does not do: lower (`cases`), or run (`engine.trial`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rulewright.dsl import ir

Verdict = Literal["pass", "fail", "unknown", "not_applicable", "error"]
Extent = Literal["closed", "open", "unstated", "absent"]


@dataclass(frozen=True, slots=True)
class Open:
    """A fact that is not known, and why (a state of `facts.types.State`, lower case)."""

    state: str


@dataclass(frozen=True, slots=True)
class Rated:
    """A value that a detector grades, and its level (`facts.types.Level`)."""

    value: ir.Value
    level: int


Given = ir.Value | Open


@dataclass(frozen=True, slots=True)
class GivenRow:
    """An element: its fields, its children by collection, and the names or ids of elements that it depends on."""

    fields: tuple[tuple[str, Given], ...]
    children: tuple[GivenTable, ...]
    depends: tuple[str, ...]
    place: ir.Place


@dataclass(frozen=True, slots=True)
class GivenTable:
    """A collection (singular name), its extent and elements."""

    collection: str
    extent: Extent
    rows: tuple[GivenRow, ...]


@dataclass(frozen=True, slots=True)
class TestCase:
    """One `given … expect …`: facts or the name of a document, the verdict expected, and the elements at fault.

    Beside a document, `attributes` are the facts that count instead of its own.
    """

    __test__ = False

    requirement: str
    as_of: int | None
    attributes: tuple[tuple[str, Given | Rated], ...]
    tables: tuple[GivenTable, ...]
    fixture: str | None
    expect: Verdict
    on: tuple[str, ...]
    place: ir.Place
