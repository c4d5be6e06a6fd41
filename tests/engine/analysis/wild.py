"""Random requirements of all kinds of tests, random complete products, and the cells that a product is in.

The vocabulary is a toy, but for `component`, whose versions are ordered by its package URL.  Values are drawn from pools that
hold constants of the rules, their neighbours, and what no rule mentions.
"""

from __future__ import annotations

from array import array
from functools import partial
from random import Random
from typing import Any, Literal, NamedTuple

from rulewright.dsl import ir
from rulewright.engine.analysis.asked import Key
from rulewright.engine.analysis.formulas import holds
from rulewright.engine.analysis.model import AS_OF as DAY
from rulewright.engine.analysis.model import OTHER, Design, Element, Problem
from rulewright.engine.analysis.space import Space
from rulewright.facts.base import Fact, FactBase, Product, scalar
from rulewright.facts.table import Extent, Relation, Table, encode
from rulewright.facts.types import Completeness, FieldType, Kind, State, Value
from rulewright.facts.vocabulary import Attribute, Collection, Field, Vocabulary

AS_OF = 20_480
TRUE = ir.Const(value=True)
PLACE = ir.Place("wild.rw", 1, 1)
TYPES = {
    "bool": FieldType(Kind.BOOL),
    "int": FieldType(Kind.INT),
    "decimal": FieldType(Kind.DECIMAL),
    "date": FieldType(Kind.DATE),
    "enum": FieldType(Kind.ENUM, ("red", "green", "blue", "grey")),
    "words": FieldType(Kind.ENUM, ("north", "south"), open_values=True),
    "set": FieldType(Kind.SET, ("a", "b", "c")),
    "tags": FieldType(Kind.SET, ("x", "y"), open_values=True),
    "string": FieldType(Kind.STRING),
    "license": FieldType(Kind.LICENSE),
    "version": FieldType(Kind.VERSION),
    "purl": FieldType(Kind.PURL),
    "cpe": FieldType(Kind.CPE),
}
DAYS: list[Value] = [AS_OF + n for n in (-400, -31, -30, -2, -1, 0, 1, 2, 29, 30, 31, 45)]
POOLS: dict[str, list[Value]] = {
    "bool": [False, True],
    "int": list(range(7)),
    "decimal": [0, 1, 999_999, 1_000_000, 1_000_001, 5_000_000],
    "date": DAYS,
    "enum": ["red", "green", "blue", "grey"],
    "words": ["north", "south", "up", "down"],
    "set": [(), ("a",), ("b",), ("a", "b"), ("b", "c"), ("a", "b", "c")],
    "tags": [(), ("x",), ("x", "y"), ("z",), ("x", "z"), ("w", "z")],
    "string": ["", "a", "b", "ab", "abc", "ba", "bab", "zz", "b1", "a1b"],
    "license": ["MIT", "GPL-2.0-only", "GPL-2.0-or-later", "MIT OR GPL-2.0-only", "MIT AND Apache-2.0", "Zlib",
                "Zlib OR (MIT AND GPL-2.0-only)", "no licence (", "Nope-1.0", "MIT OR Nope-1.0", "LicenseRef-own"],
    "version": ["0.9", "1.0", "1.0.0", "1.5", "2.0", "2.0rc1", "2.0-rc1", "2.0.1", "10", "(devel)", "latest", "3.0~beta"],
    "purl": ["pkg:pypi/a@1.0", "pkg:npm/b@2", "pkg:pypi/c", "pkg:deb/debian/d@1", "pkg:npm/%40x/b@1", "nonsense",
             "pkg:maven/org.x/a@1", "pkg:generic/z", "pkg:oci/q@1"],
    "cpe": ["cpe:2.3:a:x:y:1.0:*:*:*:*:*:*:*", "cpe:2.3:a:x:z:1.0:*:*:*:*:*:*:*", "nonsense",
            "cpe:2.3:o:x:y:2.0:*:*:*:*:*:*:*", "cpe:2.3:a:q:r:2.0:*:*:*:*:*:*:*"],
}  # fmt: skip
CONSTANTS: dict[str, list[Value]] = {
    "int": [1, 2, 3, 5],
    "decimal": [1, 1_000_000],
    "date": [AS_OF - 30, AS_OF, AS_OF + 1, AS_OF + 30],
    "version": ["1.0", "2.0", "1.5"],
}
GIVEN = ("bool", "int", "date", "enum", "words", "set", "tags", "string", "version", "license")
FIELDS: dict[str, dict[str, str]] = {
    "component": {"version": "version", "purl": "purl", "license": "license", "type": "enum", "name": "string"},
    "part": {"ok": "bool", "size": "int", "end": "date", "sort": "words", "tags": "tags", "cpe": "cpe"},
    "flaw": {"bad": "bool", "score": "decimal"},
}
PARENTS = {"part": ("part",), "flaw": ("part",), "component": ()}


