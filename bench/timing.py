"""How time and memory are measured.

Guarantees: CPU time (user and system, all threads), never wall time; the least of the runs; at least five runs unless
the budget is spent earlier, and the number of runs is part of the result.
What it does not do: correct for anything.  Two numbers are comparable when they were taken in the same hour on the same
machine; their ratio is what counts.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
LEAST = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """The least CPU time in microseconds, and of how many runs."""

    cpu: int
    runs: int


def repeat(action: Callable[[], T], budget: float = 20.0, most: int = 25) -> tuple[Timing, T]:
    """Run until there are `most` runs, or five and the budget of CPU seconds is spent, or twice the budget is.

    The first run counts too: a minimum does not mind a warm-up.
    """
    times: list[int] = []
    result: T | None = None
    while True:
        result = None
        gc.collect()
        start = time.process_time_ns()
        result = action()
        times.append(time.process_time_ns() - start)
        spent = sum(times) / 1e9
        enough = len(times) >= LEAST and spent > budget / 4
        if len(times) >= most or enough or spent > budget:
            return Timing(min(times) // 1000, len(times)), result


@dataclass(frozen=True, slots=True)
class Process:
    """A whole process: the least CPU time in microseconds, the largest memory in kilobytes, the last output."""

    cpu: int
    runs: int
    peak: int
    output: bytes
    code: int


SPAWN = Path(__file__).with_name("spawn.py")


def process(command: Sequence[str], cwd: Path, env: Mapping[str, str] | None = None, runs: int = LEAST) -> Process:
    """Run a command several times, one after another, from a process that weighs nothing.

    Modules are compiled once, as an installer does, into the build folder.
    """
    whole = dict(os.environ) | {"PYTHONPYCACHEPREFIX": str(cwd / "build" / "bench" / "pycache")} | dict(env or {})
    whole.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.NamedTemporaryFile() as output:
        spawn = [sys.executable, "-I", "-S", str(SPAWN), str(runs), output.name, *command]
        told = subprocess.run(spawn, cwd=cwd, env=whole, capture_output=True, check=True).stdout
        cpu, peak, code = map(int, told.split())
        return Process(cpu, runs, peak, Path(output.name).read_bytes(), code)


def bare(cwd: Path) -> Process:
    """The interpreter that does nothing: the unit of whole processes."""
    return process([sys.executable, "-c", "pass"], cwd, runs=15)
