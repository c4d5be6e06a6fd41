"""Literals and parameters as values of a type.

Guarantees: what comes out is in the representation of the IR (days, millionths, sorted tuples); a literal that does not
fit is one diagnostic with a hint.  Forms that need knowledge of other folders (VERS, licences, purl, …) are judged by a
`LiteralChecks` that the caller passes in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from rulewright.diagnostics import Severity
from rulewright.dsl import ir
from rulewright.dsl import tree_expr as t
from rulewright.dsl.build_expr import EPOCH, MICRO
from rulewright.dsl.names import TypeLike, did_you_mean
from rulewright.dsl.sink import Sink
from rulewright.dsl.source import At, SourceText


class LiteralChecks(Protocol):
    """Judges of literals: each says what is wrong in a few words, or None."""

    def vers(self, text: str) -> str | None:
        """A version range without its `vers:`: `pypi/<2.0.7`."""

    def license(self, text: str) -> str | None:
        """A licence identifier."""

    def purl_pattern(self, text: str) -> str | None:
        """A pattern of package URLs."""

    def cpe_pattern(self, text: str) -> str | None:
        """A pattern of CPE names."""

    def regex(self, text: str) -> str | None:
        """A regular expression of RE2's syntax."""

    def glob(self, text: str) -> str | None:
        """A glob."""


class ShallowChecks:
    """Checks that need no other folder: the outer form only."""

    def vers(self, text: str) -> str | None:
        """`SCHEME/constraints`."""
        scheme, slash, rest = text.partition("/")
        good = slash and rest and scheme.replace("-", "").replace(".", "").isalnum()
        return None if good else "it is written SCHEME/constraints, as in `pypi/<2.0.7`"

    def license(self, text: str) -> str | None:
        """Letters, digits, `.`, `-`, `+`."""
        good = text and all(c.isalnum() or c in ".-+:" for c in text)
        return None if good else "a licence identifier has letters, digits, `.`, `-` and `+`"

    def purl_pattern(self, text: str) -> str | None:
        """Starts with `pkg:`."""
        return None if text.startswith("pkg:") else "it starts with `pkg:`"

    def cpe_pattern(self, text: str) -> str | None:
        """Starts with `cpe:`."""
        return None if text.startswith("cpe:") else "it starts with `cpe:`"

    def regex(self, text: str) -> str | None:
        """Compiles."""
        import re

        try:
            re.compile(text)
        except (re.error, OverflowError, RecursionError) as flaw:
            return str(flaw)
        return None

    def glob(self, text: str) -> str | None:
        """Brackets close."""
        return None if text.count("[") <= text.count("]") else "a `[` is not closed"


@dataclass(frozen=True, slots=True)
class ValueType:
    """A type of values; for a `set`, `member` is the kind of its members."""

    kind: str
    values: tuple[str, ...] = ()
    open_values: bool = False
    member: str = ""

    def __str__(self) -> str:
        """As an author writes it."""
        if self.kind == "set":
            return f"set<{self.member}>"
        return self.kind


Constant = ir.Value | tuple[ir.Value, ...] | t.Duration
"""A literal's value; sets of numbers or days are tuples of them."""


