"""A title of more than 120 characters."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for title in (s for s in subject.nodes(tree.Setting) if s.key == "title"):
        size = len(title.value.text)
        if size > LONGEST:
            yield Found(title.value.at, f"a title of {size} characters", f"say it in {LONGEST}, the rest in a `note`")


LONGEST = 120
"""Characters of a title."""


RULE = Rule(
    code="RW0733",
    name="title-long",
    severity=Severity.NOTE,
    persona="author",
    category="style",
    summary="A title of more than 120 characters.",
    rationale="It is cut in tables. What has to be said beyond one sentence is a `note`.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service, whether it is started at boot, on a condition or by hand, in the image that is delivered with the product or later"
    #        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
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
