"""The work plan: what forms an item, in which order, and what waits for the facts that decide what applies."""

from __future__ import annotations

import msgspec

from rulewright.dsl import ir
from rulewright.engine import report
from rulewright.engine.answers import Answers
from rulewright.engine.reference import Reference
from rulewright.engine.result import Report
from rulewright.engine.worklist import Item, Risk, Work, encode, plan
from rulewright.facts.base import FactBase
from tests.engine.made import AS_OF, PLACE, attr, components, facts, field, quant, requirement

A, B, C, D = (attr(f"x.{name}", ir.Cmp("=", value=True)) for name in "abcd")
OBJECTIVES = (
    ir.Objective(id="LOW", title="of low risk", threats=("1",), fix="Do low.", effort="code"),
    ir.Objective(id="HIGH", title="of high risk", threats=("1", "2", "3"), fix="Do high.", effort="document"),
)
MODULE = ir.ModuleInfo("standard", "std", "2", "0" * 64)


class ByThreats(msgspec.Struct):
    """A hundred points a threat."""

    def risk(self, objective: ir.Objective, answers: Answers, product: int) -> Risk:
        """The number of threats; the others are for rankers that look at the product."""
        assert answers.facts.products[product].id
        return Risk(100 * len(objective.threats), (f"{len(objective.threats)} threats",))


def run(known: FactBase, *requirements: ir.Requirement, **parts: object) -> tuple[Answers, Report]:
    """One run."""
    made = ir.Program(
        language="1",
        modules=(MODULE,),
        requirements=requirements,
        objectives=OBJECTIVES,
        **parts,  # type: ignore[arg-type]
    )
    answers = Reference(made, known, AS_OF)
    return answers, report.build(answers)


def work(known: FactBase, *requirements: ir.Requirement, **parts: object) -> Work:
    """The plan of one run."""
    return plan([run(known, *requirements, **parts)], ByThreats(), "by threats")


def of(name: str, *lines: ir.Expr, objective: str = "", **parts: object) -> ir.Requirement:
    """A requirement of an objective."""
    return requirement(*lines, id=f"std:{name}", objective=(objective,) if objective else (), **parts)


def names(made: Work) -> list[tuple[str, str]]:
    """The items in short."""
    return [(item.kind, item.objective or item.title) for item in made.items]


def test_one_item_for_an_objective_of_several_requirements() -> None:
    made = work(facts(x__a=False), of("1", A, objective="LOW"), of("2", A, objective="LOW", level="should"))
    (item,) = made.items
    assert [(c.requirement, c.edition, c.closed, c.proven, c.blocks) for c in item.clauses] == [
        ("std:1", "2", True, True, True),
        ("std:2", "2", True, True, False),
    ]
    assert (item.fix, item.effort, item.proven, len(item.steps)) == ("Do low.", "code", True, 1)
    assert (made.open_requirements, made.undecided, made.blocking) == (2, 0, 1)


def test_gaps_by_risk_then_what_is_not_known_by_risk_for_its_cost() -> None:
    made = work(
        facts(x__a=False, x__b=False),
        of("unknown-high", C, objective="HIGH"),
        of("gap-own", A, threats=("1", "2")),
        of("gap-low", B, objective="LOW"),
        of("unknown-own", D, threats=("1", "2")),
        detectors={"x.c": ("manual",), "x.d": ("sbom",)},
    )
    assert names(made) == [("gap", "t"), ("gap", "LOW"), ("unknown", "t"), ("unknown", "HIGH")]
    assert [item.cost for item in made.items] == [20, 20, 1, 7]


def test_of_the_same_risk_what_blocks_comes_first_then_severity() -> None:
    made = work(
        facts(x__a=False),
        of("a", A, level="should", severity="critical"),
        of("b", A, severity="low"),
        of("c", A, severity="critical"),
    )
    assert [item.clauses[0].requirement for item in made.items] == ["std:c", "std:b", "std:a"]


