"""Trust policies as a verifier reads them: whom it trusts for what, and whether that is met.

Guarantees: a policy is used only if it is whole, signed by the threshold of its own role `root` and by as many of the anchors given
as are asked for; a newer version than one seen before was let in by the threshold of that one's role `root`; keys are known by their digests, not by names; a rule is met by distinct keys in their validity, none of them revoked
unless a trusted time shows that the signature is older.  It knows no clock: the day is an argument.
Meaning and order: docs/reference/attestation.md, checks 4 and 8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256

import msgspec

from rulewright.attest import dsse, keys, limits, model
from rulewright.attest.checking import signing
from rulewright.attest.checking.form import envelope
from rulewright.attest.checking.moments import day_of, is_day
from rulewright.attest.checking.said import FoundError, Said, fail, ok
from rulewright.attest.checking.signing import Known
from rulewright.attest.encoding import NotEncodedError, from_base64
from rulewright.attest.keys import PublicKey
from rulewright.attest.model import Key, Role, Root, Rule, Trust

BAD = "RW4030"
"""The code of a policy that cannot be used."""


class Policy(msgspec.Struct, frozen=True):
    """A trust policy with its keys read; `sha256` is the digest of its payload."""

    trust: Trust
    keys: Mapping[str, PublicKey]
    sha256: str
    sealed: dsse.Envelope


class SeenKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key of the role `root` of a policy that was seen: as policies list keys."""

    algorithm: str
    public: str


class SeenRoot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The role `root` of a policy that was seen: its keys by id, and how many of them must sign the next version."""

    keys: dict[str, SeenKey]
    threshold: int


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is remembered of the newest version of a policy: the SHA-256 of its payload, and who may sign the next one."""

    id: str
    version: int
    sha256: str
    root: SeenRoot


class Circumstances(msgspec.Struct, frozen=True):
    """What rules are judged by: the keys that signed, those that cannot be judged here, the day, and trusted times by key.

    A time says that this key's own signature is not younger; it says nothing of another key's, which may have been added later.
    """

    signed: frozenset[str]
    beyond: frozenset[str]
    times: Mapping[str, str]
    at: str

    def day(self, key: str) -> str:
        """The day on which a key must be valid."""
        return day_of(self.times[key]) if key in self.times else self.at


def read(data: bytes) -> Policy:
    """A trust policy, whole but not yet trusted.  Raises `FoundError` with RW4030."""
    sealed = envelope(data, BAD)
    if sealed.payload_type != model.TRUST_TYPE:
        raise FoundError(BAD, "the file is no trust policy: its payload has another type")
    try:
        trust = model.decode(sealed.payload, Trust, limits.PAYLOAD)
    except model.ModelError as error:
        raise FoundError(BAD, f"the trust policy does not have its form: {error}") from None
    if max(len(trust.keys), len(trust.roles), len(trust.rules), len(trust.logs), len(trust.tsas)) > limits.KEYS:
        raise FoundError(BAD, f"the trust policy has more than {limits.KEYS} keys, roles, rules, logs or authorities")
    _days(trust)
    found = {name: _key(name, key) for name, key in sorted(trust.keys.items())}
    _roles(trust)
    return Policy(trust, found, sha256(sealed.payload).hexdigest(), sealed)


def _key(name: str, listed: Key | SeenKey) -> PublicKey:
    """A key as listed; one of an algorithm that is not known here as it stands."""
    try:
        der = from_base64(listed.public)
        if listed.algorithm in keys.POST_QUANTUM and not signing.lattice():
            found = PublicKey(listed.algorithm, der)  # type: ignore[arg-type]  # one of POST_QUANTUM
        else:
            found = keys.from_der(der)
    except (NotEncodedError, keys.PublicKeyError) as error:
        raise FoundError(BAD, f"a key of the trust policy cannot be read: {error}") from None
    if found.id != name or found.algorithm != listed.algorithm:
        raise FoundError(BAD, f"the key listed as {name[:16]} is another one, or of another algorithm")
    return found


def _days(trust: Trust) -> None:
    """Refuse days that are none, and versions below 1."""
    days = [trust.issued, trust.expires]
    for key in trust.keys.values():
        days += [key.valid_from, key.valid_until]
        if key.revoked is not None:
            days.append(key.revoked.on)
            days += [key.revoked.compromised_since] if key.revoked.compromised_since is not None else []
    if not all(map(is_day, days)):
        raise FoundError(BAD, "a day of the trust policy is not like 2026-11-21")
    if trust.version < 1:
        raise FoundError(BAD, "the trust policy has a version below 1")


