"""Explanations: what is said is true of every context and cell; every finding stands before the evaluator."""

from __future__ import annotations

from itertools import product as every

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.dsl import ir
from rulewright.engine.analysis import ranks, say
from rulewright.engine.analysis.analyse import analyse
from rulewright.engine.analysis.chain import Demand, chain
from rulewright.engine.analysis.families import Culprit, Grouped, group
from rulewright.engine.analysis.formulas import conj, disj, holds
from rulewright.engine.analysis.model import (
    FALSE,
    TRUE,
    All,
    Cell,
    Context,
    Design,
    Formula,
    Lit,
    Owner,
    Problem,
    Some,
    Variable,
)
from rulewright.engine.analysis.region import needed, simplify
from tests.engine.analysis.brute.runs import VOCABULARY
from tests.engine.analysis.brute.suites import draw
from tests.engine.analysis.brute.toy import AS_OF

NUMBERS = tuple(Cell(low, f"{low}..{low + 9}", low, low + 9) for low in (0, 10, 20, 30))
WORDS = tuple(Cell(word, word) for word in ("a", "b", "c"))
VARIABLES = (
    Variable("auth.minutes", "int", NUMBERS),
    Variable("product.type", "enum", WORDS, given=True),
    Variable("product.radio", "bool", (Cell(value=False, text="false"), Cell(value=True, text="true")), given=True),
    Variable(
        "product.markets", "set", (Cell(value=False, text="without EU"), Cell("EU", "with EU")), given=True, member="EU"
    ),
)


def formulas() -> st.SearchStrategy[Formula]:
    def literal(var: int) -> st.SearchStrategy[Formula]:
        return st.integers(1, VARIABLES[var].full - 1).map(lambda mask: Lit(var, mask))

    leaves = st.one_of(*map(literal, range(len(VARIABLES))))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda items: All(tuple(items))),
            st.lists(inner, min_size=1, max_size=3).map(lambda items: Some(tuple(items))),
        ),
        max_leaves=8,
    )


def worlds() -> list[Design]:
    cells = every(*(range(len(variable.cells)) for variable in VARIABLES))
    return [Design(dict(enumerate(world))) for world in cells]


def truth(formula: Formula, world: Design) -> bool:
    answer = holds(formula, world, world, VARIABLES)
    assert answer is not None
    return answer


@given(formulas(), st.dictionaries(st.integers(0, 3), st.integers(1, 3), max_size=2))
def test_simplifying_keeps_the_meaning_where_it_is_known(formula: Formula, known: dict[int, int]) -> None:
    masks = {var: mask & VARIABLES[var].full or 1 for var, mask in known.items()}
    short = simplify(formula, VARIABLES, masks)
    for world in worlds():
        if all(masks[var] >> world.cells[var] & 1 for var in masks):
            assert truth(short, world) == truth(formula, world)


@given(formulas(), st.sampled_from(worlds()))
def test_the_facts_that_are_needed_suffice_and_none_is_too_many(formula: Formula, world: Design) -> None:
    if not truth(formula, world):
        return
    kept = needed(Context(world.cells), [formula], VARIABLES)
    assert holds(formula, Design(kept), Design(kept), VARIABLES) is True
    for var in kept:
        less = Design({other: cell for other, cell in kept.items() if other != var})
        assert holds(formula, less, less, VARIABLES) is not True


@pytest.mark.parametrize(
    ("var", "mask", "condition", "values"),
    [
        (0, 0b0001, "auth.minutes <= 9", "at most 9"),
        (0, 0b1100, "auth.minutes >= 20", "at least 20"),
        (0, 0b0110, "auth.minutes >= 10 and auth.minutes <= 29", "10..29"),
        (0, 0b1001, "(auth.minutes <= 9 or auth.minutes >= 30)", "at most 9 or at least 30"),
        (1, 0b001, "product.type = a", "a"),
        (1, 0b110, "product.type != a", "b or c"),
        (2, 0b01, "not product.radio", "false"),
        (2, 0b10, "product.radio", "true"),
        (3, 0b10, '"EU" in product.markets', "with EU"),
        (3, 0b01, 'not ("EU" in product.markets)', "without EU"),
    ],
)
def test_cells_as_text(var: int, mask: int, condition: str, values: str) -> None:
    assert say.lit(VARIABLES[var], mask) == condition
    assert say.values(VARIABLES[var], mask) == values


def test_formulas_as_text() -> None:
    both = conj([Lit(3, 2), Lit(1, 1), disj([Lit(2, 2), Lit(0, 1)], VARIABLES)])
    assert say.formula(both, VARIABLES) == (
        '"EU" in product.markets and product.type = a and (product.radio or auth.minutes <= 9)'
    )
    assert (say.formula(TRUE, VARIABLES), say.formula(FALSE, VARIABLES)) == ("always", "never")


