"""The tests in the packs hold what the checks say: a line taken out is noticed.

All lines of all packs and of all objectives are taken out in turn, one product a test, one evaluation a day: that is cheap.
"""

from __future__ import annotations

from rulewright import dsl
from rulewright.engine.trial.mutation import mutants
from rulewright.engine.trial.nearby import Nearby
from rulewright.engine.trial.proof import Prover
from rulewright.engine.trial.run import DAY, exprs, run_on
from rulewright.facts.stack import ProductFacts
from tests.standards.mutants import Mutant, everything, survivors
from tests.standards.packs import PACKS, layer_of, layers, shipped_vocabulary, sources
from tests.standards.suite import ask, bare, declared, facts_of, trials_of

OFF_BY_DEFAULT = {"eu.cra@2024:AI.I.2.b check#4"}
"""Lines that a parameter switches on, which tests in a file cannot set: that the parameter matters is tested below."""

PARTS_ALIVE = 215
"""How many operands no test holds yet.  Many cannot be held: `x is known and …` says of an unknown what is so anyway.

May fall, never rise.
"""


def of_kind(kind: str) -> list[Mutant]:
    return [mutant for mutant in everything() if mutant.kind == kind]


def test_every_line_of_every_check_is_held_by_a_test_in_the_file() -> None:
    lines = of_kind("line")
    assert len(lines) > 1900
    assert set(survivors(lines)) == OFF_BY_DEFAULT


def test_every_line_of_every_objective_is_held_by_a_test_of_some_pack() -> None:
    lines = of_kind("objective")
    assert len({mutant.name for mutant in lines}) > 180
    assert survivors(lines) == {}


def test_operands_are_held_better_than_before() -> None:
    own = [one for one in of_kind("operand") if one.made.where.startswith("check#")]
    assert len(own) > 1500
    assert len(survivors(own)) <= PARTS_ALIVE


def test_what_is_proven_to_change_nothing_changes_nothing() -> None:
    """Proofs, against the evaluator on every product near the tests of the requirement."""
    (pack,) = (pack for pack in PACKS if pack.id == "cen.en_18031")
    number = layers().index(layer_of(pack))
    trial, vocabulary = trials_of(number), shipped_vocabulary()
    prover, seen = Prover(vocabulary, DAY), 0
    for asked in list(trial.asked(requirement.id for requirement in pack.requirements().values()))[::12]:
        made = mutants(asked.requirement)
        same = [one for one in made if prover.same(asked.requirement, one.changed)]
        looked = [expr for one in made for expr in exprs(one.changed)]
        nearby = Nearby(looked, vocabulary, asked.day, graded=False)
        bases = [case for case in asked.cases[:3] for case in nearby.changed(case)]
        products = [facts_of(number, case) for case in bases]
        run = run_on(trial.program, [asked.requirement, *(one.changed for one in same)], products, asked.day)
        assert len({run.verdicts(place) for place in range(len(same) + 1)}) == 1, asked.requirement.id
        seen += len(same) * len(products)
    assert seen > 2_000


def test_a_line_that_a_parameter_switches_on_decides_then() -> None:
    (pack,) = (pack for pack in PACKS if pack.id == "eu.cra")
    literal = dsl.compile(sources(), [pack.file], shipped_vocabulary(), {"original_state_includes_firmware": "true"})
    assert literal.program is not None
    (wanted,) = (r for r in literal.program.requirements if r.id == "eu.cra:AI.I.2.b")
    (case,) = (c for c in pack.tests() if c.requirement == wanted.id and c.expect == "pass")
    assert case.as_of is not None
    product = facts_of(0, case)
    found = {}
    for restored in (True, False):
        facts = {**product.attributes, **declared({"cfg.reset_restores_firmware": restored})}
        changed = ProductFacts(product.product, facts, product.tables)
        found[restored] = ask(bare(literal.program, [wanted]), [changed], case.as_of).verdict(0, 0)
    assert found == {True: "pass", False: "fail"}
