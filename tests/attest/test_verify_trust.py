"""Trust policies as a verifier reads them: whole, anchored, never older; and rules that only distinct, valid, unrevoked keys meet."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import msgspec
import pytest

from rulewright.attest import dsse, model, trust
from rulewright.attest.canonical import dump
from rulewright.attest.checking import signing
from rulewright.attest.checking.said import FoundError
from rulewright.attest.encoding import to_base64
from rulewright.attest.model import Revoked
from tests.attest import good
from tests.attest import tampered as t
from tests.attest.tsa import Authority, authority

ANCHOR = good.public("anchor")
BEFORE, SIGNED = "2026-02-01T12:00:00Z", "2026-02-02T12:00:00Z"


def plain(change: Any, *names: str) -> bytes:
    """The trust policy with its JSON changed."""
    document = msgspec.to_builtins(good.trust())
    change(document)
    return good.signed(document, model.TRUST_TYPE, *(names or ("anchor",)))


def ruled(**changes: Any) -> bytes:
    return good.trust_file(rules=(msgspec.structs.replace(good.RULE, **changes),))


def role(name: str, **changes: Any) -> bytes:
    return plain(lambda document: document["roles"][name].update(changes))


def maker(**changes: Any) -> bytes:
    return good.trust_file({"maker": good.entry("maker", **changes)})


def misnamed(document: Any) -> None:
    first, second = sorted(document["keys"])[:2]
    document["keys"][first], document["keys"][second] = document["keys"][second], document["keys"][first]


BAD = [
    ("no JSON", lambda: b"nonsense"),
    ("too long", lambda: b" " * (8 * 1024 * 1024 + 1)),
    ("another type", lambda: good.signed(good.trust(), model.STATUS_TYPE, "anchor")),
    ("not canonical", lambda: t.sealed(json.dumps(msgspec.to_builtins(good.trust())).encode(), ("anchor",), model.TRUST_TYPE)),
    ("a strange member", lambda: plain(lambda document: document.update(more=1))),
    ("a member left out", lambda: plain(lambda document: document.pop("format"))),
    ("keys under other ids", lambda: plain(misnamed)),
    ("another algorithm", lambda: maker(algorithm="ml-dsa-65")),
    ("no key", lambda: maker(public="AAAA")),
    ("stray base64", lambda: maker(public=to_base64(good.public("maker").der) + "\n")),
    ("a day that is none", lambda: maker(valid_until="2026-02-30")),
    ("version 0", lambda: good.trust_file(version=0)),
    ("a role with an unknown key", lambda: role("lab", keys=["0" * 64])),
    ("a role with a key twice", lambda: role("lab", keys=[good.public("lab-p256").id] * 2)),
    ("a threshold of 0", lambda: role("lab", threshold=0)),
    ("a threshold above the keys", lambda: role("lab", threshold=2)),
    ("no role root", lambda: plain(lambda document: document["roles"].pop("root"))),
    ("a rule for no role", lambda: ruled(role="nobody")),
    ("a rule for no key", lambda: ruled(threshold=0)),
    ("a rule for fewer than no keys", lambda: ruled(threshold=-5)),
    ("signed by no root key", lambda: good.signed(good.trust(), model.TRUST_TYPE, "maker")),
    ("257 rules", lambda: good.trust_file(rules=(good.RULE,) * 257)),
]  # fmt: skip


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in BAD])
def test_a_trust_policy_that_cannot_be_used(make: Any) -> None:
    assert t.outcome(trust=make()) == ("invalid", "RW4030", "trust policy")
    assert t.outcome(trust=make(), anchors=(), keys=tuple(map(good.public, good.MAKER)))[1] == "RW4030"


def test_the_anchor_must_have_signed_it() -> None:
    assert t.outcome(anchors=(good.public("stranger"),)) == ("invalid", "RW4030", "trust policy")
    both = (good.public("stranger"), ANCHOR)
    assert t.outcome(anchors=both) == ("invalid", "RW4030", "trust policy")
    assert t.outcome(anchors=both, anchors_needed=1)[0] == "valid"
    assert t.outcome(anchors=both, anchors_needed=2)[1] == "RW4030"
    assert t.outcome(anchors=(ANCHOR, ANCHOR), anchors_needed=2)[1] == "RW4030"
    assert t.outcome(anchors=())[0] == "valid"
    swapped = plain(lambda document: document["roles"]["root"].update(keys=[good.public("maker").id]), "maker")
    assert t.outcome(trust=swapped, anchors=())[0] == "valid"
    assert t.outcome(trust=swapped) == ("invalid", "RW4030", "trust policy")


def test_the_threshold_of_root_counts_distinct_keys() -> None:
    both = {"keys": sorted(good.public(name).id for name in ("anchor", "maker")), "threshold": 2}

    def change(document: Any) -> None:
        document["roles"]["root"].update(both)

    assert t.outcome(trust=plain(change, "anchor", "anchor"))[1] == "RW4030"
    assert t.outcome(trust=plain(change, "anchor", "maker"))[0] == "valid"


def test_an_older_version_is_refused_and_another_of_the_same() -> None:
    own = trust.read(good.trust_file()).sha256
    seen = [good.seen(2), good.seen(3, own), good.seen(3), good.seen(4, own)]
    assert [t.outcome(seen=one)[1] for one in seen] == ["", "", "RW4031", "RW4031"]


def test_a_newer_version_is_signed_by_the_threshold_of_the_role_root_that_was_seen() -> None:
    pair = ("anchor", "maker")
    one, both = good.trust_file(), good.signed(good.trust(), model.TRUST_TYPE, *pair)
    assert t.outcome(trust=one, seen=good.seen(2, root=pair, threshold=2)) == ("invalid", "RW4031", "trust policy")
    assert t.outcome(trust=both, seen=good.seen(2, root=pair, threshold=2))[0] == "valid"
    assert t.outcome(trust=one, seen=good.seen(2, root=pair, threshold=1))[0] == "valid"
    assert t.outcome(trust=both, seen=good.seen(2, root=("stranger",)))[1] == "RW4031"


def test_what_is_remembered_counts_for_keys_that_are_what_they_are_called_and_for_one_policy() -> None:
    swapped = good.seen(2)
    listed = dict(zip(swapped.root.keys, good.seen(2, root=("maker",)).root.keys.values(), strict=True))
    renamed = msgspec.structs.replace(swapped, root=trust.SeenRoot(listed, 1))
    signed = good.signed(good.trust(), model.TRUST_TYPE, "anchor", "maker")
    assert t.outcome(trust=signed, seen=renamed)[1] == "RW4031"
    assert t.outcome(seen=msgspec.structs.replace(good.seen(9), id="urn:example:other"))[0] == "valid"
    assert t.outcome(seen=good.seen(2, root=(), threshold=0))[1] == "RW4031"


def test_what_is_remembered_of_a_policy_lets_its_next_version_in() -> None:
    found = trust.seen(trust.read(good.trust_file()))
    assert (found.id, found.version, list(found.root.keys)) == ("urn:example:regulator", 3, [ANCHOR.id])
    assert t.outcome(trust=good.trust_file(version=4), seen=found)[0] == "valid"


def test_an_envelope_of_the_same_policy_with_another_layout_is_the_same() -> None:
    own = trust.read(good.trust_file()).sha256
    spaced = json.dumps(json.loads(good.trust_file()), indent=1).encode()
    assert t.outcome(trust=spaced, seen=good.seen(3, own))[0] == "valid"


def test_the_days_of_a_policy_are_included() -> None:
    made = good.trust_file(issued="2026-02-02", expires="2026-02-04")
    days = [date(2026, 2, day) for day in (1, 2, 4, 5)]
    assert [t.outcome(trust=made, at=day)[1] for day in days] == ["RW4032", "", "", "RW4032"]


RULES = [
    ("no rule for the standard", "RW4026", lambda: ruled(standards=("etsi.en_303_645",))),
    ("no rule for the predicate", "RW4026", lambda: ruled(predicate="https://slsa.dev/verification_summary/v1")),
    ("a rule for all predicates", "", lambda: ruled(predicate="*")),
    ("a rule for the standard", "", lambda: ruled(standards=("acme.camera", "other"))),
    ("the lab's role", "RW4026", lambda: ruled(role="lab", threshold=1, hybrid=False)),
    ("two rules, one not met", "RW4026", lambda: good.trust_file(rules=(good.RULE, msgspec.structs.replace(good.RULE, role="lab")))),
    ("a threshold above the role's", "RW4028", lambda: ruled(threshold=3)),
    ("the role's threshold", "", lambda: plain(lambda document: document["roles"]["manufacturer"].update(threshold=2))),
    ("no such engine", "RW4027", lambda: ruled(engines=("urn:other",))),
    ("any engine", "", lambda: ruled(engines=("*",))),
    ("no engine", "RW4027", lambda: ruled(engines=())),
    ("no trusted time", "RW4042", lambda: ruled(time=True)),
    ("no proof", "RW4073", lambda: ruled(log=True)),
    ("a key of yesterday", "RW4022", lambda: maker_alone(valid_until="2026-02-02")),
    ("a key of tomorrow", "RW4022", lambda: maker_alone(valid_from="2026-02-04")),
    ("a key of today", "", lambda: maker_alone(valid_from="2026-02-03", valid_until="2026-02-03")),
    ("a revoked key", "RW4023", lambda: maker_alone(revoked=Revoked(on="2026-02-10", reason="lost", compromised_since=None))),
    ("one of two keys ran out", "RW4028", lambda: maker(valid_until="2026-02-02")),
]  # fmt: skip


def maker_alone(**changes: Any) -> bytes:
    """A policy that asks for one of the maker's keys, of which one does not count at all."""
    gone = Revoked(on="2026-01-01", reason="lost", compromised_since="2026-01-01")
    listed = {"maker": good.entry("maker", **changes), "maker-mldsa": good.entry("maker-mldsa", revoked=gone)}
    if not {"valid_from", "valid_until"}.isdisjoint(changes):
        listed["maker-mldsa"] = good.entry("maker-mldsa", valid_until="2026-01-02")
    return good.trust_file(listed, rules=(msgspec.structs.replace(good.RULE, threshold=1, hybrid=False),))


