"""Runs the families of the suite, each measurement in its own process, and prints one line for each.

Guarantees: every line ends with the digest of its answers and whether it is right; a wrong or partial answer is listed,
never compared; what would take too long is `not run`, never extrapolated.
What it does not do: draw conclusions (`page` does).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from bench import attestation, authors, conflicts, standards, tasks, whole
from bench.record import Row, State
from bench.tasks import Job
from bench.timing import bare

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "bench"
SIZES = (100, 1_000, 10_000, 100_000)
ADVISORIES = 10_000
"""Advisories in the feed of the family `match`."""
SINGLE = 60
"""Seconds of CPU that one run may take; what grows beyond is not run."""


@dataclass
class Suite:
    """What to run: sizes, numbers of rules, seconds per measurement; and what came out."""

    sizes: tuple[int, ...] = SIZES
    rules: tuple[int, ...] = (50, 200)
    budget: float = 20.0
    single: float = SINGLE
    products: int = 10_000
    rows: list[Row] = field(default_factory=list)
    known: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    # --- one job -----------------------------------------------------------------------------------------------------

    def ask(self, job: Job) -> dict[str, object] | str:
        """Run a job in its own process; a text says why there is no answer."""
        command = [sys.executable, "-m", "bench.tasks", msgspec.json.encode(job).decode()]
        limit = 3 * (self.budget + self.single) + 120
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            return f"stopped after {int(limit)} s"
        if done.returncode:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            return "failed: " + (lines[-1] if lines else str(done.returncode))[:160]
        answer = json.loads(done.stdout.splitlines()[-1])
        assert isinstance(answer, dict)
        return answer

    def expected(self, job: Job, covered: int) -> str:
        """The digest that the second opinion gives for the rules covered, from the checked-in list or computed now."""
        key = f"{job.n}/{job.rules}/{job.mix}"
        if key not in self.known:
            told = self.ask(msgspec.structs.replace(job, task="expected"))
            assert isinstance(told, dict), told
            self.known[key] = told  # type: ignore[assignment]  # strings all the way down
        parts = {10: "all", 9: "no reach", 8: "each and product"}
        return self.known[key][parts.get(covered * 10 // job.rules, "all")][job.idiom]

    def add(self, row: Row) -> None:
        """Keep and print a line."""
        self.rows.append(row)
        print(line(row), flush=True)

    def measure(self, family: str, engine: str, job: Job, last: int = 0) -> int:
        """One line; returns the CPU time, or 0.  `last` is the time for a tenth of the size."""
        row = Row(family=family, engine=engine, idiom=job.idiom, n=job.n, rules=job.rules, mix=job.mix, state="not run")
        if last > self.single * 1e5:
            self.add(msgspec.structs.replace(row, note=f"a tenth took {last / 1e6:.1f} s"))
            return last
        told = self.ask(msgspec.structs.replace(job, budget=self.budget))
        if isinstance(told, str):
            self.add(msgspec.structs.replace(row, note=told))
            return 0
        found = msgspec.convert(told, dict[str, int | str | bool])
        covered = int(found["covered"])
        state = self.state(job, covered, str(found["digest"]))
        self.add(
            msgspec.structs.replace(
                row, state=state, cpu=int(found["cpu"]), runs=int(found["runs"]), covered=covered, digest=str(found["digest"]),
                other=int(found.get("simdjson") or found.get("reference") or 0), size=int(found.get("bytes", 0)),
            )
        )  # fmt: skip
        return int(found["cpu"])

    def state(self, job: Job, covered: int, digest: str) -> State:
        """Right, partial (right as far as it goes), or wrong."""
        if digest != self.expected(job, covered):
            return "wrong"
        return "right" if covered == job.rules else "partial"

    # --- families ----------------------------------------------------------------------------------------------------

    def evaluate(self) -> None:
        """Warm evaluation: ours from facts in memory, peers from their own input."""
        for rules in self.rules:
            self._sizes("ours (planes)", "planes", "full", rules)
            for name in tasks.PEERS:
                module = tasks.peer_module(name)
                for idiom in module.IDIOMS:
                    if module.installed():
                        self._sizes(module.NAME, f"peer:{name}", idiom, rules)
                    else:
                        missing = Row(
                            family="evaluate",
                            engine=module.NAME,
                            idiom=idiom,
                            n=0,
                            rules=rules,
                            state="not run",
                            note="not installed",
                        )
                        self.add(missing)

    def _sizes(self, engine: str, task: str, idiom: str, rules: int) -> None:
        last = 0
        for n in self.sizes:
            job = msgspec.convert({"task": task, "n": n, "rules": rules, "idiom": idiom}, Job)
            last = self.measure("evaluate", engine, job, last)

    def distinct(self) -> None:
        """No shared tests: what common sub-expressions are worth."""
        n = min(10_000, max(self.sizes))
        for rules in self.rules:
            self.measure("distinct", "ours (planes)", Job("planes", n, rules, "distinct"))

    def bytes(self) -> None:
        """CycloneDX bytes to result bytes, warm, and a simdjson parse of the same bytes."""
        for rules in self.rules:
            for n in self.sizes:
                self.measure("bytes", "ours", Job("whole", n, rules))

    def reference(self) -> None:
        """Planes against the reference interpreter, on the rules that it can do in reasonable time."""
        n = min(10_000, max(self.sizes))
        for rules in self.rules[:1]:
            self._both(n, rules)

    def _both(self, n: int, rules: int) -> None:
        told = self.ask(Job("both", n, rules, budget=self.budget))
        row = Row(family="reference", engine="ours (planes)", idiom="full", n=n, rules=rules, state="not run")
        if isinstance(told, str):
            self.add(msgspec.structs.replace(row, note=told))
            return
        found = msgspec.convert(told, dict[str, int | str | bool])
        right = bool(found["agree"]) and found["digest"] == self.expected(
            Job("planes", n, rules), int(found["covered"])
        )
        self.add(
            msgspec.structs.replace(
                row, state="right" if right else "wrong", cpu=int(found["cpu"]), other=int(found["reference"]),
                runs=int(found["runs"]), covered=int(found["covered"]), digest=str(found["digest"]), note="without reach",
            )
        )  # fmt: skip

    def fleet(self) -> None:
        """Many products of 200 components each."""
        rules = self.rules[0]
        row = Row(family="fleet", engine="ours (planes)", idiom="full", n=self.products, rules=rules, state="not run")
        told = self.ask(Job("fleet", self.products, rules, budget=max(self.budget, 10)))
        if isinstance(told, str):
            self.add(msgspec.structs.replace(row, note=told))
            return
        found = msgspec.convert(told, dict[str, int | str | bool])
        self.add(
            msgspec.structs.replace(
                row, state="right" if found["agree"] else "wrong", cpu=int(found["cpu"]), runs=int(found["runs"]),
                covered=int(found["covered"]), digest=str(found["digest"]), note="sample of products judged again",
            )
        )  # fmt: skip

    def match(self) -> None:
        """Components looked up in a feed of vulnerabilities, with the index that is kept; the yardstick makes it anew."""
        for n in self.sizes:
            row = Row(family="match", engine="ours", n=n, rules=ADVISORIES, state="not run")
            told = self.ask(Job("match", n, ADVISORIES, budget=self.budget))
            if isinstance(told, str):
                self.add(msgspec.structs.replace(row, note=told))
                continue
            found = msgspec.convert(told, dict[str, int | str | bool])
            self.add(
                msgspec.structs.replace(
                    row, state="right" if found["agree"] else "wrong", cpu=int(found["cpu"]), runs=int(found["runs"]),
                    other=int(found["new"]), peak=int(found["peak"]), digest=str(found["digest"]),
                )
            )  # fmt: skip

    def process(self) -> None:
        """Whole processes: start, read, evaluate, write; CPU and peak memory."""
        unit = bare(ROOT)
        self.add(
            Row(
                family="process",
                engine="bare interpreter",
                n=0,
                rules=0,
                state="right",
                cpu=unit.cpu,
                runs=unit.runs,
                peak=unit.peak,
            )
        )
        for rules in self.rules:
            for n in self.sizes:
                for row in whole.rows(n, rules, BUILD, most=self.single):
                    self.add(msgspec.structs.replace(row, other=unit.cpu))

    def standards(self) -> None:
        """All shipped standards: compile, load, derive, plan."""
        for row in standards.rows(BUILD):
            self.add(row)

    def conflicts(self) -> None:
        """All conflicts in suites with planted ones; one edited requirement; peers on pairs."""
        for row in conflicts.rows(self.budget):
            self.add(row)

    def authors(self) -> None:
        """Findings after keystrokes in a large file; the front end on all standards."""
        for row in authors.rows():
            self.add(row)

    def attestation(self) -> None:
        """A thousand requirements attested, verified, repeated, shown; trestle on the same findings."""
        for row in attestation.rows(BUILD):
            self.add(row)


FAMILIES = (
    "evaluate",
    "distinct",
    "bytes",
    "process",
    "reference",
    "fleet",
    "match",
    "standards",
    "conflicts",
    "attestation",
    "authors",
)


def ms(microseconds: int) -> str:
    """Milliseconds with three digits."""
    value = microseconds / 1000
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def line(row: Row) -> str:
    """A line of the table on the terminal."""
    size = f"{row.n:>7,} x {row.rules:<3}" if row.n else " " * 13
    head = f"{row.family:<9} {row.engine:<20} {row.idiom:<5} {size} {row.mix if row.mix != 'shared' else '':<8}"
    if row.state == "not run":
        return f"{head} not run: {row.note}"
    memory = f" {row.peak // 1024:>5} MB" if row.peak else ""
    times = f"{ms(row.cpu):>9} ms of {row.runs:>2}"
    yard = f" (yardstick {ms(row.other)} ms)" if row.other else ""
    coverage = f" {row.covered}/{row.rules}" if row.state == "partial" else ""
    return f"{head} {times}{memory}{yard}  {row.digest:<16} {row.state}{coverage} {row.note}".rstrip()


def policies(suite: Suite) -> Iterator[Path]:
    """Write every policy text, for others to read and improve."""
    from bench import rules

    folder = BUILD / "policies"
    folder.mkdir(parents=True, exist_ok=True)
    for count in suite.rules:
        program = rules.make(count)
        for name in tasks.PEERS:
            module = tasks.peer_module(name)
            shapes = tasks.shapes_of(module, program)
            for idiom in module.IDIOMS:
                path = folder / f"{name.strip('_')}-{idiom}-{count}.{module.SUFFIX}"
                path.write_text(module.policy(shapes, idiom), encoding="utf-8")
                yield path
