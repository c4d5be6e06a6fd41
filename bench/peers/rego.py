"""Rego text for a program: the `deny` idiom that people write, and full answers on two rails.

Guarantees: deny lists what surely fails (a missing fact passes in silence, as it does in the wild); full adds what is
unknown and what does not apply.  Both were read by OPA 1.x and by regorus.
What it does not do: beat an expert's hand.  Improvements are welcome: the text is published in `build/bench/policies`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from bench.answers import Idiom
from bench.inventory import AS_OF
from bench.rails import Raw, Shape, rail
from rulewright.dsl import ir

Lines = tuple[str, ...]
NEVER = ("false",)
INVERSE = {"=": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def literal(value: object) -> str:
    """A value as Rego (and JSON) writes it."""
    return json.dumps(value)


def members(values: Sequence[object]) -> str:
    """A set."""
    return "{" + ", ".join(map(literal, values)) + "}"


def text_test(pattern: str) -> tuple[str, str]:
    """A glob that is a prefix, a suffix or a part, as the function an expert would use, with its argument."""
    inner = pattern.strip("*")
    assert "*" not in inner
    if pattern.startswith("*"):
        return ("contains" if pattern.endswith("*") else "endswith"), inner
    return "startswith", inner


class Rego:
    """Writes bodies as tuples of statements; a disjunction becomes a function with several bodies, written once."""

    def __init__(self) -> None:
        self.helpers: dict[str, str] = {}
        self.out: list[str] = []

    def constant(self, *, value: bool) -> Lines:
        """The empty body is true."""
        return () if value else NEVER

    def both(self, parts: Sequence[Lines]) -> Lines:
        """Statements one after another."""
        return tuple(line for part in parts for line in part)

    def either(self, parts: Sequence[Lines]) -> Lines:
        """A function with one body per part."""
        if () in parts:
            return ()
        return (self.helper([p for p in parts if p != NEVER] or [NEVER]),)

    def helper(self, bodies: Sequence[Lines]) -> str:
        """The call of a function that is true when one of the bodies is."""
        argument = "(c)" if any("c." in line or "(c)" in line for body in bodies for line in body) else ""
        text = "\n".join(_rule(f"NAME{argument}", *body) for body in bodies)
        if text not in self.helpers:
            self.helpers[text] = f"h{len(self.helpers)}"
            self.out.append(text.replace("NAME", self.helpers[text]))
        return self.helpers[text] + argument

    def test(self, atom: ir.Atom, *, wanted: bool) -> Lines:
        """A test; for *surely false* the value must be there."""
        x = f"c.{atom.term.name}" if isinstance(atom.term, ir.Field) else f"input.product[{literal(atom.term.name)}]"
        match atom.test:
            case ir.Is(adjective="known"):
                return (x,) if wanted else (f"not {x}",)
            case ir.Cmp(op=op, value=value):
                return (f"{x} {('==' if op == '=' else op) if wanted else INVERSE[op]} {literal(value)}",)
            case ir.CmpAsOf(op=op, days=days):
                return (f"{x} {op if wanted else INVERSE[op]} {AS_OF + days}",)
            case _:
                call = self.call(atom.test, x)
                return (call,) if wanted else (x, f"not {call}")

    def call(self, test: ir.Test, x: str) -> str:
        """One expression that is true where the test is, undefined or false elsewhere."""
        match test:
            case ir.Is(adjective="valid"):
                return f'startswith({x}, "pkg:")'
            case ir.OneOf(values=values):
                return f"{x} in {members(values)}"
            case ir.Contains(member=member):
                return f"{literal(member)} in {x}"
            case ir.SubsetOf(members=those):
                return self.helper([(x, f"every a in {x} {{ a in {members(those)} }}")])
            case ir.Glob(pattern=pattern):
                function, argument = text_test(pattern)
                return f"{function}({x}, {literal(argument)})"
            case ir.LicenseAllows(ids=ids):
                return self.helper([(f"some o in {x}", f"every i in o {{ i in {members(ids)} }}")])
            case _:
                raise NotImplementedError(test)


EACH = "some c in input.components"
ABOVE = "above(ids) := graph.reachable(input.parents, {p | some i in ids; some p in input.parents[i]})"


def _rule(head: str, *body: str) -> str:
    """One statement a line (regorus refuses lines of more than 1,024 columns)."""
    return "\n\t".join((f"{head} if {{", *(body or ("true",)))) + "\n}"


def _listed(parts: Sequence[str]) -> str:
    return f"count([1 | {'; '.join((EACH, *parts))}])"


def _bad_below(rego: Rego, shape: Shape[str], *, surely: bool) -> str:
    """Write the set of ids above a component that is surely, or not surely not, bad; return its name."""
    name = f"above_{shape.key}_{'t' if surely else 'm'}"
    bad = rail(rego, shape.bad_below, wanted=True)
    inside = bad if surely else (f"not {rego.helper([rail(rego, shape.bad_below, wanted=False)])}",)
    rego.out.append(f"{name} := above({{c.id | {'; '.join((EACH, *inside))}}})")
    return name


def _fails(rego: Rego, shape: Shape[str]) -> list[Lines]:
    """The ways for component `c` to fail."""
    where = rail(rego, shape.where, wanted=True)
    if shape.family == "reach":
        return [(*where, f"c.id in {_bad_below(rego, shape, surely=True)}")]
    body = shape.body.item if isinstance(shape.body, ir.Not) else shape.body
    alternatives = isinstance(body, ir.And) and not isinstance(shape.body, ir.Not)
    if alternatives:
        assert isinstance(body, ir.And)
        return [(*where, *rail(rego, item, wanted=False)) for item in body.items]
    return [(*where, *rail(rego, shape.body, wanted=False))]


def _count(rego: Rego, shape: Shape[str], *, wanted: bool) -> str:
    """The comparison that makes a count surely `wanted`; what is unknown counts against us."""
    assert shape.quant is not None
    inside = rail(rego, shape.quant.where, wanted=True)
    outside = rail(rego, shape.quant.where, wanted=False)
    sure = _listed(inside)
    possible = f"count(input.components) - {_listed(outside)}"
    n = shape.quant.n
    if shape.quant.kind == "at_least":
        return f"{sure} >= {n}" if wanted else f"{possible} < {n}"
    return f"{possible} <= {n}" if wanted else f"{sure} > {n}"


def _deny(rego: Rego, shape: Shape[str]) -> None:
    """What surely fails."""
    applies = rail(rego, shape.applies, wanted=True)
    key = literal(shape.id)
    match shape.family:
        case "product":
            rego.out.append(_rule(f"false_ contains {key}", *applies, *rail(rego, shape.expr, wanted=False)))
        case "count":
            rego.out.append(_rule(f"false_ contains {key}", *applies, _count(rego, shape, wanted=False)))
        case _:
            for body in _fails(rego, shape):
                rego.out.append(_rule(f"fail[{key}] contains c.id", *applies, EACH, *body))


def _full(rego: Rego, shape: Shape[str]) -> None:
    """Both rails, and the rest."""
    key = literal(shape.id)
    applies = rail(rego, shape.applies, wanted=True)
    if shape.conditional:
        rego.out.append(_rule(f"applies contains {key}", *applies))
        rego.out.append(_rule(f"skipped contains {key}", *rail(rego, shape.applies, wanted=False)))
    if shape.family in {"product", "count"}:
        for name, wanted in (("true_", True), ("false_", False)):
            body = (
                rail(rego, shape.expr, wanted=wanted) if shape.quant is None else (_count(rego, shape, wanted=wanted),)
            )
            rego.out.append(_rule(f"{name} contains {key}", *applies, *body))
        return
    outside = rail(rego, shape.where, wanted=False)
    if shape.family == "reach":
        good: Lines = (f"not c.id in {_bad_below(rego, shape, surely=False)}",)
    else:
        good = rail(rego, shape.body, wanted=True)
    bad = rego.helper(_fails(rego, shape))
    fine = rego.helper([g for g in (outside, good) if g != NEVER])
    rego.out.append(_rule(f"fail[{key}] contains c.id", *applies, EACH, bad))
    rego.out.append(_rule(f"unknown[{key}] contains c.id", *applies, EACH, f"not {bad}", f"not {fine}"))
    if shape.quant is not None and shape.quant.kind == "every":
        skip = rego.helper([outside])
        rego.out.append(_rule(f"live_{shape.key}", EACH, f"not {skip}"))
        rego.out.append(_rule(f"live contains {key}", *applies, f"live_{shape.key}"))


def write(shapes: Sequence[Shape[str]], idiom: Idiom) -> str:
    """The whole module; its answers are one document, `data.bench.result`."""
    rego = Rego()
    rego.out.append(ABOVE)
    for shape in shapes:
        rego.out.append(f"\n# {shape.id}: {shape.family}")
        (_deny if idiom == "deny" else _full)(rego, shape)
    parts = (
        ("fail", "false_") if idiom == "deny" else ("fail", "unknown", "live", "true_", "false_", "applies", "skipped")
    )
    result = "result := {" + ", ".join(f"{literal(p)}: {p}" for p in parts) + "}"
    return "\n".join(["package bench", "", *rego.out, "", result, ""])


def read(document: dict[str, object]) -> Raw:
    """What the module says."""
    raw = Raw()

    def ids(name: str) -> list[str]:
        found = document.get(name, [])
        assert isinstance(found, list)
        return found

    for key, target in (("fail", raw.fail), ("unknown", raw.unknown)):
        table = document.get(key, {})
        assert isinstance(table, dict)
        target.update(table)
    raw.truth = dict.fromkeys(ids("true_"), True) | dict.fromkeys(ids("false_"), False)
    raw.applies = dict.fromkeys(ids("applies"), True) | dict.fromkeys(ids("skipped"), False)
    raw.live = set(ids("live"))
    return raw
