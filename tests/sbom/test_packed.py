"""Compressed documents: what comes out, bombs, and streams that break off."""

from __future__ import annotations

import gzip
import lzma
import resource
from collections.abc import Callable

import pytest

from rulewright import sbom

BOM = b'{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"a"}]}'


def _zstandard(data: bytes) -> bytes:
    zstandard = pytest.importorskip("zstandard")
    packed = zstandard.ZstdCompressor(write_checksum=True).compress(data)
    assert isinstance(packed, bytes)
    return packed


PACKERS: list[Callable[[bytes], bytes]] = [
    lambda data: gzip.compress(data, 1, mtime=0),
    lambda data: lzma.compress(data, preset=0),
    _zstandard,
]
each = pytest.mark.parametrize("pack", PACKERS, ids=["gzip", "xz", "zstd"])


def code(data: bytes) -> str:
    found = sbom.read(data, "a")
    assert isinstance(found, tuple)
    return found[0].code


@each
def test_a_document_and_its_parts_in_members(pack: Callable[[bytes], bytes]) -> None:
    for data in (pack(BOM), pack(BOM[:20]) + pack(BOM[20:])):
        found = sbom.read(data, "a")
        assert isinstance(found, sbom.Document)
        assert found.tables["component"].rows == 1


@each
def test_a_bomb_is_refused_at_the_bound(pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(bytes(70 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert code(bomb) == "RW1003"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 160 << 10


@each
def test_a_stream_that_breaks_off_or_is_damaged(pack: Callable[[bytes], bytes]) -> None:
    packed = pack(BOM * 50)
    assert code(packed[:-3]) == "RW1009"
    assert code(packed[: len(packed) // 2]) == "RW1009"
    middle = len(packed) // 2
    assert code(packed[:middle] + bytes([packed[middle] ^ 0xFF]) + packed[middle + 1 :]) in {"RW1009", "RW1003"}
    assert code(packed + b"tail") in {"RW1009", "RW1002"}
