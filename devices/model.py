"""What a detector finds in a device: graded by how far it is known to matter.

Guarantees: plain values, in an order that depends on the tree alone; each names its place.  The grades (`facts.types.Level`):
present (it is there), configured (set up, nothing starts it), conditional (started on a condition that the tree does not
decide), enabled (the start chain leads from init to it), verified (seen live).
"""

from __future__ import annotations

import msgspec

from rulewright.facts.types import Level


class Place(msgspec.Struct, frozen=True, order=True):
    """A place in a tree: the path from its root, and a line from 1 (0: the file as a whole)."""

    path: str
    line: int = 0

    @property
    def pointer(self) -> str:
        """`/etc/inetd.conf#3`."""
        return f"{self.path}#{self.line}" if self.line else self.path


class Step(msgspec.Struct, frozen=True):
    """One link of a start chain: what starts (`init`, `script`, `unit`, `inetd`, `binary`, `config`), where, on which condition."""

    kind: str
    place: Place
    text: str = ""
    condition: str = ""


class Start(msgspec.Struct, frozen=True):
    """A command that the device starts: its words, how it comes to be started, and how surely.

    `words` are those of the command line after the shell's own syntax was taken off; `user` is who runs it, empty where
    nothing is said.
    """

    words: tuple[str, ...]
    level: Level
    chain: tuple[Step, ...]
    user: str = ""
    unit: str = ""
    """the systemd unit, empty for others"""


class Port(msgspec.Struct, frozen=True, order=True):
    """A port that a daemon listens on; `host` is empty for all interfaces."""

    protocol: str
    number: int
    host: str = ""

    @property
    def local(self) -> bool:
        """Only reachable from the device itself."""
        return self.host.startswith("127.") or self.host in {"::1", "localhost"}


class Daemon(msgspec.Struct, frozen=True, kw_only=True):
    """A program that serves others: its kind (`telnet`, `ssh`, `http`, ...), how surely it runs, and where it listens."""

    kind: str
    binary: str
    level: Level
    ports: tuple[Port, ...] = ()
    chain: tuple[Step, ...] = ()
    config: tuple[Place, ...] = ()
    arguments: tuple[str, ...] = ()
    user: str = ""
    unit: str = ""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a detector says of an attribute: a value, how surely, and where it was read.

    `scope` names the part of a configuration that the value holds for (`server *:443`, `listener 1883`); two scopes may
    say different things, and both are kept.  Values are in the representation of `facts.types`.
    """

    attribute: str
    value: bool | int | str | tuple[str, ...]
    level: Level
    place: Place
    text: str = ""
    scope: str = ""
    chain: tuple[Step, ...] = ()


class Row(msgspec.Struct, frozen=True):
    """An element of a collection (`component`, `account`, `key`, `certificate`, ...): fields by name, and its place."""

    collection: str
    fields: dict[str, bool | int | str | tuple[str, ...] | None]
    place: Place


class Noted(msgspec.Struct, frozen=True):
    """Something about the tree itself that has to be said: a file that could not be read, a limit that was reached."""

    code: str
    message: str
    place: Place | None = None
    severe: bool = False


class Findings(msgspec.Struct):
    """What one detector adds; `examined` are the attributes that it has looked for, whether found or not.

    An attribute that was examined and not found is a fact, too (telnet: no); one that was not examined stays missing.
    """

    said: list[Said] = []
    rows: list[Row] = []
    notes: list[Noted] = []
    examined: dict[str, bool | int | str | tuple[str, ...]] = {}
    """attribute -> the value when nothing is said of it (`False`, `()`, 0)"""
