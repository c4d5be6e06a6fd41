"""Images of root file systems as trees: tar streams and cpio archives, indexed in memory and never unpacked to disk.

Guarantees: numbers of entries and lengths of names are bounded; a name that leads out of the image is left out and noted;
links, device nodes and pipes are names and nothing else; an image that breaks off is refused.  What it does not do: unpack
compressed bytes (the caller bounds that), read file systems that need a library that is not there.
"""

from __future__ import annotations

import posixpath
import re
import stat
from collections.abc import Callable, Iterator

import msgspec

from rulewright.devices.model import Noted, Place
from rulewright.devices.tree import MAX_DEPTH, MAX_FILES, Entry, Kind, Tree, shown

Bytes = bytes | memoryview
MAX_NAME = 4096
_TAR_AT, _TAR = 257, b"ustar"
_NEWC = (b"070701", b"070702")
_ODC = b"070707"
_BINARY = (b"\xc7\x71", b"\x71\xc7")
_SQUASHFS = (b"hsqs", b"sqsh", b"shsq", b"qshs")
_OTHERS = {
    b"UBI#": "UBI image",
    b"\x31\x18\x10\x06": "UBIFS image",
    b"\x85\x19": "JFFS2 image",
    b"\x45\x3d\xcd\x28": "cramfs image",
    b"\x27\x05\x19\x56": "U-Boot image",
    b"\xd0\x0d\xfe\xed": "flattened image tree",
    b"ANDROID!": "Android boot image",
}
_FORMS = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "folder",
    stat.S_IFLNK: "link",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
}


class ImageError(Exception):
    """An image is not read; `code` and the message say why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def kind_of(data: Bytes) -> str | None:
    """`tar`, `cpio` or the name of a form that is not read here; `None` for what is no image."""
    head = bytes(data[:512])
    if head[_TAR_AT : _TAR_AT + 5] == _TAR:
        return "tar"
    if head[:6] in {*_NEWC, _ODC} or (head[:2] in _BINARY and len(head) > 26):
        return "cpio"
    if head[:4] in _SQUASHFS:
        return "squashfs image"
    return next((name for magic, name in _OTHERS.items() if head.startswith(magic)), None)


def read(name: str, data: Bytes, kind: str) -> Tree:
    """Index an image.  Raises `ImageError`."""
    match kind:
        case "tar":
            from rulewright.devices.images_tar import tar

            return tar(name, data)
        case "cpio":
            return _tree(name, data, _cpio(data))
        case _:
            raise ImageError("RW1510", f"a {kind} is not read here: unpack it (`unblob {name}`) and give the folder")


class Found(msgspec.Struct, frozen=True):
    """An entry of an image, with where its bytes are."""

    name: bytes
    mode: int
    uid: int
    gid: int
    start: int
    size: int
    target: bytes = b""
    same: str = ""
    """the path of the entry whose bytes these are, too (a hard link)"""


def path_of(name: bytes) -> str | None:
    """The path in the tree that a name stands for; `None` where it leads out of it, or is too long or deep."""
    parts = [part for part in shown(name).split("/") if part not in {"", "."}]
    if ".." in parts or len(name) > MAX_NAME or len(parts) > MAX_DEPTH:
        return None
    return "/" + "/".join(parts)


class Index:
    """Entries of an image by path; a later one takes the place of an earlier one, as unpacking would have it."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.places: dict[str, tuple[int, int]] = {}
        self.notes: list[Noted] = []
        self._seen = 0

    def add(self, found: Found) -> None:
        """Take an entry.  Raises `ImageError` when there are too many."""
        self._seen += 1
        if self._seen > MAX_FILES:
            raise ImageError("RW1502", f"the image has more than {MAX_FILES:,} entries")
        path = path_of(found.name)
        if path is None:
            text = shown(found.name[:100])
            self.notes.append(
                Noted("RW1509", f"the name `{text}` leads out of the image or is too long: left out", severe=True)
            )
            return
        form = _FORMS.get(stat.S_IFMT(found.mode) or stat.S_IFREG, "other")
        kind: Kind = form  # type: ignore[assignment]  # one of the words of `Kind`
        size = found.size if kind == "file" else 0
        if path == "/" or (kind == "folder" and path in self.entries and self.entries[path].kind != "folder"):
            return
        self.entries[path] = Entry(
            path,
            kind,
            size,
            stat.S_IMODE(found.mode),
            found.uid,
            found.gid,
            shown(found.target) if kind == "link" else "",
        )
        self.places[path] = (found.start, size)

    def hard(self, path: str, target: str) -> None:
        """Another name of an entry that is there already."""
        known = self.entries.get(target)
        if known is None or known.kind != "file":
            self.notes.append(
                Noted("RW1508", f"`{path}` is another name of `{target}`, which is not there", Place(path), severe=True)
            )
            return
        self.entries[path] = msgspec.structs.replace(known, path=path)
        self.places[path] = self.places[target]

    def tree(self, name: str, load: Callable[[int, int], bytes]) -> Tree:
        """The tree; `load` gives so many bytes from a place on."""
        _under_folders(self.entries, self.notes)
        places = self.places
        made = Tree(name, self.entries, lambda path, most: load(places[path][0], min(places[path][1], most)))
        made.notes += self.notes
        return made


def _under_folders(entries: dict[str, Entry], notes: list[Noted]) -> None:
    """Leave out what is said to be inside a file or a link: unpacking it would write elsewhere."""
    for path in list(entries):
        parent = posixpath.dirname(path)
        while parent != "/":
            above = entries.get(parent)
            if above is not None and above.kind != "folder":
                notes.append(
                    Noted(
                        "RW1509",
                        f"`{path}` is said to be inside `{parent}`, which is no folder: left out",
                        Place(path),
                        severe=True,
                    )
                )
                del entries[path]
                break
            if above is not None:
                break  # seen when that folder itself was looked at
            parent = posixpath.dirname(parent)


