"""Signatures: what is no signature of who should have signed, and what counts once although it is there twice."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from rulewright.attest import dsse, limits
from tests.attest import good
from tests.attest import tampered as t
from tests.attest.corpus import make
from tests.attest.corpus.case import Group, Inputs, given, text64

GROUP = Group("signatures", "Signatures")
case = GROUP.case
P256 = int("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)
"""The order of the curve P-256."""
ED25519 = 2**252 + 27742317777372353535851937790883648493
"""The order of the base point of Ed25519."""
TAG = make.lab_rule()
"""A trust policy by which the lab must sign, too."""


def message() -> bytes:
    """What the signatures of the root are over."""
    return dsse.pae(dsse.IN_TOTO, make.root_bytes())


def replaced(signature: dict[str, str], sig: bytes) -> dict[str, str]:
    """A signature with other bytes."""
    return {**signature, "sig": text64(sig)}


def maker_says(sig: bytes, **changes: Any) -> Inputs:
    """The maker's Ed25519 signature replaced, its other one as it is."""
    first, second = make.signatures()
    return given(make.with_signatures([replaced(first, sig), second]), **changes)


def lab_says(sig: bytes) -> Inputs:
    """The lab's ECDSA signature replaced, where the lab must sign."""
    lab = {"keyid": good.public("lab-p256").id, "sig": text64(sig)}
    return given(make.with_signatures([*make.signatures(), lab]), trust=TAG)


def lab_pair() -> tuple[int, int]:
    """r and s of a good signature of the lab."""
    return decode_dss_signature(good.key("lab-p256").sign(message()))


def from_text(text: str) -> bytes:
    return base64.b64decode(text)


@case("unreadable", "RW4005", precedent="sigstore-conformance")
def stripped() -> Inputs:
    """The list of signatures is empty."""
    return given(make.with_signatures([]))


@case("unreadable", "RW4005")
def signatures_absent() -> Inputs:
    """There is no list of signatures."""
    return given(make.enveloped(lambda plain: plain.pop("signatures")))


def in_first(**changes: Any) -> Inputs:
    """Members of the first signature changed."""
    first, second = make.signatures()
    changed = {name: value for name, value in {**first, **changes}.items() if value is not Ellipsis}
    return given(make.with_signatures([changed, second]))


GROUP.each(
    "unreadable",
    "RW4005",
    [
        ("sig-empty", "A signature is empty.", {"sig": ""}),
        ("sig-null", "A signature is `null`.", {"sig": None}),
        ("sig-absent", "A signature has no `sig`.", {"sig": ...}),
        ("sig-list", "A signature is a list.", {"sig": ["AA=="]}),
        ("keyid-number", "A key id is a number.", {"keyid": 1}),
        ("keyid-null", "A key id is `null`.", {"keyid": None}),
        ("with-certificate", "A signature brings a certificate.", {"cert": "-----BEGIN CERTIFICATE-----"}),
        ("with-algorithm", "A signature says which algorithm it is for.", {"alg": "none"}),
    ],
    lambda changes: in_first(**changes),
    precedent="securesystemslib takes further members",
)  # fmt: skip
GROUP.each(
    "unreadable",
    "RW4005",
    [
        ("base64-newline", "The base64 of a signature ends with a newline.", lambda text: text + "\n"),
        ("base64-space", "A space stands in the base64 of a signature.", lambda text: text[:8] + " " + text[8:]),
        ("base64-stray", "A full stop stands in the base64 of a signature.", lambda text: text[:8] + "." + text[8:]),
        ("base64-unpadded", "The padding of a signature's base64 is missing.", lambda text: text.rstrip("=")),
        ("base64-padded-twice", "The padding of a signature's base64 is too long.", lambda text: text + "===="),
        ("base64-left-over", "Bits are left over in the base64 of a signature.", lambda text: text[:-3] + chr(ord(text[-3]) + 1) + "=="),
        ("base64-two-alphabets", "Two alphabets of base64 are mixed.", lambda _: text64(b"\xfb\xef\xbe" * 21 + b"\xfb").replace("+", "-", 3)),
        ("base64-hexadecimal", "A signature is in hexadecimal, of an odd length.", lambda text: from_text(text).hex()[:-1]),
        ("base64-full-width", "A letter of the base64 is full-width.", lambda text: "\uff21" + text[1:]),
    ],
    lambda change: in_first(sig=change(make.signatures()[0]["sig"])),
    precedent="sigstore takes stray characters in base64",
)  # fmt: skip
GROUP.each(
    "unreadable",
    "RW4005",
    [
        ("payload-base64-newline", "The base64 of the payload is folded.", lambda text: text[:76] + "\n" + text[76:]),
        ("payload-base64-unpadded", "The padding of the payload's base64 is wrong.", lambda text: text + "="),
        ("payload-number", "The payload is a number.", lambda _: 1),
        ("payload-null", "The payload is `null`.", lambda _: None),
        ("payload-object", "The payload is the statement itself.", lambda text: json.loads(base64.b64decode(text))),
    ],
    lambda change: given(make.enveloped(lambda plain: plain.update(payload=change(plain["payload"])))),
    precedent="sigstore takes stray characters in base64",
)


