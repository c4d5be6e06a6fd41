"""Random small suites of requirements over the toy vocabulary: seeded, the same on every machine.

Guarantees: every kind of test, quantifier, window, level, axiom and waiver that the analyser claims to understand occurs
in some flavour; the rules of scoping of `dsl.ir` hold; a suite has three to seven requirements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Literal, NamedTuple

from rulewright.dsl import ir
from rulewright.facts.types import Kind, Value
from tests.engine.analysis.brute.toy import AS_OF, FIELDS, FLAW, PART, TOYS

PLACE = ir.Place("toy.rw", 1, 1)
TRUE = ir.Const(value=True)
ORDERS: tuple[ir.Comparison, ...] = ("=", "!=", "<", "<=", ">", ">=")
ORDERED = {Kind.INT, Kind.DECIMAL, Kind.DATE}


class Flavour(NamedTuple):
    """What a suite is about: the attributes it may mention, and of which fields of which collection."""

    name: str
    given: tuple[str, ...]
    choice: tuple[str, ...]
    parts: tuple[str, ...] = ()
    flaws: tuple[str, ...] = ()
    under: bool = False
    days: bool = False


PLAIN = ("door.telnet", "door.update", "door.cipher", "door.days", "door.weeks", "door.algs")
FLAVOURS: tuple[Flavour, ...] = (
    Flavour("plain", ("ctx.radio", "ctx.kind", "ctx.markets", "ctx.placed"), PLAIN),
    Flavour("plain", ("ctx.radio", "ctx.kind", "ctx.markets", "ctx.region"), PLAIN),
    Flavour("clauses", ("ctx.radio", "ctx.kind"), ("door.telnet", "door.update", "door.cipher")),
    Flavour(
        "mixed", ("ctx.radio", "ctx.units", "ctx.markets"), ("door.days", "door.weeks", "door.loose", "door.telnet")
    ),
    Flavour("dates", ("ctx.radio", "ctx.placed", "ctx.sold"), ("door.end", "door.eol", "door.telnet"), days=True),
    Flavour("open", ("ctx.kind", "ctx.units"), ("door.loose", "door.slack", "door.days", "door.score")),
    Flavour("words", ("ctx.region", "ctx.radio"), ("door.licence", "door.name", "door.version")),
    Flavour("clauses", ("ctx.markets", "ctx.radio"), ("door.telnet", "door.algs", "door.mode")),
    Flavour("sets", ("ctx.markets", "ctx.region"), ("door.algs", "door.tags", "door.mode", "door.score")),
    Flavour("parts", ("ctx.radio", "ctx.kind"), ("door.telnet", "door.cipher"), ("ok", "sort")),
    Flavour("sizes", ("ctx.radio", "ctx.units"), ("door.days", "door.telnet"), ("size",)),
    Flavour("states", ("ctx.radio",), ("door.telnet",), ("maker",)),
    Flavour("children", ("ctx.radio",), ("door.telnet",), ("ok",), ("bad",)),
    Flavour("flaws", ("ctx.radio",), ("door.telnet",), (), ("bad", "open")),
    Flavour("under", ("ctx.radio",), ("door.telnet",), ("ok",), under=True),
)


class Suite(NamedTuple):
    """One program, the facts that a profile fixes, and how it came about."""

    seed: int
    flavour: Flavour
    program: ir.Program
    facts: dict[str, Value]


class Maker:
    """Draws expressions from a random source."""

    def __init__(self, source: Random, flavour: Flavour) -> None:
        """Choose the attributes of the suite, and whether its demands are weak: then it takes several for a conflict."""
        self.random = source
        self.flavour = flavour
        self.given = source.sample(flavour.given, min(len(flavour.given), source.choice([1, 2, 2, 3])))
        least, most = (3, 3) if flavour.name == "clauses" else (1, 2) if flavour.parts or flavour.flaws else (1, 3)
        self.choice = source.sample(flavour.choice, min(len(flavour.choice), source.randint(least, most)))
        self.days = flavour.days and source.random() < 0.7
        self.weak = flavour.name == "clauses" or source.random() < 0.4

    def chance(self, share: float) -> bool:
        """True so often."""
        return self.random.random() < share

    def one_of(self, *tests: ir.Test) -> ir.Test:
        """One of several tests."""
        return self.random.choice(tests)

    # --- tests -------------------------------------------------------------------------------------------------------

    def attribute(self, names: Sequence[str], others: Sequence[str]) -> ir.Expr:
        """A test of one of these attributes; one it is compared with is one of `others`."""
        name = self.random.choice(names)
        toy = TOYS[name]
        return ir.Atom(
            ir.Attr(name, toy.type.kind.value), self.test(name, toy.type.kind, toy.constants or toy.values, others)
        )

    def test(self, name: str, kind: Kind, values: Sequence[Value], others: Sequence[str]) -> ir.Test:
        """A test that fits a kind."""
        if kind in ORDERED:
            return self.ordered(name, kind, values, others)
        if kind in {Kind.SET, Kind.ENUM}:
            return self.worded(kind, values)
        draw = self.random.choice
        match kind:
            case Kind.BOOL:
                return ir.Cmp("=", draw(values))
            case Kind.LICENSE:
                ids = tuple(sorted(self.random.sample(["MIT", "GPL-2.0-only"], draw([1, 1, 2]))))
                return self.one_of(ir.LicenseAllows(ids), ir.LicenseRequiresAny(ids), ir.LicenseAllows(ids))
            case Kind.VERSION:
                bound = draw(["1.0", "2.0"])
                return self.one_of(ir.Cmp(draw(ORDERS), bound), ir.InVers(f"generic/{draw(['<', '>=', '>'])}{bound}"))
            case _:
                return self.text()

    def text(self) -> ir.Test:
        """A test of a string."""
        draw = self.random.choice
        return self.one_of(
            ir.Cmp(draw(["=", "!="]), draw(["a", "ab", ""])),
            ir.OneOf(("a", "b")),
            ir.Glob(draw(["a*", "*b", "?", "*a*"])),
            ir.Regex(draw(["a.*", "[ab]+", ".*b"])),
            ir.Is("empty"),
        )

    def worded(self, kind: Kind, values: Sequence[Value]) -> ir.Test:
        """A test of a set or an enum, about the words that are declared."""
        draw = self.random.choice
        if kind is Kind.ENUM:
            words = [str(v) for v in values if v != "zz"]
            some = tuple(sorted(self.random.sample(words, self.random.randint(1, 2))))
            return self.one_of(ir.Cmp(draw(["=", "!="]), draw(words)), ir.OneOf(some))
        members = sorted({w for v in values if isinstance(v, tuple) for w in v if w != "zz"})
        return self.one_of(
            ir.Contains(draw(members)), ir.Contains(draw(members)), ir.SubsetOf((draw(members),)), ir.Is("empty")
        )

    def ordered(self, name: str, kind: Kind, constants: Sequence[Value], others: Sequence[str]) -> ir.Test:
        """A comparison with a constant, with another attribute, or with the day of the run."""
        draw = self.random.choice
        partners = [o for o in others if o != name and TOYS[o].type.kind is kind]
        months, days = draw([(0, 0), (0, 0), (0, 1), (0, -1), (1, -30), (1, -31)]) if kind is Kind.DATE else (0, 0)
        if partners and self.chance(0.4):
            return ir.CmpAttr(draw(ORDERS), ir.Attr(draw(partners), kind.value), months, days)
        if kind is Kind.DATE and self.days and self.chance(0.4):
            return ir.CmpAsOf(draw(ORDERS), months, days)
        return ir.Cmp(draw(ORDERS), draw(constants))

    # --- expressions ---------------------------------------------------------------------------------------------------

    def joined(self, draw: Sequence[ir.Expr]) -> ir.Expr:
        """Several expressions as one."""
        items = tuple(ir.Not(item) if self.chance(0.2) else item for item in draw)
        if len(items) == 1:
            return items[0]
        whole: ir.Expr = ir.And(items) if self.chance(0.05 if self.weak else 0.5) else ir.Or(items)
        return ir.Not(whole) if self.chance(0.02 if self.weak else 0.08) else whole

    def condition(self) -> ir.Expr:
        """A condition over given attributes."""
        count = self.random.choice([1, 1, 2])
        return self.joined([self.attribute(self.given, self.given) for _ in range(count)])

    def demand(self) -> ir.Expr:
        """A demand on the design: now and then it looks at the context too."""
        if (self.flavour.parts or self.flavour.flaws) and self.chance(0.65):
            return self.joined([self.quantifier() for _ in range(self.random.choice([1, 1, 1, 2]))])
        everything = [*self.choice, *self.given]
        count = self.random.choice([1, 2, 2, 2, 3] if self.weak else [1, 1, 1, 2])
        names = [*self.random.sample(self.choice, len(self.choice)), *self.random.choices(self.choice, k=3)]
        whole = self.joined([self.attribute([name], everything) for name in names[:count]])
        return ir.Or((self.condition(), whole)) if self.chance(0.1) else whole

    # --- quantifiers ---------------------------------------------------------------------------------------------------

    def quantifier(self) -> ir.Expr:
        """A quantifier over parts or flaws."""
        collection = self.random.choice([PART] * bool(self.flavour.parts) + [FLAW] * bool(self.flavour.flaws))
        nested = collection == PART and (self.flavour.flaws or self.flavour.under) and self.chance(0.6)
        kind, n = self.kind()
        where = self.element("p", collection) if self.chance(0.4) else TRUE
        body = self.child() if nested else self.element("p", collection)
        if not nested and self.chance(0.1):
            body = self.joined([body, self.attribute([*self.choice, *self.given], [])])
        return ir.Quant(kind, "p", collection, where, body, n=n)

    def kind(self) -> tuple[ir.QuantifierKind, int]:
        """A kind with its count."""
        kinds: list[tuple[ir.QuantifierKind, int]] = [
            ("every", 0),
            ("no", 0),
            ("some", 0),
            ("at_least", 2),
            ("at_most", 1),
        ]
        return self.random.choice([*kinds[:3], *kinds])

    def child(self) -> ir.Expr:
        """A quantifier over what an element owns or depends on, perhaps with a test of the element itself."""
        relation: Literal["of", "under"] = "under" if self.flavour.under else "of"
        collection = PART if self.flavour.under else FLAW
        kind: ir.QuantifierKind = self.random.choice(["every", "some", "no"])
        inner: ir.Expr = ir.Quant(
            kind, "q", collection, TRUE, self.element("q", collection), relation, owner="p", owner_collection=PART
        )
        return self.joined([inner, self.element("p", PART)]) if self.chance(0.3) else inner

    def element(self, var: str, collection: str) -> ir.Expr:
        """Tests of an element."""
        names = self.flavour.parts if collection == PART else self.flavour.flaws
        return self.joined([self.field(var, collection, self.random.choice(names))])

    def field(self, var: str, collection: str, name: str) -> ir.Expr:
        """A test of a field."""
        toy = FIELDS[collection][name]
        test = self.test(
            name,
            toy.type.kind,
            toy.constants or toy.values,
            [n for n in self.choice if TOYS[n].type.kind is toy.type.kind],
        )
        if name == "maker":
            test = self.one_of(ir.Is("known"), ir.Is("stated"), ir.Cmp("=", "me"), ir.Is("empty"))
        return ir.Atom(ir.Field(var, collection, name, toy.type.kind.value), test)

    # --- requirements ----------------------------------------------------------------------------------------------------

    def requirement(self, number: int) -> ir.Requirement:
        """A requirement of any level, with a window now and then."""
        draw = self.random.choice
        lines = [self.demand() for _ in range(draw([1, 1, 1, 2]))]
        applies = self.condition() if self.chance(0.2 if self.weak else 0.5) else TRUE
        if self.chance(0.12):
            applies = self.joined([applies, self.attribute(self.choice, [])])
        levels: list[tuple[Literal["shall", "should", "may"], bool]] = [("shall", False)] * 9
        level, right = draw([*levels, ("should", False), ("may", True), ("may", False)])
        return ir.Requirement(
            id=f"toy:r{number}",
            level=level,
            severity="medium",
            title=f"requirement {number}",
            scope=self.condition() if self.chance(0.2) else TRUE,
            applies=applies,
            lines=tuple(ir.Line(f"check#{i + 1}", f"line {i + 1}", expr, PLACE) for i, expr in enumerate(lines)),
            place=PLACE,
            valid_from=draw([None, AS_OF - 1, AS_OF + 1, AS_OF + 3]) if self.days and self.chance(0.3) else None,
            valid_until=draw([None, AS_OF, AS_OF + 2, AS_OF + 4]) if self.days and self.chance(0.3) else None,
            right=right,
        )

    def axiom(self, number: int) -> ir.Axiom:
        """Background knowledge over the context, over the design, or from the one to the other."""
        left = self.condition() if self.chance(0.7) else self.attribute(self.choice, self.choice)
        right = self.condition() if self.chance(0.3) else self.attribute(self.choice, self.choice)
        return ir.Axiom(f"toy:a{number}", ir.Or((ir.Not(left), right)), f"axiom {number}", PLACE)

    def waiver(self, requirement: ir.Requirement) -> ir.Waiver:
        """A waiver of a requirement for all products."""
        return ir.Waiver(
            id=f"w-{requirement.id.partition(':')[2]}",
            requirement=requirement.id,
            product="*",
            because="toy",
            approved_by="toy",
            approved_on=AS_OF - 10,
            until=AS_OF + self.random.choice([1, 3, 5]),
            provided=self.attribute(self.choice, []) if self.chance(0.7) else self.condition(),
            place=PLACE,
        )

    def profile(self, requirements: Sequence[ir.Requirement]) -> dict[str, Value]:
        """Given facts that a profile fixes, of those that the requirements mention (others may contradict an axiom)."""
        mentioned = repr(requirements)
        names = [n for n in self.given if f"'{n}'" in mentioned and self.chance(0.4)]
        return {n: self.random.choice(TOYS[n].values) for n in names}


MODULE = ir.ModuleInfo("standard", "toy", "1", "0" * 64, "Toy", force="voluntary")


def program(
    requirements: Sequence[ir.Requirement], axioms: Sequence[ir.Axiom] = (), waivers: Sequence[ir.Waiver] = ()
) -> ir.Program:
    """A program of these."""
    return ir.Program(
        language="1", modules=(MODULE,), requirements=tuple(requirements), axioms=tuple(axioms), waivers=tuple(waivers)
    )


def draw(seed: int, attempt: int = 0, flavours: Sequence[Flavour] = FLAVOURS) -> Suite:
    """The suite of a seed; `attempt` counts further draws where one is too large to enumerate."""
    source = Random(seed * 1_000_003 + attempt)
    flavour = flavours[seed % len(flavours)]
    maker = Maker(source, flavour)
    requirements = [maker.requirement(n) for n in range(source.choice([3, 4, 5, 6, 7, 7]))]
    axioms = [maker.axiom(n) for n in range(source.choice([0, 0, 0, 1, 1, 2]))]
    waived = source.sample(requirements, source.choice([0, 0, 0, 1]))
    facts: Mapping[str, Value] = maker.profile(requirements) if source.random() < 0.2 else {}
    return Suite(seed, flavour, program(requirements, axioms, [maker.waiver(r) for r in waived]), dict(facts))
