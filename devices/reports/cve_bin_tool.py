"""Reports of cve-bin-tool: JSON, `json2` and CSV.

Guarantees: each row is one vulnerability of one product; the tool's own triage (`Mitigated`, `FalsePositive` ...) is kept as a
statement; a product without one is a component all the same.  What it does not do: believe a severity without a score more
than the tool does.
Source: output_engine/json_output.py and util.py of cve-bin-tool 3.3 and 3.4.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping

from rulewright.devices.model import Place
from rulewright.devices.reports.base import Report, day, document, micro, table, tables, text_of, word

FORMAT = "cve-bin-tool"
SEVERITIES = {"low", "medium", "high", "critical", "none", "unknown"}
STATES = {
    "NewFound": "",
    "Unexplored": "in_triage",
    "Confirmed": "exploitable",
    "Mitigated": "resolved",
    "FalsePositive": "false_positive",
    "NotAffected": "not_affected",
}
"""Remark -> the words of `vulnerability.vex_state`."""
_KEYS = (b'"cve_number"', b'"product"')


def recognises(data: bytes) -> bool:
    """Whether it has the tool's fields."""
    head = data[:65_536]
    if head.lstrip()[:1] in {b"[", b"{"}:
        return all(key in head for key in _KEYS) or (
            b'"cve-bin-tool"' in head and b'"vulnerabilities"' in data[:65_536]
        )
    return head.split(b"\n", 1)[0].lower().startswith(b"vendor,product,version,") and b"cve_number" in head


def read(data: bytes, name: str) -> Report:
    """Vulnerabilities and the products that have them."""
    report = Report(FORMAT, "firmware", tool="cve-bin-tool")
    if data.lstrip()[:1] in {b"[", b"{"}:
        entries = _entries(report, document(report, data))
    else:
        entries = _lines(report, text_of(data, report), name)
    seen: set[str] = set()
    for place, entry in entries:
        _entry(report, entry, place, seen)
    return report


def _entries(report: Report, value: object) -> list[tuple[Place, Mapping[str, object]]]:
    if isinstance(value, list):
        return [(Place(pointer), item) for pointer, item in tables(value, "")]
    whole = table(value)
    metadata = table(whole.get("metadata"))
    tool = table(metadata.get("tool"))
    report.tool = f"cve-bin-tool {word(tool.get('version'))}".strip()
    report.observed = day(metadata.get("generation_date") or metadata.get("timestamp"))
    if "report" in whole:
        return [(Place(pointer), item) for pointer, item in tables(whole.get("report"), "/report")]
    sources = tables(table(whole.get("vulnerabilities")).get("report"), "/vulnerabilities/report")
    return [
        (Place(at), {**item, "source": item.get("source") or source.get("datasource")})
        for pointer, source in sources
        for at, item in tables(source.get("entries"), f"{pointer}/entries")
    ]


def _lines(report: Report, text: str, name: str) -> list[tuple[Place, Mapping[str, object]]]:
    lines = csv.DictReader(text.splitlines())
    try:
        return [
            (Place(name, lines.line_num), {str(key).strip().lower(): value for key, value in line.items()})
            for line in lines
        ]
    except csv.Error as error:
        report.note("RW1520", f"the report is not CSV: {error}", severe=True)
    return []


def _entry(report: Report, entry: Mapping[str, object], place: Place, seen: set[str]) -> None:
    product, version, identifier = (word(entry.get(key)) for key in ("product", "version", "cve_number"))
    component = f"{product}@{version}"
    if not product:
        return
    if component not in seen:
        seen.add(component)
        report.row(
            "component",
            place,
            name=product,
            version=version,
            supplier=word(entry.get("vendor")),
            filename=_first(word(entry.get("paths")).split(",")),
            cpe=_cpe(word(entry.get("vendor")), product, version),
        )
    severity = word(entry.get("severity")).lower()
    if identifier and identifier != "UNKNOWN":
        report.row(
            "vulnerability", place, id=identifier, source=word(entry.get("source")), severity=severity if severity in SEVERITIES else "",
            score=micro(entry.get("score")), vector=word(entry.get("cvss_vector")), vex_state=STATES.get(word(entry.get("remarks")), ""),
            detail=word(entry.get("comments")), component=component, match="range", match_by="cpe",
        )  # fmt: skip


def _first(paths: Iterable[str]) -> str:
    return next((path.strip() for path in paths if path.strip()), "")


def _cpe(vendor: str, product: str, version: str) -> str:
    return f"cpe:2.3:a:{vendor}:{product}:{version}:*:*:*:*:*:*:*" if vendor and vendor != "UNKNOWN" and version else ""
