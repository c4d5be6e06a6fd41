"""Least changes: by hand for each kind of test, against a search through everything on small domains, and on generated rules."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product as combinations

import msgspec
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from rulewright.dsl import ir
from rulewright.engine.answers import Planes
from rulewright.engine.candidates import Need, Place, value
from rulewright.engine.changes import Changes, Demand, good
from rulewright.engine.evaluate import evaluate
from rulewright.engine.plan import make
from rulewright.engine.reference import Reference
from rulewright.engine.sight import CHANGE, DETECTORS, FAR, Sight, look
from rulewright.engine.steps import Step, clause_text, together
from rulewright.facts.base import Fact, FactBase, scalar
from rulewright.facts.types import Completeness, State, Trust, Value
from tests.engine import generated
from tests.engine.made import AS_OF, attr, components, facts, field, program, quant, requirement

NOT = ir.Not
A, B, C = (attr(f"x.{name}", ir.Cmp("=", value=True)) for name in "abc")


def sight(wanted: ir.Requirement, known: FactBase, **parts: object) -> Sight:
    """The sight of one requirement."""
    return Sight(Reference(program(wanted, **parts), known, AS_OF), 0)


def changes(wanted: ir.Requirement, known: FactBase, **parts: object) -> tuple[Changes, Demand]:
    """What makes a requirement's open lines true."""
    found = sight(wanted, known, **parts)
    lines = [n for n in range(len(wanted.lines)) if found.answers.line(0, n, 0) in {"fail", "unknown"}]
    demand = Demand(found, 0, tuple(lines))
    return Changes([demand]), demand


def told(wanted: ir.Requirement, known: FactBase, **parts: object) -> list[tuple[str, str, str, str]]:
    """The steps in short: kind, fact, from, to."""
    return [(s.kind, s.fact, s.now, s.to) for s in changes(wanted, known, **parts)[0].steps()]


# --- values ------------------------------------------------------------------------------------------------------------

DAY = "2024-10-04"  # AS_OF
CASES = [
    ("bool", ir.Cmp("=", value=True), False, "true"),
    ("bool", ir.Cmp("!=", value=True), True, "false"),
    ("int", ir.Cmp(">=", 12), 8, "12"),
    ("int", ir.Cmp(">", 12), 8, "13"),
    ("int", ir.Cmp("<", 12), 30, "11"),
    ("int", ir.Cmp("!=", 12), 12, "13"),
    ("decimal", ir.Cmp(">=", 1_000_000), 500_000, "1"),
    ("enum", ir.Cmp("=", "secure"), "open", "secure"),
    ("enum", ir.OneOf(("a", "b")), "c", "a"),
    ("string", ir.Cmp("=", "1.0"), "", "1.0"),
    ("version", ir.Cmp(">=", "2.0"), "1.10", "2.0"),
    ("set", ir.Contains("EU"), ("US",), "{EU, US}"),
    ("set", ir.SubsetOf(("EU",)), ("EU", "US"), "{EU}"),
    ("set", ir.Is("empty"), ("EU", "US"), "{}"),
    ("date", ir.CmpAsOf(">=", 0, 10), AS_OF - 5, "2024-10-14"),
    ("date", ir.CmpAsOf("<", 0, 0), AS_OF + 5, "2024-10-03"),
    ("string", ir.Glob("b*"), "a", ""),
    ("license", ir.LicenseAllows(("MIT",)), "GPL-2.0-only", ""),
    ("purl", ir.PurlLike("pkg:pypi/*"), "pkg:npm/a", ""),
    ("enum", ir.Cmp("!=", "open"), "open", ""),
]


@pytest.mark.parametrize(("kind", "test", "now", "to"), CASES, ids=lambda c: str(c)[:40])
def test_a_known_fact_is_changed_to_the_nearest_value_that_passes(
    kind: str, test: ir.Test, now: Value, to: str
) -> None:
    wanted = requirement(attr("x.a", test, kind))
    found, demand = changes(wanted, facts(x__a=now))
    (step,) = found.steps()
    assert (step.kind, step.fact, step.to) == ("change", "x.a", to)
    assert found.closes(demand) is bool(to)


