"""Packages of RPM: its database in the form of SQLite, with file lists and changelogs.

Guarantees: headers are read with bounds on every count and offset; a broken one is left out; databases in the other forms (Berkeley
DB, ndb) are noted, not guessed.  The database is read from a copy in memory; nothing is written.
Source: RPM's documentation of the header format (index entries of tag, type, offset, count) and its tag numbers.
"""

from __future__ import annotations

import re
import struct

from rulewright.devices.model import Noted, Place
from rulewright.devices.os_release import Release
from rulewright.devices.package import Package
from rulewright.devices.tree import Tree

FOLDERS = ("/var/lib/rpm", "/usr/lib/sysimage/rpm", "/usr/share/rpm")
MAX_PACKAGES = 50_000
MAX_TAGS = 10_000
MAX_COUNT = 200_000
MAX_BLOB = 32 * 1024 * 1024

NAME, VERSION, RELEASE, EPOCH, SUMMARY, VENDOR, LICENSE, PACKAGER, URL, ARCH = (
    1000,
    1001,
    1002,
    1003,
    1004,
    1011,
    1014,
    1015,
    1020,
    1022,
)
SOURCERPM, CHANGELOG_TEXT, REQUIRES, DIR_INDEXES, BASE_NAMES, DIR_NAMES = 1044, 1082, 1049, 1116, 1117, 1118
_TEXTS = frozenset({6, 8, 9})
_IDS = re.compile(r"CVE-\d{4}-\d{4,19}|GHSA(?:-[0-9a-z]{4}){3}|\bRHSA-\d", re.IGNORECASE)

Tags = dict[int, list[str] | list[int]]


def rpm(tree: Tree, of: Release, notes: list[Noted]) -> list[Package]:
    """The installed packages."""
    for folder in FOLDERS:
        path = f"{folder}/rpmdb.sqlite"
        if tree.is_file(path):
            return _sqlite(tree, path, of, notes)
        for name in ("Packages", "Packages.db"):
            if tree.is_file(f"{folder}/{name}"):
                message = f"`{folder}/{name}` is an RPM database of a form that is not read (Berkeley DB or ndb): its packages are not listed"
                notes.append(Noted("RW1503", message, Place(f"{folder}/{name}"), severe=True))
                return []
    return []


def _sqlite(tree: Tree, path: str, of: Release, notes: list[Noted]) -> list[Package]:
    import sqlite3

    found: list[Package] = []
    try:
        connection = sqlite3.connect(":memory:")
        try:
            connection.deserialize(tree.read(path))
            for number, blob in connection.execute(
                "SELECT hnum, blob FROM Packages ORDER BY hnum LIMIT ?", (MAX_PACKAGES,)
            ):
                tags = header(blob) if isinstance(blob, bytes) and len(blob) <= MAX_BLOB else {}
                package = _package(tags, Place(path), of)
                if package is not None:
                    found.append(package)
                elif isinstance(number, int):
                    notes.append(Noted("RW1503", f"`{path}`: header {number} cannot be read", Place(path), severe=True))
        finally:
            connection.close()
    except (sqlite3.Error, OverflowError, MemoryError) as error:
        notes.append(
            Noted("RW1503", f"`{path}` cannot be read as a database: {str(error)[:100]}", Place(path), severe=True)
        )
    return sorted(found, key=lambda one: (one.name, one.version, one.architecture))


def header(blob: bytes) -> Tags:
    """The tags of a header that hold texts or numbers of 32 bits."""
    if len(blob) < 8:
        return {}
    count, size = struct.unpack_from(">II", blob)
    store = 8 + 16 * count
    if count > MAX_TAGS or store + size > len(blob):
        return {}
    found: Tags = {}
    for index in range(count):
        tag, kind, offset, number = struct.unpack_from(">IIII", blob, 8 + 16 * index)
        if offset > size or number > MAX_COUNT:
            continue
        if kind in _TEXTS:
            found[tag] = _strings(blob, store + offset, store + size, number)
        elif kind == 4 and store + offset + 4 * number <= len(blob):
            found[tag] = list(struct.unpack_from(f">{number}I", blob, store + offset))
    return found


def _strings(blob: bytes, at: int, end: int, number: int) -> list[str]:
    found: list[str] = []
    for _ in range(number):
        stop = blob.find(b"\0", at, end)
        if stop < 0:
            break
        found.append(blob[at:stop].decode("utf-8", "backslashreplace"))
        at = stop + 1
    return found


def _text(tags: Tags, tag: int) -> str:
    values = tags.get(tag) or [""]
    return str(values[0])


def _package(tags: Tags, place: Place, of: Release) -> Package | None:
    name = _text(tags, NAME)
    if not name:
        return None
    epoch = tags.get(EPOCH)
    version = f"{_text(tags, VERSION)}-{_text(tags, RELEASE)}"
    entries = [str(text) for text in tags.get(CHANGELOG_TEXT, [])]
    named = [
        text[:4000] if text.lstrip().startswith(("-", "*", "+")) else f"- {text[:4000]}"
        for text in entries[:5000]
        if _IDS.search(text)
    ]
    return Package(
        type="rpm", namespace=of.id, name=name, version=f"{epoch[0]}:{version}" if epoch and epoch[0] else version, place=place,
        architecture=_text(tags, ARCH), distro=of.distro, upstream=_text(tags, SOURCERPM), supplier=_text(tags, VENDOR) or _text(tags, PACKAGER),
        license=_license(_text(tags, LICENSE)), homepage=_text(tags, URL), description=_text(tags, SUMMARY),
        depends=tuple(str(one) for one in tags.get(REQUIRES, [])[:500]), files=_files(tags), fixes="\n".join(named), changelog=place,
    )  # fmt: skip


def _license(text: str) -> str:
    """RPM's licence as written where its words can be SPDX (newer distributions), else nothing."""
    return (
        text
        if text and re.fullmatch(r"[A-Za-z0-9.+-]+(?:-[A-Za-z0-9.+]+)+(?: (?:AND|OR|WITH) [A-Za-z0-9.+()-]+)*", text)
        else ""
    )


def _files(tags: Tags) -> tuple[str, ...]:
    folders = [str(one) for one in tags.get(DIR_NAMES, [])]
    found = []
    for index, name in zip(tags.get(DIR_INDEXES, []), tags.get(BASE_NAMES, []), strict=False):
        if isinstance(index, int) and index < len(folders):
            found.append(f"{folders[index]}{name}")
    return tuple(found)
