"""From IR to a plan: expressions shared across all requirements, each evaluated on the smallest domain that it needs.

Guarantees: equal sub-expressions of a program become one node (variables do not count, only the collection that they
range over); every node knows its domain; the plan depends on the program alone, so it serves any facts.
What it does not do: evaluate (see `engine.evaluate`).

Domains: the products; the distinct rows of a collection (`rows`); its elements (`elements`, the same as the rows unless
the facts are a fleet's catalogue and instances); the pairs of a relation (`pairs`).  A part of an expression that
mentions fewer things lives on a smaller domain and is lifted once, after it has been combined with its like.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, assert_never

import msgspec

from rulewright.dsl import ir
from rulewright.engine.levels import of_conditions


class Domain(NamedTuple):
    """Where a node's bits live."""

    kind: Literal["products", "rows", "elements", "pairs"]
    collection: str = ""
    owner: str = ""


PRODUCTS = Domain("products")


class Node(msgspec.Struct, eq=False):
    """A shared sub-expression; `number` is its place in `Plan.nodes`."""

    number: int
    domain: Domain


class Constant(Node, eq=False):
    """True, false or unknown."""

    value: bool | None


class FieldAtom(Node, eq=False):
    """A test of a field, per distinct row."""

    term: ir.Field
    test: ir.Test
    evidence: ir.Evidence | None


class AttributeAtom(Node, eq=False):
    """A test of an attribute, per product."""

    term: ir.Attr
    test: ir.Test
    evidence: ir.Evidence | None


class Negation(Node, eq=False):
    """Kleene not."""

    item: Node


class Junction(Node, eq=False):
    """Kleene and / or of nodes of the same domain."""

    conjunction: bool
    items: tuple[Node, ...]


class Lift(Node, eq=False):
    """A node of a smaller domain on a larger one."""

    item: Node
    role: Literal["product", "row", "child", "parent"]


class Quantifier(Node, eq=False):
    """A quantifier: `where` and `body` share the domain `inner`."""

    source: ir.Quant
    inner: Domain
    where: Node
    body: Node
    evidence: ir.Evidence | None


Dependence = tuple[str, ...]
"""The variables that a node's value depends on: none, one, or (own, owner)."""

Part = tuple[Node, Dependence]


class _Scope(NamedTuple):
    """The element in scope, its collection, and the owner, where it may be mentioned."""

    own: str = ""
    collection: str = ""
    owner: str = ""
    owner_collection: str = ""
    evidence: ir.Evidence | None = None


class Planned(msgspec.Struct):
    """A requirement's nodes, all on the products: scope and `applies when` together, and one per line."""

    requirement: ir.Requirement
    scope: Node
    applies: Node
    lines: tuple[Node, ...]


class Plan(msgspec.Struct):
    """A program ready to run on any facts."""

    program: ir.Program
    nodes: list[Node] = msgspec.field(default_factory=list)
    requirements: list[Planned] = msgspec.field(default_factory=list)
    provided: list[Node] = msgspec.field(default_factory=list)
    quantifiers: dict[tuple[ir.Quant, ir.Evidence | None], Quantifier] = msgspec.field(default_factory=dict)
    under: dict[tuple[str, int], list[Quantifier]] = msgspec.field(default_factory=dict)
    """Reachability quantifiers by collection and depth: those of one depth do not contain one another."""
    local: dict[str, list[Quantifier]] = msgspec.field(default_factory=dict)
    """Quantifiers, other than counts, whose elements are judged by their own fields alone, by collection."""
    depth: dict[int, int] = msgspec.field(default_factory=dict)
    """How many reachability quantifiers are nested in a node's own, for reachability quantifiers."""
    ran: bool = False
    """Whether the plan has been run before: by then it is worth making what only pays when it is used again."""
    seen: set[Quantifier] = msgspec.field(default_factory=set)
    _known: dict[tuple[object, ...], Node] = msgspec.field(default_factory=dict)
    _whole: dict[tuple[ir.Expr, ir.Evidence | None], Node] = msgspec.field(default_factory=dict)


