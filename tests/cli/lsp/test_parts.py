"""Positions, buffers, and the command without its libraries."""

import asyncio
import io
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.cli.declared import Request
from rulewright.cli.lsp import command
from rulewright.cli.lsp.convert import range_in
from rulewright.cli.lsp.desk import Desk
from rulewright.cli.lsp.documents import Buffer, Document
from rulewright.cli.lsp.files import path_of, uri_of
from rulewright.cli.lsp.positions import ENCODINGS, Lines, units

TEXTS = st.text(st.sampled_from("ab🎥é\n\r\u2028\x0c"), max_size=40)


@given(TEXTS, st.sampled_from(ENCODINGS), st.data())
def test_an_offset_and_its_position_lead_to_one_another(text: str, encoding: str, data: st.DataObject) -> None:
    lines = Lines(text, encoding)
    offset = data.draw(st.integers(0, len(text)))
    between = text[max(0, offset - 1) : offset + 1] == "\r\n"
    assert lines.offset(*lines.point(offset)) == offset - between


@pytest.mark.parametrize(("encoding", "character"), [("utf-16", 3), ("utf-8", 5), ("utf-32", 2)])
def test_characters_count_in_the_encoding_that_was_agreed(encoding: str, character: int) -> None:
    assert Lines("x\n🎥a", encoding).point(4) == (1, character)
    assert units("🎥a", encoding) == character


def test_only_the_line_ends_of_the_protocol_end_a_line() -> None:
    assert Lines("a\u2028b\x0cc\r\nd\re", "utf-16").point(7) == (1, 0)
    assert Lines("a\u2028b\x0cc\r\nd\re", "utf-16").point(9) == (2, 0)


def test_positions_beyond_the_end_are_the_end() -> None:
    lines = Lines("ab\nc", "utf-16")
    assert (lines.offset(0, 99), lines.offset(9, 0), lines.offset(1, 99)) == (2, 4, 4)


def test_a_position_inside_a_character_is_that_character() -> None:
    assert Lines("🎥a", "utf-16").offset(0, 1) == 0


@given(TEXTS, TEXTS, st.sampled_from(ENCODINGS), st.data())
def test_a_change_is_what_the_editor_did(text: str, new: str, encoding: str, data: st.DataObject) -> None:
    low, high = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    if "\r\n" in {text[max(0, n - 1) : n + 1] for n in (low, high)}:
        return
    buffer = Buffer(text, encoding)
    assert buffer.changed(*buffer.points((low, high)), new).raw == text[:low] + new + text[high:]


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    buffer = Buffer("\ufeffab", "utf-16")
    assert (buffer.text, buffer.offset((0, 1)), buffer.points((0, 1))) == ("ab", 0, ((0, 1), (0, 2)))


def test_addresses_and_paths() -> None:
    assert path_of(uri_of("/a b/ü.rw")) == "/a b/ü.rw"
    assert path_of("untitled:Untitled-1") == ""


def test_without_its_libraries_the_server_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda _: None)
    assert command.run(Request("lsp")) == 2
    said = capsys.readouterr()
    assert "RW0022" in said.err
    assert "rulewright[authors]" in said.err
    assert not said.out


def test_words_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(Request("lsp", ("policy.rw",))) == 2
    assert "RW0002" in capsys.readouterr().err


def test_the_end_of_the_input_ends_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    out = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", out)
    assert command.run(Request("lsp")) == 0
    assert out.buffer.getvalue() == b""


POLICY = 'policy a.b edition "1" {\n  title "🎥" titel "é"\n  requirement x shall { check true }\n}\n'


@pytest.mark.parametrize(("encoding", "column"), [("utf-16", 13), ("utf-8", 15), ("utf-32", 12)])
def test_findings_are_placed_in_the_encoding_that_was_agreed(tmp_path: Path, encoding: str, column: int) -> None:
    told: list[tuple[int, list[tuple[int, int]]]] = []

    def publish(document: Document) -> None:
        starts = [range_in(document.buffer, (d.span.start, d.span.end)).start for d in document.diagnostics if d.span]
        told.append((document.version, [(p.line, p.character) for p in starts]))

    async def type_it() -> None:
        desk = Desk([str(tmp_path)], encoding, publish)
        uri = (tmp_path / "a.rw").as_uri()
        desk.open(uri, POLICY.replace(" titel", ""), 1)
        desk.change(uri, [((1, column - 1), (1, column - 1), " titel")], 2)

    asyncio.run(type_it())
    assert [version for version, _ in told] == [1, 2]
    assert (1, column) in told[1][1]


def test_a_file_on_disk_that_changes_nothing_costs_no_new_reading(tmp_path: Path) -> None:
    async def look() -> None:
        desk = Desk([str(tmp_path)], "utf-16", lambda _: None)
        uri = (tmp_path / "a.rw").as_uri()
        desk.open(uri, POLICY, 1)
        before = desk.documents[uri].live
        desk.refresh()
        desk.change(uri, ["# new\n" + POLICY], 2)
        assert desk.documents[uri].live is before
        (tmp_path / "words.rw").write_text('vocabulary a.words edition "1" { attribute a.c : bool given }\n')
        desk.refresh()
        desk.change(uri, [POLICY], 3)
        assert desk.documents[uri].live is not before

    asyncio.run(look())


def test_an_attribute_that_is_declared_in_the_file_itself_counts_at_once(tmp_path: Path) -> None:
    found: list[set[str]] = []
    text = (
        'vocabulary a.w edition "1" {\n  attribute a.b : bool choice\n}\n'
        'standard a.s edition "1" {\n  requirement x shall { check a.c }\n}\n'
    )

    async def type_it() -> None:
        desk = Desk([str(tmp_path)], "utf-16", lambda d: found.append({x.code for x in d.diagnostics}))
        uri = (tmp_path / "a.rw").as_uri()
        desk.open(uri, text, 1)
        desk.change(uri, [text.replace("a.b", "a.c")], 2)
        desk.change(uri, [text], 3)

    asyncio.run(type_it())
    assert ["RW0201" in codes for codes in found] == [True, False, True]