@pytest.mark.parametrize(("code", "make"), [pytest.param(*rest, id=name) for name, *rest in RULES])
def test_rules(code: str, make: Any) -> None:
    assert t.outcome(trust=make())[1] == code


def test_hybrid_needs_both_kinds_of_one_role() -> None:
    three = (*good.MAKER, "old")
    wide = {"keys": sorted(good.public(name).id for name in three), "threshold": 1}

    def change(document: Any) -> None:
        document["keys"][good.public("old").id] = msgspec.to_builtins(good.entry("old"))
        document["roles"]["manufacturer"].update(wide)

    policy = plain(change)
    assert t.outcome(trust=policy, bundle=t.resigned(lambda _: None, ("maker", "old")))[1] == "RW4025"
    assert t.outcome(trust=policy, bundle=t.resigned(lambda _: None, ("maker-mldsa", "old")))[0] == "valid"


def test_one_key_under_two_names_counts_once() -> None:
    doubled = t.envelope(lambda document: document.update(signatures=[
        {"sig": document["signatures"][0]["sig"], "keyid": name} for name in ("a", "b")
    ]))  # fmt: skip
    assert t.outcome(bundle=doubled, trust=ruled(hybrid=False))[1] == "RW4028"


@pytest.fixture
def clock() -> Authority:
    pytest.importorskip("rfc3161_client", reason="needs the extra `signers`")
    return authority()


