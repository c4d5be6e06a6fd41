"""Time: no token, a token over something else or of somebody else, and days that do not fit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
from cryptography.x509.oid import ExtendedKeyUsageOID

from rulewright.attest import dsse
from rulewright.attest.canonical import dump
from rulewright.attest.encoding import to_base64
from rulewright.attest.model import Revoked, Tsa
from tests.attest import good, tsa
from tests.attest.corpus import make
from tests.attest.corpus.case import Group, Inputs, given, text64
from tests.attest.corpus.signatures import from_text
from tests.attest.tsa import Authority

GROUP = Group("time", "Time")
case = GROUP.case
LIBRARY = {"needs": "rfc3161_client"}
NOON = "2026-02-02T12:00:00Z"
SUITE = "sigstore-conformance: timestamps"


def signature(at: int = 0) -> bytes:
    """A signature of the root: the maker's first, then its second."""
    return from_text(make.signatures()[at]["sig"])


def reply(time: str = NOON, own: Authority | None = None, **changes: Any) -> bytes:
    """A token over the maker's first signature."""
    return (own or tsa.authority()).reply(signature(), time, **changes)


def pair(*times: str) -> tuple[bytes, ...]:
    """Tokens over both of the maker's signatures, for each time."""
    return tuple(tsa.authority().reply(signature(at), time) for time in times or (NOON,) for at in (0, 1))


def asking(*authorities: Tsa, time: bool = True, listed: Any = None) -> bytes:
    """A trust policy with authorities, whose rule asks for a trusted time."""
    rules = (msgspec.structs.replace(good.RULE, time=time),)
    return good.trust_file(listed, rules=rules, tsas=authorities or (tsa.authority().tsa,))


def stamped(*tokens: bytes, trust: bytes | None = None, **changes: Any) -> Inputs:
    """The good bundle with tokens, where a trusted time is asked for."""
    held: dict[str, bytes | None] = {f"time/{number}.tsr": token for number, token in enumerate(tokens, 1)}
    return given(make.pack(held), trust=asking() if trust is None else trust, **changes)


def by(own: Authority) -> Inputs:
    """A token of another authority, which is trusted under its root."""
    return stamped(reply(own=own), trust=asking(own.tsa))


@case("invalid", "RW4042")
def no_token() -> Inputs:
    """A rule asks for a trusted time, and there is no token."""
    return stamped()


@case("invalid", "RW4042")
def token_of_an_authority_that_nobody_named() -> Inputs:
    """A rule asks for a trusted time, and the trust policy names no authority."""
    return stamped(reply(), trust=make.ruled(time=True))


@case("invalid", "RW4042")
def keys_ran_out_without_a_token() -> Inputs:
    """The keys are valid and a time is asked for; only a proof of a log is there, which is no time."""
    return given(make.pack({"log/proof.tlog-proof": b"x"}), trust=asking())


