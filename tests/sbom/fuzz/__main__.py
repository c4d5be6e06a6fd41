"""`python -m tests.sbom.fuzz --seconds 300 [TARGET …]`: spoil documents for a stated time of CPU, keep those that break a promise.

Guarantees: documents that fail are kept in `build/fuzz`, one for each place in the code; growth of memory after the first
tenth of the time is told.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.sbom.fuzz.targets import TARGETS, Target, exercise, spoilt

ROOT = Path(__file__).resolve().parents[3]
KEPT = ROOT / "build" / "fuzz"


def resident() -> int:
    """Kilobytes of this process in memory."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4


def run(target: Target, seconds: float, seed: str, shared: Path | None) -> int:
    """Spoil and read for some seconds; the number of failures."""
    start = now = time.process_time()
    early = 0
    said: Counter[str] = Counter()
    failed: dict[str, bytes] = {}
    slowest = 0.0
    for data in spoilt(target, seed, shared):
        before = time.process_time()
        try:
            said[exercise(data)] += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            frame = traceback.extract_tb(error.__traceback__)[-1]
            failed.setdefault(
                f"{type(error).__name__} {Path(frame.filename).name}:{frame.lineno} {str(error)[:200]}", data
            )
        now = time.process_time()
        slowest = max(slowest, now - before)
        if not early and now - start > seconds / 10:
            early = resident()
        if now - start > seconds:
            break
    grown, most = resident() - early, dict(said.most_common(6))
    print(  # noqa: T201 - run by hand
        f"{target.name}: {said.total()} answered in {now - start:.0f} s, slowest {slowest * 1000:.0f} ms, grew {grown} kB, "
        f"{len(failed)} failures; {most}",
        flush=True,
    )
    for why, data in failed.items():
        KEPT.mkdir(parents=True, exist_ok=True)
        path = KEPT / f"{target.name}-{hashlib.sha256(data).hexdigest()[:8]}"
        path.write_bytes(data)
        print(f"  {why}: {path.relative_to(ROOT)}", flush=True)  # noqa: T201 - run by hand
    return len(failed)


def main() -> int:
    """Run what the arguments say; 1 where anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.sbom.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", help="of: " + " ".join(TARGETS))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", default="0")
    arguments = parser.parse_args()
    shared = ROOT.parent / "shared"
    given = shared if shared.is_dir() else None
    names = arguments.targets or list(TARGETS)
    failures = sum(run(TARGETS[name], arguments.seconds, arguments.seed, given) for name in names)
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
