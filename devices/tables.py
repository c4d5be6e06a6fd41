"""The rows that detectors found, as tables of facts.

Guarantees: rows keep their place; a table says how complete it is and why.  Fields that no detector knows are missing.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from functools import partial

from rulewright.devices.model import Row
from rulewright.facts.stack import concatenate
from rulewright.facts.table import Extent, Segment, Source, Table, encode

NAMED = ("name", "subject", "path")
"""The fields that people know a row by, the first one that it has."""


def table(collection: str, rows: Sequence[Row], extent: Extent, source: Source) -> Table:
    """One collection."""
    names = dict.fromkeys(name for row in rows for name in row.fields)
    columns = {name: partial(encode, [row.fields.get(name) for row in rows]) for name in names}
    pointers = [row.place.pointer for row in rows]
    shown = [_shown(collection, number, row) for number, row in enumerate(rows)]
    segments = [Segment(0, source, pointers.__getitem__, shown.__getitem__)]
    return Table(collection, len(rows), array("i", [0, len(rows)]), [extent], segments, columns)


def tables(found: Mapping[str, Sequence[Row]], extents: Mapping[str, Extent], source: Source) -> dict[str, Table]:
    """All collections that have rows, or of which it is known that they have none."""
    names = sorted({*found, *extents})
    return {name: table(name, found.get(name, ()), extents[name], source) for name in names if name in extents}


def with_rows(tables_: Mapping[str, Table], rows: Sequence[Row], source: Source) -> dict[str, Table]:
    """Tables with more findings of the same source."""
    known = tables_.get("finding")
    if known is None or not rows:
        return dict(tables_)
    more = table("finding", rows, known.extents[0], source)
    return {**tables_, "finding": concatenate("finding", [known, more], {"finding": [0, known.rows]})}


def _shown(collection: str, number: int, row: Row) -> str:
    named = next((str(row.fields[name]) for name in NAMED if row.fields.get(name)), f"{collection}#{number}")
    version = row.fields.get("version")
    return f"{named}@{version}" if isinstance(version, str) and version else named
