"""Elements of CycloneDX XML to the values of its JSON form, by the table.

Guarantees: every attribute, element and text of the document is either in the values or a finding with its place; what
has another type than the table says stands as it was written, so that the reader of the JSON finds it; an element given
twice is a key given twice.  It does not judge.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import msgspec

from rulewright.diagnostics import Severity
from rulewright.sbom.cyclonedx_xml_table import GRAPH_EXTENSION, Kind, Rule, Table, Type
from rulewright.sbom.findings import NOTE, WARNING, Findings, shown
from rulewright.sbom.xml import Places, local

if TYPE_CHECKING:
    from lxml import etree

# plain numbers: an enumeration's member is slower to get at, and these are asked for each element
_RAW, _TEXT, _LAST_SCALAR = int(Kind.RAW), int(Kind.TEXT), int(Kind.NUM)
_OBJECT, _LIST, _CHOICES = int(Kind.OBJECT), int(Kind.LIST), int(Kind.CHOICES)
_MERGED, _REFERENCE = int(Kind.MERGED), int(Kind.REFERENCE)

_PLAIN = re.compile(r"(?:[!-~](?:[ -~]*[!-~])?)?\Z").match
"""Text that has nothing to trim."""
_BLANKS = str.maketrans("\t\n\r", "   ")
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}\Z")
_NUMBER = re.compile(r"(?P<sign>[+-]?)0*(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))?\Z")
_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"


def trimmed(text: str) -> str:
    """A text as `xs:normalizedString` and `xs:anyURI` have it, without spaces around."""
    text = text.strip(" \t\n\r")
    return text.translate(_BLANKS) if "\n" in text or "\t" in text or "\r" in text else text


def number(text: str) -> object:
    """An `xs:decimal` as a JSON number of the same digits; other text stays text."""
    found = _NUMBER.match(text)
    if not found or not (found["whole"] or found["part"] or "0" in text):
        return text
    sign = "-" if found["sign"] == "-" else ""
    part = f".{found['part']}" if found["part"] else ""
    return msgspec.Raw(f"{sign}{found['whole'] or '0'}{part}".encode())


def scalar(kind: int, text: str) -> object:
    """A plain value; text that is none of its kind stays text."""
    if kind == _RAW:
        return text
    text = trimmed(text)
    if kind == _TEXT:
        return text
    if kind == Kind.BOOL:
        return _TRUTH.get(text, text)
    if kind == Kind.INT:
        return int(text) if _INTEGER.match(text) else text
    return number(text)


class Tree:
    """One document on its way to values."""

    def __init__(self, table: Table, findings: Findings) -> None:
        self.table = table
        self.findings = findings
        self.places = Places()

    # --- objects

    def struct(self, element: etree._Element, kind: Type) -> object:
        """The object that an element says."""
        made: dict[str, object] = {}
        twice: list[tuple[str, object]] = []
        if element.keys():
            self._attributes(element, kind, made)
        text = element.text
        own = kind.text
        if own is not None:
            made[own.key] = scalar(own.kind, text or "")
        elif text and not text.isspace():
            self._stray_text(element)
        for child in element:
            rule = kind.elements.get(child.tag)
            if rule is None:
                self._foreign(child, made)
            else:
                value = self.value(child, rule)
                if rule.many or rule.key in made or rule.kind == _MERGED:
                    self._joined(child, rule, value, made, twice)
                else:
                    made[rule.key] = value
            tail = child.tail
            if tail and not tail.isspace():
                self._stray_text(element)
        return _doubled(made, twice) if twice else made

    def _foreign(self, element: etree._Element, made: dict[str, object]) -> None:
        """An element that the table does not have: an XML signature, or unknown."""
        if element.tag == _SIGNATURE:
            made["signature"] = {"algorithm": "XMLDSig"}  # which of its algorithms, no fact says
        else:
            self.unknown(element)

    def _joined(
        self,
        element: etree._Element,
        rule: Rule,
        value: object,
        made: dict[str, object],
        twice: list[tuple[str, object]],
    ) -> None:
        """A value that comes to what is there already."""
        if rule.many:
            self._append(made, rule, value)
        elif rule.kind == _MERGED and isinstance(value, dict):
            made.update(value)
        else:
            self._again(element, made, twice, rule.key, value)

    def _attributes(self, element: etree._Element, kind: Type | None, made: dict[str, object]) -> None:
        """The attributes of an element; `kind` is `None` where it has none."""
        for name, text in cast("list[tuple[str, str]]", element.items()):
            rule = kind.attributes.get(name) if kind is not None else None
            if rule is not None:
                made[rule.key] = scalar(rule.kind, text)
            elif not name.startswith((_INSTANCE, _XML)):
                self._note("RW1013", NOTE, f"unknown attribute `{shown(name)}`", element, local(name))

    @staticmethod
    def _append(made: dict[str, object], rule: Rule, value: object) -> None:
        """Add to a list that several elements make."""
        held = cast("list[object]", made.setdefault(rule.key, []))
        if rule.kind == _LIST:
            held += cast("list[object]", value)
        else:
            held.append(value)

    def _again(
        self, element: etree._Element, made: dict[str, object], twice: list[tuple[str, object]], key: str, value: object
    ) -> None:
        """An element that has been there: lists are joined, anything else is a key given twice."""
        held = made[key]
        agreed = held == value
        code, word = ("RW1012", "the same value") if agreed else ("RW1011", "different values")
        message = f"element `{shown(local(element.tag))}` is given more than once with {word}"
        parent = element.getparent()
        first = None if parent is None else parent.find(element.tag)
        self._note(code, WARNING, message, element if first is None else first)
        if isinstance(held, list) and isinstance(value, list):
            held += value
        elif not agreed:
            twice.append((key, value))

    # --- values

    def value(self, element: etree._Element, rule: Rule) -> object:
        """The value that an element says."""
        kind = rule.kind
        if kind <= _LAST_SCALAR:
            if len(element) or element.keys():
                return self._odd(element, rule)
            text = element.text or ""
            return text if kind == _RAW or (kind == _TEXT and _PLAIN(text)) else scalar(kind, text)
        if kind in {_OBJECT, _MERGED}:
            return self.struct(element, self.table[rule.type])
        if kind == _LIST:
            return self._list(element, rule)
        if kind == _CHOICES:
            return self._choices(element, self.table[rule.type])
        if kind == _REFERENCE:
            found = element.get(rule.key)
            return self.struct(element, Type(attributes={rule.key: rule})) if found is None or len(element) else found
        return self._marked(element, rule)

    def _marked(self, element: etree._Element, rule: Rule) -> object:
        """A value that is read in a way of its own."""
        if rule.kind == Kind.INNER:
            items = self._choices(element, self.table[rule.type])
            return items[0] if len(items) == 1 else items
        if rule.kind == Kind.EITHER:
            return self.struct(element, self.table[rule.type]) if len(element) else element.text or ""
        if rule.type == "dependency":
            return self._dependencies(element)
        return self._tools(element)

    def _odd(self, element: etree._Element, rule: Rule) -> object:
        """A plain value with elements or attributes: elements make it an object, as they stand."""
        self._attributes(element, None, {})
        if not len(element):
            return scalar(rule.kind, element.text or "")
        return {local(child.tag): "".join(map(str, child.itertext())) for child in element}

    def _list(self, element: etree._Element, rule: Rule) -> list[object]:
        """The items of a wrapper."""
        item = cast("Rule", rule.item)
        made: list[object] = []
        if element.keys():
            self._attributes(element, None, {})
        if element.text and not element.text.isspace():
            self._stray_text(element)
        tag = rule.tag
        kind = self.table[item.type] if item.kind == _OBJECT else None
        for child in element:
            if child.tag == tag:
                made.append(self.value(child, item) if kind is None else self.struct(child, kind))
            else:
                self.unknown(child)
            if child.tail and not child.tail.isspace():
                self._stray_text(element)
        return made

    def _choices(self, element: etree._Element, kind: Type) -> list[object]:
        """The items of a wrapper whose items are of several names."""
        made: list[object] = []
        if element.keys():
            self._attributes(element, None, {})
        if element.text and not element.text.isspace():
            self._stray_text(element)
        for child in element:
            rule = kind.elements.get(child.tag)
            if rule is None:
                self.unknown(child)
                continue
            value = self.value(child, rule)
            made.append({rule.key: value} if rule.keyed else value)
        return made

    # --- the special ones

    def _tools(self, element: etree._Element) -> object:
        """Tools: a list in the form of 1.2 to 1.4, an object in that of 1.5 and later."""
        made = self.struct(element, self.table["tools"])
        if not isinstance(made, dict) or made.keys() - {"tool"}:
            return made
        return made.get("tool", [])

    def _dependencies(self, element: etree._Element) -> list[object]:
        """The entries of a dependency graph; one that is nested in another's list comes after them."""
        entries: list[object] = []
        waiting: list[etree._Element] = []
        prefix = f"{{{GRAPH_EXTENSION}}}" if element.tag.startswith(f"{{{GRAPH_EXTENSION}}}") else self.table.prefix
        names = {f"{prefix}dependency": "dependsOn", f"{prefix}provides": "provides"}
        if element.text and not element.text.isspace():
            self._stray_text(element)
        for child in element:
            if child.tag == f"{prefix}dependency":
                entries.append(self._dependency(child, names, waiting))
            else:
                self.unknown(child)
        entries.extend(self._dependency(nested, names, waiting) for nested in waiting)  # it grows while it is read
        return entries

    def _dependency(
        self, element: etree._Element, names: dict[str, str], waiting: list[etree._Element]
    ) -> dict[str, object]:
        """One entry; what it names and what says more of itself is `waiting`."""
        made: dict[str, object] = {}
        self._attributes(element, self.table["dependency"], made)
        for child in element:
            key = names.get(child.tag)
            if key is None:
                self.unknown(child)
                continue
            ref = child.get("ref")
            cast("list[object]", made.setdefault(key, [])).append({} if ref is None else ref)
            if len(child) and key == "dependsOn":
                waiting.append(child)
            else:
                self._attributes(child, self.table["dependency"], {})
                for inner in child:
                    self.unknown(inner)
        return made

    # --- what the table does not have

    def unknown(self, element: etree._Element) -> None:
        """Note an element that the format does not have here."""
        name = element.tag if element.tag.startswith("{") else local(element.tag)
        known = name.removeprefix(self.table.prefix)
        self._note("RW1013", NOTE, f"unknown element `{shown(known, 100)}`", element)

    def _stray_text(self, element: etree._Element) -> None:
        """Note text between elements."""
        self._note("RW1013", NOTE, "text where elements are expected", element)

    def _note(self, code: str, severity: Severity, message: str, element: etree._Element, attribute: str = "") -> None:
        """Report something at an element; its place is looked for only while findings are kept."""
        place = "" if self.findings.full(code) else self.places.place(element, attribute)
        self.findings.add(code, severity, message, place)


def _doubled(made: dict[str, object], twice: list[tuple[str, object]]) -> msgspec.Raw:
    """An object that holds some keys more than once."""
    pairs = [*made.items(), *twice]
    encode = msgspec.json.encode
    return msgspec.Raw(b"{" + b",".join(encode(key) + b":" + encode(value) for key, value in pairs) + b"}")
