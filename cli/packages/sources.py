"""Where a package comes from: an author's folder, an archive, or an index (a file, or an address).

Guarantees: what is taken from an index has the size and digest that the index states; dependencies are looked for by name, exact edition
and digest in the same place; nothing is written.  Whether anything of it is trusted is for `adding`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from typing import Protocol

import msgspec

from rulewright.attest import limits
from rulewright.attest.packages import index as indices
from rulewright.attest.packages import model
from rulewright.attest.packages.model import Dependency, Entry, Index, PackageError
from rulewright.attest.packages.signature import SUFFIX
from rulewright.cli.documents import name_of
from rulewright.cli.packages import building, fetching
from rulewright.cli.packages.building import RefusedAllError
from rulewright.cli.packages.reading import data_of, envelope_of, flaw
from rulewright.cli.problems import problem
from rulewright.cli.signing import RefusedError

LOCAL = "index+"
"""What stands before the name of an index that is a file."""
Fetch = Callable[[str, int], bytes]
"""The bytes behind an address, up to a limit."""


class Brought(msgspec.Struct, frozen=True):
    """A package as it came: its bytes, its signatures, its source in the user's words.

    `path` is where that lies on this machine, if it does; `listed` what an index calls it.
    """

    data: bytes
    signature: bytes | None
    source: str
    path: str = ""
    listed: tuple[str, str] | None = None


class Place(Protocol):
    """Somewhere packages come from."""

    def wanted(self, names: tuple[str, ...]) -> list[Brought]:
        """The packages asked for.  Raises `RefusedError`."""

    def needed(self, wanted: Dependency, /) -> Brought | None:
        """A package that another one depends on; `None` where it is not in this place.  Raises `RefusedError`."""


def place(word: str, fetch: Fetch = fetching.fetch) -> Place:
    """The place that a word names; what lies here under such a name does not change what it means.  Raises `RefusedError`."""
    if word.startswith(LOCAL):
        path = word.removeprefix(LOCAL)
        return _Listed(
            lambda name, limit: _near(os.path.join(os.path.dirname(path), name), limit),
            os.path.basename(path),
            f"{LOCAL}{name_of(path)}",
            path,
        )
    if fetching.is_address(word):
        return _Listed(
            lambda name, limit: fetch(fetching.beside(word, name), limit),
            fetching.address(word).path.rpartition("/")[2],
            fetching.recorded(word),
        )
    return _Folder(word) if os.path.isdir(word) else _Archive(word)


def _near(path: str, limit: int) -> bytes:
    """A file beside an index: a plain one."""
    if os.path.islink(path) or not os.path.isfile(path):
        raise RefusedError(problem("RW4217", f"`{os.path.basename(path)}` is not a plain file beside the index"))
    return data_of(path, limit)


def _one_pack(names: tuple[str, ...]) -> None:
    """Refuse names of packs where there is nothing to choose.  Raises `RefusedError`."""
    if names:
        hint = "an archive or folder is one pack"
        raise RefusedError(problem("RW0002", "names of packs are chosen from an index", hint))


class _Archive:
    """A package in a file; what it depends on lies beside it."""

    def __init__(self, path: str) -> None:
        self._path = path

    def wanted(self, names: tuple[str, ...]) -> list[Brought]:
        _one_pack(names)
        return [self._read(self._path)]

    def needed(self, wanted: Dependency, /) -> Brought | None:
        path = os.path.join(os.path.dirname(self._path), model.filename(wanted.name, wanted.edition))
        return self._read(path) if os.path.isfile(path) else None

    def _read(self, path: str) -> Brought:
        return Brought(data_of(path), envelope_of(path), name_of(path), path)


class _Folder:
    """An author's folder, built as it stands; nobody has signed it, and it brings no dependency."""

    def __init__(self, path: str) -> None:
        self._path = path

    def wanted(self, names: tuple[str, ...]) -> list[Brought]:
        _one_pack(names)
        try:
            return [Brought(building.build(self._path).data, None, name_of(self._path), self._path)]
        except RefusedAllError as error:
            first, *rest = error.diagnostics
            raise RefusedError(
                msgspec.structs.replace(first, notes=(*first.notes, *(each.message for each in rest)))
            ) from None

    def needed(self, _wanted: Dependency, /) -> Brought | None:
        return None


class _Listed:
    """An index; all files come from beside it."""

    def __init__(self, get: Fetch, name: str, recorded: str, path: str = "") -> None:
        self._get = get
        self._source = recorded
        self._path = path
        try:
            self._index: Index = indices.decode(get(name, model.LIST))
        except PackageError as error:
            raise RefusedError(flaw(error, recorded)) from None

    def wanted(self, names: tuple[str, ...]) -> list[Brought]:
        packs = {each.name for each in self._index.packs}
        if not names and len(packs) != 1:
            listed = ", ".join(f"`{name}`" for name in sorted(packs)[:20]) or "nothing"
            raise RefusedError(problem("RW0002", "it is not said which pack of the index", f"the index has {listed}"))
        try:
            return [self._bring(indices.find(self._index, name)) for name in names or tuple(packs)]
        except PackageError as error:
            raise RefusedError(flaw(error, self._source)) from None

    def needed(self, wanted: Dependency, /) -> Brought | None:
        for each in self._index.packs:
            if (each.name, each.edition) == (wanted.name, wanted.edition):
                return self._bring(each)
        return None

    def _bring(self, entry: Entry) -> Brought:
        """Get an archive and its signatures, each as the index lists it."""
        data = self._get(entry.file, entry.size)
        self._hold(entry.file, data, entry.sha256)
        signature = None
        if entry.signature is not None:
            signature = self._get(entry.file + SUFFIX, limits.ENVELOPE)
            self._hold(entry.file + SUFFIX, signature, entry.signature)
        return Brought(data, signature, self._source, self._path, (entry.name, entry.edition))

    def _hold(self, name: str, data: bytes, digest: str) -> None:
        if sha256(data).hexdigest() != digest:
            message = f"`{name}` does not have the bytes that the index states"
            raise RefusedError(
                problem("RW4217", message, "the index may be older than the file; ask its publisher", self._source)
            )
