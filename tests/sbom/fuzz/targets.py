"""The readers as targets: seeds, ways to spoil, ways to pack, and what has to hold of every answer.

Guarantees: `exercise` raises where an answer breaks a promise: an exception, a receipt that does not balance, a refusal
without an error, a fact that cannot be asked for, more than `MARK` seconds of CPU.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import lzma
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from rulewright.diagnostics import Diagnostic
from rulewright.sbom import Document, archive, read
from rulewright.sbom.statements import Statements
from tests.sbom.corpus_index import entries
from tests.sbom.fuzz import mutations, seeds
from tests.sbom.fuzz.mutations import Spoiler
from tests.sbom.samples import use_everything

MARK = 1.0
SMALL = 12_000
"""Bytes of files of the corpus that are taken as seeds."""
Packer = Callable[[bytes, Random], bytes]


def _plain(data: bytes, _chance: Random) -> bytes:
    return data


@dataclass(frozen=True, slots=True)
class Target:
    """A reader: its seeds, its formats in the corpus, how its documents are spoilt and how they are packed afterwards."""

    name: str
    seeds: Callable[[], list[bytes]]
    formats: tuple[str, ...]
    spoil: Spoiler
    pack: Packer = _plain
    through: float = 0.75
    """How often the structure is spoilt, and not the bytes."""


# --- packing


def _dsse(data: bytes, chance: Random) -> bytes:
    """A document in an in-toto statement, in an envelope, in a bundle; each of them spoilt now and then."""
    predicate = data.decode("utf-8", "replace")
    try:
        held: object = json.loads(predicate)
    except (ValueError, RecursionError):
        held = predicate
    if chance.random() < 0.2:
        held = {"Data": chance.choice((held, predicate))}
    statement = json.dumps(
        {"_type": "https://in-toto.io/Statement/v1", "predicateType": "x", "predicate": held}
    ).encode()
    if chance.random() < 0.2:
        statement = mutations.spoil_json(statement, chance)
    for _ in range(chance.choice((0, 1, 1, 1, 2, 5))):
        text = base64.b64encode(statement).decode()
        statement = json.dumps(
            {"payloadType": "application/vnd.in-toto+json", "payload": text, "signatures": [{"sig": "x"}]}
        ).encode()
        if chance.random() < 0.2:
            statement = mutations.spoil_json(statement, chance)
    return b'{"dsseEnvelope":' + statement + b"}" if chance.random() < 0.1 else statement


def _squeezed(data: bytes, chance: Random) -> bytes:
    """A compressed document, the stream spoilt half of the time."""
    import zstandard

    packed: bytes = chance.choice((
        lambda: gzip.compress(data, 1, mtime=0), lambda: lzma.compress(data, preset=0),
        lambda: zstandard.ZstdCompressor(level=1).compress(data),
    ))()  # fmt: skip
    return mutations.scramble(packed, chance) if chance.random() < 0.5 else packed


NAMES = ("a.json", "b/c.xml", "../x", "/etc/passwd", "C:\\x", "a" * 300, "é", "./d", "a\0b", "", "dir/")


def _archived(data: bytes, chance: Random) -> bytes:
    """An archive with the document and others, spoilt half of the time."""
    out = io.BytesIO()
    names = [chance.choice(NAMES[:3] if chance.random() < 0.8 else NAMES) for _ in range(chance.randrange(1, 4))]
    if chance.random() < 0.5:
        with zipfile.ZipFile(out, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as made:
            for name in sorted(set(names)):
                entry = zipfile.ZipInfo(name)
                entry.external_attr = chance.choice((0, 0o100644, 0o120777)) << 16
                made.writestr(entry, data)
    else:
        with tarfile.open(fileobj=out, mode="w", format=chance.choice((tarfile.PAX_FORMAT, tarfile.GNU_FORMAT))) as tar:
            for name in names:
                info = tarfile.TarInfo(name.replace("\0", ""))
                info.type = chance.choice(
                    (tarfile.REGTYPE, tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE)
                )
                info.size, info.linkname = (len(data) if info.type == tarfile.REGTYPE else 0), "/etc/passwd"
                tar.addfile(info, io.BytesIO(data) if info.type == tarfile.REGTYPE else None)
    packed = out.getvalue()
    if chance.random() < 0.5:
        packed = mutations.scramble(packed, chance)
    return _squeezed(packed, chance) if chance.random() < 0.3 else packed


TARGETS = {
    t.name: t
    for t in (
        Target("cyclonedx-json", seeds.cyclonedx, ("cyclonedx-json",), mutations.spoil_json),
        Target("cyclonedx-xml", lambda: [seeds.XML], ("cyclonedx-xml",), mutations.spoil_xml),
        Target("cyclonedx-protobuf", lambda: [seeds.protobuf()], ("cyclonedx-protobuf",), mutations.spoil_wire),
        Target("cyclonedx-textproto", lambda: [seeds.TEXTPROTO], ("cyclonedx-textproto",), mutations.spoil_lines),
        Target("spdx2-json", seeds.spdx2, ("spdx-json",), mutations.spoil_json),
        Target("spdx2-tag-value", lambda: [seeds.TAG_VALUE], ("spdx-tagvalue",), mutations.spoil_lines),
        Target("spdx2-yaml", lambda: [seeds.YAML], ("spdx-yaml",), mutations.spoil_lines, through=0.5),
        Target("spdx2-xml", lambda: [seeds.SPDX_XML], ("spdx-xml",), mutations.spoil_xml),
        Target("spdx2-rdf", lambda: [seeds.RDF], ("spdx-rdf",), mutations.spoil_xml),
        Target("spdx3", seeds.spdx3, ("spdx3-jsonld",), mutations.spoil_json),
        Target("openvex", lambda: [seeds.OPENVEX], ("openvex-json",), mutations.spoil_json),
        Target("csaf", lambda: [seeds.CSAF], ("csaf-json",), mutations.spoil_json),
        Target("envelope", lambda: [*seeds.cyclonedx()[1:], seeds.OPENVEX, seeds.spdx3()[1]], (), mutations.spoil_json, _dsse),
        Target("compressed", lambda: [seeds.XML, seeds.YAML], (), mutations.scramble, _squeezed),
        Target("archive", lambda: [seeds.XML, seeds.OPENVEX], (), mutations.scramble, _archived),
    )
}  # fmt: skip


@cache
def _corpus(shared: Path, formats: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(e.path.read_bytes() for e in entries(shared, *formats) if 0 < e.path.stat().st_size <= SMALL)


def spoilt(target: Target, seed: str, shared: Path | None = None) -> Iterator[bytes]:
    """Spoilt documents without end; those of the corpus are seeds too where it is given."""
    known = target.seeds()
    if shared is not None and target.formats:
        known = [*known * 5, *_corpus(shared, target.formats)]
    number = 0
    while True:
        chance = Random(f"{target.name} {seed} {number}")
        data = chance.choice(known)
        if chance.random() < 0.98:
            data = (target.spoil if chance.random() < target.through else mutations.scramble)(data, chance)
        yield target.pack(data, chance)
        number += 1


# --- what has to hold


def exercise(data: bytes, *, timed: bool = True) -> str:
    """Read and use a document; returns what kind of answer it was.  Raises where a promise is broken."""
    start = time.process_time()
    said = _archive(data) if archive.kind_of(data) else _document(data)
    spent = time.process_time() - start
    assert not timed or spent < MARK, f"{spent:.2f} s"
    return said


def _archive(data: bytes) -> str:
    opened = archive.unfold(data, "given")
    if isinstance(opened, Diagnostic):
        assert opened.is_error
        return f"archive refused: {opened.code}"
    for member in opened.members:
        _document(member.data)
    return "archive"


def _document(data: bytes) -> str:
    found = read(data, "given")
    if isinstance(found, tuple):
        assert found
        assert all(d.is_error and d.message and d.code != "RW1001" for d in found), found
        return f"refused: {found[0].code}"
    assert [row for row in found.receipt if row[1] != row[2]] == [], found.receipt
    if isinstance(found, Statements):
        found.judged()
        assert all(s.pointer for s in found.statements)
        return "statements"
    _use(found)
    return "document"


def _use(found: Document) -> None:
    use_everything(found)
    found.external()
    found.unused()
    said = found.judged()
    assert not any(d.is_error for d in said), [d for d in said if d.is_error]
    for d in said:
        d.sort_key()
        assert d.message.isprintable(), d.message
