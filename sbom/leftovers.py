"""What of a document no fact is read from: whole sections and fields that the format has and the vocabulary has not.

Guarantees: each is named once with how many elements carry it, in the order of the format.  Fields that the format does not
have are findings (`RW1013`), and counted by them.  It does not say that they should be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

import msgspec
from msgspec import UNSET

Leftovers = tuple[tuple[str, int], ...]


COMPONENT = "evidence release_notes model_card data tags signature"
"""Names of the attributes of components."""


def count(*groups: tuple[str, Sequence[msgspec.Struct] | Mapping[str, int], str]) -> Leftovers:
    """Count the elements that carry each field: groups of a label, elements or their numbers, names of attributes."""
    return tuple(_counted(groups))


def _counted(
    groups: Iterable[tuple[str, Sequence[msgspec.Struct] | Mapping[str, int], str]],
) -> Iterable[tuple[str, int]]:
    for label, items, fields in groups:
        numbers = items if isinstance(items, Mapping) else carried(items, fields)
        for field in fields.split():
            if numbers[field]:
                yield f"{label} {field.replace('_', ' ')}".strip(), numbers[field]


def carried(items: Sequence[msgspec.Struct], fields: str) -> Counter[str]:
    """How many elements carry each field."""
    found: Counter[str] = Counter()
    for field in fields.split():
        cells = list(map(attrgetter(field), items))
        if cells.count(UNSET) < len(cells):
            found[field] = sum(1 for cell in cells if cell not in (UNSET, None, []))
    return found
