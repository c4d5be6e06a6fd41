"""Byte accounting: proof that a typed decode dropped nothing, without a second parse.

The decoder takes the last of two equal keys and skips keys it does not know.  Encoding what was decoded again gives
the document back; every key that was dropped makes it shorter, and nothing can make it longer: the encoder writes each
string in its shortest form.  So equal length (white space and the escapes that Go's encoder writes put aside on both
sides) means that every byte is accounted for.

Guarantees: `balanced` is never true when a key was dropped.  It may be false for an innocent document (other escapes,
fields of no format): the caller then looks closely.  It does not say what was dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import msgspec

Bytes = bytes | memoryview

_SPACE = b" \t\r\n"
_GO = (b"\\u0026", b"\\u003c", b"\\u003e")
_STEP = 1 << 13
_SLICE = 8192

_encode = msgspec.json.Encoder(decimal_format="number").encode


def trimmed(data: Bytes) -> int:
    """Length without white space at both ends."""
    start, end = 0, len(data)
    while start < end and data[start] in _SPACE:
        start += 1
    while end > start and data[end - 1] in _SPACE:
        end -= 1
    return end - start


@dataclass(slots=True)
class Measure:
    r"""Length without white space, and the escapes `\u0026`, `\u003c`, `\u003e` in it.

    `doubtful` is true where an escaped backslash stands before a `u`: there such an escape may be text.
    """

    length: int = 0
    escapes: int = 0
    doubtful: bool = False

    def add(self, data: Bytes) -> None:
        """Measure one piece, through copies of 8 KiB: most hold no backslash, and that is quickly seen."""
        self.length += len(data)
        for at in range(0, len(data), _STEP):
            chunk = bytes(data[at : at + _STEP])
            self.length -= len(chunk) - len(chunk.translate(None, _SPACE))
            if b"\\" in chunk:
                chunk += bytes(data[at + _STEP : at + _STEP + 5])
                self.escapes += sum(map(chunk.count, _GO))
                self.doubtful = self.doubtful or b"\\\\u" in chunk

    def equals(self, other: Measure) -> bool:
        """Whether both are of the same length; an escape counts as one byte where neither is doubtful."""
        if self.doubtful or other.doubtful:
            return self.length == other.length
        return self.length - 5 * self.escapes == other.length - 5 * other.escapes


def _parts(root: msgspec.Struct, lists: Sequence[str]) -> Iterator[tuple[bytes, int]]:
    """Encode a document in slices: pairs of bytes and how many of them are not in the document."""
    long = {name: value for name in lists if (value := getattr(root, name)) is not None and len(value) > _SLICE}
    hollow = msgspec.structs.replace(root, **{name: [] for name in long})
    yield _encode(hollow), 0
    for items in long.values():
        rows = cast("list[object]", items)
        for at in range(0, len(rows), _SLICE):
            # the brackets of the slice go, the comma to the slice before comes
            yield _encode(rows[at : at + _SLICE]), 2 if at == 0 else 1


def balanced(root: msgspec.Struct, data: Bytes, lists: Sequence[str] = ()) -> bool:
    """True when `root` encodes back to all of `data`.  `lists` names its long fields, which are encoded in slices."""
    if sum(len(part) - extra for part, extra in _parts(root, lists)) == trimmed(data):
        return True
    encoded, given = Measure(), Measure()
    for part, extra in _parts(root, lists):
        encoded.add(part)
        encoded.length -= extra
    given.add(data)
    return encoded.equals(given)


def item_balanced(item: object, raw: Bytes) -> bool:
    """Like `balanced`, for one decoded item and its bytes."""
    part = _encode(item)
    if len(part) == trimmed(raw):
        return True
    encoded, given = Measure(), Measure()
    encoded.add(part)
    given.add(raw)
    return encoded.equals(given)
