"""Services of a CycloneDX document.

Guarantees: nested services have rows of their own.  It calls none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from rulewright.facts.table import Column, Extent, Segment, Source, Table
from rulewright.facts.types import Completeness, State
from rulewright.sbom import party, rows, words
from rulewright.sbom.cyclonedx_components import words_set
from rulewright.sbom.cyclonedx_model import Service
from rulewright.sbom.cyclonedx_shape import Flat
from rulewright.sbom.fitting import WHOLE, Fitter


def table(flat: Flat[Service], fitter: Fitter, source: Source, *, present: bool) -> Table:
    """The table; absent where the document has no `services`."""
    items = flat.items

    def cells(
        cell: Callable[[Service], object], key: str, read: Callable[..., words.Cell] = words.text
    ) -> Callable[[], Column]:
        def build() -> Column:
            column = words.column(cast("list[str | None]", list(map(cell, items))), read)
            for row, item in enumerate(items):
                marks = fitter.marks.get(id(item), {})
                if column.codes[row] == State.MISSING and (key in marks or WHOLE in marks):
                    column.codes[row] = marks.get(key, State.MALFORMED)
            return column

        return build

    builders = {
        "id": cells(lambda s: s.bom_ref, "bom-ref"),
        "name": cells(lambda s: s.name, "name"),
        "version": cells(lambda s: s.version, "version"),
        "provider": cells(lambda s: party.entity_name(s.provider), "provider"),
        "authenticated": cells(lambda s: s.authenticated, "authenticated", words.same),
        "crosses_trust_boundary": cells(lambda s: s.x_trust_boundary, "x-trust-boundary", words.same),
        "endpoints": cells(lambda s: tuple(s.endpoints) if s.endpoints else None, "endpoints", words_set),
        "data_classifications": cells(_classes, "data", words_set),
    }
    state = Completeness.UNSTATED if present else Completeness.ABSENT
    because = "the document does not say" if present else "the document has no `services`"
    segment = Segment(0, source, flat.pointer, lambda row: items[row].name or f"service #{row}")
    relations = {"document": lambda: rows.below_document(len(items))}
    return rows.table("service", len(items), Extent(state, because), segment, builders, relations)


def _classes(service: Service) -> tuple[str, ...] | None:
    """The classes of data that a service handles."""
    return tuple([c for part in service.data or () if (c := part.classification)]) or None
