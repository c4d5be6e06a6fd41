"""The two streams: data on stdout, words on stderr; and files that are either whole or absent.

Guarantees: colours only on a terminal (`NO_COLOR` and `FORCE_COLOR` are obeyed, in this order); a character that the
stream cannot encode becomes an escape, never a failure; `write_file` replaces the target in one step.
"""

from __future__ import annotations

import os
import stat
import sys
from typing import TextIO

from rulewright.cli.paint import Paint

NARROW, WIDE = 80, 120


def coloured(stream: TextIO) -> bool:
    """Say whether colours are wanted on a stream."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def speaks_unicode(stream: TextIO) -> bool:
    """Say whether the stream's encoding has our symbols."""
    try:
        "✗✓–·│→…─".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def columns(stream: TextIO) -> int:
    """Return the width to write for: `COLUMNS`, else the terminal's, held between 80 and 120; 100 for files."""
    stated = os.environ.get("COLUMNS", "")
    if stated.isascii() and stated.isdecimal() and int(stated[:6]) > 0:
        return max(NARROW, min(int(stated[:6]), WIDE))
    if not stream.isatty():
        return 100
    try:
        return max(NARROW, min(os.get_terminal_size(stream.fileno()).columns, WIDE))
    except (OSError, ValueError):
        return NARROW


def paint_for(stream: TextIO) -> Paint:
    """Describe how to write on a stream."""
    return Paint(coloured(stream), speaks_unicode(stream), columns(stream))


def paint_for_file() -> Paint:
    """Describe how to write for a file: UTF-8, no colours."""
    return Paint(colour=False, unicode=True, columns=100)


def put(text: str | bytes) -> None:
    """Write data to stdout: bytes as they are, text in the stream's own encoding."""
    stream = sys.stdout
    data = text.encode(stream.encoding or "utf-8", "backslashreplace") if isinstance(text, str) else text
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(data.decode("utf-8", "replace"))
        return
    stream.flush()
    buffer.write(data)
    buffer.flush()


def abandon_stdout() -> None:
    """Let everything that is still to be written to stdout go nowhere: the reader of the pipe has left, as it may."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, sys.stdout.fileno())
    os.close(sink)


def say(text: str) -> None:
    """Write words to stderr; a closed stderr is nobody's fault."""
    stream = sys.stderr
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        stream.flush()
    except (OSError, ValueError):
        return


def write_file(path: str, data: bytes, *, keep_mode: bool = False) -> None:
    """Put a file in place whole: written next to its target, flushed to disk, renamed; with the mode of what it replaces, if wanted.

    Something that is no regular file (a pipe, a device) is written to directly.  Raises `OSError`.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "wb") as direct:
            direct.write(data)
        return
    target = os.path.realpath(path)
    temporary = f"{target}.{os.getpid()}.part"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if keep_mode:
            os.chmod(temporary, stat.S_IMODE(os.stat(target).st_mode))
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
