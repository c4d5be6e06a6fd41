"""The keys that a command signs with: files, keys that live elsewhere, or one that is made and thrown away.

Guarantees: a passphrase comes from a file, from the variable RULEWRIGHT_PASSPHRASE or from a terminal, never from the command line,
and is never shown; a key that others can read is warned about; the same key given twice signs once; whatever is wrong is a
diagnostic, exit code 2.  Nothing is asked where there is no terminal.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rulewright.cli.documents import name_of
from rulewright.cli.gathering import unreadable
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse
from rulewright.cli.streams import say
from rulewright.cli.subcommands import Sub, hand_over
from rulewright.cli.text import clean
from rulewright.diagnostics import Diagnostic

if TYPE_CHECKING:
    from rulewright.attest.keys import PublicKey
    from rulewright.attest.signers import HeldSigner, Signer

VARIABLE = "RULEWRIGHT_PASSPHRASE"
"""The environment variable with the passphrase."""
PIN = "RULEWRIGHT_PIN"
"""The environment variable with the PIN of a token, where it is not the passphrase of the other keys."""
SECRET = 4_096
"""Bytes of a passphrase file that are looked at."""
_HINT = f"give `--passphrase-file FILE`, or set {VARIABLE}"


class RefusedError(Exception):
    """What keeps keys from being used: a diagnostic for the user."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class LockedError(RefusedError):
    """A key is encrypted, and there is no passphrase."""


def missing() -> Diagnostic | None:
    """Say that the library for signatures is not installed, if it is not."""
    try:
        import cryptography  # noqa: F401  # only whether it is there
    except ImportError:
        return problem("RW4104", "signatures need `cryptography`", "pip install 'rulewright[attest]'")
    return None


def signers(request: Request) -> list[Signer] | int:
    """Open the keys named by `--key` and `--ephemeral`; the exit code after saying why not."""
    try:
        return opened(request)
    except RefusedError as error:
        return refuse([error.diagnostic])


def opened(request: Request) -> list[Signer]:
    """Open the keys, each once, in the order given.  Raises `RefusedError`."""
    lacking = missing()
    if lacking is not None:
        raise RefusedError(lacking)
    words = request.many("key")
    if not words and "ephemeral" not in request.flags:
        hint = "`--key FILE` names a private key; `rulewright keys new FILE` makes one"
        raise RefusedError(problem("RW0002", "it is not said which key signs", hint))
    secrets = Secrets(request)
    found: dict[str, Signer] = {}
    for word in words:
        signer = _one(word, secrets)
        found.setdefault(signer.public.id, signer)
    if "ephemeral" in request.flags:
        signer = ephemeral(quiet="quiet" in request.flags)
        found[signer.public.id] = signer
    return list(found.values())


def ephemeral(*, quiet: bool = False) -> HeldSigner:
    """Make an Ed25519 key that nobody keeps; its public half is told, so that a trial can be verified."""
    from rulewright.attest import keys
    from rulewright.attest import signers as made

    signer = made.generate("ed25519")
    if not quiet:
        say("warning: the key is made for this run and thrown away; nobody trusts it")
        say(keys.to_pem(signer.public).decode().rstrip())
    return signer


def _one(word: str, secrets: Secrets) -> Signer:
    """Open one key.  Raises `RefusedError`."""
    from rulewright.attest import pkcs8, remote_signers
    from rulewright.attest.signers import SignerError, from_pkcs8

    shown = name_of(word)
    try:
        if word.startswith("sigstore:") and not os.path.exists(word):
            from rulewright.cli import keyless

            return keyless.open_signer(word)
        if remote_signers.is_uri(word) and not os.path.exists(word):
            return remote_signers.open_signer(word, lambda name: secrets.text(shown, name))
        pem = private_file(word)
        return from_pkcs8(pem, secrets.given(shown, "passphrase") if pkcs8.is_encrypted(pem) else None)
    except SignerError as error:
        raise RefusedError(problem(error.code, f"`{shown}`: {error}", error.hint)) from None
    except pkcs8.PassphraseError as error:
        kind = LockedError if error.missing else RefusedError
        raise kind(problem("RW4101", f"`{shown}`: {error}", _HINT if error.missing else None)) from None


def half(word: str, secrets: Secrets) -> PublicKey:
    """The public half of a private key: a file, or a URI.  Raises `RefusedError`, `LockedError`."""
    return _one(word, secrets).public