NEGATED = [
    ("set", ir.Contains("EU"), ("EU", "US"), "{US}"),
    ("set", ir.Is("empty"), (), ""),
    ("enum", ir.OneOf(("a", "b")), "a", ""),
    ("int", ir.Cmp(">=", 3), 3, "2"),
    ("bool", ir.Cmp("=", value=True), True, "false"),
]


@pytest.mark.parametrize(("kind", "test", "now", "to"), NEGATED, ids=lambda c: str(c)[:40])
def test_what_must_not_be_is_undone(kind: str, test: ir.Test, now: Value, to: str) -> None:
    assert told(requirement(NOT(attr("x.a", test, kind))), facts(x__a=now))[0][3] == to


def test_another_word_of_an_enumeration_is_taken_from_the_rules() -> None:
    kind = attr("x.a", ir.Cmp("!=", "open"), "enum")
    other = attr("x.a", ir.OneOf(("open", "fused_off")), "enum")
    assert told(requirement(kind, other), facts(x__a="open")) == [("change", "x.a", "open", "fused_off")]


def test_a_comparison_of_two_facts_moves_the_left_or_the_one_not_known() -> None:
    after = ir.CmpAttr(">=", ir.Attr("x.b", "date"), 12, 0)
    wanted = requirement(attr("x.a", after, "date"))
    assert told(wanted, facts(x__a=AS_OF, x__b=AS_OF)) == [("change", "x.a", DAY, "2025-10-04")]
    assert told(wanted, facts(x__a=AS_OF)) == [("find_out", "x.b", "missing", "2023-10-04")]
    assert told(wanted, facts(x__b=AS_OF)) == [("find_out", "x.a", "missing", "2025-10-04")]
    both, demand = changes(wanted, facts())
    assert [(s.fact, s.to) for s in both.steps()] == [("x.a", ""), ("x.b", "")]
    assert not both.closes(demand)


def test_the_first_day_back_from_the_end_of_a_month_is_found() -> None:
    after = ir.CmpAttr("=", ir.Attr("x.b", "date"), 1, 0)
    end = AS_OF + 27  # 2024-10-31: no day of September plus a month is that day
    found = told(requirement(attr("x.a", after, "date")), facts(x__a=end))
    assert found == [("find_out", "x.b", "missing", "")]
    assert told(requirement(attr("x.a", after, "date")), facts(x__a=end - 1))[0][3] == "2024-09-30"


def test_the_present_value_stays_where_it_passes() -> None:
    """A stale fact is looked at again, not changed."""
    old = Fact(State.KNOWN, 14, observed=AS_OF - 300, detector="network")
    wanted = requirement(attr("x.a", ir.Cmp(">=", 8), "int"), evidence=ir.Evidence(1, ("network",), 90))
    (step,) = changes(wanted, facts(x__a=old), detectors={"x.a": ("manual", "network")})[0].steps()
    assert (step.kind, step.now, step.to) == ("find_out", "14, stale", "14")
    assert step.detectors == ("network",)
    assert step.evidence == "counts from no other source, not older than 90 days"


def test_a_fact_past_its_own_freshness_is_looked_at_again() -> None:
    old = Fact(State.KNOWN, value=True, observed=AS_OF - 300, detector="network")
    found, demand = changes(requirement(A), facts(x__a=old), fresh={"x.a": 180})
    assert [(s.kind, s.now, s.to) for s in found.steps()] == [("find_out", "true, stale", "true")]
    assert found.closes(demand)


def test_evidence_of_two_kinds_is_given_by_two_kinds() -> None:
    clause = ir.Evidence(2, ("firmware", "network"), 30, 2)
    fact = good(value=True, clause=clause, as_of=AS_OF)
    assert {w.detector for w in fact.witnesses} == {"firmware", "network"}
    found, demand = changes(requirement(A, evidence=clause), facts(x__a=True))
    assert [s.now for s in found.steps()] == ["true, untrusted"]
    assert found.closes(demand)
    told_ = "counts from no other source, 2 kinds of source that agree, not older than 30 days, at least observed"
    assert clause_text(clause) == told_


