"""`rulewright keys`: make a key, show what a file holds, write the public half, put a new key in the place of an old one.

Guarantees: a private key is written once, for its owner's eyes only (mode 0600), with a passphrase unless told otherwise, and never
over a file; where one of several files cannot be written, none is left.  What is shown never contains private parts.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

import msgspec

from rulewright.cli import exits, keys_rotate, signing
from rulewright.cli.check import deliver
from rulewright.cli.documents import name_of
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse
from rulewright.cli.replacing import there
from rulewright.cli.signing import RefusedError, Secrets
from rulewright.cli.streams import say
from rulewright.cli.subcommands import Sub
from rulewright.cli.text import clean

if TYPE_CHECKING:
    from rulewright.attest.keys import PublicKey
    from rulewright.attest.signers import HeldSigner, Made

PUBLIC = ".pub"
"""What the name of the public half ends with."""
_SHORT = 8
"""Characters below which a passphrase is warned about."""


class Shown(msgspec.Struct, frozen=True):
    """A key as `show` tells it; what cannot be told without the passphrase is `null`."""

    file: str
    kind: Literal["private", "public", "elsewhere"]
    encrypted: bool
    algorithm: str | None
    id: str | None
    post_quantum: bool | None


def run(request: Request) -> int:
    """Hand over to the subcommand; return the exit code."""
    return signing.handed_over(request, _SUBS)


def _new(request: Request) -> int:
    """Make a key, or the two of a hybrid pair, and write it."""
    from rulewright.attest.signers import SignerError, generate

    path, algorithm = request.arguments[0], request.one("algorithm") or "ed25519"
    made: tuple[Made, ...] = ("ed25519", "ml-dsa-65") if algorithm == "hybrid" else (algorithm,)  # type: ignore[assignment]  # one of `ALGORITHMS`
    places = {each: _beside(path, each) if algorithm == "hybrid" else path for each in made}
    for place in places.values():
        for name in (place, place + PUBLIC):
            if os.path.lexists(name):
                message = f"`{name_of(name)}` is there already and is not overwritten"
                return refuse(
                    [problem("RW0006", message, "name another file; a key that is lost cannot be made again")]
                )
    passphrase = _passphrase(request, path)
    try:
        signers = {places[each]: generate(each) for each in made}
    except SignerError as error:
        return refuse([problem(error.code, str(error), error.hint)])
    _written(signers, passphrase)
    if "quiet" not in request.flags:
        for place, signer in signers.items():
            say(f"{clean(name_of(place))}: {signer.public.algorithm}, id {signer.public.id}")
        say("keep the private file and its passphrase; give the file ending in .pub to those who verify")
    return exits.OK


def _beside(path: str, algorithm: str) -> str:
    """Where one key of a pair goes: `acme.pem` gives `acme.ml-dsa-65.pem`."""
    return f"{path.removesuffix('.pem')}.{algorithm}.pem"


def _passphrase(request: Request, path: str) -> bytes | None:
    """The passphrase of a new key, `None` with `--unencrypted`.  Raises `RefusedError`."""
    if "unencrypted" in request.flags:
        if request.one("passphrase_file") is not None:
            message = "`--unencrypted` and `--passphrase-file` contradict each other"
            raise RefusedError(problem("RW0002", message))
        return None
    found = Secrets(request).chosen(name_of(path))
    if found is None:
        hint = f"give `--passphrase-file FILE`, set {signing.VARIABLE}, or say `--unencrypted`"
        raise RefusedError(problem("RW0005", "a new key needs a passphrase", hint))
    if len(found) < _SHORT:
        say(f"warning: the passphrase has fewer than {_SHORT} characters; it can be guessed")
    return found


def _written(signers: dict[str, HeldSigner], passphrase: bytes | None) -> None:
    """Write all files, or none.  Raises `RefusedError`."""
    from rulewright.attest import keys, pkcs8

    done: list[str] = []
    for place, signer in signers.items():
        private = signer.pkcs8(passphrase, os.urandom(pkcs8.DICE))
        for name, data, mode in ((place, private, 0o600), (place + PUBLIC, keys.to_pem(signer.public), 0o644)):
            try:
                _fresh(name, data, mode)
            except OSError as error:
                for other in done:
                    os.unlink(other)
                why = (error.strerror or str(error)).lower()
                raise RefusedError(problem("RW0006", f"`{name_of(name)}` cannot be written: {why}")) from None
            done.append(name)


def _fresh(path: str, data: bytes, mode: int) -> None:
    """Write a file that is not there yet.  Raises `OSError`, and leaves nothing then."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        os.unlink(path)
        raise


