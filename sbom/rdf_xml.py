"""RDF/XML to statements, with the element that each one comes from.

All of the grammar that documents use: typed nodes, `rdf:about`, `rdf:ID`, `rdf:nodeID`, `rdf:resource`, property
attributes, `rdf:li`, `xml:base`, parse types `Resource` and `Collection`; another parse type is a literal.
Guarantees: no recursion, so depth costs nothing; equal statements are one; what is against the grammar is a finding.  It
reads no other file, knows no vocabulary, and keeps neither languages nor data types.  Source: RDF 1.1 XML Syntax, clause 7.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

import msgspec

from rulewright.sbom.findings import WARNING, Findings, shown

if TYPE_CHECKING:
    from lxml.etree import _Element

    from rulewright.sbom.xml import Places

    _Work = tuple[_Element, str | None]
    """A node element, or a property element that stands for the node of a label."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = "{http://www.w3.org/XML/1998/namespace}"
TYPE = f"{RDF}type"
_ABOUT, _ID, _NODE, _RESOURCE = (f"{{{RDF}}}{name}" for name in ("about", "ID", "nodeID", "resource"))
_PARSE, _DATATYPE = f"{{{RDF}}}parseType", f"{{{RDF}}}datatype"
_SYNTAX = frozenset({_ABOUT, _ID, _NODE, _RESOURCE, _PARSE, _DATATYPE, f"{{{RDF}}}bagID", f"{{{RDF}}}aboutEach"})


class Literal(str):
    """A text; any other object is the IRI or the label (`_:…`) of a node."""

    __slots__ = ()


class Statement(msgspec.Struct, frozen=True, gc=False):
    """What is said of a node; `element` is where."""

    predicate: str
    value: str
    element: object


class Graph:
    """Nodes in the order of their first mention as a subject."""

    def __init__(self) -> None:
        self.nodes: dict[str, list[Statement]] = {}
        self.elements: dict[str, _Element] = {}
        """The element of each node, the first one where there are several."""
        self._types: dict[str, list[str]] = {}
        self._seen: set[tuple[str, str, str, bool]] = set()

    def add(self, subject: str, predicate: str, value: str, element: _Element) -> None:
        """Add a statement, once."""
        known = (subject, predicate, value, isinstance(value, Literal))
        if known not in self._seen:
            self._seen.add(known)
            self.elements.setdefault(subject, element)
            self.nodes.setdefault(subject, []).append(Statement(predicate, value, element))
            if predicate == TYPE:
                self._types.setdefault(value, []).append(subject)

    def values(self, subject: str, predicate: str) -> list[str]:
        """The values of one predicate."""
        return [s.value for s in self.nodes.get(subject, ()) if s.predicate == predicate]

    def of_type(self, kind: str) -> list[str]:
        """The nodes of a type."""
        return self._types.get(kind, [])


def iri(tag: str) -> str:
    """A tag or attribute name as an IRI."""
    return tag[1:].replace("}", "", 1) if tag.startswith("{") else tag


class Reader:
    """Reads one document."""

    def __init__(self, findings: Findings, places: Places) -> None:
        self._findings = findings
        self._places = places
        self._labels: dict[_Element, str] = {}
        self._next = count()
        self._based = False
        self.graph = Graph()

    def read(self, root: _Element) -> Graph:
        """All statements, in the order of the document."""
        self._based = bool(root.xpath("boolean(//@xml:base)"))
        top = reversed(root) if root.tag == f"{{{RDF}}}RDF" else [root]
        stack: list[_Work] = [(element, None) for element in top]
        while stack:
            element, subject = stack.pop()
            work = self._node(element) if subject is None else self._properties(element, subject)
            stack.extend(reversed(list(work)))
        return self.graph

    def _odd(self, element: _Element, message: str) -> None:
        """Report what is against the grammar."""
        self._places.report(self._findings, "RW1039", WARNING, message, element)

    def _resolve(self, element: _Element, reference: str) -> str:
        """An IRI in full."""
        if ":" in reference.partition("#")[0]:
            return reference
        base = (element.base or "") if self._based else ""
        if not base:
            return reference
        from urllib.parse import urljoin

        try:
            return urljoin(base.partition("#")[0], reference)
        except ValueError:  # neither is a URI
            return reference

    def _subject(self, element: _Element) -> str:
        """The IRI or label of a node element."""
        known = self._labels.get(element)
        if known is not None:
            return known
        attributes = element.attrib
        if _ABOUT in attributes:
            found = self._resolve(element, str(attributes[_ABOUT]))
        elif _ID in attributes:
            found = self._resolve(element, "#" + str(attributes[_ID]))
        elif _NODE in attributes:
            found = "_:n" + str(attributes[_NODE])
        else:
            found = f"_:b{next(self._next)}"
        self._labels[element] = found
        self.graph.elements.setdefault(found, element)
        return found

    def _node(self, element: _Element) -> Iterator[_Work]:
        """Read a node element; yields what is to be read within."""
        subject = self._subject(element)
        self.graph.nodes.setdefault(subject, [])
        tag = iri(element.tag)
        if tag != f"{RDF}Description":
            self.graph.add(subject, TYPE, tag, element)
        self._attributes(element, subject)
        yield from self._properties(element, subject)

    def _attributes(self, element: _Element, subject: str) -> bool:
        """Read property attributes; whether there are any."""
        any_ = False
        for name, value in element.attrib.items():
            name, text = str(name), str(value)  # noqa: PLW2901 - bytes in the stubs
            if name in _SYNTAX or name.startswith(XML):
                continue
            any_ = True
            predicate = iri(name)
            self.graph.add(subject, predicate, text if predicate == TYPE else Literal(text), element)
        return any_

    def _properties(self, element: _Element, subject: str) -> Iterator[_Work]:
        """Read the property elements of a node; yields what is to be read within."""
        items = count(1)
        self._text_between(element)
        for child in element:
            predicate = iri(child.tag)
            if predicate == f"{RDF}li":
                predicate = f"{RDF}_{next(items)}"
            yield from self._property(child, subject, predicate)

    def _property(self, element: _Element, subject: str, predicate: str) -> Iterator[_Work]:
        """Read one property element; yields what is to be read within."""
        attributes, graph = element.attrib, self.graph
        parse = attributes.get(_PARSE)
        if parse == "Resource":
            label = self._subject_of_property(element)
            graph.add(subject, predicate, label, element)
            graph.nodes.setdefault(label, [])
            yield element, label
        elif parse == "Collection":
            yield from self._collection(element, subject, predicate)
        elif parse is not None:
            graph.add(subject, predicate, Literal("".join(map(str, element.itertext()))), element)
        elif len(element):
            if len(element) > 1:
                self._odd(element, "a property holds more than one node; each is taken as a value of its own")
            self._text_between(element)
            for child in element:
                graph.add(subject, predicate, self._subject(child), element)
                yield child, None
        else:
            self._empty(element, subject, predicate)

    def _empty(self, element: _Element, subject: str, predicate: str) -> None:
        """A property without elements in it: a node named by an attribute, or a text."""
        attributes = element.attrib
        if _RESOURCE in attributes:
            value = self._resolve(element, str(attributes[_RESOURCE]))
        elif _NODE in attributes:
            value = "_:n" + str(attributes[_NODE])
        elif any(not (str(name) in _SYNTAX or str(name).startswith(XML)) for name in attributes):
            value = self._subject_of_property(element)
        else:
            self.graph.add(subject, predicate, Literal(element.text or ""), element)
            return
        if element.text and element.text.strip():
            self._odd(element, f"the text `{shown(element.text.strip(), 40)}` stands beside the name of a node")
        self.graph.add(subject, predicate, value, element)
        self._attributes(element, value)

    def _subject_of_property(self, element: _Element) -> str:
        """The label of a node that a property element stands for."""
        label = f"_:b{next(self._next)}"
        self.graph.elements.setdefault(label, element)
        return label

    def _collection(self, element: _Element, subject: str, predicate: str) -> Iterator[_Work]:
        """A list of nodes."""
        owner, link = subject, predicate
        for child in element:
            cell = f"_:b{next(self._next)}"
            self.graph.elements.setdefault(cell, element)
            self.graph.add(owner, link, cell, element)
            self.graph.add(cell, f"{RDF}first", self._subject(child), child)
            owner, link = cell, f"{RDF}rest"
            yield child, None
        self.graph.add(owner, link, f"{RDF}nil", element)

    def _text_between(self, element: _Element) -> None:
        """Report text between elements."""
        texts = [element.text, *(child.tail for child in element)]
        stray = next((t.strip() for t in texts if t and not t.isspace()), None)
        if stray is not None:
            self._odd(element, f"the text `{shown(stray, 40)}` stands between elements and belongs to nothing")
