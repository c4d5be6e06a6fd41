"""What a secret looks like in a text: known tokens, passwords in addresses, settings whose name says so, commands.

Guarantees: a match says where and what kind, never the value; lines are bounded; a value that is a variable, a
placeholder, a path or a word of the name itself is none.  What it does not do: decide which files count
(`devices.contents`), or find secrets in code that computes them.
Sources: the token forms are those that their issuers document for secret scanning (fixed prefix, length, alphabet).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

import msgspec

MAX_LINE = 4096

_WORDS = """
pass pwd psk secret token api_key apikey api-key auth_key authkey access_key accesskey private_key privatekey wep_key
accountkey :// akia asia aiza ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- xox _live_ sg. eyj curl mosquitto_
"""
HINTS = (*(word.encode() for word in _WORDS.split()), b"option key", b"option\tkey")
"""Only lines with one of these (in small letters) are looked at."""

TOKENS = (
    ("AWS access key", re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])")),
    ("GitHub token", re.compile(r"(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,90})(?!\w)")),
    ("GitLab token", re.compile(r"(?<!\w)glpat-[A-Za-z0-9_-]{20}(?![\w-])")),
    ("Google API key", re.compile(r"(?<!\w)AIza[A-Za-z0-9_-]{35}(?![\w-])")),
    ("Slack token", re.compile(r"(?<!\w)xox[abprs]-\d+-[A-Za-z0-9-]{20,}")),
    ("Stripe key", re.compile(r"(?<!\w)[rs]k_live_[A-Za-z0-9]{24,}")),
    ("SendGrid key", re.compile(r"(?<!\w)SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}")),
    ("JSON web token", re.compile(r"(?<![\w.])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}")),
    ("Azure storage key", re.compile(r"AccountKey=[A-Za-z0-9+/]{80,88}={0,2}")),
)

PREFIX = re.compile(r"AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|AIza|xox|_live_|SG\.|eyJ|AccountKey")
"""What the tokens begin with."""

ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://([^\s:/@\"'<>]{1,64}):([^\s/@\"'<>]{3,128})@[\w.\[-]", re.IGNORECASE)

NAME = (
    r"(?P<name>(?:password|passwd|passphrase|passwort|(?<![a-z])pass|pwd|psk|secret|api_?key|apikey|auth_?key|"
    r"access_?key|secret_?key|auth_?token|access_?token|api_?token|wep_key[0-3]|private_?key|bot_?token|(?<![a-z])token)(?:[_-]?\d)?)"
)
QUOTED = re.compile(
    NAME + r"""["']?\s*(?:=>|:=|=|:)\s*(?P<quote>["'])(?P<value>[^"'\n]{3,128})(?P=quote)""", re.IGNORECASE
)
BARE = re.compile(
    r"^\s*(?:export\s+|set\s+)?(?:[\w.-]{0,40}[._-])?"
    + NAME
    + r"\s*[=:]\s*(?P<value>[^\s\"'#;,]{3,128})\s*(?:[;#].*)?$",
    re.IGNORECASE,
)
UCI = re.compile(
    r"^\s*option\s+(?P<name>key[1-4]?|password|passwd|psk|secret|wpakey|token|api_?key|sae_password|auth_secret)\s+[\"']?(?P<value>[^\"']{3,128})",
    re.IGNORECASE,
)
XML = re.compile(
    r"<(?P<name>[\w.:-]{0,40}(?:password|passwd|passphrase|secret|apikey|api_key|psk))>(?P<value>[^<>\s]{3,128})</",
    re.IGNORECASE,
)

COMMANDS = (
    re.compile(r"\bsshpass\s+-p\s*[\"']?(?P<value>[^\s\"']{3,})"),
    re.compile(r"\bcurl\b.*\s(?:-u|--user)[ =][\"']?[\w.-]+:(?P<value>[^\s\"']{3,})"),
    re.compile(r"\s--(?:http-)?password[= ][\"']?(?P<value>[^\s\"']{3,})"),
    re.compile(r"\becho\s+(?:-\w\s+)?[\"']?[\w-]+:(?P<value>[^\s\"':]{3,})[\"']?\s*\|\s*(?:/\w+)*/?chpasswd"),
    re.compile(r"\bmosquitto_(?:pub|sub)\b.*\s(?:-P|--pw)\s+[\"']?(?P<value>[^\s\"']{3,})"),
)

PLACEHOLDER = re.compile(
    r"[$%<>{}\\()\[\]`|]|\*{2,}|\.{3}|x{4,}|^/|^\.{1,2}/|^(?:yes|no|true|false|on|off|none|null|nil|undefined|required|optional|"
    r"sufficient|requisite|include|string|text|hidden|str|int|bool|ask|prompt|default|auto|file|unset|empty|disabled|enabled)$|"
    r"^(?:your|my|the|enter|insert|change|replace|example|some)[\s_-]?|^self\.|^this\.|^[a-z_]+\.[a-z_]+\(?",
    re.IGNORECASE,
)
WORDY = re.compile(r"pass|pwd|secret|token|key|credential|user|invalid|wrong|error|missing", re.IGNORECASE)
LONG = re.compile(r"token|api|access|auth|secret_?key|private", re.IGNORECASE)


class Secret(msgspec.Struct, frozen=True):
    """What was found: a kind, in which line (from 1); the value is not kept."""

    kind: str
    line: int


def candidates(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines of a text that have a hint in them, with their numbers from 1, in order."""
    small = data.lower()
    starts: set[int] = set()
    for hint in HINTS:
        at = small.find(hint)
        while at >= 0:
            starts.add(small.rfind(b"\n", 0, at) + 1)
            end = small.find(b"\n", at)
            at = small.find(hint, end) if end >= 0 else -1
    number, before = 1, 0
    for start in sorted(starts):
        number += data.count(b"\n", before, start)
        before = start
        end = data.find(b"\n", start)
        yield number, data[start : end if end >= 0 else len(data)][:MAX_LINE]


