"""Answers about one place of a document: completion, hover, definition, references, rename, actions.

Guarantees: each is a pure function of `dsl.editing` with positions converted; a document that is not open has no answer.
"""

from __future__ import annotations

from typing import Protocol

from lsprotocol import types as lsp

from rulewright.cli.literals import Checks
from rulewright.cli.lsp import convert as to
from rulewright.cli.lsp.documents import Document
from rulewright.cli.lsp.server import Plain, Server
from rulewright.cli.lsp.turns import Declined, Turn
from rulewright.dsl.editing.actions import actions
from rulewright.dsl.editing.completion import complete
from rulewright.dsl.editing.hover import hover
from rulewright.dsl.editing.rename import Refused, rename, renamed_at
from rulewright.dsl.editing.workspace import Place, Spot, Target


class Placed(Protocol):
    """A request about one place."""

    @property
    def position(self) -> lsp.Position:
        """The place."""


def add(server: Server) -> None:
    """Register the answers."""
    _knowing(server)
    _finding(server)
    _changing(server)


def _offset(document: Document, params: Placed) -> int:
    """The offset that a request is about."""
    return document.buffer.offset((params.position.line, params.position.character))


def _knowing(server: Server) -> None:
    """Completion and hover."""

    @server.answer(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[".", ":", '"', "="]))
    def completed(document: Document, params: lsp.CompletionParams, _: Turn) -> Plain:
        offset = _offset(document, params)
        offers = complete(server.desk.outline(document), server.desk.workspace(document), offset)
        able = server.client_capabilities.text_document
        item = able.completion.completion_item if able and able.completion else None
        snippets = bool(item and item.snippet_support)
        made = (to.completion(o, n, document.buffer, snippets=snippets) for n, o in enumerate(offers))
        return Plain({"isIncomplete": False, "items": [i for i in made if i is not None]})

    @server.answer(lsp.TEXT_DOCUMENT_HOVER)
    async def hovered(document: Document, params: lsp.HoverParams, turn: Turn) -> lsp.Hover | None:
        await server.desk.read(document, turn)
        found = hover(server.desk.outline(document), server.desk.workspace(document), _offset(document, params))
        if found is None:
            return None
        content = lsp.MarkupContent(lsp.MarkupKind.Markdown, found.markdown)
        return lsp.Hover(content, to.range_in(document.buffer, found.at))


def _target(server: Server, document: Document, params: Placed) -> Target | None:
    """What the name at a place stands for."""
    outline = server.desk.outline(document)
    found = outline.mark_at(_offset(document, params))
    return server.desk.workspace(document).resolve(Spot(outline, *found)) if found is not None else None


def _places(server: Server, document: Document, params: Placed) -> list[Place]:
    """All places that mention what the name at a place stands for."""
    found = _target(server, document, params)
    return [] if found is None else list(server.desk.workspace(document).references(found))


def _finding(server: Server) -> None:
    """Definition, references, highlights."""

    @server.answer(lsp.TEXT_DOCUMENT_DEFINITION)
    def defined(document: Document, params: lsp.DefinitionParams, _: Turn) -> lsp.Location | None:
        found = _target(server, document, params)
        return server.convert.location(found.file, found.at) if found is not None and found.file else None

    @server.answer(lsp.TEXT_DOCUMENT_REFERENCES)
    def mentioned(document: Document, params: lsp.ReferenceParams, _: Turn) -> list[lsp.Location]:
        convert = server.convert
        places = [p for p in _places(server, document, params) if params.context.include_declaration or not p.declares]
        return [place for p in places if (place := convert.location(p.file, p.at)) is not None]

    @server.answer(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlighted(document: Document, params: lsp.DocumentHighlightParams, _: Turn) -> list[lsp.DocumentHighlight]:
        target = _target(server, document, params)
        found = () if target is None else server.desk.workspace(document).references(target, document.name)
        return [
            lsp.DocumentHighlight(
                to.range_in(document.buffer, p.at),
                lsp.DocumentHighlightKind.Write if p.declares else lsp.DocumentHighlightKind.Read,
            )
            for p in found
        ]


def _changing(server: Server) -> None:
    """Rename and code actions."""

    @server.answer(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepared(document: Document, params: lsp.PrepareRenameParams, _: Turn) -> lsp.Range | None:
        offset = _offset(document, params)
        try:
            at = renamed_at(server.desk.outline(document), server.desk.workspace(document), offset)[1]
        except Refused as why:
            raise Declined(str(why)) from None
        return to.range_in(document.buffer, at)

    @server.answer(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def renamed(document: Document, params: lsp.RenameParams, _: Turn) -> lsp.WorkspaceEdit | None:
        offset = _offset(document, params)
        try:
            outline, workspace = server.desk.outline(document), server.desk.workspace(document)
            changes = rename(outline, workspace, offset, params.new_name, Checks())
        except Refused as why:
            raise Declined(str(why)) from None
        return server.convert.edit(changes)

    kinds = [lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.RefactorRewrite]

    @server.answer(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=kinds))
    def acted(document: Document, params: lsp.CodeActionParams, _: Turn) -> list[lsp.CodeAction]:
        workspace = server.desk.workspace(document)
        at = to.stretch_in(document.buffer, params.range)
        found = actions(server.desk.outline(document), workspace, at, document.diagnostics)
        made = [server.convert.action(a, document) for a in found]
        only = [_word(kind) for kind in params.context.only or ()]
        return [a for a in made if not only or any(_word(a.kind).startswith(kind) for kind in only)]


def _word(kind: lsp.CodeActionKind | str | None) -> str:
    """A kind of action as text."""
    return str(getattr(kind, "value", kind or ""))
