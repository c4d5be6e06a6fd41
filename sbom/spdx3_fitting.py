"""Fitting what is not as the schema has it into the model of SPDX 3.

JSON-LD lets one value stand for a list of one and an object `{"@id": …}` for an identifier, and has full IRIs for types,
terms and words: these say the same and are taken in silence (the official schema, which is stricter, is the judge's).
Guarantees: as for `fitting`; a type that is missing or not known is a finding, and the element keeps its place.
"""

from __future__ import annotations

import typing
from functools import cache

import msgspec

from rulewright.facts.types import State
from rulewright.sbom import spdx3_model as model
from rulewright.sbom.exact import Object
from rulewright.sbom.findings import WARNING, shown
from rulewright.sbom.fitting import WHOLE, Fitter, _choices, _given, _Unfit
from rulewright.sbom.spdx3_words import term

_MANY = 8


def _subclasses(kind: type[model.Base]) -> typing.Iterator[type[model.Base]]:
    for sub in kind.__subclasses__():
        yield sub
        yield from _subclasses(sub)


@cache
def classes() -> dict[str, type[model.Base]]:
    """Every class by its `type`, those that the specification calls abstract as well."""
    return {tag_of(kind): kind for kind in _subclasses(model.Base) if kind is not model.Typed}


def tag_of(kind: type[msgspec.Struct]) -> str:
    """The `type` of a class."""
    return str(kind.__struct_config__.tag)


@cache
def _nodes(kind: object) -> tuple[type[model.Base], ...]:
    """The structs that may stand in a place."""
    found = (c for c in _choices(kind) if isinstance(c, type) and issubclass(c, model.Base))
    return tuple(c for c in found if c is not model.Typed)


@cache
def _inner(kind: object) -> object:
    """The type of a list's items, where the place takes a list."""
    return next((typing.get_args(c)[0] for c in _choices(kind) if typing.get_origin(c) is list), None)


@cache
def refers(kind: object) -> bool:
    """Whether a field of this type refers to elements."""
    return len(_nodes(_inner(kind) or kind)) > _MANY


class NodeFitter(Fitter):
    """Fits values of SPDX 3."""

    def unfit(self, kind: object, value: object, pointer: str) -> None:
        """Report a value of the wrong type."""
        nodes = _nodes(_inner(kind) or kind)
        if not nodes:
            super().unfit(kind, value, pointer)
            return
        wanted = "an identifier or an element" if len(nodes) > _MANY else f"an object of type `{tag_of(nodes[0])}`"
        self.findings.add("RW1010", WARNING, f"expected {wanted}, found {_given(value)}", pointer)

    def value(self, kind: object, value: object, pointer: str) -> object:
        """Fit one value."""
        inner = _inner(kind)
        if inner is not None and value is not None and not isinstance(value, list):
            return [self._item(inner, value, pointer)]
        if isinstance(value, list) and inner is None and len(value) == 1 and msgspec.Raw not in _choices(kind):
            return self.value(kind, value[0], f"{pointer}/0")
        if isinstance(value, Object):
            if set(value) == {"@id"} and isinstance(value["@id"], str) and str in _choices(kind):
                return value["@id"]
            nodes = _nodes(kind)
            if nodes:
                return self.node(value, pointer, nodes[0] if len(nodes) <= _MANY else None)
        return super().value(kind, value, pointer)

    def _item(self, kind: object, value: object, pointer: str) -> object:
        """Fit one item of a list; what does not fit leaves an empty place."""
        try:
            fitted = self.value(kind, value, pointer)
        except _Unfit:
            self.unfit(kind, value, pointer)
            fitted = None
        if fitted is not None:
            return fitted
        nodes = _nodes(kind)
        if 0 < len(nodes) <= _MANY:
            empty = nodes[0]()
            self.mark(empty, WHOLE, State.MALFORMED)
            return empty
        return {int: 0, bool: False}.get(typing.cast("type", kind), "")

    def node(self, value: object, pointer: str, default: type[model.Base] | None = None) -> msgspec.Struct:
        """Fit an object by its `type`; `default` is the class where it has none."""
        if not isinstance(value, Object):
            self.findings.add("RW1010", WARNING, f"expected an object, found {_given(value)}", pointer)
            return model.Other()
        plain = self._plain_names(value)
        kind = self._kind(plain, pointer, default)
        if kind is None:
            idents = (plain.get("spdxId"), plain.get("@id"))
            return model.Other(str(plain.get("type") or ""), *(i if isinstance(i, str) else None for i in idents))
        rest = Object([(key, part) for key, part in plain.items() if key != "type"])
        rest.twice = {key: given for key, given in plain.twice.items() if key != "type"}
        return self.struct(kind, rest, pointer)

    def _kind(self, value: Object, pointer: str, default: type[model.Base] | None) -> type[model.Base] | None:
        """The class that an object says it is of."""
        if "type" in value.twice and not self._agreed(value.twice["type"], "type", f"{pointer}/type"):
            return None
        stated = value.get("type")
        if isinstance(stated, list) and len(stated) == 1:
            stated = stated[0]
        if stated is None:
            self.findings.add("RW1211", WARNING, "the element has no `type`", pointer)
            return default
        found = classes().get(term(stated)) if isinstance(stated, str) else None
        if found is None:
            word = shown(stated) if isinstance(stated, str) else _given(stated)
            self.findings.add("RW1211", WARNING, f"`{word}` is no type of SPDX 3", f"{pointer}/type")
        return found

    @staticmethod
    def _plain_names(value: Object) -> Object:
        """The object with its keys as the context shortens them."""
        if not any(key == "@type" or ":" in key for key in value):
            return value

        def plain(key: str) -> str:
            return "type" if key == "@type" else term(key)

        made = Object([(plain(key), part) for key, part in value.items()])
        made.twice = {**made.twice, **{plain(key): given for key, given in value.twice.items()}}
        return made
