"""The typed syntax tree: what an author wrote, before names and types are resolved.

Guarantees: frozen values; every node carries `at`, its stretch of the file in characters, which equality ignores.
What it does not do: know the vocabulary.  Expressions are in `tree_expr`.
"""

from __future__ import annotations

from rulewright.dsl.source import At
from rulewright.dsl.tree_expr import Day, Duration, Expr, Literal, Name, Node, Text, WordSet


class Setting(Node, frozen=True):
    """`title "…"`, `force voluntary`, `level shall`, …: a keyword and one word or text."""

    key: str
    value: Name | Text
    at: At


class Dates(Node, frozen=True):
    """`valid from … until …` and `effective from … until …`."""

    key: str
    start: Day | None
    end: Day | None
    at: At


class Scope(Node, frozen=True):
    """`scope EXPR`."""

    expr: Expr
    at: At


class Use(Node, frozen=True):
    """`use ID edition "E" [sha256 "…"] as ALIAS`."""

    module: Name
    edition: Text
    sha256: Text | None
    alias: Name
    at: At


class Type(Node, frozen=True):
    """`int`, `set<license>`, `enum {a, b, ...}`."""

    name: Name
    of: Name | None
    words: WordSet | None
    at: At


class Bound(Node, frozen=True):
    """`in 1..90` (low and high), `in 0..` (of an attribute: low alone) or `in {…}` (words)."""

    low: Literal | None
    high: Literal | None
    words: WordSet | None
    at: At


class Param(Node, frozen=True):
    """`param NAME : TYPE = LITERAL [in BOUND]`."""

    name: Name
    type: Type
    value: Literal | WordSet
    bound: Bound | None
    at: At


class Formal(Node, frozen=True):
    """A parameter of a `define`: a variable and its collection."""

    name: Name
    collection: Name
    at: At


class Define(Node, frozen=True):
    """`define NAME(v : collection) = EXPR`."""

    name: Name
    formals: tuple[Formal, ...]
    expr: Expr
    at: At


class Axiom(Node, frozen=True):
    """`axiom NAME : EXPR`."""

    name: Name
    expr: Expr
    at: At


class Names(Node, frozen=True):
    """`objective A, B`, `threats …`, `detectors …`, `related …`."""

    key: str
    names: tuple[Name, ...]
    at: At


class Fresh(Node, frozen=True):
    """`fresh 90d` of an attribute."""

    length: Duration
    at: At


class Attribute(Node, frozen=True):
    """`attribute NAME : TYPE [in LOW..HIGH] given|choice { … }`."""

    name: Name
    type: Type
    role: Name
    parts: tuple[Setting | Names | Fresh, ...]
    at: At
    domain: Bound | None = None


class Target(Node, frozen=True):
    """A requirement that is named: `id`, `"id"`, or `alias:"id"`."""

    alias: Name | None
    id: Name | Text
    at: At


class Reference(Node, frozen=True):
    """One of `refs`: a clause of a standard, and how the requirement corresponds to it."""

    standard: Name
    clause: Name | Text
    strength: Name | None
    at: At


class Refs(Node, frozen=True):
    """`refs a:"1" subset, b:"2"`."""

    items: tuple[Reference, ...]
    at: At


class Applies(Node, frozen=True):
    """`applies when EXPR`."""

    expr: Expr
    at: At


class Check(Node, frozen=True):
    """`check EXPR` or `check { EXPR; … }`."""

    lines: tuple[Expr, ...]
    at: At


ObjectivePart = Setting | Names | Check


class ObjectiveItem(Node, frozen=True):
    """`objective ID "what it is" { … }` in a vocabulary."""

    name: Name
    text: Text
    parts: tuple[ObjectivePart, ...]
    at: At


class Evidence(Node, frozen=True):
    """`evidence any of a, b fresh 180d trust observed at conditional`; `need` is `any`, `all` or a number."""

    need: str
    detectors: tuple[Name, ...]
    fresh: Duration | None
    trust: Name | None
    grade: Name | None
    at: At


class UnknownFails(Node, frozen=True):
    """`if unknown fail`."""

    at: At


class Right(Node, frozen=True):
    """`right`: a freedom that others must not take away."""

    at: At


RequirementPart = Setting | Names | Refs | Applies | Check | Evidence | Dates | UnknownFails | Right


class Requirement(Node, frozen=True):
    """`requirement ID [level] { … }`."""

    id: Name | Text
    level: Name | None
    parts: tuple[RequirementPart, ...]
    at: At


class Exclude(Node, frozen=True):
    """`exclude TARGET because "…"`."""

    target: Target
    because: Text
    at: At


class Change(Node, frozen=True):
    """`tighten` or `weaken` TARGET `severity` or `level` WORD [because "…"]."""

    action: str
    target: Target
    aspect: str
    value: Name
    because: Text | None
    at: At


class SetParam(Node, frozen=True):
    """`set alias.param = LITERAL [because "…"]`."""

    path: Name
    value: Literal | WordSet
    because: Text | None
    at: At


class Prefer(Node, frozen=True):
    """`prefer A over B because "…"`."""

    winner: Target
    loser: Target
    because: Text
    at: At


class Assume(Node, frozen=True):
    """`assume COLLECTION complete because "…"`."""

    collection: Name
    because: Text
    at: At


class Unstated(Node, frozen=True):
    """`unstated completeness [of COLLECTION] is open`."""

    collection: Name | None
    state: Name
    at: At


class Approved(Node, frozen=True):
    """`approved by "…" on DATE`."""

    by: Text
    on: Day
    at: At


class Until(Node, frozen=True):
    """`until DATE` of a waiver."""

    day: Day
    at: At


class Provided(Node, frozen=True):
    """`provided EXPR` of a waiver."""

    expr: Expr
    at: At


WaiverPart = Setting | Approved | Until | Provided


class Waiver(Node, frozen=True):
    """`waiver ID for TARGET { … }`."""

    id: Name
    target: Target
    parts: tuple[WaiverPart, ...]
    at: At


Item = (
    Setting
    | Dates
    | Scope
    | Use
    | Param
    | Define
    | Axiom
    | ObjectiveItem
    | Attribute
    | Requirement
    | Exclude
    | Change
    | SetParam
    | Prefer
    | Assume
    | Unstated
    | Waiver
)


class Head(Node, frozen=True):
    """`standard ID edition "E"` and its siblings."""

    kind: str
    id: Name
    edition: Text
    at: At


class Module(Node, frozen=True):
    """A module with its items, in the order of the file; `broken` names what could not be parsed (see recover.py)."""

    head: Head
    items: tuple[Item, ...]
    broken: frozenset[str]
    at: At
