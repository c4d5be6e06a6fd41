"""An assumption about a list that no requirement reads."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.model import Found, Rule, Subject, descend
from rulewright.dsl.names import find_collection


def _find(subject: Subject) -> Iterator[Found]:
    for module, item in subject.items(tree.Assume):
        wanted = find_collection(subject.vocabulary, item.collection.text)
        modules = [module, *subject.used(module).values()]
        whole = len(subject.used(module)) == sum(isinstance(u, tree.Use) for u in module.items)
        vocabularies = [m for m in subject.targets.values() if m.head.kind == "vocabulary"]
        read = {
            found.name
            for m in (*modules, *vocabularies)
            for node in descend(m)
            if isinstance(node, t.Quantifier)
            and (found := find_collection(subject.vocabulary, node.collection.text)) is not None
        }
        if whole and wanted is not None and wanted.name not in read:
            message = f"no requirement here reads the {wanted.plural}"
            fix = subject.delete("delete the line", item.at, safe=False)
            yield Found(item.at, message, "delete the line", fix=fix)


RULE = Rule(
    code="RW0715",
    name="assume-without-effect",
    severity=Severity.WARNING,
    persona="author",
    category="tailoring",
    varies=True,
    summary="An `assume … complete` of a collection over which no requirement of the policy, or of what it uses, speaks.",
    rationale="Every assumption is a risk that somebody took; one that decides nothing should not be listed.",
    avoid="""\
standard acme.base edition "1" {
  param least : int = 1 in 1..9

  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    not iface.telnet_present
  }

  requirement "2" shall {
    title    "Components are listed"
    severity low
    check    at least least component c where c.type = library
  }
}

policy acme.camera edition "1" {
  use acme.base edition "1" as base

  assume services complete because "the build lists them"
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
}

test "1" {
  given { iface.telnet_present = true } expect fail
}

test "2" {
  given { component = [ ] complete } expect fail
}
""",
    prefer="""\
standard acme.base edition "1" {
  param least : int = 1 in 1..9

  requirement "1" shall {
    title    "There is no telnet service"
    severity high
    check    not iface.telnet_present
  }

  requirement "2" shall {
    title    "Components are listed"
    severity low
    check    at least least component c where c.type = library
  }
}

policy acme.camera edition "1" {
  use acme.base edition "1" as base

  assume components complete because "the build lists them"
}

test "1" {
  given { iface.telnet_present = true } expect fail
}

test "2" {
  given { component = [ ] complete } expect fail
}
""",
    find=_find,
)
