"""E-mail addresses and URIs: does a text have the form of one?

Guarantees: linear time, never raises, conservative: what these accept, mail software and browsers accept.
Does not: ask whether anybody reads the mailbox or serves the page; quoted local parts, comments and
non-ASCII addresses are refused.
Source: RFC 5321 (4.1.2, 4.5.3.1), RFC 1123 (2.1), RFC 3986 (3).
"""

import re

from rulewright.facts.identity.text import MAX_LENGTH

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*\Z")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\Z")
_URI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):((?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+)\Z")
_IP_LITERAL = re.compile(r"\[[0-9A-Fa-f:.]+\]\Z")
_HOST = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=%-]+\Z")
_WITH_HOST = frozenset({"ftp", "git", "http", "https", "sftp", "ssh", "ws", "wss"})


def is_email(text: str) -> bool:
    """Whether `text` is a mailbox `local@domain` with a domain of two labels or more."""
    if len(text) > 254 or not text.isascii():
        return False
    local, at, domain = text.rpartition("@")
    labels = domain.split(".")
    if not at or not 1 <= len(local) <= 64 or len(labels) < 2 or labels[-1].isdigit():
        return False
    return bool(_LOCAL.match(local)) and all(_LABEL.match(label) for label in labels)


def is_url(text: str) -> bool:
    """Whether `text` is an absolute URI; where the scheme speaks to a host (http, https, git+https …), one is named."""
    found = _URI.match(text) if len(text) <= MAX_LENGTH else None
    if not found or found[2].count("#") > 1:
        return False
    needs_host = bool(_WITH_HOST & set(found[1].lower().split("+")))
    if not found[2].startswith("//"):
        return not needs_host
    authority = re.split(r"[/?#]", found[2][2:], maxsplit=1)[0]
    return _is_authority(authority) if authority else not needs_host


def is_web_url(text: str) -> bool:
    """Whether `text` is an absolute http or https URL."""
    return text[:8].lower().startswith(("http://", "https://")) and is_url(text)


def _is_authority(authority: str) -> bool:
    host = authority.rpartition("@")[2]
    name, colon, port = host.rpartition(":")
    if colon and (not port or port.isdigit()):
        host = name
    return bool(_HOST.match(host) or _IP_LITERAL.match(host))
