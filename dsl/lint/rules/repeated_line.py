"""A line that a check has twice."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    blocks = [node.lines for node in subject.nodes(tree.Check)]
    blocks += [node.block for node in subject.nodes(t.Quantifier) if node.block is not None]
    for lines in blocks:
        first: dict[t.Expr, t.Expr] = {}
        for line in lines:
            same = first.setdefault(line, line)
            if same is not line:
                label = subject.label(same.at, "the first one")
                yield Found(line.at, "this line stands here a second time", "delete it", label)


RULE = Rule(
    code="RW0730",
    name="repeated-line",
    severity=Severity.WARNING,
    persona="author",
    category="logic",
    summary="A `check`, or the block of a quantifier, that has the same line twice.",
    rationale="Both count in the report, and something else may have been meant.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    {
      not iface.telnet_present;
      not iface.telnet_present
#     ^^^^^^^^^^^^^^^^^^^^^^^^
    }
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
    check    {
      not iface.telnet_present;
      not iface.ssh_present
    }
  }
}

test "1" {
  given { iface.telnet_present = true } expect fail
}
""",
    find=_find,
)
