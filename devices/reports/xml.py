"""XML of other tools, safely, with nothing but the standard library.

Guarantees: no entity is ever defined and nothing outside the bytes is read: a document type with a body or an address is
refused (the bare `<!DOCTYPE nmaprun>` that nmap writes is not); depth and number of elements are bounded; what breaks off is
kept as far as it goes.  What it does not do: validate; keep text between elements other than of leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

import msgspec

from rulewright.devices.reports.base import MAX_REPORT, Report, shown

MAX_DEPTH = 64
MAX_ELEMENTS = 2_000_000
MAX_LEAF = 4096


class Element(msgspec.Struct):
    """An element: name, attributes, children, text of its own, and the line that it begins in."""

    name: str
    attributes: dict[str, str]
    line: int
    children: list[Element] = []
    text: str = ""

    def get(self, name: str) -> str:
        """An attribute; empty where there is none."""
        return self.attributes.get(name, "")

    def all(self, name: str) -> Iterator[Element]:
        """The children of a name."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> Element:
        """The first child of a name, or an empty element."""
        return next(self.all(name), Element(name, {}, self.line))

    def leaves(self) -> list[str]:
        """The text of all leaves below, in order."""
        if not self.children:
            return [self.text.strip()] if self.text.strip() else []
        return [text for child in self.children for text in child.leaves()]


class _RefusedError(Exception):
    """The document asks for something that no report needs."""


def parse(report: Report, data: bytes) -> Element | None:
    """The root element; `None` with a note where there is none."""
    if len(data) > MAX_REPORT:
        report.note("RW1521", f"the report is larger than {MAX_REPORT} bytes", severe=True)
        return None
    builder = _Builder()
    try:
        builder.parser.Parse(data, True)  # noqa: FBT003 - it is positional
    except _RefusedError as error:
        report.note("RW1523", str(error), severe=True)
        return None
    except (expat.ExpatError, LookupError, ValueError) as error:
        what = "breaks off or is damaged" if builder.root else "is not XML"
        report.note("RW1520", f"the report {what}: {shown(str(error))}", severe=True)
    return builder.root


class _Builder:
    """Collects elements from the parser's events."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.entity

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.open) >= MAX_DEPTH:
            message = f"the report has more than {MAX_ELEMENTS} elements or {MAX_DEPTH} levels"
            raise _RefusedError(message)
        element = Element(name, attributes, self.parser.CurrentLineNumber)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, _name: str) -> None:
        self.open.pop()

    def data(self, text: str) -> None:
        if self.open and len(self.open[-1].text) < MAX_LEAF:
            self.open[-1].text += text[:MAX_LEAF]

    def doctype(self, name: str, system: str | None, public: str | None, internal: int) -> None:
        if internal or system or public:
            message = (
                f"the report has a document type declaration with definitions (`{shown(name, 40)}`): it is not read"
            )
            raise _RefusedError(message)

    def entity(self, *_parts: object) -> None:
        message = "the report defines entities: it is not read"
        raise _RefusedError(message)
