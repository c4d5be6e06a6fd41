"""A YAML reader for people's facts: the safe loader of PyYAML without its surprises.

Guarantees: only `true`, `false`, `null`, `~` and whole decimal numbers are more than text; anchors, aliases, merge keys
and tags are refused (no document can grow beyond its size); a key given twice is refused.
"""

from __future__ import annotations

import re

import yaml


class _Loader(yaml.SafeLoader):
    """The safe loader with its own, short list of plain scalars."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  the base class's shape

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse anchors, aliases and tags."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.constructor.ConstructorError(
                None, None, "anchors and aliases are not used here", event.start_mark
            )
        if getattr(event, "tag", None):
            raise yaml.constructor.ConstructorError(None, None, "tags are not used here", event.start_mark)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:  # noqa: ARG002, FBT001, FBT002  signature of the base class
        """Refuse keys that are given twice, or that are no text."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is text", key.start_mark)
            if key.value in seen:
                message = f"the key `{key.value}` is there twice"
                raise yaml.constructor.ConstructorError(None, None, message, key.start_mark)
            seen.add(key.value)
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]{0,17})$"), list("-0123456789"))


def load(text: str) -> object:
    """Read one YAML document.  Raises `yaml.YAMLError`; an empty document is an empty mapping."""
    loader = _Loader(text)
    try:
        data: object = loader.get_single_data()
    finally:
        loader.dispose()
    return {} if data is None else data


def compose(text: str) -> yaml.Node | None:
    """Return the tree of nodes with their places, for looking up a pointer."""
    loader = _Loader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    return node
