"""A waiver that has ended."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for _, item in subject.items(tree.Waiver):
        until = next((p for p in item.parts if isinstance(p, tree.Until)), None)
        if until is not None and subject.options.as_of is not None and until.day.days < subject.options.as_of:
            message = f"the waiver `{item.id.text}` has ended"
            yield Found(until.at, message, "delete it, or have a new one approved")


RULE = Rule(
    code="RW0717",
    name="waiver-expired",
    severity=Severity.WARNING,
    persona="author",
    category="waiver",
    varies=True,
    summary="A waiver whose last day is over on `--as-of`.",
    rationale="It covers nothing any more, and each run reports it as a finding.",
    configuration="The examples are read as of 2026-11-22.",
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

  waiver w-1 for base:"1" {
    product  "pkg:generic/acme/cam2@2.3"
    because  "factory line only"
    approved by "psirt@acme.example" on 2026-08-01
    until    2026-09-30
#   ^^^^^^^^^^^^^^^^^^^
  }
}

test "1" {
  given { iface.telnet_present = true } expect fail
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

  waiver w-1 for base:"1" {
    product  "pkg:generic/acme/cam2@2.3"
    because  "factory line only"
    approved by "psirt@acme.example" on 2026-08-01
    until    2027-06-30
  }
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
