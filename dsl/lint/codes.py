"""The diagnostic codes of the linter, for `rulewright explain`: made of its rules."""

from __future__ import annotations

from rulewright.diagnostics import Code
from rulewright.dsl.lint.registry import ALL

CODES: dict[str, Code] = {rule.code: rule.entry() for rule in ALL}
