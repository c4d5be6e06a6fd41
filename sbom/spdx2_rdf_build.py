"""Statements of RDF to the JSON form of SPDX 2.

Guarantees: a property that is unknown, a value that cannot be read, and a node that belongs to nothing are findings at
their elements; a property that may stand once and has several values is written several times.  It does not judge.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from rulewright.diagnostics import Severity
from rulewright.sbom import spdx2_shape, xml
from rulewright.sbom.findings import NOTE, WARNING, Findings, shown
from rulewright.sbom.rdf_xml import TYPE, Graph, Literal, Statement
from rulewright.sbom.spdx2_assembly import Holder, twice
from rulewright.sbom.spdx2_rdf_names import Names, Unreadable, text
from rulewright.sbom.spdx2_rdf_terms import CLASSES, NO_OWN, TERMS, Kind, Term, word

if TYPE_CHECKING:
    from lxml.etree import _Element

LISTS = {"Package": "packages", "File": "files", "Snippet": "snippets"}
RELATIONSHIP = f"{TERMS}relationship"
_DEEPEST = 8


class Builder:
    """One document in the making."""

    def __init__(self, graph: Graph, findings: Findings, named: xml.Places) -> None:
        self._graph = graph
        self._findings = findings
        self._named = named
        documents = graph.of_type(f"{TERMS}SpdxDocument")
        self.names = Names(graph, documents[0] if documents else None)
        self.places: dict[tuple[int, str | int], _Element] = {}
        self.doubled = False
        """Whether a property has several values, or one that cannot be read, so that values are not what they seem."""
        self._used: set[str] = set()
        self._readers: dict[Kind, Callable[[str], object]] = {
            Kind.TEXT: text,
            Kind.TRUTH: lambda value: spdx2_shape.truth(value.strip()),
            Kind.NUMBER: lambda value: spdx2_shape.number(value.strip()),
            Kind.WORD: lambda value: str(value) if isinstance(value, Literal) else word(value),
            Kind.LICENSE: self.names.licence,
            Kind.ELEMENT: self.names.element,
            Kind.TYPE: self.names.reference_type,
            Kind.IDENTITY: lambda value: str(value).partition("#")[0],
        }
        self._documents = documents

    def run(self) -> Holder:
        """The document."""
        made: Holder = {}
        for node in self._documents[:1]:
            self._identify(node, made)
            made["documentNamespace"] = self.names.namespace
            self._fill(node, made, "SpdxDocument", 0)
        for node in self._documents[1:]:
            message = "there is more than one SpdxDocument; only the first is read"
            self._report("RW1037", WARNING, message, self._graph.elements[node])
            self._used.add(node)
        for kind, key in LISTS.items():
            for node in self._graph.of_type(TERMS + kind):
                item: Holder = {}
                self._append(made, key, item, self._graph.elements[node])
                self._identify(node, item)
                self._fill(node, item, kind, 0)
        self._relate(made)
        self._rest()
        return made

    def _identify(self, node: str, holder: Holder) -> None:
        """The SPDXID of an element."""
        self._used.add(node)
        if not node.startswith("_:"):
            holder["SPDXID"] = self.names.element(node)

    def _report(self, code: str, severity: Severity, message: str, element: _Element) -> None:
        """A finding at an element."""
        self._named.report(self._findings, code, severity, message, element)

    def _append(self, holder: Holder, key: str, value: object, element: _Element) -> None:
        """Add an item to a list."""
        items = cast("list[object]", holder.setdefault(key, []))
        self.places.setdefault((id(holder), key), element)
        self.places[id(items), len(items)] = element
        items.append(value)

    def _fill(self, node: str, holder: Holder, kind: str, depth: int) -> None:
        """Take what is said of a node."""
        known = CLASSES[kind]
        for statement in self._graph.nodes[node]:
            term = known.get(statement.predicate)
            if term is not None:
                self._take(holder, term, statement, depth)
            elif statement.predicate not in {TYPE, RELATIONSHIP, f"{TERMS}referencesFile"}:
                name = statement.predicate.removeprefix(TERMS)
                message = f"unknown property `{shown(name)}` of a {kind}"
                self._report("RW1013", NOTE, message, cast("_Element", statement.element))

    def _take(self, holder: Holder, term: Term, statement: Statement, depth: int) -> None:
        """Take one statement."""
        element = cast("_Element", statement.element)
        if term.kind is Kind.NODE:
            value = self._inner(statement.value, term.inner, depth + 1)
        else:
            try:
                value = self._readers[term.kind](statement.value)
            except Unreadable as error:
                self._report("RW1032", WARNING, str(error), element)
                self.doubled = True
                return
        if term.many:
            self._append(holder, term.key, value, element)
        elif term.key in holder:
            self.doubled = True
            self.places[id(holder), term.key] = element
            twice(holder, term.key, value)
        else:
            self.places[id(holder), term.key] = element
            holder[term.key] = value

    def _inner(self, node: str, kind: str, depth: int) -> object:
        """The object that a property names; a text in its place stays one, and the reader finds it."""
        if isinstance(node, Literal) or depth > _DEEPEST:
            return str(node)
        made: Holder = {}
        self._used.add(node)
        if node in self._graph.nodes:
            self._fill(node, made, kind, depth)
        if kind == "ExtractedLicensingInfo" and "licenseId" not in made:
            made["licenseId"] = self.names.element(node)
        if kind == "ExternalDocumentRef" and "externalDocumentId" not in made and not node.startswith("_:"):
            made["externalDocumentId"] = self.names.external_document(node)
        if kind == "Project" and not node.startswith("_:"):
            made["projectUri"] = node
        return made

    def _relate(self, document: Holder) -> None:
        """The relationships of all elements, which the JSON form has in one list."""
        for node, statements in self._graph.nodes.items():
            for statement in statements:
                if statement.predicate == RELATIONSHIP:
                    made: Holder = {"spdxElementId": self.names.element(node)}
                    inner = self._inner(statement.value, "Relationship", 1)
                    element = cast("_Element", statement.element)
                    self._append(document, "relationships", inner if isinstance(inner, str) else made, element)
                    if isinstance(inner, dict):
                        made |= inner
                        self.places |= {(id(made), key): self.places.get((id(inner), key), element) for key in inner}

    def _rest(self) -> None:
        """Report nodes that belong to nothing that was read."""
        known = self._used | self.names.used
        for node, statements in self._graph.nodes.items():
            types = [s.value for s in statements if s.predicate == TYPE]
            # a type alone says nothing that could be lost, and relationships are read wherever they stand
            own = any(s.predicate not in {TYPE, RELATIONSHIP} for s in statements)
            if node in known or not own or any(t.removeprefix(TERMS) in NO_OWN for t in types):
                continue
            name = types[0].removeprefix(TERMS) if types else "node without a type"
            message = f"the {shown(name)} belongs to no part of an SPDX document; it is not read"
            self._report("RW1039", WARNING, message, self._graph.elements[node])
