"""From a test of a fact to conditions that other languages can say: when it is surely true, when surely false.

Guarantees: the conditions are sound: where one holds, the test has that truth (language, sections 3 and 4); a test that
cannot be said, or one of its two sides, is `Lost` with its reason.  The values are those of the IR: dates are day numbers,
decimals millionths, sets sorted lists.
What it does not do: spell anything in a target's syntax.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, assert_never

from rulewright.dsl import ir
from rulewright.dsl.bridges.globs import expression

_STATED = ("conflicting", "declared_unknown", "withheld")
_LICENCES = "licence expressions are compared as texts: a choice or a combination of licences is unknown"


class Compared(NamedTuple):
    """The value compares like this with a literal."""

    op: ir.Comparison
    value: ir.Value


class ComparedTerm(NamedTuple):
    """The value compares like this with an attribute of the product, moved by so many days."""

    op: ir.Comparison
    attr: ir.Attr
    days: int


class ComparedDay(NamedTuple):
    """The value compares like this with the day of the run, moved by so many days."""

    op: ir.Comparison
    days: int


class Member(NamedTuple):
    """The value is (or, with `holds` false, is not) one of these."""

    values: tuple[ir.Value, ...]
    holds: bool


class Has(NamedTuple):
    """The set has (or has not) this member."""

    member: str
    holds: bool


class Within(NamedTuple):
    """Every member of the set is one of these; or, with `holds` false, one is not."""

    members: tuple[str, ...]
    holds: bool


class Matches(NamedTuple):
    """The whole text matches (or does not match) a regular expression of RE2's syntax."""

    pattern: str
    holds: bool


class Known(NamedTuple):
    """The value is known, or is not."""

    holds: bool


class InState(NamedTuple):
    """The source says one of these states of the fact, or surely says none of them."""

    states: tuple[str, ...]
    holds: bool


class Judged(NamedTuple):
    """Who wrote the input judged the known value well formed, or not."""

    holds: bool


class Sized(NamedTuple):
    """The set or text is empty, or is not."""

    empty: bool


OfKnown = Compared | ComparedTerm | ComparedDay | Member | Has | Within | Matches | Judged | Sized
"""What is asked of a known value."""
Condition = OfKnown | Known | InState
Ways = tuple[tuple[Condition, ...], ...]
"""Alternatives of conditions that hold together."""
STATES = (
    "missing", "declared_unknown", "withheld", "malformed", "conflicting", "stale", "untrusted", "error",
)  # fmt: skip
"""Every word that an input may give for why a fact is not known."""
Shape = Literal["flag", "number", "text", "set"]


def shape(kind: str) -> Shape:
    """How the input holds a value of a kind: what has another type there is unknown.

    A `number` is a whole one; a `set` is a list of texts.
    """
    match kind:
        case "bool":
            return "flag"
        case "int" | "decimal" | "date":
            return "number"
        case "set":
            return "set"
        case _:
            return "text"


def other_states(states: tuple[str, ...]) -> tuple[str, ...]:
    """The words for a state that is none of these."""
    return tuple(word for word in STATES if word not in states)


class Said(NamedTuple):
    """When a test is surely true and when surely false; what of it is `lost`, in words, empty when nothing is.

    `partly`: only sometimes lost; else it is always unknown.
    """

    true: Ways
    false: Ways
    lost: str = ""
    partly: bool = False


def _always_lost(why: str) -> Said:
    """A test that is always unknown in the target."""
    return Said((), (), why)


def said(term: ir.Term, test: ir.Test) -> Said:  # noqa: C901, PLR0912 - one case for each test
    """Say a test of a term in conditions."""
    kind = term.kind
    match test:
        case ir.Is(adjective):
            return _adjective(adjective, kind)
        case ir.Cmp(op, value):
            return (
                _version(op, str(value))
                if kind == "version"
                else _two(Compared(op, value), Compared(_OTHER[op], value))
            )
        case ir.CmpAttr(op, attr, months, days):
            if kind == "version":
                return _always_lost("versions are not ordered")
            if months:
                return _always_lost("calendar months are not added")
            return _two(ComparedTerm(op, attr, days), ComparedTerm(_OTHER[op], attr, days))
        case ir.CmpAsOf(op, months, days):
            if months:
                return _always_lost("calendar months are not added")
            return _two(ComparedDay(op, days), ComparedDay(_OTHER[op], days))
        case ir.OneOf(values):
            return _two(Member(values, holds=True), Member(values, holds=False))
        case ir.Contains(member):
            return _two(Has(member, holds=True), Has(member, holds=False))
        case ir.SubsetOf(members):
            return _two(Within(members, holds=True), Within(members, holds=False))
        case ir.Glob(pattern):
            found = expression(pattern)
            return _always_lost("the pattern cannot be said") if found is None else _pattern(found)
        case ir.Regex(pattern):
            return _pattern(f"(?:{pattern})")
        case ir.InVers():
            return _always_lost("version ranges (VERS) are not judged")
        case ir.LicenseAllows(ids) | ir.LicenseRequiresAny(ids):
            return Said(((Member(ids, holds=True),),), (), _LICENCES, partly=True)
        case ir.PurlLike():
            return _always_lost("patterns of package URLs are not judged")
        case ir.CpeLike():
            return _always_lost("patterns of CPE names are not judged")
        case _ as never:
            assert_never(never)


_OTHER: dict[ir.Comparison, ir.Comparison] = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def _two(true: Condition, false: Condition) -> Said:
    """One condition for each side."""
    return Said(((true,),), ((false,),))


def _pattern(pattern: str) -> Said:
    """The whole text matches, or does not."""
    whole = rf"\A{pattern}\z"
    return _two(Matches(whole, holds=True), Matches(whole, holds=False))


def _version(op: ir.Comparison, value: str) -> Said:
    """Versions: the same text is the same version; anything else needs the order of its scheme."""
    why = "versions are not ordered: only the same text counts as the same version"
    same: Ways = ((Compared("=", value),),)
    match op:
        case "=":
            return Said(same, (), why, partly=True)
        case "!=":
            return Said((), same, why, partly=True)
        case _:
            return _always_lost("versions are not ordered")


def _adjective(adjective: ir.Adjective, kind: str) -> Said:
    """`is known` and its kin."""
    match adjective:
        case "known":
            return _two(Known(holds=True), Known(holds=False))
        case "stated":
            told, untold = InState(_STATED, holds=True), InState(_STATED, holds=False)
            return Said(((Known(holds=True),), (told,)), ((Known(holds=False), untold),))
        case "conflicting" | "declared_unknown" | "withheld" | "malformed":
            return _two(InState((adjective,), holds=True), InState((adjective,), holds=False))
        case "valid":
            if kind in {"purl", "cpe", "license", "version"}:
                malformed = InState(("malformed",), holds=True)
                why = f"whether a {_WORDS[kind]} is valid is judged by whoever writes the input, not by this rule"
                return Said(((Judged(holds=True),),), ((Judged(holds=False),), (malformed,)), why, partly=True)
            return Said(((Known(holds=True),),), ((InState(("malformed",), holds=True),),))
        case "empty":
            return _two(Sized(empty=True), Sized(empty=False))
        case "signed":
            return _always_lost("signatures of sources are not looked at")
        case _ as never:
            assert_never(never)


_WORDS = {"purl": "package URL", "cpe": "CPE name", "license": "licence expression", "version": "version"}
