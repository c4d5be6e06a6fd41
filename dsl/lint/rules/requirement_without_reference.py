"""A requirement of a policy that names no clause."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl.lint.common import setting, shown
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for module, item in subject.requirements():
        refers = any(isinstance(p, tree.Refs) for p in item.parts) or setting(item.parts, "clause") is not None
        if module.head.kind == "policy" and not refers:
            hint = 'say which clauses it answers: `refs cra:"I.1.2.a" subset`'
            yield Found(item.id.at, f"`{shown(item.id)}` names no clause that it answers", hint)


RULE = Rule(
    code="RW0705",
    name="requirement-without-reference",
    severity=Severity.NOTE,
    persona="auditor",
    category="requirement",
    summary="A requirement of a policy that names neither a `clause` nor `refs`.",
    rationale="An auditor asks which obligation it answers. In a standard, the id is the clause.",
    avoid="""\
policy acme.camera edition "1" {
  requirement no-telnet shall {
    #         ^^^^^^^^^
    title    "There is no telnet service"
    severity high
    check    not iface.telnet_present
  }
}

test no-telnet {
  given { iface.telnet_present = true } expect fail
}
""",
    prefer="""\
policy acme.camera edition "1" {
  requirement no-telnet shall {
    title    "There is no telnet service"
    severity high
    refs     cra:"I.1.2.b" subset
    check    not iface.telnet_present
  }
}

test no-telnet {
  given { iface.telnet_present = true } expect fail
}
""",
    find=_find,
)
