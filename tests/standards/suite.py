"""All in-file tests of all packs at once: every test is a product, and every requirement is asked about every product.

Guarantees: facts, days and evaluator are those of `rulewright test` (`cli.rule_test_case`, which judges each test apart;
`test_packs.py` holds both against each other); a dropped part of a check is evaluated by the engine, not guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import msgspec
from msgspec.structs import replace

from rulewright import dsl
from rulewright.cli.compiling import Compiled, attribute
from rulewright.cli.testing.case import DAY, Judge, _fact, _given
from rulewright.cli.testing.fixture import Fixtures
from rulewright.dsl import ir
from rulewright.engine.answers import Planes
from rulewright.engine.evaluate import evaluate
from rulewright.engine.levels import of_conditions
from rulewright.engine.plan import make
from rulewright.facts.base import Fact, Product
from rulewright.facts.declared import read
from rulewright.facts.stack import ProductFacts, stack
from rulewright.facts.table import Source
from rulewright.facts.types import State, Trust
from tests.standards.packs import ROOT, layers, shipped_vocabulary, sources

SOURCE = Source("test", "0" * 64, trust=Trust.SIGNED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A test with what was found, and the verdict of each line."""

    case: dsl.TestCase
    verdict: str
    lines: tuple[str, ...]


def as_compiled(layer: dsl.Compiled) -> Compiled:
    """What the command line would hold of a compilation."""
    declared = [attribute(found) for found in dsl.attributes_of(sources())]
    return Compiled(layer.program, (), msgspec.json.encode(declared))


@cache
def _judge_of(number: int) -> tuple[Judge, Fixtures]:
    folders = {name: str((ROOT / name).parent) for name in sources()}
    compiled = as_compiled(layers()[number])
    return Judge(compiled, folders), Fixtures(compiled, folders)


def judge_apart(number: int, case: dsl.TestCase) -> str | None:
    """Judge one test of a layer as `rulewright test` does: None when it holds."""
    return _judge_of(number)[0].judge(case)


def facts_of(number: int, case: dsl.TestCase) -> ProductFacts:
    """The facts of a test of a layer."""
    if case.fixture is None:
        return _given(case)
    found = _judge_of(number)[1].facts(case.place.file, case.fixture)
    assert isinstance(found, ProductFacts), found
    instead = {name: _fact(value) for name, value in case.attributes}
    return ProductFacts(found.product, {**found.attributes, **instead}, found.tables)


def bare(program: ir.Program, requirements: Iterable[ir.Requirement]) -> ir.Program:
    """A program of some requirements as a test asks for them: whoever supplies the facts, and whenever."""
    plain = tuple(replace(requirement, evidence=of_conditions(requirement.evidence)) for requirement in requirements)
    return replace(program, requirements=plain, waivers=(), excluded=(), fresh={})


def ask(program: ir.Program, products: Sequence[ProductFacts], day: int) -> Planes:
    """Evaluate a program over some products."""
    numbered = [
        ProductFacts(Product(f"{number:06}", "", ""), item.attributes, item.tables)
        for number, item in enumerate(products)
    ]
    return Planes(evaluate(make(program), stack(numbered), day))


Facts = tuple[str | None, tuple[tuple[str, object], ...], tuple[object, ...]]


def by_day(cases: Iterable[dsl.TestCase]) -> Mapping[int, list[dsl.TestCase]]:
    """Tests by the day of their run."""
    found: dict[int, list[dsl.TestCase]] = {}
    for case in cases:
        found.setdefault(DAY if case.as_of is None else case.as_of, []).append(case)
    return found


def distinct(number: int, cases: Iterable[dsl.TestCase]) -> tuple[list[ProductFacts], list[int]]:
    """The different products of some tests, and for each test the place of its product."""
    places: dict[Facts, int] = {}
    products: list[ProductFacts] = []
    found: list[int] = []
    for case in cases:
        key: Facts = (case.fixture, case.attributes, case.tables)
        if key not in places:
            places[key] = len(products)
            products.append(facts_of(number, case))
        found.append(places[key])
    return products, found


@cache
def outcomes() -> Mapping[str, Sequence[Outcome]]:
    """What every in-file test finds, by rule file."""
    found: dict[str, list[Outcome]] = {}
    for number, layer in enumerate(layers()):
        assert layer.program is not None, layer.diagnostics
        requirements = layer.program.requirements
        program = bare(layer.program, requirements)
        rank = {requirement.id: place for place, requirement in enumerate(requirements)}
        for day, cases in by_day(layer.tests).items():
            products, places = distinct(number, cases)
            answers = ask(program, products, day)
            for case, product in zip(cases, places, strict=True):
                place = rank[case.requirement]
                lines = tuple(str(answers.line(place, line, product)) for line in range(len(requirements[place].lines)))
                outcome = Outcome(case, answers.verdict(place, product), lines)
                found.setdefault(case.place.file, []).append(outcome)
    return found


def declared(facts: Mapping[str, object]) -> Mapping[str, Fact]:
    """Facts as a facts file states them."""
    found = read(dict(facts), shipped_vocabulary(), SOURCE)
    assert found.diagnostics == [], found.diagnostics
    return found.of(Product("p", "p", "")).attributes


def answered(program: ir.Program) -> Mapping[str, Fact]:
    """*Yes* to every question of a program."""
    return {name: Fact(State.KNOWN, True, SOURCE, detector="manual") for name in program.questions}  # noqa: FBT003