def attributes() -> dict[str, tuple[str, bool]]:
    """Two attributes of most kinds: a given one and a choice; name to kind and role."""
    found = {f"ctx.{kind}{n}": (kind, True) for kind in GIVEN for n in ("", "2")}
    found |= {f"own.{kind}{n}": (kind, False) for kind in TYPES for n in ("", "2")}
    return found


ATTRIBUTES = attributes()


def kind_of(word: str) -> str:
    """The kind in the IR."""
    return TYPES[word].kind.value


def vocabulary() -> Vocabulary:
    """The toy vocabulary."""
    made = {
        name: Attribute(
            name, TYPES[kind], name, given=given, low=0 if kind == "int" else None, high=6 if kind == "int" else None
        )
        for name, (kind, given) in ATTRIBUTES.items()
    }
    lists = {
        name: Collection(
            name,
            f"{name}s",
            name,
            {f: Field(f, TYPES[k], f) for f, k in fields.items()},
            PARENTS[name],
            graph=name == "part",
        )
        for name, fields in FIELDS.items()
    }
    return Vocabulary(lists, made)


# --- rules -------------------------------------------------------------------------------------------------------------

ORDERS: list[ir.Comparison] = ["=", "!=", "<", "<=", ">", ">="]
SHIFTS = [(0, 0), (0, 0), (0, 1), (0, -30), (1, 0), (-1, 2)]


