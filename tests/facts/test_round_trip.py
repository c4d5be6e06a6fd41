"""Facts written as JSON and read again are the same facts: of one source and of several, made up and of real documents."""

import json
from array import array
from collections.abc import Sequence
from functools import partial

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.facts.base import Basis, Fact, Product
from rulewright.facts.declared import read
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Extent, Relation, Segment, Source, Table, Witness, encode
from rulewright.facts.types import Completeness, FieldType, Kind, Level, State, Trust, Value
from rulewright.facts.vocabulary import BUILTIN, Attribute, Vocabulary
from rulewright.facts.written import data
from tests.facts.sameness import everything

_KINDS = [FieldType(kind) for kind in Kind if kind is not Kind.ENUM] + [FieldType(Kind.ENUM, ("a", "b"))]
VOCABULARY: Vocabulary = BUILTIN.extended([Attribute(f"x.{t.kind.value}", t, "") for t in _KINDS])
TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
DAYS = st.integers(0, 30000)
SOURCES = st.builds(
    Source, TEXT, TEXT, st.sampled_from(["sbom", "network"]), st.sampled_from(list(Trust)), st.none() | DAYS
)
PEOPLE = st.text("abc ,", min_size=1, max_size=6).map(lambda name: f"x{name}".strip())
BASES = st.builds(Basis, st.just("report.pdf"), st.sampled_from(["", "0a" * 32]), st.sampled_from(["", "looked"]))
UNKNOWN = st.sampled_from([state for state in State if state is not State.KNOWN])


def values(kind: FieldType) -> st.SearchStrategy[Value]:
    """Values of a type."""
    match kind.kind:
        case Kind.BOOL:
            return st.booleans()
        case Kind.INT:
            return st.integers(-(10**15), 10**15)
        case Kind.DECIMAL:
            return st.integers(-(10**12), 10**12)
        case Kind.DATE:
            return DAYS
        case Kind.SET:
            words = st.sampled_from(kind.values or ("a", "b", "c"))
            return st.lists(words, unique=True, max_size=3).map(lambda found: tuple(sorted(found)))
        case Kind.ENUM:
            return st.sampled_from(kind.values)
        case _:
            return TEXT


def facts(kind: FieldType, depth: int = 1) -> st.SearchStrategy[Fact]:
    """Facts of a type, with witnesses."""
    told = st.lists(facts(kind, depth - 1), max_size=2).map(tuple) if depth else st.just(())
    rest = (TEXT, st.sampled_from(list(Trust)), st.none() | DAYS, st.just("sbom"), told)
    stated = (TEXT, st.sampled_from(list(Trust)), DAYS, st.just("manual"), told, PEOPLE, st.none() | BASES)
    known = st.builds(Fact, st.just(State.KNOWN), values(kind), st.none() | SOURCES, *rest)
    word = st.builds(Fact, st.just(State.KNOWN), values(kind), st.none() | SOURCES, *stated)
    graded = st.builds(msgspec.structs.replace, known, level=st.sampled_from(Level))
    return known | graded | word | st.builds(Fact, UNKNOWN, st.none(), st.none() | SOURCES, *rest)


EXTENTS = st.builds(Extent, st.sampled_from(list(Completeness)), TEXT, st.booleans())
GRAPHS = st.builds(Extent, st.sampled_from(list(Completeness)), TEXT)