GROUP.each(
    "valid",
    "",
    [
        ("token", "A good token.", NOON),
        ("token-of-the-evening-before", "The token is of the day before that of the evaluation, as clocks differ.", "2026-01-31T00:00:00Z"),
        ("token-of-the-next-day", "The token is of the day after that of the check, as clocks differ.", "2026-02-04T23:59:59Z"),
        ("token-with-a-fraction", "The time of the token has a fraction, which is cut.", "2026-02-02T12:00:00.999Z"),
    ],
    lambda time: stamped(reply(time)),
    precedent=SUITE,
    **LIBRARY,
)  # fmt: skip
GROUP.each(
    "invalid",
    "RW4045",
    [
        ("token-older-than-the-evaluation", "The token is two days older than the evaluation.", "2026-01-30T23:59:59Z"),
        ("token-of-last-year", "The token is a year older than the evaluation.", "2025-02-01T12:00:00Z"),
        ("token-of-the-future", "The token is two days later than the check.", "2026-02-05T00:00:00Z"),
    ],
    lambda time: stamped(reply(time)),
    precedent=SUITE,
    **LIBRARY,
)
GROUP.each(
    "invalid",
    "RW4043",
    [
        ("token-over-another-signature", "The token is over the signature of another attestation.", lambda own: own.reply(b"another", NOON)),
        ("token-over-the-payload", "The token is over the payload.", lambda own: own.reply(make.root_bytes(), NOON)),
        ("token-over-half-a-digest", "The token is over a part of the digest.", lambda own: own.reply(b"", NOON, digest=hashlib.sha256(signature()).digest()[:20])),
        ("token-over-sha-512", "The token says that its digest is SHA-512.", lambda own: own.reply(signature(), NOON, algorithm="2.16.840.1.101.3.4.2.3")),
        ("token-with-one-bit-changed", "One bit of the token's signature is changed.", lambda own: own.reply(signature(), NOON, spoil=True)),
        ("token-not-granted", "The authority did not grant it.", lambda own: own.reply(signature(), NOON, status=2)),
        ("token-granted-with-changes", "The authority granted it with changes, and says so.", lambda own: own.reply(signature(), NOON, status=1)),
        ("token-without-a-certificate", "The token has no certificate, and neither has the trust policy.", lambda own: own.reply(signature(), NOON, embedded=False)),
        ("token-with-a-byte-more", "A byte follows the response.", lambda own: own.reply(signature(), NOON) + b"\0"),
        ("token-cut-off", "The last byte of the response is missing.", lambda own: own.reply(signature(), NOON)[:-1]),
        ("token-empty", "The response is empty.", lambda _: b""),
        ("token-junk", "The response is junk.", lambda _: b"2026-02-02T12:00:00Z"),
        ("token-without-the-response", "The token is there, and not the response around it.", lambda own: own.reply(signature(), NOON)[9:]),
        ("token-too-large", "The response has more than 64 KiB.", lambda own: own.reply(signature(), NOON) + bytes(1 << 16)),
        ("token-with-another-time-zone", "The time of the token is not in UTC.", lambda own: own.reply(signature(), "2026-02-02T12:00:00+0100")),
    ],
    lambda build: stamped(build(tsa.authority())),
    precedent=SUITE,
    **LIBRARY,
)  # fmt: skip


@cache
def root() -> tsa.Pair:
    """The root of the authorities of these cases."""
    return tsa.authority().root


def signer(**changes: Any) -> Authority:
    """An authority whose signer's certificate is another one, under the good root."""
    return Authority(root(), tsa.made("Test TSA", root(), **{"purposes": tsa.STAMPING, "serial": 7, **changes}))


def _another_root() -> Authority:
    forged = tsa.made("Test TSA root", secret="another")
    return Authority(forged, tsa.made("Test TSA", forged, purposes=tsa.STAMPING, serial=2))


GROUP.each(
    "invalid",
    "RW4043",
    [
        ("signer-for-nothing", "The signer's certificate has no purpose.", lambda: signer(purposes=())),
        ("signer-for-code", "The signer's certificate is for signing code.", lambda: signer(purposes=(ExtendedKeyUsageOID.CODE_SIGNING,))),
        ("signer-for-two-things", "The signer's certificate is for time stamping and for more.", lambda: signer(purposes=(*tsa.STAMPING, ExtendedKeyUsageOID.CODE_SIGNING))),
        ("signer-not-critical", "The purpose of the signer's certificate is not critical.", lambda: signer(critical=False)),
    ],
    lambda own: by(own()),
    precedent="RFC 3161 section 2.3",
    **LIBRARY,
)  # fmt: skip


@case("invalid", "RW4043", **LIBRARY)
def authority_of_the_same_name() -> Inputs:
    """Another authority, whose certificates have the same names, signed the token."""
    return stamped(reply(own=_another_root()))


@case("invalid", "RW4043", **LIBRARY)
def self_signed_authority() -> Inputs:
    """A certificate for time stamping that signed itself signed the token."""
    own = tsa.made("Test TSA", purposes=tsa.STAMPING, serial=2)
    return stamped(reply(own=Authority(own, own)))


