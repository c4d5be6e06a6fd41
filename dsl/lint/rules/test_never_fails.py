"""A requirement whose tests never expect a failure."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree, tree_case
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    cases: dict[tree.Target, tuple[tree_case.Test, set[str]]] = {}
    for test in subject.tests:
        cases.setdefault(test.target, (test, set()))[1].update(case.expect.text for case in test.cases)
    for test, expected in cases.values():
        if expected and "fail" not in expected:
            yield Found(test.target.id.at, "no case expects a failure", "add one: `given { … } expect fail`")


RULE = Rule(
    code="RW0738",
    name="test-never-fails",
    severity=Severity.NOTE,
    persona="auditor",
    category="test",
    summary="A requirement with tests, none of which expects `fail`.",
    rationale="A check that cannot fail would pass these tests.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    not iface.telnet_present
  }
}

test "1" {
#    ^^^
  given { iface.telnet_present = false } expect pass
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