def tokens(clock: Authority, time: str, first: int = 1, names: tuple[str, ...] = good.MAKER) -> dict[str, bytes]:
    """Tokens over the signatures of keys of the good bundle."""
    envelope = dsse.decode(t.members()["root.dsse.json"])
    own = {item.keyid: item.sig for item in envelope.signatures}
    return {f"time/{n}.tsr": clock.reply(own[good.public(name).id], time) for n, name in enumerate(names, first)}


def stamped(clock: Authority, time: str, more: dict[str, bytes] | None = None) -> bytes:
    """The good bundle with a token over the signature of each key of the maker."""
    return t.pack({**tokens(clock, time), **(more or {})})


def test_a_trusted_time_decides_what_a_revoked_key_is_worth(clock: Authority) -> None:
    asked = (msgspec.structs.replace(good.RULE, time=True),)
    found = {}
    for since in ("2026-02-02", "2026-02-03", None):
        lost = Revoked(on="2026-02-01" if since is None else "2026-02-04", reason="lost", compromised_since=since)
        listed = {name: good.entry(name, revoked=lost) for name in good.MAKER}
        policy = good.trust_file(listed, rules=asked, tsas=(clock.tsa,))
        found[since] = t.outcome(bundle=stamped(clock, SIGNED), trust=policy)[1]
    assert found == {"2026-02-02": "RW4023", "2026-02-03": "", None: "RW4023"}


def test_a_trusted_time_decides_in_which_days_a_key_must_be_valid(clock: Authority) -> None:
    listed = {name: good.entry(name, valid_until="2026-02-02") for name in good.MAKER}
    policy = good.trust_file(listed, tsas=(clock.tsa,))
    assert t.outcome(trust=policy)[1] == "RW4022"
    assert t.outcome(bundle=stamped(clock, SIGNED), trust=policy)[0] == "valid"


