"""A condition that no product can meet."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.clashes import clash, params_of
from rulewright.dsl.lint.common import conditions, conjuncts
from rulewright.dsl.lint.model import Found, Rule, Subject, descend


def _find(subject: Subject) -> Iterator[Found]:
    for module in subject.modules:
        params = params_of(module)
        for item in module.items:
            junctions = (n for expr in conditions(item) for n in descend(expr) if isinstance(n, t.Junction))
            for node in junctions:
                found = clash(conjuncts(node), params, subject.vocabulary) if node.op == "and" else None
                if found is not None:
                    label = subject.label(found[0].at, "and this")
                    yield Found(found[1].at, "no product meets both", "write `or`, or delete one", label)


RULE = Rule(
    code="RW0719",
    name="cannot-hold",
    severity=Severity.ERROR,
    persona="ci",
    category="logic",
    summary="A condition that asks one fact for two different answers at once.",
    rationale="A check that cannot hold never passes; an applicability that cannot hold switches its requirement off.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    product.type = consumer_iot and product.type = router and not iface.telnet_present
    #                                        ^^^^^^^^^^^^^^^^^^^^^
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
    check    product.type in {consumer_iot, router} and not iface.telnet_present
  }
}

test "1" {
  given { iface.telnet_present = true } expect fail
}
""",
    find=_find,
)
