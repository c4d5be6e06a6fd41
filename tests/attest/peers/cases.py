"""Envelopes on which verifiers differ: each made from one good statement by one named change.

Guarantees: a case says what DSSE 1.0.2 says of it (`valid`, `refuse`, or `open` where the specification leaves it) and why; payloads and
signatures are the same bytes on every run, but those of ML-DSA.  A case is a function of the statement, so that a verifier
that takes one kind of statement only is asked about the same change.  It judges nothing.
Source: the DSSE specification, protocol.md and envelope.md, version 1.0.2; RFC 4648; RFC 8259; in-toto Statement v1.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from rulewright.attest import dsse, keys
from rulewright.attest.canonical import dump
from tests.attest import good

Spec = Literal["valid", "refuse", "open"]
Asks = Literal["envelope", "foreign", "type", "statement"]
"""What decides: the envelope; the envelope, which holds no in-toto statement of ours; its type; the statement."""
SIGNER = "lab-p256"
"""ECDSA P-256: the one algorithm that every verifier asked here has."""
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the group of P-256 (FIPS 186-5)."""
MANY = 100_000
Member = dict[str, Any]


class Case(NamedTuple):
    """One envelope and the question about it: is it signed by `threshold` of `known`, and what a reader asks for?"""

    name: str
    spec: Spec
    why: str
    envelope: bytes
    known: tuple[keys.PublicKey, ...]
    threshold: int = 1
    asks: Asks = "envelope"
    ids: tuple[str, ...] = ()
    """What the reader calls its keys, where not by the digests."""


def sign(message: bytes, name: str = SIGNER) -> bytes:
    """A signature, of ECDSA P-256 deterministic (RFC 6979)."""
    signer = good.key(name)
    if name.endswith("-p256"):
        made: bytes = signer.private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        return made
    return signer.sign(message)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _plain(payload: bytes, *names: str, kind: str = dsse.IN_TOTO) -> Member:
    """An envelope signed by some keys."""
    message = dsse.pae(kind, payload)
    listed = [{"keyid": good.public(name).id, "sig": _text(sign(message, name))} for name in names or (SIGNER,)]
    return {"payload": _text(payload), "payloadType": kind, "signatures": listed}


def _resigned(payload: bytes, change: Callable[[bytes], bytes]) -> Member:
    """A good envelope whose signature bytes are changed."""
    made = _plain(payload)
    made["signatures"][0]["sig"] = _text(change(sign(dsse.pae(dsse.IN_TOTO, payload))))
    return made


def _raw(signature: bytes) -> bytes:
    first, second = decode_dss_signature(signature)
    return first.to_bytes(32) + second.to_bytes(32)


def _other_half(signature: bytes) -> bytes:
    first, second = decode_dss_signature(signature)
    return encode_dss_signature(first, ORDER - second)


def _with(member: Member, **changes: Any) -> Member:
    return {**member, **changes}


def _signature(member: Member, **changes: Any) -> Member:
    """The first signature changed; `None` takes a member away."""
    first = {name: value for name, value in {**member["signatures"][0], **changes}.items() if value is not None}
    return _with(member, signatures=[first, *member["signatures"][1:]])


def _urlsafe(payload: bytes) -> Member:
    """The alphabet for URLs, with at least one of its own characters."""
    made = _plain(payload)
    made["payload"] = base64.urlsafe_b64encode(payload).decode()
    made = _signature(made, sig=base64.urlsafe_b64encode(sign(dsse.pae(dsse.IN_TOTO, payload))).decode())
    assert set("-_") & set(made["payload"] + made["signatures"][0]["sig"]), "the alphabets differ here"
    return made


def _stray(payload: bytes) -> Member:
    made = _plain(payload)
    return _with(made, payload=made["payload"][:8] + "!\n" + made["payload"][8:])


def _loose_bits(payload: bytes) -> Member:
    """A payload of which the last character of base64 has bits set that no byte holds."""
    made = _plain(_sized(payload, 1))
    text = made["payload"]
    assert text.endswith("=="), "one byte is left over"
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return _with(made, payload=f"{text[:-3]}{alphabet[alphabet.index(text[-3]) | 1]}==")


def _unpadded(payload: bytes) -> Member:
    made = _plain(_sized(payload, 1))
    return _with(made, payload=made["payload"].rstrip("="))


