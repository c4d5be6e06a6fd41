"""Relationships of an SPDX 2 document: what depends on what, what contains what, what is described.

A dependency is every relationship of the first table below.  CONTAINS between packages counts as one: the minimum
elements of 2021 name "is included in" as *the* dependency relationship, and most generators write nothing else.
A relationship to NONE says that there are no more (the list of that element is complete), one to NOASSERTION that it
is not known whether there are: that opens the graph, whosever it is.
Guarantees: an edge to nothing in the document is in no relation and in `dangling`, and it opens the graph, for what is
behind it is not listed; so does a relationship that cannot be read.  It does not look for cycles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import msgspec

from rulewright.facts.table import Column, Extent, Relation
from rulewright.facts.types import Completeness
from rulewright.sbom import rows, words
from rulewright.sbom.findings import shown
from rulewright.sbom.fitting import WHOLE, Fitter
from rulewright.sbom.spdx2_model import Package, Relationship, Spdx

FORWARD = frozenset({"DEPENDS_ON", "DYNAMIC_LINK", "STATIC_LINK", "HAS_PREREQUISITE", "CONTAINS"})
"""A relates to B: A depends on B."""
BACKWARD = frozenset({
    "DEPENDENCY_OF", "BUILD_DEPENDENCY_OF", "DEV_DEPENDENCY_OF", "OPTIONAL_DEPENDENCY_OF", "PROVIDED_DEPENDENCY_OF",
    "TEST_DEPENDENCY_OF", "RUNTIME_DEPENDENCY_OF", "PREREQUISITE_FOR", "CONTAINED_BY", "OPTIONAL_COMPONENT_OF",
})  # fmt: skip
"""A relates to B: B depends on A."""
DEVELOPMENT = frozenset({"DEV_DEPENDENCY_OF", "DEV_TOOL_OF", "TEST_DEPENDENCY_OF", "TEST_TOOL_OF"})
DOCUMENT = "SPDXRef-DOCUMENT"


class Graph(msgspec.Struct, eq=False, dict=True):
    """References resolved, lazily."""

    spdx: Spdx
    items: Sequence[Package]
    fitter: Fitter

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each package's SPDXID; the first where one is given twice."""
        index: dict[str, int] = {}
        for row, item in enumerate(self.items):
            if item.spdx_id:
                index.setdefault(item.spdx_id, row)
        return index

    @property
    def relationships(self) -> Sequence[Relationship]:
        """All relationships."""
        return self.spdx.relationships or ()

    @cached_property
    def known(self) -> frozenset[str]:
        """Every identifier of the document, and the two words that stand for none and for not known."""
        spdx = self.spdx
        ids = {e.spdx_id for e in (*(spdx.files or ()), *(spdx.snippets or ())) if e.spdx_id}
        return frozenset({*self.rows, *ids, spdx.spdx_id or DOCUMENT, DOCUMENT, "NONE", "NOASSERTION"})

    def resolves(self, ref: str | None) -> bool:
        """Whether a reference names an element here, or one of another document that is listed."""
        if ref is None:
            return False
        if ref.startswith("DocumentRef-"):
            return ref.partition(":")[0] in self.documents
        return ref in self.known

    @cached_property
    def documents(self) -> frozenset[str]:
        """The other documents that are referred to."""
        listed = self.spdx.external_document_refs or ()
        return frozenset(d.external_document_id for d in listed if d.external_document_id)

    @cached_property
    def roots(self) -> frozenset[int]:
        """Rows of the described packages."""
        described = set(self.spdx.document_describes or ())
        own = {DOCUMENT, self.spdx.spdx_id}
        for r in self.relationships:
            if r.relationship_type == "DESCRIBES" and r.spdx_element_id in own:
                described.add(r.related_spdx_element or "")
            elif r.relationship_type == "DESCRIBED_BY" and r.related_spdx_element in own:
                described.add(r.spdx_element_id or "")
        return frozenset(row for ref in described if (row := self.rows.get(ref)) is not None)

    @cached_property
    def directed(self) -> list[tuple[str, str]]:
        """Dependencies as pairs of identifiers, from the depending to the needed one."""
        found: list[tuple[str, str]] = []
        for r in self.relationships:
            kind, a, b = r.relationship_type, r.spdx_element_id or "", r.related_spdx_element or ""
            if kind in FORWARD:
                found.append((a, b))
            elif kind in BACKWARD:
                found.append((b, a))
        return found

    def edges(self) -> Relation:
        """Which package depends on which."""
        row_of = self.rows.get
        pairs = [(row_of(a), row_of(b)) for a, b in self.directed]
        return rows.from_edges([(a, b) for a, b in pairs if a is not None and b is not None])

    def contains(self) -> list[tuple[int, int]]:
        """Which package contains which."""
        row_of = self.rows.get
        found = []
        for r in self.relationships:
            if r.relationship_type in {"CONTAINS", "CONTAINED_BY"}:
                a, b = row_of(r.spdx_element_id or ""), row_of(r.related_spdx_element or "")
                if a is not None and b is not None:
                    found.append((a, b) if r.relationship_type == "CONTAINS" else (b, a))
        return found

    def counts(self) -> Column:
        """Number of direct dependencies, known for a package with at least one statement on them."""
        stated: dict[int, set[str]] = {}
        for a, b in self.directed:
            row = self.rows.get(a)
            if row is not None and b != "NOASSERTION":
                needed = stated.setdefault(row, set())
                if b != "NONE":
                    needed.add(b)
        return words.column([len(stated[r]) if r in stated else None for r in range(len(self.items))], words.same)

    def complete(self) -> Column:
        """What is said of each package's dependency list."""
        stated: dict[int, str] = {}
        for a, b in self.directed:
            row = self.rows.get(a)
            if row is not None and b in {"NONE", "NOASSERTION"}:
                stated[row] = "unknown" if b == "NOASSERTION" or stated.get(row) == "unknown" else "complete"
        return words.column([stated.get(r) for r in range(len(self.items))], words.same)

    def development(self) -> set[int]:
        """Rows of packages that only development needs: related so, and in no other way needed."""
        row_of = self.rows.get
        dev = {row_of(r.spdx_element_id or "") for r in self.relationships if r.relationship_type in DEVELOPMENT}
        needed = {
            row_of(b)
            for r in self.relationships
            if r.relationship_type not in DEVELOPMENT
            for b in (
                [r.related_spdx_element or ""] if r.relationship_type in FORWARD
                else [r.spdx_element_id or ""] if r.relationship_type in BACKWARD else []
            )
        }  # fmt: skip
        return {row for row in dev - needed if row is not None}

    def extent(self, *, linked: bool = False) -> Extent:
        """Completeness of the graph; `linked`: what is listed of other documents is at hand."""
        gap = self._gap(linked=linked)
        if gap is not None:
            return Extent(Completeness.OPEN, gap)
        if not self.directed:
            return Extent(Completeness.ABSENT, "the document states no dependencies")
        return Extent(Completeness.UNSTATED, "the document does not say")

    def _gap(self, *, linked: bool) -> str | None:
        """Why the graph cannot be followed everywhere."""
        marks = self.fitter.marks
        broken = ("spdxElementId", "relatedSpdxElement", "relationshipType", WHOLE)
        found = [marks[id(r)] for r in self.relationships if id(r) in marks] if marks else []
        if any(not keys.keys().isdisjoint(broken) for keys in found) or any(not (a and b) for a, b in self.directed):
            return "a relationship cannot be read"
        needed = {b for _, b in self.directed}
        if "NOASSERTION" in needed:
            return "the document says that it does not know all dependencies (a relationship to NOASSERTION)"
        lost = {ref for ref in self.unlisted if not (linked and self.resolves(ref))}
        if lost:
            return f"`{shown(min(lost))}` is depended on, but is not in the document"
        return None

    @cached_property
    def unlisted(self) -> set[str]:
        """What is depended on and not in the document; it may be in another one that is listed."""
        return {b for _, b in self.directed} - self.known - {""}

    def strays(self) -> int:
        """How many things are depended on that neither this document nor another one that is listed has."""
        return sum(not self.resolves(ref) for ref in self.unlisted)

    def word(self) -> str | None:
        """What the document says of its own list: SPDX 2 has words only for the described package's relationships."""
        roots = {item.spdx_id for row, item in enumerate(self.items) if row in self.roots}
        said = {b for a, b in self.directed if a in roots}
        if "NOASSERTION" in said:
            return "unknown"
        return "complete" if "NONE" in said else None

    def duplicates(self) -> int:
        """How many identifiers were in use before."""
        spdx = self.spdx
        ids = [e.spdx_id for e in (*self.items, *(spdx.files or ()), *(spdx.snippets or ())) if e.spdx_id]
        return len(ids) - len(set(ids))

    def dangling(self) -> Iterator[tuple[str, str]]:
        """Pointer and text of every reference to nothing."""
        for i, r in enumerate(self.relationships):
            for key, ref in (("spdxElementId", r.spdx_element_id), ("relatedSpdxElement", r.related_spdx_element)):
                if ref and not self.resolves(ref):
                    yield f"/relationships/{i}/{key}", ref
        for i, ref in enumerate(self.spdx.document_describes or ()):
            if ref and not self.resolves(ref):
                yield f"/documentDescribes/{i}", ref
        for i, package in enumerate(self.items):
            for j, ref in enumerate(package.has_files or ()):
                if ref and not self.resolves(ref):
                    yield f"/packages/{i}/hasFiles/{j}", ref
