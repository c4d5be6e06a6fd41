"""Status lists as a verifier reads them: whether an attestation was revoked, suspended or superseded.

Guarantees: a list counts only if it is whole and signed by whom the trust policy lets speak of status; it fails closed after its next
update, but for a grace that the verifier states; an entry counts in whichever list it stands.
Meaning and order: docs/reference/attestation.md, check 10.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from rulewright.attest import limits, model, trust
from rulewright.attest.checking import signing
from rulewright.attest.checking.form import envelope
from rulewright.attest.checking.moments import is_day, later
from rulewright.attest.checking.said import NOBODY, FoundError, Said, fail, ok, skip, unsure, worst
from rulewright.attest.checking.signing import Known
from rulewright.attest.dsse import Envelope
from rulewright.attest.encoding import is_sha256
from rulewright.attest.model import StatusEntry, StatusList
from rulewright.attest.verification import Outcome

BAD = "RW4053"
"""The code of a list that cannot be used."""
_STATES = {"revoked": "RW4050", "suspended": "RW4050", "superseded": "RW4054"}


class Asked(NamedTuple):
    """What is asked of the lists: the digest of the root, the list that it names, whether a rule asks for one, day and grace."""

    root: str
    named: str | None
    wanted: bool
    at: str
    grace: int


def read(data: bytes) -> tuple[StatusList, Envelope]:
    """A status list, whole but not yet trusted.  Raises `FoundError` with RW4053."""
    sealed = envelope(data, BAD)
    if sealed.payload_type != model.STATUS_TYPE:
        raise FoundError(BAD, "the file is no status list: its payload has another type")
    try:
        found = model.decode(sealed.payload, StatusList, limits.PAYLOAD)
    except model.ModelError as error:
        raise FoundError(BAD, f"the status list does not have its form: {error}") from None
    roots = [item.root for item in found.entries]
    if any(before >= after for before, after in pairwise(roots)):
        raise FoundError(BAD, "the entries of the status list are not sorted, or one stands twice")
    days = [found.this_update, found.next_update, *(item.since for item in found.entries)]
    digests = [*roots, *(item.by for item in found.entries if item.by is not None)]
    if not all(map(is_day, days)) or not all(map(is_sha256, digests)) or found.number < 0:
        raise FoundError(BAD, "a day, digest or number of the status list is malformed")
    return found, sealed


def check(given: Iterable[bytes], policy: trust.Policy | None, known: Known, asked: Asked) -> Said:
    """Check 10."""
    lists: list[StatusList] = []
    wrong: list[Said] = []
    for data in given:
        try:
            found, sealed = read(data)
            _signed(sealed, policy, known, asked.at)
            lists.append(found)
        except FoundError as error:
            wrong.append(error.said)
    newest = _newest(lists)
    findings = [*wrong, *_named(newest, asked, doubtful=bool(wrong)), *_entries(newest, asked)]
    return worst(findings, _otherwise(newest, asked))


def _signed(sealed: Envelope, policy: trust.Policy | None, known: Known, at: str) -> None:
    """Refuse a list that was not signed by those who may.  Raises `FoundError` with RW4053 or RW4021."""
    if not known.anybody:
        raise FoundError(NOBODY, "nobody said whose status lists to trust", "unsure")
    if policy is None:
        if not signing.who(sealed, known.keys):
            raise FoundError(BAD, "none of the keys given signed the status list", _how(known.beyond))
        return
    role = policy.trust.roles.get("status")
    if role is None:
        raise FoundError(BAD, "the trust policy has no role `status`")
    own = {name: known.keys[name] for name in role.keys if name in known.keys}
    signed = frozenset(signing.who(sealed, own))
    good = trust.standing(policy.trust, role, trust.Circumstances(signed, known.beyond, {}, at))
    if isinstance(good, Said) or len(good) < role.threshold:
        how = _how(known.beyond & set(role.keys))
        raise FoundError(BAD, "too few keys of the role `status` that are valid and not revoked signed it", how)


def _how(beyond: frozenset[str]) -> Outcome:
    """How a missing signature counts: as a doubt where a key cannot be judged here."""
    return "unsure" if beyond else "fail"


def _newest(lists: Iterable[StatusList]) -> list[StatusList]:
    """Of each list those with the highest number, in the order of their names."""
    listed = [*lists]
    highest: dict[str, int] = {}
    for item in listed:
        highest[item.list] = max(item.number, highest.get(item.list, item.number))
    return sorted((item for item in listed if item.number == highest[item.list]), key=lambda item: item.list)


def _named(lists: Iterable[StatusList], asked: Asked, *, doubtful: bool) -> list[Said]:
    """What is wrong with the list that the root names."""
    if asked.named is None:
        return [fail("RW4052", "a rule asks for a status list, and the attestation names none")] if asked.wanted else []
    own = [item for item in lists if item.list == asked.named]
    if not own and not doubtful:
        text = f"the attestation names the status list `{asked.named}`, which was not given"
        return [fail("RW4052", text) if asked.wanted else unsure("RW4052", text)]
    found = [fail(BAD, f"the status list is from {item.this_update}") for item in own if item.this_update > asked.at]
    stale = (item for item in own if asked.at > later(item.next_update, asked.grace))
    return found + [fail("RW4051", f"the status list says nothing after {item.next_update}") for item in stale]


def _entries(lists: Iterable[StatusList], asked: Asked) -> list[Said]:
    """What lists say of this attestation."""
    entries = [entry for item in lists for entry in item.entries if entry.root == asked.root]
    return [fail(_STATES[entry.state], _told(entry)) for entry in entries]


def _told(entry: StatusEntry) -> str:
    by = f", by {entry.by}" if entry.by is not None else ""
    return f"the attestation was {entry.state} on {entry.since}{by}: {entry.reason}"


def _otherwise(lists: Iterable[StatusList], asked: Asked) -> Said:
    """What is said where nothing is wrong."""
    own = [item for item in lists if item.list == asked.named]
    if not own:
        return skip("the attestation names no status list")
    late = " (within the grace)" if asked.at > own[0].next_update else ""
    return ok(f"not revoked in list `{own[0].list}`, number {own[0].number}, until {own[0].next_update}{late}")
