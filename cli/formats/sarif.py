"""`--format sarif`: SARIF 2.1.0 (OASIS), one result per requirement and product.

Guarantees: validates against the official schema; `kind` keeps the five verdicts apart (`fail`, `review` for unknown,
`pass`, `notApplicable`); `level` is `none` unless the kind is `fail` (section 3.27.10); a waiver is a suppression.
Locations name the document by a relative URI and the element by its JSON pointer (`logicalLocations`), because a JSON
pointer, not a line, is what identifies an element.
"""

from __future__ import annotations

import hashlib

import msgspec

from rulewright.cli.formats import Options
from rulewright.engine import wording
from rulewright.engine.result import Element, Report, Result

Json = dict[str, object]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_KIND = {"pass": "pass", "fail": "fail", "unknown": "review", "not_applicable": "notApplicable", "error": "fail"}
_LEVEL = {"shall": "error", "should": "warning", "may": "note"}
_SECURITY_SEVERITY = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def uri(name: str) -> str:
    """Write a file name as a relative URI reference (RFC 3986); `./` keeps a colon from looking like a scheme."""
    text = "".join(chr(b) if b in _SAFE else f"%{b:02X}" for b in name.encode("utf-8", "backslashreplace"))
    return text if text.startswith("/") or "%3A" not in text.partition("/")[0] else f"./{text}"


def render(report: Report, _options: Options) -> str:
    """Return the SARIF log as indented JSON."""
    rules: dict[str, int] = {}
    described: list[Json] = []
    for result in report.results:
        if result.requirement not in rules:
            rules[result.requirement] = len(rules)
            described.append(_rule(result))
    run: Json = {
        "tool": {
            "driver": {
                "name": report.engine.name,
                "semanticVersion": report.engine.version,
                "rules": described,
            }
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [_artifact(i.name, i.sha256, i.bytes) for i in report.inputs],
        "results": [_result(result, rules, report) for result in report.results],
        "properties": {
            "asOf": report.as_of,
            "gate": report.summary.gate,
            "policies": [f"{p.id}@{p.edition}" for p in report.policies],
        },
    }
    log: Json = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _artifact(name: str, sha256: str, size: int) -> Json:
    """Describe an input document."""
    return {"location": {"uri": uri(name)}, "length": size, "hashes": {"sha-256": sha256}}


def _rule(result: Result) -> Json:
    """Describe a requirement as a SARIF rule."""
    rule: Json = {
        "id": result.requirement,
        "shortDescription": {"text": result.title or result.requirement},
        "defaultConfiguration": {"level": _LEVEL.get(result.level, "none")},
        "properties": {
            "security-severity": _SECURITY_SEVERITY.get(result.severity, "5.5"),
            "level": result.level,
            "severity": result.severity,
            "tags": ["security", wording.standard_of(result), *result.objective],
            "refs": list(result.refs),
        },
    }
    help_text = "\n\n".join(part for part in (result.fix, result.note) if part)
    if help_text:
        rule["help"] = {"text": help_text}
    return rule


def _result(result: Result, rules: dict[str, int], report: Report) -> Json:
    """Write one verdict."""
    kind = _KIND[result.verdict]
    level = _LEVEL.get(result.level, "none")
    said = wording.sentence(result)
    message = f"{wording.VERDICT[result.verdict]}: {result.title or result.requirement}"
    out: Json = {
        "ruleId": result.requirement,
        "ruleIndex": rules[result.requirement],
        "kind": kind,
        "level": ("error" if result.verdict == "error" else level) if kind == "fail" else "none",
        "message": {"text": f"{message}: {said}" if said else message},
        "locations": _locations(result, report),
        "partialFingerprints": {"requirementAndProduct/v1": _fingerprint(result)},
        "properties": {
            "product": result.product,
            "verdict": result.verdict,
            "blocks": result.blocks,
            **({"conflicts": wording.clashes(result)} if result.conflicts else {}),
        },
    }
    if result.waived is not None:
        waived = result.waived
        out["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": f"{waived.id}, until {waived.until}, approved by {waived.approved_by}: {waived.because}",
            }
        ]
    return out


def _fingerprint(result: Result) -> str:
    """Identify a verdict across runs: by its requirement and product, never by its text."""
    return hashlib.sha256(f"{result.requirement}\0{result.product}".encode()).hexdigest()


def _locations(result: Result, report: Report) -> list[Json]:
    """Say where: the elements that made the verdict, else the facts, else the product's documents."""
    places: list[tuple[str, str, str]] = []
    for reason in wording.decisive(result):
        places += [place for element in reason.elements for place in _element(element)]
        places += [(v.source, v.pointer or "", v.fact) for v in reason.values if v.source]
    if not places:
        places = [(i.name, "", "") for i in report.inputs if i.product == result.product]
    return [_location(*place) for place in dict.fromkeys(places)]


def _element(element: Element) -> list[tuple[str, str, str]]:
    """Return document, pointer and name of an element; of its children when it has some at fault."""
    if element.children:
        return [place for child in element.children for place in _element(child)]
    return [(element.source, element.pointer, element.id)]


def _location(source: str, pointer: str, name: str) -> Json:
    """Write one location."""
    location: Json = {"physicalLocation": {"artifactLocation": {"uri": uri(source)}}}
    if pointer or name:
        logical: Json = {"kind": "object"}
        if name:
            logical["name"] = name
        if pointer:
            logical["fullyQualifiedName"] = pointer
        location["logicalLocations"] = [logical]
    return location
