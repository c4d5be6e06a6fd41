"""The made-up products and policies: the same everywhere, and with something to find in them."""

import hashlib
from collections import Counter

import msgspec
import pytest

from bench import fleets, forms, inventory, oracle, ours, rules, tasks, text
from bench.answers import digest
from bench.rails import Shape
from rulewright import dsl
from rulewright.dsl import ir
from rulewright.engine.plan import make
from rulewright.facts.types import FieldType, Kind
from rulewright.facts.vocabulary import BUILTIN, Attribute


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def test_the_generator_is_fixed() -> None:
    """A change here makes every published figure one of something else: publish new ones."""
    assert sha(forms.cyclonedx(inventory.make(100))) == "0cd0343647637a68"
    assert sha(forms.peer_json(inventory.make(100))) == "cc4d17bbdd51aa42"
    assert ir.digest(rules.make(50))[:16] == "e8e5eb3346855888"
    assert ir.digest(rules.make(200, "distinct"))[:16] == "6614e29c592e60f7"


def test_fields_are_missing_as_often_as_said() -> None:
    product = inventory.make(10_000)
    for name, share in inventory.MISSING.items():
        found = sum(v is None for v in product.cells[name]) / product.size
        assert abs(found - share) < 0.01, name
    absent = sum(v is None for v in product.attributes.values())
    assert 0 < absent < len(inventory.ATTRIBUTES) // 5


def test_every_component_but_the_root_has_one_to_three_parents_before_it() -> None:
    product = inventory.make(1_000)
    parents = Counter(child for _, child in product.edges())
    assert set(parents) == set(range(1, 1_000))
    assert max(parents.values()) <= 3
    assert all(parent < child for parent, child in product.edges())


def test_the_mix_of_rules_is_as_said() -> None:
    for count in (50, 200):
        families = Counter(Shape[str](r).family for r in rules.make(count).requirements)
        assert families == {"each": count * 6 // 10, "product": count // 5, "count": count // 10, "reach": count // 10}


def test_distinct_rules_share_less() -> None:
    shared, distinct = (len(make(rules.make(200, mix)).nodes) for mix in ("shared", "distinct"))
    assert distinct > 1.3 * shared


@pytest.mark.parametrize("mix", ["shared", "distinct"])
def test_every_verdict_occurs(mix: rules.Mix) -> None:
    found = Counter(a.verdict for a in oracle.judge(rules.make(50, mix), inventory.make(1_000)).values())
    assert set(found) == {"pass", "fail", "unknown", "not_applicable"}


def test_the_reader_gives_the_facts_that_are_in_memory() -> None:
    product = inventory.make(300)
    read = tasks.read_facts(forms.cyclonedx(product), product).tables["component"]
    memory = forms.fact_base(product).tables["component"]
    order = {read.column("id").at(row)[1]: row for row in range(read.rows)}
    assert set(order) == set(product.ids)
    for name in inventory.FIELDS:
        got = [read.column(name).at(order[i])[1] for i in product.ids]
        assert got == [memory.column(name).at(row)[1] for row in range(memory.rows)], name


@pytest.mark.parametrize(("count", "mix"), [(50, "shared"), (200, "distinct")])
def test_the_rule_text_means_what_it_was_written_from(count: int, mix: rules.Mix) -> None:
    program = rules.make(count, mix)
    sources = {
        name: dsl.Source(name, body.encode())
        for name, body in (("rules.rw", text.rules(program)), ("attributes.rw", text.vocabulary()))
    }
    words = {"enum": inventory.ENUM_WORDS, "set": inventory.MARKETS}
    declared = [
        Attribute(a.name, FieldType(Kind(a.kind), words.get(a.kind, ())), "") for a in dsl.attributes_of(sources)
    ]
    compiled = dsl.compile(sources, ["rules.rw"], BUILTIN.extended(declared))
    assert compiled.program is not None, compiled.diagnostics
    assert compiled.diagnostics == ()
    product = inventory.make(200)
    got = ours.answers(compiled.program, ours.planes(make(compiled.program), forms.fact_base(product)), product.ids)
    want = oracle.judge(program, product)
    assert {rule.replace(text.STANDARD, rules.STANDARD): a for rule, a in got.items()} == want


def test_a_fleet_s_products_are_those_of_its_catalogue() -> None:
    fleet = fleets.make(20, 30, 500)
    program = rules.make(50)
    assert fleets.wrong(fleet, program, tasks.fleet_verdicts(program, fleet), sample=20) == []


def test_a_wrong_fleet_is_noticed() -> None:
    fleet = fleets.make(4, 30, 500)
    program = rules.make(50)
    verdicts = [bytes(4) for _ in program.requirements]
    assert fleets.wrong(fleet, program, verdicts, sample=4)


def test_one_element_more_changes_the_digest() -> None:
    answers = dict(oracle.judge(rules.make(50), inventory.make(100)))
    before = {idiom: digest(answers, idiom) for idiom in tasks.IDIOMS}
    rule = next(name for name, answer in answers.items() if answer.fail)
    first = answers[rule]
    answers[rule] = type(first)(first.verdict, (*first.fail, "zzz"), first.unknown)
    assert all(digest(answers, idiom) != before[idiom] for idiom in tasks.IDIOMS)


def test_the_facts_file_holds_all_known_attributes() -> None:
    product = inventory.make(100)
    known = {name for name, value in product.attributes.items() if value is not None}
    assert set(msgspec.json.decode(forms.facts_file(product))) == known
