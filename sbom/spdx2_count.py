"""Counting the entities of an SPDX 2 document from its bytes, apart from the reader.

Guarantees: nothing of what the reader stored is looked at.  It does not say what was lost, only how much.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter

import msgspec
from msgspec import Struct

from rulewright.sbom.exact import Object, items, parse

ENTITIES = (
    "packages", "files", "snippets", "relationships", "extracted licences", "hashes", "licences", "external references",
)  # fmt: skip
"""What a receipt counts; hashes to external references are those of packages."""


class _One(Struct, gc=False):
    """Anything at all that is an object."""


class _Package(Struct, gc=False):
    checksums: list[_One] | None = None
    externalRefs: list[_One] | None = None  # noqa: N815 - the document's name
    licenseDeclared: str | None = None  # noqa: N815 - the document's name
    licenseConcluded: str | None = None  # noqa: N815 - the document's name


class _Spdx(Struct, gc=False):
    packages: list[_Package] | None = None
    files: list[_One] | None = None
    snippets: list[_One] | None = None
    relationships: list[_One] | None = None
    hasExtractedLicensingInfos: list[_One] | None = None  # noqa: N815 - the document's name


_LISTS = (
    ("packages", "packages"),
    ("files", "files"),
    ("snippets", "snippets"),
    ("relationships", "relationships"),
    ("hasExtractedLicensingInfos", "extracted licences"),
)


def count(data: bytes | memoryview) -> Counter[str]:
    """Count in the bytes of a document without doubled keys."""
    try:
        spdx = msgspec.json.decode(data, type=_Spdx)
    except (msgspec.ValidationError, RecursionError):
        return count_exactly(data)
    total = Counter({entity: len(getattr(spdx, key) or ()) for key, entity in _LISTS})
    packages = spdx.packages or []
    total["hashes"] = _lengths(packages, "checksums")
    total["external references"] = _lengths(packages, "externalRefs")
    total["licences"] = sum([(p.licenseDeclared is not None) + (p.licenseConcluded is not None) for p in packages])
    return total


def _lengths(holders: Sequence[Struct], name: str) -> int:
    """Items of one list of all holders together."""
    return sum(map(len, filter(None, map(attrgetter(name), holders))))


def count_exactly(data: bytes | memoryview) -> Counter[str]:
    """Count in any valid JSON: what is no list has no items, an item of the wrong type is one all the same."""
    spdx = parse(data)
    total = Counter({entity: len(items(spdx, key)) for key, entity in _LISTS})
    packages = items(spdx, "packages")
    total["hashes"] = sum(len(items(p, "checksums")) for p in packages)
    total["external references"] = sum(len(items(p, "externalRefs")) for p in packages)
    objects = [p for p in packages if isinstance(p, Object)]
    keys = ("licenseDeclared", "licenseConcluded")
    total["licences"] = sum(isinstance(p.get(k), str) and k not in p.conflicts() for p in objects for k in keys)
    return total
