"""Derivations of generated programs: whole, in agreement with both engines, with grounds that carry the outcome."""

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.dsl import ir
from rulewright.engine.answers import Planes
from rulewright.engine.derivation import OUTCOMES, Derivation, Derived
from rulewright.engine.derive import derive
from rulewright.engine.evaluate import evaluate
from rulewright.engine.grounds import Grounds
from rulewright.engine.phrases import phrase, unmet
from rulewright.engine.plan import make
from rulewright.engine.reference import Reference, Scene
from rulewright.facts.base import FactBase
from rulewright.facts.types import State
from tests.engine.generated import AS_OF, expressions, fact_bases, programs
from tests.engine.made import attr, facts, program, requirement

TOY = attr("product.type", ir.OneOf(("toy",)), "enum")
EU = attr("product.markets", ir.Contains("EU"), "set")


@given(programs(), fact_bases())
@settings(max_examples=60)
def test_every_requirement_is_there_once_and_agrees_with_the_verdicts(made: ir.Program, known: FactBase) -> None:
    found = derive([made], known, AS_OF)
    keys = [(d.product, d.requirement) for d in found.requirements]
    assert sorted(keys) == sorted((p.id, r.id) for p in known.products for r in made.requirements)
    by_key = dict(zip(keys, found.requirements, strict=True))
    slow, fast = Reference(made, known, AS_OF), Planes(evaluate(make(made), known, AS_OF))
    for product, info in enumerate(known.products):
        for number, wanted in enumerate(made.requirements):
            item = by_key[info.id, wanted.id]
            verdict = slow.verdict(number, product)
            assert verdict == fast.verdict(number, product)
            silent = silence(made, known, product, wanted.scope)
            assert silent or agrees(item, verdict, slow.applies(number, product)), (item, verdict)
            assert not silent or item.outcome != "applies"


def silence(made: ir.Program, known: FactBase, product: int, scope: ir.Expr) -> bool:
    """Whether a scope holds for the one reason that facts are not known; such a pack judges, but nobody said it applies."""
    grounds = Grounds(made, known, AS_OF, product)
    parts = grounds.deciding(scope)
    states = [isinstance(p, ir.Not) and isinstance(p.item, ir.Atom) and p.item.test == ir.Is("known") for p in parts]
    return scope != ir.Const(value=True) and grounds.truth(scope) is True and all(states)


def agrees(item: Derived, verdict: str, truths: tuple[bool | None, bool | None]) -> bool:
    """Whether an outcome and the verdict of `check` go together; what applies may still select nothing."""
    if item.outcome in {"later", "past", "does_not_apply"}:
        return verdict == "not_applicable" and bool(item.why)
    if item.outcome == "undecided":
        return verdict == "unknown" and bool(item.why)
    return truths == (True, True)


@given(programs(), fact_bases())
@settings(max_examples=30)
def test_counts_are_those_of_the_requirements(made: ir.Program, known: FactBase) -> None:
    whole = msgspec.structs.replace(made, modules=(module(),))
    found = derive([whole], known, AS_OF)
    for standard in found.standards:
        own = [d.outcome for d in found.requirements if d.product == standard.product]
        assert {c.outcome: c.count for c in standard.counts} == {o: own.count(o) for o in OUTCOMES if o in own}
        assert standard.outcome == min(own, key=OUTCOMES.index)


def module() -> ir.ModuleInfo:
    """The standard that generated requirements belong to."""
    return ir.ModuleInfo("standard", "gen", "1", "0" * 64, "Generated", force="law", jurisdiction="EU")


@given(expressions(), fact_bases())
@settings(max_examples=150)
def test_the_grounds_alone_carry_the_truth(expr: ir.Expr, known: FactBase) -> None:
    """With every other part left open, the whole still has its truth; without them, nothing is decided."""
    made = program(requirement(expr))
    for product in range(len(known.products)):
        grounds = Grounds(made, known, AS_OF, product)
        kept = {item.item if isinstance(item, ir.Not) else item for item in grounds.deciding(expr)}
        reference, scene = Reference(made, known, AS_OF), Scene(product, {}, None)
        truth = grounds.truth(expr)
        assert reference.value(left_open(expr, kept), scene) is truth
        if truth is not None and kept:
            assert reference.value(left_open(expr, set(leaves(expr)) - kept), scene) is not truth
        assert grounds.told(grounds.deciding(expr)) or not kept


def leaves(expr: ir.Expr) -> Iterator[ir.Expr]:
    """The tests and quantifiers of an expression."""
    match expr:
        case ir.Not(item):
            yield from leaves(item)
        case ir.And(items) | ir.Or(items):
            for item in items:
                yield from leaves(item)
        case _:
            yield expr


def left_open(expr: ir.Expr, kept: set[ir.Expr]) -> ir.Expr:
    """The expression with every leaf unknown but those kept."""
    match expr:
        case ir.Not(item):
            return ir.Not(left_open(item, kept))
        case ir.And(items):
            return ir.And(tuple(left_open(item, kept) for item in items))
        case ir.Or(items):
            return ir.Or(tuple(left_open(item, kept) for item in items))
        case _:
            return expr if expr in kept else ir.Const(None)


@given(fact_bases(), programs(), st.data())
@settings(max_examples=30)
def test_the_order_of_requirements_plays_no_part(known: FactBase, made: ir.Program, data: st.DataObject) -> None:
    other = tuple(data.draw(st.permutations(made.requirements)))
    again = msgspec.structs.replace(made, requirements=other)
    assert derive([made], known, AS_OF).requirements == derive([again], known, AS_OF).requirements


# --- single rules ------------------------------------------------------------------------------------------------------


def only(found: Derivation) -> Derived:
    """The one requirement of a derivation."""
    (item,) = found.requirements
    return item


