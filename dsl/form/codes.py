"""The diagnostic codes of the JSON form of rules, and of the bridges to other languages, for `rulewright explain`."""

from __future__ import annotations

from rulewright.diagnostics import Code
from rulewright.dsl.bridges.codes import BRIDGES
from rulewright.dsl.form.codes_form import FORM

CODES: dict[str, Code] = {code.code: code for code in (*FORM, *BRIDGES)}
