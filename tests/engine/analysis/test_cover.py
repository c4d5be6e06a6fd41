"""Covers: every context has a design among them, exactly where `brute` finds no contradiction; none of them is superfluous."""

from __future__ import annotations

import pytest

from rulewright.engine.analysis.cover import Cover
from rulewright.engine.analysis.normalise import build
from tests.engine.analysis.brute.runs import SHARES, VOCABULARY, seeds, suite
from tests.engine.analysis.brute.toy import AS_OF


@pytest.mark.parametrize("share", range(SHARES))
def test_a_cover_or_a_conflict(share: int) -> None:
    for seed in seeds(share, of=4):
        found, world = suite(seed)
        problem = build([found.program], VOCABULARY, as_of=AS_OF, facts=found.facts)
        shall = [n for n, wanted in enumerate(found.program.requirements) if wanted.level == "shall"]
        cover = Cover(problem)
        conflict = cover.conflict()
        assert (conflict is not None) is world.contradictory(shall), seed
        if conflict is None:
            least = world.variants(shall)
            fewest = cover.fewest()
            assert least is not None
            assert least <= max(len(fewest), 1)
            assert len(fewest) <= len(cover.designs)
            continue
        ids = [wanted.id for wanted in found.program.requirements]
        members = {ids.index(problem.owners[owner].id) for owner in conflict.owners}
        assert world.contradictory(members), seed
        assert Cover(problem).conflict() == conflict, "another run says something else"
        rest = cover.leaving(conflict.owners[0])
        kept = [n for n in shall if ids[n] != problem.owners[conflict.owners[0]].id]
        assert (rest.conflict() is not None) is world.contradictory(kept), seed
