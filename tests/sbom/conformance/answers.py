"""How the readers answer one file: read, read with findings, or refused and why; counted into the rows of a table.

Guarantees: the answer is the reader's with both judges, as `--validate` gives it; time is CPU time of reading and judging.
It does not say whether an answer is right: `faults` does, by the file's label.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rulewright.sbom.reader import read
from tests.sbom.conformance.files import File

MARK = 1.0
"""Seconds of CPU that a file may take."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one file.  `codes` are those of warnings and errors, `notes` those of notes; times are in milliseconds.

    `elements` is the receipt's first row: components, packages, statements or vulnerabilities.
    """

    file: File
    refused: str = ""
    message: str = ""
    codes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    schema: bool = True
    lost: int = 0
    read_ms: int = 0
    judged_ms: int = 0
    elements: int = 0

    @property
    def outcome(self) -> str:
        """`silent`, `notes`, `findings`, or the code of the refusal."""
        return self.refused or ("findings" if self.codes else "notes" if self.notes else "silent")

    @property
    def letter(self) -> str:
        """The outcome in a letter."""
        return "r" if self.refused else self.outcome[0]


def answer(file: File) -> Answer:
    """Read and judge one file.  Raises nothing that the readers do not: an exception is a defect."""
    data = file.path.read_bytes()
    start = time.process_time()
    found = read(data, file.path.name)
    between = time.process_time()
    if isinstance(found, tuple):
        first = found[0]
        return Answer(file, refused=first.code, message=first.message, read_ms=_ms(start, between))
    said = found.judged()
    end = time.process_time()
    return Answer(
        file,
        codes=tuple(sorted({d.code for d in said if d.severity != "note"})),
        notes=tuple(sorted({d.code for d in said if d.severity == "note"})),
        schema=not any(d.code == "RW1101" for d in said),
        lost=sum(abs(counted - stored) for _, counted, stored in found.receipt),
        read_ms=_ms(start, between),
        judged_ms=_ms(between, end),
        elements=found.receipt[0][1] if found.receipt else 0,
    )


def _ms(start: float, end: float) -> int:
    return round((end - start) * 1000)


@dataclass(slots=True)
class Row:
    """One line of the table."""

    format: str
    version: str
    label: str
    letters: str = ""
    """One letter for each file, in order of name."""
    refused: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    slowest: int = 0
    slowest_file: str = ""

    def add(self, one: Answer) -> None:
        """Count one file."""
        self.letters += one.letter
        if one.refused:
            self.refused[one.refused] += 1
        self.lost += one.lost
        if one.read_ms >= self.slowest:
            self.slowest, self.slowest_file = one.read_ms, one.file.name


def table(answers: Iterable[Answer]) -> list[Row]:
    """The rows, in order."""
    rows: dict[tuple[str, str, str], Row] = {}
    for one in answers:
        rows.setdefault(one.file.row, Row(*one.file.row)).add(one)
    return [rows[key] for key in sorted(rows)]


def faults(answers: Iterable[Answer]) -> list[tuple[str, Answer]]:
    """Answers that a label contradicts: each needs a reason."""
    wrong = []
    for one in answers:
        label = one.file.label
        if label == "valid" and one.refused:
            wrong.append(("valid, refused", one))
        elif label == "valid" and not one.schema:
            wrong.append(("valid, and the schema's judge objects", one))
        elif label == "invalid" and one.outcome == "silent":
            wrong.append(("invalid, read without a finding", one))
        elif label == "invalid" and one.outcome == "notes":
            wrong.append(("invalid, read with notes only", one))
        elif label == "other" and not one.refused:
            wrong.append(("no document of its format, read", one))
        elif label == "unknown" and one.refused:
            wrong.append(("without a label, refused", one))
        if one.lost:
            wrong.append(("the receipt differs", one))
        if one.read_ms > MARK * 1000:
            wrong.append(("slower than a second", one))
    return wrong
