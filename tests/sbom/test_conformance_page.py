"""The page of conformance is that of its file, every answer against a label has a reason, and a sample is answered as it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from docs.scripts import conformance
from tests.sbom.conformance.answers import MARK, answer
from tests.sbom.conformance.files import File, files

EVERY = 12
"""Of each row of the table, the first file and each twelfth is read again."""
LARGEST = 200_000


@pytest.fixture(scope="module")
def taken() -> dict[str, Any]:
    found = json.loads(conformance.RESULTS.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_the_page_is_current() -> None:
    assert conformance.PAGE.read_text(encoding="utf-8") == conformance.page(), "make pages"


def test_every_answer_against_a_label_has_a_reason(taken: dict[str, Any]) -> None:
    assert [name for _, name, _ in taken["faults"] if not conformance.reason(name)] == []


def test_every_reason_is_needed(taken: dict[str, Any]) -> None:
    names = [name for _, name, _ in taken["faults"]]
    assert [part for part in conformance.REASONS if not any(part in name for name in names)] == []


def test_nothing_is_lost_or_slow(taken: dict[str, Any]) -> None:
    assert [row for row in taken["rows"] if row["lost"] or row["slowest"] > MARK * 1000] == []


def test_no_format_is_five_times_slower_than_an_independent_reader(root: Path) -> None:
    measured = json.loads((root / "docs" / "benchmarks" / "formats.json").read_text(encoding="utf-8"))
    assert len(measured["rows"]) >= 7
    slow = [row["format"] for row in measured["rows"] if row["theirs"] and row["ours"] > 5 * row["theirs"]]
    assert slow == []
    assert all(row["components"] == measured["components"] for row in measured["rows"])


def test_what_spoilt_documents_still_show_is_named(taken: dict[str, Any]) -> None:
    assert {name for name, row in taken["spoilt"].items() if row["failures"]} == set(conformance.SLOW)


@pytest.mark.corpus
def test_a_sample_is_answered_as_the_page_says(shared: Path, taken: dict[str, Any]) -> None:
    rows: dict[tuple[str, str, str], list[File]] = {}
    for file in files(shared):
        rows.setdefault(file.row, []).append(file)
    said = {(row["format"], row["version"], row["label"]): row["letters"] for row in taken["rows"]}
    assert {key: len(found) for key, found in rows.items()} == {key: len(letters) for key, letters in said.items()}
    read_again = 0
    for key, found in rows.items():
        for number, file in enumerate(found):
            if number % EVERY == 0 and file.path.stat().st_size <= LARGEST:
                assert answer(file).letter == said[key][number], (file.name, "docs/scripts/conformance.py --take")
                read_again += 1
    assert read_again > 200
