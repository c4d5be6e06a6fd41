"""Versions and version ranges: each scheme's own order, and VERS.

Guarantees: never raises; `None` where a text is no version of its scheme, so the caller can say *unknown*; every order
is total and imports the standard library alone (see `version_keys`).
Does not: guess a scheme from a version's looks.
Source: package-url/vers-spec, core specification and "how to parse" (October 2026).
"""

import re
from itertools import pairwise
from operator import itemgetter
from typing import Literal

import msgspec

from rulewright.facts.identity.text import MAX_LENGTH, percent_decode
from rulewright.facts.identity.version_keys import ALIASES, SCHEMES, Key, version_key

MAX_CONSTRAINTS = 2_000
"""Most constraints that one range may have."""

Comparator = Literal["=", "!=", "<", "<=", ">", ">="]

_SCHEME_OF_TYPE = {
    "alpine": "apk", "alpm": "alpm", "apk": "apk", "bazel": "generic", "bitbucket": "generic", "bitnami": "semver",
    "brew": "generic", "cargo": "cargo", "cocoapods": "gem", "composer": "composer", "conan": "conan",
    "conda": "generic", "cpan": "generic", "cran": "cran", "deb": "deb", "docker": "generic", "gem": "gem",
    "generic": "generic", "github": "generic", "gitlab": "generic", "golang": "golang", "hackage": "hackage",
    "hex": "hex", "julia": "semver", "luarocks": "generic", "maven": "maven", "npm": "npm", "nuget": "nuget",
    "opam": "deb", "otp": "generic", "pub": "pub", "pypi": "pypi", "qpkg": "generic", "rpm": "rpm", "swid": "generic",
    "swift": "semver", "vcpkg": "generic", "vscode-extension": "semver", "yocto": "generic",
}  # fmt: skip
_CONSTRAINT = re.compile(r"(>=|<=|!=|<|>|)([^<>=!*|\s]+)\Z")
_NOT_CANONICAL_ESCAPE = re.compile(r"%(?:2D|2E|3A|5F|7E|3[0-9]|[46][1-9A-F]|[57][0-9A]|.?[a-f])")
_UP: frozenset[Comparator] = frozenset({">", ">="})
_DOWN: frozenset[Comparator] = frozenset({"<", "<="})


def scheme_of_purl_type(purl_type: str) -> str | None:
    """Give the scheme that orders the versions of a purl type; `None` if its versions have no order (oci, git)."""
    return _SCHEME_OF_TYPE.get(purl_type.lower())


scheme_of = scheme_of_purl_type


def known_schemes() -> tuple[str, ...]:
    """Give every scheme a range may name, sorted: those of VERS, and the purl types whose versions have an order."""
    return tuple(sorted({*SCHEMES, *ALIASES, *_SCHEME_OF_TYPE, "all", "none"}))


def key(scheme: str, version: str) -> Key | None:
    """Give what orders a version among those of a scheme or purl type: comparable with `<` and `==`; `None` if it is none.

    Who compares many versions of one scheme compares their keys.
    """
    return version_key(_ordering(scheme), version)


def _ordering(scheme: str) -> str:
    """Give the scheme whose order a range's scheme has (`cocoapods` orders as `gem`)."""
    scheme = ALIASES.get(scheme, scheme)
    return scheme if scheme in SCHEMES else _SCHEME_OF_TYPE.get(scheme, scheme)


def is_valid(scheme: str, version: str) -> bool:
    """Whether `version` is a version of `scheme`."""
    return key(scheme, version) is not None


def compare(scheme: str, left: str, right: str) -> int | None:
    """Compare two versions: -1, 0 or 1; `None` if either is no version of `scheme`."""
    one, two = key(scheme, left), key(scheme, right)
    return None if one is None or two is None else _order(one, two)


class Constraint(msgspec.Struct, frozen=True):
    """One comparator with its version, decoded."""

    comparator: Comparator
    version: str


