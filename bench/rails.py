"""Kleene logic for engines that have only true and false: one expression for *surely true*, one for *surely false*.

Guarantees: `rail(expr, wanted)` is true exactly where the expression's three-valued value is `wanted`; negation swaps the
rails, so no negation is left but the one inside a test.
What it does not do: write any engine's text; each peer gives the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from bench.answers import Answer, Answers, Idiom, Verdict
from rulewright.dsl import ir

Text = TypeVar("Text")


class Words(Protocol[Text]):
    """A peer's way to write a test, a conjunction, a disjunction and a constant."""

    def test(self, atom: ir.Atom, *, wanted: bool) -> Text:
        """True where the value is known and the test gives `wanted` (`is known` is never unknown)."""
        ...

    def both(self, parts: Sequence[Text]) -> Text:
        """Conjunction of at least one."""
        ...

    def either(self, parts: Sequence[Text]) -> Text:
        """Disjunction of at least one."""
        ...

    def constant(self, *, value: bool) -> Text:
        """True or false."""
        ...


def rail(words: Words[Text], expr: ir.Expr, *, wanted: bool) -> Text:
    """Where the expression is surely `wanted`."""
    match expr:
        case ir.Const(value=value):
            return words.constant(value=value is wanted)
        case ir.Atom():
            return words.test(expr, wanted=wanted)
        case ir.Not(item=item):
            return rail(words, item, wanted=not wanted)
        case ir.And(items=items) | ir.Or(items=items):
            parts = [rail(words, item, wanted=wanted) for item in items]
            return words.both(parts) if isinstance(expr, ir.And) is wanted else words.either(parts)
        case ir.Quant():
            raise NotImplementedError("a nested quantifier is the peer's own business")


class Shape(Generic[Text]):
    """A rule taken apart: its family, its condition and its expression."""

    def __init__(self, requirement: ir.Requirement) -> None:
        (line,) = requirement.lines
        self.id = requirement.id
        self.key = "r" + requirement.id.rpartition("r")[2]
        self.applies = requirement.applies
        self.conditional = not isinstance(requirement.applies, ir.Const)
        self.expr = line.expr
        self.quant = line.expr if isinstance(line.expr, ir.Quant) else None
        self.family = self._family()

    def _family(self) -> str:
        """`each`, `product`, `count` or `reach`."""
        if self.quant is None:
            return "product"
        if self.quant.kind in {"at_least", "at_most"}:
            return "count"
        return "reach" if isinstance(self.quant.body, ir.Quant) else "each"

    @property
    def where(self) -> ir.Expr:
        """What selects the components that are judged (everything, for `no`)."""
        assert self.quant is not None
        return ir.Const(value=True) if self.quant.kind == "no" else self.quant.where

    @property
    def body(self) -> ir.Expr:
        """What must hold for each of them."""
        assert self.quant is not None
        return ir.Not(self.quant.where) if self.quant.kind == "no" else self.quant.body

    @property
    def bad_below(self) -> ir.Expr:
        """For `reach`: what nothing below a selected component may be."""
        assert self.quant is not None
        assert isinstance(self.quant.body, ir.Quant)
        return self.quant.body.where


class Raw:
    """What a two-valued engine found, by rule id; `compose` makes answers of it.

    `applies` and `truth` hold what surely holds or surely does not; `live` the rules that select anything.
    """

    def __init__(self) -> None:
        self.applies: dict[str, bool] = {}
        self.truth: dict[str, bool] = {}
        self.fail: dict[str, Sequence[str]] = {}
        self.unknown: dict[str, Sequence[str]] = {}
        self.live: set[str] = set()


def compose(shapes: Sequence[Shape[str]], raw: Raw, idiom: Idiom) -> Answers:
    """The answers to the rules of `shapes`."""
    return {s.id: _compose(s, raw, idiom) for s in shapes}


def _compose(shape: Shape[str], raw: Raw, idiom: Idiom) -> Answer:
    applies = raw.applies.get(shape.id) if shape.conditional and idiom == "full" else True
    if applies is not True:
        return Answer("unknown" if applies is None else "not_applicable")
    if shape.family in {"product", "count"}:
        verdicts: dict[bool | None, Verdict] = {True: "pass", False: "fail", None: "unknown"}
        return Answer(verdicts[raw.truth.get(shape.id)])
    fail, unknown = (tuple(sorted(ids.get(shape.id, ()))) for ids in (raw.fail, raw.unknown))
    assert shape.quant is not None
    empty = idiom == "full" and shape.quant.kind == "every" and shape.id not in raw.live
    return Answer("fail" if fail else "unknown" if unknown else "not_applicable" if empty else "pass", fail, unknown)
