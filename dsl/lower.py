"""Expressions: from the tree to the IR, names resolved, types checked, `define`s put in.

Guarantees: an expression with an error yields None and at least one diagnostic, and nothing above it complains again;
depth, nesting of quantifiers and size are bounded (limits.py).  Variables are renamed where an inlined `define` would
clash.  What it does not do: simplify; the IR says what the author said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, Protocol, assert_never

from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.dsl import tree_expr as t
from rulewright.dsl.limits import MAX_ALL_NODES, MAX_DEPTH, MAX_NODES
from rulewright.dsl.names import did_you_mean, find_collection
from rulewright.dsl.predicates import predicate
from rulewright.dsl.quantifiers import Where, count_of, fresh_name, misplaced, owner_of
from rulewright.dsl.source import At
from rulewright.dsl.terms import Binding, Context, Env

TRUE = ir.Const(value=True)
_PREDICATES = (t.Truth, t.Compare, t.Member, t.IsTest, t.Matches, t.Licences, t.Within)
_KINDS: dict[str, ir.QuantifierKind] = {
    "every": "every",
    "some": "some",
    "no": "no",
    "at_least": "at_least",
    "at_most": "at_most",
}


@dataclass(slots=True)
class Budget:
    """How many nodes a requirement and the whole program may still have."""

    left: int = MAX_NODES
    left_all: int = MAX_ALL_NODES
    told: bool = False

    def again(self) -> None:
        """Start the next requirement."""
        self.left, self.told = min(MAX_NODES, self.left_all), False

    def spend(self, nodes: int = 1) -> bool:
        """Take some nodes; False when none is left."""
        self.left -= nodes
        self.left_all -= nodes
        return self.left >= 0 and self.left_all >= 0


@dataclass(frozen=True, slots=True)
class Met:
    """The check of an objective, lowered: its lines, the facts that it reads, and how many nodes it has."""

    lines: tuple[ir.Line, ...]
    facts: frozenset[str]
    size: int

    @property
    def expr(self) -> ir.Expr:
        """All lines together."""
        return self.lines[0].expr if len(self.lines) == 1 else ir.And(tuple(line.expr for line in self.lines))


class Book(Protocol):
    """The objectives that `meets` may name."""

    @property
    def names(self) -> Iterable[str]:
        """The names of all."""

    @property
    def broken(self) -> frozenset[str]:
        """Names of what could not be read."""

    def info(self, name: str) -> ir.Objective | None:
        """What is said of an objective; None when there is none, or it has an error."""

    def met(self, name: str) -> Met | Literal["wrong", "unchecked", "unknown"]:
        """The lines of its check."""

    def inside(self, name: str, where: Where) -> ir.Expr | None:
        """Its check inside a quantifier."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The questions of one requirement, by the name of the fact that answers them, in the order of the text."""

    prefix: str
    texts: dict[str, str] = field(default_factory=dict)

    def ask(self, text: str) -> str:
        """Add a question; return the name of its answer."""
        number = len(self.texts) + 1
        name = self.prefix if number == 1 else f"{self.prefix}#{number}"
        self.texts[name] = text
        return name


