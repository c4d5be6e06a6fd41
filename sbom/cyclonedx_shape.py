"""The components and services of a CycloneDX document in one flat order, with their places.

Order: the described product with its own parts, then `components`, each followed by its nested ones (depth first).
Guarantees: every component and service of the document has one row, at any depth up to `MAX_DEPTH`; tools and
pedigrees are no parts of the product and have none.  It does not read fields.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import msgspec

from rulewright.sbom.cyclonedx_model import Bom, Component, Service
from rulewright.sbom.limits import MAX_DEPTH

N = TypeVar("N", Component, Service)


class TooDeepError(Exception):
    """Elements are nested beyond `MAX_DEPTH`."""


class Flat(msgspec.Struct, Generic[N], eq=False):
    """Elements in row order.  `parents` and `steps` are empty while nothing is nested."""

    items: list[N] = msgspec.field(default_factory=list)
    parents: list[int] = msgspec.field(default_factory=list)
    steps: list[str] = msgspec.field(default_factory=list)
    prefix: str = ""
    first: int = 0
    """Row of the first element of the list under `prefix`; a row before it is the described product."""

    def pointer(self, row: int) -> str:
        """The JSON pointer of an element."""
        if not self.parents:
            return "/metadata/component" if row < self.first else f"{self.prefix}/{row - self.first}"
        parts: list[str] = []
        while row >= 0:
            parts.append(self.steps[row])
            row = self.parents[row]
        return "".join(reversed(parts))

    def nested(self) -> list[bool]:
        """Whether each element is listed inside another; the parts of the described product count as nested."""
        if not self.parents:
            return [False] * len(self.items)
        return [parent >= 0 for parent in self.parents]


def components(bom: Bom) -> Flat[Component]:
    """All components of the product."""
    root = bom.metadata.component if bom.metadata else None
    listed = bom.components or []
    top = [root, *listed] if root is not None else listed
    flat: Flat[Component] = Flat(prefix="/components", first=0 if root is None else 1)
    if not any([c.components for c in top]):  # noqa: C419 - a list is faster here
        flat.items = top
        return flat
    if root is not None:
        _walk(flat, root, -1, "/metadata/component", _inner_components, "/components")
    for i, item in enumerate(listed):
        _walk(flat, item, -1, f"/components/{i}", _inner_components, "/components")
    return flat


def services(bom: Bom) -> Flat[Service]:
    """All services of the product."""
    flat: Flat[Service] = Flat(prefix="/services")
    if not any(s.services for s in bom.services or ()):
        flat.items = bom.services or []
        return flat
    for i, item in enumerate(bom.services or ()):
        _walk(flat, item, -1, f"/services/{i}", _inner_services, "/services")
    return flat


def _inner_components(item: Component) -> Sequence[Component]:
    return item.components or ()


def _inner_services(item: Service) -> Sequence[Service]:
    return item.services or ()


def _walk(flat: Flat[N], item: N, parent: int, step: str, inner: Callable[[N], Sequence[N]], key: str) -> None:
    """Add an element and all below it, without recursion."""
    stack = [(item, parent, step, 1)]
    while stack:
        item, parent, step, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise TooDeepError
        row = len(flat.items)
        flat.items.append(item)
        flat.parents.append(parent)
        flat.steps.append(step)
        below = inner(item)
        stack.extend((c, row, f"{key}/{i}", depth + 1) for i, c in reversed(list(enumerate(below))))
