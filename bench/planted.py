"""Suites of requirements with planted conflicts, as the typed intermediate form, and the conflicts that are in them.

Guarantees: the same suite for the same arguments.  30 attributes of the context and 120 of the design (bool, int, enum, set,
date); ranges, words, members, days, 4% clauses, 4% comparisons of attributes, 4% quantifiers and counts over components;
a quarter have two demands.

* *clean*: a hidden design meets every base requirement; each planted conflict holds in a context of its own (three enums
  tell them apart) in which the base requirements apply as they do elsewhere.
* *dense*: the planted conflicts share their contexts and have attributes of their own.
* *messy*: clean, and 2% of the base requirements demand something at random: there are conflicts that nobody planted.

`truth` holds exactly the minimal conflicts of a clean or dense suite: for every planted conflict and each of its members there is
a design that meets the others, and every base requirement that applies there is meant to hold under it, or is not taken.
What it does not do: judge (`bench.conflicts`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

from bench.inventory import AS_OF, Dice
from rulewright.dsl import ir
from rulewright.facts.types import FieldType, Kind, Value
from rulewright.facts.vocabulary import BUILTIN, Attribute, Vocabulary

Style = Literal["clean", "dense", "messy"]
Design = Mapping[str, Value]
Holds = Callable[[Design], bool]

PLACE = ir.Place("planted.rw", 1, 1)
TRUE = ir.Const(value=True)
PINS = ("pin.family", "pin.line", "pin.tier")
TIERS = tuple(f"t{i}" for i in range(8))
WORDS = tuple(f"w{i}" for i in range(6))
MARKETS = ("EU", "IN", "JP", "UK", "US", "ZA")
HIGH = 400
GOOD: Design = {"type": "library", "scope": "required", "nested": False}
"""The component that the hidden design has as often as it takes."""
TYPES = ("application", "data", "file", "firmware", "framework", "library")


@dataclass(frozen=True, slots=True)
class Demand:
    """A demand: what it says, the design attributes in it, and whether a design meets it."""

    expr: ir.Expr
    names: tuple[str, ...]
    holds: Holds


@dataclass(frozen=True, slots=True)
class Plant:
    """A planted conflict: its pin (or none), its members' demands, and for each member the values that meet the others."""

    pin: tuple[str, ...] | None
    demands: tuple[Demand, ...]
    others: tuple[Design, ...]

    @property
    def names(self) -> frozenset[str]:
        """The attributes in it."""
        return frozenset(name for demand in self.demands for name in demand.names)


@dataclass(slots=True)
class Suite:
    """A program, its vocabulary, and the conflicts in it by requirement ids."""

    program: ir.Program
    vocabulary: Vocabulary
    truth: frozenset[tuple[str, ...]]
    exact: bool
    plants: list[Plant] = field(default_factory=list)


# --- attributes ----------------------------------------------------------------------------------------------------------

CONTEXT: dict[str, str] = {
    **{f"x.bool{i}": "bool" for i in range(13)},
    **{f"x.enum{i}": "enum" for i in range(6)},
    **{f"x.int{i}": "int" for i in range(4)},
    **{f"x.date{i}": "date" for i in range(2)},
    **{f"x.set{i}": "set" for i in range(2)},
    **dict.fromkeys(PINS, "pin"),
}
CHOICE: dict[str, str] = {
    **{f"y.bool{i}": "bool" for i in range(35)},
    **{f"y.int{i}": "int" for i in range(35)},
    **{f"y.enum{i}": "enum" for i in range(25)},
    **{f"y.set{i}": "set" for i in range(15)},
    **{f"y.date{i}": "date" for i in range(10)},
}
_TYPES = {
    "bool": FieldType(Kind.BOOL),
    "int": FieldType(Kind.INT),
    "enum": FieldType(Kind.ENUM, WORDS),
    "pin": FieldType(Kind.ENUM, TIERS),
    "set": FieldType(Kind.SET, MARKETS),
    "date": FieldType(Kind.DATE),
}


