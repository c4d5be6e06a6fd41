"""Reports of other tools about a device, and the live check, as parts of a product.

Guarantees: a report is known by its content; what it says keeps its place, its day and its detector.
It interprets no report itself (`devices.reports`).
"""

from __future__ import annotations

import hashlib
import mmap

from rulewright.cli.device_trees import Device, diagnostic
from rulewright.devices import settled
from rulewright.devices.assemble import give_owners, rows_of
from rulewright.devices.reports import Report, recognise
from rulewright.devices.tables import tables
from rulewright.engine.result import Count, Input
from rulewright.facts.base import Product
from rulewright.facts.stack import ProductFacts
from rulewright.facts.table import Extent, Source
from rulewright.facts.types import Completeness
from rulewright.facts.vocabulary import Vocabulary


def report(name: str, data: bytes | mmap.mmap, vocabulary: Vocabulary) -> Device | None:
    """What a report tells; `None` for bytes that are no report that is read here."""
    plain = bytes(data)
    reader = recognise(plain, name)
    if reader is None:
        return None
    return device(reader.read(plain, name), name, hashlib.sha256(plain).hexdigest(), len(plain), vocabulary)


def device(found: Report, name: str, sha256: str, size: int, vocabulary: Vocabulary) -> Device:
    """A report as facts of a product that is called as the report is, until another document names it."""
    source = Source(name, sha256, found.detector, found.trust, found.observed)
    rows = rows_of([found.findings])
    extents = {collection: Extent(Completeness.UNSTATED) for collection in rows}
    made = tables(rows, extents, source)
    give_owners(made, rows)
    attributes = settled.facts([found.findings], vocabulary, source, lambda _name: found.detector)
    facts = ProductFacts(Product(name, name, "", (source,)), attributes, made)
    receipt = tuple(Count(collection, len(rows[collection]), len(rows[collection])) for collection in sorted(rows))
    item = Input(
        kind="report", format=found.format, name=name, sha256=sha256, bytes=size, product=name, receipt=receipt
    )  # fmt: skip
    return Device(facts, item, tuple(diagnostic(note, name) for note in found.findings.notes))
