"""Products of the analysis: what units say of a context and a design, the reference interpreter says of the product."""

from __future__ import annotations

import pytest

from rulewright.dsl import ir
from rulewright.engine.analysis import witness
from rulewright.engine.analysis.model import AS_OF as DAY
from rulewright.engine.analysis.model import Context, Design, Problem
from rulewright.engine.analysis.normalise import abstract, build
from rulewright.engine.analysis.space import Space
from tests.engine.analysis.wild import AS_OF, PLACE, TRUE, Wild, design_of, made, met, program, vocabulary

SHARES, CASES, PRODUCTS = 2, 40, 5


def parted(problem: Problem, whole: Design) -> tuple[Context, Design]:
    """Context and design of a whole product."""
    given = {var for var, variable in enumerate(problem.variables) if variable.given}
    cells = {var: cell for var, cell in whole.cells.items() if var in given}
    numbers = {var: number for var, number in whole.numbers.items() if var in given}
    rest = {var: cell for var, cell in whole.cells.items() if var not in given}
    exact = {var: number for var, number in whole.numbers.items() if var not in given}
    return Context(cells, numbers), Design(rest, exact, whole.elements)


def check(seed: int, problem: Problem, space: Space, wild: Wild) -> None:
    whole = design_of(space, made(wild, space))
    context, design = parted(problem, whole)
    facts = witness.product(problem, context, design)
    expected = met(problem, 0, whole)
    if expected is not None and not problem.unknowns:
        assert witness.satisfied(problem, 0, facts) in ({True} if expected else {False, None}), (seed, whole)


@pytest.mark.parametrize("share", range(SHARES))
def test_a_product_is_judged_as_its_cells(share: int) -> None:
    for seed in range(share * CASES, (share + 1) * CASES):
        wild = Wild(seed + 20_000)
        problem, space = abstract([program(wild.requirement())], vocabulary(), as_of=AS_OF)
        for _ in range(PRODUCTS):
            check(seed, problem, space, wild)


def rule(check: ir.Expr, **parts: object) -> ir.Requirement:
    return ir.Requirement(
        id="toy:r", level="shall", severity="low", title="t", scope=TRUE, applies=TRUE,
        lines=(ir.Line("check#1", "", check, PLACE),), place=PLACE, **parts,  # type: ignore[arg-type]
    )  # fmt: skip


def attr(name: str, kind: str, test: ir.Test) -> ir.Atom:
    return ir.Atom(ir.Attr(name, kind), test)


def test_what_is_left_free_obeys_background_axioms() -> None:
    on, off = attr("own.bool", "bool", ir.Cmp("=", value=True)), attr("own.bool2", "bool", ir.Cmp("=", value=True))
    axiom = ir.Axiom("toy:one_of_two", ir.Or((on, off)), "one of two", PLACE)
    rules = program(rule(ir.Not(on)), axioms=(axiom,))
    problem = build([rules], vocabulary(), as_of=AS_OF)
    var = next(n for n, v in enumerate(problem.variables) if v.name == "own.bool")
    facts = witness.product(problem, Context({}), Design({var: 0}))
    assert facts.attribute("own.bool2", 0).value is True
    assert [witness.satisfied(problem, owner, facts) for owner in (0, 1)] == [True, True]


def test_the_day_of_the_run_goes_with_the_product() -> None:
    late = rule(attr("own.bool", "bool", ir.Cmp("=", value=True)), valid_from=AS_OF + 10)
    problem = build([program(late)], vocabulary(), as_of=AS_OF)
    day, own = (next(n for n, v in enumerate(problem.variables) if v.name == name) for name in (DAY, "own.bool"))
    answers = []
    for cell in range(len(problem.variables[day].cells)):
        facts = witness.product(problem, Context({day: cell}), Design({own: 0}))
        answers.append((facts.attribute(DAY, 0).value, witness.satisfied(problem, 0, facts)))
    assert answers == [(AS_OF, True), (AS_OF + 10, False)]


def test_every_list_that_is_asked_for_is_there_and_complete() -> None:
    body = ir.Atom(ir.Field("p", "part", "ok", "bool"), ir.Cmp("=", value=True))
    problem = build([program(rule(ir.Quant("some", "p", "part", TRUE, body)))], vocabulary(), as_of=AS_OF)
    facts = witness.product(problem, Context({}), Design({}))
    assert witness.satisfied(problem, 0, facts) is False
    assert facts.tables["part"].size == 0
