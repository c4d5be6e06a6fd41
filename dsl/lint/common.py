"""What several rules ask of syntax trees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rulewright.dsl import tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.model import descend


def setting(parts: Iterable[object], key: str) -> tree.Setting | None:
    """The setting of a keyword."""
    return next((p for p in parts if isinstance(p, tree.Setting) and p.key == key), None)


def objectives(requirement: tree.Requirement) -> list[t.Name]:
    """The objectives that a requirement names."""
    return [n for p in requirement.parts if isinstance(p, tree.Names) and p.key == "objective" for n in p.names]


def conditions(item: t.Node) -> Iterator[t.Expr]:
    """The conditions that an item of a module states: those that are read, in the order of the file."""
    match item:
        case tree.Scope() | tree.Define() | tree.Axiom() | tree.Applies() | tree.Provided():
            yield item.expr
        case tree.Check():
            yield from item.lines
        case tree.Requirement() | tree.Waiver() | tree.ObjectiveItem():
            for part in item.parts:
                yield from conditions(part)
        case _:
            return


def names_in(node: t.Node) -> Iterator[t.Name]:
    """All names inside a condition: paths, words, `define`s, variables."""
    return (found for found in descend(node) if isinstance(found, t.Name))


def mentions(module: tree.Module) -> dict[str, set[int]]:
    """Of each name in the conditions of a module, the numbers of the items that mention it."""
    found: dict[str, set[int]] = {}
    for number, item in enumerate(module.items):
        for expr in conditions(item):
            for name in names_in(expr):
                found.setdefault(name.text, set()).add(number)
    return found


def conjuncts(expr: t.Expr) -> Iterator[t.Expr]:
    """What must all hold for a condition to hold."""
    if isinstance(expr, t.Junction) and expr.op == "and":
        for item in expr.items:
            yield from conjuncts(item)
    else:
        yield expr


def shown(node: t.Name | t.Text) -> str:
    """An id as it is written."""
    return f'"{node.text}"' if isinstance(node, t.Text) else node.text
