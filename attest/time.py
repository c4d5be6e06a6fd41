"""Trusted time: RFC 3161 queries over signatures, and what a response proves.

Guarantees: a token counts only if it is granted, is over the SHA-256 of a signature that is asked about, is signed by one certificate
whose only purpose is time stamping, names no other certificate as its signer's (ESS attributes), leads to the certificates of an
authority that the caller trusts, and states a time (in whole seconds) within the validity of that certificate, both ends included
(RFC 5280 section 4.1.2.5).  Everything else is refused with its code; a refusal
is never an exception.  It asks no clock and no network.  `rfc3161_client` verifies the signature and the chain.
It does not look up whether the authority's certificate was revoked: who no longer trusts an authority takes it out of the trust policy.

Interop: a response must be DER.  One that embeds several certificates out of their order, as `openssl ts` writes it where a chain is
given, is refused: let the authority embed its own certificate only, and put the others into the trust policy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from types import SimpleNamespace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, cast

import msgspec

from rulewright.attest import limits
from rulewright.attest.encoding import from_base64
from rulewright.attest.ess import names_signer

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.x509 import Certificate, Name
    from rfc3161_client import TimeStampResponse

    from rulewright.attest.model import Tsa

_SHA256 = "2.16.840.1.101.3.4.2.1"
_QUERY = bytes.fromhex("30390201013031300d060960864801650304020105000420"), bytes.fromhex("0101ff")
"""TimeStampReq of RFC 3161 section 2.4.1, before and after the digest: version 1, SHA-256, no nonce, `certReq` true."""
_WHEN = "%Y-%m-%dT%H:%M:%SZ"
_Folded: TypeAlias = tuple[tuple[tuple[str, str], ...], int]
"""Issuer and serial number, written so that names which OpenSSL takes as one are one."""


class Token(msgspec.Struct, frozen=True):
    """A good token: its time (UTC, whole seconds, cut), the authority's name, and the id of the key whose signature it is over."""

    time: str
    authority: str
    key: str


class Stamped(msgspec.Struct, frozen=True):
    """A granted response over one of the signatures, before anybody asked who signed it; `certificates` counts those embedded."""

    time: str
    key: str
    certificates: int


class Refused(msgspec.Struct, frozen=True):
    """Why a response does not count.  RW4104: the library is not there, so nothing can be told."""

    code: Literal["RW4043", "RW4044", "RW4104"]
    text: str


class _Read(NamedTuple):
    """A response with what was read of it: `signer` names the one certificate that is said to have signed."""

    data: bytes
    response: TimeStampResponse
    when: datetime
    key: str
    signer: _Folded
    embedded: tuple[_Held, ...]


class _Held(NamedTuple):
    """A certificate with what is asked of it: how signatures name it, its validity, and whether it is for time stamping alone."""

    der: bytes
    plain: Certificate
    name: _Folded
    first: datetime
    last: datetime
    stamps: bool


def imprint(signature: bytes) -> bytes:
    """What a token is over: the SHA-256 of the bytes of a signature."""
    return sha256(signature).digest()


def query(digest: bytes) -> bytes:
    """The time stamp query over a SHA-256 digest, in DER.  It has no nonce: a digest of a signature is asked about once."""
    if len(digest) != sha256().digest_size:
        raise ValueError("a query is over the 32 bytes of a SHA-256 digest")
    return _QUERY[0] + digest + _QUERY[1]


def stamped(response: bytes, imprints: Mapping[bytes, str]) -> Stamped | Refused:
    """Whether a response is granted and over one of the signatures; not whether its signer can be trusted.

    `imprints`: the SHA-256 of each signature, and the name of what made it.
    """
    found = _read(response, imprints)
    if isinstance(found, Refused):
        return found
    return Stamped(found.when.strftime(_WHEN), found.key, len(found.embedded))


def judge(response: bytes, imprints: Mapping[bytes, str], authorities: Sequence[Tsa]) -> Token | Refused:
    """What a response proves to whom trusts these authorities; the first one that it leads to counts.

    `imprints`: the SHA-256 of each signature, and the id of the key that made it.
    """
    found = _read(response, imprints)
    if isinstance(found, Refused):
        return found
    said = found.when.strftime(_WHEN)
    outside = False
    for authority in authorities:
        signer = _signer(found, authority)
        if signer is not None and signer.first <= found.when <= signer.last:
            return Token(said, authority.name, found.key)
        outside |= signer is not None
    if outside:
        return Refused("RW4044", f"it states {said}, when its certificate was not valid")
    return Refused("RW4043", "no authority of the trust policy signed it for time stamping")


