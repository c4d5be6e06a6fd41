"""Which facts an expression looks at, and which values the rules name for each.

Guarantees: every attribute that can bear on the truth of an expression is among those it mentions, those inside of
quantifiers and comparisons too; each expression is walked once.
What it does not do: know about lists: only attributes are told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from rulewright.dsl import ir
from rulewright.facts.types import Value


def atoms(expr: ir.Expr) -> Iterator[ir.Atom]:
    """All tests in an expression, in order."""
    match expr:
        case ir.Atom():
            yield expr
        case ir.Not(item):
            yield from atoms(item)
        case ir.And(items) | ir.Or(items):
            for item in items:
                yield from atoms(item)
        case ir.Quant():
            yield from atoms(expr.where)
            yield from atoms(expr.body)
        case _:
            return


def attributes(expr: ir.Expr) -> Iterator[ir.Attr]:
    """All attributes that an expression looks at, in order."""
    for atom in atoms(expr):
        if isinstance(atom.term, ir.Attr):
            yield atom.term
        if isinstance(atom.test, ir.CmpAttr):
            yield atom.test.attr


def looked_at(expr: ir.Expr) -> Iterator[str]:
    """The attributes that an expression looks at by name, and the lists by that of their elements."""
    match expr:
        case ir.Quant():
            yield expr.collection
        case ir.Not(item):
            yield from looked_at(item)
        case ir.And(items) | ir.Or(items):
            for item in items:
                yield from looked_at(item)
        case _:
            yield from (attribute.name for attribute in attributes(expr))


class Mentions:
    """The mentions of one program."""

    def __init__(self, program: ir.Program) -> None:
        """Walk nothing yet."""
        self._program = program
        self._found: dict[ir.Expr, frozenset[str]] = {}
        self._named: dict[str, dict[Value, None]] | None = None
        self._by: dict[str, list[int]] | None = None

    def of(self, expr: ir.Expr) -> frozenset[str]:
        """The attributes that an expression mentions."""
        if expr not in self._found:
            self._found[expr] = frozenset(attribute.name for attribute in attributes(expr))
        return self._found[expr]

    def any(self, expr: ir.Expr, names: Collection[str]) -> bool:
        """Whether an expression mentions one of these."""
        return not self.of(expr).isdisjoint(names)

    def by(self, name: str) -> Sequence[int]:
        """The numbers of the requirements that mention an attribute anywhere."""
        if self._by is None:
            self._by = {}
            for number, wanted in enumerate(self._program.requirements):
                exprs = (wanted.scope, wanted.applies, *(line.expr for line in wanted.lines))
                for found in frozenset().union(*map(self.of, exprs)):
                    self._by.setdefault(found, []).append(number)
        return self._by.get(name, ())

    def values(self, name: str) -> tuple[Value, ...]:
        """The words that the program's rules name for an enumeration, in their order: each is legal."""
        if self._named is None:
            self._named = {}
            for requirement in self._program.requirements:
                for line in requirement.lines:
                    self._collect(line.expr)
        return tuple(self._named.get(name, ()))

    def _collect(self, expr: ir.Expr) -> None:
        assert self._named is not None
        for atom in atoms(expr):
            if isinstance(atom.term, ir.Attr) and atom.term.kind == "enum":
                words = atom.test.values if isinstance(atom.test, ir.OneOf) else ()
                if isinstance(atom.test, ir.Cmp):
                    words = (atom.test.value,)
                self._named.setdefault(atom.term.name, {}).update(dict.fromkeys(words))
