"""All diagnostic codes of the front end, for `rulewright explain`.

Guarantees: every code that the front end gives is here, with a title, a page, and an example that provokes it (a test
compiles each).  An example of several files separates them by lines `# file: NAME`.
"""

from __future__ import annotations

from rulewright.diagnostics import Code
from rulewright.dsl.codes_linking import LINKING
from rulewright.dsl.codes_names import NAMES
from rulewright.dsl.codes_syntax import SYNTAX

CODES: dict[str, Code] = {code.code: code for code in (*SYNTAX, *NAMES, *LINKING)}