@case("invalid", "RW4020")
def stranger_alone() -> Inputs:
    """The root is signed by a key that nobody knows."""
    return given(make.resigned(lambda _: None, ("stranger",)))


@case("invalid", "RW4020")
def stranger_under_the_makers_key_id() -> Inputs:
    """A stranger's signatures stand under the key ids of the maker."""
    forged = [{**item, "keyid": good.public("maker").id} for item in make.signed_by(("stranger",))]
    return given(make.with_signatures(forged))


@case("invalid", "RW4020")
def signatures_of_another_payload() -> Inputs:
    """The signatures are the maker's own, over an older root."""
    return given(make.with_signatures(make.signed_by(good.MAKER, dsse.pae(dsse.IN_TOTO, b"an older root"))))


GROUP.each(
    "invalid",
    "RW4020",
    [
        ("over-the-payload", "The signatures are over the payload, without its type.", make.root_bytes),
        ("over-base64", "The signatures are over the base64 of the payload.", lambda: text64(make.root_bytes()).encode()),
        ("over-another-type", "The signatures are over the payload as another type.", lambda: dsse.pae("application/json", make.root_bytes())),
        ("over-dsse-v0", "The signatures are over an encoding with binary lengths, as DSSE had once.", lambda: b"".join(len(part).to_bytes(8, "little") + part for part in (dsse.IN_TOTO.encode(), make.root_bytes()))),
        ("over-the-digest", "The signatures are over the SHA-256 of what they should be over.", lambda: bytes.fromhex(t.digest(message()))),
        ("over-a-longer-length", "The signatures are over the encoding with another length.", lambda: message().replace(b"DSSEv1 28 ", b"DSSEv1 028 ")),
    ],
    lambda over: given(make.with_signatures(make.signed_by(good.MAKER, over()))),
    precedent="DSSE, pre-authentication encoding",
)  # fmt: skip


@case("invalid", "RW4028")
def one_bit_of_one_signature() -> Inputs:
    """One bit of the Ed25519 signature is changed; the other signature is good."""
    sig = bytearray(from_text(make.signatures()[0]["sig"]))
    sig[0] ^= 1
    return maker_says(bytes(sig))


@case("invalid", "RW4020")
def one_bit_of_each_signature() -> Inputs:
    """One bit of each signature is changed."""
    changed = []
    for item in make.signatures():
        sig = bytearray(from_text(item["sig"]))
        sig[10] ^= 128
        changed.append(replaced(item, bytes(sig)))
    return given(make.with_signatures(changed))


@case("invalid", "RW4028", precedent="securesystemslib, go-witness: threshold by duplicates")
def same_signature_twice() -> Inputs:
    """One signature stands twice, where two keys must sign."""
    return given(make.with_signatures(make.signatures()[:1] * 2))


@case("invalid", "RW4028", precedent="securesystemslib: alias keys")
def one_key_under_two_ids() -> Inputs:
    """One signature stands twice, under two key ids, where two keys must sign."""
    first, second = make.signatures()
    return given(make.with_signatures([first, {**first, "keyid": second["keyid"]}]))


