"""What every view is made from.

Guarantees: plain data, the same for all views; nothing of it depends on keys, time of signing or the machine.
"""

from __future__ import annotations

import msgspec

from rulewright.attest.model import EngineInfo, Results, Row, Subject
from rulewright.dsl.ir import Program
from rulewright.engine.result import Report
from rulewright.facts.stack import ProductFacts


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """A result and what identifies the attestation that it goes into.

    `rows` are in the order of the tree, one for each of `report.results`.  `products` are the facts behind the result, empty
    where the documents were not at hand; `program` likewise may be `None`.
    """

    report: Report
    rows: tuple[Row, ...]
    subjects: tuple[Subject, ...]
    valid_until: str
    results: Results
    engine: EngineInfo
    products: tuple[ProductFacts, ...] = ()
    program: Program | None = None
