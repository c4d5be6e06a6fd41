"""Graded evidence against searches for names and words: no false finding and none missed, where both searches have many."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rulewright.devices.tree import Tree
from tests.devices import samples
from tests.devices.compared import Compared, compared, counts
from tests.devices.made import real
from tests.devices.test_trees import goat


def graded(rows: list[Compared]) -> dict[str, tuple[str, str]]:
    """Where we say another level than is true."""
    return {row.topic: (row.truth, row.ours) for row in rows if row.truth != row.ours}


@pytest.mark.parametrize(("name", "tree"), [("legacy", samples.legacy), ("hardened", samples.hardened)])
def test_synthetic_trees(name: str, tree: Callable[[], Tree]) -> None:
    rows = compared(name, tree())
    absent = {"private key"} if name == "legacy" else set()
    assert set(graded(rows)) == absent  # the synthetic tree holds no key
    assert counts([row for row in rows if row.topic not in absent])["rulewright"][1:] == (0, 0)
    assert counts(rows)["file names"][1] >= 3
    assert counts(rows)["strings"][1] >= 3


@pytest.mark.parametrize("name", ["legacy", "hardened"])
def test_trees_of_packages(name: str) -> None:
    rows = compared(name, real(name))
    assert graded(rows) == {}
    assert counts(rows)["file names"][1] >= 3
    assert counts(rows)["strings"][1] >= 3


def test_iotgoat(tmp_path: Path) -> None:
    assert graded(compared("iotgoat", goat(tmp_path))) == {}
