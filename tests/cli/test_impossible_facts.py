"""Facts that background knowledge rules out: an answer about such a product would mean nothing, so there is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rulewright.cli.main import main

RADIO = ["--fact", "product.is_radio_equipment=true"]
NONE = ["--fact", "product.radio_technologies="]


@pytest.mark.parametrize("words", [["conflicts", "etsi.en_303_645"], ["variants", "eu.cra", "--markets", "EU"]])
def test_the_axioms_are_named(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, *RADIO, *NONE, "--as-of", "2026-11-22"]) == 2
    said = capsys.readouterr().err
    assert "RW0021" in said
    assert "rulewright.core:radio-equipment-has-a-radio" in said
    assert said.count("rulewright.core:") == 1


def test_one_of_them_alone_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["conflicts", "uk.psti", "--as-of", "2026-11-22", "--arity", "1", "--kinds", "contradiction"]
    assert main([*words, *RADIO]) == 0
    assert main([*words, *NONE]) == 0
    assert "none found" in capsys.readouterr().out


def test_check_says_that_nothing_was_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_text("product.is_radio_equipment: true\nproduct.radio_technologies: []\n", encoding="utf-8")
    sbom = str(Path(__file__).parents[2] / "policies/examples/log-collector.cdx.json")
    words = ["check", sbom, "--facts", str(facts), "-p", "uk.psti", "--as-of", "2026-11-22", "--format", "json"]
    main([*words, "--conflicts"])
    analysed = json.loads(capsys.readouterr().out)["analysed"]
    assert analysed["complete_up_to"] == 0
    assert "radio-equipment-has-a-radio" in analysed["left"][0]
