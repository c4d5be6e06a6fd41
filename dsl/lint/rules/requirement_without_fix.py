"""An obligation that does not say what to do about a failure."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl.lint.common import objectives, setting, shown
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    fixed = {
        o.name.text
        for f in (subject.file, *subject.others.values())
        for m in f.file.modules
        for o in m.items
        if isinstance(o, tree.ObjectiveItem) and setting(o.parts, "fix") is not None
    }
    for _, item in subject.requirements():
        first = [name.text for name in objectives(item)[:1]]
        level = item.level.text if item.level is not None else ""
        if level != "may" and setting(item.parts, "fix") is None and not fixed & {*first}:
            hint = 'add `fix "…"`: what a person does about it'
            yield Found(item.id.at, f"`{shown(item.id)}` does not say what to do about a failure", hint)


RULE = Rule(
    code="RW0710",
    name="requirement-without-fix",
    severity=Severity.NOTE,
    persona="auditor",
    category="requirement",
    varies=True,
    summary="A `shall` or `should` without a `fix`, whose objectives have none either.",
    rationale="The report says that something is wrong, and not what a person does on Monday morning.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    #         ^^^
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
  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    not iface.telnet_present
    fix      "Remove the daemon from the image."
  }
}

test "1" {
  given { iface.telnet_present = true } expect fail
}
""",
    find=_find,
)
