"""Puts the published suites to `facts.identity`, and says why each answer that differs does.

A difference without a reason is a failure: `differences` names it, and the tests refuse it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, NamedTuple

from rulewright.facts.identity import purl, versions
from rulewright.facts.identity.purl import Purl
from rulewright.facts.identity.versions import Vers
from tests.facts.identity import suites
from tests.facts.identity.suites import Pair

UNEXPLAINED = "unexplained"


class Outcome(NamedTuple):
    """How one suite went: cases put, cases that agree, and why the others do not."""

    cases: int
    agree: int
    differences: tuple[tuple[str, int, tuple[str, ...]], ...]


def outcome(cases: int, failed: Iterable[tuple[str, str]]) -> Outcome:
    """Gather (reason, case) of those that differ."""
    by_reason: dict[str, list[str]] = {}
    for reason, text in failed:
        by_reason.setdefault(reason, []).append(text)
    rows = tuple((reason, len(texts), tuple(sorted(set(texts))[:4])) for reason, texts in sorted(by_reason.items()))
    return Outcome(cases, cases - sum(count for _, count, _ in rows), rows)


NO_DIGIT = "A text without a digit is no version here: the answer is *unknown*, where a word would get an order."
NOT_PEP440 = "No version by PEP 440 (the fixture takes the order of setuptools before 2014): *unknown*."


def osv_reason(name: str, case: Pair, answer: int | None) -> str | None:
    """Say why an answer differs from one of OSV's fixtures."""
    ecosystem = name.partition("-")[0]
    if answer is None:
        if not (case.left + case.right).isascii():
            return "A version is printable ASCII here: *unknown*."
        return {
            "pypi": NOT_PEP440,
            "packagist": "No version for Composer's own normaliser (a branch, or an unknown suffix): *unknown*.",
            "rubygems": "Gem::Version refuses it: *unknown*.",
            "pub": "No semantic version: *unknown*.",
            "semver": "No semantic version: *unknown*.",
            "alpine": "apk's grammar starts with a digit: *unknown*.",
        }.get(ecosystem)
    return {
        "packagist": "The fixture is PHP's `version_compare` of the raw text; Composer first makes it four numbers and a stability.",
        "maven": "The fixture was made with an older Maven; ComparableVersion of Maven 4 answers as here.",
        "alpine": "Invalid for apk, which ignores what follows the first invalid character; here the rest decides.",
    }.get(ecosystem)


RULES: dict[str, Callable[[str, Pair, int | None], str | None]] = {
    "osv-scalibr": osv_reason,
    "rubygems": lambda _name, case, _answer: (
        "An empty text is no version here; RubyGems reads it as 0." if not case.left else None
    ),
    "nuget": lambda _name, case, _answer: (
        "The test compares the two texts; NuGet's own comparer ignores what follows `+`, as here."
        if "+" in case.left
        else None
    ),
    "cargo": lambda _name, case, _answer: (
        "Rust's `Ord` adds build metadata to the order; SemVer 2.0.0 (10) gives it no precedence."
        if "+" in case.left
        else None
    ),
    "libversion": lambda _name, case, answer: (
        "A version starts with a digit (or `v`) here; the answer for other texts is *unknown*."
        if answer is None and not case.left[:1].isdigit()
        else None
    ),
}


def order_suite(name: str) -> Outcome | None:
    """Put one suite of `suites.ORDERS`; `None` if it is absent."""
    pairs = suites.pairs(name)
    if pairs is None:
        return None
    failed = []
    for file, case in pairs:
        answer = versions.compare(case.scheme, case.left, case.right)
        if answer in case.right_answers:
            continue
        wordy = answer is None and not all(any(c.isdigit() for c in text) for text in (case.left, case.right))
        reason = (name in RULES and RULES[name](file, case, answer)) or (NO_DIGIT if wordy else UNEXPLAINED)
        failed.append((NO_DIGIT if wordy and case.left and name != "libversion" else reason, str(case)))
    return outcome(len(pairs), failed)


# --- VERS ------------------------------------------------------------------------------------------------------------

