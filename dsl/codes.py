from rulewright.diagnostics import Code

CODES: dict[str, Code] = {}
