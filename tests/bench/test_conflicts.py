"""Planted suites: the same everywhere, and their truth is the truth."""

import pytest

from bench import conflicts, planted
from bench.bars import CONFLICTS, bars
from bench.inventory import AS_OF
from bench.record import Row
from rulewright.dsl import ir
from rulewright.engine.analysis.normalise import build
from rulewright.engine.analysis.search import search

STYLES: tuple[planted.Style, ...] = ("clean", "dense", "messy")
DIGESTS = ["24bc018b2ca8c39a", "02c2a0f76baae39e", "2466f533f46a14ad"]


def test_the_generator_is_fixed() -> None:
    """A change here makes every published figure one of something else: publish new ones."""
    assert [ir.digest(planted.make(300, style).program)[:16] for style in STYLES] == DIGESTS


@pytest.mark.parametrize("style", STYLES)
def test_all_planted_conflicts_are_found(style: planted.Style) -> None:
    row = conflicts.ours(conflicts.Job(400, style, 4))
    assert row.state == "right"
    assert row.covered >= row.size > 0
    assert (row.covered == row.size) is (style != "messy")


def test_a_search_that_misses_or_invents_is_wrong() -> None:
    suite = planted.make(200, "clean")
    problem = build([suite.program], suite.vocabulary, as_of=AS_OF)
    found = search(problem)
    assert conflicts.judged(suite, problem, found, 4) == "right"
    missed = found.__class__(found.found[1:], 4)
    shallow = found.__class__(found.found, 3)
    last = len(problem.units) - 1
    other = found.found[0].__class__((0, problem.units[last].owner), (0, last))
    assert other.owners not in {one.owners for one in found.found}
    assert conflicts.judged(suite, problem, missed, 4) == "wrong"
    assert conflicts.judged(suite, problem, shallow, 4) == "wrong"
    assert conflicts.judged(suite, problem, found.__class__((*found.found, other), 4), 4) == "wrong"


def test_all_arities_are_planted_and_members_apply_together() -> None:
    suite = planted.make(400, "clean")
    assert {len(one) for one in suite.truth} == {2, 3, 4}
    by_id = {requirement.id: requirement for requirement in suite.program.requirements}
    assert all(len({by_id[member].applies for member in one}) == 1 for one in suite.truth)


def test_peers_are_hooked_up() -> None:
    names = {job.engine for job in conflicts.jobs()} - {conflicts.OURS, conflicts.EDITED}
    assert names == set(conflicts.PEERS)


def test_the_bars_of_conflicts_are_times_and_memory() -> None:
    def row(place: int, cpu: int, peak: int = 1) -> Row:
        engine, style, arity, _, _ = CONFLICTS[place]
        return Row(
            family="conflicts", engine=engine, idiom=style, rules=arity, n=10_000, state="right", cpu=cpu, peak=peak
        )

    def verdicts(*rows: Row) -> list[bool | None]:
        asked = {one[3] for one in CONFLICTS}
        return [bar.met for bar in bars(rows) if bar.asked in asked]

    assert verdicts() == [None] * 3
    assert verdicts(*(row(place, one[4] * 1_000 - 1) for place, one in enumerate(CONFLICTS))) == [True] * 3
    assert verdicts(*(row(place, one[4] * 1_000) for place, one in enumerate(CONFLICTS))) == [False] * 3
    assert verdicts(row(0, 1, 200 * 1024)) == [False, None, None]
