"""Identity: a good signature by somebody who may not sign this, or not any more."""

from __future__ import annotations

from typing import Any

import msgspec

from rulewright.attest import dsse, model, trust
from rulewright.attest.encoding import to_base64
from rulewright.attest.model import Revoked
from tests.attest import good
from tests.attest import tampered as t
from tests.attest.corpus import make
from tests.attest.corpus.case import Group, Inputs, given, pem

GROUP = Group("identity", "Identity")
case = GROUP.case
ROLLBACK = "TUF: rollback"
LOST = Revoked(on="2026-02-10", reason="lost", compromised_since=None)


def judged(policy: bytes, **changes: Any) -> Inputs:
    """The good bundle beside another trust policy."""
    return given(make.pack({}), trust=policy, **changes)


def both(**changes: Any) -> bytes:
    """A trust policy with both keys of the maker changed."""
    return good.trust_file({name: good.entry(name, **changes) for name in good.MAKER})


@case("invalid", "RW4027", precedent="SLSA VSA: pairs of signer and verifier")
def another_engine() -> Inputs:
    """The maker signs for an engine that the trust policy does not accept."""
    return given(make.resigned(lambda plain: plain["predicate"]["engine"].update(id="urn:other:engine")))


@case("invalid", "RW4068", precedent="Macaron: the verifier's identity is self-asserted")
def vsa_of_another_verifier() -> Inputs:
    """The verification summary names another verifier, signed by the maker."""
    return given(make.restated("vsa", lambda plain: plain["predicate"]["verifier"].update(id="https://lab.example/")))


GROUP.each(
    "invalid",
    "RW4027",
    [
        ("engine-not-listed", "The rule accepts another engine only.", ("urn:other",)),
        ("no-engine-listed", "The rule accepts no engine.", ()),
        ("engine-in-capitals", "The rule accepts the engine in other letters.", (model.ENGINE.upper(),)),
        ("engine-prefix", "The rule accepts the beginning of the engine's name.", (model.ENGINE[:-1],)),
    ],
    lambda engines: judged(make.ruled(engines=engines)),
)
GROUP.each(
    "invalid",
    "RW4022",
    [
        ("keys-ran-out", "The keys of the maker ran out yesterday.", {"valid_until": "2026-02-02"}),
        ("keys-of-tomorrow", "The keys of the maker are valid from tomorrow.", {"valid_from": "2026-02-04"}),
        ("keys-never-valid", "The validity of the keys ends before it begins.", {"valid_from": "2026-03-01", "valid_until": "2026-01-01"}),
    ],
    lambda changes: judged(both(**changes)),
    precedent="sigstore-conformance",
)  # fmt: skip
GROUP.each(
    "invalid",
    "RW4023",
    [
        ("keys-revoked", "The keys of the maker are revoked, and nothing shows when they signed.", LOST),
        ("keys-revoked-later", "The keys are revoked from a later day on, and nothing shows when they signed.", Revoked(on="2026-12-01", reason="lost", compromised_since="2026-11-01")),
        ("keys-revoked-long-ago", "The keys were revoked before they signed.", Revoked(on="2026-01-02", reason="lost", compromised_since="2026-01-01")),
    ],
    lambda revoked: judged(both(revoked=revoked)),
)  # fmt: skip


@case("invalid", "RW4028")
def one_of_two_keys_revoked() -> Inputs:
    """One of the two keys that must sign is revoked."""
    return judged(good.trust_file({"maker": good.entry("maker", revoked=LOST)}))


@case("invalid", "RW4028")
def one_of_two_keys_ran_out() -> Inputs:
    """One of the two keys that must sign ran out."""
    return judged(good.trust_file({"maker": good.entry("maker", valid_until="2026-02-02")}))


@case("invalid", "RW4026")
def lab_in_the_makers_role() -> Inputs:
    """The lab alone signs where the maker must."""
    return given(make.resigned(lambda _: None, ("lab-p256",)))


@case("invalid", "RW4026")
def lab_is_missing() -> Inputs:
    """The maker signs, and the lab, which must sign as well, does not."""
    return judged(make.lab_rule())


@case("invalid", "RW4026")
def maker_in_the_labs_role() -> Inputs:
    """Only the lab may sign, and the maker did."""
    return judged(make.ruled(role="lab", threshold=1, hybrid=False))


@case("invalid", "RW4026")
def keys_of_a_role_that_no_rule_asks_for() -> Inputs:
    """The keys that signed are in a role that speaks for another standard."""
    other = msgspec.structs.replace(good.RULE, standards=("etsi.en_303_645",))
    lab = msgspec.structs.replace(good.RULE, role="lab", threshold=1, hybrid=False)
    return judged(good.trust_file(rules=(other, lab)))


