"""A comment that lets a finding stand without a reason, or names no rule; `ignores` finds it."""

from __future__ import annotations

from rulewright.diagnostics import Severity
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(_: Subject) -> tuple[Found, ...]:
    return ()  # found where comments are applied


RULE = Rule(
    code="RW0740",
    name="ignore-unreasoned",
    severity=Severity.WARNING,
    persona="author",
    category="style",
    summary="A comment `# lint: ignore …` without a reason, or with a rule that does not exist.",
    rationale="The next reader wants to know why. Such a comment has no effect.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service"  # lint: ignore title-long
    #                                      ^^^^^^^^^^^^^^^^^^^^^^^^^
    severity high
    check    not iface.telnet_present
  }
}

test "1" {
  given { iface.telnet_present = true } expect fail
}
""",
    prefer="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service."  # lint: ignore title-full-stop because the title is the publisher's
    severity high
    check    not iface.telnet_present
  }
}

test "1" {
  given { iface.telnet_present = true } expect fail
}
""",
    find=_find,
)
