"""What only the owner of a log does: begin it, append to it, take up what witnesses signed; and proofs of what is in it.

Guarantees: a head is written last, and only over entries that give the root of the head before; entries that an interruption left
behind the head come first in the next one, so no head contradicts one that was shown; an entry stands in the log once; a
proof is handed out only if it holds.  Heads that were taken away together with their tiles cannot be known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rulewright.attest import limits, merkle
from rulewright.attest.log import checkpoint, cosign, tiles
from rulewright.attest.log.audit import LogError, current
from rulewright.attest.log.checkpoint import Head
from rulewright.attest.log.note import Line, NoteError, Signer, Vkey
from rulewright.attest.log.proof import Proof
from rulewright.attest.log.tiles import WIDTH, Place, Store, TilesError


class Appended(NamedTuple):
    """The head after an append, and how many entries came in, those of an interrupted append among them."""

    head: Head
    added: int


def begin(store: Store, signer: Signer, seconds: int) -> Head:
    """Make a log without entries; its origin is the signer's name.  Raises `LogError` where something is there already."""
    if any(True for _ in store.names()):
        raise LogError("there is something in it already")
    return _headed(store, signer, seconds, 0, merkle.root(()))


def append(store: Store, wanted: Sequence[bytes], signer: Signer, seconds: int) -> Appended:
    """Append the entries that are not there yet.  Raises `LogError`; then the head is what it was."""
    head = current(store)
    if head.origin != signer.vkey.name or cosign.standing(head, signer.vkey) != "signed":
        raise LogError("its head was not signed by this key")
    known = list(_entries(store, head.size))
    if merkle.root([merkle.leaf(item) for item in known]) != head.root:
        raise LogError("its entries were changed: they do not give the root of its head")
    try:
        added = _left_behind(store, known)
        there = {*known, *added}
        added += [item for item in dict.fromkeys(wanted) if item not in there]
        if not added:
            return Appended(head, 0)
        root = tiles.append(store, head.size, added)
    except TilesError as error:
        raise LogError(str(error)) from None
    if root != merkle.root([merkle.leaf(item) for item in (*known, *added)]):
        raise LogError("its tiles were changed: they do not give the root of its entries")
    return Appended(_headed(store, signer, seconds, head.size + len(added), root), len(added))


def _headed(store: Store, signer: Signer, seconds: int, size: int, root: bytes) -> Head:
    """Sign a head and write it."""
    head = checkpoint.new(signer.vkey.name, size, root)
    try:
        head = head.with_lines([cosign.sign(head, signer, seconds)])
    except NoteError as error:
        raise LogError(str(error)) from None
    store.write(tiles.CHECKPOINT, checkpoint.encode(head))
    return head


def _entries(store: Store, size: int) -> Iterable[bytes]:
    try:
        yield from tiles.entries(store, size)
    except TilesError as error:
        raise LogError(str(error)) from None


def _left_behind(store: Store, known: Sequence[bytes]) -> list[bytes]:
    """The entries behind the head that an interrupted append wrote, or that a head had which was put back.  Raises `TilesError`."""
    widest: dict[int, int] = {}
    for where in filter(None, map(tiles.place, store.names())):
        if where.level is None:
            widest[where.index] = max(widest.get(where.index, 0), where.width)
    first = len(known) // WIDTH
    found = list(known[first * WIDTH :])
    kept, index = len(found), first
    while index in widest:
        there = tiles.bundle(store, Place(None, index, widest[index]))
        if index == first and there[:kept] != found:
            raise TilesError("entries behind its head do not go on from it")
        found += there[kept:] if index == first else there
        if widest[index] < WIDTH:
            break
        index += 1
    return found[kept:]


def proved(store: Store, head: Head, entry: bytes) -> Proof | None:
    """The proof that an entry stands under a head of the log; `None` where it does not.  Raises `LogError`."""
    index = next((at for at, item in enumerate(_entries(store, head.size)) if item == entry), None)
    if index is None:
        return None
    try:
        hashes = tiles.Tree(store, head.size).inclusion(index)
    except TilesError as error:
        raise LogError(str(error)) from None
    if not merkle.included(merkle.leaf(entry), index, head.size, hashes, head.root):
        raise LogError("its tiles or entries were changed: they do not lead to its head")
    return Proof(index, tuple(hashes), head)


def gone_on(store: Store, head: Head, first: int) -> list[bytes]:
    """The proof that a head of the log goes on from its first entries.  Raises `LogError` where tiles are missing."""
    try:
        return tiles.Tree(store, head.size).consistency(first)
    except TilesError as error:
        raise LogError(str(error)) from None


def taken_up(head: Head, lines: Iterable[Line], witnesses: Sequence[Vkey]) -> Head:
    """The head with what known witnesses signed of it; a later signature of a key takes the place of an earlier.

    Signatures of others are left out.  Raises `NoteError` where a witness's does not verify over this head, or there are too many.
    """
    ids = {(key.name, key.id) for key in witnesses if key.type in cosign.WITNESSES}
    fresh = [line for line in lines if (line.name, line.id) in ids]
    signed = {(line.name, line.id) for line in fresh}
    made = head._replace(lines=tuple(line for line in head.lines if (line.name, line.id) not in signed))
    made = made.with_lines(fresh)
    if any(cosign.standing(made, key) == "bad" for key in witnesses):
        raise NoteError("a witness's signature does not verify: it may be over another head than the log has now")
    if len(made.lines) > limits.SIGNATURES:
        raise NoteError(f"a head has at most {limits.SIGNATURES} signatures")
    return made
