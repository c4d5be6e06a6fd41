"""Subjects: the attestation is about something else than the product at hand."""

from __future__ import annotations

import hashlib
from typing import Any

from rulewright.attest import limits
from rulewright.attest.canonical import dump
from tests.attest import good
from tests.attest import tampered as t
from tests.attest.corpus import make
from tests.attest.corpus.case import Group, Inputs, given, text64

GROUP = Group("subjects", "Subjects")
case = GROUP.case
OTHER = good.FIRMWARE[:-2] + b"?\n"
SWAPPED = "CVE-2024-45395"


def first(**changes: Any) -> bytes:
    """The first subject, which is the firmware, changed, and the root signed again."""
    return make.resigned(lambda plain: plain["subject"][0].update(changes))


def digests(**changes: Any) -> Inputs:
    """Digests of the firmware changed, and the root signed again."""
    return given(make.resigned(lambda plain: plain["subject"][0]["digest"].update(changes)))


def crowd(count: int) -> bytes:
    """The payload of the root with so many subjects, put together as text."""
    one = '{"annotations":{"kind":"document"},"digest":{"sha256":"%064x"},"name":"n"}'
    listed = ",".join(one % number for number in range(count))
    return dump({**t.root(), "subject": []}).replace(b'"subject":[]', f'"subject":[{listed}]'.encode())


def subjects(count: int) -> list[dict[str, object]]:
    """So many subjects, none of them the firmware."""
    return [
        {"annotations": {"kind": "document"}, "digest": {"sha256": f"{number:064x}"}, "name": "n"}
        for number in range(count)
    ]


GROUP.each(
    "invalid",
    "RW4014",
    [
        ("another-firmware", "The firmware given differs in one byte.", (OTHER,)),
        ("cut-firmware", "The firmware given is cut off.", (good.FIRMWARE[:-1],)),
        ("longer-firmware", "The firmware given has a byte more.", (good.FIRMWARE + b"\0",)),
        ("empty-firmware", "The file given is empty.", (b"",)),
        ("one-of-two-files", "Of two files given one is attested.", (good.FIRMWARE, OTHER)),
    ],
    lambda files: given(make.pack({}), artifacts=tuple(("fw.bin", data) for data in files)),
    precedent="SLSA VSA, step 2",
)


@case("invalid", "RW4014", precedent="SLSA VSA, step 2")
def digest_of_another_firmware_signed() -> Inputs:
    """The signer attests other firmware than the one given."""
    bundle = make.resigned(
        lambda plain: plain["subject"][0].update(digest={"sha256": hashlib.sha256(OTHER).hexdigest()})
    )
    return given(bundle, artifacts=(("fw.bin", good.FIRMWARE),))


@case("invalid", "RW4020", precedent=SWAPPED)
def digest_swapped_unsigned() -> Inputs:
    """The digest of the firmware is replaced in the payload, and the signatures stay."""
    own, other = (hashlib.sha256(data).hexdigest().encode() for data in (good.FIRMWARE, OTHER))
    changed = text64(make.root_bytes().replace(own, other))
    return given(make.enveloped(lambda plain: plain.update(payload=changed)))


GROUP.each(
    "invalid",
    "RW4013",
    [
        ("only-md5", "The firmware has an MD5 digest only.", {"md5": "0" * 32}),
        ("only-sha1", "The firmware has a SHA-1 digest only.", {"sha1": "0" * 40}),
        ("only-git-commit", "The firmware has a git commit only.", {"gitCommit": "0" * 40}),
        ("only-sha512", "The firmware has a SHA-512 digest only.", {"sha512": "0" * 128}),
        ("no-digest", "The firmware has no digest.", {}),
        ("algorithm-in-capitals", "The digest is listed as `SHA256`.", {"SHA256": "0" * 64}),
        ("digest-in-capitals", "The digest is in upper-case hexadecimal.", {"sha256": "A" * 64}),
        ("digest-with-prefix", "The digest begins with `0x`.", {"sha256": "0x" + "0" * 62}),
        ("digest-with-newline", "The digest ends with a newline.", {"sha256": "0" * 64 + "\n"}),
        ("digest-short", "The digest has 63 digits.", {"sha256": "0" * 63}),
        ("digest-full-width", "The digest is in full-width digits.", {"sha256": "\uff10" * 64}),
        ("digest-empty", "The digest is empty.", {"sha256": ""}),
        ("sha512-short", "The SHA-512 digest beside a good one has 64 digits.", {"sha256": "0" * 64, "sha512": "0" * 64}),
        ("sha512-newline", "The SHA-512 digest ends with a newline.", {"sha256": "0" * 64, "sha512": "0" * 128 + "\n"}),
        ("sha512-capitals", "The SHA-512 digest is in upper case.", {"sha256": "0" * 64, "sha512": "A" * 128}),
    ],
    lambda digest: given(first(digest=digest)),
    precedent="SLSA VSA, step 2; sigstore-go",
)  # fmt: skip
GROUP.each(
    "invalid",
    "RW4013",
    [
        ("nameless", "A subject has no name.", {"name": ""}),
        ("other-annotation", "A subject has a further annotation.", {"annotations": {"kind": "artifact", "x": "y"}}),
        ("other-kind", "A subject is of a kind that is none.", {"annotations": {"kind": "product"}}),
        ("no-kind", "A subject has no annotation.", {"annotations": {}}),
        ("prototype-annotation", "A subject has an annotation `__proto__`.", {"annotations": {"kind": "artifact", "__proto__": "x"}}),
    ],
    lambda changes: given(first(**changes)),
)  # fmt: skip
GROUP.each(
    "invalid",
    "RW4012",
    [
        ("uri-of-subject", "A subject has a member `uri`, which the model does not have.", {"uri": "https://acme.example/fw"}),
        ("digest-a-list", "The digests of a subject are a list.", {"digest": ["0" * 64]}),
        ("digest-null", "A digest is `null`.", {"digest": {"sha256": None}}),
        ("name-a-number", "The name of a subject is a number.", {"name": 1}),
    ],
    lambda changes: given(first(**changes)),
)  # fmt: skip