@case("invalid", "RW4028", precedent="go-witness: threshold by duplicates")
def two_signatures_of_one_key() -> Inputs:
    """One ML-DSA key signed twice, with other bytes each time, where two keys must sign."""
    return given(make.with_signatures(make.signed_by(("maker-mldsa", "maker-mldsa"))))


@case("invalid", "RW4030", precedent="securesystemslib: alias keys")
def one_key_listed_twice() -> Inputs:
    """The trust policy lists one key under a second id, and both in the role."""

    def change(plain: Any) -> None:
        plain["keys"]["0" * 64] = plain["keys"][good.public("maker").id]
        plain["roles"]["manufacturer"]["keys"].append("0" * 64)

    return given(make.pack({}), trust=make.trusting(change))


@case("invalid", "RW4030")
def one_key_in_another_encoding() -> Inputs:
    """The trust policy lists the lab's point in its compressed form, which is another file of the same key."""
    der = good.public("lab-p256").der
    point = der[-65:]
    head = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200")
    other = head + bytes([2 + point[-1] % 2]) + point[1:33]

    def change(plain: Any) -> None:
        listed = plain["keys"][good.public("lab-p256").id]
        plain["keys"][t.digest(other)] = {**listed, "public": text64(other)}

    return given(make.pack({}), trust=make.trusting(change))


@case("invalid", "RW4030", precedent="algorithm confusion")
def algorithm_swapped() -> Inputs:
    """The trust policy lists an Ed25519 key as one for ECDSA."""
    listed = {"maker": good.entry("maker", algorithm="ecdsa-p256-sha256")}
    return given(make.pack({}), trust=good.trust_file(listed))


@case("invalid", "RW4030", precedent="CVE-2015-9235")
def algorithm_none() -> Inputs:
    """The trust policy lists a key for the algorithm `none`."""
    listed = {"maker": good.entry("maker", algorithm="none")}
    return given(make.pack({}), trust=good.trust_file(listed))


@case("invalid", "RW4020", precedent="CVE-2016-10555")
def hmac_with_the_public_key() -> Inputs:
    """The signature is an HMAC with the public key as its secret."""
    forged = hmac.digest(good.public("maker").der, message(), "sha512")
    return given(make.with_signatures([{"sig": text64(forged), "keyid": good.public("maker").id}]))


@case("invalid", "RW4028", precedent="RFC 8032 section 5.1.7")
def ed25519_malleated() -> Inputs:
    """The order of the group is added to the second half of the Ed25519 signature."""
    sig = from_text(make.signatures()[0]["sig"])
    scalar = int.from_bytes(sig[32:], "little") + ED25519
    return maker_says(sig[:32] + scalar.to_bytes(32, "little"))


GROUP.each(
    "invalid",
    "RW4028",
    [
        ("ed25519-zeros", "The Ed25519 signature is all zeros.", bytes(64)),
        ("ed25519-identity", "The Ed25519 signature is the neutral point and zero.", b"\1" + bytes(63)),
        ("ed25519-short", "The Ed25519 signature has 63 bytes.", b"\1" * 63),
        ("ed25519-long", "The Ed25519 signature has a byte more.", b"\1" * 65),
        ("junk", "Instead of the Ed25519 signature there is one byte.", b"\0"),
    ],
    maker_says,
    precedent="Wycheproof",
)


def lab_forged(change: Callable[[int, int], bytes]) -> Inputs:
    """The lab's signature made again from r and s."""
    return lab_says(change(*lab_pair()))


def raw(first: int, second: int) -> bytes:
    """Two numbers side by side."""
    return first.to_bytes(32) + second.to_bytes(32)


def der(first: int, second: int) -> bytes:
    """Two numbers in DER."""
    return encode_dss_signature(first, second)


def negative(first: int, second: int) -> bytes:
    """A signature whose r has its highest bit set, without the zero before it."""
    while not first >> 255:
        first, second = lab_pair()
    good_one = der(first, second)
    return bytes([0x30, good_one[1] - 1, 0x02, 0x20]) + good_one[5:]


