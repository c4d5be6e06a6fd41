"""Merkle trees of RFC 9162 (and RFC 6962): roots, inclusion and consistency.

Guarantees: leaves and nodes are hashed apart (0x00, 0x01); a proof with a hash too many, too few or of another length is refused;
a proof from size 0 is refused.  Source: RFC 9162 section 2.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from rulewright.attest import limits


def leaf(data: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The root over hashes of leaves; of none, the hash of nothing."""
    if not hashes:
        return sha256(b"").digest()
    level = list(hashes)
    while len(level) > 1:
        level = _up(level)
    return level[0]


def _up(level: list[bytes]) -> list[bytes]:
    """The next level: pairs joined, a last single one as it is."""
    joined = [node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return joined + level[len(level) - len(level) % 2 :]


def levels(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """All levels, from the leaves to the root, for many proofs of one tree."""
    found = [list(hashes)]
    while len(found[-1]) > 1:
        found.append(_up(found[-1]))
    return found


def path(tree: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """The inclusion proof of a leaf, from `levels`: siblings from the bottom up."""
    proof = []
    for level in tree[:-1]:
        sibling = index ^ 1
        if sibling < len(level):
            proof.append(level[sibling])
        index >>= 1
    return proof


def from_path(hashed: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to; `None` where the proof has not the form for index and size.  RFC 9162 2.1.3.2."""
    if not 0 <= index < size or len(proof) > limits.PROOF or any(len(item) != 32 for item in (hashed, *proof)):
        return None
    here, last, found = index, size - 1, hashed
    for sibling in proof:
        if last == 0:
            return None
        if here & 1 or here == last:
            found = node(sibling, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node(found, sibling)
        here, last = here >> 1, last >> 1
    return found if last == 0 else None


def included(hashed: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether a leaf's hash stands at an index of the tree with that root."""
    return from_path(hashed, index, size, proof) == expected


def consistency(hashes: Sequence[bytes], first: int) -> list[bytes]:
    """The proof that the tree of the first leaves is a beginning of that of all.  RFC 9162 2.1.4.1."""
    return _subproof(hashes, first, whole=True) if 0 < first < len(hashes) else []


def _subproof(hashes: Sequence[bytes], first: int, *, whole: bool) -> list[bytes]:
    size = len(hashes)
    if first == size:
        return [] if whole else [root(hashes)]
    split = 1 << (size - 1).bit_length() - 1
    if first <= split:
        return [*_subproof(hashes[:split], first, whole=whole), root(hashes[split:])]
    return [*_subproof(hashes[split:], first - split, whole=False), root(hashes[:split])]


def consistent(first: int, second: int, old: bytes, new: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree of `second` leaves begins with that of `first`.  RFC 9162 2.1.4.2."""
    if not 0 < first <= second or len(proof) > limits.PROOF or any(len(item) != 32 for item in proof):
        return False
    if first == second:
        return not proof and old == new
    hashes = list(proof) if first & (first - 1) else [old, *proof]
    if not hashes:
        return False
    here, last = first - 1, second - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    before = after = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            before, after = node(sibling, before), node(sibling, after)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            after = node(after, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and before == old and after == new
