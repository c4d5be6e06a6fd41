"""The whole analysis of random suites: its findings are those of brute force, of the right kind, and the evaluator agrees."""

from __future__ import annotations

import pytest

from rulewright.engine.analysis.analyse import analyse
from rulewright.engine.analysis.findings import encode
from tests.engine.analysis.brute.runs import SHARES, VOCABULARY, suites
from tests.engine.analysis.brute.toy import AS_OF

CONFLICTS = frozenset({"contradiction", "tension", "right"})


@pytest.mark.parametrize("share", range(SHARES))
def test_findings_are_the_contradictions_by_kind_and_verified(share: int) -> None:
    for drawn, world in suites(share, of=4):
        answer = analyse([drawn.program], VOCABULARY, as_of=AS_OF, facts=drawn.facts, arity=9, kinds=CONFLICTS)
        ids = [requirement.id for requirement in drawn.program.requirements]
        wanted = {(world.kind(members), frozenset(ids[n] for n in members)) for members in world.contradictions()}
        found = {(item.kind, frozenset(member.requirement for member in item.members)) for item in answer.findings}
        assert found == wanted, drawn.seed
        assert len(answer.findings) == len(found)
        assert [item for item in answer.findings if not item.verified] == [], drawn.seed
        assert answer.extent.complete_up_to == 9
        assert encode(answer)
