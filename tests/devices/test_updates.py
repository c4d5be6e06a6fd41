"""Update mechanisms: signatures, transports, slots; each in its scope."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.devices import updates
from rulewright.devices.model import Findings
from rulewright.devices.starts import starts
from rulewright.devices.tree import Tree, of_texts
from tests.devices.made import real, subjects, values


def on(tree: Tree) -> Findings:
    return updates.detect(tree, starts(tree))


def detect(files: dict[str, str]) -> Findings:
    return on(of_texts(files))


def said(found: Findings, attribute: str) -> list[tuple[object, str]]:
    return [(value, level) for value, level, _ in values(found, f"update.{attribute}")]


RAUC = """[system]
compatible=gw
bootloader={loader}
{system}
[keyring]
path=ca.pem
[slot.rootfs.0]
device=/dev/a
bootname=A
[slot.rootfs.1]
device=/dev/b
bootname=B
"""


def rauc(loader: str = "uboot", system: str = "", more: dict[str, str] | None = None, tail: str = "") -> dict[str, str]:
    text = RAUC.format(loader=loader, system=system) + tail
    return {"/etc/rauc/system.conf": text, "/etc/rauc/ca.pem": "", "/usr/bin/rauc": ""} | (more or {})


def test_rauc() -> None:
    found = detect(rauc())
    assert said(found, "signature_verified") == [(True, "enabled")]
    assert said(found, "failsafe") == [(True, "enabled")]
    assert said(found, "supported") == [(True, "enabled")]
    assert not said(found, "anti_rollback")
    assert not said(found, "transport_encrypted")


def test_rauc_without_its_program_is_configured() -> None:
    files = rauc()
    del files["/usr/bin/rauc"]
    assert said(detect(files), "signature_verified") == [(True, "configured")]


def test_a_keyring_that_is_not_there_proves_nothing() -> None:
    files = rauc()
    del files["/etc/rauc/ca.pem"]
    assert not said(detect(files), "signature_verified")
    files["/etc/rauc/system.conf"] = files["/etc/rauc/system.conf"].replace("path=", "#path=")
    assert said(detect(files), "signature_verified") == [(False, "enabled")]


@pytest.mark.parametrize(("loader", "value"), [("noop", False), ("barebox", True)])
def test_slots_need_a_loader(loader: str, *, value: bool) -> None:
    assert said(detect(rauc(loader)), "failsafe") == [(value, "enabled")]


def test_what_rauc_is_told() -> None:
    found = detect(
        rauc(
            system="min-bundle-version=2.0\nbundle-formats=verity",
            tail="[encryption]\nkey=/k\n[streaming]\ntls-cert=/c\n",
        )
    )
    for name in ("anti_rollback", "image_encrypted", "device_authenticates_to_server", "toctou_safe"):
        assert said(found, name) == [(True, "enabled")], name
    assert not said(detect(rauc(system="bundle-formats=plain verity")), "toctou_safe")


def test_hawkbit() -> None:
    config = "/etc/rauc-hawkbit-updater/config.conf"
    assert said(detect(rauc(more={config: "[client]\nssl=false\n"})), "transport_encrypted") == [(False, "enabled")]
    found = detect(rauc(more={config: "[client]\nauth_token=x\n"}))
    assert said(found, "transport_encrypted") == [(True, "enabled")]
    assert said(found, "device_authenticates_to_server") == [(True, "enabled")]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"/etc/swupdate.cfg": 'globals :\n{\n\tpublic-key-file = "/etc/key.pem";\n};\n'}, [(True, "enabled")]),
        ({"/etc/swupdate.cfg": 'globals :\n{\n# public-key-file = "/etc/key.pem";\n};\n'}, [(False, "enabled")]),
        (
            {"/etc/swupdate.cfg": "", "/etc/swupdate/conf.d/10": 'SWUPDATE_ARGS="-k /etc/key.pem"\n'},
            [(True, "enabled")],
        ),
        (
            {"/etc/inittab": "::respawn:/usr/bin/swupdate -k /key.pem -u '-t x'\n", "/sbin/init": ""},
            [(True, "enabled")],
        ),
        ({}, []),
    ],
)
def test_swupdate(files: dict[str, str], expected: list[tuple[bool, str]]) -> None:
    assert said(detect({"/usr/bin/swupdate": "", **files}), "signature_verified") == expected


def test_swupdate_without_downgrades() -> None:
    found = detect({"/usr/bin/swupdate": "", "/etc/swupdate.cfg": 'no-downgrading = "1.0";\n'})
    assert said(found, "anti_rollback") == [(True, "enabled")]


def test_mender() -> None:
    config = {
        "ServerURL": "https://a.example",
        "ArtifactVerifyKey": "/k",
        "RootfsPartA": "/dev/a",
        "RootfsPartB": "/dev/b",
        "UpdatePollIntervalSeconds": 5400,
    }
    found = detect({"/etc/mender/mender.conf": json.dumps(config), "/usr/bin/mender": ""})
    assert said(found, "signature_verified") == [(True, "enabled")]
    assert said(found, "transport_encrypted") == [(True, "enabled")]
    assert said(found, "check_interval_hours") == [(2, "enabled")]
    assert said(found, "failsafe") == [(True, "enabled")]
    loose = detect(
        {"/etc/mender/mender.conf": json.dumps({"ServerURL": "https://a", "SkipVerify": True}), "/usr/bin/mender": ""}
    )
    assert said(loose, "transport_encrypted") == [(False, "enabled")]
    assert said(loose, "signature_verified") == [(False, "enabled")]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "[" * 100_000, '{"ServerURL": 1, "ArtifactVerifyKeys": 7, "UpdatePollIntervalSeconds": true}'],
)
def test_a_broken_configuration_of_mender(text: str) -> None:
    detect({"/etc/mender/mender.conf": text})


@pytest.mark.parametrize(
    ("text", "verified", "encrypted"),
    [
        ("src/gz base http://d.example/p\noption check_signature\n", True, False),
        ("src/gz base https://d.example/p\noption check_signature 1\n", True, True),
        ("src/gz base https://d.example/p\n#option check_signature\n", False, True),
        ("src/gz a https://d.example/p\nsrc b http://d.example/p\noption check_signature 0\n", False, False),
    ],
)
def test_opkg(text: str, *, verified: bool, encrypted: bool) -> None:
    found = detect({"/bin/opkg": "", "/etc/opkg.conf": text})
    assert said(found, "signature_verified") == [(verified, "enabled")]
    assert said(found, "transport_encrypted") == [(encrypted, "enabled")]
    assert said(detect({"/etc/opkg.conf": text}), "supported") == [(True, "configured")]


def test_feeds_that_are_commented_out_are_none() -> None:
    assert not detect({"/bin/opkg": "", "/etc/opkg.conf": "#src/gz base http://d.example/p\n"}).said


def test_apk_and_apt() -> None:
    apk = detect({"/sbin/apk": "", "/etc/apk/repositories": "https://a.example/v3\n", "/etc/apk/keys/a.pub": ""})
    assert said(apk, "signature_verified") == [(True, "enabled")]
    apt = detect({"/usr/bin/apt-get": "", "/etc/apt/sources.list": "deb [trusted=yes] http://a.example x main\n"})
    assert said(apt, "signature_verified") == [(False, "enabled")]
    assert said(apt, "transport_encrypted") == [(False, "enabled")]
    whole = detect(
        {"/usr/bin/apt-get": "", "/etc/apt/sources.list.d/a.sources": "Types: deb\nURIs: https://a.example\n"}
    )
    assert said(whole, "signature_verified") == [(True, "enabled")]


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("/etc/vendor.conf", "upgrade_url=http://fw.example.com/latest.bin\n", False),
        ("/etc/vendor.conf", "upgrade_url=https://fw.example.com/latest.bin\n", True),
        ("/etc/vendor.conf", "# upgrade_url=http://fw.example.com/latest.bin\n", None),
        ("/etc/vendor.conf", "homepage=http://www.example.com/\n", None),
        ("/usr/bin/update.sh", "#!/bin/sh\nwget http://fw.example.com/x -O /tmp/firmware.bin\n", False),
        ("/usr/share/doc/x/README", "update from http://fw.example.com/firmware\n", None),
    ],
)
def test_addresses(path: str, text: str, value: bool | None) -> None:  # noqa: FBT001
    assert said(detect({path: text}), "transport_encrypted") == ([] if value is None else [(value, "configured")])


def test_a_download_without_a_check() -> None:
    found = detect(
        {
            "/usr/bin/get": "#!/bin/sh\nwget --no-check-certificate https://a.example/b\ncurl -sk https://a.example/c\ncurl -s https://a.example\n"
        }
    )
    assert [place for subject, _, place in subjects(found) if subject == "download without a check"] == [
        "/usr/bin/get#2",
        "/usr/bin/get#3",
    ]


def test_each_mechanism_is_a_scope() -> None:
    found = detect(rauc(more={"/bin/opkg": "", "/etc/opkg.conf": "src/gz a http://d.example/p\n"}))
    assert {(one.scope, one.value) for one in found.said if one.attribute == "update.signature_verified"} == {
        ("rauc", True),
        ("opkg", False),
    }


def test_nothing_is_said_without_a_mechanism() -> None:
    found = detect({"/etc/passwd": ""})
    assert not found.said
    assert not found.examined


def test_the_built_trees() -> None:
    legacy, hardened = on(real("legacy")), on(real("hardened"))
    assert said(legacy, "transport_encrypted") == [(False, "configured")]
    assert not said(legacy, "signature_verified")
    assert said(hardened, "signature_verified") == [(True, "enabled")]
    assert said(hardened, "failsafe") == [(True, "enabled")]
    assert not said(hardened, "transport_encrypted")


@given(st.text(alphabet="[]{}=:;\"'\n#abkeyringpathslot.0 http://update", max_size=300))
def test_any_text(text: str) -> None:
    for path in (
        "/etc/rauc/system.conf",
        "/etc/swupdate.cfg",
        "/etc/mender/mender.conf",
        "/etc/opkg.conf",
        "/etc/apt/sources.list",
        "/etc/a.conf",
    ):
        detect({path: text})
