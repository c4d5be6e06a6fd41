"""What makes two versions of one scheme comparable: keys that order as the scheme orders.

Guarantees: `version_key` never raises, takes linear time, and imports the standard library alone; keys of one scheme compare
with `<` and `==`, always, and are a total order. A text that is no version of its scheme has no key.
Does not: compare keys of different schemes.

`generic` follows libversion's published algorithm (as VERS intends): parts are runs of digits or letters; a
pre-release word < 0 < a post-release word < a positive number < letters right behind a number (1.1.1w).
A lone `p` is a patch (OpenSSH 9.3p1, sudo 1.9.5p2).
"""

import re
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import cast

Key = tuple[object, ...]

MAX_VERSION = 256
"""Longest version, in characters, that is read; real ones stay below 100."""

SEMVER = frozenset(
    {"apache", "cargo", "github", "golang", "hex", "mattermost", "mozilla", "nginx", "npm", "pub", "semver"}
)
"""Schemes that order by Semantic Versioning 2.0.0; missing numbers count as 0, a leading `v` is skipped."""

_ELSEWHERE = {
    "alpm": ("rpm", "alpm"),
    "apk": ("alpine", "apk"),
    "conan": ("dotted", "conan"),
    "cran": ("dotted", "cran"),
    "datetime": ("dotted", "moment"),
    "deb": ("debian", "debian"),
    "ebuild": ("alpine", "ebuild"),
    "gem": ("gem", "gem"),
    "hackage": ("dotted", "hackage"),
    "maven": ("maven", "maven"),
    "nuget": ("dotted", "nuget"),
    "openssl": ("dotted", "openssl"),
    "pypi": ("python", "python"),
    "rpm": ("rpm", "rpm"),
}
"""Schemes whose order has a module of its own (`order_…`), imported when a version of the scheme is met."""

SCHEMES = SEMVER | {"composer", "generic", "intdot", "lexicographic"} | set(_ELSEWHERE)
"""Every scheme that has an order."""

ALIASES = {"alpine": "apk", "arch": "alpm", "dart": "pub", "debian": "deb", "gentoo": "ebuild"}

_DIGIT = re.compile("[0-9]")
_INTDOT = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_SEMVER = re.compile(
    r"v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?"
    r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?\Z",
)
# Slow to compile and rarely needed: `re` keeps it once it was.
_COMPOSER = (
    r"(?i)[v]?([0-9]+(?:\.[0-9]+){0,3})(?:[._-]?(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?[0-9]+(?:[.-][0-9]+)*)?))?"
    r"([.-]?dev)?(?:\+[0-9a-z.-]+)?\Z"
)
_GO = r"(?:go)?([0-9]+\.[0-9]+(?:\.[0-9]+)?)(alpha|beta|rc)([0-9]+)\Z"
_STABILITIES = {"alpha": 1, "a": 1, "beta": 2, "b": 2, "rc": 3, "": 4, "stable": 4, "patch": 5, "pl": 5, "p": 5}
_GENERIC = re.compile(r"[0-9]+|[A-Za-z]+")
_GENERIC_START = re.compile(r"[vV]?(?=[0-9])")
_COMMIT = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")
# Words that libversion names mean what their first letter means; it takes the first letter of any other word too.
_KNOWN = frozenset({"alpha", "beta", "rc", "patch", "pl", "errata"})
_BEFORE, _ZERO_BEFORE, _END, _ZERO, _AFTER, _NUMBER, _LETTERS = range(7)


def version_key(scheme: str, text: str) -> Key | None:
    """Give what orders a version among those of its scheme; `None` if it is none, or the scheme has no order."""
    return _remembered(scheme, text) if len(text) <= MAX_VERSION else None


@lru_cache(maxsize=16_384)
def _remembered(scheme: str, text: str) -> Key | None:
    if scheme in _ELSEWHERE:
        # No package manager's version is a name alone, even where its comparison takes any text.
        plain = text.isascii() and text.isprintable() and " " not in text and _DIGIT.search(text)
        return _reader(scheme)(text) if plain else None
    reader = _READERS.get(scheme)
    return reader(text) if reader else None


