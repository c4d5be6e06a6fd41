"""A text that says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for node in subject.nodes(tree.Setting):
        if isinstance(node.value, t.Text) and not node.value.text.strip():
            yield Found(node.value.at, f"`{node.key}` says nothing", "write it, or delete the line")
    lines: list[tree.Prefer | tree.Assume | tree.SetParam] = [
        *subject.nodes(tree.Prefer),
        *subject.nodes(tree.Assume),
        *subject.nodes(tree.SetParam),
    ]
    for line in lines:
        if line.because is not None and not line.because.text.strip():
            yield Found(line.because.at, "the reason says nothing", "say why: somebody will ask")


RULE = Rule(
    code="RW0734",
    name="text-empty",
    severity=Severity.WARNING,
    persona="author",
    category="style",
    summary="A title, fix, note, meaning or reason that is empty.",
    rationale="A reader of the report expects something there.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    not iface.telnet_present
    fix      ""
    #        ^^
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
    fix      "Remove the daemon from the image."
  }
}

test "1" {
  given { iface.telnet_present = true } expect fail
}
""",
    find=_find,
)
