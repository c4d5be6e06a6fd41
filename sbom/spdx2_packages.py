"""Columns of SPDX 2 packages, as components.

NOASSERTION is declared unknown.  NONE is a statement and stays as the value `NONE`.
Guarantees: as for CycloneDX, each distinct value is read once and malformed fields say so.  It does not judge values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from operator import attrgetter

import msgspec

from rulewright.facts.table import Column
from rulewright.facts.types import State
from rulewright.sbom import hashes, spdx2_party, words
from rulewright.sbom.cyclonedx_components import day, words_set
from rulewright.sbom.fitting import Fitter, patched
from rulewright.sbom.spdx2_graph import Graph
from rulewright.sbom.spdx2_model import Package, Spdx

PURPOSES = frozenset({
    "APPLICATION", "FRAMEWORK", "LIBRARY", "CONTAINER", "OPERATING_SYSTEM", "OPERATING-SYSTEM", "DEVICE", "FIRMWARE", "SOURCE",
    "ARCHIVE", "FILE", "INSTALL", "OTHER",
})  # fmt: skip
_KINDS = {"purl": "purl", "cpe23type": "cpe", "cpe22type": "cpe", "swid": "swid", "swh": "swhid", "gitoid": "gitoid"}


def reference_kind(raw: str | None) -> str:
    """The last part of a reference type, which may be a URI: `purl`, `cpe23type`, `advisory`."""
    return (raw or "").rstrip("/").rpartition("/")[2].lower()


def identifiers(package: Package) -> dict[str, str]:
    """The unique identifiers among the external references, the first of each kind."""
    found: dict[str, str] = {}
    for ref in package.external_refs or ():
        kind = _KINDS.get(reference_kind(ref.reference_type))
        if kind and ref.reference_locator:
            found.setdefault(kind, ref.reference_locator)
    return found


def _purpose(raw: str) -> words.Cell:
    """The kind of package."""
    if raw in PURPOSES:
        return raw.lower().replace("-", "_")
    spelled = words.text(raw)
    return spelled if isinstance(spelled, State) else State.MALFORMED


class PackageColumns(msgspec.Struct, eq=False, dict=True):
    """The columns of one document's packages."""

    spdx: Spdx
    items: list[Package]
    graph: Graph
    fitter: Fitter

    @cached_property
    def identifiers(self) -> list[dict[str, str]]:
        """The identifiers of each package."""
        nothing: dict[str, str] = {}
        return [identifiers(p) if p.external_refs else nothing for p in self.items]

    def patched(self, column: Column, *keys: str) -> Column:
        """Put the state of a malformed or conflicting field where the cell is missing."""
        return patched(column, self.fitter.marked(self.items), keys)

    def plain(self, name: str, key: str, read: Callable[[str], words.Cell] = words.text) -> Callable[[], Column]:
        """A column of a string field."""

        def build() -> Column:
            cells = list(map(attrgetter(name), self.items))
            column = words.texts(cells) if read is words.text else words.column(cells, read)
            return self.patched(column, key)

        return build

    def identifier(self, kind: str) -> Callable[[], Column]:
        """A column of one kind of identifier."""
        return lambda: self.patched(words.texts([found.get(kind) for found in self.identifiers]), "externalRefs")

    def unique_id(self) -> Column:
        """The kinds of unique identifier of each package."""
        cells = [tuple(found) or None for found in self.identifiers]
        return self.patched(words.column(cells, words_set), "externalRefs")

    def licence(self) -> Column:
        """The licence as it applies: concluded, where that says something, else declared."""

        def read(pair: tuple[str | None, str | None]) -> words.Cell:
            concluded, declared = (None if raw is None else words.text(raw) for raw in pair)
            return declared if not isinstance(concluded, str) and declared is not None else concluded

        cells = [(p.license_concluded, p.license_declared) for p in self.items]
        column = words.column(cells, read)
        marks = self.fitter.marks
        for row, item in enumerate(self.items) if marks else ():
            if state := marks.get(id(item), {}).get("licenseConcluded"):
                column.codes[row] = state  # what was concluded would apply, whatever is declared
        return self.patched(column, "licenseDeclared")

    def licence_text(self) -> Column:
        """Names of the licences that are only in this document, as far as the package refers to them."""
        names = {
            e.license_id: e.name or e.license_id for e in self.spdx.has_extracted_licensing_infos or () if e.license_id
        }

        def read(pair: tuple[str | None, str | None]) -> words.Cell:
            tokens = {t.strip("()") for raw in pair for t in (raw or "").split() if "LicenseRef-" in t}
            return "; ".join(sorted({names.get(t, t) for t in tokens})) or None

        cells = [(p.license_concluded, p.license_declared) for p in self.items]
        return words.column(cells, read)

    def producer(self) -> Column:
        """Supplier, else originator; a state only when neither names anybody."""

        def read(pair: tuple[str | None, str | None]) -> words.Cell:
            found = [spdx2_party.name(raw) for raw in pair if raw is not None]
            known = next((n for n in found if isinstance(n, str)), None)
            return known or next((n for n in found if n is not State.MISSING), None)

        cells = [(p.supplier, p.originator) for p in self.items]
        return self.patched(words.column(cells, read), "supplier", "originator")

    def producer_contact(self) -> Column:
        """How to reach the producer."""

        def read(pair: tuple[str | None, str | None]) -> words.Cell:
            found = [spdx2_party.parse(raw) for raw in pair if raw is not None]
            named = next((p for p in found if isinstance(p.name, str)), None)
            return named.contact if named else None

        return words.column([(p.supplier, p.originator) for p in self.items], read)

    def algorithms(self) -> Column:
        """The algorithms of the checksums of each package."""
        cells = [tuple([c.algorithm or "" for c in p.checksums]) if p.checksums else None for p in self.items]
        return self.patched(words.column(cells, _algorithms), "checksums")

    def truth(self, rows: Callable[[], Iterable[int]]) -> Callable[[], Column]:
        """A column that is true in some rows and false in the others."""

        def build() -> Column:
            chosen = set(rows())
            return words.column([row in chosen for row in range(len(self.items))], words.same)

        return build

    def dev_only(self) -> Column:
        """True for packages that only development needs; not known for the others."""
        chosen = self.graph.development()
        return words.column([True if row in chosen else None for row in range(len(self.items))], words.same)


