"""Tests of single values: what `is valid`, `in`, `allows`, `matches` … mean for one distinct value.

Guarantees: total (never raises on any value of the term's kind) and three-valued: `None` where the value cannot be
judged.  A test is called once per distinct value of a column, not once per element.
What it does not do: know about unknown facts; `of_state` says what each unknown state answers.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, assert_never, cast

from rulewright.dsl import ir
from rulewright.engine import globs
from rulewright.facts.table import Column
from rulewright.facts.types import State, Value

Truth = bool | None
Judge = Callable[[Value], Truth]

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_STATED = {State.KNOWN, State.DECLARED_UNKNOWN, State.WITHHELD, State.CONFLICTING}
_NAMED = {
    "conflicting": State.CONFLICTING,
    "declared_unknown": State.DECLARED_UNKNOWN,
    "withheld": State.WITHHELD,
    "malformed": State.MALFORMED,
}


def of_state(test: ir.Test, state: State) -> Truth:
    """What a test answers on a fact that is unknown for this reason (`is known` and its kin are two-valued)."""
    if not isinstance(test, ir.Is):
        return None
    match test.adjective:
        case "known" | "signed":
            return False
        case "stated":
            return state in _STATED
        case "valid":
            return False if state is State.MALFORMED else None
        case "empty":
            return None
        case "conflicting" | "declared_unknown" | "withheld" | "malformed":
            return state is _NAMED[test.adjective]
        case _ as never:
            assert_never(never)


def orders_versions(test: ir.Test) -> bool:
    """Whether a test of a version asks for its scheme: comparisons, ranges, `is valid`.  Sets and patterns read its text."""
    return isinstance(test, ir.Cmp | ir.CmpAttr | ir.InVers) or test == ir.Is("valid")


def judge(test: ir.Test, kind: str, as_of: int) -> Judge:
    """The test of one known value of `kind`.  Where `orders_versions`, a component's is `(version, purl type)`.

    `CmpAttr` is not here: it takes two values (`compare_pair`).
    """
    match test:
        case ir.Is(adjective):
            return _adjective(adjective, kind)
        case ir.Cmp(op, value):
            return _compare(op, value, kind)
        case ir.CmpAsOf(op, months, days):
            return _compare(op, add_days(as_of, months, days), kind)
        case ir.OneOf(values):
            return frozenset(values).__contains__
        case ir.Contains(member):
            return partial(_contains, member)
        case ir.SubsetOf(members):
            wanted = frozenset(members)
            return lambda held: isinstance(held, tuple) and wanted.issuperset(held)
        case (
            ir.Glob()
            | ir.Regex()
            | ir.InVers()
            | ir.LicenseAllows()
            | ir.LicenseRequiresAny()
            | ir.PurlLike()
            | ir.CpeLike()
        ):
            return _identity(test)
        case ir.CmpAttr():
            msg = "a comparison with an attribute takes two values"
            raise TypeError(msg)
        case _ as never:
            assert_never(never)


TRUE, FALSE, UNKNOWN = 1, 2, 0
"""Codes of truth in a look-up list."""

_FROM_BOOL = bytes([FALSE, TRUE]) + bytes(254)
_FROM_CODE = bytes([FALSE, TRUE, UNKNOWN]) + bytes(253)


def code(truth: Truth) -> int:
    """The code of a truth."""
    return UNKNOWN if truth is None else TRUE if truth else FALSE


def compared(test: ir.Test, kind: str, as_of: int) -> Value | None:
    """The value that a test compares with in the natural order of the column's values, if it does."""
    if isinstance(test, ir.CmpAsOf):
        return add_days(as_of, test.months, test.days)
    return test.value if isinstance(test, ir.Cmp) and kind != "version" else None


def judge_all(column: Column, test: ir.Test, kind: str, as_of: int) -> bytes:
    """The test of every distinct value of a column, as codes: `judge`, with short cuts for the common tests."""
    values = column.values
    match test:
        case ir.Is("known" | "stated"):
            return bytes([TRUE]) * len(values)
        case ir.Cmp("=" | "!=" as op, value) if kind != "version":
            hit, miss = (TRUE, FALSE) if op == "=" else (FALSE, TRUE)
            answers = bytearray([miss]) * len(values)
            with suppress(ValueError):
                answers[values.index(value)] = hit
            return bytes(answers)
        case ir.Cmp(op, value) if kind != "version":
            return _ordered(values, op, value)
        case ir.CmpAsOf(op, months, days):
            return _ordered(values, op, add_days(as_of, months, days))
        case ir.OneOf(members):
            return bytes(map(frozenset(members).__contains__, values)).translate(_FROM_BOOL)
        case ir.Glob(pattern):
            return globs.judge(column, pattern).translate(_FROM_CODE)
        case ir.Is("valid") if kind == "purl":
            from rulewright.facts.identity.purl_bulk import valid_all

            return valid_all(cast("list[str]", values)).translate(_FROM_BOOL)
        case _:
            one = judge(test, kind, as_of)
            return bytes(map(code, map(one, values)))


