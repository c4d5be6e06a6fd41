"""Archives (zip, tar, compressed tar, OCI layouts in them): the documents inside, found by their content.

Nothing is written to disk.  A name that leads out of the archive is a sign of an attack and refuses it whole; links and
special files are never followed; archives within archives are not opened.
Guarantees: every file of the archive is a member, or counted among those that are no documents; the bytes of all members
together are bounded while they are unpacked.  It reads no document.
"""

from __future__ import annotations

import io
import re
import struct
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.sbom import packed
from rulewright.sbom.findings import NOTE, WARNING, Findings, refusal, shown
from rulewright.sbom.limits import MAX_MEMBERS
from rulewright.sbom.text import Bytes, Input

if TYPE_CHECKING:
    import zipfile

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ZIP_HEADER = 30
"""Bytes before the name of a file (APPNOTE 6.3.10, section 4.3.7)."""
_TAR_AT, _TAR = 257, b"ustar"
_HEAD = 4096
_STEP = 1 << 20
_BEGINS = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*[\[{<]|\x0a[\x03\x04]1\.|\x1f\x8b|\xfd7zXZ|\x28\xb5\x2f\xfd"
)
_MARKS = re.compile(
    rb"bomFormat|spdxVersion|SPDXVersion:|SPDXID|cyclonedx\.org|openvex\.dev|csaf_version|spdx\.org|rulewright-facts/1|"
    rb"payloadType|in-toto\.io|^spec_version:", re.MULTILINE,
)  # fmt: skip


class Member(msgspec.Struct, frozen=True):
    """A file of an archive that may be a document."""

    name: str
    data: bytes


class Opened(msgspec.Struct, frozen=True):
    """The members of an archive and what is to be said of the others."""

    kind: str
    members: tuple[Member, ...]
    findings: tuple[Diagnostic, ...]


class _RefusedError(Exception):
    """The archive is not read; the argument is the diagnostic."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def kind_of(data: Input) -> str | None:
    """`zip`, `tar` or `tar` compressed; `None` for what is no archive."""
    head = bytes(data[:512])
    if head.startswith(_ZIP):
        return "zip"
    compressed = packed.kind_of(head)
    if compressed:
        view = data if isinstance(data, bytes) else memoryview(data)
        head = packed.peek(view, compressed, 512)
    return "tar" if head[_TAR_AT : _TAR_AT + 5] == _TAR else None


def unfold(data: Input, name: str) -> Opened | Diagnostic:
    """The members of an archive."""
    kind = kind_of(data)
    plain: Bytes = data if isinstance(data, bytes) else memoryview(data)
    if kind == "tar" and (compressed := packed.kind_of(plain)):
        unpacked = packed.unpack(plain, compressed, name)
        if isinstance(unpacked, Diagnostic):
            return unpacked
        plain = unpacked
    others: Counter[str] = Counter()
    try:
        files = _zip(plain, others) if kind == "zip" else _tar(plain, others)
        members = tuple(Member(path, content) for path, content in files if _kept(path, content, others))
    except _RefusedError as error:
        return refusal(error.code, name, str(error))
    return Opened(kind or "", members, said(name, others))


def _kept(path: str, content: bytes, others: Counter[str]) -> bool:
    """Whether a file may be a document; what is none is counted."""
    del path
    if may_be_document(content):
        return True
    others["no documents" if kind_of(content) is None else "archives"] += 1
    return False


def may_be_document(data: Input) -> bool:
    """Whether bytes may be one of the documents that are read: a broken one may be, so that it is not passed over."""
    head = bytes(data[:_HEAD])
    if compressed := packed.kind_of(head):  # what is damaged further on is still that document
        head = packed.peek(data if isinstance(data, bytes) else memoryview(data), compressed, _HEAD)
    plain = head.replace(b"\0", b"") if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else head
    if _MARKS.search(plain) and head[_TAR_AT : _TAR_AT + 5] != _TAR:
        return True
    head = bytes(data[:_HEAD])
    if not _BEGINS.match(head):
        return False
    from rulewright.sbom.formats import sniff

    found = sniff(data)
    return not isinstance(found, Diagnostic) or found.code not in {"RW1002", "RW1004", "RW1007", "RW1009"}


def said(name: str, others: Counter[str]) -> tuple[Diagnostic, ...]:
    """One finding for each kind of file that is not read."""
    findings = Findings(name)
    texts = {
        "no documents": (NOTE, "{} of the files are no documents that are read here"),
        "archives": (WARNING, "{} of the files are archives themselves, which are not opened"),
        "archives in a folder": (WARNING, "{} of the files are archives, which are not opened here: name them"),
        "links": (WARNING, "{} of the entries are links or special files, which are not followed"),
        "encrypted": (WARNING, "{} of the files are encrypted and cannot be read"),
    }
    for key, (severity, text) in texts.items():
        if others[key]:
            findings.add("RW1027", severity, text.format(others[key]))
    return findings.sorted()


def _checked(path: str) -> str:
    """A member's name.  Raises `_RefusedError` where it leads out of the archive."""
    parts = path.replace("\\", "/").split("/")
    if path.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", path):
        raise _RefusedError("RW1026", f"the name `{shown(path)}` leads out of the archive")
    return path.removeprefix("./")


_BROKEN = (EOFError, OSError, ValueError, LookupError, ArithmeticError, struct.error)
"""What the standard library's readers raise on damaged archives beside their own errors."""


class _Budget:
    """Counts files and bytes against their bounds."""

    def __init__(self, size: int) -> None:
        self.bytes, self.files = packed.limit(size), MAX_MEMBERS

    def file(self) -> None:
        """One more file."""
        self.files -= 1
        if self.files < 0:
            raise _RefusedError("RW1003", f"the archive has more than {MAX_MEMBERS} files")

    def take(self, stream: io.BufferedIOBase) -> bytes:
        """All bytes of a file."""
        out = bytearray()
        while piece := stream.read(min(_STEP, self.bytes + 1)):
            out += piece
            self.bytes -= len(piece)
            if self.bytes < 0:
                raise _RefusedError("RW1003", "the archive unpacks to more than the bound")
        return bytes(out)


def _zip(data: Bytes, others: Counter[str]) -> Iterator[tuple[str, bytes]]:
    import lzma
    import zipfile
    import zlib

    budget = _Budget(len(data))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            _without_overlap(opened.infolist())
            for entry in opened.infolist():
                budget.file()
                path = _checked(entry.filename)
                if entry.is_dir():
                    continue
                if entry.external_attr >> 28 not in {0, 8}:  # a Unix mode that is no regular file's
                    others["links"] += 1
                elif entry.flag_bits & 1:
                    others["encrypted"] += 1
                else:
                    with opened.open(entry) as stream:
                        yield path, budget.take(stream)  # type: ignore[arg-type]  # it has `read`
    except (*_BROKEN, zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError) as error:
        raise _RefusedError("RW1009", f"the archive is damaged: {shown(str(error), 80).lower()}") from error


def _without_overlap(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive of too many files, or one whose files share bytes: so does a bomb that is small when packed."""
    if len(entries) > MAX_MEMBERS:
        raise _RefusedError("RW1003", f"the archive has more than {MAX_MEMBERS} files")
    end = 0
    for start, size in sorted((entry.header_offset, entry.compress_size) for entry in entries):
        if start < end:
            raise _RefusedError("RW1003", "files of the archive share bytes, as they do in a bomb")
        end = start + _ZIP_HEADER + size


def _tar(data: Bytes, others: Counter[str]) -> Iterator[tuple[str, bytes]]:
    import tarfile

    budget = _Budget(len(data))
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as opened:
            for entry in opened:
                budget.file()
                path = _checked(entry.name)
                if entry.isdir():
                    continue
                stream = opened.extractfile(entry) if entry.isreg() else None
                if stream is None:
                    others["links"] += 1
                else:
                    yield path, budget.take(stream)  # type: ignore[arg-type]  # it has `read`
            if bytes(data[opened.offset :]).strip(b"\0"):  # the library takes a spoilt header for the end
                raise _RefusedError("RW1009", "the archive is damaged: what follows its last file cannot be read")
    except (*_BROKEN, tarfile.TarError, RecursionError) as error:
        raise _RefusedError("RW1009", f"the archive is damaged: {shown(str(error), 80).lower()}") from error
