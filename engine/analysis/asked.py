"""What rules ask: every test of every fact, and which facts are compared with one another.

Guarantees: each expression is walked once; a fact is known by its collection (`""` for the product's own) and its name; the
day of the run is a fact of the product like others (`run.as_of`), and so windows and comparisons with it are here too.
What it does not do: judge values (`cells`), or give the tests a meaning (`normalise`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rulewright.dsl import ir
from rulewright.engine.analysis.model import AS_OF
from rulewright.facts.base import ANSWER

Key = tuple[str, str]
"""Collection and name of a fact; the collection of the product's own facts is empty."""

RUN: Key = ("", AS_OF)


class Edge(NamedTuple):
    """Two facts of one kind that are compared: `left op right + months + days`; the right one is the product's."""

    left: Key
    right: Key
    kind: str
    months: int = 0
    days: int = 0


class Asked:
    """All questions of some rules."""

    def __init__(self) -> None:
        """Nothing is asked yet."""
        self.kinds: dict[Key, str] = {}
        self.tests: dict[Key, dict[ir.Test, None]] = {}
        self.edges: dict[Edge, None] = {}
        self.conditions: set[str] = set()
        self.need(RUN, "date")

    def requirement(self, wanted: ir.Requirement) -> None:
        """Note what a requirement asks."""
        self._condition(wanted.scope)
        self._condition(wanted.applies)
        for line in wanted.lines:
            self.expression(line.expr)
        if wanted.valid_from is not None:
            self.tests[RUN][ir.Cmp(">=", wanted.valid_from)] = None
        if wanted.valid_until is not None:
            self.tests[RUN][ir.Cmp("<=", wanted.valid_until)] = None

    def _condition(self, expr: ir.Expr) -> None:
        """Note what decides whether a requirement applies: the answers in it are given."""
        for name in self.expression(expr):
            if name.startswith(ANSWER):
                self.conditions.add(name)

    def expression(self, expr: ir.Expr) -> Iterable[str]:
        """Note what an expression asks, and say which attributes of the product it looks at."""
        looked: dict[str, None] = {}
        todo = [expr]
        while todo:
            item = todo.pop()
            kind = type(item)
            if kind is ir.Atom:
                self._atom(item, looked)  # type: ignore[arg-type]  # by the line above
            elif kind is ir.Not:
                todo.append(item.item)  # type: ignore[union-attr]  # as above
            elif kind is ir.And or kind is ir.Or:
                todo += item.items  # type: ignore[union-attr]  # as above
            elif kind is ir.Quant:
                todo += (item.where, item.body)  # type: ignore[union-attr]  # as above
        return looked

    def _atom(self, atom: ir.Atom, looked: dict[str, None]) -> None:
        """Note one test."""
        term, test = atom.term, atom.test
        if isinstance(term, ir.Field):
            key = (term.collection, term.name)
        else:
            key = ("", term.name)
            looked[term.name] = None
        tests = self.tests.get(key)
        if tests is None:
            tests = self.need(key, term.kind)
        if isinstance(test, ir.CmpAttr):
            self.need(("", test.attr.name), test.attr.kind)
            looked[test.attr.name] = None
            self.edges[Edge(key, ("", test.attr.name), term.kind, test.months, test.days)] = None
        elif isinstance(test, ir.CmpAsOf) and not key[0]:
            self.edges[Edge(key, RUN, "date", test.months, test.days)] = None
        else:
            tests[test] = None

    def need(self, key: Key, kind: str) -> dict[ir.Test, None]:
        """Give the tests of a fact, which is looked at from now on."""
        self.kinds.setdefault(key, kind)
        return self.tests.setdefault(key, {})
