"""Reports of other tools, as facts: which reader takes which bytes.

Guarantees: a report is known by its content, never by its name; every reader gives a `Report` for any bytes and never raises;
what cannot be read is a note (RW1520 to RW1529).  What it does not do: open files, merge with other facts.
"""

from __future__ import annotations

from importlib import import_module

from rulewright.devices.reports.base import Reader, Report

__all__ = ["FORMATS", "Reader", "Report", "recognise"]

_MODULES = (
    "nmap", "mud", "emba", "fact", "unblob", "systemd_security", "cve_bin_tool", "cwe_checker", "checksec", "emba_csv", "lynis",
)  # fmt: skip
"""Surest first: those that follow have weaker marks."""
FORMATS = (
    "nmap XML", "MUD (RFC 8520)", "EMBA SBOM", "FACT REST JSON", "unblob JSON", "systemd-analyze security JSON", "cve-bin-tool",
    "cwe_checker JSON", "checksec", "EMBA CSV", "Lynis report",
)  # fmt: skip


def recognise(data: bytes, name: str = "") -> Reader | None:
    """The reader for a report, known by its content; `None` where no reader knows it.  `name` is for messages only."""
    del name
    for module_name in _MODULES:
        module = import_module(f"{__name__}.{module_name}")
        reader = Reader(module.FORMAT, module.recognises, module.read)
        if reader.recognises(data):
            return reader
    return None