def _algorithms(raw: tuple[str, ...]) -> words.Cell:
    """A set of algorithms by the vocabulary's names."""
    return words_set(tuple(map(hashes.algorithm, raw)))


def builders(columns: PackageColumns) -> dict[str, Callable[[], Column]]:
    """Every column of the vocabulary's component that SPDX 2 can fill."""
    plain, graph = columns.plain, columns.graph
    return {
        "id": plain("spdx_id", "SPDXID"),
        "type": plain("primary_package_purpose", "primaryPackagePurpose", _purpose),
        "name": plain("name", "name"),
        "version": plain("version_info", "versionInfo"),
        "purl": columns.identifier("purl"),
        "cpe": columns.identifier("cpe"),
        "swid": columns.identifier("swid"),
        "swhid": columns.identifier("swhid"),
        "unique_id": columns.unique_id,
        "supplier": plain("supplier", "supplier", spdx2_party.name),
        "supplier_contact": plain("supplier", "supplier", spdx2_party.contact),
        "author": plain("originator", "originator", spdx2_party.name),
        "producer": columns.producer,
        "producer_contact": columns.producer_contact,
        "license": columns.licence,
        "license_declared": plain("license_declared", "licenseDeclared"),
        "license_concluded": plain("license_concluded", "licenseConcluded"),
        "license_text": columns.licence_text,
        "copyright": plain("copyright_text", "copyrightText"),
        "description": plain("description", "description"),
        "dev_only": columns.dev_only,
        "is_root": columns.truth(lambda: graph.roots),
        "nested": columns.truth(lambda: (child for _, child in graph.contains())),
        "hash_algorithms": columns.algorithms,
        "deployable_hash_algorithms": columns.algorithms,
        "filename": plain("package_file_name", "packageFileName"),
        "download_location": plain("download_location", "downloadLocation"),
        "homepage": plain("homepage", "homepage"),
        "files_analyzed": plain("files_analyzed", "filesAnalyzed", words.same),
        "dependency_count": graph.counts,
        "dependencies_complete": graph.complete,
        "end_of_support": plain("valid_until_date", "validUntilDate", day),
    }