def vocabulary() -> Vocabulary:
    """The attributes, declared."""
    bounds = {"int": (0, HIGH), "date": (AS_OF - 4000, AS_OF + 8000)}
    made = []
    for name, kind in (CONTEXT | CHOICE).items():
        low, high = bounds.get(kind, (None, None))
        made.append(Attribute(name, _TYPES[kind], "made up", given=name in CONTEXT, low=low, high=high))
    return BUILTIN.extended(made)


def _attr(name: str) -> ir.Attr:
    kind = (CONTEXT | CHOICE)[name]
    return ir.Attr(name, "enum" if kind == "pin" else kind)


def _value(dice: Dice, kind: str) -> Value:
    match kind:
        case "bool":
            return dice.below(2) == 0
        case "enum":
            return dice.pick(WORDS)
        case "set":
            return tuple(market for market in MARKETS if dice.below(2))
        case "date":
            return AS_OF + 100 + dice.below(2000)
        case _:
            return 100 + dice.below(200)


# --- demands -------------------------------------------------------------------------------------------------------------


def _meets(test: ir.Test, value: Value) -> bool:
    """The tests that are made here, once more in Python."""
    match test:
        case ir.Cmp("=", wanted):
            return value == wanted
        case ir.Cmp("<=", int(bound)):
            return isinstance(value, int) and value <= bound
        case ir.Cmp(">=", int(bound)):
            return isinstance(value, int) and value >= bound
        case ir.OneOf(words):
            return value in words
        case ir.Contains(member):
            return isinstance(value, tuple) and member in value
        case ir.SubsetOf(members):
            return isinstance(value, tuple) and set(value) <= set(members)
        case _:
            raise TypeError(test)


def demand(name: str, test: ir.Test, *, positive: bool = True) -> Demand:
    """One test of one attribute."""
    atom: ir.Expr = ir.Atom(_attr(name), test)
    return Demand(atom if positive else ir.Not(atom), (name,), lambda design: _meets(test, design[name]) is positive)


def both(left: Demand, right: Demand) -> Demand:
    """Two demands."""
    return Demand(ir.And((left.expr, right.expr)), left.names + right.names, lambda d: left.holds(d) and right.holds(d))


def either(left: Demand, right: Demand) -> Demand:
    """A clause."""
    return Demand(ir.Or((left.expr, right.expr)), left.names + right.names, lambda d: left.holds(d) or right.holds(d))


def related(name: str, other: str, gap: int) -> Demand:
    """An attribute is at least another one (moved by a gap, for days)."""
    days = gap if CHOICE[name] == "date" else 0
    atom = ir.Atom(_attr(name), ir.CmpAttr(">=", _attr(other), days=days))

    def holds(design: Design) -> bool:
        left, right = design[name], design[other]
        assert isinstance(left, int)
        assert isinstance(right, int)
        return left >= right + days

    return Demand(atom, (name, other), holds)


def _some(dice: Dice, items: Sequence[str], least: int, with_: str = "") -> tuple[str, ...]:
    chosen = {item for item in items if dice.below(2)} | ({with_} if with_ else set())
    while len(chosen) < least:
        chosen.add(dice.pick(items))
    return tuple(sorted(chosen))


def simple(dice: Dice, name: str, value: Value | None) -> Demand:
    """A test of an attribute that holds for a value; without a value, any test."""
    kind = CHOICE[name]
    shown = _value(dice, kind) if value is None else value
    match kind:
        case "bool":
            return demand(name, ir.Cmp("=", shown))
        case "enum":
            return demand(name, ir.OneOf(_some(dice, WORDS, 2, str(shown))))
        case "set":
            assert isinstance(shown, tuple)
            if dice.below(4) == 0:
                return demand(name, ir.SubsetOf(tuple(sorted({*shown, *_some(dice, MARKETS, 2)}))))
            member = dice.pick(MARKETS)
            return demand(name, ir.Contains(member), positive=member in shown)
        case _:
            assert isinstance(shown, int)
            away = dice.below(10) * (5 if kind == "int" else 60)
            return demand(name, ir.Cmp("<=", shown + away) if dice.below(2) else ir.Cmp(">=", shown - away))


