"""What authors wait for: findings after a keystroke in a file of 5,000 lines, and the front end on all standards.

Guarantees: keystrokes come at random places that a seed decides: in checks, in titles, new lines, a brace deleted and put
back, a `define` changed.  After every twentieth the settled findings are held against those of compiling everything
anew, byte for byte; a line is wrong when they differ.  The front end runs without anything kept from the run before.
What it does not do: count the language server's own work, or the start of the process (`standards` does).
"""

from __future__ import annotations

import gc
import hashlib
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from random import Random
from statistics import median

import msgspec

from bench.bars import authors_bars, verdict
from bench.record import Row, State
from rulewright import dsl
from rulewright.cli import library
from rulewright.cli.compiling import attribute, vocabulary_of
from rulewright.cli.literals import Checks
from rulewright.diagnostics import Diagnostic
from rulewright.dsl import attributes, names
from rulewright.dsl import library as read_sources
from rulewright.dsl.live import LiveFile, Shelf
from rulewright.facts.vocabulary import BUILTIN

LINES = 5_000
KEYSTROKES = 200
EVERY = 20
"""after so many keystrokes the findings are held against a compilation"""
NAME = "mine.rw"
POLICY = """
policy mine.policy edition "1" {
  use etsi.en_303_645 edition "3.1.3" as etsi
%(uses)s
  define shipped(c : component) = c.type in {library, firmware} and not c.dev_only
  requirement libraries shall {
    title "Libraries say who made them"
    refs  etsi:"5.3-1" intersects
    check every component c where shipped(c) { c.supplier is known; c.purl is valid }
  }
  tighten libraries level shall severity high
}
"""


def shipped() -> dict[str, dsl.Source]:
    """All shipped rule files."""
    return {module.name: dsl.Source(module.name, library.read(module)) for module in library.shipped()}


def newest() -> list[str]:
    """The newest edition of each shipped standard, by file."""
    return list({module.id: module.name for module in library.shipped() if module.kind == "standard"}.values())


def large_file(sources: Mapping[str, dsl.Source]) -> str:
    """Shipped standards under ids of their own, and a policy that uses two of them: as many lines as are wanted."""
    parts: list[str] = []
    ids: list[tuple[str, str]] = []
    for name in newest():
        text = sources[name].text.decode()
        found = re.search(r'(?m)^standard ([\w.\-]+) edition "([^"]+)"', text)
        if found is not None and sum(part.count("\n") for part in parts) + text.count("\n") < LINES - 20:
            parts.append(re.sub(r"(?m)^standard ", "standard mine.", text))
            ids.append((f"mine.{found[1]}", found[2]))
    uses = "\n".join(f'  use {i} edition "{e}" as m{n}' for n, (i, e) in enumerate(ids[:2]))
    return "\n".join([*parts, (POLICY % {"uses": uses}).replace(" level shall severity", " severity")])


def typing(text: str, count: int) -> Iterator[str]:
    """The text after each of so many keystrokes."""
    random = Random(8)
    number = 0
    while True:
        for before, signs in _edits(text, random):
            at = before
            for sign in signs:
                if sign == "\b":
                    at -= 1
                    text = text[:at] + text[at + 1 :]
                else:
                    text = text[:at] + sign + text[at:]
                    at += len(sign)
                yield text
                number += 1
                if number == count:
                    return


def _edits(text: str, random: Random) -> Iterator[tuple[int, str]]:
    """Places and what is typed there; a backspace takes the character before, so that the text stays as it was, or nearly."""
    for pattern, signs in (
        (r"(?m)^ +check +(?=\w)", "not " + "\b" * 4),
        (r'(?m)^ +title +"', "The new " + "\b" * 8),
        (r"(?m)^  requirement ", "\b \n\b"),
        (r"(?m)^  requirement [^\n]*\{", "\b{"),
        (r"(?m)^  define [^\n]*= ", "not " + "\b" * 4),
    ):
        places = [found.end() for found in re.finditer(pattern, text)]
        yield random.choice(places), signs


def _cold() -> None:
    """Forget whatever the front end keeps between runs."""
    for kept in (read_sources._read, attributes._attributes_in, names._suggested):  # noqa: SLF001 - so that no run profits from another
        kept.cache_clear()


def _timed(job: Callable[[], object]) -> int:
    """Microseconds of CPU."""
    start = time.process_time_ns()
    job()
    return (time.process_time_ns() - start) // 1000