def test_a_requirement_of_two_objectives_stands_in_both_and_is_closed_by_neither() -> None:
    lines = tuple(
        ir.Line(f"check#{n}", f"line {n}", expr, PLACE, objective)
        for n, (expr, objective) in enumerate(((A, "LOW"), (B, "HIGH")), 1)
    )
    wanted = msgspec.structs.replace(of("1", A), lines=lines, objective=("LOW", "HIGH"))
    made = work(facts(x__a=False, x__b=False), wanted)
    assert names(made) == [("gap", "HIGH"), ("gap", "LOW")]
    assert not any(clause.closed or clause.proven for item in made.items for clause in item.clauses)
    assert not any(item.proven for item in made.items)
    one = work(facts(x__a=False, x__b=True), wanted)
    assert [(c.closed, c.proven) for item in one.items for c in item.clauses] == [(True, True)]


def test_what_may_not_apply_forms_no_item_but_waits_for_facts() -> None:
    made = work(
        facts(x__a=False),
        of("1", A, applies=B),
        of("2", A, applies=ir.And((B, C))),
        of("3", A, scope=B, applies=C),
        of("4", A, applies=ir.Not(A)),
        detectors={"x.b": ("manual", "document")},
    )
    assert [c.requirement for item in made.items for c in item.clauses] == ["std:4"]
    assert made.undecided == 3
    assert [(d.fact, d.requirements, d.now, d.detectors) for d in made.decide] == [
        ("x.b", 3, "missing", ("document", "manual")),
        ("x.c", 2, "missing", ("sbom",)),
    ]
    assert [(w.standard, w.requirements) for w in made.decide[0].standards] == [("std@2", 3)]


def test_a_question_may_decide() -> None:
    name = "answer:std@2:1"
    made = work(facts(x__a=False), of("1", A, applies=attr(name, ir.Cmp("=", value=True))), questions={name: "Is it?"})
    assert [(d.fact, d.question, d.detectors) for d in made.decide] == [(name, "Is it?", ("manual",))]


def test_every_open_requirement_is_in_an_item_or_waits() -> None:
    known = facts(components([{"name": "a", "supplier": None}]), x__a=False, x__b=True)
    every = quant("every", field("supplier", ir.Is("known")))
    wanted = [
        of(f"{number}", *lines, applies=applies)
        for number, (applies, lines) in enumerate(
            (applies, lines) for applies in (A, B, C) for lines in ((A,), (B,), (C,), (every,), (A, C, every))
        )
    ]
    answers, judged = run(known, *wanted)
    made = plan([(answers, judged)], ByThreats(), "by threats")
    open_ = {r.requirement for r in judged.results if r.verdict in {"fail", "unknown"}}
    planned = {clause.requirement for item in made.items for clause in item.clauses}
    assert planned < open_
    assert len(planned) == made.open_requirements
    assert len(open_ - planned) == made.undecided


def test_what_is_waived_is_no_work() -> None:
    waiver = ir.Waiver(
        id="w",
        requirement="std:1",
        product="*",
        because="because",
        approved_by="Jo",
        approved_on=AS_OF - 1,
        until=AS_OF + 1,
        provided=ir.Const(value=True),
        place=PLACE,
    )
    made = work(facts(x__a=False), of("1", A), waivers=(waiver,))
    assert (made.items, made.open_requirements, made.blocking) == ((), 0, 0)


def test_what_passes_or_does_not_apply_is_no_work() -> None:
    made = work(facts(x__a=True, x__b=False), of("1", A), of("2", B, applies=B), of("3", A, valid_from=AS_OF + 1))
    assert (made.items, made.decide, made.open_requirements, made.undecided) == ((), (), 0, 0)


def test_runs_over_the_same_product_are_one_plan() -> None:
    """Two editions of a standard: one item for the objective, one value for the fact."""
    known = facts(x__n=4)
    runs = [run(known, of("1", attr("x.n", ir.Cmp(">=", bound), "int"), objective="LOW")) for bound in (8, 12)]
    (item,) = plan(runs, ByThreats(), "by threats").items
    assert [(s.fact, s.to, s.wanted) for s in item.steps] == [("x.n", "12", "x.n >= 12")]
    assert len(item.clauses) == 2
    assert item.proven


