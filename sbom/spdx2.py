"""SPDX 2.2 and 2.3 JSON: bytes to facts.

Packages are components.  SPDX 2 has no vulnerabilities (a reference to an advisory is a reference), no services and no
properties: those collections are absent.
Guarantees: every package, file and relationship has a row, which the receipt proves; nothing that is merely invalid is
refused.  Other encodings come as JSON with their own counts (`converted`).  It does not judge.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import cache, cached_property

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.facts.base import Product
from rulewright.facts.table import Column, Extent, Relation, Segment, Source, Table
from rulewright.facts.types import Completeness, State
from rulewright.sbom import (
    documents,
    hashes,
    receipt,
    rows,
    spdx2_count,
    spdx2_document,
    spdx2_external,
    spdx2_packages,
    words,
)
from rulewright.sbom.cyclonedx_components import words_set
from rulewright.sbom.decoding import Bytes, Decoded, decode, no_collector
from rulewright.sbom.document import Converted, Document, Format
from rulewright.sbom.findings import WARNING, Findings, shown
from rulewright.sbom.spdx2_graph import Graph
from rulewright.sbom.spdx2_model import LONG, Checksum, ExternalRef, File, Package, Spdx

VERSIONS = ("SPDX-2.2", "SPDX-2.3")


def read(data: Bytes, source: Source, converted: Converted | None = None) -> Document | tuple[Diagnostic, ...]:
    """Read one document; `converted` is given where the JSON was made from another encoding."""
    findings = Findings(source.name)
    with no_collector():
        decoded = decode(data, Spdx, LONG, findings)
        if isinstance(decoded, Diagnostic):
            return (decoded,)
        return Reading(data, source, decoded, findings, converted).document()


class Reading(msgspec.Struct, eq=False, dict=True):
    """One decoded document on its way to facts."""

    data: Bytes
    source: Source
    decoded: Decoded[Spdx]
    findings: Findings
    converted: Converted | None = None

    @property
    def spdx(self) -> Spdx:
        """The typed document."""
        return self.decoded.root

    @cached_property
    def items(self) -> list[Package]:
        """Packages in row order."""
        return self.spdx.packages or []

    def document(self) -> Document:
        """Put the parts together."""
        spdx = self.spdx
        graph = Graph(spdx, self.items, self.decoded.fitter)
        tables = {
            "component": self._components(graph),
            **self._children(),
            "file": self._files(graph),
            "relationship": self._relationships(graph),
            "vulnerability": self._nothing("vulnerability"),
            "service": self._nothing("service"),
            "property": self._nothing("property"),
        }
        root = self._root(graph)
        ident = spdx2_packages.identifiers(root).get("purl") if root else None
        cells = spdx2_document.cells(spdx, graph, root, ident, self.decoded.fitter)
        cells["encoding"] = self._encoding
        self._check_version()
        self.findings.stray(graph.strays(), "SPDXID", "/relationships")
        balance = self._receipt(tables)
        version = (spdx.spdx_version or "?").removeprefix("SPDX-")
        schema = cache(self._judge_schema)
        semantics = cache(lambda: self._judge_semantics(graph))
        document = Document(
            Format("spdx", version, self._encoding), self.source, self._product(root), tables,
            documents.attributes(cells, self._algorithms, self.source),
            self.findings, balance, schema, semantics,
            names=(spdx.document_namespace,) if spdx.document_namespace else (),
            external=lambda: tuple(spdx2_external.external(graph)), linked_graph=lambda: graph.extent(linked=True),
            leftovers=self._leftovers,
        )  # fmt: skip
        lazy: dict[str, Callable[[], words.Cell]] = {
            "schema_valid": lambda: not any(d.code == "RW1101" for d in schema()),
            "findings_total": lambda: len(semantics()) + self._found(),
            "dangling_references": lambda: sum(1 for _ in graph.dangling()),
            "duplicate_identifiers": graph.duplicates,
        }
        tables["document"] = documents.table(cells, lazy, self.source, self.source.name)
        return document

    def _leftovers(self) -> tuple[tuple[str, int], ...]:
        """What no fact is read from."""
        from rulewright.sbom import leftovers

        spdx = self.spdx
        package = "annotations attribution_texts license_info_from_files package_verification_code"
        return leftovers.count(
            ("", [spdx], "annotations revieweds snippets"),
            ("package", self.items, package),
            (
                "file",
                spdx.files or [],
                "annotations artifact_ofs attribution_texts file_contributors file_dependencies",
            ),
        )

    def _found(self) -> int:
        """How much the reader found, and the converter before it."""
        return self.findings.total() + (self.converted.findings.total() if self.converted else 0)

    @property
    def _encoding(self) -> str:
        """How the document was received."""
        return self.converted.encoding if self.converted else "json"

    def _check_version(self) -> None:
        """Say when the version is not one that is known."""
        version = self.spdx.spdx_version
        if version not in VERSIONS:
            stated = f"`{shown(version)}`" if version else "nothing"
            self.findings.add("RW1008", WARNING, f"spdxVersion says {stated}; read as SPDX 2.3", "/spdxVersion")

    def _root(self, graph: Graph) -> Package | None:
        """The described package, when there is just one."""
        return self.items[next(iter(graph.roots))] if len(graph.roots) == 1 else None

    def _product(self, root: Package | None) -> Product:
        """The described product; the document's own name where there is none."""
        spdx = self.spdx
        if root is None:
            name = spdx.name or self.source.name
            return Product(spdx.document_namespace or name, name, "", (self.source,))
        found = spdx2_packages.identifiers(root)
        identifiers = tuple(i for i in (found.get("purl"), found.get("cpe"), root.spdx_id) if i)
        name, version = root.name or self.source.name, root.version_info or ""
        ident = next(iter(identifiers), f"{name}@{version}" if version else name)
        return Product(ident, name, version, (self.source,), identifiers)

    def _nothing(self, collection: str) -> Table:
        """A collection that the format does not have."""
        extent = Extent(Completeness.ABSENT, "SPDX 2 documents carry none")
        segment = Segment(0, self.source, lambda _: "", lambda row: f"{collection} #{row}")
        return rows.table(collection, 0, extent, segment, {}, {})

    def _extent(self, key: str, *, present: bool) -> Extent:
        """What is known of a list: SPDX 2 has no word for it."""
        if present:
            return Extent(Completeness.UNSTATED, "the document does not say")
        return Extent(Completeness.ABSENT, f"the document has no `{key}`")

    def _components(self, graph: Graph) -> Table:
        """The table of packages."""
        columns = spdx2_packages.PackageColumns(self.spdx, self.items, graph, self.decoded.fitter)
        size = len(self.items)
        relations = {
            "depends_on": graph.edges,
            "component": lambda: rows.from_edges(graph.contains()),
            "document": lambda: rows.below_document(size),
        }
        extent = self._extent("packages", present=self.spdx.packages is not None)
        segment = Segment(0, self.source, lambda row: f"/packages/{row}", self._name)
        return rows.table(
            "component", size, extent, segment, spdx2_packages.builders(columns), relations, graph.extent()
        )

    def _name(self, row: int) -> str:
        """What people call a package."""
        item = self.items[row]
        name = item.name or item.spdx_id or f"package #{row}"
        return f"{name}@{item.version_info}" if item.version_info else name

    def _child(self, collection: str, key: str, counts: list[int], builders: rows.Builders) -> Table:
        """A table of list items of packages."""
        extent = self._extent("packages", present=self.spdx.packages is not None)
        ends = rows.Nested(counts, lambda row: f"/packages/{row}", key)
        return rows.children(
            collection, counts, builders, self.source, lambda row: f"/packages/{row}", key,
            lambda row: f"{self._name(ends.parent(row))} {key}", extent,
        )  # fmt: skip

    def _children(self) -> dict[str, Table]:
        """Hashes, licence claims and references of packages."""
        items = self.items
        return {
            "hash": self._child("hash", "checksums", [len(p.checksums or ()) for p in items], self._hashes()),
            "reference": self._child(
                "reference", "externalRefs", [len(p.external_refs or ()) for p in items], self._references()
            ),
            "license_claim": self._claims(),
        }

    def _marked(self, cells: list[tuple[Checksum | ExternalRef, str | None]], key: str, read: words.Reader) -> Column:
        """A column; a malformed or conflicting field says so."""
        column = words.column([cell for _, cell in cells], read)
        marks = self.decoded.fitter.marks
        for row, (item, _) in enumerate(cells) if marks else ():
            found = marks.get(id(item), {})
            if column.codes[row] == State.MISSING and found:
                column.codes[row] = found.get(key, found.get("*", State.MISSING))
        return column

    def _hashes(self) -> rows.Builders:
        """Columns of checksums."""

        def listed() -> list[Checksum]:
            return [c for p in self.items for c in p.checksums or ()]

        def valid() -> Column:
            cells = [(c.algorithm, c.checksum_value) if c.algorithm and c.checksum_value else None for c in listed()]
            return words.column(cells, lambda pair: hashes.well_formed(hashes.algorithm(pair[0]), pair[1]))

        return {
            "algorithm": lambda: self._marked([(c, c.algorithm) for c in listed()], "algorithm", _algorithm),
            "value": lambda: self._marked([(c, c.checksum_value) for c in listed()], "checksumValue", words.text),
            "valid": valid,
        }

    def _references(self) -> rows.Builders:
        """Columns of external references; `url` is the locator, which may be an identifier."""

        def listed() -> list[ExternalRef]:
            return [r for p in self.items for r in p.external_refs or ()]

        return {
            "type": lambda: self._marked([(r, r.reference_type) for r in listed()], "referenceType", words.text),
            "url": lambda: self._marked([(r, r.reference_locator) for r in listed()], "referenceLocator", words.text),
        }

    def _claims(self) -> Table:
        """Licence claims: the declared and the concluded licence of each package."""
        claims = [
            (row, role, text)
            for row, p in enumerate(self.items)
            for role, text in (("declared", p.license_declared), ("concluded", p.license_concluded))
            if text is not None
        ]
        keys = {"declared": "licenseDeclared", "concluded": "licenseConcluded"}
        segment = Segment(
            0, self.source, lambda i: f"/packages/{claims[i][0]}/{keys[claims[i][1]]}",
            lambda i: f"{self._name(claims[i][0])} {keys[claims[i][1]]}",
        )  # fmt: skip

        def identifier(text: str) -> words.Cell:
            simple = " " not in text and "(" not in text and text not in {"NONE", "NOASSERTION"}
            return words.text(text) if simple else None

        builders = {
            "role": lambda: words.column([role for _, role, _ in claims], words.same),
            "id": lambda: words.column([text for _, _, text in claims], identifier),
            "expression": lambda: words.texts([text for _, _, text in claims]),
            "text_present": lambda: words.column([False] * len(claims), words.same),
        }
        relations = {
            "component": lambda: Relation(array("i", [row for row, _, _ in claims]), array("i", range(len(claims))))
        }
        extent = self._extent("packages", present=self.spdx.packages is not None)
        return rows.table("license_claim", len(claims), extent, segment, builders, relations)

    def _files(self, graph: Graph) -> Table:
        """The table of files."""
        files: list[File] = self.spdx.files or []

        def owners() -> Relation:
            index = {f.spdx_id: i for i, f in enumerate(files) if f.spdx_id}
            pairs = [(row, index[ref]) for row, p in enumerate(self.items) for ref in p.has_files or () if ref in index]
            for r in graph.relationships:
                a, b = r.spdx_element_id or "", r.related_spdx_element or ""
                if r.relationship_type == "CONTAINED_BY":
                    a, b = b, a
                elif r.relationship_type != "CONTAINS":
                    continue
                if a in graph.rows and b in index:
                    pairs.append((graph.rows[a], index[b]))
            return rows.from_edges(pairs)

        def algorithms() -> Column:
            cells = [tuple([hashes.algorithm(c.algorithm or "") for c in f.checksums or ()]) or None for f in files]
            return words.column(cells, words_set)

        builders = {
            "id": lambda: words.texts([f.spdx_id for f in files]),
            "name": lambda: words.texts([f.file_name for f in files]),
            "hash_algorithms": algorithms,
            "license": lambda: words.texts([f.license_concluded for f in files]),
            "copyright": lambda: words.texts([f.copyright_text for f in files]),
            "types": lambda: words.column([tuple(f.file_types) if f.file_types else None for f in files], words_set),
        }
        relations = {"component": owners, "document": lambda: rows.below_document(len(files))}
        segment = Segment(
            0, self.source, lambda row: f"/files/{row}", lambda row: files[row].file_name or f"file #{row}"
        )
        extent = self._extent("files", present=self.spdx.files is not None)
        return rows.table("file", len(files), extent, segment, builders, relations)

    def _relationships(self, graph: Graph) -> Table:
        """The table of relationships."""
        items = self.spdx.relationships or []

        def resolved() -> Column:
            cells = [graph.resolves(r.spdx_element_id) and graph.resolves(r.related_spdx_element) for r in items]
            return words.column(cells, words.same)

        builders = {
            "type": lambda: words.texts([r.relationship_type for r in items]),
            "from_id": lambda: words.texts([r.spdx_element_id for r in items]),
            # NONE and NOASSERTION stand for themselves here
            "to_id": lambda: words.column([r.related_spdx_element for r in items], words.same),
            "resolved": resolved,
        }
        relations = {"document": lambda: rows.below_document(len(items))}
        segment = Segment(0, self.source, lambda row: f"/relationships/{row}", lambda row: f"relationship #{row}")
        extent = self._extent("relationships", present=self.spdx.relationships is not None)
        return rows.table("relationship", len(items), extent, segment, builders, relations)

    def _algorithms(self) -> tuple[str, ...]:
        """Every algorithm of the packages' checksums."""
        found = {c.algorithm for p in self.items for c in p.checksums or () if c.algorithm}
        return tuple(sorted(map(hashes.algorithm, found)))

    def _receipt(self, tables: dict[str, Table]) -> receipt.Receipt:
        """Count the bytes and compare."""
        doubled = self.findings.count["RW1011"] + self.findings.count["RW1012"]
        count = spdx2_count.count_exactly if doubled else spdx2_count.count
        stored = {
            "packages": tables["component"].rows,
            "files": tables["file"].rows,
            "snippets": len(self.spdx.snippets or ()),
            "relationships": tables["relationship"].rows,
            "extracted licences": len(self.spdx.has_extracted_licensing_infos or ()),
            "hashes": tables["hash"].rows,
            "licences": tables["license_claim"].rows,
            "external references": tables["reference"].rows,
        }
        counted = self.converted.counts if self.converted else count(self.data)
        return receipt.settle(spdx2_count.ENTITIES, counted, stored, self.findings)

    def _judge_schema(self) -> tuple[Diagnostic, ...]:
        """What the official schema says."""
        if self.converted:
            return self.converted.judge()
        from rulewright.sbom import schema_judge

        return schema_judge.judge(self.data, "spdx", self.spdx.spdx_version or "", self.source.name)

    def _judge_semantics(self, graph: Graph) -> tuple[Diagnostic, ...]:
        """What is wrong with the meaning."""
        from rulewright.sbom import spdx2_semantics

        return spdx2_semantics.judge(self.spdx, graph, self.source.name)


def _algorithm(raw: str) -> words.Cell:
    """An algorithm by the vocabulary's name."""
    return hashes.algorithm(raw) or State.MISSING
