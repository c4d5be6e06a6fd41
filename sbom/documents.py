"""The one row about the document itself, and the product's scalar facts that follow from it.

Guarantees: both formats give the same fields; a field that the document does not state is missing.
It does not judge: `schema_valid`, `findings_total` and their like ask the judges when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rulewright.facts.base import Fact
from rulewright.facts.table import Column, Extent, Segment, Source, Table
from rulewright.facts.types import Completeness, State
from rulewright.sbom import rows, words
from rulewright.sbom.dateform import is_rfc3339

CONTEXTS = {
    "design": "design",
    "source": "source",
    "pre-build": "pre_build",
    "before build": "source",
    "pre_build": "pre_build",
    "build": "build",
    "during build": "build",
    "post-build": "post_build",
    "post_build": "post_build",
    "after build": "analyzed",
    "analyzed": "analyzed",
    "analysed": "analyzed",
    "deployed": "deployed",
    "runtime": "runtime",
    "operations": "operations",
    "discovery": "discovery",
    "decommission": "decommission",
}
"""Words of generation contexts: CISA's six SBOM types, CycloneDX's phases, and CISA 2026's three."""

Cells = Mapping[str, words.Cell]


def timestamps(text: str | None) -> dict[str, words.Cell]:
    """The three fields about the time of assembly."""
    if text is None or not text.strip():
        return {}
    from rulewright.facts.identity.dates import parse_date

    found = parse_date(text)
    return {
        "timestamp": State.MALFORMED if found is None else found,
        "timestamp_text": text,
        "timestamp_rfc3339": is_rfc3339(text),
    }


def table(cells: Cells, lazy: Mapping[str, Callable[[], words.Cell]], source: Source, name: str) -> Table:
    """The table of one row."""

    def ready(cell: words.Cell) -> Callable[[], Column]:
        return lambda: rows.single(cell)

    def later(ask: Callable[[], words.Cell]) -> Callable[[], Column]:
        return lambda: rows.single(ask())

    builders = {field: ready(cell) for field, cell in cells.items()}
    builders |= {field: later(ask) for field, ask in lazy.items()}
    extent = Extent(Completeness.CLOSED, "this is the document")
    return rows.table("document", 1, extent, Segment(0, source, lambda _: "", lambda _: name), builders, {})


_FORMATS = {"cyclonedx": "CycloneDX", "spdx": "SPDX"}
_ENCODINGS = {"tag_value": "tag-value", "json_ld": "json", "text_protobuf": "protobuf"}
"""Words of the attribute catalogue, where they differ from those of the document's own row."""
_SAME = (
    "format_version", "author", "timestamp", "tool_name", "tool_version", "unique_id", "doc_version",
    "signature_present", "contains_vulnerabilities",
)  # fmt: skip


def attributes(cells: Cells, algorithms: Callable[[], tuple[str, ...]], source: Source) -> dict[str, Fact]:
    """The product's scalar facts about its SBOM, by the names of the attribute catalogue."""

    def fact(cell: words.Cell) -> Fact:
        if cell is None:
            cell = State.MISSING
        state, value = (cell, None) if isinstance(cell, State) else (State.KNOWN, cell)
        return Fact(state, value, source, "", source.trust, source.observed, source.detector)

    made = {f"sbom.{name}": fact(cells.get(name)) for name in _SAME}
    context = cells.get("generation_context")
    alone = context[0] if isinstance(context, tuple) and len(context) == 1 else None
    contact = cells.get("author_contact")
    made |= {
        "sbom.present": fact(cell=True),
        "sbom.encoding": fact(_encoding(cells.get("encoding"))),
        "sbom.format": fact(_FORMATS.get(str(cells.get("format")), "other")),
        "sbom.generation_context": fact(alone),
        "sbom.author_contact_is_email_or_url": fact(is_address(contact) if isinstance(contact, str) else contact),
        "sbom.completeness_declared": fact(cells.get("completeness_stated")),
        "sbom.hash_algorithms": fact(algorithms() or None),
    }
    return made


def _encoding(cell: words.Cell) -> words.Cell:
    return _ENCODINGS.get(cell, cell) if isinstance(cell, str) else cell


def is_address(text: str) -> bool:
    """Whether a contact has the form of an e-mail address or a URL."""
    head, at, tail = text.partition("@")
    if at and head and "." in tail and " " not in text:
        return True
    scheme, colon, rest = text.partition("://")
    return bool(colon and scheme.isalpha() and "." in rest and " " not in text)
