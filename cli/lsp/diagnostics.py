"""Diagnostics and fixes as the Language Server Protocol writes them (LSP 3.17, `Diagnostic`, `WorkspaceEdit`).

Guarantees: pure; lines and characters count from 0, characters in UTF-16 code units; a place in a text that is not at hand
is given in code points; labels in other files become related information; what is unused is tagged as unnecessary.
It knows no client and opens no file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rulewright.diagnostics import Code, Diagnostic, Edit, Fix, Severity, Span

Json = dict[str, object]
Texts = Mapping[str, str]
"""The texts of files by the names that spans carry."""
UriOf = Callable[[str], str]
"""The URI of a file by the name that spans carry."""

_SEVERITY = {Severity.ERROR: 1, Severity.WARNING: 2, Severity.NOTE: 3}
_UNNECESSARY = 1


def lsp_diagnostic(found: Diagnostic, texts: Texts, uri_of: UriOf, pages: Mapping[str, str] | None = None) -> Json:
    """One diagnostic as an LSP object; `pages` gives the address of a code's page, where there is one.

    A finding without a place in a text stands at the start of its document.
    """
    made: Json = {
        "range": lsp_range(found.span, texts) if found.span else _START,
        "severity": _SEVERITY[found.severity],
        "code": found.code,
        "source": "rulewright",
        "message": words(found),
    }
    if pages and found.code in pages:
        made["codeDescription"] = {"href": pages[found.code]}
    if unnecessary(found.code):
        made["tags"] = [_UNNECESSARY]
    if found.labels:
        made["relatedInformation"] = [
            {"location": {"uri": uri_of(x.span.file), "range": lsp_range(x.span, texts)}, "message": x.message}
            for x in found.labels
        ]
    return made


def words(found: Diagnostic) -> str:
    """The message with its notes and its hint, a line each: an editor shows nothing else."""
    lines = [found.message, *(f"note: {note}" for note in found.notes)]
    return "\n".join([*lines, f"hint: {found.hint}"] if found.hint else lines)


def unnecessary(code: str) -> bool:
    """Whether a finding is about something that could be left out, which editors show in grey."""
    from rulewright.dsl.lint.registry import UNUSED

    return code == "RW0408" or code in UNUSED


def lsp_range(span: Span, texts: Texts) -> Json:
    """The stretch of a span, from 0, in UTF-16 code units."""
    text = texts.get(span.file)
    if text is None:
        start: Json = {"line": span.line - 1, "character": span.column - 1}
        return {"start": start, "end": {"line": span.end_line - 1, "character": span.end_column - 1}}
    return {
        "start": _position(text, span.start, span.line, span.column),
        "end": _position(text, span.end, span.end_line, span.end_column),
    }


def _position(text: str, offset: int, line: int, column: int) -> Json:
    """A position from 0; wide characters of its line before it count twice."""
    before = text[offset - column + 1 : offset]
    return {"line": line - 1, "character": column - 1 + sum(c > "\uffff" for c in before)}


def workspace_edit(fix: Fix, texts: Texts, uri_of: UriOf) -> Json:
    """The edits of a fix by the URIs of their files, in the order of each file."""
    changes: dict[str, list[Json]] = {}
    for edit in sorted(fix.edits, key=_edit_place):
        change: Json = {"range": lsp_range(edit.span, texts), "newText": edit.text}
        changes.setdefault(uri_of(edit.span.file), []).append(change)
    return {"changes": changes}


def _edit_place(edit: Edit) -> tuple[str, int, int]:
    return edit.span.file, edit.span.start, edit.span.end


def pages_under(address: str, codes: Mapping[str, Code]) -> dict[str, str]:
    """The address of every code's page on a site that holds `reference/diagnostics.html`."""
    base = address.rstrip("/")
    return {code: f"{base}/reference/diagnostics.html#{_anchor(known)}" for code, known in codes.items()}


def _anchor(code: Code) -> str:
    """The anchor that the site makes of the heading `CODE: TITLE`."""
    heading = f"{code.code}: {code.title}".lower()
    kept = "".join(c for c in heading if c.isalnum() or c in " -_")
    return "-".join(kept.replace("-", " ").split())


_START: Json = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
