"""What the tests of the packs notice: the bar that every pack passes, and the page that says so.

The packs whose survivors are listed are measured again; of the others, the page's row is held to what is counted quickly.
"""

from __future__ import annotations

import re
from functools import cache

import pytest

from docs.scripts import pack_tests
from tests.standards.packs import PACKS

_ROW = re.compile(r"^\| `([^`]+)` \|.* \| (\d+) % \| \d+ \|$", re.MULTILINE)


@cache
def page() -> str:
    return pack_tests.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*pack_tests.LISTED, pack_tests.POLICY])
def test_four_in_five_changes_are_noticed_and_the_others_stand_on_the_page(name: str) -> None:
    one = pack_tests.measured(name)
    assert one.file.mutation is not None
    assert one.file.mutation.killed * 100 >= pack_tests.BAR * one.file.mutation.counted
    assert f"{pack_tests.row(one)}\n" in page(), "run `make pages`"
    if name in pack_tests.LISTED:
        assert pack_tests.survivors(one) in page(), "run `make pages`"
        assert one.file.mutation.survivors or f"### {name}" not in page(), "run `make pages`"


def test_every_pack_has_its_row_and_reaches_the_bar() -> None:
    rows = dict(_ROW.findall(page()))
    assert list(rows) == pack_tests.names()
    assert {name: share for name, share in rows.items() if int(share) < pack_tests.BAR} == {}


def test_rows_count_the_requirements_and_tests_that_there_are() -> None:
    for pack in PACKS:
        assert pack_tests.counted(pack.name, len(pack.requirements()), len(pack.tests())) in page(), "run `make pages`"
