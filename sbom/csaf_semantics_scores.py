"""Tests of CSAF on scores: 6.1.7 to 6.1.10 and 6.1.56.

Guarantees: scores are computed anew by the `cvss` library, decimal; without it a note says that they are not.  Each vector
is computed once.  It does not judge whether a score is right for the vulnerability.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from rulewright.sbom.csaf_semantics_vectors import contradictions
from rulewright.sbom.csaf_semantics_view import Fields, Report, View, strings, text
from rulewright.sbom.findings import shown

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

CODE = "RW1252"
_KEYS = {"cvss_v2": "2.0", "cvss_v3": "3.1", "cvss_v4": "4.0"}
"""Where scores stand, with the version that is meant where none is named."""
_PARTS = ("base", "temporal", "environmental")


def check(view: View, report: Report) -> None:
    """Make the tests."""
    for place, vulnerability in view.vulnerabilities:
        _once(view, vulnerability, place, report)
        for at, content, _, _ in view.scores(vulnerability, place):
            for key, version in _KEYS.items():
                score = content.get(key)
                if isinstance(score, dict):
                    _judge(score, text(score, "version") or version, f"{at}/{key}", report)


def _once(view: View, vulnerability: Fields, place: str, report: Report) -> None:
    """Look for products with two scores of one version, or with a score beside a rating: 6.1.7 and 6.1.56."""
    seen: set[tuple[str, str, str]] = set()
    rated: set[tuple[str, str]] = set()
    scored: set[tuple[str, str]] = set()
    for at, content, owner, source in view.scores(vulnerability, place):
        idents = sorted({t for _, t in strings(owner, "products")})
        versions = [(k, text(s, "version") or _KEYS[k]) for k in _KEYS if isinstance(s := content.get(k), dict)]
        for key, version in versions:
            twice = [ident for ident in idents if (ident, version, source) in seen]
            if twice:
                message = f"`{shown(twice[0])}` has more than one score of CVSS {shown(version, 10)}"
                report.fail(CODE, "6.1.7", message, f"{at}/{key}")
            seen.update((ident, version, source) for ident in idents)
        pairs = {(ident, source) for ident in idents}
        rating = "qualitative_severity_rating" in content
        both = pairs & ((rated if versions else set()) | (scored if rating else set()))
        both |= pairs if rating and versions else set()
        if both and view.newer:
            message = f"`{shown(min(both)[0])}` has a CVSS score and a qualitative severity rating"
            report.fail(CODE, "6.1.56", message, at)
        rated |= pairs if rating else set()
        scored |= pairs if versions else set()


def _judge(score: Fields, version: str, at: str, report: Report) -> None:
    """Judge one score by its schema, by its vector and by computing it: 6.1.8, 6.1.9 and 6.1.10."""
    schema = _schema(version)
    refusal = next(iter(schema.iter_errors(_plain(score))), None) if schema else None
    if schema is None:
        report.fail(CODE, "6.1.8", f"there is no CVSS {shown(version, 10)}", f"{at}/version")
        return
    if refusal is not None:
        step = "".join(f"/{part}" for part in refusal.instance_path)
        report.fail(CODE, "6.1.8", shown(refusal.message, 160), f"{at}{step}")
    vector = text(score, "vectorString")
    for field in contradictions(score, vector, version):
        report.fail(CODE, "6.1.10", f"`{field}` says something else than the vector", f"{at}/{field}")
    computed = _computed(vector, version)
    if computed is None:
        report.undecided("6.1.9", "the library `cvss` is not installed", at)
        return
    if not computed and refusal is None and vector:
        message = f"nothing can be computed from `{shown(vector)}`: a metric is missing or stands twice"
        report.fail(CODE, "6.1.9", message, f"{at}/vectorString")
    for field, right in computed.items():
        stated = score.get(field)
        if isinstance(stated, int | Decimal) and isinstance(right, Decimal) and Decimal(stated) != right:
            report.fail(CODE, "6.1.9", f"`{field}` is {right} by the vector", f"{at}/{field}")
        if isinstance(stated, str) and isinstance(right, str) and stated.upper() != right:
            report.fail(CODE, "6.1.9", f"`{field}` is {right} by the vector", f"{at}/{field}")


def _plain(score: Fields) -> Fields:
    """Write decimal numbers as the schema's library reads them."""
    return {key: float(value) if isinstance(value, Decimal) else value for key, value in score.items()}


@cache
def _schema(version: str) -> Draft202012Validator | None:
    """Give the official schema of a version of CVSS."""
    import json
    from importlib.resources import files

    import jsonschema_rs

    if version not in {"2.0", "3.0", "3.1", "4.0"}:
        return None
    path = files("rulewright.sbom") / "schemas" / "csaf" / f"cvss-v{version}.schema.json"
    schema = json.loads(path.read_bytes())
    schema.pop("$schema", None)
    return jsonschema_rs.Draft202012Validator(schema)


@lru_cache(maxsize=1024)
def _computed(vector: str, version: str) -> dict[str, Decimal | str] | None:
    """Compute what a vector comes to: scores and severities by field; empty where it is no vector.

    `None` where the library is not installed.
    """
    if find_spec("cvss") is None:
        return None
    import cvss

    makers = {"2": cvss.CVSS2, "3": cvss.CVSS3, "4": cvss.CVSS4}
    try:
        found = makers[version[:1]](vector)
    except (cvss.exceptions.CVSSError, KeyError, ValueError):
        return {}
    values: dict[str, Decimal | str] = {}
    severities = found.severities() if version[:1] != "2" else ()
    for number, value in enumerate(found.scores()):
        if value is not None:
            values[f"{_PARTS[number]}Score"] = Decimal(str(value))
    for number, word in enumerate(severities):
        values[f"{_PARTS[number]}Severity"] = str(word).upper()
    return values
