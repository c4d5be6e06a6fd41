"""The documents of a recorded run, from memory: what words named when it was recorded, by digest.

Guarantees: a recorded name is only ever looked up among what is held, never on this machine's disk; what is held under a digest
has that digest (`by_digest`).  Feeds are read as files, so they are written to a folder of the caller under names that are
digests.  A device's tree is a folder that somebody supplied for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from rulewright.engine.result import RunFile, RunGiven

if TYPE_CHECKING:
    from rulewright.cli.containers import Found
    from rulewright.cli.device_trees import Device, Words
    from rulewright.threats.feeds.opening import Unit

Files = Mapping[str, bytes]
"""Contents by SHA-256."""


def by_digest(contents: Iterable[bytes]) -> dict[str, bytes]:
    """Contents by their own digests."""
    return {sha256(data).hexdigest(): data for data in contents}


class Held:
    """What a run was given.  `trees` are supplied folders by the digest of the tree; `scratch` is an empty folder for feeds."""

    def __init__(self, given: Sequence[RunGiven], files: Files, trees: Mapping[str, str], scratch: str) -> None:
        self._given: dict[tuple[str, str], RunGiven] = {(item.option, item.word): item for item in given}
        self._files = files
        self._trees = trees
        self._scratch = scratch

    def words(self, option: str) -> tuple[str, ...]:
        """The words of an option, sorted."""
        return tuple(sorted(word for kind, word in self._given if kind == option))

    def _of(self, option: str, word: str) -> RunGiven:
        found = self._given.get((option, word))
        if found is None:
            raise FileNotFoundError(word)
        return found

    def _data(self, file: RunFile) -> bytes:
        found = self._files.get(file.sha256)
        if found is None:
            raise FileNotFoundError(file.name)
        return found

    def is_folder(self, word: str) -> bool:
        """Whether a word named a folder, of whatever kind.  Raises `OSError`."""
        return self._of("product", word).kind != "file"

    def contents(self, option: str, word: str) -> bytes:
        """The one file behind a word.  Raises `OSError`."""
        files = self._of(option, word).files
        if len(files) != 1:
            raise FileNotFoundError(word)
        return self._data(files[0])

    def folder(self, name: str, word: str) -> Found:
        """The documents of a folder.  Raises `OSError`."""
        from rulewright.cli.containers import held

        given = self._of("product", word)
        return held(name, [(file.name, self._data(file)) for file in given.files], given.skipped)

    def tree(self, name: str, word: str, vocabulary: Words) -> Device | None:
        """The device's tree behind a word, `None` where it was none.  Raises `OSError`."""
        given = self._of("product", word)
        if given.kind != "tree":
            return None
        path = self._trees.get(given.files[0].sha256) if given.files else None
        found = supplied_tree(name, path, vocabulary) if path is not None else None
        if found is None:
            raise FileNotFoundError(word)
        return found

    def units(self, word: str) -> list[Unit]:
        """The feeds behind a word.  Raises `OSError`."""
        from rulewright.threats.feeds.opening import Unit, grouped

        given = self._of("feeds", word)
        places = [(file, self._written(file)) for file in given.files]
        if given.kind == "file":
            return [Unit(word, ((os.path.basename(word), place),), single=True) for _, place in places]
        inner = len(os.path.join(word, ""))
        return grouped(word, [(file.name[inner:], place, len(self._data(file))) for file, place in places])

    def _written(self, file: RunFile) -> str:
        """A file of a feed under its digest."""
        data = self._data(file)
        place = os.path.join(self._scratch, sha256(data).hexdigest())
        if not os.path.exists(place):
            with open(place, "xb") as stream:
                stream.write(data)
        return place


def supplied_tree(name: str, path: str, vocabulary: Words) -> Device | None:
    """A folder of this machine as a device's tree of that name.  Raises `OSError`."""
    from rulewright.cli.device_trees import device
    from rulewright.devices.recognise import rooted
    from rulewright.devices.tree import folder

    tree = rooted(folder(name, path))
    return None if tree is None else device(tree, "folder", None, vocabulary())