def test_a_signature_is_asked_for_where_the_value_is_good() -> None:
    """Nothing is changed: somebody has to vouch for it."""
    found, demand = changes(requirement(A, attr("x.a", ir.Is("signed"))), facts(x__a=True))
    assert [(s.kind, s.now, s.to, s.wanted) for s in found.steps()] == [("find_out", "true", "true", "x.a is signed")]
    assert found.closes(demand)


def test_a_conflict_is_found_out() -> None:
    assert told(requirement(A), facts(x__a=State.CONFLICTING)) == [("find_out", "x.a", "conflicting", "true")]


def test_to_forget_a_fact_is_no_way() -> None:
    """`x is not known or x = 0`: the number has to become 0."""
    atom = attr("x.a", ir.Is("known"), "int")
    wanted = requirement(ir.Or((NOT(atom), attr("x.a", ir.Cmp("=", 0), "int"))))
    assert told(wanted, facts(x__a=3)) == [("change", "x.a", "3", "0")]


def test_rather_what_is_missing_than_to_give_something_up() -> None:
    for lines in (ir.Or((NOT(A), B)), ir.Or((attr("x.a", ir.Cmp("=", value=False)), B)), ir.Or((B, NOT(A)))):
        assert told(requirement(lines), facts(x__a=True, x__b=False)) == [("change", "x.b", "false", "true")]


def test_a_state_has_no_value() -> None:
    assert told(requirement(attr("x.a", ir.Is("withheld"))), facts(x__a=True)) == [("change", "x.a", "true", "")]
    assert told(requirement(attr("x.a", ir.Is("known"), "int")), facts()) == [("find_out", "x.a", "missing", "")]
    assert told(requirement(attr("x.a", ir.Is("known"))), facts()) == [("find_out", "x.a", "missing", "true")]


def test_demands_on_one_fact_are_met_together() -> None:
    lines = [attr("x.a", ir.Cmp(op, number), "int") for op, number in ((">=", 3), ("!=", 3), ("!=", 4), ("<", 9))]  # type: ignore[arg-type]
    assert told(requirement(*lines), facts(x__a=1)) == [("change", "x.a", "1", "5")]
    above, below = attr("x.a", ir.Cmp(">", 3), "int"), attr("x.a", ir.Cmp("<", 3), "int")
    found, demand = changes(requirement(ir.And((above, below))), facts(x__a=1))
    assert [s.to for s in found.steps()] == [""]
    assert not found.closes(demand)


# --- which way ---------------------------------------------------------------------------------------------------------


def test_all_of_a_conjunction_and_the_cheapest_of_alternatives() -> None:
    known = facts(x__a=False, x__b=False, x__c=False)
    assert [s[1] for s in told(requirement(ir.And((A, ir.Or((B, C))))), known)] == ["x.a", "x.b"]
    assert [s[1] for s in told(requirement(NOT(ir.Or((NOT(A), NOT(B))))), known)] == ["x.a", "x.b"]
    assert [s[1] for s in told(requirement(NOT(ir.And((NOT(A), NOT(B))))), known)] == ["x.a"]


def test_one_change_that_serves_twice_comes_before_two() -> None:
    known = facts(x__a=False, x__b=False, x__c=False)
    wanted = requirement(ir.And((ir.Or((B, A)), ir.Or((C, A)))))
    assert told(wanted, known) == [("change", "x.a", "false", "true")]
    assert told(requirement(ir.Or((B, A)), ir.Or((C, A))), known) == [("change", "x.a", "false", "true")]


