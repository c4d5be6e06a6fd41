"""Names of weak algorithms in the lists that servers are configured with, and TLS versions in their order.

Guarantees: only what a list accepts counts; words that take away (`!RC4`, `-3DES`) do not.  The result are the words of
`crypto.weak_algorithms`.  What it does not do: expand OpenSSL's keywords (`HIGH`) into suites, which depends on its version.
Sources: RFC 7465 (RC4), RFC 8429 (3DES, RC4), RFC 6151 (MD5), RFC 9155 and RFC 8332 (SHA-1), RFC 8996 (TLS 1.0, 1.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

TLS = ("SSL3", "TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3")
"""Lowest first."""

VERSION = re.compile(r"^(?:(ssl)v?3|tls_?v?1(?:[._]([0-3]))?)$", re.IGNORECASE)

WEAK = (
    ("3DES", re.compile(r"3des|des-cbc3|^des-ede", re.IGNORECASE)),
    ("DES", re.compile(r"(?:^|[-_])des-cbc(?:-|$)|^des(?:-sha|$)", re.IGNORECASE)),
    ("RC4", re.compile(r"rc4|arcfour", re.IGNORECASE)),
    ("MD5", re.compile(r"md5", re.IGNORECASE)),
    ("SHA-1", re.compile(r"hmac-sha1(?!\d)|sha1$|group1-sha1|^ssh-rsa$|^ssh-dss$", re.IGNORECASE)),
    ("NULL", re.compile(r"null", re.IGNORECASE)),
    ("EXPORT", re.compile(r"^exp|export", re.IGNORECASE)),
)

SUITE = re.compile(r"^[A-Z0-9]+(?:[-_][A-Z0-9]+)+$")
KEYWORDS = frozenset({"HIGH", "MEDIUM", "LOW", "ALL", "DEFAULT", "COMPLEMENTOFDEFAULT"})


def weak_in(names: Iterable[str]) -> tuple[str, ...]:
    """The weak algorithms that a list of names accepts."""
    kept = [name.strip() for name in names]
    kept = [name for name in kept if name and name[0] not in "!-"]
    return tuple(sorted(word for word, pattern in WEAK if any(pattern.search(name) for name in kept)))


def listed(text: str) -> list[str]:
    """The words of a cipher list as OpenSSL has it: separated by colons, commas or spaces."""
    return [word for word in re.split(r"[:,\s]+", text) if word]


def suites(text: str) -> tuple[str, ...]:
    """The suites that a cipher list names one by one; keywords and what is taken away are none."""
    return tuple(sorted({word for word in listed(text) if SUITE.match(word) and word not in KEYWORDS}))


def version(word: str) -> str:
    """A TLS version as written in some configuration, in the words of `tls.min_version`; empty for anything else."""
    match = VERSION.match(word.strip())
    if match is None:
        return ""
    return "SSL3" if match[1] else f"TLS1.{match[2] or 0}"


def lowest(words: Iterable[str]) -> str:
    """The lowest of some versions as written; empty where there is none."""
    found = {version(word) for word in words} - {""}
    return min(found, key=TLS.index) if found else ""
