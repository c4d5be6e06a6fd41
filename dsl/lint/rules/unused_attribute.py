"""An attribute that no rule reads, of a vocabulary that is linted together with rules."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl.lint.common import conditions, names_in
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    attributes = list(subject.items(tree.Attribute))
    if not attributes:
        return
    files = [subject.file, *subject.together]
    modules = [m for f in files for m in f.file.modules]
    if not any(m.head.kind != "vocabulary" for m in modules):
        return  # without rules beside it, nothing can be said of it
    read = {name.text for m in modules for item in m.items for expr in conditions(item) for name in names_in(expr)}
    for about in (i for m in modules for i in m.items if isinstance(i, tree.ObjectiveItem)):
        read.update(n.text for p in about.parts if isinstance(p, tree.Names) and p.key == "attributes" for n in p.names)
    for module, item in attributes:
        if item.name.text not in read and item.name.text not in module.broken:
            yield Found(
                item.name.at, f"no rule here reads `{item.name.text}`", "write the rule, or delete the attribute"
            )


RULE = Rule(
    code="RW0703",
    name="unused-attribute",
    severity=Severity.NOTE,
    persona="auditor",
    category="unused",
    varies=True,
    unused=True,
    summary="An attribute that no rule reads, and no objective names.",
    rationale="A fact that decides nothing is asked of people all the same. It is told only where a vocabulary is linted "
    "together with rules.",
    avoid="""\
vocabulary acme.words edition "1" {
  attribute acme.kind : enum {small, large} given { meaning "size of the product" }
  #         ^^^^^^^^^
  attribute acme.door_locked : bool choice { meaning "the door is locked" }
}

standard acme.base edition "1" {
  requirement "1" shall {
    title    "The door is locked"
    severity high
    check    acme.door_locked
  }
}

test "1" {
  given { acme.door_locked = false } expect fail
}
""",
    prefer="""\
vocabulary acme.words edition "1" {
  attribute acme.kind : enum {small, large} given { meaning "size of the product" }
  attribute acme.door_locked : bool choice { meaning "the door is locked" }
}

standard acme.base edition "1" {
  requirement "1" shall {
    title    "The door is locked"
    severity high
    applies when acme.kind = large
    check    acme.door_locked
  }
}

test "1" {
  given { acme.kind = large, acme.door_locked = false } expect fail
}
""",
    find=_find,
)
