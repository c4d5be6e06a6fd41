"""SPDX 2 XML, as its JSON form.

The official tools write each field of the JSON form as an element of its name, and a list as repeated elements.
Guarantees: every element is carried over or reported; a field that is no list and stands twice is written twice in the
JSON, so that the reader finds it.  It makes no facts: the JSON reader does.  There is no official XML schema.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, cast

from rulewright.diagnostics import Diagnostic
from rulewright.sbom import spdx2_judge, spdx2_shape, xml
from rulewright.sbom.decoding import no_collector
from rulewright.sbom.document import Converted
from rulewright.sbom.findings import NOTE, WARNING, Findings, refusal, shown
from rulewright.sbom.spdx2_assembly import Holder, encode, twice
from rulewright.sbom.text import Bytes

if TYPE_CHECKING:
    from lxml.etree import _Element

DEEPEST = 64
"""Levels of elements; the format needs seven."""
_FOREIGN = "{http://www.w3.org/2001/XMLSchema-instance}"


def convert(data: Bytes, name: str) -> Converted | Diagnostic:
    """Convert one document."""
    root = xml.parse(data, name)
    if isinstance(root, Diagnostic):
        return root
    if root.xpath("boolean(" + "/*" * (DEEPEST + 1) + ")"):
        return refusal("RW1005", name, f"elements are nested more than {DEEPEST} levels deep")
    findings = Findings(name)
    places = _Places(root)
    with no_collector():
        document = _Reading(findings, places).fields(root)
        made = encode(document)
    judge = spdx2_judge.judge(made, document.get("spdxVersion"), name, places.place)
    return Converted(made, "xml", count(root), places.place, judge, findings)


class _Reading:
    """Elements to values."""

    def __init__(self, findings: Findings, places: _Places) -> None:
        self._findings = findings
        self._places = places

    def fields(self, element: _Element) -> Holder:
        """The fields of an element."""
        made: Holder = {}
        if element.attrib:
            self._attributes(element)
        if element.text and not element.text.isspace():
            self._stray(element, element.text)
        for child in element:
            key = xml.local(child.tag)
            value = self._value(child, key)
            if child.tail and not child.tail.isspace():
                self._stray(child, child.tail)
            if key in spdx2_shape.LISTS:
                cast("list[object]", made.setdefault(key, [])).append(value)
            elif key in made:
                twice(made, key, value)
            else:
                made[key] = value
        return made

    def _value(self, element: _Element, key: str) -> object:
        """The value of a field."""
        if len(element):
            return self.fields(element)
        if element.attrib:
            self._attributes(element)
        text = element.text or ""
        if key in spdx2_shape.OBJECTS and not text.strip():
            return {}
        if key in spdx2_shape.TRUTHS:
            return spdx2_shape.truth(text.strip())
        if key in spdx2_shape.NUMBERS:
            return spdx2_shape.number(text.strip())
        return spdx2_shape.inline(text)

    def _attributes(self, element: _Element) -> None:
        """Report attributes: the format has none."""
        for attribute in element.attrib:
            name = str(attribute)
            if not name.startswith(_FOREIGN):
                local = xml.local(name)
                message = f"unknown attribute `{shown(local)}`"
                self._places.named.report(self._findings, "RW1013", NOTE, message, element, local)

    def _stray(self, element: _Element, text: str) -> None:
        """Report text between elements."""
        message = f"the text `{shown(text.strip(), 40)}` stands between elements and belongs to no field"
        self._places.named.report(self._findings, "RW1038", WARNING, message, element)


class _Places:
    """JSON pointers to elements."""

    def __init__(self, root: _Element) -> None:
        self._root = root
        self.named = xml.Places()
        self._lists: dict[tuple[_Element, str], list[_Element]] = {}

    def _children(self, parent: _Element, key: str) -> list[_Element]:
        """The elements of one name, found once."""
        known = self._lists.get((parent, key))
        if known is None:
            known = self._lists[parent, key] = [e for e in parent if xml.local(e.tag) == key]
        return known

    def place(self, pointer: str) -> str:
        """`/Document/packages[2]/name (line 12)`; the nearest element around what is not there."""
        steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
        at, i = self._root, 0
        while i < len(steps):
            key, index = steps[i], 0
            i += 1
            if key in spdx2_shape.LISTS and i < len(steps) and steps[i].isdecimal():
                index = int(steps[i])
                i += 1
            found = self._children(at, key)
            if index >= len(found):
                break
            at = found[index]
        return self.named.place(at)


_COUNTED = {
    "packages": "/*/packages",
    "files": "/*/files",
    "snippets": "/*/snippets",
    "relationships": "/*/relationships",
    "extracted licences": "/*/hasExtractedLicensingInfos",
    "hashes": "/*/packages/checksums",
    "external references": "/*/packages/externalRefs",
}


def count(root: _Element) -> Counter[str]:
    """Count by XPath, apart from the conversion; a licence that a package states twice counts once if it is the same."""
    total = Counter(
        {entity: int(cast("float", root.xpath(f"count({_any(path)})"))) for entity, path in _COUNTED.items()}
    )
    for key in ("licenseDeclared", "licenseConcluded"):
        found = cast("list[_Element]", root.xpath(_any(f"/*/packages/{key}")))
        stated: dict[_Element | None, set[str | None]] = {}
        for element in found:
            text = None if len(element) else spdx2_shape.inline(element.text or "")
            stated.setdefault(element.getparent(), set()).add(text)
        total["licences"] += sum(len(texts) == 1 and None not in texts for texts in stated.values())
    return total


def _any(path: str) -> str:
    """A path that asks for names whatever their namespace."""
    return "/".join(f"*[local-name()='{step}']" if step not in {"", "*"} else step for step in path.split("/"))
