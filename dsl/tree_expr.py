"""The syntax tree of words, literals and expressions.

Guarantees: as in `tree`.  `and` and `or` are flat; parentheses leave no node.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rulewright.dsl.source import At


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written, dots and hyphens included: a path, a word of an enum, an id."""

    text: str
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """One or more adjoining strings, joined."""

    text: str
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    value: int
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Decimal:
    """A decimal number in millionths."""

    micro: int
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Day:
    """A date as days since 1970-01-01."""

    days: int
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Duration:
    """`30d`, `2w`, `6m`, `5y`: calendar months and days; negative after a minus."""

    months: int
    days: int
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Vers:
    """`vers"pypi/<2.0.7"`: a version range."""

    text: str
    at: At = field(compare=False)


Literal = Name | Text | Whole | Decimal | Day | Duration


@dataclass(frozen=True, slots=True)
class WordSet:
    """`{MIT, "x", 3}`; `more` when it ends with `...`."""

    items: tuple[Literal, ...]
    more: bool
    at: At = field(compare=False)


SetLike = WordSet | Name | Vers


@dataclass(frozen=True, slots=True)
class Truth:
    """A bare path: a yes-or-no fact."""

    path: Name
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """`left op right [+ shift]`; `before` and `after` are `<` and `>` of dates."""

    left: Literal
    op: str
    right: Literal
    shift: Duration | Name | None
    sign: int
    worded: bool
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """`left [not] in right`."""

    left: Literal
    right: SetLike
    negated: bool
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class IsTest:
    """`path is [not] adjective`."""

    path: Literal
    adjective: Name
    negated: bool
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Matches:
    """`path matches [how] "pattern"`."""

    path: Literal
    how: Name | None
    pattern: Text
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Licences:
    """`path allows {…}` or `path requires any {…}`."""

    path: Literal
    how: str
    ids: SetLike
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Within:
    """`path within 30d of|before|after anchor [+ shift]`."""

    path: Literal
    length: Duration | Name
    side: str
    anchor: Literal
    shift: Duration | Name | None
    sign: int
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`f(c)`: a use of a `define`."""

    name: Name
    arguments: tuple[Name, ...]
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """`not EXPR`."""

    item: Expr
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Junction:
    """`and`, `or`; also `all { … }` and `any { … }`."""

    op: str
    items: tuple[Expr, ...]
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Implies:
    """`left implies right`."""

    left: Expr
    right: Expr
    at: At = field(compare=False)


@dataclass(frozen=True, slots=True)
class Quantifier:
    """`every|some|no|at_least|at_most [n] COLLECTION VAR [of|under v] [where EXPR] [{ … }]`."""

    kind: str
    count: Whole | Name | None
    collection: Name
    var: Name
    relation: str
    owner: Name | None
    where: Expr | None
    block: tuple[Expr, ...] | None
    head: At = field(compare=False)
    at: At = field(compare=False)


Predicate = Truth | Compare | Member | IsTest | Matches | Licences | Within
Expr = Predicate | Call | Not | Junction | Implies | Quantifier
