"""The tree of a log as tiles: where they are, proofs from them, appending.

Guarantees: names, widths and contents are those of C2SP tlog-tiles; what is written for a size is the same whoever writes it and in
however many steps; entries are written before the tiles over them, so that an interruption leaves no tile without its entries.
Heads are not written here: whoever writes one does so last.  Tiles that were read are not checked: compare with a head, or `audit`.
Entries have at most 65,535 bytes.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import msgspec

from rulewright.attest import limits, merkle

WIDTH = 256
"""Hashes of a full tile, entries of a full bundle."""
HASH = 32
ENTRY = 2**16 - 1
"""Bytes of the longest entry."""
CHECKPOINT = "checkpoint"
_NAME = re.compile(r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class TilesError(ValueError):
    """The files are not those of a log; the message says why, in one line."""


class Store(Protocol):
    """A folder: files by names with `/`."""

    def read(self, name: str) -> bytes | None:
        """The content of a file; `None` where there is none."""
        ...

    def write(self, name: str, data: bytes) -> None:
        """Put a file in place, whole."""
        ...

    def names(self) -> Iterable[str]:
        """All names of files."""
        ...


class Place(msgspec.Struct, frozen=True):
    """Where a tile stands: its level (`None` for entries), its index there, and its width."""

    level: int | None
    index: int
    width: int

    @property
    def name(self) -> str:
        """The name of its file."""
        groups = [f"{self.index % 1000:03}"]
        rest = self.index // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        level = "entries" if self.level is None else str(self.level)
        return f"tile/{level}/{'/'.join(groups)}" + (f".p/{self.width}" if self.width < WIDTH else "")


def place(name: str) -> Place | None:
    """The tile of a file's name; `None` for other files."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    level, above, last, width = found.groups()
    index = int(above.replace("x", "").replace("/", "") + last)
    made = Place(None if level == "entries" else int(level), index, int(width or WIDTH))
    return made if made.name == name and index <= limits.INTEGER else None


def places(size: int, level: int | None, start: int = 0) -> Iterator[Place]:
    """The tiles of a level for a tree, from an index on: full ones, then at most one that is not."""
    count = size >> 8 * (level or 0)
    for index in range(start, count >> 8):
        yield Place(level, index, WIDTH)
    if count % WIDTH and count >> 8 >= start:
        yield Place(level, count >> 8, count % WIDTH)


