"""Images of root file systems: tar and cpio, whole, damaged and hostile."""

from __future__ import annotations

import io
import struct
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.devices import images
from rulewright.devices.images import ImageError
from rulewright.devices.tree import Tree

Entry = tuple[str, int, bytes]
FILES: list[Entry] = [
    ("etc", 0o040755, b""), ("etc/passwd", 0o100644, b"root:x:0:0::/:/bin/sh\n"), ("bin/sh", 0o120777, b"busybox"),
    ("bin/busybox", 0o100755, b"\x7fELF"), ("dev/null", 0o020666, b""), ("run/p", 0o010600, b""),
]  # fmt: skip


def newc(entries: list[Entry], magic: str = "070701") -> bytes:
    out = bytearray()
    for number, (name, mode, data) in enumerate([*entries, ("TRAILER!!!", 0, b"")]):
        raw = name.encode() + b"\0"
        numbers = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(raw), 0)
        out += magic.encode() + "".join(f"{n:08x}" for n in numbers).encode() + raw
        out += b"\0" * (-len(out) % 4) + data
        out += b"\0" * (-len(out) % 4)
    return bytes(out)


def odc(entries: list[Entry]) -> bytes:
    out = bytearray()
    for number, (name, mode, data) in enumerate([*entries, ("TRAILER!!!", 0, b"")]):
        raw = name.encode() + b"\0"
        head = "".join(f"{n:06o}" for n in (0, number, mode, 0, 0, 1, 0))
        out += f"070707{head}{0:011o}{len(raw):06o}{len(data):011o}".encode() + raw + data
    return bytes(out)


def old(entries: list[Entry], order: str) -> bytes:
    out = bytearray()
    for number, (name, mode, data) in enumerate([*entries, ("TRAILER!!!", 0, b"")]):
        raw = name.encode() + b"\0"
        words = (0o070707, 0, number, mode, 0, 0, 1, 0, 0, 0, len(raw), len(data) >> 16, len(data) & 0xFFFF)
        out += struct.pack(f"{order}13H", *words) + raw + b"\0" * (len(raw) % 2) + data + b"\0" * (len(data) % 2)
    return bytes(out)


def tar(entries: list[Entry], extra: list[tarfile.TarInfo] | None = None) -> bytes:
    held = io.BytesIO()
    kinds = {
        0o04: tarfile.DIRTYPE,
        0o10: tarfile.REGTYPE,
        0o12: tarfile.SYMTYPE,
        0o02: tarfile.CHRTYPE,
        0o01: tarfile.FIFOTYPE,
    }
    with tarfile.open(fileobj=held, mode="w") as made:
        for name, mode, data in entries:
            info = tarfile.TarInfo(name)
            info.type, info.mode = kinds[mode >> 12], mode & 0o7777
            if info.type == tarfile.SYMTYPE:
                info.linkname = data.decode()
            elif info.type == tarfile.REGTYPE:
                info.size = len(data)
            made.addfile(info, io.BytesIO(data))
        for info in extra or []:
            made.addfile(info)
    return held.getvalue()


def read(data: bytes) -> Tree:
    kind = images.kind_of(data)
    assert kind is not None
    return images.read("image", data, kind)


@pytest.mark.parametrize(
    "data", [newc(FILES), newc(FILES, "070702"), odc(FILES), old(FILES, "<"), old(FILES, ">"), tar(FILES)],
    ids=["newc", "crc", "odc", "little", "big", "tar"],
)  # fmt: skip
def test_every_form_gives_the_same_tree(data: bytes) -> None:
    tree = read(data)
    kinds = {path: entry.kind for path, entry in tree.entries.items()}
    assert kinds == {
        "/": "folder", "/bin": "folder", "/bin/busybox": "file", "/bin/sh": "link", "/dev": "folder", "/dev/null": "device",
        "/etc": "folder", "/etc/passwd": "file", "/run": "folder", "/run/p": "other",
    }  # fmt: skip
    assert tree.read("/etc/passwd") == b"root:x:0:0::/:/bin/sh\n"
    assert tree.read("/bin/sh") == b"\x7fELF"
    assert tree.read("/dev/null") == b""
    assert tree.entries["/bin/busybox"].mode == 0o755


