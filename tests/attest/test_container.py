"""The archive of which there is one form: any other is refused, and any ZIP tool opens it."""

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.attest import limits
from rulewright.attest.container import NAME, ContainerError, decode, encode

NAMES = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,6}(/[a-z0-9][a-z0-9_-]{0,4}){0,2}(\.[a-z]{1,3})?", fullmatch=True)
MEMBERS = st.dictionaries(NAMES, st.binary(max_size=40), max_size=5)
SMALL = {"a.json": b"{}", "b/c.txt": b"some text", "d": b""}


@given(MEMBERS)
def test_what_is_packed_is_unpacked(members: dict[str, bytes]) -> None:
    data = encode(members)
    assert decode(data) == members
    assert encode(dict(reversed(members.items()))) == data


@given(MEMBERS)
def test_any_zip_tool_reads_the_same(members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(encode(members))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == members
        assert archive.namelist() == sorted(members)
        assert all(item.date_time == (1980, 1, 1, 0, 0, 0) and not item.compress_type for item in archive.infolist())


def test_any_change_of_one_byte_is_refused() -> None:
    """Of every byte, three changes: no archive but the one form of what it holds is taken."""
    whole = encode(SMALL)
    for place in range(len(whole)):
        for mask in (0x01, 0x80, 0xFF):
            spoilt = bytearray(whole)
            spoilt[place] ^= mask
            with pytest.raises(ContainerError) as caught:
                decode(bytes(spoilt))
            assert caught.value.code in {"RW4001", "RW4002", "RW4003"}


def test_whatever_is_cut_off_or_added_is_refused() -> None:
    whole = encode(SMALL)
    for end in range(len(whole)):
        with pytest.raises(ContainerError):
            decode(whole[:end])
    for more in (whole + b"\x00", b"\x00" + whole, whole + whole, b"MZ" + whole, whole + b"PK\x05\x06" + bytes(18)):
        with pytest.raises(ContainerError):
            decode(more)


@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_raise_anything_else(data: bytes, like_one: bool) -> None:  # noqa: FBT001  # drawn
    text = b"PK\x03\x04" + data + b"PK\x05\x06" + bytes(18) if like_one else data
    try:
        members = decode(text)
    except ContainerError:
        return
    assert encode(members) == text


def zipped(compression: int = zipfile.ZIP_STORED, comment: bytes = b"", names: tuple[str, ...] = ("a", "b")) -> bytes:
    """An archive as Python writes it, in the form of ours as far as it may be told."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name in names:
            item = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            item.compress_type, item.external_attr = compression, 0o100644 << 16
            item.create_system = 3
            archive.writestr(item, b"text" * 20)
        archive.comment = comment
    return out.getvalue()


def test_the_form_is_one_that_other_tools_can_write() -> None:
    data = zipped()
    assert decode(data) == {"a": b"text" * 20, "b": b"text" * 20}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped(zipfile.ZIP_DEFLATED), "RW4001"),
        (zipped(comment=b"hi"), "RW4001"),
        (zipped(names=("b", "a")), "RW4001"),
        (zipped(names=("../a",)), "RW4003"),
        (zipped(names=("/a",)), "RW4003"),
        (zipped(names=("a/../b",)), "RW4003"),
        (zipped(names=("a/",)), "RW4003"),
        (zipped(names=("a\\b",)), "RW4003"),
        (zipped(names=("A",)), "RW4003"),
        (zipped(names=("c:a",)), "RW4003"),
        (zipped(names=("a/b/c/d",)), "RW4003"),
        (zipped(names=("a.",)), "RW4003"),
        (zipped(names=("a\u202eb",)), "RW4001"),
        (zipped(names=("a" * (NAME + 1),)), "RW4003"),
        (zipped(names=("x", "a\x01")), "RW4003"),
    ],
)
def test_another_archive_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(ContainerError) as caught:
        decode(data)
    assert caught.value.code == code


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused() -> None:
    with pytest.raises(ContainerError) as caught:
        decode(zipped(names=("a", "a")))
    assert caught.value.code == "RW4003"


@pytest.mark.parametrize(
    "name", ["", "/a", "a//b", "../a", "a/..", ".a", "A", "a b", "a\x00", "é", "a/b/c/d", "a.", "a" * (NAME + 1), "a\n"]
)
def test_a_name_that_is_not_plain_is_not_packed(name: str) -> None:
    with pytest.raises(ContainerError) as caught:
        encode({name: b""})
    assert caught.value.code == "RW4003"


def test_the_table_at_the_end_cannot_tell_another_story() -> None:
    whole = bytearray(encode({"a": b"one", "b": b"two"}))
    table = whole.index(b"PK\x01\x02")
    struct.pack_into("<I", whole, table + 42, struct.unpack_from("<I", whole, table + 42)[0] + 1)
    with pytest.raises(ContainerError):
        decode(bytes(whole))


def test_sizes_are_bounded() -> None:
    with pytest.raises(ContainerError) as caught:
        encode({f"m{n}": b"" for n in range(limits.MEMBERS + 1)})
    assert caught.value.code == "RW4002"
    many = bytearray(encode({"a": b""}))
    struct.pack_into("<2H", many, len(many) - 14, limits.MEMBERS + 1, limits.MEMBERS + 1)
    with pytest.raises(ContainerError) as caught:
        decode(bytes(many))
    assert caught.value.code == "RW4002"
