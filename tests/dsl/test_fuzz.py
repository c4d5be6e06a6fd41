"""Whatever is fed to the front end: an answer in bounded work, with a diagnostic where there is no program.

Real packs and policies are spoiled: bytes flipped, words dropped, doubled and exchanged, braces lost, odd characters put
in, brackets piled up.  `RULEWRIGHT_FUZZ_SECONDS` sets for how long; without it, as many texts as take a few seconds.
"""

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from rulewright import dsl
from rulewright.cli.compiling import vocabulary_of
from rulewright.cli.literals import Checks
from rulewright.dsl.layout import layout
from rulewright.dsl.lint import Options, lint_source
from rulewright.dsl.lint.registry import ALL
from rulewright.dsl.live import LiveFile, Shelf
from rulewright.dsl.source import SourceText, decode
from tests.dsl.support import WORDS
from tests.dsl.test_sample import SAMPLE

ROOT = Path(__file__).resolve().parents[2]
SECONDS = float(os.environ.get("RULEWRIGHT_FUZZ_SECONDS", "0"))
TEXTS = 4
"""how many texts of each kind are tried where no time is set"""
LIMIT = 4_000
"""characters of a stretch that is spoiled: a few items"""
HANGS = 60
"""seconds of CPU after which a text is said to hang: far more than any takes"""
PER_CHARACTER = 400
"""calls of Python functions that a character may cost"""
NAME = "fuzz.rw"

WORD = re.compile(rb'"[^"\n]*"|[\w.\-]+|[^\s\w]')
ODD = (
    "\x00",
    "\ufeff",
    "\u202e",
    "é",
    "🦊",
    "\u2028",
    "\x0b",
    '"',
    "#",
    "\\",
    "\r",
    "…",
    "“",
    "'",
    "0" * 30,
    "x" * 300,
)
OPENS = (
    "(",
    "{",
    "[",
    "not ",
    "iface.ssh_present implies ",
    "all { ",
    "every component c { ",
    "manual ",
    "given { a = [ { ",
)
Spoil = Callable[[bytes, Random], bytes]


def flipped(text: bytes, random: Random) -> bytes:
    """Change some bytes."""
    data = bytearray(text)
    for _ in range(random.choice((1, 3, 30))):
        data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data)


def reworded(text: bytes, random: Random) -> bytes:
    """Drop, double and exchange words."""
    words = [found.span() for found in WORD.finditer(text)]
    for _ in range(random.choice((1, 1, 2, 8))):
        (a, b), (c, d) = sorted(random.sample(words, 2)) if len(words) > 1 else ((0, 0), (0, 0))
        one, two = text[a:b], text[c:d]
        how = random.randrange(4)
        first, second = ((b"", two), (one + b" " + one, two), (two, one), (one, b""))[how]
        text = text[:a] + first + text[b:c] + second + text[d:]
        words = [found.span() for found in WORD.finditer(text)]
    return text


def unbraced(text: bytes, random: Random) -> bytes:
    """Lose or add brackets."""
    places = [found.start() for found in re.finditer(rb"[{}()\[\]]", text)] or [0]
    for at in sorted(random.sample(places, min(len(places), random.choice((1, 1, 2, 5)))), reverse=True):
        text = text[:at] + random.choice((b"", b"", b"{{", b"}}", b"]", b"(")) + text[at + 1 :]
    return text


def odd(text: bytes, random: Random) -> bytes:
    """Put odd characters in."""
    for _ in range(random.choice((1, 2, 10))):
        at = random.randrange(len(text) + 1)
        text = text[:at] + random.choice(ODD).encode() + text[at:]
    return text


def piled(text: bytes, random: Random) -> bytes:
    """Pile brackets up."""
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(OPENS).encode() * random.choice((5, 70, 900)) + text[at:]


SPOILS: tuple[Spoil, ...] = (flipped, reworded, unbraced, odd, piled)


def seeds() -> list[bytes]:
    """Give the packs and policies of this repository, and the sample."""
    files = sorted([*ROOT.glob("standards/*/*.rw"), *ROOT.glob("policies/*.rw")])
    return [SAMPLE.encode(), WORDS, *(file.read_bytes() for file in files)]


