"""A requirement that leaves its severity open."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl.lint.common import setting, shown
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for _, item in subject.requirements():
        if setting(item.parts, "severity") is None:
            hint = "add `severity low`, `medium`, `high` or `critical`"
            yield Found(item.id.at, f"`{shown(item.id)}` has no severity: `medium` is taken", hint)


RULE = Rule(
    code="RW0709",
    name="requirement-without-severity",
    severity=Severity.NOTE,
    persona="author",
    category="requirement",
    summary="A requirement without a `severity`: `medium` is taken.",
    rationale="The order of the work plan rests on it, so it should be somebody's decision.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    #         ^^^
    title    "There is no telnet service"
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
