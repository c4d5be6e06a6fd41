"""What is left to do as an OSCAL plan of action and milestones: one item for each fail, unknown, error and waiver.

Guarantees: valid by the schema of OSCAL 1.2.1; no item for a row that passes or does not apply, exactly one for every other, with
its finding, observation and risk; a waiver's item ends with the last second of its last day.  Observations are those of the
assessment results, by the same UUIDs; their evidence is told there.  No date is invented: an item without
a waiver has no deadline.  The same context gives the same bytes (RFC 8785).
"""

from __future__ import annotations

from typing import Any

from rulewright.attest.views import oscal_common as common
from rulewright.attest.views import oscal_integrity as integrity
from rulewright.attest.views import oscal_resources, told
from rulewright.attest.views.context import Context
from rulewright.attest.views.told import Told
from rulewright.standards.exchange.names import uuid
from rulewright.standards.exchange.oscal import Tree, kept

NAME = "oscal-poam.json"
MEDIA_TYPE = common.MEDIA_TYPE
_OWNER = "poam"


def _open(context: Context) -> list[Told]:
    return [item for item in told.told(context) if item.row.status in told.OPEN]


def applies(context: Context) -> bool:
    """Whether anything is left to do: OSCAL has no plan without an item."""
    return any(row.status in told.OPEN for row in context.rows)


def render(context: Context) -> bytes:
    """The document.  Raises `ValueError` where rows and results do not belong together."""
    rows = _open(context)
    products = told.products(context)
    names = ", ".join(map(told.called, products))
    return told.write({
        "plan-of-action-and-milestones": {
            "uuid": common.identified("poam", context),
            "metadata": common.metadata(context, f"Plan of action and milestones for {names}"),
            "system-id": {
                "identifier-type": "https://ietf.org/rfc/rfc4122",
                "id": uuid("system", *(product[0] for product in products)),
            },
            "local-definitions": {
                "components": [common.component(product) for product in products],
                "assessment-assets": common.assets(context, _OWNER),
            },
            "observations": [common.observation(item, context, _OWNER, evidence=False) for item in rows],
            "risks": [common.risk(item, context, _OWNER) for item in rows],
            "findings": [common.finding(item, context, _OWNER) for item in rows],
            "poam-items": [_item(item, context) for item in rows],
            "back-matter": oscal_resources.back_matter(context),
        }
    })  # fmt: skip


def _item(item: Told, context: Context) -> Tree:
    """One thing to do."""
    waived = item.result.waived
    return kept({
        "uuid": common.about("poam-item", item, context),
        "title": common.markup(item.result.title) or common.markup(item.row.requirement),
        "description": common.markup(item.result.fix) or common.markup(told.because(item)),
        "props": [
            *common.row_props(item),
            *common.props([
                ("approved-on", waived.approved_on if waived else ""),
                ("deadline", told.last_moment(waived.until) if waived else ""),
            ]),
        ],
        "origins": common.origins(context, _OWNER),
        "related-findings": [{"finding-uuid": common.about("finding", item, context)}],
        "related-observations": [{"observation-uuid": common.about("observation", item, context)}],
        "related-risks": [{"risk-uuid": common.about("risk", item, context)}],
    })  # fmt: skip


def problems(document: bytes, context: Context) -> tuple[str, ...]:
    """What is wrong with a document beside what its schema tells; nothing where it is right."""
    wrong: list[str] = []
    tree = integrity.parsed(document, "plan-of-action-and-milestones", wrong)
    if not tree:
        return tuple(wrong)
    rows = _open(context)
    integrity.integrity(tree, wrong)
    integrity.bound(tree, context, wrong)
    integrity.findings_right(tree, rows, context, wrong)
    items = [item for item in tree.get("poam-items", []) if isinstance(item, dict)]
    integrity.rows_once(map(integrity.key_in, items), map(integrity.key_of, rows), "an item", wrong)
    by_key = {integrity.key_of(item): item for item in rows}
    for found in items:
        item = by_key.get(integrity.key_in(found))
        if item is not None:
            _item_right(found, item, context, wrong)
    return tuple(wrong)


def _item_right(found: dict[str, Any], item: Told, context: Context, wrong: list[str]) -> None:
    """An item leads to finding and risk of its row, and a waiver's has its end."""
    name = f"the item of {item.row.requirement} for {item.row.product}"
    findings = [one.get("finding-uuid") for one in found.get("related-findings", [])]
    risks = [one.get("risk-uuid") for one in found.get("related-risks", [])]
    if findings != [common.about("finding", item, context)] or risks != [common.about("risk", item, context)]:
        wrong.append(f"{name} does not lead to its finding and its risk")
    deadline = told.last_moment(item.row.waiver.until) if item.row.waiver else ""
    if integrity.prop_of(found, "deadline") != deadline:
        wrong.append(f"{name} has another deadline than its waiver")
