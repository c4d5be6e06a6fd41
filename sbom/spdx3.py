"""SPDX 3.0 JSON-LD: bytes to facts.

Packages are components, and so are files that the document describes.  There are no services; properties are those of
the CycloneDX extension.  Identifiers are references as well, as in SPDX 2.
Guarantees: every package, file and relationship end has a row, which the receipt proves; elements that no fact is read
from are counted and named; nothing that is merely invalid is refused.  It judges nothing and fetches nothing.
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
from rulewright.sbom import documents, receipt, rows, spdx3_components, spdx3_count, spdx3_external, spdx3_words, words
from rulewright.sbom import spdx3_model as model
from rulewright.sbom.decoding import Bytes, no_collector
from rulewright.sbom.document import Document, Format
from rulewright.sbom.findings import NOTE, WARNING, Findings, shown
from rulewright.sbom.spdx3_components import Columns, Item
from rulewright.sbom.spdx3_context import understand
from rulewright.sbom.spdx3_decode import decode
from rulewright.sbom.spdx3_document import About
from rulewright.sbom.spdx3_files import Files
from rulewright.sbom.spdx3_graph import Graph
from rulewright.sbom.spdx3_licences import Claim, Licences
from rulewright.sbom.spdx3_lists import Lists
from rulewright.sbom.spdx3_nodes import Nodes, gather, ref, refs
from rulewright.sbom.spdx3_parties import Parties
from rulewright.sbom.spdx3_vulnerabilities import Vulnerabilities

VERSIONS = ("3.0.0", "3.0.1")
_UNUSED = (model.Annotation, model.Build, model.Snippet, model.Ssvc)
_PLAIN = (model.Element, model.Artifact, model.SoftwareArtifact, model.Collection, model.Assessment)


def read(data: Bytes, source: Source) -> Document | tuple[Diagnostic, ...]:
    """Read one document."""
    findings = Findings(source.name)
    with no_collector():
        decoded = decode(data, findings)
        if isinstance(decoded, Diagnostic):
            return (decoded,)
        context = understand(decoded.context, findings)
        if isinstance(context, Diagnostic):
            return (context,)
        return Reading(data, source, gather(decoded, context), findings).document()


class Reading(msgspec.Struct, eq=False, dict=True):
    """One decoded document on its way to facts."""

    data: Bytes
    source: Source
    nodes: Nodes
    findings: Findings

    @cached_property
    def graph(self) -> Graph:
        """Its relationships."""
        return Graph(self.nodes)

    @cached_property
    def items(self) -> list[Item]:
        """Components in row order."""
        return [self.nodes.items[place] for place in self.graph.places]  # type: ignore[misc]

    @cached_property
    def columns(self) -> Columns:
        """The columns of components."""
        licences = Licences(self.nodes, frozenset(self.graph.imports))
        return Columns(self.items, self.graph, Parties(self.nodes), licences)

    def document(self) -> Document:
        """Put the parts together."""
        graph, columns = self.graph, self.columns
        about = About(graph, columns.parties, columns.licences)
        root = self._root()
        lists = Lists(columns, self.source, self._pointer, self._name)
        tables = {
            "component": self._components(),
            "hash": lists.hashes(),
            "reference": lists.references(),
            "property": lists.properties(),
            "license_claim": self._claims(),
            "file": Files(columns, self.source).table(),
            "relationship": self._relationships(),
            "vulnerability": Vulnerabilities(graph, self.source).table(),
            "service": self._nothing("service"),
        }
        self._check_version(about.version())
        self._name_unused()
        self.findings.stray(graph.strays(), "element", "/@graph" if self.nodes.decoded.graph else "")
        cells = about.cells(root)
        balance = self._receipt(lists)
        schema = cache(lambda: self._judge_schema(about.version()))
        semantics = cache(self._judge_semantics)
        document = Document(
            Format("spdx", about.version() or "3", "json_ld"), self.source, self._product(root), tables,
            documents.attributes(cells, lists.algorithms, self.source), self.findings, balance, schema, semantics,
            names=spdx3_external.names(self.nodes), external=lambda: tuple(spdx3_external.external(graph)),
            linked_graph=lambda: graph.extent(linked=True), leftovers=self._leftovers,
        )  # fmt: skip
        lazy: dict[str, Callable[[], words.Cell]] = {
            "schema_valid": lambda: not any(d.code == "RW1101" for d in schema()),
            "findings_total": lambda: len(semantics()) + self.findings.total(),
            "dangling_references": lambda: sum(1 for _ in graph.dangling()),
            "duplicate_identifiers": graph.duplicates,
        }
        tables["document"] = documents.table(cells, lazy, self.source, self.source.name)
        return document

    def _check_version(self, version: str | None) -> None:
        """Say when the version is not one that is known, or when the document names two."""
        context = self.nodes.context.version
        if version not in VERSIONS:
            stated = f"`{shown(version)}`" if version else "nothing"
            self.findings.add("RW1008", WARNING, f"specVersion says {stated}; read as SPDX 3.0.1", "")
        elif context and context != version:
            message = f"the context is that of SPDX {shown(context)}, specVersion says {version}"
            self.findings.add("RW1212", WARNING, message, "/@context")

    def _unused(self) -> list[tuple[str, int, int]]:
        """The kinds of element that no fact is read from: type, number and first place."""
        found: dict[str, list[int]] = {}
        for kind, places in self.nodes.groups.items():
            if kind is model.Other:
                for place in places:
                    found.setdefault(getattr(self.nodes.items[place], "type", ""), []).append(place)
            elif issubclass(kind, _UNUSED) or kind in _PLAIN or kind is model.Bundle:
                found.setdefault(str(kind.__struct_config__.tag), []).extend(places)
        return [(name, len(places), min(places)) for name, places in sorted(found.items())]

    def _name_unused(self) -> None:
        """Name them."""
        for name, number, place in self._unused():
            what = f"of type `{shown(name)}`" if name else "without a type"
            message = f"{number} element{'s' if number > 1 else ''} {what} {'are' if number > 1 else 'is'} not used"
            self.findings.add("RW1023", NOTE, message, self.nodes.pointer(place))

    def _root(self) -> Item | None:
        """The described component, when there is just one."""
        return self.items[next(iter(self.graph.roots))] if len(self.graph.roots) == 1 else None

    def _product(self, root: Item | None) -> Product:
        """The described product; the document's own name where there is none."""
        document = self.graph.document
        if root is None:
            name = (document.name if document else None) or self.source.name
            return Product((document.spdx_id if document else None) or name, name, "", (self.source,))
        found = spdx3_components.identifiers(root)
        identifiers = tuple(i for i in (found.get("purl"), found.get("cpe"), root.spdx_id) if i)
        name = root.name or self.source.name
        version = (root.software_package_version if isinstance(root, model.Package) else None) or ""
        ident = next(iter(identifiers), f"{name}@{version}" if version else name)
        return Product(ident, name, version, (self.source,), identifiers)

    def _leftovers(self) -> tuple[tuple[str, int], ...]:
        """What no fact is read from."""
        from rulewright.sbom import leftovers

        nodes = self.nodes
        made = "comment summary built_time release_time standard_name software_attribution_text"
        elements = tuple((f"elements of type {name}".strip(), number) for name, number, _ in self._unused())
        return elements + leftovers.count(
            ("package", nodes.of(model.Package), f"{made} software_source_info"),
            ("model", nodes.of(model.AIPackage), _own(model.AIPackage, model.Package)),
            ("dataset", nodes.of(model.DatasetPackage), _own(model.DatasetPackage, model.Package)),
            ("file", nodes.of(model.File), f"{made} content_type external_ref external_identifier"),
            ("relationship", nodes.of(model.Relationship), "comment description start_time end_time"),
        )

    def _nothing(self, collection: str) -> Table:
        """A collection that the format does not have."""
        extent = Extent(Completeness.ABSENT, "SPDX 3 documents carry none")
        segment = Segment(0, self.source, lambda _: "", lambda row: f"{collection} #{row}")
        return rows.table(collection, 0, extent, segment, {}, {})

    def _pointer(self, row: int) -> str:
        """The pointer of a component."""
        return self.nodes.pointer(self.graph.places[row])

    def _name(self, row: int) -> str:
        """What people call a component."""
        item = self.items[row]
        name = item.name or item.spdx_id or f"package #{row}"
        version = item.software_package_version if isinstance(item, model.Package) else None
        return f"{name}@{version}" if version else name

    def _components(self) -> Table:
        """The table of components."""
        graph, size = self.graph, len(self.items)
        relations = {
            "depends_on": graph.edges,
            "component": lambda: rows.from_edges(graph.contains()),
            "document": lambda: rows.below_document(size),
        }
        absent = Extent(Completeness.ABSENT, "the document has no elements of type `software_Package`")
        extent = graph.component_extent() if size else absent
        segment = Segment(0, self.source, self._pointer, self._name)
        return rows.table(
            "component", size, extent, segment, spdx3_components.builders(self.columns), relations, graph.extent()
        )

    def _claims(self) -> Table:
        """Licence claims: what is declared and concluded for each component."""
        claims, licences = self.columns.claims, self.columns.licences
        places = self.nodes.places(model.Relationship) if claims else []

        @cache
        def found() -> list[Claim]:
            return [licences.of(ident) for _, _, ident, _ in claims]

        keys = {"declared": "declared licence", "concluded": "concluded licence"}
        segment = Segment(
            0, self.source, lambda i: self.nodes.pointer(places[claims[i][3]]),
            lambda i: f"{self._name(claims[i][0])} {keys[claims[i][1]]}",
        )  # fmt: skip
        builders = {
            "role": lambda: spdx3_words.column([role for _, role, _, _ in claims]),
            "id": lambda: spdx3_words.column([claim.id for claim in found()]),
            "name": lambda: spdx3_words.column([claim.name for claim in found()]),
            "expression": lambda: spdx3_words.column([claim.expression for claim in found()]),
            "text_present": lambda: spdx3_words.column([claim.text_present for claim in found()]),
        }
        relations = {
            "component": lambda: Relation(array("i", [row for row, _, _, _ in claims]), array("i", range(len(claims))))
        }
        extent = Extent(Completeness.UNSTATED if self.items else Completeness.ABSENT, "the document does not say")
        return rows.table("license_claim", len(claims), extent, segment, builders, relations)

    def _relationships(self) -> Table:
        """The table of relationships: one row for each end."""
        items, kinds, graph = self.graph.relationships, self.graph.kinds, self.graph
        places = self.nodes.places(model.Relationship)
        size = sum([len(r.to) if r.to else 1 for r in items])

        @cache
        def ends() -> list[tuple[int, int]]:
            return [(number, i) for number, r in enumerate(items) for i in range(len(r.to) if r.to else 1)]

        def to(number: int, i: int) -> str | None:
            found = refs(items[number].to)
            return found[i] if found else None

        def shortened(ident: str | None) -> words.Cell:
            return spdx3_words.individual(ident) or ident or None if ident else None

        def resolved() -> Column:
            cells = [graph.resolves(ref(items[n].from_)) and graph.resolves(to(n, i)) for n, i in ends()]
            return spdx3_words.column(cells)

        def marked(cells: list[words.Cell], key: str) -> Column:
            column, marks = spdx3_words.column(cells), self.nodes.decoded.fitter.marks
            for row, (number, _) in enumerate(ends()) if marks else ():
                if column.codes[row] == State.MISSING:
                    column.codes[row] = marks.get(id(items[number]), {}).get(key, State.MISSING)
            return column

        builders = {
            "type": lambda: marked([kinds[n] or None for n, _ in ends()], "relationshipType"),
            "from_id": lambda: marked([ref(items[n].from_) for n, _ in ends()], "from"),
            # none and no assertion stand for themselves here
            "to_id": lambda: marked([shortened(to(n, i)) for n, i in ends()], "to"),
            "resolved": resolved,
        }
        relations = {"document": lambda: rows.below_document(size)}
        segment = Segment(
            0, self.source, lambda row: self.nodes.pointer(places[ends()[row][0]]), lambda row: f"relationship #{row}"
        )
        state = Completeness.UNSTATED if items else Completeness.ABSENT
        because = "the document does not say" if items else "the document has no elements of type `Relationship`"
        return rows.table("relationship", size, Extent(state, because), segment, builders, relations)

    def _receipt(self, lists: Lists) -> receipt.Receipt:
        """Count the bytes and compare."""
        doubled = self.findings.count["RW1011"] + self.findings.count["RW1012"]
        count = spdx3_count.count_exactly if doubled else spdx3_count.count
        size: dict[str, type[msgspec.Struct]] = {
            "packages": model.Package, "files": model.File, "snippets": model.Snippet,
            "relationships": model.Relationship, "creation information": model.CreationInfo,
            "vulnerabilities": model.Vulnerability,
        }  # fmt: skip
        stored = {entity: len(self.nodes.places(kind)) for entity, kind in size.items()}
        stored["agents and tools"] = len(self.nodes.places(model.Agent, model.Tool))
        licences = (model.LicenseInfo, model.LicensingText, model.LicenseAddition)
        stored["licence elements"] = len(self.nodes.places(*licences))
        stored["other elements"] = len(self.nodes.items) - sum(stored.values())
        stored["relationship ends"] = sum(len(r.to) if r.to else 1 for r in self.graph.relationships)
        stored |= lists.stored()
        return receipt.settle(spdx3_count.ENTITIES, count(self.data), stored, self.findings)

    def _judge_schema(self, version: str | None) -> tuple[Diagnostic, ...]:
        """What the official schema says."""
        from rulewright.sbom import spdx3_schema

        return spdx3_schema.judge(self.data, self.nodes.context.version or version or VERSIONS[-1], self.source.name)

    def _judge_semantics(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the meaning."""
        from rulewright.sbom import spdx3_semantics

        return spdx3_semantics.judge(self.columns, self.source.name)


def _own(kind: type[msgspec.Struct], base: type[msgspec.Struct]) -> str:
    """The fields that a class has itself, without those that it inherits."""
    inherited = base.__struct_fields__
    return " ".join(name for name in kind.__struct_fields__ if name not in inherited)
