"""All nodes of an SPDX 3 document in one list, with every reference an identifier.

A node that stands where it is referred to moves to the end of the list, and its identifier (or, without one, its
pointer as a blank node) takes its place.
Guarantees: no node is lost or doubled; the pointer of each is that of the place where it stood; prefixes are written
out.  It does not say whether a reference leads anywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from itertools import chain
from operator import attrgetter
from types import NoneType
from typing import TypeVar, cast

import msgspec

from rulewright.sbom import spdx3_model as model
from rulewright.sbom.fitting import fields
from rulewright.sbom.spdx3_context import Context
from rulewright.sbom.spdx3_decode import Decoded
from rulewright.sbom.spdx3_fitting import refers

T = TypeVar("T")
_LISTS = ("external_identifier", "external_ref", "verified_using", "software_content_identifier")


@cache
def _references(kind: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    """Attribute and key of every field that refers to nodes."""
    return tuple((name, key) for key, (name, hint) in fields(kind).items() if refers(hint))


def _holds_nodes(kind: type[msgspec.Struct], nodes: Iterable[msgspec.Struct]) -> bool:
    """Whether a node stands within one of these, all of one class; most documents have none, and that is quickly seen."""
    for name, _ in _references(kind):
        values = list(map(attrgetter(name), nodes))
        seen = set(map(type, values))
        if list in seen:
            seen |= set(map(type, chain.from_iterable(value for value in values if type(value) is list)))
        if not seen <= {str, list, NoneType}:
            return True
    return False


class Nodes(msgspec.Struct, eq=False, dict=True):
    """The nodes in the order of the document, those from within others behind."""

    decoded: Decoded
    context: Context
    items: list[msgspec.Struct]
    top: int
    inner: list[str]
    """Pointers of the nodes from within others."""

    def pointer(self, place: int) -> str:
        """The JSON pointer of a node."""
        return self.decoded.pointer(place) if place < self.top else self.inner[place - self.top]

    @cached_property
    def ids(self) -> dict[str, int]:
        """Place of each identifier; the first where one is given twice."""
        idents = [getattr(node, "spdx_id", None) or getattr(node, "at_id", None) for node in self.items]
        index: dict[str | None, int] = dict(zip(reversed(idents), range(len(idents) - 1, -1, -1), strict=True))
        index.pop(None, None)
        for place in range(self.top, len(idents)):
            if idents[place] is None:
                index.setdefault(f"_:{self.inner[place - self.top]}", place)
        return cast("dict[str, int]", index)

    @cached_property
    def groups(self) -> dict[type[msgspec.Struct], list[int]]:
        """Places by class."""
        found: defaultdict[type[msgspec.Struct], list[int]] = defaultdict(list)
        for place, kind in enumerate(map(type, self.items)):
            found[kind].append(place)
        return dict(found)

    @cached_property
    def _places(self) -> dict[tuple[type[msgspec.Struct], ...], list[int]]:
        return {}

    def places(self, *kinds: type[msgspec.Struct]) -> list[int]:
        """Places of the nodes of some classes and their subclasses, in order."""
        found = self._places.get(kinds)
        if found is None:
            groups = [places for kind, places in self.groups.items() if issubclass(kind, kinds)]
            found = groups[0] if len(groups) == 1 else sorted(chain.from_iterable(groups))
            self._places[kinds] = found
        return found

    def of(self, kind: type[T]) -> list[T]:
        """The nodes of a class and its subclasses, in order."""
        return [cast("T", self.items[place]) for place in self.places(cast("type[msgspec.Struct]", kind))]

    def get(self, ident: str | None, kind: type[T]) -> T | None:
        """The node of an identifier, where it is of a class."""
        place = self.ids.get(ident) if ident else None
        node = self.items[place] if place is not None else None
        return node if isinstance(node, kind) else None

    def references(self) -> Iterator[tuple[int, str, str]]:
        """Place, key and identifier of every reference; the key of a list's item has its number."""
        for place, node in enumerate(self.items):
            for name, key in _references(type(node)):
                value = getattr(node, name)
                if isinstance(value, str):
                    yield place, key, value
                elif value is not None:
                    yield from ((place, f"{key}/{i}", ident) for i, ident in enumerate(value))