GROUP.each(
    "invalid",
    "RW4026",
    [
        ("ecdsa-zeros-raw", "The ECDSA signature is two zeros side by side.", lambda *_: bytes(64)),
        ("ecdsa-zeros-der", "The ECDSA signature is two zeros in DER.", lambda *_: der(0, 0)),
        ("ecdsa-order", "r and s of the ECDSA signature are the order of the curve.", lambda *_: der(P256, P256)),
        ("ecdsa-r-plus-order", "The order of the curve is added to r.", lambda r, s: der(r + P256, s)),
        ("ecdsa-s-plus-order", "The order of the curve is added to s.", lambda r, s: der(r, s + P256)),
        ("ecdsa-negative", "r of the ECDSA signature lacks the zero byte that keeps it from being negative.", negative),
        ("ecdsa-swapped", "r and s of the ECDSA signature are exchanged.", lambda r, s: raw(s, r)),
        ("ecdsa-trailing", "A byte follows the ECDSA signature in DER.", lambda r, s: der(r, s) + b"\0"),
        ("ecdsa-long-length", "The length of the ECDSA signature is not in DER.", lambda r, s: b"\x30\x81" + der(r, s)[1:]),
        ("ecdsa-raw-long", "r and s of the ECDSA signature have 33 bytes each.", lambda r, s: r.to_bytes(33) + s.to_bytes(33)),
        ("ecdsa-half", "Only r of the ECDSA signature is there.", lambda r, _: r.to_bytes(32)),
        ("ecdsa-huge", "r of the ECDSA signature has 8,000 bytes.", lambda _, s: der(1 << 63_000, s)),
    ],
    lab_forged,
    precedent="CVE-2022-21449, Wycheproof",
)  # fmt: skip


@case("invalid", "RW4026", precedent="algorithm confusion")
def ecdsa_with_another_hash() -> Inputs:
    """The lab signed with SHA-384 instead of SHA-256."""
    return lab_says(good.key("lab-p256").private.sign(message(), ec.ECDSA(hashes.SHA384())))


@case("invalid", "RW4026")
def lab_signature_of_another_payload() -> Inputs:
    """The lab's signature is its own, over another root."""
    return lab_says(good.key("lab-p256").sign(dsse.pae(dsse.IN_TOTO, b"another root")))


@case("invalid", "RW4028", precedent="securesystemslib: ML-DSA over a prefixed digest")
def lattice_with_a_context() -> Inputs:
    """The ML-DSA signature was made with a context."""
    first, second = make.signatures()
    sig = good.key("maker-mldsa").private.sign(message(), b"tuf")
    return given(make.with_signatures([first, replaced(second, sig)]))


@case("invalid", "RW4028")
def lattice_cut_off() -> Inputs:
    """The last byte of the ML-DSA signature is missing."""
    first, second = make.signatures()
    return given(make.with_signatures([first, replaced(second, from_text(second["sig"])[:-1])]))


@case("invalid", "RW4025", precedent="downgrade")
def post_quantum_half_removed() -> Inputs:
    """The ML-DSA signature is removed, where one of each kind is asked for."""
    return given(make.with_signatures(make.signatures()[:1]), trust=make.ruled(threshold=1))


@case("invalid", "RW4025", precedent="downgrade")
def classical_half_removed() -> Inputs:
    """The Ed25519 signature is removed, where one of each kind is asked for."""
    return given(make.with_signatures(make.signatures()[1:]), trust=make.ruled(threshold=1))


@case("invalid", "RW4028", precedent="downgrade")
def one_of_two_removed() -> Inputs:
    """One of two signatures that are asked for is removed."""
    return given(make.with_signatures(make.signatures()[:1]))


@case("invalid", "RW4025", precedent="downgrade")
def two_classical_keys() -> Inputs:
    """Two keys signed, none of them post-quantum."""

    def change(plain: Any) -> None:
        plain["keys"][good.public("old").id] = msgspec.to_builtins(good.entry("old"))
        plain["roles"]["manufacturer"]["keys"].append(good.public("old").id)

    return given(make.with_signatures(make.signed_by(("maker", "old"))), trust=make.trusting(change))