def test_times_that_do_not_fit(clock: Authority) -> None:
    policy = good.trust_file(tsas=(clock.tsa,))
    codes = {time: t.outcome(bundle=stamped(clock, f"{time}T12:00:00Z"), trust=policy)[1] for time in (
        "2026-01-30", "2026-01-31", "2026-02-04", "2026-02-05"
    )}  # fmt: skip
    assert list(codes.values()) == ["RW4045", "", "", "RW4045"]
    assert t.outcome(bundle=t.pack({"time/1.tsr": b"junk"}), trust=policy) == ("invalid", "RW4043", "time")
    assert t.outcome(bundle=stamped(clock, SIGNED, {"time/3.tsr": b"junk"}), trust=policy)[1] == "RW4043"
    assert t.outcome(bundle=t.pack({"time/1.tsr": clock.reply(b"other", SIGNED)}), trust=policy)[1] == "RW4043"
    assert t.outcome(bundle=stamped(clock, SIGNED))[0] == "valid", "without an authority it is a note"


def test_of_several_times_the_earliest_counts(clock: Authority) -> None:
    later = stamped(clock, SIGNED)
    both = stamped(clock, SIGNED, tokens(clock, BEFORE, 3))
    lost = Revoked(on="2026-02-04", reason="lost", compromised_since="2026-02-02")
    listed = {name: good.entry(name, revoked=lost) for name in good.MAKER}
    policy = good.trust_file(listed, tsas=(clock.tsa,))
    assert t.outcome(bundle=later, trust=policy)[1] == "RW4023"
    assert t.outcome(bundle=both, trust=policy)[0] == "valid"


def test_a_token_over_one_signature_says_nothing_of_another_one(clock: Authority) -> None:
    lost = Revoked(on="2026-02-04", reason="lost", compromised_since="2026-02-03")
    policy = good.trust_file({"maker-mldsa": good.entry("maker-mldsa", revoked=lost)}, tsas=(clock.tsa,))
    assert t.outcome(bundle=stamped(clock, SIGNED), trust=policy)[0] == "valid"
    assert t.outcome(bundle=t.pack(tokens(clock, SIGNED, names=("maker",))), trust=policy)[1] == "RW4028"
    ended = good.trust_file({"maker-mldsa": good.entry("maker-mldsa", valid_until="2026-02-02")}, tsas=(clock.tsa,))
    assert t.outcome(bundle=stamped(clock, SIGNED), trust=ended)[0] == "valid"
    assert t.outcome(bundle=t.pack(tokens(clock, SIGNED, names=("maker",))), trust=ended)[1] == "RW4028"


def test_an_old_key_and_a_new_key_of_one_owner_are_not_two_people(clock: Authority) -> None:
    listed = {"maker": good.entry("maker", valid_until="2026-02-02"), "maker-mldsa": good.entry("maker-mldsa", valid_from="2026-02-03")}  # fmt: skip
    policy = good.trust_file(listed, tsas=(clock.tsa,), rules=(msgspec.structs.replace(good.RULE, hybrid=False),))
    assert t.outcome(bundle=t.pack(tokens(clock, SIGNED, names=("maker",))), trust=policy)[1] == "RW4028"
    one = msgspec.structs.replace(good.RULE, hybrid=False, threshold=1)
    alone = good.trust_file(listed, tsas=(clock.tsa,), rules=(one,))
    assert t.outcome(bundle=t.pack(tokens(clock, SIGNED, names=("maker",))), trust=alone)[0] == "valid"


def test_without_the_library_for_time_it_is_undecided(clock: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = good.trust_file(tsas=(clock.tsa,))
    made = stamped(clock, SIGNED)
    monkeypatch.setitem(__import__("sys").modules, "rfc3161_client", None)
    assert t.outcome(bundle=made, trust=policy) == ("undecided", "RW4104", "time")


def test_without_post_quantum_keys_in_the_library_it_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "lattice", lambda: False)
    assert t.outcome()[:2] == ("undecided", "RW4028")
    assert t.outcome(trust=ruled(threshold=1))[:2] == ("undecided", "RW4025")
    assert t.outcome(trust=ruled(threshold=1, hybrid=False))[0] == "valid"
    only = t.resigned(lambda _: None, ("maker-mldsa",))
    assert t.outcome(bundle=only)[:2] == ("undecided", "RW4020")


def test_without_the_library_for_signatures_it_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "installed", lambda: False)
    assert t.outcome()[:2] == ("undecided", "RW4104")
    assert t.outcome(trust=None, anchors=(), keys=(good.public("maker"),))[0] == "undecided"


def test_reading_tells_why() -> None:
    with pytest.raises(FoundError, match="no role `root`") as error:
        trust.read(plain(lambda document: document["roles"].pop("root")))
    assert error.value.said.code == "RW4030"


def test_the_digest_of_a_policy_is_that_of_its_payload() -> None:
    made = trust.read(good.trust_file())
    assert made.sha256 == t.digest(dump(msgspec.to_builtins(good.trust())))
