"""Answers about a whole document or the workspace: symbols, folds, selections, tokens, inlays, links, layout, lenses.

Guarantees: as in `answers`.
"""

from __future__ import annotations

import os

from lsprotocol import types as lsp

from rulewright.cli.lsp import convert as to
from rulewright.cli.lsp.documents import Buffer, Document
from rulewright.cli.lsp.files import path_of, uri_of
from rulewright.cli.lsp.server import Server
from rulewright.dsl.editing import structure
from rulewright.dsl.editing.colours import LEGEND, MODIFIERS, colours
from rulewright.dsl.source import At, Source


def add(server: Server) -> None:
    """Register the answers."""
    _symbols(server)
    _shape(server)
    _looks(server)
    _layout(server)


def _symbols(server: Server) -> None:
    """Symbols of a document and of the workspace."""

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def listed(_: Server, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        document = server.document(params.text_document.uri)
        if document is None:
            return []
        return [to.symbol(s, document.buffer) for s in structure.symbols(server.desk.outline(document))]

    @server.feature(lsp.WORKSPACE_SYMBOL)
    def sought(_: Server, params: lsp.WorkspaceSymbolParams) -> list[lsp.WorkspaceSymbol]:
        document = next(iter(server.desk.documents.values()), None)
        if document is None:
            return []
        convert, found = server.convert, []
        for file, module, symbol in structure.found_symbols(server.desk.workspace(document), params.query):
            place = convert.location(file, symbol.name_at)
            if place is not None:
                found.append(
                    lsp.WorkspaceSymbol(place, symbol.name, to.symbol_kind(symbol.kind), container_name=module)
                )
        return found


def _shape(server: Server) -> None:  # noqa: C901 - it registers three handlers
    """Folds, selections, links."""

    @server.feature(lsp.TEXT_DOCUMENT_FOLDING_RANGE)
    def folded(_: Server, params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange]:
        document = server.document(params.text_document.uri)
        if document is None:
            return []
        found = []
        for at, comment in structure.folds(server.desk.outline(document)):
            first, last = (point[0] for point in document.buffer.points(at))
            end = last if comment else last - 1
            if end > first:
                kind = lsp.FoldingRangeKind.Comment if comment else lsp.FoldingRangeKind.Region
                found.append(lsp.FoldingRange(first, end, kind=kind))
        return found

    @server.feature(lsp.TEXT_DOCUMENT_SELECTION_RANGE)
    def selected(_: Server, params: lsp.SelectionRangeParams) -> list[lsp.SelectionRange]:
        document = server.document(params.text_document.uri)
        if document is None:
            return []
        outline = server.desk.outline(document)
        offsets = [document.buffer.offset((p.line, p.character)) for p in params.positions]
        return [_nested(structure.selections(outline, offset), document.buffer) for offset in offsets]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_LINK)
    def linked(_: Server, params: lsp.DocumentLinkParams) -> list[lsp.DocumentLink]:
        document = server.document(params.text_document.uri)
        if document is None:
            return []
        found = []
        for link in structure.links(server.desk.outline(document), server.desk.workspace(document)):
            target = _beside(document, link.file) if link.fixture else server.convert.uri(link.file)
            if target:
                found.append(lsp.DocumentLink(to.range_in(document.buffer, link.at), target))
        return found


def _nested(around: tuple[At, ...], buffer: Buffer) -> lsp.SelectionRange:
    """Stretches, each inside the next."""
    whole: lsp.SelectionRange | None = None
    for at in reversed(around):
        whole = lsp.SelectionRange(to.range_in(buffer, at), whole)
    return whole or lsp.SelectionRange(to.range_in(buffer, (0, 0)))


def _beside(document: Document, name: str) -> str:
    """The address of a document beside a rule file, if it is there."""
    path = path_of(document.uri)
    found = os.path.join(os.path.dirname(path), name)
    return uri_of(found) if path and os.path.isfile(found) else ""


def _looks(server: Server) -> None:
    """Semantic tokens, inlay hints, code lenses."""
    legend = lsp.SemanticTokensLegend(token_types=list(LEGEND), token_modifiers=list(MODIFIERS))

    @server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, legend)
    def coloured(_: Server, params: lsp.SemanticTokensParams) -> lsp.SemanticTokens:
        document = server.document(params.text_document.uri)
        if document is None:
            return lsp.SemanticTokens([])
        return lsp.SemanticTokens(to.tokens(colours(server.desk.outline(document)), document.buffer))

    @server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
    def hinted(_: Server, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
        document = server.document(params.text_document.uri)
        if document is None:
            return []
        start, end = params.range.start, params.range.end
        at = (document.buffer.offset((start.line, start.character)), document.buffer.offset((end.line, end.character)))
        found = structure.inlays(server.desk.outline(document), server.desk.workspace(document), at)
        return [
            lsp.InlayHint(
                to.range_in(document.buffer, (i.offset, i.offset)).end, i.text, tooltip=i.tip, padding_left=True
            )
            for i in found
        ]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS, lsp.CodeLensOptions())
    def lenses(_: Server, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        document = server.document(params.text_document.uri)
        if document is None or not path_of(document.uri):
            return []
        outline = server.desk.outline(document)
        return [
            lsp.CodeLens(
                to.range_in(document.buffer, symbol.name_at),
                lsp.Command("run the tests of this file", "rulewright.test", arguments=[document.uri]),
            )
            for symbol in structure.symbols(outline)
            if symbol.kind == "test"
        ]


def _layout(server: Server) -> None:
    """Formatting."""
    from rulewright.dsl.layout import layout

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    def laid_out(_: Server, params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit] | None:
        document = server.document(params.text_document.uri)
        if document is None:
            return None
        text = document.buffer.text
        done = layout(Source(document.name, document.data))
        if not isinstance(done, str) or done == text:
            return [] if isinstance(done, str) else None
        return [lsp.TextEdit(to.range_in(document.buffer, at), new) for at, new in structure.differences(text, done)]
