"""The container: archives that unpack elsewhere, or say two things at once, or are not of the one form."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from rulewright.attest import limits
from tests.attest import good
from tests.attest.corpus import make
from tests.attest.corpus.case import Group, Inputs, given

GROUP = Group("container", "Container")
case = GROUP.case
SLIP = "Zip Slip"
TWO = "two readings of one archive"
DAY = 0x0021


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A member as it is written, with every field that could be another one."""

    name: bytes
    data: bytes
    listed: bytes | None = None
    """The name in the table at the end, where it is another one."""
    method: int = 0
    flags: int = 0
    mode: int = 0o100644
    extra: bytes = b""
    comment: bytes = b""
    date: int = DAY
    crc: int | None = None
    size: int | None = None
    """The size before it was packed."""
    gap: bytes = b""
    """Bytes before the member."""


def archive(entries: list[Entry], comment: bytes = b"", count: int | None = None) -> bytes:
    """An archive of members in this order, not of the one form unless everything is as it should be."""
    body, table = b"", b""
    for one in entries:
        crc = zlib.crc32(one.data) if one.crc is None else one.crc
        size = len(one.data) if one.size is None else one.size
        body += one.gap
        at = len(body)
        body += struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, one.flags, one.method, 0, one.date, crc, len(one.data), size, len(one.name), len(one.extra))  # fmt: skip
        body += one.name + one.extra + one.data
        name = one.name if one.listed is None else one.listed
        table += struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 3 << 8 | 20, 20, one.flags, one.method, 0, one.date, crc, len(one.data), size, len(name), 0, len(one.comment), 0, 0, one.mode << 16, at)  # fmt: skip
        table += name + one.comment
    number = len(entries) if count is None else count
    return body + table + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, number, number, len(table), len(body), len(comment)) + comment  # fmt: skip


def entries(more: Mapping[bytes, bytes] | None = None) -> list[Entry]:
    """The members of the good bundle and more, sorted."""
    listed = {name.encode(): data for name, data in make.members().items()} | dict(more or {})
    return [Entry(name=name, data=listed[name]) for name in sorted(listed)]


def changed(name: str, **changes: Any) -> list[Entry]:
    """The members, one of them written otherwise."""
    return [msgspec.structs.replace(one, **changes) if one.name == name.encode() else one for one in entries()]


def added(name: bytes) -> Inputs:
    """A further member, everything else in the one form."""
    return given(archive(entries({name: b"echo owned\n"})))


GROUP.each(
    "unreadable",
    "RW4003",
    [
        ("traversal", "A member is called `../../etc/cron.d/x`.", b"../../etc/cron.d/x"),
        ("traversal-inside", "A member is called `views/../../x`.", b"views/../../x"),
        ("dot", "A member is called `views/./report.html`.", b"views/./report.html"),
        ("absolute", "A member is called `/etc/passwd`.", b"/etc/passwd"),
        ("drive", "A member is called `C:\\x`.", b"C:\\x"),
        ("backslash", "A member is called `views\\report.html`.", b"views\\report.html"),
        ("unc", "A member is called `\\\\host\\share`.", b"\\\\host\\share"),
        ("nul", "The name of a member holds a NUL.", b"views/report.html\x00.exe"),
        ("right-to-left", "The name of a member holds U+202E.", "views/\u202egpj.exe".encode()),
        ("terminal", "The name of a member holds a terminal's escape sequence.", b"views/\x1b[2Jx"),
        ("newline", "The name of a member ends with a newline.", b"views/report.html\n"),
        ("homoglyph", "The name of a member holds a Cyrillic letter.", "views/rep\u043ert.html".encode()),
        ("latin-1", "The name of a member is in Latin-1.", b"views/caf\xe9.html"),
        ("capitals", "A member is called `Root.dsse.json`, which some file systems take for the root.", b"Root.dsse.json"),
        ("capitals-of-results", "A member is called `RESULTS.JSON`.", b"RESULTS.JSON"),
        ("trailing-dot", "A member is called `root.dsse.json.`, from which some systems cut the dot.", b"root.dsse.json."),
        ("trailing-space", "A member is called `root.dsse.json `.", b"root.dsse.json "),
        ("stream", "A member is called `root.dsse.json:x`.", b"root.dsse.json:x"),
        ("device", "A member is called `aux`.", b"aux"),
        ("folder", "A member is a folder.", b"views/"),
        ("hidden", "A member is called `.bashrc`.", b".bashrc"),
        ("two-slashes", "A member is called `views//x`.", b"views//x"),
        ("empty-name", "A member has no name.", b""),
        ("long-name", "The name of a member has 121 characters.", b"views/" + b"x" * 115),
        ("very-long-name", "The name of a member has 60,000 characters.", b"views/" + b"x" * 59_994),
        ("deep-folder", "A member stands in a folder of the views.", b"views/a/b.html"),
        ("executable", "The bundle holds `setup.exe`.", b"setup.exe"),
        ("named-input", "An input is called by its file's name.", b"inputs/sbom.json"),
        ("input-in-capitals", "An input is called by its digest in capitals.", b"inputs/" + b"A" * 64),
        ("fourth-statement", "There is a fourth derived statement.", b"statements/slsa.dsse.json"),
        ("token-of-five-digits", "A timestamp is called `00001`.", b"time/00001.tsr"),
        ("second-proof", "There is a second proof of a log.", b"log/proof2.tlog-proof"),
        ("second-root", "There is a second root.", b"root2.dsse.json"),
    ],
    added,
    precedent=SLIP,
)  # fmt: skip


