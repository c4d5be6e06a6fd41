"""A requirement that no test of its file asks about."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl.lint.common import shown
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    tested = {test.target.id.text for test in subject.tests if test.cases}
    broken = {name for module in subject.modules for name in module.broken}
    excluded = {item.target.id.text for _, item in subject.items(tree.Exclude)}  # has no verdict, so no test
    for _, item in subject.requirements():
        if item.id.text not in tested | broken | excluded:
            hint = f"add `test {shown(item.id)} {{ given {{ … }} expect fail }}` after the module"
            yield Found(item.id.at, f"`{shown(item.id)}` has no test", hint)


RULE = Rule(
    code="RW0707",
    name="requirement-without-test",
    severity=Severity.WARNING,
    persona="author",
    category="requirement",
    summary="A requirement without a test in its file.",
    rationale="Nobody has seen it fail; a slip in its condition passes everything.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    #         ^^^
    title    "There is no telnet service"
    severity high
    check    not iface.telnet_present
  }
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
