"""A name in another style than the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for module in subject.modules:
        own = module.head.kind == "policy"
        for item in module.items:
            if isinstance(item, tree.Param | tree.Define) and not _SNAKE.fullmatch(item.name.text):
                what = "parameter" if isinstance(item, tree.Param) else "`define`"
                yield Found(item.name.at, f"a {what} is written `like_this`", "rename it")
            if own and isinstance(item, tree.Requirement) and _loud(item.id):
                yield Found(item.id.at, "an id of your own is written `like-this`", "rename it, or put it in quotes")


def _loud(name: t.Name | t.Text) -> bool:
    """Whether an unquoted id has capitals."""
    return isinstance(name, t.Name) and name.text != name.text.lower()


_SNAKE = re.compile(r"[a-z][a-z0-9_]*")


RULE = Rule(
    code="RW0735",
    name="name-style",
    severity=Severity.NOTE,
    persona="author",
    category="names",
    summary="A parameter or `define` that is not written `like_this`, or an unquoted id of a requirement with capitals.",
    rationale="Names are easier to remember where they all look alike. Ids that come from a document stand in quotes, as they are printed.",
    avoid="""\
standard acme.base edition "1" {
  define soldInEurope() = "EU" in product.markets
  #      ^^^^^^^^^^^^

  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    soldInEurope() and not iface.telnet_present
  }
}

test "1" {
  given { product.markets = {EU}, iface.telnet_present = true } expect fail
}
""",
    prefer="""\
standard acme.base edition "1" {
  define sold_in_europe() = "EU" in product.markets

  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    sold_in_europe() and not iface.telnet_present
  }
}

test "1" {
  given { product.markets = {EU}, iface.telnet_present = true } expect fail
}
""",
    find=_find,
)