SEEDS = seeds()
BESIDE = {"words.rw": dsl.Source("words.rw", WORDS)}
SHELF = Shelf(vocabulary_of(BESIDE), Checks(), BESIDE)


def stretch(random: Random) -> bytes:
    """Give some items of a seed, with the head of the module they stand in."""
    text = random.choice(SEEDS)
    if len(text) <= LIMIT:
        return text
    starts = [found.start() for found in re.finditer(rb"(?m)^(?:test|  requirement)\b", text)] or [0]
    start = random.choice(starts)
    return text[: text.index(b"{") + 1] + b"\n" + text[start : start + LIMIT] + b"\n}\n"


def texts(spoil: Spoil) -> Iterator[tuple[int, bytes]]:
    """Give spoiled texts with their numbers: a stated count, or until the time is over."""
    end = time.monotonic() + SECONDS / len(SPOILS)
    number = 0
    while time.monotonic() < end if SECONDS else number < TEXTS:
        random = Random(f"{spoil.__name__} {number}")  # the same text for the same number, whatever the hash seed
        yield number, spoil(stretch(random), random)
        number += 1


def counted(job: Callable[[], object]) -> int:
    """How many Python functions a job calls: a measure of work that no other job on the machine changes."""
    calls = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        job()
    finally:
        sys.setprofile(before)
    return calls


def try_it(data: bytes) -> None:
    """Compile a text, lay it out, lint it, and let it live; all answer, and what lives as the compiler does."""
    begun = time.process_time()
    sources = {**BESIDE, NAME: dsl.Source(NAME, data)}
    found = dsl.compile(sources, [NAME], SHELF.vocabulary, checks=SHELF.checks)
    assert found.program is not None or any(d.is_error for d in found.diagnostics)
    laid = layout(sources[NAME])
    assert isinstance(laid, str) or any(d.is_error for d in laid)
    told = lint_source(NAME, sources, SHELF.vocabulary, ALL, options=Options(as_of=20_000))
    text = decode(sources[NAME])
    if not isinstance(text, SourceText):
        assert told == ()
        return
    assert all(d.span is not None and 0 <= d.span.start <= d.span.end <= len(text.text) for d in told)
    file = LiveFile(NAME, SHELF)
    cut = len(text.text) // 2
    file.update(text.text[:cut])
    lived = file.update(text.text)
    lived = lived if lived.settled else file.settle() or lived
    if not text.text.startswith("\ufeff"):
        mine = tuple(d for d in found.diagnostics if d.span is None or d.span.file == NAME)
        assert lived.diagnostics == mine
    assert time.process_time() - begun < HANGS


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil.__name__)
def test_spoiled_texts_are_answered(spoil: Spoil) -> None:
    for number, data in texts(spoil):
        try:
            calls = counted(lambda: try_it(data))  # noqa: B023 - called at once
        except Exception as flaw:
            flaw.add_note(f"{spoil.__name__} {number}")
            raise
        assert calls <= 200_000 + PER_CHARACTER * len(data), f"{spoil.__name__} {number}: {calls} calls"


LARGE = (
    ("a brace is missing at the top", lambda: SAMPLE.replace("{", "", 1) * 8),
    ("only opening braces", lambda: 'policy p edition "1" {' + "{" * 20_000),
    ("requirements that never end", lambda: 'policy p edition "1" {\n' + "  requirement a shall {\n" * 1_000),
    ("quotes", lambda: '"' * 20_000),
    ("comments", lambda: "#\n" * 20_000),
    ("starting words", lambda: "test\n" * 4_000),
    ("titles", lambda: 'policy p edition "1" {' + "\ntitle" * 4_000),
)


@pytest.mark.parametrize("make", [make for _, make in LARGE], ids=[name for name, _ in LARGE])
def test_work_grows_with_the_size(make: Callable[[], str]) -> None:
    text = make()
    half = text[: len(text) // 2]
    small, large = (counted(lambda t=t: try_it(t.encode())) for t in (half, text))  # type: ignore[misc]  # a default binds the loop's value
    assert large <= 3 * small + 100_000
