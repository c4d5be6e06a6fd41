"""`#EvaluationLog` of Gemara 1.4.1 as a JSON Schema, written down from its CUE definitions, which are closed.

What it does not hold: that an assessment's `reference-id` is that of its control (CUE unifies them); the view's own check does.
"""

from __future__ import annotations

from typing import Any

import jsonschema_rs

_TEXT = {"type": "string"}
_TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}
_RESULT = {"enum": ["Not Run", "Passed", "Failed", "Needs Review", "Not Applicable", "Unknown"]}


def _closed(required: dict[str, Any], optional: dict[str, Any]) -> dict[str, Any]:
    both = {**required, **optional}
    return {"type": "object", "properties": both, "required": list(required), "additionalProperties": False}


def _some(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": 1}


_CONTACT = _closed({"name": _TEXT}, {"affiliation": _TEXT, "email": _TEXT, "social": _TEXT})
_ENTITY = {"id": _TEXT, "name": _TEXT, "type": {"enum": ["Human", "Software", "Software Assisted"]}}
_ENTITY_MORE = {"version": _TEXT, "description": _TEXT, "uri": {"type": "string", "pattern": r"^https?://[^\s]+$"}}
_ACTOR = _closed(_ENTITY, {**_ENTITY_MORE, "contact": _CONTACT})
_RESOURCE = _closed(_ENTITY, {**_ENTITY_MORE, "environment": _TEXT, "owner": _CONTACT})
_REFERENCE = _closed({"id": _TEXT, "title": _TEXT, "version": _TEXT}, {"description": _TEXT, "url": _TEXT})
_ENTRY = _closed({"reference-id": _TEXT, "entry-id": _TEXT}, {"remarks": _TEXT})
_METADATA = _closed(
    {"id": _TEXT, "type": {"const": "EvaluationLog"}, "gemara-version": _TEXT, "description": _TEXT, "author": _ACTOR},
    {
        "version": _TEXT,
        "date": _TIME,
        "mapping-references": _some(_REFERENCE),
        "applicability-groups": _some(_closed({"id": _TEXT, "title": _TEXT, "description": _TEXT}, {})),
        "draft": {"type": "boolean"},
        "lexicon": _closed({"reference-id": _TEXT}, {"remarks": _TEXT}),
    },
)
_EVIDENCE = _closed({"id": _TEXT, "type": _TEXT, "collected-at": _TIME}, {"payload": {}, "description": _TEXT})
_ASSESSMENT = _closed(
    {
        "requirement": _ENTRY,
        "description": _TEXT,
        "result": _RESULT,
        "message": _TEXT,
        "applicability": _some(_TEXT),
        "steps": _some(_TEXT),
        "start": _TIME,
    },
    {
        "plan": _ENTRY,
        "steps-executed": {"type": "integer"},
        "end": _TIME,
        "recommendation": _TEXT,
        "confidence-level": {"enum": ["Undetermined", "Low", "Medium", "High"]},
        "evidence": _some(_EVIDENCE),
    },
)
_EVALUATION = _closed(
    {"name": _TEXT, "result": _RESULT, "message": _TEXT, "control": _ENTRY, "assessment-logs": _some(_ASSESSMENT)}, {}
)
SCHEMA = _closed({"metadata": _METADATA, "target": _RESOURCE, "result": _RESULT, "evaluations": _some(_EVALUATION)}, {})


def errors(document: object) -> list[str]:
    """What the schema refuses."""
    return [error.message for error in jsonschema_rs.Draft202012Validator(SCHEMA).iter_errors(document)]
