"""A `define` that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl.lint.common import mentions
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for module in subject.modules:
        used = mentions(module)
        for number, item in enumerate(module.items):
            if isinstance(item, tree.Define) and not used.get(item.name.text, set()) - {number}:
                message = f"`{item.name.text}` is never used"
                fix = subject.delete(f"delete `{item.name.text}`", item.at, safe=True)
                yield Found(item.name.at, message, "use it, or delete it", fix=fix)


RULE = Rule(
    code="RW0701",
    name="unused-define",
    severity=Severity.WARNING,
    persona="author",
    category="unused",
    unused=True,
    summary="A `define` that no condition uses.",
    rationale="It looks as if it decided something, and a reader looks for what.",
    avoid="""\
standard acme.base edition "1" {
  define sold_in_europe() = "EU" in product.markets
  #      ^^^^^^^^^^^^^^

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
  define sold_in_europe() = "EU" in product.markets

  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    applies when sold_in_europe()
    check    not iface.telnet_present
  }
}

test "1" {
  given { product.markets = {EU}, iface.telnet_present = true } expect fail
}
""",
    find=_find,
)
