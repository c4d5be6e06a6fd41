"""What a condition rests on: the parts of it that alone make it true, false or unknown.

Guarantees: the parts returned, with the rest of the condition left open, still give the condition the same truth; facts
that had no say are not among them.  The truths are those of the reference interpreter, each found once.
What it does not do: find the smallest such set among alternatives: of several true branches it takes all, because each
of them would do.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.dsl import ir
from rulewright.engine.phrases import phrase
from rulewright.engine.reference import Reference, Scene, Truth
from rulewright.engine.words import value_text
from rulewright.facts.base import FactBase
from rulewright.facts.types import State


class Grounds:
    """The truths of conditions about one product."""

    def __init__(self, program: ir.Program, facts: FactBase, as_of: int, product: int) -> None:
        """Evaluate nothing yet."""
        self._reference = Reference(program, facts, as_of)
        self._scene = Scene(product, {}, None)
        self._known: dict[ir.Expr, Truth] = {}
        self.facts = facts
        self.product = product

    def truth(self, expr: ir.Expr) -> Truth:
        """True, false or unknown; computed once for equal expressions."""
        if expr not in self._known:
            self._known[expr] = self._reference.value(expr, self._scene)
        return self._known[expr]

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

    def words(self, expr: ir.Expr) -> str:
        """One deciding part with the value that decides it: `product.type = router, which is not in {toy}`."""
        inner = expr.item if isinstance(expr, ir.Not) else expr
        if not isinstance(inner, ir.Atom) or not isinstance(inner.term, ir.Attr):
            return phrase(expr)
        fact = self.facts.attribute(inner.term.name, self.product)
        if fact.state is not State.KNOWN or fact.value is None:
            return f"{inner.term.name} is {fact.state.word}"
        shown = value_text(fact.value, inner.term.kind)
        truth = self.truth(expr)
        if inner.term.kind == "bool":
            return f"{inner.term.name} is {shown}"
        return f"{inner.term.name} is {shown}" + ("" if truth else f", not as asked: {phrase(expr)}")

    def missing(self, expr: ir.Expr) -> list[str]:
        """The facts that would decide an unknown condition: attributes by name, collections by theirs."""
        found: dict[str, None] = {}
        for part in self.deciding(expr):
            inner = part.item if isinstance(part, ir.Not) else part
            if isinstance(inner, ir.Atom) and isinstance(inner.term, ir.Attr):
                found[inner.term.name] = None
                if isinstance(inner.test, ir.CmpAttr):
                    found[inner.test.attr.name] = None
            elif isinstance(inner, ir.Quant):
                found[inner.collection] = None
        return [name for name in found if self._unknown(name)]

    def _unknown(self, name: str) -> bool:
        return self.facts.attribute(name, self.product).state is not State.KNOWN
