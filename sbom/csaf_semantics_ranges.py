"""Tests of CSAF on names of versions and ranges: 6.1.31, 6.1.50, 6.1.59.

Guarantees: a range of a scheme that is known is judged as canonical; of another one only the form is, and a note names it.
"""

from __future__ import annotations

import re

from rulewright.facts.identity.version_keys import ALIASES
from rulewright.facts.identity.versions import Vers, known_schemes
from rulewright.sbom.csaf_semantics_view import Report, View, text
from rulewright.sbom.findings import shown

CODE = "RW1256"
_WORDS = frozenset({"after", "all", "before", "earlier", "later", "prior", "versions"})
_CONSTRAINT = re.compile(r"(<=|>=|!=|<|>|=|)([^<>=!|*\s]+)\Z")
_SCHEME = re.compile(r"[a-z][a-z0-9.+-]*\Z")


def check(view: View, report: Report) -> None:
    """Make the tests."""
    for place, branch, _ in view.branches:
        category, name = text(branch, "category"), text(branch, "name")
        if category == "product_version" and _is_range(name):
            message = f"`{shown(name)}` is a range, not a version"
            report.fail(CODE, "6.1.31", message, f"{place}/name")
        elif category == "product_version_range" and view.newer:
            _range(name, f"{place}/name", report)


def _is_range(name: str) -> bool:
    """Whether the name of a version speaks of more than one."""
    lower = name.lower()
    if "<" in lower or ">" in lower:
        return True
    return not _WORDS.isdisjoint(lower.split())


def _range(name: str, place: str, report: Report) -> None:
    """Judge the name of a range: 6.1.50 and 6.1.59."""
    scheme, slash, listed = name.removeprefix("vers:").partition("/")
    named = name.startswith("vers:")
    if not named:
        scheme, listed = "", name
    problem = _problem(scheme, listed) if not named or slash else "it has no constraints"
    if problem is None and named and scheme not in {"all", "none"}:
        if ALIASES.get(scheme, scheme) in known_schemes():
            read = Vers.parse(name)
            problem = read if isinstance(read, str) else None
        else:
            report.undecided("6.1.50", f"the order of versions of type `{shown(scheme)}` is not known", place)
    if problem is not None:
        report.fail(CODE, "6.1.50", f"`{shown(name)}` is no range of versions: {problem}", place)
    elif _is_single(listed) and (scheme or not named):
        report.fail(CODE, "6.1.59", f"`{shown(name)}` is a single version", place)


def _problem(scheme: str, listed: str) -> str | None:
    """Say what is wrong with the form of a range."""
    if scheme == "all":
        return None if listed == "*" else "`vers:all` is followed by `*` alone"
    if scheme and not _SCHEME.match(scheme):
        return "its type is not written as types are"
    if scheme and listed == "*":
        return None
    for constraint in listed.split("|"):
        if not _CONSTRAINT.match(constraint):
            return f"`{shown(constraint, 30)}` is no constraint"
    return None


def _is_single(listed: str) -> bool:
    """Whether the constraints leave one version."""
    parts = [found for c in listed.split("|") if (found := _CONSTRAINT.match(c))]
    if len(parts) == 1:
        return parts[0][1] in {"", "="}
    return len(parts) == 2 and {p[1] for p in parts} == {"<=", ">="} and parts[0][2] == parts[1][2]
