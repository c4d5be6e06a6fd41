"""Who vouches for a package: a DSSE envelope over an in-toto statement, beside the archive and never in it.

Guarantees: the statement names the digest of the whole archive, so a signature changes nothing of what is signed; several keys may
sign, each counts once; a statement about other bytes, another name or another edition is refused.  Whom to trust is for `verify`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rulewright.attest import dsse
from rulewright.attest.encoding import is_sha256
from rulewright.attest.keys import PublicKey
from rulewright.attest.packages import model
from rulewright.attest.packages.archive import Package
from rulewright.attest.packages.model import PackageError, Said, Statement, Subject
from rulewright.attest.signers import Signer, signed

CODE = "RW4211"
SUFFIX = ".sig.json"
"""The envelope of `NAME` is the file `NAME` + this."""


def statement(package: Package) -> bytes:
    """What is signed: one form for one package."""
    said = package.manifest
    return model.encode(
        Statement(
            subject=(Subject(name=model.filename(said.name, said.edition), digest={"sha256": package.sha256}),),
            predicate=Said(name=said.name, edition=said.edition, publisher=said.publisher, license=said.license),
        )
    )


def envelope(data: bytes, package: Package) -> dsse.Envelope:
    """The envelope, which must be about this package.  Raises `PackageError` RW4211."""
    try:
        found = dsse.decode(data)
    except dsse.EnvelopeError as error:
        raise PackageError(CODE, f"the signature cannot be read: {error}") from None
    hints = [item.keyid for item in found.signatures]
    if dsse.encode(found) != data or not all(map(is_sha256, hints)) or hints != sorted(set(hints)):
        raise PackageError(
            CODE, "the signatures are not in their one form: canonical JSON, each key once, by their ids"
        )
    if found.payload_type != dsse.IN_TOTO:
        raise PackageError(CODE, "what was signed is no in-toto statement")
    if found.payload != statement(package):
        raise PackageError(
            CODE, "what was signed is not this package: another digest, name, edition, publisher or licence"
        )
    return found


def sign(package: Package, signers: Sequence[Signer], before: bytes | None) -> bytes:
    """The envelope with the signatures that were there and those of some keys, each once, by their ids.

    Raises `PackageError` RW4211 where what was there is about something else, or a key has signed already; `SignerError`.
    """
    old = () if before is None else envelope(before, package).signatures
    made = signed(dsse.IN_TOTO, statement(package), signers)
    for signer in signers:
        if any(signer.public.verifies(item.sig, made.message) for item in old):
            raise PackageError(CODE, f"the key {signer.public.id[:12]} has signed this package already")
    both = sorted((*old, *made.signatures), key=lambda item: (item.keyid, item.sig))
    data = dsse.encode(dsse.Envelope(made.payload, made.payload_type, tuple(both)))
    envelope(data, package)
    return data


def misnamed(found: dsse.Envelope, known: Mapping[str, PublicKey]) -> str:
    """The id of a known key that did not make the signature under its name, or made one under another; empty where there is none."""
    for item in found.signatures:
        if item.keyid in known:
            if not known[item.keyid].verifies(item.sig, found.message):
                return item.keyid
        else:
            other = next((name for name, key in known.items() if key.verifies(item.sig, found.message)), "")
            if other:
                return other
    return ""
