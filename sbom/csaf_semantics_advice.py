"""What CSAF recommends of products and vulnerabilities, and of the document: most tests of section 6.2, as notes.

Guarantees: one note for each test, with its first place and how many more there are.  Left out are tests that need a
network, a clock or a list that is not here, and the order of keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rulewright.facts.identity import licenses
from rulewright.sbom.csaf_semantics_products import product_references
from rulewright.sbom.csaf_semantics_times import Instant, instant
from rulewright.sbom.csaf_semantics_view import STATUS_GROUPS, Fields, Report, View, child, objects, strings, text
from rulewright.sbom.findings import NOTE, shown

CODE = "RW1260"
Advice = Iterator[tuple[str, str, str]]
"""Clause, message and place."""
_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,}\Z", re.IGNORECASE)
_PRIVATE = re.compile(r"(?:x|q[a-t][a-z]|qa[a-b][a-x]|aa|q[m-z]|x[a-z]|zz)\Z")
"""Subtags for private use; in the place of a language, `aa` is Afar."""
_FILE = re.compile(r"[^+\-a-z0-9]+")
_DISCOURAGED = {
    "optional_patch": {"fixed"},
    "vendor_fix": {"under investigation", "unknown"},
    "mitigation": {"under investigation", "unknown"},
    "workaround": {"under investigation", "unknown"},
    "fix_planned": {"under investigation", "unknown", "not affected"},
    "no_fix_planned": {"not affected"},
}
"""Categories of remediation with the groups of statuses that they had better not meet (CSAF 2.1, 3.2.4.14.1)."""


def check(view: View, report: Report) -> None:
    """Make the tests, one note each."""
    first: dict[str, tuple[str, str]] = {}
    count: dict[str, int] = {}
    parts = [_products(view), _vulnerabilities(view), _history(view), _document(view)]
    for clause, message, place in (advice for part in parts for advice in part):
        first.setdefault(clause, (message, place))
        count[clause] = count.get(clause, 0) + 1
    for clause, (message, place) in first.items():
        more = f" (and {count[clause] - 1} more)" if count[clause] > 1 else ""
        report.findings.add(CODE, NOTE, f"{clause}: {message}{more}", place)


def _products(view: View) -> Advice:
    """Products: 6.2.1, 6.2.8, 6.2.9, 6.2.16; their branches: 6.2.18, 6.2.48."""
    referred = {ident for _, ident in product_references(view)}
    for definition in view.definitions:
        if definition.ident not in referred and view.category != "csaf_informational_advisory":
            yield "6.2.1", f"nothing refers to `{shown(definition.ident)}`", f"{definition.place}/product_id"
        helper = child(definition.product, "product_identification_helper")
        if not helper:
            yield "6.2.16", f"nothing identifies `{shown(definition.ident)}`", definition.place
        place = f"{definition.place}/product_identification_helper"
        for at, file in objects(helper, "hashes", place):
            used = {text(h, "algorithm") for _, h in objects(file, "file_hashes", at)}
            for clause, weak in (("6.2.8", "md5"), ("6.2.9", "sha1")):
                if used == {weak}:
                    yield clause, f"`{weak}` is the only hash of the file", at
    for place, branch, _ in view.branches:
        category, name = text(branch, "category"), text(branch, "name")
        if category == "product_version_range" and not name.startswith("vers:"):
            message = f"`{shown(name)}` is not written as VERS: see whether it can be, or list the versions"
            yield "6.2.18", message, f"{place}/name"
        if view.newer and category == "vendor" and "".join(name.lower().split()) == "opensource":
            yield "6.2.48", f"`{shown(name)}` is no vendor", f"{place}/name"


def _vulnerabilities(view: View) -> Advice:
    """Vulnerabilities: 6.2.7, 6.2.17, 6.2.47, and what is said of products."""
    for place, vulnerability in view.vulnerabilities:
        yield from _covered(view, vulnerability, place)
        if view.newer:
            yield from _combined(view, vulnerability, place)
        for at, said in objects(vulnerability, "involvements", place):
            if "date" not in said:
                yield "6.2.7", "the involvement has no date", at
        for at, said in objects(vulnerability, "ids", place):
            if _CVE.match(text(said, "text")):
                yield "6.2.17", f"`{shown(text(said, 'text'))}` belongs into `cve`", at
        for at, content, _, source in view.scores(vulnerability, place):
            if view.newer and "qualitative_severity_rating" in content and not source:
                yield "6.2.47", "the issuing party rates in words", f"{at}/qualitative_severity_rating"


def _covered(view: View, vulnerability: Fields, place: str) -> Advice:
    """Products without a remediation or a score: 6.2.2 and 6.2.3."""
    remedied = set[str]().union(*(view.concerned(said) for _, said in objects(vulnerability, "remediations", place)))
    scored = {t for _, _, owner, _ in view.scores(vulnerability, place) for _, t in strings(owner, "products")}
    for key, number, ident in view.statuses(vulnerability):
        at = f"{place}/product_status/{key}/{number}"
        if STATUS_GROUPS[key] in {"affected", "under investigation"} and ident not in remedied:
            yield "6.2.2", f"there is no remediation for `{shown(ident)}`", at
        if STATUS_GROUPS[key] == "affected" and ident not in scored:
            yield "6.2.3", f"there is no score for `{shown(ident)}`", at


def _combined(view: View, vulnerability: Fields, place: str) -> Advice:
    """Remediations that had better not meet a status: 6.2.27."""
    groups: dict[str, set[str]] = {}
    for key, _, ident in view.statuses(vulnerability):
        groups.setdefault(STATUS_GROUPS[key], set()).add(ident)
    for at, said in objects(vulnerability, "remediations", place):
        category = text(said, "category")
        if category in _DISCOURAGED:
            concerned = view.concerned(said)
            for group in sorted(_DISCOURAGED[category]):
                bad = concerned & groups.get(group, set())
                if bad:
                    yield "6.2.27", f"`{shown(min(bad))}` has `{category}` and is {group}", at


def _history(view: View) -> Advice:
    """Dates and history: 6.2.4 to 6.2.6, 6.2.21, 6.2.41."""
    base = "/document/tracking"
    listed = [
        (p, text(i, "number"), instant(text(i, "date"))) for p, i in objects(view.tracking, "revision_history", base)
    ]
    for place, number, _ in listed:
        if "+" in number:
            yield "6.2.4", f"`{shown(number)}` has build metadata", f"{place}/number"
    dates = sorted(when for _, _, when in listed if when is not None)
    if not dates:
        return
    bounds: tuple[tuple[str, str, Instant], ...] = (
        ("6.2.5", "initial_release_date", dates[0]), ("6.2.6", "current_release_date", dates[-1]),
    )  # fmt: skip
    for clause, key, bound in bounds:
        when = instant(text(view.tracking, key))
        if when is not None and when < bound:
            yield (
                clause,
                f"`{key}` is older than the {'oldest' if clause == '6.2.5' else 'newest'} revision",
                f"{base}/{key}",
            )
    if view.newer and len(set(dates)) < len(dates):
        yield "6.2.21", "two revisions have the same date", f"{base}/revision_history"
    if view.newer and view.status in {"final", "interim"}:
        for place, vulnerability in view.vulnerabilities:
            stated = [instant(text(child(c, "epss"), "timestamp")) for _, c, _, _ in view.scores(vulnerability, place)]
            times = [when for when in stated if when is not None]
            if times and max(times) < (dates[-1][0] - 15 * 86_400, dates[-1][1]):
                yield "6.2.41", "the youngest EPSS is more than 15 days older than the newest revision", place


def _document(view: View) -> Advice:
    """The document: 6.2.10 to 6.2.12, 6.2.14, 6.2.15, 6.2.22, 6.2.28 to 6.2.30, 6.2.38, 6.2.43 to 6.2.45."""
    document = view.document
    if not view.newer and not view.tlp:
        yield "6.2.10", "the document has no TLP label", "/document"
    ident = text(view.tracking, "id")
    file = _FILE.sub("_", ident.lower()) + ".json"
    listed = [r for _, r in objects(document, "references", "") if text(r, "category") == "self"]
    if not any(text(r, "url").startswith("https://") and text(r, "url").endswith(f"/{file}") for r in listed):
        yield "6.2.11", f"no reference to itself is an address that ends with `{shown(file)}`", "/document"
    for key in ("lang", "source_lang"):
        tag = text(document, key).lower()
        if tag == "i-default":
            yield "6.2.15", "`i-default` says no language", f"/document/{key}"
        if any(_PRIVATE.match(part) for number, part in enumerate(tag.split("-")) if (number, part) != (0, "aa")):
            yield "6.2.14", f"`{shown(tag)}` has a part for private use", f"/document/{key}"
    if not text(document, "lang"):
        yield "6.2.12", f"`lang` {'is empty' if 'lang' in document else 'is missing'}", "/document"
    if not view.newer:
        return
    if ident and ident in text(document, "title"):
        yield "6.2.22", "the title holds the id of the document", "/document/title"
    if view.category.startswith("csaf_deprecated_"):
        yield "6.2.38", f"the profile `{shown(view.category)}` is deprecated", "/document/category"
    yield from _sharing(view)
    yield from _licence(view)


def _sharing(view: View) -> Advice:
    """The sharing group: 6.2.28 to 6.2.30."""
    group = child(child(view.document, "distribution"), "sharing_group")
    place = "/document/distribution/sharing_group"
    for clause, digit in (("6.2.28", "f"), ("6.2.29", "0")):
        if text(group, "id").replace("-", "") == digit * 32:
            yield clause, "the id stands for no closed group", f"{place}/id"
    if group and view.tlp == "CLEAR":
        yield "6.2.30", "a document of TLP:CLEAR names a sharing group", place


def _licence(view: View) -> Advice:
    """The licence: 6.2.43 to 6.2.45."""
    expression = text(view.document, "license_expression")
    place = "/document/license_expression"
    if not expression:
        state = "is empty" if "license_expression" in view.document else "is missing"
        yield "6.2.43", f"`license_expression` {state}", "/document"
        return
    old = licenses.deprecated_ids(expression)
    if old:
        yield "6.2.44", f"`{shown(old[0])}` is deprecated", place
    fault = licenses.problem(expression)
    if fault is not None and licenses.parse(expression) is not None:
        yield "6.2.45", shown(fault.message, 120), place
