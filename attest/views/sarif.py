"""SARIF 2.1.0 (OASIS): every requirement of every product, whatever its status.

Guarantees: `kind` keeps the states apart: `pass`, `fail`, `open` for unknown (not enough was known), `review` for an error,
`notApplicable`; a waived row is a `fail` with a suppression, whatever it would be without; `level` is `none` unless the kind is
`fail` (section 3.27.10).  Every document that a location names is among the artefacts.  It holds no line numbers: a JSON pointer
identifies an element.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from rulewright.attest.canonical import dump
from rulewright.attest.model import Row
from rulewright.attest.views.context import Context
from rulewright.attest.views.identity import pairs, properties, uuid
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
    uri,
)
from rulewright.attest.views.visible import settled, visible
from rulewright.engine import wording
from rulewright.engine.result import Result

NAME = "results.sarif"
MEDIA_TYPE = "application/sarif+json"
KINDS = {
    "pass": "pass",
    "fail": "fail",
    "waived": "fail",
    "unknown": "open",
    "error": "review",
    "not_applicable": "notApplicable",
}
"""SARIF's kind of each status (section 3.27.9)."""
PRINT = "requirementAndProduct/v1"


def render(context: Context) -> bytes:
    """The log, in canonical JSON."""
    report = context.report
    rules: dict[str, int] = {}
    described: list[Json] = []
    results: list[Json] = []
    documents = {uri(i.name): artifact(i.name, i.sha256, i.bytes) for i in report.inputs}
    for row, found in pairs(context):
        if row.requirement not in rules:
            rules[row.requirement] = len(rules)
            described.append(rule(found))
        where = places(found, report)
        for source in dict.fromkeys(source for source, _, _ in where):
            documents.setdefault(uri(source), {"location": {"uri": uri(source)}})
        results.append(_result(row, found, rules[row.requirement], where))
    driver: Json = {"name": report.engine.name, "semanticVersion": context.engine.version, "rules": described}
    run: Json = {
        "tool": {"driver": driver},
        "automationDetails": {
            "id": f"rulewright/{report.as_of[:10]}/{context.results.tree[:16]}",
            "guid": uuid("sarif", context.results.commitment),
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": list(documents.values()),
        "results": results,
        "properties": {
            "attestation": properties(context),
            "policies": [f"{p.id}@{p.edition}" for p in report.policies],
        },
    }
    log: Json = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    document = dump(log)
    return document if settled(document) else dump(_visible(log))


def _result(row: Row, found: Result, index: int, where: Sequence[tuple[str, str, str]]) -> Json:
    """Write one row."""
    kind = KINDS[row.status]
    word = wording.VERDICT.get(row.status, row.status)
    if row.of is not None:
        word = f"{row.status} ({wording.VERDICT[row.of]})"
    said = wording.sentence(found)
    message = f"{word}: {found.title or row.requirement}"
    written: Json = {
        "ruleId": row.requirement,
        "ruleIndex": index,
        "kind": kind,
        "level": LEVEL.get(row.level, "note") if kind == "fail" else "none",
        "message": {"text": f"{message}: {said}" if said else message},
        "locations": [location(*place) for place in where],
        "partialFingerprints": {PRINT: fingerprint(row.requirement, row.product)},
        "properties": {
            "product": row.product,
            "status": row.status,
            "blocks": row.blocks,
            "basis": row.basis,
            "detail": row.detail,
            **({"of": row.of} if row.of else {}),
            **({"conflicts": wording.clashes(found)} if found.conflicts else {}),
        },
    }
    if row.status == "waived":
        written["suppressions"] = suppressions(found)
    return written


def _visible(value: object) -> object:
    """A document with every text made visible; line ends stay."""
    match value:
        case str():
            return "\n".join(map(visible, value.split("\n")))
        case dict():
            return {name: _visible(item) for name, item in value.items()}
        case list() | tuple():
            return [_visible(item) for item in value]
        case _:
            return value


# --- reading -----------------------------------------------------------------------------------------------------------


class _Address(msgspec.Struct):
    uri: str


class _Physical(msgspec.Struct, rename="camel"):
    artifact_location: _Address


class _Place(msgspec.Struct, rename="camel"):
    physical_location: _Physical


class _Said(msgspec.Struct):
    status: str
    product: str
    blocks: bool
    of: str | None = None


class _Found(msgspec.Struct, rename="camel"):
    rule_id: str
    rule_index: int
    kind: str
    level: str
    partial_fingerprints: dict[str, str]
    properties: _Said
    locations: list[_Place] = []
    suppressions: list[dict[str, str]] = []


class _Rule(msgspec.Struct):
    id: str


class _Driver(msgspec.Struct):
    rules: list[_Rule]


class _Tool(msgspec.Struct):
    driver: _Driver


class _Document(msgspec.Struct):
    location: _Address


class _About(msgspec.Struct):
    attestation: dict[str, str]


class _Run(msgspec.Struct):
    tool: _Tool
    artifacts: list[_Document]
    results: list[_Found]
    properties: _About


class _Log(msgspec.Struct):
    version: str
    runs: list[_Run]


def problems(document: bytes, context: Context) -> tuple[str, ...]:
    """What is wrong with a log: rows that are not there exactly once, references without end, statuses beyond the table."""
    try:
        log = msgspec.json.decode(document, type=_Log)
    except msgspec.DecodeError as error:
        return (f"this is no such SARIF log: {error}",)
    if len(log.runs) != 1:
        return ("there is not exactly one run",)
    return tuple(_wrong(log.runs[0], context))


def _wrong(run: _Run, context: Context) -> Iterator[str]:
    if run.properties.attestation != properties(context):
        yield "the properties are those of another attestation"
    rules = [found.id for found in run.tool.driver.rules]
    yield from (f"the rule `{name}` is there twice" for name, count in Counter(rules).items() if count > 1)
    yield from (f"the rule `{name}` has no result" for name in sorted(set(rules) - {r.rule_id for r in run.results}))
    documents = [found.location.uri for found in run.artifacts]
    yield from (f"the artefact `{name}` is there twice" for name, n in Counter(documents).items() if n > 1)
    named = set(documents)
    rows = {fingerprint(row.requirement, row.product): row for row in context.rows}
    seen = Counter(found.partial_fingerprints.get(PRINT, "") for found in run.results)
    for print_, row in rows.items():
        if seen[print_] != 1:
            yield f"`{row.requirement}` of `{row.product}` is there {seen[print_]} times"
    for found in run.results:
        row_ = rows.get(found.partial_fingerprints.get(PRINT, ""))
        if row_ is None:
            yield f"a result of `{found.rule_id}` belongs to no row"
        else:
            yield from _unlike(found, row_, rules)
        for place in found.locations:
            if place.physical_location.artifact_location.uri not in named:
                yield f"a location of `{found.rule_id}` is in no artefact"


def _unlike(found: _Found, row: Row, rules: Sequence[str]) -> Iterator[str]:
    """In what a result differs from its row."""
    if found.rule_id != _visible(row.requirement):
        yield f"`{row.requirement}` is called `{found.rule_id}`"
    if not 0 <= found.rule_index < len(rules) or rules[found.rule_index] != found.rule_id:
        yield f"the rule of `{found.rule_id}` is not where its index says"
    if found.kind != KINDS[row.status]:
        yield f"`{row.requirement}` is {row.status} and has the kind `{found.kind}`"
    if (found.level != "none") != (found.kind == "fail"):
        yield f"`{row.requirement}` has the kind `{found.kind}` and the level `{found.level}`"
    if len(found.suppressions) != (row.status == "waived"):
        yield f"`{row.requirement}` is {row.status} and has {len(found.suppressions)} suppressions"
    said = found.properties
    if (said.status, said.blocks, said.of) != (row.status, row.blocks, row.of):
        yield f"the properties of `{row.requirement}` are not those of its row"