def _tree(name: str, data: Bytes, found: Iterator[Found]) -> Tree:
    index = Index()
    for one in found:
        index.add(one)
    return index.tree(name, lambda start, size: bytes(data[start : start + size]))


def _cpio(data: Bytes) -> Iterator[Found]:
    """The entries of one cpio archive after another (initramfs images are several), padding between them."""
    at = 0
    inodes: dict[tuple[int, int], tuple[int, int]] = {}
    empty: dict[tuple[int, int], list[Found]] = {}
    while True:
        at = _padded(data, at)
        if at >= len(data):
            return
        head = bytes(data[at : at + 6])
        if head in _NEWC:
            header = _newc(data, at)
        elif head == _ODC:
            header = _odc(data, at)
        elif head[:2] in _BINARY:
            header = _binary(data, at)
        else:
            if at and kind_of(data[at:]) is None and _compressed(head):
                raise ImageError(
                    "RW1510", "the archive goes on with a compressed part, which is not opened: unpack it first"
                )
            raise ImageError("RW1508", f"the archive is damaged at byte {at:,}: there is no header")
        end = header.start + header.size
        if end > len(data):
            raise ImageError("RW1508", "the archive breaks off")
        at = end + (-end % header.align)
        if header.name == b"TRAILER!!!":
            inodes.clear()  # the numbers are those of one archive
            empty.clear()
            continue
        yield from _entry(data, header, inodes, empty)


def _compressed(head: bytes) -> bool:
    return head.startswith((b"\x1f\x8b", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"BZh", b"\x02\x21\x4c\x18", b"\x89LZO"))


def _padded(data: Bytes, at: int) -> int:
    """Where the next byte that is not zero is."""
    step = 1 << 16
    while at < len(data):
        piece = bytes(data[at : at + step])
        rest = piece.lstrip(b"\0")
        if rest:
            return at + len(piece) - len(rest)
        at += len(piece)
    return at


class _Header(msgspec.Struct, frozen=True):
    name: bytes
    mode: int
    uid: int
    gid: int
    links: int
    inode: tuple[int, int]
    start: int
    size: int
    align: int


def _entry(
    data: Bytes,
    header: _Header,
    inodes: dict[tuple[int, int], tuple[int, int]],
    empty: dict[tuple[int, int], list[Found]],
) -> Iterator[Found]:
    """An entry; of hard links in newc the last one alone carries the bytes, which then are those of all: those before once more."""
    target = b""
    if stat.S_ISLNK(header.mode):
        target = bytes(data[header.start : header.start + min(header.size, MAX_NAME)])
    linked = stat.S_ISREG(header.mode) and header.links > 1
    if linked and header.size:
        inodes[header.inode] = (header.start, header.size)
    start, size = inodes.get(header.inode, (header.start, header.size)) if linked else (header.start, header.size)
    found = Found(header.name, header.mode, header.uid, header.gid, start, size, target)
    yield found
    if linked and not size:
        empty.setdefault(header.inode, []).append(found)
    elif linked:
        for earlier in empty.pop(header.inode, ()):
            yield msgspec.structs.replace(earlier, start=start, size=size)


def _numbers(text: bytes, widths: tuple[int, ...], base: int) -> list[int]:
    found, at = [], 0
    for width in widths:
        digits = text[at : at + width]
        if len(digits) != width or not re.fullmatch(rb"[0-9A-Fa-f]+" if base == 16 else rb"[0-7]+", digits):
            raise ImageError("RW1508", "the archive is damaged: a header holds no number")
        found.append(int(digits, base))
        at += width
    return found


def _newc(data: Bytes, at: int) -> _Header:
    """New ASCII format: eight hexadecimal digits a field, parts padded to four bytes."""
    (inode, mode, uid, gid, links, _, size, major, minor, _, _, length, _) = _numbers(
        bytes(data[at + 6 : at + 110]), (8,) * 13, 16
    )
    end = at + 110 + length
    return _Header(
        _name(data, at + 110, length), mode, uid, gid, links, (major << 32 | minor, inode), end + (-end % 4), size, 4
    )


def _odc(data: Bytes, at: int) -> _Header:
    """Portable ASCII format: octal digits, no padding."""
    (device, inode, mode, uid, gid, links, _, _, length, size) = _numbers(
        bytes(data[at + 6 : at + 76]), (6, 6, 6, 6, 6, 6, 6, 11, 6, 11), 8
    )
    return _Header(_name(data, at + 76, length), mode, uid, gid, links, (device, inode), at + 76 + length, size, 1)


def _binary(data: Bytes, at: int) -> _Header:
    """Old binary format: words of 16 bits in the order of the machine that wrote it, parts padded to two bytes."""
    import struct

    head = bytes(data[at : at + 26])
    if len(head) < 26:
        raise ImageError("RW1508", "the archive breaks off")
    order = "<" if head[:2] == _BINARY[0] else ">"
    words = struct.unpack(f"{order}13H", head)
    size, length = (words[11] << 16) | words[12], words[10]
    end = at + 26 + length
    return _Header(
        _name(data, at + 26, length),
        words[3],
        words[4],
        words[5],
        words[6],
        (words[1], words[2]),
        end + (end % 2),
        size,
        2,
    )


def _name(data: Bytes, at: int, length: int) -> bytes:
    if not 0 < length <= 1 << 16 or at + length > len(data):
        raise ImageError("RW1508", "the archive is damaged: a name breaks off")
    return bytes(data[at : at + length]).rstrip(b"\0")
