"""Numbers without a bound: none is taken not to exist, and givens that one choice is compared with stand in every order."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import reduce
from itertools import combinations
from random import Random
from typing import Any

import numpy as np
import pytest

from rulewright.dsl import ir
from rulewright.engine.analysis.analyse import analyse
from rulewright.engine.analysis.diff import diff
from rulewright.facts.types import FieldType, Kind, Value
from rulewright.facts.vocabulary import Attribute, Vocabulary
from tests.engine.analysis.wild import AS_OF, PLACE, TRUE, program

KINDS = {"int": Kind.INT, "decimal": Kind.DECIMAL, "date": Kind.DATE, "bool": Kind.BOOL}


def _attribute(name: str, kind: str, *, given: bool, low: int | None = None) -> Attribute:
    return Attribute(name, FieldType(KINDS[kind]), name, given=given, low=low)


VOCABULARY = Vocabulary(
    {},
    {
        one.name: one
        for one in [
            *(_attribute(f"{kind}.{n}", kind, given=True) for kind in ("int", "decimal", "date") for n in "abc"),
            *(_attribute(f"{kind}.{n}", kind, given=False) for kind in ("int", "decimal", "date") for n in "xyz"),
            *(_attribute(f"low.{n}", "int", given=n != "x", low=0) for n in "abx"),
            _attribute("own.s", "bool", given=False),
        ]
    },
)
S = ir.Atom(ir.Attr("own.s", "bool"), ir.Cmp("=", value=True))


def attr(name: str) -> ir.Attr:
    """An attribute, whose kind its name says."""
    kind = name.partition(".")[0]
    return ir.Attr(name, {"low": "int", "own": "bool"}.get(kind, kind))


def to(name: str, op: ir.Comparison, value: Value | str) -> ir.Expr:
    """A comparison with a constant, or with another attribute."""
    if isinstance(value, str):
        return ir.Atom(attr(name), ir.CmpAttr(op, attr(value)))
    return ir.Atom(attr(name), ir.Cmp(op, value))


def rule(name: str, *checks: ir.Expr, when: ir.Expr = TRUE) -> ir.Requirement:
    """A requirement."""
    lines = tuple(ir.Line("check", "", check, PLACE) for check in checks)
    return ir.Requirement(
        id=f"t:{name}", level="shall", severity="low", title=name, scope=TRUE, applies=when, lines=lines, place=PLACE
    )


def found(*rules: ir.Requirement, facts: dict[str, Value] | None = None, **parts: object) -> list[list[str]]:
    """The contradictions, by their members."""
    made = analyse([program(*rules, **parts)], VOCABULARY, as_of=AS_OF, facts=facts, kinds={"contradiction"})
    assert all(finding.verified for finding in made.findings)
    return [[member.requirement.partition(":")[2] for member in finding.members] for finding in made.findings]


FAR = 2_000_000_000


def test_a_far_number_can_be_chosen() -> None:
    for value in (FAR, 5 * 10**18, 10**30):
        assert found(rule("r1", to("int.x", ">", value))) == []
        assert found(rule("r1", to("int.x", ">", value)), rule("r2", to("int.x", "<=", value))) == [["r1", "r2"]]
        assert found(rule("r1", to("int.x", "<", -value))) == []
        assert found(rule("r1", to("decimal.x", ">", value * 10**9))) == []


def test_a_far_number_can_be_given() -> None:
    one, two = rule("r1", S, when=to("int.a", ">", FAR)), rule("r2", ir.Not(S))
    assert found(one, two) == [["r1", "r2"]]
    assert found(one, two, facts={"int.a": 5_000_000_000}) == [["r1", "r2"]]
    assert found(one, two, facts={"int.a": 10**20}) == [["r1", "r2"]]
    assert found(one, two, facts={"int.a": FAR}) == []


def test_far_numbers_differ() -> None:
    old, new = program(rule("r", to("low.x", "<=", 5 * 10**9))), program(rule("r", to("low.x", "<=", 6 * 10**9)))
    assert [change.effect for change in diff(old, new, VOCABULARY, as_of=AS_OF).changes] == ["weaker"]


# --- one choice beside several givens ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "x"), [(f"{kind}.a", f"{kind}.b", f"{kind}.x") for kind in ("int", "decimal", "date", "low")]
)
def test_a_choice_between_two_givens(a: str, b: str, x: str) -> None:
    above, below = rule("r1", to(x, ">=", a)), rule("r2", to(x, "<=", b))
    assert found(above, below) == [["r1", "r2"]]
    assert found(rule("r1", to(x, "=", a)), rule("r2", to(x, "=", b))) == [["r1", "r2"]]
    assert found(rule("r1", to(x, ">=", a), to(x, "<=", b))) == [["r1"]]
    assert found(above, below, axioms=(axiom(to(b, ">", a)),)) == []
    strict = rule("r1", to(x, ">", a)), rule("r2", to(x, "<", b))
    assert found(*strict, axioms=(axiom(to(b, ">", a)),)) == [["r1", "r2"]]


def axiom(expr: ir.Expr) -> ir.Axiom:
    """Background knowledge."""
    return ir.Axiom("t:k", expr, "", PLACE)


def test_a_chain_of_choices_between_two_givens() -> None:
    chain = [
        rule("r1", to("int.x", ">", "int.a")),
        rule("r2", to("int.y", ">", "int.x")),
        rule("r3", to("int.y", "<", "int.b")),
    ]
    assert found(*chain, axioms=(axiom(to("int.b", ">", "int.a")),)) == [["r1", "r2", "r3"]]
    days = ir.Atom(attr("date.y"), ir.CmpAttr(">=", attr("date.x"), 0, 90))
    moved = [rule("r1", to("date.x", ">=", "date.a")), rule("r2", days), rule("r3", to("date.y", "<=", "date.b"))]
    assert found(*moved, axioms=(axiom(to("date.b", ">", "date.a")),)) == [["r1", "r2", "r3"]]
    apart = ir.Atom(attr("date.b"), ir.CmpAttr(">=", attr("date.a"), 0, 90))
    assert found(*moved, axioms=(axiom(apart),)) == []


def test_a_choice_that_two_givens_hold_fast() -> None:
    near = ir.Atom(attr("date.y"), ir.CmpAttr("<=", attr("date.x"), 0, 90))
    held = [rule("r1", to("date.x", "=", "date.a")), rule("r2", to("date.y", "=", "date.b")), rule("r3", near)]
    assert found(*held, axioms=(axiom(to("date.b", ">", "date.a")),)) == [["r1", "r2", "r3"]]


# --- by brute force ------------------------------------------------------------------------------------------------------

SIGNS: dict[ir.Comparison, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
WIDE, WIDER = 9, 13
"""Givens up to here, designs up to there: beyond, with so few comparisons and constants of 0 and 2, nothing is new."""


def drawn(seed: int) -> tuple[list[ir.Requirement], tuple[ir.Axiom, ...]]:
    """Two or three requirements on one or two choices and two givens."""
    random = Random(seed)
    choices = ["int.x", "int.y"] if random.random() < 0.4 else ["int.x"]

    def test(left: list[str], right: list[str | int]) -> ir.Expr:
        one = random.choice(left)
        other = random.choice([name for name in right if name != one])
        return to(one, random.choice(list(SIGNS)), other)

    def line() -> ir.Expr:
        tests = [test(choices, ["int.a", "int.a", "int.b", "int.b", *choices, 0, 2]) for _ in range(2)]
        return tests[0] if random.random() < 0.7 else ir.Or(tuple(tests))

    def condition() -> ir.Expr:
        return test(["int.a", "int.b"], ["int.a", "int.b", 0, 2]) if random.random() < 0.4 else TRUE

    rules = [rule(f"r{n}", line(), when=condition()) for n in range(random.randint(2, 3))]
    axioms = (axiom(test(["int.a", "int.b"], ["int.a", "int.b", 0])),) if random.random() < 0.4 else ()
    return rules, axioms


def truth(expr: ir.Expr, values: dict[str, Any]) -> Any:
    """An expression on all values."""
    match expr:
        case ir.Const(value):
            return value
        case ir.Or(items):
            return reduce(np.logical_or, [truth(item, values) for item in items])
        case ir.Atom(ir.Attr(name), ir.CmpAttr(op, other)):
            return SIGNS[op](values[name], values[other.name])
        case ir.Atom(ir.Attr(name), ir.Cmp(op, value)):
            return SIGNS[op](values[name], value)
        case _:
            raise TypeError(expr)


def contradictions(rules: list[ir.Requirement], axioms: tuple[ir.Axiom, ...]) -> list[list[str]]:
    """The minimal sets of requirements that some context leaves no design for."""
    given, free = np.arange(-WIDE, WIDE + 1), np.arange(-WIDER, WIDER + 1)
    values = dict(zip(("int.a", "int.b", "int.x", "int.y"), np.ix_(given, given, free, free), strict=True))
    there = np.broadcast_to(reduce(np.logical_and, [truth(a.expr, values) for a in axioms], np.True_), (19, 19, 1, 1))
    met = {r.title: np.logical_not(truth(r.applies, values)) | truth(r.lines[0].expr, values) for r in rules}
    names: list[frozenset[str]] = []
    for size in range(1, len(rules) + 1):
        for members in map(frozenset, combinations(met, size)):
            possible = np.broadcast_to(reduce(np.logical_and, [met[n] for n in members]), (19, 19, 27, 27))
            fails = there[:, :, 0, 0] & ~possible.any(axis=(2, 3))
            if not any(smaller <= members for smaller in names) and fails.any():
                names.append(members)
    return sorted(sorted(members) for members in names)


@pytest.mark.parametrize("share", range(4))
def test_givens_in_every_order_by_brute_force(share: int) -> None:
    said = 0
    for seed in range(share, 60, 4):
        rules, axioms = drawn(seed)
        wanted = contradictions(rules, axioms)
        assert sorted(map(sorted, found(*rules, axioms=axioms))) == wanted, seed
        said += len(wanted)
    assert said
