"""A case of a test that stands twice."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree_case
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    seen: dict[tuple[object, ...], tree_case.Case] = {}
    for test in subject.tests:
        for case in test.cases:
            first = seen.setdefault((test.target, test.as_of, case.given, case.instead), case)
            if first is not case:
                label = subject.label(first.at, "the first one")
                same = first.expect == case.expect and first.on == case.on
                what = (
                    "this case stands here a second time" if same else "the same facts, and another answer is expected"
                )
                yield Found(case.at, what, "delete one of the two", label)


RULE = Rule(
    code="RW0737",
    name="repeated-case",
    severity=Severity.WARNING,
    persona="author",
    category="test",
    summary="Two cases of tests of one requirement, on the same day, with the same facts.",
    rationale="The second shows nothing, or contradicts the first.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    not iface.telnet_present
  }
}

test "1" {
  given { iface.telnet_present = true } expect fail
  given { iface.telnet_present = true } expect fail
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
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
  given { iface.telnet_present = false } expect pass
}
""",
    find=_find,
)
