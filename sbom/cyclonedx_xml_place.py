"""Places in CycloneDX XML: a JSON pointer into the JSON form to the XPath and line of the element.

Guarantees: the pointer is followed in the document itself, by the table that the conversion goes by; where an element is
not there, the place is that of the nearest one around it.  The document is parsed again when the first place is asked for.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from rulewright.diagnostics import Diagnostic
from rulewright.sbom.cyclonedx_xml_table import GRAPH_EXTENSION, Kind, Rule, Table, Type, table
from rulewright.sbom.text import Bytes
from rulewright.sbom.xml import Places, local, parse

if TYPE_CHECKING:
    from lxml import etree

    Item = tuple[etree._Element, Rule]  # noqa: SLF001 - lxml's name


class Finder:
    """Finds the places of one document."""

    def __init__(self, data: Bytes, name: str) -> None:
        self._data = data
        self._name = name
        self._lists: dict[tuple[etree._Element, str], list[Item]] = {}
        self._places = Places()

    @cached_property
    def _root(self) -> etree._Element:
        """The document, parsed again."""
        root = parse(self._data, self._name)
        assert not isinstance(root, Diagnostic)
        return root

    @cached_property
    def _table(self) -> Table:
        """The table of the document's namespace."""
        return table(self._root.tag.rpartition("}")[0].removeprefix("{"))

    def __call__(self, pointer: str) -> str:
        """The place that a JSON pointer names."""
        steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
        return self._object(self._root, self._table["bom"], steps)

    def _object(self, element: etree._Element, kind: Type, steps: list[str]) -> str:
        """Follow the steps from an object."""
        if not steps:
            return self._places.place(element)
        key, rest = steps[0], steps[1:]
        if kind.text is not None and key == kind.text.key:
            return self._places.place(element)
        for rule in kind.attributes.values():
            if rule.key == key and element.get(rule.name) is not None:
                return self._places.place(element, rule.name)
        for tag, rule in kind.elements.items():
            if rule.kind == Kind.MERGED and key in self._table[rule.type].by_key:
                inner = element.find(tag)
                return self._places.place(element) if inner is None else self._value((inner, rule), steps)
            if rule.key == key and element.find(tag) is not None:
                return self._field(element, tag, rule, rest)
        return self._places.place(element)

    def _field(self, element: etree._Element, tag: str, rule: Rule, steps: list[str]) -> str:
        """Follow the steps from one field of an object that has it."""
        first = element.find(tag)
        assert first is not None
        is_list = rule.many or rule.kind in {Kind.LIST, Kind.CHOICES} or rule.type == "dependency"
        is_list = is_list or (rule.type == "tools" and bool(steps) and steps[0].isdigit())
        if not is_list:
            return self._value((first, rule), steps)
        known = self._lists.get((element, tag))
        if known is None:
            known = self._lists[element, tag] = self._items(element, tag, rule)
        if not steps or not steps[0].isdigit() or int(steps[0]) >= len(known):
            return self._places.place(first)
        found, item = known[int(steps[0])]
        rest = steps[1:]
        if item.keyed:
            rest = rest[1:]
        return self._value((found, item), rest)

    def _items(self, element: etree._Element, tag: str, rule: Rule) -> list[Item]:
        """The items of a list, in the order of the JSON form."""
        wrappers = element.findall(tag)
        if rule.kind == Kind.LIST and rule.item is not None:
            return [(child, rule.item) for one in wrappers for child in one.iterchildren(rule.tag)]
        if rule.kind == Kind.CHOICES:
            known = self._table[rule.type].elements
            return [(child, known[child.tag]) for one in wrappers for child in one if child.tag in known]
        if rule.type == "tools":
            name = f"{self._table.prefix}tool"
            return [(child, self._table["tools"].elements[name]) for child in wrappers[0].iterchildren(name)]
        if rule.kind == Kind.SPECIAL:
            return [(child, rule) for child in _entries(wrappers)]
        return [(one, rule) for one in wrappers]

    def _value(self, item: Item, steps: list[str]) -> str:
        """Follow the steps from a value."""
        element, rule = item
        if rule.kind == Kind.INNER and len(element):
            inner = element[0]
            found = self._table[rule.type].elements.get(inner.tag)
            return self._places.place(inner) if found is None else self._value((inner, found), steps)
        if rule.kind == Kind.SPECIAL and rule.type == "dependency":
            return self._dependency(element, steps)
        if rule.kind == Kind.REFERENCE:
            return self._places.place(element, rule.key)
        if rule.type:
            return self._object(element, self._table[rule.type], steps)
        return self._places.place(element)

    def _dependency(self, element: etree._Element, steps: list[str]) -> str:
        """Follow the steps from an entry of a dependency graph."""
        name = {"dependsOn": "dependency", "provides": "provides"}.get(steps[0] if steps else "")
        if name is None or len(steps) == 1:
            return self._places.place(element, "ref" if steps == ["ref"] else "")
        key = (element, name)
        if key not in self._lists:
            rule = self._table["dependency"].elements[f"{self._table.prefix}{name}"]
            self._lists[key] = [(child, rule) for child in element if local(child.tag) == name]
        known = self._lists[key]
        at = int(steps[1]) if steps[1].isdigit() else len(known)
        return self._places.place(known[at][0], "ref") if at < len(known) else self._places.place(element)


def _entries(wrappers: list[etree._Element]) -> list[etree._Element]:
    """The entries of a dependency graph: those listed, then those nested in others, level by level."""
    graph = wrappers[0]
    prefix = f"{{{GRAPH_EXTENSION}}}" if graph.tag.startswith(f"{{{GRAPH_EXTENSION}}}") else ""
    name = f"{prefix}dependency" if prefix else graph.tag.rpartition("}")[0] + "}dependency"
    if not graph.tag.startswith("{"):
        name = "dependency"
    found = [child for wrapper in wrappers for child in wrapper.iterchildren(name)]
    for entry in found:  # grows while it is read
        found += [child for child in entry.iterchildren(name) if len(child)]
    return found
