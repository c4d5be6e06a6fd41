"""Byte accounting: proof that a typed decode dropped nothing, without a second parse.

The decoder takes the last of two equal keys and skips keys it does not know.  Encoding what was decoded again gives
the document back; every key that was dropped makes it shorter, and nothing can make it longer: the encoder writes each
string in one form, the shortest.  So equal length (white space put aside, escapes counted in that form on both sides) means that every byte is accounted for.

Guarantees: `balanced` is never true when a key was dropped.  It may be false for an innocent document (fields of no
format): the caller then looks closely.  It does not say what was dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import cast

import msgspec

from rulewright.facts.lazy import deferred

Bytes = bytes | memoryview

_SPACE = b" \t\r\n"
_ESCAPE = deferred(rb"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
_SLASH = ord("/")
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


def width(code: int) -> int:
    """Bytes that the encoder writes for a character that may be given as an escape; half a pair is half of four."""
    if code < 0x20:
        return 2 if code in {0x08, 0x09, 0x0A, 0x0C, 0x0D} else 6
    if code in {0x22, 0x5C}:
        return 2
    if code < 0x80:
        return 1
    return 2 if code < 0x800 or 0xD800 <= code <= 0xDFFF else 3


class Measure(msgspec.Struct):
    r"""Length without white space, escapes `\uXXXX` and `\/` counted as what the encoder would write for them."""

    length: int = 0

    def add(self, data: Bytes) -> None:
        """Measure one piece, through copies of 8 KiB: most hold no backslash, and that is quickly seen.

        Backslashes are read from left to right, so that an escaped one never begins an escape.
        """
        self.length += len(data)
        begun = 0  # bytes at the start of a copy that belong to an escape of the one before
        for at in range(0, len(data), _STEP):
            chunk = bytes(data[at : at + _STEP])
            self.length -= len(chunk) - len(chunk.translate(None, _SPACE))
            if b"\\" in chunk:
                begun = self._escapes(chunk + bytes(data[at + _STEP : at + _STEP + 5]), begun, len(chunk))
            else:
                begun = 0

    def _escapes(self, chunk: bytes, start: int, size: int) -> int:
        """Measure the escapes that begin from `start` to `size`; how far the last one reaches beyond."""
        end = start
        for found in _ESCAPE.finditer(chunk, start):
            if found.start() >= size:
                break
            end = found.end()
            code = found[1]
            if code:
                self.length -= 6 - width(int(code, 16))
            elif chunk[end - 1] == _SLASH:
                self.length -= 1
        return max(0, end - size)


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
    return encoded == given


def item_balanced(item: object, raw: Bytes) -> bool:
    """Like `balanced`, for one decoded item and its bytes."""
    part = _encode(item)
    if len(part) == trimmed(raw):
        return True
    encoded, given = Measure(), Measure()
    encoded.add(part)
    given.add(raw)
    return encoded == given