@dataclass(frozen=True, slots=True)
class ParamValue:
    """A parameter's type and value, and what its value may be: from `low` to `high`, or of these `words`."""

    type: ValueType
    value: Constant
    low: Constant | None = None
    high: Constant | None = None
    words: tuple[ir.Value, ...] | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What judging a literal needs: where it stands, whom to tell, who knows the forms."""

    source: SourceText
    sink: Sink
    checks: LiteralChecks

    def error(self, code: str, message: str, at: At, hint: str | None = None) -> None:
        """Report an error at a place of this file."""
        self.sink.add(code, message, self.source, at, hint=hint)


_WANTED = {
    "bool": "`true` or `false`",
    "int": "a whole number",
    "decimal": "a number",
    "string": "a text in quotes",
    "enum": "one of its words",
    "word": "a word",
    "date": "a date, as in 2026-12-31",
    "duration": "a duration, as in 30d",
    "version": "a version in quotes",
    "license": "a licence identifier",
    "purl": "a package URL in quotes",
    "cpe": "a CPE name in quotes",
    "set": "a set, as in `{a, b}`",
}
_WORDS = frozenset({"enum", "word", "license", "string", "version"})


def described(literal: t.Literal | t.WordSet | t.Vers) -> str:
    """A literal in words."""
    match literal:
        case t.Name():
            return f"`{literal.text}`"
        case t.Text():
            return f'the text `"{literal.text[:40]}"`'
        case t.Whole() | t.Decimal():
            return "a number"
        case t.Day():
            return "a date"
        case t.Duration():
            return "a duration"
        case t.WordSet():
            return "a set"
        case t.Vers():
            return "a version range"


def value_of(literal: t.Literal | t.WordSet, wanted: TypeLike, what: str, desk: Desk) -> ir.Value | t.Duration | None:
    """A literal as a value of a type, or None after a diagnostic.  `what` names the thing it is compared with."""
    kind = str(wanted.kind)
    if isinstance(literal, t.Name | t.Text) and kind in {"enum", "license"}:
        return _word(literal, wanted, what, desk) if kind == "enum" else _license(literal, desk)
    value = _plain_value(literal, kind)
    if value is None:
        message = f"{what} is {_a(kind)}: expected {_WANTED.get(kind, 'a value')}, found {described(literal)}"
        desk.error("RW0301", message, literal.at, _mismatch_hint(literal, kind))
    return value


def _plain_value(literal: t.Literal | t.WordSet, kind: str) -> ir.Value | t.Duration | None:
    """A literal as a value of a kind that needs no list of words; None when it is of another kind."""
    match literal, kind:
        case t.Name(text="true" | "false"), "bool":
            return literal.text == "true"
        case t.Whole(), "int":
            return literal.value
        case t.Whole(), "decimal":
            return literal.value * MICRO
        case t.Decimal(), "decimal":
            return literal.micro
        case t.Day(), "date":
            return literal.days
        case t.Duration(), "duration":
            return literal
        case t.Name(), "word":
            return literal.text
        case t.Text(), "string" | "version" | "purl" | "cpe" | "word":
            return literal.text
        case _:
            return None


_TRUTH = {"yes": "true", "no": "false", "on": "true", "off": "false", "true": "true", "false": "false"}


def _a(kind: str) -> str:
    """A kind with its article."""
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _mismatch_hint(literal: t.Literal | t.WordSet, kind: str) -> str | None:
    """What the author probably meant."""
    if isinstance(literal, t.Name) and kind == "bool" and literal.text.lower() in _TRUTH:
        return f"write `{_TRUTH[literal.text.lower()]}`"
    if isinstance(literal, t.Name) and kind in {"string", "version", "purl", "cpe"}:
        return f'write `"{literal.text}"`'
    if isinstance(literal, t.Text) and kind == "bool":
        return "a fact of yes or no stands alone, as in `iface.telnet_present`, or after `not`"
    if isinstance(literal, t.Text) and kind in {"int", "decimal", "date", "duration"}:
        return "write it without quotes"
    if isinstance(literal, t.Decimal | t.Whole) and kind == "version":
        return "versions are written in quotes"
    if isinstance(literal, t.WordSet):
        return "write `in` to test against a set"
    return None


def _word(literal: t.Name | t.Text, wanted: TypeLike, what: str, desk: Desk) -> str | None:
    """A word of an enum."""
    if not wanted.values or literal.text in wanted.values:
        return literal.text
    hint = did_you_mean(literal.text, wanted.values)
    if wanted.open_values:
        if hint is not None:
            message = f"`{literal.text}` is not among the known values of {what}"
            desk.sink.add("RW0214", message, desk.source, literal.at, hint=hint, severity=Severity.WARNING)
        return literal.text
    if hint is None:
        hint = f"it is one of {listing(wanted.values)}"
    desk.error("RW0205", f"`{literal.text}` is not a value of {what}", literal.at, hint)
    return None


def listing(words: Iterable[str]) -> str:
    """Some words for a hint, at most twelve."""
    known = list(words)
    return ", ".join(f"`{w}`" for w in known[:12]) + (", …" if len(known) > 12 else "")


def _license(literal: t.Name | t.Text, desk: Desk) -> str | None:
    """A licence identifier."""
    flaw = desk.checks.license(literal.text)
    if flaw is None:
        return literal.text
    desk.error("RW0304", f"`{literal.text}` is not a licence identifier", literal.at, flaw)
    return None


def members_of(words: t.WordSet, member: TypeLike, what: str, desk: Desk) -> tuple[ir.Value, ...] | None:
    """The members of a set literal, sorted and without duplicates, or None after diagnostics."""
    if words.more:
        desk.error("RW0301", "`...` stands only in the declaration of a type", words.at)
        return None
    if not words.items:
        desk.error("RW0305", "an empty set holds nothing: the test is always false", words.at)
        return None
    values = [value_of(item, member, what, desk) for item in words.items]
    if any(v is None for v in values):
        return None
    kept = {v for v in values if v is not None and not isinstance(v, t.Duration)}
    return tuple(sorted(kept, key=_order))


def _order(value: ir.Value) -> tuple[int, str]:
    """Numbers by size, texts by code point."""
    return (value, "") if isinstance(value, int) else (0, str(value))


def strings(values: Iterable[ir.Value]) -> tuple[str, ...]:
    """Members that are texts."""
    return tuple(v for v in values if isinstance(v, str))


def date_text(days: int) -> str:
    """A day as 2026-12-31."""
    from datetime import date

    return date.fromordinal(days + EPOCH).isoformat()
