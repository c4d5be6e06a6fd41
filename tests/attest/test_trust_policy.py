"""Making trust policies: every flaw is found, versions follow one another, a verifier takes what is made."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from rulewright.attest import dsse, model, trust_flaws, trust_policy
from rulewright.attest import trust as verifier
from rulewright.attest.model import LogTrust, Revoked, Role, Rule, Trust, Tsa
from rulewright.attest.signers import HeldSigner, generate
from rulewright.attest.trust_policy import PolicyError

DAY = date(2026, 2, 1)
ROOT, MAKER, LATTICE, STATUS, STRANGER = (
    generate(algorithm) for algorithm in ("ed25519", "ecdsa-p256-sha256", "ml-dsa-65", "ed25519", "ed25519")
)
NEW = generate("ed25519")
RULE = Rule(
    predicate=model.ROOT,
    standards=("*",),
    role="manufacturer",
    threshold=1,
    hybrid=True,
    engines=("*",),
    time=False,
    log=False,
    status=True,
)


def listed(signer: HeldSigner, **changes: Any) -> tuple[str, model.Key]:
    name, key = trust_policy.entry(signer.public, "Acme", "2026-01-01", "2027-12-31")
    return name, replace(key, **changes)


def policy(**changes: Any) -> Trust:
    made = Trust(
        id="urn:acme:trust",
        version=1,
        issued="2026-01-01",
        expires="2026-12-31",
        keys=dict(map(listed, (ROOT, MAKER, LATTICE, STATUS))),
        roles={
            "root": Role(keys=(ROOT.public.id,), threshold=1),
            "manufacturer": Role(keys=tuple(sorted((MAKER.public.id, LATTICE.public.id))), threshold=2),
            "status": Role(keys=(STATUS.public.id,), threshold=1),
        },
        rules=(RULE,),
        logs=(),
        tsas=(),
    )
    return replace(made, **changes)


def with_key(signer: HeldSigner, **changes: Any) -> Trust:
    """The policy with another entry of a key."""
    name, key = listed(signer, **changes)
    return policy(keys={**policy().keys, name: key})


def with_role(name: str, *keys: str, threshold: int = 1) -> Trust:
    return policy(roles={**policy().roles, name: Role(keys=keys, threshold=threshold)})


def with_rule(**changes: Any) -> Trust:
    return policy(rules=(replace(RULE, **changes),))


def without_role(name: str) -> Trust:
    return policy(roles={key: role for key, role in policy().roles.items() if key != name})


LOG = LogTrust(origin="log", key="log+0a1b2c3d+AAAA", witnesses=("w+0a1b2c3d+AAAA",), quorum=1)
REVOKED = Revoked(on="2026-01-20", reason="stolen", compromised_since="2026-01-10")
R = ROOT.public.id
M = MAKER.public.id
FLAWED: dict[str, tuple[Trust, str, str]] = {
    "no name": (policy(id=""), "/id", "no name"),
    "version zero": (policy(version=0), "/version", "from 1 on"),
    "version too large": (policy(version=2**53), "/version", "from 1 on"),
    "no day": (policy(issued="2026-02-30"), "/issued", "no day"),
    "another form of day": (policy(expires="31.12.2026"), "/expires", "no day"),
    "week date": (policy(expires="2026-W10-1"), "/expires", "no day"),
    "ends before it begins": (policy(expires="2025-12-31"), "/expires", "before it begins"),
    "wrong id": (policy(keys={**policy().keys, "0" * 64: listed(STRANGER)[1]}), f"/keys/{'0' * 64}", "SHA-256"),
    "no key": (with_key(MAKER, public="AAAA"), f"/keys/{M}/public", "cannot be used"),
    "no base64": (with_key(MAKER, public="!"), f"/keys/{M}/public", "not base64"),
    "another algorithm": (with_key(MAKER, algorithm="ed25519"), f"/keys/{M}/public", "not with `ed25519`"),
    "no owner": (with_key(MAKER, owner=""), f"/keys/{M}/owner", "whose"),
    "key without a day": (with_key(MAKER, valid_from=""), f"/keys/{M}/valid_from", "no day"),
    "key ends first": (with_key(MAKER, valid_until="2025-01-01"), f"/keys/{M}/valid_until", "before it begins"),
    "revoked without a reason": (with_key(MAKER, revoked=replace(REVOKED, reason="")), f"/keys/{M}/revoked/reason", "why"),
    "revoked on no day": (with_key(MAKER, revoked=replace(REVOKED, on="x")), f"/keys/{M}/revoked/on", "no day"),
    "compromised later": (
        with_key(MAKER, revoked=replace(REVOKED, compromised_since="2026-01-21")),
        f"/keys/{M}/revoked/compromised_since",
        "before it was compromised",
    ),
    "no root": (without_role("root"), "/roles", "no role `root`"),
    "role without keys": (with_role("lab"), "/roles/lab/keys", "no key"),
    "role of a stranger": (with_role("lab", STRANGER.public.id), "/roles/lab/keys", "no key of the policy"),
    "a key twice": (with_role("lab", M, M), "/roles/lab/keys", "twice"),
    "threshold zero": (with_role("lab", M, threshold=0), "/roles/lab/threshold", "is 0"),
    "threshold too high": (with_role("a/b", M, threshold=2), "/roles/a~1b/threshold", "has 1 keys"),
    "threshold met by one key twice": (with_role("lab", M, M, threshold=2), "/roles/lab/threshold", "has 1 keys"),
    "revoked root": (with_key(ROOT, revoked=REVOKED), "/roles/root/keys", "revoked"),
    "root not yet valid": (with_key(ROOT, valid_from="2026-01-02"), "/roles/root/keys", "not valid on 2026-01-01"),
    "no rule": (policy(rules=()), "/rules", "no rule"),
    "no standards": (with_rule(standards=()), "/rules/0/standards", "no standards"),
    "no engines": (with_rule(engines=("",)), "/rules/0/engines", "no engines"),
    "no predicate": (with_rule(predicate=""), "/rules/0/predicate", "no type"),
    "no such role": (with_rule(role="lab"), "/rules/0/role", "not there"),
    "rule asks for too many": (with_rule(threshold=3), "/rules/0/threshold", "has 2"),
    "rule asks for none": (with_rule(threshold=0), "/rules/0/threshold", "asks for 0"),
    "hybrid of one kind": (with_rule(role="status"), "/rules/0/hybrid", "no post-quantum"),
    "time without authorities": (with_rule(time=True), "/rules/0/time", "no authority"),
    "log without logs": (with_rule(log=True), "/rules/0/log", "names none"),
    "status without a role": (without_role("status"), "/rules/0/status", "no role `status`"),
    "log without a name": (policy(logs=(replace(LOG, origin=""),)), "/logs/0/origin", "no name"),
    "log without a key": (policy(logs=(replace(LOG, key="AAAA"),)), "/logs/0/key", "NAME+HASH+KEY"),
    "witness without a key": (policy(logs=(replace(LOG, witnesses=("w",)),)), "/logs/0/witnesses", "NAME+HASH+KEY"),
    "quorum too high": (policy(logs=(replace(LOG, quorum=2),)), "/logs/0/quorum", "there are 1 witnesses"),
    "authority without a name": (policy(tsas=(Tsa(name="", certificates=()),)), "/tsas/0/name", "no name"),
    "authority without certificates": (policy(tsas=(Tsa(name="t", certificates=()),)), "/tsas/0/certificates", "no certificate"),
    "authority with another thing": (policy(tsas=(Tsa(name="t", certificates=("AAAA",)),)), "/tsas/0/certificates", "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("name", FLAWED)
def test_every_flaw_is_found_at_its_place_and_nothing_is_signed(name: str) -> None:
    trust, pointer, said = FLAWED[name]
    found = trust_flaws.flaws(trust)
    assert [flaw for flaw in found if flaw.pointer == pointer and said in flaw.message], found
    with pytest.raises(PolicyError) as error:
        trust_policy.envelope(trust, [ROOT])
    assert (error.value.code, error.value.flaws) == ("RW4105", found)


def test_both_ends_of_a_validity_count() -> None:
    assert trust_flaws.flaws(with_key(ROOT, valid_until="2026-01-01")) == ()
    assert trust_flaws.flaws(with_key(ROOT, valid_until="2026-12-31", valid_from="2026-01-01")) == ()


def test_a_verifier_takes_what_is_made() -> None:
    made = trust_policy.envelope(policy(), [ROOT])
    assert made.complete
    data = dsse.encode(made.envelope)
    for anchors in ([], [ROOT.public]):
        read, said = verifier.check(data, anchors, None, DAY)
        assert read is not None
        assert (read.trust, said.outcome) == (policy(), "ok")
    assert trust_policy.read(data) == made


def test_only_keys_of_the_role_root_sign() -> None:
    for signers in ([STRANGER], [MAKER], [ROOT, MAKER]):
        with pytest.raises(PolicyError, match="not in the role `root`"):
            trust_policy.envelope(policy(), signers)


def test_two_people_sign_one_after_the_other() -> None:
    name, key = listed(NEW)
    trust = policy(
        keys={**policy().keys, name: key},
        roles={**policy().roles, "root": Role(keys=tuple(sorted((R, name))), threshold=2)},
    )
    half = trust_policy.envelope(trust, [ROOT])
    assert not half.complete
    read = trust_policy.read(dsse.encode(half.envelope))
    assert read == half
    with pytest.raises(PolicyError, match="signed this policy already"):
        trust_policy.countersigned(read, [ROOT])
    with pytest.raises(PolicyError, match="not in the role"):
        trust_policy.countersigned(read, [STRANGER])
    whole = trust_policy.countersigned(read, [NEW])
    assert whole.complete
    assert verifier.check(dsse.encode(whole.envelope), [ROOT.public], None, DAY)[1].outcome == "ok"
    with pytest.raises(PolicyError, match="let the others sign it first"):
        trust_policy.envelope(replace(trust, version=2), [ROOT, NEW], half)


def test_a_version_follows_the_one_before() -> None:
    before = trust_policy.envelope(policy(version=5), [ROOT])
    assert trust_policy.envelope(policy(version=6), [ROOT], before).trust.version == 6
    for changes, said in (
        ({"version": 5}, "not above"),
        ({"version": 4}, "not above"),
        ({"version": 6, "id": "urn:other"}, "another name"),
        ({"version": 6, "issued": "2025-12-31"}, "issued before"),
    ):
        early = {name: replace(key, valid_from="2025-01-01") for name, key in policy().keys.items()}
        with pytest.raises(PolicyError, match=said) as error:
            trust_policy.envelope(policy(keys=early, **changes), [ROOT], before)
        assert error.value.code == "RW4105"


def test_somebody_who_signed_before_signs_the_next_one() -> None:
    """Otherwise a policy slipped in would be carried on, or a new root could appear by itself."""
    before = trust_policy.envelope(policy(), [ROOT])
    taken = trust_policy.rotated(
        policy(), R, listed(NEW, valid_from="2026-02-01"), day="2026-02-01", expires="2026-12-31"
    )
    assert taken.roles["root"].keys == (NEW.public.id,)
    with pytest.raises(PolicyError, match="none of the keys given signed the version before"):
        trust_policy.envelope(taken, [NEW], before)
    both = trust_policy.envelope(taken, [ROOT, NEW], before)
    assert both.complete
    assert both.signers == (NEW.public.id,)
    data = dsse.encode(both.envelope)
    seen = verifier.seen(verifier.read(dsse.encode(before.envelope)))
    assert verifier.check(data, [ROOT.public], seen, DAY)[1].outcome == "ok"
    assert verifier.check(data, [NEW.public], seen, DAY)[1].outcome == "ok"
    assert trust_policy.read(data) == both
    old_alone = trust_policy.envelope(taken, [ROOT], before)
    assert not old_alone.complete


def test_how_many_of_the_version_before_have_yet_to_sign_is_told() -> None:
    both = model.Role(keys=tuple(sorted((R, LATTICE.public.id))), threshold=2)
    first = policy(roles={**policy().roles, "root": both})
    before = trust_policy.envelope(first, [ROOT, LATTICE])
    seen = verifier.seen(verifier.read(dsse.encode(before.envelope)))
    taken = trust_policy.rotated(first, R, listed(NEW, valid_from="2026-02-01"), day="2026-02-01", expires="2026-12-31")
    made = trust_policy.envelope(taken, [LATTICE, NEW], before)
    assert (made.complete, made.owed) == (True, 1)
    assert verifier.check(dsse.encode(made.envelope), [], seen, DAY)[1].code == "RW4031"
    whole = trust_policy.countersigned(trust_policy.read(dsse.encode(made.envelope)), [ROOT])
    assert verifier.check(dsse.encode(whole.envelope), [], seen, DAY)[1].outcome == "ok"
    assert trust_policy.envelope(taken, [LATTICE, NEW, ROOT], before).owed == 0


def test_rotation_ends_the_old_key_and_keeps_it_in_its_roles() -> None:
    fresh = listed(NEW, valid_from="2026-06-01", valid_until="2028-05-31")
    made = trust_policy.rotated(policy(), M, fresh, day="2026-05-15", expires="2027-01-01")
    assert (made.version, made.issued, made.expires) == (2, "2026-05-15", "2027-01-01")
    assert made.keys[M].valid_until == "2026-05-31"
    assert made.keys[M].revoked is None
    assert set(made.roles["manufacturer"].keys) == {M, LATTICE.public.id, NEW.public.id}
    assert made.roles["root"] == policy().roles["root"]
    assert trust_flaws.flaws(made) == ()
    gone = trust_policy.rotated(policy(), M, fresh, day="2026-05-15", expires="2027-01-01", revoked=REVOKED)
    assert gone.keys[M].revoked == REVOKED


def test_rotation_never_lengthens_an_old_key() -> None:
    made = trust_policy.rotated(
        policy(),
        M,
        listed(NEW, valid_from="2030-01-01", valid_until="2031-01-01"),
        day="2026-05-15",
        expires="2027-01-01",
    )
    assert made.keys[M].valid_until == "2027-12-31"


@pytest.mark.parametrize("first", ["2020-01-01", "2026-01-01"])
def test_two_keys_of_one_owner_are_never_valid_on_one_day(first: str) -> None:
    with pytest.raises(PolicyError, match="not after the old key's first day, 2026-01-01") as error:
        trust_policy.rotated(policy(), M, listed(NEW, valid_from=first), day="2026-05-15", expires="2027-01-01")
    assert error.value.code == "RW4105"
    next_day = trust_policy.rotated(
        policy(), M, listed(NEW, valid_from="2026-01-02"), day="2026-05-15", expires="2027-01-01"
    )
    assert next_day.keys[M].valid_until == "2026-01-01"
    assert trust_flaws.flaws(next_day) == ()


@pytest.mark.parametrize(
    ("said", "now", "wanted"),
    [
        (("2026-01-20", "2026-01-10"), ("2026-05-15", "2026-05-01"), ("2026-01-20", "2026-01-10", "first")),
        (("2026-01-20", None), ("2026-05-15", "2026-05-01"), ("2026-01-20", None, "first")),
        (("2026-01-20", "2026-01-10"), ("2026-05-15", None), ("2026-01-20", "2026-01-10", "first")),
        (("2026-01-20", "2026-01-10"), ("2026-05-15", "2026-01-05"), ("2026-01-20", "2026-01-05", "second")),
        (("2026-01-20", None), ("2026-05-15", "2026-01-05"), ("2026-01-20", "2026-01-05", "second")),
        (("2026-05-20", "2026-01-10"), ("2026-05-15", "2026-05-01"), ("2026-05-15", "2026-01-10", "first")),
    ],
)
def test_a_revocation_never_moves_to_a_later_day(
    said: tuple[str, str | None], now: tuple[str, str | None], wanted: tuple[str, str | None, str]
) -> None:
    before = with_key(MAKER, revoked=Revoked(on=said[0], reason="first", compromised_since=said[1]))
    fresh = listed(NEW, valid_from="2026-06-01")
    given = Revoked(on=now[0], reason="second", compromised_since=now[1])
    made = trust_policy.rotated(before, M, fresh, day="2026-05-15", expires="2027-01-01", revoked=given)
    assert made.keys[M].revoked == Revoked(on=wanted[0], reason=wanted[2], compromised_since=wanted[1])
    assert trust_flaws.flaws(made) == ()
    unsaid = trust_policy.rotated(before, M, fresh, day="2026-05-15", expires="2027-01-01")
    assert unsaid.keys[M].revoked == before.keys[M].revoked


def test_rotation_needs_an_old_key_and_a_new_one() -> None:
    with pytest.raises(PolicyError, match="no key"):
        trust_policy.rotated(policy(), "0" * 64, listed(NEW), day="2026-05-15", expires="2027-01-01")
    with pytest.raises(PolicyError, match="already"):
        trust_policy.rotated(policy(), M, listed(LATTICE), day="2026-05-15", expires="2027-01-01")
    with pytest.raises(PolicyError, match="no day"):
        trust_policy.rotated(policy(), M, listed(NEW, valid_from="soon"), day="2026-05-15", expires="2027-01-01")


def test_what_is_no_signed_policy_is_not_read() -> None:
    made = trust_policy.envelope(policy(), [ROOT]).envelope
    forged = dsse.Envelope(made.payload.replace(b"2026-12-31", b"2036-12-31"), made.payload_type, made.signatures)
    other = dsse.Envelope(made.payload, model.STATUS_TYPE, made.signatures)
    empty = dsse.Envelope(b"{}", made.payload_type, made.signatures)
    flawed = dsse.Envelope(model.encode(policy(rules=())), made.payload_type, made.signatures)
    for envelope in (forged, other, empty, flawed):
        with pytest.raises(PolicyError) as error:
            trust_policy.read(dsse.encode(envelope))
        assert error.value.code == "RW4030"
    with pytest.raises(PolicyError, match="no signed trust policy"):
        trust_policy.read(b"{}")
