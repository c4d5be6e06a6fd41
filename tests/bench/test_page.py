"""The page is made from the results, the results are about this generator, and a bar can fail."""

import sys
from pathlib import Path

import msgspec
import pytest

from bench import bars as bars_module
from bench import inventory, oracle, page, rules, standards, tasks
from bench.bars import CEL, OPA, OURS, STANDARDS, bars
from bench.record import Results, Row, read, write
from bench.run import Suite, line
from bench.tasks import COVERAGE, Job
from bench.timing import process, repeat


def row(family: str, engine: str, cpu: int, **more: object) -> Row:
    told = {"family": family, "engine": engine, "cpu": cpu, "n": 10_000, "rules": 50, "idiom": "full", "state": "right"}
    return msgspec.convert({**told, **more}, Row)


def test_the_page_is_current() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.page(read(page.RESULTS)), "run `make pages`"


def test_published_digests_are_those_of_the_second_opinion() -> None:
    rows = [r for r in read(page.RESULTS).rows if r.family == "evaluate" and r.n == 100 and r.digest]
    assert {OURS, OPA, CEL} <= {r.engine for r in rows}
    for found in rows:
        want = tasks.expected(Job("expected", found.n, found.rules))
        known = [part[found.idiom] for part in want.values() if isinstance(part, dict)]
        assert found.digest in known, found


def test_no_wrong_answer_is_published() -> None:
    assert [r for r in read(page.RESULTS).rows if r.state == "wrong"] == []


def test_a_bar_is_met_not_met_or_not_measured() -> None:
    ours = row("evaluate", OURS, 1_000)
    asked = "warm evaluation, 10,000 × 50: at least 500 times less CPU than OPA (Go), deny"

    def verdict(*rows: Row) -> bool | None:
        return next(b.met for b in bars(rows) if b.asked == asked)

    assert verdict(ours, row("evaluate", OPA, 500_000, idiom="deny")) is True
    assert verdict(ours, row("evaluate", OPA, 499_000, idiom="deny")) is False
    assert verdict(ours) is None
    assert verdict(ours, row("evaluate", OPA, 900_000, idiom="deny", state="wrong")) is None


def test_the_bars_of_the_standards_are_times() -> None:
    def verdicts(*rows: Row) -> list[bool | None]:
        return [b.met for b in bars(rows) if "whole process: under" in b.asked]

    met = [row("standards", engine, most * 1_000 - 1, n=9, rules=9) for engine, _, most in STANDARDS]
    missed = [row("standards", engine, most * 1_000, n=9, rules=9) for engine, _, most in STANDARDS]
    wrong = [row("standards", engine, 1, n=9, rules=9, state="wrong") for engine, _, _ in STANDARDS]
    assert (verdicts(*met), verdicts(*missed)) == ([True] * 4, [False] * 4)
    assert verdicts() == verdicts(*wrong) == [None] * 4


def test_the_bars_of_attestations() -> None:
    asked = [b.asked for b in bars([])]
    attested = set(asked[asked.index(bars_module.ATTESTATION[0][1]) :])

    def verdicts(*rows: Row) -> list[bool | None]:
        return [b.met for b in bars(rows) if b.asked in attested]

    assert len(attested) == 6

    def rows(cpu: int, size: int, peer: int) -> list[Row]:
        ours = [row("attestation", engine, cpu) for engine, _, _ in bars_module.ATTESTATION]
        part = row("attestation", "`disclose`, one requirement", 1, size=size)
        return [*ours, part, *(row("attestation", f"trestle {word}", peer) for word in ("sign", "verify"))]

    assert verdicts(*rows(999_999, 999, 1_000_000)) == [True] * 6
    assert verdicts(*rows(1_000_000, 1_000, 1_000_000)) == [False] * 6
    assert verdicts() == [None] * 6


def test_one_family_is_taken_and_the_others_stay() -> None:
    old = Results(about={"python": "3"}, rows=(row("evaluate", OURS, 1), row("match", "ours", 2), row("bytes", "x", 3)))
    new = Results(about={}, rows=(row("evaluate", OURS, 7), row("match", "ours", 8), row("standards", "y", 9)))
    found = page.merged(old, new, {"match", "standards"})
    assert [(r.family, r.cpu) for r in found.rows] == [("evaluate", 1), ("match", 8), ("bytes", 3), ("standards", 9)]


def test_the_cache_gives_the_standards_as_they_were_compiled(tmp_path: Path) -> None:
    env = {"PYTHONPATH": "src", "RULEWRIGHT_CACHE_DIR": str(tmp_path)}
    tmp_path.chmod(0o700)
    made, kept = (process(standards.shelf(cached=True, show=True), standards.ROOT, env, runs=1) for _ in range(2))
    assert made.code == kept.code == 0
    assert made.output == kept.output
    assert made.output.count(b'"requirements"') > 1
    assert list(tmp_path.glob("*.rwc"))


def test_a_wrong_digest_is_wrong_and_a_part_is_partial() -> None:
    suite = Suite()
    answers = oracle.judge(rules.make(50), inventory.make(100))
    parts: dict[str, dict[str, str]] = {name: {i: f"{name}-{i}" for i in tasks.IDIOMS} for name in COVERAGE}
    suite.known["100/50/shared"] = parts
    assert len(answers) == 50
    assert suite.state(Job("planes", 100, 50), 50, "all-full") == "right"
    assert suite.state(Job("planes", 100, 50), 45, "no reach-full") == "partial"
    assert suite.state(Job("planes", 100, 50), 40, "each and product-full") == "partial"
    assert suite.state(Job("planes", 100, 50), 45, "all-full") == "wrong"


def test_what_takes_too_long_is_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    suite = Suite(single=1.0)
    suite.measure("evaluate", OURS, Job("planes", 100, 50), last=200_000)
    assert suite.rows[0].state == "not run"
    assert "not run: a tenth took 0.2 s" in capsys.readouterr().out


def test_results_survive_writing(tmp_path: Path) -> None:
    results = Results(about={"python": "3"}, rows=(row("evaluate", OURS, 1), row("bytes", "ours", 2, size=7)))
    write(results, tmp_path / "results.json")
    assert read(tmp_path / "results.json") == results


def test_a_wrong_line_says_so() -> None:
    assert "wrong" in line(row("evaluate", OPA, 1, state="wrong"))
    assert "**wrong**" in page.page(Results(about={}, rows=(row("evaluate", OPA, 1, state="wrong"),)))


def test_repeat_takes_at_least_five_runs_when_they_are_short() -> None:
    calls = iter(range(1, 1_000))
    timing, result = repeat(lambda: next(calls), budget=10)
    assert timing.runs == result
    assert timing.runs >= 5


def test_a_process_is_measured_by_itself(tmp_path: Path) -> None:
    small = process([sys.executable, "-I", "-S", "-c", "print(7)"], tmp_path, runs=1)
    large = process([sys.executable, "-I", "-S", "-c", "x = bytearray(90_000_000); print(8)"], tmp_path, runs=1)
    assert (small.output, large.output, small.code) == (b"7\n", b"8\n", 0)
    assert small.peak < 60_000
    assert large.peak > 85_000
    assert small.cpu > 0
