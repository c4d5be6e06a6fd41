"""Ways out: parameters get exactly the values that help; what is law comes last."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.dsl import ir
from rulewright.engine.analysis.analyse import analyse
from rulewright.engine.analysis.model import Owner
from rulewright.engine.analysis.parameters import Recompile, places, put, ranges, stretches
from rulewright.facts.types import FieldType, Kind
from rulewright.facts.vocabulary import BUILTIN, Attribute, Vocabulary

VOCABULARY: Vocabulary = BUILTIN.extended([
    Attribute("auth.minutes", FieldType(Kind.INT), "", low=0),
    Attribute("product.radio", FieldType(Kind.BOOL), "", given=True),
])  # fmt: skip
MINUTES = ir.Attr("auth.minutes", "int")
PLACE = ir.Place("a.rw", 1, 1)


def requirement(name: str, *tests: ir.Test, **other: object) -> ir.Requirement:
    lines = tuple(ir.Line(f"check#{n}", "as written", ir.Atom(MINUTES, test), PLACE) for n, test in enumerate(tests, 1))
    plain: dict[str, object] = {
        "id": name, "level": "shall", "severity": "high", "title": name, "scope": ir.Const(value=True),
        "applies": ir.Const(value=True), "lines": lines, "place": PLACE,
    }  # fmt: skip
    return ir.Requirement(**{**plain, **other})  # type: ignore[arg-type]


def program(*wanted: ir.Requirement, force: str = "") -> ir.Program:
    modules = {one.id.partition(":")[0] for one in wanted}
    kind = "standard" if force else "policy"
    return ir.Program(
        language="1",
        modules=tuple(ir.ModuleInfo(kind, name, "1", "", force=force) for name in sorted(modules)),  # type: ignore[arg-type]
        requirements=wanted,
    )


def at_least(value: int) -> ir.Requirement:
    """`auth.minutes >= p`."""
    parameter = ir.Parameter("acme.house", "p", "int", value, 0, 60)
    return requirement("acme.house:p", ir.Cmp(">=", value), params=(parameter,))


def again(changed: Mapping[str, str]) -> list[ir.Program]:
    return [program(at_least(int(changed["acme.house.p"])))]


def test_where_a_parameter_stands_is_found_by_compiling_with_another_value() -> None:
    found = places(at_least(30), at_least(60), 30, 60)
    assert found
    assert put(at_least(30), found, 45).lines == at_least(45).lines
    other = requirement("acme.house:p", ir.Cmp("<=", 60))
    assert places(at_least(30), other, 30, 60) is None, "another test is no other value"


@settings(max_examples=20)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_the_interval_is_that_of_trying_every_value(now: int, most: int, hole: int) -> None:
    other = requirement("acme.house:most", ir.Cmp("<=", most), ir.Cmp("!=", hole))
    owners = [Owner("acme.house:p", "shall", at_least(now)), Owner("acme.house:most", "shall", other)]

    def clashes(changed: Mapping[str, ir.Requirement]) -> bool:
        made = analyse([program(changed["acme.house:p"], other)], VOCABULARY, as_of=0, kinds=("contradiction",))
        return bool(made.findings)

    found = ranges(owners, again, clashes)
    helps = [value for value in range(61) if value <= most and not (value == most == hole)]
    said = [value for item in found for low, high in item.good for value in range(low, high + 1)]
    assert said == helps


def test_a_range_that_is_not_declared_gives_no_values() -> None:
    assert stretches(ir.Parameter("acme.house", "p", "int", 30), [at_least(30)]) == []


def ways(*programs: ir.Program, recompile: Recompile | None = None) -> list[str]:
    (finding,) = analyse(programs, VOCABULARY, as_of=0, recompile=recompile).findings
    return [f"{repair.kind} {repair.requirement}" for repair in finding.repairs]


def test_laws_come_last_and_what_should_be_comes_first() -> None:
    law = program(requirement("eu.law:a", ir.Cmp(">=", 10)), force="law")
    contract = program(requirement("card.rules:b", ir.Cmp("<=", 5)), force="contract")
    assert ways(law, contract) == ["waive card.rules:b", "waive eu.law:a"]
    soft = program(requirement("card.rules:b", ir.Cmp("<=", 5), level="should"), force="contract")
    assert ways(law, soft)[0] == "waive card.rules:b"
    read = program(requirement("eu.law:a", ir.Cmp(">=", 10), reading="seconds, not minutes"), force="law")
    assert ways(read, contract)[0] == "reading eu.law:a"


def test_a_parameter_comes_before_a_waiver() -> None:
    contract = program(requirement("card.rules:b", ir.Cmp("<=", 5)), force="contract")
    assert ways(program(at_least(30)), contract, recompile=again)[0] == "parameter acme.house:p"


def test_a_domain_that_closes_the_door_is_named() -> None:
    low = program(requirement("acme.house:low", ir.Cmp("<", 1)))
    other = program(requirement("acme.other:not", ir.Cmp("!=", 0)))
    (finding,) = analyse([low, other], VOCABULARY, as_of=0).findings
    assert finding.why[-1] == "`auth.minutes` is declared to be at least 0: only that rules out -1."
    (finding,) = analyse([low, program(requirement("acme.other:not", ir.Cmp(">=", 5)))], VOCABULARY, as_of=0).findings
    assert not any("declared" in said for said in finding.why)
