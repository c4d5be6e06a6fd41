"""An analysis as SARIF 2.1.0 (OASIS): one result per conflict, at the places of all its clauses.

Guarantees: validates against the official schema; `locations` is the clause that binds least (where a change is made),
`relatedLocations` are the others; what a `prefer` decided is a suppressed result, not one less.  Lines and columns count from 1.
"""

from __future__ import annotations

import msgspec

from rulewright.attest.views.sarif_parts import SCHEMA, Json, uri
from rulewright.cli import conflicts_words as words
from rulewright.dsl import ir
from rulewright.engine.analysis.findings import Analysis, Finding, Member, Observation

LEVELS = {"contradiction": "error", "tension": "warning", "right": "warning", "moot": "note"}
HELP = {
    "contradiction": "In some context no design satisfies all of these requirements.",
    "tension": "In some context no design satisfies these requirements, one of which is a should.",
    "right": "In some context a declared freedom cannot be had together with these requirements.",
    "moot": "These requirements clash as long as the design keeps a condition true that it may drop.",
}


def sarif(found: Analysis) -> str:
    """Return the SARIF log as indented JSON."""
    kinds: list[str] = sorted({f.kind for f in found.findings} | {o.kind for o in found.observations})
    run: Json = {
        "tool": {
            "driver": {
                "name": found.engine.name,
                "semanticVersion": found.engine.version,
                "rules": [_rule(kind) for kind in kinds],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [
            *(_result(finding, kinds, found) for finding in found.findings),
            *(_note(observation, kinds) for observation in found.observations),
        ],
        "properties": {
            "asOf": found.as_of,
            "product": found.product,
            "policies": [f"{p.id}@{p.edition}" for p in found.policies],
            "arity": found.extent.arity,
            "completeUpTo": found.extent.complete_up_to,
            "left": list(found.extent.left),
        },
    }
    log: Json = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _rule(kind: str) -> Json:
    """A kind of finding as a SARIF rule."""
    said = HELP.get(kind) or {str(note): text for note, text in words.NOTES.items()}[kind].replace("`", "")
    return {
        "id": kind,
        "shortDescription": {"text": said},
        "defaultConfiguration": {"level": LEVELS.get(kind, "note")},
    }


def _result(finding: Finding, kinds: list[str], found: Analysis) -> Json:
    """One conflict."""
    names = " and ".join(words.name(member, found) for member in finding.members)
    said = " ".join(
        [f"{words.headline(finding)}: {names}.", f"When {words.context(finding)}.", *words.short_why(finding)]
    )
    placed = [(member, member.place) for member in finding.members if member.place is not None]
    first = placed[-1:]
    result: Json = {
        "ruleId": finding.kind,
        "ruleIndex": kinds.index(finding.kind),
        "level": LEVELS[finding.kind],
        "message": {"text": said},
        "locations": [_location(member, place) for member, place in first],
        "relatedLocations": [_related(number, member, place) for number, (member, place) in enumerate(placed[:-1], 1)],
        "partialFingerprints": {"members/v1": finding.id},
        "properties": {
            "id": finding.id,
            "arity": finding.arity,
            "region": finding.region,
            "why": list(finding.why),
            "repairs": [repair.text for repair in finding.repairs],
            "verified": finding.verified,
            "contested": finding.contested,
            "family": finding.family,
        },
    }
    if finding.decided is not None:
        justification = words.decided(finding.decided)
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": justification}]
    return result


def _location(member: Member, place: ir.Place) -> Json:
    """Where a clause stands."""
    physical = {
        "artifactLocation": {"uri": uri(place.file)},
        "region": {"startLine": place.line, "startColumn": place.column},
    }
    logical = [{"fullyQualifiedName": member.requirement, "kind": "member"}]
    return {"physicalLocation": physical, "logicalLocations": logical}


def _related(number: int, member: Member, place: ir.Place) -> Json:
    lines = "; ".join(" ".join(line.split()) for line in member.lines)
    return {"id": number, **_location(member, place), "message": {"text": f"{member.requirement}: {lines}"}}


def _note(observation: Observation, kinds: list[str]) -> Json:
    """One observation."""
    result: Json = {
        "ruleId": observation.kind,
        "ruleIndex": kinds.index(observation.kind),
        "level": "note",
        "message": {"text": observation.text},
        "partialFingerprints": {"note/v1": observation.id},
    }
    if observation.witness:
        result["properties"] = {"witness": {fact.fact: fact.value for fact in observation.witness}}
    if observation.place is not None:
        place = observation.place
        physical = {
            "artifactLocation": {"uri": uri(place.file)},
            "region": {"startLine": place.line, "startColumn": place.column},
        }
        result["locations"] = [{"physicalLocation": physical}]
    return result
