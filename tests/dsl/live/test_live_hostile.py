"""Whatever is typed, pasted or lost: an answer, and after it a file that still lives."""

import pytest

from rulewright.dsl.flaw import Flaw
from rulewright.dsl.limits import MAX_BYTES
from rulewright.dsl.live import LiveFile
from rulewright.dsl.parser import parse
from rulewright.dsl.tree_expr import Node
from tests.dsl.live.test_live_file import NAME, SHELF, TWO, compiled, settled
from tests.dsl.test_sample import SAMPLE

MANY = (
    'standard many edition "1" {\n'
    + "".join(f"  requirement R{n} shall {{ check wrong.{n} }}\n" for n in range(600))
    + "}\n"
)
TEXTS = {
    "nothing": "",
    "a brace less at the top": TWO.replace("{", "", 1),
    "a quote more": TWO.replace('"', "", 1),
    "the same twice": TWO + TWO,
    "more errors than are judged": MANY,
    "half of a pair": "\ud800 " + TWO,
    "a hidden mark": TWO + "\u202e",
    "a byte-order mark": "\ufeff" + TWO,
    "carriage returns": TWO.replace("\n", "\r\n"),
    "one line": SAMPLE.replace("\n", " "),
    "a vocabulary": 'vocabulary v edition "1" { objective O "o" { check product.users > many } }',
}


def nested(count: int, words: str = "not ") -> str:
    return TWO.replace("check product", "check " + words * count + "product", 1)


TEXTS |= {
    "a thousand times not": nested(1_000),
    "as many implications": nested(1_000, "product.users > 1 implies "),
    "fifty thousand times not": nested(50_000),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_lives_on(name: str) -> None:
    file = LiveFile(NAME, SHELF)
    for text in (TWO, TEXTS[name], TWO, TEXTS[name] + " ", TWO):
        assert settled(file, text).diagnostics == compiled(text)


def test_too_large_a_file_is_one_finding() -> None:
    file = LiveFile(NAME, SHELF)
    found = file.update(TWO + " " * MAX_BYTES)
    assert [d.code for d in found.diagnostics] == ["RW0601"]
    assert settled(file, TWO).diagnostics == compiled(TWO)


def test_a_large_file_that_cannot_be_remembered_keeps_what_was_known() -> None:
    """While a large vocabulary is edited, old findings move and new ones wait for the pause."""
    head = 'vocabulary v edition "1" {\n'
    text = head + "".join(f"  attribute v.a{n} : bool given\n" for n in range(900)) + "  attribute v.z : bol given\n}\n"
    file = LiveFile(NAME, SHELF)
    first = settled(file, text)
    assert [d.code for d in first.diagnostics] == ["RW0309"]
    now = file.update(text.replace(head, head + '  title "x\n'))
    assert not now.settled
    assert [(d.code, d.span.line) for d in now.diagnostics if d.span] == [("RW0104", 2), ("RW0309", 903)]
    assert settled(file, text).diagnostics == first.diagnostics


def places(node: object) -> list[object]:
    """Give the places of a node and of all nodes in it."""
    if isinstance(node, tuple | list):
        return [place for item in node for place in places(item)]
    if not isinstance(node, Node):
        return []
    return [getattr(node, "at", None), *(p for name in node.__struct_fields__ for p in places(getattr(node, name)))]


def test_nodes_are_those_of_the_parser() -> None:
    file = LiveFile(NAME, SHELF)
    file.update("# before\n" + SAMPLE)
    found = file.update(SAMPLE + "\nstandard q { title }")
    seen = 0
    for piece in found.pieces:
        try:
            parsed = parse(SAMPLE + "\nstandard q { title }", piece.at, piece.start)
        except Flaw:
            assert found.nodes(piece) == ()
            continue
        wanted = tuple(parsed) if isinstance(parsed, list) else (parsed,)
        assert found.nodes(piece) == wanted
        assert places(found.nodes(piece)) == places(wanted)
        seen += 1
        assert found.piece_at(piece.at[0]) is not None
    assert seen > 10