@case("unreadable", "RW4003", precedent=TWO)
def two_roots() -> Inputs:
    """Two members are called `root.dsse.json`, the good one first."""
    listed = entries()
    root = next(one for one in listed if one.name == b"root.dsse.json")
    return given(archive(sorted([*listed, msgspec.structs.replace(root, data=b"{}")], key=lambda one: one.name)))


@case("unreadable", "RW4003", precedent=TWO)
def the_same_member_twice() -> Inputs:
    """The seed stands twice, with the same bytes."""
    listed = entries()
    return given(archive(sorted([*listed, *(one for one in listed if one.name == b"seed.json")], key=lambda one: one.name)))  # fmt: skip


ROOT = "root.dsse.json"
README = make.members()["readme.txt"]
PACKED = zlib.compressobj(9, zlib.DEFLATED, -15)
BOMB = PACKED.compress(bytes(50_000_000)) + PACKED.flush()
GROUP.each(
    "unreadable",
    "RW4001",
    [
        ("symbolic-link", "The report is a symbolic link.", lambda: archive(changed("views/report.md", mode=0o120777))),
        ("executable-mode", "A member may be run.", lambda: archive(changed("readme.txt", mode=0o100755))),
        ("no-mode", "A member has no mode.", lambda: archive(changed("readme.txt", mode=0))),
        ("compressed", "A member is compressed.", lambda: archive(changed("readme.txt", method=8, data=b"\x03\x00", size=0, crc=0))),
        ("bomb", "A member unfolds to 50 MB.", lambda: archive(changed("readme.txt", method=8, data=BOMB, size=50_000_000, crc=0))),
        ("bomb-of-a-claim", "A member claims to unfold to 4 GB.", lambda: archive(changed("readme.txt", size=2**32 - 1))),
        ("encrypted", "A member is said to be encrypted.", lambda: archive(changed("readme.txt", flags=1))),
        ("data-descriptor", "A member is said to have its size behind it.", lambda: archive(changed("readme.txt", flags=8))),
        ("utf-8-flag", "A member's name is said to be UTF-8.", lambda: archive(changed("readme.txt", flags=0x800))),
        ("extra-field", "A member has an extra field.", lambda: archive(changed("readme.txt", extra=b"\x55\x54\x05\x00\x03\x00\x00\x00\x00"))),
        ("member-comment", "A member has a comment.", lambda: archive(changed("readme.txt", comment=b"x"))),
        ("archive-comment", "The archive has a comment.", lambda: archive(entries(), comment=b"x")),
        ("comment-with-an-archive", "The comment of the archive holds an end of its own.", lambda: archive(entries(), comment=b"PK\x05\x06" + bytes(18))),
        ("another-date", "A member has another date.", lambda: archive(changed("readme.txt", date=DAY + 1))),
        ("wrong-crc", "The checksum of a member is wrong.", lambda: archive(changed("readme.txt", crc=1))),
        ("another-name-in-the-table", "A member has another name in the table at the end.", lambda: archive(changed("readme.txt", listed=b"setup.exe!"))),
        ("gap", "Bytes stand between two members.", lambda: archive(changed("readme.txt", gap=b"MZ"))),
        ("hidden-member", "A member stands in the archive and not in its table.", lambda: archive(changed("results.json", gap=archive([Entry(name=b"x", data=b"y")])[:32]))),
        ("unsorted", "The members are in another order.", lambda: archive(entries()[::-1])),
        ("swapped", "Two members are exchanged.", lambda: archive([*entries()[1::-1], *entries()[2:]])),
        ("fewer-counted", "The end counts one member less.", lambda: archive(entries(), count=len(entries()) - 1)),
        ("more-counted", "The end counts one member more.", lambda: archive(entries(), count=len(entries()) + 1)),
        ("none-counted", "The end counts no member.", lambda: archive(entries(), count=0)),
        ("no-root", "There is no root.", lambda: make.pack({ROOT: None})),
        ("empty-archive", "The archive is empty.", lambda: archive([])),
        ("nothing", "The file is empty.", lambda: b""),
        ("cut-off", "The last byte is missing.", lambda: make.pack({})[:-1]),
        ("cut-in-half", "The second half is missing.", lambda: make.pack({})[:30_000]),
        ("trailing-byte", "A byte follows.", lambda: make.pack({}) + b"\n"),
        ("leading-byte", "A byte stands before.", lambda: b"\n" + make.pack({})),
        ("self-extracting", "A program stands before the archive.", lambda: b"MZ" + bytes(510) + make.pack({})),
        ("two-archives", "Two archives follow on each other.", lambda: make.pack({}) * 2),
        ("mail-gateway", "Line ends of `readme.txt` were changed on the way.", lambda: make.pack({}).replace(README, README.replace(b"\n", b"\r\n"))),
        ("envelope-after-a-space", "A space stands before an envelope.", lambda: b" " + make.members()[ROOT]),
        ("envelope-after-a-mark", "A byte order mark stands before an envelope.", lambda: b"\xef\xbb\xbf" + make.members()[ROOT]),
        ("json-lines", "The file is a list of envelopes.", lambda: b"[" + make.members()[ROOT] + b"]"),
        ("gzip", "The bundle is compressed as a whole.", lambda: zlib.compress(make.pack({}), wbits=31)),
        ("pdf", "The file is a PDF.", lambda: b"%PDF-1.7\n" + bytes(1000)),
        ("several-disks", "The archive is said to lie on two disks.", lambda: _end(make.pack({}), 4, b"\x01\x00")),
        ("table-elsewhere", "The table is said to begin elsewhere.", lambda: _end(make.pack({}), 16, b"\x00\x00\x00\x00")),
        ("table-longer", "The table is said to be longer.", lambda: _end(make.pack({}), 12, b"\xff\xff\x00\x00")),
        ("zip64", "The end says that there is a second end, for large archives.", lambda: _end(make.pack({}), 16, b"\xff\xff\xff\xff")),
    ],
    lambda build: given(build()),
    precedent=TWO,
)  # fmt: skip


