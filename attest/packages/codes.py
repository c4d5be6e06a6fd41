"""The diagnostic codes of packages of rules, for `rulewright explain`."""

from __future__ import annotations

from rulewright.diagnostics import Code

CODES: dict[str, Code] = {}
