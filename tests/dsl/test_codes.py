"""Every code has a title, a page and an example that provokes it; every code that the front end gives has an entry."""

import re
from pathlib import Path

import pytest

from rulewright.dsl.codes import CODES
from tests.dsl.support import build

FOLDER = Path(__file__).resolve().parents[2] / "dsl"
BIG = {
    "RW0101": lambda example: example.encode().replace(b"<byte 0xE9>", b"\xe9"),
    "RW0102": lambda example: example.replace("<U+202E>", "\u202e").encode(),
    "RW0601": lambda example: example.encode() + b" " * 4_000_000,
    "RW0603": lambda example: example.replace(
        "# more", "requirement R shall { check true }\n" * 20_001 + "# more"
    ).encode(),
    "RW0605": lambda example: example.replace("…", "x" * 10_001).encode(),
}


@pytest.mark.parametrize("code", sorted(CODES))
def test_the_example_provokes_the_code(code: str) -> None:
    example = CODES[code].example
    compiled = build(BIG[code](example) if code in BIG else example.encode())
    assert code in {d.code for d in compiled.diagnostics}


@pytest.mark.parametrize("code", sorted(CODES))
def test_the_entry_is_complete(code: str) -> None:
    entry = CODES[code]
    assert entry.code == code
    assert entry.title
    assert not entry.title.endswith(".")
    assert entry.page.endswith(".")


def test_every_code_in_the_source_is_listed() -> None:
    given = {
        c
        for p in FOLDER.glob("*.py")
        if not p.name.startswith("codes")
        for c in re.findall(r'"(RW0\d{3})"', p.read_text("utf-8"))
    }
    assert given == set(CODES)
