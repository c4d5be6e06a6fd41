"""The parts of SARIF 2.1.0 that the command line and the view of an attestation share: rules, artefacts, places, fingerprints.

Guarantees: locations name the document by a relative URI and the element by its JSON pointer (`logicalLocations`), because a JSON
pointer, not a line, is what identifies an element; a fingerprint is that of requirement and product, never of a text.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from rulewright.engine import wording
from rulewright.engine.result import Element, Report, Result

Json = dict[str, object]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVEL = {"shall": "error", "should": "warning", "may": "note"}
_SECURITY_SEVERITY = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


@lru_cache(maxsize=1024)
def uri(name: str) -> str:
    """Write a file name as a relative URI reference (RFC 3986); `./` keeps a colon from looking like a scheme."""
    text = "".join(chr(b) if b in _SAFE else f"%{b:02X}" for b in name.encode("utf-8", "backslashreplace"))
    return text if text.startswith("/") or "%3A" not in text.partition("/")[0] else f"./{text}"


def artifact(name: str, sha256: str, size: int) -> Json:
    """Describe an input document; `size` is in bytes."""
    return {"location": {"uri": uri(name)}, "length": size, "hashes": {"sha-256": sha256}}


def rule(result: Result) -> Json:
    """Describe a requirement as a SARIF rule."""
    described: Json = {
        "id": result.requirement,
        "shortDescription": {"text": result.title or result.requirement},
        "defaultConfiguration": {"level": LEVEL.get(result.level, "none")},
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
        described["help"] = {"text": help_text}
    return described


def suppressions(result: Result) -> list[Json]:
    """Write a waiver."""
    waived = result.waived
    if waived is None:
        return []
    why = f"{waived.id}, until {waived.until}, approved by {waived.approved_by}: {waived.because}"
    return [{"kind": "external", "status": "accepted", "justification": why}]


def fingerprint(requirement: str, product: str) -> str:
    """Identify a verdict across runs: by its requirement and product, never by its text."""
    return hashlib.sha256(f"{requirement}\0{product}".encode("utf-8", "surrogatepass")).hexdigest()


def places(result: Result, report: Report) -> list[tuple[str, str, str]]:
    """Say where: document, pointer and name of the elements that made the verdict, else the facts, else the product's documents."""
    found: list[tuple[str, str, str]] = []
    for reason in wording.decisive(result):
        found += [place for element in reason.elements for place in _element(element)]
        found += [(v.source, v.pointer or "", v.fact) for v in reason.values if v.source]
    if not found:
        found = [(i.name, "", "") for i in report.inputs if i.product == result.product]
    return list(dict.fromkeys(found))


def _element(element: Element) -> list[tuple[str, str, str]]:
    """Return document, pointer and name of an element; of its children when it has some at fault."""
    if element.children:
        return [place for child in element.children for place in _element(child)]
    return [(element.source, element.pointer, element.id)]


def location(source: str, pointer: str, name: str) -> Json:
    """Write one location."""
    written: Json = {"physicalLocation": {"artifactLocation": {"uri": uri(source)}}}
    if pointer or name:
        logical: Json = {"kind": "object"}
        if name:
            logical["name"] = name
        if pointer:
            logical["fullyQualifiedName"] = pointer
        written["logicalLocations"] = [logical]
    return written
