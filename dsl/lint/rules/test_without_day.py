"""A test without a day, of a requirement whose answer depends on it."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.common import conditions, names_in
from rulewright.dsl.lint.model import Found, Rule, Subject, descend
from rulewright.dsl.terms import AS_OF


def _find(subject: Subject) -> Iterator[Found]:
    dated: dict[str, t.Name] = {}
    for module in subject.modules:
        defines = {d.name.text: d for d in module.items if isinstance(d, tree.Define)}
        shared = [e for i in module.items if isinstance(i, tree.Scope) for e in conditions(i)]
        for item in module.items:
            if isinstance(item, tree.Requirement):
                node = _dated([*conditions(item), *shared], defines)
                if node is not None:
                    dated[item.id.text] = node
    for test in subject.tests:
        if test.as_of is None and test.target.id.text in dated:
            label = subject.label(dated[test.target.id.text].at, "the answer depends on the day here")
            hint = "write `as of` and a day after the id"
            yield Found(test.target.id.at, "this test asks another question every day", hint, label)


def _dated(exprs: list[t.Expr], defines: dict[str, tree.Define]) -> t.Name | None:
    """Where conditions compare with the day, `define`s included."""
    seen: set[str] = set()
    todo = [*exprs]
    while todo:
        expr = todo.pop()
        day = next((name for name in names_in(expr) if name.text == AS_OF), None)
        if day is not None:
            return day
        for node in descend(expr):
            name = node.name.text if isinstance(node, t.Call) else ""
            if name in defines and name not in seen:
                seen.add(name)
                todo.append(defines[name].expr)
    return None


RULE = Rule(
    code="RW0736",
    name="test-without-day",
    severity=Severity.WARNING,
    persona="author",
    category="test",
    summary="A test without `as of` of a requirement that compares with `as_of`, directly or through a `define`.",
    rationale="It asks another question every day, and fails some day without a change.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "It is not on the market yet"
    severity high
    check    product.placed_on_market_date >= as_of
  }
}

test "1" {
#    ^^^
  given { product.placed_on_market_date = 2020-01-01 } expect fail
}
""",
    prefer="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "It is not on the market yet"
    severity high
    check    product.placed_on_market_date >= as_of
  }
}

test "1" as of 2026-09-01 {
  given { product.placed_on_market_date = 2020-01-01 } expect fail
}
""",
    find=_find,
)
