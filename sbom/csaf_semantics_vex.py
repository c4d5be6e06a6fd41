"""Tests of CSAF on profiles, as far as they are about products and vulnerabilities: 6.1.27.3 to 6.1.27.13.

Guarantees: as `csaf_semantics_profile`; groups of products count as their members.
"""

from __future__ import annotations

from functools import cached_property

import msgspec

from rulewright.sbom.csaf_semantics_profile import CODE
from rulewright.sbom.csaf_semantics_view import STATUS_GROUPS, Fields, Report, View, child, objects, text
from rulewright.sbom.findings import shown

_ADVISORIES = frozenset({"csaf_security_advisory", "csaf_vex", "csaf_deprecated_security_advisory"})
_WITHOUT = frozenset({"csaf_informational_advisory"})
_WITHOUT_NEWER = _WITHOUT | {"csaf_withdrawn", "csaf_superseded"}
_VEX = ("fixed", "known_affected", "known_not_affected", "under_investigation")
_VERSIONS = frozenset({"product_version", "product_version_range", "patch_level", "service_pack"})
_Family = tuple[object, ...]


def check(view: View, report: Report) -> None:
    """Make the tests."""
    category = view.category
    if category in (_WITHOUT_NEWER if view.newer else _WITHOUT) and "vulnerabilities" in view.root:
        report.fail(CODE, "6.1.27.3", f"`{category}` is not to list vulnerabilities", "/vulnerabilities")
    if category not in _ADVISORIES or (category == "csaf_deprecated_security_advisory" and not view.newer):
        return
    for clause, key in (("6.1.27.4", "product_tree"), ("6.1.27.11", "vulnerabilities")):
        if key not in view.root:
            report.fail(CODE, clause, f"`{category}` asks for `{key}`", "")
    versions = _Versions(view)
    for place, vulnerability in view.vulnerabilities:
        _fields(view, vulnerability, place, report)
        if category == "csaf_vex":
            _vex(view, vulnerability, place, report)
        if category == "csaf_security_advisory" and view.newer:
            _affected(view, vulnerability, place, versions, report)


def _fields(view: View, vulnerability: Fields, place: str, report: Report) -> None:
    """Judge what each vulnerability of an advisory is to have: 6.1.27.5 to 6.1.27.7."""
    if "notes" not in vulnerability:
        report.fail(CODE, "6.1.27.5", "the vulnerability has no notes", place)
    if view.category != "csaf_vex":
        if "product_status" not in vulnerability:
            report.fail(CODE, "6.1.27.6", "the vulnerability has no `product_status`", place)
    elif not any(key in child(vulnerability, "product_status") for key in _VEX):
        message = "no product is fixed, known affected, known not affected or under investigation"
        report.fail(CODE, "6.1.27.7", message, f"{place}/product_status")


def _vex(view: View, vulnerability: Fields, place: str, report: Report) -> None:
    """Judge what VEX asks for beyond that: 6.1.27.8 to 6.1.27.10."""
    ids = list(objects(vulnerability, "ids", place))
    statuses = list(view.statuses(vulnerability))
    if "cve" not in vulnerability:
        if "ids" not in vulnerability:
            report.fail(CODE, "6.1.27.8", "the vulnerability has neither a CVE nor another id", place)
        elif view.newer and ids and all("product_ids" in i or "group_ids" in i for _, i in ids):
            named = set[str]().union(*(view.concerned(i) for _, i in ids))
            for key, number, ident in statuses:
                if ident not in named:
                    message = f"no id of the vulnerability is about `{shown(ident)}`"
                    report.fail(CODE, "6.1.27.8", message, f"{place}/product_status/{key}/{number}")
    impacts = [said for _, said in objects(vulnerability, "flags", place)]
    impacts += [t for _, t in objects(vulnerability, "threats", place) if text(t, "category") == "impact"]
    actions = [said for _, said in objects(vulnerability, "remediations", place)]
    wanted = {"known_not_affected": ("6.1.27.9", "impact", impacts), "known_affected": ("6.1.27.10", "action", actions)}
    covered = {key: set[str]().union(*(view.concerned(s) for s in said)) for key, (_, _, said) in wanted.items()}
    for key, number, ident in statuses:
        if key in wanted and ident not in covered[key]:
            clause, kind, _ = wanted[key]
            message = f"there is no {kind} statement on `{shown(ident)}`"
            report.fail(CODE, clause, message, f"{place}/product_status/{key}/{number}")


# --- 6.1.27.12 and 6.1.27.13 -------------------------------------------------------------------------------------------


def _affected(view: View, vulnerability: Fields, place: str, versions: _Versions, report: Report) -> None:
    """Judge that affected products are listed, and of each fixed product a version: 6.1.27.12 and 6.1.27.13."""
    if "known_affected" not in child(vulnerability, "product_status"):
        report.fail(CODE, "6.1.27.12", "the vulnerability lists no affected products", f"{place}/product_status")
    statuses = list(view.statuses(vulnerability))
    affected = {ident for key, _, ident in statuses if STATUS_GROUPS[key] == "affected"}
    families = versions.families
    known = {families.get(ident, (ident,)) for ident in affected}
    patched = set[str]().union(*(versions.patches.get(ident, ()) for ident in affected))
    for key, number, ident in statuses:
        if STATUS_GROUPS[key] != "fixed" or ident in patched or ident not in view.products:
            continue
        if families.get(ident, (ident,)) not in known:
            message = f"no version of `{shown(ident)}` is listed as affected"
            report.fail(CODE, "6.1.27.13", message, f"{place}/product_status/{key}/{number}")


class _Versions(msgspec.Struct, eq=False, dict=True):
    """What products have to do with one another."""

    view: View

    @cached_property
    def families(self) -> dict[str, _Family]:
        """Products to what all versions of them have in common.

        A product outside of the branches says nothing of its versions: all such products count as one family.
        """
        found: dict[str, _Family] = {}
        for definition in self.view.definitions:
            names = tuple(step for step in definition.path if step[0] not in _VERSIONS)
            found.setdefault(definition.ident, ("product", names))
        for _, relation in objects(self.view.tree, "product_paths", ""):
            ident = text(child(relation, "full_product_name"), "product_id")
            begin = text(relation, "beginning_product_reference")
            steps: list[tuple[str, str]] = []
            for _, step in objects(relation, "subpaths", ""):
                if text(step, "category") == "installed_with":
                    break
                steps.append((text(step, "category"), text(step, "next_product_reference")))
            # a path of paths counts by its own name: families do not grow into one another
            family = ("ref", begin) if begin in self._paths else found.get(begin, (begin,))
            found[ident] = ("path", family, tuple(steps)) if steps else family
        return found

    @cached_property
    def _paths(self) -> frozenset[str]:
        """Products that are defined by paths."""
        listed = objects(self.view.tree, "product_paths", "")
        return frozenset(text(child(path, "full_product_name"), "product_id") for _, path in listed)

    @cached_property
    def patches(self) -> dict[str, set[str]]:
        """Products with those that they are installed with: a hotfix has no affected version of its own."""
        found: dict[str, set[str]] = {}
        for _, relation in objects(self.view.tree, "product_paths", ""):
            steps = [step for _, step in objects(relation, "subpaths", "")]
            with_ = [text(s, "next_product_reference") for s in steps if text(s, "category") == "installed_with"]
            if with_:
                found.setdefault(text(relation, "beginning_product_reference"), set()).update(with_)
        return found
