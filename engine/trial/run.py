"""The tests of a program: each requirement asked about the products of all its tests at once.

Guarantees: the evaluator is the one that `check` uses; a requirement is asked as a test asks it (`bare`): whoever supplied
the facts, and whenever; outcomes come in the order of the tests.  A test that cannot be run does not pass, and says why.
What it does not do: open the documents that tests name (`documents` does), or show anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.dsl.ir_cases import TestCase, Verdict
from rulewright.engine import report
from rulewright.engine.answers import Planes
from rulewright.engine.evaluate import Evaluation, evaluate
from rulewright.engine.levels import of_conditions
from rulewright.engine.mentions import attributes
from rulewright.engine.plan import make
from rulewright.engine.result import Result
from rulewright.engine.trial.given import given
from rulewright.facts.base import Product
from rulewright.facts.stack import ProductFacts, stack

DAY = 20_454
"""The day (2026-01-01) of a test that states none."""
_ALL = 1_000_000

Documents = Callable[[str, str], ProductFacts | str]
"""The facts of a document by the rule file that names it and its name there, or why there are none."""


class Outcome(msgspec.Struct, frozen=True):
    """A test, the verdict found (`None`: it could not be run), and what is wrong; empty: the test passes."""

    case: TestCase
    verdict: Verdict | None
    wrong: str = ""


class Asked(NamedTuple):
    """The tests of one requirement on one day that can be run, with their facts."""

    requirement: ir.Requirement
    day: int
    cases: Sequence[TestCase]
    facts: Sequence[ProductFacts]


class Trials:
    """The tests of one program."""

    def __init__(self, program: ir.Program, tests: Sequence[TestCase], documents: Documents) -> None:
        """Run nothing yet."""
        self.program = program
        self.tests = tests
        self.requirements = {one.id: one for one in program.requirements}
        self._documents = documents

    def facts(self, case: TestCase) -> ProductFacts | str:
        """All facts of a test, or why there are none."""
        if case.fixture is None:
            return given(case)
        found = self._documents(case.place.file, case.fixture)
        return found if isinstance(found, str) else given(case, found)

    def asked(self, only: Iterable[str] | None = None) -> Iterator[Asked]:
        """The tests that can be run, by requirement and day, in the order of the first of each."""
        wanted = None if only is None else frozenset(only)
        groups: dict[tuple[str, int], list[TestCase]] = {}
        for case in self.tests:
            if case.requirement in self.requirements and (wanted is None or case.requirement in wanted):
                groups.setdefault((case.requirement, day_of(case)), []).append(case)
        for (name, day), found in groups.items():
            requirement = self.requirements[name]
            taken = [(case, facts) for case in found if not isinstance(facts := self.facts(case), str)]
            if taken:
                yield Asked(requirement, day, [case for case, _ in taken], [facts for _, facts in taken])

    def run(self) -> list[Outcome]:
        """Run all tests."""
        found: dict[int, Outcome] = {}
        for asked in self.asked():
            answers = ask(self.program, [asked.requirement], asked.facts, asked.day)
            for place, case in enumerate(asked.cases):
                verdict = answers.verdict(0, place)
                wrong = ""
                if verdict != case.expect or case.on:
                    wrong = compare(case, self._detail(asked, place))
                found[id(case)] = Outcome(case, verdict, wrong)
        return [found.get(id(case)) or self._unable(case) for case in self.tests]

    def _detail(self, asked: Asked, place: int) -> Result:
        """The result of one test with its reasons."""
        return explained(self.program, asked.requirement, asked.facts[place], asked.day)

    def _unable(self, case: TestCase) -> Outcome:
        """A test that cannot be run, and why."""
        if case.requirement not in self.requirements:
            return Outcome(case, None, "there is no such requirement")
        found = self.facts(case)
        return Outcome(case, None, found if isinstance(found, str) else "it was not run")


def day_of(case: TestCase) -> int:
    """The day of a test."""
    return DAY if case.as_of is None else case.as_of


def bare(program: ir.Program, requirements: Iterable[ir.Requirement]) -> ir.Program:
    """A program of some requirements as a test asks for them: a test states levels, but no detector and no day of looking."""
    plain = tuple(replace(one, evidence=of_conditions(one.evidence)) for one in requirements)
    return replace(program, requirements=plain, waivers=(), excluded=(), fresh={})


def run_on(
    program: ir.Program, requirements: Sequence[ir.Requirement], products: Sequence[ProductFacts], day: int
) -> Evaluation:
    """Evaluate requirements about products, with the facts that they look at alone."""
    names = frozenset(attribute.name for one in requirements for expr in exprs(one) for attribute in attributes(expr))
    lists = any(has_lists(expr) for one in requirements for expr in exprs(one))
    cut = [
        ProductFacts(
            Product(f"{number:06}", "", ""),
            {name: item.attributes[name] for name in names if name in item.attributes},
            item.tables if lists else {},
        )
        for number, item in enumerate(products)
    ]
    return evaluate(make(bare(program, requirements)), stack(cut), day)


def ask(
    program: ir.Program, requirements: Sequence[ir.Requirement], products: Sequence[ProductFacts], day: int
) -> Planes:
    """The answers to requirements about products."""
    return Planes(run_on(program, requirements, products, day))


def explained(program: ir.Program, requirement: ir.Requirement, facts: ProductFacts, day: int) -> Result:
    """The result of a requirement about a product, with every reason and element."""
    answers = Planes(evaluate(make(bare(program, [requirement])), stack([facts]), day))
    (result,) = report.build(answers, options=report.Options(limit=_ALL)).results
    return result


def compare(case: TestCase, result: Result) -> str:
    """Hold the verdict and the elements at fault against what the test expects; empty when they agree."""
    if result.verdict != case.expect:
        lines = [f"{r.line} is {r.verdict}" for r in result.reason]
        return f"it is {result.verdict} ({'; '.join(lines)})" if lines else f"it is {result.verdict}"
    found = {e.id for r in result.reason if r.verdict == result.verdict for e in r.elements}
    found |= {name.partition("@")[0] for name in found}
    lacking = [name for name in case.on if name not in found]
    return f"it is, but not on {', '.join(f'`{name}`' for name in lacking)}" if lacking else ""


def exprs(requirement: ir.Requirement) -> tuple[ir.Expr, ...]:
    """Everything that a requirement says."""
    return (requirement.scope, requirement.applies, *(line.expr for line in requirement.lines))


def has_lists(expr: ir.Expr) -> bool:
    """Whether an expression looks at a list."""
    match expr:
        case ir.Quant():
            return True
        case ir.Not(item):
            return has_lists(item)
        case ir.And(items) | ir.Or(items):
            return any(map(has_lists, items))
        case _:
            return False
