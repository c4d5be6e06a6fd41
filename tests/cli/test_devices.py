"""Device trees, images and reports as PRODUCT words, and an SBOM held against a tree."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from rulewright.cli.main import main

STATUS = "".join(
    f"Package: {name}\nStatus: install ok installed\nArchitecture: arm64\nVersion: {version}\nMaintainer: A <a@example.com>\n\n"
    for name, version in (("busybox", "1.35.0-4"), ("zlib1g", "1:1.2.13-1"), ("dropbear", "2022.83-1"))
)
FILES = {
    "etc/passwd": b"root:x:0:0:root:/:/bin/sh\n", "etc/inittab": b"::respawn:/usr/sbin/telnetd -F\n", "usr/sbin/telnetd": b"\x7fELF" + b"\0" * 60,
    "bin/busybox": b"\x7fELF" + b"\0" * 60, "bin/sh": b"\x7fELF" + b"\0" * 60, "sbin/init": b"\x7fELF" + b"\0" * 60,
    "var/lib/dpkg/status": STATUS.encode(), "var/lib/dpkg/info/busybox.list": b"/bin/busybox\n/bin/sh\n/sbin/init\n",
    "var/lib/dpkg/info/dropbear.list": b"/usr/sbin/telnetd\n", "etc/os-release": b'ID=debian\nVERSION_ID="12"\n',
}  # fmt: skip
NMAP = b"""<?xml version="1.0"?><nmaprun scanner="nmap" start="1790000000" version="7.93" xmloutputversion="1.05">
<host><status state="up"/><address addr="192.0.2.1" addrtype="ipv4"/><ports><port protocol="tcp" portid="23"><state state="open" reason="syn-ack"/>
<service name="telnet" method="probed" conf="10"/></port></ports></host><runstats><finished time="1790000100" exit="success"/></runstats></nmaprun>"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "gateway"
    for name, data in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def facts(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    code = main(["facts", *map(str, words), "--format", "json"])
    out, err = capsys.readouterr()
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def sbom(*components: tuple[str, str]) -> bytes:
    listed = [
        {
            "type": "library",
            "name": name,
            "version": version,
            "bom-ref": name,
            "purl": f"pkg:deb/debian/{name}@{version}",
        }
        for name, version in components
    ]
    top = {"type": "firmware", "name": "gateway", "version": "2", "bom-ref": "root"}
    return json.dumps(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {"component": top},
            "components": listed,
        }
    ).encode()


def test_a_folder_and_its_image_tell_the_same(tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed = tmp_path / "gateway.tar.gz"
    with tarfile.open(packed, "w:gz") as made:
        for name in sorted(FILES):
            made.add(tree / name, f"./{name}")
    one, other = facts(capsys, tree), facts(capsys, packed)
    assert one["iface.telnet_present"]["value"] is True
    assert one["iface.telnet_present"]["level"] == "enabled"
    assert one["iface.telnet_present"]["pointer"] == "/etc/inittab#1"
    for found in (one, other):
        for key in ("product", "sources"):
            found.pop(key)
    assert one == other


def test_what_facts_writes_is_read_again(tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = facts(capsys, tree)
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(first))
    second = facts(capsys, path)
    assert second["iface.telnet_present"] == first["iface.telnet_present"]
    assert second["daemons"] == first["daemons"]


def test_a_folder_of_documents_is_still_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.cdx.json").write_bytes(sbom(("zlib1g", "1")))
    assert facts(capsys, tmp_path / "docs")["product"]["name"] == "gateway"
    (tmp_path / "docs/lib.tar").write_bytes(b"")
    assert main(["facts", str(tmp_path / "nothing")]) == 2


def test_an_archive_of_documents_is_still_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "boms.tar"
    with tarfile.open(path, "w") as made:
        info = tarfile.TarInfo("etc/a.cdx.json")
        info.size = len(sbom())
        made.addfile(info, io.BytesIO(sbom()))
    assert facts(capsys, path)["product"]["name"] == "gateway"


def test_the_input_is_listed_as_firmware(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(tree), "--policy", "etsi.en_303_645", "--format", "json", "--as-of", "2026-11-21"])
    result = json.loads(capsys.readouterr().out)
    (item,) = result["inputs"]
    assert (item["kind"], item["format"]) == ("firmware", "folder")
    assert len(item["sha256"]) == 64


def test_an_sbom_is_made_of_a_tree(tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.cdx.json"
    assert main(["facts", str(tree), "--format", "cyclonedx", "-o", str(out), "-q", "--as-of", "2026-11-21"]) == 0
    capsys.readouterr()
    names = {c["name"] for c in json.loads(out.read_text())["components"]}
    assert {"busybox", "zlib1g", "dropbear"} <= names


def test_an_sbom_is_held_against_the_tree(tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "delivered.cdx.json"
    path.write_bytes(sbom(("busybox", "1.35.0-4"), ("zlib1g", "1.2.11-1"), ("openssl", "3.0.2")))
    found = facts(capsys, tree, path, "--same-product")
    said = {(row["subject"], row["detail"]) for row in found["findings"]["items"]}
    assert ("undeclared component", "`dropbear 2022.83-1` is in the tree, and not in the SBOM") in said
    assert ("missing component", "`openssl 3.0.2` is in the SBOM, and not in the tree") in said
    assert ("component version differs", "`zlib1g` is 1:1.2.13-1 in the tree, and 1.2.11-1 in the SBOM") in said
    assert found["sbom.matches_firmware"]["value"] == "0.75"
    main(
        [
            "check",
            str(tree),
            str(path),
            "--same-product",
            "--policy",
            "etsi.en_303_645",
            "--format",
            "json",
            "--as-of",
            "2026-11-21",
        ]
    )
    result = json.loads(capsys.readouterr().out)
    codes = {f["code"] for item in result["inputs"] for f in item["findings"]}
    assert {"RW1512", "RW1513", "RW1514"} <= codes


def test_an_sbom_that_fits_gives_no_finding(tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "delivered.cdx.json"
    path.write_bytes(sbom(("busybox", "1.35.0-4"), ("zlib1g", "1:1.2.13-1"), ("dropbear", "2022.83-1")))
    found = facts(capsys, tree, path, "--same-product")
    assert not [row for row in found["findings"]["items"] if "component" in row["subject"]]
    assert found["sbom.matches_firmware"]["value"] == "1"


def test_a_report_is_about_the_product_that_is_given(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "scan.xml"
    path.write_bytes(NMAP)
    alone = facts(capsys, path)
    assert alone["iface.telnet_present"]["level"] == "verified"
    both = facts(capsys, tree, path)
    assert both["product"]["name"] == "gateway"
    telnet = both["iface.telnet_present"]
    assert telnet["value"] is True
    assert {w["detector"] for w in telnet["witnesses"]} == {"firmware", "network"}


def test_an_image_of_another_form_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rootfs.squashfs"
    path.write_bytes(b"hsqs" + b"\0" * 600)
    assert main(["facts", str(path)]) == 2
    assert "unblob" in capsys.readouterr().err
