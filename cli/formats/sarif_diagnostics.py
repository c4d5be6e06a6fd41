"""Findings about files as SARIF 2.1.0 (OASIS): one result per diagnostic, with its place.

Guarantees: validates against the official schema; lines and columns count from 1, as SARIF wants them; what a note or a
hint says is part of the message; second places are related locations, and a fix has its replacements.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rulewright import __version__
from rulewright.attest.views.sarif_parts import SCHEMA, Json, uri
from rulewright.cli.explain import codes
from rulewright.diagnostics import Code, Diagnostic, Edit, Fix, Label, Span


def render(findings: Iterable[Diagnostic]) -> str:
    """Return the SARIF log as indented JSON."""
    found = list(findings)
    known = codes()
    rules = sorted({finding.code for finding in found})
    driver: Json = {
        "name": "rulewright",
        "semanticVersion": __version__,
        "rules": [_rule(known[code]) for code in rules],
    }
    run: Json = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, rules) for finding in found],
    }
    log: Json = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _rule(code: Code) -> Json:
    """A code as a rule, its page and example as help."""
    return {
        "id": code.code,
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": code.page},
        "help": {"text": f"{code.page}\n\nExample:\n{code.example}"},
    }


def _result(finding: Diagnostic, rules: list[str]) -> Json:
    text = "; ".join([finding.message, *finding.notes, *([finding.hint] if finding.hint else [])])
    result: Json = {
        "ruleId": finding.code,
        "ruleIndex": rules.index(finding.code),
        "level": finding.severity.value,
        "message": {"text": text},
    }
    if finding.span is not None:
        result["locations"] = [{"physicalLocation": _physical(finding.span)}]
    elif finding.source:
        result["locations"] = [{"physicalLocation": {"artifactLocation": {"uri": uri(finding.source)}}}]
    if finding.labels:
        result["relatedLocations"] = [_related(number, label) for number, label in enumerate(finding.labels)]
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.fix)]
    return result


def _physical(span: Span) -> Json:
    """A place in a file."""
    return {"artifactLocation": {"uri": uri(span.file)}, "region": _region(span)}


def _region(span: Span) -> Json:
    """A stretch; its end column is exclusive, as in SARIF."""
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _related(number: int, label: Label) -> Json:
    return {"id": number, "physicalLocation": _physical(label.span), "message": {"text": label.message}}


def _fix(fix: Fix) -> Json:
    """A fix, by file."""
    files: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        files.setdefault(edit.span.file, []).append(edit)
    changes = [
        {"artifactLocation": {"uri": uri(file)}, "replacements": [_replacement(edit) for edit in edits]}
        for file, edits in sorted(files.items())
    ]
    return {"description": {"text": fix.title}, "artifactChanges": changes}


def _replacement(edit: Edit) -> Json:
    made: Json = {"deletedRegion": _region(edit.span)}
    return made | {"insertedContent": {"text": edit.text}} if edit.text else made
