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
ADVICE_NOT_MADE = frozenset({
    "6.2.13", "6.2.19", "6.2.20", "6.2.23", "6.2.24", "6.2.25", "6.2.26", "6.2.31", "6.2.32", "6.2.33", "6.2.34", "6.2.35",
    "6.2.36", "6.2.37", "6.2.39.1", "6.2.39.2", "6.2.39.3", "6.2.39.4", "6.2.39.5", "6.2.40", "6.2.42", "6.2.46", "6.2.49",
    "6.2.50.1", "6.2.50.2", "6.2.50.3", "6.2.51", "6.2.52", "6.2.53", "6.2.54.1", "6.2.54.2", "6.2.54.3", "6.2.54.4",
})  # fmt: skip
"""Recommended tests that are not made: nothing is said on them."""
AGAINST = {
    "oasis_csaf_tc-csaf_2_1-2024-6-1-48-19.json": "its values are in the order that 6-1-48-08 fails for",
    "oasis_csaf_tc-csaf_2_1-2024-6-2-44-02.json": "the ScanCode LicenseDB is not in this package",
    "oasis_csaf_tc-csaf_2_1-2024-6-2-45-02.json": "the ScanCode LicenseDB is not in this package",
}
"""Files that the judge does not answer as they are labelled, and why."""


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
