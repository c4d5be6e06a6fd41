"""How complete the lists of a tree are, and why.

Guarantees: a list is closed only where the tree shows that nothing can be missing for the detectors; what could not be read
opens every list.  A list of packages is closed where a database is there and every program belongs to a package of it.
What it does not do: say that a detector sees everything that a person would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rulewright.devices import packages, serving
from rulewright.devices.model import Noted, Row, Start
from rulewright.devices.package import owners
from rulewright.devices.tree import Tree
from rulewright.facts.table import Extent
from rulewright.facts.types import Completeness

ALWAYS = ("account", "certificate", "daemon", "finding", "key")
"""Collections that are looked for in every tree."""
PROGRAMS = (
    "/bin",
    "/sbin",
    "/usr/bin",
    "/usr/sbin",
    "/usr/local/bin",
    "/usr/local/sbin",
    "/usr/libexec",
    "/opt",
    "/app",
)
_ELF = b"\x7fELF"


def extents(
    tree: Tree, started: Sequence[Start], rows: Mapping[str, Sequence[Row]], notes: list[Noted]
) -> dict[str, Extent]:
    """The completeness of every collection that the tree tells of; adds what has to be said of the list of packages."""
    found = {name: _looked(name, notes) for name in {*ALWAYS, *(name for name in rows if name != "component")}}
    if not any(tree.is_file(path) for path in ("/etc/passwd", "/etc/shadow")):
        found["account"] = Extent(Completeness.OPEN, "the tree has no /etc/passwd")
    others = serving.unknown(tree, started)
    if not serving.whole(tree):
        found["daemon"] = Extent(Completeness.OPEN, "the tree does not show what the device starts")
    elif others:
        found["daemon"] = Extent(Completeness.OPEN, f"`{others[0].words[0]}` is started, and is no known program")
    component = _packages(tree, rows, notes)
    return found | ({"component": component} if component else {})


def _looked(name: str, notes: Sequence[Noted]) -> Extent:
    severe = next((note for note in notes if note.severe), None)
    if severe is not None:
        return Extent(Completeness.OPEN, severe.message)
    missing = next((n for n in notes if n.code == "RW1503" and "cryptography" in n.message), None)
    if missing is not None and name in {"certificate", "key"}:
        return Extent(Completeness.OPEN, missing.message)
    return Extent(Completeness.CLOSED, "all files of the tree were looked at")


def _packages(tree: Tree, rows: Mapping[str, Sequence[Row]], notes: list[Noted]) -> Extent | None:
    """Closed with a database that every program belongs to."""
    here = packages.installed(tree)
    if not here.databases:
        notes.append(
            Noted("RW1515", "the tree has no package database that is read here: its list of components is open")
        )
        return Extent(Completeness.OPEN, "the tree has no package database") if rows.get("component") else None
    owned = owners(here.packages)
    if owned:
        stray = [path for path in programs(tree) if _owner(owned, path) is None]
        if stray:
            return Extent(Completeness.OPEN, f"{len(stray):,} programs belong to no package, the first is `{stray[0]}`")
    return Extent(Completeness.CLOSED, f"the package database `{here.databases[0]}`")


def binaries(tree: Tree) -> dict[str, int]:
    """How many ELF files of a tree belong to each package, by its name; `` to none; empty where no database lists files."""
    owned = owners(packages.installed(tree).packages)
    found: dict[str, int] = {}
    if owned:
        for entry in tree.files():
            if entry.size > len(_ELF) and tree.read(entry.path, 4) == _ELF:
                name = _owner(owned, entry.path) or ""
                found[name] = found.get(name, 0) + 1
    return dict(sorted(found.items()))


def programs(tree: Tree) -> list[str]:
    """The ELF programs in the folders of programs, links apart."""
    return [
        entry.path for entry in tree.files()
        if entry.path.startswith(PROGRAMS) and entry.size > len(_ELF) and tree.read(entry.path, 4) == _ELF
    ]  # fmt: skip


def _owner(owned: Mapping[str, str], path: str) -> str | None:
    """The package of a path; a merged `/usr` makes two names of one file."""
    found = owned.get(path)
    if found is None:
        found = owned.get(path.removeprefix("/usr") if path.startswith("/usr/") else f"/usr{path}")
    return found
