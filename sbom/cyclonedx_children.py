"""The parts of CycloneDX components: tables of hashes, licence claims, external references and properties.

Guarantees: one row for each item of the document's lists, in its order; a malformed or conflicting field says so.
It does not read the lists (`cyclonedx`).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING

from rulewright.facts.table import Column, Extent, Table
from rulewright.facts.types import Completeness, State
from rulewright.sbom import cyclonedx_components, hashes, rows, words

if TYPE_CHECKING:
    from rulewright.sbom.cyclonedx import Reading
    from rulewright.sbom.cyclonedx_model import Hash, Property, Reference


def _child(reading: Reading, collection: str, key: str, counts: list[int], builders: rows.Builders) -> Table:
    """A table of list items of components."""
    extent = Extent(Completeness.UNSTATED, "the document does not say")
    if reading.bom.components is None and not sum(counts):
        extent = Extent(Completeness.ABSENT, "the document has no `components`")
    ends = rows.Nested(counts, reading.flat.pointer, key)
    name = lambda row: f"{reading.name(ends.parent(row))} {key}"  # noqa: E731 - shown beside its use
    return rows.children(collection, counts, builders, reading.source, reading.flat.pointer, key, name, extent)


def children(reading: Reading) -> dict[str, Table]:
    """Hashes, licence claims, references and properties of components."""
    pool = reading.pool
    return {
        "hash": _child(reading, "hash", "hashes", reading.hash_counts, _hashes(reading)),
        "license_claim": _child(reading,
            "license_claim", "licenses", pool.lengths(), _claims(reading)
        ),
        "reference": _child(reading, "reference", "externalReferences", reading.references.lengths, _references(reading)),
        "property": _child(reading, "property", "properties", reading.properties.lengths, _properties(reading)),
    }  # fmt: skip


def _hashes(reading: Reading) -> rows.Builders:
    """Columns of hashes."""

    def listed() -> list[Hash]:
        return [h for c in reading.flat.items if c.hashes for h in c.hashes]

    def valid() -> Column:
        cells = [(h.alg, h.content) if h.alg and h.content else None for h in listed()]
        return words.column(cells, lambda pair: hashes.well_formed(*pair))

    return {
        "algorithm": lambda: _marked(reading, [(h, h.alg) for h in listed()], "alg"),
        "value": lambda: _marked(reading, [(h, h.content) for h in listed()], "content"),
        "valid": valid,
    }


def _marked(reading: Reading, cells: list[tuple[Hash | Reference | Property, str | None]], key: str) -> Column:
    """A column of texts; a malformed or conflicting field says so."""
    column = words.texts([cell for _, cell in cells])
    marks = reading.decoded.fitter.marks
    if marks:
        for row, (item, _) in enumerate(cells):
            found = marks.get(id(item), {})
            if column.codes[row] == State.MISSING and found:
                column.codes[row] = found.get(key, found.get("*", State.MISSING))
    return column


def _claims(reading: Reading) -> rows.Builders:
    """Columns of licence claims."""

    def cells(part: str, read: Callable[..., words.Cell]) -> Callable[[], Column]:
        def build() -> Column:
            pool = reading.pool
            return words.column(
                [getattr(claim, part) for row in range(len(pool.rows)) for claim in pool.of(row).items], read
            )

        return build

    return {
        "role": cells("role", words.same),
        "id": cells("id", words.text),
        "name": cells("name", words.text),
        "expression": cells("expression", words.text),
        "text_present": cells("text_present", words.same),
    }


def _references(reading: Reading) -> rows.Builders:
    """Columns of external references."""

    def listed() -> list[Reference]:
        return list(chain.from_iterable(reading.references.lists))

    def algorithms() -> Column:
        cells = [tuple([h.alg or "" for h in r.hashes]) if r.hashes else None for r in listed()]
        return words.column(cells, cyclonedx_components.words_set)

    return {
        "type": lambda: _marked(reading, [(r, r.type) for r in listed()], "type"),
        "url": lambda: _marked(reading, [(r, r.url) for r in listed()], "url"),
        "hash_algorithms": algorithms,
    }


def _properties(reading: Reading) -> rows.Builders:
    """Columns of properties."""

    def listed() -> list[Property]:
        return list(chain.from_iterable(reading.properties.lists))

    return {
        "name": lambda: _marked(reading, [(p, p.name) for p in listed()], "name"),
        "value": lambda: _marked(reading, [(p, p.value) for p in listed()], "value"),
    }
