"""From plain values to the protocol's types.

Guarantees: positions are those of the text that a value is about, in the encoding that was agreed; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types as lsp

from rulewright.cli.lsp.desk import Desk
from rulewright.cli.lsp.diagnostics import Json, unnecessary, words
from rulewright.cli.lsp.documents import Buffer, Document
from rulewright.diagnostics import Diagnostic, Severity
from rulewright.dsl.editing.actions import Action
from rulewright.dsl.editing.offers import Offer
from rulewright.dsl.editing.rename import Change
from rulewright.dsl.editing.structure import Symbol
from rulewright.dsl.source import At

_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.NOTE: lsp.DiagnosticSeverity.Information,
}
_KINDS = {
    "keyword": lsp.CompletionItemKind.Keyword,
    "attribute": lsp.CompletionItemKind.Property,
    "field": lsp.CompletionItemKind.Field,
    "variable": lsp.CompletionItemKind.Variable,
    "function": lsp.CompletionItemKind.Function,
    "param": lsp.CompletionItemKind.Constant,
    "word": lsp.CompletionItemKind.EnumMember,
    "collection": lsp.CompletionItemKind.Class,
    "module": lsp.CompletionItemKind.Module,
    "value": lsp.CompletionItemKind.Value,
    "requirement": lsp.CompletionItemKind.Reference,
    "objective": lsp.CompletionItemKind.Event,
    "type": lsp.CompletionItemKind.TypeParameter,
    "snippet": lsp.CompletionItemKind.Snippet,
}
_SYMBOLS = {
    "standard": lsp.SymbolKind.Module,
    "policy": lsp.SymbolKind.Module,
    "vocabulary": lsp.SymbolKind.Module,
    "requirement": lsp.SymbolKind.Class,
    "param": lsp.SymbolKind.Constant,
    "define": lsp.SymbolKind.Function,
    "axiom": lsp.SymbolKind.Boolean,
    "attribute": lsp.SymbolKind.Property,
    "objective": lsp.SymbolKind.Event,
    "waiver": lsp.SymbolKind.Object,
    "use": lsp.SymbolKind.Namespace,
    "test": lsp.SymbolKind.Method,
}


def range_in(buffer: Buffer, at: At) -> lsp.Range:
    """A stretch as a range."""
    start, end = buffer.points(at)
    return lsp.Range(lsp.Position(*start), lsp.Position(*end))


def stretch_in(buffer: Buffer, at: lsp.Range) -> At:
    """A range as a stretch."""
    start, end = at.start, at.end
    return buffer.offset((start.line, start.character)), buffer.offset((end.line, end.character))


def plain_range(buffer: Buffer, at: At) -> Json:
    """A stretch as a range of plain values."""
    (line, character), (end_line, end_character) = buffer.points(at)
    return {
        "start": {"line": line, "character": character},
        "end": {"line": end_line, "character": end_character},
    }


class Convert:
    """Conversions that need the texts of other files."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def buffer(self, name: str) -> Buffer | None:
        """The text of a named file."""
        for document in self.desk.documents.values():
            if document.name == name:
                return document.buffer
        data = self.desk.files.text(name, {}) if name in self.desk.files.paths else None
        return None if data is None else Buffer(data.decode("utf-8", "replace"), self.desk.encoding)

    def uri(self, name: str) -> str:
        """The address of a named file."""
        return self.desk.files.uri(name, self.desk.documents)

    def location(self, name: str, at: At) -> lsp.Location | None:
        """A place in a named file."""
        buffer = self.buffer(name)
        return None if buffer is None else lsp.Location(self.uri(name), range_in(buffer, at))

    def diagnostic(self, found: Diagnostic, document: Document) -> lsp.Diagnostic:
        """A diagnostic; one without a place in its document stands at its start."""
        here = found.span is not None and found.span.file == document.name
        at = (found.span.start, found.span.end) if found.span is not None and here else (0, 0)
        related = [
            lsp.DiagnosticRelatedInformation(place, label.message)
            for label in found.labels
            if (place := self.location(label.span.file, (label.span.start, label.span.end))) is not None
        ]
        return lsp.Diagnostic(
            range_in(document.buffer, at),
            words(found),
            _SEVERITIES[found.severity],
            found.code,
            source="rulewright",
            tags=[lsp.DiagnosticTag.Unnecessary] if unnecessary(found.code) else None,
            related_information=related or None,
        )

    def edit(self, changes: Iterable[Change]) -> lsp.WorkspaceEdit:
        """Changes of files, by file."""
        found: dict[str, list[lsp.TextEdit]] = {}
        for change in changes:
            buffer = self.buffer(change.file)
            if buffer is not None:
                found.setdefault(self.uri(change.file), []).append(
                    lsp.TextEdit(range_in(buffer, change.at), change.text)
                )
        return lsp.WorkspaceEdit(changes={uri: list(edits) for uri, edits in found.items()})

    def action(self, action: Action, document: Document) -> lsp.CodeAction:
        """A code action."""
        about = [self.diagnostic(action.about, document)] if action.about is not None else None
        kind = lsp.CodeActionKind.QuickFix if action.about is not None else lsp.CodeActionKind.RefactorRewrite
        return lsp.CodeAction(
            action.title, kind, about, is_preferred=action.safe or None, edit=self.edit(action.changes)
        )


def completion(offer: Offer, place: int, buffer: Buffer, *, snippets: bool) -> Json | None:
    """A completion item; none for a snippet where the client takes none."""
    if offer.snippet and not snippets:
        if offer.kind == "snippet":
            return None
        text = f"{offer.label}("
    else:
        text = offer.text
    form = lsp.InsertTextFormat.Snippet if offer.snippet and snippets else lsp.InsertTextFormat.PlainText
    made: Json = {
        "label": offer.label,
        "kind": _KINDS[offer.kind].value,
        "sortText": f"{place:05}",
        "filterText": offer.text if offer.text.startswith('"') else offer.label,
        "insertTextFormat": form.value,
        "textEdit": {"range": plain_range(buffer, offer.at), "newText": text},
    }
    if offer.detail:
        made["detail"] = offer.detail
    if offer.doc:
        made["documentation"] = {"kind": lsp.MarkupKind.PlainText.value, "value": offer.doc}
    return made


def symbol(found: Symbol, buffer: Buffer) -> Json:
    """A symbol with what it holds."""
    made: Json = {
        "name": found.name or "?",
        "kind": _SYMBOLS[found.kind].value,
        "range": plain_range(buffer, found.at),
        "selectionRange": plain_range(buffer, found.name_at),
    }
    if found.detail:
        made["detail"] = found.detail
    if found.children:
        made["children"] = [symbol(child, buffer) for child in found.children]
    return made


def symbol_kind(kind: str) -> lsp.SymbolKind:
    """The protocol's word for a kind of declaration."""
    return _SYMBOLS[kind]