def test_of_two_sets_the_one_that_loses_less_is_changed() -> None:
    ports, unused = (attr(f"x.{name}", ir.Is("empty"), "set") for name in ("ports", "unused"))
    known = facts(x__ports=("23", "443"), x__unused=("telnet",))
    assert told(requirement(ir.Or((ports, unused))), known) == [("change", "x.unused", "{telnet}", "{}")]
    several = tuple(f"p{number}" for number in range(40))
    both, one = ir.And((A, B)), ir.Or((ir.And((A, B)), ports))
    assert [s[1] for s in told(requirement(one), facts(x__a=False, x__b=False, x__ports=several))] == ["x.ports"]
    assert len(told(requirement(both), facts(x__a=False, x__b=False))) == 2


def test_what_a_change_would_break_is_kept() -> None:
    """`a` must become true, and `not a or b` is true only as long as it is not."""
    known = facts(x__a=False, x__b=False)
    for lines in ((ir.And((A, ir.Or((NOT(A), B)))),), (A, ir.Or((NOT(A), B)))):
        found, demand = changes(requirement(*lines), known)
        assert [s.fact for s in found.steps()] == ["x.a", "x.b"]
        assert found.closes(demand)


def test_looking_comes_before_changing() -> None:
    """An alternative that is known to be missing and one that nobody looked at: look first, whatever the detector."""
    wanted = requirement(ir.Or((A, B)))
    assert look(DETECTORS[-1:]) < look(()) < CHANGE
    found, _ = changes(wanted, facts(x__a=False), detectors={"x.b": ("manual",)})
    assert [(s.kind, s.fact, s.cost) for s in found.steps()] == [("find_out", "x.b", 7)]


def test_the_cheapest_evidence_first() -> None:
    detectors = {"x.a": ("manual", "network"), "x.b": ("document", "sbom"), "x.c": ("network",)}
    found, _ = changes(requirement(ir.Or((A, B, C))), facts(), detectors=detectors)
    (step,) = found.steps()
    assert (step.fact, step.detectors, step.cost) == ("x.b", ("sbom", "document"), 1)


def test_evidence_clauses_decide_who_may_tell() -> None:
    detectors = {"x.a": ("sbom", "network")}
    clause = ir.Evidence(1, ("manual", "network"))
    (step,) = changes(requirement(A, evidence=clause), facts(), detectors=detectors)[0].steps()
    assert (step.detectors, step.cost) == (("network",), look(("network",)))
    (other,) = changes(requirement(A, evidence=ir.Evidence(1, ("manual",))), facts(), detectors=detectors)[0].steps()
    assert other.detectors == ("manual",)


def test_what_cannot_be_has_no_steps_and_is_not_proven() -> None:
    for never in (ir.Const(value=False), ir.Const(value=None), ir.Or(())):
        found, demand = changes(requirement(never), facts())
        assert found.steps() == ()
        assert not found.closes(demand)


def test_a_contradiction_is_avoided_where_there_is_another_way() -> None:
    known = facts(x__a=False, x__b=False)
    found, demand = changes(requirement(ir.Or((ir.And((A, NOT(A))), B))), known)
    assert [s.fact for s in found.steps()] == ["x.b"]
    assert found.closes(demand)
    stuck = sight(requirement(ir.And((A, NOT(A)))), known)
    (way,) = stuck.ways(stuck.answers.program.requirements[0].lines[0].expr, None, wanted=True)
    assert stuck.price(way) >= FAR


def test_lists_are_mended_or_found_out() -> None:
    every = quant("every", field("supplier", ir.Is("known")))
    table = components([{"name": "a", "supplier": "x"}, {"name": "b"}], Completeness.CLOSED)
    found, demand = changes(requirement(every), facts(table))
    (step,) = found.steps()
    assert (step.kind, step.fact, step.count, step.now) == ("elements", "component", 1, "1 at fault")
    assert step.wanted == "line 1"  # the author's words
    assert not found.closes(demand)
    assert told(requirement(every), facts()) == [("find_out", "component", "not supplied", "")]
    unsure = quant("every", field("supplier", ir.Cmp("=", "x")))
    assert told(requirement(unsure), facts(table)) == [("find_out", "component", "1 undecided", "")]
    open_list = components([], Completeness.OPEN)
    assert told(requirement(every), facts(open_list)) == [("find_out", "component", "perhaps incomplete", "")]


