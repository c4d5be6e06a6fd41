"""The orders of Alpine's apk-tools 3 (`apk`) and of Gentoo's ebuilds (`ebuild`), as keys that compare with `<`.

Guarantees: total, in linear time. Old Alpine releases have versions that apk now calls invalid and compares all the same
(1.8.1p1-r1): as apk, by what is valid of them; the rest decides where apk finds them equal. `ebuild` refuses invalid versions.
Source: apk-version(8); Gentoo's Package Manager Specification, 3.2 and 3.3.
"""

import re

Key = tuple[object, ...]

_APK = re.compile(
    r"([0-9]+)((?:\.[0-9]+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)[0-9]*)*)(?:~([0-9a-f]+))?(?:-r([0-9]+))?"
)
_EBUILD = re.compile(r"([0-9]+)((?:\.[0-9]+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|p)[0-9]*)*)(?:-r([0-9]+))?\Z")
_SUFFIX = re.compile(r"_([a-z]+)([0-9]*)")
_ORDER = ("alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p")
_RELEASED = _ORDER.index("")
_REST = re.compile(r"[0-9]+|[^0-9]+")
# What may stand at the same place: early suffixes, what is invalid, the end, then what makes a version greater.
_EARLY, _INVALID, _END, _REVISION, _HASH, _SUFFIX_NUMBER, _LATE, _LETTER, _NUMBER = range(9)


def apk(text: str) -> Key | None:
    """Give the key of `1.2.3a_rc1~hash-r0`."""
    found = _APK.match(text)
    if not found:
        return None
    first, numbers, letter, suffixes, commit, revision = found.groups()
    key: list[tuple[int, int, str]] = [(_NUMBER, int(first), "")]
    # A leading zero makes a fraction of a number: compared as text, and before those that have none.
    key += [(_NUMBER, -1, n) if n[0] == "0" else (_NUMBER, int(n), "") for n in numbers.split(".")[1:]]
    if letter:
        key.append((_LETTER, 0, letter))
    for name, number in _SUFFIX.findall(suffixes):
        rank = _ORDER.index(name)
        key.append((_EARLY if rank < _RELEASED else _LATE, rank, ""))
        if number:
            key.append((_SUFFIX_NUMBER, int(number), ""))
    if commit:
        key.append((_HASH, 0, commit))
    if revision:
        key.append((_REVISION, int(revision), ""))
    for piece in _REST.findall(text[found.end() :]):
        key.append((_INVALID, int(piece) if piece.isdigit() else -1, piece.lstrip("0")))
    return (*key, (_END, 0, ""))


def ebuild(text: str) -> Key | None:
    """Give the key of `1.2.3a_rc1-r1`; an absent revision or suffix number is 0."""
    found = _EBUILD.match(text)
    if not found:
        return None
    first, numbers, letter, suffixes, revision = found.groups()
    rest = tuple((0, 0, n.rstrip("0")) if n[0] == "0" else (1, int(n), "") for n in numbers.split(".")[1:])
    tail: list[tuple[int, int]] = [(_ORDER.index(name), int(number or 0)) for name, number in _SUFFIX.findall(suffixes)]
    return int(first), rest, letter, (*tail, (_RELEASED, 0)), int(revision or 0)