@case("invalid", "RW4043", **LIBRARY)
def authority_without_its_root() -> Inputs:
    """The trust policy names the signer's certificate, and not the self-signed one above it."""
    own = tsa.authority()
    return stamped(reply(), trust=asking(Tsa(name="leaf", certificates=(to_base64(own.signer.der),))))


@case("invalid", "RW4043", **LIBRARY)
def authority_without_certificates() -> Inputs:
    """The trust policy names an authority without a certificate."""
    return stamped(reply(), trust=asking(Tsa(name="none", certificates=())))


@case("invalid", "RW4043", precedent="RFC 5816", **LIBRARY)
def another_certificate_named_as_the_signers() -> Inputs:
    """The token says that another certificate is its signer's."""
    own = tsa.authority()
    info = tsa.tst_info(hashlib.sha256(signature()).digest(), NOON)
    token = tsa.signed(info, own.signer, [own.signer.der], named=own.root.der)
    return stamped(tsa.seq(tsa.seq(tsa.integer(0)), token))


@case("invalid", "RW4043", **LIBRARY)
def token_over_the_signature_of_a_stranger() -> Inputs:
    """The token is over a stranger's signature beside those of the maker."""
    more = make.signed_by(("stranger",))
    token = tsa.authority().reply(from_text(more[0]["sig"]), NOON)
    return given(with_token([*make.signatures(), *more], token), trust=asking())


@case("invalid", "RW4043", precedent=SUITE, **LIBRARY)
def good_token_and_a_bad_one() -> Inputs:
    """One token is good, and another one is over something else."""
    return stamped(reply(), tsa.authority().reply(b"another", NOON))


@case("valid", **LIBRARY)
def two_tokens() -> Inputs:
    """Two good tokens over each signature, of which the earlier one counts."""
    lost = Revoked(on="2026-02-03", reason="lost", compromised_since="2026-02-02")
    listed = {name: good.entry(name, revoked=lost) for name in good.MAKER}
    return stamped(*pair(NOON, "2026-02-01T12:00:00Z"), trust=asking(listed=listed))


@case("valid", **LIBRARY)
def token_over_the_second_signature() -> Inputs:
    """The token is over the ML-DSA signature."""
    return stamped(tsa.authority().reply(signature(1), NOON))


@case("valid", **LIBRARY)
def certificate_of_the_trust_policy() -> Inputs:
    """The token has no certificate; the trust policy has that of the signer."""
    own = tsa.authority()
    both = Tsa(name="both", certificates=(to_base64(own.root.der), to_base64(own.signer.der)))
    return stamped(reply(embedded=False), trust=asking(both))


SHORT = {"first": "2026-02-01T00:00:00Z", "last": "2026-02-02T12:00:00Z"}


def short(time: str) -> Inputs:
    """A token of an authority whose signer's certificate is valid for a day and a half."""
    own = signer(**SHORT)
    return stamped(reply(time, own), trust=asking(own.tsa))


GROUP.each(
    "invalid",
    "RW4044",
    [
        ("token-before-its-certificate", "The token is a second older than the signer's certificate.", "2026-01-31T23:59:59Z"),
        ("token-after-its-certificate", "The token is a second later than the end of the signer's certificate.", "2026-02-02T12:00:01Z"),
    ],
    short,
    precedent=SUITE,
    **LIBRARY,
)  # fmt: skip
GROUP.each(
    "valid",
    "",
    [
        ("token-at-the-begin-of-its-certificate", "The token is of the first second of the signer's certificate.", "2026-02-01T00:00:00Z"),
        ("token-at-the-end-of-its-certificate", "The token is of the last second of the signer's certificate.", "2026-02-02T12:00:00Z"),
        ("token-in-the-last-second-of-its-certificate", "The token is of half a second later, which is cut.", "2026-02-02T12:00:00.5Z"),
    ],
    short,
    precedent=f"{SUITE}; the end is included",
    **LIBRARY,
)  # fmt: skip


def lost(since: str | None, on: str = "2026-02-03") -> Inputs:
    """Both keys of the maker are revoked, and tokens show when they signed."""
    revoked = Revoked(on=on, reason="lost", compromised_since=since)
    return stamped(*pair(), trust=asking(listed={name: good.entry(name, revoked=revoked) for name in good.MAKER}))