def _part(name: str, test: ir.Test) -> ir.Atom:
    kind = {"type": "enum", "scope": "enum", "nested": "bool"}[name]
    return ir.Atom(ir.Field("c", "component", name, kind), test)


def parts(dice: Dice) -> Demand:
    """A quantifier over components that the hidden list meets: it has good components only, as many as it takes."""
    good = ir.OneOf(_some(dice, TYPES, 3, str(GOOD["type"])))
    kind = dice.pick(("every", "every", "some", "no", "at_least", "at_most"))
    bad = ir.OneOf(tuple(sorted(set(_some(dice, TYPES, 2)) - {str(GOOD["type"])})) or ("data",))
    expr: ir.Expr
    match kind:
        case "every":
            where = _part("scope", ir.Cmp("=", dice.pick(("required", "optional"))))
            expr = ir.Quant("every", "c", "component", where, _part("type", good))
        case "some":
            expr = ir.Quant("some", "c", "component", _part("nested", ir.Cmp("=", value=False)), _part("type", good))
        case "no":
            expr = ir.Quant("no", "c", "component", _part("type", bad), TRUE)
        case "at_least":
            expr = ir.Quant("at_least", "c", "component", _part("type", good), TRUE, n=1 + dice.below(5))
        case _:
            expr = ir.Quant("at_most", "c", "component", _part("type", bad), TRUE, n=dice.below(4))
    return Demand(expr, (), lambda _: True)


# --- conflicts -----------------------------------------------------------------------------------------------------------


def _pair(dice: Dice, name: str, hidden: Design) -> tuple[tuple[Demand, ...], tuple[Design, ...]]:
    """Two demands of one number, days apart."""
    value = hidden[name]
    assert isinstance(value, int)
    near, far = value + dice.below(20), value + 30 + dice.below(40)
    members = demand(name, ir.Cmp("<=", near)), demand(name, ir.Cmp(">=", far))
    return members, ({name: far}, {})


def _words(dice: Dice, name: str, hidden: Design, arity: int) -> tuple[tuple[Demand, ...], tuple[Design, ...]]:
    """Each demand leaves out one word of `arity`."""
    value = str(hidden[name])
    words = [value]
    while len(words) < arity:
        word = dice.pick(WORDS)
        if word not in words:
            words.append(word)
    members = [demand(name, ir.OneOf(tuple(sorted(set(words) - {word})))) for word in words[1:]]
    members.append(demand(name, ir.OneOf(tuple(sorted(set(words) - {value})))))
    return tuple(members), (*({name: word} for word in words[1:]), {})


def _chain(_: Dice, names: Sequence[str], hidden: Design) -> tuple[tuple[Demand, ...], tuple[Design, ...]]:
    """Clauses over bools: the first is not as hidden, each clause passes that on, the last bool has to be as hidden."""
    values = [bool(hidden[name]) for name in names]
    as_hidden = [demand(name, ir.Cmp("=", value)) for name, value in zip(names, values, strict=True)]
    turned = [demand(name, ir.Cmp("=", not value)) for name, value in zip(names, values, strict=True)]
    members = [turned[0]]
    members += [either(as_hidden[i], turned[i + 1]) for i in range(len(names) - 1)]
    members.append(as_hidden[-1])
    moved = [dict(zip(names[:stop], (not v for v in values[:stop]), strict=True)) for stop in range(len(names) + 1)]
    return tuple(members), tuple(moved)


