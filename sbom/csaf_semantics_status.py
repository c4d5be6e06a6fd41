"""Tests of CSAF on what is said of products: 6.1.6, 6.1.23, 6.1.24, 6.1.29, 6.1.32, 6.1.33, 6.1.35, 6.1.36.

Guarantees: groups of products count as their members.
"""

from __future__ import annotations

from rulewright.sbom.csaf_semantics_view import STATUS_GROUPS, Fields, Report, View, objects, text
from rulewright.sbom.findings import shown

CODE = "RW1251"
_EXCLUSIVE = {
    "optional_patch": {"workaround", "mitigation", "vendor_fix", "none_available", "fix_planned", "no_fix_planned"},
    "none_available": {"workaround", "mitigation", "vendor_fix", "fix_planned", "no_fix_planned"},
    "fix_planned": {"vendor_fix", "no_fix_planned"},
    "no_fix_planned": {"vendor_fix"},
}
"""Categories of remediation that exclude one another (CSAF 2.1, 3.2.4.14.1); each pair stands once."""
_PROHIBITED = {
    "workaround": {"not affected", "fixed"},
    "mitigation": {"not affected", "fixed"},
    "vendor_fix": {"not affected", "fixed"},
    "optional_patch": {"affected"},
    "none_available": {"not affected", "fixed"},
    "fix_planned": {"fixed"},
    "no_fix_planned": {"fixed"},
}
"""Groups of statuses that a category of remediation excludes (same clause)."""
_JUSTIFICATIONS = frozenset({
    "component_not_present", "inline_mitigations_already_exist", "vulnerable_code_cannot_be_controlled_by_adversary",
    "vulnerable_code_not_in_execute_path", "vulnerable_code_not_present",
})  # fmt: skip


def check(view: View, report: Report) -> None:
    """Make the tests."""
    cves: set[str] = set()
    for place, vulnerability in view.vulnerabilities:
        cve = text(vulnerability, "cve")
        if cve and cve in cves:
            message = f"another vulnerability of the document is `{shown(cve)}` too"
            report.fail(CODE, "6.1.23", message, f"{place}/cve")
        cves.add(cve)
        groups = _contradictions(view, vulnerability, place, report)
        _without_products(vulnerability, place, report)
        _involvements(vulnerability, place, report)
        _flags(view, vulnerability, place, report)
        if view.newer:
            _remediations(view, vulnerability, place, groups, report)


def _contradictions(view: View, vulnerability: Fields, place: str, report: Report) -> dict[str, set[str]]:
    """Judge product statuses: 6.1.6.  Gives the products of each group."""
    found: dict[str, set[str]] = {}
    members: dict[str, set[str]] = {}
    for key, number, ident in view.statuses(vulnerability):
        group = STATUS_GROUPS[key]
        said = found.setdefault(ident, set())
        against = said - {group, "recommended"}
        if against and group != "recommended" and (view.newer or key != "unknown") and group not in said:
            message = f"`{shown(ident)}` is {group} and {min(against)}"
            report.fail(CODE, "6.1.6", message, f"{place}/product_status/{key}/{number}")
        if view.newer or key != "unknown":
            said.add(group)
            members.setdefault(group, set()).add(ident)
    return members


def _without_products(vulnerability: Fields, place: str, report: Report) -> None:
    """Look for what is said of no product: 6.1.29 and 6.1.32."""
    for clause, key in (("6.1.29", "remediations"), ("6.1.32", "flags")):
        for at, said in objects(vulnerability, key, place):
            if "product_ids" not in said and "group_ids" not in said:
                report.fail(CODE, clause, "neither `product_ids` nor `group_ids` says which products it is about", at)


def _involvements(vulnerability: Fields, place: str, report: Report) -> None:
    """Look for parties that are involved twice at one date: 6.1.24."""
    seen: set[tuple[str, str]] = set()
    for at, said in objects(vulnerability, "involvements", place):
        party = text(said, "party"), text(said, "date")
        if party in seen:
            message = f"the party `{shown(party[0])}` is listed more than once for one date"
            report.fail(CODE, "6.1.24", message, at)
        seen.add(party)


def _flags(view: View, vulnerability: Fields, place: str, report: Report) -> None:
    """Look for products with more than one justification: 6.1.33."""
    seen: set[str] = set()
    for at, said in objects(vulnerability, "flags", place):
        if text(said, "label") not in _JUSTIFICATIONS:
            continue
        concerned = view.concerned(said)
        twice = concerned & seen
        if twice:
            message = f"`{shown(min(twice))}` has more than one justification"
            report.fail(CODE, "6.1.33", message, at)
        seen |= concerned


def _remediations(
    view: View, vulnerability: Fields, place: str, groups: dict[str, set[str]], report: Report
) -> None:  # fmt: skip
    """Judge remediations by one another and by product statuses: 6.1.35 and 6.1.36."""
    by_category: dict[str, set[str]] = {}
    for at, said in objects(vulnerability, "remediations", place):
        category = text(said, "category")
        concerned = view.concerned(said)
        others = _EXCLUSIVE.get(category, set()) | {c for c, against in _EXCLUSIVE.items() if category in against}
        for other in sorted(others & by_category.keys()):
            both = concerned & by_category[other]
            if both:
                message = f"`{shown(min(both))}` has `{shown(category)}` and `{other}`"
                report.fail(CODE, "6.1.35", message, at)
                break
        for status in sorted(_PROHIBITED.get(category, ())):
            both = concerned & groups.get(status, set())
            if both:
                report.fail(CODE, "6.1.36", f"`{shown(min(both))}` has `{shown(category)}` and is {status}", at)
                break
        by_category.setdefault(category, set()).update(concerned)
