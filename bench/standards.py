"""All shipped standards: compiled cold, taken from the cache, derived from, planned with; each a whole process.

Guarantees: start, imports and output count.  What comes from the cache must be byte for byte what compiling gives, and
the answers of both commands must be the same either way; otherwise the line is wrong.  The yardstick of all four is a
plain parse: the standard library's `json.loads` of the compiled programs.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.record import Row, State
from bench.timing import LEAST, Process, process, repeat

ROOT = Path(__file__).parents[1]
DAY = "2026-12-01"
PRODUCT = ("--fact", "product.type=consumer_iot", "--fact", "product.markets=EU,UK,US", "--as-of", DAY)
"""A consumer product of which little is known: nothing can be left out early."""
SHELF = """
import gc
gc.disable()
from rulewright.cli import main
main._lighten()
from rulewright.cli import shelf
programs = [made.program for _, made in shelf.programs([], {day!r}, use_cache={cached})]
if {show}:
    import sys
    from rulewright.dsl import ir
    sys.stdout.buffer.write(b"\\n".join(map(ir.encode, programs)))
"""
"""What the commands do before they look at a product."""


def shelf(*, cached: bool, show: bool = False) -> list[str]:
    """The command that gets all standards as programs; `show`: and writes them."""
    return [sys.executable, "-c", SHELF.format(day=DAY, cached=cached, show=show)]


def command(name: str, *, cached: bool = True) -> list[str]:
    """Our command on the product, answering in JSON."""
    words = [sys.executable, "-m", "rulewright", name, *PRODUCT, "--format", "json"]
    return words + (["--no-input"] if name == "derive" else []) + ([] if cached else ["--no-cache"])


def measured(engine: str, words: Sequence[str], env: Mapping[str, str], *, right: bool, told: bytes, size: Row) -> Row:
    """One line; `size` holds what all lines share."""
    done = process(words, ROOT, env, runs=LEAST)
    state: State = "right" if right and done.code in {0, 1} else "wrong"
    return Row(
        family="standards", engine=engine, n=size.n, rules=size.rules, state=state, cpu=done.cpu, runs=done.runs,
        peak=done.peak, other=size.other, size=size.size, digest=hashlib.sha256(told).hexdigest()[:16],
    )  # fmt: skip


def _size(programs: bytes) -> Row:
    """How much there is, and how long a plain parse of it takes."""
    texts = programs.split(b"\n")
    parsed = [json.loads(text) for text in texts]
    plain, _ = repeat(lambda: [json.loads(text) for text in texts], budget=2)
    return Row(
        family="standards", engine="", state="right", other=plain.cpu, size=len(programs),
        n=sum(len(program["requirements"]) for program in parsed),
        rules=sum(module["kind"] == "standard" for program in parsed for module in program["modules"]),
    )  # fmt: skip


def rows(build: Path) -> Iterator[Row]:
    """Compile, load, derive, plan.  The cache is filled by the runs that are held against those without it."""
    folder = build / "standards"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    env = {"PYTHONPATH": "src", "RULEWRIGHT_CACHE_DIR": str(folder)}

    def once(words: Sequence[str]) -> Process:
        return process(words, ROOT, env, runs=1)

    made = once(shelf(cached=False, show=True))
    once(shelf(cached=True))
    kept = once(shelf(cached=True, show=True))
    same = made.output == kept.output and made.code == kept.code == 0
    size = _size(made.output)
    yield measured("compile, no cache", shelf(cached=False), env, right=same, told=made.output, size=size)
    yield measured("load from the cache", shelf(cached=True), env, right=same, told=kept.output, size=size)
    for name in ("derive", "plan"):
        cold, warm = once(command(name, cached=False)), once(command(name))
        same = bool(warm.output) and cold.output == warm.output
        yield measured(f"`rulewright {name}`", command(name), env, right=same, told=warm.output, size=size)
