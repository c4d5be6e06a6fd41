"""Counting the entities of an SPDX 2 tag-value document from its bytes, apart from the converter.

Guarantees: nothing that the converter made is looked at; the time is linear.  It does not say what was lost.
"""

from __future__ import annotations

from collections import Counter

_BEGINS = {
    b"FileName": "files",
    b"SnippetSPDXID": "snippets",
    b"Relationship": "relationships",
    b"LicenseID": "extracted licences",
}
_BELOW = {b"PackageChecksum": "hashes", b"ExternalRef": "external references"}
_LICENCES = (b"PackageLicenseDeclared", b"PackageLicenseConcluded")
_STARTS = (b"PackageName", *_BEGINS, *_BELOW, *_LICENCES, b" ", b"\t")
"""How lines that may be counted begin; what does not is passed over quickly."""


def plain(data: bytes) -> bytes:
    """The document with each text on the line of its tag, so that nothing inside a text looks like a tag."""
    pieces = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"</text>")
    made = []
    for piece in pieces[:-1]:
        end = _opened(piece)
        if end < 0:
            made.append(piece + b"</text>")
        else:
            # \x01: what follows on the line is no part of the value
            made += [piece[: end - 6], piece[end:].replace(b"\n", b"\x00"), b"\x01"]
    return b"".join([*made, pieces[-1]])


def _opened(piece: bytes) -> int:
    """Where the text of the first tag whose value begins with `<text>` begins; -1 when there is none."""
    at = piece.find(b"<text>")
    while at >= 0:
        tag, colon, before = piece[piece.rfind(b"\n", 0, at) + 1 : at].partition(b":")
        if colon and tag.strip(b" \t").isalnum() and not before.strip(b" \t"):
            return at + 6
        line = piece.find(b"\n", at)
        at = piece.find(b"<text>", line) if line >= 0 else -1
    return -1


def count(data: bytes | memoryview) -> Counter[str]:
    """Count; a licence that one package states twice counts once, and not at all where it differs."""
    total: Counter[str] = Counter()
    stated: dict[bytes, set[bytes]] = {}
    inside = False
    for line in plain(bytes(data)).split(b"\n"):
        if not line.startswith(_STARTS):
            continue
        tag, colon, value = line.partition(b":")
        tag = tag.strip(b" \t")
        if not colon:
            continue
        if tag == b"PackageName":
            total["packages"] += 1
            total["licences"] += _once(stated)
            stated, inside = {}, True
        elif tag in _BEGINS:
            total[_BEGINS[tag]] += 1
        elif inside and tag in _BELOW:
            total[_BELOW[tag]] += 1
        elif inside and tag in _LICENCES:
            stated.setdefault(tag, set()).add(value.partition(b"\x01")[0].strip(b" \t"))
    total["licences"] += _once(stated)
    return total


def _once(stated: dict[bytes, set[bytes]]) -> int:
    """Fields that have one value."""
    return sum(len(values) == 1 for values in stated.values())
