"""The typed syntax tree: what an author wrote, before names and types are resolved.

Guarantees: frozen values; every node carries `at`, its stretch of the file in characters, which equality ignores.
What it does not do: know the vocabulary.  Expressions are in `tree_expr`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rulewright.dsl.source import At
from rulewright.dsl.tree_expr import Day, Duration, Expr, Literal, Name, Text, WordSet


@dataclass(frozen=True, slots=True)
class Setting:
    """`title "…"`, `force voluntary`, `level shall`, …: a keyword and one word or text."""

    key: str
    value: Name | Text
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Dates:
    """`valid from … until …` and `effective from … until …`."""

    key: str
    start: Day | None
    end: Day | None
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Scope:
    """`scope EXPR`."""

    expr: Expr
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Use:
    """`use ID edition "E" [sha256 "…"] as ALIAS`."""

    module: Name
    edition: Text
    sha256: Text | None
    alias: Name
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Type:
    """`int`, `set<license>`, `enum {a, b, ...}`."""

    name: Name
    of: Name | None
    words: WordSet | None
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Bound:
    """`in 1..90` (low and high) or `in {…}` (words)."""

    low: Literal | None
    high: Literal | None
    words: WordSet | None
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Param:
    """`param NAME : TYPE = LITERAL [in BOUND]`."""

    name: Name
    type: Type
    value: Literal | WordSet
    bound: Bound | None
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Formal:
    """A parameter of a `define`: a variable and its collection."""

    name: Name
    collection: Name
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Define:
    """`define NAME(v : collection) = EXPR`."""

    name: Name
    formals: tuple[Formal, ...]
    expr: Expr
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Axiom:
    """`axiom NAME : EXPR`."""

    name: Name
    expr: Expr
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class ObjectiveItem:
    """`objective ID "what it is"` in a vocabulary."""

    name: Name
    text: Text
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Names:
    """`objective A, B`, `threats …`, `detectors …`."""

    key: str
    names: tuple[Name, ...]
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Fresh:
    """`fresh 90d` of an attribute."""

    length: Duration
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Attribute:
    """`attribute NAME : TYPE given|choice { … }`."""

    name: Name
    type: Type
    role: Name
    parts: tuple[Setting | Names | Fresh, ...]
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Target:
    """A requirement that is named: `id`, `"id"`, or `alias:"id"`."""

    alias: Name | None
    id: Name | Text
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """One of `refs`: a clause of a standard, and how the requirement corresponds to it."""

    standard: Name
    clause: Name | Text
    strength: Name | None
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Refs:
    """`refs a:"1" subset, b:"2"`."""

    items: tuple[Reference, ...]
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Applies:
    """`applies when EXPR`."""

    expr: Expr
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Check:
    """`check EXPR` or `check { EXPR; … }`."""

    lines: tuple[Expr, ...]
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """`evidence any of a, b fresh 180d trust observed`; `need` is `any`, `all` or a number."""

    need: str
    detectors: tuple[Name, ...]
    fresh: Duration | None
    trust: Name | None
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class UnknownFails:
    """`if unknown fail`."""

    at: At = field(compare=False)


RequirementPart = Setting | Names | Refs | Applies | Check | Evidence | Dates | UnknownFails


@dataclass(frozen=True, slots=True)
class Requirement:
    """`requirement ID [level] { … }`."""

    id: Name | Text
    level: Name | None
    parts: tuple[RequirementPart, ...]
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Exclude:
    """`exclude TARGET because "…"`."""

    target: Target
    because: Text
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Change:
    """`tighten` or `weaken` TARGET `severity` or `level` WORD [because "…"]."""

    action: str
    target: Target
    aspect: str
    value: Name
    because: Text | None
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class SetParam:
    """`set alias.param = LITERAL [because "…"]`."""

    path: Name
    value: Literal | WordSet
    because: Text | None
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Prefer:
    """`prefer A over B because "…"`."""

    winner: Target
    loser: Target
    because: Text
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Assume:
    """`assume COLLECTION complete because "…"`."""

    collection: Name
    because: Text
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Unstated:
    """`unstated completeness [of COLLECTION] is open`."""

    collection: Name | None
    state: Name
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Approved:
    """`approved by "…" on DATE`."""

    by: Text
    on: Day
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Until:
    """`until DATE` of a waiver."""

    day: Day
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Provided:
    """`provided EXPR` of a waiver."""

    expr: Expr
    at: At = field(compare=False)


WaiverPart = Setting | Approved | Until | Provided


@dataclass(frozen=True, slots=True)
class Waiver:
    """`waiver ID for TARGET { … }`."""

    id: Name
    target: Target
    parts: tuple[WaiverPart, ...]
    at: At = field(compare=False)


Item = (
    Setting | Dates | Scope | Use | Param | Define | Axiom | ObjectiveItem | Attribute | Requirement | Exclude | Change
    | SetParam | Prefer | Assume | Unstated | Waiver
)


@dataclass(frozen=True, slots=True)
class Head:
    """`standard ID edition "E"` and its siblings."""

    kind: str
    id: Name
    edition: Text
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Unknown:
    """`?` or `? withheld`: a fact that a test leaves open, and why."""

    reason: Name | None
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Rows:
    """`[ {…}, {…} ] complete`: the elements of a collection, or names of elements that one depends on."""

    rows: tuple[Facts | Text, ...]
    state: Name | None
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Assign:
    """`NAME = fact`."""

    name: Name
    value: Literal | WordSet | Unknown | Rows
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """`{ a = 1, b = ? }`."""

    items: tuple[Assign, ...]
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Case:
    """`given … expect VERDICT [on "…"]`."""

    given: Facts | Text
    expect: Name
    on: tuple[Text, ...]
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Test:
    """`test TARGET [as of DATE] { … }`."""

    __test__ = False

    target: Target
    as_of: Day | None
    cases: tuple[Case, ...]
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Module:
    """A module with its items, in the order of the file; `broken` names what could not be parsed (see recover.py)."""

    head: Head
    items: tuple[Item, ...]
    broken: frozenset[str]
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class File:
    """A parsed file."""

    modules: tuple[Module, ...]
    tests: tuple[Test, ...]
