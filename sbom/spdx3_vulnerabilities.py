"""Vulnerabilities of an SPDX 3 document, with what is said of each.

A row is a vulnerability with one statement on its exploitability; components of which the same is said share it.  Of one
author's statements the latest counts, and authors who disagree leave it conflicting.  Scores are the highest stated, the
probability of exploitation is the latest; what is withdrawn is not counted.
Guarantees: every vulnerability has a row, whether anything is said of it or not; numbers are exact (millionths).
It matches nothing against a feed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TypeVar

import msgspec

from rulewright.facts.table import Column, Extent, Relation, Segment, Source, Table
from rulewright.facts.types import Completeness, State
from rulewright.sbom import rows, spdx3_words, words
from rulewright.sbom import spdx3_model as model
from rulewright.sbom.cyclonedx_components import day, words_set
from rulewright.sbom.cyclonedx_vulnerabilities import SEVERITIES, millionths
from rulewright.sbom.spdx3_graph import Graph
from rulewright.sbom.spdx3_nodes import identifier, ref, refs

_CLASSES: tuple[tuple[type[model.Vex], str], ...] = (
    (model.VexAffected, "affected"),
    (model.VexNotAffected, "not_affected"),
    (model.VexFixed, "fixed"),
    (model.VexUnderInvestigation, "under_investigation"),
)
_TYPES = {
    "affects": "affected", "doesNotAffect": "not_affected", "fixedIn": "fixed",
    "underInvestigationFor": "under_investigation",
}  # fmt: skip
_BANDS = ((9_000_000, "critical"), (7_000_000, "high"), (4_000_000, "medium"), (1, "low"), (0, "none"))
T = TypeVar("T", bound=model.Assessment)


class Said(msgspec.Struct, frozen=True):
    """A statement on exploitability; `None` where there is none."""

    status: words.Cell = None
    justification: words.Cell = None
    detail: str | None = None
    action: bool = False


class Row(msgspec.Struct, frozen=True):
    """One row: place of the vulnerability, what is said, and the components of which it is said."""

    place: int
    said: Said
    components: tuple[int, ...]


class Assessments(msgspec.Struct, eq=False, dict=True):
    """What is said of one vulnerability."""

    found: list[model.Relationship] = msgspec.field(default_factory=list)

    def of(self, kind: type[T]) -> list[T]:
        """The assessments of one class that are not withdrawn."""
        return [r for r in self.found if isinstance(r, kind) and not r.security_withdrawn_time]


def status_of(r: model.Relationship) -> str | None:
    """What a relationship says of exploitability."""
    found = next((status for cls, status in _CLASSES if isinstance(r, cls)), None)
    if found or isinstance(r, model.Assessment):
        return found
    return _TYPES.get(spdx3_words.word(r.relationship_type) or "")


class Vulnerabilities(msgspec.Struct, eq=False, dict=True):
    """Makes the table."""

    graph: Graph
    source: Source

    @cached_property
    def places(self) -> list[int]:
        """Places of the vulnerabilities."""
        return self.graph.nodes.places(model.Vulnerability)

    @cached_property
    def assessments(self) -> dict[str, Assessments]:
        """What is said, by identifier of the vulnerability."""
        nodes = self.graph.nodes
        found = {identifier(nodes.items[p]) or f"_:{nodes.pointer(p)}": Assessments() for p in self.places}
        for r, kind in zip(self.graph.relationships, self.graph.kinds, strict=True) if found else ():
            start = ref(r.from_) or ""
            if start in found:
                found[start].found.append(r)
            elif kind == "hasAssociatedVulnerability":
                for end in refs(r.to):
                    if end in found:
                        found[end].found.append(r)
        return found

    @cached_property
    def rows(self) -> list[Row]:
        """The rows."""
        nodes = self.graph.nodes
        made: list[Row] = []
        for place in self.places:
            node = nodes.items[place]
            own = self.assessments[identifier(node) or f"_:{nodes.pointer(place)}"]
            made += self._rows(place, own)
        return made

    def _rows(self, place: int, own: Assessments) -> list[Row]:
        """The rows of one vulnerability: components of which the same is said go together."""
        stated: dict[int, list[model.Relationship]] = {}
        general: list[model.Relationship] = []
        for r in own.found:
            reached = self._components(r)
            for row in reached:
                stated.setdefault(row, []).append(r)
            if not reached and status_of(r):
                general.append(r)
        groups: dict[Said, list[int]] = {}
        for row, found in stated.items():
            groups.setdefault(self._ruling(found or general), []).append(row)
        if not groups:
            groups[self._ruling(general)] = []
        return [Row(place, said, tuple(sorted(group))) for said, group in groups.items()]

    def _components(self, r: model.Relationship) -> list[int]:
        """Rows of the components that a relationship is about."""
        ends = (
            [ref(r.from_) or ""]
            if spdx3_words.word(r.relationship_type) == "hasAssociatedVulnerability"
            else [*refs(r.to)]
        )
        if isinstance(r, model.Assessment) and r.security_assessed_element:
            ends.append(ref(r.security_assessed_element) or "")
        return list(dict.fromkeys(row for end in ends if (row := self.graph.rows.get(end)) is not None))

    def _ruling(self, found: Sequence[model.Relationship]) -> Said:
        """What several statements amount to."""
        latest: dict[tuple[str, ...], tuple[str, int, model.Relationship]] = {}
        for number, r in enumerate(found):
            if status_of(r) is None or (isinstance(r, model.Assessment) and r.security_withdrawn_time):
                continue
            author, time = self._author(r), self._time(r)
            if author not in latest or (time, number) >= latest[author][:2]:
                latest[author] = (time, number, r)
        said = [_said(r) for _, _, r in latest.values()]
        if not said:
            return Said()
        if len({s.status for s in said}) > 1:
            details = sorted({s.detail for s in said if s.detail})
            return Said(State.CONFLICTING, State.CONFLICTING, "; ".join(details) or None)
        return min(said, key=lambda s: (str(s.justification or "~"), s.detail or "~"))

    def _author(self, r: model.Relationship) -> tuple[str, ...]:
        """Who says it: the supplier of the assessment, else who created it."""
        supplier = ref(r.supplied_by) if isinstance(r, model.Assessment) else None
        return (supplier,) if supplier else self._creators(ref(r.creation_info) or "")

    @cached_property
    def _created_by(self) -> dict[str, tuple[str, ...]]:
        return {}

    def _creators(self, ident: str) -> tuple[str, ...]:
        """Who a creation information names."""
        found = self._created_by.get(ident)
        if found is None:
            info = self.graph.nodes.get(ident, model.CreationInfo)
            found = self._created_by[ident] = tuple(sorted(set(refs(info.created_by)))) if info else ()
        return found

    def _time(self, r: model.Relationship) -> str:
        """When it was said, as written: RFC 3339 in UTC sorts as text."""
        info = self.graph.nodes.get(ref(r.creation_info), model.CreationInfo)
        own = (r.security_modified_time or r.security_published_time) if isinstance(r, model.Assessment) else None
        return own or (info.created if info else None) or ""

    def cells(self, cell: Callable[[model.Vulnerability, Assessments, Said], words.Cell]) -> Callable[[], Column]:
        """A column."""
        nodes = self.graph.nodes

        def build() -> Column:
            made: list[words.Cell] = []
            for row in self.rows:
                node = nodes.items[row.place]
                assert isinstance(node, model.Vulnerability)
                made.append(cell(node, self.assessments[identifier(node) or f"_:{nodes.pointer(row.place)}"], row.said))
            return spdx3_words.column(made)

        return build

    def builders(self) -> dict[str, Callable[[], Column]]:
        """The columns."""
        cells = self.cells
        return {
            "id": cells(lambda v, _a, _s: next(iter(names(v)), None)),
            "aliases": cells(lambda v, _a, _s: tuple(sorted(set(names(v)[1:]))) or None),
            "source": cells(lambda v, _a, _s: _issuer(v)),
            "severity": cells(lambda _v, a, _s: _severity(a)),
            "score": cells(lambda _v, a, _s: _best(a)[0]),
            "vector": cells(lambda _v, a, _s: _best(a)[1]),
            "cwes": cells(lambda v, _a, _s: _weaknesses(v)),
            "published": cells(lambda v, _a, _s: _day(v.security_published_time)),
            "updated": cells(lambda v, _a, _s: _day(v.security_modified_time)),
            "exploited": cells(lambda _v, a, _s: _exploited(a)),
            "exploited_since": cells(lambda _v, a, _s: _since(a)),
            "epss": cells(lambda _v, a, _s: _epss(a, "security_probability")),
            "epss_percentile": cells(lambda _v, a, _s: _epss(a, "security_percentile")),
            "epss_date": cells(lambda _v, a, _s: _day(e.security_published_time) if (e := _latest(a)) else None),
            "vex": cells(lambda _v, _a, s: s.status),
            "vex_state": cells(lambda _v, _a, s: s.status),
            "justification": cells(lambda _v, _a, s: s.justification),
            "detail": cells(lambda _v, _a, s: s.detail),
            "fix_available": cells(_fix_available),
            "match": cells(lambda _v, _a, _s: "stated"),
            "match_by": cells(lambda _v, _a, _s: "reference"),
        }

    def table(self) -> Table:
        """The table; absent where the document has no vulnerabilities."""
        nodes, made = self.graph.nodes, self.rows
        state = Completeness.UNSTATED if made else Completeness.ABSENT
        because = (
            "the document does not say" if made else "the document has no elements of type `security_Vulnerability`"
        )

        def name(row: int) -> str:
            node = nodes.items[made[row].place]
            assert isinstance(node, model.Vulnerability)
            return next(iter(names(node)), f"vulnerability #{row}")

        def affected() -> Relation:
            return rows.from_edges([(parent, row) for row, found in enumerate(made) for parent in found.components])

        segment = Segment(0, self.source, lambda row: nodes.pointer(made[row].place), name)
        relations = {"component": affected, "document": lambda: rows.below_document(len(made))}
        return rows.table("vulnerability", len(made), Extent(state, because), segment, self.builders(), relations)


def names(v: model.Vulnerability) -> list[str]:
    """Identifiers of a vulnerability, CVE names first, without doubles; its name where it has none."""
    listed = [i for i in v.external_identifier or () if isinstance(i, model.ExternalIdentifier) and i.identifier]
    kinds = ("cve", "securityOther", "other")
    found = [
        i.identifier or "" for kind in kinds for i in listed if spdx3_words.word(i.external_identifier_type) == kind
    ]
    if v.name and (not found or v.name.startswith("CVE-")):
        found = [*found[: len(found) if found and found[0].startswith("CVE-") else 0], v.name, *found]
    return list(dict.fromkeys(found))


def _issuer(v: model.Vulnerability) -> str | None:
    """Who gave it its first identifier."""
    listed = (i for i in v.external_identifier or () if isinstance(i, model.ExternalIdentifier))
    return next((i.issuing_authority for i in listed if i.issuing_authority), None)


def _said(r: model.Relationship) -> Said:
    """What one statement says."""
    justification: words.Cell = None
    detail = r.security_status_notes if isinstance(r, model.Vex) else r.comment
    if isinstance(r, model.VexNotAffected):
        raw = spdx3_words.word(r.security_justification_type)
        justification = spdx3_words.JUSTIFICATIONS.get(raw, State.MALFORMED) if raw else None
        detail = r.security_impact_statement or detail
    action = isinstance(r, model.VexAffected) and bool((r.security_action_statement or "").strip())
    return Said(status_of(r), justification, detail, action)


def _day(raw: str | None) -> words.Cell:
    return day(raw) if raw else None


def _number(raw: object) -> int | State | None:
    """A decimal, which JSON-LD may write as a text."""
    return None if raw is msgspec.UNSET else millionths(bytes(raw).strip(b'"'))  # type: ignore[call-overload]


def _best(found: Assessments) -> tuple[words.Cell, str | None]:
    """The highest score and its vector."""
    scores = [(_number(c.security_score), c.security_vector_string) for c in found.of(model.CvssV2)]
    known = [(score, vector) for score, vector in scores if isinstance(score, int) and not isinstance(score, State)]
    if known:
        return max(known, key=lambda pair: (pair[0], pair[1] or ""))
    return (next(iter(scores))[0] or State.MISSING, None) if scores else (None, None)


def _severity(found: Assessments) -> words.Cell:
    """The highest stated severity; that of the score where CVSS 2 alone speaks."""
    stated = [spdx3_words.word(c.security_severity) for c in found.of(model.Cvss) if c.security_severity]
    known = [word for word in stated if word in SEVERITIES]
    if known:
        return max(known, key=SEVERITIES.index)
    if stated:
        return State.MALFORMED
    score = _best(found)[0]
    if isinstance(score, int) and not isinstance(score, State):
        return next((band for least, band in _BANDS if score >= least), None)
    return None


def _weaknesses(v: model.Vulnerability) -> words.Cell:
    """CWE numbers among the references."""
    found = [
        "".join(c for c in locator.rpartition("CWE-")[2] or locator if c.isdigit())
        for r in v.external_ref or ()
        if isinstance(r, model.ExternalRef) and spdx3_words.word(r.external_ref_type) == "cwe"
        for locator in r.locator or ()
    ]
    return words_set(tuple(found)) if found else None


def _exploited(found: Assessments) -> bool | None:
    """Whether a catalogue lists it."""
    stated = [e.security_exploited for e in found.of(model.Exploited) if e.security_exploited is not None]
    return any(stated) if stated else None


def _since(found: Assessments) -> words.Cell:
    """The first day on which a catalogue listed it."""
    times = [e.security_published_time for e in found.of(model.Exploited) if e.security_exploited]
    return _day(min(filter(None, times), default=None))


def _latest(found: Assessments) -> model.Epss | None:
    """The latest probability."""
    listed = found.of(model.Epss)
    return max(listed, key=lambda e: e.security_published_time or "", default=None)


def _epss(found: Assessments, name: str) -> words.Cell:
    latest = _latest(found)
    return None if latest is None else _number(getattr(latest, name))


def _fix_available(v: model.Vulnerability, found: Assessments, said: Said) -> bool | None:
    """True where an action, a fix or a fixed element is stated; else not known."""
    kinds = {spdx3_words.word(r.external_ref_type) for r in v.external_ref or () if isinstance(r, model.ExternalRef)}
    fixed = any(status_of(r) == "fixed" for r in found.found)
    return True if said.action or fixed or "securityFix" in kinds else None
