"""Several documents on one product: what is the same is one element, what disagrees is conflicting."""

from __future__ import annotations

import json
from itertools import permutations

import pytest

from rulewright import sbom
from rulewright.facts.base import Product
from rulewright.facts.merge import join
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Table
from rulewright.facts.types import State
from rulewright.facts.vocabulary import BUILTIN

Component = dict[str, object]


def document(name: str, *components: Component, edges: dict[str, list[str]] | None = None) -> ProductFacts:
    text = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "components": [{"type": "library", **c} for c in components],
        "dependencies": [{"ref": ref, "dependsOn": on} for ref, on in (edges or {}).items()],
    }
    read = sbom.read(json.dumps(text).encode(), name)
    assert isinstance(read, sbom.Document)
    return ProductFacts(read.product, read.attributes, read.tables)


def merged(*parts: ProductFacts) -> dict[str, Table]:
    return dict(join(Product("p", "p", "1"), parts, BUILTIN).tables)


def cells(table: Table, field: str) -> list[object]:
    column = table.column(field)
    return [column.values[code] if code >= 0 else State(code) for code in column.codes]


VENDOR: Component = {"bom-ref": "v", "name": "a", "version": "1", "purl": "pkg:npm/a@1", "supplier": {"name": "Acme"}}
SCANNER: Component = {
    "bom-ref": "s",
    "name": "a",
    "version": "1",
    "purl": "pkg:npm/a@1?package-id=77",
    "scope": "optional",
}


def test_a_component_of_two_documents_is_one_with_the_facts_of_both() -> None:
    table = merged(document("a", VENDOR), document("b", SCANNER))["component"]
    assert table.rows == 1
    assert [cells(table, f) for f in ("supplier", "scope", "id", "version")] == [["Acme"], ["optional"], ["v"], ["1"]]
    assert table.pointer_of(0) == "/components/0"


def test_disagreement_is_conflicting_with_both_witnesses() -> None:
    other = {**SCANNER, "supplier": {"name": "Apex"}, "licenses": [{"license": {"id": "MIT"}}]}
    vendor = {**VENDOR, "licenses": [{"expression": "Apache-2.0"}]}
    for order in permutations([document("a", vendor), document("b", other)]):
        table = merged(*order)["component"]
        assert cells(table, "supplier") == cells(table, "license") == [State.CONFLICTING]
        assert table.witnesses is not None
        assert {(w.value, w.source.name) for w in table.witnesses("supplier", 0)} == {("Acme", "a"), ("Apex", "b")}


def test_a_conflict_outlives_a_third_document() -> None:
    parts = [document(n, {**VENDOR, "supplier": {"name": s}}) for n, s in (("a", "X"), ("b", "Y"), ("c", "X"))]
    assert cells(merged(*parts)["component"], "supplier") == [State.CONFLICTING]


