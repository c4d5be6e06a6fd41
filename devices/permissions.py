"""Who may read and write what: password files that everybody may read, folders and programs that everybody may change.

Guarantees: the permission bits as stored, one finding a place; folders with the sticky bit and those below `/proc`, `/sys`
and `/dev` are left out.  A copy of the password file counts where it holds a password that lets somebody in.  What it does
not do: access lists, capabilities, and what mount options or a boot script change later.
Sources: shadow(5), inode(7).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from rulewright.devices import passwords
from rulewright.devices.model import Daemon, Findings, Noted, Place, Row
from rulewright.devices.settings import finding
from rulewright.devices.tree import Entry, Tree
from rulewright.facts.types import Level

MAX_FOUND = 200
READ, WRITE, STICKY = 0o004, 0o002, 0o1000
MADE = ("/proc/", "/sys/", "/dev/", "/run/", "/var/run/")
"""Folders that the running system fills."""
COPIES = ("/etc/shadow?*", "/etc/passwd?*", "/etc/gshadow?*")


def detect(tree: Tree, _daemons: Sequence[Daemon] = ()) -> Findings:
    """Password files and their copies, and what everybody may write."""
    found = Findings()
    found.rows += _passwords(tree)
    _writable(tree, found)
    return found


def _passwords(tree: Tree) -> list[Row]:
    """The password file that everybody may read, and copies of it that hold passwords."""
    rows: list[Row] = []
    shadow = tree.entry("/etc/shadow")
    if shadow is not None and shadow.kind == "file" and shadow.mode & READ:
        level = Level.ENABLED if _held(tree, shadow.path) else Level.PRESENT
        rows.append(finding("readable password file", level, Place(shadow.path), "every user may read it"))
    for path in dict.fromkeys(path for pattern in COPIES for path in tree.glob(pattern)):
        if tree.entries[path].kind == "file" and (number := _held(tree, path)):
            detail = "a copy of a password file, with a password that lets somebody in"
            rows.append(finding("copy of a password file", Level.PRESENT, Place(path, number), detail))
    return rows


def _held(tree: Tree, path: str) -> int:
    """The first line of a file like shadow(5) that holds a password's hash; 0 where none does."""
    for number, line in enumerate(tree.lines(path), 1):
        fields = line.split(":")
        if len(fields) > 2 and fields[1] != "x" and passwords.algorithm(fields[1]) not in {"none", "locked", "plain"}:
            return number
    return 0


def _writable(tree: Tree, found: Findings) -> None:
    """Files and folders that everybody may write; what lies in such a folder is not said again."""
    said: set[str] = set()
    for entry in tree.entries.values():
        if not _open(entry) or any(folder in said for folder in _above(entry.path)):
            continue
        if len(said) == MAX_FOUND:
            message = f"more than {MAX_FOUND} files and folders that everybody may write: the others are not listed"
            found.notes.append(Noted("RW1502", message, Place(entry.path)))
            return
        said.add(entry.path)
        detail = f"every user may change this {entry.kind}"
        found.rows.append(finding(f"writable {entry.kind}", Level.ENABLED, Place(entry.path), detail))


def _above(path: str) -> Iterator[str]:
    """The folders that a path lies in."""
    while path != "/":
        path = posixpath.dirname(path)
        yield path


def _open(entry: Entry) -> bool:
    """Whether everybody may write it, and it is not meant for that."""
    return (
        entry.kind in {"file", "folder"}
        and bool(entry.mode & WRITE)
        and not entry.mode & STICKY
        and not entry.path.startswith(MADE)
    )
