"""Units are the requirement: on random complete products they are met exactly where the reference interpreter says so."""

from __future__ import annotations

import pytest

from rulewright.engine.analysis.normalise import abstract
from rulewright.engine.reference import Reference
from tests.engine.analysis.wild import Wild, design_of, facts_of, made, met, program, vocabulary

SHARES, CASES, PRODUCTS = 4, 40, 8


def agree(seed: int) -> int:
    """Compare one requirement on some products; how many were decided."""
    wild = Wild(seed)
    wanted = wild.requirement()
    rules = program(wanted)
    problem, space = abstract([rules], vocabulary(), as_of=20_480)
    decided = 0
    for _ in range(PRODUCTS):
        product = made(wild, space)
        verdict = Reference(rules, facts_of(product), product.day).verdict(0, 0)
        found = met(problem, 0, design_of(space, product))
        assert found in {None, verdict in {"pass", "not_applicable"}}, (seed, product, wanted)
        assert found is not None or problem.unknowns, (seed, problem.unknowns)
        decided += found is not None
    return decided


@pytest.mark.parametrize("share", range(SHARES))
def test_units_are_the_requirement(share: int) -> None:
    decided = sum(agree(seed) for seed in range(share * CASES, (share + 1) * CASES))
    assert decided > CASES * PRODUCTS // 2
