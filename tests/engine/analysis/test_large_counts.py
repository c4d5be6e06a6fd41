"""Counts beyond what a design can list: no crash and no untruth; what is not looked into is told."""

from __future__ import annotations

import pytest

from rulewright.dsl import ir
from rulewright.engine.analysis.analyse import OFFERED, analyse
from rulewright.engine.analysis.diff import diff
from rulewright.facts.vocabulary import Vocabulary
from tests.engine.analysis.test_unbounded import rule
from tests.engine.analysis.wild import AS_OF, TRUE, program, vocabulary

VOCABULARY: Vocabulary = vocabulary()


def count(kind: ir.QuantifierKind, n: int, word: str = "") -> ir.Quant:
    """So many parts, of a sort."""
    where: ir.Expr = ir.Atom(ir.Field("p", "part", "sort", "enum"), ir.Cmp("=", word)) if word else TRUE
    return ir.Quant(kind, "p", "part", where, TRUE, n=n)


@pytest.mark.parametrize("most", [999_999, 1_000_000])
def test_large_counts_are_told(most: int) -> None:
    rules = rule("r1", count("at_least", 1_000_000)), rule("r2", count("at_most", most))
    made = analyse([program(*rules)], VOCABULARY, as_of=AS_OF, kinds=OFFERED)
    assert made.findings == ()
    assert {unknown.owner for unknown in made.extent.unknowns} == {"t:r1", "t:r2"}


def test_large_counts_of_different_things_are_not_contrary() -> None:
    rules = rule("r1", count("at_least", 2000, "north")), rule("r2", ir.Not(count("at_least", 2000, "south")))
    assert analyse([program(*rules)], VOCABULARY, as_of=AS_OF).findings == ()


def test_a_difference_of_large_counts() -> None:
    old, new = (program(rule("r", count("at_most", n))) for n in (1_000_000, 999_999))
    assert diff(old, new, VOCABULARY, as_of=AS_OF).unknowns


def test_many_counts_are_too_many_together() -> None:
    rules = [rule(f"r{n}", count("at_least", 1000 - n, "north"), count("at_most", 5, "south")) for n in range(12)]
    made = analyse([program(*rules)], VOCABULARY, as_of=AS_OF)
    assert made.findings == ()
    assert made.extent.unknowns
    assert not analyse([program(*rules[:5])], VOCABULARY, as_of=AS_OF).extent.unknowns
