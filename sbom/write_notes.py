"""Remarks for the new document: what was found wrong in the sources, and where they disagree.

Guarantees: sorted, each remark once; a finding at a component's place is a remark on that component.
It finds nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rulewright.diagnostics import Diagnostic
from rulewright.facts.base import Fact
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Table
from rulewright.facts.types import State
from rulewright.sbom.findings import shown
from rulewright.sbom.write_common import Note


def notes(facts: ProductFacts, found: Iterable[Diagnostic]) -> tuple[Note, ...]:
    """The remarks, those on the document first."""
    places = _places(facts.tables.get("component"))
    made = {Note(_said(d), _component(d, places)) for d in found}
    made |= set(_conflicts(facts)) | {
        _attribute(n, f) for n, f in facts.attributes.items() if f.state is State.CONFLICTING
    }
    return tuple(sorted(made, key=lambda note: (-1 if note.component is None else note.component, note.text)))


def _said(d: Diagnostic) -> str:
    place = " ".join(part for part in (d.source, d.pointer) if part)
    return f"{d.code}: {d.message}{f' ({place})' if place else ''}"


def _places(table: Table | None) -> dict[tuple[str, str], int]:
    """Components by the document and place at which they stand."""
    found: dict[tuple[str, str], int] = {}
    for row in range(table.rows if table else 0):
        segment = table.segment_of(row) if table else None
        if table is not None and segment is not None and table.pointer_of(row):
            found[segment.source.name, table.pointer_of(row)] = row
    return found


def _component(d: Diagnostic, places: dict[tuple[str, str], int]) -> int | None:
    """The component at, or around, the place of a finding."""
    pointer = d.pointer or ""
    while pointer:
        row = places.get((d.source or "", pointer))
        if row is not None:
            return row
        pointer = pointer.rpartition("/")[0]
    return None


def _conflicts(facts: ProductFacts) -> Iterator[Note]:
    """Cells of components on which the sources disagree."""
    table = facts.tables.get("component")
    for field in sorted(table.builders) if table else ():
        codes = table.column(field).codes if table else ()
        if State.CONFLICTING in codes and table is not None:
            for row, code in enumerate(codes):
                if code == State.CONFLICTING:
                    told = table.witnesses(field, row) if table.witnesses else ()
                    heard = "; ".join(f"`{shown(str(w.value))}` by {w.source.name} {w.pointer}".rstrip() for w in told)
                    yield Note(f"{field}: the sources disagree{f': {heard}' if heard else ''}", row)


def _attribute(name: str, fact: Fact) -> Note:
    """A scalar fact on which the sources disagree."""
    told = [(w.value, w.source.name if w.source else "", w.pointer) for w in fact.witnesses]
    heard = "; ".join(f"`{shown(str(value))}` by {source} {pointer}".rstrip() for value, source, pointer in told)
    return Note(f"{name}: the sources disagree{f': {heard}' if heard else ''}")
