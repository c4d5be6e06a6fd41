"""From grammar rules to tree nodes: words, literals, expressions.

Each action takes the kept symbols of its rule and the rule's place.  A parse stack holds values of any type: this module
and `build` are where they get their types back.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date
from typing import Any

from rulewright.dsl import tree_expr as t
from rulewright.dsl.flaw import Flaw
from rulewright.dsl.lex import Token, unescape
from rulewright.dsl.limits import MAX_SET
from rulewright.dsl.source import At

Value = Any
Action = Callable[[list[Value], At], Value]

EPOCH = date(1970, 1, 1).toordinal()
MICRO = 1_000_000


def name(token: Token) -> t.Name:
    """A NAME token."""
    return t.Name(token.text, (token.start, token.end))


def text(token: Token) -> t.Text:
    """A STRING token."""
    return t.Text(unescape(token.text), (token.start, token.end))


def name_or_text(token: Token) -> t.Name | t.Text:
    """An id, quoted or not."""
    return text(token) if token.type == "STRING" else name(token)


def day(token: Token) -> t.Day:
    """A DATE token.  Raises Flaw when there is no such day."""
    try:
        ordinal = date.fromisoformat(token.text).toordinal()
    except ValueError:
        hint = _last_day(token.text)
        raise Flaw("RW0105", f"there is no day `{token.text}`", (token.start, token.end), hint=hint) from None
    return t.Day(ordinal - EPOCH, (token.start, token.end))


def _last_day(text: str) -> str:
    """What is wrong with a date that is none."""
    year, month = int(text[:4]), int(text[5:7])
    if not (year and 1 <= month <= 12):
        return "a date is written year-month-day, as in 2026-12-31"
    return f"that month has {monthrange(year, month)[1]} days"


def duration(token: Token) -> t.Duration:
    """A DURATION token.  Raises Flaw when it is longer than 1,000 years."""
    at = (token.start, token.end)
    number, unit = int(token.text[:-1][:9]), token.text[-1]
    if number > {"d": 366_000, "w": 52_000, "m": 12_000, "y": 1_000}[unit] or len(token.text) > 9:
        raise Flaw("RW0105", f"`{token.text}` is longer than 1,000 years", at)
    months = number * {"m": 1, "y": 12}.get(unit, 0)
    days = number * {"d": 1, "w": 7}.get(unit, 0)
    return t.Duration(months, days, at)


def whole(token: Token) -> t.Whole:
    """An INT token.  Raises Flaw beyond 64 bits."""
    at = (token.start, token.end)
    if len(token.text) > 18:
        raise Flaw("RW0105", "this number has more than 18 digits", at)
    return t.Whole(int(token.text), at)


def decimal(token: Token) -> t.Decimal:
    """A DECIMAL token, exact.  Raises Flaw beyond six decimal places."""
    at = (token.start, token.end)
    before, _, after = token.text.partition(".")
    if len(after) > 6 or len(before) > 12:
        raise Flaw(
            "RW0105",
            f"`{token.text}` has more digits than a decimal holds",
            at,
            hint="at most 12 before and 6 after the point",
        )
    micro = abs(int(before)) * MICRO + int(after.ljust(6, "0"))
    return t.Decimal(-micro if before.startswith("-") else micro, at)


_VALUES: dict[str, Callable[[Token], t.Literal]] = {
    "NAME": name,
    "STRING": text,
    "DATE": day,
    "DURATION": duration,
    "INT": whole,
    "DECIMAL": decimal,
}


def _value(c: list[Value], _at: At) -> t.Literal:
    """One literal."""
    return _VALUES[c[0].type](c[0])


def same(c: list[Value], _at: At) -> Value:
    """A rule that only groups."""
    return c[0]


def listed(c: list[Value], _at: At) -> list[Value]:
    """A rule whose symbols its parent wants."""
    return c


def _wordset(c: list[Value], at: At) -> t.WordSet:
    """`{…}`; the mark of an open list is the last."""
    more = bool(c) and isinstance(c[-1], Token)
    items = tuple(c[:-1] if more else c)
    if len(items) > MAX_SET:
        raise Flaw("RW0605", f"a set of {len(items)} members, more than {MAX_SET}", at)
    return t.WordSet(items, more, at)


def _names(c: list[Value], _at: At) -> tuple[t.Name, ...]:
    """`a, b, c`."""
    return tuple(name(token) for token in c)


def _setlike(c: list[Value], at: At) -> t.SetLike:
    """What stands after `in`, `allows`, `requires any`."""
    first = c[0]
    if isinstance(first, t.WordSet):
        return first
    if first.type == "VERS":
        return t.Vers(unescape(first.text[4:]), at)
    return name(first)


def _group(op: str) -> Action:
    """`a and b`, `all { a; b }`; `a or b`, `any { a; b }`."""
    return lambda c, at: t.Junction(op, tuple(c), at)


def _quantifier(c: list[Value], at: At) -> t.Quantifier:
    """A quantifier: kind and count, collection, variable, then what there is."""
    (kind, count), collection, var, *rest = c
    relation, owner, where, block = "all", None, None, None
    end = var.end
    for tag, value, stop in rest:
        if tag == "where":
            where = value
        elif tag == "block":
            block = value
            continue
        else:
            relation, owner = tag, value
        end = stop
    return t.Quantifier(kind, count, name(collection), name(var), relation, owner, where, block, (at[0], end), at)


def _how(c: list[Value], _at: At) -> tuple[str, t.Whole | t.Name | None]:
    """`every`, `at least 2`: kind and count."""
    kind = c[0].type
    if kind in {"LEAST", "MOST"}:
        return f"at_{kind.lower()}", c[1]
    return kind.lower(), None


def _count(c: list[Value], _at: At) -> t.Whole | t.Name:
    """The number of `at least`."""
    return whole(c[0]) if c[0].type == "INT" else name(c[0])


def _shift(c: list[Value], _at: At) -> tuple[int, t.Duration | t.Name]:
    """`+ 30d`: sign and length."""
    sign = 1 if c[0].type == "PLUS" else -1
    return sign, duration(c[1]) if c[1].type == "DURATION" else name(c[1])


_OPS = {"EQ": "=", "NE": "!=", "LT": "<", "LE": "<=", "GT": ">", "GE": ">=", "BEFORE": "<", "AFTER": ">"}


def _compare(c: list[Value], at: At) -> t.Compare:
    """`left op right [shift]`."""
    left, op, right = c[:3]
    sign, shift = c[3] if len(c) > 3 else (1, None)
    return t.Compare(left, _OPS[op], right, shift, sign, op in {"BEFORE", "AFTER"}, at)


def _within(c: list[Value], at: At) -> t.Within:
    """`path within length side anchor [shift]`."""
    path, length, side, anchor = c[:4]
    sign, shift = c[4] if len(c) > 4 else (1, None)
    return t.Within(path, length, side.lower(), anchor, shift, sign, at)


def _is(c: list[Value], at: At) -> t.IsTest:
    """`path is [not] adjective`."""
    return t.IsTest(c[0], name(c[-1]), len(c) == 3, at)


def _matches(c: list[Value], at: At) -> t.Matches:
    """`path matches [how] "pattern"`."""
    return t.Matches(c[0], name(c[1]) if len(c) == 3 else None, text(c[-1]), at)


EXPRESSIONS: dict[str, Action] = {
    "same": same,
    "paren": same,
    "value": _value,
    "literal": same,
    "wordset": _wordset,
    "names": _names,
    "setlike": _setlike,
    "implies": lambda c, at: t.Implies(c[0], c[1], at),
    "or_": _group("or"),
    "and_": _group("and"),
    "not_": lambda c, at: t.Not(c[-1], at),
    "all_": _group("and"),
    "any_": _group("or"),
    "call": lambda c, at: t.Call(name(c[0]), c[1] if len(c) > 1 else (), at),
    "meets": lambda c, at: t.Meets(name(c[0]), at),
    "manual": lambda c, at: t.Manual(c[0], at),
    "quantifier": _quantifier,
    "how": _how,
    "count": _count,
    "relation": lambda c, at: (c[0].text, name(c[1]), at[1]),
    "where": lambda c, at: ("where", c[0], at[1]),
    "block": lambda c, at: ("block", tuple(c), at[1]),
    "truth": lambda c, at: t.Truth(name(c[0]), at),
    "compare": _compare,
    "cmp": lambda c, _at: c[0].type,
    "shift": _shift,
    "member": lambda c, at: t.Member(c[0], c[1], negated=False, at=at),
    "not_member": lambda c, at: t.Member(c[0], c[-1], negated=True, at=at),
    "is_": _is,
    "matches": _matches,
    "allows": lambda c, at: t.Licences(c[0], "allows", c[-1], at),
    "requires": lambda c, at: t.Licences(c[0], "requires", c[-1], at),
    "length": lambda c, _at: duration(c[0]) if c[0].type == "DURATION" else name(c[0]),
    "side": lambda c, _at: c[0].type,
    "within": _within,
}
