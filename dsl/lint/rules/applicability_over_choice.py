"""Applicability that reads what the maker chooses."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl.lint.common import names_in
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    chosen = {
        a.name.text
        for m in subject.targets.values()
        for a in m.items
        if isinstance(a, tree.Attribute) and a.role.text == "choice"
    }
    for _, item in subject.requirements():
        for part in item.parts:
            if isinstance(part, tree.Applies):
                read = sorted((n for n in names_in(part.expr) if n.text in chosen), key=lambda n: n.at)
                if read:
                    message = f"applicability rests on `{read[0].text}`, which the maker chooses"
                    yield Found(read[0].at, message, "write it over given attributes, if the clause allows")


RULE = Rule(
    code="RW0718",
    name="applicability-over-choice",
    severity=Severity.NOTE,
    persona="auditor",
    category="applicability",
    varies=True,
    summary="An `applies when` that reads a `choice` attribute of a vocabulary at hand.",
    rationale="Who changes the design leaves the requirement behind. Applicability is written over given attributes wherever the clause allows; where it does not, say so with `# lint: ignore`.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet beside SSH"
    severity high
    applies when iface.ssh_present
    #            ^^^^^^^^^^^^^^^^^
    check    not iface.telnet_present
  }
}

test "1" {
  given { iface.ssh_present = true, iface.telnet_present = true } expect fail
}
""",
    prefer="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet beside SSH"
    severity high
    applies when product.internet_connectable
    check    not iface.ssh_present or not iface.telnet_present
  }
}

test "1" {
  given { product.internet_connectable = true, iface.ssh_present = true, iface.telnet_present = true } expect fail
}
""",
    find=_find,
)