def test_a_question_is_asked() -> None:
    name = "answer:std@1:r"
    asked = attr(name, ir.Cmp("=", value=True))
    (step,) = changes(requirement(asked), facts(), questions={name: "Is it so?"})[0].steps()
    assert (step.kind, step.fact, step.question) == ("find_out", name, "Is it so?")


def test_several_requirements_get_one_value() -> None:
    first, second = (requirement(attr("x.a", ir.Cmp(">=", number), "int"), id=f"std:{number}") for number in (8, 12))
    known = facts(x__a=1)
    seen = Sight(Reference(program(first, second), known, AS_OF), 0)
    demands = [Demand(seen, 0, (0,)), Demand(seen, 1, (0,))]
    found = Changes(demands)
    (step,) = found.steps()
    assert (step.to, step.wanted) == ("12", "x.a >= 12")
    assert all(map(found.closes, demands))


def test_the_most_constrained_requirement_chooses_first() -> None:
    loose, strict = requirement(ir.Or((A, B)), id="std:1"), requirement(B, id="std:2")
    seen = Sight(Reference(program(loose, strict), facts(x__a=False, x__b=False), AS_OF), 0)
    assert [s.fact for s in Changes([Demand(seen, 0, (0,)), Demand(seen, 1, (0,))]).steps()] == ["x.b"]


def test_requirements_that_want_the_opposite_are_named() -> None:
    wanted, opposed = requirement(A, id="std:1"), requirement(NOT(A), id="std:2")
    other = requirement(B, id="std:3")
    seen = Sight(Reference(program(wanted, opposed, other), facts(x__a=False, x__b=True), AS_OF), 0)
    found = Changes([Demand(seen, 0, (0,))])
    assert list(found.breaks([seen])) == [(seen, 1, "fail")]


def test_requirements_that_would_no_longer_be_known_to_pass_are_named() -> None:
    """Who changes the fact brings another one into play that nobody knows."""
    wanted, resting = requirement(A, id="std:1"), requirement(ir.Or((NOT(A), B)), id="std:2")
    open_already = requirement(ir.Or((ir.And((NOT(A), C)), ir.And((A, B)))), id="std:3")
    seen = Sight(Reference(program(wanted, resting, open_already), facts(x__a=False), AS_OF), 0)
    assert list(Changes([Demand(seen, 0, (0,))]).breaks([seen])) == [(seen, 1, "unknown")]


def test_implied_demands_are_not_repeated() -> None:
    kinds = [attr("x.a", ir.OneOf(words), "enum") for words in (("a", "b", "c"), ("b", "c"), ("c", "b", "d"))]
    assert together([Need(k, truth=True) for k in kinds]) == [attr("x.a", ir.OneOf(("c", "b")), "enum")]
    bounds = [attr("x.b", ir.Cmp(op, n), "int") for op, n in ((">=", 3), (">=", 8), ("<=", 9), ("<=", 12))]  # type: ignore[arg-type]
    assert together([Need(b, truth=True) for b in bounds]) == [bounds[1], bounds[2]]


# --- against a search through everything -------------------------------------------------------------------------------

DOMAINS: Mapping[str, tuple[str, tuple[Value, ...]]] = {
    "x.a": ("bool", (False, True)),
    "x.b": ("bool", (False, True)),
    "x.k": ("enum", ("none", "weak", "strong")),
    "x.n": ("int", tuple(range(7))),
}


