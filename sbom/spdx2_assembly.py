"""Building the JSON form of an SPDX 2 document while its lines are remembered.

Guarantees: a field that is given twice stands twice in the JSON, so that the reader finds it there; lines are kept only
where they are asked for.  It knows no encoding.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

T = TypeVar("T")
Holder = dict[str, object]
Lines = dict[tuple[int, str | int], int]
"""Identity of an object or list, and key or index in it, to the line where it stands."""


class Doubled:
    """The values of a field that is given more than once."""

    __slots__ = ("key", "values")

    def __init__(self, key: str, values: list[object]) -> None:
        self.key = key
        self.values = values


def twice(holder: Holder, key: str, value: object) -> None:
    """Let a field that is there stand once more."""
    before = holder[key]
    if isinstance(before, Doubled):
        before.values.append(value)
    else:
        holder[key] = Doubled(key, [before, value])


def _written(value: object) -> msgspec.Raw:
    """A field that is given more than once: raw JSON goes in as it is, so `1,"key":2` becomes a key given twice."""
    if not isinstance(value, Doubled):
        raise TypeError(type(value).__name__)
    return msgspec.Raw((b"," + msgspec.json.encode(value.key) + b":").join(map(encode, value.values)))


encode = msgspec.json.Encoder(enc_hook=_written).encode
"""Write a document with its doubled fields as JSON."""


def find(root: object, pointer: str, places: Mapping[tuple[int, str | int], T], whole: T) -> T:
    """The place of a JSON pointer into `root`, or of the nearest thing around it; `whole` is that of the document."""
    found, at = whole, root
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        place: str | int = int(key) if isinstance(at, list) and key.isdecimal() else key
        found = places.get((id(at), place), found)
        if isinstance(at, dict) and key in at:
            at = at[key]
        elif isinstance(at, list) and isinstance(place, int) and place < len(at):
            at = at[place]
        else:
            break
    return found
