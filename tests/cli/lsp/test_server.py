"""The server as an editor sees it: a real client over stdin and stdout."""

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient

from rulewright.cli.lsp.positions import Lines

pytestmark = pytest.mark.asyncio(loop_scope="session")
WAIT = 20


class File:
    """A file of the project, opened in the editor."""

    def __init__(self, editor: LanguageClient, name: str, text: str | None = None) -> None:
        self.editor = editor
        folder: Path = editor.folder  # type: ignore[attr-defined] # set by the fixture
        self.path = folder / name
        self.uri = self.path.as_uri() if not name.startswith("untitled:") else name
        self.text = self.path.read_text("utf-8") if text is None else text
        self.version = 1
        editor.text_document_did_open(
            lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(self.uri, "rulewright", 1, self.text))
        )

    @property
    def id(self) -> lsp.TextDocumentIdentifier:
        return lsp.TextDocumentIdentifier(self.uri)

    def place(self, before: str) -> lsp.Position:
        """Behind the first stretch `before`."""
        return lsp.Position(*Lines(self.text, "utf-16").point(self.text.index(before) + len(before)))

    def stretch(self, text: str) -> lsp.Range:
        start, end = Lines(self.text, "utf-16").points((self.text.index(text), self.text.index(text) + len(text)))
        return lsp.Range(lsp.Position(*start), lsp.Position(*end))

    def replace(self, old: str, new: str) -> None:
        change = lsp.TextDocumentContentChangePartial(self.stretch(old), new)
        self.text = self.text.replace(old, new, 1)
        self.version += 1
        identifier = lsp.VersionedTextDocumentIdentifier(self.version, self.uri)
        self.editor.text_document_did_change(lsp.DidChangeTextDocumentParams(identifier, [change]))

    async def codes(self, *wanted: str, gone: tuple[str, ...] = ()) -> list[str]:
        """The codes that are told, once some are there and others are not."""
        for _ in range(WAIT * 20):
            found = [str(d.code) for d in self.editor.diagnostics.get(self.uri, ())]
            if self.uri in self.editor.diagnostics and {*wanted} <= {*found} and not {*gone} & {*found}:
                return found
            await asyncio.sleep(0.05)
        raise AssertionError((wanted, gone, self.editor.diagnostics.get(self.uri)))

    def close(self) -> None:
        self.editor.text_document_did_close(lsp.DidCloseTextDocumentParams(self.id))
        self.editor.diagnostics.pop(self.uri, None)


async def test_diagnostics_follow_what_is_typed(editor: LanguageClient) -> None:
    file = File(editor, "policy.rw")
    assert await file.codes("RW0406")
    file.replace("c.purl is valid", "c.purll is valid")
    await file.codes("RW0202")
    found = next(d for d in editor.diagnostics[file.uri] if d.code == "RW0202")
    assert found.range == file.stretch("c.purll")
    assert "did you mean `purl`?" in found.message
    file.replace("c.purll is valid", "c.purl is valid")
    await file.codes(gone=("RW0202",))
    file.close()


async def test_positions_count_utf_16_behind_astral_characters(editor: LanguageClient) -> None:
    file = File(editor, "policy.rw")
    file.replace('because  "🎥" approved', 'because  "🎥🎥" aproved')
    await file.codes("RW0106")
    found = next(d for d in editor.diagnostics[file.uri] if d.code == "RW0106")
    assert found.range == file.stretch("aproved")
    assert found.range.start.character == len('    because  "') + 4 + len('" ')
    file.close()


async def test_a_neighbour_that_is_edited_counts_at_once(editor: LanguageClient) -> None:
    policy, baseline = File(editor, "policy.rw"), File(editor, "baseline.rw")
    await policy.codes("RW0406")
    baseline.replace('requirement "4.2" should', 'requirement "4.3" should')
    assert await policy.codes("RW0405")
    baseline.close()
    await policy.codes(gone=("RW0405",))
    policy.close()


