"""Vulnerabilities of a CycloneDX document, with the maker's statement on each.

`analysis.state` is read as VEX: exploitable is affected; in_triage is under_investigation; false_positive and
not_affected are not_affected; resolved and resolved_with_pedigree are fixed.  `exploited` is known only where a
property `rulewright:exploited` says true or false: CycloneDX has no field for it.
Guarantees: scores are exact (millionths).  It matches nothing against a feed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import cast

import msgspec

from rulewright.facts.document_names import document_name
from rulewright.facts.table import Column, Extent, Relation, Segment, Source, Table
from rulewright.facts.types import MICRO, Completeness, State
from rulewright.sbom import rows, words
from rulewright.sbom.cyclonedx_components import day, property_of, truth, word_of, words_set
from rulewright.sbom.cyclonedx_model import Vulnerability
from rulewright.sbom.fitting import WHOLE, Fitter

VEX = {
    "exploitable": "affected",
    "in_triage": "under_investigation",
    "false_positive": "not_affected",
    "not_affected": "not_affected",
    "resolved": "fixed",
    "resolved_with_pedigree": "fixed",
}
SEVERITIES = ("unknown", "none", "info", "low", "medium", "high", "critical")
"""From the least to the most severe."""
_LARGEST = 10**9


def millionths(raw: bytes) -> int | State:
    """A JSON number as an integer number of millionths, exactly; more digits than six are not a score."""
    try:
        value = Decimal(raw.decode()) * MICRO
    except (InvalidOperation, ValueError):
        return State.MALFORMED
    if not value.is_finite() or abs(value) > _LARGEST * MICRO or value != value.to_integral_value():
        return State.MALFORMED
    return int(value)


def score_of(v: Vulnerability) -> int | State | None:
    """The highest stated base score."""
    raws = [r.score for r in v.ratings or () if r.score is not msgspec.UNSET]
    found = [millionths(bytes(raw)) for raw in raws]
    known = [value for value in found if not isinstance(value, State)]
    return max(known) if known else next(iter(found), None)


def _vector(v: Vulnerability) -> str | None:
    """The CVSS vector that goes with the highest stated score; the first where no score is stated."""
    rated = [(millionths(bytes(r.score)) if r.score is not msgspec.UNSET else -1, r.vector) for r in v.ratings or ()]
    known = [(int(score), vector) for score, vector in rated if vector]
    return max(known, key=lambda pair: pair[0])[1] if known else None


def severity_of(v: Vulnerability) -> str | State | None:
    """The highest stated severity."""
    stated = [r.severity for r in v.ratings or () if r.severity]
    known = [word for word in stated if word in SEVERITIES]
    if known:
        return max(known, key=SEVERITIES.index)
    return State.MALFORMED if stated else None


class VulnerabilityTable(msgspec.Struct, eq=False, dict=True):
    """Makes the table."""

    items: list[Vulnerability]
    fitter: Fitter
    source: Source
    targets: Callable[[], Mapping[str, int]]
    """Gives the row of a component by reference or package URL."""
    own: str = ""
    """The document's serial number."""

    def cells(
        self, cell: Callable[[Vulnerability], object], read: Callable[..., words.Cell] = words.text, key: str = ""
    ) -> Callable[[], Column]:
        """A column."""

        def build() -> Column:
            column = words.column(cast("list[str | None]", list(map(cell, self.items))), read)
            for row, item in enumerate(self.items):
                marks = self.fitter.marks.get(id(item), {})
                if column.codes[row] == State.MISSING and (key in marks or WHOLE in marks):
                    column.codes[row] = marks.get(key, State.MALFORMED)
            return column

        return build

    def builders(self) -> dict[str, Callable[[], Column]]:
        """The columns."""
        cells = self.cells
        state_words = word_of(frozenset(VEX))
        exploited = property_of(("rulewright:exploited",))

        def analysis(name: str) -> Callable[[Vulnerability], object]:
            return lambda v: getattr(v.analysis, name) if v.analysis else None

        def responses(v: Vulnerability) -> object:
            return tuple(v.analysis.response) if v.analysis and v.analysis.response else None

        return {
            "id": cells(lambda v: v.id, key="id"),
            "source": cells(lambda v: v.source.name if v.source else None, key="source"),
            "severity": cells(severity_of, words.same, "ratings"),
            "score": cells(score_of, words.same, "ratings"),
            "vector": cells(_vector, key="ratings"),
            "cwes": cells(lambda v: tuple(map(str, v.cwes)) if v.cwes else None, words_set, "cwes"),
            "published": cells(lambda v: v.published, day, "published"),
            "updated": cells(lambda v: v.updated, day, "updated"),
            "exploited": cells(lambda v: exploited(v.properties), truth, "properties"),
            "vex": cells(analysis("state"), lambda word: VEX.get(word, State.MALFORMED), "analysis"),
            "vex_state": cells(analysis("state"), state_words, "analysis"),
            "justification": cells(analysis("justification"), key="analysis"),
            "response": cells(responses, words_set, "analysis"),
            "detail": cells(analysis("detail"), key="analysis"),
            "fix_available": cells(_fix_available, words.same, "recommendation"),
        }

    def is_own(self, link: str) -> bool:
        """Whether a BOM-Link leads into this very document; one without serial number may be the one that is meant."""
        return not self.own or document_name(link.partition("#")[0]) == document_name(self.own)

    def links(self) -> dict[int, tuple[str, ...]]:
        """What vulnerabilities affect in other documents, by row."""
        found = {
            row: tuple(
                ref for a in item.affects or () if (ref := a.ref or "").startswith("urn:cdx:") and not self.is_own(ref)
            )
            for row, item in enumerate(self.items)
        }
        return {row: refs for row, refs in found.items() if refs}

    def affected(self) -> Relation:
        """Component to vulnerability, by bom-ref, BOM-link or package URL."""
        found: list[tuple[int, int]] = []
        targets = self.targets() if self.items else {}
        for row, item in enumerate(self.items):
            for affects in item.affects or ():
                ref = affects.ref or ""
                parent = targets.get(ref)
                if parent is None and ref.startswith("urn:cdx:") and self.is_own(ref):
                    parent = targets.get(ref.partition("#")[2])
                if parent is not None:
                    found.append((parent, row))
        return rows.from_edges(found)

    def table(self, *, present: bool) -> Table:
        """The table; absent where the document has no `vulnerabilities`."""
        state = Completeness.UNSTATED if present else Completeness.ABSENT
        because = "the document does not say" if present else "the document has no `vulnerabilities`"
        names = [item.id or "" for item in self.items]
        segment = Segment(
            0, self.source, lambda row: f"/vulnerabilities/{row}", lambda row: names[row] or f"vulnerability #{row}"
        )
        relations = {"component": self.affected, "document": lambda: rows.below_document(len(self.items))}
        made = rows.table("vulnerability", len(self.items), Extent(state, because), segment, self.builders(), relations)
        links = self.links()
        if links:
            made.links = {"component": links}
        return made


def _fix_available(v: Vulnerability) -> bool | None:
    """True where a recommendation, an update or an unaffected version is stated; else not known."""
    updates = v.analysis is not None and "update" in (v.analysis.response or ())
    versions = any(part.status == "unaffected" for affects in v.affects or () for part in affects.versions or ())
    return True if v.recommendation or updates or versions else None
