"""The linter: what compiles and is still not well, one file for each rule in `rules/`.

Guarantees: pure; the same texts give the same findings in the same order; no finding stops a compilation.
What it does not do: solve anything (the analyser does, see `remarks`), or read files.
"""

from rulewright.dsl.lint.model import Found, Options, Rule, Subject
from rulewright.dsl.lint.run import lint, lint_source

__all__ = ["Found", "Options", "Rule", "Subject", "lint", "lint_source"]