@st.composite
def tables(draw: st.DrawFn, name: str, owners: dict[str, int], rows: int) -> Table:
    """A table of some rows with cells of every state, owners, places and witnesses."""
    kinds = {field.name: field.type for field in BUILTIN.collections[name].fields.values()}
    chosen = draw(st.lists(st.sampled_from(sorted(kinds)), unique=True, max_size=4))
    cells = {key: draw(st.lists(values(kinds[key]) | UNKNOWN, min_size=rows, max_size=rows)) for key in chosen}
    heard = {
        (key, row): tuple(draw(st.lists(st.builds(Witness, values(kinds[key]), SOURCES, TEXT), max_size=2)))
        for key in chosen[:2]
        for row in range(rows)
        if cells[key][row] is not State.MISSING
    }

    def pairs(parents: int) -> Relation:
        ends = st.tuples(st.integers(0, parents - 1), st.integers(0, rows - 1))
        found = sorted(draw(st.sets(ends, max_size=4))) if parents and rows else []
        return Relation(array("i", [a for a, _ in found]), array("i", [b for _, b in found]))

    relations = {owner: pairs(count) for owner, count in owners.items()}
    starts = sorted({0, *draw(st.lists(st.integers(0, rows), max_size=2))})
    labels = [(draw(TEXT), draw(TEXT.filter(bool))) for _ in range(rows)]

    def label(start: int, part: int, row: int) -> str:
        return labels[start + row][part]

    return Table(
        name, rows, array("i", [0, rows]), [draw(EXTENTS)],
        [Segment(start, draw(SOURCES), partial(label, start, 0), partial(label, start, 1)) for start in starts],
        {key: partial(encode, found) for key, found in cells.items()},
        {owner: partial(_same, found) for owner, found in relations.items()},
        graph_extents=[draw(GRAPHS)] if name == "component" else None,
        witnesses=(lambda field, row: heard.get((field, row), ())) if any(heard.values()) else None,
    )  # fmt: skip


def _same(relation: Relation) -> Relation:
    return relation


@st.composite
def products(draw: st.DrawFn) -> ProductFacts:
    """The facts of a product."""
    components, others = draw(st.integers(0, 4)), draw(st.integers(0, 3))
    product = Product(
        "p", "p", "1", tuple(draw(st.lists(SOURCES, max_size=2))), tuple(draw(st.lists(TEXT, max_size=2)))
    )
    kinds = draw(st.lists(st.sampled_from(_KINDS), unique=True, max_size=4))
    return ProductFacts(
        product,
        {f"x.{kind.kind.value}": draw(facts(kind)) for kind in kinds},
        {
            "component": draw(tables("component", {"component": components, "depends_on": components}, components)),
            "vulnerability": draw(tables("vulnerability", {"component": components}, others)),
            "hash": draw(tables("hash", {"component": components}, others)),
        },
    )


def again(before: ProductFacts) -> ProductFacts:
    """The facts after they were written and read."""
    plain = json.loads(msgspec.json.encode(data(before, VOCABULARY)))
    found = read(plain, VOCABULARY, Source("facts.json", "f" * 64))
    assert found.diagnostics == []
    about = before.product
    return found.of(Product(about.id, about.name, about.version, found.sources, found.identifiers))


@settings(max_examples=40)
@given(products())
def test_everything_comes_back(before: ProductFacts) -> None:
    """Values, states, provenance, completeness, relations, places, names and witnesses."""
    assert everything(again(before)) == everything(before)


def _flawed(change: dict[str, object]) -> Sequence[str]:
    listed = {"name": "a", "sha256": "0"}
    plain = {"format": "rulewright-facts/1", "product": {}, "sources": [listed], **change}
    return [d.pointer or "" for d in read(plain, VOCABULARY, Source("f", "0")).diagnostics]


def test_claims_on_sources_are_checked() -> None:
    """A number that is none, a list that is none, witnesses of no field."""
    assert _flawed({}) == []
    assert _flawed({"sources": {}}) == ["/sources"]
    assert _flawed({"sources": [{"name": 1}]}) == ["/sources"]
    assert _flawed({"product": {"sources": [1]}}) == ["/product"]
    assert _flawed({"product": {"identifiers": [1]}}) == ["/product"]
    assert _flawed({"x.bool": {"value": True, "source": 1}}) == ["/x.bool"]
    assert _flawed({"x.bool": {"value": True, "source": -1}}) == ["/x.bool"]
    assert _flawed({"components": {"segments": [[0, 1]], "items": []}}) == ["/components/segments"]
    assert _flawed({"components": {"segments": [[2, 0]], "items": []}}) == ["/components/segments"]
    assert _flawed({"components": {"segments": 1, "items": []}}) == ["/components/segments"]
    assert _flawed({"components": [{"@witnesses": {"no": []}}]}) == ["/components/0/@witnesses"]
    assert _flawed({"components": [{"@witnesses": {"name": [{"value": 1, "source": 0}]}}]}) == [
        "/components/0/@witnesses"
    ]
    assert _flawed({"components": {"empty": 1, "items": []}}) == ["/components/empty"]
