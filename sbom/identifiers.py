"""Semantic checks that both formats share: package URLs, CPEs, licences, hashes.

Guarantees: each distinct value is checked once.  The rules themselves are those of `facts.identity`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rulewright.facts.types import State
from rulewright.sbom import hashes, words
from rulewright.sbom.findings import NOTE, WARNING, Findings, shown

Placed = Iterable[tuple[str | None, Callable[[], str]]]
"""Values with what gives the pointer of each."""


def _each(values: Placed, problem: Callable[[str], str | None], report: Callable[[str, str, str], None]) -> None:
    """Check each distinct value once and report every place of a bad one."""
    known: dict[str, str | None] = {}
    for value, pointer in values:
        if not value or isinstance(words.text(value), State):
            continue
        if value not in known:
            known[value] = problem(value)
        reason = known[value]
        if reason is not None:
            report(value, reason, pointer())


def purls(values: Placed, findings: Findings) -> None:
    """Package URLs."""
    from rulewright.facts.identity import purl

    def report(value: str, reason: str, pointer: str) -> None:
        findings.add("RW1203", WARNING, f"`{shown(value)}` is not a valid package URL: {reason}", pointer)

    _each(values, purl.problem, report)


def cpes(values: Placed, findings: Findings) -> None:
    """CPE names."""
    from rulewright.facts.identity import cpe

    def report(value: str, _reason: str, pointer: str) -> None:
        findings.add("RW1204", WARNING, f"`{shown(value)}` is not a valid CPE", pointer)

    _each(values, lambda value: None if cpe.is_valid(value) else "", report)


def expressions(values: Placed, findings: Findings) -> None:
    """Licence expressions."""
    from rulewright.facts.identity import licenses

    def problem(value: str) -> str | None:
        fault = None if value in {"NONE", "NOASSERTION"} else licenses.problem(value)
        return None if fault is None else str(getattr(fault, "message", fault))

    def report(value: str, reason: str, pointer: str) -> None:
        findings.add("RW1205", WARNING, f"`{shown(value)}` is not a valid licence: {shown(reason, 100)}", pointer)

    _each(values, problem, report)


def license_ids(values: Placed, findings: Findings) -> None:
    """Single identifiers, which have to be in the SPDX list as written."""
    from rulewright.facts.identity import licenses

    known = frozenset(licenses.known_ids())

    def report(value: str, _reason: str, pointer: str) -> None:
        findings.add("RW1205", WARNING, f"`{shown(value)}` is no identifier of the SPDX licence list", pointer)

    _each(values, lambda value: None if value in known else "", report)


def check_hash(algorithm: str | None, value: str | None, pointer: str, findings: Findings) -> None:
    """One hash."""
    if algorithm and value and not hashes.well_formed(hashes.algorithm(algorithm), value):
        findings.add("RW1206", WARNING, f"`{shown(value)}` is not a value of {shown(algorithm, 20)}", pointer)


def check_name(name: str | None, purl: str | None, version: str | None, pointer: str, findings: Findings) -> None:
    """The name and version of a component against those of its package URL."""
    from rulewright.facts.identity import purl as purls_

    read = purls_.parse(purl) if purl else None
    if read is None or not name:
        return
    plain = name.lower()
    if read.name.lower() not in plain and plain.rpartition("/")[2] not in read.name.lower():
        findings.add("RW1218", NOTE, f"the name is `{shown(name)}`, the purl names `{shown(read.name)}`", pointer)
    elif version and read.version and version.removeprefix("v") != read.version.removeprefix("v"):
        message = f"the version is `{shown(version)}`, the purl's is `{shown(read.version)}`"
        findings.add("RW1218", NOTE, message, pointer)
