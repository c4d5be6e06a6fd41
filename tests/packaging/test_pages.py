"""The pages of the vocabulary and of the diagnostics are current (those of the standards: tests/standards)."""

from types import ModuleType

import pytest

from docs.scripts import corrections, diagnostics, interchange, telnet, vocabulary
from rulewright.cli.explain import codes


@pytest.mark.parametrize("script", [corrections, diagnostics, interchange, telnet, vocabulary])
def test_the_page_is_what_its_script_would_write(script: ModuleType) -> None:
    assert script.PAGE.read_text(encoding="utf-8") == script.page(), "run `make pages`"


def test_every_code_stands_on_the_page_under_a_heading() -> None:
    text = diagnostics.page()
    assert [code for code in codes() if f"### {code}: " not in text] == []
