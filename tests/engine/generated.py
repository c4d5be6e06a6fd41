"""Generated programs and fact tables: unknowns, empty and open lists, nested quantifiers, cycles, fleets.

Shapes are small (a few products, elements and requirements), since disagreements show on small ones.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable

from hypothesis import strategies as st
from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.facts.base import Fact, FactBase, Product, scalar
from rulewright.facts.merge import settle
from rulewright.facts.table import Column, Extent, Relation, Segment, Source, Table, encode
from rulewright.facts.types import Completeness, Level, State, Trust, Value

AS_OF = 20_000
TRUE = ir.Const(value=True)
PLACE = ir.Place("generated.rw", 1, 1)

VALUES: dict[str, list[Value]] = {
    "bool": [True, False],
    "int": [0, 1, 5],
    "string": ["", "a", "busybox", "zlib"],
    "date": [AS_OF - 400, AS_OF - 10, AS_OF, AS_OF + 30],
    "set": [(), ("EU",), ("EU", "US")],
    "license": ["MIT", "MIT OR GPL-2.0-only", "Apache-2.0 AND MIT", "not a licence ("],
    "purl": ["pkg:pypi/a@1.0", "pkg:npm/b@2", "nonsense", "pkg:pypi/c"],
    "version": ["1.0", "1.10", "2.0.7", "(devel)"],
    "decimal": [0, 9_800_000],
    "enum": ["library", "firmware"],
}
FIELDS: dict[str, dict[str, str]] = {
    "component": {
        "type": "enum",
        "name": "string",
        "version": "version",
        "purl": "purl",
        "license": "license",
        "dev_only": "bool",
        "end_of_support": "date",
        "hash_algorithms": "set",
        "dependency_count": "int",
    },
    "vulnerability": {"id": "string", "exploited": "bool", "score": "decimal", "published": "date"},
    "service": {"name": "string", "authenticated": "bool"},
}
ATTRIBUTES = {
    "iface.telnet_present": "bool",
    "product.markets": "set",
    "support.end": "date",
    "product.placed": "date",
    "auth.length": "int",
    "product.type": "enum",
}
STATES = [None, State.DECLARED_UNKNOWN, State.WITHHELD, State.MALFORMED, State.CONFLICTING]
SOURCES = [
    Source("sbom.json", "0" * 64, "sbom", Trust.DECLARED, AS_OF - 5),
    Source("scan.json", "1" * 64, "network", Trust.OBSERVED, AS_OF - 300),
    Source("signed.json", "2" * 64, "sbom", Trust.SIGNED, None),
]


# --- expressions -------------------------------------------------------------------------------------------------------


def tests_of(kind: str) -> st.SearchStrategy[ir.Test]:
    """Tests that fit a kind."""
    plain: list[st.SearchStrategy[ir.Test]] = [
        st.sampled_from(
            ["known", "valid", "stated", "conflicting", "declared_unknown", "withheld", "malformed", "signed"]
        ).map(
            ir.Is  # type: ignore[arg-type]  # the words are adjectives
        ),
    ]
    value = st.sampled_from(VALUES[kind])
    if kind == "set":
        plain += [
            st.sampled_from(["EU", "CN"]).map(ir.Contains),
            st.just(ir.SubsetOf(("EU",))),
            st.just(ir.Is("empty")),
        ]
    elif kind in {"bool", "string", "enum", "purl"}:
        plain += [st.builds(ir.Cmp, st.sampled_from(["=", "!="]), value), value.map(lambda v: ir.OneOf((v,)))]
    elif kind == "license":
        plain += [st.just(ir.LicenseAllows(("MIT",))), st.just(ir.LicenseRequiresAny(("GPL-2.0-only", "MIT")))]
    else:
        plain.append(st.builds(ir.Cmp, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), value))
    if kind == "string":
        plain += [st.just(ir.Glob("b*")), st.just(ir.Regex("[a-z]+"))]
    if kind == "purl":
        plain.append(st.just(ir.PurlLike("pkg:pypi/*")))
    if kind == "version":
        plain.append(st.just(ir.InVers("pypi/<2.0")))
    if kind == "date":
        plain.append(
            st.builds(ir.CmpAsOf, st.sampled_from(["<", ">="]), st.sampled_from([0, 1]), st.sampled_from([0, -30]))
        )
        other = st.sampled_from(["support.end", "product.placed"]).map(lambda name: ir.Attr(name, "date"))
        plain.append(
            st.builds(ir.CmpAttr, st.sampled_from(["<", ">=", "="]), other, st.sampled_from([0, 1]), st.just(0))
        )
    return st.one_of(plain)


@st.composite
def atoms(draw: st.DrawFn, scope: tuple[tuple[str, str], ...]) -> ir.Expr:
    """An atom about an attribute or about an element in scope."""
    if not scope or draw(st.integers(0, 4)) == 0:
        name = draw(st.sampled_from(sorted(ATTRIBUTES)))
        kind = ATTRIBUTES[name]
        return ir.Atom(ir.Attr(name, kind), draw(tests_of(kind)))
    var, collection = draw(st.sampled_from(scope))
    name = draw(st.sampled_from(sorted(FIELDS[collection])))
    kind = FIELDS[collection][name]
    return ir.Atom(ir.Field(var, collection, name, kind), draw(tests_of(kind)))


@st.composite
def expressions(draw: st.DrawFn, scope: tuple[tuple[str, str], ...] = (), depth: int = 3) -> ir.Expr:
    """An expression that obeys the scoping rules of the IR.  `scope` is (own, owner) or shorter."""
    shape = draw(st.sampled_from(["atom", "atom", "const", "not", "and", "or", "quant", "quant"])) if depth else "atom"
    deeper = expressions(scope, depth - 1)
    match shape:
        case "const":
            return ir.Const(draw(st.sampled_from([True, False, None])))
        case "not":
            return ir.Not(draw(deeper))
        case "and":
            return ir.And(tuple(draw(st.lists(deeper, max_size=3))))
        case "or":
            return ir.Or(tuple(draw(st.lists(deeper, max_size=3))))
        case "quant":
            return draw(quantifiers(scope, depth - 1))
        case _:
            return draw(atoms(scope))


@st.composite
def quantifiers(draw: st.DrawFn, scope: tuple[tuple[str, str], ...], depth: int) -> ir.Expr:
    """A quantifier over a collection, over children, or over the dependency graph."""
    relation = draw(st.sampled_from(["all", "of", "under"]))
    var = f"v{depth}"
    if relation == "all" or not scope:
        collection = draw(st.sampled_from(sorted(FIELDS)))
        inner: tuple[tuple[str, str], ...] = ((var, collection),)
        owner = owner_collection = None
        relation = "all"
    else:
        owner, owner_collection = scope[0]
        if owner_collection != "component":
            return draw(atoms(scope))
        collection = "component" if relation == "under" else draw(st.sampled_from(["vulnerability", "component"]))
        inner = ((var, collection),) if relation == "under" else ((var, collection), (owner, owner_collection))
    kinds = ["every", "some", "no"] if relation == "under" else ["every", "some", "no", "at_least", "at_most"]
    kind = draw(st.sampled_from(kinds))
    return ir.Quant(
        kind,  # type: ignore[arg-type]  # one of the kinds
        var,
        collection,
        draw(st.one_of(st.just(TRUE), expressions(inner, depth))),
        draw(expressions(inner, depth)),
        relation,  # type: ignore[arg-type]  # one of the relations
        owner,
        owner_collection,
        draw(st.integers(0, 3)) if kind.startswith("at_") else 0,
    )


@st.composite
def nested(draw: st.DrawFn) -> ir.Expr:
    """A quantifier over components whose body asks for children, dependencies, or both an element and its owner."""
    own = (("c", "component"),)
    relation = draw(st.sampled_from(["of", "under"]))
    collection = "component" if relation == "under" else draw(st.sampled_from(["vulnerability", "component"]))
    scope = (("d", collection),) if relation == "under" else (("d", collection), *own)
    simple = expressions(scope, 1)
    kind = draw(st.sampled_from(["every", "some", "no"] + (["at_least", "at_most"] if relation == "of" else [])))
    n = draw(st.integers(1, 2)) if kind.startswith("at_") else 0
    where = draw(st.one_of(st.just(TRUE), simple))
    inner = ir.Quant(
        kind,  # type: ignore[arg-type]  # one of the kinds
        "d",
        collection,
        where,
        draw(simple),
        relation,  # type: ignore[arg-type]  # one of the relations
        "c",
        "component",
        n,
    )
    other = draw(atoms(own))
    bodies: list[ir.Expr] = [inner, ir.And((inner, other)), ir.Or((inner, other)), ir.Not(inner)]
    body = draw(st.sampled_from(bodies))
    outer = draw(st.sampled_from(["every", "some", "no", "at_least"]))
    return ir.Quant(
        outer,  # type: ignore[arg-type]  # one of the kinds
        "c",
        "component",
        draw(st.one_of(st.just(TRUE), atoms(own))),
        body,
        n=1 if outer == "at_least" else 0,
    )


EVIDENCE = st.one_of(
    st.none(),
    st.none(),
    st.builds(
        ir.Evidence,
        st.integers(1, 2),
        st.sampled_from([(), ("sbom",), ("network", "sbom")]),
        st.sampled_from([None, 30]),
        st.sampled_from([0, 2]),
        st.sampled_from([0, 0, *Level]).map(int),
    ),
)


MOSTLY_TRUE = st.one_of(st.just(TRUE), st.just(TRUE), st.just(TRUE), expressions((), 1))


@st.composite
def programs(draw: st.DrawFn) -> ir.Program:
    """A program of one to four requirements with up to three lines each."""
    requirements = []
    for number in range(draw(st.integers(1, 4))):
        lines = draw(st.lists(st.one_of(nested(), nested(), quantifiers((), 2), expressions()), min_size=1, max_size=3))
        requirements.append(
            ir.Requirement(
                id=f"gen:{number}",
                level=draw(st.sampled_from(["shall", "should", "may"])),
                severity="medium",
                title=f"requirement {number}",
                scope=draw(MOSTLY_TRUE),
                applies=draw(MOSTLY_TRUE),
                lines=tuple(ir.Line(f"check#{i + 1}", f"line {i}", expr, PLACE) for i, expr in enumerate(lines)),
                place=PLACE,
                evidence=draw(EVIDENCE),
                unknown_fails=draw(st.booleans()),
                valid_from=draw(st.sampled_from([None] * 8 + [AS_OF, AS_OF + 1])),
                valid_until=draw(st.sampled_from([None] * 8 + [AS_OF, AS_OF - 1])),
            )
        )
    assumed = draw(st.sampled_from(["", "", "component", "dependencies"]))
    return ir.Program(
        language="1",
        modules=(),
        requirements=tuple(requirements),
        assumptions=(ir.Assumption(assumed, "closed", "we say so", PLACE),) if assumed else (),
        unstated_open=draw(st.sampled_from([(), (), ("*",), ("vulnerability",)])),
        fresh=draw(st.dictionaries(st.sampled_from(sorted(ATTRIBUTES)), st.sampled_from([4, 5, 100, 400]))),
        levels=draw(st.dictionaries(st.sampled_from(sorted(ATTRIBUTES)), st.sampled_from([1, 3, 5]), max_size=2)),
    )


# --- facts -------------------------------------------------------------------------------------------------------------


def cells(kind: str) -> st.SearchStrategy[Value | State | None]:
    """Known values twice as often as unknowns of every reason."""
    known = st.sampled_from(VALUES[kind])
    return st.one_of(known, known, known, known, st.sampled_from(STATES))


def _builder(column: Column) -> Callable[[], Column]:
    return lambda: column


EXTENTS = st.sampled_from([Completeness.CLOSED, Completeness.UNSTATED] * 3 + list(Completeness)).map(Extent)


@st.composite
def tables(draw: st.DrawFn, collection: str, products: int) -> Table:
    """A table over some products, one time in three as a fleet's catalogue with instances."""
    sizes = draw(st.lists(st.sampled_from([0, 1, 2, 3, 3, 4]), min_size=products, max_size=products))
    offsets = array("i", [0])
    for size in sizes:
        offsets.append(offsets[-1] + size)
    total = offsets[-1]
    index = None
    rows = total
    if draw(st.integers(0, 2)) == 0 and total:
        rows = draw(st.integers(1, 3))
        index = array("i", draw(st.lists(st.integers(0, rows - 1), min_size=total, max_size=total)))
    builders = {
        name: _builder(encode(draw(st.lists(cells(kind), min_size=rows, max_size=rows))))
        for name, kind in FIELDS[collection].items()
        if draw(st.integers(0, 11))
    }
    cut = draw(st.integers(0, rows))
    first, second = draw(st.sampled_from(SOURCES)), draw(st.sampled_from(SOURCES))
    segments = [Segment(0, first, "/a/{}".format, "first-{}".format)]
    if 0 < cut < rows:
        segments.append(Segment(cut, second, "/b/{}".format, "second-{}".format))
    extents = draw(st.lists(EXTENTS, min_size=products, max_size=products))
    return Table(collection, rows, offsets, extents, segments, builders, {}, index)


