"""Counting the entities of an SPDX 2 tag-value document from its bytes, apart from the converter.

Guarantees: nothing that the converter made is looked at; the time is linear.  It does not say what was lost.
"""

from __future__ import annotations

import re
from collections import Counter

_TEXT = re.compile(rb"^[ \t]*[0-9A-Za-z]+[ \t]*:[ \t]*<text>", re.MULTILINE)
_TAG = re.compile(
    rb"^[ \t]*(PackageName|FileName|SnippetSPDXID|Relationship|LicenseID|PackageChecksum|ExternalRef"
    rb"|PackageLicenseDeclared|PackageLicenseConcluded)[ \t]*:[ \t]*(.*)$",
    re.MULTILINE,
)
_BEGINS = {
    b"FileName": "files",
    b"SnippetSPDXID": "snippets",
    b"Relationship": "relationships",
    b"LicenseID": "extracted licences",
}
_BELOW = {b"PackageChecksum": "hashes", b"ExternalRef": "external references"}


def plain(data: bytes) -> bytes:
    """The document with each text on the line of its tag, so that nothing inside a text looks like a tag."""
    pieces = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"</text>")
    made = []
    for piece in pieces[:-1]:
        opened = _TEXT.search(piece)
        end = opened.end() if opened else len(piece)
        made.append(piece[:end].removesuffix(b"<text>") if opened else piece + b"</text>")
        made.append(piece[end:].replace(b"\n", b"\x00"))
        if opened:
            made.append(b"\x01")  # what follows on the line is no part of the value
    return b"".join([*made, pieces[-1]])


def count(data: bytes | memoryview) -> Counter[str]:
    """Count; a licence that one package states twice counts once, and not at all where it differs."""
    total: Counter[str] = Counter()
    stated: dict[bytes, set[bytes]] = {}
    inside = False
    for found in _TAG.finditer(plain(bytes(data))):
        tag, value = found[1], found[2].partition(b"\x01")[0]
        if tag == b"PackageName":
            total["packages"] += 1
            total["licences"] += _once(stated)
            stated, inside = {}, True
        elif tag in _BEGINS:
            total[_BEGINS[tag]] += 1
        elif inside and tag in _BELOW:
            total[_BELOW[tag]] += 1
        elif inside:
            stated.setdefault(tag, set()).add(value.rstrip(b" \t"))
    total["licences"] += _once(stated)
    return total


def _once(stated: dict[bytes, set[bytes]]) -> int:
    """Fields that have one value."""
    return sum(len(values) == 1 for values in stated.values())
