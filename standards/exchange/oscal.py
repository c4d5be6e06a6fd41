"""What OSCAL catalogues and profiles have in common: metadata, properties, links, resources.

Guarantees: the identity and the time of a document follow from what is in it: UUIDs are version 5, `last-modified` is a
stated day or the first day of the edition, never a clock's.  What has no value is left out, as the schema asks.
Source: OSCAL 1.1.3, https://pages.nist.gov/OSCAL/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rulewright.standards.exchange.model import Standard
from rulewright.standards.exchange.names import NAMESPACE, instant, line, uuid

Tree = dict[str, object]

VERSION = "1.1.3"


def prop(name: str, value: str, remarks: str = "") -> Tree:
    """A property of ours."""
    found: Tree = {"name": name, "ns": NAMESPACE, "value": line(value)}
    return found | ({"remarks": line(remarks)} if line(remarks) else {})


def props(pairs: Sequence[tuple[str, str]]) -> list[Tree]:
    """Properties of ours, those with a value."""
    return [prop(name, value) for name, value in pairs if line(value)]


def kept(found: Mapping[str, object]) -> Tree:
    """Only what has a value: OSCAL knows no empty list and no empty text."""
    return {key: value for key, value in found.items() if value not in ("", [], {}, None)}


def metadata(standards: Sequence[Standard], day: str, title: str, version: str) -> Tree:
    """Title, dates, publisher and licence of a document."""
    names = sorted({line(s.publisher) for s in standards if line(s.publisher)})
    parties = [{"uuid": uuid("party", name), "type": "organization", "name": name} for name in names]
    return kept({
        "title": line(title),
        "last-modified": instant(day),
        "version": line(version),
        "oscal-version": VERSION,
        "document-ids": [{"identifier": s.name} for s in standards],
        "props": about(standards[0]) if len(standards) == 1 else [],
        "links": [{"href": f"#{uuid('license', s.name)}", "rel": "license"} for s in standards if line(s.license)],
        "roles": [{"id": "creator", "title": "Publisher of the original"}] if parties else [],
        "parties": parties,
        "responsible-parties": (
            [{"role-id": "creator", "party-uuids": [p["uuid"] for p in parties]}] if parties else []
        ),
    })  # fmt: skip


def about(standard: Standard) -> list[Tree]:
    """What is said of a standard, as properties."""
    return props([
        ("standard", standard.id),
        ("edition", standard.edition),
        ("kind", standard.kind),
        ("publisher", standard.publisher),
        ("force", standard.force),
        ("jurisdiction", standard.jurisdiction),
        ("valid-from", standard.since),
        ("valid-until", standard.until),
        ("source", standard.source),
        ("license", standard.license),
        ("sha256", standard.sha256),
    ])  # fmt: skip


def back_matter(standards: Sequence[Standard], more: Sequence[Tree] = ()) -> Tree:
    """The resources of a document: its originals, their licences, the standards cited."""
    found: dict[object, Tree] = {}
    for item in (*(x for s in standards for x in _resources(s)), *more):
        found.setdefault(item["uuid"], item)
    return {"resources": list(found.values())} if found else {}


def _resources(standard: Standard) -> Iterator[Tree]:
    """The original, its licence, and what is cited."""
    yield kept({
        "uuid": uuid("source", standard.name),
        "title": line(standard.title) or standard.name,
        "description": line(standard.source),
        "props": props([("standard", standard.id), ("edition", standard.edition)]),
        "citation": {"text": ", ".join(filter(None, map(line, (standard.publisher, standard.title, standard.edition))))},
    })  # fmt: skip
    if line(standard.license):
        title = f"Licence of {standard.name}"
        yield {"uuid": uuid("license", standard.name), "title": title, "description": line(standard.license)}
    for name in sorted({r.standard for e in standard.entries for r in e.refs}):
        yield {"uuid": cited(name), "title": name, "props": props([("cited", name)])}


def cited(standard: str) -> str:
    """The identity of the resource for a standard that is referred to."""
    return uuid("cited", standard)