class Lowering:
    """Lowers the expressions of one module; those of a requirement may ask (`asking`)."""

    def __init__(self, context: Context, budget: Budget, book: Book | None = None) -> None:
        self.context = context
        self.budget = budget
        self.book = book
        self.asking: Asking | None = None
        self.called: dict[str, set[str]] = {}

    def expression(self, node: t.Expr, where: Where | None = None) -> ir.Expr | None:
        """The IR of an expression, or None after a diagnostic."""
        here = where or Where()
        if here.depth > MAX_DEPTH:
            self._too_much(f"more than {MAX_DEPTH} conditions inside one another", "RW0602", here.origin or node.at)
            return None
        if not self.budget.spend():
            self._too_many(here.origin or node.at)
            return None
        if isinstance(node, _PREDICATES):
            return predicate(node, here.env, self.context)
        deeper = replace(here, depth=here.depth + 1)
        match node:
            case t.Not():
                item = self.expression(node.item, deeper)
                return None if item is None else ir.Not(item)
            case t.Junction():
                items = self._all(node.items, deeper)
                if items is None or len(items) == 1:
                    return items[0] if items else None
                return ir.And(items) if node.op == "and" else ir.Or(items)
            case t.Implies():
                sides = self._all((node.left, node.right), deeper)
                return None if sides is None else ir.Or((ir.Not(sides[0]), sides[1]))
            case t.Call() | t.Meets() | t.Manual():
                return self._put_in(node, deeper)
            case t.Quantifier():
                return self._quantifier(node, deeper)
            case _:
                assert_never(node)

    def _put_in(self, node: t.Call | t.Meets | t.Manual, where: Where) -> ir.Expr | None:
        """What stands elsewhere under a name: a `define`, the check of an objective, the answer of a person."""
        match node:
            case t.Call():
                return self._call(node, where)
            case t.Meets():
                return self._meets(node, where)
            case t.Manual():
                return self._manual(node, where)

    def _all(self, nodes: tuple[t.Expr, ...], where: Where) -> tuple[ir.Expr, ...] | None:
        """All items, or None when one of them has an error (each is looked at)."""
        items = []
        good = True
        for node in nodes:
            item = self.expression(node, where)
            if item is None:
                good = False
                if self.budget.told:
                    break
            else:
                items.append(item)
        return tuple(items) if good else None

    def _too_much(self, message: str, code: str, at: At) -> None:
        """A limit: one diagnostic per requirement."""
        if not self.budget.told:
            self.budget.told = True
            self.context.desk.error(code, message, at, "say it in several requirements or with fewer parentheses")

    def _too_many(self, at: At) -> None:
        """More nodes than a requirement or a program may have."""
        message = f"this becomes more than {MAX_NODES} conditions once its `define`s and objectives are put in"
        self._too_much(message, "RW0604", at)

    def met(self, node: t.Meets, origin: At | None = None) -> Met | None:
        """The check of the objective that `meets` names, its nodes and facts counted; None after a diagnostic."""
        name = node.name.text
        if self.book is None:
            self.context.desk.error(
                "RW0416", "an objective does not rest on others", node.at, "name the facts themselves"
            )
            return None
        found = self.book.met(name)
        if found == "unknown":
            hint = did_you_mean(name, {*self.book.names, *self.book.broken})
            self.context.error("RW0211", f"there is no objective `{name}`", node.name, hint)
        elif found == "unchecked":
            hint = "give it a `check` in its vocabulary, or write the condition here"
            self.context.error("RW0415", f"the objective `{name}` has no check that could be met", node.name, hint)
        elif isinstance(found, Met):
            if self.budget.spend(found.size):
                self.context.facts.update(found.facts)
                return found
            self._too_many(origin or node.at)
        return None

    def _meets(self, node: t.Meets, where: Where) -> ir.Expr | None:
        """The check of an objective, inside an expression."""
        found = self.met(node, where.origin)
        if found is None or not where.names or self.book is None:
            return None if found is None else found.expr
        return self.book.inside(node.name.text, replace(where, env={}, inner=None, origin=None))

    def _manual(self, node: t.Manual, where: Where) -> ir.Expr | None:
        """The recorded answer to a question."""
        desk = self.context.desk
        if self.asking is None:
            hint = "ask it in the `check` or `applies when` of a requirement"
            if self.book is None:
                desk.error("RW0416", "an objective does not rest on what a person says", node.at, hint)
            else:
                desk.error("RW0417", "a question belongs to one requirement", node.at, hint)
            return None
        if where.calls:
            return None  # told where the define stands
        text = node.question.text.strip()
        if not text.endswith("?") or len(text) < 2:
            desk.error(
                "RW0418",
                "this is not a question",
                node.question.at,
                "ask what is answered with yes or no, ending in `?`",
            )
            return None
        return ir.Atom(ir.Attr(self.asking.ask(text), "bool"), ir.Cmp("=", value=True))

    def _call(self, node: t.Call, where: Where) -> ir.Expr | None:
        """Put in a `define`."""
        name = node.name.text
        define = self.context.defines.get(name)
        if define is None:
            self.context.error(
                "RW0204", f"there is no `define` called `{name}`", node.name, did_you_mean(name, self.context.defines)
            )
            return None
        self.context.used.add(name)
        if name in self.context.cyclic:
            return None  # told where the define stands
        if len(node.arguments) != len(define.formals):
            message = f"`{name}` takes {len(define.formals)} element(s), found {len(node.arguments)}"
            self.context.desk.error("RW0307", message, node.at)
            return None
        env: dict[str, Binding] = {}
        for formal, argument in zip(define.formals, node.arguments, strict=True):
            binding = self._argument(formal.collection, argument, where.env)
            if binding is None:
                return None
            env[formal.name.text] = binding
        if where.shallow:
            self.called.setdefault(where.calls[0], set()).add(name)
            return TRUE
        inside = replace(where, env=env, calls=(*where.calls, name), origin=where.origin or node.at)
        return self.expression(define.expr, inside)

    def _argument(self, collection: t.Name, argument: t.Name, env: Env) -> Binding | None:
        """The element handed to a `define`."""
        wanted = find_collection(self.context.vocabulary, collection.text)
        binding = env.get(argument.text)
        if wanted is None:
            return None  # told where the define stands
        if binding is None or not binding.visible:
            hint = did_you_mean(argument.text, env) or "name the variable of the quantifier around"
            self.context.error("RW0201", f"`{argument.text}` is not an element that can be named here", argument, hint)
            return None
        if binding.collection.name != wanted.name:
            message = f"expected a {wanted.name}, `{argument.text}` is a {binding.collection.name}"
            self.context.desk.error("RW0301", message, argument.at)
            return None
        return binding

    def _quantifier(self, node: t.Quantifier, where: Where) -> ir.Expr | None:
        """A quantifier with its selection and body."""
        selection = self.selection(node, where)
        if selection is None:
            return None
        body: ir.Expr | None = TRUE
        if node.block is not None:
            items = self._all(node.block, selection.inside)
            body = None if items is None else items[0] if len(items) == 1 else ir.And(items)
        return None if body is None else selection.build(body)

    def selection(self, node: t.Quantifier, where: Where) -> Selection | None:
        """Everything of a quantifier but its body; None after a diagnostic."""
        collection = find_collection(self.context.vocabulary, node.collection.text)
        if collection is None:
            known = [x for c in self.context.vocabulary.collections.values() for x in (c.name, c.plural)]
            self.context.error(
                "RW0206",
                f"there is no collection `{node.collection.text}`",
                node.collection,
                did_you_mean(node.collection.text, known),
            )
            return None
        problem = misplaced(node, where)
        count = count_of(node, self.context)
        if problem is not None or count is None:
            if problem is not None:
                self.context.desk.error(*problem)
            return None
        owner = None
        if node.owner is not None:
            owner = owner_of(node, node.owner, collection.name, where, self.context)
            if owner is None:
                return None
        var = fresh_name(node.var.text, where.names)
        env = {name: replace(b, visible=b is owner and node.relation == "of") for name, b in where.env.items()}
        env[node.var.text] = Binding(var, collection)
        inside = replace(where, env=env, inner=var, quantifiers=where.quantifiers + 1, names=where.names | {var})
        condition: ir.Expr | None = TRUE
        if node.where is not None:
            condition = self.expression(node.where, inside)
        relation = node.relation

        def build(body: ir.Expr) -> ir.Quant:
            assert condition is not None
            return ir.Quant(
                _KINDS[node.kind],
                var,
                collection.name,
                condition,
                body,
                "of" if relation == "of" else "under" if relation == "under" else "all",
                owner.var if owner else None,
                owner.collection.name if owner else None,
                count,
            )

        if condition is None:
            if node.block is not None and not self.budget.told:
                self._all(node.block, inside)  # its own errors are worth telling
            return None
        return Selection(inside, build)


@dataclass(frozen=True, slots=True)
class Selection:
    """A quantifier without its body: where the body stands, and how it is joined."""

    inside: Where
    build: Callable[[ir.Expr], ir.Quant]
