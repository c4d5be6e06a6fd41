"""The official test files of CSAF: which test each is of, and what the judge says of it.

`counts` is what the documentation's table is made from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rulewright.diagnostics import Diagnostic
from rulewright.sbom import csaf_semantics

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "csaf"
VERSIONS = ("2.0", "2.1")
UNDECIDED = "RW1261"
NOT_MADE = frozenset({"6.1.60.2", "6.1.60.3"})
"""Tests that need the schema of an extension: a note names it."""
AGAINST = {
    "oasis_csaf_tc-csaf_2_1-2024-6-1-48-19.json": "its values are in the order that 6-1-48-08 fails for",
}
"""Files whose label the text of the specification does not bear out."""


@dataclass(frozen=True, slots=True)
class Vector:
    """One file: the clause of its test, and whether that test is to fail."""

    version: str
    clause: str
    path: Path
    fails: bool

    def judged(self) -> tuple[Diagnostic, ...]:
        """What the judge says."""
        return csaf_semantics.judge(self.path.read_bytes(), self.path.name)

    def failed(self) -> bool:
        """Whether a finding of the file's own test is among it."""
        return any(d.code != UNDECIDED and d.message.startswith(f"{self.clause}:") for d in self.judged())


def vectors(section: str = "6.1.") -> Iterator[Vector]:
    """Every official file of a section; none where they are not at hand."""
    for version in VERSIONS:
        base = VECTORS / f"csaf_{version}" / "test" / "validator" / "data"
        listed = json.loads((base / "testcases.json").read_bytes())["tests"] if base.is_dir() else []
        for test in listed:
            for key in ("failures", "valid"):
                for file in test.get(key, []):
                    if test["id"].startswith(section):
                        yield Vector(version, test["id"], base / file["name"], key == "failures")


def counts(section: str = "6.1.") -> dict[tuple[str, str], tuple[int, int, int, int]]:
    """By version and clause: failing files found, failing files, valid files left alone, valid files."""
    found: dict[tuple[str, str], list[int]] = {}
    for vector in vectors(section):
        row = found.setdefault((vector.version, vector.clause), [0, 0, 0, 0])
        row[1 if vector.fails else 3] += 1
        row[0 if vector.fails else 2] += vector.failed() == vector.fails
    return {key: (row[0], row[1], row[2], row[3]) for key, row in found.items()}
