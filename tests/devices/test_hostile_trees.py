"""Trees that are made to do harm: bounded, told, never a traceback; cost grows with the tree."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.devices import tree as trees
from rulewright.devices.assemble import Assembled, assemble
from rulewright.devices.tree import Tree, folder, of_texts
from rulewright.facts.vocabulary import BUILTIN


def device(root: Path) -> Path:
    """A small root file system."""
    for name in ("etc/init.d", "bin", "usr/sbin"):
        (root / name).mkdir(parents=True)
    (root / "etc/passwd").write_text("root:x:0:0:root:/:/bin/sh\n")
    (root / "etc/inittab").write_text("::sysinit:/etc/init.d/rcS\n")
    (root / "etc/init.d/rcS").write_text("#!/bin/sh\ntelnetd -l /bin/sh\n")
    (root / "bin/busybox").write_bytes(b"\x7fELF" + b"\0" * 100)
    (root / "bin/sh").symlink_to("busybox")
    return root


def whole(tree: Tree) -> Assembled:
    made = assemble(tree, BUILTIN)
    assert [note.message for note in made.notes if note.code == "RW1505"] == []
    return made


def test_links_in_circles_out_of_the_tree_and_in_long_chains(tmp_path: Path) -> None:
    root = device(tmp_path / "t")
    (tmp_path / "secret").write_text("root:x:0:0::/:/bin/sh\n")
    (root / "a").symlink_to("b")
    (root / "b").symlink_to("a")
    (root / "etc/loop").symlink_to("..")
    (root / "etc/shadow").symlink_to(tmp_path / "secret")
    (root / "etc/group").symlink_to("../../../../secret")
    for number in range(60):
        (root / f"l{number}").symlink_to(f"l{number + 1}")
    tree = folder("t", str(root))
    assert tree.resolve("/a") is None
    assert tree.resolve("/l0") is None
    assert tree.read("/etc/shadow") == tree.read("/etc/group") == b""
    assert tree.read("/etc/loop/etc/loop/etc/passwd") != b""
    whole(tree)


def test_sockets_pipes_and_what_may_not_be_read(tmp_path: Path) -> None:
    root = device(tmp_path / "t")
    os.mkfifo(root / "etc/shadow")
    bound = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(root)  # names of sockets are short
    bound.bind("s")
    os.chdir(here)
    (root / "etc/hidden").write_text("x")
    (root / "etc/hidden").chmod(0)
    (root / "etc/closed").mkdir(mode=0)
    tree = folder("t", str(root))
    made = whole(tree)
    bound.close()
    (root / "etc/closed").chmod(0o700)
    assert tree.entries["/etc/shadow"].kind == "other"
    assert any(note.code == "RW1511" for note in made.notes)
    if os.geteuid() != 0:
        assert any(note.code == "RW1501" for note in made.notes)


def test_a_file_that_cannot_be_read_is_told_and_opens_the_lists() -> None:
    tree = of_texts({"/etc/passwd": "root:x:0:0::/:/bin/sh\n", "/etc/shadow": "x", "/bin/busybox": b"\x7fELF"})

    def refuse(path: str, most: int) -> bytes:
        del path, most
        raise PermissionError(13, "Permission denied")

    tree._load = refuse
    made = whole(tree)
    assert any(note.code == "RW1501" and note.severe for note in made.notes)
    assert all(table.extents[0].state.value == "open" for table in made.facts.tables.values())


@pytest.mark.parametrize(
    "name", [b"new\nline", b"tab\tbell\a", b"\xff\xfe", "\u202eltr".encode(), b"-rf *", b"$(id)", b"a" * 255]
)
def test_odd_names(tmp_path: Path, name: bytes) -> None:
    root = device(tmp_path / "t")
    for place in (b"etc", b"etc/init.d", b"usr/sbin"):
        Path(os.fsdecode(os.fsencode(root) + b"/" + place + b"/" + name)).write_text("#!/bin/sh\ntelnetd &\n")
    tree = folder("t", str(root))
    made = whole(tree)
    assert sum("rcS" not in path and path.startswith("/etc/init.d/") for path in tree.entries) == 1
    assert len(made.digest.sha256) == 64


def test_hard_links_are_files_like_others(tmp_path: Path) -> None:
    root = device(tmp_path / "t")
    os.link(root / "bin/busybox", root / "usr/sbin/telnetd")
    assert whole(folder("t", str(root))).digest.kinds["file"] == 5


def test_depth_and_number_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = device(tmp_path / "t")
    (root / "/".join(["d"] * 200)).mkdir(parents=True)
    assert [note.code for note in folder("t", str(root)).notes] == ["RW1502"]
    monkeypatch.setattr(trees, "MAX_FILES", 3)
    assert {note.code for note in folder("t", str(root)).notes} == {"RW1502"}


@pytest.mark.slow
def test_many_files_cost_in_proportion(tmp_path: Path) -> None:
    """100,000 empty files instead of a million; twice as many take about twice as long."""
    root = device(tmp_path / "t")
    costs = []
    for part in range(2):
        for number in range(100):
            place = root / f"data/{part}-{number}"
            place.mkdir(parents=True)
            for name in range(500):
                (place / str(name)).touch()
        begun = time.process_time()
        whole(folder("t", str(root)))
        costs.append(time.process_time() - begun)
    assert costs[1] < 60
    assert costs[1] < costs[0] * 4 + 1


FRAGMENTS = st.sampled_from([
    b"\x7fELF\x02\x01\x01", b"\x7fELF\x01\x02\x01", b"\xff" * 64, b"-----BEGIN RSA PRIVATE KEY-----\n", b"$(( ", b"`", b"${x:", b"<<EOF\n", b"if [",
    b"case $1 in", b"{", b"}", b"\0" * 100, b"[Service]\nExecStart=", b"\n", b"::respawn:", b"include /etc/*\n", b"server {", b"root:$1$", b":" * 9,
])  # fmt: skip
FILES = st.sampled_from([
    "/etc/passwd", "/etc/shadow", "/etc/inittab", "/etc/init.d/rcS", "/etc/inetd.conf", "/etc/nginx/nginx.conf", "/etc/ssh/sshd_config", "/bin/busybox",
    "/etc/mosquitto/mosquitto.conf", "/lib/systemd/system/a.service", "/etc/systemd/system/default.target", "/var/lib/dpkg/status", "/etc/rc.local",
    "/lib/apk/db/installed", "/var/lib/rpm/rpmdb.sqlite", "/etc/ssl/a.pem", "/etc/config/wireless", "/boot/config-1", "/etc/nftables.conf", "/usr/sbin/telnetd",
    "/etc/os-release", "/etc/rauc/system.conf", "/etc/lighttpd/lighttpd.conf", "/etc/hostapd/hostapd.conf", "/lib/systemd/systemd", "/etc/snmp/snmpd.conf",
])  # fmt: skip


@given(
    st.dictionaries(FILES, st.lists(st.one_of(FRAGMENTS, st.binary(max_size=30)), max_size=8).map(b"".join), max_size=8)
)
@settings(max_examples=60, deadline=None)
def test_any_bytes_in_the_files_that_are_read(texts: dict[str, bytes]) -> None:
    whole(of_texts(dict(texts), {"/bin/sh": "busybox", "/sbin/init": "/lib/systemd/systemd"}))
