"""What a verifier says: one line per check, one verdict, one code.

Guarantees: the verdict follows from the lines alone; a check that could not be made is never `ok`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

import msgspec

Outcome = Literal["ok", "fail", "unsure", "note", "skip"]
Verdict = Literal["valid", "invalid", "unreadable", "undecided"]
NAMES = (
    "container", "envelope", "payload type", "trust policy", "signatures", "statement", "time", "policy rules", "period", "status",
    "log", "results", "rows", "tallies", "logic", "views", "statements", "inputs", "artefacts", "disclosures", "gate",
)  # fmt: skip
"""The checks, in their order (docs/reference/attestation.md, "The procedure")."""
READING = frozenset(NAMES[:3])
"""Where one of these fails, there is nothing to judge."""


class Check(msgspec.Struct, frozen=True):
    """One check: its name, how it came out, its code where it failed or is unsure, and one line of text."""

    name: str
    outcome: Outcome
    text: str
    code: str = ""


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome.  `root` is the digest of the root payload, `keys` the known keys that signed, `day` the day of the check.

    `gate` is empty unless the verdict is `valid`: what is not genuine says nothing of a product.
    """

    format: Literal["rulewright-verification/1"] = "rulewright-verification/1"
    verdict: Verdict
    code: str
    day: str
    root: str
    gate: Literal["pass", "fail", ""]
    keys: tuple[str, ...]
    checks: tuple[Check, ...]


def judged(checks: Sequence[Check], reading: Collection[str] = READING) -> tuple[Verdict, str]:
    """Verdict and code of some checks in their order: of the first failure, else of the first doubt.

    A failure of one of `reading` says that nothing could be read.
    """
    for check in checks:
        if check.outcome == "fail":
            return ("unreadable" if check.name in reading else "invalid"), check.code
    for check in checks:
        if check.outcome == "unsure":
            return "undecided", check.code
    return "valid", ""