def test_standards_that_want_different_things_are_told() -> None:
    made = work(facts(x__a=False), of("1", A), of("2", ir.Not(A)))
    assert [[(b.requirement, b.then) for b in item.breaks] for item in made.items] == [[("std:2", "fail")]]


def test_what_would_no_longer_be_known_to_pass_is_told() -> None:
    made = work(facts(x__a=False), of("1", A), of("2", ir.Or((ir.Not(A), B))))
    assert [[(b.requirement, b.then) for b in item.breaks] for item in made.items] == [[("std:2", "unknown")]]


def test_a_requirement_with_a_fix_of_its_own_is_told_by_it() -> None:
    own = of("1", A, objective="LOW", fix="Do it so.", effort="document")
    (alone,) = work(facts(x__a=False), own).items
    assert (alone.fix, alone.effort, [c.fix for c in alone.clauses]) == ("Do it so.", "document", ["Do it so."])
    (both,) = work(facts(x__a=False), own, of("2", A, objective="LOW", fix="Do low.")).items
    assert (both.fix, both.effort, [c.fix for c in both.clauses]) == ("Do low.", "code", ["Do it so.", ""])


def test_a_part_of_a_requirement_does_not_hide_what_the_objective_says() -> None:
    lines = tuple(
        ir.Line(f"check#{n}", f"line {n}", expr, PLACE, name)
        for n, (expr, name) in enumerate(((A, "LOW"), (B, "HIGH")), 1)
    )
    wanted = msgspec.structs.replace(of("1", A, fix="Do both."), lines=lines, objective=("LOW", "HIGH"))
    made = work(facts(x__a=False, x__b=False), wanted)
    assert [(item.fix, item.clauses[0].fix) for item in made.items] == [
        ("Do high.", "Do both."),
        ("Do low.", "Do both."),
    ]


def test_that_nothing_applies_is_told() -> None:
    assert work(facts(x__a=False), of("1", B, applies=A)).nothing_applies
    assert not work(facts(x__a=False, x__b=True), of("1", B, applies=A), of("2", B)).nothing_applies
    assert not work(facts(), of("1", B, applies=A)).nothing_applies


def test_an_item_without_an_objective_is_known_by_what_it_looks_at() -> None:
    """So that a ranker can tell how exposed it is."""
    seen: list[tuple[str, ...]] = []

    class Spy(msgspec.Struct):
        def risk(self, objective: ir.Objective, answers: Answers, product: int) -> Risk:
            assert answers.facts.products[product].id
            seen.append(objective.attributes)
            return Risk(0)

    plan([run(facts(), of("1", ir.Or((A, quant("some", field("name", ir.Is("known")))))))], Spy(), "spy")
    assert seen == [("x.a", "component")]


def test_equal_inputs_give_equal_bytes() -> None:
    made = [of("1", A, objective="LOW"), of("2", B, applies=C), of("3", D, objective="HIGH")]
    first, second = (encode(work(facts(x__a=False), *order)) for order in (made, made[::-1]))
    assert msgspec.json.decode(first, type=Work).items == msgspec.json.decode(second, type=Work).items
    assert encode(work(facts(x__a=False), *made)) == first


def test_the_least_is_chosen_for_an_item_of_many_facts() -> None:
    """Beyond the ways that are followed the plan still closes what it says."""
    bools = [attr(f"y.n{n}", ir.Cmp("=", value=True)) for n in range(40)]
    pairs = tuple(ir.Or((bools[n], bools[n + 1])) for n in range(0, 40, 2))
    made: list[Item] = list(work(facts(**{f"y__n{n}": False for n in range(40)}), of("1", *pairs)).items)
    assert len(made[0].steps) == 20
    assert made[0].proven
