"""Package databases: what is installed, in which version, with which fixes."""

from __future__ import annotations

import gzip
import sqlite3
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.devices import packages
from rulewright.devices.package import owners
from rulewright.devices.packages_dpkg import _expression
from rulewright.devices.packages_rpm import header
from rulewright.devices.tree import of_texts
from rulewright.facts.identity import purl
from rulewright.threats import changelog, distributions
from tests.devices.made import real

RELEASE = {"/etc/os-release": 'ID=debian\nVERSION_ID="12"\nNAME="Debian GNU/Linux"\n'}
STATUS = """Package: libx1
Status: install ok installed
Architecture: arm64
Source: x (1.2-3)
Version: 1.2-3+b1
Maintainer: A B <a@example.org>
Description: first line
 more

Package: gone
Status: deinstall ok config-files
Version: 1

Package: plain
Status: install ok installed
Version: 2:1.0-1
Architecture: all
"""


def components(files: dict[str, str | bytes]) -> dict[str, dict[str, object]]:
    found = packages.detect(of_texts(files))
    return {str(row.fields["name"]): dict(row.fields) for row in found.rows if row.collection == "component"}


def properties(files: dict[str, str | bytes], component: str) -> dict[str, str]:
    found = packages.detect(of_texts(files))
    rows = [
        row.fields
        for row in found.rows
        if row.collection == "property" and str(row.fields["component"]).startswith(component)
    ]
    return {str(row["name"]): str(row["value"]) for row in rows}


def test_dpkg() -> None:
    found = components({**RELEASE, "/var/lib/dpkg/status": STATUS})
    assert sorted(found) == ["debian", "libx1", "plain"]
    assert found["libx1"]["purl"] == "pkg:deb/debian/libx1@1.2-3%2Bb1?arch=arm64&distro=debian-12&upstream=x%401.2-3"
    assert found["libx1"]["supplier"] == "A B"
    assert found["libx1"]["supplier_contact"] == "a@example.org"
    assert found["plain"]["version"] == "2:1.0-1"
    assert found["debian"]["type"] == "operating_system"


def test_the_matcher_reads_source_and_release() -> None:
    found = components({**RELEASE, "/var/lib/dpkg/status": STATUS})["libx1"]
    read = purl.parse(str(found["purl"]))
    assert read is not None
    package = distributions.package_of(read, {})
    assert package.names == ("x", "libx1")
    assert package.versions == ("1.2-3", "1.2-3+b1")
    assert "12" in package.release


def test_packages_of_minimal_images() -> None:
    assert "plain" in components(
        {**RELEASE, "/var/lib/dpkg/status.d/plain": "Package: plain\nVersion: 1\nArchitecture: all\n"}
    )


CHANGES = """x (1.2-3) unstable; urgency=high

  * Fix an overflow (CVE-2024-1111).
  * Mention CVE-2024-2222, which is unfixed.
  * Something else.
  * Resolve CVE-2024-3333.

 -- A <a@example.org>  Mon, 01 Jan 2024 00:00:00 +0000
"""


@pytest.mark.parametrize("name", ["changelog.Debian.gz", "changelog.Debian"])
def test_fixes_of_the_changelog(name: str) -> None:
    data = gzip.compress(CHANGES.encode()) if name.endswith("gz") else CHANGES.encode()
    files: dict[str, str | bytes] = {**RELEASE, "/var/lib/dpkg/status": STATUS, f"/usr/share/doc/libx1/{name}": data}
    text = properties(files, "pkg:deb/debian/libx1")["rulewright:changelog"]
    assert changelog.fixed(text) == changelog.fixed(CHANGES) == {"CVE-2024-1111", "CVE-2024-3333"}
    assert "Something else" not in text
    assert "example.org" not in text, "who wrote it is nobody's business here"


def test_a_changelog_of_another_version_is_no_evidence() -> None:
    files: dict[str, str | bytes] = {
        **RELEASE,
        "/var/lib/dpkg/status": STATUS,
        "/usr/share/doc/libx1/changelog.Debian": CHANGES.replace("1.2-3", "1.2-4"),
    }
    assert "rulewright:changelog" not in properties(files, "pkg:deb/debian/libx1")


