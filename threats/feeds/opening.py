"""Files, folders and archives to streams of bytes, bounded.

Guarantees: links are not followed out of a folder; nothing is unpacked to disk; a stream ends with `TooLargeError` beyond its
bound.  Order is that of names.  It reads no format.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import os
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, cast

import msgspec

from rulewright.threats.limits import MAX_FEED, MAX_FILES, SMALL

GZIP, XZ, ZIP = b"\x1f\x8b", b"\xfd7zXZ\x00", b"PK\x03\x04"
BLOCK = 1 << 20


class TooLargeError(Exception):
    """More bytes than the bound allows."""


class Unit(msgspec.Struct, frozen=True):
    """What is indexed together: one file, or the small documents of a folder.

    `name` is as given; `members` are names within it with the paths to open.
    """

    name: str
    members: tuple[tuple[str, str], ...]
    single: bool


class Opened(msgspec.Struct, frozen=True):
    """A unit's digest (of its bytes, or of its members' names and digests) and size in bytes."""

    sha256: str
    size: int
    members: tuple[tuple[str, str], ...] = ()
    """Name and digest of each member."""


def units(path: str) -> list[Unit]:
    """What a word on the command line names.  Raises `OSError`."""
    if not os.path.isdir(path):
        with open(path, "rb"):
            return [Unit(path, ((os.path.basename(path), path),), single=True)]
    return grouped(path, _walk(path))


def grouped(path: str, files: Iterable[tuple[str, str, int]]) -> list[Unit]:
    """What a folder of that name holds: of each file the name within it, where it is, and its size."""
    found: list[Unit] = []
    small: list[tuple[str, str]] = []
    for name, place, size in files:
        if size <= SMALL and name.lower().endswith((".json", ".md", ".toml")):
            small.append((name, place))
        else:
            found.append(Unit(os.path.join(path, name), ((name, place),), single=False))
    if len(small) == 1:
        found.append(Unit(os.path.join(path, small[0][0]), tuple(small), single=False))
    elif small:
        found.append(Unit(path, tuple(small), single=False))
    return sorted(found, key=lambda unit: unit.name)


def _walk(path: str) -> Iterator[tuple[str, str, int]]:
    """Plain files below a folder: name within it, path, size."""
    count = 0
    for folder, below, names in os.walk(path, onerror=_refuse):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            place = os.path.join(folder, name)
            if name.startswith(".") or os.path.islink(place) or not os.path.isfile(place):
                continue
            count += 1
            if count > MAX_FILES:
                raise TooLargeError(f"more than {MAX_FILES:,} files")
            yield os.path.relpath(place, path).replace(os.sep, "/"), place, os.stat(place).st_size


def _refuse(error: OSError) -> None:
    raise error


def opened(unit: Unit) -> Opened:
    """Read all bytes of a unit once, for its digest.  Raises `OSError`."""
    found = [(name, *_digest(place)) for name, place in unit.members]
    members = tuple((name, sha256) for name, sha256, _ in found)
    if len(found) == 1:
        return Opened(found[0][1], found[0][2], members)
    whole = hashlib.sha256()
    for name, sha256, _ in found:
        whole.update(f"{sha256}  {name}\n".encode("utf-8", "surrogateescape"))
    return Opened(whole.hexdigest(), sum(size for _, _, size in found), members)


def _digest(path: str) -> tuple[str, int]:
    with open(path, "rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
        return digest.hexdigest(), stream.tell()


class Bounded(io.RawIOBase):
    """A stream that may not give more than a number of bytes; tells its digest of nothing."""

    def __init__(self, inner: BinaryIO, bound: int = MAX_FEED) -> None:
        super().__init__()
        self._inner, self._left = inner, bound

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read, and refuse beyond the bound."""
        data = self._inner.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise TooLargeError("what it unpacks to is above the bound")
        buffer[: len(data)] = data
        return len(data)


_OPENERS: dict[bytes, Callable[[BinaryIO], object]] = {GZIP: lambda s: gzip.GzipFile(fileobj=s), XZ: lzma.LZMAFile}
DAMAGED = (EOFError, gzip.BadGzipFile, lzma.LZMAError)
"""What reading a damaged stream raises, beside `zlib.error`."""


def plain(stream: BinaryIO) -> io.BufferedReader:
    """The stream without its compression; one that can be peeked into."""
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(Bounded(stream), BLOCK)
    head = buffered.peek(8)[:8]
    for mark, opener in _OPENERS.items():
        if head.startswith(mark):
            return io.BufferedReader(Bounded(cast("BinaryIO", opener(cast("BinaryIO", buffered)))), BLOCK)
    return buffered
