"""What assessment results and plans of action have in common: metadata, findings, observations, risks.

Guarantees: a finding is `satisfied` for a row that passes and for no other; a waived row is `not-satisfied` with a risk that is
`deviation-approved`; a row that does not apply has no finding.  UUIDs are version 5 and follow from what is named; times are
those of the result and its waivers, never a clock's.  Names, properties and identifiers of controls are those of our OSCAL
catalogues (`standards/exchange`), so a finding leads to its control.  Texts from outside are escaped where OSCAL takes Markdown.
Source: OSCAL 1.2.1, assessment results and POA&M models.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from rulewright.attest.views import told
from rulewright.attest.views.context import Context
from rulewright.attest.views.told import Evidence, Told, text
from rulewright.engine.result import Waived
from rulewright.standards.exchange.names import NAMESPACE, token, uuid
from rulewright.standards.exchange.oscal import Tree, kept

VERSION = "1.2.1"
"""The version of OSCAL that the documents say they are in."""
MEDIA_TYPE = "application/oscal+json"
STATES: Mapping[str, tuple[str, str]] = {
    "pass": ("satisfied", "pass"),
    "fail": ("not-satisfied", "fail"),
    "waived": ("not-satisfied", "fail"),
    "unknown": ("not-satisfied", "other"),
    "error": ("not-satisfied", "other"),
}
"""Status to state and reason of a finding; `not_applicable` has no finding."""
_MARKS = re.compile(r"[\\`*\[\]<]|&(?=#?\w+;)")
_FENCE = re.compile(r"`+")


def props(pairs: Iterable[tuple[str, str]]) -> list[Tree]:
    """Properties of ours, those with a value."""
    return [{"name": name, "ns": NAMESPACE, "value": text(value)} for name, value in pairs if text(value)]


def markup(words: str) -> str:
    """A text as Markdown on one line, which shows it as it is: no link, no HTML, no emphasis."""
    return _MARKS.sub(lambda found: "\\" + found[0], text(words))


def code(words: str) -> str:
    """A text as a code span."""
    plain = text(words)
    fence = "`" * (max((len(found) for found in _FENCE.findall(plain)), default=0) + 1)
    space = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{space}{plain}{space}{fence}" if plain else ""


def metadata(context: Context, title: str) -> Tree:
    """Title, time, and what identifies the attestation."""
    approvers = sorted({approver(item.result.waived) for item in told.told(context) if item.result.waived})
    parties = [{"uuid": uuid("approver", name), "type": "person", "name": name} for name in approvers]
    return kept({
        "title": markup(title),
        "last-modified": told.moment(context.report.as_of),
        "version": text(context.report.as_of),
        "oscal-version": VERSION,
        "props": props(told.identity(context)),
        "roles": [{"id": "approver", "title": "Approver of waivers"}] if parties else [],
        "parties": parties,
        "responsible-parties": (
            [{"role-id": "approver", "party-uuids": [party["uuid"] for party in parties]}] if parties else []
        ),
    })  # fmt: skip


def approver(waived: Waived) -> str:
    """Who approved a waiver."""
    return text(waived.approved_by) or "not named"


def identified(kind: str, context: Context, *more: str) -> str:
    """The UUID of a document or a part of it that belongs to this attestation alone."""
    return uuid(kind, context.results.tree, context.results.commitment, context.report.as_of, *more)


def about(kind: str, item: Told, context: Context) -> str:
    """The UUID of what is said of a row."""
    return identified(kind, context, item.row.requirement, item.row.product)


def control(item: Told) -> str:
    """The identifier of a requirement as a control, as our catalogues have it."""
    return token(item.standard, item.name)


def row_props(item: Told) -> list[Tree]:
    """What the row says, as properties."""
    row = item.row
    waiver = row.waiver
    return props([
        ("requirement", row.requirement),
        ("product", row.product),
        ("status", row.status),
        ("of", row.of or ""),
        ("level", row.level),
        ("severity", row.severity),
        ("blocks", "true" if row.blocks else "false"),
        ("basis", row.basis),
        ("waiver", waiver.id if waiver else ""),
        ("waived-until", waiver.until if waiver else ""),
        *(("reference", words) for words in item.result.refs),
    ])  # fmt: skip


def component(product: tuple[str, str, str]) -> Tree:
    """A product."""
    return kept({
        "uuid": product_uuid(product[0]),
        "type": "system",
        "title": markup(told.called(product)),
        "description": f"The product {code(product[0]) or '-'}, as it was judged.",
        "props": props([("product", product[0]), ("name", product[1]), ("version", product[2])]),
        "status": {"state": "other", "remarks": "The result does not say in which state the product is."},
    })  # fmt: skip


def product_uuid(product: str) -> str:
    """The UUID of a product."""
    return uuid("product", product)


def assets(context: Context, owner: str) -> Tree:
    """The engine, as what the assessment was made with; `owner` tells its places in one document apart."""
    name = f"rulewright {text(context.engine.version)}"
    found: Tree = {
        "uuid": engine_uuid(context, owner),
        "type": "software",
        "title": markup(name),
        "description": "The engine that evaluated the rules.",
        "props": props([("engine", context.engine.id), ("engine-code", context.engine.code)]),
        "status": {"state": "operational"},
    }
    platform = {
        "uuid": identified("platform", context, owner),
        "title": markup(name),
        "uses-components": [{"component-uuid": found["uuid"]}],
    }
    return {"components": [found], "assessment-platforms": [platform]}


def engine_uuid(context: Context, owner: str) -> str:
    """The UUID of the engine at one place of a document."""
    return identified("engine", context, owner)


def origins(context: Context, owner: str) -> list[Tree]:
    """The engine, as who says it."""
    return [{"actors": [{"type": "tool", "actor-uuid": engine_uuid(context, owner)}]}]


def finding(item: Told, context: Context, owner: str) -> Tree:
    """What was found about a requirement that applies."""
    state, reason = STATES[item.row.status]
    if item.row.of == "unknown":
        reason = "other"
    risk = [{"risk-uuid": about("risk", item, context)}] if item.row.status in told.OPEN else []
    return kept({
        "uuid": about("finding", item, context),
        "title": _title(item),
        "description": _description(item),
        "props": row_props(item),
        "origins": origins(context, owner),
        "target": {
            "type": "statement-id",
            "target-id": f"{control(item)}_smt",
            "title": _title(item),
            "status": {"state": state, "reason": reason, "remarks": markup(told.because(item))},
        },
        "related-observations": [{"observation-uuid": about("observation", item, context)}],
        "related-risks": risk,
    })  # fmt: skip


def _title(item: Told) -> str:
    return markup(item.result.title) or markup(item.row.requirement)


def _description(item: Told) -> str:
    """Requirement and status, in one sentence."""
    words = {
        "pass": "is met",
        "fail": "is not met",
        "waived": f"is waived; without the waiver it {'is not met' if item.row.of == 'fail' else 'cannot be judged'}",
        "unknown": "cannot be judged: facts are missing",
        "error": "could not be evaluated",
    }
    return f"The requirement {code(item.row.requirement)} {words[item.row.status]}."


def observation(item: Told, context: Context, owner: str, *, evidence: bool = True) -> Tree:
    """What was looked at for a row, with where it stands, unless that is told elsewhere (`evidence`)."""
    lines = [f"{code(found.line)} {found.verdict}: {code(found.text)}" for found in item.result.reason]
    total = told.elements_total(item.result)
    method = "EXAMINE" if item.row.basis != "manual" else "INTERVIEW"
    return kept({
        "uuid": about("observation", item, context),
        "title": _title(item),
        "description": "\n\n".join(lines) or markup(told.because(item)),
        "props": props([
            ("requirement", item.row.requirement),
            ("product", item.row.product),
            ("basis", item.row.basis),
            ("elements-total", str(total)),
            *(("missing", words) for words in told.lacks(item.result.reason)),
        ]),
        "methods": [method],
        "types": ["finding"],
        "origins": origins(context, owner),
        "subjects": [{"subject-uuid": product_uuid(item.row.product), "type": "component"}],
        "relevant-evidence": list(_evidence(item, context)) if evidence else [],
        "collected": told.moment(context.report.as_of),
        "remarks": "" if evidence else "Its evidence is that of the same observation in the assessment results.",
    })  # fmt: skip


def _evidence(item: Told, context: Context) -> Iterator[Tree]:
    """Each thing looked at, with a link to the document where it stands, else with its name."""
    own = {"", item.row.product}
    known = {text(found.name): found.sha256 for found in context.report.inputs if found.product in own}
    for found in told.evidence(item.result):
        digest = known.get(found.source)
        yield kept({
            "href": f"#{input_uuid(found.source, digest)}" if digest else "",
            "description": _seen(found),
            "props": props([
                ("line", found.line),
                ("element", found.id),
                ("source", "" if digest else found.source),
                ("pointer", found.pointer),
            ]),
        })  # fmt: skip


def input_uuid(name: str, digest: str) -> str:
    """The UUID of a document that was read."""
    return uuid("input", name, digest)


def _seen(found: Evidence) -> str:
    values = f": {', '.join(map(code, found.values))}" if found.values else ""
    return f"{code(found.id) or 'an element'} ({found.verdict}){values}"


def risk(item: Told, context: Context, owner: str) -> Tree:
    """What follows from a row that is not met, not known, or waived."""
    waived = item.result.waived
    return kept({
        "uuid": about("risk", item, context),
        "title": _title(item),
        "description": _description(item),
        "statement": markup(told.because(item)),
        "props": row_props(item),
        "status": "deviation-approved" if waived else "open",
        "origins": origins(context, owner),
        "deadline": told.last_moment(waived.until) if waived else "",
        "remediations": [_remediation(item, context)] if text(item.result.fix) else [],
        "risk-log": {"entries": [_approval(item, waived, context)]} if waived else {},
        "related-observations": [{"observation-uuid": about("observation", item, context)}],
    })  # fmt: skip


def _remediation(item: Told, context: Context) -> Tree:
    """What the requirement's author advises."""
    return {
        "uuid": about("fix", item, context),
        "lifecycle": "recommendation",
        "title": "What to do",
        "description": markup(item.result.fix),
    }


def _approval(item: Told, waived: Waived, context: Context) -> Tree:
    """The waiver, as an entry of the log."""
    party = uuid("approver", approver(waived))
    return {
        "uuid": about("waiver", item, context),
        "title": markup(f"Waiver {waived.id}"),
        "description": markup(waived.because) or "no reason told",
        "start": told.moment(waived.approved_on),
        "end": told.last_moment(waived.until),
        "logged-by": [{"party-uuid": party, "role-id": "approver"}],
        "status-change": "deviation-approved",
    }
