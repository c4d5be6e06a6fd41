"""The page of matching, and a judge that is always at hand."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from packaging.version import InvalidVersion, Version

from docs.scripts import matching
from tests.threats import judges


class _Packaging:
    """The order of PyPI's versions by the package `packaging`."""

    @staticmethod
    def sort_key(version: str) -> Version:
        return Version(version)


def test_the_page_says_what_the_results_say() -> None:
    assert matching.PAGE.read_text(encoding="utf-8") == matching.page()
    rows = json.loads(matching.RESULTS.read_text(encoding="utf-8"))
    assert len(rows) == 4
    for row in rows:
        assert sum(row["reasons"].values()) == row["only_ours"] + row["only_judge"]
        assert not {"only ours", "only the judge's"} & row["reasons"].keys()


@pytest.mark.corpus
def test_packaging_agrees(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judges, "osv_orders", lambda: {"PyPI": _Packaging})
    monkeypatch.setattr(judges, "PER_PACKAGE", 6)
    found = judges.osv(shared / "feeds/osv/pypi_dev.jsonl.gz", "PyPI")
    assert issubclass(InvalidVersion, ValueError)
    assert found.only_judge == 0
    assert "only ours" not in found.reasons
    assert found.both > 5_000


@pytest.mark.corpus
def test_semantic_version_agrees(shared: Path) -> None:
    pytest.importorskip("semantic_version")
    found = judges.rustsec(shared / "feeds/osv/rustsec_dev.jsonl.gz")
    assert found.only_ours == 0
    assert set(found.reasons) == {
        "a pre-release: the judge leaves it out of a requirement that names none, we order it"
    }


@pytest.mark.corpus
@pytest.mark.slow
@pytest.mark.skipif("RULEWRIGHT_JUDGES" not in os.environ, reason="RULEWRIGHT_JUDGES names no folder of judges")
def test_all_judges_say_what_the_results_say(shared: Path) -> None:
    found = judges.cve(shared / "feeds/cve5/vulnrichment_dev.jsonl.gz")
    rows = {row["title"]: row for row in json.loads(matching.RESULTS.read_text(encoding="utf-8"))}
    assert (found.both, found.reasons) == (rows[found.title]["both"], rows[found.title]["reasons"])
