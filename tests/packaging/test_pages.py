"""Generated pages are current: each equals what its script would write."""

from types import ModuleType

import pytest

from docs.scripts import diagnostics, standards, vocabulary
from rulewright.cli.explain import codes


@pytest.mark.parametrize("script", [diagnostics, standards, vocabulary])
def test_the_generated_page_is_current(script: ModuleType) -> None:
    assert script.PAGE.read_text(encoding="utf-8") == script.page(), "run `make pages`"


def test_every_code_stands_on_the_page_under_a_heading() -> None:
    text = diagnostics.page()
    assert [code for code in codes() if f"### {code}: " not in text] == []
