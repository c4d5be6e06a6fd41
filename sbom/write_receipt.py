"""The export receipt: what the facts say against what a reader finds in the document that was written of them.

Guarantees: the new document is read again by the reader of its format and every cell compared with its owner, so nothing
is lost, and nothing added, without a finding; one finding for each field, with its count.
It does not say why: what a format cannot carry is in the page on interchange.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Table
from rulewright.facts.types import State
from rulewright.sbom.findings import NOTE, WARNING
from rulewright.sbom.spdx2_packages import reference_kind
from rulewright.sbom.write_common import IDENTIFIERS

Cells = Counter[tuple[object, object]]
"""How often an owner has a value (or a state)."""

OF_THE_FORM = frozenset({
    "format", "format_name", "format_version", "encoding", "unique_id", "doc_version", "schema_valid", "findings_total",
    "tool_name", "tool_version", "components_total", "timestamp_text", "timestamp_rfc3339", "signature_present", "signature",
    "dangling_references", "duplicate_identifiers",
})  # fmt: skip
"""Fields that tell of a document's form, not of the product: those of the new document are its own."""
_SILENT = frozenset({
    "pedigree_stated", "text_present", "nested", "is_root", "contains_vulnerabilities", "dependencies_stated",
    "completeness_stated",
})  # fmt: skip
"""Flags of which false says no more than silence does."""
_LINKS = frozenset({"from_id", "to_id"})


class Line(msgspec.Struct, frozen=True):
    """One kind of entity: how many the facts have, how many of them are in the document, how many are there besides."""

    kind: str
    stated: int
    written: int
    added: int


def lines(before: ProductFacts, after: ProductFacts, order: Sequence[int]) -> list[Line]:
    """Compare; `order` says which row of the facts each component of the document is."""
    stated = dict(_cells(before, range(len(order))))
    found = dict(_cells(after, order))
    made = []
    for kind in sorted(stated.keys() | found.keys()):
        a, b = stated.get(kind, Counter()), found.get(kind, Counter())
        made.append(Line(kind, a.total(), (a & b).total(), (b - a).total()))
    return made


def findings(made: Sequence[Line], target: str) -> tuple[Diagnostic, ...]:
    """What is lost, what reads differently and what is added: a finding for each kind."""
    found: list[Diagnostic] = []
    for line in made:
        lost = line.stated - line.written
        other = min(lost, line.added)
        said = (
            ("RW1050", WARNING, lost - other, f"of {line.stated:,} cannot be read again from {target}"),
            ("RW1053", WARNING, other, f"of {line.stated:,} read differently from {target}"),
            ("RW1051", NOTE, line.added - other, f"that the facts do not have can be read from {target}"),
        )
        found += [
            Diagnostic(code, severity, f"`{line.kind}`: {number:,} {words}")
            for code, severity, number, words in said
            if number
        ]
    return tuple(sorted(found, key=Diagnostic.sort_key))


def _cells(facts: ProductFacts, keys: Sequence[int]) -> Iterator[tuple[str, Cells]]:
    """Every kind of entity with its cells."""
    component = facts.tables.get("component")
    names = _names(component, keys)
    for collection, table in sorted(facts.tables.items()):
        owners = _owners(table, keys)
        skip = _repeated(facts, table) if collection == "reference" else frozenset()
        if collection != "document" and table.rows:
            yield collection, Counter((owners[row], "") for row in range(table.rows) if row not in skip)
        for field in sorted(table.builders):
            if collection == "document" and field in OF_THE_FORM:
                continue
            cells = _field(table, field, owners, skip, names if field in _LINKS else None)
            if cells:
                yield f"{collection}.{field}", Counter(set(cells)) if collection == "document" else cells
    if component is not None:
        for name, kind in (("depends_on", "dependencies"), ("component", "nested components")):
            found = component.relation(name)
            yield kind, Counter((keys[a], keys[b]) for a, b in zip(found.parents, found.children, strict=True))


def _field(
    table: Table,
    field: str,
    owners: Sequence[object],
    skip: frozenset[int],
    names: Mapping[tuple[object, str], int] | None,
) -> Cells:
    column = table.column(field)
    if not column.values and set(column.codes) <= {State.MISSING}:
        return Counter()
    states: list[object] = [*map(State, range(State.ERROR, State.MISSING)), None]
    values = [None if value is False and field in _SILENT else value for value in column.values]
    told = list(map([*values, *states].__getitem__, column.codes))
    for row in skip:
        told[row] = None
    if names is not None:
        for row, value in enumerate(told):
            segment = table.segment_of(row)
            told[row] = names.get((segment.source if segment else None, str(value)), value)
    return Counter([cell for cell in zip(owners, told, strict=True) if cell[1] is not None])


def _names(component: Table | None, keys: Sequence[int]) -> dict[tuple[object, str], int]:
    """Components by the document that lists them and their reference in it."""
    found: dict[tuple[object, str], int] = {}
    if component is not None:
        column = component.column("id")
        for row, code in enumerate(column.codes):
            segment = component.segment_of(row)
            if code >= 0:
                found.setdefault((segment.source if segment else None, str(column.values[code])), keys[row])
    return found


def _owners(table: Table, keys: Sequence[int]) -> list[object]:
    """Whose each row is."""
    if table.collection == "component":
        return list(keys)
    owned: list[tuple[int, ...]] = [()] * table.rows
    if "component" in table.relations:
        relation = table.relation("component")
        for parent, row in zip(relation.parents, relation.children, strict=True):
            owned[row] = tuple(sorted((*owned[row], keys[parent])))
    return list(owned)


def _repeated(facts: ProductFacts, table: Table) -> frozenset[int]:
    """References that only repeat an identifier of their component: formats differ in where they have these."""
    component = facts.tables.get("component")
    if component is None or "component" not in table.relations:
        return frozenset()
    kinds, urls = table.column("type"), table.column("url")
    relation = table.relation("component")
    found = set()
    for parent, row in zip(relation.parents, relation.children, strict=True):
        field = IDENTIFIERS.get(reference_kind(str(kinds.values[kinds.codes[row]]))) if kinds.codes[row] >= 0 else None
        if field and component.column(field).at(parent)[1] == urls.at(row)[1]:
            found.add(row)
    return frozenset(found)
