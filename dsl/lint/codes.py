"""The diagnostic codes of the linter, for `rulewright explain`."""

from __future__ import annotations

from rulewright.diagnostics import Code

CODES: dict[str, Code] = {}
