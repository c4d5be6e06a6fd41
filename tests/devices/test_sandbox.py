"""What confines services, and as whom they work."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.devices import apparmor, sandbox
from rulewright.devices.daemons import daemons
from rulewright.devices.model import Daemon, Findings
from rulewright.devices.privileges import user
from rulewright.devices.starts import starts
from rulewright.devices.systemd_units import Units
from rulewright.devices.tree import Tree, of_texts
from tests.devices.made import daemon, real, values

LINKS = {
    "/sbin/init": "/lib/systemd/systemd",
    "/etc/systemd/system/default.target.wants/web.service": "/lib/systemd/system/web.service",
}


def device(settings: str = "", more: dict[str, str] | None = None, *, wanted: bool = True) -> Tree:
    files = {
        "/lib/systemd/systemd": "",
        "/lib/systemd/system/default.target": "[Unit]\n",
        "/lib/systemd/system/web.service": f"[Service]\nExecStart=/usr/sbin/lighttpd -D\n{settings}\n",
        "/usr/sbin/lighttpd": "",
    }
    return of_texts({**files, **(more or {})}, LINKS if wanted else {"/sbin/init": "/lib/systemd/systemd"})


def detect(tree: Tree) -> Findings:
    started = starts(tree)
    return sandbox.detect(tree, started, daemons(tree, started))


def web(tree: Tree) -> Daemon:
    return next(one for one in daemons(tree, starts(tree)) if one.kind == "http")


@pytest.mark.parametrize(
    ("settings", "kinds", "confined"),
    [
        ("", (), False),
        ("SystemCallFilter=@system-service", ("seccomp",), True),
        ("ProtectSystem=strict", ("namespaces",), True),
        ("ProtectSystem=no", (), False),
        ("SystemCallFilter=@a\nSystemCallFilter=", (), False),
        ("PrivateTmp=yes", ("namespaces",), False),
        ("MemoryMax=10M", ("cgroups",), False),
        ("MemoryMax=infinity", (), False),
        ("DynamicUser=yes", (), True),
        ("#SystemCallFilter=@a", (), False),
    ],
)
def test_settings_of_a_unit(settings: str, kinds: tuple[str, ...], confined: bool) -> None:  # noqa: FBT001
    tree = device(settings)
    found = detect(tree)
    assert [value for value, _, _ in values(found, "os.isolation")] == ([kinds] if kinds else [])
    assert ("os.isolation" in found.examined) is not bool(kinds)
    fields = sandbox.fields(tree, Units(tree), starts(tree), web(tree))
    assert fields["sandboxed"] is confined


def test_a_drop_in_counts() -> None:
    tree = device("", {"/etc/systemd/system/web.service.d/a.conf": "[Service]\nSystemCallFilter=@a\n"})
    assert values(detect(tree), "os.isolation")[0][0] == ("seccomp",)


def test_a_unit_that_nothing_starts_isolates_nothing() -> None:
    assert not values(detect(device("SystemCallFilter=@a", wanted=False)), "os.isolation")


@pytest.mark.parametrize(
    ("settings", "files", "expected"),
    [
        ("", {}, "root"),
        ("User=www", {}, "www"),
        ("User=root", {}, "root"),
        ("DynamicUser=1", {}, "(dynamic)"),
        ("", {"/etc/lighttpd/lighttpd.conf": 'server.username = "www-data"\n'}, "www-data"),
        ("", {"/etc/lighttpd/lighttpd.conf": '#server.username = "www-data"\n'}, "root"),
    ],
)
def test_as_whom_a_service_works(settings: str, files: dict[str, str], expected: str) -> None:
    tree = device(settings, files)
    assert user(tree, Units(tree), web(tree)) == expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (daemon("mqtt", "/usr/sbin/mosquitto"), "mosquitto"),
        (daemon("snmp", "/usr/sbin/snmpd", "-u", "snmp"), "snmp"),
        (daemon("snmp", "/usr/sbin/snmpd"), "root"),
        (daemon("ssh", "/usr/sbin/dropbear"), "root"),
        (daemon("tftp", "/usr/sbin/in.tftpd", "--user", "tftp"), "tftp"),
        (msgspec.structs.replace(daemon("ssh", "/usr/sbin/sshd"), user="ssh:ssh"), "ssh"),
        (daemon("http", "/usr/sbin/httpd"), ""),
    ],
)
def test_programs_that_drop_root(one: Daemon, expected: str) -> None:
    tree = of_texts({"/etc/passwd": ""})
    assert user(tree, Units(tree), one) == expected


def test_the_share_of_services_without_root() -> None:
    tree = of_texts({"/etc/passwd": ""})
    served = [daemon("mqtt", "/usr/sbin/mosquitto"), daemon("ssh", "/usr/sbin/dropbear")]
    name = "authz.least_privilege_processes_ratio"
    assert values(sandbox.detect(tree, [], served), name)[0][0] == 500_000
    unknown = [*served, daemon("http", "/usr/sbin/httpd")]
    assert not values(sandbox.detect(tree, [], unknown), name)
    assert not values(sandbox.detect(tree, [], []), name)


PROFILES = {
    "/usr/sbin/web {\n  /etc/** r,\n}\n": [("/usr/sbin/web", True)],
    "profile web /usr/{bin,sbin}/web flags=(complain) {\n}\n": [("/usr/{bin,sbin}/web", False)],
    "#include <tunables/global>\nabi <abi/3.0>,\nprofile web @{bin}/web {\n profile inner { x, }\n}\n": [
        ("@{bin}/web", True)
    ],
    "# /usr/sbin/web {\n": [],
}


@pytest.mark.parametrize("text", PROFILES)
def test_profiles(text: str) -> None:
    found = apparmor.profiles(of_texts({"/etc/apparmor.d/web": text}))
    assert [(one.attached, one.enforced) for one in found] == PROFILES[text]
    assert all(one.fits("/usr/sbin/web") for one in found)
    assert not any(one.fits("/usr/sbin/other") for one in found)


def test_a_profile_that_is_disabled_is_none() -> None:
    files = {"/etc/apparmor.d/web": "/usr/sbin/web {\n}\n"}
    assert not apparmor.profiles(of_texts(files, {"/etc/apparmor.d/disable/web": "/etc/apparmor.d/web"}))
    loose = apparmor.profiles(of_texts(files, {"/etc/apparmor.d/force-complain/web": "/etc/apparmor.d/web"}))
    assert not loose[0].enforced


def test_a_profile_confines_when_it_is_loaded() -> None:
    more = {
        "/etc/apparmor.d/web": "/usr/sbin/lighttpd {\n}\n",
        "/sbin/apparmor_parser": "",
        "/lib/systemd/system/apparmor.service": "[Service]\nType=oneshot\nExecStart=/sbin/apparmor_parser -r /etc/apparmor.d\n",
    }
    idle = device("", more)
    assert not values(detect(idle), "os.isolation")
    files = {path: idle.read(path) for path, entry in idle.entries.items() if entry.kind == "file"}
    tree = of_texts(
        files,
        {**LINKS, "/etc/systemd/system/default.target.wants/apparmor.service": "/lib/systemd/system/apparmor.service"},
    )
    assert values(detect(tree), "os.isolation")[0][0] == ("apparmor",)
    assert sandbox.fields(tree, Units(tree), starts(tree), web(tree))["sandboxed"] is True


def test_the_built_trees() -> None:
    hardened = real("hardened")
    found = detect(hardened)
    assert "namespaces" in str(values(found, "os.isolation")[0][0])
    assert "as root: ssh" in next(one.text for one in found.said if one.attribute.startswith("authz."))


@given(st.text(max_size=200))
def test_any_profile(text: str) -> None:
    for one in apparmor.profiles(
        of_texts({"/etc/apparmor.d/x": text, "/etc/apparmor.d/y": f"profile x /{text} {{\n{text}"})
    ):
        one.fits("/usr/sbin/x")
