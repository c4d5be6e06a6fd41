"""Every rule finds what its own example is about, there and nothing else; its good example is clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulewright.diagnostics import Diagnostic
from rulewright.dsl.lint.ignores import BAD_IGNORE, UNUSED_IGNORE
from rulewright.dsl.lint.model import CATEGORIES, PERSONAS, Rule
from rulewright.dsl.lint.registry import ALL, MODULES, RULES
from rulewright.dsl.lint.run import chosen, for_persona
from tests.dsl.lint.support import build, linted, marks

FOLDER = Path(__file__).resolve().parents[3] / "dsl" / "lint" / "rules"


def place(found: Diagnostic, text: str) -> tuple[int, int, int]:
    """Line, first and last column; of several lines the first."""
    assert found.span is not None
    line = text.split("\n")[found.span.line - 1]
    end = found.span.end_column - 1 if found.span.end_line == found.span.line else len(line)
    return found.span.line, found.span.column, end


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
class TestExamples:
    """The two examples of a rule."""

    def test_both_compile(self, rule: Rule) -> None:
        for text in (rule.avoid, rule.prefer):
            assert [d.message for d in build(text).diagnostics if d.is_error] == []

    def test_the_bad_one_has_this_finding_at_its_mark_and_no_other(self, rule: Rule) -> None:
        found = linted(rule.avoid, [*for_persona("author"), rule])
        assert {d.code for d in found} == {rule.code}
        assert {place(d, rule.avoid) for d in found} == marks(rule.avoid)
        assert marks(rule.avoid)

    def test_the_good_one_has_none(self, rule: Rule) -> None:
        assert linted(rule.prefer, [*for_persona("author"), rule]) == ()

    def test_its_messages_are_as_all_are(self, rule: Rule) -> None:
        for found in linted(rule.avoid, [rule]):
            assert not found.message.endswith(".")
            assert found.message[0] == "`" or found.message[0].islower()
            assert found.hint

    def test_its_fixes_put_it_right(self, rule: Rule) -> None:
        from rulewright.dsl.lint.fixing import applied, wanted

        found = linted(rule.avoid, [rule])
        fixes = wanted(found, unsafe=True)
        if fixes:
            text, count = applied(rule.avoid, "main.rw", fixes)
            assert count == len(fixes)
            assert linted(text, [rule]) == ()


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_what_is_said_of_a_rule_is_whole(rule: Rule) -> None:
    assert rule.persona in PERSONAS
    assert rule.category in CATEGORIES
    assert rule.code.startswith("RW07")
    assert rule.name == rule.name.lower().replace("_", "-").strip()
    for text in (rule.summary, rule.rationale, rule.entry().page):
        assert text.endswith((".", "`."))
    assert rule.configuration == "" or rule.configuration.endswith(".")


def test_each_file_is_registered() -> None:
    assert sorted(MODULES) == sorted(p.stem for p in FOLDER.glob("*.py") if p.stem != "__init__")


def test_the_comments_rules_are_those_of_the_comments() -> None:
    assert {UNUSED_IGNORE, BAD_IGNORE} <= {rule.code for rule in RULES}


class TestChoosing:
    """Persona, select, ignore."""

    def test_each_persona_hears_what_the_one_before_hears(self) -> None:
        ci, author, auditor = (for_persona(p) for p in PERSONAS)
        assert set(ci) < set(author) < set(auditor) == set(ALL)
        assert all(rule.severity.value == "error" or rule.name == "fixes-withdrawn" for rule in ci)

    def test_a_rule_by_name_speaks_to_everybody_and_a_category_to_its_own(self) -> None:
        assert [r.name for r in chosen("ci", ["define-used-once"])] == ["define-used-once"]
        assert "define-used-once" not in {r.name for r in chosen("author", ["unused"])}
        assert {r.category for r in chosen("auditor", ["unused"])} == {"unused"}

    def test_what_is_ignored_is_left_out(self) -> None:
        assert "RW0701" not in {r.code for r in chosen("auditor", (), ["RW0701"])}
        assert not {r.category for r in chosen("auditor", (), ["style"])} & {"style"}
