"""Small documents that use every field of the models, and ways to spoil them."""

import json
import types
import typing
from collections.abc import Iterator
from typing import Any

import msgspec

from rulewright.sbom import Document, read
from rulewright.sbom.fitting import fields

DEPTH = 3
OBJECTS = frozenset({"cryptoProperties"})
"""Fields that are kept as bytes and hold an object; the others that are kept so hold lists."""
WRONG: tuple[Any, ...] = (None, True, 0, 1.5, "", "text", [], [None], ["text"], [[]], {}, {"name": 1})
"""Values of every JSON type."""


def full(kind: Any, depth: int = 0) -> Any:
    """A value of a model's type with every field given."""
    for choice in typing.get_args(kind) if isinstance(kind, types.UnionType) else (kind,):
        if choice in {type(None), msgspec.UnsetType}:
            continue
        if choice is msgspec.Raw:
            return []
        if typing.get_origin(choice) is list:
            return [full(typing.get_args(choice)[0], depth)]
        if isinstance(choice, type) and issubclass(choice, msgspec.Struct):
            if depth > DEPTH:
                return {}
            inside = fields(choice).items()
            return {key: {} if key in OBJECTS else full(inner, depth + 1) for key, (_, inner) in inside}
        return {str: "x", int: 1, bool: True}[choice]
    raise AssertionError(kind)


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Paths of every value inside."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from places(inner, (*path, i))


def replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """A copy with one value replaced."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, dict):
        return {k: replaced(v, rest, new) if k == step else v for k, v in value.items()}
    return [replaced(v, rest, new) if i == step else v for i, v in enumerate(value)]


def doubled(text: str, key: str, value: str) -> str:
    """The document with a second `key` in front of each."""
    return text.replace(f'"{key}":', f'"{key}":{value},"{key}":')


def use_everything(document: Document) -> None:
    """Build every column, pair, pointer and name, and ask both judges."""
    for table in document.tables.values():
        for name in table.builders:
            assert len(table.column(name).codes) == table.rows
        for name in table.relations:
            pairs = table.relation(name)
            assert len(pairs.parents) == len(pairs.children)
        for row in range(table.rows):
            assert table.name_of(row)
            assert isinstance(table.pointer_of(row), str)
    document.judge_schema()
    document.judge_semantics()


def check(data: bytes) -> Document | None:
    """Read and use a document whatever it is; a receipt must balance, a refusal must say why."""
    found = read(data, "sample.json")
    if isinstance(found, tuple):
        assert found
        assert all(d.is_error for d in found)
        return None
    assert [row for row in found.receipt if row[1] != row[2]] == []
    assert not any(d.is_error for d in found.findings)
    if not isinstance(found, Document):
        found.judged()
        return None
    use_everything(found)
    return found


def dumps(value: Any) -> bytes:
    """Compact JSON."""
    return json.dumps(value, separators=(",", ":")).encode()