def _read(data: bytes, imprints: Mapping[bytes, str]) -> _Read | Refused:
    """A granted response over one of the imprints, read and not yet believed."""
    if len(data) > limits.TOKEN:
        return Refused("RW4043", f"it has more than {limits.TOKEN:,} bytes")
    try:
        from rfc3161_client import decode_timestamp_response
    except ImportError:
        return Refused("RW4104", "tokens are read with `rfc3161-client`, which is not installed: `rulewright[signers]`")
    try:
        response = decode_timestamp_response(data)
        if response.status != 0:
            return Refused("RW4043", "the authority did not grant it")
        return _over(data, response, imprints)
    except Exception:  # noqa: BLE001  # the library reads parts when they are asked for, and raises what it likes
        return Refused(
            "RW4043", "it is no response of RFC 3161 in DER; an authority must embed its own certificate only"
        )


def _over(data: bytes, response: TimeStampResponse, imprints: Mapping[bytes, str]) -> _Read | Refused:
    """What a granted response is over, and who is said to have signed it."""
    digest = response.tst_info.message_imprint
    if digest.hash_algorithm.dotted_string != _SHA256 or digest.message not in imprints:
        return Refused("RW4043", "it is over other bytes than the signatures of the root")
    signers = list(response.signed_data.signer_infos)
    if len(signers) != 1:
        return Refused("RW4043", f"it has {len(signers)} signers instead of one")
    name = _folded(signers[0].issuer, signers[0].serial_number)
    embedded = tuple(map(_held, sorted(response.signed_data.certificates)))
    return _Read(data, response, response.tst_info.gen_time, imprints[digest.message], name, embedded)


def _signer(found: _Read, authority: Tsa) -> _Held | None:
    """The certificate that signed, where the signature is good and leads to the authority's certificates; else nothing."""
    from rfc3161_client import VerifierBuilder

    trusted = _trusted(authority)
    known = (*found.embedded, *trusted)
    named = list(dict.fromkeys(item for item in known if item.name == found.signer))
    if len(named) != 1 or not trusted or not named[0].stamps:
        return None  # of two with one name, the library could look at one and its arithmetic at the other
    signer = named[0]
    alone = None if found.embedded else signer.plain
    verifier = VerifierBuilder(tsa_certificate=alone, roots=[item.plain for item in trusted]).build()
    seen = _seen(found.response, _moment(found.when, signer, known))
    try:
        good = verifier.verify(seen, found.response.tst_info.message_imprint.message)
        good = good and names_signer(found.data, signer.der)
    except Exception:  # noqa: BLE001  # VerificationError, and what the library lets through from the certificates
        return None
    return signer if good else None


def _trusted(authority: Tsa) -> list[_Held]:
    """The authority's certificates; what is none cannot be trusted, and is left out."""
    made: list[_Held] = []
    for text in authority.certificates:
        try:
            made.append(_held(from_base64(text)))
        except Exception:  # noqa: BLE001, S112  # what raises is no certificate, whatever it raises
            continue
    return list(dict.fromkeys(made))


def _held(der: bytes) -> _Held:
    """A certificate.  Raises what the library raises."""
    import warnings

    from cryptography.x509 import load_der_x509_certificate

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about certificates that later releases will not take
        item = load_der_x509_certificate(der)
        name = _folded(item.issuer, item.serial_number)
        return _Held(der, item, name, item.not_valid_before_utc, item.not_valid_after_utc, _stamps(item))


def _folded(issuer: Name, serial: int) -> _Folded:
    """A name without regard to case, space and kind of string, which is coarser than OpenSSL compares: it finds no other certificate."""
    parts = (sorted((item.oid.dotted_string, str(item.value)) for item in part) for part in issuer.rdns)
    return tuple((oid, "".join(value.casefold().split())) for part in parts for oid, value in part), serial


def _stamps(item: Certificate) -> bool:
    """Whether time stamping is the one thing that a certificate is for, and says so critically.  RFC 3161 section 2.3."""
    from cryptography.x509 import ExtendedKeyUsage
    from cryptography.x509.oid import ExtendedKeyUsageOID

    found = [part for part in item.extensions if isinstance(part.value, ExtendedKeyUsage)]
    return [(part.critical, [*part.value]) for part in found] == [(True, [ExtendedKeyUsageOID.TIME_STAMPING])]


def _moment(when: datetime, signer: _Held, known: Sequence[_Held]) -> datetime:
    """The moment at which the chain is looked at: that of the token, so that nothing need be valid any more.

    The library takes the last second of a certificate as past, so there the second before is looked at, which lets nothing in
    that has ended.  Outside the signer's validity a moment within it is looked at, to tell a bad signature from a bad time:
    the caller refuses both.
    """
    from datetime import timedelta

    second = timedelta(seconds=1)
    if when < signer.first:
        return signer.first
    if when > signer.last:
        return signer.last - second
    return when - second if any(when == item.last for item in known) else when


def _seen(response: TimeStampResponse, at: datetime) -> TimeStampResponse:
    """A response as it is, but looked at in some moment: what the library's verifier reads of one, and nothing else."""
    info = SimpleNamespace(gen_time=at, message_imprint=response.tst_info.message_imprint)
    plain = SimpleNamespace(
        status=response.status,
        signed_data=response.signed_data,
        tst_info=info,
        time_stamp_token=response.time_stamp_token,
    )
    return cast("TimeStampResponse", plain)
