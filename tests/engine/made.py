"""Small programs and facts, made by hand, for tests of single rules of meaning."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from rulewright.dsl import ir
from rulewright.engine.answers import Planes
from rulewright.engine.evaluate import evaluate
from rulewright.engine.plan import make
from rulewright.engine.reference import Reference
from rulewright.engine.report import Options, build
from rulewright.engine.result import Report, Result
from rulewright.facts.base import Fact, FactBase, Product, scalar
from rulewright.facts.table import Extent, Segment, Source, Table, encode
from rulewright.facts.types import Completeness, State, Trust, Value

AS_OF = 20_000
PLACE = ir.Place("made.rw", 1, 1)
TRUE = ir.Const(value=True)
SOURCE = Source("made.json", "0" * 64, "sbom", Trust.DECLARED, AS_OF - 10)
KINDS = {
    "name": "string",
    "supplier": "string",
    "type": "enum",
    "purl": "purl",
    "version": "version",
    "end_of_support": "date",
}

Cell = Value | State | None


def attr(name: str, test: ir.Test, kind: str = "bool") -> ir.Atom:
    """A test of an attribute."""
    return ir.Atom(ir.Attr(name, kind), test)


def field(name: str, test: ir.Test, var: str = "c", collection: str = "component") -> ir.Atom:
    """A test of a field."""
    return ir.Atom(ir.Field(var, collection, name, KINDS.get(name, "bool")), test)


def quant(kind: str, body: ir.Expr, where: ir.Expr = TRUE, collection: str = "component", n: int = 0) -> ir.Quant:
    """A quantifier over a whole collection."""
    return ir.Quant(kind, "c", collection, where, body, n=n)  # type: ignore[arg-type]  # a kind


def requirement(*lines: ir.Expr, **parts: Any) -> ir.Requirement:  # any part of a requirement
    """A `shall` with these lines."""
    made = tuple(ir.Line(f"check#{n + 1}", f"line {n + 1}", expr, PLACE) for n, expr in enumerate(lines))
    common: dict[str, Any] = {"level": "shall", "severity": "high", "title": "t", "scope": TRUE, "applies": TRUE}
    return ir.Requirement(**{"id": "std:r", **common, "lines": made, "place": PLACE, **parts})


def program(*requirements: ir.Requirement, **parts: Any) -> ir.Program:  # any part of a program
    """A program of these requirements."""
    return ir.Program(language="1", modules=(), requirements=requirements, **parts)


def components(
    rows: Sequence[Mapping[str, Cell]], state: Completeness = Completeness.UNSTATED, collection: str = "component"
) -> Table:
    """A table of one product."""
    names = {name for row in rows for name in row}
    builders = {name: partial(encode, [row.get(name) for row in rows]) for name in sorted(names)}
    segment = Segment(0, SOURCE, "/components/{}".format, "c{}".format)
    return Table(collection, len(rows), array("i", [0, len(rows)]), [Extent(state, "stated")], [segment], builders)


def facts(*tables: Table, **attributes: Cell | Fact) -> FactBase:
    """One product; `iface__telnet=True` is the attribute `iface.telnet`."""
    made = {}
    for key, cell in attributes.items():
        if isinstance(cell, Fact):
            fact: Fact | None = cell
        elif isinstance(cell, State):
            fact = Fact(cell)
        else:
            fact = None if cell is None else Fact(State.KNOWN, cell, SOURCE, f"/{key}", observed=AS_OF - 10)
        made[key.replace("__", ".")] = scalar([fact])
    return FactBase([Product("camera", "camera", "2.3")], made, {t.collection: t for t in tables})


def report(wanted: ir.Program, known: FactBase, options: Options | None = None, as_of: int = AS_OF) -> Report:
    """Run both engines, hold them to the same bytes, and give the report."""
    fast = build(Planes(evaluate(make(wanted), known, as_of)), options=options)
    slow = build(Reference(wanted, known, as_of), options=options)
    assert msgspec.json.encode(fast) == msgspec.json.encode(slow)
    return fast


def run(wanted: ir.Requirement | ir.Program, known: FactBase) -> Result:
    """The only result of a run."""
    whole = wanted if isinstance(wanted, ir.Program) else program(wanted)
    return report(whole, known).results[0]
