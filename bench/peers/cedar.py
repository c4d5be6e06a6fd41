"""Cedar (Rust) through its Python wheel: one request per component, every rule a `forbid`, the reasons are the answer.

Guarantees: policies and entities are parsed once; all requests of a document go through one batch call.
What it does not do: count or follow the graph.  Cedar judges one request at a time, so those rules are left out.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping, Sequence

import msgspec

from bench.answers import Idiom
from bench.inventory import AS_OF
from bench.peers.rego import INVERSE, literal
from bench.rails import Raw, Shape, rail
from rulewright.dsl import ir

NAME = "Cedar (Rust)"
PACKAGE = "cedarpy"
IDIOMS: tuple[Idiom, ...] = ("deny", "full")
SUFFIX = "cedar"
CUT = "// --- components ---\n"


def installed() -> bool:
    """True when the wheel is there."""
    return importlib.util.find_spec("cedarpy") is not None


def covers(shape: Shape[str]) -> bool:
    """Rules about each component and about the product."""
    return shape.family in {"each", "product"}


class Cedar:
    """Writes conditions over the request's context."""

    def constant(self, *, value: bool) -> str:
        """True or false."""
        return "true" if value else "false"

    def both(self, parts: Sequence[str]) -> str:
        """Conjunction."""
        return "(" + " && ".join(parts) + ")"

    def either(self, parts: Sequence[str]) -> str:
        """Disjunction."""
        return "(" + " || ".join(parts) + ")"

    def test(self, atom: ir.Atom, *, wanted: bool) -> str:
        """A test, after asking whether the value is there."""
        key = literal("license_0" if atom.term.name == "license" else atom.term.name)
        there = f"context has {key}"
        if atom.test == ir.Is("known"):
            return f"({there})" if wanted else f"(!({there}))"
        return f"({there} && {self.call(atom.test, f'context[{key}]', wanted=wanted)})"

    def call(self, test: ir.Test, x: str, *, wanted: bool) -> str:
        """The test of a value that is there."""
        match test:
            case ir.Cmp(op=op, value=value):
                return f"{x} {('==' if op == '=' else op) if wanted else INVERSE[op]} {literal(value)}"
            case ir.CmpAsOf(op=op, days=days):
                return f"{x} {op if wanted else INVERSE[op]} {AS_OF + days}"
            case ir.Is(adjective="valid"):
                text = f'{x} like "pkg:*"'
            case ir.OneOf(values=values):
                text = f"{literal(values)}.contains({x})"
            case ir.Contains(member=member):
                text = f"{x}.contains({literal(member)})"
            case ir.SubsetOf(members=members):
                text = f"{literal(members)}.containsAll({x})"
            case ir.Glob(pattern=pattern):
                text = f"{x} like {literal(pattern)}"
            case ir.LicenseAllows(ids=ids):
                second = 'context has "license_1" && ' + f'{literal(ids)}.containsAll(context["license_1"])'
                text = f"({literal(ids)}.containsAll({x}) || ({second}))"
            case _:
                raise NotImplementedError(test)
        return text if wanted else f"!({text})"


def _policy(rule: str, what: str, condition: str) -> str:
    return f'@id("{rule}|{what}")\nforbid(principal, action, resource) when {{ {condition} }};\n'


def policy(shapes: Sequence[Shape[str]], idiom: Idiom) -> str:
    """Two sets of policies in one text: those asked of the product, then those asked of each component."""
    cedar = Cedar()
    product, component = [], []
    for s in shapes:
        if s.conditional:
            product += [_policy(s.id, w, rail(cedar, s.applies, wanted=w == "applies")) for w in ("applies", "skipped")]
        if s.quant is None:
            product += [_policy(s.id, w, rail(cedar, s.expr, wanted=w == "true")) for w in ("true", "false")]
            continue
        where = rail(cedar, s.where, wanted=True)
        component.append(_policy(s.id, "fail", cedar.both([where, rail(cedar, s.body, wanted=False)])))
        if idiom == "full":
            outside = rail(cedar, s.where, wanted=False)
            component.append(_policy(s.id, "good", cedar.either([outside, rail(cedar, s.body, wanted=True)])))
            component.append(_policy(s.id, "out", outside))
    return "".join(product) + CUT + "".join(component)


def _context(record: dict[str, object]) -> Mapping[str, object]:
    """A component as a context: the choices of its licence as two sets."""
    choices = record.pop("license", None)
    if isinstance(choices, list):
        record.update((f"license_{i}", choice) for i, choice in enumerate(choices))
    return record


Reasons = list[dict[str, str]]


class Engine:
    """One policy, parsed."""

    def __init__(self, text: str, shapes: Sequence[Shape[str]]) -> None:
        cedarpy = importlib.import_module("cedarpy")

        product, _, component = text.partition(CUT)
        self.shapes = {s.id: s for s in shapes}
        self.ask = cedarpy.is_authorized_batch
        self.entities = cedarpy.Entities.from_json_str("[]")
        self.product = cedarpy.PolicySet.from_str(product)
        self.component = cedarpy.PolicySet.from_str(component)

    def run(self, data: bytes) -> tuple[Reasons, list[str]]:
        """Input bytes to the satisfied policies of each request, the product's first."""
        document = msgspec.json.decode(data)
        request = {"principal": 'User::"u"', "action": 'Action::"check"', "resource": 'Thing::"t"'}
        ids = [c["id"] for c in document["components"]]
        requests = [{**request, "context": _context(c)} for c in document["components"]]
        first = self.ask([{**request, "context": document["product"]}], self.product, self.entities)
        rest = self.ask(requests, self.component, self.entities)
        return [r.diagnostics.id_annotations_by_reason for r in (*first, *rest)], ids

    def raw(self, result: tuple[Reasons, list[str]]) -> Raw:
        """Rules by what holds for whom (not timed)."""
        (product, *components), ids = result
        raw = Raw()
        for name in product.values():
            rule, _, what = name.partition("|")
            target = raw.applies if what in {"applies", "skipped"} else raw.truth
            target[rule] = what in {"applies", "true"}
        told: dict[str, dict[str, set[str]]] = {r: {"fail": set(), "good": set(), "out": set()} for r in self.shapes}
        for one, names in zip(ids, components, strict=True):
            for name in names.values():
                rule, _, what = name.partition("|")
                told[rule][what].add(one)
        for rule, found in told.items():
            self._gate(raw, rule, found, set(ids))
        return raw

    def _gate(self, raw: Raw, rule: str, found: dict[str, set[str]], ids: set[str]) -> None:
        """Only rules that apply say anything."""
        if self.shapes[rule].conditional and raw.applies.get(rule) is not True:
            raw.truth.pop(rule, None)
            return
        raw.fail[rule] = sorted(found["fail"])
        raw.unknown[rule] = sorted(ids - found["fail"] - found["good"])
        if found["out"] != ids:
            raw.live.add(rule)