def secrets_in(data: bytes, *, settings: bool, code: bool) -> Iterator[Secret]:
    """The secrets of a text, at most one a line.

    In `settings` a value may stand without quotes; in `code` (not a shell's) commands are only spoken of.
    """
    commented = b"<!--" in data or b'"""' in data
    for number, raw in candidates(data):
        line = raw.decode("utf-8", "replace").strip()
        if line.startswith(("#", "//", ";", "*", "--", "<!--", "dnl ")):
            continue
        kind = _token(line) or _named(line, settings=settings) or ("" if code else _command(line))
        if kind and not (commented and _in_comment(data, raw)):
            yield Secret(kind, number)


def _in_comment(data: bytes, line: bytes) -> bool:
    """Whether a line stands in a comment of XML or in a text of many lines, as documentation does."""
    before = data[: data.find(line)]
    return before.rfind(b"<!--") > before.rfind(b"-->") or before.count(b'"""') % 2 == 1


def _token(line: str) -> str:
    for kind, pattern in TOKENS if PREFIX.search(line) else ():
        if (match := pattern.search(line)) is not None and entropy(match[0]) > 3.0:
            return kind
    address = ADDRESS.search(line) if "@" in line else None
    if address is not None and not PLACEHOLDER.search(address[2]) and not WORDY.search(address[2]):
        return "password in an address"
    return ""


def _named(line: str, *, settings: bool) -> str:
    if settings:
        patterns = (*((UCI,) if "option" in line else ()), BARE, QUOTED, *((XML,) if "<" in line else ()))
    else:
        patterns = (QUOTED,) if "'" in line or '"' in line else ()
    for pattern in patterns:
        match = pattern.search(line)
        if match is not None and _credible(match["name"], match["value"].strip(), settings=settings):
            return "password" if re.search(r"pass|pwd|psk|wep|^key", match["name"], re.IGNORECASE) else "token"
    return ""


def _credible(name: str, value: str, *, settings: bool) -> bool:
    """Whether a value may be the secret that its name promises."""
    if PLACEHOLDER.search(value) or not value.isascii() or (value.lower() == name.lower() and not settings):
        return False
    if LONG.search(name) and not re.search(r"pass|pwd|psk", name, re.IGNORECASE):
        return len(value) >= 16 and entropy(value) >= 3.0 and any(c.isdigit() for c in value) and " " not in value
    if not settings and (" " in value or WORDY.search(value) or value.endswith(":")):
        return False
    return len(value) >= 4 and not value.isspace()


def _command(line: str) -> str:
    for pattern in COMMANDS if " -" in line or "|" in line else ():
        if (match := pattern.search(line)) is not None and not PLACEHOLDER.search(match["value"]):
            return "password in a command"
    return ""


def entropy(text: str) -> float:
    """Bits a character by the text's own letters: a filter for shapes, in no result."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values()) if text else 0.0
