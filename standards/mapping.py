"""A crosswalk that somebody published, judged row by row: do both ends exist, in which edition, and on one subject.

Guarantees: pure; every row gets one verdict; where a file does not say which edition it means, the one that holds most of
the clauses that it cites is taken, the newest of several, and the answer says which.  That a row is not flagged says that its ends
share an objective or have related ones, not that the reference is exact.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Literal

import msgspec

from rulewright.diagnostics import Diagnostic, Severity, Span
from rulewright.standards.book import Book, Edition
from rulewright.standards.references import Better, better, closeness, section

COLUMNS = ("source_standard", "source_requirement", "target_standard", "target_requirement")
Verdict = Literal["same", "near", "other", "unknown", "no_requirement", "no_standard"]


class Row(msgspec.Struct, frozen=True):
    """A row of the file: its line, from 1, and its two ends; a standard is `ID` or `ID@EDITION`."""

    line: int
    source_standard: str
    source_requirement: str
    target_standard: str
    target_requirement: str


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A row with what is to be said of it.

    `source` and `target` are `ID@EDITION:NAME`, as far as they exist; `about` and `cited` are the titles of the ends.
    `missing` are the ends that do not exist, with what is close in spelling.
    """

    row: Row
    verdict: Verdict
    source: str
    target: str
    about: str = ""
    cited: str = ""
    missing: tuple[tuple[str, str], ...] = ()
    better: Better = Better()


def read(text: str, name: str) -> list[Row] | Diagnostic:
    """Read a mapping: CSV with a head.  Other columns are ignored, empty rows too."""
    lines = csv.reader(text.splitlines())
    try:
        head = [cell.strip() for cell in next(lines, [])]
        lacking = [column for column in COLUMNS if column not in head]
        if lacking:
            message = f"the mapping has no column `{lacking[0]}`"
            return Diagnostic("RW3004", Severity.ERROR, message, source=name, hint=f"its head is `{','.join(COLUMNS)}`")
        places = [head.index(column) for column in COLUMNS]
        rows = []
        for cells in lines:
            if any(cell.strip() for cell in cells):
                full = [*cells, *[""] * len(head)]
                one, two, three, four = (full[place].strip() for place in places)
                rows.append(Row(lines.line_num, one, two, three, four))
    except csv.Error as error:
        return Diagnostic("RW3004", Severity.ERROR, f"the mapping is not CSV: {error}", source=name)
    return rows


def meant(rows: Iterable[Row], book: Book, pinned: Iterable[str] = ()) -> dict[str, Edition]:
    """The edition that a file means, for every standard that it names: as stated, as pinned, or the one that fits most."""
    cited: dict[str, set[str]] = {}
    for row in rows:
        cited.setdefault(row.source_standard, set()).add(row.source_requirement)
        cited.setdefault(row.target_standard, set()).add(row.target_requirement)
    stated = {name.partition("@")[0]: name for name in pinned}
    found: dict[str, Edition] = {}
    for name, clauses in cited.items():
        wanted = stated.get(name, name)
        if "@" in wanted:
            edition = book.find(wanted)
        else:
            edition = max(book.editions(name), key=lambda e: len(clauses & e.requirements.keys()), default=None)
        if edition is not None:
            found[name] = edition
    return found


def judge(rows: Sequence[Row], book: Book, pinned: Iterable[str] = ()) -> list[Judged]:
    """Judge every row."""
    editions = meant(rows, book, pinned)
    return [_judged(row, editions, book) for row in rows]


def _judged(row: Row, editions: Mapping[str, Edition], book: Book) -> Judged:
    source, target = editions.get(row.source_standard), editions.get(row.target_standard)
    one = f"{source.name if source else row.source_standard}:{row.source_requirement}"
    two = f"{target.name if target else row.target_standard}:{row.target_requirement}"
    if source is None or target is None:
        unknown = [n for n, e in ((row.source_standard, source), (row.target_standard, target)) if e is None]
        close = tuple((name, _close(name, book.ids)) for name in unknown)
        return Judged(row=row, verdict="no_standard", source=one, target=two, missing=close)
    here, there = source.requirements.get(row.source_requirement), target.requirements.get(row.target_requirement)
    about, cited = here.title if here else "", there.title if there else ""
    near_one = _close(row.source_requirement, source.requirements) if here is None else ""
    missing = [(one, near_one)] if here is None else []
    missing += [(two, _close(row.target_requirement, target.requirements))] if there is None else []
    if here is None or there is None:
        meant_ = here or source.requirements.get(near_one)
        return Judged(
            row=row, verdict="no_requirement", source=one, target=two, about=about, cited=cited, missing=tuple(missing),
            better=better(meant_, row.target_requirement, target, book) if meant_ is not None else Better(),
        )  # fmt: skip
    verdict = closeness(here.objective, there.objective, book)
    suggested = better(here, row.target_requirement, target, book) if verdict == "other" else Better()
    return Judged(row=row, verdict=verdict, source=one, target=two, about=about, cited=cited, better=suggested)


def _close(name: str, known: Iterable[str]) -> str:
    """What is meant, perhaps: what it was split into, else what is close in spelling, in its own section if anything is."""
    names = list(known)
    split = [other for other in names if name and other.startswith(name) and other[len(name) :].isalpha()]
    same = [other for other in names if section(other) == section(name)]
    close = split or get_close_matches(name, same, 1) or get_close_matches(name, names, 1)
    return close[0] if close else ""


def findings(judged: Iterable[Judged], file: str) -> list[Diagnostic]:
    """What is wrong with the rows: an end that does not exist is an error, another subject a warning."""
    return [finding for item in judged for finding in _findings(item, file)]


def _findings(item: Judged, file: str) -> list[Diagnostic]:
    row = item.row
    span = Span(file, 0, 0, row.line, 1, row.line, 2)
    match item.verdict:
        case "no_standard":
            return [
                Diagnostic("RW3003", Severity.ERROR, f"no standard `{name}` is shipped", span, hint=_meant(close))
                for name, close in item.missing
            ]
        case "no_requirement":
            return [
                Diagnostic("RW3001", Severity.ERROR, f"there is no requirement `{name}`", span, hint=_meant(close))
                for name, close in item.missing
            ]
        case "other":
            message = f"by their objectives `{item.source}` and `{item.target}` are about different subjects"
            notes = (f"source: {item.about}", f"target: {item.cited}")
            return [Diagnostic("RW3002", Severity.WARNING, message, span, notes=notes, hint=advice(item.better))]
        case "unknown":
            message = f"whether `{item.source}` and `{item.target}` are about one subject is not known: an end has no objective"
            return [Diagnostic("RW3012", Severity.NOTE, message, span)]
        case "same" | "near":
            return []


def _meant(close: str) -> str | None:
    return f"did you mean `{close}`?" if close else None


def advice(better_: Better) -> str:
    """Where a reference could point to instead, in words."""
    if better_.same:
        return f"about the same subject: {', '.join(f'`{name}`' for name in better_.same)}"
    if better_.near:
        return f"nothing there is about the same subject; nearest: {', '.join(f'`{name}`' for name in better_.near)}"
    return "nothing there is about the same subject"
