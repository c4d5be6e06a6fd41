"""Consoles, debug bridges, debuggers, loaders: the level follows what starts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.devices import debug
from rulewright.devices.model import Findings
from rulewright.devices.starts import starts
from rulewright.devices.tree import Tree, of_texts
from tests.devices.made import real, subjects, values

BOX = {"/sbin/init": "", "/bin/sh": "", "/sbin/getty": "", "/bin/login": "", "/sbin/agetty": ""}


def detect(files: dict[str, str | bytes], links: dict[str, str] | None = None) -> Findings:
    return on(of_texts({**BOX, **files}, links))


def on(tree: Tree) -> Findings:
    return debug.detect(tree, starts(tree))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ttyS0::respawn:/bin/sh", ("open", "enabled")),
        ("::askfirst:-/bin/sh", ("open", "enabled")),
        ("ttyAMA0::askfirst:/bin/ash --login", ("open", "enabled")),
        ("::respawn:/sbin/getty -L ttyS0 115200 vt100", ("protected", "enabled")),
        ("T0:23:respawn:/sbin/getty -L ttyS0 9600 vt100", ("protected", "enabled")),
        ("ttyS0::respawn:/sbin/getty -n -l /bin/sh 115200 ttyS0", ("open", "enabled")),
        ("ttyS0::respawn:/sbin/agetty --autologin root 115200 ttyS0", ("open", "enabled")),
        ("tty1::respawn:/sbin/getty 38400 tty1", None),
        ("tty2::askfirst:-/bin/sh", None),
        ("#ttyS0::respawn:/bin/sh", None),
        ("::sysinit:/bin/sh /etc/rcS", None),
        ("::shutdown:/bin/sh", None),
    ],
)
def test_consoles_of_inittab(line: str, expected: tuple[str, str] | None) -> None:
    found = detect({"/etc/inittab": f"id:2:initdefault:\n{line}\n" if "23" in line else f"\n{line}\n"})
    assert [(value, level) for value, level, _ in values(found, "iface.debug_uart")] == ([expected] if expected else [])


def test_a_root_without_a_password_leaves_the_login_open() -> None:
    files: dict[str, str | bytes] = {
        "/etc/inittab": "ttyS0::respawn:/sbin/getty 115200 ttyS0\n",
        "/etc/passwd": "root::0:0::/root:/bin/sh\n",
    }
    assert values(detect(files), "iface.debug_uart") == [("open", "enabled", "/etc/inittab#1")]


def test_the_open_line_decides() -> None:
    found = detect({"/etc/inittab": "ttyS0::respawn:/sbin/getty 115200 ttyS0\nttyS1::respawn:/bin/sh\n"})
    assert values(found, "iface.debug_uart") == [("open", "enabled", "/etc/inittab#2")]
    assert subjects(found) == [("shell on a serial line", "enabled", "/etc/inittab#2")]


def test_a_console_on_a_screen_is_no_uart() -> None:
    files: dict[str, str | bytes] = {
        "/etc/inittab": "::askfirst:-/bin/sh\n",
        "/boot/cmdline.txt": "console=tty1 quiet\n",
    }
    assert not values(detect(files), "iface.debug_uart")
    files["/boot/cmdline.txt"] = "console=tty1 console=ttyS0,115200\n"
    assert values(detect(files), "iface.debug_uart")[0][0] == "open"


SYSTEMD = {
    "/lib/systemd/systemd": "",
    "/lib/systemd/system/default.target": "[Unit]\nWants=getty.target\n",
    "/lib/systemd/system/getty.target": "[Unit]\n",
    "/lib/systemd/system/serial-getty@.service": "[Service]\nExecStart=-/sbin/agetty {} 115200 %I\n",
    "/lib/systemd/system/debug-shell.service": "[Service]\nExecStart=/bin/sh\n",
}


@pytest.mark.parametrize(("option", "value"), [("", "protected"), ("--autologin root", "open")])
def test_a_serial_getty_of_systemd(option: str, value: str) -> None:
    files = {path: text.replace("{}", option) for path, text in SYSTEMD.items()} | {"/sbin/agetty": ""}
    links = {"/sbin/init": "/lib/systemd/systemd"}
    on_link = {
        **links,
        "/etc/systemd/system/getty.target.wants/serial-getty@ttyS0.service": "/lib/systemd/system/serial-getty@.service",
    }
    found = on(of_texts(files, on_link))
    assert [(v, level) for v, level, _ in values(found, "iface.debug_uart")] == [(value, "enabled")]
    assert not values(on(of_texts(files, links)), "iface.debug_uart")


def test_a_debug_shell_counts_when_it_is_wanted() -> None:
    links = {"/sbin/init": "/lib/systemd/systemd"}
    assert not subjects(on(of_texts(SYSTEMD, links)))
    links["/etc/systemd/system/getty.target.wants/debug-shell.service"] = "/lib/systemd/system/debug-shell.service"
    assert [(s, level) for s, level, _ in subjects(on(of_texts(SYSTEMD, links)))] == [
        ("shell without a login", "enabled")
    ]


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("/usr/sbin/telnetd -l /bin/sh", "enabled"),
        ("[ -f /tmp/x ] && telnetd -l /bin/sh &", "conditional"),
        ("nc -l -p 99 -e /bin/sh &", "enabled"),
        ("telnetd &", None),
        ("# telnetd -l /bin/sh", None),
    ],
)
def test_shells_for_everybody(line: str, level: str | None) -> None:
    found = detect(
        {
            "/etc/inittab": "::sysinit:/etc/init.d/rcS\n",
            "/etc/init.d/rcS": f"#!/bin/sh\n{line}\n",
            "/usr/sbin/telnetd": "",
            "/usr/bin/nc": "",
        }
    )
    assert [(s, grade) for s, grade, _ in subjects(found)] == ([("shell without a login", level)] if level else [])


def test_the_debug_bridge() -> None:
    assert detect({"/etc/inittab": "::respawn:/bin/true\n"}).examined == {"iface.adb_enabled": False}
    assert not on(of_texts({"/etc/passwd": ""})).examined, "a part of a tree does not show it"
    assert values(detect({"/usr/bin/adbd": ""}), "iface.adb_enabled") == [(True, "present", "/usr/bin/adbd")]
    run: dict[str, str | bytes] = {"/usr/bin/adbd": "", "/etc/inittab": "::respawn:/usr/bin/adbd\n"}
    assert values(detect(run), "iface.adb_enabled") == [(True, "enabled", "/etc/inittab#1")]
    assert values(detect({"/default.prop": "persist.adb.tcp.port=5555\n"}), "iface.adb_enabled")[0][:2] == (
        True,
        "enabled",
    )


def test_tools_that_nothing_starts_are_present() -> None:
    assert subjects(detect({"/usr/bin/gdbserver": "", "/usr/sbin/tcpdump": ""})) == [
        ("debugging tool", "present", "/usr/bin/gdbserver"),
        ("debugging tool", "present", "/usr/sbin/tcpdump"),
    ]
    run: dict[str, str | bytes] = {
        "/usr/bin/gdbserver": "",
        "/etc/inittab": "::respawn:/usr/bin/gdbserver :9999 /bin/app\n",
    }
    assert subjects(detect(run)) == [("debugger", "enabled", "/etc/inittab#1")]


def test_the_loader() -> None:
    found = detect({"/etc/u-boot-initial-env": "bootdelay=3\nboot_targets=mmc0 usb0 pxe\n"})
    assert subjects(found) == [("loader prompt", "enabled", "/etc/u-boot-initial-env#1")]
    assert values(found, "boot.external_media_boot") == [(True, "enabled", "/etc/u-boot-initial-env#2")]
    assert not detect({"/etc/u-boot-initial-env": "bootdelay=-2\nboot_targets=mmc0\n"}).rows


def test_the_built_trees() -> None:
    legacy = on(real("legacy"))
    assert values(legacy, "iface.debug_uart") == [("open", "enabled", "/etc/inittab#2")]
    assert ("shell without a login", "conditional", "/etc/init.d/rcS#3") in subjects(legacy)
    hardened = on(real("hardened"))
    assert not [one for one in hardened.said if one.value in {"open", True}]
    assert not hardened.rows


@given(st.text(max_size=200))
def test_any_inittab(text: str) -> None:
    detect({"/etc/inittab": text, "/boot/uEnv.txt": text, "/default.prop": text})
