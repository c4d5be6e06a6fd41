"""Bytes as received to bytes of UTF-8: compression, byte-order marks, UTF-16, what XML declares, validity.

Guarantees: what it returns is valid UTF-8 without a byte-order mark and without escapes that name half of a surrogate
pair; output and ratio of an unpacked stream are bounded while it is unpacked.  It does not look at the format.
"""

from __future__ import annotations

import codecs
import mmap
import re

from rulewright.diagnostics import Diagnostic
from rulewright.facts.lazy import deferred
from rulewright.sbom.findings import refusal
from rulewright.sbom.limits import CHUNK, MAX_BYTES

Bytes = bytes | memoryview
Input = bytes | bytearray | memoryview | mmap.mmap

_ESCAPE = deferred(rb"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
_PACKED = frozenset({b"\x1f\x8b", b"\xfd7", b"\x28\xb5"})
"""The first bytes of gzip, xz and Zstandard."""


def unpack(data: Input, source: str) -> Bytes | Diagnostic:
    """Unpack a compressed document.  Plain input is not copied."""
    plain: Bytes = data if isinstance(data, bytes) else memoryview(data)
    if len(plain) > MAX_BYTES:
        return refusal("RW1003", source, f"the document is larger than {MAX_BYTES} bytes")
    if bytes(plain[:2]) not in _PACKED:
        return plain
    from rulewright.sbom import packed

    kind = packed.kind_of(plain)
    return packed.unpack(plain, kind, source) if kind else plain


def decode_text(data: Bytes, source: str) -> Bytes | Diagnostic:
    """Bring text to UTF-8 without a byte-order mark, and check it."""
    decoded = _decode_utf16(data, source)
    if decoded is data and bytes(data[:64]).lstrip()[:5] == b"<?xml":
        from rulewright.sbom.xml_encoding import to_utf8

        decoded = to_utf8(data, source)
    if isinstance(decoded, Diagnostic):
        return decoded
    return check_utf8(decoded, source) or decoded


def prepare(data: Input, source: str) -> Bytes | Diagnostic:
    """Unpack, decode and check.  Small or plain input is not copied."""
    plain = unpack(data, source)
    return plain if isinstance(plain, Diagnostic) else decode_text(plain, source)


_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = {b"{\0": "utf-16-le", b"\0{": "utf-16-be", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}


def _decode_utf16(data: Bytes, source: str) -> Bytes | Diagnostic:
    """Strip a byte-order mark; decode UTF-16 and UTF-32."""
    head = bytes(data[:4])
    if head.startswith(codecs.BOM_UTF8):
        return memoryview(data)[3:]
    mark, encoding = next(((m, e) for m, e in _MARKS if head.startswith(m)), (b"", _UNMARKED.get(head[:2], "")))
    if not encoding:
        return data
    try:
        return str(data[len(mark) :], encoding).encode()
    except UnicodeError as error:
        offset = len(mark) + (error.start if isinstance(error, UnicodeDecodeError) else 0)
        return refusal("RW1004", source, f"the document is not valid {encoding.upper()}", offset)


def _whole_characters(data: Bytes, start: int, end: int) -> tuple[int, bytes]:
    """A piece that begins and ends between characters: a little more than asked for at either side."""
    while start > 0 and end - start < CHUNK + 4 and data[start] & 0xC0 == 0x80:
        start -= 1
    stop = end
    while stop < len(data) and stop < end + 4 and data[stop] & 0xC0 == 0x80:
        stop += 1
    return start, bytes(data[start:stop])


def check_utf8(data: Bytes, source: str) -> Diagnostic | None:
    """Report bytes that are not UTF-8 and escapes of half a surrogate pair.  ASCII is seen at memory speed."""
    is_json = bytes(data[:64]).lstrip()[:1] in {b"{", b"["}
    for at in range(0, len(data), CHUNK):
        piece = bytes(data[at : at + CHUNK])
        if not piece.isascii():
            start, whole = _whole_characters(data, at, at + len(piece))
            try:
                whole.decode()
            except UnicodeDecodeError as error:
                return refusal("RW1004", source, "the document is not valid UTF-8", start + error.start)
        if is_json and b"\\" in piece:
            # an escape may reach into the next piece
            reach = piece + bytes(data[at + CHUNK : at + CHUNK + 4])
            if b"\\u" in reach and _SURROGATE.search(reach):
                return _check_escapes(data, source)
    return None


_SURROGATE = deferred(rb"\\u[dD][89a-fA-F]")


def _check_escapes(data: Bytes, source: str) -> Diagnostic | None:
    """Check every escape of a document that has surrogates among them."""
    high = -1
    for found in _ESCAPE.finditer(data):
        code = int(found[1], 16) if found[1] else 0
        paired = high >= 0 and found.start() == high + 6 and 0xDC00 <= code <= 0xDFFF
        if high >= 0 and not paired:
            return _half(high, source)
        if 0xDC00 <= code <= 0xDFFF and not paired:
            return _half(found.start(), source)
        high = found.start() if 0xD800 <= code <= 0xDBFF else -1
    return _half(high, source) if high >= 0 else None


def _half(at: int, source: str) -> Diagnostic:
    """The diagnostic for half of a surrogate pair."""
    return refusal("RW1004", source, "an escape names half of a surrogate pair", at)
