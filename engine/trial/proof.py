"""Whether two requirements say the same, by a table of all cases that can be told apart.

Guarantees: *same* is said only when proven for every product, known or not: each fact takes every value that the tests of it
can tell apart, and every state; the tests themselves are judged by the evaluator.  What cannot be listed (a pattern, a version
range, a comparison of two facts, a list as a whole) is taken as free: true, false or unknown, whatever the rest is.  So a proof
is never wrong, but not every two requirements that say the same are proven to.
What it does not do: find products (`nearby`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import prod
from typing import assert_never

from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.dsl.ir_cases import Open
from rulewright.engine.evaluate import evaluate
from rulewright.engine.mentions import atoms
from rulewright.engine.plan import make
from rulewright.engine.trial.given import PRODUCT, fact
from rulewright.engine.trial.values import STATES, domain, known, listed
from rulewright.facts.base import FactBase, scalar
from rulewright.facts.vocabulary import Vocabulary

MOST = 1 << 16
"""So many cases may a table have."""
WIDEST = 64
"""So many facts, and whatever else is free, may a table be about: most of them can have more than one value."""
_ALWAYS = ir.Const(value=True)
Pair = tuple[int, int]
"""The cases in which an expression is surely true, and surely false, a bit each."""
Cell = tuple[bool | None, ...]
Column = tuple[list[ir.Expr], list[Cell]]
"""Expressions that vary together, and what they can be."""
_FREE: list[Cell] = [(True,), (False,), (None,)]


class Prover:
    """Proofs for the requirements of one vocabulary on one day."""

    def __init__(self, vocabulary: Vocabulary, as_of: int) -> None:
        """Prove nothing yet."""
        self._vocabulary = vocabulary
        self._as_of = as_of
        self._cells: dict[tuple[ir.Term, tuple[ir.Test, ...]], list[Cell]] = {}

    def same(self, one: ir.Requirement, other: ir.Requirement) -> bool:
        """Whether two requirements that differ in one place say the same."""
        if (one.evidence, one.unknown_fails) != (other.evidence, other.unknown_fails):
            return False
        if one.scope != other.scope:
            return self._alike(one.scope, other.scope)
        if one.applies != other.applies:
            return self._alike(one.applies, other.applies)
        if len(one.lines) == len(other.lines):
            differ = [(a.expr, b.expr) for a, b in zip(one.lines, other.lines, strict=True) if a.expr != b.expr]
            if all(self._line(a, b) for a, b in differ):
                return True
        return self._checks(one, other)

    def _line(self, one: ir.Expr, other: ir.Expr) -> bool:
        """Whether two lines say the same: where one can be not applicable, the other must be so likewise."""
        if isinstance(one, ir.Quant) or isinstance(other, ir.Quant):
            return _shape(one) == _shape(other) and self._quants(one, other, whole=True)
        return self._alike(one, other)

    def _alike(self, one: ir.Expr, other: ir.Expr) -> bool:
        """Whether two expressions have the same truth in every case: part by part, or by one table of all they look at."""
        if one is other or one == other:
            return True
        if isinstance(one, ir.Not) and isinstance(other, ir.Not):
            return self._alike(one.item, other.item)
        if isinstance(one, ir.And | ir.Or) and type(one) is type(other) and len(one.items) == len(other.items):
            differ = [(a, b) for a, b in zip(one.items, other.items, strict=True) if a is not b and a != b]
            if len(differ) == 1 and self._alike(*differ[0]):
                return True
        one, other = self._named(one, other)
        table = self._table([one, other])
        return table is not None and table.pair(one) == table.pair(other)

    def _checks(self, one: ir.Requirement, other: ir.Requirement) -> bool:
        """Whether the lines together say the same: no line of either looks at a list as a whole."""
        before, after = ([line.expr for line in side.lines] for side in (one, other))
        if any(isinstance(expr, ir.Quant) for expr in (*before, *after)) or not before or not after:
            return False
        table = self._table([*before, *after])
        return table is not None and table.pair(ir.And(tuple(before))) == table.pair(ir.And(tuple(after)))

    def _named(self, one: ir.Expr, other: ir.Expr) -> tuple[ir.Expr, ir.Expr]:
        """Both, where a quantifier inside differs only in what provably is the same: with the first one's in both."""
        if isinstance(one, ir.Quant) and isinstance(other, ir.Quant):
            if one != other and _shape(one) == _shape(other) and self._quants(one, other, whole=False):
                return one, one
            return one, other
        if isinstance(one, ir.Not) and isinstance(other, ir.Not):
            left, right = self._named(one.item, other.item)
            return ir.Not(left), ir.Not(right)
        if isinstance(one, ir.And | ir.Or) and type(one) is type(other) and len(one.items) == len(other.items):
            pairs = [self._named(a, b) for a, b in zip(one.items, other.items, strict=True)]
            return type(one)(tuple(a for a, _ in pairs)), type(one)(tuple(b for _, b in pairs))
        return one, other

    def _quants(self, one: ir.Expr, other: ir.Expr, *, whole: bool) -> bool:
        """Whether every element counts alike for two quantifiers of one shape; `whole`: selects alike, too."""
        assert isinstance(one, ir.Quant)
        assert isinstance(other, ir.Quant)
        first, second = self._named(one.where, other.where)
        body, changed = self._named(one.body, other.body)
        table = self._table([first, second, body, changed])
        if table is None:
            return False
        sides = [(table.pair(first), table.pair(body)), (table.pair(second), table.pair(changed))]
        hits = [_implied(*side) if one.kind == "every" else _both(*side) for side in sides]
        selects = one.kind != "every" or not whole or sides[0][0][1] == sides[1][0][1]
        return hits[0] == hits[1] and selects

    def _table(self, several: Sequence[ir.Expr]) -> _Table | None:
        """The table of some expressions; `None` where it is too large."""
        tests: dict[ir.Term, dict[ir.Test, None]] = {}
        free: dict[ir.Expr, None] = {}
        for leaf in (leaf for expr in several for leaf in _leaves(expr)):
            if isinstance(leaf, ir.Atom):
                tests.setdefault(leaf.term, {})[leaf.test] = None
            else:
                free[leaf] = None
            if len(tests) + len(free) > WIDEST:
                return None
        columns: list[Column] = [([one], _FREE) for one in free]
        size = len(_FREE) ** len(columns)
        for term, asked in tests.items():
            added = self._columns(term, asked)
            size *= prod(len(cells) for _, cells in added)
            if size > MOST:
                return None
            columns += added
        return _Table(columns) if size <= MOST else None

    def _columns(self, term: ir.Term, asked: Iterable[ir.Test]) -> list[Column]:
        """The tests of one fact: together as far as they can be listed, the others free."""
        told = listed(domain(term, self._vocabulary), asked)
        found: list[Column] = [([ir.Atom(term, test)], _FREE) for test in asked if test not in told]
        if told:
            found.append(([ir.Atom(term, test) for test in told], self._told(term, tuple(told))))
        return found

    def _told(self, term: ir.Term, tests: tuple[ir.Test, ...]) -> list[Cell]:
        """What the tests can say together of a fact, as the evaluator judges its values and states."""
        if (term, tests) not in self._cells:
            values = [*known(domain(term, self._vocabulary), tests, self._as_of), *map(Open, STATES)]
            told = ir.Attr("x", term.kind)
            lines = tuple(ir.Line("", "", ir.Atom(told, test), ir.Place("", 1, 1)) for test in tests)
            asked = ir.Requirement(
                id="x", level="shall", severity="low", title="", scope=_ALWAYS, applies=_ALWAYS, lines=lines,
                place=ir.Place("", 1, 1),
            )  # fmt: skip
            facts = FactBase(
                [replace(PRODUCT, id=str(n)) for n in range(len(values))], {"x": scalar([fact(v) for v in values])}
            )
            run = evaluate(make(ir.Program(language="1", modules=(), requirements=(asked,))), facts, self._as_of)
            planes = [run.line(0, number)[:2] for number in range(len(tests))]
            cells = [tuple(_truth(pair, place) for pair in planes) for place in range(len(values))]
            self._cells[term, tests] = list(dict.fromkeys(cells))
        return self._cells[term, tests]


