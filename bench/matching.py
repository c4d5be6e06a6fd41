"""The workload of matching: a made-up feed and a product, and the answer by comparing numbers in a loop.

Guarantees: the same sizes give the same bytes; the expected answer shares no code with `threats`: versions are made from three
numbers, and those numbers are compared.
What it does not do: hard versions.  One in ten has a pre-release, which the loop knows by its number.
"""

from __future__ import annotations

import hashlib
import json
import random
from array import array
from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from rulewright.facts.base import Product
from rulewright.facts.stack import ProductFacts
from rulewright.facts.statements import Matched
from rulewright.facts.table import Column, Extent, Segment, Source, Table, encode
from rulewright.facts.types import Completeness
from rulewright.threats.ecosystems import CARGO

TYPES = (
    ("PyPI", "pypi", "{0}", "rc1"), ("npm", "npm", "{0}", "-rc.1"), ("Maven", "maven", "org.x/{0}", "-rc1"),
    ("Go", "golang", "example.org/x/{0}", "-rc.1"), (CARGO, "cargo", "{0}", "-rc.1"), ("Debian:12", "deb", "debian/{0}", "~rc1"),
)  # fmt: skip
Version = tuple[int, int, int, int]
"""Three numbers, and 0 for a pre-release, 1 for the release."""


def _version(rng: random.Random) -> Version:
    return rng.randrange(10), rng.randrange(10), rng.randrange(10), int(rng.random() > 0.1)


def _text(version: Version, word: str) -> str:
    return f"{version[0]}.{version[1]}.{version[2]}{'' if version[3] else word}"


def _packages(advisories: int) -> int:
    """As many packages as there are advisories for one ecosystem, thrice: most components have none."""
    return max(1, advisories // len(TYPES) // 2)


Feed = list[tuple[int, int, Version, Version]]
"""Ecosystem, package, first affected and first fixed version."""


def feed(advisories: int) -> Feed:
    """The advisories."""
    rng = random.Random(7)
    found: Feed = []
    for number in range(advisories):
        low, high = sorted((_version(rng), _version(rng)))
        found.append((number % len(TYPES), rng.randrange(_packages(advisories)), low, high))
    return found


def write(found: Feed, path: Path) -> None:
    """The feed as JSON lines of OSV."""
    rng = random.Random(8)
    with path.open("w", encoding="utf-8") as stream:
        for number, (kind, package, low, high) in enumerate(found):
            ecosystem, _, name, word = TYPES[kind]
            title = name.format(f"p{package}").removeprefix("debian/").replace("org.x/", "org.x:")
            vector = (
                f"CVSS:3.1/AV:{rng.choice('NALP')}/AC:{rng.choice('LH')}/PR:N/UI:N/S:U/C:{rng.choice('HLN')}/I:H/A:N"
            )
            events = [{"introduced": _text(low, word)}, {"fixed": _text(high, word)}]
            record = {
                "id": f"X-{number}", "modified": "2026-01-01T00:00:00Z", "aliases": [f"CVE-2025-{number:05}"],
                "severity": [{"type": "CVSS_V3", "score": vector}],
                "affected": [{"package": {"ecosystem": ecosystem, "name": title}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}],
            }  # fmt: skip
            stream.write(json.dumps(record) + "\n")


def components(n: int, advisories: int) -> list[tuple[int, int, Version]]:
    """Ecosystem, package and version of each component."""
    rng = random.Random(9)
    packages = 3 * _packages(advisories)
    return [(rng.randrange(len(TYPES)), rng.randrange(packages), _version(rng)) for _ in range(n)]


def _same(column: Column) -> Column:
    return column


def product(listed: list[tuple[int, int, Version]]) -> ProductFacts:
    """The components as facts."""
    purls = []
    for kind, package, version in listed:
        _, type_, name, word = TYPES[kind]
        more = "?distro=debian-12" if type_ == "deb" else ""
        purls.append(f"pkg:{type_}/{name.format(f'p{package}')}@{_text(version, word)}{more}")
    source = Source("bench", "0" * 64)
    segment = Segment(0, source, lambda row: f"/components/{row}", lambda row: purls[row])
    table = Table(
        "component", len(purls), array("i", [0, len(purls)]), [Extent(Completeness.CLOSED)], [segment],
        {"purl": partial(_same, encode(purls))},
    )  # fmt: skip
    return ProductFacts(Product("bench", "bench", "1"), {}, {"component": table})


def expected(found: Feed, listed: list[tuple[int, int, Version]]) -> str:
    """The digest of all pairs that match, by comparing numbers."""
    by_package: dict[tuple[int, int], list[tuple[int, Version, Version]]] = defaultdict(list)
    for number, (kind, package, low, high) in enumerate(found):
        by_package[kind, package].append((number, low, high))
    pairs = [
        (row, f"CVE-2025-{number:05}")
        for row, (kind, package, version) in enumerate(listed)
        for number, low, high in by_package.get((kind, package), ())
        if low <= version < high
    ]
    return _digest(pairs)


def answered(matched: Matched) -> str:
    """The digest of what was found; a match that is not sure is none of these."""
    return _digest((m.component, m.advisory.id) for m in matched.matches if m.quality == "range")


def _digest(pairs: Iterable[tuple[int, str]]) -> str:
    text = "\n".join(f"{row} {name}" for row, name in sorted(pairs))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
