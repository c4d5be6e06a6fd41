"""What is nested so deeply that the compiler refuses it is not linted.

Guarantees: rules see no condition inside more than `MAX_DEPTH` others, so none of them runs out of stack; the compiler tells
of what is left out (RW0602).  No recursion; short items cost nothing.
"""

from __future__ import annotations

import msgspec

from rulewright.dsl import tree, tree_case
from rulewright.dsl import tree_expr as t
from rulewright.dsl.limits import MAX_DEPTH
from rulewright.dsl.lint.model import Subject, inner
from rulewright.dsl.read import ReadFile

_NESTING = (t.Not, t.Junction, t.Implies, t.Quantifier)
_LEAST = len("not ")
"""characters that one condition around another costs"""


def bounded(subject: Subject) -> Subject:
    """The subject, or one without the items that are nested too deeply."""
    if not any(_long(item) for module in subject.modules for item in module.items):
        return subject
    modules = []
    for module in subject.modules:
        kept = tuple(item for item in module.items if not (_long(item) and _deep(item)))
        modules.append(msgspec.structs.replace(module, items=kept) if len(kept) < len(module.items) else module)
    if all(new is old for new, old in zip(modules, subject.modules, strict=True)):
        return subject
    file = ReadFile(subject.source, subject.file.sha256, tree_case.File(tuple(modules), subject.tests))
    return Subject(file, subject.vocabulary, subject.others, subject.options, subject.together)


def _long(item: tree.Item) -> bool:
    """Whether an item has room for so many conditions."""
    return item.at[1] - item.at[0] > MAX_DEPTH * _LEAST


def _deep(item: t.Node) -> bool:
    """Whether a condition of an item stands inside too many others."""
    todo: list[tuple[t.Node, int]] = [(item, 0)]
    while todo:
        node, depth = todo.pop()
        if depth > MAX_DEPTH:
            return True
        depth += isinstance(node, _NESTING)
        todo += [(each, depth) for each in inner(node)]
    return False