def _ordered(values: list[Value], op: str, value: Value) -> bytes:
    """Comparison with one value, without a call per value."""
    held, wanted = cast("list[int]", values), cast("int", value)
    match op:
        case "<":
            found = [item < wanted for item in held]
        case "<=":
            found = [item <= wanted for item in held]
        case ">":
            found = [item > wanted for item in held]
        case ">=":
            found = [item >= wanted for item in held]
        case _:
            found = [(item == wanted) is (op == "=") for item in held]
    return bytes(found).translate(_FROM_BOOL)


def compare_pair(test: ir.CmpAttr, kind: str, left: Value, right: Value) -> Truth:
    """Compare a known value with the known value of an attribute, moved by the test's calendar offset."""
    if kind == "date" and isinstance(right, int):
        right = add_days(right, test.months, test.days)
    return _compare(test.op, right, kind)(left)


def add_days(day: int, months: int, days: int) -> int:
    """Calendar addition, clamped to the end of the month."""
    if not months:
        return day + days
    from rulewright.facts.identity import dates

    return dates.add(day, months, days)


def _contains(member: str, value: Value) -> Truth:
    return isinstance(value, tuple) and member in value


def _compare(op: str, value: Value, kind: str) -> Judge:
    if kind == "version":
        return partial(_compare_version, op, str(value))
    order = _ORDER[op]
    return lambda held: order(held, value)


def _compare_version(op: str, wanted: str, held: Value) -> Truth:
    from rulewright.facts.identity import versions

    text, scheme = versioned(held)
    if op in {"=", "!="} and text == wanted:
        return op == "="
    sign = versions.compare(scheme, text, wanted)
    return None if sign is None else _ORDER[op](sign, 0)


def versioned(held: Value) -> tuple[str, str]:
    """Version text and scheme of a held value; a version without purl type is ordered by the generic scheme."""
    if isinstance(held, tuple):
        return held[0], _scheme(held[1]) or "generic"
    return str(held), "generic"


def _scheme(purl_type: str) -> str | None:
    from rulewright.facts.identity import versions

    return versions.scheme_of_purl_type(purl_type) if purl_type else None


def _adjective(adjective: str, kind: str) -> Judge:
    match adjective:
        case "known" | "stated":
            return _always
        case "valid":
            return _validity(kind)
        case "empty":
            return operator.not_
        case (
            _
        ):  # conflicting, declared_unknown, withheld, malformed: a known value is none of them; signed: see evaluate
            return _never


def _always(_: Value) -> Truth:
    return True


def _never(_: Value) -> Truth:
    return False


def _validity(kind: str) -> Judge:
    match kind:
        case "purl":
            from rulewright.facts.identity.purl import is_valid

            return lambda held: is_valid(str(held))
        case "cpe":
            from rulewright.facts.identity.cpe import is_valid as is_cpe

            return lambda held: is_cpe(str(held))
        case "license":
            from rulewright.facts.identity.licenses import is_valid as is_license

            return lambda held: is_license(str(held))
        case "version":
            return _valid_version
        case _:
            return _always


def _valid_version(held: Value) -> Truth:
    from rulewright.facts.identity import versions

    text, scheme = versioned(held)
    return versions.is_valid(scheme, text)


Named = ir.Glob | ir.Regex | ir.InVers | ir.LicenseAllows | ir.LicenseRequiresAny | ir.PurlLike | ir.CpeLike


def _identity(test: Named) -> Judge:
    """Tests that need the identity library: patterns, ranges, licences."""
    match test:
        case ir.Glob() | ir.Regex():
            return _pattern(test)
        case ir.InVers(text):
            return _in_range(text)
        case ir.LicenseAllows(ids):
            from rulewright.facts.identity.licenses import allows

            allowed = frozenset(ids)
            return lambda held: allows(str(held), allowed)
        case ir.LicenseRequiresAny(ids):
            from rulewright.facts.identity.licenses import requires_any

            required = frozenset(ids)
            return lambda held: requires_any(str(held), required)
        case ir.PurlLike(pattern):
            from rulewright.facts.identity import purl

            return lambda held: purl.matches(pattern, str(held))
        case ir.CpeLike(pattern):
            from rulewright.facts.identity import cpe

            return lambda held: cpe.matches(pattern, str(held))
        case _ as never:
            assert_never(never)


def _pattern(test: ir.Glob | ir.Regex) -> Judge:
    from rulewright.facts.identity import patterns

    is_glob = isinstance(test, ir.Glob)
    found = patterns.compile_glob(test.pattern) if is_glob else patterns.compile_regex(test.pattern)
    if isinstance(found, patterns.Fault):
        return lambda _: None
    return lambda held: found.matches(str(held))


def _in_range(text: str) -> Judge:
    from rulewright.facts.identity import versions

    found = versions.Vers.parse(text)
    scheme = text.removeprefix("vers:").partition("/")[0]

    def inside(held: Value) -> Truth:
        if isinstance(found, str):
            return None
        version, purl_type = (held[0], held[1]) if isinstance(held, tuple) else (str(held), "")
        if scheme != "generic":
            if not purl_type:
                return None
            if (_scheme(purl_type) or purl_type) != (_scheme(scheme) or scheme):
                return False
        return found.contains(version)

    return inside