def _pairs(draw: st.DrawFn, owner: Table, child: Table) -> Relation:
    """Pairs within each product."""
    pairs: set[tuple[int, int]] = set()
    for product in range(len(owner.offsets) - 1):
        owners = range(owner.offsets[product], owner.offsets[product + 1])
        children = range(child.offsets[product], child.offsets[product + 1])
        if owners and children:
            pairs |= draw(st.sets(st.tuples(st.sampled_from(owners), st.sampled_from(children)), max_size=6))
    ordered = sorted(pairs)
    return Relation(array("i", [p for p, _ in ordered]), array("i", [c for _, c in ordered]))


def _relation(relation: Relation) -> Callable[[], Relation]:
    return lambda: relation


LEVELS = st.sampled_from([None, None, *Level])


@st.composite
def scalars(draw: st.DrawFn, kind: str) -> Fact | None:
    """An attribute's fact, sometimes with witnesses."""
    cell = draw(cells(kind))
    source = draw(st.sampled_from(SOURCES))
    if cell is None:
        return None
    if isinstance(cell, State):
        return Fact(cell, None, source, "/x", source.trust, source.observed, source.detector)
    fact = Fact(State.KNOWN, cell, source, "/x", source.trust, source.observed, source.detector)
    fact = replace(fact, level=draw(LEVELS))
    if draw(st.integers(0, 4)):
        return fact
    other = draw(st.sampled_from(SOURCES))
    if draw(st.booleans()):
        second = Fact(State.KNOWN, draw(st.sampled_from(VALUES[kind])), other, "/y", detector=other.detector)
        return settle([fact, replace(second, level=draw(LEVELS))], draw(st.sampled_from(["agree", "any", "all"])))
    second = Fact(State.KNOWN, cell, other, "/y", other.trust, other.observed, other.detector)
    return Fact(State.KNOWN, cell, source, "/x", source.trust, source.observed, source.detector, (fact, second))


@st.composite
def fact_bases(draw: st.DrawFn) -> FactBase:
    """One to three products."""
    products = draw(st.integers(1, 3))
    found = {name: draw(tables(name, products)) for name in FIELDS if draw(st.integers(0, 9))}
    component, vulnerability = found.get("component"), found.get("vulnerability")
    if component is not None:
        component.relations = {
            "depends_on": _relation(_pairs(draw, component, component)),
            "component": _relation(_pairs(draw, component, component)),
        }
        if draw(st.integers(0, 7)):
            component.graph_extents = draw(st.lists(EXTENTS, min_size=products, max_size=products))
        if vulnerability is not None:
            vulnerability.relations = {"component": _relation(_pairs(draw, component, vulnerability))}
    attributes = {
        name: scalar([draw(scalars(kind)) for _ in range(products)])
        for name, kind in ATTRIBUTES.items()
        if draw(st.integers(0, 5))
    }
    names = draw(st.permutations(["alpha", "beta", "gamma"]))[:products]
    return FactBase([Product(name, name, "1.0") for name in names], attributes, found)