class Wild:
    """Draws rules and products."""

    def __init__(self, seed: int, names: int = 4) -> None:
        """Choose a few attributes, so that tests meet."""
        self.random = Random(seed)
        self.names = self.random.sample(sorted(ATTRIBUTES), names)
        self.lists = self.random.sample(sorted(FIELDS), 2)
        self.fields = {
            name: self.random.sample(sorted(FIELDS[name]), min(3, len(FIELDS[name]))) for name in sorted(FIELDS)
        }
        if self.random.random() < 0.5:
            self.fields["component"] = ["version", "purl"]

    def one(self, items: Any) -> Any:
        """One of these."""
        return self.random.choice(items)

    def pick(self, *tests: ir.Test) -> ir.Test:
        """One of these tests."""
        return self.random.choice(tests)

    def test(self, word: str, *, field: bool) -> ir.Test:
        """A test of a kind."""
        tests: list[ir.Test] = [self.plain(word), self.plain(word)]
        adjectives = ["known", "stated", "valid", "malformed", "conflicting"]
        if self.random.random() < (0.5 if field else 0.15):
            tests.append(ir.Is(self.one([*adjectives, "empty"] if word in {"string", "set", "tags"} else adjectives)))
        if word == "date":
            tests.append(ir.CmpAsOf(self.one(ORDERS), *self.one(SHIFTS)))
        return self.pick(*tests)

    def plain(self, word: str) -> ir.Test:
        """A test of the value."""
        pool = POOLS[word]
        match word:
            case "bool":
                return ir.Cmp("=", self.one([True, True, False]))
            case "int" | "decimal" | "date":
                values = CONSTANTS[word]
                some: tuple[Value, ...] = tuple(sorted(self.random.sample(values, 2)))
                return self.pick(ir.Cmp(self.one(ORDERS), self.one(values)), ir.OneOf(some))
            case "enum" | "words":
                known = TYPES[word].values
                chosen = tuple(sorted(self.random.sample([*known, *(["up"] if word == "words" else [])], 2)))
                return self.pick(ir.Cmp(self.one(["=", "!="]), self.one(known)), ir.OneOf(chosen))
            case "set" | "tags":
                members = TYPES[word].values
                subset = tuple(sorted(self.random.sample(members, self.random.randint(1, 2))))
                return self.pick(ir.Contains(self.one(members)), ir.SubsetOf(subset), ir.Is("empty"))
            case "string":
                patterns = ["a*", "*b", "?", "[ab]*", "b*", "*a*"]
                tests: list[ir.Test] = [
                    ir.Glob(self.one(patterns)),
                    ir.Cmp("=", self.one(["", "a", "ab"])),
                    ir.OneOf(("a", "zz")),
                ]
                return self.pick(*tests, ir.Regex(self.one(["[a-z]+", "a.*", "(ab|ba)b?"])))
            case "license":
                sets = [("MIT",), ("GPL-2.0-only", "MIT"), ("Apache-2.0",)]
                return self.pick(ir.LicenseAllows(self.one(sets)), ir.LicenseRequiresAny(self.one(sets)))
            case "version":
                ranges = [ir.InVers(text) for text in ("pypi/<2.0", "npm/>=1.0.0|<2.0.0", "generic/<2.0")]
                return self.pick(ir.Cmp(self.one(ORDERS), self.one(CONSTANTS[word])), self.one(ranges))
            case "purl":
                return ir.PurlLike(self.one(["pkg:pypi/*", "pkg:npm/b", "pkg:*/a", "pkg:deb/debian/*"]))
            case _:
                assert word == "cpe", pool
                return ir.CpeLike(self.one(["cpe:2.3:a:x:*:*:*:*:*:*:*:*:*", "cpe:2.3:*:*:y:*:*:*:*:*:*:*:*"]))

    def attribute(self, names: list[str] | None = None) -> ir.Atom:
        """A test of an attribute."""
        name = self.one(names or self.names)
        word = ATTRIBUTES[name][0]
        term = ir.Attr(name, kind_of(word))
        others = [n for n in names or self.names if ATTRIBUTES[n][0] == word and n != name]
        if others and word not in {"license", "set", "tags", "purl", "cpe", "version"} and self.random.random() < 0.5:
            other = ir.Attr(self.one(others), kind_of(word))
            ordered = word in {"int", "decimal", "date"}
            shift = self.one(SHIFTS) if word == "date" else (0, 0)
            return ir.Atom(term, ir.CmpAttr(self.one(ORDERS if ordered else ["=", "!="]), other, *shift))
        return ir.Atom(term, self.test(word, field=False))

    def field(self, var: str, collection: str) -> ir.Atom:
        """A test of a field."""
        name = self.one(self.fields[collection])
        word = FIELDS[collection][name]
        term = ir.Field(var, collection, name, kind_of(word))
        others = [n for n in self.names if ATTRIBUTES[n][0] == word]
        if others and word in {"int", "bool", "decimal", "date", "words"} and self.random.random() < 0.5:
            shift = self.one(SHIFTS) if word == "date" else (0, 0)
            ordered = word in {"int", "decimal", "date"}
            return ir.Atom(
                term,
                ir.CmpAttr(
                    self.one(ORDERS if ordered else ["=", "!="]), ir.Attr(self.one(others), kind_of(word)), *shift
                ),
            )
        return ir.Atom(term, self.test(word, field=True))

    def expression(self, scope: tuple[tuple[str, str], ...] = (), depth: int = 2) -> ir.Expr:
        """An expression that obeys the scoping rules."""
        shape = self.one(["atom", "atom", "not", "and", "or", "quant", "const"]) if depth else "atom"
        match shape:
            case "not":
                return ir.Not(self.expression(scope, depth - 1))
            case "and" | "or":
                items = tuple(self.expression(scope, depth - 1) for _ in range(self.random.randint(1, 3)))
                return ir.And(items) if shape == "and" else ir.Or(items)
            case "quant":
                return self.quantifier(scope, depth - 1)
            case "const" if self.random.random() < 0.3:
                return ir.Const(self.one([True, False, None]))
            case _:
                if scope and self.random.random() < 0.75:
                    return self.field(*self.one(scope))
                return self.attribute()

    def quantifier(self, scope: tuple[tuple[str, str], ...], depth: int) -> ir.Quant:
        """A quantifier over a list, or over children."""
        relation: Literal["all", "of", "under"] = (
            self.one(["all", "of", "under"]) if scope and scope[0][1] == "part" and depth >= 0 else "all"
        )
        collection = self.one(self.lists)
        owner = owner_collection = None
        var = f"v{depth}{len(scope)}"
        inner: tuple[tuple[str, str], ...] = ((var, collection),)
        if relation != "all":
            owner, owner_collection = scope[0]
            collection = "part" if relation == "under" else self.one(["part", "flaw"])
            inner = ((var, collection),) if relation == "under" else ((var, collection), scope[0])
        kind = self.one(["every", "every", "some", "no"] + (["at_least", "at_most"] if relation != "under" else []))
        where = self.one([TRUE, self.expression(inner, max(depth, 0))])
        body = self.expression(inner, max(depth, 0))
        n = self.random.randint(0, 2) if kind.startswith("at_") else 0
        return ir.Quant(kind, var, collection, where, body, relation, owner, owner_collection, n)

    def requirement(self, number: int = 0) -> ir.Requirement:
        """A requirement: conditions mostly over given attributes."""
        given = [name for name in self.names if ATTRIBUTES[name][1]]

        def condition() -> ir.Expr:
            draw = self.random.random()
            if draw < 0.4:
                return TRUE
            return self.attribute(given) if given and draw < 0.8 else self.expression(depth=1)

        lines = [self.expression() for _ in range(self.random.randint(1, 3))]
        return ir.Requirement(
            id=f"wild:{number}",
            level=self.one(["shall", "should"]),
            severity="low",
            title="wild",
            scope=condition(),
            applies=condition(),
            lines=tuple(ir.Line(f"check#{n + 1}", "", expr, PLACE) for n, expr in enumerate(lines)),
            place=PLACE,
            valid_from=self.one([None, None, None, AS_OF, AS_OF + 2]),
            valid_until=self.one([None, None, None, AS_OF + 1, AS_OF + 5]),
        )


