"""Debian's version order (`deb`), as keys that compare with `<`.

Guarantees: the order of dpkg, total, in linear time; `None` where dpkg refuses the version (a first character that is no digit
is only a warning there, and is none here).
Does not: check that the archive has such a version.
Source: deb-version(7); lib/dpkg/version.c describes the same.
"""

import re

Key = tuple[object, ...]

_UPSTREAM = re.compile(r"[A-Za-z0-9.+~:-]+\Z")
_REVISION = re.compile(r"[A-Za-z0-9.+~]+\Z")
_RUNS = re.compile(r"([^0-9]*)([0-9]*)")
# Where a run of other characters ends comes after `~` and before everything else; letters come before the rest.
_END = "\x02"
_RANKS = {ord(char): chr(ord(char) + 256) for char in "+-.:"} | {ord("~"): "\x01"}


def debian(text: str) -> Key | None:
    """Give the key of `[epoch:]upstream[-revision]`."""
    epoch, colon, rest = text.rpartition(":") if text.count(":") == 1 else text.partition(":")
    if not colon:
        epoch, rest = "0", text
    upstream, hyphen, revision = rest.rpartition("-")
    if not hyphen:
        upstream, revision = rest, "0"
    if not epoch.isdigit() or not _UPSTREAM.match(upstream) or not _REVISION.match(revision):
        return None
    return int(epoch), _runs(upstream), _runs(revision)


def _runs(text: str) -> Key:
    """Alternate texts and numbers; an absent number counts as 0."""
    key: list[object] = []
    for letters, digits in _RUNS.findall(text):
        if letters or digits:
            key += (letters.translate(_RANKS) + _END, int(digits or 0))
    return (*key, _END)
