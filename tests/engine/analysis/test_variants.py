"""Variants: the least partition of markets, held against a listing of all contexts and designs of small random suites."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pytest

from rulewright.dsl import ir
from rulewright.engine.analysis import variants
from rulewright.engine.reference import Reference
from rulewright.facts.base import Fact, FactBase, Product, scalar
from rulewright.facts.types import FieldType, Kind, State, Value
from rulewright.facts.vocabulary import Attribute, Vocabulary

AS_OF = 20_000
PLACE = ir.Place("toy.rw", 1, 1)
WORDS = ("AA", "BB", "CC", "DD", "EE")
MARKETS = ir.Attr("product.markets", "set")
LEVEL, MODE, OPEN = ir.Attr("door.level", "int"), ir.Attr("door.mode", "enum"), ir.Attr("door.open", "bool")
VOCABULARY = Vocabulary(
    {},
    {
        a.name: a
        for a in (
            Attribute("product.markets", FieldType(Kind.SET, WORDS), "markets", given=True),
            Attribute("door.level", FieldType(Kind.INT), "level", low=0, high=3),
            Attribute("door.mode", FieldType(Kind.ENUM, ("on", "off", "auto")), "mode"),
            Attribute("door.open", FieldType(Kind.BOOL), "open"),
        )
    },
)
DESIGNS = [
    {"door.level": level, "door.mode": mode, "door.open": open_}
    for level in range(4)
    for mode in ("on", "off", "auto")
    for open_ in (False, True)
]


def _there(word: str) -> ir.Expr:
    return ir.Atom(MARKETS, ir.Contains(word))


def _demand(rng: random.Random) -> ir.Expr:
    return rng.choice(
        list[ir.Expr](
            [
                ir.Atom(LEVEL, ir.Cmp(rng.choice(["<=", ">=", "=", "!="]), rng.randrange(4))),
                ir.Atom(MODE, ir.Cmp(rng.choice(["=", "!="]), rng.choice(["on", "off", "auto"]))),
                ir.Atom(OPEN, ir.Cmp("=", rng.random() < 0.5)),
                ir.Or((ir.Atom(OPEN, ir.Cmp("=", rng.random() < 0.5)), ir.Atom(LEVEL, ir.Cmp(">=", rng.randrange(4))))),
            ]
        )
    )


def _condition(rng: random.Random) -> ir.Expr:
    first = _there(rng.choice(WORDS))
    draw = rng.random()
    if draw < 0.7:
        return first
    second = _there(rng.choice(WORDS))
    return ir.And((first, ir.Not(second))) if draw < 0.8 else ir.And((first, second))


def requirement(name: str, applies: ir.Expr, demand: ir.Expr) -> ir.Requirement:
    """A requirement with one line."""
    return ir.Requirement(
        id=f"toy:{name}",
        level="shall",
        severity="low",
        title=name,
        scope=ir.Const(value=True),
        applies=applies,
        lines=(ir.Line("check#1", name, demand, PLACE),),
        place=PLACE,
    )


def program(requirements: list[ir.Requirement], axioms: list[ir.Axiom]) -> ir.Program:
    """A program of these."""
    module = ir.ModuleInfo("standard", "toy", "1", "0" * 64, "Toy", force="voluntary")
    return ir.Program(language="1", modules=(module,), requirements=tuple(requirements), axioms=tuple(axioms))


class Truth(NamedTuple):
    """What a listing of everything says."""

    program: ir.Program

    def holds(self, markets: frozenset[str], design: Mapping[str, Value], expr: ir.Expr) -> bool:
        """An expression on one product."""
        facts = {"product.markets": tuple(sorted(markets)), **design}
        base = FactBase([Product("p", "p", "")], {n: scalar([Fact(State.KNOWN, v)]) for n, v in facts.items()})
        line = requirement("x", ir.Const(value=True), expr)
        return Reference(program([line], []), base, AS_OF).verdict(0, 0) == "pass"

    def applying(self, markets: frozenset[str]) -> frozenset[int]:
        """The requirements that apply."""
        wanted = enumerate(self.program.requirements)
        return frozenset(n for n, r in wanted if self.holds(markets, DESIGNS[0], r.applies))

    def possible(self, markets: frozenset[str]) -> bool:
        """Whether axioms allow these markets."""
        return all(self.holds(markets, DESIGNS[0], axiom.expr) for axiom in self.program.axioms)

    def closed(self, name: str) -> frozenset[str]:
        """The market with what axioms bring along."""
        sets = [frozenset(s) for n in range(6) for s in itertools.combinations(WORDS, n) if name in s]
        return next(s for s in sets if self.possible(s))

    def met(self, numbers: frozenset[int]) -> bool:
        """Whether a design meets all these."""
        lines = [self.program.requirements[n].lines[0].expr for n in numbers]
        return any(all(self.holds(frozenset(), design, line) for line in lines) for design in DESIGNS)

    def served(self, names: tuple[str, ...]) -> bool:
        """Whether a group is served."""
        here = self.applying(frozenset[str]().union(*map(self.closed, names)))
        return self.met(here) or any(not self.met(here & self.applying(self.closed(name))) for name in names)

    def least(self, names: tuple[str, ...]) -> int:
        """The least number of variants of the markets that can be served at all."""
        left = [name for name in names if self.met(self.applying(self.closed(name)))]
        good = {
            frozenset(s) for n in range(1, len(left) + 1) for s in itertools.combinations(left, n) if self.served(s)
        }
        return min((len(p) for p in _partitions(left) if all(frozenset(g) in good for g in p)), default=0)


def _partitions(names: list[str]) -> Iterator[list[list[str]]]:
    if not names:
        yield []
        return
    first, rest = names[0], names[1:]
    for parts in _partitions(rest):
        yield [[first], *parts]
        for place, part in enumerate(parts):
            yield [*parts[:place], [first, *part], *parts[place + 1 :]]


def _drawn(seed: int) -> ir.Program:
    rng = random.Random(seed)
    wanted = [requirement(f"r{n}", _condition(rng), _demand(rng)) for n in range(rng.randint(4, 9))]
    axioms = []
    if rng.random() < 0.4:
        one, two = rng.sample(WORDS, 2)
        axioms.append(ir.Axiom("toy:a", ir.Or((ir.Not(_there(one)), _there(two))), f"{one} implies {two}", PLACE))
    return program(wanted, axioms)


@pytest.mark.parametrize("seed", range(24))
def test_least_partition(seed: int) -> None:
    drawn = _drawn(seed)
    truth, names = Truth(drawn), WORDS[: 3 + seed % 3]
    found = variants.variants([drawn], VOCABULARY, names, as_of=AS_OF)
    alone = {name: truth.met(truth.applying(truth.closed(name))) for name in names}
    assert {m.name: m.served == "always" for m in found.markets} == alone
    assert len(found.variants) == truth.least(names)
    assert all(truth.served(variant.markets) for variant in found.variants)
    assert sorted(m for v in found.variants for m in v.markets) == sorted(n for n in names if alone[n])
    assert found.one is (len(found.variants) == 1 and all(alone.values()))
    ids = [wanted.id for wanted in drawn.requirements]
    by_id = {clash.id: frozenset(ids.index(m.requirement) for m in clash.members) for clash in found.conflicts}
    assert len(found.splits) == len(found.variants) * (len(found.variants) - 1) // 2
    for split in found.splits:
        one, two = (found.variants[number - 1].markets for number in split.variants)
        together = truth.applying(frozenset[str]().union(*map(truth.closed, (*one, *two))))
        assert by_id[split.conflict] <= together
        assert not truth.met(by_id[split.conflict])
    for members in by_id.values():
        assert all(truth.met(members - {one}) for one in members), "a member can be left out"
    assert variants.variants([drawn], VOCABULARY, names, as_of=AS_OF) == found


def _level(op: ir.Comparison, value: int) -> ir.Expr:
    return ir.Atom(LEVEL, ir.Cmp(op, value))


def test_three_markets_of_which_each_two_go_together() -> None:
    """A conflict of three: two variants, and the conflict names all three."""
    parts = (ir.Or((_level("<=", 0), _level(">=", 3))), ir.Or((_level("<=", 0), _level("=", 1))), _level(">=", 1))
    whole = program([requirement(w, _there(w), d) for w, d in zip(WORDS, parts, strict=False)], [])
    found = variants.variants([whole], VOCABULARY, WORDS[:3], as_of=AS_OF)
    assert [v.markets for v in found.variants] == [("AA", "BB"), ("CC",)]
    assert [len(clash.members) for clash in found.conflicts] == [3]
    left = variants.variants([whole], VOCABULARY, WORDS[:3], as_of=AS_OF, without=["toy:BB"])
    assert left.one
    assert [item.requirement for item in left.left_out] == ["toy:BB"]


def test_prefer_settles() -> None:
    because = ir.Tailored("prefer", "over toy:b", "safety first", PLACE)
    first = requirement("a", _there("AA"), _level(">=", 2))
    wanted = [
        ir.Requirement(**{**{f: getattr(first, f) for f in first.__struct_fields__}, "tailored": (because,)}),
        requirement("b", _there("BB"), _level("<=", 1)),
    ]
    found = variants.variants([program(wanted, [])], VOCABULARY, ["AA", "BB"], as_of=AS_OF)
    assert found.one
    assert [(item.requirement, item.because) for item in found.left_out] == [
        ("toy:b", "gives way to toy:a: safety first")
    ]


def test_a_market_that_contradicts_itself_is_told() -> None:
    wanted = [
        requirement("a", _there("AA"), _level(">=", 2)),
        requirement("b", _there("AA"), _level("<=", 1)),
        requirement("c", _there("BB"), _level("<=", 1)),
    ]
    found = variants.variants([program(wanted, [])], VOCABULARY, ["AA", "BB"], as_of=AS_OF)
    assert [(m.name, m.served, m.variant) for m in found.markets] == [("AA", "never", 0), ("BB", "always", 1)]
    assert not found.one
    assert found.markets[0].conflicts == (found.conflicts[0].id,)


def test_twelve_at_most() -> None:
    with pytest.raises(ValueError, match="from 1 to 12"):
        variants.variants([program([], [])], VOCABULARY, [str(n) for n in range(13)], as_of=AS_OF)
