"""What stands in for stdin where the process was started without one (`rulewright fmt - <&-`).

Guarantees: it is no terminal, and every attempt to read is an `OSError`, which a command tells like that of any other file.
"""

from __future__ import annotations

import errno
import io
from typing import TextIO


class _Closed(io.RawIOBase):
    """Bytes that cannot be read."""

    def readable(self) -> bool:
        return True

    def readinto(self, _into: object, /) -> int:
        raise OSError(errno.EBADF, "it is closed")


def stdin() -> TextIO:
    """A stream for `sys.stdin`."""
    return io.TextIOWrapper(io.BufferedReader(_Closed()))
