"""What a keystroke costs, by counts; what is kept; who is served first; which files are read."""

from __future__ import annotations

import asyncio
import os
from array import array
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.cli.lsp import files as served_files
from rulewright.cli.lsp.desk import Desk
from rulewright.cli.lsp.documents import Buffer, Document
from rulewright.cli.lsp.server import WATCHED
from rulewright.cli.lsp.tokens import difference, tokens
from rulewright.cli.lsp.turns import Outdated, Turns
from rulewright.dsl.editing import colours, marks, structure
from rulewright.dsl.editing.outline import Outlines, outline
from rulewright.dsl.editing.pieces import SPARE
from rulewright.dsl.form.reading import json_form
from rulewright.dsl.library import read_source
from rulewright.dsl.live import LiveFile, records
from rulewright.dsl.live.linking import LiveLinker
from rulewright.dsl.sink import Sink
from rulewright.dsl.source import Source, SourceText, decode
from tests.dsl.test_sample import SAMPLE

MANY = (
    'standard a.b edition "1" {\n  param most : int = 1 in 0..9\n'
    + "".join(
        f'  # the {n}th\n  requirement R{n} shall {{\n    title "🎥"\n    check product.users < most\n  }}\n'
        for n in range(60)
    )
    + "}\n"
    + "".join(f"test R{n} {{ given {{ product.users = 0 }} expect pass }}\n" for n in range(60))
)


def desk(folder: Path, publish: Callable[[Document], None] = lambda _: None) -> Desk:
    return Desk([str(folder)], "utf-16", publish)


