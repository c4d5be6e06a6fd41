"""Checkpoints: the head of a log as a signed note.

Guarantees: origin, size and root have one form each; sizes are at most 2^53−1; lines beyond the third are kept and mean nothing.  Who
signed a head is told by `cosign`.
Source: C2SP tlog-checkpoint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from rulewright.attest import limits
from rulewright.attest.encoding import to_base64
from rulewright.attest.log import note
from rulewright.attest.log.note import Line, Note, NoteError

_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")


class Head(NamedTuple):
    """The head of a log: who it is, how many entries it has, the root over them, extension lines, signatures."""

    origin: str
    size: int
    root: bytes
    more: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """What an Ed25519 signature is over."""
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), to_base64(self.root), *self.more))

    def with_lines(self, added: Iterable[Line]) -> Head:
        """The head with further signatures, each once, those that it had first."""
        return self._replace(lines=tuple(dict.fromkeys((*self.lines, *added))))


def new(origin: str, size: int, root: bytes) -> Head:
    """A head that nobody has signed yet."""
    return Head(origin, size, root, (), ())


def number(text: str) -> int:
    """A size or an index: decimal, without leading zeros, at most 2^53−1.  Raises `NoteError`."""
    if not _NUMBER.fullmatch(text) or int(text) > limits.INTEGER:
        raise NoteError("a number is not decimal without leading zeros, or is too large")
    return int(text)


def digest(text: str) -> bytes:
    """A SHA-256 digest in base64.  Raises `NoteError`."""
    data = note.standard(text)
    if len(data) != 32:
        raise NoteError("a hash has not 32 bytes")
    return data


def decode(data: bytes) -> Head:
    """The head in some bytes.  Raises `NoteError`."""
    found = note.decode(data)
    listed = found.text[:-1].split("\n")
    if len(listed) < 3 or not all(listed):
        raise NoteError(
            "a checkpoint begins with origin, size and root, and has no empty line but the one before the signatures"
        )
    return Head(listed[0], number(listed[1]), digest(listed[2]), tuple(listed[3:]), found.lines)


def encode(head: Head) -> bytes:
    """The bytes of a head."""
    return note.encode(Note(head.text, head.lines))
