"""Answers about a whole document or the workspace: symbols, folds, selections, tokens, inlays, links, layout, lenses.

Guarantees: as in `answers`.
"""

from __future__ import annotations

import os
from array import array

from lsprotocol import types as lsp

from rulewright.cli.lsp import convert as to
from rulewright.cli.lsp.documents import Buffer, Document
from rulewright.cli.lsp.files import path_of, uri_of
from rulewright.cli.lsp.server import Plain, Server
from rulewright.cli.lsp.tokens import difference, tokens
from rulewright.cli.lsp.turns import Turn
from rulewright.dsl.editing import structure
from rulewright.dsl.editing.colours import LEGEND, MODIFIERS
from rulewright.dsl.source import At, Source


def add(server: Server) -> None:
    """Register the answers."""
    _symbols(server)
    _shape(server)
    _looks(server)
    _colours(server)
    _layout(server)


def _symbols(server: Server) -> None:
    """Symbols of a document and of the workspace."""

    @server.answer(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def listed(document: Document, _params: lsp.DocumentSymbolParams, _: Turn) -> Plain:
        return Plain([to.symbol(s, document.buffer) for s in structure.symbols(server.desk.outline(document))])

    @server.feature(lsp.WORKSPACE_SYMBOL)
    async def sought(_: Server, params: lsp.WorkspaceSymbolParams) -> object:
        return await server.served(None, lambda _turn: symbols(params))

    def symbols(params: lsp.WorkspaceSymbolParams) -> list[lsp.WorkspaceSymbol]:
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


def _shape(server: Server) -> None:
    """Folds, selections, links."""

    @server.answer(lsp.TEXT_DOCUMENT_FOLDING_RANGE)
    def folded(document: Document, _params: lsp.FoldingRangeParams, _: Turn) -> Plain:
        found = []
        for at, comment in structure.folds(server.desk.outline(document)):
            first, last = document.buffer.row(at[0]), document.buffer.row(at[1])
            end = last if comment else last - 1
            if end > first:
                found.append({"startLine": first, "endLine": end, "kind": "comment" if comment else "region"})
        return Plain(found)

    @server.answer(lsp.TEXT_DOCUMENT_SELECTION_RANGE)
    def selected(document: Document, params: lsp.SelectionRangeParams, _: Turn) -> list[lsp.SelectionRange]:
        outline = server.desk.outline(document)
        offsets = [document.buffer.offset((p.line, p.character)) for p in params.positions]
        return [_nested(structure.selections(outline, offset), document.buffer) for offset in offsets]

    @server.answer(lsp.TEXT_DOCUMENT_DOCUMENT_LINK)
    def linked(document: Document, _params: lsp.DocumentLinkParams, _: Turn) -> list[lsp.DocumentLink]:
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
    """Inlay hints, code lenses."""

    @server.answer(lsp.TEXT_DOCUMENT_INLAY_HINT)
    async def hinted(document: Document, params: lsp.InlayHintParams, turn: Turn) -> Plain:
        await server.desk.read(document, turn)
        at = to.stretch_in(document.buffer, params.range)
        found = structure.inlays(server.desk.outline(document), server.desk.workspace(document), at)
        return Plain(
            [
                {
                    "position": to.plain_range(document.buffer, (i.offset, i.offset))["end"],
                    "label": i.text,
                    "tooltip": i.tip,
                    "paddingLeft": True,
                }
                for i in found
            ]
        )

    @server.answer(lsp.TEXT_DOCUMENT_CODE_LENS, lsp.CodeLensOptions())
    def lenses(document: Document, _params: lsp.CodeLensParams, _: Turn) -> Plain:
        if not path_of(document.uri):
            return Plain([])
        command = {"title": "run the tests of this file", "command": "rulewright.test", "arguments": [document.uri]}
        places = structure.test_places(server.desk.outline(document))
        return Plain([{"range": to.plain_range(document.buffer, at), "command": command} for at in places])


def _colours(server: Server) -> None:
    """Semantic tokens: all, what changed since the last, those of a stretch."""
    legend = lsp.SemanticTokensLegend(token_types=list(LEGEND), token_modifiers=list(MODIFIERS))

    def fresh(document: Document) -> tuple[str, array[int]]:
        """The tokens as they are now, under a new name."""
        before = document.tokens
        number = 1 + int(before[0]) if before is not None else 1
        document.tokens = str(number), tokens(server.desk.outline(document), document.buffer)
        return document.tokens

    @server.answer(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, legend)
    def coloured(document: Document, _params: lsp.SemanticTokensParams, _: Turn) -> Plain:
        name, data = fresh(document)
        return Plain({"resultId": name, "data": data.tolist()})

    @server.answer(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, legend)
    def recoloured(document: Document, params: lsp.SemanticTokensDeltaParams, _: Turn) -> Plain:
        before = document.tokens
        name, data = fresh(document)
        if before is None or before[0] != params.previous_result_id:
            return Plain({"resultId": name, "data": data.tolist()})
        edit = difference(before[1], data)
        edits = [] if edit is None else [{"start": edit.start, "deleteCount": edit.gone, "data": edit.data}]
        return Plain({"resultId": name, "edits": edits})

    @server.answer(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, legend)
    def coloured_here(document: Document, params: lsp.SemanticTokensRangeParams, _: Turn) -> Plain:
        at = to.stretch_in(document.buffer, params.range)
        return Plain({"data": tokens(server.desk.outline(document), document.buffer, at).tolist()})


def _layout(server: Server) -> None:
    """Formatting."""
    from rulewright.dsl.layout import layout

    @server.answer(lsp.TEXT_DOCUMENT_FORMATTING)
    def laid_out(document: Document, _params: lsp.DocumentFormattingParams, _: Turn) -> list[lsp.TextEdit] | None:
        text = document.buffer.text
        done = layout(Source(document.name, document.data))
        if not isinstance(done, str) or done == text:
            return [] if isinstance(done, str) else None
        return [lsp.TextEdit(to.range_in(document.buffer, at), new) for at, new in structure.differences(text, done)]