def _end(data: bytes, at: int, field: bytes) -> bytes:
    """A field of the end changed."""
    place = len(data) - 22 + at
    return data[:place] + field + data[place + len(field) :]


def _library(write: Callable[[io.BytesIO], None]) -> bytes:
    made = io.BytesIO()
    write(made)
    return made.getvalue()


def _zipped(made: io.BytesIO) -> None:
    with zipfile.ZipFile(made, "w") as whole:
        for name, data in sorted(make.members().items()):
            whole.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)


def _tarred(made: io.BytesIO) -> None:
    with tarfile.open(fileobj=made, mode="w") as whole:
        whole.addfile(tarfile.TarInfo(ROOT), io.BytesIO())


@case("unreadable", "RW4001", precedent=TWO)
def packed_by_another_program() -> Inputs:
    """The members are packed again by Python's `zipfile`, in order and without compression."""
    return given(_library(_zipped))


@case("unreadable", "RW4001")
def tar() -> Inputs:
    """The bundle is a tar archive."""
    return given(_library(_tarred))


@case("unreadable", "RW4002")
def members_claimed() -> Inputs:
    """The end counts 5,000 members."""
    return given(archive(entries(), count=5000))


@case("unreadable", "RW4002")
def members_too_many() -> Inputs:
    """The archive has 4,097 members."""
    more = {b"views/%05d" % number: b"" for number in range(limits.MEMBERS + 1)}
    return given(archive([Entry(name=name, data=data) for name, data in sorted(more.items())]))


@case("unreadable", "RW4002", precedent="CVE-2025-66564; sigstore-python: 32 timestamps")
def tokens_too_many() -> Inputs:
    """33 timestamps."""
    return given(make.pack({f"time/{number}.tsr": b"x" for number in range(limits.TOKENS + 1)}))


@case("valid")
def the_one_form() -> Inputs:
    """The archive is written by the means of these cases, in the one form."""
    assert archive(entries()) == make.pack({})
    return given(archive(entries()))


@case("valid")
def what_is_for_people() -> Inputs:
    """`readme.txt` and `verify.html` are other ones: they are not judged, and must not be relied on."""
    return given(make.pack({"readme.txt": b"all is well", "verify.html": b"<p>valid</p>"}))


@case("invalid", "RW4067")
def an_oscal_signature_of_nothing() -> Inputs:
    """A signature in the form of compliance-trestle is none."""
    return given(make.pack({"statements/oscal-x.dsse.json": b"{}"}))


FULL = good.bundle
GROUP.add("the-good-bundle", "The good bundle with all its documents.", "valid", "", lambda: given(FULL()))
