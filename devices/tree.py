"""A device's file tree as read: names, kinds and links of everything, bytes only when asked for.

Guarantees: paths are absolute within the tree, `/` separated, and in order; links are resolved within the tree and never
followed out of it; nothing is opened but regular files; sizes, numbers and depths are bounded, and what is left out is
noted.  Names are as stored, with bytes that are no UTF-8 as backslash escapes.
"""

from __future__ import annotations

import fnmatch
import os
import posixpath
import stat
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import msgspec

from rulewright.devices.model import Noted, Place

Kind = Literal["file", "folder", "link", "device", "other"]

MAX_FILES = 2_000_000
MAX_DEPTH = 128
MAX_READ = 64 * 1024 * 1024
MAX_TEXT = 4 * 1024 * 1024
MAX_LINKS = 40
"""As many links in a row as Linux follows."""


class Entry(msgspec.Struct, frozen=True):
    """One name of a tree.  `mode` are the permission bits; `target` is where a link points, as stored."""

    path: str
    kind: Kind
    size: int = 0
    mode: int = 0
    uid: int = 0
    gid: int = 0
    target: str = ""


class Tree:
    """An indexed tree; `load` gives the bytes of a regular file by its path in the tree, at most so many."""

    def __init__(self, name: str, entries: Mapping[str, Entry], load: Callable[[str, int], bytes]) -> None:
        """Index the entries; folders that are only implied by other names are there, too."""
        self.name = name
        self.entries = dict(sorted(entries.items()))
        self.notes: list[Noted] = []
        self._load = load
        self._children: dict[str, list[str]] = {}
        for path in list(self.entries):
            self._add_parents(path)
        if len(self.entries) > len(entries):
            self.entries = dict(sorted(self.entries.items()))
        for path in self.entries:
            if path != "/":
                self._children.setdefault(posixpath.dirname(path), []).append(path)

    def _add_parents(self, path: str) -> None:
        parent = posixpath.dirname(path)
        while parent not in self.entries:
            self.entries[parent] = Entry(parent, "folder", mode=0o755)
            if parent == "/":
                break
            parent = posixpath.dirname(parent)

    # --- names ---------------------------------------------------------------------------------------------------------

    def resolve(self, path: str) -> str | None:
        """The path of the file or folder behind a path, all links followed; `None` where it leads to nothing or in circles.

        A link with `..` stays below the root, as it would on the device.
        """
        todo = [part for part in reversed(path.split("/")) if part not in {"", "."}]
        here, links = "/", 0
        while todo:
            part = todo.pop()
            if part == "..":
                here = posixpath.dirname(here)
                continue
            following = posixpath.join(here, part)
            entry = self.entries.get(following)
            if entry is None:
                return None
            if entry.kind != "link":
                here = following
                continue
            links += 1
            if links > MAX_LINKS:
                return None
            if entry.target.startswith("/"):
                here = "/"
            todo += [part for part in reversed(entry.target.split("/")) if part not in {"", "."}]
        return here

    def entry(self, path: str) -> Entry | None:
        """What a path leads to, links followed."""
        found = self.resolve(path)
        return None if found is None else self.entries.get(found)

    def is_file(self, path: str) -> bool:
        """Whether a path leads to a regular file."""
        found = self.entry(path)
        return found is not None and found.kind == "file"

    def is_folder(self, path: str) -> bool:
        """Whether a path leads to a folder."""
        found = self.entry(path)
        return found is not None and found.kind == "folder"

    def children(self, path: str) -> list[str]:
        """The paths directly in a folder (links followed), in order; as named by the folder's own path."""
        found = self.resolve(path)
        return [] if found is None else self._children.get(found, [])

    def glob(self, pattern: str) -> list[str]:
        """The paths that fit a pattern (`*` and `?` do not cross `/`), links in the way followed, in order."""
        found = ["/"]
        for part in pattern.strip("/").split("/"):
            if "*" in part or "?" in part or "[" in part:
                named = [child for path in found for child in self.children(path)]
                found = [c for c in named if fnmatch.fnmatchcase(posixpath.basename(c), part)]
            else:
                found = [joined for path in found if self.resolve(joined := posixpath.join(path, part)) is not None]
        return sorted(found)

    def files(self) -> Iterator[Entry]:
        """The regular files, in the order of their paths."""
        return (entry for entry in self.entries.values() if entry.kind == "file")

    # --- bytes ---------------------------------------------------------------------------------------------------------

    def load(self, path: str, most: int) -> bytes:
        """The first bytes of the regular file that has this very path.  Raises `OSError`."""
        return self._load(path, most)

    def read(self, path: str, most: int = MAX_READ) -> bytes:
        """The first bytes of a regular file, at most `most`; none where there is no such file, or it cannot be read."""
        found = self.resolve(path)
        if found is None or self.entries[found].kind != "file":
            return b""
        try:
            return self._load(found, most)
        except OSError as error:
            why = (error.strerror or "").lower()
            self.notes.append(Noted("RW1501", f"`{found}` cannot be read: {why}", Place(found), severe=True))
            return b""

    def lines(self, path: str) -> list[str]:
        """The lines of a text file; bytes that are no UTF-8 as escapes; none of a file that is too long for a text."""
        entry = self.entry(path)
        if entry is None or entry.kind != "file":
            return []
        if entry.size > MAX_TEXT:
            self.notes.append(
                Noted("RW1502", f"`{entry.path}` is too long for a text of this kind", Place(entry.path), severe=True)
            )
            return []
        return self.read(path, MAX_TEXT).decode("utf-8", "backslashreplace").splitlines()


