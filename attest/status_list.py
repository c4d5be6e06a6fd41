"""Making status lists: what became of attestations that were handed out.

Guarantees: each change gives the next number; an entry once `revoked` stays revoked; entries are sorted and distinct by root; the
list speaks from `this_update` to `next_update`, both days included.  A list is only carried on if a key that is known signed it as it
is, so nobody slips a list without an entry under the next signature.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

import msgspec

from rulewright.attest import dsse, keys, limits, model
from rulewright.attest.encoding import is_sha256
from rulewright.attest.keys import PublicKey
from rulewright.attest.model import StatusEntry, StatusList
from rulewright.attest.signers import Signer, signed
from rulewright.attest.trust_flaws import is_day

State = Literal["revoked", "superseded", "suspended"]
DAYS = 30
"""For how many days a new list speaks."""
LONGEST = 3_660
"""The most days for which a list may speak: ten years."""


class StatusError(ValueError):
    """The list cannot be made or read; `code` is RW4105, or RW4053 for a document that is no list of these keys."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def new(name: str, day: str, days: int = DAYS) -> StatusList:
    """An empty list that speaks for so many days from a day on.  Raises `StatusError` RW4105."""
    if not name or not name.isprintable():
        raise StatusError("RW4105", "a status list needs a name, as attestations will name it")
    return StatusList(list=name, number=1, this_update=day, next_update=_after(day, days), entries=())


def renewed(before: StatusList, day: str, days: int | None = None) -> StatusList:
    """The next number of a list; it speaks as long as before unless told.  Raises `StatusError` RW4105."""
    if not is_day(day):
        raise StatusError("RW4105", f"`{day}` is no day")
    if day < before.this_update:
        raise StatusError("RW4105", f"the list was last updated on {before.this_update}, after {day}")
    long = _span(before.this_update, before.next_update) if days is None else days
    return msgspec.structs.replace(before, number=before.number + 1, this_update=day, next_update=_after(day, long))


def marked(before: StatusList, root: str, state: State, reason: str, by: str | None = None) -> StatusList:
    """A list (already `renewed`) in which an attestation is revoked, suspended or superseded since the day of the list.

    Raises `StatusError` RW4105: nothing is said twice, nothing takes a revocation back, every entry has a reason.
    """
    found = entry_of(before, root)
    for digest in (root, by):
        if digest is not None and not is_sha256(digest):
            raise StatusError("RW4105", "an attestation is named by the SHA-256 of its root, 64 hexadecimal digits")
    if not reason.strip():
        raise StatusError("RW4105", "an entry needs a reason")
    if by == root or (state == "superseded") != (by is not None):
        raise StatusError("RW4105", "an attestation is superseded by exactly one other")
    if found is not None and found.state == "revoked":
        raise StatusError("RW4105", f"the attestation is revoked since {found.since}, which is final")
    if found is not None and found.state == "superseded" and state == "suspended":
        raise StatusError("RW4105", f"the attestation is superseded since {found.since}, which says more")
    if found is not None and (found.state, found.by) == (state, by):
        raise StatusError("RW4105", f"the attestation is {state} already, since {found.since}")
    made = StatusEntry(root=root, state=state, since=before.this_update, reason=reason, by=by)
    return _with(before, (made, *(item for item in before.entries if item.root != root)))


def restored(before: StatusList, root: str) -> StatusList:
    """A list in which an attestation is no longer suspended.  Raises `StatusError` RW4105 for any other state."""
    found = entry_of(before, root)
    if found is None or found.state != "suspended":
        what = "is not in the list" if found is None else f"is {found.state}"
        raise StatusError("RW4105", f"only a suspended attestation is restored; this one {what}")
    return _with(before, (item for item in before.entries if item.root != root))


def entry_of(document: StatusList, root: str) -> StatusEntry | None:
    """What a list says of an attestation."""
    return next((item for item in document.entries if item.root == root), None)


def envelope(document: StatusList, signers: Sequence[Signer]) -> bytes:
    """The list as a signed file.  Raises `SignerError`; `StatusError` RW4105 for a list that a verifier would not read."""
    payload = model.encode(document)
    if len(payload) > limits.PAYLOAD:
        raise StatusError("RW4105", f"the list has more than {limits.PAYLOAD:,} bytes; begin a new one")
    _sound(document, "RW4105")
    return dsse.encode(signed(model.STATUS_TYPE, payload, signers))


def read(data: bytes, known: Iterable[PublicKey] | None) -> StatusList:
    """The list of a signed file, if one of some keys signed it; `None` for keys: whoever signed it.  Raises `StatusError` RW4053."""
    try:
        found = dsse.decode(data)
        document = model.decode(found.payload, StatusList, limits.PAYLOAD)
    except (dsse.EnvelopeError, model.ModelError) as error:
        raise StatusError("RW4053", f"it is no signed status list: {error}") from None
    if found.payload_type != model.STATUS_TYPE:
        raise StatusError("RW4053", "it is signed, but no status list")
    _sound(document, "RW4053")
    if known is not None and not keys.signed_by((item.sig for item in found.signatures), found.message, known):
        raise StatusError("RW4053", "none of the keys given signed the list as it is")
    return document


def _sound(document: StatusList, code: str) -> None:
    """Refuse a list that contradicts itself."""
    roots = [item.root for item in document.entries]
    days = (document.this_update, document.next_update, *(item.since for item in document.entries))
    if roots != sorted(set(roots)) or not all(map(is_sha256, roots)):
        raise StatusError(code, "the entries are not sorted and distinct by the digests of roots")
    if not all(map(is_day, days)) or document.next_update < document.this_update or document.number < 1:
        raise StatusError(code, "a day or the number of the list is wrong")
    if any((item.by is not None) != (item.state == "superseded") for item in document.entries):
        raise StatusError(code, "an entry is superseded by nothing, or names what it is not superseded by")


def _with(before: StatusList, entries: Iterable[StatusEntry]) -> StatusList:
    return msgspec.structs.replace(before, entries=tuple(sorted(entries, key=lambda item: item.root)))


def _span(first: str, last: str) -> int:
    """Days from one to another."""
    return date.fromisoformat(last).toordinal() - date.fromisoformat(first).toordinal()


def _after(day: str, days: int) -> str:
    """The day so many days later.  Raises `StatusError` RW4105."""
    if not is_day(day):
        raise StatusError("RW4105", f"`{day}` is no day")
    last = date.fromisoformat(day).toordinal() + days
    if not 1 <= days <= LONGEST or last > date.max.toordinal():
        raise StatusError("RW4105", f"a list speaks for 1 to {LONGEST:,} days")
    return date.fromordinal(last).isoformat()
