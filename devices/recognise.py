"""Whether names are those of a device's root file system, and where in an extraction that begins.

Guarantees: decided by names alone, nothing is read; of several roots the one with most files, the others are told.
What it does not do: recognise one by a single file: a folder of documents may hold an `etc`, too.
"""

from __future__ import annotations

import os
import posixpath
import re

from rulewright.devices.model import Noted, Place
from rulewright.devices.tree import Entry, Tree

SETTINGS = frozenset((
    "banner", "config", "default", "fstab", "group", "hostname", "hosts", "inetd.conf", "init.d", "inittab", "issue",
    "openwrt_release", "os-release", "passwd", "profile", "rc.d", "rc.local", "rcS", "rcS.d", "runit", "service",
    "shadow", "ssl", "systemd", "version",
))  # fmt: skip
"""Names in `/etc` of which a root file system has some."""
BESIDE = frozenset({"bin", "sbin", "usr", "lib", "lib64", "init", "linuxrc", "system"})
"""Names beside `/etc` of which a root file system has some."""
EXTRACTED = re.compile(r"(_extract|\.extracted|-root(-\d+)?|rootfs|_unblob)$")
"""How extractors name the folders that they make."""
MAX_LEVELS = 8
MAX_LOOKED = 20_000


def is_root(names: set[str], settings: set[str]) -> bool:
    """Whether the names in a folder, and those in its `etc`, are those of a root file system."""
    return "etc" in names and bool(names & BESIDE) and bool(settings & SETTINGS)


def is_device(path: str) -> bool:
    """Whether a folder of this machine is a root file system, or an extraction that holds one.  Raises `OSError`."""
    if _here(path):
        return True
    if not _extraction(path):
        return False
    return any(_here(place) for place in _folders(path))


def _here(path: str) -> bool:
    names = set(os.listdir(path))
    if "etc" not in names:
        return False
    try:
        return is_root(names, set(os.listdir(os.path.join(path, "etc"))))
    except OSError:
        return False


def _extraction(path: str) -> bool:
    """Whether an extractor made a folder, or made folders in it."""
    if EXTRACTED.search(os.path.basename(os.path.abspath(path))):
        return True
    with os.scandir(path) as entries:
        return any(EXTRACTED.search(entry.name) and entry.is_dir(follow_symlinks=False) for entry in entries)


def _folders(path: str) -> list[str]:
    """The folders below a folder, so many and so deep; what cannot be listed is passed over."""
    found: list[str] = []
    todo = [(path, 0)]
    while todo and len(found) < MAX_LOOKED:
        place, level = todo.pop()
        found.append(place)
        if level == MAX_LEVELS:
            continue
        try:
            with os.scandir(place) as entries:
                todo += [(entry.path, level + 1) for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError:
            continue
    return found


def roots(tree: Tree) -> list[str]:
    """The folders of a tree that are root file systems and in no other one, the largest first."""
    found: list[str] = []
    todo = [("/", 0)]
    looked = 0
    while todo and looked < MAX_LOOKED:
        path, level = todo.pop(0)
        looked += 1
        children = tree.children(path)
        names = {posixpath.basename(child) for child in children}
        settings = {posixpath.basename(child) for child in tree.children(posixpath.join(path, "etc"))}
        if is_root(names, settings):
            found.append(path)
        elif level < MAX_LEVELS:
            todo += [(child, level + 1) for child in children if tree.entries[child].kind == "folder"]
    sizes = {root: sum(1 for path in tree.entries if path.startswith(root)) for root in found} if len(found) > 1 else {}
    return sorted(found, key=lambda root: (-sizes.get(root, 0), root))


def rooted(tree: Tree) -> Tree | None:
    """The tree as the device sees it: from its root file system on; `None` where there is none."""
    found = roots(tree)
    if not found:
        return None
    if found[0] == "/":
        return tree
    root = found[0]
    entries = {
        path[len(root) :]: Entry(path[len(root) :], e.kind, e.size, e.mode, e.uid, e.gid, e.target)
        for path, e in tree.entries.items()
        if path.startswith(f"{root}/")
    }
    inner = Tree(tree.name, entries, lambda path, most: tree.load(root + path, most))
    inner.notes += tree.notes
    if len(found) > 1:
        others = ", ".join(f"`{other}`" for other in found[1:4]) + (", …" if len(found) > 4 else "")
        message = f"`{root}` is judged; there are root file systems in {others}, too"
        inner.notes.append(Noted("RW1506", message, Place(root)))
    return inner
