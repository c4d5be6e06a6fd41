"""A yes-or-no fact that is compared with `true` or `false`."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.model import Found, Rule, Subject


def _find(subject: Subject) -> Iterator[Found]:
    for node in subject.nodes(t.Compare):
        word = node.right.text if isinstance(node.right, t.Name) else ""
        if word in {"true", "false"} and node.op in {"=", "!="} and isinstance(node.left, t.Name):
            path = node.left.text
            positive = (word == "true") == (node.op == "=")
            text = path if positive else f"not {path}"
            same = node.op == "=" and word == "true"  # the other forms become another, equivalent condition
            fix = subject.replace(f"write `{text}`", (node.at, text), safe=same)
            yield Found(node.at, f"`{path}` is a condition already", f"write `{text}`", fix=fix)


RULE = Rule(
    code="RW0727",
    name="compared-with-truth",
    severity=Severity.NOTE,
    persona="author",
    category="logic",
    summary="A comparison with `true` or `false`.",
    rationale="The fact is a condition already: write it, or `not` before it.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is a network"
    severity high
    check    product.internet_connectable = true
    #        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  }
}

test "1" {
  given { product.internet_connectable = false } expect fail
}
""",
    prefer="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "There is a network"
    severity high
    check    product.internet_connectable
  }
}

test "1" {
  given { product.internet_connectable = false } expect fail
}
""",
    find=_find,
)
