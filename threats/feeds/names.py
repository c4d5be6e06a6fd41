"""Names of products in feeds as look-up keys: CPEs, and packages of collections.

Guarantees: what is no CPE gives no key.
"""

from __future__ import annotations

from collections.abc import Iterable

from rulewright.facts.identity import cpe
from rulewright.threats import keys

_COLLECTIONS = (
    ("pypi", "pypi"), ("python.org", "pypi"), ("npm", "npm"), ("maven", "maven"), ("crates", "cargo"), ("rubygems", "gem"),
    ("packagist", "composer"), ("nuget", "nuget"), ("go.dev", "golang"), ("golang", "golang"), ("hex." + "pm", "hex"),
    ("pub." + "dev", "pub"), ("cocoapods", "cocoapods"), ("github.com", "github"),
)  # fmt: skip
"""Part of a collection's address, and the purl type of its packages (two of them are whole host names)."""


def cpe_keys(names: Iterable[str]) -> tuple[str, ...]:
    """The keys of vendors' products."""
    found: dict[str, None] = {}
    for name in names:
        read = cpe.read(name)
        if read is not None and read.values[2] not in {cpe.ANY, cpe.NA}:
            found[keys.product(read.values[1], read.values[2])] = None
    return tuple(found)


def cpe_version(name: str) -> str:
    """Version and update of a CPE as one text: 9.3 and p1 are 9.3p1; empty where it names none."""
    read = cpe.read(name)
    return "" if read is None else version_of(read)


def version_of(name: cpe.Cpe) -> str:
    """Version and update of a CPE that has been read."""
    version, update = name.values[3], name.values[4]
    if version in {cpe.ANY, cpe.NA} or "*" in version or "?" in version:
        return ""
    text = version.replace("\\", "")
    return text if update in {cpe.ANY, cpe.NA} or "*" in update else text + update.replace("\\", "")


def rest_of(name: cpe.Cpe) -> tuple[str, ...]:
    """Language, editions and targets of a CPE, empty where it names none."""
    rest = name.values[6:]
    return rest if any(value not in {cpe.ANY, cpe.NA} for value in rest) else ()


def cpe_rest(names: Iterable[str]) -> tuple[str, ...]:
    """The editions and targets to which a claim is limited: those of its only CPE."""
    read = [each for each in map(cpe.read, names) if each is not None]
    return rest_of(read[0]) if len(read) == 1 else ()


def of_collection(url: str, name: str) -> str:
    """The key of a package in a collection; empty where the collection is not known."""
    if not url or not name:
        return ""
    text = url.lower()
    for part, type_ in _COLLECTIONS:
        if part in text:
            namespace = ""
            if type_ == "maven":
                namespace, _, name = name.rpartition(":")
            return keys.package(type_, namespace.replace("/", "."), name)
    return ""
