"""A policy that takes out a requirement of its own."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl.lint.common import shown
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for module, item in subject.items(tree.Exclude):
        own = subject.target(module, item.target) if item.target.alias is None else None
        if own is not None:
            label = subject.label(own.id.at, "it is stated here")
            message = f"`{shown(item.target.id)}` is this policy's own requirement"
            yield Found(item.target.at, message, "delete the requirement and this line", label)


RULE = Rule(
    code="RW0713",
    name="exclude-own",
    severity=Severity.WARNING,
    persona="author",
    category="tailoring",
    summary="An `exclude` of a requirement that the policy itself states.",
    rationale="What a policy does not want, it need not say. The result carries both.",
    avoid="""\
policy acme.camera edition "1" {
  requirement no-telnet shall {
    title    "There is no telnet service"
    severity high
    check    not iface.telnet_present
  }

  requirement network shall {
    title    "There is a network"
    severity high
    check    product.internet_connectable
  }

  exclude no-telnet because "not ready"
  #       ^^^^^^^^^
}

test network {
  given { product.internet_connectable = false } expect fail
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

  exclude base:"1" because "the product has no network"
}

test "2" {
  given { component = [ ] complete } expect fail
}
""",
    find=_find,
)