@case("invalid", "RW4025", precedent="downgrade")
def hybrid_of_two_roles() -> Inputs:
    """The post-quantum half is signed by another role than the classical one."""

    def change(plain: Any) -> None:
        plain["roles"]["manufacturer"]["keys"] = [good.public("maker").id]
        plain["roles"]["lab"]["keys"] = [good.public("maker-mldsa").id]
        plain["rules"][0]["threshold"] = 1

    return given(make.pack({}), trust=make.trusting(change))


@case("unreadable", "RW4007", precedent="CVE-2024-29903")
def too_many_signatures() -> Inputs:
    """33 signatures."""
    return given(make.with_signatures(make.signatures()[:1] * (limits.SIGNATURES + 1)))


@case("unreadable", "RW4007")
def long_signature() -> Inputs:
    """A signature has 8,193 bytes."""
    return in_first(sig=text64(bytes(limits.SIGNATURE + 1)))


@case("invalid", "RW4067")
def vsa_by_a_stranger() -> Inputs:
    """The verification summary is signed by a stranger."""
    return given(make.statement("vsa", make.derived("vsa"), ("stranger",)))


@case("invalid", "RW4067")
def vsa_by_a_key_that_did_not_sign_the_root() -> Inputs:
    """The verification summary is signed by the lab, which is known and did not sign the root."""
    return given(make.statement("vsa", make.derived("vsa"), ("lab-p256",)))


@case("invalid", "RW4067", precedent="Macaron: an envelope without signatures")
def vsa_unsigned() -> Inputs:
    """The verification summary has no signature."""
    plain = json.loads(make.members()["statements/vsa.dsse.json"])
    data = json.dumps({**plain, "signatures": []}).encode()
    return given(make.pack({"statements/vsa.dsse.json": data}))


@case("invalid", "RW4067")
def vsa_with_the_signatures_of_the_root() -> Inputs:
    """The verification summary has the signatures of the root."""
    plain = json.loads(make.members()["statements/vsa.dsse.json"])
    data = json.dumps({**plain, "signatures": make.signatures()}).encode()
    return given(make.pack({"statements/vsa.dsse.json": data}))


@case("invalid", "RW4053")
def status_list_with_one_bit_changed() -> Inputs:
    """One bit of the status list's signature is changed."""
    plain = json.loads(good.status_list())
    sig = bytearray(from_text(plain["signatures"][0]["sig"]))
    sig[5] ^= 4
    plain["signatures"][0]["sig"] = text64(bytes(sig))
    return given(make.pack({}), statuses=(json.dumps(plain).encode(),))


@case("invalid", "RW4030")
def trust_policy_changed_after_signing() -> Inputs:
    """The threshold of the trust policy's rule is lowered, and nothing is signed again."""
    plain = json.loads(good.trust_file())
    data = base64.b64decode(plain["payload"])
    plain["payload"] = text64(data.replace(b'"threshold":2', b'"threshold":1'))
    return given(make.pack({}), trust=json.dumps(plain).encode())


@case("invalid", "RW4030")
def trust_policy_unsigned() -> Inputs:
    """The trust policy has no signature."""
    plain = json.loads(good.trust_file())
    return given(make.pack({}), trust=json.dumps({**plain, "signatures": []}).encode())


@case("invalid", "RW4030", precedent="securesystemslib: alias keys")
def trust_policy_signed_twice_by_one_key() -> Inputs:
    """The role `root` asks for two keys, and one signed twice."""

    def change(plain: Any) -> None:
        both = sorted(good.public(name).id for name in ("anchor", "maker"))
        plain["roles"]["root"].update(keys=both, threshold=2)

    return given(make.pack({}), trust=make.trusting(change, "anchor", "anchor"))


@case("invalid", "RW4026")
def root_signed_by_status_key() -> Inputs:
    """The key that signs status lists, which is known, signs the root."""
    return given(make.resigned(lambda _: None, ("status",)))
