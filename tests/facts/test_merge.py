"""Merging: a disagreement stays one, whoever else joins, in whatever order."""

from itertools import permutations

import pytest

from rulewright.facts.base import Fact
from rulewright.facts.merge import settle
from rulewright.facts.table import Source
from rulewright.facts.types import State


def fact(*witnesses: Fact, value: bool | None, name: str, state: State = State.KNOWN) -> Fact:
    return Fact(state, value, Source(name, "0" * 64), witnesses=witnesses)


YES, NO = fact(value=True, name="a"), fact(value=False, name="b")
TORN = fact(YES, NO, value=None, name="c", state=State.CONFLICTING)
MUTE = fact(value=None, name="c", state=State.CONFLICTING)


@pytest.mark.parametrize("torn", [TORN, MUTE])
@pytest.mark.parametrize("third", [YES, NO])
def test_a_conflict_outlives_a_third_voice(torn: Fact, third: Fact) -> None:
    for facts in permutations([torn, third]):
        assert settle(facts, "agree").state is State.CONFLICTING


def test_its_witnesses_are_heard_by_the_rule() -> None:
    for facts in permutations([TORN, fact(value=False, name="d")]):
        assert settle(facts, "any").value is True
        assert settle(facts, "all").value is False


def test_a_known_fact_still_stands_against_silence() -> None:
    for facts in permutations([YES, fact(value=None, name="d", state=State.MISSING)]):
        assert settle(facts, "agree").value is True
