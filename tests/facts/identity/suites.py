"""The published suites of identity: read from where they lie, turned into cases that can be put to `facts.identity`.

The files are not part of this project (some are GPL): they are looked for in `../shared/vectors` or where
RULEWRIGHT_SUITES says, under the names and with the inner paths that `ORDERS` and `docs/reference/identity.md` give.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[3]
SUITES = Path(os.environ.get("RULEWRIGHT_SUITES", ROOT.parent / "shared/vectors"))


class Pair(NamedTuple):
    """Two versions of a scheme, and which answers of `compare` are right."""

    scheme: str
    left: str
    right: str
    right_answers: frozenset[int]

    def __str__(self) -> str:
        sign = {-1: "<", 0: "=", 1: ">"}
        return f"{self.left} {'|'.join(sign[answer] for answer in sorted(self.right_answers))} {self.right}"


class Source(NamedTuple):
    """One suite: where its files come from, and how they are read."""

    title: str
    repository: str
    commit: str
    licence: str
    files: str
    read: Callable[[str, str], Iterator[Pair]]


def pair(scheme: str, left: str, right: str, *answers: int) -> Pair:
    return Pair(scheme, left, right, frozenset(answers))


SIGNS = {"<": -1, "=": 0, ">": 1}
QUOTED = r'"([^"]*)"'


def lines(scheme: str) -> Callable[[str, str], Iterator[Pair]]:
    """Read `left < right`, one a line."""

    def read(text: str, _name: str) -> Iterator[Pair]:
        for line in text.splitlines():
            found = re.match(r"([^\s/]\S*) ([<=>]) (\S+)\s*(?:#.*)?$", line)
            if found:
                yield pair(scheme, found[1], found[3], SIGNS[found[2]])

    return read


OSV = {
    "alpine": "apk", "cran": "cran", "debian": "deb", "hackage": "hackage", "maven": "maven", "nuget": "nuget",
    "packagist": "composer", "pub": "pub", "pypi": "pypi", "redhat": "rpm", "rubygems": "gem", "semver": "semver",
}  # fmt: skip


def osv(text: str, name: str) -> Iterator[Pair]:
    yield from lines(OSV[name.partition("-")[0]])(text, name)


def rpm(text: str, _name: str) -> Iterator[Pair]:
    for found in re.finditer(r"^RPMVERCMP\(([^,]+), ([^,]+), (-?[01])\)", text, re.MULTILINE):
        yield pair("rpm", found[1].strip(), found[2].strip(), int(found[3]))


def node(text: str, name: str) -> Iterator[Pair]:
    for found in re.finditer(r"^\s*\['([^']+)', '([^']+)'", text, re.MULTILINE):
        yield pair("npm", found[1], found[2], 0 if name.startswith("equality") else 1)


def go(text: str, _name: str) -> Iterator[Pair]:
    versions = [found[1] for found in re.finditer(r'^\t\{"(v[^"]*)", "v[^"]*"\},$', text, re.MULTILINE)]
    canonical = dict(re.findall(r'^\t\{"(v[^"]*)", "(v[^"]*)"\},$', text, re.MULTILINE))
    for at, left in enumerate(versions):
        for right in versions[at:]:
            yield pair("golang", left, right, 0 if canonical[left] == canonical[right] else -1)


def go_pseudo(text: str, _name: str) -> Iterator[Pair]:
    """A pseudo-version comes after the version that it is made from."""
    for older, version in re.findall(r'^\t\{"\w*", "(v[^"]*)", "(v[^"]*)"\},$', text, re.MULTILINE):
        yield pair("golang", older, version, -1)


def maven(text: str, _name: str) -> Iterator[Pair]:
    for listed in re.findall(r"VERSIONS_\w+ = \{(.*?)\}", text, re.DOTALL):
        versions = re.findall(QUOTED, listed)
        for at, left in enumerate(versions):
            for right in versions[at + 1 :]:
                yield pair("maven", left, right, -1)
    for name, left, right in re.findall(rf"(checkVersions\w+)\({QUOTED}, {QUOTED}\)", text):
        yield pair("maven", left, right, -1 if name == "checkVersionsOrder" else 0)


def gem(text: str, _name: str) -> Iterator[Pair]:
    for answer, left, right in re.findall(rf"assert_equal\((-?[01]), v\({QUOTED}\)\s*<=> (?:v\()?{QUOTED}", text):
        yield pair("gem", left, right, int(answer))
    for name, left, right in re.findall(rf"(assert_less_than|assert_version_equal) {QUOTED},\s*{QUOTED}", text):
        yield pair("gem", left, right, -1 if name == "assert_less_than" else 0)


def nuget(text: str, _name: str) -> Iterator[Pair]:
    for block, name in re.findall(
        r"((?:\[InlineData\([^\n]*\)\]\s*)+)public void VersionComparisonDefault(\w+)\(", text
    ):
        answers = (-1,) if name == "Less" else (-1, 1) if name.startswith("Not") else (0,)
        for left, right in re.findall(rf"InlineData\({QUOTED}, {QUOTED}\)", block):
            yield pair("nuget", left, right, *answers)


def cargo(text: str, _name: str) -> Iterator[Pair]:
    for negated, left, operator, right in re.findall(
        rf"assert!\((!\()?version\({QUOTED}\) ([<>]=?) version\({QUOTED}\)", text
    ):
        answers = {"<": {-1}, "<=": {-1, 0}, ">": {1}, ">=": {0, 1}}[operator]
        yield pair("cargo", left, right, *({-1, 0, 1} - answers if negated else answers))


def libversion(text: str, _name: str) -> Iterator[Pair]:
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    for left, right, answer in re.findall(rf"version_test_symmetrical\({QUOTED}, {QUOTED}, (-?[01])\)", text):
        yield pair("generic", left, right, int(answer))


def composer(text: str, _name: str) -> Iterator[Pair]:
    accepted = {"<": {-1}, "<=": {-1, 0}, ">": {1}, ">=": {0, 1}, "==": {0}, "=": {0}, "!=": {-1, 1}, "<>": {-1, 1}}
    for left, operator, right, truth in re.findall(r"array\('([^']+)', '([<>=!]+)', '([^']+)', (true|false)\)", text):
        answers = accepted[operator]
        yield pair("composer", left, right, *(answers if truth == "true" else {-1, 0, 1} - answers))


def conan(text: str, _name: str) -> Iterator[Pair]:
    for name, listed in re.findall(r"^(v|e) = \[(.*?)^\s*\]", text, re.DOTALL | re.MULTILINE):
        for left, right in re.findall(rf"\({QUOTED}, {QUOTED}\)", listed):
            yield pair("conan", left, right, -1 if name == "v" else 0)


ORDERS = {
    "osv-scalibr": Source(
        "OSV's fixtures", "google/osv-scalibr", "c2094f2d", "Apache-2.0", "semantic/testdata/*.txt", osv
    ),
    "rpm": Source(
        "RPM's rpmvercmp", "rpm-software-management/rpm", "a8f0192a", "GPL-2.0-or-later", "tests/rpmvercmp.at", rpm
    ),
    "apk-tools": Source(
        "apk's versions", "alpinelinux/apk-tools", "90b974f", "GPL-2.0-only", "test/unit/version.data", lines("apk")
    ),
    "node-semver": Source(
        "node-semver", "npm/node-semver", "6e05b76", "ISC", "test/fixtures/[ce][oq][mu]*s*[sy].js", node
    ),
    "go-semver": Source("Go's semver", "golang/mod", "fe2ec04", "BSD-3-Clause", "semver/semver_test.go", go),
    "go-pseudo": Source(
        "Go's pseudo-versions", "golang/mod", "fe2ec04", "BSD-3-Clause", "module/pseudo_test.go", go_pseudo
    ),
    "maven": Source(
        "Maven's ComparableVersion", "apache/maven", "540897d3", "Apache-2.0", "**/ComparableVersionTest.java", maven
    ),
    "rubygems": Source("RubyGems", "rubygems/rubygems", "69ec4a3a", "MIT", "test/rubygems/test_gem_version.rb", gem),
    "nuget": Source(
        "NuGet.Versioning", "NuGet/NuGet.Client", "fac35579", "Apache-2.0", "**/VersionComparerTests.cs", nuget
    ),
    "cargo": Source("Rust's semver", "dtolnay/semver", "8591f23", "Apache-2.0", "tests/test_version.rs", cargo),
    "libversion": Source("libversion", "repology/libversion", "0c2c247", "MIT", "tests/compare_test.c", libversion),
    "composer": Source("Composer", "composer/semver", "a5e1d2d", "MIT", "tests/ComparatorTest.php", composer),
    "conan": Source(
        "Conan", "conan-io/conan", "814cbf12", "MIT", "test/unittests/model/version/test_version_comparison.py", conan
    ),
}
"""The suites of version orders: the folder's name, and what is in it."""


def folder(name: str) -> Path | None:
    """Where a suite lies, if it is there."""
    found = SUITES / name
    return found if found.is_dir() else None


def pairs(name: str) -> list[tuple[str, Pair]] | None:
    """All cases of a suite of version orders, with their file's name."""
    source, found = ORDERS[name], folder(name.partition("-")[0] if name.startswith("go-") else name)
    if found is None:
        return None
    files = sorted(found.glob(source.files))
    return [(file.name, case) for file in files for case in source.read(file.read_text(encoding="utf-8"), file.name)]


def tests(name: str, pattern: str) -> list[tuple[str, dict[str, object]]] | None:
    """All cases of a suite in the JSON form of purl-spec and vers-spec, with their file's name."""
    found = folder(name)
    if found is None:
        return None
    files = sorted(found.glob(pattern))
    return [(file.name, case) for file in files for case in json.loads(file.read_text(encoding="utf-8"))["tests"]]