@st.composite
def small_atoms(draw: st.DrawFn) -> ir.Expr:
    """A test of an attribute of a small domain."""
    name = draw(st.sampled_from(sorted(DOMAINS)))
    kind, domain = DOMAINS[name]
    inner = st.sampled_from(domain[1:-1] or domain)
    if kind == "enum":
        test: ir.Test = draw(st.one_of(inner.map(lambda v: ir.Cmp("=", v)), st.just(ir.OneOf(("weak", "strong")))))
    else:
        ops = st.sampled_from(["=", "!="] if kind == "bool" else ["=", "!=", "<", "<=", ">", ">="])
        test = draw(st.builds(ir.Cmp, ops, inner))
    return attr(name, test, kind)


SMALL = st.recursive(
    small_atoms(),
    lambda inner: st.one_of(
        inner.map(ir.Not),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: ir.And(tuple(items))),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: ir.Or(tuple(items))),
    ),
    max_leaves=6,
)
KNOWN = st.fixed_dictionaries({name: st.sampled_from(domain) for name, (_, domain) in DOMAINS.items()})


def base(values: Mapping[str, Value]) -> FactBase:
    """These facts of one product."""
    return facts(**{name.replace(".", "__"): value for name, value in values.items()})


def fewest(expr: ir.Expr, now: Mapping[str, Value]) -> int | None:
    """The least number of facts to change so that an expression holds; None where none will do."""
    wanted = program(requirement(expr))
    counts = [
        sum(values[n] != now[n] for n in values)
        for combination in combinations(*(domain for _, domain in DOMAINS.values()))
        if (values := dict(zip(DOMAINS, combination, strict=True)))
        and Reference(wanted, base(values), AS_OF).line(0, 0, 0) == "pass"
    ]
    return min(counts, default=None)


@settings(max_examples=80)
@given(expr=SMALL, now=KNOWN)
def test_no_fewer_facts_would_do(expr: ir.Expr, now: Mapping[str, Value]) -> None:
    """Every word of the enumeration is named somewhere in the rules, as in real ones."""
    words = requirement(attr("x.k", ir.OneOf(("none", "weak", "strong")), "enum"), id="std:words")
    known = base(now)
    answers = Reference(program(requirement(expr), words), known, AS_OF)
    if answers.line(0, 0, 0) == "pass":
        event("holds already")
        return
    demand = Demand(Sight(answers, 0), 0, (0,))
    found, least = Changes([demand]), fewest(expr, now)
    assert found.closes(demand) is (least is not None)
    if least is not None:
        assert len(found.steps()) == least
        event(f"{least} to change")


# --- on generated rules ------------------------------------------------------------------------------------------------


def as_told(steps: tuple[Step, ...], demand: Demand, chosen: Mapping[str, Value]) -> FactBase:
    """The facts after the steps, each as good evidence gives it."""
    answers = demand.sight.answers
    clause, count = demand.wanted.evidence, len(answers.facts.products)
    columns = {step.fact: scalar([good(chosen[step.fact], clause, answers.as_of)] * count) for step in steps}
    return msgspec.structs.replace(answers.facts, attributes={**answers.facts.attributes, **columns})


LISTS = st.sampled_from(
    [quant(kind, field("supplier", ir.Is("known")), n=1) for kind in ("every", "some", "at_most", "no")]
)
TESTS: Mapping[str, tuple[ir.Test, ...]] = {
    "bool": (ir.Cmp("=", value=True), ir.Cmp("!=", value=True), ir.Is("known")),
    "int": tuple(ir.Cmp(op, 3) for op in ("=", "!=", "<", "<=", ">", ">=")),
    "enum": (ir.Cmp("=", "firmware"), ir.OneOf(("library", "firmware")), ir.Cmp("!=", "library")),
    "set": (ir.Contains("EU"), ir.Contains("CN"), ir.SubsetOf(("EU",)), ir.Is("empty")),
    "date": (
        ir.CmpAsOf(">=", 1, -30),
        ir.Cmp("<", AS_OF),
        ir.CmpAttr(">=", ir.Attr("support.end", "date"), 12, 0),
        ir.CmpAttr("<", ir.Attr("product.placed", "date")),
    ),
}
ATOMS = [
    attr(name, test, kind)
    for name, kind in generated.ATTRIBUTES.items()
    for test in (*TESTS[kind], ir.Is("signed"), ir.Is("conflicting"))
]
LEAVES = st.one_of(st.sampled_from(ATOMS), st.sampled_from(ATOMS), LISTS)
LINES = st.one_of(
    LEAVES,
    LEAVES.map(ir.Not),
    st.builds(lambda a, b, c: ir.And((a, ir.Or((b, ir.Not(c))))), LEAVES, LEAVES, LEAVES),
    st.builds(lambda a, b, c: ir.Or((ir.And((a, ir.Not(b))), c)), LEAVES, LEAVES, LEAVES),
    st.builds(lambda a, b, c: ir.Not(ir.And((ir.Or((a, b)), c))), LEAVES, LEAVES, LEAVES),
)


