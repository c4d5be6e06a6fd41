"""Expressions with one small thing changed, in every way, each with words for the change.

Guarantees: every variant is a well-formed expression of the same scope, and evaluated like any other; the order is that of
the text.  What it does not do: judge whether a variant means the same (`proof`), or change globs, regular expressions,
version ranges and patterns inside: these are negated only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, assert_never

from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.engine.phrases import literal, phrase
from rulewright.engine.trial.mutant import Kind

_TENTH = 100_000
_BOUNDARY: dict[ir.Comparison, ir.Comparison] = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "!=", "!=": "="}
_TURNED: dict[ir.Comparison, ir.Comparison] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_MOVES: dict[ir.Comparison, tuple[int, ...]] = {
    "<": (-1,),
    "<=": (1,),
    ">": (1,),
    ">=": (-1,),
    "=": (-1, 1),
    "!=": (-1, 1),
}
"""Where a constant moves to: the other way is what the boundary's change does, for whole numbers and days."""
_LONG = 72


class Variant(NamedTuple):
    """A changed expression."""

    kind: Kind
    expr: ir.Expr
    said: str


def variants(expr: ir.Expr, *, negated: bool = False) -> Iterator[Variant]:
    """All variants of an expression; `negated`: it stands under a `not`, whose loss is a variant already."""
    match expr:
        case ir.Const():
            return
        case ir.Atom(term, test):
            if not negated:
                yield Variant("negation", ir.Not(expr), f"`{_short(expr)}` negated")
            for kind, changed, said in _tests(test, term):
                yield Variant(kind, ir.Atom(term, changed), said)
        case ir.Not(item):
            yield Variant("negation", item, f"`{_short(expr)}` without its `not`")
            for one in variants(item, negated=True):
                yield one._replace(expr=ir.Not(one.expr))
        case ir.And(items) | ir.Or(items):
            yield from _junction(expr, items)
        case ir.Quant():
            yield from _quantifier(expr)
        case _ as never:
            assert_never(never)


def _junction(expr: ir.And | ir.Or, items: tuple[ir.Expr, ...]) -> Iterator[Variant]:
    """`and` read as `or`, an operand less, or an operand changed."""
    word, other = ("and", "or") if isinstance(expr, ir.And) else ("or", "and")
    if len(items) > 1:
        swapped: ir.Expr = ir.Or(items) if isinstance(expr, ir.And) else ir.And(items)
        yield Variant("junction", swapped, f"`{word}` read as `{other}` in `{_short(expr)}`")
    for place, item in enumerate(items):
        before, after = items[:place], items[place + 1 :]
        rest = (*before, *after)
        yield Variant("operand", rest[0] if len(rest) == 1 else type(expr)(rest), f"without `{_short(item)}`")
        for one in variants(item):
            yield one._replace(expr=type(expr)((*before, one.expr, *after)))


def _quantifier(quant: ir.Quant) -> Iterator[Variant]:
    """Another quantifier, another number, without its selection, or with a part changed."""
    about = f"{quant.collection} {quant.var}"
    match quant.kind:
        case "every":
            yield Variant("quantifier", replace(quant, kind="some"), f"`every {about}` read as `some {about}`")
        case "some":
            yield Variant("quantifier", replace(quant, kind="every"), f"`some {about}` read as `every {about}`")
            yield Variant("quantifier", replace(quant, kind="no"), f"`some {about}` read as `no {about}`")
        case "no":
            yield Variant("quantifier", replace(quant, kind="some"), f"`no {about}` read as `some {about}`")
        case "at_least" | "at_most":
            word = quant.kind.replace("_", " ")
            for n in (quant.n - 1, quant.n + 1):
                if n >= 0:
                    yield Variant("quantifier", replace(quant, n=n), f"`{word} {quant.n}` read as `{word} {n}`")
        case _ as never:
            assert_never(never)
    if quant.kind == "every" and not isinstance(quant.where, ir.Const):
        everything = replace(quant, where=ir.Const(value=True))
        yield Variant("quantifier", everything, f"without `where {_short(quant.where)}`")
    for one in variants(quant.where):
        yield one._replace(expr=replace(quant, where=one.expr))
    for one in variants(quant.body):
        yield one._replace(expr=replace(quant, body=one.expr))