def levels(size: int) -> range:
    """The levels that a tree has tiles of."""
    return range((size.bit_length() + 7) // 8)


def bundled(entries: Iterable[bytes]) -> bytes:
    """A bundle of entries: each after its length in two bytes.  Raises `TilesError`."""
    listed = list(entries)
    if any(len(item) > ENTRY for item in listed):
        raise TilesError(f"an entry has more than {ENTRY:,} bytes")
    return b"".join(struct.pack(">H", len(item)) + item for item in listed)


def unbundled(data: bytes, where: Place) -> list[bytes]:
    """The entries of a bundle.  Raises `TilesError` unless there are as many as its name says."""
    found: list[bytes] = []
    at = 0
    while at < len(data):
        begin = at + 2
        at = begin + int.from_bytes(data[at:begin])
        found.append(data[begin:at])
    if at != len(data) or len(found) != where.width:
        raise TilesError(f"`{where.name}` has not {where.width} entries")
    return found


def entries(store: Store, size: int) -> Iterator[bytes]:
    """The entries of a log, in their order.  Raises `TilesError`."""
    for where in places(size, None):
        yield from bundle(store, where)


def bundle(store: Store, where: Place) -> list[bytes]:
    """The entries of one bundle; those of the full one where it took the place of a part.  Raises `TilesError`."""
    data = store.read(where.name)
    if data is not None:
        return unbundled(data, where)
    full = msgspec.structs.replace(where, width=WIDTH)
    data = store.read(full.name)
    if data is None:
        raise TilesError(f"`{where.name}` is missing")
    return unbundled(data, full)[: where.width]


class Tree:
    """The tree of a size over the tiles of a store, read as they are needed."""

    def __init__(self, store: Store, size: int) -> None:
        self._store, self.size = store, size
        self._read: dict[tuple[int, int], bytes] = {}

    def root(self, size: int | None = None) -> bytes:
        """The root of the first entries.  Raises `TilesError`."""
        wanted = self.size if size is None else size
        return self._over(0, wanted) if wanted else merkle.root(())

    def inclusion(self, index: int) -> list[bytes]:
        """The proof that an entry stands in the tree, from the bottom up (RFC 9162 2.1.3.1).  Raises `TilesError`."""
        proof: list[bytes] = []
        start, end = 0, self.size
        while end - start > 1:
            split = start + _split(end - start)
            if index < split:
                proof.append(self._over(split, end))
                end = split
            else:
                proof.append(self._over(start, split))
                start = split
        return proof[::-1]

    def consistency(self, first: int) -> list[bytes]:
        """The proof that the tree goes on from that of the first entries (RFC 9162 2.1.4.1).  Raises `TilesError`."""
        if not 0 < first < self.size:
            return []
        proof: list[bytes] = []
        start, end = 0, self.size
        while first != end:
            split = start + _split(end - start)
            if first <= split:
                proof.append(self._over(split, end))
                end = split
            else:
                proof.append(self._over(start, split))
                start = split
        if start:
            proof.append(self._over(start, end))
        return proof[::-1]

    def _over(self, start: int, end: int) -> bytes:
        """The hash over a range that is a node of some tree: it begins at a multiple of the power of two that holds it."""
        length = end - start
        if length & (length - 1):
            split = start + _split(length)
            return merkle.node(self._over(start, split), self._over(split, end))
        height = length.bit_length() - 1
        level, rest = divmod(height, 8)
        first = start >> 8 * level
        tile = self._tile(level, first // WIDTH)
        at = first % WIDTH * HASH
        hashes = [tile[i : i + HASH] for i in range(at, at + (HASH << rest), HASH)]
        return merkle.root(hashes)

    def _tile(self, level: int, index: int) -> bytes:
        """The content of a tile, as wide as the tree needs it."""
        if (level, index) not in self._read:
            width = min((self.size >> 8 * level) - index * WIDTH, WIDTH)
            self._read[level, index] = tile(self._store, Place(level, index, width))
        return self._read[level, index]


def tile(store: Store, where: Place) -> bytes:
    """A tile; the beginning of the full one where that took the place of a part.  Raises `TilesError`."""
    data, wanted = store.read(where.name), where.width * HASH
    if data is None:
        data, wanted = store.read(msgspec.structs.replace(where, width=WIDTH).name), WIDTH * HASH
    if data is None:
        raise TilesError(f"`{where.name}` is missing")
    if len(data) != wanted:
        raise TilesError(f"`{where.name}` has not {where.width} hashes")
    return data[: where.width * HASH]


def _split(length: int) -> int:
    """The largest power of two below a length of at least 2."""
    return 1 << (length - 1).bit_length() - 1


def append(store: Store, size: int, added: Sequence[bytes]) -> bytes:
    """Write the entries that come after a size, and the tiles over them; return the new root.  Raises `TilesError`."""
    if not added:
        return Tree(store, size).root()
    total = size + len(added)
    begun = size - size % WIDTH
    kept = bundle(store, Place(None, size // WIDTH, size % WIDTH)) if size % WIDTH else []
    fresh = [*kept, *added]
    for where in places(total, None, size // WIDTH):
        at = where.index * WIDTH - begun
        store.write(where.name, bundled(fresh[at : at + where.width]))
    hashes = [merkle.leaf(item) for item in added]
    for level in levels(total):
        hashes = _raise(store, size, total, level, hashes)
    return Tree(store, total).root()


def _raise(store: Store, size: int, total: int, level: int, added: list[bytes]) -> list[bytes]:
    """Write what is new of one level; return the hashes that are new of the level above."""
    if not added:
        return []
    before = size >> 8 * level
    index, part = divmod(before, WIDTH)
    kept = tile(store, Place(level, index, part)) if part else b""
    joined = kept + b"".join(added)
    above: list[bytes] = []
    for where in places(total, level, index):
        at = (where.index - index) * WIDTH * HASH
        data = joined[at : at + where.width * HASH]
        store.write(where.name, data)
        if where.width == WIDTH:
            above.append(merkle.root([data[i : i + HASH] for i in range(0, len(data), HASH)]))
    return above
