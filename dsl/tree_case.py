"""The syntax tree of tests in files.  Guarantees: as in `tree`."""

from __future__ import annotations

from rulewright.dsl.source import At
from rulewright.dsl.tree import Module, Target
from rulewright.dsl.tree_expr import Day, Literal, Name, Node, Text, WordSet


class Unknown(Node, frozen=True):
    """`?` or `? withheld`: a fact that a test leaves open, and why."""

    reason: Name | None
    at: At


class Rows(Node, frozen=True):
    """`[ {…}, {…} ] complete`: the elements of a collection, or names of elements that one depends on."""

    rows: tuple[Facts | Text, ...]
    state: Name | None
    at: At


class Graded(Node, frozen=True):
    """`true at conditional`: a value, and how far the finding is known to matter."""

    value: Literal | WordSet
    level: Name
    at: At


class Assign(Node, frozen=True):
    """`NAME = fact`."""

    name: Name
    value: Literal | WordSet | Graded | Unknown | Rows
    at: At


class Facts(Node, frozen=True):
    """`{ a = 1, b = ? }`."""

    items: tuple[Assign, ...]
    at: At


class Case(Node, frozen=True):
    """`given … [with { … }] expect VERDICT [on "…"]`."""

    given: Facts | Text
    instead: Facts | None
    expect: Name
    on: tuple[Text, ...]
    at: At


class Test(Node, frozen=True):
    """`test TARGET [as of DATE] { … }`."""

    target: Target
    as_of: Day | None
    cases: tuple[Case, ...]
    at: At


class File(Node, frozen=True):
    """A parsed file."""

    modules: tuple[Module, ...]
    tests: tuple[Test, ...]
