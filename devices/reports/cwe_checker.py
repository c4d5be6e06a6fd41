"""Reports of cwe_checker (`--json`): weaknesses that an analysis of machine code suspects.

Guarantees: one finding for each kind of weakness and program, with the number of places; a suspicion is `present`.
What it does not do: count a warning as a vulnerability.
Source: src/cwe_checker_lib/src/utils/log.rs (`CweWarning`) of cwe_checker 0.9.
"""

from __future__ import annotations

from collections import Counter

from rulewright.devices.model import Place
from rulewright.devices.reports.base import Report, document, items, table, tables, word
from rulewright.facts.types import Level

FORMAT = "cwe_checker JSON"
PRESENT = Level.PRESENT
INJECTION = "CWE78"
DANGEROUS = "CWE676"


def recognises(data: bytes) -> bool:
    """Whether it is a list of warnings named after weaknesses."""
    head = data[:65_536]
    return (
        data[:64].lstrip()[:1] in {b"[", b"{"}
        and b'"name"' in head
        and b'"CWE' in head
        and b'"addresses"' in head
        and b'"tids"' in head
    )


def read(data: bytes, name: str) -> Report:
    """Kinds of weaknesses with the number of places."""
    report = Report(FORMAT, "firmware", tool="cwe_checker", subjects=(name,) if name else ())
    value = document(report, data)
    listed = value if isinstance(value, list) else table(value).get("cwe_warnings", table(value).get("warnings"))
    count: Counter[str] = Counter()
    first: dict[str, tuple[str, str, str]] = {}
    pointer = "" if isinstance(value, list) else "/warnings"
    for at, warning in tables(listed, pointer):
        kind = word(warning.get("name"))
        if kind.startswith("CWE"):
            count[kind] += 1
            address = next((word(item) for item in items(warning.get("addresses"))), "")
            first.setdefault(kind, (at, word(warning.get("description")), address))
    for kind, number in sorted(count.items()):
        at, text, address = first[kind]
        report.finding(
            kind.replace("CWE", "CWE-"), PRESENT, Place(at), f"{number} places, the first at {address}: {text}", name
        )
    if isinstance(listed, list):
        place = Place(first[INJECTION][0]) if INJECTION in first else Place("/")
        report.say(
            "input.command_injection_found",
            count[INJECTION],
            PRESENT,
            place,
            "calls of a shell with foreign input, as suspected",
            scope=name,
        )
        place = Place(first[DANGEROUS][0]) if DANGEROUS in first else Place("/")
        report.say("bin.banned_functions", count[DANGEROUS], PRESENT, place, "calls of dangerous functions", scope=name)
    return report