def program(*requirements: ir.Requirement, **parts: Any) -> ir.Program:
    """A program of these."""
    return ir.Program(language="1", modules=(), requirements=requirements, **parts)


# --- products ----------------------------------------------------------------------------------------------------------


class Made(NamedTuple):
    """A product: values of attributes, rows of lists, children (owner row, child row) by child collection."""

    day: int
    values: dict[str, Value]
    rows: dict[str, list[dict[str, Value | State]]]
    children: dict[str, list[tuple[int, int]]]


STATES = [State.MISSING, State.DECLARED_UNKNOWN, State.WITHHELD, State.MALFORMED, State.CONFLICTING]


def made(wild: Wild, space: Space) -> Made:
    """A random complete product; what is fixed at single values has one of those."""
    random = wild.random
    values: dict[str, Value] = {}
    for name, (word, _) in ATTRIBUTES.items():
        singles = space.singles.get(("", name))
        if space.linked(("", name)):
            values[name] = random.choice([str(cell.value) for cell in space.variables[space.scalar["", name]].cells])
            continue
        readable = [v for v in POOLS[word] if space.readable(("", name), v)]
        values[name] = random.choice(singles or readable or POOLS[word])
    singles = space.singles.get(("", DAY))
    rows: dict[str, list[dict[str, Value | State]]] = {}
    for collection, fields in FIELDS.items():
        rows[collection] = [
            {
                field: random.choice(STATES)
                if random.random() < 0.2 and _has_state(space, (collection, field))
                else random.choice(_field_values(space, (collection, field)) or POOLS[word])
                for field, word in fields.items()
            }
            for _ in range(random.choice([0, 1, 1, 2, 2, 3]))
        ]
    owners = range(len(rows["part"]))
    if not owners:
        rows["flaw"] = []
    children = {
        "flaw": [(random.choice(owners), child) for child in range(len(rows["flaw"]))],
        "part": [(owner, child) for owner in owners for child in owners if owner < child and random.random() < 0.4],
    }
    day = random.choice(singles) if singles else AS_OF + random.choice([0, 0, 1, 2, 3, 6])
    tied = any(space.tied(("part", field)) for field in FIELDS["part"])
    return Made(AS_OF if tied else day, values, rows, children)


def _field_values(space: Space, key: Key) -> list[Value]:
    """What a field can be if it is compared with an attribute and has no order."""
    if not space.linked(key):
        return []
    return [cell.value for cell in space.variables[space.scalar[key]].cells if cell.value is not None]


def _has_state(space: Space, key: Key) -> bool:
    var = space.scalar.get(key)
    if var is None:
        return key not in space.members
    return any(cell.value is None for cell in space.variables[var].cells)


