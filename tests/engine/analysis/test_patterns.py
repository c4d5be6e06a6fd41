"""Patterns of texts: what is found contradictory is so for every text, and what could not be constructed clashes with nothing."""

from __future__ import annotations

from itertools import combinations, product
from random import Random

import pytest

from rulewright.dsl import ir
from rulewright.engine import predicates
from rulewright.engine.analysis.analyse import analyse
from rulewright.engine.analysis.automata import Pattern, tell_apart
from rulewright.engine.analysis.findings import Analysis
from rulewright.engine.analysis.normalise import build
from rulewright.engine.analysis.search import search
from rulewright.facts.types import FieldType, Kind, Value
from rulewright.facts.vocabulary import BUILTIN, Attribute, Vocabulary
from tests.engine.analysis.wild import AS_OF, PLACE, TRUE

pytest.importorskip("re2")

VOCABULARY = Vocabulary(
    BUILTIN.collections,
    {
        "text": Attribute("text", FieldType(Kind.STRING), ""),
        "other": Attribute("other", FieldType(Kind.STRING), ""),
        "given": Attribute("given", FieldType(Kind.STRING), "", given=True),
        "safe": Attribute("safe", FieldType(Kind.BOOL), ""),
    },
)
SAFE = ir.Atom(ir.Attr("safe", "bool"), ir.Cmp("=", value=True))
LONG = "a" * 64
SHORT = ["".join(letters) for length in range(6) for letters in product("abc", repeat=length)]


def text(test: ir.Test, name: str = "text") -> ir.Atom:
    return ir.Atom(ir.Attr(name, "string"), test)


def regex(pattern: str, name: str = "text") -> ir.Atom:
    return text(ir.Regex(pattern), name)


def of_every(collection: str, field: str, kind: str, *tests: ir.Test) -> ir.Quant:
    body = ir.And(tuple(ir.Atom(ir.Field("e", collection, field, kind), test) for test in tests))
    return ir.Quant("every", "e", collection, TRUE, body)


def of_some(collection: str, field: str, kind: str, *tests: ir.Test) -> ir.Quant:
    return ir.Quant("some", "e", collection, TRUE, of_every(collection, field, kind, *tests).body)


def rules(*demands: ir.Expr | tuple[ir.Expr, ir.Expr]) -> ir.Program:
    """A requirement for each; of two expressions the first is its condition."""
    made = []
    for number, demand in enumerate(demands):
        applies, check = demand if isinstance(demand, tuple) else (TRUE, demand)
        lines = (ir.Line("check#0", "", check, PLACE),)
        made.append(
            ir.Requirement(
                id=f"toy:r{number}",
                level="shall",
                severity="low",
                title="t",
                scope=TRUE,
                applies=applies,
                lines=lines,
                place=PLACE,
            )
        )
    return ir.Program(language="1", modules=(), requirements=tuple(made))


def found(*demands: ir.Expr | tuple[ir.Expr, ir.Expr], facts: dict[str, Value] | None = None) -> Analysis:
    return analyse([rules(*demands)], VOCABULARY, as_of=AS_OF, facts=facts, kinds={"contradiction"})


# --- many repetitions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", ["[a-z]{51}", "[a-z]{64}", "[0-9a-f]{1000}", "a{0,999}b", r"(ab|c){64}\t"])
def test_repetitions_are_met(pattern: str) -> None:
    analysis = found(regex(pattern), text(ir.Cmp("!=", "x")))
    assert not analysis.findings
    assert not analysis.extent.unknowns


def test_elements_meet_repetitions() -> None:
    hashes = of_every("hash", "value", "string", ir.Regex("[0-9a-f]{64}"))
    assert not found(hashes, of_some("hash", "value", "string", ir.Cmp("!=", "x"))).findings


def test_repetitions_clash_where_no_text_has_both() -> None:
    (clash,) = found(regex("[a-z]{64}"), regex("[0-9]{64}")).findings
    assert clash.verified
    (clash,) = found(regex("a{64}"), regex("a{0,63}")).findings
    assert clash.verified
    assert not found(regex("a{64}"), regex("a{0,64}")).findings


