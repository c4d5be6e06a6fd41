"""Rows as leaves of a tree: each can be shown alone, none can be hidden, none can be guessed.

Guarantees: leaves are sorted by requirement and product (code points), so neighbours prove that something is absent and a count
proves that all were shown; every row is blinded by a salt of its own, which comes from the seed.  See
docs/reference/attestation.md, "The tree".

    salt(label)       = HMAC-SHA-256(seed, canonical(label)), the first 16 bytes
    detail(r, p)      = SHA-256(0x03 ‖ salt(["detail", r, p]) ‖ canonical(result))
    commitment(r, p)  = SHA-256(0x02 ‖ salt(["row", r, p]) ‖ canonical(row))
    leaf(r, p)        = SHA-256(0x00 ‖ canonical([r, p, base64url(commitment)]))
    blinded(name, b)  = SHA-256(0x02 ‖ salt([name]) ‖ b)         name: "results", or "view/" and the view's file name
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from hashlib import sha256

import msgspec

from rulewright.attest import merkle
from rulewright.attest.canonical import dump
from rulewright.attest.encoding import from_base64url, to_base64url
from rulewright.attest.model import Row, Shown

SALT = 16
"""Bytes of a salt."""
Leaf = tuple[str, str, str]
"""Requirement, product and commitment (base64url)."""


def salt(seed: bytes, *label: str) -> bytes:
    """The salt of a label."""
    return hmac.digest(seed, dump(list(label)), "sha256")[:SALT]


def blinded(seed: bytes, name: str, data: bytes) -> str:
    """The blinded digest of a document, in hexadecimal."""
    return sha256(b"\x02" + salt(seed, name) + data).hexdigest()


def detail(salted: bytes, result: object) -> str:
    """The blinded digest of a whole result (its JSON as plain data), in base64url."""
    return detail_of(salted, dump(result))


def detail_of(salted: bytes, form: bytes) -> str:
    """The blinded digest of a whole result in its one form, in base64url."""
    return to_base64url(sha256(b"\x03" + salted + form).digest())


def commitment(salted: bytes, row: Row) -> str:
    """The blinded digest of a row, in base64url."""
    return to_base64url(sha256(b"\x02" + salted + dump(msgspec.to_builtins(row))).digest())


def leaf(seed: bytes, row: Row) -> Leaf:
    """A row as a leaf."""
    return row.requirement, row.product, commitment(salt(seed, "row", row.requirement, row.product), row)


def hashed(item: Leaf) -> bytes:
    """The hash of a leaf."""
    return merkle.leaf(dump(list(item)))


def ordered(rows: Iterable[Row]) -> list[Row]:
    """Rows in the order of the tree."""
    return sorted(rows, key=lambda row: (row.requirement, row.product))


def requirements(rows: Sequence[Row]) -> str:
    """The digest of the list of what there is a row for, in the order of the tree."""
    return sha256(dump([[row.requirement, row.product] for row in rows])).hexdigest()


class Tree:
    """The tree over some rows, in their order."""

    def __init__(self, seed: bytes, rows: Sequence[Row]) -> None:
        self.seed = seed
        self.rows = tuple(rows)
        self.leaves = tuple(leaf(seed, row) for row in self.rows)
        self._levels = merkle.levels([hashed(item) for item in self.leaves])

    @property
    def root(self) -> str:
        """The root, in hexadecimal."""
        return self._levels[-1][0].hex() if self.leaves else merkle.root(()).hex()

    def proof(self, index: int) -> str:
        """The inclusion proof of a leaf, its hashes one after another, in base64url."""
        return to_base64url(b"".join(merkle.path(self._levels, index)))

    def shown(self, index: int) -> Shown:
        """A row with its proof."""
        row = self.rows[index]
        salted = salt(self.seed, "row", row.requirement, row.product)
        return Shown(index=index, path=self.proof(index), row=row, salt=to_base64url(salted))

    def named(self, index: int) -> Shown:
        """A leaf with its proof, without its verdict."""
        return Shown(index=index, path=self.proof(index), leaf=self.leaves[index])


def leaf_of(item: Shown) -> Leaf | None:
    """The leaf that is shown; `None` where it is neither a leaf alone nor a row with its salt.  Raises `NotEncodedError`."""
    if item.row is None or item.salt is None:
        return item.leaf if item.row is None and item.salt is None else None
    made = (item.row.requirement, item.row.product, commitment(from_base64url(item.salt), item.row))
    return made if item.leaf is None else None


def proven(item: Shown, leaves: int, root: str) -> bool:
    """Whether what is shown stands at its index in the tree.  Raises `NotEncodedError`."""
    found, joined = leaf_of(item), from_base64url(item.path)
    if found is None or len(joined) % 32:
        return False
    path = [joined[at : at + 32] for at in range(0, len(joined), 32)]
    return merkle.included(hashed(found), item.index, leaves, path, bytes.fromhex(root))
