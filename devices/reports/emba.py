"""The bill of materials that EMBA writes (CycloneDX 1.5 with `EMBA:sbom:` properties), as a report on a firmware.

Guarantees: a component carries the files in which EMBA saw it; files that EMBA could not name are left out and counted.
Components are `present`: EMBA does not know whether anything runs them.  What it does not do: replace the reader of CycloneDX
documents (`rulewright.sbom`), which takes everything that the format has.
Source: helpers/helpers_emba_sbom_helpers.sh and modules/F15, F17 of EMBA 2.0.
"""

from __future__ import annotations

from collections.abc import Mapping

from rulewright.devices.model import Place
from rulewright.devices.reports.base import Report, day, document, items, micro, table, tables, word

FORMAT = "EMBA SBOM"
HEAD = 1024 * 1024
"""Bytes in which the tool must be named."""
SEVERITIES = {"none", "low", "medium", "high", "critical", "info", "unknown"}


def recognises(data: bytes) -> bool:
    """Whether it is CycloneDX JSON that EMBA wrote."""
    head = data[:HEAD]
    return (
        head.lstrip()[:1] == b"{"
        and b'"bomFormat"' in head
        and (b"EMBA:sbom" in head or b"EMBA binary analysis environment" in head)
    )


def read(data: bytes, name: str) -> Report:
    """Components with their files, and vulnerabilities where there are any."""
    del name
    report = Report(FORMAT, "firmware")
    whole = table(document(report, data))
    metadata = table(whole.get("metadata"))
    report.observed = day(metadata.get("timestamp"))
    _tool(report, metadata)
    subject = word(table(metadata.get("component")).get("name"))
    report.subjects = (subject,) if subject else ()
    refs: dict[str, str] = {}
    unknown = 0
    for pointer, component in tables(whole.get("components"), "/components"):
        title = word(component.get("name"))
        if component.get("type") == "file" or not title:
            unknown += 1
            continue
        refs[word(component.get("bom-ref"))] = f"{title}@{word(component.get('version'))}"
        _component(report, component, title, Place(pointer))
    if unknown:
        report.note(
            "RW1526", f"{unknown} files of the firmware belong to no component that EMBA knows", Place("/components")
        )
    for pointer, found in tables(whole.get("vulnerabilities"), "/vulnerabilities"):
        _vulnerability(report, found, refs, Place(pointer))
    return report


def _tool(report: Report, metadata: Mapping[str, object]) -> None:
    tools = metadata.get("tools")
    listed = items(table(tools).get("components")) or items(tools)
    first = table(listed[0]) if listed else {}
    report.tool = f"{word(first.get('name')) or 'EMBA'} {word(first.get('version'))}".strip()


def properties(component: Mapping[str, object], part: str) -> list[str]:
    """The values of EMBA's properties whose name ends with a word (`path`, `confidence`, `source_path`)."""
    found = (table(item) for item in items(component.get("properties")))
    return [
        word(item.get("value")).strip("'")
        for item in found
        if word(item.get("name")).startswith("EMBA:sbom") and word(item.get("name")).rpartition(":")[2] == part
    ]


def _component(report: Report, component: Mapping[str, object], title: str, place: Place) -> None:
    paths = properties(component, "path") + properties(component, "source_path")
    hashes = tuple(sorted({word(table(item).get("alg")) for item in items(component.get("hashes"))} - {""}))
    report.row(
        "component", place, id=word(component.get("bom-ref")), type=word(component.get("type")).replace("-", "_"), group=word(component.get("group")),
        name=title, version=word(component.get("version")), purl=word(component.get("purl")), cpe=word(component.get("cpe")),
        supplier=word(table(component.get("supplier")).get("name")), filename=paths[0] if paths else "", hash_algorithms=hashes or None,
    )  # fmt: skip


def _vulnerability(report: Report, found: Mapping[str, object], refs: Mapping[str, str], place: Place) -> None:
    ratings = [table(item) for item in items(found.get("ratings"))]
    scores = [score for rating in ratings if (score := micro(rating.get("score"))) is not None]
    severity = next((text for rating in ratings if (text := word(rating.get("severity")).lower()) in SEVERITIES), "")
    analysis = table(found.get("analysis"))
    for affected in items(found.get("affects")) or [{}]:
        ref = word(table(affected).get("ref"))
        report.row(
            "vulnerability", place, id=word(found.get("id")), source=word(table(found.get("source")).get("name")), severity=severity,
            score=max(scores, default=None), vex_state=word(analysis.get("state")), component=refs.get(ref, ref), match="exact",
        )  # fmt: skip