def test_repetitions_of_given_texts_are_contexts() -> None:
    never = ir.Not(SAFE)
    (clash,) = found((regex("[a-z]{64}", "given"), SAFE), (regex("[a-z0-9]{64}", "given"), never)).findings
    assert clash.verified
    assert not found((regex("[a-z]{64}", "given"), SAFE), (regex("[0-9]{64}", "given"), never)).findings


def test_characters_of_every_kind() -> None:
    for pattern in (r"\t+", "[😀-😎]+", "[^ -~\n\u00a0-\U0010ffff]", "[^\u0001-\U0010ffff]"):
        analysis = found(regex(pattern))
        assert not analysis.findings, pattern
        assert not analysis.extent.unknowns, pattern


# --- what cannot be constructed ----------------------------------------------------------------------------------------

UNREAD = ["(?i)a", r"\pL+", r"\bab\b", ".*a.{40}", "(a{0,30}){0,30}b?", "(" * 60 + "a" + ")" * 60]


@pytest.mark.parametrize("pattern", UNREAD)
def test_what_is_not_constructed_clashes_with_nothing(pattern: str) -> None:
    for demand in (regex(pattern), ir.Not(regex(pattern))):
        analysis = found(demand, ir.Or((regex("b"), regex("[a-z]{64}"))), text(ir.Cmp("!=", "a")))
        assert not analysis.findings
        assert any(unknown.owner == "text" and pattern in unknown.text for unknown in analysis.extent.unknowns)
    assert not found(of_every("component", "name", "string", ir.Regex(pattern)), SAFE).findings
    met = of_some("component", "name", "string", ir.Cmp("!=", "a"), ir.Cmp("!=", ""))
    assert not found(of_every("component", "name", "string", ir.Regex(pattern)), met).findings


@pytest.mark.parametrize("pattern", UNREAD[:4])
def test_what_is_not_constructed_clashes_with_its_own_negation(pattern: str) -> None:
    assert found(regex(pattern), ir.Not(regex(pattern))).findings
    others = of_some("component", "name", "string", ir.Cmp("!=", "q"))
    never = ir.Quant("no", "e", "component", TRUE, others.body)
    assert not found(of_every("component", "name", "string", ir.Regex(pattern)), never).findings


def test_a_given_text_that_is_known_has_every_answer() -> None:
    both = (regex("(?i)a", "given"), SAFE), (regex("(?i)[ab]", "given"), ir.Not(SAFE))
    assert not found(*both).findings
    (clash,) = found(*both, facts={"given": "A"}).findings
    assert clash.verified
    assert not found(*both, facts={"given": "B"}).findings
    assert not found(regex("(?i)a"), text(ir.Cmp("!=", "a")), facts={"text": "b"}).findings  # of the design nothing is


def test_every_requirement_with_such_a_pattern_is_named() -> None:
    unread = of_some("component", "name", "string", ir.Regex("(?i)a"))
    known = ir.Quant(
        "some", "e", "component", TRUE, ir.Atom(ir.Field("e", "component", "name", "string"), ir.Is("known"))
    )
    problem = build([rules(unread, unread, known)], VOCABULARY, as_of=AS_OF)
    assert [unknown.owner for unknown in problem.unknowns] == ["component.name", "toy:r0", "toy:r1"]


def test_other_patterns_are_looked_into_beside_one_that_is_not() -> None:
    told = tell_apart(["b*"], [".*a.{40}", "[a-z]{64}"], ["b"])
    assert told.left_out == {("regex", ".*a.{40}")}
    assert set(told.texts.values()) == {
        frozenset(),
        frozenset({("glob", "b*")}),
        frozenset({("regex", "[a-z]{64}")}),
        frozenset({("glob", "b*"), ("regex", "[a-z]{64}")}),
    }
    (clash,) = found(regex("(?i)a"), regex("[a-c]+"), regex("[d-f]+")).findings
    assert len(clash.members) == 2


