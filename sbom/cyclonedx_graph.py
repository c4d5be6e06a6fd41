"""The dependency graph of a CycloneDX document, and what the document says of its completeness.

An entry of `dependencies` without `dependsOn` states that there are none.  A composition speaks for the whole of the
components when it names nothing or the described product, and for the whole graph when it names nothing; the graph is
complete too when every component's dependencies are said to be.  `incomplete*` and `unknown` (the author does not know)
make open what they speak of, and any of them on anybody's dependencies opens the graph.
Guarantees: an edge to nothing in the document is in no relation and in `dangling`, and it opens the graph, for what is
behind it is not listed; so does an entry that cannot be read.  It does not look for cycles.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import cast

import msgspec

from rulewright.facts.table import Column, Extent, Relation
from rulewright.facts.types import Completeness
from rulewright.sbom import words
from rulewright.sbom.cyclonedx_model import Bom, Composition, Service
from rulewright.sbom.findings import shown
from rulewright.sbom.fitting import WHOLE, Fitter


def aggregate_word(aggregate: str | None) -> str | None:
    """complete, incomplete or unknown; `None` for `not_specified` and for words that are not listed."""
    if aggregate is None:
        return None
    if aggregate == "complete":
        return "complete"
    if aggregate.startswith("incomplete"):
        return "incomplete"
    return "unknown" if aggregate == "unknown" else None


_STATES = {"complete": Completeness.CLOSED, "incomplete": Completeness.OPEN, "unknown": Completeness.OPEN}


class Graph(msgspec.Struct, eq=False, dict=True):
    """References resolved, lazily."""

    bom: Bom
    refs: list[str | None]
    services: Sequence[Service]
    fitter: Fitter

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each bom-ref; the first where one is given twice."""
        refs = self.refs
        size = len(refs)
        # from the end, so that the first of several stays
        index = dict(zip(reversed(refs), range(size - 1, -1, -1), strict=True))
        index.pop(None, None)
        index.pop("", None)
        return cast("dict[str, int]", index)

    @cached_property
    def root_refs(self) -> frozenset[str]:
        """The reference of the described product."""
        root = self.bom.metadata.component if self.bom.metadata else None
        return frozenset({root.bom_ref}) if root is not None and root.bom_ref else frozenset()

    def edges(self) -> Relation:
        """Which component depends on which."""
        row_of = self.rows.get
        size = len(self.refs) or 1
        found: list[int] = []
        for entry in self.bom.dependencies or ():
            if entry.depends_on and (parent := row_of(entry.ref or "")) is not None:
                start = parent * size
                found += [start + child for child in map(row_of, entry.depends_on) if child is not None]
        ordered = sorted(set(found))
        return Relation(array("i", [n // size for n in ordered]), array("i", [n % size for n in ordered]))

    def counts(self) -> Column:
        """Number of direct dependencies; known only for a component with an entry of its own."""
        row_of = self.rows.get
        cells: list[int | None] = [None] * len(self.refs)
        again: set[int] = set()
        for entry in self.bom.dependencies or ():
            row = row_of(entry.ref or "")
            if row is not None:
                if cells[row] is not None:
                    again.add(row)
                stated = entry.depends_on
                cells[row] = 0 if not stated else 1 if len(stated) == 1 else len(set(stated))
        for row, refs in self._joined(again).items():
            cells[row] = len(refs)
        return words.column(cells, words.same)

    def _joined(self, rows: set[int]) -> dict[int, set[str]]:
        """What several entries of one component state together."""
        joined: dict[int, set[str]] = {row: set() for row in rows}
        for entry in self.bom.dependencies or () if rows else ():
            row = self.rows.get(entry.ref or "", -1)
            if row in rows:
                joined[row].update(entry.depends_on or ())
        return joined

    def complete(self) -> Column:
        """What the document says of each component's dependency list."""
        stated: dict[int, str] = {}
        whole = _careful(self._general())
        for composition in self.bom.compositions or ():
            word = aggregate_word(composition.aggregate)
            for ref in composition.dependencies or ():
                row = self.rows.get(ref)
                if word is not None and row is not None:
                    stated[row] = word
        cells = [stated.get(row, whole) for row in range(len(self.refs))]
        return words.column(cells, words.same)

    def _general(self) -> list[str]:
        """The words of the compositions that name nothing; one whose names cannot be read is none of them."""
        return [
            word
            for c in self.bom.compositions or ()
            if not (c.assemblies or c.dependencies or c.vulnerabilities or id(c) in self.fitter.marks)
            and (word := aggregate_word(c.aggregate)) is not None
        ]

    def component_word(self) -> str | None:
        """What the document says of its list of components."""
        refs = self.root_refs
        return _careful(self._general() + [word for word, c in self._worded() if refs.intersection(c.assemblies or ())])

    def dependency_word(self) -> str | None:
        """What the document says of its dependencies altogether."""
        named = [(word, refs) for word, c in self._worded() if (refs := c.dependencies)]
        found = self._general() + [word for word, _ in named if word != "complete"]
        covered = {ref for word, refs in named if word == "complete" for ref in refs}
        # a component without reference, or with another's, has dependencies that nobody speaks of
        if covered and len(self.rows) == len(self.refs) and covered.issuperset(self.rows):
            found.append("complete")
        return _careful(found)

    def component_extent(self) -> Extent:
        """Completeness of the list of components."""
        return _extent("components", self.component_word(), present=self.bom.components is not None)

    def dependency_extent(self) -> Extent:
        """Completeness of the list of dependencies."""
        return _extent("dependencies", self.dependency_word(), present=self.bom.dependencies is not None)

    def reach(self, *, linked: bool = False) -> Extent:
        """Completeness of the graph: as of the list, and open where it leads to what is not listed.

        `linked`: what BOM-links name is at hand.
        """
        stated = self.dependency_extent()
        if stated.state in {Completeness.ABSENT, Completeness.OPEN}:
            return stated
        gap = self._gap(linked=linked)
        if gap is not None:
            return Extent(Completeness.OPEN, gap)
        if stated.state is Completeness.CLOSED and not self.owners <= self.known:
            return Extent(Completeness.UNSTATED, "dependencies are stated of an element that is not in the document")
        return stated

    def _gap(self, *, linked: bool) -> str | None:
        """Why the graph cannot be followed everywhere."""
        marks = self.fitter.marks
        broken = ("ref", "dependsOn", WHOLE)
        entries = self.bom.dependencies or ()
        if marks and (
            "dependencies" in marks.get(id(self.bom), ())
            or any(not marks[id(e)].keys().isdisjoint(broken) for e in entries if id(e) in marks)
        ):
            return "an entry of `dependencies` cannot be read"
        if [e for e in entries if not e.ref and e.depends_on]:
            return "an entry of `dependencies` does not say whose they are"
        lost = {ref for ref in self.unlisted if not (linked and ref.startswith("urn:cdx:"))}
        if lost:
            return f"`{shown(min(lost))}` is depended on, but is not in the document"
        return None

    def strays(self) -> int:
        """How many things are depended on that neither the document nor a BOM-link names."""
        return sum(not ref.startswith("urn:cdx:") for ref in self.unlisted)

    @cached_property
    def owners(self) -> set[str]:
        """Every reference of which dependencies are stated."""
        return {e.ref for e in self.bom.dependencies or () if e.ref}

    @cached_property
    def unlisted(self) -> set[str]:
        """What is depended on and not in the document; a BOM-link leads to another one."""
        lists = [e.depends_on for e in self.bom.dependencies or () if e.depends_on]
        if all(map(self.rows.__contains__, chain.from_iterable(lists))):
            return set()  # most documents, at little cost: this is asked whenever one is read
        return set(chain.from_iterable(lists)) - self.known - {""}

    @cached_property
    def known(self) -> frozenset[str]:
        """Every reference that an element of the document has."""
        return frozenset({*self.rows, *(s.bom_ref for s in self.services if s.bom_ref), *self._other_refs()})

    def duplicates(self) -> int:
        """How many references of components and services were in use before."""
        refs = self.refs + [item.bom_ref for item in self.services]
        refs = [ref for ref in refs if ref]
        return len(refs) - len(set(refs))

    def dangling(self) -> Iterator[tuple[str, str]]:
        """Pointer and text of every reference to nothing; a BOM-link points outside and is none."""
        known = self.known
        for pointer, ref in self._uses():
            if ref and ref not in known and not ref.startswith("urn:cdx:"):
                yield pointer, ref

    def _uses(self) -> Iterator[tuple[str, str | None]]:
        """Every reference with its pointer."""
        for i, entry in enumerate(self.bom.dependencies or ()):
            yield f"/dependencies/{i}/ref", entry.ref
            for key, refs in (("dependsOn", entry.depends_on), ("provides", entry.provides)):
                yield from ((f"/dependencies/{i}/{key}/{j}", ref) for j, ref in enumerate(refs or ()))
        for i, c in enumerate(self.bom.compositions or ()):
            for key, refs in (("assemblies", c.assemblies), ("dependencies", c.dependencies)):
                yield from ((f"/compositions/{i}/{key}/{j}", ref) for j, ref in enumerate(refs or ()))
        for i, v in enumerate(self.bom.vulnerabilities or ()):
            yield from ((f"/vulnerabilities/{i}/affects/{j}/ref", a.ref) for j, a in enumerate(v.affects or ()))

    def _other_refs(self) -> Iterable[str]:
        """References of elements that are neither components nor services."""
        yield from (v.bom_ref for v in self.bom.vulnerabilities or () if v.bom_ref)
        yield from (c.bom_ref for c in self.bom.compositions or () if c.bom_ref)

    def _worded(self) -> Iterator[tuple[str, Composition]]:
        """Every composition that says something, with its word."""
        for c in self.bom.compositions or ():
            if (word := aggregate_word(c.aggregate)) is not None:
                yield word, c


def _careful(found: Sequence[str]) -> str | None:
    """The most careful of several words."""
    return min(found, key=("incomplete", "unknown", "complete").index, default=None)


def _extent(name: str, word: str | None, *, present: bool) -> Extent:
    """What a word on a list amounts to."""
    if not present:
        return Extent(Completeness.ABSENT, f"the document has no `{name}`")
    if word is None:
        return Extent(Completeness.UNSTATED, "no composition speaks of the whole list")
    return Extent(_STATES[word], f"compositions: aggregate `{word}`")
