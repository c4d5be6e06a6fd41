"""All products of a suite, and the verdict of every requirement on each: the evaluator's answers, nothing else.

A *context* is a row and a *design* a column of a table; a requirement is judged on all products that differ in what it
mentions, once, and its answers are spread over the table.  A design that an axiom forbids in a context is not there.
Satisfied is `pass` or `not_applicable`: what stays unknown for a complete product meets no demand.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations, combinations_with_replacement, product
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rulewright.dsl import ir
from rulewright.engine import predicates
from rulewright.engine.answers import Answers, Planes
from rulewright.engine.evaluate import evaluate
from rulewright.engine.plan import make
from rulewright.engine.planes import Integers
from rulewright.engine.reference import Reference
from rulewright.facts.base import Fact, FactBase, Product, Scalar, scalar
from rulewright.facts.table import Extent, Relation, Table, encode
from rulewright.facts.types import Completeness, Kind, State, Value
from tests.engine.analysis.brute.toy import DAYS, FIELDS, FLAW, PART, STATES, TOYS

Bits = NDArray[np.bool_]
Codes = NDArray[np.int64]
Cell = Value | State
Row = tuple[Cell, ...]

RUN, LISTS = "run.as_of", "lists"
CLOSED = Extent(Completeness.CLOSED, "all of them")


class Lists(NamedTuple):
    """The parts, the flaws, and which part (by place) owns which flaw, or depends on which part."""

    parts: tuple[Row, ...] = ()
    flaws: tuple[Row, ...] = ()
    owned: tuple[tuple[int, int], ...] = ()


class Axis(NamedTuple):
    """A dimension of the space: a name, and its values."""

    name: str
    values: Sequence[Value | Lists]
    given: bool


class TooLargeError(Exception):
    """The space has too many products to list."""


# --- what is mentioned -----------------------------------------------------------------------------------------------------


def walk(expr: ir.Expr) -> Iterator[ir.Expr]:
    """An expression and all in it."""
    yield expr
    match expr:
        case ir.Not(item):
            yield from walk(item)
        case ir.And(items) | ir.Or(items):
            for item in items:
                yield from walk(item)
        case ir.Quant(where=where, body=body):
            yield from walk(where)
            yield from walk(body)
        case _:
            return


def expressions(requirement: ir.Requirement) -> list[ir.Expr]:
    """All expressions of a requirement."""
    return [requirement.scope, requirement.applies, *(line.expr for line in requirement.lines)]


def everything(program: ir.Program) -> list[ir.Expr]:
    """All expressions of a program."""
    found = [expr for r in program.requirements for expr in expressions(r)]
    return found + [a.expr for a in program.axioms] + [w.provided for w in program.waivers]


def mentions(exprs: Iterable[ir.Expr]) -> set[str]:
    """The names of axes: attributes, the day of the run, the lists."""
    found: set[str] = set()
    for node in (n for expr in exprs for n in walk(expr)):
        if isinstance(node, ir.Quant):
            found.add(LISTS)
        if isinstance(node, ir.Atom):
            if isinstance(node.term, ir.Attr):
                found.add(node.term.name)
                if isinstance(node.test, ir.CmpAsOf):
                    found.add(RUN)
            if isinstance(node.test, ir.CmpAttr):
                found.add(node.test.attr.name)
    return found


def values(exprs: Iterable[ir.Expr], name: str) -> tuple[Value, ...]:
    """The values of an attribute; of those of a text, one for each way in which the tests of these expressions answer."""
    toy = TOYS[name]
    if toy.type.kind not in {Kind.LICENSE, Kind.STRING, Kind.VERSION}:
        return toy.values
    atoms = {
        node
        for expr in exprs
        for node in walk(expr)
        if isinstance(node, ir.Atom) and node.term == ir.Attr(name, toy.type.kind.value)
    }
    judges = [predicates.judge(atom.test, toy.type.kind.value, DAYS[0]) for atom in sorted(atoms, key=repr)]
    told = {tuple(judge(value) for judge in judges): value for value in toy.values[::-1]}
    return tuple(sorted(told.values(), key=toy.values.index))


# --- lists -----------------------------------------------------------------------------------------------------------------


def fields_of(exprs: Sequence[ir.Expr], collection: str) -> dict[str, tuple[Cell, ...]]:
    """The fields that are mentioned, with their values; unknown ones too where a test asks for the state."""
    found: dict[str, tuple[Cell, ...]] = {}
    for node in (n for expr in exprs for n in walk(expr)):
        if isinstance(node, ir.Atom) and isinstance(node.term, ir.Field) and node.term.collection == collection:
            name = node.term.name
            asks = isinstance(node.test, ir.Is) and node.test.adjective != "empty"
            states = STATES if asks or len(found.get(name, ())) > len(FIELDS[collection][name].values) else ()
            found[name] = (*FIELDS[collection][name].values, *states)
    return dict(sorted(found.items()))


def largest(exprs: Sequence[ir.Expr], collection: str) -> int:
    """How many elements a list needs at most: one, or the count, per quantifier that can ask for some to be there.

    Where children are asked for, there is an owner for each flaw besides: with a flaw of nobody, nothing is said of none.
    """
    total = 0
    quants = {n for expr in exprs for n in walk(expr) if isinstance(n, ir.Quant)}
    owned = collection == PART and any(quant.relation == "of" for quant in quants)
    for quant in quants:
        if quant.collection == collection or owned:
            total += {"at_least": quant.n, "at_most": quant.n + 1}.get(quant.kind, 1)
    return total


def lists(exprs: Sequence[ir.Expr], most: int) -> list[Lists]:
    """All lists of elements up to the size that matters.  Raises TooLargeError beyond `most` of them."""
    parts = _multisets(exprs, PART, most)
    flaws = _multisets(exprs, FLAW, most)
    relations = {n.relation for expr in exprs for n in walk(expr) if isinstance(n, ir.Quant)}
    found: list[Lists] = []
    for part, flaw in product(parts, flaws):
        if "under" in relations:
            pairs = [(i, j) for i in range(len(part)) for j in range(len(part)) if i != j]
        else:
            pairs = list(product(range(len(part)), range(len(flaw)))) if "of" in relations else []
        if len(found) + (1 << len(pairs)) > most:
            raise TooLargeError
        for count in range(len(pairs) + 1):
            found += [Lists(part, flaw, owned) for owned in combinations(pairs, count)]
    return found


def _multisets(exprs: Sequence[ir.Expr], collection: str, most: int) -> list[tuple[Row, ...]]:
    rows: list[Row] = list(product(*fields_of(exprs, collection).values()))
    size = largest(exprs, collection)
    if sum(len(rows) ** n for n in range(size + 1)) > 60 * most:
        raise TooLargeError
    return [found for n in range(size + 1) for found in combinations_with_replacement(rows, n)]


# --- the space ---------------------------------------------------------------------------------------------------------------


class Space:
    """The axes of a suite: contexts first, then designs."""

    def __init__(
        self, programs: Sequence[ir.Program], most: int = 200_000, facts: Mapping[str, Value] | None = None
    ) -> None:
        """List the values of every axis.  Raises TooLargeError beyond `most` products."""
        exprs = [expr for program in programs for expr in everything(program)]
        names = mentions(exprs)
        fixed = dict(facts or {})
        windows = any(r.valid_from or r.valid_until for p in programs for r in p.requirements)
        axes = [
            Axis(n, (fixed[n],) if n in fixed else TOYS[n].values, TOYS[n].given) for n in sorted(names - {RUN, LISTS})
        ]
        if windows or RUN in names:
            axes.append(Axis(RUN, DAYS, given=True))
        if LISTS in names:
            axes.append(Axis(LISTS, lists(exprs, most // 200), given=False))
            self.fields = {c: tuple(fields_of(exprs, c)) for c in (PART, FLAW)}
            self.graph = any(isinstance(n, ir.Quant) and n.relation == "under" for e in exprs for n in walk(e))
        self.axes = sorted(axes, key=lambda axis: not axis.given)
        self.shape = tuple(len(axis.values) for axis in self.axes)
        given = sum(axis.given for axis in self.axes)
        self.contexts, self.designs = prod(self.shape[:given]), prod(self.shape[given:])
        if self.contexts * self.designs > most:
            raise TooLargeError

    def spread(self, names: set[str], answers: Bits) -> Bits:
        """A table of contexts by designs from answers over the axes of these names, in their order."""
        shape = [len(axis.values) if axis.name in names else 1 for axis in self.axes]
        return np.broadcast_to(answers.reshape(shape), self.shape).reshape(self.contexts, self.designs)

    def at(self, context: int, design: int) -> dict[str, Value | Lists]:
        """The values of one product, by axis."""
        place = np.unravel_index(context * self.designs + design, self.shape)
        return {axis.name: axis.values[int(i)] for axis, i in zip(self.axes, place, strict=True)}

    def fleet(self, names: set[str]) -> tuple[list[int], FactBase]:
        """The days of the run, and all products that differ in the axes of these names but the day."""
        axes = [axis for axis in self.axes if axis.name in names and axis.name != RUN]
        combined = list(product(*(axis.values for axis in axes)))
        attributes = {
            axis.name: column([row[i] for row in combined]) for i, axis in enumerate(axes) if axis.name != LISTS
        }
        place = [i for i, axis in enumerate(axes) if axis.name == LISTS]
        tables = self.tables([row[place[0]] for row in combined]) if place else {}  # type: ignore[misc]  # lists
        days = list(DAYS) if any(a.name == RUN for a in self.axes) and RUN in names else [DAYS[0]]
        return days, FactBase([Product(f"p{i}", "p", str(i)) for i in range(len(combined))], attributes, tables)

    def tables(self, found: Sequence[Lists]) -> dict[str, Table]:
        """The tables of a fleet: every list complete, and every relation stated."""
        first: list[tuple[int, int]] = [(0, 0)]
        for item in found:
            first.append((first[-1][0] + len(item.parts), first[-1][1] + len(item.flaws)))
        other = 0 if self.graph else 1
        pairs = sorted(
            (at[0] + i, at[other] + j) for at, item in zip(first, found, strict=False) for i, j in item.owned
        )
        relation = Relation(array("i", [i for i, _ in pairs]), array("i", [j for _, j in pairs]))
        parts = self._table(PART, [item.parts for item in found])
        flaws = self._table(FLAW, [item.flaws for item in found])
        parts.graph_extents = [CLOSED] * len(found)
        holder, key = (parts, "depends_on") if self.graph else (flaws, PART)
        holder.relations = {key: lambda: relation}
        return {PART: parts, FLAW: flaws}

    def _table(self, collection: str, rows: Sequence[Sequence[Row]]) -> Table:
        offsets = array("i", [0])
        for of_one in rows:
            offsets.append(offsets[-1] + len(of_one))
        flat = [row for of_one in rows for row in of_one]
        builders = {n: partial(encode, [row[i] for row in flat]) for i, n in enumerate(self.fields[collection])}
        return Table(collection, len(flat), offsets, [CLOSED] * len(rows), [], builders)


def column(values: Sequence[Value | Lists]) -> Scalar:
    """An attribute known for every product."""
    facts = {value: Fact(State.KNOWN, value) for value in set(values) if not isinstance(value, Lists)}
    return scalar([facts[value] for value in values])  # type: ignore[index]  # no lists here


# --- verdicts ----------------------------------------------------------------------------------------------------------------


class Judged(NamedTuple):
    """Tables of contexts by designs: not satisfied, and applicable."""

    violated: Bits
    applies: Bits


def judge(space: Space, program: ir.Program, number: int, *, slow: bool = False) -> Judged:
    """A requirement on all products; `slow`: by the reference interpreter."""
    wanted = program.requirements[number]
    names = mentions(expressions(wanted))
    if wanted.valid_from or wanted.valid_until:
        names.add(RUN)
    alone = ir.Program(language=program.language, modules=program.modules, requirements=(wanted,))
    days, facts = space.fleet(names)
    violated, applies = [], []
    for day in days:
        answers: Answers = (
            Reference(alone, facts, day) if slow else Planes(evaluate(make(alone), facts, day, Integers()))
        )
        inside = (wanted.valid_from or day) <= day <= (wanted.valid_until or day)
        for one in range(len(facts.products)):
            violated.append(answers.verdict(0, one) not in {"pass", "not_applicable"})
            applies.append(inside and answers.applies(0, one) == (True, True))
    return Judged(
        *(space.spread(names, _ordered(space, names, answers_, len(days))) for answers_ in (violated, applies))
    )


def holds(space: Space, expr: ir.Expr) -> Bits:
    """Where a condition is surely true."""
    names = mentions([expr])
    line = ir.Line("check#1", "", expr, ir.Place("", 1, 1))
    true = ir.Const(value=True)
    wanted = ir.Requirement(
        id="toy:x", level="shall", severity="low", title="", scope=true, applies=expr, lines=(line,), place=line.place
    )
    alone = ir.Program(language="1", modules=(), requirements=(wanted,))
    days, facts = space.fleet(names)
    answers = [Planes(evaluate(make(alone), facts, day, Integers())) for day in days]
    found = [a.applies(0, one)[1] is True for a in answers for one in range(len(facts.products))]
    return space.spread(names, _ordered(space, names, found, len(days)))


def _ordered(space: Space, names: set[str], answers: Sequence[bool], days: int) -> Bits:
    """Answers with the day outermost, put in the order of the space's axes."""
    table = np.array(answers, dtype=np.bool_)
    used = [axis for axis in space.axes if axis.name in names]
    inner = [len(axis.values) for axis in used if axis.name != RUN]
    table = table.reshape([days, *inner])
    place = [i for i, axis in enumerate(used) if axis.name == RUN]
    return np.moveaxis(table, 0, place[0]) if place else table[0]
