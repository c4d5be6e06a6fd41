"""Services and vulnerabilities of a CycloneDX document out of facts.

Guarantees: a vulnerability is written for each row of the facts, with the statement on it (VEX) in CycloneDX's words.
It interprets no statement.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.sbom.cyclonedx_vulnerabilities import VEX
from rulewright.sbom.write_common import Names, decimal, filled, midnight
from rulewright.sbom.write_cyclonedx_components import entity, property_
from rulewright.sbom.write_view import Tree, View

_V = "vulnerability"
_STATES = {
    "affected": "exploitable", "under_investigation": "in_triage", "not_affected": "not_affected", "fixed": "resolved",
}  # fmt: skip
_JUSTIFICATIONS = {
    "component_not_present": "code_not_present",
    "vulnerable_code_not_present": "code_not_present",
    "vulnerable_code_not_in_execute_path": "code_not_reachable",
    "vulnerable_code_cannot_be_controlled_by_adversary": "requires_environment",
    "inline_mitigations_already_exist": "protected_by_mitigating_control",
}
"""The words of OpenVEX and CSAF, and the nearest of CycloneDX."""
_METHODS = (("CVSS:4", "CVSSv4"), ("CVSS:3.1", "CVSSv31"), ("CVSS:3", "CVSSv3"), ("AV:", "CVSSv2"))


def services(view: View, names: Names) -> list[Tree]:
    """The services."""
    return [_service(view, names, row) for row in view.rows("service")]


def _service(view: View, names: Names, row: int) -> Tree:
    def text(field: str) -> str | None:
        return view.text("service", field, row)

    ref = text("id")
    classes = view.words("service", "data_classifications", row)
    return filled([
        ("bom-ref", names.give(ref) if ref else None),
        ("provider", entity(text("provider"), None)),
        ("name", text("name") or "unknown"),
        ("version", text("version")),
        ("endpoints", list(view.words("service", "endpoints", row))),
        ("authenticated", view.flag("service", "authenticated", row)),
        ("x-trust-boundary", view.flag("service", "crosses_trust_boundary", row)),
        ("data", [{"flow": "unknown", "classification": word} for word in classes]),
    ])  # fmt: skip


def vulnerabilities(view: View, refs: Sequence[str | None], names: Names) -> list[Tree]:
    """The vulnerabilities."""
    owners: dict[int, list[str]] = {}
    for parent, row in view.pairs(_V, "component"):
        ref = refs[parent]
        if ref is not None:
            owners.setdefault(row, []).append(ref)
    return [_vulnerability(view, row, sorted(owners.get(row, ())), names) for row in view.rows(_V)]


def _vulnerability(view: View, row: int, owners: list[str], names: Names) -> Tree:
    ident = view.text(_V, "id", row)
    source = view.text(_V, "source", row)
    exploited = view.flag(_V, "exploited", row)
    aliases = view.words(_V, "aliases", row)
    updates = "update" in view.words(_V, "response", row)
    fix = view.flag(_V, "fix_available", row) and not updates
    return filled([
        ("bom-ref", names.give(f"vulnerability:{ident or row + 1}") if ident else None),
        ("id", ident),
        ("source", {"name": source} if source else None),
        ("references", [{"id": alias, "source": {"name": alias.partition("-")[0]}} for alias in aliases]),
        ("ratings", _ratings(view, row)),
        ("cwes", sorted(int(word) for word in view.words(_V, "cwes", row) if word.isascii() and word.isdecimal())),
        ("recommendation", _recommended(view.words(_V, "fixed_versions", row)) if fix else None),
        ("published", _day(view.number(_V, "published", row))),
        ("updated", _day(view.number(_V, "updated", row))),
        ("analysis", _analysis(view, row)),
        ("affects", [{"ref": ref} for ref in owners]),
        ("properties", None if exploited is None else [property_("rulewright:exploited", str(exploited).lower())]),
    ])  # fmt: skip


def _recommended(versions: Sequence[str]) -> str:
    return f"update to {' or '.join(versions)}" if versions else "a fix is available"


def _day(day: int | None) -> str | None:
    return None if day is None else midnight(day)


def _ratings(view: View, row: int) -> list[Tree]:
    """One rating: the highest severity and score."""
    score, severity, vector = (
        view.number(_V, "score", row),
        view.value(_V, "severity", row),
        view.text(_V, "vector", row),
    )
    method = next((name for start, name in _METHODS if vector and vector.startswith(start)), None)
    rating = filled([
        ("score", None if score is None else decimal(score)), ("severity", severity), ("method", method), ("vector", vector),
    ])  # fmt: skip
    return [rating] if rating else []


def _analysis(view: View, row: int) -> Tree | None:
    """The statement on exploitability."""
    native, status = view.value(_V, "vex_state", row), view.value(_V, "vex", row)
    state = native if native in VEX and VEX[str(native)] == status else _STATES.get(str(status))
    reason = view.text(_V, "justification", row)
    return filled([
        ("state", state),
        ("justification", _JUSTIFICATIONS.get(reason or "", reason)),
        ("response", list(view.words(_V, "response", row))),
        ("detail", view.text(_V, "detail", row)),
    ]) or None  # fmt: skip