@st.composite
def rules(draw: st.DrawFn) -> ir.Program:
    """One requirement, mostly over attributes: what a plan can change."""
    lines = draw(st.lists(LINES, min_size=1, max_size=2))
    applies = draw(st.one_of(st.just(generated.TRUE), st.just(generated.TRUE), LINES))
    fresh = draw(st.dictionaries(st.sampled_from(sorted(generated.ATTRIBUTES)), st.sampled_from([4, 100])))
    return program(requirement(*lines, applies=applies, evidence=draw(generated.EVIDENCE)), fresh=fresh)


@st.composite
def states(draw: st.DrawFn) -> FactBase:
    """One product with a list and attributes in every state."""
    known = facts(components([{"name": "a", "supplier": "x"}, {"name": "b", "supplier": None}]))
    found = {name: scalar([draw(generated.scalars(kind))]) for name, kind in generated.ATTRIBUTES.items()}
    return msgspec.structs.replace(known, attributes=found)


@settings(max_examples=120)
@given(wanted=rules(), known=states())
def test_what_is_proven_passes_and_only_what_is_open_is_touched(wanted: ir.Program, known: FactBase) -> None:
    answers = Planes(evaluate(make(wanted), known, AS_OF))
    lines = range(len(wanted.requirements[0].lines))
    open_ = tuple(n for n in lines if answers.line(0, n, 0) in {"fail", "unknown"})
    if answers.verdict(0, 0) not in {"fail", "unknown"} or not open_:
        event("nothing to do")
        return
    demand = Demand(Sight(answers, 0), 0, open_)
    found = Changes([demand])
    proven = found.closes(demand)
    event("proven" if proven else "not proven")
    if not proven:
        return
    steps = found.steps()
    after = Reference(wanted, as_told(steps, demand, found.values), AS_OF)
    assert after.verdict(0, 0) == "pass"
    for step in steps:
        before = demand.sight.fact(step.fact, demand.wanted.evidence)
        if step.kind == "change":
            assert before.state is State.KNOWN
            assert before.value != found.values[step.fact]
        else:
            assert before.state is not State.KNOWN or step.wanted == f"{step.fact} is signed"


@given(
    kind=st.sampled_from(["bool", "int", "enum", "date", "set"]),
    data=st.data(),
)
def test_a_value_that_is_named_meets_every_demand(kind: str, data: st.DataObject) -> None:
    atom = st.builds(lambda test: attr("x.a", test, kind), generated.tests_of(kind))
    needs = data.draw(st.lists(st.builds(Need, atom, st.booleans()), min_size=1, max_size=3))
    assume(not any(isinstance(n.expr.test, ir.CmpAttr) for n in needs if isinstance(n.expr, ir.Atom)))
    place = Place(facts(x__a=data.draw(st.sampled_from([*generated.VALUES[kind], None]))), 0, AS_OF)
    found = value("x.a", kind, needs, place)
    if found is not None:
        known = facts(x__a=Fact(State.KNOWN, found, trust=Trust.SIGNED))
        truths = [Reference(program(requirement(n.expr)), known, AS_OF).line(0, 0, 0) for n in needs]
        assert truths == ["pass" if n.truth else "fail" for n in needs]
