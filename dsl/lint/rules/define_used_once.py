"""A `define` that is used once."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.common import conditions
from rulewright.dsl.lint.model import Found, Rule, Subject, descend


def _find(subject: Subject) -> Iterator[Found]:
    for module in subject.modules:
        calls = [
            node.name.text
            for item in module.items
            for expr in conditions(item)
            for node in descend(expr)
            if isinstance(node, t.Call)
        ]
        for item in module.items:
            if isinstance(item, tree.Define) and calls.count(item.name.text) == 1 and not item.formals:
                message = f"`{item.name.text}` is used once"
                yield Found(item.name.at, message, "write the condition where it is used, if the name adds nothing")


RULE = Rule(
    code="RW0704",
    name="define-used-once",
    severity=Severity.NOTE,
    persona="auditor",
    category="unused",
    summary="A `define` without an element that is used in one place.",
    rationale="A reader has to look in two places for one condition. A good name can be worth that.",
    avoid="""\
standard acme.base edition "1" {
  define sold_in_europe() = "EU" in product.markets
  #      ^^^^^^^^^^^^^^

  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    applies when sold_in_europe()
    check    not iface.telnet_present
  }
}

test "1" {
  given { product.markets = {EU}, iface.telnet_present = true } expect fail
}
""",
    prefer="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    applies when "EU" in product.markets
    check    not iface.telnet_present
  }
}

test "1" {
  given { product.markets = {EU}, iface.telnet_present = true } expect fail
}
""",
    find=_find,
)
