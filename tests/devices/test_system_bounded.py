"""Files made to cost much: binaries, rule sets, profiles, databases are read in bounded time."""

from __future__ import annotations

import struct
import time
import zlib
from collections.abc import Callable

import pytest

from rulewright.devices import apparmor, debug, elf, firewall, hardening, kernel, packages, updates
from rulewright.devices.starts import starts
from rulewright.devices.tree import Tree, of_texts
from tests.devices.made import daemon

MANY = 50_000


def elf_bomb(*, count: int = 0xFFFF, symbols: int = 0xFFFFFFFF) -> bytes:
    """Tables that say they are endless, all over the same bytes."""
    head = (
        b"\x7fELF\x02\x01\x01"
        + bytes(9)
        + struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 64, 0, 64, 56, count, 64, count, 0)
    )
    load = struct.pack("<IIQQQQQQ", 1, 7, 0, 0, 0, 1 << 62, 1 << 62, 1)
    dynamic = struct.pack("<IIQQQQQQ", 2, 6, 400, 400, 400, 1 << 40, 1 << 40, 8)
    entries = [(4, 600), (5, 700), (6, 800), (10, 1 << 40), (11, 24)] + [(1, n) for n in range(4000)]
    body = b"".join(struct.pack("<QQ", key, value) for key, value in entries)
    return (head + load + dynamic).ljust(400, b"\0") + body[:200] + struct.pack("<II", 1, symbols) + b"\x01" * 4_000_000


def needing(number: int) -> bytes:
    """A program that needs very many libraries of which none is there."""
    names = b"\0" + b"".join(f"lib{n}.so\0".encode() for n in range(number))
    begin = 64 + 2 * 56 + 16 * (number + 4)
    entries = [
        (5, begin),
        (10, len(names)),
        (29, 1),
        *((1, 1 + names[1:].find(f"lib{n}.so".encode())) for n in range(number)),
        (0, 0),
    ]
    head = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 0, 0, 64, 56, 2, 64, 0, 0)
    load = struct.pack("<IIQQQQQQ", 1, 7, 0, 0, 0, 1 << 30, 1 << 30, 1)
    dynamic = struct.pack("<IIQQQQQQ", 2, 6, 176, 176, 176, 16 * len(entries), 16 * len(entries), 8)
    return (
        head
        + load
        + dynamic
        + b"".join(struct.pack("<QQ", *entry) for entry in entries).ljust(begin - 176, b"\0")
        + names
    )


def run(module: Callable[..., object]) -> Callable[[Tree], object]:
    return lambda tree: module(tree, starts(tree))


COSTLY: dict[str, tuple[Callable[[Tree], object], dict[str, str | bytes]]] = {
    "libraries": (
        lambda tree: hardening.detect(tree, [daemon("http", "/bin/a")]),
        {"/bin/a": needing(4000), "/etc/ld.so.conf": "".join(f"/lib/{n}\n" for n in range(900))},
    ),
    "ld.so.conf": (
        lambda tree: hardening.detect(tree, [daemon("http", "/bin/a")]),
        {"/bin/a": needing(3), "/etc/ld.so.conf": "include /etc/ld*\n" * 1000},
    ),
    "nft": (run(firewall.detect), {"/etc/nftables.conf": "table ip a { chain b { tcp dport { " + "1, " * 300_000}),
    "nft blocks": (run(firewall.detect), {"/etc/nftables.conf": "{ " * 300_000}),
    "nft includes": (
        run(firewall.detect),
        {"/etc/nftables/a.nft": 'include "/etc/nftables/*"\n' * MANY, "/etc/nftables/b.nft": 'include "*"\n' * MANY},
    ),
    "iptables": (
        run(firewall.detect),
        {"/etc/iptables/rules.v4": "*filter\n" + "-A INPUT -p tcp --dport 1 -j ACCEPT\n" * MANY},
    ),
    "uci": (
        run(firewall.detect),
        {
            "/etc/config/firewall": "config zone\n option name a\nconfig rule\n option src a\n option dest_port 1\n option target ACCEPT\n"
            * 20_000
        },
    ),
    "profiles": (
        apparmor.profiles,
        {f"/etc/apparmor.d/{n}": "profile a /{a,b}{c,d}{e,f}{g,h}{ {\n" * 1000 for n in range(20)},
    ),
    "profile words": (
        apparmor.profiles,
        {"/etc/apparmor.d/a": "profile " + "{a}@{b}" * 280 + "\n" + ("x" * 1999 + "\n") * 1000},
    ),
    "inittab": (run(debug.detect), {"/etc/inittab": "ttyS0::respawn:/bin/sh\n" * 20_000, "/sbin/init": ""}),
    "arguments": (run(debug.detect), {"/boot/grub/grub.cfg": "linux /x " + "console=ttyS0 " * 200_000}),
    "sysctl": (run(kernel.detect), {"/etc/sysctl.conf": "kernel.sysrq=1\n" * MANY}),
    "addresses": (
        run(updates.detect),
        {f"/etc/{n}.conf": "update http://a.example/firmware\n" * 7000 for n in range(10)},
    ),
    "curl": (run(updates.detect), {"/etc/a.sh": ("curl " * 400 + "://\n") * 100}),
    "dpkg": (packages.detect, {"/var/lib/dpkg/status": "Package: a\nVersion: 1\n\n" * MANY}),
    "dpkg fields": (
        packages.detect,
        {"/var/lib/dpkg/status": "Package: a\nVersion: 1\nDepends: a\n" + " b,\n" * 300_000},
    ),
    "apk": (packages.detect, {"/lib/apk/db/installed": "P:a\nV:1\n" + "R:x\n" * 300_000}),
}


def gz(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize("name", COSTLY)
def test_costly_files_are_bounded(name: str) -> None:
    detect, files = COSTLY[name]
    tree = of_texts(files)
    begun = time.process_time()
    detect(tree)
    assert time.process_time() - begun < 15


def test_a_configuration_that_unpacks_to_much_is_cut() -> None:
    data = gz(b"CONFIG_A=y\n" * 3_000_000)
    tree = of_texts({"/proc/config.gz": data})
    begun = time.process_time()
    kernel.detect(tree, ())
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("symbols", [0, 1, 0xFFFFFFFF])
def test_tables_without_an_end(symbols: int) -> None:
    begun = time.process_time()
    elf.read(elf_bomb(symbols=symbols))
    assert time.process_time() - begun < 5
