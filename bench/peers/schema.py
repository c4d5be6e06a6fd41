"""JSON Schema 2020-12, by `jsonschema-rs`: one schema for all rules, every error collected.

Guarantees: a schema says what surely fails; a missing property passes unless it is required, which is JSON Schema's own
habit.  What is unknown cannot be told from what passes, so there is no full form.
What it does not do: follow the dependency graph (no schema can), so those rules are left out.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Sequence

import msgspec

from bench.answers import Idiom
from bench.inventory import AS_OF
from bench.rails import Raw, Shape, rail
from rulewright.dsl import ir

NAME = "JSON Schema (Rust)"
PACKAGE = "jsonschema-rs"
IDIOMS: tuple[Idiom, ...] = ("deny",)
SUFFIX = "json"
Schema = dict[str, object]
BOUNDS = {">=": "minimum", "<=": "maximum", ">": "exclusiveMinimum", "<": "exclusiveMaximum"}
INVERSE = {">=": "<", "<=": ">", ">": "<=", "<": ">="}


def installed() -> bool:
    """True when the package is there."""
    return importlib.util.find_spec("jsonschema_rs") is not None


def covers(shape: Shape[str]) -> bool:
    """All but reachability."""
    return shape.family != "reach"


class Schemas:
    """Writes schemas that accept exactly what surely holds, or surely does not."""

    def constant(self, *, value: bool) -> Schema:
        """Everything or nothing."""
        return {} if value else {"not": {}}

    def both(self, parts: Sequence[Schema]) -> Schema:
        """Conjunction."""
        return {"allOf": list(parts)}

    def either(self, parts: Sequence[Schema]) -> Schema:
        """Disjunction."""
        return {"anyOf": list(parts)}

    def test(self, atom: ir.Atom, *, wanted: bool) -> Schema:
        """The property is there and passes (or fails) the test."""
        name = atom.term.name
        if atom.test == ir.Is("known"):
            there: Schema = {"required": [name]}
            return there if wanted else {"not": there}
        value = self.value(atom.test, wanted=wanted)
        return {"required": [name], "properties": {name: value}}

    def value(self, test: ir.Test, *, wanted: bool) -> Schema:
        """The schema of the value itself."""
        match test:
            case ir.Cmp(op=("=" | "!=") as op, value=value):
                return {"const": value} if (op == "=") is wanted else {"not": {"const": value}}
            case ir.Cmp(op=op, value=value):
                return {BOUNDS[op if wanted else INVERSE[op]]: value}
            case ir.CmpAsOf(op=op, days=days):
                return {BOUNDS[op if wanted else INVERSE[op]]: AS_OF + days}
            case ir.Is(adjective="valid"):
                schema: Schema = {"pattern": "^pkg:"}
            case ir.OneOf(values=values):
                schema = {"enum": list(values)}
            case ir.Contains(member=member):
                schema = {"contains": {"const": member}}
            case ir.SubsetOf(members=members):
                schema = {"items": {"enum": list(members)}}
            case ir.Glob(pattern=pattern):
                schema = {"pattern": _regex(pattern)}
            case ir.LicenseAllows(ids=ids):
                schema = {"contains": {"items": {"enum": list(ids)}}}
            case _:
                raise NotImplementedError(test)
        return schema if wanted else {"not": schema}


def _regex(pattern: str) -> str:
    """A prefix, suffix or part as an unanchored pattern."""
    inner = re.escape(pattern.strip("*")).replace("\\-", "-")
    return ("" if pattern.startswith("*") else "^") + inner + ("" if pattern.endswith("*") else "$")


def _schema(shape: Shape[str]) -> Schema:
    """A schema of the whole document that refuses it exactly where the rule surely fails."""
    words = Schemas()
    quant = shape.quant
    if quant is None:
        body: Schema = {"properties": {"product": {"not": rail(words, shape.expr, wanted=False)}}}
    elif quant.kind == "at_least":
        possible: Schema = {"not": rail(words, quant.where, wanted=False)}
        body = {"properties": {"components": {"contains": possible, "minContains": quant.n}}}
    elif quant.kind == "at_most":
        sure = rail(words, quant.where, wanted=True)
        body = {"properties": {"components": {"contains": sure, "minContains": 0, "maxContains": quant.n}}}
    else:
        each: Schema = {"not": rail(words, shape.body, wanted=False)}
        if quant.kind == "every":
            each = {"if": rail(words, quant.where, wanted=True), "then": each}
        body = {"properties": {"components": {"items": each}}}
    if shape.conditional:
        applies = rail(words, shape.applies, wanted=True)
        return {"if": {"properties": {"product": applies}}, "then": body}
    return body


def policy(shapes: Sequence[Shape[str]], idiom: Idiom) -> str:
    """One schema whose `allOf` has one member per rule."""
    rules = [{"title": s.id, **_schema(s)} for s in shapes if covers(s)]
    return json.dumps(
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "description": idiom, "allOf": rules}, indent=1
    )


class Engine:
    """One schema, compiled."""

    def __init__(self, text: str, shapes: Sequence[Shape[str]]) -> None:
        import jsonschema_rs

        self.rules = [s.id for s in shapes]
        self.shapes = {s.id: s for s in shapes}
        self.validator = jsonschema_rs.Draft202012Validator(json.loads(text))

    def run(self, data: bytes) -> list[tuple[list[str | int], list[str | int], list[dict[str, str]]]]:
        """Input bytes to the places of all errors."""
        document = msgspec.json.decode(data)
        components = document["components"]
        return [(e.schema_path, e.instance_path, components) for e in self.validator.iter_errors(document)]

    def raw(self, result: list[tuple[list[str | int], list[str | int], list[dict[str, str]]]]) -> Raw:
        """Rules and components of the errors (not timed)."""
        raw = Raw()
        fail: dict[str, set[str]] = {}
        for schema_path, instance_path, components in result:
            rule = self.rules[int(schema_path[1])]
            if self.shapes[rule].family in {"product", "count"}:
                raw.truth[rule] = False
            else:
                fail.setdefault(rule, set()).add(components[int(instance_path[1])]["id"])
        raw.fail = {rule: sorted(ids) for rule, ids in fail.items()}
        return raw
