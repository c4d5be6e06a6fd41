"""A copy of an immutable value with some fields changed, whether it is a struct or a dataclass."""

from __future__ import annotations

from typing import TypeVar

import msgspec

T = TypeVar("T")


def changed(value: T, **fields: object) -> T:
    """Return the copy.  Raises `TypeError` for a field that there is not."""
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.replace(value, **fields)
    from dataclasses import replace

    copy: T = replace(value, **fields)  # type: ignore[type-var]
    return copy
