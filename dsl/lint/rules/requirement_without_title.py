"""A requirement without a title."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl.lint.common import setting, shown
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for _, item in subject.requirements():
        if setting(item.parts, "title") is None:
            hint = 'say in one sentence what must be true: `title "…"`'
            yield Found(item.id.at, f"`{shown(item.id)}` has no title", hint)


RULE = Rule(
    code="RW0708",
    name="requirement-without-title",
    severity=Severity.WARNING,
    persona="author",
    category="requirement",
    summary="A requirement without a title.",
    rationale="Reports then show its id, which tells a reader nothing.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    #         ^^^
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
    title    "There is no telnet service"
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
