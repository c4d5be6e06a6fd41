"""What `systemd-analyze security --json=short` says: of all units their exposure, or of one unit its settings.

Guarantees: exposure is kept as tenths, as systemd writes it (0.0 to 10.0); a unit of high exposure is a finding; the name of a
unit that the report does not hold is taken from the file's name.  Seen on a running system it would be `verified`, but a
report does not say whether it was made from files (`--offline`): it is `configured`.
Source: src/analyze/analyze-security.c of systemd 252.
"""

from __future__ import annotations

import posixpath

from rulewright.devices.model import Place
from rulewright.devices.reports.base import Report, document, micro, table, tables, word
from rulewright.devices.reports.services import BINARIES
from rulewright.facts.types import MICRO, Level

FORMAT = "systemd-analyze security JSON"
CONFIGURED = Level.CONFIGURED
EXPOSED = 7 * MICRO
"""From 7.0 on systemd calls a unit exposed or unsafe."""
MEDIUM = 5 * MICRO
ISOLATION = {
    "PrivateUsers": "namespaces", "RestrictNamespaces": "namespaces", "PrivateTmp": "namespaces", "PrivateNetwork": "namespaces",
    "SystemCallFilter": "seccomp", "AppArmorProfile": "apparmor",
}  # fmt: skip


def recognises(data: bytes) -> bool:
    """Whether it is a list with one of the two sets of fields."""
    head = data[:4096]
    return (
        data[:64].lstrip()[:1] == b"["
        and b'"exposure"' in head
        and (b'"json_field"' in head or (b'"unit"' in head and b'"predicate"' in head))
    )


def read(data: bytes, name: str) -> Report:
    """One finding for each exposed unit; for one unit the settings that it lacks."""
    report = Report(FORMAT, "firmware", tool="systemd-analyze")
    listed = list(tables(document(report, data), ""))
    for pointer, item in listed:
        unit = word(item.get("unit"))
        exposure = micro(item.get("exposure"))
        if unit and exposure is not None:
            _unit(report, unit, exposure, Place(pointer))
    settings = [(pointer, table(item)) for pointer, item in listed if "json_field" in item]
    if settings:
        _settings(report, settings, posixpath.basename(name).removesuffix(".json"))
    return report


def _unit(report: Report, unit: str, exposure: int, place: Place) -> None:
    tenths = f"{exposure // MICRO}.{exposure % MICRO // (MICRO // 10)}"
    report.subjects += (unit,)
    report.row(
        "daemon",
        place,
        name=BINARIES.get(unit.removesuffix(".service"), "other"),
        unit=unit,
        level=CONFIGURED.word,
        sandboxed=exposure < MEDIUM,
        chain=place.pointer,
    )
    if exposure >= EXPOSED:
        report.finding("service without sandbox", CONFIGURED, place, f"exposure {tenths} of 10", unit)


def _settings(report: Report, settings: list[tuple[str, dict[str, object]]], unit: str) -> None:
    """What one unit lacks: the weights of what is not set add up to its exposure, in the order of their weight."""
    lacking = [
        (micro(item.get("exposure")) or 0, word(item.get("name")), pointer)
        for pointer, item in settings
        if item.get("set") is False
    ]
    lacking.sort(key=lambda one: (-one[0], one[1]))
    for pointer, item in settings:
        feature = ISOLATION.get(word(item.get("json_field")).partition("_")[0])
        if feature and item.get("set") is True:
            report.say(
                "os.isolation", (feature,), CONFIGURED, Place(pointer), word(item.get("description")), scope=unit
            )
    if lacking:
        first = ", ".join(name for _, name, _ in lacking[:8])
        report.finding(
            "sandboxing not used",
            CONFIGURED,
            Place(lacking[0][2]),
            f"{len(lacking)} settings are not set, first of all {first}",
            unit,
        )
