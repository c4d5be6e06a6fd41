"""Expressions of the intermediate form as rule text again.

Guarantees: total, exact, one line; what an author would write for the same meaning, so a reader can paste it into a rule.
What it does not do: keep the author's own layout, parameters or `define`s: they are put in.
"""

from __future__ import annotations

from typing import assert_never

from rulewright.dsl import ir
from rulewright.engine.words import date_text, value_text

_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
_COUNTED = {"at_least": "at least", "at_most": "at most"}


def path(term: ir.Term) -> str:
    """`iface.telnet_present`, `c.version`."""
    return term.name if isinstance(term, ir.Attr) else f"{term.var}.{term.name}"


def phrase(expr: ir.Expr) -> str:
    """An expression as rule text."""
    match expr:
        case ir.Const(value):
            return {True: "always", False: "never", None: "unknown"}[value]
        case ir.Atom(term, test):
            return _atom(term, test)
        case ir.Not(ir.Atom(term, ir.Is(adjective))):
            return f"{path(term)} is not {adjective}"
        case ir.Not(ir.Atom(term, ir.OneOf(values))):
            return f"{path(term)} not in {_words(values, term.kind)}"
        case ir.Not(item):
            return f"not {_inner(item)}"
        case ir.And(items):
            return " and ".join(map(_inner, items)) or "always"
        case ir.Or(items):
            return " or ".join(map(_inner, items)) or "never"
        case ir.Quant():
            return _quantifier(expr)
        case _ as never:
            assert_never(never)


def _inner(expr: ir.Expr) -> str:
    """An operand, in parentheses where it needs them."""
    text = phrase(expr)
    return f"({text})" if isinstance(expr, ir.And | ir.Or) or (isinstance(expr, ir.Quant) and "{" not in text) else text


def _quantifier(quant: ir.Quant) -> str:
    how = _COUNTED.get(quant.kind)
    head = f"{how} {quant.n}" if how else quant.kind
    owner = f" {quant.relation} {quant.owner}" if quant.relation != "all" else ""
    where = "" if quant.where == ir.Const(value=True) else f" where {phrase(quant.where)}"
    body = "" if quant.body == ir.Const(value=True) else f" {{ {phrase(quant.body)} }}"
    return f"{head} {quant.collection} {quant.var}{owner}{where}{body}"


def _atom(term: ir.Term, test: ir.Test) -> str:
    """A test of a fact."""
    if isinstance(test, ir.Is):
        return f"{path(term)} is {test.adjective}"
    if isinstance(test, ir.Cmp | ir.CmpAttr | ir.CmpAsOf):
        return _comparison(term, test)
    if isinstance(test, ir.OneOf | ir.SubsetOf | ir.Contains):
        return _membership(term, test)
    return _pattern(path(term), test)


def _comparison(term: ir.Term, test: ir.Cmp | ir.CmpAttr | ir.CmpAsOf) -> str:
    name = path(term)
    match test:
        case ir.Cmp("=", True):
            return name
        case ir.Cmp("=", False):
            return f"not {name}"
        case ir.Cmp(op, value):
            return f"{name} {op} {literal(value, term.kind)}"
        case ir.CmpAttr(op, attr, months, days):
            return f"{name} {op} {attr.name}{_shift(months, days)}"
        case ir.CmpAsOf(op, months, days):
            return f"{name} {op} as_of{_shift(months, days)}"
        case _ as never:
            assert_never(never)


def _membership(term: ir.Term, test: ir.OneOf | ir.SubsetOf | ir.Contains) -> str:
    name = path(term)
    match test:
        case ir.OneOf(values):
            return f"{name} in {_words(values, term.kind)}"
        case ir.Contains(member):
            return f"{literal(member, 'enum')} in {name}"
        case ir.SubsetOf(members):
            return f"{name} in {_words(members, 'enum')}"
        case _ as never:
            assert_never(never)


Pattern = ir.Glob | ir.Regex | ir.InVers | ir.LicenseAllows | ir.LicenseRequiresAny | ir.PurlLike | ir.CpeLike


def _pattern(name: str, test: Pattern) -> str:
    match test:
        case ir.Glob(pattern):
            return f'{name} matches "{pattern}"'
        case ir.Regex(pattern):
            return f'{name} matches regex "{pattern}"'
        case ir.InVers(versions):
            return f'{name} in vers"{versions}"'
        case ir.LicenseAllows(ids):
            return f"{name} allows {_words(ids, 'enum')}"
        case ir.LicenseRequiresAny(ids):
            return f"{name} requires any {_words(ids, 'enum')}"
        case ir.PurlLike(pattern) | ir.CpeLike(pattern):
            return f'{name} matches "{pattern}"'
        case _ as never:
            assert_never(never)


def _shift(months: int, days: int) -> str:
    """` + 5y`, ` - 30d`."""
    parts = []
    if months:
        parts.append(f"{abs(months) // 12}y" if months % 12 == 0 else f"{abs(months)}m")
    if days:
        parts.append(f"{abs(days)}d")
    sign = "-" if months < 0 or days < 0 else "+"
    return "".join(f" {sign} {part}" for part in parts)


_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def unmet(atom: ir.Atom) -> str:
    """What a known value that fails a test is not, to stand after the value: `not toy`, `without EU`, `< 3`."""
    kind = atom.term.kind
    match atom.test:
        case ir.Cmp("!=", _) | ir.Cmp("=", True | False):
            return ""
        case ir.Cmp("=", value):
            return f"not {literal(value, kind)}"
        case ir.Cmp(op, value):
            return f"{_OPPOSITE[op]} {literal(value, kind)}"
        case ir.OneOf(values):
            return "not " + " or ".join(literal(value, kind) for value in values)
        case ir.Contains(member):
            return f"without {literal(member, 'enum')}"
        case ir.SubsetOf(members):
            return f"not all in {_words(members, 'enum')}"
        case ir.Is(adjective):
            return f"not {adjective}"
        case _:
            return f"not as asked: {phrase(atom)}"


def literal(value: ir.Value, kind: str) -> str:
    """A value as rule text: words bare where they may be, everything else quoted."""
    if isinstance(value, str):
        return value if value and set(value) <= _BARE and value[0].isalpha() else f'"{value}"'
    return date_text(value) if kind == "date" and isinstance(value, int) else value_text(value, kind)


def _words(values: tuple[ir.Value, ...], kind: str) -> str:
    return "{" + ", ".join(literal(value, kind) for value in values) + "}"