def _show(request: Request) -> int:
    """Tell what some files hold."""
    secrets = Secrets(request)
    looked = [_looked_at(word, secrets) for word in request.arguments]
    found = [shown for shown, _ in looked]
    if request.one("format") == "json":
        plain = {"format": "rulewright-keys/1", "keys": found}
        return deliver(
            msgspec.json.format(msgspec.json.encode(plain)).decode() + "\n", request.one("output"), utf8=True
        )
    text = "\n".join("\n".join(_lines(*each)) for each in looked)
    return deliver(text + "\n", request.one("output"), utf8=False)


def _looked_at(word: str, secrets: Secrets) -> tuple[Shown, str | None]:
    """What a word names, and the file beside it that tells so where it is locked itself.  Raises `RefusedError`."""
    from rulewright.attest import pkcs8

    if _elsewhere(word):
        return _shown(word, "elsewhere", signing.half(word, secrets), encrypted=False), None
    data = signing.content(word)
    if b"PRIVATE KEY-----" not in data:
        return _shown(word, "public", signing.public_file(word), encrypted=False), None
    locked = pkcs8.is_encrypted(data)
    if locked and not secrets.stated and os.path.isfile(word + PUBLIC):
        return _shown(word, "private", signing.public_file(word + PUBLIC), encrypted=True), name_of(word + PUBLIC)
    try:
        return _shown(word, "private", signing.half(word, secrets), encrypted=locked), None
    except signing.LockedError:
        return _shown(word, "private", None, encrypted=True), None


def _elsewhere(word: str) -> bool:
    from rulewright.attest.remote_signers import is_uri

    return is_uri(word) and not os.path.exists(word)


def _shown(
    word: str, kind: Literal["private", "public", "elsewhere"], key: PublicKey | None, *, encrypted: bool
) -> Shown:
    name = name_of(word)
    if key is None:
        return Shown(name, kind, encrypted, None, None, None)
    return Shown(name, kind, encrypted, key.algorithm, key.id, key.post_quantum)


def _lines(key: Shown, told_by: str | None) -> list[str]:
    """A key for a person; `told_by` is the file that tells its id where the key itself stayed locked."""
    told = {"private": "private, encrypted" if key.encrypted else "private, NOT encrypted", "public": "public"}
    lines = [clean(key.file), f"  key           {told.get(key.kind, 'lives elsewhere')}"]
    if key.algorithm is None:
        return [*lines, "  algorithm     not told without the passphrase"]
    quantum = "yes" if key.post_quantum else "no"
    by = f" (told by {clean(told_by)})" if told_by is not None else ""
    return [*lines, f"  algorithm     {key.algorithm}", f"  id            {key.id}{by}", f"  post-quantum  {quantum}"]


def _public(request: Request) -> int:
    """Write the public half."""
    from rulewright.attest import keys

    word = request.arguments[0]
    if _elsewhere(word) or b"PRIVATE KEY-----" in signing.content(word):
        key = signing.half(word, Secrets(request))
    else:
        key = signing.public_file(word)
    text, target = keys.to_pem(key).decode(), request.one("output")
    lost = there(target, "a key that is lost cannot be made again")
    if lost is not None and target is not None and signing.content(target) != text.encode():
        return refuse([lost])
    return deliver(text, target, utf8=True)


_PASSPHRASE = frozenset({"passphrase_file"})
_SUBS = {
    "new": Sub(_new, "new FILE [--algorithm NAME]", 1, 1, _PASSPHRASE | {"algorithm", "unencrypted"}),
    "show": Sub(_show, "show FILE|URI…", 1, 1000, _PASSPHRASE | {"format", "output"}, ("json",)),
    "public": Sub(_public, "public FILE|URI [--output FILE]", 1, 1, _PASSPHRASE | {"output"}),
    "rotate": Sub(
        keys_rotate.run,
        "rotate TRUST OLD NEW --key ROOTKEY",
        3,
        3,
        _PASSPHRASE | {"key", "owner", "start", "until", "expires", "compromised_since", "reason", "as_of", "output"},
        changes=True,
    ),
}
