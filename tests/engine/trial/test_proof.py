"""A proof that two requirements say the same holds against the evaluator on every product of small domains.

The domains here are written down anew, not taken from `values`: a value that is left out there would be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, islice, product
from random import Random

import pytest

from rulewright.dsl import ir
from rulewright.dsl.ir_cases import Open
from rulewright.engine.trial.given import PRODUCT, fact
from rulewright.engine.trial.mutation import mutants
from rulewright.engine.trial.proof import Prover
from rulewright.engine.trial.run import DAY, run_on
from rulewright.engine.trial.values import STATES, Domain, complete, known, listed
from rulewright.facts.stack import ProductFacts
from rulewright.facts.types import FieldType, Kind
from rulewright.facts.vocabulary import Attribute, Vocabulary

WORDS = ("aa", "bb", "cc")
TYPES = {
    "t.bool": (FieldType(Kind.BOOL), None, None),
    "t.closed": (FieldType(Kind.ENUM, WORDS), None, None),
    "t.open": (FieldType(Kind.ENUM, WORDS, open_values=True), None, None),
    "t.text": (FieldType(Kind.STRING), None, None),
    "t.tries": (FieldType(Kind.INT), 0, 4),
    "t.up": (FieldType(Kind.INT), 3, None),
    "t.free": (FieldType(Kind.INT), None, None),
    "t.share": (FieldType(Kind.DECIMAL), None, 2_000_000),
    "t.day": (FieldType(Kind.DATE), None, None),
    "t.set": (FieldType(Kind.SET, WORDS), None, None),
    "t.open_set": (FieldType(Kind.SET, WORDS, open_values=True), None, None),
    "t.any_set": (FieldType(Kind.SET), None, None),
    "t.version": (FieldType(Kind.VERSION), None, None),
    "t.license": (FieldType(Kind.LICENSE), None, None),
    "t.purl": (FieldType(Kind.PURL), None, None),
}
VOCABULARY = Vocabulary({}, {n: Attribute(n, t, "", low=low, high=high) for n, (t, low, high) in TYPES.items()})
TEXTS = ("", "aa", "bb", "sample", "sample-2", "other")
POOL: dict[str, list[ir.Value]] = {
    "t.bool": [True, False],
    "t.closed": [*WORDS],
    "t.open": [*WORDS, "sample", "other"],
    "t.text": [*TEXTS],
    "t.tries": list(range(5)),
    "t.up": list(range(3, 12)),
    "t.free": list(range(-4, 12)),
    "t.share": [-9_000_000, *range(999_998, 1_000_003), 1_500_000, *range(1_999_998, 2_000_001)],
    "t.day": [DAY + n for n in range(-5, 6)],
    "t.set": [s for n in range(4) for s in combinations(WORDS, n)],
    "t.open_set": [s for n in range(5) for s in combinations(sorted((*WORDS, "other")), n)],
    "t.any_set": [s for n in range(6) for s in combinations(sorted((*WORDS, "sample", "zz")), n)],
    "t.version": ["1.0", "1.0.0", "0.1", "2.0", "x"],
    "t.license": ["MIT", "MIT OR GPL-2.0-only", "MIT AND GPL-2.0-only", "Apache-2.0", "sample"],
    "t.purl": ["pkg:npm/a@1", "pkg:npm/b", "pkg:pypi/a", "nonsense"],
}
CONSTANTS: dict[str, tuple[ir.Value, ...]] = {
    "t.tries": (-2, 0, 2, 4, 5, 9),
    "t.up": (0, 3, 4, 9),
    "t.free": (0, 1, 5),
    "t.share": (1_000_000, 2_000_000, 3_000_000),
    "t.day": (DAY, DAY + 1),
}
SPECIAL: dict[str, list[ir.Test]] = {
    "t.version": [ir.Cmp("=", "1.0"), ir.Cmp(">=", "1.0"), ir.OneOf(("1.0", "2.0")), ir.InVers("generic/>=1.0")],
    "t.license": [ir.LicenseAllows(("MIT",)), ir.LicenseRequiresAny(("GPL-2.0-only", "MIT")), ir.Is("valid")],
    "t.purl": [ir.PurlLike("pkg:npm/*"), ir.Is("valid"), ir.Cmp("=", "pkg:npm/b")],
}


def any_test(rng: Random, name: str) -> ir.Test:
    """A test of a fact that a rule could hold."""
    kind = TYPES[name][0].kind
    if rng.random() < 0.25:
        return ir.Is(rng.choice(("known", "stated", "withheld", "malformed", "conflicting", "signed")))
    if name in SPECIAL:
        return rng.choice(SPECIAL[name])
    if kind is Kind.SET:
        some = tuple(sorted(rng.sample(WORDS, rng.randint(1, 3))))
        return rng.choice((ir.Contains(some[0]), ir.SubsetOf(some), ir.Cmp("=", some), ir.Is("empty")))
    if kind is Kind.BOOL:
        return ir.Cmp("=", rng.choice((True, False)))
    if kind in {Kind.ENUM, Kind.STRING}:
        pool = WORDS if kind is Kind.ENUM else TEXTS[:-1]
        some = tuple(sorted(rng.sample(pool, rng.randint(1, 3))))
        plain: list[ir.Test] = [ir.Cmp("=", some[0]), ir.Cmp("!=", some[0]), ir.OneOf(some)]
        return rng.choice([*plain, ir.Glob("s*"), ir.Is("empty")] if kind is Kind.STRING else plain)
    if rng.random() < 0.2:
        return ir.OneOf(tuple(sorted(set(rng.sample(CONSTANTS[name], 2)))))
    if kind is Kind.DATE and rng.random() < 0.3:
        return ir.CmpAsOf(rng.choice(("<", ">=")), 0, rng.choice((0, 1)))
    return ir.Cmp(rng.choice(("=", "!=", "<", "<=", ">", ">=")), rng.choice(CONSTANTS[name]))


def any_expr(rng: Random, names: Sequence[str], depth: int) -> ir.Expr:
    """A condition on some facts."""
    if depth == 0 or rng.random() < 0.3:
        name = rng.choice(names)
        return ir.Atom(ir.Attr(name, TYPES[name][0].kind.value), any_test(rng, name))
    if rng.random() < 0.3:
        return ir.Not(any_expr(rng, names, depth - 1))
    items = tuple(any_expr(rng, names, depth - 1) for _ in range(rng.randint(2, 3)))
    return rng.choice((ir.And, ir.Or))(items)


def requirement(*lines: ir.Expr) -> ir.Requirement:
    """A requirement of some lines."""
    place = ir.Place("x.rw", 1, 1)
    told = tuple(ir.Line(f"check#{n}", "", expr, place) for n, expr in enumerate(lines, 1))
    yes = ir.Const(value=True)
    return ir.Requirement(
        id="x:1", level="shall", severity="low", title="", scope=yes, applies=yes, lines=told, place=place
    )


def everything(names: Sequence[str]) -> list[ProductFacts]:
    """Every product of the small domains, in every state."""
    sides = [[*POOL[name], *map(Open, STATES)] for name in names]
    return [
        ProductFacts(PRODUCT, {name: fact(value) for name, value in zip(names, values, strict=True)}, {})
        for values in product(*sides)
    ]


def differ(one: ir.Requirement, several: Sequence[ir.Requirement], products: Sequence[ProductFacts]) -> list[int]:
    """Which of several requirements have another verdict than the first on any product."""
    run = run_on(ir.Program(language="1", modules=(), requirements=()), [one, *several], products, DAY)
    planes = [run.verdict_planes(n) for n in range(len(several) + 1)]
    return [n for n in range(len(several)) if planes[n + 1] != planes[0]]


@pytest.mark.parametrize("seed", range(8))
def test_what_is_proven_holds_on_every_product(seed: int) -> None:
    rng = Random(seed)
    proven = 0
    for _ in range(14):
        names = rng.sample(sorted(TYPES), 2)
        one = requirement(*(any_expr(rng, names, 2) for _ in range(rng.randint(1, 2))))
        others = [mutant.changed for mutant in islice(mutants(one), 40)]
        others += [requirement(any_expr(rng, names, 2)) for _ in range(3)]
        prover = Prover(VOCABULARY, DAY)
        said = [other for other in others if prover.same(one, other)]
        proven += len(said)
        assert [said[n] for n in differ(one, said, everything(names))] == []
    assert proven  # some changes are proven: the test is not about nothing


def test_what_differs_is_never_proven_for_one_fact() -> None:
    rng = Random(1)
    prover = Prover(VOCABULARY, DAY)
    for name in sorted(TYPES):
        products = everything([name])
        some = [requirement(any_expr(rng, [name], 1)) for _ in range(14)]
        for one in some:
            other = set(differ(one, some, products))
            same = {n for n, two in enumerate(some) if prover.same(one, two)}
            assert not same & other, name


def about(name: str, test: ir.Test) -> ir.Requirement:
    """A requirement that a fact is known, and such."""
    term = ir.Attr(name, TYPES[name][0].kind.value)
    return requirement(ir.And((ir.Atom(term, ir.Is("known")), ir.Atom(term, test))))


@pytest.mark.parametrize(
    ("name", "before", "after", "same"),
    [
        ("t.tries", ir.Cmp("<=", 200), ir.Cmp(">", 200), False),
        ("t.tries", ir.Cmp("<=", 200), ir.Cmp("<=", 199), True),
        ("t.up", ir.Cmp(">=", 2), ir.Cmp("<", 2), False),
        ("t.open", ir.OneOf(WORDS), ir.Is("known"), False),
        ("t.closed", ir.Cmp("!=", "aa"), ir.OneOf(("bb", "cc")), True),
        ("t.open", ir.Cmp("!=", "aa"), ir.OneOf(("bb", "cc")), False),
        ("t.text", ir.Cmp("=", "sample"), ir.Cmp("!=", "sample"), False),
        ("t.open_set", ir.SubsetOf(WORDS), ir.SubsetOf(("aa", "bb")), False),
        ("t.set", ir.SubsetOf(WORDS), ir.Is("known"), True),
        ("t.open_set", ir.SubsetOf(WORDS), ir.Is("known"), False),
        ("t.any_set", ir.SubsetOf(("sample",)), ir.Is("known"), False),
        ("t.set", ir.Cmp("=", ("aa", "bb")), ir.Cmp("=", ("aa", "cc")), False),
    ],
)
def test_values_apart_from_all_constants(name: str, before: ir.Test, after: ir.Test, *, same: bool) -> None:
    assert Prover(VOCABULARY, DAY).same(about(name, before), about(name, after)) is same


def test_many_words_together_are_not_called_complete() -> None:
    words = Domain("set", (), open_words=True)
    several = [ir.Contains(f"w{n}") for n in range(9)]
    told = listed(words, several)
    assert all(complete(words, [test]) for test in several)
    assert not complete(words, several)
    assert 0 < len(told) < len(several)
    members = {member for value in known(words, told, DAY) if isinstance(value, tuple) for member in value}
    assert len(known(words, told, DAY)) == 2 ** len(members)