GROUP.each(
    "invalid",
    "RW4026",
    [
        ("no-rule-for-the-standard", "The rule is about another standard.", {"standards": ("etsi.en_303_645",)}),
        ("no-rule-for-any-standard", "The rule is about no standard.", {"standards": ()}),
        ("rule-for-a-prefix", "The rule is about the beginning of the standard's name.", {"standards": ("acme",)}),
        ("rule-with-a-pattern", "The rule is about a pattern, which stands for itself.", {"standards": ("acme.*",)}),
        ("rule-for-another-predicate", "The rule is about verification summaries.", {"predicate": "https://slsa.dev/verification_summary/v1"}),
    ],
    lambda changes: judged(make.ruled(**changes)),
)  # fmt: skip


@case("invalid", "RW4026")
def no_rules() -> Inputs:
    """The trust policy has no rule."""
    return judged(good.trust_file(rules=()))


@case("invalid", "RW4026")
def a_standard_that_no_rule_covers() -> Inputs:
    """The root tallies a second standard, which sorts first and which no rule covers."""
    return given(second("aaa"), trust=make.ruled(standards=("acme.camera",)))


def second(standard: str) -> bytes:
    """The root tallies one row of its standard as one of a second standard."""

    def change(plain: Any) -> None:
        own = plain["predicate"]["verdicts"][0]
        more = {**dict.fromkeys(own, 0), "standard": standard, "pass": own["pass"]}
        own["pass"] = 0
        plain["predicate"]["verdicts"] = sorted([own, more], key=lambda tally: str(tally["standard"]))

    return make.resigned(change)


LAB = msgspec.structs.replace(good.RULE, standards=("Acme.Camera",), role="lab", threshold=1, hybrid=False)
GROUP.add("a-rule-in-other-letters", "A rule asks for the lab, and names the standard in capitals.", "invalid", "RW4026", lambda: given(make.pack({}), trust=good.trust_file(rules=(good.RULE, LAB))))  # fmt: skip
GROUP.each(
    "invalid",
    "RW4012",
    [
        ("standard-cyrillic", "The name of a standard has a letter of another alphabet.", "\u0430cme.camera"),
        ("standard-with-a-space", "The name of a standard ends with a space.", "acme.camera "),
        ("standard-with-nothing-seen", "The name of a standard has a character that is not seen.", "acme.camera\u200b"),
        ("standard-turned-round", "The name of a standard is turned round.", "\u202earemac.emca"),
        ("standard-in-other-letters", "Two standards differ in their case alone.", "Acme.camera"),
        ("standard-with-a-dot-first", "The name of a standard begins with a dot.", ".acme"),
        ("standard-without-a-name", "A standard has no name.", ""),
    ],
    lambda name: given(second(name)),
)


@case("invalid", "RW4028")
def threshold_of_the_rule() -> Inputs:
    """The rule asks for three keys, and two signed."""
    return judged(make.ruled(threshold=3))


@case("invalid", "RW4028")
def threshold_of_the_role() -> Inputs:
    """The role asks for two keys and the rule for one, and one signed."""
    policy = make.trusting(lambda plain: (plain["roles"]["manufacturer"].update(threshold=2), plain["rules"][0].update(threshold=1, hybrid=False)))  # fmt: skip
    return given(make.with_signatures(make.signatures()[:1]), trust=policy)


# --- the trust policy itself


@case("invalid", "RW4031", precedent=ROLLBACK)
def trust_policy_rolled_back() -> Inputs:
    """An older trust policy than one seen before."""
    return judged(good.trust_file(), seen=good.seen(4))


@case("invalid", "RW4031", precedent=ROLLBACK)
def trust_policy_of_the_same_version() -> Inputs:
    """Another trust policy was seen under the same version."""
    return judged(good.trust_file(), seen=good.seen(3))


@case("valid", precedent=ROLLBACK)
def trust_policy_seen_before() -> Inputs:
    """The same trust policy was seen before."""
    return judged(good.trust_file(), seen=good.seen(3, trust.read(good.trust_file()).sha256))


@case("valid", precedent=ROLLBACK)
def trust_policy_newer() -> Inputs:
    """An older trust policy was seen before."""
    return judged(good.trust_file(), seen=good.seen(2))


@case("invalid", "RW4031", precedent="TUF: a stolen key replaces the root")
def trust_policy_newer_by_one_of_two() -> Inputs:
    """An older trust policy was seen before, whose role `root` needs two keys; one of them signed this one, in which one is enough."""
    return judged(good.trust_file(), seen=good.seen(2, root=("anchor", "lab-p256"), threshold=2))


@case("invalid", "RW4031", precedent="TUF: a stolen key replaces the root")
def trust_policy_newer_by_others() -> Inputs:
    """An older trust policy was seen before, none of whose role `root` signed this one."""
    return judged(good.trust_file(), seen=good.seen(2, root=("stranger",)))


