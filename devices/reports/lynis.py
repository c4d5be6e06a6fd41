"""Reports of Lynis (`lynis-report.dat`): lines of `key=value`, lists as `key[]=value`.

Guarantees: warnings and suggestions become findings with the number of the test; listening ports become ports; lines that are
neither are left out.  The report is of a running system: ports in it were open (`verified`).
What it does not do: take the hardening index as a judgement.
Source: `Report` calls in Lynis 3.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rulewright.devices.model import Place
from rulewright.devices.reports.base import Report, day, number, shown, text_of
from rulewright.devices.reports.services import BINARIES, PRESENT
from rulewright.facts.types import MICRO, Level

FORMAT = "Lynis report"
VERIFIED = Level.VERIFIED
MAX_LINES = 200_000
LISTEN_FIELDS = 3
PERCENT = 100
_LINE = re.compile(r"^([A-Za-z][\w-]*)(\[\])?=(.*)$")


def recognises(data: bytes) -> bool:
    """Whether it has the keys that every report of Lynis begins with."""
    head = data[:4096]
    return b"report_version_major=" in head or (b"lynis_version=" in head and b"report_datetime_start=" in head)


def read(data: bytes, name: str) -> Report:
    """Findings, ports, components of the system."""
    report = Report(FORMAT, "config", tool="Lynis")
    for line_number, line in enumerate(text_of(data, report).splitlines()[:MAX_LINES], 1):
        match = _LINE.match(line)
        if match:
            _pair(report, match[1], match[3].strip(), Place(name, line_number))
    return report


def _pair(report: Report, key: str, value: str, place: Place) -> None:
    parts = [shown(part) for part in value.split("|")]
    if key == "report_datetime_start":
        report.observed = day(value)
    elif key == "lynis_version":
        report.tool = f"Lynis {parts[0]}"
    elif key == "hostname":
        report.subjects += (parts[0],)
    elif key in {"warning", "suggestion"} and len(parts) > 1:
        report.finding(f"Lynis {key} {parts[0]}", VERIFIED, place, parts[1])
    elif key == "network_listen_port":
        _listens(report, value, place)
    elif key in {"linux_kernel_version", "os_kernel_version"} and parts[0] and parts[0] != "N/A":
        report.say("os.kernel_version", parts[0], VERIFIED, place, "the kernel that ran")
    elif key == "hardening_index" and (index := number(value)) is not None and index <= PERCENT:
        report.say("os.hardening_benchmark", index * MICRO // PERCENT, VERIFIED, place, "the index of Lynis")
    elif key in {"installed_package", "installed_packages_array"}:
        _packages(report, value, place)


def _listens(report: Report, value: str, place: Place) -> None:
    """`0.0.0.0:22|tcp|sshd|` (version 3) or `22|tcp|sshd|`: the address or nothing, the protocol, the program."""
    parts: Sequence[str] = [shown(part, 120) for part in value.split("|")]
    host, _, port = parts[0].rpartition(":")
    if len(parts) < LISTEN_FIELDS or number(port) is None or parts[1] not in {"tcp", "udp", "tcp6", "udp6"}:
        return
    protocol, local = parts[1][:3], host.strip("[]").startswith("127.") or host.strip("[]") in {"::1", "localhost"}
    kind = BINARIES.get(parts[2], "other")
    if kind in PRESENT and not local:
        report.yes(PRESENT[kind], VERIFIED, place, f"{kind} listens on {protocol}/{port}", scope=f"{protocol}/{port}")
    if not local:
        report.say(
            f"iface.open_{protocol}_ports",
            (port,),
            VERIFIED,
            place,
            f"{parts[2] or 'a program'} listens",
            scope=f"{protocol}/{port}",
        )
    report.row(
        "daemon",
        place,
        name=kind,
        binary=parts[2],
        level=VERIFIED.word,
        ports=(f"{protocol}/{port}",),
        exposed=not local,
        chain=place.pointer,
    )


def _packages(report: Report, value: str, place: Place) -> None:
    """`name,version|name,version|...`."""
    for item in value.split("|"):
        name, comma, version = item.partition(",")
        if comma and name:
            report.row("component", place, name=shown(name, 120), version=shown(version, 120))