def test_licences() -> None:
    text = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: 2020 A\n 2021 B\nLicense: GPL-2+ or Expat\n\nFiles: debian/*\nLicense: ISC\n"
    files: dict[str, str | bytes] = {**RELEASE, "/var/lib/dpkg/status": STATUS, "/usr/share/doc/libx1/copyright": text}
    found = components(files)["libx1"]
    assert found["license"] == "GPL-2.0-or-later OR MIT"
    assert found["copyright"] == "2020 A; 2021 B"
    files["/usr/share/doc/libx1/copyright"] = "This is GPL."
    assert "license" not in components(files)["libx1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GPL-2", "GPL-2.0-only"),
        ("GPL-2+ and Expat", "GPL-2.0-or-later AND MIT"),
        ("custom", ""),
        ("GPL-2 and (a or b)", ""),
        ("Expat or ISC and Zlib", ""),
        ("Expat, ISC", ""),
    ],
)
def test_expressions(text: str, expected: str) -> None:
    assert _expression(text) == expected


def test_files_and_their_packages() -> None:
    files = {
        **RELEASE,
        "/var/lib/dpkg/status": STATUS,
        "/var/lib/dpkg/info/libx1:arm64.list": "/.\n/usr\n/usr/lib/libx.so.1\n",
    }
    assert owners(packages.installed(of_texts(files)).packages)["/usr/lib/libx.so.1"] == "libx1"


def test_opkg() -> None:
    status = "Package: dropbear\nVersion: 2017.75-5\nDepends: libc\nStatus: install user installed\nArchitecture: mips_24kc\n\nPackage: off\nVersion: 1\nStatus: deinstall user not-installed\n"
    control = "Package: dropbear\nVersion: 2017.75-5\nLicense: MIT\nMaintainer: X <x@example.org>\n"
    files: dict[str, str | bytes] = {
        "/etc/openwrt_release": "DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='18.06.2'\n",
        "/usr/lib/opkg/status": status,
        "/usr/lib/opkg/info/dropbear.control": control,
        "/usr/lib/opkg/info/dropbear.list": "/usr/sbin/dropbear\n",
    }
    found = components(files)
    assert sorted(found) == ["dropbear", "openwrt"]
    assert found["dropbear"]["purl"] == "pkg:opkg/openwrt/dropbear@2017.75-5?arch=mips_24kc&distro=openwrt-18.06.2"
    assert found["dropbear"]["license"] == "MIT"
    assert owners(packages.installed(of_texts(files)).packages) == {"/usr/sbin/dropbear": "dropbear"}


def test_apk() -> None:
    text = "C:Q1x=\nP:ssl_client\nV:1.36.1-r5\nA:armv7\nL:GPL-2.0-only\no:busybox\nm:A <a@example.org>\nF:usr/bin\nR:ssl_client\n\nP:musl\nV:1.2.4-r2\n"
    files: dict[str, str | bytes] = {"/etc/os-release": "ID=alpine\nVERSION_ID=3.18.4\n", "/lib/apk/db/installed": text}
    found = components(files)
    assert (
        found["ssl_client"]["purl"]
        == "pkg:apk/alpine/ssl_client@1.36.1-r5?arch=armv7&distro=alpine-3.18.4&upstream=busybox"
    )
    assert found["ssl_client"]["license"] == "GPL-2.0-only"
    assert owners(packages.installed(of_texts(files)).packages) == {"/usr/bin/ssl_client": "ssl_client"}
    assert "musl" in found


# --- RPM --------------------------------------------------------------------------------------------------------------------


def rpm_header(tags: dict[int, str | list[str] | int | list[int]]) -> bytes:
    """A header as RPM stores it."""
    index, store = b"", b""
    for tag, value in sorted(tags.items()):
        many = value if isinstance(value, list) else [value]
        if isinstance(many[0], int):
            store += b"\0" * (-len(store) % 4)
            index += struct.pack(">IIII", tag, 4, len(store), len(many))
            store += b"".join(struct.pack(">I", number) for number in many if isinstance(number, int))
        else:
            index += struct.pack(">IIII", tag, 8 if isinstance(value, list) else 6, len(store), len(many))
            store += b"".join(str(text).encode() + b"\0" for text in many)
    return struct.pack(">II", len(tags), len(store)) + index + store


def database(blobs: list[bytes]) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)")
    connection.executemany("INSERT INTO Packages (blob) VALUES (?)", [(blob,) for blob in blobs])
    connection.commit()
    return connection.serialize()


HEADER = rpm_header(
    {
        1000: "openssl-libs", 1001: "3.0.7", 1002: "24.el9", 1003: 1, 1011: "Vendor", 1014: "Apache-2.0", 1022: "x86_64", 1044: "openssl-3.0.7-24.el9.src.rpm",
        1082: ["- Fix CVE-2023-0286\n  Resolves: CVE-2023-0215", "- Rebuild"], 1116: [0, 1], 1117: ["libssl.so.3", "README"], 1118: ["/usr/lib64/", "/usr/share/"],
    }
)  # fmt: skip


def test_rpm() -> None:
    files: dict[str, str | bytes] = {
        "/etc/os-release": "ID=rhel\nVERSION_ID=9.3\n",
        "/var/lib/rpm/rpmdb.sqlite": database([HEADER]),
    }
    found = components(files)["openssl-libs"]
    assert (
        found["purl"]
        == "pkg:rpm/rhel/openssl-libs@3.0.7-24.el9?arch=x86_64&distro=rhel-9.3&epoch=1&upstream=openssl-3.0.7-24.el9.src.rpm"
    )
    assert found["license"] == "Apache-2.0"
    text = properties(files, "pkg:rpm")["rulewright:changelog"]
    assert changelog.fixed(text) == {"CVE-2023-0286", "CVE-2023-0215"}
    assert owners(packages.installed(of_texts(files)).packages)["/usr/lib64/libssl.so.3"] == "openssl-libs"


def test_rpm_databases_of_other_forms_are_noted() -> None:
    found = packages.detect(of_texts({"/var/lib/rpm/Packages": b"\0" * 100}))
    assert [note.severe for note in found.notes] == [True]


@pytest.mark.parametrize(
    "data", [b"", b"SQLite format 3\0" + b"\xff" * 4096, b"x" * 100, database([b"", b"\xff" * 40])]
)
def test_broken_databases_are_noted(data: bytes) -> None:
    found = packages.detect(of_texts({"/var/lib/rpm/rpmdb.sqlite": data}))
    assert found.notes
    assert not found.rows


@given(st.integers(0, len(HEADER)), st.binary(max_size=8))
def test_broken_headers(at: int, data: bytes) -> None:
    header(HEADER[:at] + data + HEADER[at + len(data) :])
    header(HEADER[:at])


# --- banners ----------------------------------------------------------------------------------------------------------------


def test_busybox_and_the_kernel_by_banner() -> None:
    files: dict[str, str | bytes] = {
        "/bin/busybox": b"\x7fELF\0BusyBox v1.28.4 () built-in shell",
        "/lib/modules/4.14.95/x.ko": "",
    }
    found = components(files)
    assert found["busybox"]["version"] == "1.28.4"
    assert found["linux"]["version"] == "4.14.95"
    assert properties(files, "banner:busybox") == {"rulewright:evidence": "banner"}


def test_a_package_goes_before_a_banner() -> None:
    files: dict[str, str | bytes] = {
        "/bin/busybox": b"BusyBox v1.28.4",
        "/var/lib/dpkg/status": "Package: busybox-static\nVersion: 1:1.28.4-1\n",
    }
    assert sorted(components(files)) == ["busybox-static"]


def test_the_built_trees() -> None:
    found = packages.installed(real("legacy"))
    assert len(found.packages) == 19
    assert all(purl.is_valid(package.purl) for package in found.packages)
    telnet = next(package for package in found.packages if package.name == "inetutils-telnetd")
    assert "CVE-2026-24061" in changelog.fixed(telnet.fixes)
    assert len(packages.installed(real("hardened")).packages) == 15


@given(
    st.text(max_size=200),
    st.sampled_from(
        [
            "/var/lib/dpkg/status",
            "/usr/lib/opkg/status",
            "/lib/apk/db/installed",
            "/etc/os-release",
            "/usr/share/doc/libx1/copyright",
            "/usr/share/doc/libx1/changelog.gz",
        ]
    ),
)
def test_any_text(text: str, path: str) -> None:
    files: dict[str, str | bytes] = {**RELEASE, "/var/lib/dpkg/status": STATUS, path: text}
    for row in packages.detect(of_texts(files)).rows:
        assert row.fields.get("purl") is None or purl.is_valid(str(row.fields["purl"]))
    packages.detect(
        of_texts({path: f"Package: {text}\nVersion: {text}\nP:{text}\nV:{text}\nStatus: install ok installed\n"})
    )
