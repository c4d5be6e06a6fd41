"""`python -m tests.sbom.fuzz.guided TARGET SECONDS`: spoilt documents led by the code that they reach, with atheris.

Guarantees: half of the documents are spoilt by structure, as in `mutations`; a broken promise ends the run with the document
in `build/fuzz`.  Atheris is no dependency of the project: install it where this is run.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from random import Random
from typing import Any

KEPT = Path(__file__).resolve().parents[3] / "build" / "fuzz"


def main() -> None:
    """Run one target for some seconds."""
    name, seconds = sys.argv[1:3]
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["rulewright.sbom"]):
        targets = importlib.import_module("tests.sbom.fuzz.targets")
    target = targets.TARGETS[name]
    corpus = KEPT / "seeds" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (corpus / str(number)).write_bytes(target.pack(seed, Random(number)))

    def spoil(data: bytes, most: int, seed: int) -> bytes:
        chance = Random(seed)
        spoilt: bytes = target.spoil(data, chance) if chance.random() < 0.5 else atheris.Mutate(data, most)
        return spoilt[:most]

    def once(data: bytes) -> None:
        targets.exercise(data, timed=False)

    options = [
        f"-max_total_time={seconds}",
        f"-artifact_prefix={KEPT}/{name}-",
        "-max_len=60000",
        "-timeout=10",
        "-rss_limit_mb=2000",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], once, custom_mutator=spoil)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
