"""The published suites and the independent judges: counts, and a reason for every difference."""

from __future__ import annotations

import json

import pytest

from docs.scripts import identity
from tests.facts.identity import oracles, suites, verdicts
from tests.facts.identity.verdicts import UNEXPLAINED, Outcome

TAKEN = json.loads(identity.RESULTS.read_text(encoding="utf-8"))


def test_the_page_is_what_its_script_would_write() -> None:
    assert identity.PAGE.read_text(encoding="utf-8") == identity.page(), "run `make pages`"


def test_every_difference_on_the_page_has_its_reason() -> None:
    reasons = [reason for row in [*TAKEN["suites"], *TAKEN["judges"]] for reason, *_ in row["differences"]]
    assert reasons
    assert UNEXPLAINED not in reasons
    assert {row["title"] for row in TAKEN["suites"]} >= {source.title for source in suites.ORDERS.values()}


def is_as_taken(title: str, found: Outcome | None, where: str) -> None:
    if found is None:
        pytest.skip(f"no suite `{where}` in {suites.SUITES.name} (see RULEWRIGHT_SUITES)")
    row = next(row for row in TAKEN["suites"] if row["title"] == title)
    assert found.cases == row["cases"]
    assert [list(map(str, (reason, count))) for reason, count, _ in found.differences] == [
        list(map(str, (reason, count))) for reason, count, _ in row["differences"]
    ]


@pytest.mark.parametrize("name", sorted(suites.ORDERS))
def test_a_suite_of_version_orders(name: str) -> None:
    is_as_taken(suites.ORDERS[name].title, verdicts.order_suite(name), name)


def test_the_suite_of_package_urls() -> None:
    is_as_taken("Package URLs", verdicts.purl_suite(), "purl-spec")


def test_the_suite_of_vers() -> None:
    is_as_taken("VERS: ranges and version orders", verdicts.vers_suite(), "vers-spec")


def test_dpkg_itself_agrees() -> None:
    found = oracles.dpkg(400)
    if found is None:
        pytest.skip("no dpkg on this machine")
    assert found.cases > 100
    assert found.differences == ()


def test_packaging_agrees() -> None:
    found = oracles.packaging(3_000)
    assert found is not None
    assert found.differences == ()


def test_license_expression_agrees_but_for_references() -> None:
    pytest.importorskip("license_expression")
    found = oracles.license_expressions()
    assert found is not None
    assert all("LicenseRef" in reason for reason, *_ in found.differences)
