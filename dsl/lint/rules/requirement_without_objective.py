"""A requirement without an objective, among others that have one."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl.lint.common import objectives, shown
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for module in subject.modules:
        items = [r for r in module.items if isinstance(r, tree.Requirement)]
        if not any(objectives(r) for r in items):
            continue  # a module that does without them altogether
        for item in items:
            if not objectives(item):
                hint = "name what it is for: `objective …`"
                yield Found(item.id.at, f"`{shown(item.id)}` has no objective", hint)


RULE = Rule(
    code="RW0706",
    name="requirement-without-objective",
    severity=Severity.WARNING,
    persona="author",
    category="requirement",
    summary="A requirement that names no objective, in a module whose other requirements do.",
    rationale="Objectives tie clauses of different standards together, and bring threats, fix and effort along.",
    avoid="""\
vocabulary acme.words edition "1" {
  objective ACME-IFACE "Unused interfaces are disabled"
}

standard acme.base edition "1" {
  requirement "1" shall {
    #         ^^^
    title     "There is no telnet service"
    severity  high
    check     not iface.telnet_present
  }

  requirement "2" shall {
    title     "There is a network"
    severity  low
    objective ACME-IFACE
    check     product.internet_connectable
  }
}

test "1" {
  given { iface.telnet_present = true } expect fail
}

test "2" {
  given { product.internet_connectable = false } expect fail
}
""",
    prefer="""\
vocabulary acme.words edition "1" {
  objective ACME-IFACE "Unused interfaces are disabled"
}

standard acme.base edition "1" {
  requirement "1" shall {
    title     "There is no telnet service"
    severity  high
    objective ACME-IFACE
    check     not iface.telnet_present
  }
}

test "1" {
  given { iface.telnet_present = true } expect fail
}
""",
    find=_find,
)
