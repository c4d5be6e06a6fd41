"""Answers about one place of a document: completion, hover, definition, references, rename, actions.

Guarantees: each is a pure function of `dsl.editing` with positions converted; a document that is not open has no answer.
"""

from __future__ import annotations

from typing import Protocol

from lsprotocol import types as lsp

from rulewright.cli.lsp import convert as to
from rulewright.cli.lsp.documents import Document
from rulewright.cli.lsp.server import Declined, Server
from rulewright.dsl.editing.actions import actions
from rulewright.dsl.editing.completion import complete
from rulewright.dsl.editing.hover import hover
from rulewright.dsl.editing.rename import Refused, rename, renamed_at
from rulewright.dsl.editing.workspace import Place, Spot, Target


class Placed(Protocol):
    """A request about one place."""

    @property
    def text_document(self) -> lsp.TextDocumentIdentifier:
        """The document."""

    @property
    def position(self) -> lsp.Position:
        """The place."""


def add(server: Server) -> None:
    """Register the answers."""
    _knowing(server)
    _finding(server)
    _changing(server)


def _asked(server: Server, params: Placed) -> tuple[Document, int] | None:
    """The document and the offset that a request is about."""
    document = server.document(params.text_document.uri)
    if document is None:
        return None
    return document, document.buffer.offset((params.position.line, params.position.character))


def _knowing(server: Server) -> None:
    """Completion and hover."""

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[".", ":", '"', "="]))
    def completed(_: Server, params: lsp.CompletionParams) -> lsp.CompletionList | None:
        asked = _asked(server, params)
        if asked is None:
            return None
        document, offset = asked
        offers = complete(server.desk.outline(document), server.desk.workspace(document), offset)
        able = server.client_capabilities.text_document
        item = able.completion.completion_item if able and able.completion else None
        snippets = bool(item and item.snippet_support)
        made = (to.completion(o, n, document.buffer, snippets=snippets) for n, o in enumerate(offers))
        return lsp.CompletionList(is_incomplete=False, items=[i for i in made if i is not None])

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hovered(_: Server, params: lsp.HoverParams) -> lsp.Hover | None:
        asked = _asked(server, params)
        if asked is None:
            return None
        document, offset = asked
        found = hover(server.desk.outline(document), server.desk.workspace(document), offset)
        if found is None:
            return None
        content = lsp.MarkupContent(lsp.MarkupKind.Markdown, found.markdown)
        return lsp.Hover(content, to.range_in(document.buffer, found.at))


def _target(server: Server, params: Placed) -> tuple[Document, Target] | None:
    """What the name at a place stands for."""
    asked = _asked(server, params)
    if asked is None:
        return None
    document, offset = asked
    outline = server.desk.outline(document)
    found = outline.mark_at(offset)
    target = server.desk.workspace(document).resolve(Spot(outline, *found)) if found is not None else None
    return None if target is None else (document, target)


def _places(server: Server, params: Placed) -> list[Place]:
    """All places that mention what the name at a place stands for."""
    found = _target(server, params)
    return [] if found is None else list(server.desk.workspace(found[0]).references(found[1]))


def _finding(server: Server) -> None:
    """Definition, references, highlights."""

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def defined(_: Server, params: lsp.DefinitionParams) -> lsp.Location | None:
        found = _target(server, params)
        return server.convert.location(found[1].file, found[1].at) if found is not None and found[1].file else None

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def mentioned(_: Server, params: lsp.ReferenceParams) -> list[lsp.Location]:
        convert = server.convert
        places = [p for p in _places(server, params) if params.context.include_declaration or not p.declares]
        return [place for p in places if (place := convert.location(p.file, p.at)) is not None]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlighted(_: Server, params: lsp.DocumentHighlightParams) -> list[lsp.DocumentHighlight]:
        document = server.document(params.text_document.uri)
        if document is None:
            return []
        return [
            lsp.DocumentHighlight(
                to.range_in(document.buffer, p.at),
                lsp.DocumentHighlightKind.Write if p.declares else lsp.DocumentHighlightKind.Read,
            )
            for p in _places(server, params)
            if p.file == document.name
        ]


def _changing(server: Server) -> None:
    """Rename and code actions."""

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepared(_: Server, params: lsp.PrepareRenameParams) -> lsp.Range | None:
        asked = _asked(server, params)
        if asked is None:
            return None
        document, offset = asked
        try:
            at = renamed_at(server.desk.outline(document), server.desk.workspace(document), offset)[1]
        except Refused as why:
            raise Declined(str(why)) from None
        return to.range_in(document.buffer, at)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def renamed(_: Server, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        document = server.document(params.text_document.uri)
        if document is None:
            return None
        offset = document.buffer.offset((params.position.line, params.position.character))
        try:
            changes = rename(server.desk.outline(document), server.desk.workspace(document), offset, params.new_name)
        except Refused as why:
            raise Declined(str(why)) from None
        return server.convert.edit(changes)

    kinds = [lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.RefactorRewrite]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=kinds))
    def acted(_: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        document = server.document(params.text_document.uri)
        if document is None:
            return []
        start, end = params.range.start, params.range.end
        at = (document.buffer.offset((start.line, start.character)), document.buffer.offset((end.line, end.character)))
        workspace = server.desk.workspace(document)
        found = actions(server.desk.outline(document), workspace, at, document.diagnostics)
        made = [server.convert.action(a, document) for a in found]
        only = [_word(kind) for kind in params.context.only or ()]
        return [a for a in made if not only or any(_word(a.kind).startswith(kind) for kind in only)]


def _word(kind: lsp.CodeActionKind | str | None) -> str:
    """A kind of action as text."""
    return str(getattr(kind, "value", kind or ""))
