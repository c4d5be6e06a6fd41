"""A `prefer` that cannot settle anything."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for module in subject.modules:
        excluded = {x.target: x for x in module.items if isinstance(x, tree.Exclude)}
        for item in module.items:
            if not isinstance(item, tree.Prefer):
                continue
            if item.winner == item.loser:
                yield Found(item.at, "a requirement is preferred over itself", "delete the line")
            for side in dict.fromkeys((item.winner, item.loser)):
                if side in excluded:
                    label = subject.label(excluded[side].at, "it is taken out here")
                    yield Found(item.at, "`prefer` has no effect: one side is excluded", "delete the line", label)


RULE = Rule(
    code="RW0714",
    name="prefer-without-effect",
    severity=Severity.WARNING,
    persona="author",
    category="tailoring",
    summary="A `prefer` of a requirement over itself, or of or over one that the policy excludes.",
    rationale="There is nothing left between the two that could be settled.",
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
  prefer  base:"2" over base:"1" because "our market is the EU"
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
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

  prefer base:"2" over base:"1" because "our market is the EU"
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