@case("invalid", "RW4013", precedent="sigstore-conformance")
def no_subject() -> Inputs:
    """The statement has no subject."""
    return given(make.resigned(lambda plain: plain.update(subject=[])))


@case("invalid", "RW4012")
def subject_absent() -> Inputs:
    """The statement has no member `subject`."""
    return given(make.resigned(lambda plain: plain.pop("subject")))


@case("invalid", "RW4004", precedent="CVE-2024-45395")
def digest_twice() -> Inputs:
    """The firmware's digest is listed twice under one name, the second of another file."""
    mark = b'"sha256":"' + hashlib.sha256(good.FIRMWARE).hexdigest().encode() + b'"'
    return given(make.payload(make.root_bytes().replace(mark, mark + b',"sha256":"' + b"0" * 64 + b'"')))


@case("invalid", "RW4007", precedent="sigstore-go: 1,024 subjects")
def too_many_subjects() -> Inputs:
    """1,025 subjects."""
    return given(make.resigned(lambda plain: plain.update(subject=subjects(limits.SUBJECTS + 1))))


@case("invalid", "RW4007", precedent="CVE-2024-29902")
def twenty_thousand_subjects() -> Inputs:
    """20,000 subjects, within the bound of the payload."""
    return given(make.payload(crowd(20_000)))


@case("unreadable", "RW4007", precedent="CVE-2024-29902")
def forty_thousand_subjects() -> Inputs:
    """43,000 subjects: the payload is beyond its bound."""
    return given(make.payload(crowd(43_000)))


@case("invalid", "RW4007", precedent="sigstore-go: 32 digests")
def too_many_digests() -> Inputs:
    """A subject has 33 digests."""
    more = {f"d{number}": "0" for number in range(limits.DIGESTS - 1)}
    return digests(**more)


@case("valid", precedent="sigstore-go: 1,024 subjects")
def one_match_of_many() -> Inputs:
    """1,024 subjects, one of which is the firmware given."""
    bundle = make.resigned(lambda plain: plain.update(subject=[*subjects(limits.SUBJECTS - 1), plain["subject"][0]]))
    return given(bundle, artifacts=(("fw.bin", good.FIRMWARE),))


@case("invalid", "RW4014")
def no_match_of_many() -> Inputs:
    """1,024 subjects, none of which is the firmware given."""
    bundle = make.resigned(lambda plain: plain.update(subject=subjects(limits.SUBJECTS)))
    return given(bundle, artifacts=(("fw.bin", good.FIRMWARE),))


@case("valid")
def further_digests() -> Inputs:
    """The firmware has 32 digests, one of them called `__proto__`."""
    more = {f"d{number}": "0" for number in range(limits.DIGESTS - 3)}
    return digests(**more, __proto__="0")


@case("invalid", "RW4068", precedent="SLSA VSA, step 5")
def resource_uri_of_another_product() -> Inputs:
    """The verification summary is about another product, signed by the maker."""
    return given(make.restated("vsa", lambda plain: plain["predicate"].update(resourceUri="pkg:generic/camera@2.0")))


@case("invalid", "RW4068", precedent="SLSA VSA, step 2")
def vsa_of_other_firmware() -> Inputs:
    """The verification summary is about other firmware, signed by the maker."""
    digest = {"sha256": hashlib.sha256(OTHER).hexdigest()}
    return given(make.restated("vsa", lambda plain: plain["subject"][0].update(digest=digest)))


@case("invalid", "RW4012")
def no_product() -> Inputs:
    """The root names no product."""
    return given(make.predicate(products=[]))
