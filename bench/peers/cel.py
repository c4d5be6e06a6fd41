"""Google's CEL, the C++ runtime, through its Python wheel.

Guarantees: one expression per rule and rail over a list of at most 1,000 components at a time, since the runtime's default
iteration budget refuses longer lists; the host joins the parts.
What it does not do: follow the dependency graph.  CEL has no recursion and no way to reach, so those rules are left out.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Sequence
from typing import Protocol

import msgspec

from bench.answers import Idiom
from bench.inventory import AS_OF
from bench.peers.rego import INVERSE, literal, text_test
from bench.rails import Raw, Shape, rail
from rulewright.dsl import ir

NAME = "CEL (C++)"
PACKAGE = "cel-expr-python"
IDIOMS: tuple[Idiom, ...] = ("deny", "full")
SUFFIX = "json"
CHUNK = 1_000
FUNCTIONS = {"startswith": "startsWith", "endswith": "endsWith", "contains": "contains"}


def installed() -> bool:
    """True when the wheel is there."""
    return importlib.util.find_spec("cel_expr_python") is not None


def covers(shape: Shape[str]) -> bool:
    """All but reachability."""
    return shape.family != "reach"


class Cel:
    """Writes expressions."""

    def constant(self, *, value: bool) -> str:
        """True or false."""
        return "true" if value else "false"

    def both(self, parts: Sequence[str]) -> str:
        """Conjunction."""
        parts = [p for p in parts if p != "true"]
        return "(" + " && ".join(parts) + ")" if parts else "true"

    def either(self, parts: Sequence[str]) -> str:
        """Disjunction."""
        parts = [p for p in parts if p != "false"]
        return "(" + " || ".join(parts) + ")" if parts else "false"

    def test(self, atom: ir.Atom, *, wanted: bool) -> str:
        """A test, after asking whether the value is there."""
        if isinstance(atom.term, ir.Field):
            there, x = f"has(c.{atom.term.name})", f"c.{atom.term.name}"
        else:
            key = literal(atom.term.name)
            there, x = f"({key} in product)", f"product[{key}]"
        if atom.test == ir.Is("known"):
            return there if wanted else f"!{there}"
        return f"({there} && {self.call(atom.test, x, wanted=wanted)})"

    def call(self, test: ir.Test, x: str, *, wanted: bool) -> str:
        """The test of a value that is there."""
        match test:
            case ir.Cmp(op=op, value=value):
                return f"{x} {('==' if op == '=' else op) if wanted else INVERSE[op]} {literal(value)}"
            case ir.CmpAsOf(op=op, days=days):
                return f"{x} {op if wanted else INVERSE[op]} {AS_OF + days}"
            case ir.Is(adjective="valid"):
                text = f'{x}.startsWith("pkg:")'
            case ir.OneOf(values=values):
                text = f"({x} in {literal(values)})"
            case ir.Contains(member=member):
                text = f"({literal(member)} in {x})"
            case ir.SubsetOf(members=members):
                text = f"{x}.all(a, a in {literal(members)})"
            case ir.Glob(pattern=pattern):
                function, argument = text_test(pattern)
                text = f"{x}.{FUNCTIONS[function]}({literal(argument)})"
            case ir.LicenseAllows(ids=ids):
                text = f"{x}.exists(o, o.all(i, i in {literal(ids)}))"
            case _:
                raise NotImplementedError(test)
        return text if wanted else f"!{text}"


def _filtered(condition: str, applies: str) -> str:
    chosen = f"components.filter(c, {condition}).map(c, c.id)"
    return chosen if applies == "true" else f"{applies} ? {chosen} : []"


def _expressions(shape: Shape[str], idiom: Idiom) -> dict[str, str]:
    """The expressions of one rule by what they tell."""
    cel = Cel()
    applies = rail(cel, shape.applies, wanted=True)
    found = {"applies": applies, "skipped": rail(cel, shape.applies, wanted=False)} if shape.conditional else {}
    if shape.quant is None:
        return found | {"true": rail(cel, shape.expr, wanted=True), "false": rail(cel, shape.expr, wanted=False)}
    if shape.family == "count":
        sure, never = (rail(cel, shape.quant.where, wanted=w) for w in (True, False))
        return found | {
            "sure": f"components.filter(c, {sure}).size()",
            "never": f"components.filter(c, {never}).size()",
        }
    where, outside = (rail(cel, shape.where, wanted=w) for w in (True, False))
    bad = cel.both([where, rail(cel, shape.body, wanted=False)])
    found["fail"] = _filtered(bad, applies)
    if idiom == "full":
        good = cel.either([outside, rail(cel, shape.body, wanted=True)])
        found["unknown"] = _filtered(f"!{bad} && !{good}", applies)
        if shape.quant.kind == "every":
            found["live"] = f"components.exists(c, !{outside})"
    return found


def _needed(shape: Shape[str], idiom: Idiom) -> set[str]:
    """What the deny idiom can leave out."""
    if idiom == "full":
        return {"applies", "skipped", "true", "false", "sure", "never", "fail", "unknown", "live"}
    rail_of_count = "never" if shape.quant is not None and shape.quant.kind == "at_least" else "sure"
    return {"applies", "false", rail_of_count, "fail"}


def policy(shapes: Sequence[Shape[str]], idiom: Idiom) -> str:
    """All expressions, as JSON."""
    table = {
        s.id: {k: v for k, v in _expressions(s, idiom).items() if k in _needed(s, idiom)} for s in shapes if covers(s)
    }
    return json.dumps(table, indent=1)


class Value(Protocol):
    """A CEL value."""

    def plain_value(self) -> object:
        """The value as Python has it."""


class Expression(Protocol):
    """A compiled CEL expression."""

    def eval(self, activation: object) -> Value:
        """Evaluate it."""


Found = dict[tuple[str, str], list[object]]


class Engine:
    """One policy, compiled."""

    def __init__(self, text: str, shapes: Sequence[Shape[str]]) -> None:
        cel = importlib.import_module("cel_expr_python.cel")

        self.shapes = {s.id: s for s in shapes}
        self.env = cel.NewEnv(variables={"product": cel.Type.DYN, "components": cel.Type.DYN})
        product_only = {"applies", "skipped", "true", "false"}
        self.once: list[tuple[str, str, Expression]] = []
        self.each: list[tuple[str, str, Expression]] = []
        for rule, table in json.loads(text).items():
            for what, expression in table.items():
                target = self.once if what in product_only else self.each
                target.append((rule, what, self.env.compile(expression)))

    def run(self, data: bytes) -> tuple[Found, int]:
        """Input bytes to plain values, a chunk of components at a time."""
        document = msgspec.json.decode(data)
        components = document["components"]
        found: Found = {}
        whole = self.env.Activation({"product": document["product"], "components": []})
        for rule, what, expression in self.once:
            found[rule, what] = [expression.eval(whole).plain_value()]
        for start in range(0, len(components), CHUNK):
            part = {"product": document["product"], "components": components[start : start + CHUNK]}
            activation = self.env.Activation(part)
            for rule, what, expression in self.each:
                found.setdefault((rule, what), []).append(expression.eval(activation).plain_value())
        return found, len(components)

    def raw(self, result: tuple[Found, int]) -> Raw:
        """Join the chunks (not timed)."""
        found, size = result
        raw = Raw()
        for (rule, what), values in found.items():
            ids = [str(i) for v in values if isinstance(v, list) for i in v]
            match what:
                case "fail":
                    raw.fail[rule] = ids
                case "unknown":
                    raw.unknown[rule] = ids
                case "live" if True in values:
                    raw.live.add(rule)
                case "applies" | "skipped" if values == [True]:
                    raw.applies[rule] = what == "applies"
                case "true" | "false" if values == [True]:
                    raw.truth[rule] = what == "true"
                case "sure" | "never":
                    self._count(raw, rule, what, sum(int(str(v)) for v in values), size)
                case _:
                    pass  # false, or unknown
        for rule, shape in self.shapes.items():
            if shape.conditional and raw.applies.get(rule) is not True:
                raw.truth.pop(rule, None)
        return raw

    def _count(self, raw: Raw, rule: str, what: str, total: int, size: int) -> None:
        """Bounds of a count: `sure` from below, what is not `never` from above."""
        quant = self.shapes[rule].quant
        assert quant is not None
        least = quant.n + (quant.kind == "at_most")
        if what == "sure" and total >= least:
            raw.truth[rule] = quant.kind == "at_least"
        elif what == "never" and size - total < least:
            raw.truth[rule] = quant.kind == "at_most"