@case("valid", precedent=ROLLBACK)
def trust_policy_of_another_name() -> Inputs:
    """A higher version of another trust policy was seen before, which says nothing of this one."""
    return judged(good.trust_file(id="urn:example:other"), seen=good.seen(9))


@case("invalid", "RW4030", precedent="TUF: a stolen key replaces the root")
def trust_policy_by_one_of_two_anchors() -> Inputs:
    """Two anchors are given, and one of them signed the trust policy."""
    return judged(good.trust_file(), anchors=pem("anchor", "stranger"))


@case("invalid", "RW4030")
def rule_with_threshold_0() -> Inputs:
    """A rule of the trust policy asks for no key."""
    return judged(make.trusting(lambda plain: plain["rules"][0].update(threshold=0)))


@case("invalid", "RW4030")
def rule_with_threshold_below_0() -> Inputs:
    """A rule of the trust policy asks for fewer than no keys."""
    return judged(make.trusting(lambda plain: plain["rules"][0].update(threshold=-5)))


@case("invalid", "RW4032", precedent="TUF: freeze")
def trust_policy_ran_out() -> Inputs:
    """The trust policy ran out yesterday."""
    return judged(good.trust_file(expires="2026-02-02"))


@case("invalid", "RW4032")
def trust_policy_of_tomorrow() -> Inputs:
    """The trust policy is issued tomorrow."""
    return judged(good.trust_file(issued="2026-02-04"))


@case("invalid", "RW4030")
def trust_policy_of_an_attacker() -> Inputs:
    """A trust policy with the attacker's keys in every role, signed by the attacker, who has no anchor."""
    stranger = good.public("stranger").id
    listed = msgspec.to_builtins(good.entry("stranger"))

    def change(plain: Any) -> None:
        plain.update(keys={stranger: listed})
        plain["roles"] = {name: {"keys": [stranger], "threshold": 1} for name in plain["roles"]}
        plain["rules"][0].update(threshold=1, hybrid=False)

    statuses = (t.sealed(dsse.decode(good.status_list()).payload, ("stranger",), model.STATUS_TYPE),)
    bundle = make.resigned(lambda _: None, ("stranger",))
    return given(bundle, trust=make.trusting(change, "stranger"), statuses=statuses)


@case("invalid", "RW4030")
def trust_policy_by_another_known_key() -> Inputs:
    """The trust policy is signed by the maker, who is not of its role `root`."""
    return judged(good.signed(good.trust(), model.TRUST_TYPE, "maker"))


@case("invalid", "RW4030")
def trust_policy_of_another_anchor() -> Inputs:
    """The trust policy is not signed by the anchor given."""
    return judged(good.trust_file(), anchors=pem("stranger"))


@case("invalid", "RW4030")
def trust_policy_with_a_new_root() -> Inputs:
    """The trust policy names another key as its root, which signed it; the anchor did not."""
    policy = make.trusting(lambda plain: plain["roles"]["root"].update(keys=[good.public("maker").id]), "maker")
    return judged(policy)


@case("invalid", "RW4030")
def trust_policy_signed_by_the_anchor_only() -> Inputs:
    """The anchor signed, and the policy's own role `root` names another key."""
    policy = make.trusting(lambda plain: plain["roles"]["root"].update(keys=[good.public("maker").id]))
    return judged(policy)


def _role(plain: Any, name: str, **changes: Any) -> None:
    plain["roles"][name].update(changes)


def _key(plain: Any, **changes: Any) -> None:
    plain["keys"][good.public("maker").id].update(changes)


