"""Relationships of an SPDX 3 document: what depends on what, what contains what, what is described.

A dependency is every relationship of `FORWARD`; `contains` counts as one between components, as in SPDX 2.  A relationship to NoneElement
says that there are no more, one to NoAssertionElement that it is not known whether there are.  `completeness` speaks of
all relationships of its type from its element; `noAssertion` is a word for not knowing, and states nothing of the graph.
Guarantees: a dependency on nothing in the document opens the graph, and so does a relationship that cannot be read or
that says it is incomplete.  It does not look for cycles.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from functools import cached_property
from itertools import chain

import msgspec

from rulewright.facts.table import Column, Extent, Relation
from rulewright.facts.types import Completeness
from rulewright.sbom import rows, spdx3_words
from rulewright.sbom import spdx3_model as model
from rulewright.sbom.findings import shown
from rulewright.sbom.fitting import WHOLE
from rulewright.sbom.spdx3_nodes import Nodes, identifier, ref, refs
from rulewright.sbom.spdx3_words import NO_ASSERTION, NONE

FORWARD = frozenset({
    "contains", "dependsOn", "hasDynamicLink", "hasOptionalComponent", "hasOptionalDependency", "hasPrerequisite",
    "hasProvidedDependency", "hasStaticLink",
})  # fmt: skip
"""A relates to B: A depends on B."""
_DEVELOPMENT = frozenset({"development", "test"})
_BROKEN = ("from", "to", "relationshipType", WHOLE)

Pair = tuple[str, str]


class Graph(msgspec.Struct, eq=False, dict=True):
    """References resolved, lazily."""

    nodes: Nodes

    @cached_property
    def relationships(self) -> list[model.Relationship]:
        """All relationships, assessments included."""
        return self.nodes.of(model.Relationship)

    @cached_property
    def kinds(self) -> list[str]:
        """The type of each relationship."""
        raws = [r.relationship_type for r in self.relationships]
        short = {raw: spdx3_words.word(raw) or "" for raw in set(raws)}
        return list(map(short.__getitem__, raws))

    @cached_property
    def by_kind(self) -> dict[str, list[int]]:
        """Numbers of the relationships of each type."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for number, kind in enumerate(self.kinds):
            found[kind].append(number)
        return dict(found)

    def numbers(self, *kinds: str) -> list[int]:
        """Numbers of the relationships of some types, in order."""
        return sorted(chain.from_iterable(self.by_kind.get(kind, ()) for kind in kinds))

    def some(self, *kinds: str) -> list[model.Relationship]:
        """The relationships of some types."""
        return list(map(self.relationships.__getitem__, self.numbers(*kinds)))

    def ends(self, *kinds: str) -> Iterator[tuple[model.Relationship, str, str]]:
        """Every pair of ends of the relationships of some types."""
        for r in self.some(*kinds):
            a = ref(r.from_) or ""
            for b in refs(r.to):
                yield r, a, b

    @cached_property
    def document(self) -> model.SpdxDocument | None:
        """The document's own element; the first where there are several."""
        return next(iter(self.nodes.of(model.SpdxDocument)), None)

    @cached_property
    def imports(self) -> dict[str, model.ExternalMap]:
        """Elements of other documents that are named."""
        found: dict[str, model.ExternalMap] = {}
        for document in self.nodes.of(model.SpdxDocument):
            for item in (*(document.import_ or ()), *(document.imports or ())):
                if isinstance(item, model.ExternalMap) and item.external_spdx_id:
                    found.setdefault(item.external_spdx_id, item)
        return found

    @cached_property
    def described(self) -> tuple[str, ...]:
        """Identifiers of what the document is about, through its bills of materials, in order."""
        starts: list[model.Collection] = list(self.nodes.of(model.SpdxDocument)) or list(self.nodes.of(model.Bom))
        found: dict[str, None] = {}
        seen: set[int] = set()
        says: dict[str, list[str]] = {}
        for _, a, b in self.ends("describes"):
            says.setdefault(a, []).append(b)
        todo = deque(starts)
        while todo:
            node = todo.popleft()
            if id(node) in seen:
                continue
            seen.add(id(node))
            for ident in (*refs(node.root_element), *says.get(identifier(node) or "", ())):
                inner = self.nodes.get(ident, model.Collection)
                if inner is not None:
                    todo.append(inner)
                else:
                    found[ident] = None
        return tuple(found)

    @cached_property
    def places(self) -> list[int]:
        """Places of the components: packages, and files that are described."""
        described = {place for ident in self.described if (place := self.nodes.ids.get(ident)) is not None}
        files = [place for place in described if isinstance(self.nodes.items[place], model.File)]
        packages = self.nodes.places(model.Package)
        return sorted([*packages, *files]) if files else packages

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each component's identifier; the first where one is given twice."""
        index: dict[str, int] = {}
        ids = self.nodes.ids
        for row, place in enumerate(self.places):
            ident = identifier(self.nodes.items[place])
            if ident is None and place >= self.nodes.top:
                ident = f"_:{self.nodes.pointer(place)}"
            if ident is not None and ids[ident] == place:
                index[ident] = row
        return index

    @cached_property
    def roots(self) -> frozenset[int]:
        """Rows of the described components."""
        return frozenset(row for ident in self.described if (row := self.rows.get(ident)) is not None)

    def resolves(self, ident: str | None) -> bool:
        """Whether an identifier is of an element here, of one that is imported, or of the specification's own."""
        return bool(ident) and (ident in self.nodes.ids or ident in self.imports or spdx3_words.is_known(ident or ""))

    @cached_property
    def directed(self) -> list[Pair]:
        """Dependencies, from the depending to the needed."""
        found = [(ref(r.from_) or "", b) for r in self.some(*(FORWARD - {"contains"})) for b in refs(r.to)]
        parts = self.parts
        return found + [(ref(r.from_) or "", b) for r in self.some("contains") for b in refs(r.to) if b not in parts]

    @cached_property
    def parts(self) -> frozenset[str]:
        """Identifiers of files and snippets that are no components: containing them is no dependency."""
        nodes = self.nodes
        found = (identifier(nodes.items[place]) for place in nodes.places(model.File, model.Snippet))
        return frozenset(ident for ident in found if ident and ident not in self.rows)

    def edges(self) -> Relation:
        """Which component depends on which."""
        return rows.from_edges(list(self._rows_of(self.directed)))

    def contains(self) -> list[tuple[int, int]]:
        """Which component contains which."""
        return list(self._rows_of([(a, b) for _, a, b in self.ends("contains")]))

    def _rows_of(self, pairs: list[Pair]) -> Iterator[tuple[int, int]]:
        row_of = self.rows.get
        for a, b in pairs:
            first, second = row_of(a), row_of(b)
            if first is not None and second is not None:
                yield first, second

    def counts(self, size: int) -> Column:
        """Number of direct dependencies, known for a component with at least one statement on them."""
        stated: dict[int, set[str]] = {}
        for a, b in self.directed:
            row = self.rows.get(a)
            stands = spdx3_words.individual(b)
            if row is not None and stands != NO_ASSERTION:
                needed = stated.setdefault(row, set())
                if stands is None:
                    needed.add(b)
        return spdx3_words.column([len(stated[r]) if r in stated else None for r in range(size)])

    @cached_property
    def said(self) -> dict[int, str]:
        """What is said of each component's dependency list; where only `contains` says something, that."""
        direct: dict[int, set[str]] = {}
        contained: dict[int, set[str]] = {}
        for kind in sorted(FORWARD):
            found = contained if kind == "contains" else direct
            for r in self.some(kind):
                row = self.rows.get(ref(r.from_) or "")
                only_parts = kind == "contains" and r.to and self.parts.issuperset(refs(r.to))
                if row is not None and not only_parts:
                    found.setdefault(row, set()).update(_said(r))
        return {
            row: next(word for word in ("incomplete", "unknown", "complete") if word in stated)
            for row in sorted(direct.keys() | contained.keys())
            if (stated := direct.get(row) or contained.get(row))
        }

    def complete(self, size: int) -> Column:
        """What is said of each component's dependency list."""
        return spdx3_words.column([self.said.get(row) for row in range(size)])

    def development(self) -> set[int]:
        """Rows of components that only development needs: related so, and in no other way needed."""
        dev: set[int] = set()
        needed: set[int] = set()
        for number in self.numbers(*FORWARD, "usesTool"):
            r, kind = self.relationships[number], self.kinds[number]
            scoped = isinstance(r, model.ScopedRelationship) and spdx3_words.word(r.scope) in _DEVELOPMENT
            found = {row for ident in refs(r.to) if (row := self.rows.get(ident)) is not None}
            if scoped:
                dev |= found
            elif kind in FORWARD:
                needed |= found
        return dev - needed

    def extent(self, *, linked: bool = False) -> Extent:
        """Completeness of the graph; `linked`: what components need of other documents is at hand."""
        gap = self._gap(linked=linked)
        if gap is not None:
            return Extent(Completeness.OPEN, gap)
        if not self.directed:
            return Extent(Completeness.ABSENT, "the document states no dependencies")
        size = len(self.places)
        spoken = len(self.rows) == size and all(self.said.get(row) == "complete" for row in range(size))
        if spoken and all("complete" in _said(r) for r in self._between()):
            return Extent(Completeness.CLOSED, "every relationship says that it is complete")
        return Extent(Completeness.UNSTATED, "not every component's dependencies are said to be complete")

    def _between(self) -> Iterator[model.Relationship]:
        """Dependencies, without what contains nothing but files and snippets."""
        for kind in sorted(FORWARD):
            for r in self.some(kind):
                if kind != "contains" or not r.to or not self.parts.issuperset(refs(r.to)):
                    yield r

    def component_extent(self) -> Extent:
        """Completeness of the list of components."""
        if self.word() == "incomplete":
            return Extent(Completeness.OPEN, "the described product's relationships are said to be incomplete")
        if self.extent().state is Completeness.CLOSED:
            return Extent(Completeness.CLOSED, "every relationship says that it is complete")
        return Extent(Completeness.UNSTATED, "the document does not say")

    def _gap(self, *, linked: bool) -> str | None:
        """Why the graph cannot be followed everywhere."""
        marks = self.nodes.decoded.fitter.marks
        found = [marks[id(r)] for r in self.relationships if id(r) in marks] if marks else []
        if any(not keys.keys().isdisjoint(_BROKEN) for keys in found) or any(not (a and b) for a, b in self.directed):
            return "a relationship cannot be read"
        if any(spdx3_words.individual(b) == NO_ASSERTION for b in {b for _, b in self.directed}):
            return "the document says that it does not know all dependencies (a relationship to NoAssertionElement)"
        if "incomplete" in map(spdx3_words.word, {r.completeness for r in self.some(*FORWARD)}):
            return "a relationship says that it is incomplete"
        lost = {b for a, b in self.directed if b in self.unlisted and a not in self.rows} if linked else self.unlisted
        if lost:
            return f"`{shown(min(lost))}` is depended on, but is not in the document"
        return None

    @cached_property
    def unlisted(self) -> set[str]:
        """What is depended on and not in the document; it may be in another one that is named."""
        ids = self.nodes.ids
        return {b for _, b in self.directed if b and b not in ids and spdx3_words.individual(b) is None}

    def strays(self) -> int:
        """How many things are depended on that neither this document has nor an import names."""
        return sum(ident not in self.imports for ident in self.unlisted)

    def word(self) -> str | None:
        """What the document says of its own list: the most careful of what the described components' lists say."""
        found = {self.said[row] for row in self.roots if row in self.said}
        return next((word for word in ("incomplete", "unknown", "complete") if word in found), None)

    def duplicates(self) -> int:
        """How many identifiers were in use before."""
        ids = [ident for node in self.nodes.items if (ident := identifier(node))]
        return len(ids) - len(set(ids))

    def dangling(self) -> Iterator[tuple[str, str]]:
        """Pointer and text of every reference to nothing."""
        for place, key, ident in self.nodes.references():
            if ident and not self.resolves(ident):
                yield f"{self.nodes.pointer(place)}/{key}", ident


def _said(r: model.Relationship) -> set[str]:
    """The words of one relationship on completeness."""
    stated = spdx3_words.COMPLETENESS.get(spdx3_words.word(r.completeness) or "")
    found = {stated} if stated else set()
    for ident in refs(r.to):
        stands = spdx3_words.individual(ident)
        if stands is not None:
            found.add("complete" if stands == NONE else "unknown")
    return found
