"""The orders of RPM (`rpm`) and of Arch Linux's pacman (`alpm`), as keys that compare with `<`.

Guarantees: total, in linear time; `rpm` is rpmvercmp with `~` and `^`, `[epoch:]version[-release]`.
Where pacman's own comparison is no order, a total one stands here: a version without a release comes before the same with
one (pacman calls them equal, and so two different releases), and trailing separators count before what follows them.
Source: rpm's rpmvercmp and pacman's vercmp(8), their tests.
"""

import re

Key = tuple[object, ...]

_TEXT = re.compile(r"[A-Za-z0-9._+~^:%{}-]+\Z")
_PIECE = re.compile(r"[0-9]+|[A-Za-z]+|[~^]")
_SEPARATED = re.compile(r"([^A-Za-z0-9]*)([0-9]+|[A-Za-z]+|\Z)")
_TILDE, _END, _CARET, _WORD, _NUMBER = range(5)
_ALPHA, _LAST, _DIGITS = range(3)


def rpm(text: str) -> Key | None:
    """Give the key of an epoch, version and release; an absent epoch is 0, an absent release comes first."""
    parts = _parts(text)
    return None if parts is None else (parts[0], _rpm(parts[1]), () if parts[2] is None else _rpm(parts[2]))


def alpm(text: str) -> Key | None:
    """Give the key of an epoch, pkgver and pkgrel."""
    parts = _parts(text)
    return None if parts is None else (parts[0], _alpm(parts[1]), () if parts[2] is None else _alpm(parts[2]))


def _parts(text: str) -> tuple[int, str, str | None] | None:
    if not _TEXT.match(text):
        return None
    epoch, colon, rest = text.partition(":")
    if not colon or not epoch.isdigit():
        epoch, rest = "0", text
    version, hyphen, release = rest.rpartition("-")
    if not hyphen:
        return int(epoch), rest, None
    return (int(epoch), version, release) if version else None


def _rpm(text: str) -> Key:
    key: list[tuple[int, int, str]] = []
    for piece in _PIECE.findall(text):
        if piece in "~^":
            key.append((_TILDE if piece == "~" else _CARET, 0, ""))
        elif piece.isdigit():
            key.append((_NUMBER, int(piece), ""))
        else:
            key.append((_WORD, 0, piece))
    return (*key, (_END, 0, ""))


def _alpm(text: str) -> Key:
    """Order first by how many separators stand before a piece, then letters before the end before numbers."""
    key: list[tuple[int, int, int, str]] = []
    for separators, piece in _SEPARATED.findall(text):
        if not piece:
            key.append((len(separators), _LAST, 0, ""))
        elif piece.isdigit():
            key.append((len(separators), _DIGITS, int(piece), ""))
        else:
            key.append((len(separators), _ALPHA, 0, piece))
    return tuple(key)
