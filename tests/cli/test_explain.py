"""Every code has its page; requirements explain themselves."""

import re
from pathlib import Path

import pytest

from rulewright.cli import codes as own
from rulewright.cli.explain import FOLDERS, codes
from rulewright.cli.main import main
from rulewright.dsl.lint.model import Rule
from rulewright.dsl.lint.registry import ALL

ROOT = Path(__file__).parents[2]


def test_every_code_has_title_page_and_example() -> None:
    found = codes()
    assert len(found) > 50
    assert [
        c for c, entry in found.items() if c != entry.code or not entry.title or not entry.page or not entry.example
    ] == []
    assert [c for c in found if not re.fullmatch(r"RW\d{4}", c)] == []


def test_every_code_in_the_source_is_explained() -> None:
    known = codes()
    used = {
        code
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "codes.py"
        for code in re.findall(r"[\"'](RW\d{4})[\"']", path.read_text(encoding="utf-8"))
    }
    assert sorted(used - known.keys()) == []


def test_our_own_codes_are_all_tested() -> None:
    """Each is provoked by a test of this folder; the codes stand in the tests by name."""
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.rglob("test_*.py"))
    assert sorted(code for code in own.CODES if code not in text) == []


@pytest.mark.parametrize("code", sorted(own.CODES))
def test_a_code_is_explained(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", code.lower()]) == 0
    out = capsys.readouterr().out
    assert code in out
    assert own.CODES[code].title in out
    assert own.CODES[code].example.split()[0] in out


@pytest.mark.parametrize("rule", [rule for rule in ALL if rule.name in {"repeated-member", "unused-define"}])
def test_a_rule_of_the_linter_is_explained_by_its_name(rule: Rule, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", rule.code]) == 0
    page = capsys.readouterr().out
    assert main(["explain", rule.name]) == 0
    assert capsys.readouterr().out == page


@pytest.mark.parametrize(
    ("subject", "message", "hint"),
    [
        ("RW9999", "there is no code `RW9999`", "`rulewright explain RW0002` explains one"),
        ("RW0313131", "requirement `RW0313131`", "codes are like RW0002, and requirements"),
        ("repeted-member", "rule of lint or requirement `repeted-member`", "did you mean `repeated-member`?"),
    ],
)
def test_what_is_not_there_is_told_by_its_kind(
    subject: str, message: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", subject]) == 2
    told = capsys.readouterr().err
    assert message in told
    assert hint in told


def test_a_requirement_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "acme.small:suppliers", "-p", "small.rw"]) == 0
    out = capsys.readouterr().out
    assert "every component c where c.type = library { c.supplier is known }" in out
    assert "small.rw:5" in out


def test_a_shipped_requirement_is_found_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "CISA26.12"]) == 0
    assert "cisa.minimum_elements:CISA26.12" in capsys.readouterr().out


def test_standards(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["standards"]) == 0
    listed = capsys.readouterr().out
    assert "cisa.minimum_elements@2026" in listed
    assert main(["standards", "show", "cisa.minimum_elements"]) == 0
    assert "CISA26.12" in capsys.readouterr().out
