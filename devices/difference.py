"""What an SBOM lists against what the tree of the same product holds.

Guarantees: packages are compared by type, namespace and name of their package URLs, versions apart; where there is no package
URL, by name.  What a package database does not know is not compared: a tree that has none gives no difference.
What it does not do: match by content; decide which of the two is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from rulewright.devices.model import Noted, Place, Row
from rulewright.facts.identity import purl
from rulewright.facts.table import Table
from rulewright.facts.types import MICRO

PACKAGED = frozenset({"apk", "deb", "opkg", "rpm"})
"""Types of package URLs that a package database of a device holds."""
Key = tuple[str, str, str]


class Listed(msgspec.Struct, frozen=True):
    """A component as one of the two sides lists it."""

    name: str
    version: str
    key: Key
    pointer: str

    @property
    def shown(self) -> str:
        """`zlib 1.2.13`."""
        return f"{self.name} {self.version}".strip()


class Difference(msgspec.Struct):
    """Notes for people, rows for requirements, and the share of binaries that the SBOM explains (millionths)."""

    notes: list[Noted]
    rows: list[Row]
    explained: int | None


def difference(sboms: Sequence[Table], tree: Table, binaries: Mapping[str, int]) -> Difference:
    """Compare; `binaries` are how many of the tree's ELF files belong to each package (`` to none)."""
    held = [one for one in listed(tree) if one.key[0] in PACKAGED]
    declared = [one for table in sboms for one in listed(table)]
    by_key, by_name = _versions(declared, full=True), _versions(declared, full=False)
    here = _versions(held, full=True)
    found = Difference([], [], None)
    matched: set[str] = set()
    for one in held:
        versions = by_key.get(one.key) or by_name.get(("", "", one.name.lower()))
        if versions is None:
            _say(found, "RW1512", "undeclared component", one, f"`{one.shown}` is in the tree, and not in the SBOM")
            continue
        matched.add(one.name)
        if one.version and "" not in versions and not any(_same(one.version, version) for version in versions):
            stated = ", ".join(sorted(versions))
            message = f"`{one.name}` is {one.version} in the tree, and {stated} in the SBOM"
            _say(found, "RW1514", "component version differs", one, message)
    for one in declared:
        if one.key[0] in PACKAGED and one.key not in here:
            _say(found, "RW1513", "missing component", one, f"`{one.shown}` is in the SBOM, and not in the tree")
    total = sum(binaries.values())
    if total and set(binaries) != {""}:
        found.explained = sum(count for name, count in binaries.items() if name in matched) * MICRO // total
    return found


def _say(found: Difference, code: str, subject: str, one: Listed, message: str) -> None:
    place = Place(one.pointer)
    found.notes.append(Noted(code, message, place, severe=True))
    found.rows.append(
        Row("finding", {"subject": subject, "level": "present", "path": one.pointer, "detail": message}, place)
    )


def listed(table: Table) -> list[Listed]:
    """The components of a table, what the document itself describes apart."""
    names = ("name", "version", "purl", "is_root")
    columns = {name: table.column(name) for name in names}
    found: list[Listed] = []
    for row in range(table.rows):
        cells = {name: column.at(row)[1] for name, column in columns.items()}
        if cells["is_root"] is True or not cells["name"]:
            continue
        name, version = str(cells["name"]), str(cells["version"] or "")
        found.append(Listed(name, version, _key(name, str(cells["purl"] or "")), table.pointer_of(row)))
    return found


def _key(name: str, text: str) -> Key:
    parsed = purl.parse(text) if text else None
    if parsed is None or isinstance(parsed, str):
        return ("", "", name.lower())
    return (parsed.type, parsed.namespace or "", parsed.name)


def _versions(ones: Iterable[Listed], *, full: bool) -> dict[Key, set[str]]:
    """The versions by key; or by name, of those that no package URL of a package database names."""
    found: dict[Key, set[str]] = {}
    for one in ones:
        if full:
            found.setdefault(one.key, set()).add(one.version)
        elif one.key[0] not in PACKAGED:
            found.setdefault(("", "", one.name.lower()), set()).add(one.version)
    return found


def _same(one: str, other: str) -> bool:
    """Whether two versions are one, the epoch left out where only one side states it."""
    if (":" in one) == (":" in other):
        return one == other
    return one.rpartition(":")[2] == other.rpartition(":")[2]
