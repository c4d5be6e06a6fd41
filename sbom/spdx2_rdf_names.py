"""Names in RDF documents of SPDX 2: IRIs of elements and licences to what the JSON form writes.

Guarantees: an IRI that is none of SPDX's stays as it is.  A licence set of any size gives an expression of bounded
length, with its members in the order of their texts, for in RDF they have none.  It does not judge.
"""

from __future__ import annotations

from urllib.parse import unquote

from rulewright.sbom.rdf_xml import TYPE, Graph, Literal
from rulewright.sbom.spdx2_rdf_terms import TERMS

MAX_EXPRESSION = 20_000
"""Characters of a licence expression."""

_LICENSES = ("http://spdx.org/licenses/", "https://spdx.org/licenses/")
_REFERENCES = ("http://spdx.org/rdf/references/", "https://spdx.org/rdf/references/")
_WORDS = {f"{TERMS}noassertion": "NOASSERTION", f"{TERMS}none": "NONE"}
_TYPED = {f"{TERMS}SpdxNoAssertionLicense": "NOASSERTION", f"{TERMS}SpdxNoneLicense": "NONE"}
_JOINED = {f"{TERMS}ConjunctiveLicenseSet": " AND ", f"{TERMS}DisjunctiveLicenseSet": " OR "}


class Unreadable(Exception):  # noqa: N818 - a signal to the caller
    """A licence is made of itself, or too long."""


def text(value: str) -> str:
    """A text; NONE and NOASSERTION may stand as terms."""
    return str(value) if isinstance(value, Literal) else _WORDS.get(value, value)


class Names:
    """The names of one document."""

    def __init__(self, graph: Graph, document: str | None) -> None:
        self._graph = graph
        self.namespace = document.partition("#")[0] if document else None
        self._external: dict[str, str] = {}
        for node in graph.of_type(f"{TERMS}ExternalDocumentRef"):
            for iri in graph.values(node, f"{TERMS}spdxDocument"):
                self._external.setdefault(iri.partition("#")[0], self.external_document(node))
        self._known: dict[str, str] = {}
        self._sets: set[str] = set()
        self.used: set[str] = set()
        """The nodes that licences were read from."""

    def element(self, value: str) -> str:
        """The SPDXID of an element."""
        if isinstance(value, Literal):
            return str(value)
        namespace, sign, fragment = value.partition("#")
        if value in _WORDS:
            return _WORDS[value]
        if not sign or value.startswith("_:"):
            return value
        if namespace in self._external and namespace != self.namespace:
            return f"{self._external[namespace]}:{unquote(fragment)}"
        return unquote(fragment) if namespace == self.namespace or self.namespace is None else value

    def external_document(self, node: str) -> str:
        """The identifier of another document: stated, or (2.3) the fragment of the reference's own IRI."""
        stated = self._graph.values(node, f"{TERMS}externalDocumentId")
        return str(stated[0]) if stated else unquote(node.partition("#")[2])

    def reference_type(self, value: str) -> str:
        """A type of reference: the name of a listed one, else the IRI; the official tools put names below the document."""
        if isinstance(value, Literal):
            return str(value)
        for prefix in _REFERENCES:
            if value.startswith(prefix):
                return value.removeprefix(prefix)
        return self.element(value)

    def licence(self, value: str) -> str:
        """A licence expression.  Raises `Unreadable`."""
        if isinstance(value, Literal):
            return str(value)
        made = self._expression(value, ())
        return made[1:-1] if value in self._sets else made

    def _expression(self, node: str, within: tuple[str, ...]) -> str:
        """The expression of a node; each node is read once."""
        known = self._known.get(node)
        if known is not None:
            return known
        if node in within or len(within) > 100:
            raise Unreadable("the licence is made of itself, or nested too deeply")
        made = _WORDS.get(node) or self._listed(node) or self._made(node, (*within, node))
        if len(made) > MAX_EXPRESSION:
            raise Unreadable(f"the licence expression is longer than {MAX_EXPRESSION} characters")
        self._known[node] = made
        return made

    def _listed(self, node: str) -> str | None:
        """The identifier of a licence that an IRI names."""
        self.used.add(node)
        for prefix in _LICENSES:
            if node.startswith(prefix):
                return node.removeprefix(prefix).removesuffix(".html")
        return None

    def _made(self, node: str, within: tuple[str, ...]) -> str:
        """The expression of a node by what is said of it."""
        graph = self._graph
        types = graph.values(node, TYPE)
        word = next((_TYPED[t] for t in types if t in _TYPED), None)
        if word is not None:
            return word
        joint = next((_JOINED[t] for t in types if t in _JOINED), None)
        members = [self._member(m, within) for m in graph.values(node, f"{TERMS}member")]
        if joint is not None:
            if len(members) < 2:
                return "".join(members)
            self._sets.add(node)
            return f"({joint.join(sorted(members))})"
        exceptions = graph.values(node, f"{TERMS}licenseException")
        if f"{TERMS}WithExceptionOperator" in types or exceptions:
            return " WITH ".join([*members[:1], *(self._exception(e) for e in exceptions[:1])])
        if f"{TERMS}OrLaterOperator" in types:
            return f"{members[0]}+" if members else ""
        stated = graph.values(node, f"{TERMS}licenseId")
        return str(stated[0]) if stated else self.element(node)

    def _member(self, value: str, within: tuple[str, ...]) -> str:
        """A member of a set."""
        return str(value) if isinstance(value, Literal) else self._expression(value, within)

    def _exception(self, value: str) -> str:
        """The identifier of an exception."""
        self.used.add(value)
        stated = self._graph.values(value, f"{TERMS}licenseExceptionId")
        return str(stated[0]) if stated else self._listed(value) or self.element(value)
