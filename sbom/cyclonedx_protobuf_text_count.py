"""Counting the entities of CycloneDX in protobuf's text format, apart from the conversion.

Guarantees: it follows the names of the fields through the tokens, with neither the tables nor the values of the
conversion.  It does not say what was lost, only how much.
"""

from __future__ import annotations

from collections import Counter

from rulewright.sbom.cyclonedx_protobuf_tokens import Token

_PARTS = {
    "hashes": "hashes",
    "licenses": "licences",
    "external_references": "external references",
    "properties": "properties",
}
_TOP = {"components": "components", "services": "services", "vulnerabilities": "vulnerabilities"}
_INSIDE = {
    ("", "metadata"): "metadata",
    ("", "components"): "component",
    ("metadata", "component"): "component",
    ("component", "components"): "component",
    ("", "services"): "service",
    ("service", "services"): "service",
    ("", "dependencies"): "dependency",
    ("dependency", "dependencies"): "dependency in a dependency",
    ("dependency in a dependency", "dependencies"): "dependency in a dependency",
}
"""What an element is, by what it is in and its name."""


class _Level:
    """One open message: what it is, the field that is being read, whether a value is next, and whether in a list."""

    __slots__ = ("in_list", "is_entry", "kind", "name", "value")

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.name = ""
        self.value = False
        self.in_list = False
        self.is_entry = False


def count(found: list[Token]) -> Counter[str]:
    """Count in a text that is well-formed; hashes to properties are those of components."""
    total: Counter[str] = Counter()
    levels = [_Level("")]
    product = False
    before = ""
    for token in found:
        level, text = levels[-1], token.text
        if token.kind == "mark":
            if text in "{<":
                product = _counted(level, total, product=product)
                levels.append(_Level(_INSIDE.get((level.kind, level.name), "other")))
            elif text in "}>":
                levels.pop()
                levels[-1].value = levels[-1].in_list
            else:
                _mark(level, text)
        elif not level.value:
            level.name, level.value = text, token.kind != "string"
        elif not (token.kind == before == "string"):
            product = _counted(level, total, product=product)
            level.value = level.in_list
        before = token.kind
    return total


def _mark(level: _Level, text: str) -> None:
    """A list begins or ends; in place of a name it is an extension, which nothing is counted of."""
    if text == "[":
        if not level.value:
            level.name = ""
        level.value = level.in_list = True
    elif text == "]":
        level.in_list, level.value = False, level.name == ""


def _counted(level: _Level, total: Counter[str], *, product: bool) -> bool:
    """Count one value of a field; whether the described product has been counted."""
    name = level.name
    if level.kind == "" and name in _TOP:
        total[_TOP[name]] += 1
    elif level.kind == "" and name == "dependencies":
        total["dependencies"] += 1
    elif level.kind == "metadata" and name == "component" and not product:
        total["components"] += 1
        return True
    elif level.kind == "component":
        if name == "components":
            total["components"] += 1
        elif name in _PARTS:
            total[_PARTS[name]] += 1
    elif level.kind == "service" and name == "services":
        total["services"] += 1
    elif level.kind.startswith("dependency") and name in {"dependencies", "provides"}:
        total["dependency edges"] += name == "dependencies"
        if level.kind != "dependency" and not level.is_entry:
            level.is_entry = True
            total["dependencies"] += 1
    return product
