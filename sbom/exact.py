"""The slow and exact way to read JSON: every pair of every object is seen.

Guarantees: a key that an object holds twice is reported by `Object.twice`; numbers keep their text (`Decimal`);
`NaN` and `Infinity` are refused.  Used for what the fast way cannot account for, never for a whole large document
unless every item of it is odd.  It does not know any format.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import json


class Object(dict[str, object]):
    """A JSON object; `twice` holds, for each key given more than once, all its values in order."""

    __slots__ = ("twice",)

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        self.twice: dict[str, list[object]] = {}
        if len(self) != len(pairs):
            for key, value in pairs:
                self.twice.setdefault(key, []).append(value)
            self.twice = {k: v for k, v in self.twice.items() if len(v) > 1}

    def conflicts(self) -> set[str]:
        """Keys given more than once with different values."""
        return {key for key, given in self.twice.items() if any(value != given[0] for value in given)}


def items(holder: object, key: str) -> list[object]:
    """The items of a list; those of all its copies where the key is given more than once."""
    if not isinstance(holder, Object):
        return []
    given = holder.twice.get(key, [holder.get(key)])
    if key not in holder.conflicts():
        given = given[:1]
    if not all(isinstance(value, list) for value in given):
        return []
    return [item for value in given if isinstance(value, list) for item in value]


def inner(holder: object, key: str) -> Object | None:
    """The object under a key; `None` where there is none, or where the key is given with different values."""
    value = holder.get(key) if isinstance(holder, Object) and key not in holder.conflicts() else None
    return value if isinstance(value, Object) else None


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"`{word}` is not JSON")


@cache
def _decoder() -> json.JSONDecoder:
    """The decoder, made when the slow way is taken for the first time: most runs never take it."""
    import json

    return json.JSONDecoder(object_pairs_hook=Object, parse_float=Decimal, parse_constant=_refuse)


def parse(data: bytes | memoryview) -> object:
    """Parse valid UTF-8 JSON.  Raises `ValueError` for what is not JSON, `RecursionError` for deep nesting."""
    return _decoder().decode(str(data, "utf-8", "replace"))