async def test_a_file_that_is_not_saved_is_judged(editor: LanguageClient) -> None:
    file = File(editor, "untitled:Untitled-1", 'policy a.b edition "1" { requirement x shall { check acme } }')
    assert await file.codes("RW0201")
    file.close()


async def test_completion_is_typed_and_replaces_the_word(editor: LanguageClient) -> None:
    file = File(editor, "policy.rw")
    found = await editor.text_document_completion_async(lsp.CompletionParams(file.id, file.place("scope acme.ki")))
    assert isinstance(found, lsp.CompletionList)
    item = next(i for i in found.items if i.label == "acme.kind")
    assert item.detail == "enum {camera, router, 21434} · given"
    assert isinstance(item.text_edit, lsp.TextEdit)
    assert item.text_edit.range == lsp.Range(file.place("scope "), file.place("scope acme.ki"))
    assert [i.sort_text for i in found.items] == sorted(i.sort_text or "" for i in found.items)
    file.close()


async def test_hover_tells_the_requirement(editor: LanguageClient) -> None:
    file = File(editor, "policy.rw")
    found = await editor.text_document_hover_async(lsp.HoverParams(file.id, file.place('refs      base:"4')))
    assert found is not None
    assert isinstance(found.contents, lsp.MarkupContent)
    assert "**There is no telnet service**" in found.contents.value
    assert found.range == file.stretch('"4.1"')
    file.close()


async def test_definitions_lead_to_other_files_and_to_shipped_packs(editor: LanguageClient) -> None:
    file = File(editor, "policy.rw")
    found = await editor.text_document_definition_async(lsp.DefinitionParams(file.id, file.place('exclude base:"4')))
    assert isinstance(found, lsp.Location)
    assert found.uri == (file.path.parent / "baseline.rw").as_uri()
    assert found.range.start.line == 23
    other = File(editor, "untitled:Untitled-2", 'policy a.b edition "1" { use etsi.en_303_645 edition "3.1.3" as e }')
    found = await editor.text_document_definition_async(lsp.DefinitionParams(other.id, other.place("use etsi.")))
    assert isinstance(found, lsp.Location)
    assert found.uri.endswith("standards/etsi.en_303_645/3.1.3.rw")
    other.close()
    file.close()


async def test_references_and_highlights(editor: LanguageClient) -> None:
    file = File(editor, "policy.rw")
    place = file.place("define ship")
    context = lsp.ReferenceContext(include_declaration=False)
    found = await editor.text_document_references_async(
        lsp.ReferenceParams(text_document=file.id, position=place, context=context)
    )
    assert [x.range for x in found or ()] == [
        file.stretch("shipped(c) {").__class__(file.place("c where "), file.place("c where shipped"))
    ]
    marks = await editor.text_document_document_highlight_async(lsp.DocumentHighlightParams(file.id, place))
    assert [m.kind for m in marks or ()] == [lsp.DocumentHighlightKind.Write, lsp.DocumentHighlightKind.Read]
    file.close()


async def test_a_requirement_is_renamed_in_all_files(editor: LanguageClient) -> None:
    baseline = File(editor, "baseline.rw")
    found = await editor.text_document_rename_async(
        lsp.RenameParams(baseline.id, baseline.place('requirement "4.2'), "5.2")
    )
    assert found is not None
    assert found.changes is not None
    folder = baseline.path.parent
    assert sorted(found.changes) == [(folder / "baseline.rw").as_uri(), (folder / "policy.rw").as_uri()]
    assert {e.new_text for edits in found.changes.values() for e in edits} == {'"5.2"'}
    baseline.close()


async def test_what_cannot_be_renamed_is_refused_in_words(editor: LanguageClient) -> None:
    file = File(editor, "policy.rw")
    with pytest.raises(JsonRpcException, match="only variables, defines"):
        await editor.text_document_prepare_rename_async(lsp.PrepareRenameParams(file.id, file.place("scope acme.ki")))
    file.close()


