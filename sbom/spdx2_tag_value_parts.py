"""Values of tag-value that have parts of their own: `SHA1: 85ed…`, `A DEPENDS_ON B`.

Guarantees: what cannot be taken apart is kept as far as it can be and reported as malformed by `None` in place of the
rest: the caller says so.  Source: SPDX 2.3, clauses 6.6, 7.8 to 7.10, 7.21, 9.3, 9.4, 11.1.
"""

from __future__ import annotations

import re

Parts = dict[str, object]
_RELATIONSHIP = ("spdxElementId", "relationshipType", "relatedSpdxElement")
Taken = tuple[Parts, bool]
"""The fields, and whether the value was as the specification writes it."""

_CODE = re.compile(r"([^\s(]+)\s*(?:\((?:\s*excludes:)?(.*)\))?", re.DOTALL)


def checksum(value: str) -> Taken:
    """`SHA1: 85ed0817…`."""
    algorithm, colon, digest = value.partition(":")
    if not colon:
        return {"checksumValue": value}, False
    algorithm, digest = algorithm.strip(), digest.strip()
    return {"algorithm": algorithm, "checksumValue": digest}, bool(algorithm and digest)


def _named(names: tuple[str, ...], value: str) -> Taken:
    """Words of a line by name; the last name takes the rest."""
    words = value.split(None, len(names) - 1)
    return dict(zip(names, words, strict=False)), len(words) == len(names)


def relationship(value: str) -> Taken:
    """`SPDXRef-A DEPENDS_ON SPDXRef-B`."""
    words = value.split()
    if len(words) == len(_RELATIONSHIP):
        return dict(zip(_RELATIONSHIP, words, strict=True)), True
    return _named(_RELATIONSHIP, value)[0], False


def external_reference(value: str) -> Taken:
    """`PACKAGE-MANAGER purl pkg:npm/a@1`; the locator has no white space (clause 7.21.4)."""
    return _named(("referenceCategory", "referenceType", "referenceLocator"), value)


def external_document(value: str) -> Taken:
    """`DocumentRef-a https://… SHA1: d6a7…`."""
    made, whole = _named(("externalDocumentId", "spdxDocument", "checksum"), value)
    if not whole:
        return made, False
    made["checksum"], whole = checksum(str(made["checksum"]))
    return made, whole


def verification_code(value: str) -> Taken:
    """`d6a7… (excludes: ./a.spdx, ./b.spdx)`; the word `excludes:` is left out by some writers."""
    found = _CODE.fullmatch(value)
    if found is None:
        return {"packageVerificationCodeValue": value}, False
    made: Parts = {"packageVerificationCodeValue": found[1]}
    excluded = [name.strip() for name in (found[2] or "").split(",") if name.strip()]
    if excluded:
        made["packageVerificationCodeExcludedFiles"] = excluded
    return made, True


def span(value: str, key: str) -> Taken:
    """`310:420`, as a start and an end pointer; `key` is `offset` or `lineNumber`."""
    first, _, last = (part.strip() for part in value.partition(":"))
    whole = _is_number(first) and _is_number(last)
    ends: list[object] = [int(end) if _is_number(end) else end for end in (first, last)]
    return {"startPointer": {key: ends[0]}, "endPointer": {key: ends[1]}}, whole


def _is_number(text: str) -> bool:
    """Whether a text is a number that a range may have."""
    return text.isascii() and text.isdecimal() and len(text) <= 18


def truth(value: str) -> bool | str:
    """`true` or `false`; anything else as it stands."""
    return {"true": True, "false": False}.get(value.lower(), value)


def addresses(value: str) -> list[str]:
    """Addresses on one line; the specification has one for each tag, the official tools join them by commas."""
    return [part for part in re.split(r",\s+", value) if part]
