"""What is said when a run judged nothing: an empty run must not look like a good one.

Guarantees: the words name what was empty, the products, the requirements, or those in force on the day.
"""

from __future__ import annotations

from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic
from rulewright.engine.result import Report, Result


def judged_nothing(report: Report) -> Diagnostic | None:
    """Say why nothing was evaluated; `None` when something was."""
    if not report.products:
        hint = "give at least one document about a product; a list `products` without entries is none"
        return problem("RW0007", "nothing was evaluated: no product was given", hint)
    if not report.results:
        return problem("RW0007", "nothing was evaluated: the policies hold no requirement")
    if all(map(_out_of_force, report.results)):
        first = report.results[0]
        hint = f"`{first.requirement}` is {first.reason[0].text}; `--as-of` chooses the day"
        message = f"nothing was evaluated: no requirement of the policies is in force on {report.as_of[:10]}"
        return problem("RW0007", message, hint)
    return None


def _out_of_force(result: Result) -> bool:
    """Say whether a requirement was left out because of the day."""
    return result.verdict == "not_applicable" and any(line.line == "valid" for line in result.reason)
