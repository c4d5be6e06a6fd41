"""One line of the benchmark's table, and the file that holds them all.

Guarantees: a line without a right digest never carries a time that is compared with another; times are integers
(microseconds); the file is sorted as measured and is what the page is made from.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

State = Literal["right", "partial", "wrong", "not run"]


class Row(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A measurement: who, what, how big, how long, and whether the answer was right.

    `cpu` and `other` are microseconds of CPU, `peak` kilobytes; `other` is the yardstick of the family (a simdjson
    parse, a bare interpreter, the reference interpreter); `size` is in bytes.
    """

    family: str
    engine: str
    idiom: str = ""
    n: int
    rules: int
    mix: str = "shared"
    state: State
    cpu: int = 0
    runs: int = 0
    other: int = 0
    peak: int = 0
    size: int = 0
    covered: int = 0
    digest: str = ""
    note: str = ""


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """A run.  `about` says what was measured where: versions and processor, no host name and no clock."""

    about: dict[str, str]
    rows: tuple[Row, ...]


def write(results: Results, path: Path) -> None:
    """One row a line, so that a change can be read."""
    head = msgspec.json.encode(results.about).decode()
    lines = ",\n".join(msgspec.json.encode(row).decode() for row in results.rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{{"about": {head},\n"rows": [\n{lines}\n]}}\n', encoding="utf-8")


def read(path: Path) -> Results:
    """The file again."""
    return msgspec.json.decode(path.read_bytes(), type=Results)
