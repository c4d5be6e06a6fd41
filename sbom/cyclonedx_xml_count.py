"""Counting the entities of CycloneDX XML in its tree, apart from the conversion.

Guarantees: it asks for paths of elements, not for the table or the values of the conversion.  It does not say what was
lost, only how much.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, cast

from rulewright.sbom.cyclonedx_xml_table import GRAPH_EXTENSION

if TYPE_CHECKING:
    from lxml import etree

_PARTS = {
    "hashes": ("b:hashes/b:hash",),
    "licences": ("b:licenses/b:license", "b:licenses/b:expression", "b:licenses/b:expression-detailed"),
    "external references": ("b:externalReferences/b:reference",),
    "properties": ("b:properties/b:property",),
}


class _Paths:
    """Numbers of elements by path."""

    def __init__(self, root: etree._Element, namespace: str) -> None:
        self.root = root
        self.names = {"g": GRAPH_EXTENSION, **({"b": namespace} if namespace else {})}
        self.bare = not namespace

    def asked(self, path: str) -> str:
        """A path as the parser takes it: without a namespace there is no prefix."""
        return path.replace("b:", "") if self.bare else path

    def number(self, path: str) -> int:
        """How many elements a path leads to."""
        return int(cast("float", self.root.xpath(f"count({self.asked(path)})", namespaces=self.names)))

    def agreed(self, path: str) -> str | None:
        """A path that leads to one element: of several that are equal the first; `None` where they differ."""
        found = cast("list[etree._Element]", self.root.xpath(self.asked(path), namespaces=self.names))  # noqa: SLF001 - lxml's name
        return f"{path}[1]" if len({_content(element) for element in found}) <= 1 else None


def _content(element: etree._Element) -> tuple[object, ...]:
    """What an element holds, to be compared."""
    inner = tuple(_content(child) for child in element)
    return (element.tag, tuple(sorted(element.items())), (element.text or "").strip(), inner)


def count(root: etree._Element, namespace: str) -> Counter[str]:
    """Count what a receipt counts; hashes to properties are those of components."""
    paths = _Paths(root, namespace)
    total: Counter[str] = Counter()
    metadata = paths.agreed("/b:bom/b:metadata")
    product = paths.agreed(f"{metadata}/b:component") if metadata else None
    for start in (product, "/b:bom/b:components/b:component"):
        if start:
            _components(paths, start, total)
    services = "/b:bom/b:services/b:service"
    while found := paths.number(services):
        total["services"] += found
        services += "/b:services/b:service"
    total["vulnerabilities"] = paths.number("/b:bom/b:vulnerabilities/b:vulnerability")
    for prefix in ("b", "g"):
        _dependencies(paths, prefix, total)
    return total


def _components(paths: _Paths, path: str, total: Counter[str]) -> None:
    """Count components from a level down, and what they hold."""
    while found := paths.number(path):
        total["components"] += found
        for entity, parts in _PARTS.items():
            total[entity] += sum(paths.number(f"{path}/{part}") for part in parts)
        path += "/b:components/b:component"


def _dependencies(paths: _Paths, prefix: str, total: Counter[str]) -> None:
    """Count entries, and the dependencies that they name; one that names some itself is an entry too."""
    path = f"/b:bom/{prefix}:dependencies/{prefix}:dependency"
    total["dependencies"] += paths.number(path)
    while True:
        path += f"/{prefix}:dependency"
        found = paths.number(path)
        if not found:
            return
        total["dependency edges"] += found
        total["dependencies"] += paths.number(f"{path}[*]")