def keystrokes(sources: Mapping[str, dsl.Source], count: int = KEYSTROKES) -> Iterator[Row]:
    """Findings after each keystroke, and of compiling everything anew."""
    shelf = Shelf(vocabulary_of(sources), Checks(), sources)
    text = large_file(sources)
    file = LiveFile(NAME, shelf)
    first = _timed(lambda: file.update(text))
    updates: list[int] = []
    settles: list[int] = []
    whole: list[int] = []
    right = True
    digest = hashlib.sha256()
    for number, version in enumerate(typing(text, count), 1):
        updates.append(_timed(partial(file.update, version)))
        settles.append(_timed(file.settle))
        if number % EVERY == 0:
            again: tuple[Diagnostic, ...] = ()
            start = time.process_time_ns()
            found = dsl.compile(
                {**sources, NAME: dsl.Source(NAME, version.encode())}, [NAME], shelf.vocabulary, checks=shelf.checks
            )
            whole.append((time.process_time_ns() - start) // 1000)
            again = tuple(d for d in found.diagnostics if d.span is None or d.span.file == NAME)
            right = right and file.update(version).diagnostics == again
            digest.update(msgspec.json.encode(again))
    state: State = "right" if right else "wrong"
    anew = int(median(whole))
    size = Row(
        family="authors", engine="", state=state, n=text.count("\n") + 1, rules=len(re.findall(r"(?m)^  requirement ", text)),
        size=len(text.encode()), other=anew, digest=digest.hexdigest()[:16],
    )  # fmt: skip
    ordered = sorted(updates)
    left = sum(s > 200 for s in settles)
    for engine, cpu, runs, note in (
        ("compiled anew", anew, len(whole), ""),
        ("opened", first, 1, ""),
        ("keystroke, median", int(median(ordered)), count, f"{left} of {count} left something to settle"),
        ("keystroke, 95 %", ordered[int(len(ordered) * 0.95)], count, ""),
        ("keystroke, worst", ordered[-1], count, ""),
        ("settling, worst", max(settles), count, ""),
    ):
        yield msgspec.structs.replace(size, engine=engine, cpu=cpu or 1, runs=runs, note=note)


def front_end(sources: Mapping[str, dsl.Source], runs: int = 5) -> Iterator[Row]:
    """Read, judge and compile all shipped standards: the newest editions and all, without the vocabulary and with it."""
    older = sorted({module.name for module in library.shipped() if module.kind == "standard"} - {*newest()})
    for engine, groups in (
        ("front end, newest editions", [newest()]),
        ("front end, all editions", [newest(), *([name] for name in older)]),
    ):
        for with_words in (False, True):
            timings, counts = zip(
                *(_compiled(sources, groups, with_words=with_words) for _ in range(runs)), strict=True
            )
            best, count = min(timings), counts[0]
            yield Row(
                family="authors", engine=engine + (", with the vocabulary" if with_words else ""), n=count,
                rules=sum(map(len, groups)), state="right" if all(counts) else "wrong", cpu=best, runs=runs,
                note=f"{count * 1_000_000 // best:,} requirements a second",
            )  # fmt: skip


def _compiled(sources: Mapping[str, dsl.Source], groups: list[list[str]], *, with_words: bool) -> tuple[int, int]:
    """Compile groups of roots with nothing kept from before: microseconds of CPU and the number of requirements.

    The collector of cycles rests, as it does in the commands.
    """
    _cold()
    gc.collect()
    gc.disable()
    start = time.process_time_ns()
    words = BUILTIN.extended(attribute(declared) for declared in dsl.attributes_of(sources))
    if not with_words:
        _cold()
        start = time.process_time_ns()
    programs = [dsl.compile(sources, roots, words, checks=Checks(), tests=False).program for roots in groups]
    spent = (time.process_time_ns() - start) // 1000
    gc.enable()
    return spent, 0 if None in programs else sum(len(p.requirements) for p in programs if p is not None)


def rows() -> Iterator[Row]:
    """All lines of the family."""
    sources = shipped()
    yield from keystrokes(sources)
    yield from front_end(sources)


def main() -> int:
    """Print all lines and what they say of the bars; 1 where one is missed."""
    found = list(rows())
    for row in found:
        against = f"{row.other / row.cpu:6.1f} x faster than anew" if row.other and "keystroke" in row.engine else ""
        print(f"{row.engine:<50} {row.n:>6,} {row.cpu / 1000:9.2f} ms {row.state} {against} {row.note}")
    judged = authors_bars(found)
    for bar in judged:
        print(f"{bar.asked}: {bar.found or 'nothing'}: {verdict(bar)}")
    return 0 if all(bar.met for bar in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