def _sized(payload: bytes, left: int) -> bytes:
    """The payload with white space at its end, so that `left` bytes remain of groups of three."""
    return payload + b" " * ((left - len(payload)) % 3)


def _doubled(payload: bytes) -> bytes:
    """The statement with a second member `predicateType`; the first is the one that a reader of the first would take."""
    return b'{"predicateType":"https://slsa.dev/provenance/v1",' + payload[1:]


def _extended(payload: bytes) -> bytes:
    return dump({**json.loads(payload), "extension": True})


def _json(member: Member) -> bytes:
    return json.dumps(member, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()


def _alias(payload: bytes) -> Member:
    """One key's signature under its own id and under another id."""
    made = _plain(payload)
    (only,) = made["signatures"]
    return _with(made, signatures=[only, {"keyid": "alias", "sig": only["sig"]}])


def _same_twice(payload: bytes) -> Member:
    made = _plain(payload)
    return _with(made, signatures=made["signatures"] * 2)


def _many(payload: bytes) -> Member:
    made = _plain(payload)
    filler = [{"keyid": f"k{number}", "sig": "AAAA"} for number in range(MANY)]
    return _with(made, signatures=[*filler, *made["signatures"]])


def cases(statement: bytes, vectors: Path | None = None) -> Iterator[Case]:
    """All cases, made from an in-toto statement; those of others only where the folder of vectors is there."""
    yield from _good(statement)
    if vectors is not None:
        yield from _published(vectors)
    yield from _written(statement)
    yield from _json_readings(statement)
    yield from _changed(statement)
    yield from _counted(statement)


def _good(body: bytes) -> Iterator[Case]:
    lab, maker, later = (good.public(name) for name in (SIGNER, "maker", "maker-mldsa"))
    yield Case("P-256, DER", "valid", "a good envelope", _json(_plain(body)), (lab,))
    yield Case("P-256, raw r‖s", "valid", "the form of the specification's own vector", _json(_resigned(body, _raw)), (lab,))  # fmt: skip
    yield Case("Ed25519", "valid", "a good envelope", _json(_plain(body, "maker")), (maker,))
    yield Case("ML-DSA-65", "valid", "FIPS 204 over the encoded payload, no context", _json(_plain(body, "maker-mldsa")), (later,))  # fmt: skip
    three = _json(_plain(body, "maker-mldsa", SIGNER, "maker"))
    yield Case("three signatures, one key known", "valid", "other signatures are none of the reader's business", three, (lab,))  # fmt: skip
    two = _json(_plain(body, SIGNER, "maker"))
    yield Case("two signatures, threshold 2", "valid", "two keys", two, (lab, maker), 2)


def _ids(member: Member) -> tuple[str, ...]:
    """What an envelope calls its first key."""
    found = member["signatures"][0].get("keyid", "")
    return (found,) if found else ()


def _published(vectors: Path) -> Iterator[Case]:
    told = json.loads((vectors / "dsse" / "test-vector-p256.json").read_bytes())
    point = ec.EllipticCurvePublicNumbers(int(told["X"]), int(told["Y"]), ec.SECP256R1()).public_key()
    yield Case("vector of the specification", "valid", "protocol.md: P-256, raw r‖s", json.dumps(told["envelope"]).encode(), (keys.of(point),), asks="foreign", ids=_ids(told["envelope"]))  # fmt: skip
    folder = vectors / "slsa" / "vsa-examples" / "gce" / "v1"
    key = keys.from_pem((folder / "vsa_signing_public_key.pem").read_bytes())
    data = (folder / "gke-gce-pre.bcid-vsa.jsonl").read_bytes()
    yield Case(
        "a cloud provider's production VSA",
        "valid",
        "P-256, raw r‖s",
        data,
        (key,),
        asks="foreign",
        ids=_ids(json.loads(data)),
    )


def _written(body: bytes) -> Iterator[Case]:
    """How the same envelope may be written."""
    lab = (good.public(SIGNER),)
    made = _plain(body)
    yield Case("no key id", "valid", "it may be unset", _json(_signature(made, keyid=None)), lab)
    yield Case("another key id", "valid", "it is a hint", _json(_signature(made, keyid="someone")), lab)
    yield Case("URL-safe base64", "valid", "either alphabet is allowed", _json(_urlsafe(body)), lab)
    yield Case("base64 without padding", "refuse", "RFC 4648 section 3.2", _json(_unpadded(body)), lab)
    yield Case("stray characters in base64", "refuse", "RFC 4648 section 3.3", _json(_stray(body)), lab)
    yield Case("bits left over in base64", "open", "RFC 4648 section 3.5 lets a reader refuse", _json(_loose_bits(body)), lab)  # fmt: skip
    kind = "application/vnd.exämple+json"
    yield Case(
        "type with a letter beyond ASCII",
        "valid",
        "lengths are in bytes",
        _json(_plain(body, kind=kind)),
        lab,
        asks="foreign",
    )


def _json_readings(body: bytes) -> Iterator[Case]:
    """What two JSON readers may read differently."""
    lab = (good.public(SIGNER),)
    made = _plain(body)
    plain = _json(made)
    other = _text(b"{}")
    yield Case("another member", "valid", "unrecognised members must be ignored", _json(_with(made, extension=True)), lab)  # fmt: skip
    yield Case("a member `Payload`", "valid", "the same; a reader that folds case takes it for the payload", _json(_with(made, Payload=other)), lab)  # fmt: skip
    twice = plain.replace(b'{"payload":', b'{"payload":"' + other.encode() + b'","payload":', 1)
    yield Case("`payload` twice", "open", "RFC 8259 section 4: unpredictable", twice, lab)
    yield Case("white space", "valid", "the layout is free", json.dumps(made, indent=2).encode(), lab)
    yield Case("junk at the end", "refuse", "no JSON text", plain + b"}", lab)
    yield Case("byte order mark", "open", "RFC 8259 section 8.1: a reader may ignore it", b"\xef\xbb\xbf" + plain, lab)
    yield Case("statement: `predicateType` twice", "open", "RFC 8259 section 4: unpredictable", _json(_plain(_doubled(body))), lab, asks="statement")  # fmt: skip
    yield Case("statement: another member", "valid", "in-toto: unrecognised members are ignored", _json(_plain(_extended(body))), lab, asks="statement")  # fmt: skip


def _changed(body: bytes) -> Iterator[Case]:
    """What somebody else made of it."""
    lab = (good.public(SIGNER),)
    made = _plain(body)
    yield Case("payload changed", "refuse", "not what was signed", _json(_with(made, payload=_text(body + b" "))), lab)
    yield Case("type changed", "refuse", "not what was signed", _json(_with(made, payloadType="application/json")), lab)
    yield Case("generic type, signed", "refuse", "an in-toto reader must look at the type", _json(_plain(body, kind="application/json")), lab, asks="type")  # fmt: skip
    yield Case("no signature", "refuse", "nobody signed", _json(_with(made, signatures=[])), lab)
    yield Case("no member `signatures`", "refuse", "it is required", _json({k: v for k, v in made.items() if k != "signatures"}), lab)  # fmt: skip
    yield Case("signature of another payload", "refuse", "not over this", _json(_with(made, signatures=_plain(b"{}")["signatures"])), lab)  # fmt: skip
    yield Case("signature of another key", "refuse", "a stranger under the known id", _json(_signature(_plain(body, "stranger"), keyid=lab[0].id)), lab)  # fmt: skip
    yield Case("signature not over the type", "refuse", "over the payload alone", _json(_resigned(body, lambda _: sign(body))), lab)  # fmt: skip
    yield Case("signature: s turned into n − s", "valid", "ECDSA allows both", _json(_resigned(body, _other_half)), lab)
    broken = _signature(_plain(body, "maker", SIGNER), sig=_text(bytes(64)))
    yield Case("one signature broken, one good", "valid", "one of the known keys signed", _json(broken), (lab[0],))


def _counted(body: bytes) -> Iterator[Case]:
    """Thresholds and amounts."""
    lab, maker = good.public(SIGNER), good.public("maker")
    yield Case(
        "one key under two ids, threshold 2",
        "refuse",
        "keys count, not ids",
        _json(_alias(body)),
        (lab, lab),
        2,
        ids=(lab.id, "alias"),
    )
    yield Case("one signature twice, threshold 2", "refuse", "keys count, not signatures", _json(_same_twice(body)), (lab, maker), 2)  # fmt: skip
    yield Case(f"{MANY:,} signatures", "open", "a reader should have a bound", _json(_many(body)), (lab,))