def run(known: FactBase, **parts: object) -> Derived:
    """Derive one requirement."""
    return only(derive([program(requirement(TOY, **parts))], known, AS_OF))


def test_what_is_false_is_the_reason_and_not_what_else_is_unknown() -> None:
    item = run(facts(product__markets=("US",)), scope=ir.And((EU, TOY)))
    assert item.outcome == "does_not_apply"
    assert [(w.part, w.text, w.facts) for w in item.why] == [
        ("scope", "product.markets is {US}, without EU", ("product.markets",))
    ]


def test_what_is_missing_is_named() -> None:
    item = run(facts(product__markets=("EU",)), scope=EU, applies=TOY)
    assert (item.outcome, item.why[0].text, item.why[0].facts) == (
        "undecided",
        "product.type is not stated",
        ("product.type",),
    )


@pytest.mark.parametrize(
    ("start", "end", "outcome", "text"),
    [
        (AS_OF + 1, None, "later", "in force from 2024-10-05"),
        (AS_OF, None, "applies", "product.markets is {EU}"),
        (None, AS_OF, "applies", "product.markets is {EU}"),
        (None, AS_OF - 1, "past", "in force until 2024-10-03"),
    ],
)
def test_dates_decide_to_the_day(start: int | None, end: int | None, outcome: str, text: str) -> None:
    item = run(facts(product__markets=("EU",)), scope=EU, valid_from=start, valid_until=end)
    assert (item.outcome, item.why[0].text) == (outcome, text)


def test_a_date_ahead_does_not_hide_that_it_will_never_apply() -> None:
    item = run(facts(product__markets=("US",)), scope=EU, valid_from=AS_OF + 1)
    assert item.outcome == "does_not_apply"


def test_a_date_ahead_goes_with_what_is_not_known() -> None:
    item = run(facts(), scope=EU, valid_from=AS_OF + 1)
    assert (item.outcome, [w.part for w in item.why]) == ("later", ["dates", "scope"])


def test_a_withheld_fact_is_not_a_missing_one() -> None:
    item = run(facts(product__markets=State.WITHHELD), scope=EU)
    assert (item.outcome, item.why[0].text) == ("undecided", "product.markets is withheld")


def test_that_nothing_is_known_speaks_for_no_standard() -> None:
    unknown = ir.Not(attr("product.type", ir.Is("known"), "enum"))
    scope = ir.Or((unknown, TOY))
    silent = run(facts(), scope=scope)
    assert (silent.outcome, silent.why[0].text, silent.why[0].facts) == (
        "undecided",
        "product.type is not stated",
        ("product.type",),
    )
    assert run(facts(product__type="toy"), scope=scope).outcome == "applies"
    assert run(facts(product__type="router"), scope=scope).outcome == "does_not_apply"
    assert run(facts(product__markets=("EU",)), scope=ir.And((EU, scope))).outcome == "applies"


def test_wanted_facts_are_counted_by_requirement() -> None:
    both = program(requirement(TOY, id="std:a", scope=EU), requirement(TOY, id="std:b", applies=ir.And((EU, TOY))))
    wanted = derive([both], facts(), AS_OF).wanted
    assert [(w.fact, w.decides) for w in wanted] == [("product.markets", 2), ("product.type", 1)]


def test_a_question_is_told_in_its_own_words() -> None:
    name = "answer:std@1:r"
    asked = program(requirement(TOY, applies=attr(name, ir.Cmp("=", value=True))), questions={name: "Is it new?"})
    found = derive([asked], facts(), AS_OF)
    assert only(found).why[0].text == "not answered: Is it new?"
    assert [(w.fact, w.question) for w in found.wanted] == [(name, "Is it new?")]
    told = derive([asked], facts(**{name: False}), AS_OF)
    assert (only(told).outcome, only(told).why[0].text) == ("does_not_apply", "answered no: Is it new?")


def test_measures_count_what_applies_alone() -> None:
    objective = ir.Objective("PW", "No universal password", (), (), (), "Do it.", "code")
    wanted = [
        requirement(TOY, id="a:1", objective=("PW",), scope=EU),
        requirement(TOY, id="b:1", objective=("PW", "XX"), scope=EU),
        requirement(TOY, id="b:2", objective=("PW",), scope=TOY),
    ]
    found = derive([program(*wanted, objectives=(objective,))], facts(product__markets=("EU",)), AS_OF)
    (measure,) = found.measures
    assert (measure.satisfies, measure.contributes) == (("a:1",), ("b:1",))


@pytest.mark.parametrize(
    ("atom", "text"),
    [
        (TOY, "not toy"),
        (attr("t", ir.OneOf(("a", "b")), "enum"), "not a or b"),
        (EU, "without EU"),
        (attr("t", ir.Cmp("=", "a"), "enum"), "not a"),
        (attr("t", ir.Cmp("=", value=True)), ""),
        (attr("t", ir.Cmp("!=", "a"), "enum"), ""),
        (attr("t", ir.Cmp("<", 3), "int"), ">= 3"),
        (attr("t", ir.Cmp(">=", AS_OF), "date"), "< 2024-10-04"),
        (attr("t", ir.SubsetOf(("a", "b")), "set"), "not all in {a, b}"),
        (attr("t", ir.Is("empty"), "set"), "not empty"),
        (attr("t", ir.Glob("x*"), "string"), 'not as asked: t matches "x*"'),
    ],
)
def test_what_a_value_is_not(atom: ir.Atom, text: str) -> None:
    assert unmet(atom) == text


@given(expressions())
def test_phrases_are_one_line(expr: ir.Expr) -> None:
    assert phrase(expr)
    assert "\n" not in phrase(expr)