GROUP.each(
    "invalid",
    "RW4030",
    [
        ("trust-no-root", "The trust policy has no role `root`.", lambda plain: plain["roles"].pop("root")),
        ("trust-threshold-0", "A role has the threshold 0.", lambda plain: _role(plain, "manufacturer", threshold=0)),
        ("trust-threshold-negative", "A role has the threshold -1.", lambda plain: _role(plain, "root", threshold=-1)),
        ("trust-threshold-too-high", "A role has a threshold above the number of its keys.", lambda plain: _role(plain, "lab", threshold=2)),
        ("trust-empty-role", "A role has no keys.", lambda plain: _role(plain, "lab", keys=[])),
        ("trust-unknown-key", "A role names a key that is not listed.", lambda plain: _role(plain, "lab", keys=["0" * 64])),
        ("trust-key-twice", "A role names a key twice.", lambda plain: _role(plain, "lab", keys=[good.public("lab-p256").id] * 2)),
        ("trust-unknown-role", "A rule asks for a role that is not there.", lambda plain: plain["rules"][0].update(role="nobody")),
        ("trust-version-0", "The version is 0.", lambda plain: plain.update(version=0)),
        ("trust-format", "The format is that of a later version.", lambda plain: plain.update(format="rulewright-trust/2")),
        ("trust-further-member", "There is a member that the model does not have.", lambda plain: plain.update(note="x")),
        ("trust-missing-member", "The rules are not there.", lambda plain: plain.pop("rules")),
        ("trust-bad-day", "A day is the 30th of February.", lambda plain: plain.update(expires="2026-02-30")),
        ("trust-bad-key-day", "A key's day is a time.", lambda plain: _key(plain, valid_until="2026-12-31T00:00:00Z")),
        ("trust-key-another", "A key is listed under the id of another one.", lambda plain: _key(plain, public=to_base64(good.public("old").der))),
        ("trust-key-newline", "A key's base64 ends with a newline.", lambda plain: _key(plain, public=to_base64(good.public("maker").der) + "\n")),
        ("trust-key-empty", "A key is empty.", lambda plain: _key(plain, public="")),
        ("trust-key-trailing", "A byte follows a key.", lambda plain: _key(plain, public=to_base64(good.public("maker").der + b"\0"))),
        ("trust-257-rules", "There are 257 rules.", lambda plain: plain.update(rules=plain["rules"] * 257)),
    ],
    lambda change: judged(make.trusting(change)),
)  # fmt: skip

# --- keys given by hand


@case("undecided", "RW4021")
def nobody_trusted() -> Inputs:
    """Neither a trust policy nor a key is given."""
    return given(make.pack({}), trust=None, anchors=())


@case("undecided", "RW4021")
def an_anchor_alone() -> Inputs:
    """An anchor is given and no trust policy: an anchor speaks for trust policies alone."""
    return given(make.pack({}), trust=None)


@case("invalid", "RW4068")
def nobody_trusted_and_contradicting() -> Inputs:
    """Nobody is trusted, and the verification summary contradicts the rows."""
    bundle = make.restated("vsa", lambda plain: plain["predicate"].update(verificationResult="PASSED"))
    return given(bundle, trust=None, anchors=())


@case("invalid", "RW4020")
def key_of_a_stranger_by_hand() -> Inputs:
    """The key given by hand did not sign."""
    return given(make.pack({}), trust=None, anchors=(), keys=pem("stranger", "status"))


@case("invalid", "RW4053")
def status_key_not_given_by_hand() -> Inputs:
    """The key given by hand signed the root and not the status list."""
    return given(make.pack({}), trust=None, anchors=(), keys=pem("maker"))


@case("invalid", "RW4030")
def key_by_hand_beside_a_bad_policy() -> Inputs:
    """The maker's keys are given by hand, and the trust policy beside them cannot be used."""
    return given(make.pack({}), trust=b"{}", keys=pem("maker", "status"))


@case("invalid", "RW4026")
def key_by_hand_beside_a_policy() -> Inputs:
    """A stranger's key is given by hand; the trust policy asks for the maker all the same."""
    return given(make.resigned(lambda _: None, ("stranger",)), keys=pem("stranger"))


# --- who speaks of status


def status_by(policy: bytes, *names: str) -> Inputs:
    """The status list signed by some keys, beside a trust policy."""
    plain = dsse.decode(good.status_list()).payload
    return given(make.pack({}), trust=policy, statuses=(t.sealed(plain, names, model.STATUS_TYPE),))


@case("invalid", "RW4053")
def status_by_the_maker() -> Inputs:
    """The maker signs the status list in its own favour."""
    return status_by(good.trust_file(), "maker", "maker-mldsa")


@case("invalid", "RW4053")
def status_by_a_stranger() -> Inputs:
    """A stranger signs the status list."""
    return status_by(good.trust_file(), "stranger")


@case("invalid", "RW4053")
def status_by_a_revoked_key() -> Inputs:
    """The key of the status list is revoked."""
    return status_by(good.trust_file({"status": good.entry("status", revoked=LOST)}), "status")


@case("invalid", "RW4053")
def status_by_a_key_that_ran_out() -> Inputs:
    """The key of the status list ran out."""
    return status_by(good.trust_file({"status": good.entry("status", valid_until="2026-02-02")}), "status")


@case("invalid", "RW4053")
def status_without_a_role() -> Inputs:
    """The trust policy has no role `status`."""
    return status_by(make.trusting(lambda plain: plain["roles"].pop("status")), "status")


@case("invalid", "RW4053")
def status_below_the_threshold() -> Inputs:
    """Two keys must sign status lists, and one signed twice."""

    def change(plain: Any) -> None:
        plain["roles"]["status"].update(keys=sorted(good.public(n).id for n in ("status", "lab-p256")), threshold=2)

    return status_by(make.trusting(change), "status", "status")
