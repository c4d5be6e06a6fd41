"""A negation of a negation."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for outer in subject.nodes(t.Not):
        if isinstance(outer.item, t.Not):
            inner = outer.item.item
            text = subject.source.text[inner.at[0] : inner.at[1]]
            plain = isinstance(inner, t.Truth | t.Call | t.Compare | t.Member | t.IsTest)
            fix = subject.replace("delete both", (outer.at, text if plain else f"({text})"), safe=False)
            yield Found(outer.at, "`not` of a `not`", "delete both, or one", fix=fix)


RULE = Rule(
    code="RW0725",
    name="double-negation",
    severity=Severity.WARNING,
    persona="author",
    category="logic",
    summary="A condition with `not not`.",
    rationale="One of the two is a slip, or both say nothing.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    not not iface.telnet_present
    #        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  }
}

test "1" {
  given { iface.telnet_present = false } expect fail
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
