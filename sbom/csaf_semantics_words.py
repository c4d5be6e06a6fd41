"""Tests of CSAF on values from elsewhere: 6.1.11 to 6.1.13, 6.1.25, 6.1.42 to 6.1.44, 6.1.54, 6.1.55, 6.1.61.

Guarantees: nothing is looked up but the tables of this package; a version of the CWE list that they do not have is a note.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from importlib.resources import files

from rulewright.facts.identity import licenses, purl
from rulewright.facts.identity.data import spdx_ids
from rulewright.sbom.csaf_semantics_languages import is_language
from rulewright.sbom.csaf_semantics_view import Fields, Report, View, objects, strings, text
from rulewright.sbom.findings import shown

CODE = "RW1255"
_STARS = (("6.1.43", "model_numbers"), ("6.1.44", "serial_numbers"), ("6.1.61", "skus"))
_STAR = re.compile(r"\\.|\*", re.DOTALL)
_TOKEN = re.compile(r"\s*(?:(\()|(\))|([A-Za-z0-9.-]+)(\+?)(?=[\s()]|\Z))")
_OPERATORS = {"AND", "OR", "and", "or"}


def check(view: View, report: Report) -> None:
    """Make the tests."""
    for key in ("lang", "source_lang"):
        stated = view.document.get(key)
        if isinstance(stated, str) and not is_language(stated):
            report.fail(CODE, "6.1.12", f"`{shown(stated)}` names no language", f"/document/{key}")
    for definition in view.definitions:
        helper = definition.product.get("product_identification_helper")
        if isinstance(helper, dict):
            _helper(helper, f"{definition.place}/product_identification_helper", newer=view.newer, report=report)
    for place, vulnerability in view.vulnerabilities:
        listed = list(objects(vulnerability, "cwes", place))
        single = vulnerability.get("cwe")
        listed += [(f"{place}/cwe", single)] if isinstance(single, dict) else []
        for at, weakness in listed:
            _weakness(weakness, at, report)
    expression = view.document.get("license_expression")
    if isinstance(expression, str):
        _licence(view, expression, report)


def _helper(helper: Fields, place: str, *, newer: bool, report: Report) -> None:
    """Judge what identifies a product: 6.1.13, 6.1.25, 6.1.42 to 6.1.44, 6.1.61."""
    stated = [(f"{place}/purl", text(helper, "purl"))] if "purl" in helper else []
    stated += [(f"{place}/purls/{number}", value) for number, value in strings(helper, "purls")]
    bases: set[tuple[object, ...]] = set()
    for at, value in stated:
        problem = purl.problem(value)
        if problem is not None:
            report.fail(CODE, "6.1.13", f"`{shown(value)}` is no package URL: {problem}", at)
        read = purl.parse(value)
        if read is not None:
            bases.add((read.type, read.namespace, read.name, read.version, read.subpath))
    if len(bases) > 1:
        report.fail(CODE, "6.1.42", "the package URLs differ in more than their qualifiers", f"{place}/purls")
    for at, file in objects(helper, "hashes", place):
        used = Counter(text(h, "algorithm") for _, h in objects(file, "file_hashes", at))
        twice = sorted(name for name, number in used.items() if number > 1)
        if twice:
            message = f"the file has more than one hash of `{shown(twice[0], 20)}`"
            report.fail(CODE, "6.1.25", message, f"{at}/file_hashes")
    for clause, key in _STARS if newer else ():
        for number, value in strings(helper, key):
            if sum(found == "*" for found in _STAR.findall(value)) > 1:
                message = f"`{shown(value)}` has more than one star that is not escaped"
                report.fail(CODE, clause, message, f"{place}/{key}/{number}")


# --- weaknesses --------------------------------------------------------------------------------------------------------


@cache
def _weaknesses() -> tuple[dict[str, int], dict[str, list[tuple[int, str]]]]:
    """Give the versions of the CWE list in order, and of each weakness its names by the version they begin with."""
    first, *rows = (files("rulewright.sbom") / "csaf_tables" / "cwe.txt").read_text("utf-8").splitlines()
    versions = {version: number for number, version in enumerate(first.split(" "))}
    found: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        ident, version, name = row.split("\t")
        found.setdefault(f"CWE-{ident}", []).append((versions[version], name))
    return versions, found


def _weakness(weakness: Fields, place: str, report: Report) -> None:
    """Judge a weakness by the version that it names, or by all of them: 6.1.11."""
    versions, known = _weaknesses()
    ident, name, version = text(weakness, "id"), text(weakness, "name"), text(weakness, "version")
    names = known.get(ident, [])
    if "version" in weakness and version not in versions:
        report.undecided("6.1.11", f"version `{shown(version, 20)}` of the CWE list is not known here", place)
        return
    if "version" in weakness:
        names = [n for n in names if n[0] <= versions[version]][-1:]
    names = [n for n in names if n[1]]
    within = f" in version {version}" if version else ""
    if not names:
        report.fail(CODE, "6.1.11", f"`{shown(ident, 20)}` is no weakness of the CWE list{within}", f"{place}/id")
    elif name not in {n[1] for n in names}:
        message = f"`{shown(ident, 20)}` is called `{names[-1][1]}`{within}"
        report.fail(CODE, "6.1.11", message, f"{place}/name")


# --- licence -----------------------------------------------------------------------------------------------------------


def _licence(view: View, expression: str, report: Report) -> None:
    """Judge the licence of the document: 6.1.54 and 6.1.55."""
    place = "/document/license_expression"
    names = _names(expression)
    if names is None:
        report.fail(CODE, "6.1.54", f"`{shown(expression)}` is no licence expression", place)
        return
    known = {*licenses.known_ids(), *spdx_ids.DEPRECATED.split(), *spdx_ids.EXCEPTIONS.split()}
    foreign = [n for n in names if n not in known and not licenses.is_scancode_ref(n)]
    if not foreign or not view.english:
        return
    titled = [note for _, note in objects(view.document, "notes", "") if text(note, "title") == "License"]
    if len(titled) != 1 or text(titled[0], "category") != "legal_disclaimer":
        message = f"`{shown(foreign[0])}` asks for one note with the title `License`, a legal disclaimer"
        report.fail(CODE, "6.1.55", message, "/document/notes")


def _names(expression: str) -> list[str] | None:
    """Give the licences and exceptions of an expression; `None` where it is none.

    Any id that could be one counts (SPDX 3.0.1, annex on licence expressions); references into other documents do not.
    """
    names: list[str] = []
    depth, at, wanted = 0, 0, True
    exception = False
    expression = expression.rstrip()
    while at < len(expression):
        found = _TOKEN.match(expression, at)
        if found is None:
            return None
        at = found.end()
        opens, closes, word, plus = found.groups()
        if opens or closes:
            depth += 1 if opens else -1
            if depth < 0 or exception or wanted != bool(opens):
                return None
        elif not wanted:
            exception = word in {"WITH", "with"}
            if plus or not (exception or word in _OPERATORS):
                return None
            wanted = True
        else:
            if word.lower().startswith("licenseref-") and (plus or not word.startswith("LicenseRef-")):
                return None
            if word.upper() in {"AND", "OR", "WITH"} or (exception and plus):
                return None
            names.append(word)
            wanted = exception = False
    return None if wanted or depth else names
