"""Policies of any number of rules over the made-up product, as the typed intermediate form.

Guarantees: the same program for the same arguments; 60% of the rules judge each component, 20% product attributes, 10%
count components, 10% follow the dependency graph; a quarter apply only under a condition.  `shared` rules draw their
tests from a pool, as the rules of one organisation do; `distinct` rules never repeat one.
What it does not do: go through the parser (`text` writes the same program as a rule file).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from bench.inventory import (
    AS_OF,
    ATTRIBUTES,
    ENUM_WORDS,
    GROUPS,
    KINDS,
    LICENSES,
    MARKETS,
    SUPPLIERS,
    TYPES,
    WORDS,
    Dice,
)  # fmt: skip
from rulewright.dsl import ir

Mix = Literal["shared", "distinct"]
Bag = Literal["narrow", "broad", "wide", "product"]
PLACE = ir.Place("bench.rw", 1, 1)
STANDARD = "bench"
TRUE = ir.Const(value=True)
SINGLE = tuple(name for name in LICENSES if " " not in name)
ALGORITHMS = ("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512")


def _some(dice: Dice, items: tuple[str, ...], least: int, most: int) -> tuple[str, ...]:
    """Between `least` and `most` different items, sorted."""
    wanted = least + dice.below(most - least + 1)
    chosen: set[str] = set()
    while len(chosen) < wanted:
        chosen.add(dice.pick(items))
    return tuple(sorted(chosen))


def _field(name: str, test: ir.Test, var: str = "c") -> ir.Atom:
    return ir.Atom(ir.Field(var, "component", name, KINDS[name]), test)


# --- tests of a component --------------------------------------------------------------------------------------------

NARROW: tuple[Callable[[Dice], ir.Atom], ...] = (
    lambda d: _field("type", ir.OneOf(_some(d, tuple(sorted(set(TYPES))), 1, 3))),
    lambda d: _field("scope", ir.Cmp("=", d.pick(("required", "optional", "excluded")))),
    lambda d: _field("group", ir.OneOf(_some(d, GROUPS, 2, 8))),
    lambda d: _field("name", ir.Glob(f"lib{d.pick(WORDS)}-*")),
    lambda d: _field("supplier", ir.OneOf(_some(d, SUPPLIERS, 4, 12))),
    lambda d: _field("dependency_count", ir.Cmp(">=", 1 + d.below(6))),
    lambda d: _field("type", ir.Cmp("=", d.pick(TYPES))),
    lambda d: _field("name", ir.Glob(f"*-{d.pick(WORDS)}-*")),
)
"""Tests that select a part of the components."""

BROAD: tuple[Callable[[Dice], ir.Atom], ...] = (
    lambda d: _field("type", ir.Cmp("!=", d.pick(TYPES[13:]))),
    lambda d: _field("scope", ir.Cmp("!=", d.pick(("excluded", "optional")))),
    lambda d: _field("group", ir.Cmp("!=", d.pick(GROUPS))),
)
"""Tests that leave out a few components, as the rules of the standards that we ship do."""

WIDE: tuple[Callable[[Dice], ir.Atom], ...] = (
    lambda d: _field(d.pick(("supplier", "version", "license", "cpe", "copyright", "author")), ir.Is("known")),
    lambda _: _field("purl", ir.Is("valid")),
    lambda d: _field("license", ir.LicenseAllows(_some(d, SINGLE, 6, 9))),
    lambda _: _field("hash_algorithms", ir.Contains("SHA-256")),
    lambda d: _field("hash_algorithms", ir.SubsetOf(_some(d, ALGORITHMS[1:], 3, 4))),
    lambda d: _field("end_of_support", ir.CmpAsOf(">=", days=d.below(300))),
    lambda _: _field("deployable_uri", ir.Glob("https://*")),
    lambda d: _field("scope", ir.Cmp("!=", d.pick(("optional", "excluded")))),
    lambda _: _field("homepage", ir.Glob("https://*")),
    lambda d: _field("dependency_count", ir.Cmp("<=", 3 + d.below(20))),
    lambda d: _field("end_of_support", ir.Cmp("!=", AS_OF + d.below(1000))),
    lambda d: _field("publisher", ir.Cmp("!=", d.pick(SUPPLIERS))),
)
"""Tests that most components pass."""


# --- tests of the product --------------------------------------------------------------------------------------------


def _attribute(dice: Dice) -> ir.Atom:
    """A test of a random attribute, by its kind."""
    name = dice.pick(tuple(ATTRIBUTES))
    kind = ATTRIBUTES[name]
    tests: dict[str, ir.Test] = {
        "bool": ir.Cmp("=", value=True),
        "int": ir.Cmp(">=", dice.below(200)),
        "enum": ir.OneOf(_some(dice, ENUM_WORDS, 2, 3)),
        "set": ir.Contains(dice.pick(MARKETS)),
        "date": ir.CmpAsOf(">=", days=dice.below(365)),
    }
    return ir.Atom(ir.Attr(name, kind), tests[kind])


class Source:
    """Where rules get their tests from: a pool that is shared, or a new one each time."""

    def __init__(self, dice: Dice, mix: Mix) -> None:
        self.dice = dice
        self.mix = mix
        self.seen: set[ir.Atom] = set()
        self.used: set[ir.Atom] = set()
        self.narrow = self._pool(NARROW, 16)
        self.broad = self._pool(BROAD, 8)
        self.wide = self._pool(WIDE, 20)
        self.product = [self.fresh((_attribute,)) for _ in range(25)]

    def _pool(self, makers: tuple[Callable[[Dice], ir.Atom], ...], size: int) -> list[ir.Atom]:
        return [self.fresh((makers[i % len(makers)],)) for i in range(size)]

    def fresh(self, makers: tuple[Callable[[Dice], ir.Atom], ...]) -> ir.Atom:
        """A test that was not made before, as far as that is possible."""
        atom = self.dice.pick(makers)(self.dice)
        for _ in range(30):
            if atom not in self.seen:
                break
            atom = self.dice.pick(makers)(self.dice)
        self.seen.add(atom)
        return atom

    def take(self, kind: Bag) -> ir.Atom:
        """A test of that kind, another one each time within a rule."""
        atom = self._draw(kind)
        while atom in self.used:
            atom = self._draw(kind)
        self.used.add(atom)
        return atom

    def _draw(self, kind: Bag) -> ir.Atom:
        makers = {"narrow": NARROW, "broad": BROAD, "wide": WIDE, "product": (_attribute,)}[kind]
        pool = {"narrow": self.narrow, "broad": self.broad, "wide": self.wide, "product": self.product}[kind]
        return self.dice.pick(pool) if self.mix == "shared" else self.fresh(makers)


# --- rules -----------------------------------------------------------------------------------------------------------


def _quant(kind: ir.QuantifierKind, where: ir.Expr, body: ir.Expr, n: int = 0) -> ir.Quant:
    return ir.Quant(kind, "c", "component", where, body, n=n)


def _each(source: Source, i: int) -> ir.Expr:
    """A rule about each component: `every … where …` five times in six, else `no …`.

    Four of five selections leave out few or none: in the standards that we ship it is 39 of 45.
    """
    take = source.take
    if i % 6 == 5:
        return _quant("no", ir.And((take("narrow"), take("narrow"), ir.Not(take("wide")))), TRUE)
    selections: tuple[Callable[[], ir.Expr], ...] = (
        lambda: ir.And((take("narrow"), take("narrow"))),
        lambda: take("broad"),
        lambda: TRUE,
        lambda: take("broad"),
        lambda: ir.And((take("broad"), take("broad"))),
    )
    where = selections[i % 5]()
    bodies: tuple[Callable[[], ir.Expr], ...] = (
        lambda: take("wide"),
        lambda: ir.Or((take("wide"), take("wide"))),
        lambda: ir.Or((take("wide"), take("wide"), take("wide"))),
        lambda: ir.And((ir.Or((take("wide"), take("wide"))), ir.Or((take("wide"), ir.Not(take("narrow")))))),
        lambda: ir.Or((take("wide"), ir.And((take("wide"), ir.Not(take("narrow")))))),
    )
    return _quant("every", where, bodies[i % 5]())


def _product(source: Source, i: int) -> ir.Expr:
    """A rule about product attributes: one to three tests."""
    take = source.take
    if i % 3 == 0:
        return take("product")
    if i % 3 == 1:
        return ir.Or((take("product"), ir.Not(take("product"))))
    return ir.And((take("product"), ir.Or((take("product"), ir.Not(take("product"))))))


def _count(source: Source, i: int) -> ir.Expr:
    """A rule about a number of components."""
    chosen = ir.And((source.take("narrow"), source.take("wide")))
    if i % 2:
        return _quant("at_most", chosen, TRUE, n=5 + source.dice.below(200))
    return _quant("at_least", chosen, TRUE, n=1 + source.dice.below(20))


def _reach(source: Source, _: int) -> ir.Expr:
    """A rule about everything that some components depend on."""

    def moved(atom: ir.Atom) -> ir.Expr:
        assert isinstance(atom.term, ir.Field)
        return ir.Atom(ir.Field("d", "component", atom.term.name, atom.term.kind), atom.test)

    take = source.take
    bad = ir.And((moved(take("narrow")), moved(take("narrow")), ir.Not(moved(take("wide")))))
    below = ir.Quant("no", "d", "component", bad, TRUE, relation="under", owner="c", owner_collection="component")
    return _quant("every", ir.And((take("narrow"), take("narrow"))), below)


FAMILY = (_each, _each, _each, _product, _each, _count, _each, _product, _each, _reach)
"""Ten rules of each ten: six, two, one, one."""


def _requirement(source: Source, i: int) -> ir.Requirement:
    """Rule `i`."""
    source.used.clear()
    family = FAMILY[i % 10]
    expr = family(source, i // 10 * 6 + i % 10)
    applies: ir.Expr = source.take("product") if i % 4 == 3 else TRUE
    return ir.Requirement(
        id=f"{STANDARD}:r{i:03}",
        level="shall",
        severity="medium",
        title=f"rule {i} ({family.__name__.strip('_')})",
        scope=TRUE,
        applies=applies,
        lines=(ir.Line("check#1", f"line of rule {i}", expr, PLACE),),
        place=PLACE,
    )


def make(rules: int, mix: Mix = "shared") -> ir.Program:
    """A program of that many rules."""
    source = Source(Dice("rules", mix), mix)
    module = ir.ModuleInfo("standard", STANDARD, f"{rules}-{mix}", "0" * 64)
    return ir.Program(
        language="1", modules=(module,), requirements=tuple(_requirement(source, i) for i in range(rules))
    )
