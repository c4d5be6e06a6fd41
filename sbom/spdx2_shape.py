"""The shape of the SPDX 2 JSON form, as far as encodings without types of their own need it.

XML has no lists and no types, YAML guesses types: which fields are lists, truth values, numbers and objects is told by
their names, which mean the same wherever they stand.  It judges nothing.  Source: spdx-schema.json of 2.2 and 2.3.
"""

from __future__ import annotations

LISTS = frozenset({
    "annotations", "artifactOfs", "attributionTexts", "checksums", "creators", "crossRefs", "documentDescribes",
    "externalDocumentRefs", "externalRefs", "fileContributors", "fileDependencies", "fileTypes", "files", "hasExtractedLicensingInfos",
    "hasFiles", "licenseInfoFromFiles", "licenseInfoInFiles", "licenseInfoInSnippets", "packageVerificationCodeExcludedFiles",
    "packages", "ranges", "relationships", "revieweds", "seeAlsos", "snippets",
})  # fmt: skip
"""Fields that hold a list."""

OBJECTS = frozenset({
    "annotations", "artifactOfs", "checksum", "checksums", "creationInfo", "crossRefs", "endPointer", "externalDocumentRefs",
    "externalRefs", "files", "hasExtractedLicensingInfos", "packageVerificationCode", "packages", "ranges", "relationships",
    "revieweds", "snippets", "startPointer",
})  # fmt: skip
"""Fields that hold an object, or a list of objects."""

TRUTHS = frozenset({"filesAnalyzed", "isLive", "isValid", "isWayBackLink"})
"""Fields that hold true or false."""

NUMBERS = frozenset({"lineNumber", "offset", "order"})
"""Fields that hold an integer."""

WRAPPERS = frozenset({"Document", "SpdxDocument"})
"""Names of an outermost field that some writers put around the document."""

_DIGITS = 18


def inline(text: str) -> str:
    """The text of an XML element; without the white space around it where it stands on lines of its own."""
    laid_out = "\n" in text[: len(text) - len(text.lstrip())]
    return text.strip() if laid_out or not text.strip() else text


def truth(text: str) -> bool | str:
    """`true` or `false` in any case; anything else stays, and the reader finds it."""
    return {"true": True, "false": False}.get(text.lower(), text)


def number(text: str) -> int | str:
    """An integer of a size that the JSON form can hold; anything else stays, and the reader finds it."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) <= _DIGITS else text
