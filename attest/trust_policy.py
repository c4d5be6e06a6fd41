"""Making trust policies: what is wrong with one, signing it, putting a new key in the place of an old one.

Guarantees: a policy with a flaw is not signed: a flaw is what a verifier would refuse, and what nobody could ever meet (a threshold
above the number of keys, a hybrid rule over keys of one kind, a time without authorities).  A new version follows its
predecessor: same id, higher number, and one of its signers signed the predecessor, too.  Old keys stay in their roles (so that what
they signed at a proven time still counts), but never in the role `root`.  How a verifier judges is elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import msgspec

from rulewright.attest import dsse, keys, limits, model
from rulewright.attest.encoding import NotEncodedError, from_base64, to_base64
from rulewright.attest.keys import PublicKey
from rulewright.attest.model import Key, Revoked, Role, Rule, Trust
from rulewright.attest.signers import Signer, signed

ROOT_ROLE, STATUS_ROLE = "root", "status"
"""Roles with a meaning of their own."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_VKEY = re.compile(r"[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*")


class Flaw(msgspec.Struct, frozen=True):
    """What is wrong, and where: a JSON pointer into the policy."""

    pointer: str
    message: str


class PolicyError(ValueError):
    """The policy cannot be made or read; `code` is RW4105, or RW4030 for a document that is none."""

    def __init__(self, code: str, message: str, flaws: tuple[Flaw, ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.flaws = flaws


class Signed(msgspec.Struct, frozen=True):
    """A trust policy with its envelope, and which keys of its role `root` signed it."""

    trust: Trust
    envelope: dsse.Envelope
    signers: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether enough of them did."""
        return len(self.signers) >= self.trust.roles[ROOT_ROLE].threshold


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar as `YYYY-MM-DD`."""
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


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


def public(key: Key) -> PublicKey:
    """The key of an entry.  Raises `keys.KeyError_`."""
    try:
        found = keys.from_der(from_base64(key.public))
    except NotEncodedError as error:
        raise keys.KeyError_(str(error)) from None
    if found.algorithm != key.algorithm:
        raise keys.KeyError_(f"it is used with `{found.algorithm}`, not with `{key.algorithm}`")
    return found


def flaws(trust: Trust) -> tuple[Flaw, ...]:
    """All that is wrong with a policy, in the order of its members; nothing for one that can be signed."""
    return tuple(
        Flaw(pointer, message)
        for part in (_head, _keys, _roles, _rules, _logs, _tsas)
        for pointer, message in part(trust)
    )


def _step(name: str) -> str:
    """A name as a step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _head(trust: Trust) -> Iterator[tuple[str, str]]:
    if not trust.id:
        yield "/id", "the policy has no name"
    if not 1 <= trust.version <= limits.INTEGER:
        yield "/version", "a version is a number from 1 on"
    for name, day in (("issued", trust.issued), ("expires", trust.expires)):
        if not is_day(day):
            yield f"/{name}", f"`{day}` is no day; it is written as 2026-11-21"
    if is_day(trust.issued) and is_day(trust.expires) and trust.expires < trust.issued:
        yield "/expires", "the policy ends before it begins"


def _keys(trust: Trust) -> Iterator[tuple[str, str]]:
    if len(trust.keys) > limits.KEYS:
        yield "/keys", f"a policy has at most {limits.KEYS} keys"
    for name, key in trust.keys.items():
        at = f"/keys/{_step(name)}"
        try:
            if public(key).id != name:
                yield at, "the id is not the SHA-256 of the key"
        except keys.KeyError_ as error:
            yield f"{at}/public", f"the public key cannot be used: {error}"
        if not key.owner:
            yield f"{at}/owner", "it is not said whose key this is"
        days = [("valid_from", key.valid_from), ("valid_until", key.valid_until)]
        if key.revoked is not None:
            days += [
                ("revoked/on", key.revoked.on),
                ("revoked/compromised_since", key.revoked.compromised_since or "2000-01-01"),
            ]
            if not key.revoked.reason:
                yield f"{at}/revoked/reason", "it is not said why the key was revoked"
        wrong = [(member, day) for member, day in days if not is_day(day)]
        yield from ((f"{at}/{member}", f"`{day}` is no day; it is written as 2026-11-21") for member, day in wrong)
        if not wrong:
            yield from _spans(at, key)


def _spans(at: str, key: Key) -> Iterator[tuple[str, str]]:
    """Days that contradict each other."""
    if key.valid_until < key.valid_from:
        yield f"{at}/valid_until", "the key ends before it begins"
    if key.revoked is not None and (key.revoked.compromised_since or key.revoked.on) > key.revoked.on:
        yield f"{at}/revoked/compromised_since", "the key was revoked before it was compromised"


def _roles(trust: Trust) -> Iterator[tuple[str, str]]:
    if ROOT_ROLE not in trust.roles:
        yield "/roles", "there is no role `root`: nobody may sign this policy"
    for name, role in trust.roles.items():
        at = f"/roles/{_step(name)}"
        if not role.keys:
            yield f"{at}/keys", f"the role `{name}` has no key"
        if len(set(role.keys)) != len(role.keys):
            yield f"{at}/keys", f"a key stands twice in the role `{name}`"
        for key in role.keys:
            if key not in trust.keys:
                yield f"{at}/keys", f"the role `{name}` names `{key}`, which is no key of the policy"
        if not 1 <= role.threshold <= max(len(set(role.keys)), 1):
            yield (
                f"{at}/threshold",
                f"the threshold of `{name}` is {role.threshold}, but it has {len(set(role.keys))} keys",
            )
        elif name == ROOT_ROLE:
            yield from _root(trust, role)


def _root(trust: Trust, role: Role) -> Iterator[tuple[str, str]]:
    """The role that signs the policy itself: nothing but its list of keys says who may, so no old key stays in it."""
    for key in role.keys:
        found = trust.keys.get(key)
        if found is None:
            continue
        if found.revoked is not None:
            yield "/roles/root/keys", f"`{found.owner}`: a revoked key must not sign policies"
        elif not found.valid_from <= trust.issued <= found.valid_until:
            yield (
                "/roles/root/keys",
                f"`{found.owner}`: the key is not valid on {trust.issued}, when the policy is issued",
            )


def _rules(trust: Trust) -> Iterator[tuple[str, str]]:
    if not trust.rules:
        yield "/rules", "there is no rule, so nothing would be accepted"
    for number, rule in enumerate(trust.rules):
        at = f"/rules/{number}"
        for name, said in (("standards", rule.standards), ("engines", rule.engines)):
            if not said or not all(said):
                yield f"{at}/{name}", f"the rule names no {name}; `*` stands for all"
        role = trust.roles.get(rule.role)
        if not rule.predicate:
            yield f"{at}/predicate", "the rule names no type of statement; `*` stands for all"
        if role is None:
            yield f"{at}/role", f"the role `{rule.role}` is not there"
            continue
        if not 1 <= rule.threshold <= max(len(role.keys), 1):
            yield f"{at}/threshold", f"the rule asks for {rule.threshold} keys, but `{rule.role}` has {len(role.keys)}"
        if rule.hybrid:
            yield from _hybrid(trust, role, f"{at}/hybrid")
        yield from _needs(trust, rule, at)


def _hybrid(trust: Trust, role: Role, at: str) -> Iterator[tuple[str, str]]:
    """A hybrid rule takes a key of either kind."""
    listed = [trust.keys[key].algorithm in keys.POST_QUANTUM for key in role.keys if key in trust.keys]
    if listed and len(set(listed)) < 2:
        missing = "classical" if listed[0] else "post-quantum (ML-DSA)"
        yield at, f"the rule is hybrid, but its role has no {missing} key"


def _needs(trust: Trust, rule: Rule, at: str) -> Iterator[tuple[str, str]]:
    """What a rule asks for must be possible."""
    if rule.time and not trust.tsas:
        yield f"{at}/time", "the rule asks for a trusted time, but the policy names no authority under `tsas`"
    if rule.log and not trust.logs:
        yield f"{at}/log", "the rule asks for a log, but the policy names none under `logs`"
    if rule.status and STATUS_ROLE not in trust.roles:
        yield f"{at}/status", "the rule asks for a status list, but there is no role `status`"


def _logs(trust: Trust) -> Iterator[tuple[str, str]]:
    for number, log in enumerate(trust.logs):
        at = f"/logs/{number}"
        if not log.origin:
            yield f"{at}/origin", "the log has no name"
        for member, key in (("key", log.key), *(("witnesses", witness) for witness in log.witnesses)):
            if _VKEY.fullmatch(key) is None:
                yield f"{at}/{member}", f"`{key[:60]}` is no verifier key; it is written as NAME+HASH+KEY"
        if not 0 <= log.quorum <= len(set(log.witnesses)):
            yield f"{at}/quorum", f"the quorum is {log.quorum}, but there are {len(set(log.witnesses))} witnesses"


def _tsas(trust: Trust) -> Iterator[tuple[str, str]]:
    from cryptography.x509 import load_der_x509_certificate

    for number, authority in enumerate(trust.tsas):
        at = f"/tsas/{number}"
        if not authority.name:
            yield f"{at}/name", "the authority has no name"
        if not authority.certificates:
            yield f"{at}/certificates", "the authority has no certificate"
        for text in authority.certificates:
            try:
                load_der_x509_certificate(from_base64(text))
            except ValueError:
                yield f"{at}/certificates", "a certificate cannot be read"


def envelope(trust: Trust, signers: Sequence[Signer], before: Signed | None = None) -> Signed:
    """The policy, signed.  Raises `PolicyError` RW4105 for flaws, for a step back, for keys outside `root`; `SignerError`.

    The threshold need not be met: others add their signatures with `countersigned`.
    """
    found = flaws(trust)
    if found:
        raise PolicyError("RW4105", "the trust policy cannot be signed", found)
    if before is not None:
        _follows(trust, signers, before)
    chosen = _of_root(trust, signers, before.trust.roles[ROOT_ROLE].keys if before is not None else ())
    return _signed(trust, signed(model.TRUST_TYPE, model.encode(trust), chosen))


def _signed(trust: Trust, made: dsse.Envelope) -> Signed:
    """A policy and its envelope, in which each signature was verified and has the id of its key."""
    listed = trust.roles[ROOT_ROLE].keys
    return Signed(trust, made, tuple(sorted({item.keyid for item in made.signatures} & set(listed))))


def countersigned(document: Signed, signers: Sequence[Signer]) -> Signed:
    """The same policy with more signatures.  Raises `PolicyError`, `SignerError`."""
    there = {item.keyid for item in document.envelope.signatures}
    chosen = [signer for signer in _of_root(document.trust, signers) if signer.public.id not in there]
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

    `old` is the id of a key, `new` an `entry`, `day` when the policy is issued.  Raises `PolicyError` RW4105.
    """
    name, key = new
    before = trust.keys.get(old)
    if before is None:
        raise PolicyError("RW4105", f"the policy has no key `{old[:12]}`")
    if name in trust.keys:
        raise PolicyError("RW4105", "the new key is in the policy already")
    if not is_day(key.valid_from):
        raise PolicyError("RW4105", f"`{key.valid_from}` is no day")
    last = max(min(before.valid_until, _day_before(key.valid_from)), before.valid_from)
    kept = msgspec.structs.replace(before, valid_until=last, revoked=revoked or before.revoked)
    return msgspec.structs.replace(
        trust,
        version=trust.version + 1,
        issued=day,
        expires=expires,
        keys={**trust.keys, old: kept, name: key},
        roles={role: _taken_over(role, old, name, found) for role, found in trust.roles.items()},
    )


def _taken_over(name: str, old: str, new: str, role: Role) -> Role:
    """A role in which a new key stands beside an old one; instead of it in the role `root`."""
    if old not in role.keys:
        return role
    listed = tuple(key for key in role.keys if key != old or name != ROOT_ROLE)
    return Role(keys=tuple(sorted((*listed, new))), threshold=role.threshold)


def _day_before(day: str) -> str:
    return date.fromordinal(max(date.fromisoformat(day).toordinal() - 1, 1)).isoformat()
