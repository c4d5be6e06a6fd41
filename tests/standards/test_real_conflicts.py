"""Pairs of real clauses: each is classed as the tables say, and its witnesses are what the evaluator says that they are."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from docs.scripts import real_conflicts
from docs.scripts.real_conflicts import EXPERT, Row, answer, rows
from rulewright.engine.analysis.pairs import Pair
from rulewright.engine.analysis.witness import product, satisfied

ARGUED = {"K56", "K63"}
"""Rows that are not classed as the expert did; the table argues why."""

ALL = [*rows("catalogue.tsv"), *rows("more.tsv")]


@pytest.mark.parametrize("row", ALL, ids=[row.id for row in ALL])
def test_a_pair_is_classed_as_the_table_says(row: Row) -> None:
    found = answer(row)
    assert found.pair.kind == row.ours
    assert {found.problem.owners[n].id.partition(":")[2] for n in (found.pair.first, found.pair.second)} == {
        name.partition(":")[2] for name in (row.a, row.b)
    }
    assert not found.problem.unknowns
    _witnessed(row, found.pair)


def _witnessed(row: Row, pair: Pair) -> None:
    """Each product that the answer shows meets what it is said to meet, and the answer shows what its kind needs."""
    problem = answer(row).problem
    kinds = {(witness.first, witness.second) for witness in pair.witnesses}
    match pair.kind:
        case "contradiction" | "tension" | "right":
            assert kinds == {(True, False), (False, True)}
        case "stricter_dominates":
            assert kinds == {(True, True), (pair.stricter == pair.second, pair.stricter == pair.first)}
        case "jointly_satisfiable" | "moot":
            assert kinds == {(True, True), (True, False), (False, True)}
        case "equivalent":
            assert kinds == {(True, True)}
        case "separated":
            assert pair.context is None
            assert all(pair.boundary)
        case _:
            assert pair.kind == "independent"
    if row.about:  # what is shown meets the demands on one fact, not the whole clauses
        return
    for witness in pair.witnesses:
        shown = product(problem, witness.context, witness.design)
        assert satisfied(problem, pair.first, shown) is witness.first, row.id
        assert satisfied(problem, pair.second, shown) is witness.second, row.id
        for number, owner in enumerate(problem.owners):
            assert owner.strength != "axiom" or satisfied(problem, number, shown) is not False, owner.id


def test_pairs_are_classed_as_the_experts_did_or_the_difference_is_argued() -> None:
    differ = {row.id for row in rows("catalogue.tsv") if row.ours not in EXPERT[row.expert]}
    assert differ == ARGUED
    assert all(row.why for row in ALL)
    assert len({row.id for row in ALL}) == len(ALL)


def test_the_catalogue_is_whole(shared: Path) -> None:
    with (shared / "catalogs/conflicts.csv").open(encoding="utf-8", newline="") as stream:
        experts = {line["conflict_id"]: line["expert_verdict"] for line in csv.DictReader(stream)}
    assert {row.id: row.expert for row in rows("catalogue.tsv")} == experts


def test_the_page_is_current() -> None:
    assert real_conflicts.PAGE.read_text(encoding="utf-8") == real_conflicts.page(), "run `make pages`"


def test_an_answer_on_one_fact_is_not_one_on_the_clause() -> None:
    for row in ALL:
        found = answer(row)
        if row.about:
            assert found.pair.shared in {(row.about,), ()} or row.about in found.pair.shared
            assert found.whole.kind != "contradiction"
        else:
            assert found.whole is found.pair
