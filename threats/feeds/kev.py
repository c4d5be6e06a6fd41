"""CISA's catalogue of known exploited vulnerabilities (KEV), as JSON or CSV.

Guarantees: a row without a CVE name is a finding; the day of the catalogue is that of `dateReleased`, of a CSV the latest
`dateAdded`.  It does not read the remediation texts.
Source: CISA, KEV JSON schema of 2024.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable

import msgspec

from rulewright.threats.model import Exploited, Fault
from rulewright.threats.times import day


class _Row(msgspec.Struct, rename="camel"):
    date_added: str = ""
    cve: str = msgspec.field(name="cveID", default="")


class _Catalogue(msgspec.Struct, rename="camel"):
    vulnerabilities: list[msgspec.Raw]
    date_released: str = ""
    catalog_version: str = ""


class Kev(msgspec.Struct):
    """A catalogue: its day, and its rows."""

    day: int | None
    rows: list[Exploited]
    faults: list[Fault]


def from_json(data: bytes, place: str) -> Kev:
    """Read the JSON form.  Raises `msgspec.MsgspecError` where it is none."""
    catalogue = msgspec.json.decode(data, type=_Catalogue)
    rows: list[Exploited] = []
    faults: list[Fault] = []
    for number, raw in enumerate(catalogue.vulnerabilities):
        where = f"{place}/vulnerabilities/{number}"
        try:
            row = msgspec.json.decode(raw, type=_Row)
        except msgspec.MsgspecError as error:
            faults.append(Fault("RW1402", str(error), where))
            continue
        _take(row.cve, row.date_added, where, rows, faults)
    return Kev(day(catalogue.date_released) or _latest(rows), rows, faults)


def from_csv(lines: Iterable[str], place: str) -> Kev:
    """Read the CSV form."""
    rows: list[Exploited] = []
    faults: list[Fault] = []
    for number, row in enumerate(csv.DictReader(lines), 2):
        _take(row.get("cveID") or "", row.get("dateAdded") or "", f"{place}:{number}", rows, faults)
    return Kev(_latest(rows), rows, faults)


def _take(cve: str, added: str, where: str, rows: list[Exploited], faults: list[Fault]) -> None:
    name = cve.strip().upper()
    if not name.startswith("CVE-"):
        faults.append(Fault("RW1402", "a row of KEV without a CVE name", where))
        return
    when = day(added)
    if when is None:
        faults.append(
            Fault("RW1402", f"`{added[:40]}` is no day of listing; the row counts as listed", where, severe=False)
        )
    rows.append(Exploited(name, when))


def _latest(rows: list[Exploited]) -> int | None:
    return max((row.day for row in rows if row.day is not None), default=None)
