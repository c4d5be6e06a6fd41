"""Check 17 where the rows are left out: a derived statement is about this root, and says nothing that its tallies rule out.

Guarantees: a statement of another attestation, or of another product, is refused although the same keys signed it.  Whether it says
of single requirements what the rows say cannot be told without them.
"""

from __future__ import annotations

from hashlib import sha256
from typing import cast

from rulewright.attest import derived, limits
from rulewright.attest.canonical import Json, NotAdmissibleError, canonical
from rulewright.attest.checking.said import Said, fail
from rulewright.attest.model import STATEMENT, Root, RootStatement

_KINDS = {"vsa": derived.VSA, "svr": derived.SVR, "test-result": derived.TEST_RESULT}


def check(name: str, data: bytes, payload: bytes, root: RootStatement, wrong: list[Said]) -> None:
    """Add to `wrong` why a derived statement (`data`) is not one of the root with this `payload`, if it is not."""
    text = _wrong(name, data, sha256(payload).hexdigest(), root)
    if text:
        wrong.append(fail("RW4068", f"`{name}` {text}"))


def _wrong(name: str, data: bytes, digest: str, root: RootStatement) -> str:
    try:
        plain = canonical(data, limits.PAYLOAD)
    except NotAdmissibleError as error:
        return f"is not in canonical form: {error}"
    said = plain if isinstance(plain, dict) else {}
    predicate = said.get("predicate")
    if said.get("_type") != STATEMENT or said.get("predicateType") != _KINDS[name] or not isinstance(predicate, dict):
        return "is a statement of another kind"
    if said.get("subject") != derived.subjects(root):
        return "is about other files"
    if not _names(name, predicate, digest):
        return "is about another attestation"
    if name == "vsa" and predicate.get("verificationResult") == "PASSED" and _ruled_out(root.predicate):
        return "says `PASSED`, and the tallies say otherwise"
    return ""


def _names(name: str, predicate: dict[str, Json], digest: str) -> bool:
    """Whether a statement names the root where statements of its kind do."""
    place, wanted = derived.naming(name, digest)
    return predicate.get(place) == cast("Json", wanted)


def _ruled_out(root: Root) -> bool:
    """Whether the tallies leave no room for a pass."""
    listed = root.verdicts
    return any(tally.blocking or tally.error for tally in listed) or not any(tally.passed for tally in listed)
