"""Numbers without a bound: none is taken not to exist, and givens that one choice is compared with stand in every order."""

from __future__ import annotations

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