async def test_formatting_is_that_of_fmt_and_touches_only_what_changes(editor: LanguageClient) -> None:
    file = File(editor, "untitled:Untitled-3", 'policy a.b edition "1" {\n  title "x"\n\n\n\n  force    house\n}\n')
    options = lsp.FormattingOptions(tab_size=2, insert_spaces=True)
    edits = await editor.text_document_formatting_async(lsp.DocumentFormattingParams(file.id, options))
    assert edits
    lines = Lines(file.text, "utf-16")
    text = file.text
    for edit in sorted(edits, key=lambda e: e.range.start, reverse=True):
        start, end = (lines.offset(p.line, p.character) for p in (edit.range.start, edit.range.end))
        text = text[:start] + edit.new_text + text[end:]
    assert text.count("\n\n\n") == 0
    file.close()


async def test_actions_pin_a_digest_and_add_a_test(editor: LanguageClient) -> None:
    file = File(editor, "policy.rw")
    await file.codes("RW0406")
    whole = lsp.Range(lsp.Position(0, 0), lsp.Position(40, 0))
    params = lsp.CodeActionParams(file.id, whole, lsp.CodeActionContext([]))
    found = [a for a in await editor.text_document_code_action_async(params) or () if isinstance(a, lsp.CodeAction)]
    pin = next(a for a in found if a.title == "pin the digest")
    assert pin.edit is not None
    assert pin.edit.changes is not None
    assert [d.code for d in pin.diagnostics or ()] == ["RW0406"]
    assert pin.edit.changes[file.uri][0].new_text.startswith(' sha256 "')
    file.close()


async def test_tokens_symbols_folds_selections_links_inlays_and_lenses(editor: LanguageClient) -> None:
    file = File(editor, "policy.rw")
    data = (await editor.text_document_semantic_tokens_full_async(lsp.SemanticTokensParams(file.id))).data  # type: ignore[union-attr] # never null here
    assert list(data[:10]) == [0, 0, len("# Ein Prüfprogramm ") + 2 + len(" für Kameras"), 10, 0, 1, 0, 6, 0, 0]
    symbols = await editor.text_document_document_symbol_async(lsp.DocumentSymbolParams(file.id))
    assert [s.name for s in symbols or ()] == ["acme.camera", "test lib-hygiene"]
    assert await editor.text_document_folding_range_async(lsp.FoldingRangeParams(file.id))
    grown = await editor.text_document_selection_range_async(lsp.SelectionRangeParams(file.id, [file.place("c.pu")]))
    assert grown
    assert grown[0].parent is not None
    links = await editor.text_document_document_link_async(lsp.DocumentLinkParams(file.id))
    assert [link.target for link in links or ()] == [(file.path.parent / "baseline.rw").as_uri()]
    lenses = await editor.text_document_code_lens_async(lsp.CodeLensParams(file.id))
    assert [lens.command.command for lens in lenses or () if lens.command] == ["rulewright.test"]
    baseline = File(editor, "baseline.rw")
    whole = lsp.Range(lsp.Position(0, 0), lsp.Position(40, 0))
    hints = await editor.text_document_inlay_hint_async(lsp.InlayHintParams(baseline.id, whole))
    assert [h.label for h in hints or ()] == ["1 standard"]
    found = await editor.workspace_symbol_async(lsp.WorkspaceSymbolParams("🎥 libraries"))
    assert [s.name for s in found or ()] == ["lib-hygiene"]
    baseline.close()
    file.close()


async def test_a_request_that_fails_is_an_error_and_the_server_goes_on(editor: LanguageClient) -> None:
    with pytest.raises(JsonRpcException):
        await editor.workspace_execute_command_async(lsp.ExecuteCommandParams("no.such.command"))
    file = File(editor, "policy.rw")
    assert await file.codes("RW0406")
    file.close()
    other = File.__new__(File)
    other.editor, other.uri = editor, "untitled:notes.txt"
    editor.text_document_did_open(
        lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem("untitled:notes.txt", "plaintext", 1, "policy"))
    )
    assert await editor.text_document_hover_async(lsp.HoverParams(other.id, lsp.Position(0, 0))) is None
    assert "untitled:notes.txt" not in editor.diagnostics
