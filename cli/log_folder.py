"""A log's folder: files by name, written whole, by one command at a time.

Guarantees: a name never leads out of the folder; a file is either whole or as it was; who writes holds the lock (`.lock`), which
nobody else takes away; files whose names begin with a dot are none of the log.  It does not know what the files mean.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rulewright.cli.streams import write_file

LOCK = ".lock"
"""The lock of a folder is this file in it."""
TRIES, PAUSE = 100, 0.05
"""How often a lock is tried, and the seconds between two tries."""
FILE = 32 * 1024 * 1024
"""Bytes of the largest file of a log: a full bundle of entries has at most 17 MB."""


class LockedError(OSError):
    """Another command writes to this folder."""


class Folder:
    """A folder as the core sees it (`attest.log.tiles.Store`)."""

    def __init__(self, path: str) -> None:
        self.path = path

    def read(self, name: str) -> bytes | None:
        """The content of a file; `None` where there is none.  Raises `OSError`."""
        try:
            with open(self._place(name), "rb") as stream:
                data = stream.read(FILE + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        if len(data) > FILE:
            raise OSError(f"`{name}` is too large for a file of a log")
        return data

    def write(self, name: str, data: bytes) -> None:
        """Put a file in place, whole; one that is the same already is left alone.  Raises `OSError`."""
        if self.read(name) == data:
            return
        place = self._place(name)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        write_file(place, data)

    def names(self) -> list[str]:
        """All names of files, sorted; links to folders are not followed.  Raises `OSError`."""
        found = []
        for above, folders, files in os.walk(self.path, onerror=_raise):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            found += [
                os.path.relpath(os.path.join(above, name), self.path).replace(os.sep, "/")
                for name in files
                if not name.startswith(".")
            ]
        return sorted(found)

    def _place(self, name: str) -> str:
        return os.path.join(self.path, *name.split("/"))


def _raise(error: OSError) -> None:
    raise error


@contextmanager
def locked(lock: str) -> Iterator[None]:
    """Hold a lock, which is a file.  Raises `LockedError` where another command keeps it, `OSError` where there can be none."""
    _take(lock)
    try:
        yield
    finally:
        with suppress(OSError):
            os.unlink(lock)


def _take(lock: str) -> None:
    for _ in range(TRIES):
        try:
            os.close(os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        except FileExistsError:
            time.sleep(PAUSE)
        else:
            return
    raise LockedError(f"another command holds `{lock}`")
