"""The ingestion receipt: what was found in the bytes against what is stored.

Guarantees: the two numbers of a row come from different code over different structures; a difference is an error
(`RW1001`) and stops the run.  It does not say which element was lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rulewright.diagnostics import Severity
from rulewright.sbom.findings import Findings

Receipt = tuple[tuple[str, int, int], ...]


def settle(
    entities: Sequence[str], counted: Mapping[str, int], stored: Mapping[str, int], findings: Findings
) -> Receipt:
    """Put both counts side by side and report every difference."""
    receipt = tuple((entity, counted.get(entity, 0), stored.get(entity, 0)) for entity in entities)
    for entity, found, kept in receipt:
        if found != kept:
            findings.add("RW1001", Severity.ERROR, f"{found} {entity} are in the document, {kept} are stored", "")
    return receipt
