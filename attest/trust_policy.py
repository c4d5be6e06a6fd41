"""Making trust policies: what is wrong with one, signing it, putting a new key in the place of an old one.

Guarantees: a policy with a flaw is not signed: a flaw is what a verifier would refuse, and what nobody could ever meet (a threshold
above the number of keys, a hybrid rule over keys of one kind, a time without authorities).  A new version follows its
predecessor: same id, higher number, and one of its signers signed the predecessor, too; how many more of the predecessor's role `root`
must sign it is told (`owed`), since who remembers that one refuses it until then.  Old keys stay in their roles (so that what
they signed at a proven time still counts), but never in the role `root`.  How a verifier judges is elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from rulewright.attest import dsse, limits, model
from rulewright.attest.encoding import to_base64
from rulewright.attest.keys import PublicKey
from rulewright.attest.model import Key, Revoked, Role, Trust
from rulewright.attest.signers import Signer, signed
from rulewright.attest.trust_flaws import ROOT_ROLE, Flaw, flaws, is_day, public


class PolicyError(ValueError):
    """The policy cannot be made or read; `code` is RW4105, or RW4030 for a document that is none."""

    def __init__(self, code: str, message: str, flaws: tuple[Flaw, ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.flaws = flaws


class Signed(msgspec.Struct, frozen=True):
    """A trust policy with its envelope, and which keys of its role `root` signed it.

    `owed` is how many keys of the role `root` of the version before have yet to sign, where that version was at hand.
    """

    trust: Trust
    envelope: dsse.Envelope
    signers: tuple[str, ...]
    owed: int = 0

    @property
    def complete(self) -> bool:
        """Whether enough of them did."""
        return len(self.signers) >= self.trust.roles[ROOT_ROLE].threshold


def entry(
    key: PublicKey, owner: str, valid_from: str, valid_until: str, revoked: Revoked | None = None
) -> tuple[str, Key]:
    """A key as a policy lists it: its id, and the entry.  Days are `YYYY-MM-DD`."""
    made = Key(
        algorithm=key.algorithm,
        public=to_base64(key.der),
        owner=owner,
        valid_from=valid_from,
        valid_until=valid_until,
        revoked=revoked,
    )
    return key.id, made


def envelope(trust: Trust, signers: Sequence[Signer], before: Signed | None = None) -> Signed:
    """The policy, signed.  Raises `PolicyError` RW4105 for flaws, for a step back, for keys outside `root`; `SignerError`.

    The threshold need not be met: others add their signatures with `countersigned`.
    """
    found = flaws(trust)
    if found:
        raise PolicyError("RW4105", "the trust policy cannot be signed", found)
    if before is not None:
        _follows(trust, signers, before)
    role = before.trust.roles[ROOT_ROLE] if before is not None else Role(keys=(), threshold=0)
    chosen = _of_root(trust, signers, role.keys)
    owed = role.threshold - len({signer.public.id for signer in chosen} & set(role.keys))
    made = _signed(trust, signed(model.TRUST_TYPE, model.encode(trust), chosen))
    return msgspec.structs.replace(made, owed=max(owed, 0))


def _signed(trust: Trust, made: dsse.Envelope) -> Signed:
    """A policy and its envelope, in which each signature was verified and has the id of its key."""
    listed = trust.roles[ROOT_ROLE].keys
    return Signed(trust, made, tuple(sorted({item.keyid for item in made.signatures} & set(listed))))


def countersigned(document: Signed, signers: Sequence[Signer]) -> Signed:
    """The same policy with more signatures.  Raises `PolicyError`, `SignerError`.

    Besides those of its role `root` its other keys may sign: one that was in the role before still has to let the new version in.
    """
    there = {item.keyid for item in document.envelope.signatures}
    chosen = [
        signer for signer in _of_root(document.trust, signers, document.trust.keys) if signer.public.id not in there
    ]
    if not chosen:
        raise PolicyError("RW4105", "the key given has signed this policy already")
    added = signed(model.TRUST_TYPE, document.envelope.payload, chosen)
    by_id = {item.keyid: item for item in (*document.envelope.signatures, *added.signatures)}
    whole = dsse.Envelope(added.payload, added.payload_type, tuple(by_id[key] for key in sorted(by_id)))
    return _signed(document.trust, whole)


def _of_root(trust: Trust, signers: Iterable[Signer], before: Iterable[str] = ()) -> list[Signer]:
    """The signers, all of which must stand in the role `root` of the policy, or of the version before."""
    allowed = {*trust.roles[ROOT_ROLE].keys, *before}
    chosen = list(signers)
    for signer in chosen:
        if signer.public.id not in allowed:
            raise PolicyError(
                "RW4105", f"key {signer.public.id[:12]} is not in the role `root`, which signs the policy"
            )
    return chosen


def _follows(trust: Trust, signers: Iterable[Signer], before: Signed) -> None:
    """Refuse a policy that is no later version of another, or that nobody of the other signs."""
    if trust.id != before.trust.id:
        raise PolicyError("RW4105", f"the policy before has another name, `{before.trust.id}`")
    if trust.version <= before.trust.version:
        raise PolicyError("RW4105", f"version {trust.version} is not above the one before, {before.trust.version}")
    if trust.issued < before.trust.issued:
        raise PolicyError("RW4105", f"it is issued before the version before, of {before.trust.issued}")
    if not before.complete:
        raise PolicyError("RW4105", "the version before was not signed by its threshold; let the others sign it first")
    if not set(before.signers) & {signer.public.id for signer in signers}:
        raise PolicyError(
            "RW4105", "none of the keys given signed the version before; one of them must sign this one, too"
        )


def read(data: bytes) -> Signed:
    """A signed policy, with the signatures that keys of it made; others are dropped.  Raises `PolicyError` RW4030.

    It may still lack signatures (`complete`); whether its anchors, days and version are good is for a verifier.
    """
    try:
        found = dsse.decode(data)
    except dsse.EnvelopeError as error:
        raise PolicyError("RW4030", f"it is no signed trust policy: {error}") from None
    if found.payload_type != model.TRUST_TYPE:
        raise PolicyError("RW4030", "it is signed, but no trust policy")
    try:
        trust = model.decode(found.payload, Trust, limits.PAYLOAD)
    except model.ModelError as error:
        raise PolicyError("RW4030", f"it is no trust policy: {error}") from None
    wrong = flaws(trust)
    if wrong:
        raise PolicyError("RW4030", "the trust policy contradicts itself", wrong)
    listed = [public(trust.keys[key]) for key in sorted(trust.keys)]
    kept = tuple(dsse.Signature(item.sig, key.id) for key in listed for item in _first(found, key))
    if not kept:
        raise PolicyError("RW4030", "none of the keys of the policy signed it")
    return _signed(trust, dsse.Envelope(found.payload, found.payload_type, kept))


def _first(found: dsse.Envelope, key: PublicKey) -> list[dsse.Signature]:
    """The first signature that a key made, if there is one."""
    return [item for item in found.signatures if key.verifies(item.sig, found.message)][:1]


def rotated(
    trust: Trust, old: str, new: tuple[str, Key], *, day: str, expires: str, revoked: Revoked | None = None
) -> Trust:
    """The next version, in which a new key takes the roles of an old one, whose validity ends the day before the new one's begins.

    `old` is the id of a key, `new` an `entry`, `day` when the policy is issued.  Of two revocations the earlier day stays.  Raises
    `PolicyError` RW4105, also where the new key begins no later than the old one: both would be valid on one day.
    """
    name, key = new
    before = trust.keys.get(old)
    if before is None:
        raise PolicyError("RW4105", f"the policy has no key `{old[:12]}`")
    if name in trust.keys:
        raise PolicyError("RW4105", "the new key is in the policy already")
    if not is_day(key.valid_from):
        raise PolicyError("RW4105", f"`{key.valid_from}` is no day")
    if key.valid_from <= before.valid_from:
        raise PolicyError(
            "RW4105",
            f"the new key begins on {key.valid_from}, which is not after the old key's first day, {before.valid_from}",
        )
    last = min(before.valid_until, _day_before(key.valid_from))
    kept = msgspec.structs.replace(before, valid_until=last, revoked=_earlier(before.revoked, revoked))
    return msgspec.structs.replace(
        trust,
        version=trust.version + 1,
        issued=day,
        expires=expires,
        keys={**trust.keys, old: kept, name: key},
        roles={role: _taken_over(role, old, name, found) for role, found in trust.roles.items()},
    )


def _earlier(said: Revoked | None, now: Revoked | None) -> Revoked | None:
    """Of two revocations of a key the one that reaches further back, so that no signature counts again."""
    if said is None or now is None:
        return now or said
    first = min(said, now, key=lambda each: each.compromised_since or each.on)
    return msgspec.structs.replace(first, on=min(said.on, now.on))


def _taken_over(name: str, old: str, new: str, role: Role) -> Role:
    """A role in which a new key stands beside an old one; instead of it in the role `root`."""
    if old not in role.keys:
        return role
    listed = tuple(key for key in role.keys if key != old or name != ROOT_ROLE)
    return Role(keys=tuple(sorted((*listed, new))), threshold=role.threshold)


def _day_before(day: str) -> str:
    return date.fromordinal(max(date.fromisoformat(day).toordinal() - 1, 1)).isoformat()
