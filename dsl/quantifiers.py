"""Quantifiers: their form, their count, and the element that `of` and `under` start from.

Guarantees: a quantifier that passes here keeps the scoping rules of the IR.
"""

from __future__ import annotations

import msgspec

from rulewright.dsl import tree_expr as t
from rulewright.dsl.limits import MAX_QUANTIFIERS
from rulewright.dsl.names import did_you_mean, find_collection
from rulewright.dsl.source import At
from rulewright.dsl.terms import Binding, Context, Env, param


class Where(msgspec.Struct, frozen=True):
    """Where in an expression we are."""

    env: Env = msgspec.field(default_factory=dict)
    inner: str | None = None
    depth: int = 0
    quantifiers: int = 0
    calls: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    origin: At | None = None
    shallow: bool = False


def misplaced(node: t.Quantifier, where: Where) -> tuple[str, str, At, str | None] | None:
    """What is wrong with the form of a quantifier, if anything."""
    if where.quantifiers >= MAX_QUANTIFIERS:
        return "RW0602", f"more than {MAX_QUANTIFIERS} quantifiers inside one another", node.head_at, None
    if node.kind == "every" and node.block is None:
        return (
            "RW0308",
            "`every` says what must hold for each element: a block is missing",
            node.head_at,
            f"write `every {node.collection.text} {node.var.text} … {{ … }}`",
        )
    if node.relation == "under" and node.kind not in {"every", "some", "no"}:
        return "RW0308", "`under` goes with `every`, `some` or `no`", node.head_at, None
    if node.var.text in where.env:
        return "RW0208", f"`{node.var.text}` already names an element here", node.var.at, "choose another variable"
    if "." in node.var.text or "-" in node.var.text:
        return (
            "RW0208",
            f"`{node.var.text}` is not a variable",
            node.var.at,
            "a variable is one short word, as in `every component c`",
        )
    return None


def count_of(node: t.Quantifier, context: Context) -> int | None:
    """The number of `at least` and `at most`."""
    count = node.count
    if count is None:
        return 0
    value: object
    if isinstance(count, t.Whole):
        value = count.value
    else:
        known = param(count, context)
        if known is None:
            context.error(
                "RW0203",
                f"there is no parameter `{count.text}`",
                count,
                did_you_mean(count.text, context.params),
            )
            return None
        value = known.value if known.type.kind == "int" else None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9:
        return value
    context.desk.error("RW0301", "expected a whole number from 0 to 1,000,000,000", count.at)
    return None


def owner_of(node: t.Quantifier, name: t.Name, collection: str, where: Where, context: Context) -> Binding | None:
    """The element after `of` or `under`."""
    owner = where.env.get(name.text)
    if owner is None:
        hint = did_you_mean(name.text, where.env) or "name the variable of the quantifier around"
        context.error("RW0201", f"no element is called `{name.text}` here", name, hint)
        return None
    if not owner.visible or (where.inner is not None and owner.var != where.inner):
        hint = "say it in the block of that element"
        context.desk.error(
            "RW0303", f"`{node.relation}` goes with the innermost element, not with `{name.text}`", name.at, hint
        )
        return None
    found = find_collection(context.vocabulary, collection)
    assert found is not None
    if node.relation == "under" and (owner.collection.name != collection or not owner.collection.graph):
        context.desk.error(
            "RW0308", f"a {collection} is not below a {owner.collection.name} in a dependency graph", node.head_at
        )
        return None
    if node.relation == "of" and owner.collection.name not in found.parents:
        parents = " or ".join(f"a {p}" for p in found.parents) or "no other element"
        context.desk.error(
            "RW0308",
            f"a {collection} does not belong to a {owner.collection.name}",
            node.head_at,
            f"it belongs to {parents}",
        )
        return None
    return owner


def fresh_name(name: str, taken: frozenset[str]) -> str:
    """A variable of the IR that no enclosing element has."""
    if name not in taken:
        return name
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"