# --- chains ------------------------------------------------------------------------------------------------------------

PROBLEM = Problem(VARIABLES, (), ())


def test_two_sets_that_do_not_meet() -> None:
    made = chain(PROBLEM, [Demand("`a`", Lit(0, 0b0011)), Demand("`b`", Lit(0, 0b1100))])
    (proof,) = made.proofs
    assert proof.complete
    assert proof.leaves == (("`a`", "at most 19"), ("`b`", "at least 20"))
    assert made.sentences == (
        "No value of `auth.minutes` satisfies both: `a` leaves at most 19, `b` leaves at least 20.",
    )
    assert made.facts == ("auth.minutes",)


def test_three_sets_of_which_two_meet() -> None:
    wanted = [Demand("`a`", Lit(1, 0b011)), Demand("`b`", Lit(1, 0b110)), Demand("`c`", Lit(1, 0b101))]
    made = chain(PROBLEM, wanted)
    assert made.sentences == (
        "No value of `product.type` satisfies all: `a` leaves a or b, `b` leaves b or c, `c` leaves a or c.",
    )


def test_steps_through_alternatives() -> None:
    either = disj([Lit(2, 0b01), Lit(0, 0b0001)], VARIABLES)
    wanted = [Demand("`a`", Lit(2, 0b10)), Demand("`b`", either), Demand("`c`", Lit(0, 0b1000))]
    made = chain(PROBLEM, wanted)
    assert made.sentences == (
        "No alternative of `b` is left: `not product.radio` is ruled out by `a`; `auth.minutes <= 9` is ruled out by `c`.",
    )


def test_what_steps_do_not_show_is_said_to_be_so() -> None:
    pairs = [(0b01, 0b0011), (0b01, 0b1100), (0b10, 0b0011), (0b10, 0b1100)]
    wanted = [Demand(f"`{n}`", disj([Lit(2, one), Lit(0, two)], VARIABLES)) for n, (one, two) in enumerate(pairs)]
    assert chain(PROBLEM, wanted).sentences == ("Every way to meet one of these breaks another; none is left.",)


# --- ids, families -----------------------------------------------------------------------------------------------------


def wanted(name: str, **other: object) -> ir.Requirement:
    plain: dict[str, object] = {
        "id": name, "level": "shall", "severity": "high", "title": "t", "scope": ir.Const(value=True),
        "applies": ir.Const(value=True), "lines": (), "place": ir.Place("a.rw", 1, 1),
    }  # fmt: skip
    return ir.Requirement(**{**plain, **other})  # type: ignore[arg-type]


def test_ids_are_of_names_and_meaning_alone() -> None:
    one, two = Owner("m:a", "shall", wanted("m:a")), Owner("m:b", "shall", wanted("m:b"))
    other = Owner("m:b", "shall", wanted("m:b", title="another", place=ir.Place("b.rw", 9, 9)))
    stricter = Owner("m:b", "should", wanted("m:b", level="should"))
    assert ranks.identity([one, two]) == ranks.identity([two, one]) == ranks.identity([one, other])
    assert ranks.identity([one, two]) != ranks.identity([one, stricter])


def test_families_cover_every_finding_once() -> None:
    findings = [
        Grouped("F1", ("law", "house"), ("x",)),
        Grouped("F2", ("law", "contract"), ("y",)),
        Grouped("F3", ("house", "contract"), ("z",)),
        Grouped("F4", ("other", "law"), ("x",)),
    ]
    culprits = {
        name: Culprit(f"C-{name}", name, rank)
        for name, rank in {"law": 0, "contract": 2, "house": 5, "other": 5}.items()
    }
    made = group(findings, culprits)
    assert [(family.culprit, family.findings) for family in made] == [("law", ("F1", "F2", "F4")), ("house", ("F3",))]
    assert made[0].facts == ("x", "y")


# --- whole analyses ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", range(4))
def test_every_finding_of_random_suites_stands_before_the_evaluator(share: int) -> None:
    found = 0
    for seed in range(share * 12, share * 12 + 12):
        drawn = draw(seed)
        made = analyse([drawn.program], VOCABULARY, as_of=AS_OF, facts=drawn.facts, arity=3)
        for finding in made.findings:
            found += 1
            assert finding.verified, (seed, finding.id)
            assert finding.arity == len(finding.members)
            assert finding.repairs
            assert [repair.rank for repair in finding.repairs] == list(range(1, len(finding.repairs) + 1))
        assert {name for family in made.families for name in family.findings} == {f.id for f in made.findings}
    assert found, "suites without conflicts test nothing"