VERS_RULES: tuple[tuple[Callable[[dict[str, Any]], bool], str], ...] = (
    (
        lambda case: case["test_type"] == "validate",
        "The specification calls redundant comparators an error; the suite expects some of them to stay.",
    ),
    (
        lambda case: case["input"] == "vers:npm/1.0%252F0" or "%25" in str(case["input"]),
        "The encoding is canonical, but `1.0%2F0` is no npm version, and a range of no versions is refused.",
    ),
    (
        lambda case: case["input"].get("input_scheme") == "alpm",
        "pacman finds a version without a release equal to any release of it, and so two of these equal: no order. Here it comes first.",
    ),
    (
        lambda case: case["input"].get("input_scheme") == "maven",
        "The suite is older than Maven 3.9's change (MNG-7644): ComparableVersion of Maven 4 answers as here.",
    ),
    (lambda case: case["input"].get("versions") == ["b.c", "a.b.c"], NO_DIGIT),
)


def vers_suite() -> Outcome | None:
    """Put the suite of vers-spec, but for its conversions from the ecosystems' own range notations, which are not read."""
    found = suites.tests("vers-spec", "tests/*.json")
    if found is None:
        return None
    cases = [case for _, case in found if case["test_type"] != "from_native"]
    return outcome(len(cases), ((vers_reason(case), vers_text(case)) for case in cases if not vers_holds(case)))


def vers_reason(case: dict[str, Any]) -> str:
    return next((reason for test, reason in VERS_RULES if test(case)), UNEXPLAINED)


def vers_text(case: dict[str, Any]) -> str:
    given: Any = case["input"]
    return " ".join(map(str, given.values())) if isinstance(given, dict) else str(given)


def vers_holds(case: dict[str, Any]) -> bool:
    given: Any = case["input"]
    expected: Any = case.get("expected_output")
    match case["test_type"]:
        case "comparison":
            scheme = given["input_scheme"]
            return all(versions.compare(scheme, *pair) in {-1, 0} for pair in pairwise(expected))
        case "equality":
            return bool((versions.compare(given["input_scheme"], *given["versions"]) == 0) is expected)
        case "containment":
            vers = Vers.parse(given["vers"], strict=False)
            return isinstance(vers, Vers) and vers.contains(given["version"]) is bool(expected)
        case "validate":
            return str(Vers.parse(given, strict=case["test_group"] == "required")) == str(expected)
        case "parse" if case.get("expected_failure"):
            return isinstance(Vers.parse(given), str)
        case "parse":
            vers = Vers.parse(given)
            pairs = [[c.comparator, c.version] for c in vers.constraints] if isinstance(vers, Vers) else None
            return bool(pairs == expected["version_constraints"])
        case _:
            return False


# --- package URLs ----------------------------------------------------------------------------------------------------


def purl_suite() -> Outcome | None:
    """Put the suite of purl-spec.

    `parse` accepts what the standard's parsing steps accept, `is_valid` judges: so a case that must fail has to be
    invalid, and every other case has to parse, build or normalise to the expected output.
    """
    cases = suites.tests("purl-spec", "tests/*/*.json")
    if cases is None:
        return None
    return outcome(len(cases), ((purl_reason(case), str(case["input"])) for _, case in cases if not purl_holds(case)))


def purl_reason(case: dict[str, Any]) -> str:
    if case["input"] == "pkg:git/github/Package-url/purl-Spec@244fd47e07d1004f0aed9c":
        return (
            "The suite contradicts the definition of the type beside it: `git` is case sensitive, this case folds it."
        )
    return UNEXPLAINED


def purl_holds(case: dict[str, Any]) -> bool:
    text: Any = case["input"]
    expected: Any = case.get("expected_output")
    if case["expected_failure"]:
        return built(text) is None if case["test_type"] == "build" else not purl.is_valid(text)
    if case["test_type"] == "build":
        return bool(built(text) == expected)
    if case["test_type"] == "validate":
        return bool(purl.canonical(text) == expected and purl.is_valid(expected))
    read = purl.parse(text)
    return read is not None and parts(read) == {**expected, "qualifiers": expected["qualifiers"] or None}


def parts(read: Purl) -> dict[str, Any]:
    return {
        "type": read.type,
        "namespace": read.namespace,
        "name": read.name,
        "version": read.version,
        "qualifiers": dict(read.qualifiers) or None,
        "subpath": read.subpath,
    }


def built(given: dict[str, Any]) -> str | None:
    fields = dict(given)
    fields["qualifiers"] = tuple((fields["qualifiers"] or {}).items())
    made = purl.build(Purl(**fields))
    return None if isinstance(made, str) else purl.to_text(made)


def kinds(name: str, pattern: str, key: str) -> Counter[str]:
    """Count a JSON suite's cases by one of their fields."""
    return Counter(str(case[key]) for _, case in suites.tests(name, pattern) or ())
