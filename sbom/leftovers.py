"""What of a document no fact is read from: whole sections and fields that the format has and the vocabulary has not.

Guarantees: each is named once with how many elements carry it, in the order of the format.  Fields that the format does not
have are findings (`RW1013`), and counted by them.  It does not say that they should be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import UNSET

Leftovers = tuple[tuple[str, int], ...]


def count(*groups: tuple[str, Sequence[msgspec.Struct], str]) -> Leftovers:
    """Count the elements that carry each field: groups of a label, elements, and names of attributes."""
    return tuple(_counted(groups))


def _counted(groups: Iterable[tuple[str, Sequence[msgspec.Struct], str]]) -> Iterable[tuple[str, int]]:
    for label, items, fields in groups:
        for field in fields.split():
            number = sum(1 for item in items if getattr(item, field) not in (UNSET, None, []))
            if number:
                yield f"{label} {field.replace('_', ' ')}".strip(), number
