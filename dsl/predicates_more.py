"""Predicates on dates, licences and patterns.  Companion of `predicates`.

`path within 30d of X` means |path - X| <= 30 days; `within 30d before X`: from X - 30d to X; `within 30d after X`: from X
to X + 30d.  X is a date, `as_of`, or a date of the product.  Months and years are calendar months and years.
"""

from __future__ import annotations

from datetime import date

from rulewright.dsl import ir
from rulewright.dsl import tree_expr as t
from rulewright.dsl.build_expr import EPOCH
from rulewright.dsl.literals import ValueType, described, members_of, strings
from rulewright.dsl.names import did_you_mean
from rulewright.dsl.terms import AS_OF, Context, Env, Typed, is_fact, param, resolve, set_param

LICENSE = ValueType("license")


def fact(literal: t.Literal, env: Env, context: Context) -> Typed | None:
    """The fact on the left of an operator."""
    if isinstance(literal, t.Name):
        return resolve(literal, env, context)
    context.desk.error(
        "RW0302", f"a condition starts with a fact, not with {described(literal)}", literal.at, "put the fact first"
    )
    return None


def duration_of(length: t.Duration | t.Name, context: Context) -> t.Duration | None:
    """A duration, or the parameter that holds one (a whole number counts days)."""
    if isinstance(length, t.Duration):
        return length
    known = param(length, context)
    if known is None:
        hint = did_you_mean(length.text, context.params)
        context.error("RW0203", f"there is no parameter `{length.text}`", length, hint)
        return None
    if isinstance(known.value, t.Duration):
        return known.value
    if known.type.kind == "int" and isinstance(known.value, int):
        return t.Duration(0, known.value, length.at)
    context.desk.error("RW0301", f"expected a duration, `{length.text}` is of type {known.type}", length.at)
    return None


def moved(days: int, months: int, more: int) -> int:
    """A day moved by calendar months (the last day of a shorter month), then by days."""
    start = date.fromordinal(days + EPOCH)
    count = start.year * 12 + start.month - 1 + months
    year, month = divmod(count, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1).toordinal()) - date(year, month + 1, 1).toordinal()
    return date(year, month + 1, min(start.day, last)).toordinal() - EPOCH + more


def shifted(value: ir.Value, shift: t.Duration | t.Name, sign: int, context: Context) -> int | None:
    """A constant date moved by a duration."""
    length = duration_of(shift, context)
    if length is None:
        return None
    assert isinstance(value, int)
    try:
        return moved(value, sign * length.months, sign * length.days)
    except (ValueError, OverflowError):
        context.desk.error("RW0105", "this date lies outside the years 1 to 9999", shift.at)
        return None


def as_of_test(
    typed: Typed, op: ir.Comparison, shift: t.Duration | t.Name | None, sign: int, node: t.Compare, context: Context
) -> ir.Expr | None:
    """A date against the day of the run."""
    if typed.kind != "date":
        context.desk.error("RW0301", f"`as_of` is a date; `{typed.text}` is of type {typed.kind}", node.at)
        return None
    length = t.Duration(0, 0, node.at) if shift is None else duration_of(shift, context)
    if length is None:
        return None
    return ir.Atom(typed.term, ir.CmpAsOf(op, sign * length.months, sign * length.days))


def within(node: t.Within, env: Env, context: Context) -> ir.Expr | None:
    """Two bounds around an anchor."""
    typed = fact(node.path, env, context)
    length = duration_of(node.length, context)
    if typed is None or length is None:
        return None
    if typed.kind != "date":
        context.desk.error("RW0306", f"`within` tests a date; `{typed.text}` is of type {typed.kind}", node.at)
        return None
    extra = t.Duration(0, 0, node.at) if node.shift is None else duration_of(node.shift, context)
    if extra is None:
        return None
    months, days = node.sign * extra.months, node.sign * extra.days
    low = (months, days) if node.side == "after" else (months - length.months, days - length.days)
    high = (months, days) if node.side == "before" else (months + length.months, days + length.days)
    tests = [_bound(op, move, node.anchor, env, context) for op, move in ((">=", low), ("<=", high))]
    if tests[0] is None or tests[1] is None:
        return None
    return ir.And((ir.Atom(typed.term, tests[0]), ir.Atom(typed.term, tests[1])))


