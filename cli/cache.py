"""Compiled policies kept between runs, in the user's own cache folder.

Guarantees: an entry is used only if its key, its checksum and the folder's owner and mode are right; anything else means
compiling anew.  Entries are JSON, never code.  Failing to write is silent: a cache is no promise.
What it does not do: protect from a user who writes into their own cache on purpose.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable

FORMAT = b"rulewright-cache/1"
KEPT = 64
KEPT_BYTES = 64 * 1024 * 1024
"""What stays of compiled policies; the newest ones do."""


def folder() -> str:
    """Return the cache folder: `RULEWRIGHT_CACHE_DIR`, else the platform's."""
    stated = os.environ.get("RULEWRIGHT_CACHE_DIR")
    if stated:
        return stated
    if sys.platform == "win32":
        return os.path.join(os.environ.get("LOCALAPPDATA") or os.path.expanduser("~"), "rulewright", "cache")
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Caches/rulewright")
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "rulewright")


def code_version(modules: Iterable[str]) -> str:
    """Digest names, sizes and times of the files of packages, so that a changed compiler never meets old entries."""
    digest = hashlib.sha256()
    for place in modules:
        with os.scandir(place) as entries:
            stats = sorted((e.name, e.stat().st_size, e.stat().st_mtime_ns) for e in entries if e.is_file())
        digest.update(repr(stats).encode())
    return digest.hexdigest()


def _trusted(place: str) -> bool:
    """Say whether a folder is ours alone."""
    if sys.platform == "win32":
        return True
    try:
        stat = os.stat(place)
    except OSError:
        return False
    return stat.st_uid == os.geteuid() and not stat.st_mode & 0o022


def usable() -> bool:
    """Say whether the folder is there, or can be made, and is ours alone."""
    place = folder()
    try:
        os.makedirs(place, mode=0o700, exist_ok=True)
    except OSError:
        return False
    return _trusted(place)


def _head(key: str, payload: bytes) -> bytes:
    """Return the first line of an entry."""
    return b"%s %s %s\n" % (FORMAT, key.encode(), hashlib.sha256(payload).hexdigest().encode())


def load(key: str) -> bytes | None:
    """Return the payload stored under a key, or `None` for whatever reason."""
    place = folder()
    if not _trusted(place):
        return None
    try:
        with open(os.path.join(place, f"{key}.rwc"), "rb") as stream:
            data = stream.read()
    except OSError:
        return None
    head, _, payload = data.partition(b"\n")
    return payload if head + b"\n" == _head(key, payload) else None


def store(key: str, payload: bytes) -> None:
    """Keep a payload under a key; silently not, if it cannot be."""
    place = folder()
    temporary = os.path.join(place, f"{key}.{os.getpid()}.part")
    try:
        os.makedirs(place, mode=0o700, exist_ok=True)
        if not _trusted(place):
            return
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(_head(key, payload) + payload)
        os.replace(temporary, os.path.join(place, f"{key}.rwc"))
        _tidy(place)
    except OSError:
        return


def _tidy(place: str) -> None:
    """Drop the oldest entries beyond those kept: so many, and so many bytes; the newest stays however large it is."""
    with os.scandir(place) as entries:
        stats = [(e.stat(), e.path) for e in entries if e.name.endswith(".rwc")]
    size = 0
    for number, (stat, path) in enumerate(sorted(stats, key=lambda s: (s[0].st_mtime_ns, s[1]), reverse=True)):
        size += stat.st_size
        if number and (number >= KEPT or size > KEPT_BYTES):
            os.unlink(path)
