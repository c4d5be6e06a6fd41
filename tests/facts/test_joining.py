"""Several sources on one product: what they agree on, what they don't, and whose parts belong to whom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.facts.base import Fact, Product
from rulewright.facts.declared import read
from rulewright.facts.merge import join, settle
from rulewright.facts.stack import ProductFacts, stack
from rulewright.facts.table import Source
from rulewright.facts.types import Completeness, State, Trust, Value
from rulewright.facts.vocabulary import BUILTIN
from rulewright.facts.written import data

PRODUCT = Product("p", "p", "1")


def fact(value: Value, trust: Trust = Trust.DECLARED, observed: int | None = None, name: str = "a") -> Fact:
    """A known fact of one source."""
    source = Source(name, name * 64, trust=trust, observed=observed)
    return Fact(State.KNOWN, value, source, "/x", trust, observed)


RULES: list[tuple[str, list[Fact], Value | None]] = [
    ("agree", [fact(True), fact(True, name="b")], True),  # noqa: FBT003  # values
    ("agree", [fact(True), fact(False, name="b")], None),  # noqa: FBT003
    ("any", [fact(True), fact(False, name="b")], True),  # noqa: FBT003
    ("all", [fact(True), fact(False, name="b")], False),  # noqa: FBT003
    ("max", [fact(3), fact(5, name="b")], 5),
    ("min", [fact(3), fact(5, name="b")], 3),
    ("union", [fact(("EU",)), fact(("UK",), name="b")], ("EU", "UK")),
    ("latest", [fact(3, observed=9), fact(5, observed=8, name="b")], 3),
    ("latest", [fact(3, observed=9), fact(5, name="b")], None),
    ("strongest", [fact(3), fact(5, Trust.OBSERVED, name="b")], 5),
    ("strongest", [fact(3), fact(5, name="b")], None),
]


@pytest.mark.parametrize(("rule", "facts", "value"), RULES)
def test_merge_rules(rule: str, facts: list[Fact], value: Value | None) -> None:
    """One value by the rule, or a conflict that keeps every witness; the order of the sources does not matter."""
    for order in (facts, facts[::-1]):
        found = settle(order, rule)
        if value is None:
            assert (found.state, len(found.witnesses)) == (State.CONFLICTING, 2)
        else:
            assert (found.state, found.value) == (State.KNOWN, value)


STATES = st.sampled_from([s for s in State if s not in {State.KNOWN, State.CONFLICTING}])


@given(unknown=st.lists(STATES, min_size=1, max_size=3), value=st.sampled_from([True, False]))
def test_a_known_fact_outlives_unknown_ones(unknown: list[State], value: bool) -> None:  # noqa: FBT001  # a value
    """And unknown ones never become known."""
    silent = [Fact(state) for state in unknown]
    assert settle([*silent, fact(value)], "agree").value is value
    assert settle(silent, "agree").state in unknown


FILE = {
    "components": {
        "complete": True,
        "items": [
            {"id": "c1", "name": "zlib", "purl": "pkg:generic/zlib@1", "@depends_on": [1]},
            {"id": "c2", "name": "musl", "supplier": {"state": "withheld"}},
        ],
    },
}


def parts(*files: object) -> list[ProductFacts]:
    """Declared facts as parts of a product."""
    found = []
    for number, text in enumerate(files):
        declared = read(text, BUILTIN, Source(f"f{number}", str(number) * 64))
        assert not declared.diagnostics
        found.append(declared.of(PRODUCT))
    return found


def test_links_by_reference_and_purl_are_resolved_across_sources() -> None:
    """A facts file names components of an SBOM."""
    other = {"vulnerabilities": [{"id": "CVE-1", "affects": ["pkg:generic/zlib@1"]}, {"id": "CVE-2", "affects": "c2"}]}
    facts = join(PRODUCT, parts(FILE, other), BUILTIN)
    relation = facts.tables["vulnerability"].relation("component")
    assert list(zip(relation.parents, relation.children, strict=True)) == [(0, 0), (1, 1)]
    assert facts.tables["vulnerability"].extents[0].state is Completeness.UNSTATED


def test_a_link_that_names_nothing_leaves_its_list_open() -> None:
    """To whom the vulnerability belongs is not known."""
    other = {"vulnerabilities": [{"id": "CVE-1", "affects": ["pkg:generic/zlib@2"]}]}
    extent = join(PRODUCT, parts(FILE, other), BUILTIN).tables["vulnerability"].extents[0]
    assert (extent.state, extent.because) == (
        Completeness.OPEN,
        "`pkg:generic/zlib@2` names no component that is listed",
    )


@pytest.mark.parametrize(
    ("second", "state"), [(True, Completeness.CLOSED), (False, Completeness.OPEN), (None, Completeness.UNSTATED)]
)
def test_lists_together_are_as_complete_as_the_least(second: bool | None, state: Completeness) -> None:  # noqa: FBT001
    """Complete only if each source says so."""
    other: dict[str, object] = {"components": {"items": [{"name": "x"}]}}
    if second is not None:
        other = {"components": {"items": [{"name": "x"}], "complete": second}}
    table = join(PRODUCT, parts(FILE, other), BUILTIN).tables["component"]
    assert (table.rows, table.extents[0].state) == (3, state)
    assert [table.name_of(row) for row in range(3)] == ["zlib", "musl", "x"]


def test_products_are_stacked_with_their_relations() -> None:
    """Rows of a later product are moved, and so are its pairs; places stay those of its own document."""
    one, two = parts(FILE, FILE)
    base = stack([one, two])
    table = base.tables["component"]
    assert (list(table.offsets), table.product_of(3)) == ([0, 2, 4], 1)
    relation = table.relation("depends_on")
    assert list(zip(relation.parents, relation.children, strict=True)) == [(0, 1), (2, 3)]
    assert table.pointer_of(2) == "/components/items/0"
    assert table.column("name").at(3) == (State.KNOWN, "musl")
    assert table.column("supplier").at(1) == (State.WITHHELD, None)


def test_written_facts_read_back() -> None:
    """What is printed as JSON can be given back: values, states, completeness, relations, places."""
    (before,) = parts(FILE)
    (after,) = parts(data(before, BUILTIN))
    assert data(after, BUILTIN) == data(before, BUILTIN)
    assert after.tables["component"].extents[0].state is Completeness.CLOSED


WRONG: list[tuple[object, str, str]] = [
    ([], "RW1301", ""),
    ({"nothing.like_it": 1}, "RW1302", "/nothing.like_it"),
    ({"components": 5}, "RW1304", "/components"),
    ({"components": [5]}, "RW1304", "/components/0"),
    ({"components": [{"nme": "x"}]}, "RW1303", "/components/0/nme"),
    ({"components": [{"dev_only": "yes"}]}, "RW1303", "/components/0/dev_only"),
    ({"components": [{"end_of_support": "soon"}]}, "RW1303", "/components/0/end_of_support"),
    ({"components": [{"version": 1.1}]}, "RW1303", "/components/0/version"),
    ({"components": [{"type": "librry"}]}, "RW1303", "/components/0/type"),
    ({"components": [{"name": "x", "@depends_on": [7]}]}, "RW1304", "/component"),
]


@pytest.mark.parametrize(("text", "code", "pointer"), WRONG)
def test_what_does_not_fit_is_refused_with_its_place(text: object, code: str, pointer: str) -> None:
    """A code and a JSON pointer; never a guess."""
    found = read(text, BUILTIN, Source("f", "0" * 64)).diagnostics
    assert [(d.code, d.pointer) for d in found] == [(code, pointer)]
