"""What the bytes and the text of a protobuf message are parsed into, before it becomes the JSON form.

Guarantees: a node holds every field in its order, with a plain value (a text, an integer, a truth value, a number as it
is to be written) or a node; what does not fit its field is `Odd`.  It knows nothing of JSON.
"""

from __future__ import annotations

import msgspec

from rulewright.sbom.cyclonedx_protobuf_table import Field


class Odd(msgspec.Struct, frozen=True):
    """A value of another type than the field has."""


class Node(msgspec.Struct):
    """One message: its fields in order."""

    fields: list[tuple[Field, Value]]


class Stamp(msgspec.Struct, frozen=True):
    """A google.protobuf.Timestamp."""

    seconds: int
    nanos: int


Value = Node | Stamp | Odd | str | int | bool | msgspec.Raw

MAX_DEPTH = 250
"""Messages in messages: more than the bound on components in components, less than Python's on calls."""


class BrokenError(Exception):
    """The bytes or the text are no protobuf message; `offset` is the place."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


class TooDeepError(Exception):
    """Messages are nested beyond `MAX_DEPTH`."""


def path(steps: list[str]) -> str:
    """The path of a message: `components[3].hashes[0]`."""
    return ".".join(steps)