def asked(there: Desk, document: Document) -> array[int]:
    """Ask for what an editor asks for; give the tokens."""
    now, around = there.outline(document), there.workspace(document)
    structure.symbols(now)
    structure.folds(now)
    list(structure.links(now, around))
    list(structure.inlays(now, around, (0, 2_000)))
    list(structure.test_places(now))
    return tokens(now, document.buffer)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the pieces of documents that are parsed for names, read, coloured and judged."""
    found: Counter[str] = Counter()

    def count(owner: object, name: str) -> None:
        plain = getattr(owner, name)

        def noted(*words: object, **named: object) -> object:
            found[name] += 1
            return plain(*words, **named)

        monkeypatch.setattr(owner, name, noted)

    count(marks, "parse")
    count(records, "read_piece")
    count(colours, "Run")
    count(LiveLinker, "_judge")
    return found


def test_a_keystroke_costs_the_piece_that_it_changes(tmp_path: Path, counted: Counter[str]) -> None:
    async def type_it() -> None:
        there = desk(tmp_path)
        uri = (tmp_path / "a.rw").as_uri()
        there.open(uri, MANY, 1)
        document = there.documents[uri]
        asked(there, document)
        assert min(counted[name] for name in ("parse", "read_piece", "Run")) >= 120
        assert counted["_judge"] == 60
        counted.clear()
        row = MANY[: MANY.index("R7 shall")].count("\n") + 1
        there.change(uri, [((row, 4), (row, 4), "# ")], 2)
        asked(there, document)
        assert counted == {"parse": 1, "read_piece": 1, "Run": 1, "_judge": 1}
        counted.clear()
        there.change(uri, [((row, 4), (row, 6), "")], 3)
        asked(there, document)
        assert not counted

    asyncio.run(type_it())


def test_what_is_kept_does_not_grow_with_keystrokes(tmp_path: Path) -> None:
    async def type_it() -> None:
        there = desk(tmp_path)
        uri = (tmp_path / "a.rw").as_uri()
        text = MANY.replace("R7 shall {", 'R7 shall { note "' + "x" * 6_000 + '"')
        there.open(uri, text, 1)
        document = there.documents[uri]
        place = (MANY[: MANY.index("R7 shall")].count("\n"), 32)
        for version in range(2, 62):
            there.change(uri, [(place, place, "y")], version)
            asked(there, document)
        assert document.live is not None
        kept, read = there.outline(document).known, document.live._records
        limit = len(document.buffer.text) + SPARE
        assert kept.size <= limit
        assert sum(map(len, read.texts)) <= limit + 6_100
        assert len(there.outlines._known) <= len(there.workspace(document).sources)
        for chamber in document.live._memory.chambers.values():
            assert len(chamber.known) <= len(read) + 16

    asyncio.run(type_it())


EDITS = st.lists(
    st.tuples(st.integers(0, 10_000), st.sampled_from(["", "x", "{", "\r\n", "# é", "🎥", "most"])), max_size=5
)


@given(EDITS, st.sampled_from(["utf-16", "utf-8"]))
@settings(max_examples=25, deadline=None)
def test_tokens_after_edits_are_those_of_the_whole(edits: list[tuple[int, str]], encoding: str) -> None:
    text, known = SAMPLE, Outlines()
    before = array("I")
    for place, new in [(0, ""), *edits]:
        at = len(text) * place // 10_000
        text = text[:at] + new + text[at + 1 :]
        read = decode(Source("x.rw", text.encode()))
        assert isinstance(read, SourceText)
        now = tokens(known.of(Source("x.rw", text.encode())), Buffer(text, encoding))
        assert now == tokens(outline(read), Buffer(text, encoding))
        edit = difference(before, now)
        made = before[:]
        if edit is not None:
            made[edit.start : edit.start + edit.gone] = array("I", edit.data)
        assert made == now
        before = now


def test_a_request_waits_for_its_turn_and_a_changed_text_makes_it_outdated() -> None:
    async def ask() -> list[str]:
        turns, done = Turns(), list[str]()
        document = Document("file:///a.rw", "a.rw", Buffer("", "utf-16"), 1)

        async def request(name: str) -> None:
            try:
                turn = await turns.turn(document)
            except Outdated:
                done.append(f"{name}: outdated")
                return
            done.append(name)
            turn.end()

        turns.listen()
        tasks = [asyncio.create_task(request(name)) for name in ("first", "second")]
        await asyncio.sleep(0)
        document.version = 2
        await tasks[0]
        await tasks[1]
        await request("third")
        turn = await turns.turn(document)
        document.version = 3
        with pytest.raises(Outdated):
            turn.check()
        turn.end()
        return done

    assert asyncio.run(ask()) == ["first: outdated", "second: outdated", "third"]


def test_only_regular_files_of_the_workspace_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served_files, "MAX_BYTES", 100)
    folder, outside = tmp_path / "in", tmp_path / "secret.rw"
    (folder / "sub").mkdir(parents=True)
    outside.write_text("out")
    (folder / "sub/zero.rw").symlink_to("/dev/zero")
    (folder / "sub/out.rw").symlink_to(outside)
    (folder / "sub/large.rw").write_text("x" * 101)
    (folder / "sub/good.rw").write_text("good")
    (folder / "near.rw").symlink_to(folder / "sub/good.rw")
    os.mkfifo(folder / "sub/pipe.rw")
    known = served_files.Files([str(folder)])
    assert {name: text for name in known.own() if (text := known.text(name, {})) is not None} == {
        "near.rw": b"good",
        "sub/good.rw": b"good",
    }


def test_a_lock_in_doubt_is_shown(tmp_path: Path) -> None:
    told: list[set[str]] = []

    async def look() -> None:
        there = desk(tmp_path, lambda d: told.append({x.code for x in d.diagnostics}))
        uri = (tmp_path / "a.rw").as_uri()
        (tmp_path / "rulewright.lock").write_text("broken")
        there.open(uri, MANY, 1)
        (tmp_path / "rulewright.lock").unlink()
        there.refresh()
        there.change(uri, [MANY], 2)

    asyncio.run(look())
    assert "RW4214" in told[0]
    assert "RW4214" not in told[1]
    assert "**/rulewright.lock" in WATCHED
    assert "**/*.rw.json" in WATCHED


def test_a_neighbour_in_the_json_form_counts(tmp_path: Path) -> None:
    told: list[set[str]] = []
    source = Source("n.rw", b'standard n edition "1" { requirement X shall { check true } }')
    found = read_source(source, Sink(), tests=True)
    assert found is not None
    made = json_form(found)
    (tmp_path / "n.rw.json").write_bytes(made)

    async def look() -> None:
        there = desk(tmp_path, lambda d: told.append({x.code for x in d.diagnostics}))
        text = 'policy a.b edition "1" { use n edition "1" as n requirement y shall { refs n:"X" check true } }'
        there.open((tmp_path / "a.rw").as_uri(), text, 1)

    asyncio.run(look())
    assert not told[0] & {"RW0403", "RW0405"}


def test_what_is_nested_too_deeply_is_told_like_the_compiler(tmp_path: Path) -> None:
    told: list[set[str]] = []

    async def look() -> None:
        there = desk(tmp_path, lambda d: told.append({x.code for x in d.diagnostics}))
        uri = (tmp_path / "a.rw").as_uri()
        there.open(uri, MANY, 1)
        deep = MANY.replace("check product", "check " + "not " * 1_500 + "product", 1)
        there.change(uri, [deep], 2)
        asked(there, there.documents[uri])
        assert isinstance(there.documents[uri].live, LiveFile)

    asyncio.run(look())
    assert "RW0602" in told[1]
