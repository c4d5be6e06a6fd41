"""The table of CycloneDX XML, compiled for one namespace.

Guarantees: a type is compiled when it is first met, once; every word of the notation that is not understood raises when
the table is compiled, which a test does for all of it.  It converts nothing.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cache

import msgspec

from rulewright.sbom.cyclonedx_xml_fields import FIELDS
from rulewright.sbom.cyclonedx_xml_more import MORE

VERSIONS = re.compile(r"\Ahttp://cyclonedx\.org/schema/bom/(\d{1,3}\.\d{1,3})\Z")
"""The namespace of a version."""
GRAPH_EXTENSION = "http://cyclonedx.org/schema/ext/dependency-graph/1.0"
"""Version 1.1 had the dependency graph as an extension, in the form that 1.2 took over."""


class Kind(IntEnum):
    """How a value is read."""

    RAW = 0
    TEXT = 1
    BOOL = 2
    INT = 3
    NUM = 4
    OBJECT = 5
    LIST = 6
    """A wrapper with items of one name."""
    CHOICES = 7
    """A wrapper with items of several names."""
    INNER = 8
    """An element that stands for its one inner element."""
    EITHER = 9
    """An object where there are elements inside, else text."""
    MERGED = 10
    """An element whose fields belong to the object around it."""
    REFERENCE = 11
    """An element that says no more than one attribute."""
    SPECIAL = 12


_SCALARS = {"": Kind.TEXT, "raw": Kind.RAW, "bool": Kind.BOOL, "int": Kind.INT, "num": Kind.NUM}
_MARKS: dict[str, int] = {"~": Kind.INNER, "<": Kind.MERGED, "?": Kind.EITHER, "!": Kind.SPECIAL}


class Rule(msgspec.Struct, eq=False):
    """How one field is read: `type` of an object or of items of several names, `item` of a list."""

    kind: int
    name: str
    key: str
    type: str = ""
    item: Rule | None = None
    many: bool = False
    """It may stand several times: its values, or the items of its values, are one list."""
    tag: str = ""
    """Name of the items of a list, with the namespace."""
    keyed: bool = False
    """Among items of several names: the item is an object with this key alone."""


class Type(msgspec.Struct, eq=False):
    """The fields of one type of element: attributes and elements by name (with the namespace), and its own text."""

    attributes: dict[str, Rule] = msgspec.field(default_factory=dict)
    elements: dict[str, Rule] = msgspec.field(default_factory=dict)
    text: Rule | None = None
    by_key: dict[str, list[Rule]] = msgspec.field(default_factory=dict)


_FIELD = re.compile(
    r"(?P<mark>[@~<?!#]?)(?P<name>[\w.-]*)(?P<many>\*?)"
    r"(?:/\((?P<choice>\w+)\)|/(?P<item>[\w-]+)(?:@(?P<ref>\w+))?)?(?P<rename>=[\w-]+)?(?::(?P<kind>\w+))?\Z"
)


def lines() -> dict[str, list[str]]:
    """The fields of each type, as written."""
    found: dict[str, list[str]] = {}
    fields: list[str] = []
    for line in (FIELDS + MORE).splitlines():
        name, bar, rest = line.partition(" | ")
        if bar:
            fields = found[name] = []
        fields += (rest if bar else line).split()
    return found


def _scalar(kind: str, name: str, key: str) -> Rule:
    """The rule of a plain field or object."""
    if kind in _SCALARS:
        return Rule(int(_SCALARS[kind]), name, key)
    return Rule(int(Kind.OBJECT), name, key, kind)


def rule(field: str, namespace: str) -> tuple[str, Rule]:
    """Read one word of the notation: its mark and its rule."""
    found = _FIELD.match(field)
    if not found:
        raise ValueError(f"`{field}` is not in the notation of the table")
    mark, name, kind = found["mark"], found["name"], found["kind"] or ""
    key = (found["rename"] or f"={name}")[1:]
    if found["choice"]:
        made = Rule(int(Kind.CHOICES), name, key, found["choice"])
    elif found["item"]:
        item = _scalar(kind, found["item"], found["item"])
        if found["ref"]:
            item = Rule(int(Kind.REFERENCE), found["item"], found["ref"])
        made = Rule(int(Kind.LIST), name, key, item=item, tag=namespace + found["item"])
    else:
        made = _scalar(kind, name, key)
        made.kind = int(_MARKS.get(mark, made.kind))
    made.many = bool(found["many"])
    made.keyed = bool(found["rename"])
    return mark, made


class Table:
    """The types of one namespace."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self.prefix = f"{{{namespace}}}" if namespace else ""
        self._types: dict[str, Type] = {}
        self._lines = lines()

    def __getitem__(self, name: str) -> Type:
        """The type of a name."""
        found = self._types.get(name)
        if found is None:
            found = self._types[name] = self._compiled(name)
        return found

    def _compiled(self, name: str) -> Type:
        """Compile one line of the table."""
        made = Type()
        for field in self._lines[name]:
            mark, made_rule = rule(field, self.prefix)
            if mark == "#":
                made.text = made_rule
            elif mark == "@":
                made.attributes[made_rule.name] = made_rule
            else:
                made.elements[self.prefix + made_rule.name] = made_rule
            made.by_key.setdefault(made_rule.key, []).append(made_rule)
        if name == "evidence" and self.namespace.endswith("/1.5"):
            made.elements[f"{self.prefix}identity"].many = False  # 1.6 made it a list
        if name == "bom":
            made.elements[f"{{{GRAPH_EXTENSION}}}dependencies"] = made.elements[f"{self.prefix}dependencies"]
        return made

    def names(self) -> list[str]:
        """The names of all types."""
        return list(self._lines)


@cache
def table(namespace: str) -> Table:
    """The table of a namespace."""
    return Table(namespace)
