"""A requirement that is changed and taken out by the same policy."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for module in subject.modules:
        excluded = {x.target: x for x in module.items if isinstance(x, tree.Exclude)}
        for item in module.items:
            if isinstance(item, tree.Change) and item.target in excluded:
                label = subject.label(excluded[item.target].at, "it is taken out here")
                message = f"`{item.action}` has no effect: the policy excludes this requirement"
                fix = subject.delete("delete the line", item.at, safe=False)
                yield Found(item.at, message, "delete one of the two lines", label, fix)


RULE = Rule(
    code="RW0712",
    name="change-of-excluded",
    severity=Severity.WARNING,
    persona="author",
    category="tailoring",
    summary="A `tighten` or `weaken` of a requirement that the same policy excludes.",
    rationale="Only one of the two lines does what it says.",
    avoid="""\
standard acme.base edition "1" {
  param least : int = 1 in 1..9

  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    not iface.telnet_present
  }

  requirement "2" shall {
    title    "Components are listed"
    severity low
    check    at least least component c where c.type = library
  }
}

policy acme.camera edition "1" {
  use acme.base edition "1" as base

  exclude base:"1" because "the product has no network"
  tighten base:"1" severity critical
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
}

test "2" {
  given { component = [ ] complete } expect fail
}
""",
    prefer="""\
standard acme.base edition "1" {
  param least : int = 1 in 1..9

  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    not iface.telnet_present
  }

  requirement "2" shall {
    title    "Components are listed"
    severity low
    check    at least least component c where c.type = library
  }
}

policy acme.camera edition "1" {
  use acme.base edition "1" as base

  tighten base:"1" severity critical
}

test "1" {
  given { iface.telnet_present = true } expect fail
}

test "2" {
  given { component = [ ] complete } expect fail
}
""",
    find=_find,
)
