"""A `set` to the value that the parameter has anyway."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for module, item in subject.items(tree.SetParam):
        alias, _, name = item.path.text.rpartition(".")
        used = subject.used(module).get(alias)
        for param in used.items if used is not None else ():
            if isinstance(param, tree.Param) and param.name.text == name and param.value == item.value:
                message = f"`{item.path.text}` is {subject.text(item.value.at)} without this line"
                fix = subject.delete("delete the line", item.at, safe=False)
                yield Found(item.at, message, "delete the line, or choose another value", fix=fix)


RULE = Rule(
    code="RW0711",
    name="set-without-effect",
    severity=Severity.WARNING,
    persona="author",
    category="tailoring",
    varies=True,
    summary="A `set` that chooses the value which the parameter has without it.",
    rationale="It looks like a decision that differs from the standard, and is none.",
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

  set base.least = 1
# ^^^^^^^^^^^^^^^^^^
  #
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

  set base.least = 2
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
