"""What the tests of the other encodings of SPDX 2 share: reading, facts as plain data, findings as pairs."""

from collections import defaultdict
from typing import Any

from rulewright.facts.types import State
from rulewright.sbom import Document, read

OF_THE_ENCODING = frozenset({"encoding", "findings_total", "schema_valid"})
"""Fields of the document that tell encodings apart."""


def document(data: str | bytes) -> Document:
    found = read(data.encode() if isinstance(data, str) else data, "given")
    assert isinstance(found, Document), found
    assert all(counted == stored for _, counted, stored in found.receipt), found.receipt
    return found


def refusal(data: str | bytes) -> str:
    found = read(data.encode() if isinstance(data, str) else data, "given")
    assert isinstance(found, tuple), found
    assert all(d.is_error for d in found)
    return found[0].code


def findings(data: str | bytes) -> list[tuple[str, str | None]]:
    """Codes and places of what the reader found, without those about the document's head."""
    head = {"RW1008", "RW1014"}
    return [(d.code, d.pointer) for d in document(data).findings if d.code not in head]


def cell(found: Document, field: str, row: int = 0, collection: str = "component") -> Any:
    state, value = found.tables[collection].column(field).at(row)
    return value if state is State.KNOWN else state


def facts(found: Document) -> dict[str, list[dict[str, Any]]]:
    """Every fact, rows in an order that does not depend on the document's; relations as names of parents."""
    names = [cell(found, "id", row) for row in range(found.tables["component"].rows)]
    made = {}
    for collection, table in found.tables.items():
        parents: dict[int, list[str]] = defaultdict(list)
        for relation in set(table.relations) - {"document"}:
            pairs = table.relation(relation)
            for parent, child in zip(pairs.parents, pairs.children, strict=True):
                parents[child].append(f"{relation} {names[parent]}")
        fields = set(table.builders) - OF_THE_ENCODING
        rows = [
            {"": sorted(parents[row]), **{f: str(cell(found, f, row, collection)) for f in sorted(fields)}}
            for row in range(table.rows)
        ]
        made[collection] = sorted(rows, key=str)
    made["product"] = [{"name": found.product.name, "version": found.product.version}]
    made["attributes"] = [
        {k: str((f.state, f.value)) for k, f in sorted(found.attributes.items()) if "encoding" not in k}
    ]
    return made
