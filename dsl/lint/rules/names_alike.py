"""Two names that differ by case, or by `-` and `_`, alone."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for module in subject.modules:
        first: dict[tuple[str, str], t.Name | t.Text] = {}
        for item in module.items:
            name = _name(item)
            if name is None:
                continue
            same = first.setdefault((type(item).__name__, name.text.lower().replace("_", "-")), name)
            if same.text != name.text:
                label = subject.label(same.at, "the other one")
                yield Found(name.at, f"`{name.text}` and `{same.text}` are hard to tell apart", "rename one", label)


def _name(item: tree.Item) -> t.Name | t.Text | None:
    """What an item is called."""
    if isinstance(item, tree.Requirement | tree.Waiver):
        return item.id
    if isinstance(item, tree.Param | tree.Define | tree.Axiom | tree.Attribute | tree.ObjectiveItem):
        return item.name
    return item.alias if isinstance(item, tree.Use) else None


RULE = Rule(
    code="RW0723",
    name="names-alike",
    severity=Severity.WARNING,
    persona="author",
    category="names",
    summary="Two requirements, parameters, `define`s or attributes whose names differ only by case, or by `-` and `_`.",
    rationale="Nobody tells them apart in a report, and a reference to the wrong one compiles.",
    avoid="""\
standard acme.base edition "1" {
  requirement "A-1" shall { title "There is no telnet service" severity high check not iface.telnet_present }
  requirement "a-1" shall { title "There is a network" severity high check product.internet_connectable }
  #           ^^^^^
}

test "A-1" { given { iface.telnet_present = true } expect fail }
test "a-1" { given { product.internet_connectable = false } expect fail }
""",
    prefer="""\
standard acme.base edition "1" {
  requirement "A-1" shall { title "There is no telnet service" severity high check not iface.telnet_present }
  requirement "B-1" shall { title "There is a network" severity high check product.internet_connectable }
}

test "A-1" { given { iface.telnet_present = true } expect fail }
test "B-1" { given { product.internet_connectable = false } expect fail }
""",
    find=_find,
)
