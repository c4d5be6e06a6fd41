"""A comment that lets a finding stand which is not there; `ignores` finds it."""

from __future__ import annotations

from rulewright.diagnostics import Severity
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(_: Subject) -> tuple[Found, ...]:
    return ()  # found where comments are applied


RULE = Rule(
    code="RW0739",
    name="ignore-unused",
    severity=Severity.WARNING,
    persona="author",
    category="style",
    unused=True,
    summary="A comment `# lint: ignore …` that ignores nothing.",
    rationale="It would hide the next finding of that kind, which nobody has looked at.",
    configuration="It is not said of rules that look at the day or at other files, nor of those that the analyser answers.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service"  # lint: ignore title-long because the title is the publisher's
    #                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
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