def shown(name: bytes) -> str:
    """A name as text: bytes that are no UTF-8 as escapes."""
    return name.decode("utf-8", "backslashreplace")


def folder(name: str, root: str) -> Tree:
    """Index a folder; links in it are kept as links.  Raises `OSError` when the folder itself cannot be listed."""
    entries: dict[str, Entry] = {}
    real: dict[str, bytes] = {}
    notes: list[Noted] = []
    base = os.fsencode(root).rstrip(b"/")
    todo: list[tuple[bytes, str, int]] = [(base or b"/", "", 0)]
    while todo:
        place, path, depth = todo.pop()
        if depth > MAX_DEPTH or len(entries) > MAX_FILES:
            deep = f"is deeper than {MAX_DEPTH} folders"
            what = deep if depth > MAX_DEPTH else f"and what follows: more than {MAX_FILES:,} files"
            notes.append(Noted("RW1502", f"`{path}` {what}: left out", Place(path), severe=True))
            continue
        try:
            with os.scandir(place) as found:
                names = list(found)
        except OSError as error:
            if not path:
                raise
            notes.append(_unread(path, "cannot be listed", error))
            continue
        for item in names:
            entry = _taken(item, f"{path}/{shown(item.name)}", entries, notes)
            if entry is None:
                continue
            if entry.path.encode() != item.path[len(base) :]:
                real[entry.path] = item.path
            if entry.kind == "folder":
                todo.append((item.path, entry.path, depth + 1))

    def load(path: str, most: int) -> bytes:
        place = real.get(path) or base + path.encode()
        descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            return stream.read(most)

    tree = Tree(name, entries, load)
    tree.notes += notes
    return tree


def _taken(item: os.DirEntry[bytes], path: str, entries: dict[str, Entry], notes: list[Noted]) -> Entry | None:
    """Put a name among the entries; `None` where it cannot be looked at, or is shown as another one is."""
    if path in entries:
        message = f"two names are shown as `{path}`: one is left out"
        notes.append(Noted("RW1502", message, Place(path), severe=True))
        return None
    try:
        entry = entries[path] = _entry(item, path)
    except OSError as error:
        notes.append(_unread(path, "cannot be looked at", error))
        return None
    return entry


def _unread(path: str, what: str, error: OSError) -> Noted:
    why = (error.strerror or "").lower()
    return Noted("RW1501", f"`{path}` {what}: {why}", Place(path), severe=True)


def _entry(item: os.DirEntry[bytes], path: str) -> Entry:
    """What the file system says of a name, the link itself where it is one."""
    found = item.stat(follow_symlinks=False)
    kinds: tuple[tuple[Callable[[int], bool], Kind], ...] = (
        (stat.S_ISREG, "file"),
        (stat.S_ISDIR, "folder"),
        (stat.S_ISLNK, "link"),
        (stat.S_ISCHR, "device"),
        (stat.S_ISBLK, "device"),
    )
    kind: Kind = next((kind for test, kind in kinds if test(found.st_mode)), "other")
    target = shown(os.readlink(item.path)) if kind == "link" else ""
    mode = stat.S_IMODE(found.st_mode)
    return Entry(path, kind, found.st_size if kind == "file" else 0, mode, found.st_uid, found.st_gid, target)


def of_texts(texts: Mapping[str, str | bytes], links: Mapping[str, str] | None = None) -> Tree:
    """A tree in memory, for tests and for what was unpacked elsewhere: bytes by path, links by path."""
    data = {path: text.encode() if isinstance(text, str) else text for path, text in texts.items()}
    entries = {path: Entry(path, "file", len(found), 0o755) for path, found in data.items()}
    entries |= {path: Entry(path, "link", target=target) for path, target in (links or {}).items()}
    return Tree("tree", entries, lambda path, most: data[path][:most])