class _Table:
    """All cases: each column (tests of one fact, or something free) in each of its cells."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._size = prod(len(cells) for _, cells in columns)
        self._full = (1 << self._size) - 1
        self._planes: dict[ir.Expr, Pair] = {}
        step = 1
        for leaves, cells in columns:
            blocks = [_block(self._size, step, len(cells), place) for place in range(len(cells))]
            for number, leaf in enumerate(leaves):
                true = sum(block for block, cell in zip(blocks, cells, strict=True) if cell[number] is True)
                false = sum(block for block, cell in zip(blocks, cells, strict=True) if cell[number] is False)
                self._planes[leaf] = true, false
            step *= len(cells)

    def pair(self, expr: ir.Expr) -> Pair:
        """The truth of an expression in all cases."""
        match expr:
            case ir.Const(value):
                return (self._full if value is True else 0), (self._full if value is False else 0)
            case ir.Not(item):
                true, false = self.pair(item)
                return false, true
            case ir.And(items):
                return self._joined(items, _both, (self._full, 0))
            case ir.Or(items):
                return self._joined(items, _either, (0, self._full))
            case ir.Atom() | ir.Quant():
                return self._planes[expr]
            case _ as never:
                assert_never(never)

    def _joined(self, items: Sequence[ir.Expr], join: Callable[[Pair, Pair], Pair], start: Pair) -> Pair:
        for item in items:
            start = join(start, self.pair(item))
        return start


def _block(size: int, step: int, cells: int, place: int) -> int:
    """The cases in which a column is in a cell: runs of `step`, one in `cells`."""
    found, width = ((1 << step) - 1) << (step * place), step * cells
    while width < size:
        found |= found << width
        width *= 2
    return found & ((1 << size) - 1)


def _both(one: Pair, other: Pair) -> Pair:
    return one[0] & other[0], one[1] | other[1]


def _either(one: Pair, other: Pair) -> Pair:
    return one[0] | other[0], one[1] & other[1]


def _implied(one: Pair, other: Pair) -> Pair:
    return one[1] | other[0], one[0] & other[1]


def _truth(pair: tuple[int, ...], place: int) -> bool | None:
    return True if pair[0] >> place & 1 else False if pair[1] >> place & 1 else None


def _leaves(expr: ir.Expr) -> Iterator[ir.Atom | ir.Quant]:
    """The tests and quantifiers of an expression, not those inside of quantifiers."""
    match expr:
        case ir.Quant():
            yield expr
        case ir.Not(item):
            yield from _leaves(item)
        case ir.And(items) | ir.Or(items):
            for item in items:
                yield from _leaves(item)
        case _:
            yield from atoms(expr)


def _shape(expr: ir.Expr) -> tuple[object, ...] | None:
    """What of a quantifier is not its selection and body."""
    if not isinstance(expr, ir.Quant):
        return None
    return expr.kind, expr.var, expr.collection, expr.relation, expr.owner, expr.owner_collection, expr.n