GROUP.add("revoked-after-the-token", "The keys are revoked since a day after that of the token.", "valid", "", lambda: lost("2026-02-03"), **LIBRARY)  # fmt: skip
GROUP.add("revoked-without-a-day-after-the-token", "The keys are revoked on a day after that of the token.", "valid", "", lambda: lost(None), **LIBRARY)  # fmt: skip
GROUP.each(
    "invalid",
    "RW4023",
    [
        ("revoked-on-the-day-of-the-token", "The keys are compromised since the day of the token.", "2026-02-02"),
        ("revoked-before-the-token", "The keys are compromised since a day before that of the token.", "2026-01-15"),
    ],
    lost,
    **LIBRARY,
)


def valid_in(**days: str) -> Inputs:
    """Both keys of the maker are valid in other days, and tokens show when they signed."""
    return stamped(*pair(), trust=asking(listed={name: good.entry(name, **days) for name in good.MAKER}))


GROUP.add("key-ran-out-after-the-token", "The keys ran out after the token, which shows that they signed before.", "valid", "", lambda: valid_in(valid_until="2026-02-02"), **LIBRARY)  # fmt: skip
GROUP.add("key-ran-out-before-the-token", "The keys ran out before the token.", "invalid", "RW4022", lambda: valid_in(valid_until="2026-02-01"), **LIBRARY)  # fmt: skip
GROUP.add("key-valid-after-the-token", "The keys are valid today, and were not at the time of the token.", "invalid", "RW4022", lambda: valid_in(valid_from="2026-02-03"), **LIBRARY)  # fmt: skip


@case("invalid", "RW4028", precedent="a token lent to another signature", **LIBRARY)
def stolen_key_beside_a_good_token() -> Inputs:
    """Both keys are revoked, and the token over one signature is old enough: it says nothing of the other one."""
    revoked = Revoked(on="2026-02-03", reason="lost", compromised_since=None)
    return stamped(reply(), trust=asking(listed={name: good.entry(name, revoked=revoked) for name in good.MAKER}))


@case("invalid", "RW4028", precedent="a token lent to another signature", **LIBRARY)
def expired_key_beside_a_good_token() -> Inputs:
    """Both keys ran out, and a token shows of one alone that it signed before."""
    listed = {name: good.entry(name, valid_until="2026-02-02") for name in good.MAKER}
    return stamped(reply(), trust=asking(listed=listed))


@case("invalid", "RW4042", precedent="a token lent to another signature", **LIBRARY)
def token_of_another_role() -> Inputs:
    """A time is asked for in the maker's role, and the token is over the signature of the lab."""
    lab = make.signed_by(("lab-p256",))
    token = tsa.authority().reply(from_text(lab[0]["sig"]), NOON)
    return given(with_token([*make.signatures(), *lab], token), trust=asking())


@case("invalid", "RW4045", **LIBRARY)
def good_token_and_an_older_one() -> Inputs:
    """One token fits, and another one is older than the evaluation."""
    return stamped(reply(), tsa.authority().reply(signature(1), "2026-01-01T12:00:00Z"))


def with_token(signatures: list[dict[str, str]], token: bytes) -> bytes:
    """The bundle with other signatures of its root, and a token."""
    plain = {"payload": text64(make.root_bytes()), "payloadType": dsse.IN_TOTO, "signatures": signatures}
    return make.pack({"root.dsse.json": dump(plain), "time/1.tsr": token})


# --- days of the attestation


def dated(**changes: str) -> Callable[[], Inputs]:
    return lambda: given(make.predicate(**changes))


