"""`--inputs`: files and folders in which the inputs of a run are looked for, by digest, whatever their names.

Guarantees: only what the run names is kept; links in folders are not followed; sizes are bounded.  A folder may itself be a device's
tree that the run names.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from hashlib import file_digest

import msgspec

from rulewright.cli.documents import name_of
from rulewright.cli.gathering import unreadable
from rulewright.diagnostics import Diagnostic
from rulewright.facts.vocabulary import Vocabulary

MAX_FILES = 100_000
"""So many files of a folder are looked at."""
MAX_BYTES = 2 * 1024 * 1024 * 1024
"""So many bytes are kept."""


class Supplied(msgspec.Struct):
    """What was found: contents by digest, folders by the digest of the device's tree in them, and what is wrong."""

    files: dict[str, bytes] = {}
    trees: dict[str, str] = {}
    problems: list[Diagnostic] = []


def files(words: Sequence[str], wanted: frozenset[str]) -> Supplied:
    """The wanted files among what some words name."""
    found, size = Supplied(), 0
    for word in words:
        try:
            for path in _paths(word):
                data = _wanted(path, wanted - found.files.keys(), MAX_BYTES - size)
                if data is not None:
                    size += len(data[1])
                    found.files[data[0]] = data[1]
        except OSError as error:
            found.problems.append(unreadable(name_of(word), error))
    return found


def trees(words: Sequence[str], wanted: frozenset[str], vocabulary: Callable[[], Vocabulary]) -> dict[str, str]:
    """The folders among some words that are wanted device's trees, by digest."""
    from rulewright.cli.held import supplied_tree

    found: dict[str, str] = {}
    for word in words if wanted else ():
        try:
            tree = supplied_tree(name_of(word), word, vocabulary) if os.path.isdir(word) else None
        except OSError:
            continue
        if tree is not None and tree.input.sha256 in wanted:
            found[tree.input.sha256] = word
    return found


def _paths(word: str) -> Iterator[str]:
    """The plain files that a word names.  Raises `OSError`."""
    if not os.path.isdir(word):
        yield word
        return
    count = 0
    for folder, below, names in os.walk(word):
        below.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.islink(path) or not os.path.isfile(path):
                continue
            count += 1
            if count > MAX_FILES:
                return
            yield path


def _wanted(path: str, wanted: frozenset[str], room: int) -> tuple[str, bytes] | None:
    """Digest and bytes of a file, if it is wanted.  Raises `OSError`."""
    with open(path, "rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
        if digest not in wanted or stream.tell() > room:
            return None
        stream.seek(0)
        return digest, stream.read()