def test_a_glob_and_an_expression_of_the_same_letters_are_two() -> None:
    assert not found(text(ir.Glob("a+")), ir.Not(regex("a+"))).findings
    assert not found(ir.Not(text(ir.Glob("a+"))), regex("a+")).findings


def test_patterns_of_texts_that_are_compared() -> None:
    same = text(ir.CmpAttr("=", ir.Attr("other", "string")))
    analysis = found(same, text(ir.Glob("x*")), text(ir.Glob("*y"), "other"))
    assert not analysis.findings
    assert analysis.extent.unknowns


def test_patterns_of_versions_beside_their_order() -> None:
    name = "component", "version", "version"
    wanted = ir.Glob("1.*9"), ir.InVers("semver/<1.5")
    assert not found(of_every(*name, *wanted), of_some(*name, ir.Glob("*"))).findings
    assert found(of_every(*name, ir.Glob("1.*")), of_some(*name, ir.Glob("2.*"))).findings  # no order is asked


# --- against all short texts -------------------------------------------------------------------------------------------


def drawn(dice: Random, depth: int = 2) -> str:
    """A regular expression over a, b and c."""
    if not depth or dice.random() < 0.3:
        return dice.choice(["a", "b", "[ab]", "[^a]", ".", "c"])
    one, two = drawn(dice, depth - 1), drawn(dice, depth - 1)
    return dice.choice(
        [one + two, f"({one}|{two})", f"({one})*", f"({one})?{two}", f"({one}){{1,2}}", f"({one}){{2}}{two}"]
    )


def test_combinations_are_those_of_all_short_texts() -> None:
    for seed in range(60):
        dice = Random(seed)
        globs = ["".join(dice.choices("ab*?", k=dice.randint(1, 3)))]
        patterns = [drawn(dice), drawn(dice)]
        told = tell_apart(globs, patterns, ["ab"])
        assert not told.left_out
        tests: dict[Pattern, ir.Test] = {("glob", glob): ir.Glob(glob) for glob in globs}
        tests |= {("regex", pattern): ir.Regex(pattern) for pattern in patterns}
        judges = {pattern: predicates.judge(test, "string", 0) for pattern, test in tests.items()}

        def matched(text: str, judges: dict[Pattern, predicates.Judge] = judges) -> frozenset[Pattern]:
            return frozenset(pattern for pattern, judge in judges.items() if judge(text))

        assert all(matched(text) == found for text, found in told.texts.items()), seed
        assert {matched(text) for text in SHORT} <= set(told.texts.values()), seed


def test_a_contradiction_is_one_for_all_short_texts_and_the_reverse() -> None:
    sizes = set()
    for seed in range(60):
        dice = Random(seed)
        demands = [
            ir.Not(item) if dice.random() < 0.4 else item
            for item in (regex(drawn(dice)), text(ir.Glob(dice.choice(["a*", "*b", "??", "?"]))), regex(drawn(dice)))
        ]
        problem = build([rules(*demands)], VOCABULARY, as_of=AS_OF)
        assert not problem.unknowns
        words = [*SHORT, *(str(cell.value) for v in problem.variables if v.name == "text" for cell in v.cells)]
        judged = []
        for demand in demands:
            item = demand.item if isinstance(demand, ir.Not) else demand
            assert isinstance(item, ir.Atom)
            judge = predicates.judge(item.test, "string", 0)
            judged.append({word for word in words if judge(word) is not isinstance(demand, ir.Not)})
        clashes = [one.owners for one in search(problem).found]
        for size in (1, 2, 3):
            for owners in combinations(range(3), size):
                clash = any(set(one) <= set(owners) for one in clashes)
                assert clash is not bool(set.intersection(*(judged[owner] for owner in owners))), seed
        sizes |= {len(clash) for clash in clashes}
    assert sizes >= {2, 3}
