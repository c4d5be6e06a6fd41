"""Compressed documents: gzip, xz and Zstandard, unpacked within bounds.

Guarantees: output and ratio are bounded while a stream is unpacked, so a bomb costs no more memory than the bound; a
stream that breaks off or fails its check sum is refused.  It does not look at what comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rulewright.diagnostics import Diagnostic
from rulewright.sbom.findings import refusal
from rulewright.sbom.limits import FREE_BYTES, MAX_BYTES, MAX_FREE_RATIO, MAX_RATIO, MAX_WINDOW, MAX_XZ_MEMORY

Bytes = bytes | memoryview
_STEP = 1 << 16
_FEED = 512
"""Bytes given to Zstandard at once: four bytes may become 128 KiB (RFC 8878, section 3.1.1.2)."""
_MAGIC = {b"\x1f\x8b": "gzip", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "Zstandard"}
KINDS = tuple(_MAGIC.values())


class _DamagedError(Exception):
    """A stream cannot be unpacked; the message says why."""


def kind_of(data: Bytes) -> str | None:
    """How the bytes are compressed, by their first ones."""
    head = bytes(data[:6])
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)


def unpack(data: Bytes, kind: str, source: str) -> bytes | Diagnostic:
    """Unpack a stream of one or more members."""
    out = bytearray()
    bound = limit(len(data))
    try:
        for piece in _UNPACKERS[kind](data):
            out += piece
            if len(out) > bound:
                return refusal("RW1003", source, f"the {kind} stream unpacks to more than {bound} bytes")
    except _DamagedError as error:
        return refusal("RW1009", source, f"the {kind} stream {error}")
    except ModuleNotFoundError:
        return refusal(
            "RW1021",
            source,
            f"unpacking {kind} needs a library that is not installed",
            0,
            "install `rulewright[documents]`",
        )
    return bytes(out)


def peek(data: Bytes, kind: str, size: int) -> bytes:
    """The first bytes of what a stream holds; fewer where it is damaged."""
    out = b""
    try:
        for piece in _UNPACKERS[kind](data):
            out += piece
            if len(out) >= size:
                break
    except (_DamagedError, ModuleNotFoundError):
        pass
    return out[:size]


def limit(size: int) -> int:
    """How many bytes `size` packed ones may become."""
    return min(MAX_BYTES, max(1 << 20, min(FREE_BYTES, size * MAX_FREE_RATIO), size * MAX_RATIO))


def _gzip(data: Bytes) -> Iterator[bytes]:
    import zlib

    rest: Bytes = data
    while rest:
        member = zlib.decompressobj(wbits=31)
        feed = rest
        try:
            while not member.eof:
                yield member.decompress(feed, _STEP)
                feed = member.unconsumed_tail
                if not feed and not member.eof:
                    raise _DamagedError("breaks off")  # a word of a message
        except zlib.error as error:
            raise _DamagedError(f"is damaged: {str(error).partition(': ')[2] or 'bad data'}") from error
        rest = member.unused_data


def _xz(data: Bytes) -> Iterator[bytes]:
    import lzma

    rest = bytes(data)
    while rest.strip(b"\0"):  # members may be padded (xz file format, 2.2)
        member = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_XZ_MEMORY)
        feed = rest
        try:
            while not member.eof:
                piece = member.decompress(feed, _STEP)
                feed = b""
                yield piece
                if not piece and member.needs_input:
                    raise _DamagedError("breaks off")  # a word of a message
        except lzma.LZMAError as error:
            raise _DamagedError(f"is damaged: {str(error).lower()}") from error
        rest = member.unused_data


def _zstandard(data: Bytes) -> Iterator[bytes]:
    import zstandard

    rest: Bytes = data
    unpacker = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
    try:
        while rest:
            member = unpacker.decompressobj()
            at = 0
            while not member.eof:
                if at >= len(rest):
                    raise _DamagedError("breaks off")  # a word of a message
                yield member.decompress(rest[at : at + _FEED])
                at += _FEED
            rest = rest[min(at, len(rest)) - len(member.unused_data) :]
    except zstandard.ZstdError as error:
        raise _DamagedError(f"is damaged: {str(error).rpartition(': ')[2].lower()}") from error


_UNPACKERS: dict[str, Callable[[Bytes], Iterator[bytes]]] = {"gzip": _gzip, "xz": _xz, "Zstandard": _zstandard}
