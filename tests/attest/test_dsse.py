"""Envelopes: what is signed is the type and the payload with their lengths in bytes; other forms are refused."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.attest import dsse, keys, limits
from rulewright.attest.dsse import Envelope, EnvelopeError, Signature, decode, encode, pae
from tests.attest import good

KINDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
ENVELOPES = st.builds(
    Envelope,
    payload=st.binary(max_size=60),
    payload_type=KINDS,
    signatures=st.lists(
        st.builds(Signature, sig=st.binary(min_size=1, max_size=80), keyid=st.text("abc:/ ", max_size=8)),
        min_size=1,
        max_size=4,
    ).map(tuple),
)


@given(ENVELOPES)
def test_what_is_written_is_read_again(envelope: Envelope) -> None:
    assert decode(encode(envelope)) == envelope


@given(KINDS, st.binary(max_size=30), KINDS, st.binary(max_size=30))
def test_what_is_signed_is_of_one_type_and_payload(kind: str, payload: bytes, other: str, content: bytes) -> None:
    assert (pae(kind, payload) == pae(other, content)) == ((kind, payload) == (other, content))


def test_lengths_are_in_bytes() -> None:
    assert pae("é", "ü".encode()) == b"DSSEv1 2 \xc3\xa9 2 \xc3\xbc"
    assert (
        pae("http://example.com/HelloWorld", b"hello world")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


@given(ENVELOPES, st.booleans(), st.sampled_from([None, 2]))
def test_either_alphabet_and_any_layout_is_taken(envelope: Envelope, safe: bool, indent: int | None) -> None:  # noqa: FBT001  # drawn
    written: Callable[[bytes], bytes] = base64.urlsafe_b64encode if safe else base64.b64encode
    plain = {
        "signatures": [{"sig": written(item.sig).decode(), "keyid": item.keyid} for item in envelope.signatures],
        "payloadType": envelope.payload_type,
        "payload": written(envelope.payload).decode(),
    }
    assert decode(json.dumps(plain, indent=indent).encode()) == envelope


GOOD: dict[str, Any] = {"payload": "aGk=", "payloadType": "t", "signatures": [{"keyid": "k", "sig": "AAAA"}]}
MALFORMED: dict[str, Callable[[Any], object]] = {
    "no payload": lambda e: e.pop("payload"),
    "no type": lambda e: e.pop("payloadType"),
    "no signatures": lambda e: e.pop("signatures"),
    "an empty list": lambda e: e.update(signatures=[]),
    "another member": lambda e: e.update(Payload="aGk="),
    "an empty type": lambda e: e.update(payloadType=""),
    "a type that is no text": lambda e: e.update(payloadType=1),
    "a payload that is no text": lambda e: e.update(payload=None),
    "signatures as an object": lambda e: e.update(signatures={"sig": "AAAA"}),
    "a signature as a text": lambda e: e.update(signatures=["AAAA"]),
    "a signature without sig": lambda e: e.update(signatures=[{"keyid": "k"}]),
    "a signature with more": lambda e: e.update(signatures=[{"sig": "AAAA", "cert": "x"}]),
    "an empty signature": lambda e: e.update(signatures=[{"sig": ""}]),
    "a key id that is no text": lambda e: e.update(signatures=[{"sig": "AAAA", "keyid": None}]),
    "stray characters": lambda e: e.update(payload="aGk=\n"),
    "no padding": lambda e: e.update(payload="aGk"),
    "bits left over": lambda e: e.update(payload="aGl="),
    "two alphabets": lambda e: e.update(payload="-+AA"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_envelope_is_refused(name: str) -> None:
    plain = json.loads(json.dumps(GOOD))
    decode(json.dumps(plain).encode())
    MALFORMED[name](plain)
    with pytest.raises(EnvelopeError) as caught:
        decode(json.dumps(plain).encode())
    assert caught.value.code == "RW4005"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]x",
        b'{"payload":"","payload":"","payloadType":"t","signatures":[{"sig":"AAAA"}]}',
        b'{"payload":"","payloadType":"t","signatures":[{"sig":"AAAA","sig":"AAAA"}]}',
        b'\xef\xbb\xbf{"payload":"","payloadType":"t","signatures":[{"sig":"AAAA"}]}',
        b'{"payload":"","payloadType":"\\ud800","signatures":[{"sig":"AAAA"}]}',
    ],
)
def test_json_that_is_not_admissible_is_no_envelope(data: bytes) -> None:
    with pytest.raises(EnvelopeError) as caught:
        decode(data)
    assert caught.value.code == "RW4004"


def test_sizes_are_bounded() -> None:
    fits = Envelope(b"", "t", (Signature(bytes(limits.SIGNATURE)),) * limits.SIGNATURES)
    assert decode(encode(fits)) == fits
    for large in (
        Envelope(b"", "t", (Signature(b"a"),) * (limits.SIGNATURES + 1)),
        Envelope(b"", "t", (Signature(bytes(limits.SIGNATURE + 1)),)),
        Envelope(bytes(limits.PAYLOAD + 1), "t", (Signature(b"a"),)),
    ):
        with pytest.raises(EnvelopeError) as caught:
            decode(encode(large))
        assert caught.value.code == "RW4007"


# --- who signed


@pytest.mark.parametrize("name", ["maker", "maker-mldsa", "lab-p256", "x-p384"])
def test_a_key_verifies_what_it_signed_and_nothing_else(name: str) -> None:
    key = good.key(name)
    message = pae("t", b"payload")
    made = key.sign(message)
    assert key.public.verifies(made, message)
    assert not key.public.verifies(made, message + b" ")
    assert not key.public.verifies(made[:-1], message)
    assert not good.public("stranger").verifies(made, message)
    assert keys.from_der(key.public.der) == key.public
    assert keys.from_pem(keys.to_pem(key.public)) == key.public


def test_keys_count_once_whatever_their_id_and_however_often_they_sign() -> None:
    message = pae("t", b"payload")
    one, two = good.key("maker"), good.key("lab-p256")
    signatures = [one.sign(message), one.sign(message), two.sign(message), two.sign(message), b"none"]
    known = [one.public, one.public, two.public, good.public("stranger")]
    assert keys.signed_by(signatures, message, known) == tuple(sorted((one.public.id, two.public.id)))


def test_a_signature_of_another_type_of_payload_is_none() -> None:
    key = good.key("maker")
    envelope = Envelope(b"{}", dsse.IN_TOTO, (Signature(key.sign(pae("text/plain", b"{}"))),))
    assert keys.signed_by([item.sig for item in envelope.signatures], envelope.message, [key.public]) == ()


def test_ecdsa_is_taken_as_der_and_as_the_raw_pair() -> None:
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    for name, size in (("lab-p256", 32), ("x-p384", 48)):
        key, message = good.key(name), b"message"
        made = key.sign(message)
        r, s = decode_dss_signature(made)
        raw = r.to_bytes(size) + s.to_bytes(size)
        assert key.public.verifies(raw, message)
        assert not key.public.verifies(raw + b"\x00", message)
        assert not key.public.verifies(bytes(2 * size), message)
