"""Who may read and write what."""

from __future__ import annotations

import pytest

from rulewright.devices import permissions
from rulewright.devices.tree import Entry, Tree
from tests.devices.made import subjects

SHADOW = b"root:$6$abcdefgh$0123456789:19000::::::\n"


def tree(*entries: Entry, shadow: bytes = SHADOW) -> Tree:
    return Tree("tree", {entry.path: entry for entry in entries}, lambda _path, most: shadow[:most])


@pytest.mark.parametrize(
    ("mode", "content", "level"),
    [(0o644, SHADOW, "enabled"), (0o644, b"root:!:19000::::::\n", "present"), (0o640, SHADOW, None)],
)
def test_password_file(mode: int, content: bytes, level: str | None) -> None:
    found = permissions.detect(tree(Entry("/etc/shadow", "file", 40, mode), shadow=content))
    assert subjects(found) == ([("readable password file", level, "/etc/shadow")] if level else [])


def test_copies_count_where_they_hold_a_password() -> None:
    copy = Entry("/etc/shadow.bak", "file", 40, 0o600)
    assert subjects(permissions.detect(tree(copy))) == [("copy of a password file", "present", "/etc/shadow.bak#1")]
    assert not permissions.detect(tree(copy, shadow=b"root:*:1::::::\n")).rows


def test_writable_places_once() -> None:
    entries = (
        Entry("/tmp", "folder", mode=0o1777),
        Entry("/dev/shm/x", "folder", mode=0o777),
        Entry("/mnt/usb", "folder", mode=0o777),
        Entry("/mnt/usb/a/b", "file", 1, 0o666),
        Entry("/mnt/usb.d", "file", 1, 0o664),
        Entry("/usr/bin/tool", "file", 1, 0o777),
    )
    assert subjects(permissions.detect(tree(*entries))) == [
        ("writable folder", "enabled", "/mnt/usb"),
        ("writable file", "enabled", "/usr/bin/tool"),
    ]


def test_as_many_as_are_listed() -> None:
    entries = [Entry(f"/opt/{n:04}", "file", 1, 0o666) for n in range(permissions.MAX_FOUND + 2)]
    found = permissions.detect(tree(*entries))
    assert len(found.rows) == permissions.MAX_FOUND
    assert [note.code for note in found.notes] == ["RW1502"]
