"""All in-file tests of all packs at once, run by the product's own runner of tests (`engine.trial`).

Guarantees: facts, days and evaluator are those of `rulewright test`; each requirement is asked about all its tests together,
with the verdict of each line; `judge_apart` asks about one test alone, with every fact of its document, as a second look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import msgspec

from rulewright import dsl
from rulewright.cli.compiling import Compiled, attribute
from rulewright.cli.testing.case import trials
from rulewright.dsl import ir
from rulewright.engine.answers import Planes
from rulewright.engine.evaluate import evaluate
from rulewright.engine.plan import make
from rulewright.engine.trial import run
from rulewright.facts.base import Fact, Product
from rulewright.facts.declared import read
from rulewright.facts.stack import ProductFacts, stack
from rulewright.facts.table import Source
from rulewright.facts.types import State, Trust
from tests.standards.packs import ROOT, layers, shipped_vocabulary, sources

SOURCE = Source("test", "0" * 64, trust=Trust.SIGNED)
bare = run.bare


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
def trials_of(number: int) -> run.Trials:
    """The tests of a layer, ready to run."""
    folders = {name: str((ROOT / name).parent) for name in sources()}
    return trials(as_compiled(layers()[number]), layers()[number].tests, folders)


def judge_apart(number: int, case: dsl.TestCase) -> str:
    """Judge one test of a layer alone, with all facts of its document and all reasons: empty when it holds."""
    found = trials_of(number)
    wanted = found.requirements[case.requirement]
    return run.compare(case, run.explained(found.program, wanted, facts_of(number, case), run.day_of(case)))


def facts_of(number: int, case: dsl.TestCase) -> ProductFacts:
    """The facts of a test of a layer."""
    found = trials_of(number).facts(case)
    assert isinstance(found, ProductFacts), found
    return found


def ask(program: ir.Program, products: Sequence[ProductFacts], day: int) -> Planes:
    """Evaluate a program over some products."""
    numbered = [
        ProductFacts(Product(f"{number:06}", "", ""), item.attributes, item.tables)
        for number, item in enumerate(products)
    ]
    return Planes(evaluate(make(program), stack(numbered), day))


@cache
def outcomes() -> Mapping[str, Sequence[Outcome]]:
    """What every in-file test finds, by rule file."""
    found: dict[str, list[Outcome]] = {}
    for number in range(len(layers())):
        trial = trials_of(number)
        for asked in trial.asked():
            answers = run.ask(trial.program, [asked.requirement], asked.facts, asked.day)
            for place, case in enumerate(asked.cases):
                lines = tuple(str(answers.line(0, line, place)) for line in range(len(asked.requirement.lines)))
                found.setdefault(case.place.file, []).append(Outcome(case, answers.verdict(0, place), lines))
    return found


def declared(facts: Mapping[str, object]) -> Mapping[str, Fact]:
    """Facts as a facts file states them."""
    found = read(dict(facts), shipped_vocabulary(), SOURCE)
    assert found.diagnostics == [], found.diagnostics
    return found.of(Product("p", "p", "")).attributes


def answered(program: ir.Program) -> Mapping[str, Fact]:
    """*Yes* to every question of a program."""
    return {name: Fact(State.KNOWN, True, SOURCE, detector="manual") for name in program.questions}  # noqa: FBT003
