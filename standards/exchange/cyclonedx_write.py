"""Standards as the `definitions.standards` of a CycloneDX document.

Guarantees: valid by the schemas of CycloneDX 1.6 and 1.7; one requirement for each, under a heading for each clause that
several share; levels as the standard names them; the same standards give the same bytes.
What it does not carry: checks and conditions as rules; they stand in properties as texts.
Source: CycloneDX 1.6 and 1.7, `definitions/standards`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rulewright.standards.exchange.model import Entry, Standard
from rulewright.standards.exchange.names import PREFIX, instant, line, uuid
from rulewright.standards.exchange.oscal import Tree, kept


def document(standards: Sequence[Standard], day: str, version: str) -> Tree:
    """The document; `day` (ISO 8601) is its time, `version` that of CycloneDX."""
    names = [f"{s.name} {s.sha256}" for s in standards]
    notes = sorted({line(s.license) for s in standards if line(s.license)})
    return {
        "bomFormat": "CycloneDX",
        "specVersion": version,
        "serialNumber": f"urn:uuid:{uuid('cyclonedx', version, day, *names)}",
        "version": 1,
        "metadata": kept({
            "timestamp": instant(day),
            "licenses": [{"license": {"name": note}} for note in notes],
            "properties": [p for s in standards for p in _about(s)],
        }),
        "definitions": {"standards": [_standard(s) for s in standards]},
    }  # fmt: skip


def _about(standard: Standard) -> list[Tree]:
    """What is said of a standard and has no field of its own."""
    pairs = (
        ("id", standard.id),
        ("force", standard.force),
        ("jurisdiction", standard.jurisdiction),
        ("license", standard.license),
        ("source", standard.source),
        ("valid-from", standard.since),
        ("valid-until", standard.until),
        ("sha256", standard.sha256),
    )
    start = f"{PREFIX}standard:{standard.name}:"
    return [{"name": f"{start}{key}", "value": line(value)} for key, value in pairs if line(value)]


def _standard(standard: Standard) -> Tree:
    """A standard with its requirements and levels."""
    over = _parents(standard)
    return kept({
        "bom-ref": standard.name,
        "name": line(standard.title) or standard.id,
        "version": standard.edition,
        "owner": line(standard.publisher),
        "requirements": [*_headings(standard, over), *(_requirement(e, standard, over) for e in standard.entries)],
        "levels": list(_levels(standard)),
    })  # fmt: skip


def _parents(standard: Standard) -> dict[str, str]:
    """The reference of what stands above, by clause: a requirement of that name, or a heading that several share."""
    counts = Counter(e.clause for e in standard.entries if e.clause)
    over = {clause: f"{standard.name}:clause:{clause}" for clause, count in counts.items() if count > 1}
    return over | {e.id: _reference(standard, e.id) for e in standard.entries if e.id in counts}


def _headings(standard: Standard, over: Mapping[str, str]) -> Iterator[Tree]:
    """A heading for each clause that several share and that is no requirement itself."""
    ids = {e.id for e in standard.entries}
    for clause, reference in over.items():
        if clause not in ids:
            mark = {"name": f"{PREFIX}heading", "value": "true"}
            yield {"bom-ref": reference, "identifier": line(clause), "properties": [mark]}


def _reference(standard: Standard, name: str) -> str:
    """The reference of a requirement."""
    return f"{standard.name}:requirement:{name}"


def _requirement(entry: Entry, standard: Standard, over: Mapping[str, str]) -> Tree:
    """A requirement."""
    return kept({
        "bom-ref": _reference(standard, entry.id),
        "identifier": entry.id,
        "title": line(entry.title),
        "text": line(entry.text) if line(entry.text) != line(entry.title) else "",
        "descriptions": [line(text) for text in (entry.note, *entry.remarks) if line(text)],
        "openCre": list(entry.cres),
        "parent": over.get(entry.clause, "") if entry.clause != entry.id else "",
        "properties": [{"name": f"{PREFIX}{key}", "value": line(value)} for key, value in _pairs(entry) if line(value)],
    })  # fmt: skip


def _pairs(entry: Entry) -> Iterator[tuple[str, str]]:
    """What is said of a requirement and has no field of its own."""
    yield from (("level", entry.level), ("severity", entry.severity), ("clause", entry.clause))
    yield from (("objective", name) for name in entry.objectives)
    yield from (("threat", name) for name in entry.threats)
    yield from (("ref", " ".join(filter(None, (r.standard, r.strength or "-", r.clause)))) for r in entry.refs)
    yield from (("condition", entry.condition), ("decidability", entry.decided), ("fix", entry.fix))
    yield from (("effort", entry.effort), ("source", entry.source))
    yield from (("question", text) for text in entry.questions)
    yield from (("check", found.text) for found in entry.lines)
    yield from (("valid-from", entry.since), ("valid-until", entry.until))


def _levels(standard: Standard) -> Iterator[Tree]:
    """The levels that the standard names, each with its requirements."""
    for name in sorted({name for e in standard.entries for name in e.levels}):
        members = [_reference(standard, e.id) for e in standard.entries if name in e.levels]
        yield {"bom-ref": f"{standard.name}:level:{name}", "identifier": name, "requirements": members}
