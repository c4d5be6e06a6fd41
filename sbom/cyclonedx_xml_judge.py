"""The first judge for CycloneDX XML: what the official XSD says.

Guarantees: the schemas are the published files, byte for byte (`schemas/NOTICE`); the one schema that they import is
taken from beside them, and nothing from anywhere else.  Every refusal has its place; at most `SAME_CODE` are listed.
It says nothing about meaning.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

from rulewright.diagnostics import Diagnostic
from rulewright.sbom.findings import NOTE, WARNING, Findings, shown
from rulewright.sbom.limits import SAME_CODE
from rulewright.sbom.text import Bytes
from rulewright.sbom.xml import Places, parse

if TYPE_CHECKING:
    from lxml import etree

VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
_NAMESPACE = re.compile(r"\{[^{}]*\}")


def _bytes(name: str) -> bytes:
    """One schema of this package."""
    return (files("rulewright.sbom") / "schemas" / "cyclonedx" / name).read_bytes()


@cache
def _schema(version: str) -> etree.XMLSchema:
    """The compiled schema."""
    from lxml import etree

    class Beside(etree.Resolver):
        """Gives the licence list for whatever is asked for."""

        def resolve(self, _url: str, _id: str, context: Any) -> Any:  # type: ignore[override]  # noqa: ANN401 - lxml's
            return self.resolve_string(_bytes("spdx.xsd"), context)  # type: ignore[call-arg]

    parser = etree.XMLParser(no_network=True, load_dtd=False)
    parser.resolvers.add(Beside())
    return etree.XMLSchema(etree.fromstring(_bytes(f"bom-{version}.xsd"), parser))


def judge(data: Bytes, version: str, source: str) -> tuple[Diagnostic, ...]:
    """Judge a document that is well-formed.  A version without a schema is one note."""
    findings = Findings(source)
    root = parse(data, source)
    if isinstance(root, Diagnostic):
        return (root,)
    places = Places()
    if version not in VERSIONS:
        message = f"there is no official schema for version `{shown(version)}`"
        findings.add("RW1102", NOTE, message, places.place(root))
        return findings.sorted()
    schema = _schema(version)
    if not schema.validate(root):
        for number, error in enumerate(cast("list[etree._LogEntry]", schema.error_log)):  # noqa: SLF001 - lxml's name
            place = _place(root, error.path, places) if number < SAME_CODE else ""
            findings.add("RW1101", WARNING, shown(_NAMESPACE.sub("", error.message), 200), place)
    return findings.sorted()


def _place(root: etree._Element, path: str | None, places: Places) -> str:
    """The place that the schema's own path names; the root's where a prefix is declared further in."""
    from lxml import etree

    names = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}
    try:
        found = cast("list[etree._Element]", root.xpath(path, namespaces=names)) if path else []  # noqa: SLF001 - lxml's name
    except etree.XPathEvalError:
        found = []
    return places.place(found[0] if found else root)