class Vers(msgspec.Struct, frozen=True):
    """A version range of one scheme; its constraints ascend by version. No constraint at all: every version."""

    scheme: str
    constraints: tuple[Constraint, ...]
    keys: tuple[Key, ...]
    """The constraints' keys."""

    @staticmethod
    def parse(text: str, *, strict: bool = True) -> "Vers | str":
        """Read `vers:pypi/<2.0|>=3` or the same without `vers:`; a phrase saying what is wrong otherwise.

        Strict, as the specification demands of a canonical range: ascending versions, comparators that alternate.
        Not strict (for ranges found in documents): order and redundancy are put right.
        """
        return _parse(text, strict=strict)

    def contains(self, version: str) -> bool | None:
        """Whether `version` lies in the range; `None` if it is no version of the range's scheme."""
        if not self.constraints:
            return self.scheme != "none"
        found = key(self.scheme, version)
        return None if found is None else self._holds(found)

    def __str__(self) -> str:
        """Give the range as `vers:` text (versions are written as they were, decoded)."""
        written = [("" if c.comparator == "=" else c.comparator) + _encode(c.version) for c in self.constraints]
        return f"vers:{self.scheme}/{'|'.join(written) or '*'}"

    def _holds(self, found: Key) -> bool:
        below: Comparator | None = None
        first: Comparator | None = None
        for constraint, bound in zip(self.constraints, self.keys, strict=True):
            order = _order(bound, found)
            if order == 0:
                return constraint.comparator in {"=", "<=", ">="}
            if constraint.comparator in {"=", "!="}:
                continue
            first = first or constraint.comparator
            below = constraint.comparator if order < 0 else below
        if below is not None:
            return below in _UP
        if first is not None:
            return first in _DOWN
        return all(constraint.comparator == "!=" for constraint in self.constraints)


def _parse(text: str, *, strict: bool) -> Vers | str:
    if len(text) > MAX_LENGTH:
        return f"longer than {MAX_LENGTH} characters"
    if not text.isascii() or not text.isprintable() or " " in text:
        return "a range has no white space and only ASCII characters"
    named, slash, listed = text.removeprefix("vers:").partition("/")
    scheme = ALIASES.get(named, named)
    if _ordering(scheme) not in SCHEMES and scheme not in {"all", "none"}:
        return f"`{named[:60]}` is no version scheme"
    if listed == "*":
        return Vers(scheme, (), ())
    if not slash or not listed or scheme in {"all", "none"}:
        return "after the scheme stand `/` and constraints, or `/*`"
    constraints = _constraints(listed)
    return constraints if isinstance(constraints, str) else _arranged(scheme, constraints, strict=strict)


def _constraints(listed: str) -> list[Constraint] | str:
    found: list[Constraint] = []
    if listed.count("|") >= MAX_CONSTRAINTS:
        return f"more than {MAX_CONSTRAINTS} constraints"
    for piece in listed.split("|"):
        shape = _CONSTRAINT.match(piece)
        if not shape:
            return f"`{piece[:60]}` is no constraint: a comparator (>=, <=, !=, <, > or none) and a version"
        version = percent_decode(shape[2])
        if version is None or _NOT_CANONICAL_ESCAPE.search(shape[2]):
            return f"`{piece[:60]}` has a percent-escape that is broken or not canonical"
        comparator: Comparator = _comparator(shape[1])
        found.append(Constraint(comparator, version))
    return found


def _comparator(text: str) -> Comparator:
    match text:
        case ">=" | "<=" | "!=" | "<" | ">":
            return text
        case _:
            return "="


def _arranged(scheme: str, constraints: list[Constraint], *, strict: bool) -> Vers | str:
    """Bring constraints into ascending order, or say why they are no range."""
    rows: list[tuple[Key, Constraint]] = []
    for constraint in constraints:
        found = key(scheme, constraint.version)
        if found is None:
            return f"`{constraint.version[:60]}` is no {scheme} version"
        rows.append((found, constraint))
    order = sorted(rows, key=itemgetter(0))
    if strict and order != rows:
        return "the constraints do not ascend by version"
    fault = _twice(order)
    kept = _alternating(order)
    if not fault and strict and len(kept) != len(order):
        fault = "a comparator is redundant: `<` and `>` have to alternate, `=` may stand only outside of an interval"
    return fault or Vers(scheme, tuple(row[1] for row in kept), tuple(row[0] for row in kept))


def _twice(order: list[tuple[Key, Constraint]]) -> str | None:
    for (left, _), (right, constraint) in pairwise(order):
        if left == right:
            return f"`{constraint.version[:60]}` occurs twice"
    return None


def _alternating(rows: list[tuple[Key, Constraint]]) -> list[tuple[Key, Constraint]]:
    """Drop what the specification calls redundant; `!=` never is."""
    kept: list[tuple[Key, Constraint]] = []
    for row in rows:
        comparator = row[1].comparator
        last = next((each.comparator for _, each in reversed(kept) if each.comparator != "!="), None)
        if comparator != "!=" and last in _UP and comparator not in _DOWN:
            continue
        if comparator in _DOWN:
            while (index := _last_index(kept)) is not None and kept[index][1].comparator not in _UP:
                del kept[index]
        kept.append(row)
    return kept


def _last_index(kept: list[tuple[Key, Constraint]]) -> int | None:
    return next((index for index in reversed(range(len(kept))) if kept[index][1].comparator != "!="), None)


def _order(left: Key, right: Key) -> int:
    return 0 if left == right else -1 if left < right else 1


def _encode(version: str) -> str:
    return "".join(f"%{ord(char):02X}" if char in "><=!*|%" else char for char in version)
