"""What every view says of the attestation that it is part of, and the rows with their results.

Guarantees: the same words in every view, sorted; names of documents are version 5 UUIDs (RFC 9562 section 5.5) of the commitment,
so that no dice are needed.  A view cannot name the root's digest: the root names the view's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from rulewright.attest.model import Row
from rulewright.attest.views.context import Context
from rulewright.engine.result import Result

_SPACE = bytes.fromhex("6ba7b8129dad11d180b400c04fd430c8")
"""The name space of OIDs (RFC 9562 section 6.6); our names begin with `urn:rulewright:`."""


def properties(context: Context) -> dict[str, str]:
    """The attestation by name and value: day, engine, and the tree and commitment that the root signs."""
    engine, results = context.engine, context.results
    return {
        "asOf": context.report.as_of,
        "commitment": results.commitment,
        "engine": engine.id,
        "engineCode": engine.code,
        "engineVersion": engine.version,
        "gate": context.report.summary.gate,
        "leaves": str(results.leaves),
        "requirements": results.requirements,
        "tree": results.tree,
        "validUntil": context.valid_until,
    }


def uuid(*words: str) -> str:
    """The version 5 UUID of a name made of words."""
    name = "urn:rulewright:" + "\0".join(words)
    raw = bytearray(hashlib.sha1(_SPACE + name.encode(), usedforsecurity=False).digest()[:16])
    raw[6] = raw[6] & 0x0F | 0x50
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def key(row: Row) -> tuple[str, str]:
    """Requirement and product, by which rows are told apart."""
    return row.requirement, row.product


def pairs(context: Context) -> Iterator[tuple[Row, Result]]:
    """Each row with its result, in the order of the tree.  Raises `KeyError` for a row without result."""
    by_key = {(found.requirement, found.product): found for found in context.report.results}
    for row in context.rows:
        yield row, by_key[key(row)]
