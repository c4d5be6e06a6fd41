"""SPDX 2 tag-value, second step: tags to the JSON form.

A tag speaks of the last package, file, snippet … that was begun.  Files that follow a package are its files.
Guarantees: a tag that is unknown, stands where there is nothing that it could speak of, or has parts that cannot be
read is a finding with its line; nothing else is dropped.  It does not judge values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from rulewright.sbom import spdx2_tag_value_parts as parts
from rulewright.sbom.findings import NOTE, WARNING, Findings, shown
from rulewright.sbom.spdx2_assembly import Holder, Lines, twice
from rulewright.sbom.spdx2_tag_value_fields import BEGIN, BEGINS, LIST, LISTS, TAGS, TEXT, Section, Tag
from rulewright.sbom.spdx2_tag_value_lines import place

_PARTS: dict[str, Callable[[str], parts.Taken]] = {
    "PackageChecksum": parts.checksum,
    "FileChecksum": parts.checksum,
    "ExternalRef": parts.external_reference,
    "ExternalDocumentRef": parts.external_document,
    "Relationship": parts.relationship,
    "SnippetByteRange": lambda value: parts.span(value, "offset"),
    "SnippetLineRange": lambda value: parts.span(value, "lineNumber"),
}
_OPENED = {
    "ExternalRef": Section.REFERENCE,
    "Relationship": Section.RELATIONSHIP,
    "ArtifactOfProjectName": Section.ARTIFACT,
}


class Assembly:
    """One document in the making; `lines` is given where lines are wanted."""

    def __init__(self, findings: Findings, lines: Lines | None = None) -> None:
        self.findings = findings
        self.lines = lines
        self.document: Holder = {}
        creation: Holder = {}
        self.open: list[Holder | None] = [None] * len(Section)
        self.open[Section.DOCUMENT], self.open[Section.EXTERNAL] = self.document, self.document
        self.open[Section.CREATION] = creation
        self._subject: Holder | None = self.document
        self._owned: list[tuple[Holder, Holder, int]] = []
        self._notes: list[tuple[Holder, int]] = []
        self._ranges: list[tuple[Holder, Holder]] = []

    def run(self, tags: Iterable[tuple[int, str, str]]) -> Holder:
        """Take all tags."""
        known, opened = TAGS, self.open
        plain = self.lines is None
        for number, name, value in tags:
            tag = known.get(name)
            if tag is None:
                self.findings.add("RW1013", NOTE, f"unknown field `{shown(name)}`", place(number))
                continue
            section, kind, key = tag
            holder = opened[section]
            if kind == BEGIN:
                self._begin(section, key, value, number)
            elif kind == TEXT and holder is not None:
                if plain and key not in holder:
                    holder[key] = value
                else:
                    self.put(holder, key, value, number)
            elif kind == LIST and holder is not None:
                self.add(holder, key, value, number)
            else:
                self._other(name, tag, value, number)
        return self._finish()

    def put(self, holder: Holder, key: str, value: object, number: int) -> None:
        """Set a field."""
        if self.lines is not None:
            self.lines[id(holder), key] = number
        if key in holder:
            twice(holder, key, value)
        else:
            holder[key] = value

    def add(self, holder: Holder, key: str, value: object, number: int) -> None:
        """Add an item to a list."""
        items = cast("list[object]", holder.setdefault(key, []))
        if self.lines is not None:
            self.lines.setdefault((id(holder), key), number)
            self.lines[id(items), len(items)] = number
        items.append(value)

    def _begin(self, section: int, key: str, value: str, number: int) -> None:
        """Begin a package, file, snippet, licence, annotation or review."""
        made: Holder = {}
        self.open[section] = made
        self.put(made, key, value, number)
        if section in LISTS:
            self.add(self.document, LISTS[section], made, number)
        if section == Section.ANNOTATION:
            self._notes.append((made, number))
            return
        if section == Section.PACKAGE:
            self.open[Section.REFERENCE] = None
        elif section == Section.FILE:
            self.open[Section.ARTIFACT] = None
            package = self.open[Section.PACKAGE]
            if package is not None:
                self._owned.append((package, made, number))
        self._subject = made if section in {Section.PACKAGE, Section.FILE} else None

    def _other(self, name: str, tag: Tag, value: str, number: int) -> None:
        """A tag whose value has parts, or that stands alone."""
        if name == "SPDXID":
            self._identify(value, number)
            return
        section, _, key = tag
        holder = self.open[section]
        if name == "Relationship":
            holder = self.document
        if holder is None:
            message = f"`{name}` stands before any `{BEGINS[section]}`: it speaks of nothing"
            self.findings.add("RW1031", WARNING, message, place(number))
        elif name in _PARTS:
            self._parts(name, holder, key, value, number)
        elif name == "PackageVerificationCode":
            made, whole = parts.verification_code(value)
            self._check(name, value, number, whole=whole)
            self.put(holder, key, made, number)
        elif name == "FilesAnalyzed":
            self.put(holder, key, parts.truth(value), number)
        elif name == "LicenseCrossReference":
            for address in parts.addresses(value):
                self.add(holder, key, address, number)
        elif name == "ArtifactOfProjectName":
            artifact: Holder = {"name": value}
            self.open[Section.ARTIFACT] = artifact
            self.add(holder, key, artifact, number)
        else:
            self.put(holder, key, value, number)

    def _parts(self, name: str, holder: Holder, key: str, value: str, number: int) -> None:
        """Add an item that is made of parts."""
        made, whole = _PARTS[name](value)
        self._check(name, value, number, whole=whole)
        self.add(holder, key, made, number)
        if key == "ranges":
            self._ranges.append((holder, made))
        elif name in _OPENED:
            self.open[_OPENED[name]] = made

    def _check(self, name: str, value: str, number: int, *, whole: bool) -> None:
        """Report a value that is not as the specification writes it."""
        if not whole:
            message = f"the value of `{name}` is not as SPDX writes it: `{shown(value)}`"
            self.findings.add("RW1032", WARNING, message, place(number))

    def _identify(self, value: str, number: int) -> None:
        """`SPDXID` speaks of the document, the last package or the last file."""
        if self._subject is None:
            message = "`SPDXID` follows neither the document's head nor a package or file: it speaks of nothing"
            self.findings.add("RW1031", WARNING, message, place(number))
        else:
            self.put(self._subject, "SPDXID", value, number)

    def _finish(self) -> Holder:
        """What is known only at the end: files of packages, subjects of annotations, files of snippets."""
        for package, file, number in self._owned:
            if isinstance(file.get("SPDXID"), str):
                self.add(package, "hasFiles", file["SPDXID"], number)
        for snippet, made in self._ranges:
            for end in made.values():
                cast("Holder", end)["reference"] = snippet.get("snippetFromFile", "")
        if self._notes:
            self._annotate()
        if self.open[Section.CREATION]:
            self.document["creationInfo"] = self.open[Section.CREATION]
        return self.document

    def _annotate(self) -> None:
        """Give each annotation to what it is about; the document has those of nothing in it."""
        lists = [cast("list[Holder]", self.document.get(key, [])) for key in ("packages", "files", "snippets")]
        known = {item.get("SPDXID"): item for items in lists for item in items if isinstance(item.get("SPDXID"), str)}
        stated = self.document.get("SPDXID")
        if isinstance(stated, str):
            known[stated] = self.document
        for note, number in self._notes:
            subject = note.pop("SPDXREF", None)
            holder = known.get(subject) if isinstance(subject, str) else None
            if holder is None:
                stated = f"`{shown(subject)}`, which is not in the document" if isinstance(subject, str) else "nothing"
                self.findings.add("RW1201", WARNING, f"the annotation is about {stated}", place(number))
            self.add(holder or self.document, "annotations", note, number)