def facts_of(product: Made) -> FactBase:
    """The product as facts."""
    known = {name: scalar([Fact(State.KNOWN, value)]) for name, value in product.values.items()}
    tables = {}
    for collection, rows in product.rows.items():
        columns = {field: partial(encode, [row[field] for row in rows]) for field in FIELDS[collection]}
        pairs = product.children.get(collection, [])
        relations = {"part": partial(_relation, pairs)}
        if collection == "part":
            relations["depends_on"] = partial(_relation, pairs)
        extent = Extent(Completeness.CLOSED)
        table = Table(collection, len(rows), array("i", [0, len(rows)]), [extent], [], columns, relations)
        table.graph_extents = [extent]
        tables[collection] = table
    return FactBase([Product("wild", "wild", "")], known, tables)


def _relation(pairs: list[tuple[int, int]]) -> Relation:
    ordered = sorted(pairs)
    return Relation(array("i", [p for p, _ in ordered]), array("i", [c for _, c in ordered]))


class NoCellError(Exception):
    """A value that is in no cell."""


def _cells(space: Space, key: Key, value: Value | State, purl: str = "") -> dict[int, int]:
    """The cells of one fact."""
    found: dict[int, int] = {}
    if key in space.scalar:
        var = space.scalar[key]
        mask = space.holding(key, value, purl)
        if not mask:
            raise NoCellError(f"{key} = {value!r} is in no cell of {space.variables[var]}")
        found[var] = mask.bit_length() - 1
    if key in space.members and isinstance(value, tuple):
        members = space.members[key]
        for word, var in members.items():
            found[var] = int(bool(set(value) - set(members)) if word == OTHER else word in value)
    return found


def design_of(space: Space, product: Made) -> Design:
    """The cells that a product is in: context and design together."""
    cells = _cells(space, ("", DAY), product.day)
    numbers = {space.scalar["", DAY]: product.day}
    for name, value in product.values.items():
        if ("", name) in space.scalar or ("", name) in space.members:
            cells |= _cells(space, ("", name), value)
            if isinstance(value, int) and not isinstance(value, bool) and ("", name) in space.scalar:
                numbers[space.scalar["", name]] = value
    built: dict[str, list[Element]] = {"flaw": [_element(space, "flaw", row) for row in product.rows["flaw"]]}
    built["component"] = [_element(space, "component", row) for row in product.rows["component"]]
    parts: list[Element] = []
    for number in reversed(range(len(product.rows["part"]))):
        own = [
            parts[len(product.rows["part"]) - 1 - child] for owner, child in product.children["part"] if owner == number
        ]
        flaws = [built["flaw"][child] for owner, child in product.children["flaw"] if owner == number]
        plain = _element(space, "part", _as_seen(space, product.rows["part"][number], product.day))
        under: dict[int, Element] = {}
        for child in own:
            under |= {id(c): c for c in (child, *child.children["under part"])}
        kin = {"part": tuple(own), "flaw": tuple(flaws), "under part": tuple(under.values())}
        parts.append(Element(plain.cells, kin))
    built["part"] = parts[::-1]
    return Design(cells, numbers, {name: tuple(items) for name, items in built.items()})


def _as_seen(space: Space, row: dict[str, Value | State], day: int) -> dict[str, Value | State]:
    """A row whose day is moved as far as the day of the run is from the first one, where only the distance counts."""
    end = row["end"]
    if isinstance(end, State) or not isinstance(end, int) or not space.relative(("part", "end")):
        return row
    return {**row, "end": end - (day - AS_OF)}


def _element(space: Space, collection: str, row: dict[str, Value | State]) -> Element:
    cells: dict[int, int] = {}
    purl = row.get("purl")
    for field, value in row.items():
        cells |= _cells(space, (collection, field), value, purl if isinstance(purl, str) else "")
    return Element(cells)


def met(problem: Problem, owner: int, whole: Design) -> bool | None:
    """Whether the units of an owner are met by a product; None where something opaque decides."""
    answer: bool | None = True
    for unit in problem.units:
        if unit.owner == owner:
            given = holds(unit.given, whole, whole, problem.variables)
            choice = holds(unit.choice, whole, whole, problem.variables)
            if given is True and choice is False:
                return False
            if given is not False and choice is not True:
                answer = None
    return answer
