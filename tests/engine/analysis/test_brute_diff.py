"""What changed in meaning between two editions, against brute force over all products."""

from __future__ import annotations

from collections import Counter

import pytest

from rulewright.engine.analysis.diff import diff
from rulewright.engine.analysis.difference import Change, Shown
from tests.engine.analysis.brute.editions import editions, said
from tests.engine.analysis.brute.runs import SHARES, VOCABULARY, seeds
from tests.engine.analysis.brute.toy import AS_OF

MEANINGS = {(False, False): "none", (True, False): "stricter", (False, True): "weaker", (True, True): "both"}
RANGES = {(False, False): "same", (True, False): "wider", (False, True): "narrower", (True, True): "both"}


@pytest.mark.parametrize("share", range(SHARES))
def test_every_change_is_what_the_definitions_say(share: int) -> None:
    seen: Counter[str] = Counter()
    for seed in seeds(share, of=3):
        found = editions(seed)
        answer = diff(found.old.program, found.new.program, VOCABULARY, as_of=AS_OF)
        assert not answer.frames, seed
        changes = {change.new: change for change in answer.changes}
        for number, requirement in enumerate(found.new.program.requirements):
            change, expected = changes.get(requirement.id), said(found, number)
            meaning, applies = MEANINGS[expected.failing, expected.passing], RANGES[expected.gained, expected.lost]
            told = (change.meaning, change.applies) if change else ("none", "same")
            assert told == (meaning, applies), (seed, requirement.id)
            assert change or requirement.id in answer.unchanged
            if change:
                check(change)
            seen[meaning] += 1
    assert seen["stricter"] + seen["weaker"] + seen["both"]


def check(change: Change) -> None:
    """The products that are shown are those that the words speak of."""
    for shown, wanted in ((change.failing, (False, True)), (change.passing, (True, False))):
        assert shown is None or broken(shown) == wanted, change.new


def broken(shown: Shown) -> tuple[bool, bool]:
    """Whether a product is not satisfied, before and after."""
    return tuple(word not in {"pass", "not_applicable"} for word in (shown.before, shown.after))  # type: ignore[return-value]  # two of them
