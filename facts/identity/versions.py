"""Versions and version ranges: each scheme's own order, and VERS.

Guarantees: never raises; `None` where a text is no version of its scheme, so the caller can say *unknown*; dotted
numbers of the usual schemes are compared without importing anything (see `version_keys`).
Does not: guess a scheme from a version's looks.
Source: package-url/vers-spec, core specification and "how to parse" (October 2026).
"""

import re
from itertools import pairwise
from typing import Literal

import msgspec

from rulewright.facts.identity.text import MAX_LENGTH, percent_decode
from rulewright.facts.identity.version_keys import ALIASES, SCHEMES, Key, fast_key, needs_univers, slow_key

MAX_CONSTRAINTS = 2_000
"""Most constraints that one range may have."""

Comparator = Literal["=", "!=", "<", "<=", ">", ">="]

_SCHEME_OF_TYPE = {
    "alpine": "apk", "alpm": "alpm", "apk": "apk", "bazel": "generic", "bitbucket": "generic", "bitnami": "semver",
    "brew": "generic", "cargo": "cargo", "cocoapods": "gem", "composer": "composer", "conan": "conan",
    "conda": "generic", "cpan": "generic", "cran": "generic", "deb": "deb", "docker": "generic", "gem": "gem",
    "generic": "generic", "github": "generic", "gitlab": "generic", "golang": "golang", "hackage": "intdot",
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


def known_schemes() -> tuple[str, ...]:
    """Give every scheme a range may name, sorted."""
    return tuple(sorted({*SCHEMES, *ALIASES, "all", "none"}))


def is_valid(scheme: str, version: str) -> bool:
    """Whether `version` is a version of `scheme`."""
    return _key(ALIASES.get(scheme, scheme), version) is not None


def compare(scheme: str, left: str, right: str) -> int | None:
    """Compare two versions: -1, 0 or 1; `None` if either is no version of `scheme`."""
    scheme = ALIASES.get(scheme, scheme)
    keys = _comparable(scheme, (left, right))
    return None if keys is None else _order(keys[0], keys[1])


class Constraint(msgspec.Struct, frozen=True):
    """One comparator with its version, decoded."""

    comparator: Comparator
    version: str


class Vers(msgspec.Struct, frozen=True):
    """A version range of one scheme; its constraints ascend by version. No constraint at all: every version."""

    scheme: str
    constraints: tuple[Constraint, ...]
    keys: tuple[Key, ...] | None = None
    """The constraints' fast keys, if all have one."""

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
        key = fast_key(self.scheme, version)
        if key is not None and self.keys is not None:
            return self._holds(key, self.keys)
        if not needs_univers(self.scheme):
            return None
        keys = [slow_key(self.scheme, each) for each in (version, *(c.version for c in self.constraints))]
        ready = [each for each in keys if each is not None]
        return self._holds(ready[0], tuple(ready[1:])) if len(ready) == len(keys) else None

    def __str__(self) -> str:
        """Give the range as `vers:` text (versions are written as they were, decoded)."""
        written = [("" if c.comparator == "=" else c.comparator) + _encode(c.version) for c in self.constraints]
        return f"vers:{self.scheme}/{'|'.join(written) or '*'}"

    def _holds(self, key: Key, keys: tuple[Key, ...]) -> bool | None:
        below: Comparator | None = None
        first: Comparator | None = None
        for constraint, bound in zip(self.constraints, keys, strict=True):
            order = _order(bound, key)
            if order is None:
                return None
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
    if scheme not in SCHEMES and scheme not in {"all", "none"}:
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
    for constraint in constraints:
        if _key(scheme, constraint.version) is None:
            return f"`{constraint.version[:60]}` is no {scheme} version"
    keys = _comparable(scheme, tuple(constraint.version for constraint in constraints))
    rows = list(zip(keys, constraints, strict=True)) if keys else []
    order = _sorted(rows)
    if not order:
        return f"the versions cannot be compared as {scheme} versions"
    if strict and order != rows:
        return "the constraints do not ascend by version"
    fault = _twice(order)
    kept = _alternating([constraint for _, constraint in order])
    if not fault and strict and len(kept) != len(order):
        fault = "a comparator is redundant: `<` and `>` have to alternate, `=` may stand only outside of an interval"
    return fault or _ready(scheme, kept)


def _twice(order: list[tuple[Key, Constraint]]) -> str | None:
    for (left, _), (right, constraint) in pairwise(order):
        if _order(left, right) == 0:
            return f"`{constraint.version[:60]}` occurs twice"
    return None


def _ready(scheme: str, kept: list[Constraint]) -> Vers:
    fast = [fast_key(scheme, constraint.version) for constraint in kept]
    ready = tuple(key for key in fast if key is not None)
    return Vers(scheme, tuple(kept), ready if len(ready) == len(kept) else None)


def _alternating(constraints: list[Constraint]) -> list[Constraint]:
    """Drop what the specification calls redundant; `!=` never is."""
    kept: list[Constraint] = []
    for constraint in constraints:
        last = next((each.comparator for each in reversed(kept) if each.comparator != "!="), None)
        if constraint.comparator != "!=" and last in _UP and constraint.comparator not in _DOWN:
            continue
        if constraint.comparator in _DOWN:
            while (index := _last_index(kept)) is not None and kept[index].comparator not in _UP:
                del kept[index]
        kept.append(constraint)
    return kept


def _last_index(kept: list[Constraint]) -> int | None:
    return next((index for index in reversed(range(len(kept))) if kept[index].comparator != "!="), None)


def _key(scheme: str, version: str) -> Key | None:
    key = fast_key(scheme, version)
    return slow_key(scheme, version) if key is None and needs_univers(scheme) else key


def _comparable(scheme: str, versions: tuple[str, ...]) -> list[Key] | None:
    """Give keys of one kind for all versions: fast ones if each has one, else univers's."""
    fast = [fast_key(scheme, version) for version in versions]
    ready = [key for key in fast if key is not None]
    if len(ready) < len(fast) and needs_univers(scheme):
        ready = [key for version in versions if (key := slow_key(scheme, version)) is not None]
    return ready if len(ready) == len(versions) else None


def _order(left: Key, right: Key) -> int | None:
    try:
        return 0 if left == right else -1 if left < right else 1
    except Exception:  # noqa: BLE001 - univers's comparisons raise many kinds on strange versions
        return None


def _sorted(rows: list[tuple[Key, Constraint]]) -> list[tuple[Key, Constraint]] | None:
    try:
        return sorted(rows, key=lambda row: row[0])
    except Exception:  # noqa: BLE001 - as in `_order`
        return None


def _encode(version: str) -> str:
    return "".join(f"%{ord(char):02X}" if char in "><=!*|%" else char for char in version)
