"""What reading one document gives.

Guarantees: `Document` is the only thing that other folders see of a document's format; its tables are those of
`facts.vocabulary.BUILTIN`, each for one product.  It does not merge documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.facts.base import Fact, Product
from rulewright.facts.table import Extent, Source, Table
from rulewright.sbom.findings import Findings

FAMILIES = {"cyclonedx": "CycloneDX", "spdx": "SPDX", "openvex": "OpenVEX", "csaf": "CSAF", "envelope": "envelope"}
ENCODINGS = {
    "json": "JSON",
    "xml": "XML",
    "protobuf": "protobuf",
    "text_protobuf": "text protobuf",
    "tag_value": "tag-value",
    "yaml": "YAML",
    "rdf": "RDF/XML",
    "json_ld": "JSON-LD",
}


class Format(msgspec.Struct, frozen=True):
    """A recognised format: a key of `FAMILIES`, the version as written, a key of `ENCODINGS`."""

    family: str
    version: str
    encoding: str = "json"

    def __str__(self) -> str:
        """The format as people write it: `CycloneDX 1.6 JSON`."""
        return f"{FAMILIES[self.family]} {self.version} {ENCODINGS[self.encoding]}"


Judge = Callable[[], tuple[Diagnostic, ...]]


class External(msgspec.Struct, frozen=True):
    """A reference from one document to another, or to an element of it.

    `document` is the other document's identity without a fragment (`urn:cdx:UUID/VERSION`, a document namespace, an
    IRI), `element` the reference within it, empty for the document itself; `row` is the component that refers, -1 for
    the document; `sha256` is the digest that the reference states, empty where it states none.  `kind` is `depends_on`
    (the row needs the element), `needed_by` (the element needs the row), `same` (the other document describes the row)
    or `refers`.
    """

    document: str
    element: str
    row: int
    pointer: str
    sha256: str = ""
    kind: str = "refers"


class Converted(msgspec.Struct, eq=False):
    """What a converter gives.

    `data` is the document as UTF-8 JSON of its format, in which what cannot be carried over faithfully stands as it is
    (a value of the wrong type, an unknown field), so that the reader finds it.  `encoding` is a key of
    `ENCODINGS`.  `counts` has the entities of the format's receipt as keys.  `place` turns a JSON pointer into
    `data` into the place in the document as received: an XPath for XML, `line 12` for text, the message path for
    protobuf.  `findings` are the converter's own, `judge` says what the encoding's official schema says (the XSD, or the
    JSON schema where the format has one schema for all encodings); both name places as received.
    """

    data: bytes
    encoding: str
    counts: Mapping[str, int]
    place: Callable[[str], str]
    judge: Judge
    findings: Findings


class Document(msgspec.Struct, eq=False):
    """One document as read.

    `receipt` holds one row per kind of entity: its name, how many an independent count found in the bytes, how many
    are stored.
    """

    format: Format
    source: Source
    product: Product
    tables: dict[str, Table]
    attributes: dict[str, Fact]
    _findings: Findings
    receipt: tuple[tuple[str, int, int], ...]
    judge_schema: Judge
    """What the official schema says, at places in the document as received; judged once, when it is first asked."""
    judge_semantics: Judge
    """What is wrong with the document's meaning; judged once, when it is first asked."""
    names: tuple[str, ...] = ()
    """Identities by which another document may refer to this one, in the form of `External.document`."""
    external: Callable[[], tuple[External, ...]] = tuple
    """The references to other documents."""
    linked_graph: Callable[[], Extent] | None = None
    """The completeness of the dependency graph if all that it leads to in other documents is at hand."""
    place: Callable[[str], str] | None = None
    """Set where the reader worked on a converted form: JSON pointer into it to place in the document as received."""
    converted: Findings | None = None
    """What the converter found, where there was one."""
    leftovers: Callable[[], tuple[tuple[str, int], ...]] = tuple
    """What no fact is read from, with how many elements carry it (`leftovers`)."""
    within: str = ""
    """Where the document stands within an envelope; every place in it begins so."""

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """What the reader found wrong so far, with JSON pointers.

        External references and properties stay undecoded until a column or the semantic judge asks for them: what is
        wrong inside them is found then.
        """
        return self._enclosed(self._found())

    def unused(self) -> tuple[tuple[str, int], ...]:
        """What of the document was not used or not understood, with numbers."""
        unknown = self._findings.count["RW1013"] + (self.converted.count["RW1013"] if self.converted else 0)
        return (*self.leftovers(), *((("fields unknown to the format", unknown),) if unknown else ()))

    def _found(self) -> tuple[Diagnostic, ...]:
        found = self.placed(self._findings.sorted())
        if self.converted is None:
            return found
        # a field of the wrong type or given twice is seen by the converter and, where facts are read from it, by the reader
        seen = {(d.code, d.pointer) for d in found if d.code in {"RW1010", "RW1011", "RW1012"}}
        more = [d for d in self.converted.sorted() if (d.code, d.pointer) not in seen]
        return tuple(sorted([*found, *more], key=Diagnostic.sort_key))

    def judged(self) -> tuple[Diagnostic, ...]:
        """The findings with those of the official schema and of the judge of meaning."""
        return self._enclosed((*self._found(), *self.judge_schema(), *self.placed(self.judge_semantics())))

    def _enclosed(self, found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        """Findings at their places in the envelope, if there is one."""
        within = self.within
        if not within:
            return found
        return tuple(msgspec.structs.replace(d, pointer=f"{within}{d.pointer or ''}") for d in found)

    def placed(self, found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        """Findings at their places in the document as received."""
        place = self.place
        if place is None:
            return found
        return tuple(msgspec.structs.replace(d, pointer=place(d.pointer)) if d.pointer else d for d in found)
