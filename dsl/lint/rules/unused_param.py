"""A parameter that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl.lint.common import mentions
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for module in subject.modules:
        read = mentions(module).keys() | module.broken
        for item in module.items:
            if isinstance(item, tree.Param) and item.name.text not in read:
                message = f"no condition reads the parameter `{item.name.text}`"
                fix = subject.delete(f"delete `{item.name.text}`", item.at, safe=False)
                yield Found(item.name.at, message, "read it in a condition, or delete it", fix=fix)


RULE = Rule(
    code="RW0702",
    name="unused-param",
    severity=Severity.WARNING,
    persona="author",
    category="unused",
    unused=True,
    summary="A parameter that no condition reads.",
    rationale="Whoever sets it believes that something changes. Deleting it is for the author to judge: a policy may set it.",
    avoid="""\
standard acme.base edition "1" {
  param patch_days : int = 30 in 1..90
  #     ^^^^^^^^^^

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
    prefer="""\
standard acme.base edition "1" {
  param libraries : int = 1 in 1..90

  requirement "1" shall {
    title    "Libraries are listed"
    severity high
    check    at least libraries component c where c.type = library
  }
}

test "1" {
  given { component = [ ] complete } expect fail
}
""",
    find=_find,
)
