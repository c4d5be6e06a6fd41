"""A result as OSCAL assessment results: one `result` for each product, one finding for each requirement that applies.

Guarantees: valid by the schema of OSCAL 1.2.1; a requirement that does not apply is among the controls that were not reviewed,
with the reason, and has no finding; the same context gives the same bytes (RFC 8785).  See `oscal_common` for the findings.
What it does not carry: rules and facts as data; they are in `results.json`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rulewright.attest.views import oscal_common as common
from rulewright.attest.views import oscal_integrity as integrity
from rulewright.attest.views import oscal_resources, told
from rulewright.attest.views.context import Context
from rulewright.attest.views.told import Told
from rulewright.standards.exchange.oscal import Tree, kept

NAME = "oscal-assessment-results.json"
MEDIA_TYPE = common.MEDIA_TYPE


def applies(context: Context) -> bool:
    """Whether there is a row: OSCAL has no document without a result."""
    return bool(context.rows)


def render(context: Context) -> bytes:
    """The document.  Raises `ValueError` where rows and results do not belong together."""
    rows = told.told(context)
    names = ", ".join(map(told.called, told.products(context)))
    return told.write({
        "assessment-results": {
            "uuid": common.identified("assessment-results", context),
            "metadata": common.metadata(context, f"Assessment results for {names}"),
            "import-ap": {
                "href": f"#{oscal_resources.plan_uuid(context)}",
                "remarks": "There is no assessment plan in OSCAL: the rules are the plan.",
            },
            "results": [
                _result(product, [item for item in rows if item.row.product == product[0]], context)
                for product in told.products(context)
            ],
            "back-matter": oscal_resources.back_matter(context),
        }
    })  # fmt: skip


def _result(product: tuple[str, str, str], rows: Sequence[Told], context: Context) -> Tree:
    """What was found about one product."""
    owner = product[0]
    reviewed = [item for item in rows if item.row.status != "not_applicable"]
    start = told.moment(context.report.as_of)
    return kept({
        "uuid": common.identified("result", context, owner),
        "title": common.markup(f"Results for {told.called(product)}"),
        "description": f"Every requirement that applies to {common.code(owner) or 'the product'}, as of {start}.",
        "start": start,
        "end": start,
        "props": common.props([("product", owner), ("rows", str(len(rows)))]),
        "local-definitions": {
            "components": [common.component(product)],
            "assessment-assets": common.assets(context, owner),
        },
        "reviewed-controls": {"control-selections": [_selection(rows)]},
        "observations": [common.observation(item, context, owner) for item in reviewed],
        "risks": [common.risk(item, context, owner) for item in reviewed if item.row.status in told.OPEN],
        "findings": [common.finding(item, context, owner) for item in reviewed],
    })  # fmt: skip


def _selection(rows: Sequence[Told]) -> Tree:
    """The controls that were reviewed, and those that were not since they do not apply, each with its reason.

    Where none was reviewed the same ones are included and excluded, since a selection must include something.
    """
    gone = [item for item in rows if item.row.status == "not_applicable"]
    taken = [item for item in rows if item.row.status != "not_applicable"] or gone
    return kept({
        "description": "Reviewed are the requirements that apply.",
        "props": [_gone(item) for item in gone],
        "include-controls": [{"control-id": common.control(item)} for item in taken],
        "exclude-controls": [{"control-id": common.control(item)} for item in gone],
        "remarks": "Excluded are requirements that do not apply; the property of each says why." if gone else "",
    })  # fmt: skip


def _gone(item: Told) -> Tree:
    """A requirement that does not apply, with the reason."""
    made = common.props([("not-applicable", item.row.requirement)])[0]
    return made | {"remarks": common.markup(told.because(item))}


def problems(document: bytes, context: Context) -> tuple[str, ...]:
    """What is wrong with a document beside what its schema tells; nothing where it is right."""
    wrong: list[str] = []
    tree = integrity.parsed(document, "assessment-results", wrong)
    if not tree:
        return tuple(wrong)
    integrity.integrity(tree, wrong)
    integrity.bound(tree, context, wrong)
    listed = [item for item in tree.get("results", []) if isinstance(item, dict)]
    by_product = {integrity.prop_of(item, "product"): item for item in listed}
    wanted = {told.text(product[0]) for product in told.products(context)}
    if len(listed) != len(by_product) or set(by_product) != wanted:
        wrong.append("there is not one result for each product")
    everything = told.told(context)
    for product, found in sorted(by_product.items()):
        rows = [item for item in everything if told.text(item.row.product) == product]
        reviewed = [item for item in rows if item.row.status != "not_applicable"]
        integrity.findings_right(found, reviewed, context, wrong)
        _reviewed_right(found, rows, wrong)
    return tuple(wrong)


def _reviewed_right(found: dict[str, Any], rows: Sequence[Told], wrong: list[str]) -> None:
    """The controls reviewed and not reviewed are those of the rows, and each that is not says why."""
    selections = found.get("reviewed-controls", {}).get("control-selections", [])
    named = [
        (item.get("value"), bool(item.get("remarks")))
        for one in selections
        for item in one.get("props", [])
        if item.get("name") == "not-applicable"
    ]
    gone = [item for item in rows if item.row.status == "not_applicable"]
    if sorted(named) != sorted((told.text(item.row.requirement), True) for item in gone):
        wrong.append("what does not apply is not what the rows say, or has no reason")
    for key, wanted in (("exclude-controls", gone), ("include-controls", [r for r in rows if r not in gone] or gone)):
        there = sorted(item.get("control-id", "") for one in selections for item in one.get(key, []))
        if there != sorted(common.control(item) for item in wanted):
            wrong.append(f"`{key}` is not what the rows say")
