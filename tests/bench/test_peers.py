"""Peers give our answers; one that is not installed is skipped."""

import pytest

from bench import forms, inventory, oracle, ours, rules, tasks
from bench.answers import Idiom, digest
from bench.rails import compose
from bench.tasks import without_reach
from rulewright.engine.plan import make

CASES = [(name, idiom) for name in tasks.PEERS for idiom in tasks.peer_module(name).IDIOMS]


@pytest.mark.parametrize("mix", ["shared", "distinct"])
@pytest.mark.parametrize(("name", "idiom"), CASES)
def test_a_peer_answers_as_the_second_opinion(name: str, idiom: Idiom, mix: rules.Mix) -> None:
    peer = tasks.peer_module(name)
    if not peer.installed():
        pytest.skip(f"{peer.PACKAGE} is not installed (`make bench` installs it)")
    program, product = rules.make(50, mix), inventory.make(100)
    shapes = tasks.shapes_of(peer, program)
    engine = peer.Engine(peer.policy(shapes, idiom), shapes)
    data = forms.peer_json(product)
    tasks.prepared(engine, data)
    got = compose(shapes, engine.raw(engine.run(data)), idiom)
    want = oracle.judge(program, product)
    assert len(got) == len(shapes) > 0
    assert digest(got, idiom) == digest(want, idiom, got)


@pytest.mark.parametrize("name", tasks.PEERS)
def test_a_policy_text_is_the_same_every_time(name: str) -> None:
    peer = tasks.peer_module(name)
    shapes = tasks.shapes_of(peer, rules.make(50))
    for idiom in peer.IDIOMS:
        assert peer.policy(shapes, idiom) == peer.policy(shapes, idiom)


@pytest.mark.parametrize("n", [100, 1_000])
@pytest.mark.parametrize("mix", ["shared", "distinct"])
def test_our_evaluator_answers_as_the_second_opinion(n: int, mix: rules.Mix) -> None:
    program, product = rules.make(200, mix), inventory.make(n)
    found = ours.planes(make(program), forms.fact_base(product))
    assert ours.answers(program, found, product.ids) == oracle.judge(program, product)


def test_the_reference_interpreter_answers_as_the_second_opinion() -> None:
    program, product = without_reach(rules.make(50)), inventory.make(100)
    found = ours.reference(program, forms.fact_base(product))
    assert ours.answers(program, found, product.ids) == oracle.judge(program, product)
