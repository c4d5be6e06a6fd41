"""The diagnostic codes of tests of rules, for `rulewright explain`."""

from __future__ import annotations

from rulewright.diagnostics import Code

CODES: dict[str, Code] = {}
