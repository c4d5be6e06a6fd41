"""The schema of the configuration, the page of all schemas, and how to print one."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema_rs
import pytest

from docs.scripts import config_schema
from rulewright.cli import config
from rulewright.cli.main import main
from rulewright.cli.options import Request

GOOD = [
    "",
    'policy = ["ntia.minimum_elements@2021"]\nfail-on = "should"\nlimit = 10',
    'policy = ["a"]\nexplain = true\n[param]\ndays = 30\nstrict = true',
    '[lint]\npersona = "ci"\nselect = ["unused"]\nexpiry-days = 10\ndeny-warnings = true',
]
BAD = [
    "polcy = ['a']",
    "limit = -1",
    "limit = true",
    "fail-on = 'must'",
    "explain = 'yes'",
    "[lint]\nselct = []",
    "format = 1",
]


@pytest.mark.parametrize("text", [*GOOD, *BAD])
def test_the_schema_allows_what_the_command_takes(text: str, tmp_path: Path) -> None:
    file = tmp_path / "rulewright.toml"
    file.write_text(text, encoding="utf-8")
    valid = jsonschema_rs.validator_for(config_schema.schema()).is_valid(tomllib.loads(text))
    assert valid is (text in GOOD)
    if "[lint]" not in text:
        taken = config.apply(Request("check", ("x",), {"config": (str(file),)}))
        assert isinstance(taken, Request) is valid


def test_the_files_are_up_to_date() -> None:
    for path, text in config_schema.everything().items():
        assert path.read_text(encoding="utf-8") == text, "run docs/scripts/config_schema.py"


@pytest.mark.parametrize("path", sorted(config_schema.FOLDER.glob("*.json")), ids=lambda path: path.name)
def test_every_shipped_schema_is_listed_and_can_be_printed(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = path.name.removeprefix("rulewright-").removesuffix("-1.schema.json")
    assert f"| `{name}` |" in config_schema.PAGE.read_text(encoding="utf-8")
    assert main(["explain", f"schema:{name}"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(path.read_bytes())


@pytest.mark.parametrize(("name", "hint"), [("confg", "did you mean `schema:config`?"), ("../../x", "there is ")])
def test_an_unknown_schema_has_a_hint(name: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", f"schema:{name}"]) == 2
    assert hint in capsys.readouterr().err
