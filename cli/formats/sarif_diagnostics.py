"""Findings about files as SARIF 2.1.0 (OASIS): one result per diagnostic, with its place.

Guarantees: validates against the official schema; lines and columns count from 1, as SARIF wants them; what a note or a
hint says is part of the message.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rulewright import __version__
from rulewright.attest.views.sarif_parts import SCHEMA, Json, uri
from rulewright.cli.explain import codes
from rulewright.diagnostics import Diagnostic


def render(findings: Iterable[Diagnostic]) -> str:
    """Return the SARIF log as indented JSON."""
    found = list(findings)
    known = codes()
    rules = sorted({finding.code for finding in found})
    described: list[Json] = [
        {
            "id": code,
            "shortDescription": {"text": known[code].title},
            "fullDescription": {"text": known[code].page},
        }
        for code in rules
    ]
    run: Json = {
        "tool": {"driver": {"name": "rulewright", "semanticVersion": __version__, "rules": described}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, rules) for finding in found],
    }
    log: Json = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _result(finding: Diagnostic, rules: list[str]) -> Json:
    text = "; ".join([finding.message, *finding.notes, *([finding.hint] if finding.hint else [])])
    result: Json = {
        "ruleId": finding.code,
        "ruleIndex": rules.index(finding.code),
        "level": finding.severity.value,
        "message": {"text": text},
    }
    file = finding.span.file if finding.span else finding.source
    if file:
        place: Json = {"artifactLocation": {"uri": uri(file)}}
        if finding.span:
            place["region"] = {"startLine": finding.span.line, "startColumn": finding.span.column}
        result["locations"] = [{"physicalLocation": place}]
    return result
