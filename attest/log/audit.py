"""The audit of a log: everything is computed again from its entries, and held against heads that others have seen.

Guarantees: every file of tiles and entries is looked at, also those that only older heads need; whatever cannot be computed or
compared is a finding, never silence; without a verifier key nothing is said to be signed.  It does not know what the entries mean.
A rollback of the whole folder shows only against a head from outside: that is what they are for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec

from rulewright.attest import merkle
from rulewright.attest.log import checkpoint, cosign, tiles
from rulewright.attest.log.checkpoint import Head
from rulewright.attest.log.note import NoteError, Vkey
from rulewright.attest.log.tiles import HASH, WIDTH, Place, Store, TilesError


class LogError(ValueError):
    """The folder is no log that can be used: RW4106."""


class Finding(NamedTuple):
    """What is wrong: a code and one line."""

    code: str
    text: str


class Seen(NamedTuple):
    """A head from outside, by a name for people."""

    name: str
    head: Head


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit found.  `signed`: whether a known key of the log signed the head, `unchecked` where none was given."""

    head: Head
    signed: Literal["signed", "unsigned", "unchecked"]
    files: int
    heads: int
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]


def current(store: Store) -> Head:
    """The head of a log.  Raises `LogError`."""
    data = store.read(tiles.CHECKPOINT)
    if data is None:
        raise LogError("there is no `checkpoint` in it")
    try:
        return checkpoint.decode(data)
    except NoteError as error:
        raise LogError(f"its checkpoint is malformed: {error}") from None


def signed(head: Head, keys: Sequence[Vkey]) -> Literal["signed", "unsigned", "unchecked"]:
    """Whether a known key of the log signed a head, and none of them badly."""
    known = [key for key in keys if key.name == head.origin and key.type in cosign.LOGS]
    if not keys:
        return "unchecked"
    stood = {cosign.standing(head, key) for key in known}
    return "signed" if "signed" in stood and "bad" not in stood else "unsigned"


def told(head: Head) -> str:
    """A head in a few words."""
    return f"{head.size:,} {'entry' if head.size == 1 else 'entries'}, root {head.root.hex()}"


def audit(store: Store, keys: Sequence[Vkey], heads: Sequence[Seen]) -> Audit:
    """Audit the log in a store.  Raises `LogError` where there is none."""
    head = current(store)
    how = signed(head, keys)
    findings: list[Finding] = []
    if how == "unsigned":
        findings.append(Finding("RW4071", f"the head ({told(head)}) was not signed by the log's key"))
    leaves = _leaves(store, head.size, findings)
    notes: list[str] = []
    files = _files(store, head.size, leaves, findings, notes)
    if leaves is not None and merkle.root(leaves) != head.root:
        findings.append(
            Finding("RW4106", f"the entries have the root {merkle.root(leaves).hex()}, the head says {head.root.hex()}")
        )
    for seen in heads:
        findings += _compared(head, leaves, seen, keys)
    return Audit(head=head, signed=how, files=files, heads=len(heads), findings=tuple(findings), notes=tuple(notes))


def _leaves(store: Store, size: int, findings: list[Finding]) -> list[bytes] | None:
    """The hashes of all entries; `None` where they are not all there."""
    try:
        return [merkle.leaf(item) for item in tiles.entries(store, size)]
    except TilesError as error:
        findings.append(Finding("RW4106", str(error)))
        return None


def _files(store: Store, size: int, leaves: list[bytes] | None, findings: list[Finding], notes: list[str]) -> int:
    """Hold every file of tiles and entries against what the entries give; return how many there are."""
    names = sorted(store.names())
    found = [where for where in map(tiles.place, names) if where is not None]
    strange = [name for name in names if name != tiles.CHECKPOINT and tiles.place(name) is None]
    notes += [f"`{name}` is no file of a log" for name in strange]
    if leaves is None:
        return len(found)
    nodes = _nodes(leaves, size)
    ahead = 0
    for where in found:
        wrong, beyond = _file(store, size, nodes, where)
        findings += wrong
        ahead = max(ahead, beyond if where.level is None else 0)
    findings += _missing(store, size)
    if ahead:
        notes.append(
            f"{ahead:,} more entries lie there that the head does not cover: an append was interrupted, or the head put back"
        )
    return len(found)


def _nodes(leaves: list[bytes], size: int) -> list[list[bytes]]:
    """The hashes of every level of tiles."""
    found = [leaves]
    for _ in tiles.levels(size)[1:]:
        below = found[-1]
        found.append([merkle.root(below[at : at + WIDTH]) for at in range(0, len(below) - WIDTH + 1, WIDTH)])
    return found


def _file(store: Store, size: int, nodes: list[list[bytes]], where: Place) -> tuple[list[Finding], int]:
    """What is wrong with a file, and how many entries it goes beyond the head."""
    data = store.read(where.name) or b""
    try:
        hashes = (
            [merkle.leaf(item) for item in tiles.unbundled(data, where)]
            if where.level is None
            else [data[at : at + HASH] for at in range(0, len(data), HASH)]
        )
    except TilesError as error:
        return [Finding("RW4106", str(error))], 0
    level = where.level or 0
    known = nodes[level] if level < len(nodes) else []
    start = where.index * WIDTH
    covered = known[start : start + where.width]
    if len(hashes) != where.width or (len(data) % HASH and where.level is not None):
        return [Finding("RW4106", f"`{where.name}` has not {where.width} hashes")], 0
    if hashes[: len(covered)] != covered:
        return [Finding("RW4106", f"`{where.name}` is not what the entries give")], 0
    return [], max(start + where.width - size, 0) if where.level is None else 0


def _missing(store: Store, size: int) -> list[Finding]:
    """Tiles that the head needs and that are not there, neither as a part nor whole."""
    return [
        Finding("RW4106", f"`{where.name}` is missing")
        for level in tiles.levels(size)
        for where in tiles.places(size, level)
        if store.read(where.name) is None and store.read(msgspec.structs.replace(where, width=WIDTH).name) is None
    ]


def _compared(head: Head, leaves: list[bytes] | None, seen: Seen, keys: Sequence[Vkey]) -> list[Finding]:
    """What a head from outside shows about the log."""
    other = seen.head
    if other.origin != head.origin:
        return [Finding("RW4071", f"`{seen.name}` is a head of another log, `{other.origin}`")]
    if signed(other, keys) == "unsigned":
        return [Finding("RW4071", f"`{seen.name}` was not signed by the log's key: it shows nothing about the log")]
    both = f"`{seen.name}`: {told(other)}; `{tiles.CHECKPOINT}`: {told(head)}"
    if other.size > head.size:
        return [
            Finding("RW4074", f"the log once had more entries than now: it was put back, or is an old copy. {both}")
        ]
    if other.size == head.size:
        return [] if other.root == head.root else [Finding("RW4074", f"two heads of one size. {both}")]
    if leaves is None:
        return [Finding("RW4106", f"`{seen.name}` cannot be compared: entries are missing")]
    if merkle.root(leaves[: other.size]) != other.root:
        return [Finding("RW4074", f"the log does not go on from a head that it had. {both}")]
    return []
