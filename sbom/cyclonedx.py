"""CycloneDX JSON 1.2 to 1.7: bytes to facts.

Guarantees: every component at any depth, with its hashes, licences, references and properties, has a row, which the
receipt proves; nothing that is merely invalid is refused.  Columns are made when they are asked for.
Other encodings come as JSON with their own counts (`converted`).  It does not judge (`schema_judge`, `semantics_judge`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from typing import TYPE_CHECKING, cast

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.facts.base import Product
from rulewright.facts.table import Column, Extent, Segment, Source, Table
from rulewright.facts.types import Completeness
from rulewright.sbom import (
    claims,
    cyclonedx_components,
    cyclonedx_count,
    cyclonedx_document,
    cyclonedx_services,
    cyclonedx_shape,
    documents,
    receipt,
    rows,
    words,
)
from rulewright.sbom.cyclonedx_children import children
from rulewright.sbom.cyclonedx_graph import Graph
from rulewright.sbom.cyclonedx_model import LONG, Bom, Component, Property, Reference, Service
from rulewright.sbom.cyclonedx_vulnerabilities import VulnerabilityTable
from rulewright.sbom.decoding import Bytes, Decoded, decode, no_collector, too_deep
from rulewright.sbom.document import Converted, Document, External, Format, Judge
from rulewright.sbom.findings import WARNING, Findings, shown
from rulewright.sbom.fitting import Fitter
from rulewright.sbom.held import Held
from rulewright.sbom.parts import LINKED, SMALL, Part, Parts

if TYPE_CHECKING:
    from rulewright.sbom.shelf import Lists, Shelf  # noqa: TC004  # imported for large documents only

VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7")


def read(data: Bytes, source: Source, converted: Converted | None = None) -> Document | tuple[Diagnostic, ...]:
    """Read one document; `converted` is given where the JSON was made from another encoding."""
    findings = Findings(source.name)
    with no_collector():
        shelved = _shelved(data) if len(data) > SMALL else None
        decoded = (
            decode(data, Bom, LONG, findings) if shelved is None else Decoded(shelved[0], Fitter(findings), whole=True)
        )
        if isinstance(decoded, Diagnostic):
            return (decoded,)
        try:
            return Reading(data, source, decoded, findings, converted, shelved[1] if shelved else None).document()
        except cyclonedx_shape.TooDeepError:
            return (too_deep(source.name),)


def _shelved(data: Bytes) -> tuple[Bom, Shelf] | None:
    """A large document with its components on a shelf, if it can be."""
    from rulewright.sbom.shelf import shelve

    return shelve(data)


class Reading(msgspec.Struct, eq=False, dict=True):
    """One decoded document on its way to facts."""

    data: Bytes
    source: Source
    decoded: Decoded[Bom]
    findings: Findings
    converted: Converted | None = None
    shelf: Shelf | None = None

    @property
    def bom(self) -> Bom:
        """The typed document."""
        return self.decoded.root

    @cached_property
    def flat(self) -> cyclonedx_shape.Flat[Component]:
        """Components in row order."""
        if self.shelf is not None:
            items = cast("list[Component]", self.shelf)
            return cyclonedx_shape.Flat(items, prefix="/components", first=len(self.shelf.first))
        return cyclonedx_shape.components(self.bom)

    @cached_property
    def pool(self) -> claims.ClaimPool:
        """Licences of the components."""
        keys = self.shelf.census.licences if self.shelf else claims.keys_of([c.licenses for c in self.flat.items])
        return claims.pool(keys, self.flat.pointer, self.decoded.fitter)

    @cached_property
    def references(self) -> Held[Reference] | Lists[Reference]:
        """External references of the components."""
        shelf = self.shelf
        if shelf is not None:
            return shelf.references(self.flat.pointer)
        raws = [c.external_references for c in self.flat.items]
        return Held(raws, self.flat.items, Reference, "externalReferences", self.flat.pointer, self.decoded.fitter)

    @cached_property
    def properties(self) -> Held[Property] | Lists[Property]:
        """Properties of the components."""
        shelf = self.shelf
        if shelf is not None:
            return shelf.properties(self.flat.pointer)
        raws = [c.properties for c in self.flat.items]
        return Held(raws, self.flat.items, Property, "properties", self.flat.pointer, self.decoded.fitter)

    @cached_property
    def parts(self) -> Parts:
        """The components as columns are made of them: from the shelf, or all at once."""
        if self.shelf is not None:
            return Parts(self.shelf.parts, self.shelf.may_mention, shelved=True)
        references, properties = self.references, self.properties
        whole = Part(0, self.flat.items, lambda: references.lists, lambda: properties.lists)
        return Parts(lambda: iter((whole,)), properties.may_mention)

    @cached_property
    def hash_counts(self) -> list[int]:
        """How many hashes each component has."""
        if self.shelf is not None:
            return self.shelf.census.hashes
        return [len(c.hashes) if c.hashes else 0 for c in self.flat.items]

    @cached_property
    def refs(self) -> list[str | None]:
        """The reference of each component."""
        return self.shelf.census.refs if self.shelf else [c.bom_ref for c in self.flat.items]

    def document(self) -> Document:
        """Put the parts together."""
        fitter, bom = self.decoded.fitter, self.bom
        flat, pool = self.flat, self.pool
        services = cyclonedx_shape.services(bom)
        graph = Graph(bom, self.refs, services.items, fitter)
        tables = {
            "component": self._components(graph),
            **children(self),
            "vulnerability": self._vulnerabilities(graph),
            "service": cyclonedx_services.table(services, fitter, self.source, present=bom.services is not None),
            "relationship": self._relationships(graph),
        }
        cells = self._cells(graph, len(flat.items))
        self._check_version()
        self.findings.stray(graph.strays(), "bom-ref", "/dependencies")
        balance = self._receipt(tables)
        schema = cache(self._judge_schema)
        semantics = cache(lambda: self._judge_semantics(graph, pool))
        document = Document(
            Format("cyclonedx", bom.spec_version or "?", self._encoding), self.source, self._product(), tables,
            documents.attributes(cells, self._algorithms, self.source),
            self.findings, balance, schema, semantics,
            names=_names(bom),
            external=lambda: self._external(graph), linked_graph=lambda: graph.reach(linked=True),
            leftovers=lambda: self._leftovers(services.items),
        )  # fmt: skip
        tables["document"] = documents.table(cells, self._lazy(graph, schema, semantics), self.source, self.source.name)
        return document

    def _leftovers(self, services: list[Service]) -> tuple[tuple[str, int], ...]:
        """What no fact is read from."""
        from rulewright.sbom import leftovers

        bom, shelf = self.bom, self.shelf
        return leftovers.count(
            ("", [bom], "annotations formulation declarations definitions citations"),
            ("metadata", [bom.metadata] if bom.metadata else [], "licenses distribution_constraints"),
            ("component", shelf.census.unused if shelf else self.flat.items, leftovers.COMPONENT),
            ("service", services, "licenses external_references release_notes properties tags patent_assertions"),
            ("vulnerability", bom.vulnerabilities or [], "references proof_of_concept advisories credits tools"),
        )

    def _external(self, graph: Graph) -> tuple[External, ...]:
        """The references to other documents."""
        stated = graph.unlisted or self.bom.external_references or self.references.may_mention(LINKED)
        if not stated:
            return ()
        from rulewright.sbom import cyclonedx_external

        return cyclonedx_external.external(self.bom, graph, self.references)

    def _found(self) -> int:
        """How much the reader found, and the converter before it."""
        return self.findings.total() + (self.converted.findings.total() if self.converted else 0)

    @property
    def _encoding(self) -> str:
        """How the document was received."""
        return self.converted.encoding if self.converted else "json"

    def _check_version(self) -> None:
        """Say when the version is not one that is known."""
        version = self.bom.spec_version
        if version not in VERSIONS:
            stated = f"`{shown(version)}`" if version else "nothing"
            self.findings.add("RW1008", WARNING, f"specVersion says {stated}; read as CycloneDX 1.7", "/specVersion")

    def _product(self) -> Product:
        """The described product; the file's name where there is none."""
        root = self.bom.metadata.component if self.bom.metadata else None
        if root is None:
            return Product(self.bom.serial_number or self.source.name, self.source.name, "", (self.source,))
        identifiers = tuple(i for i in (root.purl, root.cpe, root.bom_ref) if i)
        name, version = root.name or self.source.name, root.version or ""
        ident = next(iter(identifiers), f"{name}@{version}" if version else name)
        return Product(ident, name, version, (self.source,), identifiers)

    def _components(self, graph: Graph) -> Table:
        """The table of components."""
        flat, bom = self.flat, self.bom
        columns = cyclonedx_components.ComponentColumns(
            self.parts,
            self.pool,
            self.decoded.fitter,
            frozenset(range(flat.first)),
            flat.nested,
        )
        builders: dict[str, Callable[[], Column]] = columns.builders()
        if self.shelf is None and any(c.crypto_properties is not msgspec.UNSET for c in flat.items):
            from rulewright.sbom import cyclonedx_crypto

            assets = cyclonedx_crypto.decoded(flat.items, flat.pointer, self.decoded.fitter)
            builders |= cyclonedx_crypto.builders(columns, assets)
        builders |= {"dependency_count": graph.counts, "dependencies_complete": graph.complete}
        size = len(flat.items)
        relations = {
            "depends_on": graph.edges,
            "component": lambda: rows.from_edges([(p, row) for row, p in enumerate(flat.parents) if p >= 0]),
            "document": lambda: rows.below_document(size),
        }
        extent = graph.component_extent()
        if not bom.components and extent.state is Completeness.UNSTATED:
            extent = Extent(extent.state, extent.because, empty=True)
        segment = Segment(0, self.source, flat.pointer, self.name)
        made = rows.table("component", size, extent, segment, builders, relations, graph.reach())
        made.announce = columns.expect
        return made

    def name(self, row: int) -> str:
        """What people call a component."""
        item = self.flat.items[row]
        name = item.name or item.bom_ref or f"component #{row}"
        return f"{name}@{item.version}" if item.version else name

    def _vulnerabilities(self, graph: Graph) -> Table:
        """The table of vulnerabilities; a purl may stand where a bom-ref is asked for."""

        def targets() -> dict[str, int]:
            found = dict(graph.rows)
            for row, component in enumerate(self.flat.items):
                if component.purl:
                    found.setdefault(component.purl, row)
            return found

        table = VulnerabilityTable(
            self.bom.vulnerabilities or [], self.decoded.fitter, self.source, targets, self.bom.serial_number or ""
        )
        return table.table(present=self.bom.vulnerabilities is not None)

    def _relationships(self, graph: Graph) -> Table:
        """Every dependency as a relationship: `depends_on` and `provides`."""
        entries = self.bom.dependencies or []
        counts = [len(d.depends_on or ()) + len(d.provides or ()) for d in entries]

        def edges() -> list[tuple[str, str | None, str]]:
            found: list[tuple[str, str | None, str]] = []
            for entry in entries:
                found += [("depends_on", entry.ref, ref) for ref in entry.depends_on or ()]
                found += [("provides", entry.ref, ref) for ref in entry.provides or ()]
            return found

        def resolved() -> Column:
            known = graph.known
            return words.column([a in known and b in known for _, a, b in edges()], words.same)

        def pointer(row: int) -> str:
            entry = place.parent(row)
            within = row - (place.ends[entry - 1] if entry else 0)
            forward = len(entries[entry].depends_on or ())
            key, step = ("dependsOn", within) if within < forward else ("provides", within - forward)
            return f"/dependencies/{entry}/{key}/{step}"

        place = rows.Nested(counts, lambda row: f"/dependencies/{row}", "dependsOn")
        builders = {
            "type": lambda: words.column([kind for kind, _, _ in edges()], words.same),
            "from_id": lambda: words.texts([a for _, a, _ in edges()]),
            "to_id": lambda: words.texts([b for _, _, b in edges()]),
            "resolved": resolved,
        }
        extent = graph.dependency_extent()
        segment = Segment(0, self.source, pointer, lambda row: f"relationship #{row}")
        relations = {"document": lambda: rows.below_document(sum(counts))}
        return rows.table("relationship", sum(counts), extent, segment, builders, relations)

    def _cells(self, graph: Graph, size: int) -> dict[str, words.Cell]:
        """The row about the document."""
        cells = cyclonedx_document.cells(self.bom, self.decoded.fitter)
        word = graph.component_word()
        cells |= {
            "encoding": self._encoding,
            "components_total": size,
            "completeness": word,
            "completeness_stated": word is not None,
        }
        return cells

    def _algorithms(self) -> tuple[str, ...]:
        """Every algorithm of the components' hashes."""
        shelf = self.shelf
        found = shelf.census.algorithms if shelf else {h.alg for c in self.flat.items if c.hashes for h in c.hashes}
        return tuple(sorted(filter(None, found)))

    def _lazy(self, graph: Graph, schema: Judge, semantics: Judge) -> dict[str, Callable[[], words.Cell]]:
        """Fields that ask a judge."""
        return {
            "schema_valid": lambda: not any(d.code == "RW1101" for d in schema()),
            "findings_total": lambda: len(semantics()) + self._found(),
            "dangling_references": lambda: sum(1 for _ in graph.dangling()),
            "duplicate_identifiers": graph.duplicates,
        }

    def _receipt(self, tables: dict[str, Table]) -> receipt.Receipt:
        """Count the bytes and compare."""
        doubled = self.findings.count["RW1011"] + self.findings.count["RW1012"]
        count = cyclonedx_count.count_exactly if doubled else cyclonedx_count.count
        entries = self.bom.dependencies or []
        stored = {
            "components": tables["component"].rows,
            "services": tables["service"].rows,
            "vulnerabilities": tables["vulnerability"].rows,
            "dependencies": len(entries),
            "dependency edges": sum([len(d.depends_on) for d in entries if d.depends_on]),
            "hashes": tables["hash"].rows,
            "licences": tables["license_claim"].rows,
            "external references": tables["reference"].rows,
            "properties": tables["property"].rows,
        }
        counted = self.converted.counts if self.converted else count(self.data)
        return receipt.settle(cyclonedx_count.ENTITIES, counted, stored, self.findings)

    def _judge_schema(self) -> tuple[Diagnostic, ...]:
        """What the official schema says."""
        if self.converted:
            return self.converted.judge()
        from rulewright.sbom import schema_judge

        return schema_judge.judge(self.data, "cyclonedx", self.bom.spec_version or "", self.source.name)

    def _judge_semantics(self, graph: Graph, pool: claims.ClaimPool) -> tuple[Diagnostic, ...]:
        """What is wrong with the meaning."""
        from rulewright.sbom import cyclonedx_semantics

        # what is still undecoded may hold findings
        assert len(self.references.lists) == len(self.properties.lists)
        return cyclonedx_semantics.judge(self.bom, self.flat, graph, pool, self.source.name)


def _names(bom: Bom) -> tuple[str, ...]:
    """The identities of a document: its serial number, alone and with its revision (BOM-Link)."""
    serial = bom.serial_number
    return (serial, f"urn:cdx:{serial.removeprefix('urn:uuid:')}/{bom.version or 1}") if serial else ()
