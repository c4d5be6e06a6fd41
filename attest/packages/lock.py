"""The lock of a project: which packs it uses, byte by byte.

Guarantees: one text for one lock, with a digest of the whole in its last member, so that a byte that was changed by hand or on the way is
noticed; packs are sorted by name, one edition each; every dependency is in the lock with the digest that is asked for.  No time, no
credentials, no place of a machine.  The digest is no signature: who may write the file may write another one.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import msgspec

from rulewright.attest.canonical import NotAdmissibleError, admissible, dump
from rulewright.attest.encoding import is_sha256
from rulewright.attest.packages import model
from rulewright.attest.packages.model import Lock, Locked, PackageError

NAME = "rulewright.lock"
FOLDER = "packs"
"""The folder of the archives, beside the lock."""
CODE = "RW4214"


def encode(packs: Iterable[Locked]) -> bytes:
    """The lock of some packs, for people to read and for programs to compare.  Raises `PackageError` RW4214, RW4209."""
    lock = Lock(packs=tuple(sorted(packs, key=lambda each: each.name)))
    _whole(lock)
    return _text(lock)


def _text(lock: Lock) -> bytes:
    plain = msgspec.to_builtins(lock)
    plain["sha256"] = sha256(dump(plain)).hexdigest()
    return msgspec.json.format(dump(plain), indent=2) + b"\n"


def decode(data: bytes) -> Lock:
    """The lock in some bytes.  Raises `PackageError` RW4214, RW4209."""
    try:
        plain = admissible(data, model.LIST)
        if not isinstance(plain, dict):
            raise PackageError(CODE, "the lock is no object")
        plain.pop("sha256", None)
        lock = msgspec.convert(plain, Lock)
    except (NotAdmissibleError, msgspec.ValidationError) as error:
        raise PackageError(CODE, f"the lock is not taken: {error}") from None
    if _text(lock) != data:
        raise PackageError(
            CODE, "the lock was changed since it was written: its text and its digest do not fit together"
        )
    _whole(lock)
    return lock


def _whole(lock: Lock) -> None:
    """Refuse words without form, and dependencies that are not met."""
    names = [each.name for each in lock.packs]
    if names != sorted(set(names)) or len(names) > model.DEPENDENCIES:
        raise PackageError(CODE, "the packs of the lock are not sorted, not distinct or too many")
    by_name = {each.name: each for each in lock.packs}
    for each in lock.packs:
        digests = [each.sha256, *each.signers, *([] if each.signature is None else [each.signature])]
        if not model.is_pack(each.name) or not model.is_edition(each.edition) or not all(map(is_sha256, digests)):
            raise PackageError(CODE, "a name, edition or digest of the lock is not in its one form")
        for wanted in each.dependencies:
            found = by_name.get(wanted.name)
            wrong = model.flaws(wanted) or unmet(wanted, found)
            if wrong:
                raise PackageError("RW4209", f"`{each.name}` is not complete: {wrong}")


def unmet(wanted: model.Dependency, found: Locked | None) -> str:
    """Why a locked pack is not what another one depends on; empty where it is."""
    called = f"`{wanted.name}@{wanted.edition}`"
    if found is None:
        return f"{called} is not in the lock"
    if found.edition != wanted.edition:
        return f"it needs {called}, and `{found.edition}` is locked"
    if found.sha256 != wanted.sha256:
        return f"{called} is locked with other bytes than those it was made with"
    return ""
