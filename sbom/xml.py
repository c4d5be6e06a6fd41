"""Bytes of XML to a tree, safely, and places in it as people name them.

Guarantees: nothing outside the bytes is read; a document type declaration is refused before the parser sees it, so there
are no entities to expand and no attribute values that the document does not show; size and depth are bounded; whatever
is not well-formed is one diagnostic with its line.  Comments and processing instructions are dropped; text next to them
is joined.  It knows no format and validates nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rulewright.diagnostics import Diagnostic, Severity
from rulewright.sbom.findings import Findings, refusal, shown
from rulewright.sbom.limits import MAX_XML_BYTES, MAX_XML_DEPTH, SAME_CODE
from rulewright.sbom.text import Bytes

if TYPE_CHECKING:
    from lxml import etree

_SPACE = b" \t\r\n"
_LONG = 40
"""Steps of a path that are shown."""
_DTD_HINT = "remove the `<!DOCTYPE …>`: no format of bills of materials needs one"


def parse(data: Bytes, source: str, depth: int = MAX_XML_DEPTH) -> etree._Element | Diagnostic:
    """Parse UTF-8 (whatever the XML declaration says: the bytes are decoded by now); the root element.

    `depth` is how many levels of elements the format may need; the parser itself ends at 2,048.
    """
    try:
        from lxml import etree
    except ImportError:
        return missing_library("lxml", "XML", source)
    if len(data) > MAX_XML_BYTES:
        return refusal("RW1003", source, f"the XML document is larger than {MAX_XML_BYTES} bytes")
    whole = bytes(data)
    declared = document_type(whole)
    if declared is not None:
        return refusal("RW1018", source, "the document has a document type declaration", declared, _DTD_HINT)
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True,
        remove_comments=True, remove_pis=True, collect_ids=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(whole, parser)
    except etree.XMLSyntaxError as error:
        return _not_xml(error, whole, source, depth)
    if root.xpath("boolean(" + "/*" * (depth + 1) + ")"):
        return refusal("RW1005", source, f"elements are nested more than {depth} levels deep")
    return root


def missing_library(library: str, what: str, source: str) -> Diagnostic:
    """The diagnostic for a library that is not installed; the extra `documents` brings it."""
    message = f"reading {what} needs the library `{library}`, which is not installed"
    return refusal("RW1021", source, message, hint="install `rulewright[documents]`")


def document_type(data: bytes) -> int | None:
    """The byte offset of a document type declaration, which may only stand before the root element."""
    at = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    while True:
        while at < len(data) and data[at] in _SPACE:
            at += 1
        if data.startswith(b"<?", at):
            end = data.find(b"?>", at)
        elif data.startswith(b"<!--", at):
            end = data.find(b"-->", at + 4)
        else:
            return at if data[at : at + 9].upper() == b"<!DOCTYPE" else None
        if end < 0:
            return None  # it breaks off: the parser says so
        at = data.index(b">", end) + 1


def _not_xml(error: etree.XMLSyntaxError, data: bytes, source: str, depth: int) -> Diagnostic:
    """Where and why bytes are not well-formed."""
    line, column = error.position
    reason = shown((error.msg or "it cannot be parsed").partition(", line ")[0], 160)
    if "Excessive depth" in reason:
        return refusal("RW1005", source, f"elements are nested more than {depth} levels deep")
    at = 0
    for _ in range(1, line):
        at = data.find(b"\n", at) + 1
    offset = min(len(data), at + max(0, column - 1))
    message = f"the document is not well-formed XML: {reason} at line {line}, column {column}"
    return refusal("RW1017", source, message, offset)


def local(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


class Places:
    """Names of elements: `/bom/components/component[3]/name (line 12)`.

    Positions are counted once per parent and name, so that naming every element of a large tree stays linear.
    """

    __slots__ = ("_positions",)

    def __init__(self) -> None:
        # parent to child to the child's step; elements are kept alive, since they are known by identity
        self._positions: dict[etree._Element, dict[etree._Element, str]] = {}

    def step(self, element: etree._Element) -> str:
        """The last step of an element's path; a position only where the parent has more of the name."""
        parent = element.getparent()
        if parent is None:
            return _name(element)
        known = self._positions.get(parent)
        if known is None:
            known = self._positions[parent] = _steps(parent)
        return known[element]

    def path(self, element: etree._Element) -> str:
        """The XPath of an element, without its line; the middle of a very long one is left out."""
        steps = [self.step(element)]
        for parent in element.iterancestors():
            if len(steps) >= _LONG:
                return f"{_root_name(element)}/…/{'/'.join(reversed(steps))}"
            steps.append(self.step(parent))
        return "/" + "/".join(reversed(steps))

    def place(self, element: etree._Element, attribute: str = "") -> str:
        """The XPath of an element, or of an attribute of it, with the line where the element begins."""
        end = f"/@{attribute}" if attribute else ""
        return f"{self.path(element)}{end} (line {element.sourceline})"

    def report(
        self,
        findings: Findings,
        code: str,
        severity: Severity,
        message: str,
        element: etree._Element,
        attribute: str = "",
    ) -> None:
        """Add a finding at an element; one that is only counted costs no path."""
        kept = findings.count[code] < SAME_CODE
        findings.add(code, severity, message, self.place(element, attribute) if kept else None)


def _root_name(element: etree._Element) -> str:
    """The path of the root element."""
    return f"/{_name(element.getroottree().getroot())}"


def _name(element: etree._Element) -> str:
    """A tag as the document writes it, with its prefix."""
    name = local(element.tag)
    return f"{element.prefix}:{name}" if element.prefix else name


def _steps(parent: etree._Element) -> dict[etree._Element, str]:
    """The step of each child."""
    groups: dict[str, list[etree._Element]] = {}
    for child in parent:
        groups.setdefault(_name(child), []).append(child)
    return {
        child: f"{name}[{position}]" if len(same) > 1 else name
        for name, same in groups.items()
        for position, child in enumerate(same, 1)
    }
