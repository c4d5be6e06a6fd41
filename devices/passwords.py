"""Stored passwords: by which algorithm, and whether it is one that everybody knows.

Guarantees: the answer is a yes or no, no password leaves this module; work is bounded (rounds, words, accounts);
algorithms that cost too much or are not there (bcrypt, scrypt, yescrypt) are not tried, and said so by `None`.
What it does not do: crack; words are a short list of defaults.
Sources: crypt(5) for the prefixes; the words are those that device malware tries first (Mirai's list, 2016) and vendors' names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Protocol

MAX_ROUNDS = 10_000
"""Of SHA-crypt; its default is 5,000."""

PREFIXES = (
    ("$1$", "md5"),
    ("$apr1$", "apr1"),
    ("$5$", "sha256"),
    ("$6$", "sha512"),
    ("$2", "bcrypt"),
    ("$y$", "yescrypt"),
    ("$gy$", "yescrypt"),
    ("$7$", "other"),
    ("$md5", "other"),
    ("$3$", "other"),
    ("$sha1$", "other"),
    ("{SHA}", "other"),
    ("_", "des"),
)
DES = re.compile(r"^[./0-9A-Za-z]{13}$")
ROUNDS = re.compile(r"^\$[56]\$rounds=(\d{1,9})\$")

SLOW = frozenset({"sha256", "sha512", "bcrypt", "yescrypt"})
"""Salted, and made slow; `$7$` (scrypt, or Mosquitto's PBKDF2) is told apart by its reader."""

WEAK = {"md5": "MD5", "apr1": "MD5", "des": "DES"}
"""Algorithm -> its word in `crypto.weak_algorithms`."""

_LIST = """
root admin password 1234 12345 123456 12345678 123456789 user guest toor pass support default changeme test super service
tech operator supervisor administrator system public private debug debian raspberry openwrt ubnt pi cisco 888888 666666
111111 000000 54321 654321 1111 admin123 admin1234 root123 password1 qwerty letmein xc3511 vizxv xmhdipc juantech anko
Zte521 hi3518 jvbzd klv123 klv1234 dreambox realtek meinsm tlJwpbo6 7ujMko0vizxv 7ujMko0admin ikwb smcadmin hikvision
dahua netgear linksys dlink tplink axis camera ipcam alpine
"""
WORDS = tuple(_LIST.split())


class _Hash(Protocol):
    """What is used of a hash of the library."""

    def verify(self, secret: str, hash: str) -> bool:  # noqa: A002 -- the library's name
        """Whether a password has this hash."""


def algorithm(stored: str) -> str:
    """The algorithm of a stored password in the words of `account.hash`: by prefix, `none` where it is empty."""
    if not stored:
        return "none"
    if stored[0] in "!*" or stored in {"x", "NP", "LK"}:
        return "locked"
    named = next((name for prefix, name in PREFIXES if stored.startswith(prefix)), "")
    return named or ("des" if DES.match(stored) else "plain")


def default(stored: str, name: str) -> bool | None:
    """Whether a stored password is a default one or the account's own name; `None` where that was not tried."""
    kind = algorithm(stored)
    words = dict.fromkeys([name, *WORDS])
    if kind == "plain":
        return stored in words
    verify = _verifier(kind, stored)
    return None if verify is None else _any(verify, stored, words)


def _any(verify: Callable[[str, str], bool], stored: str, words: Iterable[str]) -> bool | None:
    try:
        return any(verify(word, stored) for word in words)
    except (ValueError, TypeError):  # a hash that only looks like one
        return None


def _verifier(kind: str, stored: str) -> Callable[[str, str], bool] | None:
    """The check of an algorithm, where its library is there and it costs little."""
    names = {
        "md5": "md5_crypt",
        "apr1": "apr_md5_crypt",
        "des": "des_crypt",
        "sha256": "sha256_crypt",
        "sha512": "sha512_crypt",
    }
    rounds = ROUNDS.match(stored)
    if kind not in names or (rounds is not None and int(rounds[1]) > MAX_ROUNDS) or stored.startswith("_"):
        return None
    module = library()
    if module is None:
        return None
    found: _Hash = getattr(module, names[kind])
    return found.verify


def library() -> object | None:
    """The library that computes the hashes; `None` where it is not installed."""
    try:
        import passlib.hash
    except ImportError:
        return None
    found: object = passlib.hash
    return found
