"""The syntax tree of words, literals and expressions.

Guarantees: as in `tree`.  `and` and `or` are flat; parentheses leave no node.
"""

from __future__ import annotations

import msgspec

from rulewright.dsl.source import At

_PLACES = frozenset({"at", "head_at"})


class Node(msgspec.Struct, frozen=True, eq=False, gc=False):
    """Base of all nodes: equality and hash leave out `at`, the place (structs are made faster than dataclasses).

    A tree has no cycles, so the collector of cycles need not know it.
    """

    def __eq__(self, other: object) -> bool:
        """Same kind of node, same fields but for the place."""
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, f) == getattr(other, f) for f in self.__struct_fields__ if f not in _PLACES)

    def __ne__(self, other: object) -> bool:
        """Not equal: a struct without equality of its own would compare identities."""
        found = self.__eq__(other)
        return found if found is NotImplemented else not found

    def __hash__(self) -> int:
        """A hash that goes with equality."""
        return hash((type(self).__name__, *(getattr(self, f) for f in self.__struct_fields__ if f not in _PLACES)))


class Name(Node, frozen=True):
    """A name as written, dots and hyphens included: a path, a word of an enum, an id."""

    text: str
    at: At


class Text(Node, frozen=True):
    """One or more adjoining strings, joined."""

    text: str
    at: At


class Whole(Node, frozen=True):
    """A whole number."""

    value: int
    at: At


class Decimal(Node, frozen=True):
    """A decimal number in millionths."""

    micro: int
    at: At


class Day(Node, frozen=True):
    """A date as days since 1970-01-01."""

    days: int
    at: At


class Duration(Node, frozen=True):
    """`30d`, `2w`, `6m`, `5y`: calendar months and days; negative after a minus."""

    months: int
    days: int
    at: At


class Vers(Node, frozen=True):
    """`vers"pypi/<2.0.7"`: a version range."""

    text: str
    at: At


Literal = Name | Text | Whole | Decimal | Day | Duration


class WordSet(Node, frozen=True):
    """`{MIT, "x", 3}`; `more` when it ends with `...`."""

    items: tuple[Literal, ...]
    more: bool
    at: At


SetLike = WordSet | Name | Vers


class Truth(Node, frozen=True):
    """A bare path: a yes-or-no fact."""

    path: Name
    at: At


class Compare(Node, frozen=True):
    """`left op right [+ shift]`; `before` and `after` are `<` and `>` of dates."""

    left: Literal
    op: str
    right: Literal
    shift: Duration | Name | None
    sign: int
    worded: bool
    at: At


class Member(Node, frozen=True):
    """`left [not] in right`."""

    left: Literal
    right: SetLike
    negated: bool
    at: At


class IsTest(Node, frozen=True):
    """`path is [not] adjective`."""

    path: Literal
    adjective: Name
    negated: bool
    at: At


class Matches(Node, frozen=True):
    """`path matches [how] "pattern"`."""

    path: Literal
    how: Name | None
    pattern: Text
    at: At


class Licences(Node, frozen=True):
    """`path allows {…}` or `path requires any {…}`."""

    path: Literal
    how: str
    ids: SetLike
    at: At


class Within(Node, frozen=True):
    """`path within 30d of|before|after anchor [+ shift]`."""

    path: Literal
    length: Duration | Name
    side: str
    anchor: Literal
    shift: Duration | Name | None
    sign: int
    at: At


class Call(Node, frozen=True):
    """`f(c)`: a use of a `define`."""

    name: Name
    arguments: tuple[Name, ...]
    at: At


class Meets(Node, frozen=True):
    """`meets PW-UNIQUE`: the check of an objective."""

    name: Name
    at: At


class Manual(Node, frozen=True):
    """`manual "Does …?"`: the recorded answer of a person."""

    question: Text
    at: At


class Not(Node, frozen=True):
    """`not EXPR`."""

    item: Expr
    at: At


class Junction(Node, frozen=True):
    """`and`, `or`; also `all { … }` and `any { … }`."""

    op: str
    items: tuple[Expr, ...]
    at: At


class Implies(Node, frozen=True):
    """`left implies right`."""

    left: Expr
    right: Expr
    at: At


class Quantifier(Node, frozen=True):
    """`every|some|no|at_least|at_most [n] COLLECTION VAR [of|under v] [where EXPR] [{ … }]`."""

    kind: str
    count: Whole | Name | None
    collection: Name
    var: Name
    relation: str
    owner: Name | None
    where: Expr | None
    block: tuple[Expr, ...] | None
    head_at: At
    at: At


Predicate = Truth | Compare | Member | IsTest | Matches | Licences | Within
Expr = Predicate | Call | Meets | Manual | Not | Junction | Implies | Quantifier
