"""Tests of CSAF on the document as a whole: 6.1.15, 6.1.26 to 6.1.28, 6.1.38 to 6.1.41.

Guarantees: the tests of a profile are made only where the document claims that profile (`csaf_semantics_vex` has those on
vulnerabilities).
"""

from __future__ import annotations

import unicodedata

from rulewright.sbom.csaf_semantics_view import Fields, Report, View, child, objects, text
from rulewright.sbom.findings import shown

CODE = "RW1254"
_NAMES = ("securityincidentresponse", "informationaladvisory", "securityadvisory", "vex")
_NEWER_NAMES = ("deprecatedsecurityadvisory", "withdrawn", "superseded")
"""Names of profiles without what separates words; those of CSAF 2.1 alone in the second list."""
_PROFILES = frozenset({
    "csaf_base", "csaf_security_incident_response", "csaf_informational_advisory", "csaf_security_advisory", "csaf_vex",
})  # fmt: skip
_NEWER_PROFILES = _PROFILES | {"csaf_deprecated_security_advisory", "csaf_withdrawn", "csaf_superseded"}
_INFORMATIVE = frozenset({"csaf_informational_advisory", "csaf_security_incident_response"})
_ENDED = frozenset({"csaf_withdrawn", "csaf_superseded"})
_PUBLIC = "ffffffff-ffff-ffff-ffff-ffffffffffff"
_NOBODY = "00000000-0000-0000-0000-000000000000"
_RESERVED = {_PUBLIC: "Public", _NOBODY: "No sharing allowed"}


def check(view: View, report: Report) -> None:
    """Make the tests."""
    _languages(view, report)
    _category(view, report)
    if view.category in _INFORMATIVE:
        _informative(view, report)
    if view.newer:
        if view.category in _ENDED:
            _ended(view, report)
        _sharing(view, report)


def _languages(view: View, report: Report) -> None:
    """Judge translations: 6.1.15 and 6.1.28."""
    document = view.document
    source = document.get("source_lang")
    if text(child(document, "publisher"), "category") == "translator" and not source:
        state = "is empty" if "source_lang" in document else "is missing"
        report.fail(CODE, "6.1.15", f"the publisher is a translator and `source_lang` {state}", "/document")
    if isinstance(source, str) and source and source.lower() == text(document, "lang").lower():
        message = f"the document and what it is translated from are both in `{shown(source, 20)}`"
        report.fail(CODE, "6.1.28", message, "/document/source_lang")


def _category(view: View, report: Report) -> None:
    """Judge categories that look like those of a profile: 6.1.26."""
    category = view.category
    if not category or category in (_NEWER_PROFILES if view.newer else _PROFILES):
        return
    plain = "".join(c for c in category if not _separates(c)).lower()
    names = _NAMES + _NEWER_NAMES if view.newer else _NAMES
    if plain.removeprefix("csaf") in names or category.lower().startswith("csaf_"):
        message = f"`{shown(category)}` looks like the name of a profile that the document does not claim"
        report.fail(CODE, "6.1.26", message, "/document/category")


def _separates(char: str) -> bool:
    """Whether a character is a dash, a hyphen, a minus, an underscore or white space."""
    return char.isspace() or unicodedata.category(char) in {"Pd", "Pc"} or char in "\u2212\u0332\u00ad"


def _informative(view: View, report: Report) -> None:
    """Judge informational advisories and responses to incidents: 6.1.27.1 and 6.1.27.2."""
    wanted = {"description", "details", "general", "summary"}
    if not any(text(n, "category") in wanted for _, n in objects(view.document, "notes", "")):
        message = "no note of the document is a description, details, general or a summary"
        report.fail(CODE, "6.1.27.1", message, "/document/notes")
    if not any(text(r, "category") == "external" for _, r in objects(view.document, "references", "")):
        report.fail(CODE, "6.1.27.2", "no reference of the document is external", "/document/references")


def _ended(view: View, report: Report) -> None:
    """Judge documents that are withdrawn or superseded: 6.1.27.14 to 6.1.27.19."""
    notes = [note for _, note in objects(view.document, "notes", "")]
    if not any(text(note, "category") == "description" for note in notes):
        report.fail(CODE, "6.1.27.14", "no note of the document is a description", "/document/notes")
    if "product_tree" in view.root:
        report.fail(CODE, "6.1.27.15", "the document has a product tree", "/product_tree")
    if len(list(objects(view.tracking, "revision_history", ""))) < 2:
        message = "the revision history has fewer than two entries"
        report.fail(CODE, "6.1.27.16", message, "/document/tracking/revision_history")
    if view.english:
        withdrawn = view.category == "csaf_withdrawn"
        clause, word = ("6.1.27.17", "Withdrawal") if withdrawn else ("6.1.27.18", "Supersession")
        _titled(notes, f"Reasoning for {word}", "description", (CODE, clause), report)
        if view.category == "csaf_superseded":
            _superseding(view, report)


def _titled(notes: list[Fields], title: str, category: str, test: tuple[str, str], report: Report) -> None:
    """Judge that one note has a title and that its category is the right one."""
    found = [note for note in notes if text(note, "title") == title]
    if len(found) != 1:
        message = f"{len(found) or 'no'} notes of the document have the title `{title}`, not one"
        report.fail(*test, message, "/document/notes")
    elif text(found[0], "category") != category:
        report.fail(*test, f"the category of the note `{title}` is not `{category}`", "/document/notes")


def _superseding(view: View, report: Report) -> None:
    """Judge the reference to the document that supersedes this one: 6.1.27.19."""
    listed = [r for _, r in objects(view.document, "references", "")]
    named = [r for r in listed if text(r, "summary").startswith("Superseding Document")]
    if not any(text(r, "category") == "external" for r in named):
        message = "no external reference has a summary that starts with `Superseding Document`"
        report.fail(CODE, "6.1.27.19", message, "/document/references")


def _sharing(view: View, report: Report) -> None:
    """Judge the sharing group: 6.1.38 to 6.1.41."""
    group = child(child(view.document, "distribution"), "sharing_group")
    place = "/document/distribution/sharing_group"
    ident, name = text(group, "id"), text(group, "name")
    if ident == _PUBLIC and view.tlp != "CLEAR":
        message = f"the group of everybody is given for TLP:{shown(view.tlp, 20)}"
        report.fail(CODE, "6.1.38", message, f"{place}/id")
    drafted = ident == _NOBODY and view.status == "draft"
    if ident and ident != _PUBLIC and view.tlp == "CLEAR" and not drafted:
        report.fail(CODE, "6.1.39", "a document of TLP:CLEAR names a closed group", f"{place}/id")
    if name in _RESERVED.values() and _RESERVED.get(ident) != name:
        report.fail(CODE, "6.1.40", f"the name `{name}` is reserved for another id", f"{place}/name")
    if ident in _RESERVED and name != _RESERVED[ident]:
        report.fail(CODE, "6.1.41", f"the name that belongs to this id is `{_RESERVED[ident]}`", f"{place}/name")