def content(path: str) -> bytes:
    """What a key file holds; too much of it where it is none.  Raises `RefusedError`."""
    from rulewright.attest import pkcs8

    return _bytes(path, pkcs8.FILE + 1)[0]


def private_file(path: str) -> bytes:
    """The bytes of a file that only its owner should read; a warning where others can.  Raises `RefusedError`."""
    from rulewright.attest import pkcs8

    data, mode = _bytes(path, pkcs8.FILE + 1)
    if mode & 0o077 and os.name == "posix":
        say(f"warning: `{clean(name_of(path))}` can be read by others; `chmod 600` keeps it to you")
    return data


def public_file(path: str) -> PublicKey:
    """The public key of a file: `PUBLIC KEY`, or the one of a certificate.  Raises `RefusedError`."""
    from rulewright.attest import keys, pkcs8

    data, _ = _bytes(path, pkcs8.FILE + 1)
    try:
        return keys.from_pem(data)
    except keys.PublicKeyError as error:
        hint = (
            "this is a private key; its public half is in the file ending in .pub" if b"PRIVATE KEY" in data else None
        )
        raise RefusedError(problem("RW4101", f"`{name_of(path)}`: {error}", hint)) from None


def _bytes(path: str, most: int) -> tuple[bytes, int]:
    """The first bytes of a file, and its mode.  Raises `RefusedError`."""
    try:
        with open(path, "rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            return stream.read(most), mode if stat.S_ISREG(mode) else 0
    except OSError as error:
        raise RefusedError(unreadable(name_of(path), error)) from None


class Secrets:
    """Where passphrases and PINs come from."""

    def __init__(self, request: Request) -> None:
        """Raises `RefusedError` where the passphrase file cannot be read."""
        self._file = request.one("passphrase_file")
        self._known = None if self._file is None else _first_line(self._file)
        self._texts: dict[tuple[str, str], str] = {}

    @property
    def stated(self) -> bool:
        """Whether there is a secret without asking."""
        return self._known is not None or bool(os.environ.get(VARIABLE))

    def given(self, shown: str, what: str) -> bytes | None:
        """The secret that opens something; asked for on a terminal; `None` where there is none."""
        if self._known is not None:
            return self._known
        stated = os.environ.get(VARIABLE)
        if stated:
            return os.fsencode(stated)
        return asked(f"{what} of {clean(shown)}: ")

    def text(self, shown: str, name: str) -> str:
        """A secret for a token as text, asked for once; its own variable comes first, since a wrong PIN too often locks the token.

        Raises `SignerError` where there is none.
        """
        from rulewright.attest.signers import SignerError

        if (shown, name) not in self._texts:
            stated = os.environ.get(PIN) if name == "pin" else None
            found = os.fsencode(stated) if stated else self.given(shown, name.upper() if name == "pin" else name)
            if found is None:
                raise SignerError("RW4104", f"the token asks for its {name}", f"set {PIN}, or {_HINT}")
            self._texts[shown, name] = found.decode("utf-8", "surrogateescape")
        return self._texts[shown, name]

    def chosen(self, shown: str) -> bytes | None:
        """The passphrase for a new key: a terminal asks twice.  Raises `RefusedError` where the two differ."""
        found = self.given(shown, "new passphrase")
        if found is not None and not self.stated and asked("once more: ") != found:
            raise RefusedError(problem("RW0005", "the two passphrases differ", "nothing was written"))
        return found


def _first_line(path: str) -> bytes:
    """The passphrase in a file.  Raises `RefusedError`."""
    data, mode = _bytes(path, SECRET + 1)
    line = data.splitlines()[0] if data.strip() else b""
    if not line or len(data) > SECRET:
        message = f"`{name_of(path)}` holds no passphrase: its first line is empty, or it is too long"
        raise RefusedError(problem("RW0005", message))
    if mode & 0o077 and os.name == "posix":
        say(f"warning: `{clean(name_of(path))}` can be read by others; `chmod 600` keeps it to you")
    return line


def asked(prompt: str) -> bytes | None:
    """What is typed on a terminal, unseen; `None` where there is no terminal, or nothing was typed."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    from getpass import getpass

    try:
        return os.fsencode(getpass(prompt, sys.stderr)) or None
    except EOFError:
        return None


def handed_over(request: Request, subs: Mapping[str, Sub]) -> int:
    """Run a subcommand that deals with keys; a key that cannot be used is told, and so is a missing library."""
    lacking = missing()
    if lacking is not None:
        return refuse([lacking])
    try:
        return hand_over(request, subs)
    except RefusedError as error:
        return refuse([error.diagnostic])