def make(program: ir.Program) -> Plan:
    """Plan a program.  Linear in its size."""
    plan = Plan(program)
    for requirement in program.requirements:
        check = _Scope(evidence=requirement.evidence)
        condition = _Scope(evidence=of_conditions(requirement.evidence))
        plan.requirements.append(
            Planned(
                requirement,
                _on_products(plan, requirement.scope, condition),
                _on_products(plan, requirement.applies, condition),
                tuple(_on_products(plan, line.expr, check) for line in requirement.lines),
            )
        )
    plan.provided.extend(_on_products(plan, waiver.provided, _Scope()) for waiver in program.waivers)
    return plan


def _on_products(plan: Plan, expr: ir.Expr, scope: _Scope) -> Node:
    """The node of a condition on products; equal conditions with equal evidence are walked once."""
    known = plan._whole.get((expr, scope.evidence))  # noqa: SLF001  # the plan's own maker
    if known is not None:
        return known
    node, dependence = _node(plan, expr, scope)
    if dependence:
        msg = f"an element of {scope.collection} outside its quantifier"
        raise ValueError(msg)
    plan._whole[expr, scope.evidence] = node  # noqa: SLF001
    return node


def _register(plan: Plan, node: Quantifier, expr: ir.Quant, evidence: ir.Evidence | None) -> None:
    """Note a quantifier under its expression, and once among those that are answered together."""
    new = node not in plan.seen
    plan.seen.add(node)
    plan.quantifiers[expr, evidence] = node
    if not new:
        return
    if expr.relation == "under":
        plan.depth[node.number] = depth = _depth(expr)
        plan.under.setdefault((expr.collection, depth), []).append(node)
    elif node.inner.kind == "rows" and expr.kind in {"every", "some", "no"}:
        plan.local.setdefault(expr.collection, []).append(node)


def _share(plan: Plan, key: tuple[object, ...], kind: type[Node], domain: Domain, *rest: object) -> Node:
    node = plan._known.get(key)  # noqa: SLF001  # the plan's own maker
    if node is None:
        node = kind(len(plan.nodes), domain, *rest)
        plan.nodes.append(node)
        plan._known[key] = node  # noqa: SLF001
    return node


def _node(plan: Plan, expr: ir.Expr, scope: _Scope) -> Part:
    match expr:
        case ir.Const(value):
            return _share(plan, ("const", value), Constant, PRODUCTS, value), ()
        case ir.Atom(term, test):
            return _atom(plan, term, test, scope)
        case ir.Not(item):
            node, dependence = _node(plan, item, scope)
            if isinstance(node, Negation):
                return node.item, dependence
            return _share(plan, ("not", node.number), Negation, node.domain, node), dependence
        case ir.And(items):
            return _junction(plan, items, scope, conjunction=True)
        case ir.Or(items):
            return _junction(plan, items, scope, conjunction=False)
        case ir.Quant():
            return _quantifier(plan, expr, scope)
        case _ as never:
            assert_never(never)


def _atom(plan: Plan, term: ir.Term, test: ir.Test, scope: _Scope) -> Part:
    if isinstance(term, ir.Attr):
        key = ("attr", term, test, scope.evidence)
        return _share(plan, key, AttributeAtom, PRODUCTS, term, test, scope.evidence), ()
    return _field(plan, term, test, scope)


def _field(plan: Plan, term: ir.Field, test: ir.Test, scope: _Scope) -> Part:
    kind: Literal["rows", "elements"] = "elements" if isinstance(test, ir.CmpAttr) else "rows"
    neutral = ir.Field("", term.collection, term.name, term.kind)
    key = ("field", neutral, test, scope.evidence)
    node = _share(plan, key, FieldAtom, Domain(kind, term.collection), neutral, test, scope.evidence)
    return node, (term.var,)


