"""A result as a Gemara EvaluationLog (layer 5): one control evaluation for each requirement, one assessment for each product.

Guarantees: shaped as `#EvaluationLog` of Gemara 1.4.1, as JSON (which is YAML, too); `Passed` stands for a row that passes and for no
other; a waived fail is `Failed`, a waived unknown `Unknown`, with the waiver in the message; a requirement is `Passed` as a whole only
if it is for every product that it applies to.  The same context gives the same bytes (RFC 8785).
What it does not carry: the attestation's identity as members of its own, since the format is closed: it is a mapping reference,
`rulewright:attestation`.  `steps` are the lines of the check; the result is that of all of them, not of the last.
Source: github.com/gemaraproj/gemara, release 1.4.1: evaluationlog.cue, metadata.cue, entities.cue, collections.cue, mapping_inline.cue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rulewright.attest.model import Row
from rulewright.attest.views import told
from rulewright.attest.views.context import Context
from rulewright.attest.views.told import Told, text
from rulewright.standards.exchange.names import uuid
from rulewright.standards.exchange.oscal import Tree, kept

NAME = "gemara-evaluation-log.json"
MEDIA_TYPE = "application/json"
VERSION = "1.4.1"
ATTESTATION = "rulewright:attestation"
_ORDER = ("Failed", "Unknown", "Passed", "Not Applicable")
"""What decides about several: the first that is there."""


def applies(context: Context) -> bool:
    """Whether there is a row: a log has at least one evaluation."""
    return bool(context.rows)


def render(context: Context) -> bytes:
    """The document.  Raises `ValueError` where rows and results do not belong together."""
    rows = told.told(context)
    return told.write({
        "metadata": _metadata(rows, context),
        "target": _target(told.products(context)),
        "result": together(item.row for item in rows),
        "evaluations": [_evaluation(items, context) for items in _by_requirement(rows)],
    })  # fmt: skip


def _by_requirement(rows: Sequence[Told]) -> list[list[Told]]:
    """The rows of each requirement, in the order of the tree."""
    found: dict[str, list[Told]] = {}
    for item in rows:
        found.setdefault(item.row.requirement, []).append(item)
    return list(found.values())


def outcome(row: Row) -> str:
    """The word for a row; a waiver changes nothing."""
    verdict = row.of if row.status == "waived" else row.status
    words = {"pass": "Passed", "fail": "Failed", "not_applicable": "Not Applicable"}
    return words.get(verdict or "", "Unknown")


def together(rows: Iterable[Row]) -> str:
    """The word for several rows."""
    found = {outcome(row) for row in rows}
    return next(word for word in _ORDER if word in found)


def _metadata(rows: Sequence[Told], context: Context) -> Tree:
    """What the log is, who made it, what it refers to."""
    found = context.results
    levels = sorted({_level(item) for item in rows})
    return kept({
        "id": f"rulewright-{uuid('gemara', found.tree, found.commitment, context.report.as_of)}",
        "type": "EvaluationLog",
        "gemara-version": VERSION,
        "version": text(context.report.as_of),
        "date": told.moment(context.report.as_of),
        "description": "Requirements evaluated by rules over the facts of the product; a waiver never makes one pass.",
        "author": kept({
            "id": "rulewright",
            "name": "rulewright",
            "type": "Software",
            "version": text(context.engine.version),
        }),
        "mapping-references": [_attestation(context), *_standards(rows, context)],
        "applicability-groups": [
            {"id": name, "title": name, "description": f"Requirements of the level {name}"} for name in levels
        ],
    })  # fmt: skip


def _level(item: Told) -> str:
    return text(item.row.level) or "unstated"


def _attestation(context: Context) -> Tree:
    """The attestation that the log belongs to, by its name and its tree."""
    return {
        "id": ATTESTATION,
        "title": "The attestation that this log is a view of",
        "version": context.results.tree,
        "description": "; ".join(f"{name}={value}" for name, value in told.identity(context)),
    }


def _standards(rows: Sequence[Told], context: Context) -> Iterator[Tree]:
    """The standards that the requirements are of."""
    titles, editions = told.titles(context.report), told.editions(context.report)
    for name in sorted({item.standard for item in rows}):
        yield {"id": name, "title": titles.get(name, name), "version": editions.get(name, "unstated")}


def _target(products: Sequence[tuple[str, str, str]]) -> Tree:
    """The product, or the products together: a log has one target."""
    if len(products) == 1:
        one = products[0]
        name = text(one[1]) or text(one[0]) or "-"
        return kept({"id": text(one[0]) or "-", "name": name, "type": "Software", "version": text(one[2])})
    return {
        "id": f"rulewright-products-{uuid('products', *(product[0] for product in products))}",
        "name": f"{len(products)} products",
        "type": "Software",
        "description": "; ".join(f"{told.called(product)} ({text(product[0])})" for product in products),
    }


def _mapping(item: Told) -> Tree:
    return {"reference-id": item.standard, "entry-id": text(item.name)}


def _evaluation(items: Sequence[Told], context: Context) -> Tree:
    """A requirement, for every product."""
    result = together(item.row for item in items)
    deciding = next(item for item in items if outcome(item.row) == result)
    return {
        "name": text(items[0].result.title) or text(items[0].row.requirement),
        "result": result,
        "message": told.because(deciding),
        "control": _mapping(items[0]),
        "assessment-logs": [_assessment(item, context) for item in items],
    }


def _assessment(item: Told, context: Context) -> Tree:
    """A requirement, for one product; the product is in the remarks of the requirement."""
    steps = [text(f"{found.line}: {found.text}") for found in item.result.reason]
    start = told.moment(context.report.as_of)
    failing = item.row.status in told.OPEN
    waived = f"waived ({item.row.of} without the waiver); " if item.row.status == "waived" else ""
    return kept({
        "requirement": _mapping(item) | {"remarks": _about(item)},
        "description": text(item.result.title) or text(item.row.requirement),
        "result": outcome(item.row),
        "message": waived + told.because(item),
        "applicability": [_level(item)],
        "steps": steps or ["evaluate"],
        "start": start,
        "end": start,
        "recommendation": text(item.result.fix) if failing else "",
        "evidence": [_evidence(number, found, item, start) for number, found in enumerate(told.evidence(item.result))],
    })  # fmt: skip


def _about(item: Told) -> str:
    return f"product {text(item.row.product)}"


def _evidence(number: int, found: told.Evidence, item: Told, start: str) -> Tree:
    """One thing that was looked at."""
    return {
        "id": uuid("gemara-evidence", item.row.requirement, item.row.product, str(number)),
        "type": "rule-evaluation",
        "collected-at": start,
        "payload": found._asdict() | {"values": list(found.values)},
    }


def problems(document: bytes, context: Context) -> tuple[str, ...]:
    """What is wrong with a document: references, rows missing or there twice, words that their status does not allow."""
    try:
        tree = told.read(document)
    except ValueError as error:
        return (f"it cannot be read: {error}",)
    if not isinstance(tree, dict) or not isinstance(tree.get("metadata"), dict):
        return ("it is no log",)
    found: dict[str, Any] = tree
    wrong: list[str] = []
    rows = told.told(context)
    head = found["metadata"]
    if _attestation(context) not in head.get("mapping-references", []):
        wrong.append("it does not say that it belongs to this attestation")
    if found.get("result") != together(item.row for item in rows):
        wrong.append("the result is not that of the rows")
    _unique([item.get("id", "") for item in head.get("mapping-references", [])], "reference", wrong)
    _evaluations_right(found, rows, wrong)
    return tuple(wrong)


def _unique(names: Iterable[str], what: str, wrong: list[str]) -> None:
    wrong.extend(f"the {what} `{name}` is there {n} times" for name, n in sorted(Counter(names).items()) if n > 1)


def _evaluations_right(found: dict[str, Any], rows: Sequence[Told], wrong: list[str]) -> None:
    """Each row is there once, with its word; each evaluation has the word of its rows; references lead somewhere."""
    known = {item.get("id") for item in found["metadata"].get("mapping-references", [])}
    levels = {item.get("id") for item in found["metadata"].get("applicability-groups", [])}
    wanted = Counter((item.standard, text(item.name), _about(item), outcome(item.row), _level(item)) for item in rows)
    there: Counter[tuple[str, str, str, str, str]] = Counter()
    evidence: list[str] = []
    by_key: dict[tuple[str, str], list[Row]] = {}
    for item in rows:
        by_key.setdefault((item.standard, text(item.name)), []).append(item.row)
    for one in found.get("evaluations", []):
        control = one.get("control", {})
        key = (control.get("reference-id", ""), control.get("entry-id", ""))
        own = by_key.get(key, [])
        if not own or one.get("result") != together(own):
            wrong.append(f"the evaluation of {key[0]}:{key[1]} has not the result of its rows")
        for log in one.get("assessment-logs", []):
            named = log.get("requirement", {})
            if {k: v for k, v in named.items() if k != "remarks"} != control or key[0] not in known:
                wrong.append(f"an assessment of {key[0]}:{key[1]} leads nowhere")
            level = (log.get("applicability") or [""])[0]
            if level not in levels:
                wrong.append(f"an assessment of {key[0]}:{key[1]} has an unknown level")
            there[*key, named.get("remarks", ""), log.get("result", ""), level] += 1
            evidence += [item.get("id", "") for item in log.get("evidence", [])]
    wrong.extend(f"{key[0]}:{key[1]} for {key[2]} is missing, or has another result" for key in sorted(wanted - there))
    wrong.extend(f"{key[0]}:{key[1]} for {key[2]} is there and should not be" for key in sorted(there - wanted))
    _unique(evidence, "evidence", wrong)
