"""All rules of the linter: each module of `rules/` has one, called `RULE`.

Guarantees: sorted by code; a code or a name that stands twice is an error of ours, at import.
"""

from __future__ import annotations

from importlib import import_module

from rulewright.dsl.lint.model import Rule
from rulewright.dsl.lint.remarks import REMARKS

MODULES = (
    "unused_define",
    "unused_param",
    "unused_attribute",
    "define_used_once",
    "requirement_without_reference",
    "requirement_without_objective",
    "requirement_without_test",
    "requirement_without_title",
    "requirement_without_severity",
    "requirement_without_fix",
    "set_without_effect",
    "change_of_excluded",
    "exclude_own",
    "prefer_without_effect",
    "assume_without_effect",
    "waiver_expiring",
    "waiver_expired",
    "applicability_over_choice",
    "cannot_hold",
    "outside_scope",
    "gap_in_clauses",
    "shadowed_name",
    "names_alike",
    "constant_condition",
    "double_negation",
    "compared_with_itself",
    "compared_with_truth",
    "repeated_member",
    "repeated_operand",
    "repeated_line",
    "element_not_mentioned",
    "title_full_stop",
    "title_long",
    "text_empty",
    "name_style",
    "test_without_day",
    "repeated_case",
    "test_never_fails",
    "ignore_unused",
    "ignore_unreasoned",
)


def _gathered() -> tuple[Rule, ...]:
    """The rules of all modules, by code."""
    found: list[Rule] = [import_module(f"rulewright.dsl.lint.rules.{name}").RULE for name in MODULES]
    assert len({r.code for r in found}) == len(found) == len({r.name for r in found})
    return tuple(sorted(found, key=lambda r: r.code))


RULES = _gathered()
"""Those that look at syntax trees."""
ALL = tuple(sorted((*RULES, *REMARKS), key=lambda r: r.code))
"""With those that the analyser answers."""
UNUSED = frozenset(rule.code for rule in ALL if rule.unused)
"""Codes of findings about what could be left out."""
