"""Relationships of an SPDX 3 document out of facts: dependencies, parts, files, licences.

Guarantees: one relationship for each kind and element, its ends in one order; what is known of completeness is said there.
Those of the sources that are none of these stay where both ends are components.
"""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.sbom import spdx3_words
from rulewright.sbom.spdx3_graph import FORWARD
from rulewright.sbom.write_common import filled
from rulewright.sbom.write_spdx3_elements import Elements
from rulewright.sbom.write_view import Tree, View

_C = "component"
_NONE = "https://spdx.org/rdf/3.0.1/terms/Core/NoneElement"
_NO_ASSERTION = "https://spdx.org/rdf/3.0.1/terms/Core/NoAssertionElement"
_COMPLETENESS = {"complete": "complete", "incomplete": "incomplete", "unknown": "noAssertion"}
_OURS = FORWARD | {"hasDeclaredLicense", "hasConcludedLicense", "hasDistributionArtifact", "describes"}


class Links:
    """Makes the relationships."""

    def __init__(self, view: View, elements: Elements) -> None:
        self.view, self.elements, self.refs = view, elements, elements.refs

    def all(self) -> list[Tree]:
        """All relationships."""
        return [*self._dependencies(), *self._parts(), *self._files(), *self._licences(), *self._stated()]

    def link(
        self, kind: str, start: str, ends: list[str], completeness: str | None = None, scope: str | None = None
    ) -> Tree:
        """One relationship."""
        name = self.elements.names.give(f"SPDXRef-Relationship-{kind}")
        return filled([
            ("type", "LifecycleScopedRelationship" if scope else "Relationship"), ("spdxId", name), ("from", start),
            ("relationshipType", kind), ("to", ends), ("completeness", completeness), ("scope", scope),
        ])  # fmt: skip

    def _dependencies(self) -> Iterator[Tree]:
        """What components need; what is part of them as well is left to `_parts`."""
        view = self.view
        held = set(view.pairs(_C, _C))
        holders = {holder for holder, _ in held}
        for row, ref in enumerate(self.refs):
            said = view.value(_C, "dependencies_complete", row)
            word = _COMPLETENESS.get(str(said))
            dev: list[str] = []
            needed: list[str] = []
            for child in view.needed[row]:
                if (row, child) not in held:
                    (dev if view.flag(_C, "dev_only", child) else needed).append(self.refs[child])
            if dev:
                yield self.link("dependsOn", ref, dev, None if needed else word, "development")
            if needed:
                yield self.link("dependsOn", ref, needed, word)
            elif not dev and word and row not in holders:
                yield self.link("dependsOn", ref, [_NO_ASSERTION if said == "unknown" else _NONE], word)
            elif not dev and view.number(_C, "dependency_count", row) == 0:
                yield self.link("dependsOn", ref, [_NONE], word)

    def _parts(self) -> Iterator[Tree]:
        """What is part of components, files included."""
        view = self.view
        inner: dict[int, list[str]] = {}
        for parent, row in sorted(set(view.pairs(_C, _C))):
            inner.setdefault(parent, []).append(self.refs[row])
        deployed = set(self.elements.files)
        for parent, row in sorted(set(view.pairs("file", _C))):
            if (self.refs[parent], self.elements.file_refs[row]) not in deployed:
                inner.setdefault(parent, []).append(self.elements.file_refs[row])
        for row, ends in sorted(inner.items()):
            word = _COMPLETENESS.get(str(view.value(_C, "dependencies_complete", row)))
            yield self.link("contains", self.refs[row], ends, word)

    def _files(self) -> Iterator[Tree]:
        for component, file in self.elements.files:
            yield self.link("hasDistributionArtifact", component, [file])

    def _licences(self) -> Iterator[Tree]:
        for ref, role, licence in self.elements.claims:
            yield self.link(f"has{role.capitalize()}License", ref, [licence])

    def _stated(self) -> Iterator[Tree]:
        """Other relationships of SPDX 3 sources."""
        view = self.view
        rows = {(view.source_of(_C, row), ident): row for row in view.rows(_C) if (ident := view.text(_C, "id", row))}
        for number in view.rows("relationship"):
            kind = view.text("relationship", "type", number) or ""
            source = view.source_of("relationship", number)
            ends = [
                rows.get((source, view.text("relationship", field, number) or "")) for field in ("from_id", "to_id")
            ]
            if kind in spdx3_words.RELATIONSHIPS - _OURS and ends[0] is not None and ends[1] is not None:
                yield self.link(kind, self.refs[ends[0]], [self.refs[ends[1]]])