def test_archives_one_after_another_are_one_tree() -> None:
    tree = read(newc(FILES[:2]) + b"\0" * 512 + newc([("etc/passwd", 0o100600, b"later")]))
    assert tree.read("/etc/passwd") == b"later"


@pytest.mark.parametrize("make", [newc, odc, tar])
def test_names_that_lead_out_are_left_out(make: object) -> None:
    entries = [("../../outside", 0o100644, b"x"), ("/etc/inside", 0o100644, b"y"), ("a/../b", 0o100644, b"z")]
    tree = read(make(entries))  # type: ignore[operator]
    assert [path for path, entry in tree.entries.items() if entry.kind == "file"] == ["/etc/inside"]
    assert [note.code for note in tree.notes] == ["RW1509", "RW1509"]


def test_nothing_is_inside_a_link() -> None:
    tree = read(newc([("etc", 0o120777, b"/elsewhere"), ("etc/passwd", 0o100644, b"x")]))
    assert "/etc/passwd" not in tree.entries
    assert [note.code for note in tree.notes] == ["RW1509"]


def test_hard_links_share_their_bytes() -> None:
    link, lost = tarfile.TarInfo("bin/other"), tarfile.TarInfo("bin/lost")
    link.type = lost.type = tarfile.LNKTYPE
    link.linkname, lost.linkname = "bin/busybox", "not/there"
    tree = read(tar(FILES, [link, lost]))
    assert tree.read("/bin/other") == b"\x7fELF"
    assert [note.code for note in tree.notes] == ["RW1508"]


@pytest.mark.parametrize("make", [newc, odc])
def test_an_image_that_breaks_off_is_refused(make: object) -> None:
    data = make([("etc/passwd", 0o100644, b"x" * 1000)])  # type: ignore[operator]
    with pytest.raises(ImageError) as refused:
        read(data[:300])
    assert refused.value.code == "RW1508"


def test_a_form_that_is_not_read_says_what_to_do() -> None:
    with pytest.raises(ImageError, match="unblob") as refused:
        read(b"hsqs" + b"\0" * 600)
    assert refused.value.code == "RW1510"


@given(
    st.integers(0, 2000),
    st.binary(min_size=1, max_size=8),
    st.sampled_from([newc(FILES), odc(FILES), old(FILES, "<"), tar(FILES)]),
)
@settings(max_examples=200, deadline=None)
def test_spoilt_images_give_a_tree_or_a_refusal(at: int, noise: bytes, data: bytes) -> None:
    spoilt = data[:at] + noise + data[at + len(noise) :]
    kind = images.kind_of(spoilt)
    if kind is None:
        return
    try:
        tree = images.read("image", spoilt, kind)
    except ImageError:
        return
    for entry in tree.files():
        assert len(tree.read(entry.path)) <= max(entry.size, 0)


def _newc_entry(name: str, inode: int, links: int, data: bytes = b"") -> bytes:
    stored = name.encode() + b"\0"
    numbers = (inode, 0o100644, 0, 0, links, 0, len(data), 0, 1, 0, 0, len(stored), 0)
    head = b"070701" + b"".join(b"%08X" % number for number in numbers) + stored
    whole = head + b"\0" * (-len(head) % 4) + data
    return whole + b"\0" * (-len(whole) % 4)


def test_newc_hard_links_before_the_one_with_the_bytes_have_them_too() -> None:
    first = _newc_entry("etc/a", 9, 2) + _newc_entry("etc/b", 9, 2, b"hello") + _newc_entry("TRAILER!!!", 0, 1)
    second = _newc_entry("etc/c", 9, 2) + _newc_entry("TRAILER!!!", 0, 1)
    made = images.read("x", first + second, "cpio")
    assert [made.read(f"/etc/{name}") for name in "abc"] == [b"hello", b"hello", b""]
    assert made.entries["/etc/a"].size == 5
