"""A condition that says one thing twice."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for node in subject.nodes(t.Junction):
        first: dict[t.Expr, t.Expr] = {}
        for item in node.items:
            same = first.setdefault(item, item)
            if same is not item:
                label = subject.label(same.at, "the first one")
                yield Found(item.at, f"the same condition on two sides of `{node.op}`", "delete one", label)


RULE = Rule(
    code="RW0729",
    name="repeated-operand",
    severity=Severity.WARNING,
    persona="author",
    category="logic",
    summary="An `and` or `or` with the same condition on two sides.",
    rationale="It says nothing new, and something else may have been meant.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    not iface.telnet_present and not iface.telnet_present
    #                                     ^^^^^^^^^^^^^^^^^^^^^^^^
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
    check    not iface.telnet_present and not iface.ssh_present
  }
}

test "1" {
  given { iface.telnet_present = true } expect fail
}
""",
    find=_find,
)
