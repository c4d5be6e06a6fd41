"""Components on a shelf give the same facts as components that are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

import pytest

from rulewright.facts.table import Table
from rulewright.sbom import cyclonedx, read, shelf
from rulewright.sbom.document import Document


def product(size: int) -> dict[str, object]:
    """A document with every kind of list, in two parts and a half."""
    components = [
        {
            "type": "library",
            "bom-ref": f"c{i}",
            "name": "unknown" if i % 5 == 0 else f"n{i % 7}",
            "version": " " if i % 3 == 0 else f"{i}",
            "hashes": [{"alg": alg, "content": "0" * 32} for alg in ("MD5", "SHA-1")[: i % 3]],
            "licenses": [{"license": {"id": "MIT" if i % 2 else "ISC"}}],
            "externalReferences": [{"type": "website" if i % 4 == 1 else "bom", "url": f"https://a.example/{i}"}]
            * (i % 2),
            "tags": ["a"],
            "properties": [{"name": "cdx:cisa:unknown-information", "value": "Component Version"}] * (i % 2),
        }
        for i in range(size)
    ]
    root = {"type": "application", "bom-ref": "root", "name": "p"}
    edges = [{"ref": "root", "dependsOn": [f"c{i}" for i in range(size)]}]
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": root}}
    return {**head, "components": components, "dependencies": edges}


def told(document: Document) -> dict[str, object]:
    """Everything that the tables say."""

    def of(table: Table) -> dict[str, object]:
        columns = {name: [table.column(name).at(row) for row in range(table.rows)] for name in sorted(table.builders)}
        pairs = {name: (list((r := table.relation(name)).parents), list(r.children)) for name in table.relations}
        places = [(table.name_of(row), table.pointer_of(row)) for row in range(table.size)]
        return {"columns": columns, "pairs": pairs, "places": places, "extents": table.extents}

    tables = {name: of(table) for name, table in sorted(document.tables.items())}
    judged = (document.findings, document.judge_semantics(), document.receipt, document.attributes)
    others = (document.external(), document.unused())
    return {"tables": tables, "judged": judged, "others": others}


def opened(data: bytes) -> Document:
    """A document that can be read."""
    found = read(data, "a")
    assert isinstance(found, Document)
    return found


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Put every document on a shelf of short parts; the list has the size of each shelf."""
    seen: list[int] = []

    def shelve(data: bytes | memoryview) -> object:
        found = original(data)
        seen.append(len(found[1]) if found else 0)
        return found

    original = shelf.shelve
    monkeypatch.setattr(cyclonedx, "SMALL", 0)
    monkeypatch.setattr(shelf, "SLICE", 4)
    monkeypatch.setattr(shelf, "shelve", shelve)
    return seen


def test_the_facts_are_the_same(small: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    data = json.dumps(product(10), indent=1).encode()
    shelved = told(opened(data))
    assert small == [11]
    monkeypatch.setattr(cyclonedx, "SMALL", 1 << 30)
    assert told(opened(data)) == shelved
    assert small == [11]


def test_columns_that_are_expected_are_made_together(small: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    table = opened(json.dumps(product(10)).encode()).tables["component"]
    passes: list[int] = []
    joined = shelf.Shelf.joined

    def counted(self: shelf.Shelf) -> Iterator[bytes]:
        passes.append(1)
        return joined(self)

    monkeypatch.setattr(shelf.Shelf, "joined", counted)
    table.expect(["group", "homepage", "scope"])
    for name in ("group", "scope", "homepage"):
        table.column(name)
    assert (small, len(passes)) == ([11], 1)


@pytest.mark.parametrize(
    "odd",
    [
        {"name": 1},
        {"colour": "red"},
        {"properties": [{"name": 1}]},
        {"components": [{"type": "library", "name": "inner"}]},
        {"cryptoProperties": {"assetType": "algorithm"}},
    ],
)
def test_what_is_odd_is_read_as_a_whole(
    odd: dict[str, object], small: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = product(6)
    cast("list[dict[str, object]]", document["components"])[5] |= odd
    data = json.dumps(document).encode()
    found = told(opened(data))
    assert small == [0]
    monkeypatch.setattr(cyclonedx, "SMALL", 1 << 30)
    assert told(opened(data)) == found