GROUP.add("evaluated-tomorrow", "The attestation is as of tomorrow.", "invalid", "RW4040", dated(asOf="2026-02-04T00:00:00Z"))  # fmt: skip
GROUP.add("evaluated-next-century", "The attestation is as of the next century.", "invalid", "RW4040", dated(asOf="2126-02-04T00:00:00Z", validUntil="2127-01-01"))  # fmt: skip
GROUP.add(
    "ran-out-yesterday", "The attestation held until yesterday.", "invalid", "RW4041", dated(validUntil="2026-02-02")
)
GROUP.add("ran-out-before-it-began", "The attestation ended before it was evaluated.", "invalid", "RW4012", dated(validUntil="2026-01-31"))  # fmt: skip
GROUP.add("holds-for-ever", "The attestation claims to hold until the end of the calendar.", "invalid", "RW4012", dated(validUntil="9999-12-31"))  # fmt: skip
GROUP.add("holds-a-day-too-long", "The attestation claims to hold for 366 days.", "invalid", "RW4012", dated(validUntil="2027-02-02"))  # fmt: skip
FEED = {"kind": "feed", "format": "osv", "name": "feed.json", "sha256": "0" * 64, "bytes": 1}
GROUP.add("holds-longer-than-feeds", "Feeds were used, and the attestation claims to hold for eight days.", "invalid", "RW4012", lambda: given(make.resigned(lambda plain: plain["predicate"].update(validUntil="2026-02-09", inputs=[*plain["predicate"]["inputs"], FEED]))))  # fmt: skip


def on(day: str) -> Inputs:
    """The good bundle on another day, with a trust policy and a status list that are in force."""
    lists = (good.status_list(this_update="2026-01-01", next_update="2029-12-31"),)
    return given(make.pack({}), at=day, statuses=lists, trust=good.trust_file(expires="2030-01-01"))


GROUP.add("on-its-first-day", "The check is made on the day of the evaluation.", "valid", "", lambda: on("2026-02-01"))
GROUP.add("on-its-last-day", "The check is made on the last day, which counts.", "valid", "", lambda: on("2026-12-31"))
GROUP.add("a-day-too-early", "The check is made on the day before the evaluation.", "invalid", "RW4040", lambda: on("2026-01-31"))  # fmt: skip
GROUP.add("a-day-too-late", "The check is made on the day after the last one.", "invalid", "RW4041", lambda: on("2027-01-01"))  # fmt: skip
GROUP.each(
    "invalid",
    "RW4012",
    [
        ("as-of-a-day", "`asOf` is a day.", {"asOf": "2026-02-01"}),
        ("as-of-another-zone", "`asOf` is in another zone.", {"asOf": "2026-02-01T00:00:00+00:00"}),
        ("as-of-small-letters", "`asOf` is in small letters.", {"asOf": "2026-02-01t00:00:00z"}),
        ("as-of-a-fraction", "`asOf` has a fraction.", {"asOf": "2026-02-01T00:00:00.0Z"}),
        ("as-of-a-leap-second", "`asOf` is a leap second.", {"asOf": "2016-12-31T23:59:60Z"}),
        ("as-of-24-hours", "`asOf` is at 24 o'clock.", {"asOf": "2026-01-31T24:00:00Z"}),
        ("as-of-no-day", "`asOf` is on the 30th of February.", {"asOf": "2026-02-30T00:00:00Z"}),
        ("as-of-full-width", "`asOf` is in full-width digits.", {"asOf": "\uff12026-02-01T00:00:00Z"}),
        ("as-of-newline", "`asOf` ends with a newline.", {"asOf": "2026-02-01T00:00:00Z\n"}),
        ("until-no-day", "`validUntil` is on the 29th of February of a common year.", {"validUntil": "2027-02-29"}),
        ("until-a-time", "`validUntil` is a time.", {"validUntil": "2026-12-31T00:00:00Z"}),
        ("until-year-0", "`validUntil` is in the year 0.", {"validUntil": "0000-01-01"}),
        ("until-year-10000", "`validUntil` is in the year 10000.", {"validUntil": "10000-01-01"}),
        ("until-basic", "`validUntil` is written without hyphens.", {"validUntil": "20261231"}),
        ("until-week", "`validUntil` is a day of a week.", {"validUntil": "2026-W05-1"}),
        ("until-empty", "`validUntil` is empty.", {"validUntil": ""}),
    ],
    lambda changes: given(make.predicate(**changes)),
)  # fmt: skip