@lru_cache(maxsize=len(_ELSEWHERE))
def _reader(scheme: str) -> Callable[[str], Key | None]:
    module, name = _ELSEWHERE[scheme]
    return cast(
        "Callable[[str], Key | None]", getattr(import_module(f"rulewright.facts.identity.order_{module}"), name)
    )


def _semver(text: str) -> Key | None:
    found = _SEMVER.match(text)
    if not found:
        return None
    major, minor, patch, before = found.group(1, 2, 3, 4)
    return int(major), int(minor or 0), int(patch or 0), (0, _identifiers(before)) if before else (1,)


def _golang(text: str) -> Key | None:
    """Go: modules by SemVer, the toolchain's `go1.21rc2` as 1.21.0-rc.2."""
    found = re.match(_GO, text)
    return _semver(f"{found[1]}-{found[2]}.{found[3]}" if found else text.removeprefix("go"))


def _pub(text: str) -> Key | None:
    """Dart orders builds too, where SemVer ignores them."""
    found, key = _SEMVER.match(text), _semver(text)
    return (*key, _identifiers(found[5])) if found and key and found[5] else key


def _composer(text: str) -> Key | None:
    """Composer: up to four numbers, then dev < alpha < beta < RC < none < patch, with numbers of its own."""
    found = re.match(_COMPOSER, text) if text.isascii() else None
    if not found:
        return None
    numbers = [int(number) for number in found[1].split(".")]
    rank = 0 if found[4] and not found[2] else _STABILITIES[(found[2] or "").lower()]
    more = tuple(int(number) for number in re.findall("[0-9]+", found[3] or ""))
    return (*numbers, *([0] * (4 - len(numbers))), rank, more, 0 if found[4] else 1)


def _intdot(text: str) -> Key | None:
    found = _INTDOT.match(text)
    return _trimmed([int(number) for number in found.group().split(".")]) if found else None


def _lexicographic(text: str) -> Key | None:
    return (text.encode("utf-8", "surrogatepass"),) if text else None


def _identifiers(text: str) -> Key:
    """Order identifiers as SemVer 11.4 does: numbers by value and before words, words by ASCII."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in text.split("."))


def _generic(text: str) -> Key | None:
    start = _GENERIC_START.match(text)
    if not start or not text.isascii() or _COMMIT.match(text):
        return None
    parts: list[tuple[int, int, str]] = []
    after = _END
    for found in reversed(list(_GENERIC.finditer(text, start.end()))):
        part = found.group()
        if not part.isdigit():
            word = part.lower()
            known = word in _KNOWN or word.startswith(("pre", "post"))
            after = _rank(text, found)
            parts.append((after, 0, word[0] if known else word))
        elif number := int(part):
            after = _NUMBER
            parts.append((_NUMBER, number, ""))
        elif after != _END:
            # An absent part counts as zero, so what follows a zero says on which side of the end it stands.
            parts.append((_ZERO_BEFORE if after == _BEFORE else _ZERO, 0, ""))
    return (*reversed(parts), (_END, 0, ""))


def _rank(text: str, found: "re.Match[str]") -> int:
    word = found.group().lower()
    if word in {"alpha", "beta", "rc"} or word.startswith("pre"):
        return _BEFORE
    if word in {"p", "patch", "pl", "errata"} or word.startswith("post"):
        return _AFTER
    behind = text[found.end() : found.end() + 1]
    follows_number = text[found.start() - 1 : found.start()].isdigit()
    return _LETTERS if follows_number and not behind.isdigit() else _BEFORE


def _trimmed(numbers: list[int]) -> Key:
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


_READERS: dict[str, Callable[[str], Key | None]] = {
    **dict.fromkeys(SEMVER, _semver),
    "golang": _golang,
    "pub": _pub,
    "generic": _generic,
    "intdot": _intdot,
    "composer": _composer,
    "lexicographic": _lexicographic,
}