def _roles(trust: Trust) -> None:
    """Refuse roles that nobody can speak in, and rules that ask for a role that is not there."""
    for name, role in sorted(trust.roles.items()):
        if len(set(role.keys)) != len(role.keys) or not set(role.keys) <= set(trust.keys):
            raise FoundError(BAD, f"the role `{name}` lists a key twice, or one that the trust policy does not have")
        if not 1 <= role.threshold <= len(role.keys):
            raise FoundError(BAD, f"the threshold of the role `{name}` is not from 1 to the number of its keys")
    if "root" not in trust.roles:
        raise FoundError(BAD, "the trust policy has no role `root`")
    for rule in trust.rules:
        if rule.role not in trust.roles:
            raise FoundError(BAD, f"a rule asks for the role `{rule.role}`, which is not there")
        if rule.threshold < 1:
            raise FoundError(BAD, f"a rule for the role `{rule.role}` has a threshold below 1")


def seen(policy: Policy) -> Seen:
    """What to remember of a policy that was good."""
    role = policy.trust.roles["root"]
    listed = {name: policy.trust.keys[name] for name in sorted(role.keys)}
    root = SeenRoot({name: SeenKey(key.algorithm, key.public) for name, key in listed.items()}, role.threshold)
    return Seen(policy.trust.id, policy.trust.version, policy.sha256, root)


def check(
    data: bytes, anchors: Iterable[PublicKey], before: Seen | None, at: date, needed: int | None = None
) -> tuple[Policy | None, Said]:
    """Check 4: the policy, if it can be used below, and how it came out.  Raises `FoundError` with RW4030.

    `before` is what is remembered of it, `needed` how many of the anchors must have signed it: all, unless it is said.
    """
    policy = read(data)
    own = policy.trust.roles["root"]
    few = "too few keys of its role `root` signed the trust policy"
    _signed(policy, [policy.keys[name] for name in own.keys], own.threshold, BAD, few)
    trusted = {item.id: item for item in anchors}
    wanted = len(trusted) if needed is None else needed
    few = f"fewer than {wanted} of the anchors given signed the trust policy"
    _signed(
        policy, trusted.values(), wanted, BAD, few if wanted > 1 else "no anchor that was given signed the trust policy"
    )
    return policy, _timely(policy, before, at.isoformat(), anchored=bool(trusted))


def _signed(policy: Policy, among: Iterable[PublicKey], wanted: int, code: str, few: str) -> None:
    """Refuse a policy that fewer of some keys signed than are wanted; it is a doubt where others cannot be judged here."""
    known = signing.known(among, anybody=True)
    count = len(signing.who(policy.sealed, known.keys))
    if count < wanted:
        raise FoundError(code, few, "unsure" if count + len(known.beyond) >= wanted else "fail")


def _timely(policy: Policy, before: Seen | None, at: str, *, anchored: bool) -> Said:
    """Whether the policy is the newest one seen, or follows it, and is in force."""
    trust, doubt = policy.trust, None
    if before is not None and before.id == trust.id:
        try:
            _follows(policy, before)
        except FoundError as error:
            doubt = error.said
    if doubt is not None and doubt.outcome == "fail":
        return doubt
    if not trust.issued <= at <= trust.expires:
        return fail("RW4032", f"the trust policy is in force from {trust.issued} to {trust.expires}")
    how = "signed by the anchors that are needed" if anchored else "taken as given: no anchor was named"
    return doubt or ok(f"version {trust.version} of {trust.id}, {how}, until {trust.expires}")


def _follows(policy: Policy, before: Seen) -> None:
    """Refuse an older version than one seen, another one of the same number, a newer one that those of before did not sign."""
    version = policy.trust.version
    if version < before.version:
        raise FoundError(
            "RW4031", f"version {before.version} of the trust policy was seen before, this is version {version}"
        )
    if version == before.version and policy.sha256 != before.sha256:
        raise FoundError("RW4031", f"another trust policy was seen before as version {version}")
    if version > before.version:
        known = [
            found for name, key in sorted(before.root.keys.items()) if (found := _remembered(name, key)) is not None
        ]
        few = f"too few keys of the role `root` of version {before.version}, seen before, signed version {version}"
        _signed(policy, known, max(before.root.threshold, 1), "RW4031", few)


def _remembered(name: str, key: SeenKey) -> PublicKey | None:
    """A key that is remembered; one that cannot be read, or is another one, is nobody's."""
    try:
        return _key(name, key)
    except FoundError:
        return None


def applying(trust: Trust, standards: Iterable[str]) -> tuple[Rule, ...]:
    """The rules for our predicate type and any of some standards, whatever their case, in their order."""
    wanted = {*(name.lower() for name in standards), "*"}
    ours = (rule for rule in trust.rules if rule.predicate in {model.ROOT, "*"})
    return tuple(rule for rule in ours if wanted & _named(rule))


def _named(rule: Rule) -> frozenset[str]:
    """The standards of a rule in lower case: a name in other letters is no way round a rule."""
    return frozenset(name.lower() for name in rule.standards)


