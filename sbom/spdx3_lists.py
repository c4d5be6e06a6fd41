"""What SPDX 3 components hold in lists: hashes, references with identifiers, properties.

Guarantees: every item has a row, a reference with several addresses one for each.  It does not interpret them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import cached_property
from typing import Generic, TypeVar

import msgspec

from rulewright.facts.table import Column, Extent, Relation, Segment, Source, Table
from rulewright.facts.types import Completeness, State
from rulewright.sbom import exact, hashes, rows, spdx3_words, words
from rulewright.sbom import spdx3_model as model
from rulewright.sbom.fitting import WHOLE
from rulewright.sbom.spdx3_components import Columns, algorithm

T = TypeVar("T")


class Entry(msgspec.Struct, Generic[T], frozen=True):
    """An item: row of the component, key and number in its list, what it is, and the address of a reference."""

    row: int
    key: str
    number: int
    item: T
    address: str | None = None


class Lists(msgspec.Struct, eq=False, dict=True):
    """Makes the tables."""

    columns: Columns
    source: Source
    pointer: Callable[[int], str]
    name: Callable[[int], str]

    @cached_property
    def _hashes(self) -> list[Entry[model.Hash]]:
        return [
            Entry(row, "verifiedUsing", i, h)
            for row, item in enumerate(self.columns.items)
            for i, h in enumerate(item.verified_using or ())
            if isinstance(h, model.Hash)
        ]

    @cached_property
    def _references(self) -> list[Entry[model.ExternalRef | model.ExternalIdentifier]]:
        found: list[Entry[model.ExternalRef | model.ExternalIdentifier]] = []
        for row, item in enumerate(self.columns.items):
            for i, ident in enumerate(item.external_identifier or ()):
                if isinstance(ident, model.ExternalIdentifier):
                    found.append(Entry(row, "externalIdentifier", i, ident, ident.identifier))
            for i, r in enumerate(item.external_ref or ()):
                if isinstance(r, model.ExternalRef):
                    found += [Entry(row, "externalRef", i, r, address) for address in r.locator or (None,)]
        return found

    @cached_property
    def _properties(self) -> list[Entry[model.CdxProperty]]:
        fitter = self.columns.graph.nodes.decoded.fitter
        found: list[Entry[model.CdxProperty]] = []
        for row, item in enumerate(self.columns.items):
            if item.extension is msgspec.UNSET or b"CdxPropertiesExtension" not in bytes(item.extension):
                continue
            listed = exact.parse(bytes(item.extension))
            for i, extension in enumerate(listed if isinstance(listed, list) else [listed]):
                place = f"{self.pointer(row)}/extension/{i}"
                read = fitter.node(extension, place) if _is_ours(extension) else None
                entries = (read.extension_cdx_property or ()) if isinstance(read, model.CdxProperties) else ()
                key = f"extension/{i}/extension_cdxProperty"
                found += [Entry(row, key, j, e) for j, e in enumerate(entries) if isinstance(e, model.CdxProperty)]
        return found

    def algorithms(self) -> tuple[str, ...]:
        """Every algorithm of the components' hashes."""
        return tuple(sorted({algorithm(raw) for raw in {e.item.algorithm for e in self._hashes} if raw}))

    def stored(self) -> dict[str, int]:
        """How many items of packages are stored, by entity of the receipt."""
        packages = [isinstance(item, model.Package) for item in self.columns.items]
        total = {"hashes": sum(packages[e.row] for e in self._hashes)}
        for entity, key in (("external identifiers", "externalIdentifier"), ("external references", "externalRef")):
            total[entity] = len({(e.row, e.number) for e in self._references if e.key == key and packages[e.row]})
        return total

    def _table(self, collection: str, entries: list[Entry[T]], builders: rows.Builders) -> Table:
        """A table of list items of components."""
        segment = Segment(
            0, self.source, lambda i: f"{self.pointer(entries[i].row)}/{entries[i].key}/{entries[i].number}",
            lambda i: f"{self.name(entries[i].row)} {collection}",
        )  # fmt: skip

        def pairs() -> Relation:
            return Relation(array("i", [e.row for e in entries]), array("i", range(len(entries))))

        present = bool(self.columns.items)
        state = Completeness.UNSTATED if present else Completeness.ABSENT
        because = "the document does not say" if present else "the document has no elements of type `software_Package`"
        return rows.table(collection, len(entries), Extent(state, because), segment, builders, {"component": pairs})

    def _marked(self, entries: list[Entry[T]], cells: list[str | None], key: str, read: words.Reader) -> Column:
        """A column; a malformed or conflicting field says so."""
        column = words.column(cells, read)
        marks = self.columns.graph.nodes.decoded.fitter.marks
        for row, entry in enumerate(entries) if marks else ():
            found = marks.get(id(entry.item), {})
            if column.codes[row] == State.MISSING and found:
                column.codes[row] = found.get(key, found.get(WHOLE, State.MISSING))
        return column

    def hashes(self) -> Table:
        """The hashes of components."""
        listed, marked = self._hashes, self._marked

        def valid() -> Column:
            cells = [(algorithm(e.item.algorithm), e.item.hash_value) if e.item.algorithm and e.item.hash_value else None
                     for e in listed]  # fmt: skip
            return words.column(cells, lambda pair: hashes.well_formed(*pair))

        builders = {
            "algorithm": lambda: marked(listed, [e.item.algorithm for e in listed], "algorithm", algorithm),
            "value": lambda: marked(listed, [e.item.hash_value for e in listed], "hashValue", words.text),
            "valid": valid,
        }
        return self._table("hash", listed, builders)

    def references(self) -> Table:
        """The references and identifiers of components."""
        listed, marked = self._references, self._marked
        builders = {
            "type": lambda: marked(listed, [_type(e.item) for e in listed], "type", words.text),
            "url": lambda: marked(listed, [e.address for e in listed], "locator", words.text),
        }
        return self._table("reference", listed, builders)

    def properties(self) -> Table:
        """The properties of components."""
        listed = self._properties
        builders = {
            "name": lambda: words.texts([e.item.extension_cdx_prop_name for e in listed]),
            "value": lambda: words.texts([e.item.extension_cdx_prop_value for e in listed]),
        }
        return self._table("property", listed, builders)


def _type(item: model.ExternalRef | model.ExternalIdentifier) -> str | None:
    """The kind of a reference or identifier, in SPDX's words."""
    raw = item.external_ref_type if isinstance(item, model.ExternalRef) else item.external_identifier_type
    return spdx3_words.word(raw)


def _is_ours(extension: object) -> bool:
    """Whether an extension is that with CycloneDX properties."""
    stated = extension.get("type", extension.get("@type")) if isinstance(extension, exact.Object) else None
    return isinstance(stated, str) and spdx3_words.term(stated) == "extension_CdxPropertiesExtension"
