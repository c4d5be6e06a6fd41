"""What a tree is known by: one SHA-256 over all that its facts may rest on.

Defined as the SHA-256 of one line per entry in the order of paths (as texts, by code point), each ended by a zero byte:
`KIND MODE PATH` and, after a tab, of a link its target, of a regular file its size and the SHA-256 of its first 64 MiB.
KIND is one of `file`, `folder`, `link`, `device`, `other`; MODE are the permission bits in octal, of files alone
(extractors set those of folders and links as they like).  Owners and times are left out for the same reason.
Guarantees: two trees with one digest have the same facts.  What cannot be read counts as `-`.
"""

from __future__ import annotations

import hashlib

import msgspec

from rulewright.devices.tree import MAX_READ, Entry, Tree


class Digest(msgspec.Struct, frozen=True):
    """The SHA-256 in hexadecimal, how many bytes the regular files have, and how many entries of each kind there are."""

    sha256: str
    size: int
    kinds: dict[str, int]


def digest(tree: Tree) -> Digest:
    """Read every regular file once."""
    whole = hashlib.sha256()
    size = 0
    kinds: dict[str, int] = {}
    for path, entry in tree.entries.items():
        kinds[entry.kind] = kinds.get(entry.kind, 0) + 1
        size += entry.size
        mode = f"{entry.mode:o}" if entry.kind == "file" else "-"
        whole.update(f"{entry.kind} {mode} {path}\t{_held(tree, entry)}\0".encode())
    return Digest(whole.hexdigest(), size, kinds)


def _held(tree: Tree, entry: Entry) -> str:
    """What an entry holds, in a word."""
    if entry.kind == "link":
        return entry.target
    if entry.kind != "file":
        return ""
    if not entry.size:
        return "0"
    try:
        return f"{entry.size} {hashlib.sha256(tree.load(entry.path, MAX_READ)).hexdigest()}"
    except OSError:
        return f"{entry.size} -"
