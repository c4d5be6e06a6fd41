"""What the commands about logs read: heads in whatever file holds one, verifier keys, keys to sign with.

Guarantees: what cannot be read is a diagnostic; nothing is verified here.
"""

from __future__ import annotations

import os
from datetime import date

import msgspec

from rulewright.attest import limits
from rulewright.attest.encoding import NotEncodedError
from rulewright.attest.keys import PublicKey, PublicKeyError
from rulewright.attest.log import audit, checkpoint, cosign, note, proof
from rulewright.attest.log.checkpoint import Head
from rulewright.attest.log.note import COSIGNATURE, ED25519, LATTICE, NoteError, Signer, Vkey
from rulewright.cli import bundles, days
from rulewright.cli.documents import name_of
from rulewright.cli.gathering import unreadable
from rulewright.cli.log_folder import Folder
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse
from rulewright.diagnostics import Diagnostic

PROOF = "log/proof.tlog-proof"
"""Where a bundle keeps its proof."""


def head_of(path: str) -> Head | Diagnostic:
    """The head in a folder, a checkpoint, a proof, a bundle, or what a witness is sent."""
    if os.path.isdir(path):
        return head_in(path)
    data = bundles.read(path)
    if isinstance(data, bytes) and data[:2] == b"PK":
        members = bundles.opened(path)
        data = members if isinstance(members, Diagnostic) else members.get(PROOF, b"")
    if isinstance(data, Diagnostic):
        return data
    try:
        if data.startswith(proof.FIRST.encode()):
            return proof.decode(data).head
        return cosign.asked(data)[2] if data.startswith(b"old ") else checkpoint.decode(data)
    except NoteError as error:
        return problem("RW4106", f"`{name_of(path)}` holds no head of a log: {error}")


def head_in(path: str) -> Head | Diagnostic:
    """The head of the log in a folder."""
    try:
        return audit.current(Folder(path))
    except audit.LogError as error:
        return unusable(path, error)
    except OSError as error:
        return unreadable(name_of(path), error)


def unusable(path: str, error: audit.LogError) -> Diagnostic:
    """Say why a folder is no log that can be used."""
    hint = "`rulewright log new FOLDER --origin NAME --key KEY` makes one" if "no `checkpoint`" in str(error) else None
    return problem("RW4106", f"the log in `{name_of(path)}` cannot be used: {error}", hint)


def vkeys(request: Request) -> list[Vkey] | Diagnostic:
    """The verifier keys given: each a text, or a file with one a line."""
    found: list[Vkey] = []
    for word in request.many("vkey"):
        texts = [word] if "+" in word and not os.path.exists(word) else _listed(word)
        if isinstance(texts, Diagnostic):
            return texts
        try:
            found += [note.vkey(text) for text in texts]
        except NoteError as error:
            return problem("RW0005", f"`--vkey` is no verifier key: {error}", "`rulewright log vkey KEY` prints it")
    for path in request.many("trust"):
        trusted = _trusted(path, request)
        if isinstance(trusted, Diagnostic):
            return trusted
        found += trusted
    return found


def _trusted(path: str, request: Request) -> list[Vkey] | Diagnostic:
    """The keys of the logs and witnesses of a trust policy, which is held against itself and its days; its anchors are not asked for."""
    from rulewright.attest import trust
    from rulewright.attest.checking.said import FoundError

    at, name = seconds(request), name_of(path)
    if isinstance(at, Diagnostic):
        return at
    try:
        with open(path, "rb") as stream:
            data = stream.read(limits.ENVELOPE + 1)
        policy, said = trust.check(data, (), None, date.fromisoformat(days.text(at // 86_400)))
        if policy is None or said.outcome != "ok":
            return problem(said.code or "RW4030", f"`{name}`: {said.text}")
        return [note.vkey(text) for log in policy.trust.logs for text in (log.key, *log.witnesses)]
    except OSError as error:
        return unreadable(name, error)
    except FoundError as error:
        return problem(error.said.code, f"`{name}`: {error}")
    except NoteError as error:
        return problem("RW4030", f"`{name}` lists a key of a log that is none: {error}")


def _listed(path: str) -> list[str] | Diagnostic:
    """The lines of a file of verifier keys; empty ones and those that begin with `#` are left out."""
    try:
        with open(path, "rb") as stream:
            text = note.plain(stream.read(limits.NOTE + 1))
    except OSError as error:
        return unreadable(name_of(path), error)
    except NoteError as error:
        return problem("RW0003", f"`{name_of(path)}` is no list of verifier keys: {error}")
    return [line for line in text.split("\n") if line and not line.startswith("#")]


def kind(key: PublicKey, *, witness: bool) -> int | None:
    """The type of the signatures of a key; `None` for a key that logs and witnesses do not use."""
    kinds = {"ed25519": COSIGNATURE if witness else ED25519, "ml-dsa-44": LATTICE}
    return kinds.get(key.algorithm)


def named_key(key: PublicKey, name: str, *, witness: bool) -> Vkey | Diagnostic:
    """The verifier key of a public key under a name."""
    chosen = kind(key, witness=witness)
    if chosen is None:
        return problem("RW4101", f"logs and witnesses sign with Ed25519 or ML-DSA-44, not with {key.algorithm}")
    try:
        return note.of(name, chosen, key)
    except NoteError as error:
        return problem("RW0005", f"`{name_of(name)}` cannot be the name of a log or witness: {error}")


def signer(request: Request, name: str, *, witness: bool) -> Signer | int:
    """The one key of `--key` as that of a log or witness; the exit code after saying why not."""
    from rulewright.cli import signing

    given = request.many("key")
    if len(given) != 1:
        return refuse([problem("RW0002", "one key signs for a log or witness", "give it with `--key FILE`")])
    found = signing.signers(request)
    if isinstance(found, int):
        return found
    key = named_key(found[0].public, name, witness=witness)
    return refuse([key]) if isinstance(key, Diagnostic) else Signer(key, found[0].sign)


def public_key(request: Request, path: str) -> PublicKey | int:
    """The public half of the key in a file, which may hold either half."""
    from rulewright.attest.keys import from_pem
    from rulewright.cli import signing

    try:
        with open(path, "rb") as stream:
            data = stream.read(limits.NOTE)
        if b"PRIVATE KEY" not in data:
            return from_pem(data)
    except OSError as error:
        return refuse([unreadable(name_of(path), error)])
    except (PublicKeyError, NotEncodedError) as error:
        return refuse([problem("RW4101", f"`{name_of(path)}` holds no key: {error}")])
    found = signing.signers(msgspec.structs.replace(request, texts={**request.texts, "key": (path,)}))
    return found if isinstance(found, int) else found[0].public


def seconds(request: Request) -> int | Diagnostic:
    """The time that a signature states, in seconds since 1970: the midnight of `--at`, or now."""
    stated = request.one("at")
    if stated is None:
        return days.now()
    day = days.parse(stated, "--at")
    if isinstance(day, int) and day <= 0:
        return problem("RW0005", f"`{stated}` is before witnesses", "write a day after 1970-01-01")
    return day if isinstance(day, Diagnostic) else day * 86_400
