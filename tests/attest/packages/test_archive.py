"""Archives of packages: one form, nothing hidden, no byte that can change unseen."""

from __future__ import annotations

import io
import zipfile
from itertools import pairwise
from typing import Any

import pytest

from rulewright.attest import container
from rulewright.attest.packages import archive, model
from rulewright.attest.packages.model import Module, PackageError
from tests.attest.packages import made


def refused(data: bytes) -> str:
    """The code with which bytes are refused; empty where they are taken."""
    try:
        archive.unpack(data)
    except PackageError as error:
        return error.code
    return ""


def test_what_is_packed_comes_out_again() -> None:
    data = made.package()
    found = archive.unpack(data)
    assert found.files == made.FILES
    assert found.manifest == made.manifest()
    assert archive.pack(found.manifest, dict(sorted(found.files.items(), reverse=True))) == data
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert names == ["base.rw", "changelog.md", "pack.json", "rulewright-pack.toml"]


def test_no_byte_of_an_archive_changes_unseen() -> None:
    data = made.package()
    taken = [at for at in range(len(data)) if not refused(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])]
    assert taken == []
    assert refused(data[:-1])
    assert refused(data + b"\0")
    assert refused(b"") == refused(b"PK") == "RW4201"


def zipped(method: int = zipfile.ZIP_STORED, *, link: bool = False, twice: bool = False) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as target:
        entry = zipfile.ZipInfo("base.rw")
        entry.external_attr = (0o120777 if link else 0o100644) << 16
        entry.compress_type = method
        target.writestr(entry, b"/etc/passwd" if link else b"x" * 100_000)
        if twice:
            with pytest.warns(UserWarning, match="Duplicate"):
                target.writestr("base.rw", b"y")
    return stream.getvalue()


@pytest.mark.parametrize("data", [zipped(zipfile.ZIP_DEFLATED), zipped(link=True), zipped(twice=True), zipped()])
def test_other_archives_are_refused(data: bytes) -> None:
    assert refused(data) == "RW4201"


@pytest.mark.parametrize(
    "name", ["../base.rw", "/base.rw", "a/../b.rw", "a\\b.rw", ".hidden", "a//b", "ä.rw", "pack.json", "a/b/c/d", "a."]
)
def test_names_that_are_not_plain_are_refused(name: str) -> None:
    with pytest.raises(PackageError) as found:
        archive.listed({name: b""})
    assert (found.value.code, found.value.name) == ("RW4207", name)


def test_names_that_differ_in_case_only_are_refused() -> None:
    with pytest.raises(PackageError, match="upper and lower case"):
        archive.listed({"Base.rw": b"", "base.rw": b""})


def lied(members: dict[str, bytes], **changes: Any) -> str:
    manifest = model.encode(made.manifest(**changes))
    return refused(container.encode({**members, "pack.json": manifest}))


def test_a_manifest_that_lies_about_files_is_refused() -> None:
    members = {name.lower(): data for name, data in made.FILES.items()}
    assert lied(members) == ""
    assert lied({**members, "base.rw": b"other"}) == "RW4203"
    assert lied({**members, "more.rw": b"unlisted"}) == "RW4203"
    assert lied({name: data for name, data in members.items() if name != "base.rw"}) == "RW4203"
    with pytest.raises(PackageError, match="exactly these"):
        archive.pack(made.manifest(), {**made.FILES, "more.rw": b""})


TWICE = Module(kind="standard", id="acme.base", edition="1.0", file="base.rw")
CASES: list[dict[str, Any]] = [
    {"name": "Acme"},
    {"name": "acme..base"},
    {"edition": ">=1.0"},
    {"title": "x" * 2000},
    {"modules": (TWICE, TWICE)},
    {"dependencies": (made.dependency(), made.dependency())},
    {"dependencies": (made.dependency(sha256="A" * 64),)},
    {"dependencies": (made.dependency(edition="1.*"),)},
    {"dependencies": (made.dependency(signer="me"),)},
    {"dependencies": (made.dependency(name="acme.base"),)},
]


@pytest.mark.parametrize("changes", CASES, ids=range(len(CASES)))
def test_words_without_form_are_refused(changes: dict[str, Any]) -> None:
    assert refused(made.package(**changes)) == "RW4202"


def test_a_manifest_in_another_layout_is_refused() -> None:
    members = {name.lower(): data for name, data in made.FILES.items()}
    assert refused(container.encode({**members, "pack.json": b" " + model.encode(made.manifest())})) == "RW4202"
    assert refused(container.encode({**members, "pack.json": b"{}"})) == "RW4202"
    assert refused(container.encode(members)) == "RW4201"


def test_editions_are_ordered_by_their_numbers() -> None:
    listed = ["0.9", "1.0.rc1", "1.0_RC2", "1.0", "1.0.1", "1.2", "1.10", "2026", "2026.02"]
    assert all(model.order(one) < model.order(next_) for one, next_ in pairwise(listed))
    assert model.order("1.0") == model.order("1") == model.order("1.0.0")
    assert model.order("1.0.RC1") == model.order("1_rc1")
