"""A quantifier whose condition does not mention its element."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.common import names_in
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for node in subject.nodes(t.Quantifier):
        parts = (*([node.where] if node.where is not None else []), *(node.block or ()))
        dotted = f"{node.var.text}."
        names = (name.text for part in parts for name in names_in(part))
        if parts and not any(name == node.var.text or name.startswith(dotted) for name in names):
            message = f"the condition does not mention `{node.var.text}`"
            yield Found(node.var.at, message, f"write `{node.var.text}.…`, or leave the quantifier out")


RULE = Rule(
    code="RW0731",
    name="element-not-mentioned",
    severity=Severity.WARNING,
    persona="author",
    category="logic",
    summary="A quantifier whose `where` and block never mention the element.",
    rationale="The condition is then about the product, the same for every element.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    every component c { not iface.telnet_present }
    #                        ^
  }
}

test "1" {
  given { component = [ ] complete } expect not_applicable
}
""",
    prefer="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "Components have names"
    severity high
    check    every component c { c.name is known }
  }
}

test "1" {
  given { component = [ ] complete } expect not_applicable
}
""",
    find=_find,
)