def _tests(test: ir.Test, term: ir.Term) -> Iterator[tuple[Kind, ir.Test, str]]:
    """A test with its operator, its constant or a member changed."""
    match test:
        case ir.Cmp(_, value) if not isinstance(value, bool):
            yield from _operators(test, term, test.op)
            yield from _constants(test, term, value)
        case ir.CmpAttr() | ir.CmpAsOf():
            yield from _operators(test, term, test.op)
            yield from _moved(test, term)
        case ir.OneOf() | ir.SubsetOf():
            yield from _members(test, term)
        case ir.LicenseAllows(ids) | ir.LicenseRequiresAny(ids):
            yield from _licences(test, ids, term)
        case _:
            return


def _constants(test: ir.Cmp, term: ir.Term, value: ir.Value) -> Iterator[tuple[Kind, ir.Test, str]]:
    """A number or a day moved by one; of a decimal, by a tenth."""
    if not isinstance(value, int):
        return
    tenths = term.kind == "decimal"
    for move in (-1, 1) if tenths else _MOVES[test.op]:
        moved = value + move * (_TENTH if tenths else 1)
        said = f"`{literal(value, term.kind)}` read as `{literal(moved, term.kind)}` in `{_of(term, test)}`"
        yield "constant", replace(test, value=moved), said


def _moved(test: ir.CmpAttr | ir.CmpAsOf, term: ir.Term) -> Iterator[tuple[Kind, ir.Test, str]]:
    """A comparison of days moved by a day and, where it counts months, by a month."""
    for move in _MOVES[test.op] if term.kind == "date" else ():
        yield "constant", replace(test, days=test.days + move), f"`{_of(term, test)}` moved by a day"
    for move in (-1, 1) if test.months else ():
        moved = replace(test, months=test.months + move)
        yield "constant", moved, f"`{_of(term, test)}` read as `{_of(term, moved)}`"


def _members(test: ir.OneOf | ir.SubsetOf, term: ir.Term) -> Iterator[tuple[Kind, ir.Test, str]]:
    """A set with a member less."""
    of = _of(term, test)
    if isinstance(test, ir.OneOf):
        for value in test.values if len(test.values) > 1 else ():
            rest = tuple(other for other in test.values if other != value)
            yield "member", ir.OneOf(rest), f"without `{literal(value, term.kind)}` in `{of}`"
        return
    for member in test.members if len(test.members) > 1 else ():
        less = ir.SubsetOf(tuple(other for other in test.members if other != member))
        yield "member", less, f"without `{literal(member, 'string')}` in `{of}`"


def _operators(
    test: ir.Cmp | ir.CmpAttr | ir.CmpAsOf, term: ir.Term, op: ir.Comparison
) -> Iterator[tuple[Kind, ir.Test, str]]:
    """The boundary moved over, and the direction turned; `=` and `!=` are negated anyway."""
    if op in _TURNED:
        for other in (_BOUNDARY[op], _TURNED[op]):
            changed = replace(test, op=other)
            yield "operator", changed, f"`{_of(term, test)}` read as `{_of(term, changed)}`"


def _licences(
    test: ir.LicenseAllows | ir.LicenseRequiresAny, ids: tuple[str, ...], term: ir.Term
) -> Iterator[tuple[Kind, ir.Test, str]]:
    """The other test of licences, or a licence less."""
    allows = isinstance(test, ir.LicenseAllows)
    other = ir.LicenseRequiresAny(ids) if allows else ir.LicenseAllows(ids)
    of = _of(term, test)
    yield "operator", other, f"`{of}` read as `{_of(term, other)}`"
    for one in ids if len(ids) > 1 else ():
        yield "member", type(test)(tuple(i for i in ids if i != one)), f"without `{one}` in `{of}`"


def _of(term: ir.Term, test: ir.Test) -> str:
    """A test as rule text, shortened."""
    return _short(ir.Atom(term, test))


def _short(expr: ir.Expr) -> str:
    """An expression as rule text on one line, cut where it is long."""
    text = " ".join(phrase(_asked(expr)).split())
    return text if len(text) <= _LONG else f"{text[: _LONG - 1].rstrip()}…"


def _asked(expr: ir.Expr) -> ir.Expr:
    """The expression with answers named as a test names them."""
    match expr:
        case ir.Atom(ir.Attr(name, kind), test) if name.startswith("answer:"):
            number = name.partition("#")[2]
            return ir.Atom(ir.Attr(f"manual.{number}" if number else "manual", kind), test)
        case ir.Not(item):
            return ir.Not(_asked(item))
        case ir.And(items):
            return ir.And(tuple(map(_asked, items)))
        case ir.Or(items):
            return ir.Or(tuple(map(_asked, items)))
        case ir.Quant():
            return replace(expr, where=_asked(expr.where), body=_asked(expr.body))
        case _:
            return expr