def _bound(op: str, move: tuple[int, int], anchor: t.Literal, env: Env, context: Context) -> ir.Test | None:
    """One bound: not before, or not after, the moved anchor."""
    comparison: ir.Comparison = ">=" if op == ">=" else "<="
    if isinstance(anchor, t.Name) and anchor.text == AS_OF:
        return ir.CmpAsOf(comparison, *move)
    if is_fact(anchor, env, context):
        assert isinstance(anchor, t.Name)
        other = resolve(anchor, env, context)
        if other is None:
            return None
        if isinstance(other.term, ir.Attr) and other.kind == "date":
            return ir.CmpAttr(comparison, other.term, *move)
        context.desk.error("RW0303", f"`within` is anchored at a date of the product, not at `{other.text}`", anchor.at)
        return None
    known = param(anchor, context)
    day = (
        anchor.days
        if isinstance(anchor, t.Day)
        else known.value
        if known is not None and known.type.kind == "date"
        else None
    )
    if not isinstance(day, int):
        context.desk.error("RW0301", f"expected a date or `as_of`, found {described(anchor)}", anchor.at)
        return None
    try:
        return ir.Cmp(comparison, moved(day, *move))
    except (ValueError, OverflowError):
        context.desk.error("RW0105", "this date lies outside the years 1 to 9999", anchor.at)
        return None


def licences(node: t.Licences, env: Env, context: Context) -> ir.Expr | None:
    """`allows {…}` and `requires any {…}`."""
    typed = fact(node.path, env, context)
    if typed is None:
        return None
    word = "allows" if node.how == "allows" else "requires any"
    if typed.kind != "license":
        context.desk.error(
            "RW0306", f"`{word}` tests a licence; `{typed.text}` is of type {typed.kind}", node.at, "write `in`"
        )
        return None
    if isinstance(node.ids, t.Vers):
        context.desk.error("RW0301", "expected a set of licences, found a version range", node.ids.at)
        return None
    if isinstance(node.ids, t.WordSet):
        members = members_of(node.ids, LICENSE, f"`{typed.text}`", context.desk)
    else:
        members = set_param(node.ids, "license", typed.text, context)
    if members is None:
        return None
    ids = strings(members)
    return ir.Atom(typed.term, ir.LicenseAllows(ids) if node.how == "allows" else ir.LicenseRequiresAny(ids))


_HOWS = ("regex", "purl", "cpe", "glob")


def matches(node: t.Matches, env: Env, context: Context) -> ir.Expr | None:
    """`matches "glob"`, `matches regex|purl|cpe "pattern"`."""
    how = node.how.text if node.how is not None else "glob"
    if how not in _HOWS:
        assert node.how is not None
        hint = did_you_mean(how, _HOWS) or 'write `matches "glob"`, `matches regex`, `matches purl` or `matches cpe`'
        context.desk.error("RW0207", f"there are no patterns of kind `{how}`", node.how.at, hint)
        return None
    typed = fact(node.path, env, context)
    if typed is None:
        return None
    kinds = {how} if how in {"purl", "cpe"} else {"string", "enum", "version", "purl", "cpe", "license"}
    if typed.kind not in kinds:
        context.desk.error(
            "RW0306", f"a {how} pattern does not test `{typed.text}`, which is of type {typed.kind}", node.at
        )
        return None
    return _pattern(how, node.pattern, typed, context)


def _pattern(how: str, pattern: t.Text, typed: Typed, context: Context) -> ir.Expr | None:
    """A pattern in the right form."""
    text, checks = pattern.text, context.desk.checks
    judge = {"glob": checks.glob, "regex": checks.regex, "purl": checks.purl_pattern, "cpe": checks.cpe_pattern}[how]
    flaw = judge(text)
    if flaw is not None:
        context.desk.error("RW0304", f"this is not a pattern of kind {how}", pattern.at, flaw)
        return None
    test: ir.Test
    match how:
        case "glob":
            test = ir.Glob(text)
        case "regex":
            test = ir.Regex(text)
        case "purl":
            test = ir.PurlLike(text)
        case _:
            test = ir.CpeLike(text)
    return ir.Atom(typed.term, test)


def in_vers(typed: Typed, right: t.Vers, node: t.Member, context: Context) -> ir.Expr | None:
    """`c.version in vers"pypi/<2.0.7"`."""
    if typed.kind != "version":
        context.desk.error(
            "RW0306", f"a version range tests a version; `{typed.text}` is of type {typed.kind}", node.at
        )
        return None
    flaw = context.desk.checks.vers(right.text)
    if flaw is not None:
        context.desk.error("RW0304", f"`{right.text}` is not a version range", right.at, flaw)
        return None
    return ir.Atom(typed.term, ir.InVers(right.text))
