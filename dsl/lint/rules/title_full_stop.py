"""A title that ends with a full stop."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for title in (s for s in subject.nodes(tree.Setting) if s.key == "title"):
        text = title.value.text.rstrip()
        if text.endswith(".") and not text.endswith(("..", "etc.")):
            end = title.value.at[1]
            fix = None
            if subject.source.text[end - 2 : end] == '."':
                fix = subject.replace("delete the full stop", ((end - 2, end - 1), ""), safe=True)
            yield Found(title.value.at, "a title has no full stop", "delete it", fix=fix)


RULE = Rule(
    code="RW0732",
    name="title-full-stop",
    severity=Severity.NOTE,
    persona="author",
    category="style",
    summary="A title that ends with a full stop.",
    rationale="Titles stand in tables and headings, where one sentence needs none.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service."
    #        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
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