def identifier(node: object) -> str | None:
    """The identifier of a node."""
    return getattr(node, "spdx_id", None) or getattr(node, "at_id", None)


def ref(value: model.Ref | None) -> str | None:
    """A reference, once all are identifiers; an empty one is none."""
    return cast("str | None", value) or None


def refs(value: Sequence[model.Ref] | None) -> Sequence[str]:
    """References, once all are identifiers."""
    return cast("Sequence[str]", value or ())


def gather(decoded: Decoded, context: Context) -> Nodes:
    """Take nodes out of one another."""
    nodes = Nodes(decoded, context, decoded.nodes, len(decoded.nodes), [])
    groups = [[nodes.items[place] for place in places] for places in nodes.groups.values()]
    inside = any(_holds_nodes(type(group[0]), group) for group in groups)
    inside |= any(_holds_nodes(model.ExternalMap, _imports(node)) for node in nodes.of(model.SpdxDocument))
    place = 0
    while inside and place < len(nodes.items):  # it grows on the way
        node = nodes.items[place]
        _take(nodes, node, nodes.pointer(place))
        if isinstance(node, model.SpdxDocument):
            _take_from_imports(nodes, node, nodes.pointer(place))
        place += 1
    vars(nodes).clear()  # what was kept of the shorter list
    if any(issubclass(kind, model.Base) and not issubclass(kind, model.Element) for kind in nodes.groups.keys() - {
        model.CreationInfo
    }):  # fmt: skip
        _fill_in(nodes)
    if context.prefixes:
        _expand(nodes)
        vars(nodes).pop("ids", None)
    return nodes


def _imports(node: model.SpdxDocument) -> list[model.ExternalMap]:
    """The imports of a document."""
    return [item for item in (*(node.import_ or ()), *(node.imports or ())) if isinstance(item, model.ExternalMap)]


def _take_from_imports(nodes: Nodes, node: model.SpdxDocument, pointer: str) -> None:
    """Take the artifacts out of a document's imports."""
    for key, maps in (("import", node.import_), ("imports", node.imports)):
        for i, item in enumerate(maps or ()):
            if isinstance(item, model.ExternalMap):
                _take(nodes, item, f"{pointer}/{key}/{i}")


def _take(nodes: Nodes, node: msgspec.Struct, pointer: str) -> None:
    """Take every node out of a node."""
    for name, key in _references(type(node)):
        value = getattr(node, name)
        if isinstance(value, list):
            made = [
                item if isinstance(item, str) else _moved(nodes, item, f"{pointer}/{key}/{i}")
                for i, item in enumerate(value)
            ]
            setattr(node, name, made)
        elif value is not None and not isinstance(value, str):
            setattr(node, name, _moved(nodes, value, f"{pointer}/{key}"))


def _moved(nodes: Nodes, node: msgspec.Struct, pointer: str) -> str:
    """Move a node to the end; its identifier."""
    nodes.items.append(node)
    nodes.inner.append(pointer)
    return identifier(node) or f"_:{pointer}"


def _fill_in(nodes: Nodes) -> None:
    """Put hashes, identifiers and references that stand apart where elements refer to them."""
    for node in nodes.items:
        for name in _LISTS:
            listed = getattr(node, name, None)
            if listed and any(isinstance(item, str) for item in listed):
                found = [nodes.items[nodes.ids[i]] if isinstance(i, str) and i in nodes.ids else i for i in listed]
                setattr(node, name, found)


def _expand(nodes: Nodes) -> None:
    """Write out the prefixes of all identifiers."""
    expand = nodes.context.expand
    for node in nodes.items:
        for name in ("spdx_id", "at_id"):
            if ident := getattr(node, name, None):
                setattr(node, name, expand(ident))
        for name, _ in _references(type(node)):
            value = getattr(node, name)
            if isinstance(value, str):
                setattr(node, name, expand(value))
            elif value is not None:
                setattr(node, name, [expand(ident) for ident in value])
        if isinstance(node, model.SpdxDocument):
            for item in _imports(node):
                if item.external_spdx_id:
                    item.external_spdx_id = expand(item.external_spdx_id)
