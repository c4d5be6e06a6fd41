"""Write the corpus down, so that others can use it: `python -m tests.attest.corpus OUT [GROUP …]`.

Each case is a folder `OUT/GROUP/NAME` with the files that a verifier is given and `expected.json`: what is changed, the verdict and code,
the day and the other inputs, and which file is what.  `OUT/cases.json` lists all cases.
Guarantees: nothing that is there is written over; names of files are plain, whatever a case holds.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from tests.attest.corpus import CASES, Case, Inputs


def files(inputs: Inputs) -> dict[str, bytes]:
    """The files of a case by name."""
    bundle = "bundle.json" if inputs.bundle[:1] == b"{" else "bundle.zip"
    made = {bundle: inputs.bundle}
    if inputs.trust is not None:
        made["trust.json"] = inputs.trust
    for stem, end, listed in (
        ("anchor", "pem", inputs.anchors),
        ("key", "pem", inputs.keys),
        ("artifact", "bin", tuple(data for _, data in inputs.artifacts)),
        ("status", "json", inputs.statuses),
        ("disclosure", "json", inputs.disclosures),
    ):
        made |= {f"{stem}-{number}.{end}": data for number, data in enumerate(listed, 1)}
    return made


def expected(case: Case, inputs: Inputs) -> dict[str, Any]:
    """What a case is, and what a verifier must answer."""
    return {
        "name": case.name,
        "group": case.group,
        "change": case.change,
        "precedent": case.precedent,
        "verdict": case.verdict,
        "code": case.code,
        "at": inputs.at,
        "grace": inputs.grace,
        "requirePass": inputs.require_pass,
        "anchorsNeeded": inputs.anchors_needed,
        "seen": msgspec.to_builtins(inputs.seen),
        "files": sorted(files(inputs)),
    }


def write(folder: Path, cases: tuple[Case, ...]) -> None:
    """Write some cases into a folder that is not there yet."""
    folder.mkdir(parents=True)
    listed = []
    for case in cases:
        inputs = case.make()
        own = folder / case.group / case.name
        own.mkdir(parents=True)
        for name, data in files(inputs).items():
            (own / name).write_bytes(data)
        told = expected(case, inputs)
        (own / "expected.json").write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        listed.append(told)
    text = json.dumps(listed, indent=1, sort_keys=True)
    (folder / "cases.json").write_text(text + "\n", encoding="utf-8")


def main(words: list[str]) -> int:
    """Write, and say how many there are."""
    chosen = tuple(case for case in CASES if not words[1:] or case.group in words[1:])
    if not words or not chosen or Path(words[0]).exists():
        sys.stderr.write("python -m tests.attest.corpus OUT [GROUP ...]: OUT must not be there yet\n")
        return 2
    write(Path(words[0]), chosen)
    sys.stdout.write(f"{len(chosen):,} cases\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
