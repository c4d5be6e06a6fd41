"""Reports of unblob (`--report FILE`): what a firmware image consists of, and what of it could not be opened.

Guarantees: an encrypted part, a part of unknown kind, a part that no extractor opened and a link that leads out are said, so
that a tree made from the image is not taken as the whole of it; sums name the image.
What it does not do: open the image; judge entropy beyond unblob's own numbers.
Source: unblob/report.py (26.x; older ones write `UnknownChunkReport` without `randomness`).
"""

from __future__ import annotations

from collections.abc import Mapping

from rulewright.devices.model import Place
from rulewright.devices.reports.base import Report, document, items, number, table, tables, word
from rulewright.facts.types import Level

FORMAT = "unblob JSON"
PRESENT = Level.PRESENT
HIGH = 95.0
"""Mean entropy in per cent from which a part is compressed or encrypted."""
LARGE = 64 * 1024


def recognises(data: bytes) -> bool:
    """Whether it is a list of tasks with typed reports."""
    return data[:64].lstrip()[:1] == b"[" and b'"__typename__"' in data[:65_536] and b'"task"' in data[:65_536]


def read(data: bytes, name: str) -> Report:
    """All tasks: the image itself (depth 0) and what was carved from it."""
    del name
    report = Report(FORMAT, "firmware", tool="unblob")
    encrypted = False
    for pointer, task in tables(document(report, data), ""):
        about = table(task.get("task"))
        path = word(about.get("path"))
        if number(about.get("depth")) == 0 and path:
            report.subjects += (path,)
        for at, item in tables(task.get("reports"), f"{pointer}/reports"):
            encrypted |= _report(report, item, path, Place(at))
    if encrypted:
        report.yes("update.image_encrypted", PRESENT, Place("/0"), "a part of the image is encrypted")
    return report


def _report(report: Report, item: Mapping[str, object], path: str, place: Place) -> bool:
    """Add one report; whether it is of an encrypted part."""
    kind, handler, size = word(item.get("__typename__")), word(item.get("handler_name")), number(item.get("size")) or 0
    if kind == "ChunkReport":
        what = f"{handler} at {word(item.get('start_offset'))}, {size} bytes"
        if item.get("is_encrypted") is True:
            report.finding("encrypted part", PRESENT, place, what, path)
            return True
        report.finding("part of the image", PRESENT, place, what, path)
        for at, problem in tables(item.get("extraction_reports"), f"{place.path}/extraction_reports"):
            _problem(report, problem, what, Place(at))
    elif kind == "UnknownChunkReport":
        mean = _entropy(item)
        what = f"{size} bytes at {word(item.get('start_offset'))}" + (
            ", random as compressed or encrypted data are" if mean >= HIGH else ""
        )
        report.finding("part of unknown kind", PRESENT, place, what, path)
        if size >= LARGE:
            report.note("RW1528", f"`{path}`: {what} are of no known kind: facts may be missing", place)
    elif "Malicious" in kind or "SymlinkReport" in kind:
        target = word(item.get("link_target")) or word(item.get("target"))
        report.finding("link out of the image", PRESENT, place, f"{word(item.get('link'))} leads to {target}", path)
    elif word(item.get("severity")) == "ERROR":
        _problem(report, item, path, place)
    return False


def _problem(report: Report, problem: Mapping[str, object], what: str, place: Place) -> None:
    kind = word(problem.get("__typename__"))
    needs = ", ".join(text for name in items(problem.get("dependencies")) if (text := word(name)))
    message = (
        f"{what} was not extracted" + (f": `{needs}` was missing" if needs else f" ({kind})") + ": facts may be missing"
    )
    if word(problem.get("severity")) == "ERROR" or needs:
        report.note("RW1528", message, place)


def _entropy(item: Mapping[str, object]) -> float:
    mean = table(table(item.get("randomness")).get("shannon")).get("mean")
    return float(mean) if isinstance(mean, int | float) and not isinstance(mean, bool) else 0.0
