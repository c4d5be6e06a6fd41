"""The JSON pointer of what stands at a place of the rule text.

Guarantees: the innermost item, part, line, case or condition around the place; what holds it where there is none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from rulewright.dsl import tree, tree_case
from rulewright.dsl import tree_expr as t
from rulewright.dsl.form.comments import Carrier, Key
from rulewright.dsl.form.items import ITEM_CODEC
from rulewright.dsl.form.shape import Value, step


def pointer(file: tree_case.File, top: Carrier, offset: int) -> str:
    """The pointer for an offset of a text, whose tree and carriers these are."""
    carrier = top
    while True:
        near = bisect_right(carrier.children, offset, key=lambda child: child.at[0])
        inner = carrier.children[near - 1] if near else None
        if inner is None or offset >= inner.at[1]:
            at, condition = _node(carrier.key, file)
            return at if condition is None else _deeper(condition, at, offset)
        carrier = inner


def _node(key: Key, file: tree_case.File) -> tuple[str, t.Expr | None]:
    """The pointer of a node by its way, and the condition that stands there."""
    if not key:
        return "", None
    kind, n, *rest = (part if isinstance(part, str) else int(part) for part in key)
    if kind == "t":
        return f"/tests/{n}" + (f"/cases/{rest[0]}" if rest else ""), None
    if not rest:
        return f"/modules/{n}", None
    at = f"/modules/{n}/items/{rest[0]}"
    node: Value = file.modules[int(n)].items[int(rest[0])]
    if len(rest) == 1:
        return _of_item(node, at)
    part = node.parts[rest[1]]
    at = step(at, next(each.name for each in ITEM_CODEC.record(node).parts if each.fits(part)))
    if len(rest) > 2:
        return step(at, rest[2]), part.lines[rest[2]]
    return at, part.expr if isinstance(part, tree.Applies | tree.Provided) else None


def _of_item(node: tree.Item, at: str) -> tuple[str, t.Expr | None]:
    match node:
        case tree.Scope(expr):
            return f"{at}/scope", expr
        case tree.Define() | tree.Axiom():
            return f"{at}/holds", node.expr
        case _:
            return at, None


def _deeper(node: t.Expr, at: str, offset: int) -> str:
    """The pointer of the innermost condition around an offset."""
    for way, inner in _inside(node):
        if inner.at[0] <= offset < inner.at[1]:
            return _deeper(inner, at + way, offset)
    return at


def _inside(node: t.Expr) -> Iterator[tuple[str, t.Expr]]:
    """The conditions inside a condition, and the way to each."""
    match node:
        case t.Not(item):
            yield "/not", item
        case t.Junction(op, items):
            yield from ((f"/{'all' if op == 'and' else 'any'}/{n}", item) for n, item in enumerate(items))
        case t.Implies(left, right):
            yield from (("/if", left), ("/then", right))
        case t.Quantifier():
            yield from () if node.where is None else (("/where", node.where),)
            yield from ((f"/holds/{n}", line) for n, line in enumerate(node.block or ()))
        case _:
            return
