"""Whatever a result holds: only a row that passes looks like a pass, every row is there, and the documents are whole."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rulewright.attest.views import cyclonedx, cyclonedx_1_7, gemara, oscal_poam, oscal_results, told
from rulewright.attest.views.context import Context
from rulewright.engine.result import VERDICTS as VERDICT_WORDS
from rulewright.engine.result import Report, Result, Verdict
from tests.attest.views import contexts, gemara_schema
from tests.attest.views.support import OSCAL, cyclonedx_errors, oscal_errors
from tests.cli import reports
from tests.conftest import SHARED

NAMES = st.sampled_from(("x:1", "x:a b", "x:é", "x:_", "x.y:1", "y", 'z:"<&', "x:1/2#3"))
PRODUCTS = st.sampled_from(("", "p", "pkg:generic/a@1?b=c#d", "日本", "a\u202eb", "two words", "line\nend"))
VERDICTS: st.SearchStrategy[Verdict] = st.sampled_from(VERDICT_WORDS)


@st.composite
def report(draw: st.DrawFn) -> Report:
    """A report about some requirements for some products."""
    keys = draw(st.lists(st.tuples(NAMES, PRODUCTS), min_size=1, max_size=8, unique=True))
    return reports.report(*(draw(_result(name, product)) for name, product in keys))


@st.composite
def _result(draw: st.DrawFn, name: str, product: str) -> Result:
    verdict = draw(VERDICTS)
    waived = reports.WAIVED.waived if verdict in {"fail", "unknown"} and draw(st.booleans()) else None
    reason = draw(st.sampled_from((reports.FAIL.reason, reports.UNKNOWN.reason, reports.WAIVED.reason, ())))
    words = draw(st.text(max_size=8))
    return reports.result(
        name, verdict, product=product, waived=waived, reason=reason, title=words, fix=words, refs=(words,)
    )


def _satisfied(context: Context) -> int:
    document = oscal_results.render(context)
    assert oscal_results.problems(document, context) == ()
    found: list[Any] = json.loads(document)["assessment-results"]["results"]
    states = [f["target"]["status"]["state"] for one in found for f in one.get("findings", [])]
    assert len(states) == sum(row.status != "not_applicable" for row in context.rows)
    return states.count("satisfied")


def _scored(context: Context) -> int:
    document = cyclonedx_1_7.render(context)
    assert cyclonedx_1_7.problems(document, context) == ()
    declared = json.loads(document)["declarations"]
    maps = [item for one in declared["attestations"] for item in one["map"]]
    assert sum("claims" in item for item in maps) == sum(item["conformance"].get("score") == 1 for item in maps)
    return sum(item["conformance"].get("score") == 1 for item in maps)


def _passed(context: Context) -> int:
    document = gemara.render(context)
    assert gemara.problems(document, context) == ()
    logs = [log["result"] for one in json.loads(document)["evaluations"] for log in one["assessment-logs"]]
    assert len(logs) == len(context.rows)
    return logs.count("Passed")


def _items(context: Context) -> int:
    if not oscal_poam.applies(context):
        return 0
    document = oscal_poam.render(context)
    assert oscal_poam.problems(document, context) == ()
    return len(json.loads(document)["plan-of-action-and-milestones"]["poam-items"])


@given(report())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_only_a_pass_looks_like_one(found: Report) -> None:
    """The same number in every view, and everything else is left to do or does not apply."""
    context = contexts.context(found)
    passing = sum(row.status == "pass" for row in context.rows)
    assert (_satisfied(context), _scored(context), _passed(context)) == (passing, passing, passing)
    assert _items(context) == sum(row.status in told.OPEN for row in context.rows)
    assert all((cyclonedx.score(item) == 1) == (item.row.status == "pass") for item in told.told(context))


@given(report())
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_official_schemas_take_whatever_a_result_holds(found: Report) -> None:
    """Empty and odd words in every place that documents fill."""
    context = contexts.context(found)
    assert cyclonedx_errors(cyclonedx_1_7.render(context), "1.7") == []
    assert gemara_schema.errors(json.loads(gemara.render(context))) == []
    if (SHARED / OSCAL).is_dir():
        assert oscal_errors(SHARED, "assessment-results", oscal_results.render(context)) == []
        if oscal_poam.applies(context):
            assert oscal_errors(SHARED, "poam", oscal_poam.render(context)) == []
