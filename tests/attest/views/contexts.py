"""Contexts of views: a hand-made report with every status and hostile words, and the real one of the example."""

from collections.abc import Sequence
from typing import Literal

from rulewright.attest import rows
from rulewright.attest.disclosure import Tree, blinded, requirements
from rulewright.attest.model import EngineInfo, Results, Row, Subject
from rulewright.attest.views.context import Context
from rulewright.engine.result import Clash, Report, Result
from rulewright.facts.stack import ProductFacts
from tests.cli import reports

SEED = bytes(range(32))
CLASH = Clash("c-1", ("ul.x:1",), ("device.<b>",), "device.x")
ERROR = reports.result("etsi.en_303_645:5.9-1", "error", blocks=True, title="Resilience")
GUESSED = reports.result(
    "etsi.en_303_645:5.9-2",
    "unknown",
    title="Recovery",
    waived=reports.WAIVED.waived,
    conflicts=(CLASH,),
    note="a note\nin two lines",
)
HOSTILE = reports.result(
    "etsi.en_303_645:5.9-3", "fail", blocks=True, title=reports.EVIL, fix=f"</textarea>\n{reports.EVIL}"
)


def every_status() -> Report:
    """A report with a row of each status, one of them hostile, two of them waived."""
    return reports.report(
        reports.FAIL, reports.UNKNOWN, reports.WAIVED, reports.SHOULD, reports.PASS, reports.ABSENT, ERROR, GUESSED, HOSTILE
    )  # fmt: skip


def context(report: Report | None = None, products: Sequence[ProductFacts] = ()) -> Context:
    """The context of a report, as building a bundle makes it."""
    found = report or every_status()
    told = rows.plain(found)
    listed = tuple(rows.rows(found, told, SEED))
    results = Results(
        commitment=blinded(SEED, "results", b"{}"),
        tree=Tree(SEED, listed).root,
        leaves=len(listed),
        requirements=requirements(listed),
    )
    return Context(
        report=found,
        rows=listed,
        subjects=(Subject(name="cam.bin", digest={"sha256": "12" * 32}, annotations={"kind": "artifact"}),),
        valid_until="2026-12-31T23:59:59Z",
        results=results,
        engine=EngineInfo(id="urn:rulewright:engine", version="0.1.0", language="1", code="34" * 32),
        products=tuple(products),
    )


def row(found: Context, requirement: str) -> Row:
    """The row of a requirement."""
    return next(item for item in found.rows if item.requirement == requirement)


def verdict(found: Result) -> Literal["pass", "fail", "waived", "unknown", "error", "not_applicable"]:
    """The status of a result."""
    return rows.status(found)
