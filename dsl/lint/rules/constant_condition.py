"""A condition that is always the same."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.common import conditions
from rulewright.dsl.lint.model import Found, Rule, Subject, descend


def _find(subject: Subject) -> Iterator[Found]:
    for module in subject.modules:
        for item in module.items:
            for expr in conditions(item):
                for node in descend(expr):
                    if isinstance(node, t.Truth) and node.path.text in {"true", "false"}:
                        hint = "say what must be so, or delete it"
                        yield Found(node.at, f"this is always {node.path.text}", hint)


RULE = Rule(
    code="RW0724",
    name="constant-condition",
    severity=Severity.ERROR,
    persona="ci",
    category="logic",
    summary="A condition that is `true` or `false` as it is written.",
    rationale="A check that is always true passes every product; one that is always false fails every one. Either looks like a rule and is none.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "Everything is well"
    severity high
    check    true
    #        ^^^^
  }
}

test "1" {
  given { iface.telnet_present = true } expect pass
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
