"""Derived statements: nothing is summed up as a pass that something open, waived or in error speaks against."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from rulewright.attest import container, dsse, model
from rulewright.attest.derived import derive
from rulewright.attest.model import ROOT, RootStatement, Row, Status
from rulewright.attest.rows import tallies
from tests.attest import good

PAYLOAD = dsse.decode(container.decode(good.bundle())["root.dsse.json"]).payload
SAID = model.decode(PAYLOAD, RootStatement, 1 << 22)


def row(requirement: str, status: Status = "pass", level: str = "shall", *, blocks: bool | None = None) -> Row:
    closes = status == "error" or (status in {"fail", "unknown"} and level == "shall")
    return Row(
        product="p", requirement=requirement, level=level, severity="high", status=status,
        of="fail" if status == "waived" else None,
        waiver=model.Waiver(id="w", approved_by="x", until="2026-12-31") if status == "waived" else None,
        blocks=closes if blocks is None else blocks, basis="re-derivable", detail="",
    )  # fmt: skip


def made(name: str, *rows: Row, **changes: Any) -> Any:
    """The predicate of a statement of a root over some rows."""
    gate = "fail" if any(item.blocks for item in rows) else "pass"
    said = msgspec.structs.replace(SAID.predicate, **{"gate": gate, "verdicts": tallies(rows), **changes})
    statement = msgspec.structs.replace(SAID, predicate=said)
    return json.loads(derive(PAYLOAD, statement, rows)[name])["predicate"]


def test_a_summary_passes_where_everything_that_is_asked_for_does() -> None:
    told = made("vsa", row("x:1"), row("x:2", "not_applicable"), row("x:3", "fail", "may"))
    assert (told["verificationResult"], told["verifiedLevels"]) == ("PASSED", [])
    told = made("vsa", row("x:1"), row("y.z:2", "not_applicable"), row("y.z:3"))
    assert (told["verificationResult"], told["verifiedLevels"]) == ("PASSED", ["RULEWRIGHT_X", "RULEWRIGHT_Y_Z"])


@pytest.mark.parametrize(
    ("rows", "changes"),
    [
        ((row("x:1"), row("x:2", "fail", "should", blocks=True)), {"fail_on": "should"}),
        ((row("x:1"), row("x:2", "unknown", "should", blocks=True)), {"fail_on": "should"}),
        ((row("x:1"), row("x:2", "error", "should")), {}),
        ((row("x:1"), row("x:2", "error", "may")), {}),
        ((row("x:1"),), {"fail_on": "never"}),
        ((row("x:1"),), {"gate": "fail"}),
        ((row("x:1"), row("x:2", "waived")), {}),
        ((row("x:1", "not_applicable"),), {}),
    ],
)
def test_a_summary_does_not_pass_where_something_speaks_against_it(rows: tuple[Row, ...], changes: Any) -> None:
    told = made("vsa", *rows, **changes)
    assert (told["verificationResult"], told["verifiedLevels"]) == ("FAILED", [])


def test_each_names_the_root() -> None:
    digest = {"sha256": good.root_digest(container.decode(good.bundle()))}
    rows = (row("x:1"),)
    assert made("svr", *rows)[ROOT] == {"digest": digest}
    assert made("vsa", *rows)["inputAttestations"] == [{"uri": ROOT, "digest": digest}]
    assert made("test-result", *rows)["configuration"] == [{"name": "root", "digest": digest}]


@pytest.mark.parametrize(
    ("rows", "properties"),
    [
        ((row("x:a", "waived"),), ["RULEWRIGHT_X_A_WAIVED"]),
        ((row("x:a", "waived"), row("x:a-waived", "fail")), []),
        ((row("x:a", "waived"), row("x:a-waived", "waived")), ["RULEWRIGHT_X_A_WAIVED_WAIVED"]),
        ((row("x:a", "waived"), row("x:a-waived", "unknown"), row("x:a_waived")), []),
        ((row("x:a", "waived"), row("x:a-waived")), ["RULEWRIGHT_X_A_WAIVED"]),
        ((row("x:a"), row("x:a-waived", "fail")), ["RULEWRIGHT_X_A"]),
    ],
)
def test_a_waived_property_is_not_that_of_a_requirement_that_failed(
    rows: tuple[Row, ...], properties: list[str]
) -> None:
    assert made("svr", *rows)["properties"] == properties
