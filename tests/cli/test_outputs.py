"""What the texts quote is what the command prints today."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from docs.scripts import outputs
from rulewright.cli import config, facts_file
from rulewright.cli.compiling import compile_rules
from rulewright.cli.gathering import gather
from rulewright.cli.main import main
from rulewright.cli.options import Request
from rulewright.facts import declared
from rulewright.facts.table import Source


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep these runs out of the user's cache."""
    monkeypatch.setenv("RULEWRIGHT_CACHE_DIR", str(tmp_path / "cache"))


@pytest.mark.parametrize("path", [outputs.PAGE, outputs.README, outputs.HOW_TO], ids=lambda p: p.name)
def test_the_texts_are_current(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == outputs.everything()[path], "run `make pages`"


@pytest.mark.parametrize("name", sorted(outputs.PICTURES))
def test_the_pictures_are_current_and_whole(name: str) -> None:
    drawn = outputs.picture(outputs.report(name, colour=True))
    assert (outputs.IMAGES / outputs.PICTURES[name]).read_text(encoding="utf-8") == drawn, "run `make pages`"
    words = re.sub(r"<[^>]+>", "", drawn.partition("</g>")[2])
    assert "gate: " in words
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize(("name", "says"), [("verified", "✓ valid: "), ("altered", "✗ invalid: ")])
def test_the_pictures_of_verifications_are_current_and_whole(name: str, says: str) -> None:
    drawn = outputs.picture(outputs.report(name, colour=True))
    assert (outputs.IMAGES / outputs.ANSWERS[name]).read_text(encoding="utf-8") == drawn, "run `make pages`"
    words = re.sub(r"<[^>]+>", "", drawn.partition("</g>")[2])
    assert says in words
    assert all(check in words for check in ("container", "signatures", "rows", "artefacts", "disclosures"))


def test_the_readme_quotes_a_failing_and_a_passing_report() -> None:
    text = outputs.README.read_text(encoding="utf-8")
    assert "✗ gate: fail" in text
    assert "✓ gate: pass" in text


def example(language: str) -> str:
    """Return the only example of a notation on the page."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", outputs.PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


def test_the_facts_file_of_the_page_is_one() -> None:
    rules = gather(["ntia.minimum_elements"])
    vocabulary = compile_rules(rules, {}, use_cache=False).vocabulary()
    text = facts_file.read("page.yaml", example("yaml").encode())
    assert isinstance(text, facts_file.FactsText)
    found = declared.read(text.data, vocabulary, Source("page.yaml", "0" * 64))
    assert found.diagnostics == []
    assert len(found.attributes) == 6
    assert found.attributes["answer:etsi.en_303_645@3.1.3:5.3-6B"].by == "Jo Doe, product security"
    assert found.tables["vulnerability"].rows == 1


def test_the_configuration_of_the_page_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rulewright.toml").write_text(example("toml"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = config.apply(Request("check"))
    assert isinstance(found, Request)
    assert found.many("policy") == ("ntia.minimum_elements@2021",)
    assert found.numbers == {"limit": 10}


def test_the_result_of_the_page_follows_the_schema() -> None:
    text = (outputs.ROOT / "docs/reference/result.md").read_text(encoding="utf-8")
    (quoted,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    schema = json.loads((outputs.ROOT / "cli/schemas/rulewright-result-1.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(json.loads(quoted.replace('"sha256": "…"', f'"sha256": "{"ab" * 32}"')))


def test_the_policy_that_decides_is_the_example() -> None:
    (quoted,) = re.findall(
        r"```rw\n(policy acme.substation.*?)```", outputs.HOW_TO.read_text(encoding="utf-8"), re.DOTALL
    )
    assert (outputs.ROOT / outputs.SUBSTATION).read_text(encoding="utf-8").endswith(quoted)


def test_a_policy_that_decides_is_certified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules, made = str(outputs.ROOT / outputs.SUBSTATION), str(tmp_path / "substation.certificate.json")
    assert main(["certify", rules, "--as-of", "2026-11-22", "--output", made]) == 0
    assert main(["check-certificate", made, rules]) == 0
    assert "left out: nist.sp_800_63b:3.1.1.2-rot, gives way to nerc.cip:007-R5.6" in capsys.readouterr().out
