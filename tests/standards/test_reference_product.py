"""Nothing passes on silence, and a product that is made well passes everything that applies to it.

The product is that of `standards/reference-product.yaml`, with the context of `contexts.py` and *yes* to every question.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
import yaml

from rulewright.dsl import ir
from rulewright.engine.answers import Planes
from rulewright.facts.base import ANSWER, Product
from rulewright.facts.declared import read
from rulewright.facts.stack import ProductFacts
from rulewright.standards.deciding import terms
from tests.standards.contexts import CONTEXTS, DAYS, NO_ELEMENT, NO_VULNERABILITY, OTHERWISE
from tests.standards.packs import PACKS, ROOT, Pack, layers, shipped_vocabulary
from tests.standards.suite import SOURCE, answered, ask, bare, declared

pack_of = pytest.mark.parametrize("pack", PACKS, ids=lambda p: p.name)
DAY = "2026-11-21"


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


@pytest.fixture(scope="module")
def reference() -> ProductFacts:
    """The reference product as the file has it."""
    data = yaml.safe_load((ROOT / "standards/reference-product.yaml").read_text(encoding="utf-8"))
    found = read(data, shipped_vocabulary(), SOURCE)
    assert found.diagnostics == []
    return found.of(Product("p", "p", ""))


def asked(pack: Pack, reference: ProductFacts, facts: Mapping[str, object]) -> Mapping[str, str]:
    """The verdicts of a pack on the reference product with other facts."""
    program = pack.program()
    attributes = {**reference.attributes, **answered(program), **declared(facts)}
    product = ProductFacts(reference.product, attributes, reference.tables)
    answers = ask(bare(program, program.requirements), [product], day(DAYS.get(pack.name, DAY)))
    return verdicts(pack, answers)


def verdicts(pack: Pack, answers: Planes) -> Mapping[str, str]:
    return {name: answers.verdict(number, 0) for number, name in enumerate(pack.requirements())}


def test_every_pack_has_its_context() -> None:
    names = {pack.name for pack in PACKS}
    assert set(CONTEXTS) == names
    assert {*DAYS, *OTHERWISE, *NO_ELEMENT, *NO_VULNERABILITY} <= names


@pack_of
def test_the_reference_product_passes_what_applies(pack: Pack, reference: ProductFacts) -> None:
    """In the first context all that applies; in a further one, which is there to reach other branches, what did not before."""
    first, *others = (asked(pack, reference, facts) for facts in CONTEXTS[pack.name])
    failing = {name for name, verdict in first.items() if verdict not in {"pass", "not_applicable"}}
    assert failing == OTHERWISE.get(pack.name, frozenset())
    reached = {name for name, verdict in first.items() if verdict == "pass"}
    for other in others:
        assert {n for n, v in other.items() if v not in {"pass", "not_applicable"}} <= reached
        reached |= {name for name, verdict in other.items() if verdict == "pass"}
    nothing_to_ask = set(first) if pack.name in NO_VULNERABILITY else NO_ELEMENT.get(pack.name, frozenset())
    assert set(first) - reached - failing == nothing_to_ask


def test_without_facts_nothing_passes_and_nothing_fails() -> None:
    """Not on any day: a pass on silence would be a loophole, a failure an accusation."""
    nothing = ProductFacts(Product("p", "p", ""), {}, {})
    for layer in layers():
        assert layer.program is not None
        for when in ("2025-12-01", DAY, "2028-01-15"):
            answers = ask(layer.program, [nothing], day(when))
            found = {r.id: answers.verdict(number, 0) for number, r in enumerate(layer.program.requirements)}
            assert set(found.values()) <= {"unknown", "not_applicable"}


@pack_of
def test_answers_alone_do_not_pass_what_facts_decide(pack: Pack) -> None:
    """With *yes* to every question and no fact of the design, each line of what passes asks a question, or context alone."""
    program, words = pack.program(), shipped_vocabulary().attributes
    context = {name: value for name, value in CONTEXTS[pack.name][0].items() if words[name].given}
    product = ProductFacts(Product("p", "p", ""), {**answered(program), **declared(context)}, {})
    answers = ask(bare(program, program.requirements), [product], day(DAYS.get(pack.name, DAY)))
    for number, requirement in enumerate(program.requirements):
        if answers.verdict(number, 0) == "pass":
            for line in requirement.lines:
                read_of = list(terms(line.expr))
                asked_of_a_person = any(term.name.startswith(ANSWER) for term in read_of)
                by_context = all(isinstance(t, ir.Attr) and t.name in words and words[t.name].given for t in read_of)
                assert asked_of_a_person or by_context, (requirement.id, line.text)
