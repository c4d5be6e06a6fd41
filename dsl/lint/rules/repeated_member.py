"""A set with one member twice."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for node in subject.nodes(t.WordSet):
        seen: set[t.Literal] = set()
        for number, item in enumerate(node.items):
            if item in seen and isinstance(item, t.Name | t.Text):
                gap = (node.items[number - 1].at[1], item.at[1])
                fix = subject.replace("delete the second one", (gap, ""), safe=True)
                yield Found(item.at, f"`{item.text}` stands here a second time", "delete it", fix=fix)
            seen.add(item)


RULE = Rule(
    code="RW0728",
    name="repeated-member",
    severity=Severity.WARNING,
    persona="author",
    category="logic",
    summary="A set that lists a member twice.",
    rationale="It says nothing new, and something else may have been meant.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    applies when product.type in {consumer_iot, toy, consumer_iot}
    #                                                ^^^^^^^^^^^^
    check    not iface.telnet_present
  }
}

test "1" {
  given { product.type = toy, iface.telnet_present = true } expect fail
}
""",
    prefer="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    applies when product.type in {consumer_iot, toy}
    check    not iface.telnet_present
  }
}

test "1" {
  given { product.type = toy, iface.telnet_present = true } expect fail
}
""",
    find=_find,
)
