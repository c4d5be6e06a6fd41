"""`--format sarif`: SARIF 2.1.0 (OASIS), one result per requirement and product.

Guarantees: validates against the official schema; `kind` keeps the five verdicts apart (`fail`, `review` for unknown,
`pass`, `notApplicable`); `level` is `none` unless the kind is `fail` (section 3.27.10); a waiver is a suppression.
Locations name the document by a relative URI and the element by its JSON pointer (`logicalLocations`), because a JSON
pointer, not a line, is what identifies an element.
"""

from __future__ import annotations

import msgspec

from rulewright.attest.views.sarif_parts import (
    LEVEL,
    SCHEMA,
    Json,
    artifact,
    fingerprint,
    location,
    places,
    rule,
    suppressions,
)
from rulewright.cli.formats import Options
from rulewright.engine import wording
from rulewright.engine.result import Report, Result

_KIND = {"pass": "pass", "fail": "fail", "unknown": "review", "not_applicable": "notApplicable", "error": "fail"}


def render(report: Report, _options: Options) -> str:
    """Return the SARIF log as indented JSON."""
    rules: dict[str, int] = {}
    described: list[Json] = []
    for result in report.results:
        if result.requirement not in rules:
            rules[result.requirement] = len(rules)
            described.append(rule(result))
    run: Json = {
        "tool": {
            "driver": {
                "name": report.engine.name,
                "semanticVersion": report.engine.version,
                "rules": described,
            }
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [artifact(i.name, i.sha256, i.bytes) for i in report.inputs],
        "results": [_result(result, rules, report) for result in report.results],
        "properties": {
            "asOf": report.as_of,
            "gate": report.summary.gate,
            "policies": [f"{p.id}@{p.edition}" for p in report.policies],
        },
    }
    log: Json = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _result(result: Result, rules: dict[str, int], report: Report) -> Json:
    """Write one verdict."""
    kind = _KIND[result.verdict]
    level = LEVEL.get(result.level, "none")
    said = wording.sentence(result)
    message = f"{wording.VERDICT[result.verdict]}: {result.title or result.requirement}"
    out: Json = {
        "ruleId": result.requirement,
        "ruleIndex": rules[result.requirement],
        "kind": kind,
        "level": ("error" if result.verdict == "error" else level) if kind == "fail" else "none",
        "message": {"text": f"{message}: {said}" if said else message},
        "locations": [location(*place) for place in places(result, report)],
        "partialFingerprints": {"requirementAndProduct/v1": fingerprint(result.requirement, result.product)},
        "properties": {
            "product": result.product,
            "verdict": result.verdict,
            "blocks": result.blocks,
            **({"conflicts": wording.clashes(result)} if result.conflicts else {}),
        },
    }
    if result.waived is not None:
        out["suppressions"] = suppressions(result)
    return out
