"""Nodes and findings moved to another place of a text.

Guarantees: a moved node is equal to the one it was made of; only its places differ.  A requirement and a test can be
moved at their surface alone: their names and their own place, not what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from msgspec.structs import replace

from rulewright.diagnostics import Diagnostic, Edit, Fix, Label, Span
from rulewright.dsl import tree, tree_case
from rulewright.dsl.limits import MAX_DEPTH
from rulewright.dsl.live.analysis import Parsed
from rulewright.dsl.source import At
from rulewright.dsl.tree_expr import Node

_PLACES = frozenset({"at", "head_at"})
DEEP = 2 * MAX_DEPTH
"""Nodes inside one another: the compiler refuses half as many conditions."""
N = TypeVar("N", bound=Node)


def moved(node: N, by: int) -> N:
    """A node and all that it holds, `by` characters further on."""
    fields = []
    for name in node.__struct_fields__:
        value = getattr(node, name)
        if isinstance(value, Node):
            value = moved(value, by)
        elif isinstance(value, tuple):
            if name in _PLACES:
                value = (value[0] + by, value[1] + by)
            else:
                value = tuple(moved(item, by) if isinstance(item, Node) else item for item in value)
        fields.append(value)
    return type(node)(*fields)


def is_deep(nodes: Iterable[Node]) -> bool:
    """Whether nodes are nested more deeply than any that is judged: then nothing but the compiler may walk them."""
    level: list[Node] = list(nodes)
    for _ in range(DEEP):
        values = [getattr(node, name) for node in level for name in node.__struct_fields__]
        level = [v for v in values if isinstance(v, Node)]
        level += [item for v in values if isinstance(v, tuple) for item in v if isinstance(item, Node)]
        if not level:
            return False
    return True


def surfaced(node: Parsed, by: int) -> Parsed:
    """A node moved as far as other items look at it."""
    match node:
        case tree.Requirement():
            name = type(node.id)(node.id.text, _further(node.id.at, by))
            return tree.Requirement(name, node.level, node.parts, _further(node.at, by))
        case tree_case.Test():
            return tree_case.Test(moved(node.target, by), node.as_of, node.cases, _further(node.at, by))
        case _:
            return moved(node, by)


def _further(at: At, by: int) -> At:
    """A place further on."""
    return at[0] + by, at[1] + by


def with_spans(found: Diagnostic, place: Callable[[Span], Span]) -> Diagnostic:
    """A finding with every place in it replaced."""
    span = None if found.span is None else place(found.span)
    labels = tuple(Label(place(label.span), label.message) for label in found.labels)
    fix = found.fix
    if fix is not None:
        fix = Fix(fix.title, tuple(Edit(place(edit.span), edit.text) for edit in fix.edits), fix.safe)
    return replace(found, span=span, labels=labels, fix=fix)
