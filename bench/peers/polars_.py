"""Polars, a columnar query engine (Rust), as a rule evaluator written by hand for this data.

Guarantees: its nulls are Kleene's unknown for `&`, `|` and `~`, so one expression says all three values; all rules are one
query, whose common parts Polars finds itself.  It is here as the fastest general tool that a team would reach for.
What it does not do: follow the dependency graph (a join per step), so those rules are left out.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from typing import Any

import msgspec

from bench.answers import Idiom
from bench.inventory import AS_OF, ATTRIBUTES, FIELDS, KINDS
from bench.peers.rego import text_test
from bench.rails import Raw, Shape
from rulewright.dsl import ir

NAME = "Polars (Rust)"
PACKAGE = "polars"
IDIOMS: tuple[Idiom, ...] = ("full",)
SUFFIX = "py"
FUNCTIONS = {"startswith": "starts_with", "endswith": "ends_with", "contains": "contains"}


def installed() -> bool:
    """True when the package is there."""
    return importlib.util.find_spec("polars") is not None


def covers(shape: Shape[str]) -> bool:
    """All but reachability."""
    return shape.family != "reach"


def _value(test: ir.Test, x: str) -> str:
    """A test of a column; null where the column is."""
    match test:
        case ir.Is(adjective="known"):
            return f"{x}.is_not_null()"
        case ir.Is(adjective="valid"):
            return f'{x}.str.starts_with("pkg:")'
        case ir.Cmp(op=op, value=value):
            return f"({x} {'==' if op == '=' else op} {value!r})"
        case ir.CmpAsOf(op=op, days=days):
            return f"({x} {op} {AS_OF + days})"
        case ir.OneOf(values=values):
            return f"{x}.is_in({list(values)!r})"
        case ir.Contains(member=member):
            return f"{x}.list.contains({member!r})"
        case ir.SubsetOf(members=members):
            return f"{x}.list.eval(pl.element().is_in({list(members)!r})).list.all()"
        case ir.Glob(pattern=pattern):
            function, argument = text_test(pattern)
            literal = ", literal=True" if function == "contains" else ""
            return f"{x}.str.{FUNCTIONS[function]}({argument!r}{literal})"
        case ir.LicenseAllows(ids=ids):
            inner = f"pl.element().list.eval(pl.element().is_in({list(ids)!r})).list.all()"
            return f"{x}.list.eval({inner}).list.any()"
        case _:
            raise NotImplementedError(test)


def _expression(expr: ir.Expr) -> str:
    """An expression over columns."""
    match expr:
        case ir.Const(value=value):
            return f"pl.lit({value})"
        case ir.Atom():
            return _value(expr.test, f"pl.col({expr.term.name!r})")
        case ir.Not(item=item):
            return f"~{_expression(item)}"
        case ir.And(items=items) | ir.Or(items=items):
            sign = " & " if isinstance(expr, ir.And) else " | "
            return "(" + sign.join(map(_expression, items)) + ")"
        case _:
            raise NotImplementedError(expr)


def policy(shapes: Sequence[Shape[str]], idiom: Idiom) -> str:
    """Python source: the product's expressions and the components'."""
    product, component = [], []
    for s in shapes:
        if s.conditional:
            product.append(f"    {'applies|' + s.id!r}: {_expression(s.applies)},")
        if s.quant is None:
            product.append(f"    {'truth|' + s.id!r}: {_expression(s.expr)},")
        elif s.family == "count":
            component.append(f"    {'count|' + s.id!r}: {_expression(s.quant.where)},")
        else:
            where = _expression(s.where)
            component.append(f"    {'each|' + s.id!r}: ~{where} | {_expression(s.body)},")
            component.append(f"    {'live|' + s.id!r}: {where}.fill_null(True),")
    head = f"# {idiom}: true, false and null\nimport polars as pl\n"
    return "\n".join([head, "PRODUCT = {", *product, "}", "COMPONENT = {", *component, "}", ""])


class Engine:
    """One set of expressions."""

    def __init__(self, text: str, shapes: Sequence[Shape[str]]) -> None:
        scope: dict[str, Any] = {}
        exec(text, scope)
        self.pl = scope["pl"]
        self.product = [e.alias(name) for name, e in scope["PRODUCT"].items()]
        self.component = [e.alias(name) for name, e in scope["COMPONENT"].items()]
        self.shapes = {s.id: s for s in shapes}
        strings = self.pl.List(self.pl.String)
        kinds = {"int": self.pl.Int64, "date": self.pl.Int64, "bool": self.pl.Boolean, "set": strings}
        fields = {name: kinds.get(KINDS[name], self.pl.String) for name in FIELDS}
        self.fields = fields | {"license": self.pl.List(strings)}
        self.attributes = {name: kinds.get(kind, self.pl.String) for name, kind in ATTRIBUTES.items()}

    def run(self, data: bytes) -> tuple[dict[str, bool | None], dict[str, list[str]], dict[str, tuple[int, int]]]:
        """Input bytes to the product's values, the ids by rule and state, and the bounds of counts."""
        document = msgspec.json.decode(data)
        product = (
            self.pl.from_dicts([document["product"]], schema=self.attributes).select(self.product).row(0, named=True)
        )
        frame = self.pl.from_dicts(document["components"], schema=self.fields)
        values = frame.lazy().select(self.pl.col("id"), *self.component).collect()
        ids: dict[str, list[str]] = {}
        counts: dict[str, tuple[int, int]] = {}
        for name in values.columns[1:]:
            kind, _, rule = name.partition("|")
            column = values.get_column(name)
            if kind == "count":
                sure = int(column.sum())
                counts[rule] = sure, sure + column.null_count()
            elif kind == "live":
                ids[name] = ["live"] if column.any() else []
            else:
                ids["fail|" + rule] = values.get_column("id").filter(~column).to_list()
                ids["unknown|" + rule] = values.get_column("id").filter(column.is_null()).to_list()
        return product, ids, counts

    def raw(self, result: tuple[dict[str, bool | None], dict[str, list[str]], dict[str, tuple[int, int]]]) -> Raw:
        """By rule (not timed)."""
        product, ids, counts = result
        raw = Raw()
        for name, value in product.items():
            kind, _, rule = name.partition("|")
            if value is not None:
                (raw.applies if kind == "applies" else raw.truth)[rule] = value
        for rule, (sure, possible) in counts.items():
            quant = self.shapes[rule].quant
            assert quant is not None
            least = quant.n + (quant.kind == "at_most")
            if sure >= least or possible < least:
                raw.truth[rule] = (sure >= least) is (quant.kind == "at_least")
        for name, found in ids.items():
            kind, _, rule = name.partition("|")
            if kind == "live":
                raw.live |= {rule} if found else set()
            elif kind in {"fail", "unknown"}:
                (raw.fail if kind == "fail" else raw.unknown)[rule] = found
        return raw
