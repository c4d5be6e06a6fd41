"""An index of packages: one small file beside the archives makes a folder, or a static web folder, a registry.

Guarantees: an index names files beside it and nothing else, so it cannot point elsewhere; one text for one index.  It vouches for
nothing: digests and signatures are looked at when a package has come.
"""

from __future__ import annotations

from collections.abc import Iterable

from rulewright.attest import limits
from rulewright.attest.encoding import is_sha256
from rulewright.attest.packages import model
from rulewright.attest.packages.model import Entry, Index, PackageError

NAME = "index.json"
CODE = "RW4217"


def encode(packs: Iterable[Entry]) -> bytes:
    """The index of some packages.  Raises `PackageError` RW4217."""
    index = Index(packs=tuple(sorted(packs, key=lambda each: (each.name, model.order(each.edition), each.edition))))
    _check(index)
    return model.encode(index)


def decode(data: bytes) -> Index:
    """The index in some bytes.  Raises `PackageError` RW4217."""
    found = model.decode(data, Index, CODE, "index")
    _check(found)
    return found


def _check(index: Index) -> None:
    """Refuse entries without form, two of one name and edition, however it is spelt, and two in one file."""
    keys = {(each.name, model.order(each.edition)) for each in index.packs}
    if len(keys) != len(index.packs):
        raise PackageError(CODE, "the index has two packages of one name and edition")
    for each in index.packs:
        if not model.is_pack(each.name) or not model.is_edition(each.edition):
            raise PackageError(CODE, "a name or edition of the index is not in its one form")
        if each.file != model.filename(each.name, each.edition):
            raise PackageError(
                CODE, f"the index points elsewhere: `{each.name}` is not in a file called after it", each.name
            )
        digests = [each.sha256, *each.signers, *([] if each.signature is None else [each.signature])]
        if not all(map(is_sha256, digests)) or not 0 < each.size <= limits.ARCHIVE:
            raise PackageError(CODE, "a size or digest of the index is not in its one form", each.name)
    if len({each.file.lower() for each in index.packs}) != len(index.packs):
        raise PackageError(CODE, "the index has two packages in one file")


def find(index: Index, wanted: str) -> Entry:
    """A package by `NAME` (its newest edition) or `NAME@EDITION`.  Raises `PackageError` RW4217."""
    name, _, edition = wanted.partition("@")
    found = [each for each in index.packs if each.name == name]
    if not found:
        raise PackageError(CODE, f"the index has no package `{name}`")
    chosen = [each for each in found if each.edition == edition] if edition else found[-1:]
    if not chosen:
        listed = ", ".join(f"`{each.edition}`" for each in found)
        raise PackageError(CODE, f"the index has no edition `{edition}` of `{name}`; there is {listed}")
    return chosen[0]