def _relation(dice: Dice, names: Sequence[str], hidden: Design) -> tuple[tuple[Demand, ...], tuple[Design, ...]]:
    """A number at least another: the one is bounded from above, the other from below."""
    top, low = names
    upper, lower = hidden[top], hidden[low]
    assert isinstance(upper, int)
    assert isinstance(lower, int)
    if upper < lower:
        top, low, upper, lower = low, top, lower, upper
    far = upper + 30 + dice.below(30)
    members = related(top, low, 0), demand(top, ir.Cmp("<=", upper + 10)), demand(low, ir.Cmp(">=", far))
    return members, ({low: far}, {low: far, top: far}, {})


def conflict(dice: Dice, arity: int, hidden: Design, names: Callable[[str, int], list[str]]) -> Plant:
    """A conflict of so many members; `names(kind, count)` picks attributes."""
    shape = dice.below(3)
    if arity == 2 and shape:
        made = _pair(dice, names("int", 1)[0] if shape == 1 else names("date", 1)[0], hidden)
    elif arity == 3 and shape == 0:
        made = _relation(dice, names("int", 2), hidden)
    elif arity > 2 and shape == 1:
        made = _chain(dice, names("bool", arity - 1), hidden)
    else:
        made = _words(dice, names("enum", 1)[0], hidden, arity)
    return Plant(None, *made)


# --- suites --------------------------------------------------------------------------------------------------------------


