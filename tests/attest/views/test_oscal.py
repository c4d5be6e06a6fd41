"""OSCAL assessment results and plans of action: official schemas, the table of statuses, our own checks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rulewright.attest.canonical import canonical
from rulewright.attest.views import oscal_common, oscal_poam, oscal_results, told
from rulewright.standards.exchange.names import token
from tests.attest.views.support import NAMES, Change, by_status, changed, given, oscal_errors, texts
from tests.cli.reports import EVIL

STATES = {
    "pass": ("satisfied", "pass", None),
    "fail": ("not-satisfied", "fail", "open"),
    "unknown": ("not-satisfied", "other", "open"),
    "error": ("not-satisfied", "other", "open"),
}


def _results(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(oscal_results.render(given(name)))["assessment-results"]["results"]
    return found


def _poam(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(oscal_poam.render(given(name)))["plan-of-action-and-milestones"]
    return found


def _prop(tree: dict[str, Any], name: str) -> str:
    return next((str(item["value"]) for item in tree["props"] if item["name"] == name), "")


@pytest.mark.parametrize("name", NAMES)
def test_results_are_valid_and_whole(name: str, shared: Path) -> None:
    """The official schema and our own checks have nothing to say, and the form is canonical."""
    document = oscal_results.render(given(name))
    assert canonical(document)
    assert oscal_errors(shared, "assessment-results", document) == []
    assert oscal_results.problems(document, given(name)) == ()
    assert oscal_results.render(given(name)) == document


@pytest.mark.parametrize("name", [name for name in NAMES if name != "all-pass"])
def test_plans_are_valid_and_whole(name: str, shared: Path) -> None:
    """The same for the plan of action."""
    document = oscal_poam.render(given(name))
    assert canonical(document)
    assert oscal_errors(shared, "poam", document) == []
    assert oscal_poam.problems(document, given(name)) == ()
    assert oscal_poam.render(given(name)) == document


def test_nothing_left_to_do_is_no_plan() -> None:
    """OSCAL has no plan without an item."""
    assert not oscal_poam.applies(given("all-pass"))
    assert oscal_poam.applies(given("every-status"))
    assert oscal_results.applies(given("all-pass"))


@pytest.mark.parametrize("name", NAMES)
def test_findings_follow_the_table(name: str) -> None:
    """State, reason and risk of every row are those of docs/reference/attestation.md."""
    context = given(name)
    rows = {(row.requirement, row.product): row for row in context.rows}
    for result in _results(name):
        risks = {item["uuid"]: item for item in result.get("risks", [])}
        for finding in result.get("findings", []):
            row = rows.pop((_prop(finding, "requirement"), _prop(finding, "product")))
            status = finding["target"]["status"]
            if row.status == "waived":
                wanted = ("not-satisfied", "fail" if row.of == "fail" else "other", "deviation-approved")
            else:
                wanted = STATES[row.status]  # type: ignore[assignment]  # the third may be missing
            risk = [risks[item["risk-uuid"]]["status"] for item in finding.get("related-risks", [])]
            assert (status["state"], status["reason"], risk[0] if risk else None) == wanted
            standard, _, own = row.requirement.partition(":")
            assert finding["target"]["target-id"] == f"{token(standard, own)}_smt"
    assert {row.status for row in rows.values()} <= {"not_applicable"}


def test_what_does_not_apply_is_not_reviewed_and_says_why() -> None:
    """It is excluded with a remark, and has no finding and no observation."""
    absent = by_status(given("every-status"), "not_applicable")
    (result,) = _results("every-status")
    (selection,) = result["reviewed-controls"]["control-selections"]
    assert [item["control-id"] for item in selection["exclude-controls"]] == [
        token(*name.split(":", 1)) for name in absent
    ]
    assert [item["value"] for item in selection["props"]] == absent
    assert all(item["remarks"] for item in selection["props"])
    included = {item["control-id"] for item in selection["include-controls"]}
    assert included.isdisjoint(item["control-id"] for item in selection["exclude-controls"])


def test_each_product_has_a_result() -> None:
    """A product of which nothing applies has a result without findings, whose selection is empty in effect."""
    found = {_prop(item, "product"): item for item in _results("two-products")}
    assert sorted(found) == ["p1", "p2", "p3"]
    (selection,) = found["p2"]["reviewed-controls"]["control-selections"]
    assert selection["include-controls"] == selection["exclude-controls"]
    assert "findings" not in found["p2"]


def test_plan_has_an_item_for_everything_open() -> None:
    """Fails, unknowns, errors and waivers, these with their dates; nothing else."""
    context = given("every-status")
    items = {_prop(item, "requirement"): item for item in _poam("every-status")["poam-items"]}
    assert set(items) == {row.requirement for row in context.rows if row.status in told.OPEN}
    for row in context.rows:
        if row.status == "waived":
            assert _prop(items[row.requirement], "deadline") == "2026-12-31T23:59:59Z"
            assert _prop(items[row.requirement], "approved-on") == "2026-08-01"
        elif row.requirement in items:
            assert _prop(items[row.requirement], "deadline") == ""


def test_waiver_names_its_approver_and_ends() -> None:
    """The log of the risk has the approval, by a party that is there."""
    plan = _poam("camera")
    (risk,) = [item for item in plan["risks"] if item["status"] == "deviation-approved"]
    (entry,) = risk["risk-log"]["entries"]
    (party,) = plan["metadata"]["parties"]
    assert entry["logged-by"] == [{"party-uuid": party["uuid"], "role-id": "approver"}]
    assert (party["name"], entry["start"], risk["deadline"]) == (
        "licences@acme.example", "2026-01-05T00:00:00Z", "2026-12-31T23:59:59Z"
    )  # fmt: skip


def test_evidence_has_pointers_and_leads_to_documents() -> None:
    """An element says where it stands; the document is a resource with its digest."""
    document = json.loads(oscal_results.render(given("every-status")))["assessment-results"]
    evidence = [e for o in document["results"][0]["observations"] for e in o.get("relevant-evidence", [])]
    busybox = next(item for item in evidence if _prop(item, "element") == "busybox@1.36.1")
    assert (_prop(busybox, "pointer"), _prop(busybox, "line")) == ("/components/12", "check#1.1")
    resources = {f"#{item['uuid']}": item for item in document["back-matter"]["resources"]}
    assert resources[busybox["href"]]["title"] == "cam2.cdx.json"
    link = resources[busybox["href"]]["rlinks"][0]
    assert link["hashes"] == [{"algorithm": "SHA-256", "value": "ab" * 32}]
    assert busybox["description"] == "`busybox@1.36.1` (fail): `component.supplier = unknown (missing)`"
    stated = next(item for item in evidence if _prop(item, "element") == "transport.encrypted")
    assert (_prop(stated, "source"), "href" in stated) == ("facts.yaml", False)


def test_plan_leaves_evidence_to_the_results() -> None:
    """Its observations are those of the results, by the same UUIDs, and say so."""
    (result,) = _results("camera")
    known = {item["uuid"] for item in result["observations"]}
    for item in _poam("camera")["observations"]:
        assert item["uuid"] in known
        assert "relevant-evidence" not in item
        assert "assessment results" in item["remarks"]


def test_documents_name_the_attestation() -> None:
    """Tree and commitment stand in the metadata."""
    context = given("camera")
    for document in (oscal_results.render(context), oscal_poam.render(context)):
        (tree,) = json.loads(document).values()
        assert _prop(tree["metadata"], "tree") == context.results.tree
        assert _prop(tree["metadata"], "commitment") == context.results.commitment
        assert tree["metadata"]["last-modified"] == "2026-02-01T00:00:00Z"


def test_hostile_words_are_harmless() -> None:
    """No control character, no change of direction, and no HTML where OSCAL takes Markdown."""
    for document in (oscal_results.render(given("every-status")), oscal_poam.render(given("every-status"))):
        for text in texts(json.loads(document)):
            assert not set(text) & {"\x1b", "\u202e", "\x00"}
    titles = [f["title"] for f in _results("every-status")[0]["findings"] if "evil" in f["title"]]
    assert titles
    assert all("\\<b" in title for title in titles)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("plain_text - 1", "plain_text - 1"),
        ("[a](javascript:x)", r"\[a\](javascript:x)"),
        ("<img>", r"\<img>"),
        ("a `b` *c*", r"a \`b\` \*c\*"),
        ("R&D &lt;", r"R&D \&lt;"),
        (EVIL, "evil\\\\x1b\\[31m\\\\u{202e}gpj.exe\\\\x00|\\<b>\\*\\`"),
    ],
)
def test_markup_shows_text_as_it_is(words: str, shown: str) -> None:
    """Marks of Markdown are escaped."""
    assert oscal_common.markup(words) == shown


@pytest.mark.parametrize(
    ("words", "shown"), [("a", "`a`"), ("a `b`", "`` a `b` ``"), ("", ""), ("x ``y`` z", "```x ``y`` z```")]
)
def test_code_is_a_span(words: str, shown: str) -> None:
    """The fence is longer than any within."""
    assert oscal_common.code(words) == shown


def _result(tree: Any) -> Any:
    return tree["assessment-results"]["results"][0]


def _satisfied(tree: Any) -> None:
    for item in _result(tree)["findings"]:
        item["target"]["status"]["state"] = "satisfied"


def _state_of(status: str) -> Change:
    def change(tree: Any) -> None:
        item = next(f for f in _result(tree)["findings"] if _prop(f, "status") == status)
        item["target"]["status"]["state"] = "satisfied" if status != "pass" else "not-satisfied"

    return change


def _twice(tree: Any) -> None:
    _result(tree)["findings"].append(_result(tree)["findings"][0])


def _foreign(tree: Any) -> None:
    tree["assessment-results"]["metadata"]["props"][0]["value"] = "other"


CHANGES: dict[str, Change] = {
    "a finding is missing": lambda tree: _result(tree)["findings"].pop(),
    "a finding is there twice": _twice,
    "an observation is missing": lambda tree: _result(tree)["observations"].pop(),
    "a risk is missing": lambda tree: _result(tree)["risks"].pop(),
    "all are satisfied": _satisfied,
    **{f"{status} has another state": _state_of(status) for status in ("pass", "fail", "waived", "unknown", "error")},
    "a waiver is a closed risk": lambda tree: next(
        r for r in _result(tree)["risks"] if r["status"] == "deviation-approved"
    ).update(status="closed"),
    "a fail is an approved deviation": lambda tree: next(
        r for r in _result(tree)["risks"] if r["status"] == "open"
    ).update(status="deviation-approved"),
    "an observation leads nowhere": lambda tree: _result(tree)["findings"][0]["related-observations"][0].update(
        {"observation-uuid": "11111111-1111-4111-8111-111111111111"}
    ),
    "a finding leads to another's observation": lambda tree: _result(tree)["findings"][0].update(
        {"related-observations": _result(tree)["findings"][1]["related-observations"]}
    ),
    "a risk is taken off": lambda tree: next(f for f in _result(tree)["findings"] if "related-risks" in f).pop(
        "related-risks"
    ),
    "another control": lambda tree: _result(tree)["findings"][0]["target"].update({"target-id": "x_smt"}),
    "reviewed is what does not apply": lambda tree: _result(tree)["reviewed-controls"]["control-selections"][0].pop(
        "exclude-controls"
    ),
    "no reason why it does not apply": lambda tree: _result(tree)["reviewed-controls"]["control-selections"][0][
        "props"
    ][0].pop("remarks"),
    "a reviewed control is left out": lambda tree: _result(tree)["reviewed-controls"]["control-selections"][0][
        "include-controls"
    ].pop(),
    "a UUID is there twice": lambda tree: _result(tree)["risks"][0].update(uuid=_result(tree)["findings"][0]["uuid"]),
    "the component is missing": lambda tree: _result(tree)["local-definitions"].pop("components"),
    "the plan leads nowhere": lambda tree: tree["assessment-results"]["import-ap"].update(href="#nothing"),
    "the result is missing": lambda tree: tree["assessment-results"].update(results=[]),
    "another attestation": _foreign,
    "another document": lambda tree: tree.update(catalog=tree.pop("assessment-results")),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changed_results_are_told(name: str) -> None:
    """Each change is found by our own checks."""
    context = given("every-status")
    document = changed(oscal_results.render(context), CHANGES[name])
    assert oscal_results.problems(document, context)


def _plan(tree: Any) -> Any:
    return tree["plan-of-action-and-milestones"]


PLAN_CHANGES: dict[str, Change] = {
    "an item is missing": lambda tree: _plan(tree)["poam-items"].pop(),
    "an item leads to another's risk": lambda tree: _plan(tree)["poam-items"][0].update(
        {"related-risks": _plan(tree)["poam-items"][1]["related-risks"]}
    ),
    "a finding is missing": lambda tree: _plan(tree)["findings"].pop(),
    "a deadline is put off": lambda tree: next(
        p for i in _plan(tree)["poam-items"] for p in i["props"] if p["name"] == "deadline"
    ).update(value="2030-01-01T00:00:00Z"),
    "a party is gone": lambda tree: _plan(tree)["metadata"].pop("parties"),
    "the engine is gone": lambda tree: _plan(tree)["local-definitions"].pop("assessment-assets"),
}


@pytest.mark.parametrize("name", PLAN_CHANGES)
def test_changed_plans_are_told(name: str) -> None:
    """Each change is found by our own checks."""
    context = given("every-status")
    assert oscal_poam.problems(changed(oscal_poam.render(context), PLAN_CHANGES[name]), context)


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"assessment-results":1}', b"\xff"])
def test_what_is_no_document_is_told(document: bytes) -> None:
    """Bytes that are no such document are a problem, not an exception."""
    assert oscal_results.problems(document, given("camera"))
    assert oscal_poam.problems(document, given("camera"))


def test_schemas_see_none_of_the_references(shared: Path) -> None:
    """Why our own checks are there: the official schema takes a finding that leads nowhere."""
    context = given("every-status")
    document = changed(oscal_results.render(context), CHANGES["an observation leads nowhere"])
    assert oscal_errors(shared, "assessment-results", document) == []
    assert oscal_errors(shared, "assessment-results", changed(document, lambda t: _result(t).pop("start")))
