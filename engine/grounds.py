"""What a condition rests on: the parts of it that alone make it true, false or unknown.

Guarantees: the parts returned, with the rest of the condition left open, still give the condition the same truth; facts
that had no say are not among them.  The truths are those of the reference interpreter, each found once.
What it does not do: find the smallest such set among alternatives: of several true branches it takes all, because each
of them would do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rulewright.dsl import ir
from rulewright.engine.phrases import phrase, unmet
from rulewright.engine.reference import Reference, Scene, Truth
from rulewright.engine.words import value_text
from rulewright.facts.base import ANSWER, FactBase
from rulewright.facts.types import State

_STATED = {State.MISSING: "not stated", State.DECLARED_UNKNOWN: "declared unknown"}


class Grounds:
    """The truths of conditions about one product."""

    def __init__(self, program: ir.Program, facts: FactBase, as_of: int, product: int) -> None:
        """Evaluate nothing yet."""
        self._reference = Reference(program, facts, as_of)
        self._scene = Scene(product, {}, None)
        self._known: dict[ir.Expr, Truth] = {}
        self._seen: dict[int, tuple[ir.Expr, Truth]] = {}
        """by identity, with the expression so that it keeps its identity: to hash one costs more than to ask it"""
        self._questions = program.questions
        self.facts = facts
        self.product = product

    def truth(self, expr: ir.Expr) -> Truth:
        """True, false or unknown; computed once for equal expressions."""
        seen = self._seen.get(id(expr))
        if seen is not None:
            return seen[1]
        if expr not in self._known:
            self._known[expr] = self._reference.value(expr, self._scene)
        found = self._known[expr]
        self._seen[id(expr)] = expr, found
        return found

    def deciding(self, expr: ir.Expr) -> list[ir.Expr]:
        """The smallest parts (tests, quantifiers, their negations) that give an expression its truth, in order."""
        return list(dict.fromkeys(self._deciding(expr, negated=False)))

    def _deciding(self, expr: ir.Expr, *, negated: bool) -> Iterator[ir.Expr]:
        match expr:
            case ir.Not(item):
                yield from self._deciding(item, negated=not negated)
            case ir.And(items) | ir.Or(items):
                wanted = self.truth(expr)
                for item in items:
                    if self.truth(item) is wanted:
                        yield from self._deciding(item, negated=negated)
            case _:
                yield ir.Not(expr) if negated else expr

    def told(self, parts: Iterable[ir.Expr]) -> str:
        """Deciding parts in words, each fact once with all that is asked of it: `product.type is router, not toy`."""
        said: dict[str, list[str]] = {}
        for part in parts:
            head, detail = self._said(part)
            details = said.setdefault(head, [])
            if detail and detail not in details:
                details.append(detail)
        return "; ".join(", ".join([head, *details]) for head, details in said.items())

    def _said(self, expr: ir.Expr) -> tuple[str, str]:
        """One part: the fact as it is, and what it does not do, or how a number or date compares."""
        inner = expr.item if isinstance(expr, ir.Not) else expr
        if isinstance(inner, ir.Quant):
            return self._listed(expr), ""
        if not isinstance(inner, ir.Atom) or not isinstance(inner.term, ir.Attr):
            return phrase(expr), ""
        name = inner.term.name
        fact = self.facts.attribute(name, self.product)
        if name.startswith(ANSWER):
            answer = {True: "answered yes", False: "answered no"}
            how = answer[bool(fact.value)] if fact.state is State.KNOWN else "not answered"
            return f"{how}: {self._questions.get(name, name)}", ""
        if fact.state is not State.KNOWN or fact.value is None:
            return f"{name} is {_STATED.get(fact.state, fact.state.word)}", ""
        found = f", {fact.level.word}," if fact.level is not None else ""
        return f"{name} is {value_text(fact.value, inner.term.kind)}{found}", self._compared(inner)

    def _listed(self, expr: ir.Expr) -> str:
        """A quantifier: what it asks, and how the list answers."""
        truth = self.truth(expr)
        return f"{phrase(expr)}: " + {True: "so it is", False: "not so", None: "the list does not tell"}[truth]

    def _compared(self, atom: ir.Atom) -> str:
        """What a known value is not, or how it compares; empty where the value says it all."""
        truth = self.truth(atom)
        if truth is None:
            return f"which does not tell whether {phrase(atom)}"
        return unmet(atom) if truth is False else _met(atom)

    def missing(self, expr: ir.Expr) -> list[str]:
        """The facts that would decide an unknown condition: attributes by name, collections by theirs."""
        return [name for name in names(self.deciding(expr)) if self._unknown(name)]

    def _unknown(self, name: str) -> bool:
        return self.facts.attribute(name, self.product).state is not State.KNOWN


def names(parts: Iterable[ir.Expr]) -> list[str]:
    """The facts that some tests look at, in order: attributes by name, collections by theirs."""
    found: dict[str, None] = {}
    for part in parts:
        inner = part.item if isinstance(part, ir.Not) else part
        if isinstance(inner, ir.Atom):
            found[inner.term.name] = None
            if isinstance(inner.test, ir.CmpAttr):
                found[inner.test.attr.name] = None
        elif isinstance(inner, ir.Quant):
            found[inner.collection] = None
    return list(found)


def _met(atom: ir.Atom) -> str:
    """How a value that passes compares, where that is not plain from the value."""
    match atom.test:
        case ir.Cmp(op, _) if op in {"<", "<=", ">", ">="}:
            return phrase(atom).removeprefix(f"{atom.term.name} ")
        case ir.CmpAttr() | ir.CmpAsOf():
            return phrase(atom).removeprefix(f"{atom.term.name} ")
        case _:
            return ""
