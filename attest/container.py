"""The one file: a ZIP archive (APPNOTE 6.3.3) of which there is exactly one form for given members.

Guarantees: nothing is compressed, so nothing can unfold to more than it is; names are plain and sorted, times are those of
1980-01-01, there are no comments, extra fields, folders, links or bytes between members; `decode` takes only what `encode` would
write, so the table at the end and the heads of the members cannot tell two stories.  Any ZIP tool can open it.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping

from rulewright.attest import limits

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*){0,2}")
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_DAY = 0x0021  # 1980-01-01
_UNIX = 3 << 8 | 20
_MODE = 0o100644 << 16
_ZIP32 = 2**32 - 1
NAME = 120
"""Characters of a member's name."""


class ContainerError(ValueError):
    """These bytes are no bundle; `code` is that of the check."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def encode(members: Mapping[str, bytes]) -> bytes:
    """The archive of some members.  Raises `ContainerError` where they do not fit."""
    _fit(members)
    parts: list[bytes] = []
    table: list[bytes] = []
    offset = 0
    for name in sorted(members):
        head, listed = _entry(name, members[name], offset)
        table.append(listed)
        parts += (head, members[name])
        offset += len(head) + len(members[name])
    tail = _tail(table, offset)
    if offset + len(tail) > limits.ARCHIVE:
        raise ContainerError("RW4002", f"a bundle has at most {limits.ARCHIVE:,} bytes")
    return b"".join((*parts, tail))


def _entry(name: str, data: bytes, offset: int) -> tuple[bytes, bytes]:
    """What stands before a member, and its line in the table at the end."""
    word, crc, size = name.encode(), zlib.crc32(data), len(data)
    head = _LOCAL.pack(b"PK\x03\x04", 20, 0, 0, 0, _DAY, crc, size, size, len(word), 0)
    listed = _CENTRAL.pack(
        b"PK\x01\x02", _UNIX, 20, 0, 0, 0, _DAY, crc, size, size, len(word), 0, 0, 0, 0, _MODE, offset
    )
    return head + word, listed + word


def _tail(table: list[bytes], start: int) -> bytes:
    """The table and the end."""
    listed = b"".join(table)
    return listed + _END.pack(b"PK\x05\x06", 0, 0, len(table), len(table), len(listed), start, 0)


def _exact(members: Mapping[str, bytes], data: bytes) -> bool:
    """Whether an archive is what `encode` would write, without writing it."""
    table: list[bytes] = []
    at = 0
    for name in sorted(members):
        head, listed = _entry(name, members[name], at)
        if data[at : at + len(head)] != head:
            return False
        table.append(listed)
        at += len(head) + len(members[name])
    return data[at:] == _tail(table, at)


def _fit(members: Mapping[str, bytes]) -> None:
    """Refuse what no bundle holds."""
    if len(members) > limits.MEMBERS:
        raise ContainerError("RW4002", f"a bundle has at most {limits.MEMBERS:,} members")
    for name in members:
        if len(name) > NAME or _NAME.fullmatch(name) is None or name.endswith("."):
            raise ContainerError("RW4003", "the name of a member is not made of plain lower-case words")
    if sum(map(len, members.values())) > limits.ARCHIVE:
        raise ContainerError("RW4002", f"a bundle has at most {limits.ARCHIVE:,} bytes")


def decode(data: bytes) -> dict[str, bytes]:
    """The members of an archive by name.  Raises `ContainerError` with RW4001 to RW4003."""
    if len(data) > limits.ARCHIVE:
        raise ContainerError("RW4002", f"the bundle has more than {limits.ARCHIVE:,} bytes")
    count, size, start = _end(data)
    if count > limits.MEMBERS:
        raise ContainerError("RW4002", f"the bundle has more than {limits.MEMBERS:,} members")
    members: dict[str, bytes] = {}
    at = 0
    for _ in range(count):
        name, content, at = _member(data, at, start)
        if name in members:
            raise ContainerError("RW4003", "two members have one name")
        members[name] = content
    if at != start or start + size + _END.size != len(data) or not _exact(members, data):
        raise ContainerError("RW4001", "the archive is not in the one form of a bundle")
    return members


def _end(data: bytes) -> tuple[int, int, int]:
    """How many members there are, how long the table at the end is, and where it begins."""
    if len(data) < _END.size or data[:4] not in {b"PK\x03\x04", b"PK\x05\x06"}:
        raise ContainerError("RW4001", "it is no bundle: neither a ZIP archive nor an envelope")
    mark, disk, first, here, count, size, start, comment = _END.unpack(data[-_END.size :])
    if mark != b"PK\x05\x06" or disk or first or here != count or comment or start == _ZIP32:
        raise ContainerError("RW4001", "the archive does not end as a bundle does")
    return count, size, start


def _member(data: bytes, at: int, end: int) -> tuple[str, bytes, int]:
    """Name and content of the member whose head stands at a place, and the place after it."""
    if at + _LOCAL.size > end:
        raise ContainerError("RW4001", "the archive is cut off, or lists more members than it has")
    mark, _, flags, method, _, _, _, packed, size, named, extra = _LOCAL.unpack_from(data, at)
    if mark != b"PK\x03\x04":
        raise ContainerError("RW4001", "a member is not where it should be")
    if flags or method or packed != size or extra:
        raise ContainerError("RW4001", "a member is compressed, encrypted or has extra fields")
    begin = at + _LOCAL.size + named
    if begin + size > end or named > NAME:
        raise ContainerError(
            "RW4001" if named <= NAME else "RW4003", "a member is longer than the archive, or its name too long"
        )
    word = data[at + _LOCAL.size : begin]
    if _NAME.fullmatch(word.decode("latin-1")) is None or word.endswith(b"."):
        raise ContainerError("RW4003", "the name of a member is not made of plain lower-case words")
    return word.decode("ascii"), data[begin : begin + size], begin + size
