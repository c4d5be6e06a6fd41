"""Applicability that the scope of the module rules out."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl.lint.clashes import clash, defines_of, opened, params_of
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for module in subject.modules:
        defines = defines_of(module)
        scopes = [c for s in module.items if isinstance(s, tree.Scope) for c in opened(s.expr, defines)]
        for item in module.items:
            for part in item.parts if isinstance(item, tree.Requirement) else ():
                if not isinstance(part, tree.Applies):
                    continue
                applied = list(opened(part.expr, defines))
                params = params_of(module)
                found = clash([*scopes, *applied], params, subject.vocabulary)
                if found is not None and clash(applied, params, subject.vocabulary) is None:
                    label = subject.label(found[0].at, "the scope of the module says so")
                    hint = "widen the scope, or correct the applicability"
                    yield Found(part.expr.at, "this never applies within the scope of the module", hint, label)


RULE = Rule(
    code="RW0720",
    name="outside-scope",
    severity=Severity.ERROR,
    persona="ci",
    category="applicability",
    summary="An `applies when` that contradicts the scope of its module: the requirement never applies.",
    rationale="It is never evaluated, and every report says that it does not apply.",
    avoid="""\
standard acme.base edition "1" {
  scope product.type in {consumer_iot, wearable}

  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    applies when product.type = router
    #            ^^^^^^^^^^^^^^^^^^^^^
    check    not iface.telnet_present
  }
}

test "1" {
  given { product.type = router } expect not_applicable
}
""",
    prefer="""\
standard acme.base edition "1" {
  scope product.type in {consumer_iot, wearable}

  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    applies when product.type = wearable
    check    not iface.telnet_present
  }
}

test "1" {
  given { product.type = wearable, iface.telnet_present = true } expect fail
}
""",
    find=_find,
)