def counted(trust: Trust, root: Root, around: Circumstances) -> frozenset[str]:
    """The keys that count for some rule: in its role, valid, not revoked."""
    found: set[str] = set()
    for rule in applying(trust, (tally.standard for tally in root.verdicts)):
        good = standing(trust, trust.roles[rule.role], around)
        found |= set() if isinstance(good, Said) else set(good)
    return frozenset(found)


def rules(trust: Trust, root: Root, around: Circumstances) -> Said:
    """Check 8: whether the rules for every standard of the root are met; the first that is not is told."""
    known: dict[int, Said] = {}
    ours = [(number, rule) for number, rule in enumerate(trust.rules) if rule.predicate in {model.ROOT, "*"}]
    sets = {number: _named(rule) for number, rule in ours}
    doubt: Said | None = None
    for tally in root.verdicts:
        own = [(n, rule) for n, rule in ours if "*" in sets[n] or tally.standard.lower() in sets[n]]
        if not own:
            return fail("RW4026", f"no rule of the trust policy covers `{tally.standard}`")
        for number, rule in own:
            if number not in known:
                known[number] = met(trust, rule, around, root.engine.id)
            said = known[number]
            if said.outcome == "fail":
                return said
            doubt = doubt or (said if said.outcome == "unsure" else None)
    roles = ", ".join(sorted({trust.rules[number].role for number in known}))
    return doubt or ok(f"met, in the roles: {roles}")


def met(trust: Trust, rule: Rule, around: Circumstances, engine: str | None) -> Said:
    """Whether one rule is met; `engine` is what the statement was made by, where it is about an evaluation."""
    role = trust.roles[rule.role]
    good = standing(trust, role, around)
    if isinstance(good, Said):
        return _doubtful(good, role, around)
    wanted = max(rule.threshold, role.threshold)
    groups = [group for group in _together(trust, good, around) if len(group) >= wanted]
    if not groups:
        few = fail("RW4028", f"{wanted} keys of the role `{rule.role}` that are valid on one same day are needed")
        return _doubtful(few, role, around)
    if rule.hybrid and not any(len(_kinds(trust, group)) == 2 for group in groups):
        half = "post-quantum" if _kinds(trust, groups[0]) == {False} else "classical"
        return _doubtful(fail("RW4025", f"no {half} key signed in the role `{rule.role}`"), role, around)
    if engine is not None and engine not in rule.engines and "*" not in rule.engines:
        return fail("RW4027", f"the role `{rule.role}` may not sign for the engine `{engine}`")
    if rule.time and not any(name in around.times for name in good):
        return fail("RW4042", f"the rule for the role `{rule.role}` asks for a trusted time")
    return ok(f"`{rule.role}`")


def _together(trust: Trust, good: Sequence[str], around: Circumstances) -> Iterator[list[str]]:
    """The keys that are valid on one same day, for each day that counts: an owner's old key and new key are not two people."""
    for day in sorted({around.day(name) for name in good}):
        yield [name for name in good if trust.keys[name].valid_from <= day <= trust.keys[name].valid_until]


def _kinds(trust: Trust, names: Iterable[str]) -> set[bool]:
    """Whether keys are post-quantum: one kind or both."""
    return {trust.keys[name].algorithm in keys.POST_QUANTUM for name in names}


def _doubtful(said: Said, role: Role, around: Circumstances) -> Said:
    """A failure for want of keys is only a doubt where the role has keys that cannot be judged here."""
    if not set(role.keys) & around.beyond:
        return said
    return said._replace(outcome="unsure", text=f"{said.text}; some keys need a newer `cryptography`")


def standing(trust: Trust, role: Role, around: Circumstances) -> Sequence[str] | Said:
    """The keys of a role that signed, were valid and are not revoked; or why there is none."""
    own = [name for name in role.keys if name in around.signed]
    if not own:
        return fail("RW4026", "no key of the role that is asked for signed")
    timely = [name for name in own if trust.keys[name].valid_from <= around.day(name) <= trust.keys[name].valid_until]
    if not timely:
        return fail("RW4022", f"the key was not valid on {around.day(own[0])}")
    good = [name for name in timely if not _revoked(trust.keys[name], around.times.get(name))]
    if not good:
        return fail("RW4023", "the key was revoked, and no trusted time shows that the signature is older")
    return good


def _revoked(key: Key, time: str | None) -> bool:
    """Whether a key does not count: revoked, and not shown to have signed before."""
    if key.revoked is None:
        return False
    since = key.revoked.compromised_since or key.revoked.on
    return time is None or day_of(time) >= since


def known(policy: Policy | None, by_hand: Iterable[PublicKey]) -> Known:
    """The keys that count."""
    hand = tuple(by_hand)
    listed = () if policy is None else tuple(policy.keys.values())
    return signing.known(listed, hand, anybody=policy is not None or bool(hand))