def _junction(plan: Plan, items: tuple[ir.Expr, ...], scope: _Scope, *, conjunction: bool) -> Part:
    parts = [_node(plan, item, scope) for item in items]
    parts = [part for part in parts if not (isinstance(part[0], Constant) and part[0].value is conjunction)]
    if not parts:
        return _share(plan, ("const", conjunction), Constant, PRODUCTS, conjunction), ()
    groups: dict[tuple[Domain, Dependence], list[Node]] = {}
    for node, dependence in parts:
        groups.setdefault((node.domain, dependence), []).append(node)
    folded = [(_fold(plan, nodes, conjunction=conjunction), key[1]) for key, nodes in groups.items()]
    domain, dependence = _join(folded, scope)
    return _fold(plan, [_lift(plan, part, domain, scope) for part in folded], conjunction=conjunction), dependence


def _fold(plan: Plan, nodes: list[Node], *, conjunction: bool) -> Node:
    numbers = sorted({node.number for node in nodes})
    if len(numbers) == 1:
        return plan.nodes[numbers[0]]
    items = tuple(plan.nodes[number] for number in numbers)
    return _share(plan, ("junction", conjunction, *numbers), Junction, items[0].domain, conjunction, items)


def _join(parts: list[Part], scope: _Scope) -> tuple[Domain, Dependence]:
    """The smallest domain that all parts can be lifted to."""
    variables = {name for _, dependence in parts for name in dependence}
    if not variables:
        return PRODUCTS, ()
    if len(variables) > 1:
        return Domain("pairs", scope.collection, scope.owner_collection), (scope.own, scope.owner)
    (variable,) = variables
    collection = scope.collection if variable == scope.own else scope.owner_collection
    domains = {node.domain for node, _ in parts if not isinstance(node, Constant)}
    kind: Literal["rows", "elements"] = "rows" if domains == {Domain("rows", collection)} else "elements"
    return Domain(kind, collection), (variable,)


def _lift(plan: Plan, part: Part, domain: Domain, scope: _Scope) -> Node:
    node, dependence = part
    if node.domain == domain:
        return node
    if isinstance(node, Constant):
        return _share(plan, ("const", node.value, domain), Constant, domain, node.value)
    if node.domain.kind == "products":
        return _share(plan, ("lift", node.number, domain), Lift, domain, node, "product")
    if node.domain.kind == "rows":
        elements = Domain("elements", node.domain.collection)
        node = _share(plan, ("lift", node.number, elements), Lift, elements, node, "row")
        if node.domain == domain:
            return node
    role: Literal["child", "parent"] = "child" if dependence == (scope.own,) else "parent"
    return _share(plan, ("lift", node.number, domain, role), Lift, domain, node, role)


def _quantifier(plan: Plan, expr: ir.Quant, scope: _Scope) -> Part:
    inner_scope = _Scope(
        expr.var,
        expr.collection,
        *((expr.owner or "", expr.owner_collection or "") if expr.relation == "of" else ("", "")),
        evidence=scope.evidence,
    )
    where = _node(plan, expr.where, inner_scope)
    body = _node(plan, expr.body, inner_scope)
    domain, _ = _join([where, body], inner_scope)
    if expr.relation == "of":
        domain = Domain("pairs", expr.collection, expr.owner_collection or "")
    elif domain.kind == "products" or expr.relation == "under":
        domain = Domain("elements", expr.collection)
    where_node, body_node = (_lift(plan, part, domain, inner_scope) for part in (where, body))
    outer = Domain("elements", expr.owner_collection or "") if expr.relation != "all" else PRODUCTS
    shape = (expr.kind, expr.collection, expr.relation, expr.owner_collection, expr.n, scope.evidence)
    key = ("quant", *shape, where_node.number, body_node.number)
    node = _share(plan, key, Quantifier, outer, expr, domain, where_node, body_node, scope.evidence)
    if isinstance(node, Quantifier):
        _register(plan, node, expr, scope.evidence)
    return node, (expr.owner,) if expr.owner and expr.relation != "all" else ()


def _depth(expr: ir.Expr) -> int:
    """How many reachability quantifiers are nested inside an expression."""
    match expr:
        case ir.Not(item):
            return _depth(item)
        case ir.And(items) | ir.Or(items):
            return max(map(_depth, items), default=0)
        case ir.Quant():
            return max(_depth(expr.where), _depth(expr.body)) + (expr.relation == "under")
        case _:
            return 0
