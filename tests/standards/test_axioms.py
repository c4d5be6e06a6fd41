"""The background axioms of the vocabulary, and the ranges of its attributes: true, and of one piece.

A wrong axiom hides a conflict or invents one.  So each must be able to hold and able to fail, the product that is made well
keeps them all, alone and in a whole context.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import takewhile

import msgspec
import pytest
import yaml

from rulewright import dsl
from rulewright.dsl import ir
from rulewright.engine.reference import Reference, Scene, Truth
from rulewright.facts.base import Fact, Product
from rulewright.facts.declared import read
from rulewright.facts.declared_values import typed
from rulewright.facts.stack import ProductFacts, stack
from rulewright.facts.table import Source, Table
from rulewright.facts.types import Kind, State, Value
from rulewright.facts.vocabulary import Attribute, Vocabulary
from tests.standards.packs import ROOT, shipped_vocabulary, sources

FILE = "standards/vocabulary.rw"
AS_OF = 20_454  # 2026-01-01
SOURCE = Source("test", "0" * 64)
CONTEXT: Mapping[str, object] = {
    "product.type": "router",
    "product.placed_on_market_date": "2026-01-01",
    "product.substantially_modified_date": "2026-01-01",
    "product.is_radio_equipment": True,
    "product.radio_technologies": ["wifi", "ble"],
    "product.hardware": True,
    "product.external_sensors": [],
    "product.type_approval_regime": ["none"],
    "product.processes_personal_data": True,
    "product.previous_version_vulnerable": False,
    "product.factory_firmware_vulnerable": False,
    "product.validated_module_vulnerable": False,
    "product.broadcast_updates_only": False,
    "product.announcements_public": False,
    "product.log_export_impossible": False,
}
"""All context that axioms speak of."""


@cache
def program() -> ir.Program:
    """A program of no requirement of a standard: the axioms of the vocabulary are in it all the same."""
    made = b'standard made.axioms edition "1" { requirement A shall { check true } }'
    compiled = dsl.compile(
        {FILE: sources()[FILE], "made.rw": dsl.Source("made.rw", made)}, ("made.rw",), shipped_vocabulary()
    )
    assert compiled.program is not None, compiled.diagnostics
    return compiled.program


def axioms() -> Sequence[ir.Axiom]:
    return program().axioms


def name(axiom: ir.Axiom) -> str:
    return axiom.id.partition(":")[2]


def attributes(axiom: ir.Axiom) -> list[str]:
    """The attributes that an axiom speaks of."""
    return sorted(set(re.findall(r'"type":"Attr","name":"([^"]+)"', msgspec.json.encode(axiom.expr).decode())))


@cache
def reference() -> ProductFacts:
    found = read(
        yaml.safe_load((ROOT / "standards/reference-product.yaml").read_text(encoding="utf-8")),
        shipped_vocabulary(),
        SOURCE,
    )
    assert found.diagnostics == []
    return found.of(Product("p", "p", ""))


def truths(axiom: ir.Axiom, products: Sequence[ProductFacts]) -> list[Truth]:
    """What an axiom is on some products."""
    numbered = [
        ProductFacts(Product(f"{number:06}", "", ""), found.attributes, found.tables)
        for number, found in enumerate(products)
    ]
    facts = stack(numbered)
    evaluator = Reference(program(), facts, AS_OF)
    return [evaluator.value(axiom.expr, Scene(n, {}, None)) for n in range(len(products))]


def test_the_reference_product_breaks_no_axiom() -> None:
    assert [name(axiom) for axiom in axioms() if truths(axiom, [reference()]) == [False]] == []


def test_all_axioms_hold_together_in_a_whole_context() -> None:
    """Not merely unknown: so they do not contradict each other."""
    context = read(CONTEXT, shipped_vocabulary(), SOURCE)
    assert context.diagnostics == []
    product = ProductFacts(reference().product, {**reference().attributes, **context.attributes}, reference().tables)
    assert [name(axiom) for axiom in axioms() if truths(axiom, [product]) != [True]] == []


def test_axioms_speak_of_declared_attributes(vocabulary: Vocabulary) -> None:
    spoken = {attribute for axiom in axioms() for attribute in attributes(axiom)}
    assert spoken <= vocabulary.attributes.keys()
    assert {attribute for attribute in spoken if vocabulary.attributes[attribute].given} == CONTEXT.keys()


@pytest.mark.parametrize("axiom", axioms(), ids=name)
def test_an_axiom_can_hold_and_can_fail(axiom: ir.Axiom, vocabulary: Vocabulary) -> None:
    """One that cannot fail says nothing; one that cannot hold would leave no product at all."""
    names = attributes(axiom)
    values = [_candidates(vocabulary.attributes[item], axiom) for item in names]
    products = [
        ProductFacts(
            reference().product,
            {item: Fact(State.KNOWN, value, SOURCE) for item, value in zip(names, row, strict=True)},
            tables,
        )
        for row in itertools.product(*values)
        for tables in lists()
    ]
    assert set(truths(axiom, products)) == {True, False}


@cache
def lists() -> Sequence[Mapping[str, Table]]:
    """Lists of documents: none, and one of which nothing, or everything that is a yes or a no, is true."""
    fields = shipped_vocabulary().collections["document"].fields
    bools = [field for field, kind in fields.items() if kind.type.kind is Kind.BOOL]
    contents: list[list[dict[str, bool]]] = [[], *([dict.fromkeys(bools, truth)] for truth in (False, True))]
    found = [read({"documents": {"complete": True, "items": c}}, shipped_vocabulary(), SOURCE) for c in contents]
    return [item.tables for item in found]


def _candidates(attribute: Attribute, axiom: ir.Axiom) -> list[Value]:
    """Some values: all words of an enum; of a set none, each word that the axiom mentions, and those with another."""
    raw: Iterable[object]
    match attribute.type.kind:
        case Kind.BOOL:
            raw = (False, True)
        case Kind.INT:
            raw = (0, 1, 100)
        case Kind.DECIMAL:
            raw = ("0", "0.5")
        case Kind.DATE:
            raw = ("2025-01-01", "2026-01-01")
        case Kind.ENUM:
            raw = attribute.type.values
        case _:
            words = attribute.type.values or tuple(re.findall(r'"([^"]+)"', axiom.text)) or ("any",)
            mentioned = [word for word in words if word in axiom.text] or [words[0]]
            other = next((word for word in words if word not in mentioned), mentioned[-1])
            raw = ([], *([word] for word in mentioned), [mentioned[0], other], [other])
    return [typed(attribute.type, value) for value in raw]


def test_every_axiom_is_shown_as_it_is_written_and_says_why() -> None:
    lines = sources()[FILE].text.decode().splitlines()
    for axiom in axioms():
        line = axiom.place.line - 1
        assert joined(lines[line:]) == f"axiom {name(axiom)} : {axiom.text}"
        before = next(text for text in reversed(lines[:line]) if not continues(text)).strip()
        assert before.startswith(("# ", "axiom ")), axiom.id


def continues(line: str) -> bool:
    """Whether a line goes on with the item of the line before."""
    return line.startswith("    ") or line.strip() == ")"


def joined(lines: Sequence[str]) -> str:
    """The item that begins with the first of some lines, on one line."""
    words = [lines[0], *takewhile(continues, lines[1:])]
    return " ".join(word.strip() for word in words).replace("( ", "(").replace(" )", ")")


def test_every_number_and_day_has_a_range(vocabulary: Vocabulary) -> None:
    for attribute in vocabulary.attributes.values():
        match attribute.type.kind:
            case Kind.INT | Kind.DATE:
                assert attribute.low is not None, attribute.name
            case Kind.DECIMAL:
                assert (attribute.low, attribute.high) == (0, 1_000_000), attribute.name
            case _:
                assert attribute.domain == "", attribute.name
