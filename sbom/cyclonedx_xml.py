"""CycloneDX XML 1.0 to 1.7, brought into the JSON form.

Guarantees: hardened parsing (`xml`); the namespace settles the version; whatever the table of the format does not have is
a finding with its place.  The XSD is asked only where the schema's judgement is wanted.
It makes no facts: the reader of the JSON form does.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec

from rulewright.diagnostics import Diagnostic
from rulewright.sbom.cyclonedx_xml_table import VERSIONS, table
from rulewright.sbom.document import Converted
from rulewright.sbom.findings import Findings, refusal, shown
from rulewright.sbom.text import Bytes
from rulewright.sbom.xml import local, parse

if TYPE_CHECKING:
    from lxml import etree

    from rulewright.sbom.cyclonedx_xml_tree import Tree


def convert(data: Bytes, name: str) -> Converted | Diagnostic:
    """Bring one document into the JSON form."""
    root = parse(data, name)
    if isinstance(root, Diagnostic):
        return root
    if local(root.tag) != "bom":
        return refusal("RW1007", name, f"the root element is `{shown(local(root.tag))}`, not `bom`", 0)
    from rulewright.sbom import cyclonedx_xml_count, cyclonedx_xml_judge, cyclonedx_xml_place, cyclonedx_xml_tree
    from rulewright.sbom.decoding import no_collector, too_deep

    namespace = root.tag.rpartition("}")[0].removeprefix("{")
    version = _version(namespace)
    findings = Findings(name)
    tree = cyclonedx_xml_tree.Tree(table(namespace), findings)
    try:
        with no_collector():
            written = msgspec.json.encode(_document(root, tree, version))
            counts = cyclonedx_xml_count.count(root, namespace)
    except RecursionError:
        return too_deep(name)
    place = cyclonedx_xml_place.Finder(data, name)
    judge = cache(lambda: cyclonedx_xml_judge.judge(data, version, name))
    return Converted(written, "xml", counts, place, judge, findings)


def _version(namespace: str) -> str:
    """The version that a namespace names; the namespace itself where it is none of CycloneDX."""
    found = VERSIONS.match(namespace)
    return found[1] if found else namespace


def _document(root: etree._Element, tree: Tree, version: str) -> object:
    """The values of the whole document."""
    made = tree.struct(root, tree.table["bom"])
    head: dict[str, object] = {"bomFormat": "CycloneDX", "specVersion": version}
    if isinstance(made, msgspec.Raw):  # an element is there twice
        inner = bytes(made)[1:]
        return msgspec.Raw(msgspec.json.encode(head)[:-1] + (b"," if inner != b"}" else b"") + inner)
    assert isinstance(made, dict)
    return head | made
