"""A fact that is compared with itself."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for node in subject.nodes(t.Compare):
        if isinstance(node.left, t.Name) and node.left == node.right and node.shift is None:
            yield Found(node.at, f"`{node.left.text}` is compared with itself", "write what it is to be compared with")


RULE = Rule(
    code="RW0726",
    name="compared-with-itself",
    severity=Severity.ERROR,
    persona="ci",
    category="logic",
    summary="A comparison whose two sides are the same fact.",
    rationale="It is the same for every product that is known; the other side was meant to be something else.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "It is placed on the market in time"
    severity high
    check    product.placed_on_market_date >= product.placed_on_market_date
    #        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  }
}

test "1" {
  given { product.placed_on_market_date = 2026-01-01 } expect pass
}
""",
    prefer="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "It is placed on the market in time"
    severity high
    check    product.placed_on_market_date >= 2026-01-01
  }
}

test "1" {
  given { product.placed_on_market_date = 2025-01-01 } expect fail
}
""",
    find=_find,
)
