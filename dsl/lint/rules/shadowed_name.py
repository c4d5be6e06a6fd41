"""A name that hides another one."""

from __future__ import annotations

from collections.abc import Iterator

from rulewright.diagnostics import Severity
from rulewright.dsl import tree
from rulewright.dsl import tree_expr as t
from rulewright.dsl.lint.clashes import params_of
from rulewright.dsl.lint.model import Found, Rule, Subject, descend


def _find(subject: Subject) -> Iterator[Found]:
    for module in subject.modules:
        yield from _params(subject, module)
        yield from _variables(subject, module)
    for outer in subject.nodes(t.Quantifier):
        for inner in _inside(outer):
            if inner.var.text == outer.var.text:
                label = subject.label(outer.var.at, "the outer one")
                message = f"`{inner.var.text}` hides the element of the quantifier around"
                yield Found(inner.var.at, message, _HINT, label)


def _params(subject: Subject, module: tree.Module) -> Iterator[Found]:
    """Parameters that are called like a `define` or an attribute."""
    defines = {d.name.text: d for d in module.items if isinstance(d, tree.Define)}
    for item in module.items:
        if isinstance(item, tree.Param) and item.name.text in defines:
            label = subject.label(defines[item.name.text].name.at, "the `define`")
            yield Found(item.name.at, f"`{item.name.text}` is a parameter and a `define`", _HINT, label)
        if isinstance(item, tree.Param) and item.name.text in subject.vocabulary.attributes:
            yield Found(item.name.at, f"`{item.name.text}` is an attribute, too", _HINT)


def _variables(subject: Subject, module: tree.Module) -> Iterator[Found]:
    """Elements that are called like something of the product or of the module."""
    spaces = {name.partition(".")[0] for name in subject.vocabulary.attributes if "." in name}
    taken = params_of(module) | {d.name.text for d in module.items if isinstance(d, tree.Define)}
    for variable in (found for node in descend(module) if (found := _variable(node)) is not None):
        if variable.text in spaces:
            yield Found(variable.at, f"`{variable.text}.…` names attributes of the product, too", _HINT)
        elif variable.text in taken:
            yield Found(variable.at, f"`{variable.text}` has another meaning in this module", _HINT)


def _variable(node: t.Node) -> t.Name | None:
    """The element that a quantifier or a `define` names."""
    if isinstance(node, t.Quantifier):
        return node.var
    return node.name if isinstance(node, tree.Formal) else None


def _inside(outer: t.Quantifier) -> Iterator[t.Quantifier]:
    """The quantifiers inside one."""
    parts = (*([outer.where] if outer.where is not None else []), *(outer.block or ()))
    return (node for part in parts for node in descend(part) if isinstance(node, t.Quantifier))


_HINT = "choose another name"


RULE = Rule(
    code="RW0722",
    name="shadowed-name",
    severity=Severity.WARNING,
    persona="author",
    category="names",
    summary="A parameter, `define` or variable that is called like something else in reach.",
    rationale="Two readers take it for two different things.",
    avoid="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "Components have names"
    severity high
    check    every component product { product.name is known }
    #                        ^^^^^^^
  }
}

test "1" {
  given { component = [ ] complete } expect not_applicable
}
""",
    prefer="""\
standard acme.base edition "1" {
  requirement "1" shall {
    title    "Components have names"
    severity high
    check    every component c { c.name is known }
  }
}

test "1" {
  given { component = [ ] complete } expect not_applicable
}
""",
    find=_find,
)
