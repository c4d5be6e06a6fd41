"""The facts that an input holds, whatever was done to it: what is null, missing or of another type is not known.

Where an input does not say whose an element is, there are two worlds: it is nobody's, or everybody's.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any  # an input: JSON of any shape

from msgspec.structs import replace

from rulewright.dsl import ir
from rulewright.facts.base import Fact, FactBase, Product, scalar
from rulewright.facts.table import Column, Extent, Relation, Segment, Source, Table, encode
from rulewright.facts.types import Completeness, State, Trust, Value
from tests.engine.generated import ATTRIBUTES, FIELDS

SOURCE = Source("input.json", "0" * 64, "sbom", Trust.DECLARED, None)
WORDS = {state.word: state for state in State if state is not State.KNOWN}
OWNERS = {"component": ("component",), "vulnerability": ("component",)}


def without_evidence(program: ir.Program) -> ir.Program:
    """The program for facts on which its conditions of evidence have been applied."""
    bare = tuple(replace(each, evidence=None) for each in program.requirements)
    return replace(program, requirements=bare, fresh={}, levels={})


def facts(given: Any, *, everybodys: bool) -> FactBase:
    """The facts of an input, in one of the two worlds."""
    known, states = _table(given.get("facts")), _table(given.get("states"))
    attributes = {}
    for name, kind in ATTRIBUTES.items():
        state, value = read(known, states, name, kind)
        attributes[name] = scalar([Fact(state, value, SOURCE, "/", Trust.DECLARED, None, "sbom")])
    lists = _table(given.get("collections"))
    tables = {name: _rows(name, _table(lists.get(name))) for name in FIELDS}
    for name, owners in OWNERS.items():
        tables[name].relations = {
            owner: _later(_related(_items(lists.get(owner)), _items(lists.get(name)), owner, everybodys=everybodys))
            for owner in owners
        }
    return FactBase([Product("p", "p", "1")], attributes, tables)


def read(known: dict[str, Any], states: dict[str, Any], name: str, kind: str) -> tuple[State, Value | None]:
    """One fact: known if it has a value of its type."""
    value = known.get(name)
    match kind:
        case "bool":
            fits = isinstance(value, bool)
        case "int" | "date" | "decimal":
            fits = isinstance(value, int) and not isinstance(value, bool)
        case "set":
            fits = isinstance(value, list) and all(isinstance(member, str) for member in value)
        case _:
            fits = isinstance(value, str)
    if fits:
        return State.KNOWN, tuple(value) if isinstance(value, list) else value
    word = states.get(name)
    return (WORDS.get(word, State.MISSING) if isinstance(word, str) else State.MISSING), None


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _items(value: Any) -> list[dict[str, Any]]:
    """The elements of a list that can be read."""
    found = _table(value).get("items")
    return found if isinstance(found, list) and all(isinstance(each, dict) for each in found) else []


def _rows(name: str, value: dict[str, Any]) -> Table:
    """One list; it is not there if it cannot be read."""
    items, word = _items(value), value.get("completeness")
    readable = isinstance(value.get("items"), list) and len(value["items"]) == len(items)
    state = Completeness(word) if readable and word in ["closed", "open", "unstated"] else Completeness.ABSENT
    extent = Extent(state, empty=value.get("empty") is not False)
    columns = {field: _column(items, field, kind) for field, kind in FIELDS[name].items()}
    segments = [Segment(0, SOURCE, "/a/{}".format, "row-{}".format)]
    return Table(name, len(items), array("i", [0, len(items)]), [extent], segments, columns, {})


def _column(items: list[dict[str, Any]], field: str, kind: str) -> Callable[[], Column]:
    cells: list[Value | State | None] = []
    for item in items:
        state, value = read(item, _table(item.get("_states")), field, kind)
        cells.append(value if state is State.KNOWN else state)
    column = encode(cells)
    return lambda: column


def _related(owners: list[dict[str, Any]], items: list[dict[str, Any]], kind: str, *, everybodys: bool) -> Relation:
    """Who owns what; where it is not said, the world decides."""
    pairs = set()
    for child, item in enumerate(items):
        links = item["_of"].get(kind, []) if isinstance(item.get("_of"), dict) else None
        for parent, owner in enumerate(owners):
            number = owner.get("_id")
            if not isinstance(links, list) or not all(map(_number, links)) or not _number(number):
                pairs |= {(parent, child)} if everybodys else set()
            elif number in links:
                pairs.add((parent, child))
    ordered = sorted(pairs)
    return Relation(array("i", [p for p, _ in ordered]), array("i", [c for _, c in ordered]))


def _number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _later(relation: Relation) -> Callable[[], Relation]:
    return lambda: relation