class Maker:
    """Makes a suite."""

    def __init__(self, size: int, style: Style, planted: int, arities: Sequence[int]) -> None:
        self.dice = Dice("planted", size, style, planted, *arities)
        self.style = style
        self.size = size
        self.hidden: Design = {name: _value(self.dice, kind) for name, kind in CHOICE.items()}
        self.used: set[str] = set()
        pins = list(product(TIERS, repeat=3))
        self.plants = []
        for number in range(planted):
            made = conflict(self.dice, arities[number % len(arities)], self.hidden, self._names)
            pin = None if style == "dense" else pins[number * 13 % len(pins)]
            self.plants.append(Plant(pin, made.demands, made.others))
        self.near: dict[str, list[Plant]] = {}
        for plant in self.plants:
            for name in sorted(plant.names):
                self.near.setdefault(name, []).append(plant)

    def _names(self, kind: str, count: int) -> list[str]:
        """Attributes of a kind; in a dense suite none is used twice."""
        found: list[str] = []
        pool = [name for name, other in CHOICE.items() if other == kind and name not in self.used]
        while len(found) < count:
            name = self.dice.pick(pool)
            if name not in found:
                found.append(name)
        if self.style == "dense":
            self.used.update(found)
        return found

    def make(self) -> Suite:
        """The suite."""
        requirements, truth = [], set()
        for number, plant in enumerate(self.plants):
            ids = [f"planted:P{number:04}-{letter}" for letter in "abcdefgh"[: len(plant.demands)]]
            truth.add(tuple(ids))
            for name, one in zip(ids, plant.demands, strict=True):
                when = (
                    [ir.Atom(_attr(p), ir.Cmp("=", w)) for p, w in zip(PINS, plant.pin, strict=True)]
                    if plant.pin
                    else []
                )
                requirements.append(_requirement(name, when, one))
        number = 0
        while len(requirements) < self.size:
            number += 1
            made = self._base(f"planted:R{number:05}")
            if made is not None:
                requirements.append(made)
        order = sorted(requirements, key=lambda r: (hash_of(r.id), r.id))
        module = ir.ModuleInfo("standard", "planted", "1", "0" * 64)
        program = ir.Program(language="1", modules=(module,), requirements=tuple(order))
        return Suite(program, vocabulary(), frozenset(truth), self.style != "messy", self.plants)

    def _base(self, name: str) -> ir.Requirement | None:
        """A base requirement; None where it would get in the way of a planted conflict."""
        dice = self.dice
        astray = self.style == "messy" and dice.below(50) == 0
        one = self._demand(astray=astray)
        when, pinned = self._when()
        if not astray and not all(one.holds({**self.hidden, **other}) for other in self._around(one, pinned)):
            return None
        return _requirement(name, when, one)

    def _demand(self, *, astray: bool) -> Demand:
        dice, shape = self.dice, self.dice.below(100)
        names = tuple(CHOICE)
        if shape < 4:
            return parts(dice)
        if shape < 8:
            kind = dice.pick(("int", "int", "date"))
            pool = [n for n in names if CHOICE[n] == kind]
            pair = sorted((dice.pick(pool), dice.pick(pool)), key=lambda n: int(str(self.hidden[n])))
            if pair[0] != pair[1]:
                return related(pair[1], pair[0], 0)
        name = dice.pick(names)
        first = simple(dice, name, None if astray else self.hidden[name])
        if shape < 12:
            return either(first, simple(dice, dice.pick(names), None))
        if shape < 36:
            other = dice.pick(names)
            return both(first, simple(dice, other, self.hidden[other])) if other != name else first
        return first

    def _when(self) -> tuple[list[ir.Expr], dict[str, tuple[str, ...]]]:
        """One to three conditions, and the words they leave to the pins."""
        dice = self.dice
        when: list[ir.Expr] = []
        pinned: dict[str, tuple[str, ...]] = {}
        for name in {dice.pick(tuple(CONTEXT)): None for _ in range(1 + dice.below(3))}:
            match CONTEXT[name]:
                case "bool":
                    when.append(ir.Atom(_attr(name), ir.Cmp("=", dice.below(2) == 0)))
                case "enum":
                    when.append(ir.Atom(_attr(name), ir.OneOf(_some(dice, WORDS, 1))))
                case "pin":
                    pinned[name] = _some(dice, TIERS, 2)
                    when.append(ir.Atom(_attr(name), ir.OneOf(pinned[name])))
                case "set":
                    when.append(ir.Atom(_attr(name), ir.Contains(dice.pick(MARKETS))))
                case "date":
                    when.append(ir.Atom(_attr(name), ir.Cmp(">=", AS_OF + dice.below(20) * 100)))
                case _:
                    when.append(ir.Atom(_attr(name), ir.Cmp(dice.pick(("<=", ">=")), dice.below(20) * 20)))
        return when, pinned

    def _around(self, one: Demand, pinned: Mapping[str, tuple[str, ...]]) -> Iterator[Design]:
        """What may have to hold beside a base requirement: the hidden values, or those of planted conflicts."""
        near = {id(plant): plant for name in one.names for plant in self.near.get(name, ())}.values()
        if self.style == "dense":
            for picked in product(*(plant.others for plant in near)):
                yield {name: value for other in picked for name, value in other.items()}
            return
        yield {}
        for plant in near:
            assert plant.pin is not None
            if all(word in pinned.get(pin, (word,)) for pin, word in zip(PINS, plant.pin, strict=True)):
                yield from plant.others


def hash_of(name: str) -> int:
    """A number that scatters names."""
    value = 0
    for letter in name:
        value = (value * 131 + ord(letter)) % 1_000_003
    return value * 7919 % 1_000_003


def _requirement(name: str, when: Sequence[ir.Expr], one: Demand) -> ir.Requirement:
    applies = when[0] if len(when) == 1 else ir.And(tuple(when)) if when else TRUE
    return ir.Requirement(
        id=name,
        level="shall",
        severity="medium",
        title=name,
        scope=TRUE,
        applies=applies,
        lines=(ir.Line("check", "", one.expr, PLACE),),
        place=PLACE,
    )


def make(size: int, style: Style, planted: int = 0, arities: Sequence[int] = (2, 3, 4)) -> Suite:
    """A suite of so many requirements with so many planted conflicts (as a rule 3 in 100) of these arities."""
    return Maker(size, style, planted or default(size, style), arities).make()


def default(size: int, style: Style) -> int:
    """How many conflicts are planted."""
    return min(24, max(4, size // 80)) if style == "dense" else max(6, size * 3 // 100)
