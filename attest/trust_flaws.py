"""What is wrong with a trust policy: all that a verifier would refuse, and all that nobody could ever meet.

Guarantees: each flaw has its place, and all of them are told at once; a policy without flaws is taken by the verifier once enough of its
role `root` have signed it, on a day between its first and its last.  Nothing is signed or read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import msgspec

from rulewright.attest import keys, limits
from rulewright.attest.encoding import NotEncodedError, from_base64
from rulewright.attest.keys import PublicKey
from rulewright.attest.model import Key, Role, Rule, Trust

ROOT_ROLE, STATUS_ROLE = "root", "status"
"""Roles with a meaning of their own."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_VKEY = re.compile(r"[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*")


class Flaw(msgspec.Struct, frozen=True):
    """What is wrong, and where: a JSON pointer into the policy."""

    pointer: str
    message: str


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar as `YYYY-MM-DD`."""
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def public(key: Key) -> PublicKey:
    """The key of an entry.  Raises `keys.PublicKeyError`."""
    try:
        found = keys.from_der(from_base64(key.public))
    except NotEncodedError as error:
        raise keys.PublicKeyError(str(error)) from None
    if found.algorithm != key.algorithm:
        raise keys.PublicKeyError(f"it is used with `{found.algorithm}`, not with `{key.algorithm}`")
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
        except keys.PublicKeyError as error:
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
