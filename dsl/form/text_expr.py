"""Words, literals and expressions as rule text, on one line each.

Guarantees: what is written reads as the same tree: parentheses where the grammar needs them and nowhere else.
What it does not do: lay out; or check names (who makes trees of foreign input does).
"""

from __future__ import annotations

import re
from typing import assert_never

from rulewright.dsl import tree_expr as t
from rulewright.dsl.form.words import spelled

_ANY, _OR, _AND, _NOT, _ATOM = range(5)
"""How tightly a place binds, as the grammar has it: expr, disj, conj, neg, atom."""
_ESCAPED = re.compile(r'"|\\(?=["\\]|$)')
_LEVELS = {"or": _AND, "and": _NOT}
_KINDS = {"at_least": "at least", "at_most": "at most"}


def quoted(text: str) -> str:
    """A text in quotes; a backslash that stands for itself is left alone where it can be."""
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def literal(node: t.Literal | t.Vers | t.WordSet) -> str:
    """A literal, a set or a version range."""
    match node:
        case t.Name():
            return node.text
        case t.Text():
            return quoted(node.text)
        case t.Whole():
            return str(node.value)
        case t.Vers():
            return f"vers{quoted(node.text)}"
        case t.WordSet():
            items = [literal(item) for item in node.items]
            return f"{{{', '.join([*items, *(['...'] if node.more else [])])}}}"
        case t.Decimal() | t.Day() | t.Duration():
            return spelled(node)
        case _:
            assert_never(node)


def _shift(node: t.Compare | t.Within) -> str:
    """` + 5y`, ` - 30d`, or nothing."""
    return "" if node.shift is None else f" {'+' if node.sign > 0 else '-'} {literal(node.shift)}"


def _operator(node: t.Compare) -> str:
    return {"<": "before", ">": "after"}[node.op] if node.worded else node.op


def predicate(node: t.Predicate) -> str:
    """A condition without conditions in it."""
    match node:
        case t.Truth():
            return node.path.text
        case t.Compare():
            return f"{literal(node.left)} {_operator(node)} {literal(node.right)}{_shift(node)}"
        case t.Member():
            return f"{literal(node.left)} {'not in' if node.negated else 'in'} {literal(node.right)}"
        case t.IsTest():
            return f"{literal(node.path)} is {'not ' if node.negated else ''}{node.adjective.text}"
        case t.Matches():
            how = f"{node.how.text} " if node.how is not None else ""
            return f"{literal(node.path)} matches {how}{quoted(node.pattern.text)}"
        case t.Licences():
            how = "allows" if node.how == "allows" else "requires any"
            return f"{literal(node.path)} {how} {literal(node.ids)}"
        case t.Within():
            near = f"{literal(node.length)} {node.side} {literal(node.anchor)}"
            return f"{literal(node.path)} within {near}{_shift(node)}"
        case _:
            assert_never(node)


def selection(node: t.Quantifier) -> str:
    """A quantifier up to its block."""
    kind = _KINDS.get(node.kind, node.kind)
    count = f" {literal(node.count)}" if node.count is not None else ""
    owner = f" {node.relation} {node.owner.text}" if node.owner is not None else ""
    where = f" where {expression(node.where, _OR)}" if node.where is not None else ""
    return f"{kind}{count} {node.collection.text} {node.var.text}{owner}{where}"


def expression(node: t.Expr, place: int = _ANY) -> str:
    """A condition for a place that binds so tightly."""
    text, level = _written(node)
    return text if level >= place else f"({text})"


def _written(node: t.Expr) -> tuple[str, int]:  # noqa: C901 - one case for each kind of condition
    """The text, and how tightly it binds."""
    match node:
        case t.Not(t.Quantifier(block=None) as inner):
            return f"not {expression(inner)}", _ANY
        case t.Not():
            return f"not {expression(node.item, _NOT)}", _NOT
        case t.Junction(op, items) if len(items) > 1:
            level = _LEVELS[op]
            return f" {op} ".join(expression(item, level) for item in items), level - 1
        case t.Junction():
            lines = "; ".join(expression(item) for item in node.items)
            return f"{'all' if node.op == 'and' else 'any'} {{ {lines} }}", _ATOM
        case t.Implies():
            return f"{expression(node.left, _OR)} implies {expression(node.right)}", _ANY
        case t.Quantifier(block=None):
            return selection(node), _ANY
        case t.Quantifier():
            lines = "; ".join(expression(line) for line in node.block or ())
            return f"{selection(node)} {{ {lines} }}", _ATOM
        case t.Call():
            return f"{node.name.text}({', '.join(name.text for name in node.arguments)})", _ATOM
        case t.Meets():
            return f"meets {node.name.text}", _ATOM
        case t.Manual():
            return f"manual {quoted(node.question.text)}", _ATOM
        case _:
            return predicate(node), _ATOM
