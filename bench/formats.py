"""`python -m bench.formats`: the readers of every format against independent ones, into `docs/benchmarks/formats.json`.

Guarantees: CPU time of reading bytes to whole facts here (every column of every table; no judging), to whole objects there; the least
of the runs; each in a process of its own, a peer stopped after `LIMIT` seconds.  A reader that does not hold every component is listed,
never compared.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import json
import logging
import platform
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

from bench.format_files import WRITERS, records

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "bench" / "formats"
RESULTS = ROOT / "docs" / "benchmarks" / "formats.json"
LIMIT = 40
RUNS = 3
PEERS = {
    "CycloneDX XML": ("lib4sbom", "cyclonedx-python-lib"),
    "CycloneDX protobuf": (),
    "SPDX 2 tag-value": ("lib4sbom", "spdx-tools"),
    "SPDX 2 YAML": ("lib4sbom", "spdx-tools"),
    "SPDX 2 XML": ("lib4sbom", "spdx-tools"),
    "SPDX 2 RDF/XML": ("lib4sbom", "spdx-tools"),
    "SPDX 3 JSON-LD": ("lib4sbom", "spdx-python-model"),
}
SUFFIX = {("lib4sbom", "SPDX 2 RDF/XML"): "bench.spdx.rdf", ("lib4sbom", "SPDX 3 JSON-LD"): "bench.spdx3.jsonld"}
"""Names that a library asks for."""


def ours(path: Path) -> int:
    """Read to whole facts; the number of components."""
    from rulewright.sbom import Document, read

    found = read(path.read_bytes(), path.name)
    assert isinstance(found, Document), found
    assert all(counted == stored for _, counted, stored in found.receipt)
    for table in (t for name, t in found.tables.items() if name != "document"):  # its columns ask the judges
        for name in table.builders:
            table.column(name)
        for name in table.relations:
            table.relation(name)
    return found.tables["component"].rows


def reader(name: str) -> Callable[[Path], int]:
    """A reader by name."""
    if name == "rulewright":
        return ours
    from tests.sbom.conformance.peers import ACTIONS

    return ACTIONS[name]


def measure(name: str, path: Path) -> None:
    """Print the least time in milliseconds, the number of components and the peak of memory of one reader."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    action = reader(name)
    least, number = 0.0, 0
    for run in range(RUNS):
        gc.collect()
        start = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            number = action(path)
        spent = time.process_time() - start
        least = min(least or spent, spent)
        if run == 0 and spent > LIMIT / 10:
            break
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"ms": round(least * 1000), "components": number, "peak": peak}))


def ask(name: str, path: Path) -> dict[str, int] | str:
    """Measure in another process; a text says why there is no answer."""
    command = [sys.executable, "-m", "bench.formats", "--one", name, str(path)]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, timeout=LIMIT * (5 if name == "rulewright" else 1), check=False
        )
    except subprocess.TimeoutExpired:
        return f"more than {LIMIT} s"
    if done.returncode:
        return (done.stderr.decode(errors="replace").strip().splitlines() or ["failed"])[-1][:120]
    answer = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(answer, dict)
    return answer


def row(kind: str, components: int) -> dict[str, object]:
    """One line: ours, every peer, the fastest that is whole."""
    name, write = WRITERS[kind]
    path = FOLDER / name
    path.write_bytes(write(records(components)))
    own = ask("rulewright", path)
    assert isinstance(own, dict), own
    peers: dict[str, object] = {}
    whole: dict[str, int] = {}
    for peer in PEERS[kind]:
        asked = FOLDER / SUFFIX.get((peer, kind), name)
        if not asked.exists():
            asked.symlink_to(path)
        told = ask(peer, asked)
        peers[peer] = told
        if isinstance(told, dict) and told["components"] == components:
            whole[peer] = told["ms"]
        print(f"{kind:<20} {peer:<22} {told}", flush=True)
    fastest = min(whole, key=lambda peer: whole[peer], default="")
    print(f"{kind:<20} {'rulewright':<22} {own}", flush=True)
    return {
        "format": kind, "bytes": path.stat().st_size, "ours": own["ms"], "peak": own["peak"], "components": own["components"],
        "peers": peers, "peer": fastest, "theirs": whole.get(fastest, 0),
    }  # fmt: skip


def keep(rows: list[dict[str, Any]], components: int) -> None:
    """Write what there is so far."""
    peers = sorted({peer for given in PEERS.values() for peer in given})
    about = ", ".join(f"{name} {metadata.version(name)}" for name in peers)
    about += f"; Python {platform.python_version()}, {platform.machine()}"
    written = {"components": components, "runs": RUNS, "about": about, "rows": rows}
    RESULTS.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


def main() -> int:
    """Measure what the arguments say; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.formats", description=__doc__)
    parser.add_argument("--one", nargs=2, metavar=("READER", "FILE"), help="measure one reader in this process")
    parser.add_argument("--components", type=int, default=10_000)
    parser.add_argument("--formats", default=",".join(WRITERS))
    arguments = parser.parse_args()
    if arguments.one:
        measure(arguments.one[0], Path(arguments.one[1]))
        return 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    known = json.loads(RESULTS.read_text(encoding="utf-8"))["rows"] if RESULTS.is_file() else []
    kept = {r["format"]: r for r in known}
    for kind in arguments.formats.split(","):
        kept[kind] = row(kind, arguments.components)
        keep([kept[kind] for kind in WRITERS if kind in kept], arguments.components)
    rows = kept.values()
    return int(any(r["theirs"] and r["ours"] > 5 * r["theirs"] for r in rows))


if __name__ == "__main__":
    sys.exit(main())
