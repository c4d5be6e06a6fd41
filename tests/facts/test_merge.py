"""Merging: a disagreement stays one, whoever else joins, in whatever order."""

from itertools import permutations

import pytest

from rulewright.facts.base import Fact, Product
from rulewright.facts.declared import read
from rulewright.facts.merge import join, settle
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Source
from rulewright.facts.types import Completeness, State
from rulewright.facts.vocabulary import BUILTIN


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


def listing(graph: str | None) -> ProductFacts:
    stated = {} if graph is None else {"graph": graph}
    data = {"components": {"complete": True, "items": [{"name": "a"}], **stated}}
    source = Source(str(graph), "0" * 64)
    return read(data, BUILTIN, source).of(Product("p", "p", "1", (source,)))


@pytest.mark.parametrize(
    ("graphs", "joined"),
    [
        (("closed", "closed"), Completeness.CLOSED),
        (("closed", "absent"), Completeness.UNSTATED),
        (("closed", None), Completeness.UNSTATED),
        (("closed", "unstated", "open"), Completeness.OPEN),
        (("absent", "absent"), Completeness.ABSENT),
    ],
)
def test_a_joined_graph_is_complete_only_if_all_are(graphs: tuple[str | None, ...], joined: Completeness) -> None:
    for order in permutations(graphs):
        found = join(Product("p", "p", "1"), [listing(graph) for graph in order], BUILTIN)
        extents = found.tables["component"].graph_extents
        assert extents is not None
        assert extents[0].state is joined