@pytest.mark.parametrize(
    ("first", "second", "rows"),
    [
        ({"name": "a", "version": "1"}, {"name": "a", "version": "1"}, 1),
        ({"name": "a", "version": "1"}, {"name": "a", "version": "2"}, 2),
        ({"name": "a"}, {"name": "a"}, 2),
        ({"name": "a", "version": "1", "group": "g"}, {"name": "a", "version": "1"}, 2),
        ({"name": "a", "version": "1", "purl": "pkg:npm/a@1"}, {"name": "a", "version": "1"}, 1),
        ({"name": "a", "version": "1", "purl": "pkg:npm/a@1"}, {"name": "a", "version": "1", "purl": "pkg:pypi/a@1"}, 2),
        ({"name": "x", "purl": "pkg:deb/debian/x@1?arch=arm64"}, {"name": "x", "purl": "pkg:deb/debian/x@1?arch=amd64"}, 2),
        ({"name": "a", "version": "1", "purl": "pkg:npm/a"}, {"name": "a", "version": "2", "purl": "pkg:npm/a"}, 2),
        ({"name": "a", "version": "1", "purl": "pkg:npm/a"}, {"name": "a", "purl": "pkg:npm/a@1"}, 1),
        ({"name": "a", "version": "1", "cpe": "cpe:/a:v:a"}, {"name": "a", "version": "2", "cpe": "cpe:/a:v:a"}, 2),
        ({"name": "a", "version": "1", "cpe": "cpe:/a:v:a"}, {"name": "b", "version": "1", "cpe": "cpe:/a:v:a"}, 1),
        ({"name": "x", "purl": "pkg:pypi/X_y@1"}, {"name": "z", "purl": "pkg:pypi/x-y@1"}, 1),
        ({"name": "x", "cpe": "cpe:/a:v:x:1"}, {"name": "y", "cpe": "cpe:2.3:a:v:x:1:*:*:*:*:*:*:*"}, 1),
        (
            {"name": "x", "hashes": [{"alg": "SHA-256", "content": "ab" * 32}]},
            {"name": "y", "hashes": [{"alg": "SHA-256", "content": "AB" * 32}]},
            1,
        ),
        (
            {"name": "x", "hashes": [{"alg": "MD5", "content": "ab" * 16}]},
            {"name": "y", "hashes": [{"alg": "MD5", "content": "ab" * 16}]},
            2,
        ),
    ],
)  # fmt: skip
def test_identity(first: Component, second: Component, rows: int) -> None:
    for order in permutations([document("a", first), document("b", second)]):
        assert merged(*order)["component"].rows == rows


def test_instances_of_one_document_stay_apart() -> None:
    one = document("a", VENDOR, {**VENDOR, "bom-ref": "w"})
    assert merged(one, document("b", SCANNER))["component"].rows == 2
    two = document("b", SCANNER, {**SCANNER, "bom-ref": "t"}, {**SCANNER, "bom-ref": "u"})
    assert merged(one, two)["component"].rows == 3


def test_parts_follow_their_component() -> None:
    sha = {"alg": "SHA-256", "content": "0" * 64}
    hashed = document("a", {**VENDOR, "hashes": [sha]})
    both = merged(hashed, document("b", {**SCANNER, "hashes": [sha, {"alg": "SHA-1", "content": "1" * 40}]}))
    assert cells(both["hash"], "algorithm") == ["SHA-256", "SHA-1"]
    assert list(both["hash"].relation("component").parents) == [0, 0]
    assert cells(both["component"], "hash_algorithms") == [("SHA-1", "SHA-256")]
    torn = merged(hashed, document("b", {**SCANNER, "hashes": [{**sha, "content": "f" * 64}]}))
    assert cells(torn["hash"], "value") == [State.CONFLICTING]


def test_the_graphs_become_one() -> None:
    x: Component = {"bom-ref": "x", "name": "x", "version": "1"}
    y: Component = {"bom-ref": "y", "name": "y", "version": "1"}
    first = document("a", VENDOR, x, edges={"v": ["x"]})
    second = document("b", y, SCANNER, x, edges={"s": ["y", "x"]})
    table = merged(first, second)["component"]
    assert cells(table, "name") == ["a", "x", "y"]
    graph = table.relation("depends_on")
    assert list(zip(graph.parents, graph.children, strict=True)) == [(0, 1), (0, 2)]
    assert cells(table, "dependency_count")[0] == 2
    assert [table.name_of(row) for row in range(3)] == ["a@1", "x@1", "y@1"]
    assert table.pointer_of(2) == "/components/0"


def test_a_list_that_no_document_fills_still_tells_who_leaves_it_empty() -> None:
    tables = merged(document("a.json", VENDOR), document("b.json", SCANNER))
    empty = [table for table in tables.values() if not table.rows]
    assert empty
    for table in empty:
        assert {segment.source.name for segment in table.segments} <= {"a.json", "b.json"}
        assert table.segments


def test_hashes_of_one_algorithm_go_with_their_likes() -> None:
    values = ["ab" * 32, "cd" * 32]
    parts = [
        document(name, {**VENDOR, "hashes": [{"alg": "SHA-256", "content": value} for value in listed]})
        for name, listed in (("a", values), ("b", values[::-1]))
    ]
    assert cells(merged(*parts)["hash"], "value") == values
