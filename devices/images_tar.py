"""Tar streams as trees.

Guarantees: as `devices.images`: nothing is unpacked, hard links share the bytes of what they name, sparse files are read as
holes and data.  A stream whose rest is no tar is refused.
"""

from __future__ import annotations

import io
import stat
import struct
import tarfile

from rulewright.devices.images import Bytes, Found, ImageError, Index, path_of
from rulewright.devices.model import Noted, Place
from rulewright.devices.tree import MAX_READ, Tree, shown

_BROKEN = (EOFError, OSError, ValueError, LookupError, ArithmeticError, struct.error, RecursionError, tarfile.TarError)


def tar(name: str, data: Bytes) -> Tree:
    """Index an uncompressed stream.  Raises `ImageError`."""
    index = Index()
    sparse: dict[int, bytes] = {}
    links: list[tuple[str, str]] = []
    try:
        with tarfile.open(
            fileobj=io.BytesIO(data), mode="r:", encoding="utf-8", errors="surrogateescape"
        ) as opened:  # fmt: skip
            for entry in opened:
                _take(opened, entry, index, links, sparse)
                opened.members = []  # type: ignore[attr-defined]  # the library keeps them all otherwise
            rest = bytes(data[opened.offset :]).strip(b"\0")
    except _BROKEN as error:
        text = " ".join(str(error).split())[:80].lower()
        raise ImageError("RW1508", f"the archive is damaged: {text}") from error
    if rest:
        raise ImageError("RW1508", "the archive is damaged: what follows its last file cannot be read")
    for path, target in links:
        index.hard(path, target)

    def load(start: int, size: int) -> bytes:
        held = sparse.get(start)
        return held[:size] if held is not None else bytes(data[start : start + size])

    return index.tree(name, load)


def _take(
    opened: tarfile.TarFile,
    entry: tarfile.TarInfo,
    index: Index,
    links: list[tuple[str, str]],
    sparse: dict[int, bytes],
) -> None:
    """One member."""
    raw, target = _raw(entry.name), _raw(entry.linkname)
    if entry.islnk():
        path, other = path_of(raw), path_of(target)
        if path is None or other is None:
            text = shown(raw[:100])
            index.notes.append(Noted("RW1509", f"the hard link `{text}` leads out of the image: left out", severe=True))
        else:
            links.append((path, other))
        return
    kind = (
        stat.S_IFREG if entry.isreg() else stat.S_IFDIR if entry.isdir() else stat.S_IFLNK if entry.issym()
        else stat.S_IFCHR if entry.ischr() else stat.S_IFBLK if entry.isblk() else stat.S_IFIFO
    )  # fmt: skip
    start, size = entry.offset_data, entry.size
    if entry.issparse():
        path = path_of(raw)
        stream = opened.extractfile(entry)
        held = stream.read(min(size, MAX_READ)) if stream is not None else b""
        start = -1 - len(sparse)
        sparse[start] = held
        if len(held) < size or sum(map(len, sparse.values())) > 4 * MAX_READ:
            index.notes.append(Noted("RW1502", "a sparse file is longer than is read", Place(path or "/"), severe=True))
            sparse[start], size = b"", 0
    index.add(Found(raw, kind | stat.S_IMODE(entry.mode), entry.uid, entry.gid, start, size, target))


def _raw(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")
