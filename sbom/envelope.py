"""Documents in an envelope: DSSE, in-toto statements, Sigstore bundles.

The payload is read as if it came alone; that it came signed is a fact.  `signature` says `unverified`: who may sign is a
matter of trust, which a reader does not have.
Guarantees: every place that the payload's facts name begins with where the payload stands; an envelope within an envelope
is opened up to three times.  It verifies no signature.
Source: DSSE 1.0.2 (protocol and envelope); in-toto attestation, statement v0.1 and v1; Sigstore bundle v0.1 to v0.3.
"""

from __future__ import annotations

import base64
import binascii

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, field

from rulewright.diagnostics import Diagnostic
from rulewright.facts.types import State
from rulewright.sbom import rows
from rulewright.sbom.document import Document
from rulewright.sbom.findings import refusal, shown
from rulewright.sbom.statements import Statements
from rulewright.sbom.text import Bytes

MAX_LAYERS = 3
_Anything = Raw | UnsetType


class _Dsse(Struct):
    """A DSSE envelope."""

    payload: str | None = None
    payloadType: str | None = None  # noqa: N815 - the document's name
    signatures: list[Raw] | None = None


class _Bundle(Struct):
    """A Sigstore bundle."""

    dsseEnvelope: _Anything = UNSET  # noqa: N815 - the document's name


class _Statement(Struct):
    """An in-toto statement."""

    kind: str | None = field(default=None, name="_type")
    predicateType: str | None = None  # noqa: N815 - the document's name
    predicate: _Anything = UNSET


class _Wrapped(Struct):
    """The predicate of older tools, which holds the document under `Data`, as an object or as text."""

    Data: _Anything = UNSET


class Layer(Struct, frozen=True):
    """What an envelope holds: the payload, where it stands, whether the envelope is signed."""

    payload: bytes
    place: str
    signed: bool
    kind: str


def unwrap(data: Bytes, name: str) -> Layer | Diagnostic:
    """Open one envelope."""
    try:
        bundle = msgspec.json.decode(data, type=_Bundle).dsseEnvelope
        if bundle is not UNSET:
            inner = unwrap(bytes(bundle), name)
            return (
                inner
                if isinstance(inner, Diagnostic)
                else msgspec.structs.replace(inner, place=f"/dsseEnvelope{inner.place}")
            )
        dsse = msgspec.json.decode(data, type=_Dsse)
        if dsse.payloadType is not None:
            return _payload(dsse, name)
        return _predicate(msgspec.json.decode(data, type=_Statement), name)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return refusal("RW1025", name, f"the envelope cannot be opened: {shown(str(error), 120)}")


def _payload(dsse: _Dsse, name: str) -> Layer | Diagnostic:
    """The payload of a DSSE envelope.  Base64 is taken in either alphabet (DSSE 1.0.2, envelope), without blanks."""
    text = (dsse.payload or "").replace("-", "+").replace("_", "/")
    try:
        payload = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        return refusal("RW1025", name, f"the envelope's payload is not Base64: {shown(str(error)).lower()}")
    if not payload:
        return refusal("RW1025", name, "the envelope has no payload")
    return Layer(payload, "/payload", signed=bool(dsse.signatures), kind="DSSE")


def _predicate(statement: _Statement, name: str) -> Layer | Diagnostic:
    """The predicate of an in-toto statement."""
    if statement.predicate is UNSET:
        return refusal("RW1025", name, "the in-toto statement has no predicate")
    predicate, place = bytes(statement.predicate), "/predicate"
    try:
        wrapped = msgspec.json.decode(predicate, type=_Wrapped).Data
        if wrapped is not UNSET:
            text = bytes(wrapped)
            predicate = msgspec.json.decode(text, type=str).encode() if text[:1] == b'"' else text
            place += "/Data"
    except msgspec.ValidationError:
        pass
    return Layer(predicate, place, signed=False, kind=f"in-toto predicate `{shown(statement.predicateType or '')}`")


def settle(inner: Document | Statements, layer: Layer) -> Document | Statements:
    """Say where the payload's facts stand, and that they came signed."""
    place = layer.place
    if isinstance(inner, Statements):
        inner.statements = tuple(
            msgspec.structs.replace(s, pointer=f"{place}{s.pointer}") for s in inner.statements
        )  # fmt: skip
        schema, semantics = inner.judge_schema, inner.judge_semantics
        inner.findings = _below(inner.findings, place)
        inner.judge_schema = lambda: _below(schema(), place)
        inner.judge_semantics = lambda: _below(semantics(), place)
        return inner
    from rulewright.sbom.converted import move

    move(inner, lambda pointer: f"{place}{pointer}")
    inner.within = f"{place}{inner.within}"
    if layer.signed:
        table = inner.tables["document"]
        signed = {"signature_present": lambda: rows.single(cell=True), "signature": lambda: rows.single("unverified")}
        table.builders = {**table.builders, **signed}
        fact = inner.attributes["sbom.signature_present"]
        changed = msgspec.structs.replace(fact, state=State.KNOWN, value=True)
        inner.attributes = {**inner.attributes, "sbom.signature_present": changed}
    return inner


def _below(found: tuple[Diagnostic, ...], place: str) -> tuple[Diagnostic, ...]:
    return tuple(msgspec.structs.replace(d, pointer=f"{place}{d.pointer or ''}") for d in found)
