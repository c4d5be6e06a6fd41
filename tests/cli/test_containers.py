"""Folders and archives as products: every document found by content, hostile ones refused, nothing passed over."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from rulewright.cli import containers
from rulewright.cli.documents import contents
from rulewright.cli.main import main
from rulewright.diagnostics import Diagnostic
from rulewright.sbom import archive

BOM = {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": {"type": "device", "name": "hub"}}}
Files = dict[str, bytes]
GOOD: Files = {
    "a/one.json": json.dumps(BOM).encode(),
    "b.txt": b"SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\n",
    "README": b"hi",
}


def write_zip(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return path


def write_tar(path: Path, files: Files, *extra: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as out:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            out.addfile(entry, io.BytesIO(data))
        for entry in extra:
            out.addfile(entry)
    return path


def write_folder(path: Path, files: Files) -> Path:
    for name, data in files.items():
        place = path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return path


def check(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, list[dict[str, object]]], str]:
    code = main(["check", str(path), "--policy", "ntia.minimum_elements", "--as-of", "2026-11-22", "--format", "json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else {}, said.err


@pytest.mark.parametrize("write", [write_zip, write_tar, write_folder])
def test_every_document_is_found(write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    path = write(tmp_path / "in", GOOD)
    code, result, _ = check(path, capsys)
    assert code == 1
    names = {str(i["name"]).removeprefix(str(path)): i for i in result["inputs"]}
    assert set(names) == {"", "/a/one.json", "/b.txt"}
    assert len(result["products"]) == 2
    findings = names[""]["findings"]
    assert isinstance(findings, list)
    assert [(f["code"], f["message"][:14]) for f in findings] == [("RW1027", "1 of the files")]


def test_what_is_in_a_zip_is_what_is_in_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = [check(p, capsys)[1] for p in (write_zip(tmp_path / "z", GOOD), write_folder(tmp_path / "d", GOOD))]
    verdicts = [[(r["requirement"], r["verdict"]) for r in result["results"]] for result in results]
    assert verdicts[0] == verdicts[1]


def test_a_broken_document_in_an_archive_is_not_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_zip(tmp_path / "z", {**GOOD, "broken": b'{"bomFormat": "CycloneDX", "components": ['})
    code, result, words = check(path, capsys)
    assert (code, result) == (2, {})
    assert "z/broken" in words.replace("\n", "")
    assert "RW1002" in words


@pytest.mark.parametrize("name", ["../out.json", "/etc/x", "a/../../b", "..\\b", "C:\\x", "C:x"])
def test_a_name_that_leads_out_refuses_the_archive(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for write in (write_zip, write_tar):
        code, _, words = check(write(tmp_path / "in", {**GOOD, name: b"{}"}), capsys)
        assert code == 2
        assert "RW1026" in words


def test_links_are_not_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = tmp_path / "secret.json"
    secret.write_bytes(json.dumps(BOM).encode())
    link = tarfile.TarInfo("link")
    link.type, link.linkname = tarfile.SYMTYPE, str(secret)
    folder = write_folder(tmp_path / "d", GOOD)
    (folder / "link").symlink_to(secret)
    (folder / "loop").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    for path, number in ((write_tar(tmp_path / "t", GOOD, link), "1"), (folder, "3")):
        code, result, _ = check(path, capsys)
        assert code == 1
        assert len(result["products"]) == 2
        (own,) = [i for i in result["inputs"] if i["name"] == str(path)]
        assert f"{number} of the entries are links" in str(own["findings"])


def test_bombs_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    many = write_zip(tmp_path / "many", {f"f{i}": b"" for i in range(10_001)})
    big = write_zip(tmp_path / "big", {"f.json": bytes(70 << 20)})
    for path in (many, big):
        code, _, words = check(path, capsys)
        assert code == 2
        assert "RW1003" in words


def test_damaged_archives(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = write_zip(tmp_path / "z", GOOD).read_bytes()
    tar = gzip.decompress(write_tar(tmp_path / "t", GOOD).read_bytes())
    for number, data in enumerate((whole[:-30], whole[:40], gzip.compress(tar)[:-12], tar[:700])):
        path = tmp_path / f"in{number}"
        path.write_bytes(data)
        code, _, words = check(path, capsys)
        assert code == 2, number
        assert "RW1009" in words


def test_nothing_found_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (write_zip(tmp_path / "z", {"README": b"x"}), write_folder(tmp_path / "d", {"README": b"x"})):
        code, _, words = check(path, capsys)
        assert code == 2
        assert "holds no document" in words.replace("\n", " ")


def tar_of(*names: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as opened:
        for name in names:
            data = json.dumps(BOM).encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            opened.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def test_a_spoilt_header_within_a_tar_is_not_its_end() -> None:
    spoilt = bytearray(tar_of("a.json", "b.json"))
    spoilt[1024 + 5] ^= 0xFF
    for data in (bytes(spoilt), tar_of("a.json") + tar_of("b.json")):
        found = archive.unfold(data, "x.tar")
        assert isinstance(found, Diagnostic)
        assert found.code == "RW1009"


def test_odd_archives_are_refused_without_a_traceback() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as opened:
        opened.writestr("a.json", b'{"bomFormat":"CycloneDX"}' * 50)
    spoilt = bytearray(out.getvalue())
    spoilt[40] ^= 0xFF
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 11
    for data in (bytes(spoilt), (header.tobuf() + b"11 path=aa\n".ljust(512, b"\0")) * 1500 + bytes(1024)):
        found = archive.unfold(data, "x")
        assert isinstance(found, Diagnostic)
        assert found.code == "RW1009"


def test_an_archive_among_the_files_is_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    write_zip(folder / "inner.zip", GOOD)
    (folder / "bom.json").write_text(json.dumps(BOM))
    outer = write_zip(tmp_path / "outer.zip", {p.name: p.read_bytes() for p in folder.iterdir()})
    opened = archive.unfold(outer.read_bytes(), "outer.zip")
    assert isinstance(opened, archive.Opened)
    assert [(d.code, d.severity.value) for d in opened.findings] == [("RW1027", "warning")]
    found = containers.folder("f", str(folder), contents)
    assert [(d.code, d.severity.value) for d in found.findings] == [("RW1027", "warning")]
    assert capsys.readouterr().err == ""


def test_a_deep_folder(tmp_path: Path) -> None:
    depth, here = 1100, Path.cwd()
    os.chdir(tmp_path)
    try:
        for _ in range(depth):
            Path("f").mkdir()
            os.chdir("f")
        Path("bom.json").write_text(json.dumps(BOM))
        os.chdir(tmp_path)
        found = containers.folder("f", str(tmp_path / "f"), contents)
        for _ in range(depth):
            os.chdir("f")
        Path("bom.json").unlink()
        for _ in range(depth):  # what clears up temporary folders goes down by recursion
            os.chdir("..")
            Path("f").rmdir()
    finally:
        os.chdir(here)
    assert [Path(name).name for name, _ in found.documents] == ["bom.json"]


def test_what_begins_as_a_document_is_not_passed_over() -> None:
    long = {**BOM, "components": [{"type": "library", "name": f"x{number}"} for number in range(3000)]}
    assert archive.may_be_document(gzip.compress(json.dumps(long).encode())[:-2000])
    assert archive.may_be_document(GOOD["b.txt"].decode().encode("utf-16"))
    assert not archive.may_be_document(gzip.compress(tar_of("a.json")))
