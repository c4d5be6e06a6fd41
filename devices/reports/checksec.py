"""Reports of checksec (JSON and CSV, of the script up to 2.7 and of the program from 3.0).

Guarantees: each weak file is a finding; the shares are of the files of the report, whatever starts them, and so only
`present`; position independence is counted over programs.  What it does not do: tell services from the rest.
Source: https://github.com/slimm609/checksec (README), output of 2.6.0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from rulewright.devices.model import Place
from rulewright.devices.reports.base import Report, document, items, shown, step, table, text_of, word
from rulewright.facts.types import MICRO, Level

FORMAT = "checksec"
SCOPE = "the files of the report"
CHECKS = ("nx", "pie", "relro", "canary", "fortify")
COLUMNS = 7
_START = re.compile(rb'\s*\{\s*(?:"dir"\s*:\s*\{[^{}]{0,4096}\}\s*,?\s*)?"[^"]{1,4096}"\s*:\s*\{\s*"relro"\s*:')
_LIST = re.compile(rb'\s*\[\s*\{\s*(?:"name"\s*:\s*"[^"]{0,4096}"\s*,\s*)?"checks"\s*:\s*\{')
_CSV = re.compile(rb"\s*(?:Full|Partial|No) RELRO\s*,", re.IGNORECASE)


class Binary(msgspec.Struct, frozen=True):
    """A file as checksec judged it: each protection there, not there or not said; `program`: not a library."""

    path: str
    checks: dict[str, bool | None]
    rpath: bool = False
    program: bool = True


def recognises(data: bytes) -> bool:
    """Whether it has the form of one of the outputs."""
    return any(form.match(data[:16384]) for form in (_START, _LIST, _CSV))


def read(data: bytes, name: str) -> Report:
    """All files of the report."""
    report = Report(FORMAT, "firmware", tool="checksec")
    if _CSV.match(data[:64]):
        lines = enumerate(text_of(data, report).splitlines(), 1)
        found = [(binary, Place(name, number)) for number, line in lines if (binary := binary_of(line.split(",")))]
    else:
        found = _json(document(report, data))
    if not found:
        report.note("RW1527", "the report judges no file", severe=True)
    add(report, found)
    return report


def _json(value: object) -> list[tuple[Binary, Place]]:
    if isinstance(value, list):
        pairs = [(f"/{index}", table(item)) for index, item in enumerate(items(value))]
        return [
            (_binary(word(item.get("name")), table(item.get("checks"))), Place(f"{pointer}/checks"))
            for pointer, item in pairs
            if item
        ]
    found = []
    for key, item in table(value).items():
        fields = table(item)
        if "relro" in fields:
            path = word(fields.get("filename")) or shown(key)
            found.append((_binary(path, fields), Place(step(key))))
    return found


def _yes(text: str) -> bool | None:
    """`yes`, `NX enabled`, `Canary Found`; `no`, `No PIE`; neither (`n/a`, `unknown`): nothing is said."""
    low = text.lower()
    if low in {"no", "0"} or low.startswith("no ") or "disabled" in low:
        return False
    return True if low == "yes" or "enabled" in low or "found" in low or low in {"dso", "pie"} else None


def _binary(path: str, fields: Mapping[str, object]) -> Binary:
    pie, relro = word(fields.get("pie")).lower(), word(fields.get("relro")).lower()
    full = relro.startswith("full")
    checks = {
        "nx": _yes(word(fields.get("nx"))),
        "pie": None if pie.startswith(("dso", "rel")) else _yes(pie),
        "relro": full if relro.startswith(("full", "partial", "no")) else None,
        "canary": _yes(word(fields.get("canary"))),
        "fortify": _yes(word(fields.get("fortify_source"))),
    }
    risky = any(_yes_path(word(fields.get(key))) for key in ("rpath", "runpath"))
    return Binary(path, checks, risky, not pie.startswith(("dso", "rel")))


def _yes_path(text: str) -> bool:
    low = text.lower()
    return low == "yes" or (low in {"rpath", "runpath"})


def binary_of(columns: Sequence[str]) -> Binary | None:
    """A file of a line: RELRO, canary, NX, PIE, RPATH, RUNPATH, symbols, then (not in old ones) fortify ..., and the file."""
    fields = [column.strip() for column in columns]
    if len(fields) < COLUMNS or not fields[0].lower().endswith("relro"):
        return None
    named = dict(zip(("relro", "canary", "nx", "pie", "rpath", "runpath"), fields, strict=False))
    if len(fields) >= COLUMNS + 2:
        named["fortify_source"] = fields[COLUMNS]
    return _binary(shown(fields[-1]), named)


def add(report: Report, found: Sequence[tuple[Binary, Place]]) -> None:
    """A finding for each weak file, and the shares."""
    for binary, place in found:
        lacking = [name for name in CHECKS if binary.checks.get(name) is False]
        if lacking or binary.rpath:
            detail = f"without {', '.join(lacking)}" if lacking else ""
            detail += ("; " if detail else "") + "it has a search path for libraries of its own" if binary.rpath else ""
            report.finding("binary hardening", Level.PRESENT, place, detail, binary.path)
    for name in CHECKS:
        judged = [(value, place) for binary, place in found if (value := binary.checks.get(name)) is not None]
        if judged:
            good = sum(value for value, _ in judged)
            first = next((place for value, place in judged if not value), judged[0][1])
            text = f"{good} of {len(judged)} files of the report"
            report.say(f"bin.{name}_ratio", good * MICRO // len(judged), Level.PRESENT, first, text, scope=SCOPE)
