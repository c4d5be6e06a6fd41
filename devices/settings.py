"""Which daemon a configuration file serves, and how surely that daemon runs.

Guarantees: a setting is never graded above the daemon that reads it; a file whose daemon nothing starts (or that lies in a
tree without its daemon, as in an overlay) is `configured`.  What it does not do: read settings.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from rulewright.devices.model import Daemon, Place, Port, Row, Said, Step
from rulewright.devices.tree import Tree
from rulewright.facts.types import Level

MAX_INCLUDED = 200
"""As many files as one configuration may be made of."""


class Use(msgspec.Struct, frozen=True):
    """A way in which settings are in use: how surely, by which chain, with which arguments, and from which files."""

    level: Level
    chain: tuple[Step, ...] = ()
    arguments: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    ports: tuple[Port, ...] = ()
    binary: str = ""

    @property
    def start(self) -> Place:
        """Where it is started: the last line of the chain, or the file that it ends with."""
        places = [step.place for step in self.chain]
        return next(
            (place for place in reversed(places) if place.line), places[-1] if places else Place(self.binary or "/")
        )

    def option(self, *names: str) -> str:
        """The value of an option of one letter (`-c FILE`, `-cFILE`), the last one given; empty without it."""
        found = ""
        for index, word in enumerate(self.arguments):
            for name in names:
                if word == name and index + 1 < len(self.arguments):
                    found = self.arguments[index + 1]
                elif word.startswith(name) and word != name and not name.startswith("--"):
                    found = word.removeprefix(name)
                elif name.startswith("--") and word.startswith(f"{name}="):
                    found = word.removeprefix(f"{name}=")
        return found

    def flag(self, letter: str) -> bool:
        """Whether an option without a value is among the arguments, alone or in a group (`-sg`)."""
        groups = (word[1:] for word in self.arguments if word.startswith("-") and not word.startswith("--"))
        return any(letter in group and group.isalpha() for group in groups)

    def said(  # one thing said has five parts
        self,
        attribute: str,
        place: Place,
        *,
        value: bool | int | str | tuple[str, ...],
        text: str = "",
        scope: str = "",
    ) -> Said:
        """A fact that holds as surely as the daemon runs."""
        return Said(
            attribute=attribute, value=value, level=self.level, place=place, text=text, scope=scope, chain=self.chain
        )

    def finding(self, subject: str, place: Place, detail: str) -> Row:
        """A row of `finding` that holds as surely as the daemon runs."""
        return finding(subject, self.level, place, detail, self.chain)


def finding(subject: str, level: Level, place: Place, detail: str, chain: Sequence[Step] = ()) -> Row:
    """A row of the collection `finding`: something that no attribute has a word for."""
    fields = {
        "subject": subject,
        "level": level.word,
        "path": place.pointer,
        "detail": detail,
        "chain": " -> ".join(step.place.pointer for step in chain),
    }
    return Row("finding", dict(fields), place)


def program(daemon: Daemon) -> frozenset[str]:
    """The names that a daemon goes by: its binary, and the applet where one binary is many."""
    words = [daemon.binary, *daemon.arguments[:2]]
    return frozenset(posixpath.basename(word) for word in words if word and not word.startswith("-"))


def understood(daemons: Iterable[Daemon], kind: str, programs: Collection[str]) -> bool:
    """Whether all services of a kind are of programs whose settings can be read: only then is finding nothing a fact."""
    return all(not program(daemon).isdisjoint(programs) for daemon in daemons if daemon.kind == kind)


def uses(
    tree: Tree,
    daemons: Iterable[Daemon],
    programs: Collection[str],
    usual: Sequence[str] = (),
    options: Sequence[str] = (),
) -> list[Use]:
    """How the settings of some programs are in use, once for each daemon of them, surest first.

    `usual` are the files (or patterns) that they read unless told otherwise, `options` those that tell them.  Without
    such a daemon the usual files are `configured`; a daemon that is only present, and has no settings, is left out.
    """
    there = tuple(path for pattern in usual for path in tree.glob(pattern) if tree.is_file(path))
    used = [_use(tree, daemon, there, options) for daemon in daemons if not program(daemon).isdisjoint(programs)]
    found = [use for use in used if use.level >= Level.CONFIGURED]
    if not used and there:
        found = [Use(Level.CONFIGURED, files=there)]
    return sorted(found, key=lambda use: (-use.level, use.files, use.arguments))


def _use(tree: Tree, daemon: Daemon, there: tuple[str, ...], options: Sequence[str]) -> Use:
    plain = Use(daemon.level, daemon.chain, daemon.arguments, there, daemon.ports, daemon.binary)
    named = plain.option(*options) if options else ""
    told = tuple(place.path for place in daemon.config if tree.is_file(place.path))
    files = (named,) if named and tree.is_file(named) else there or told
    level = max(daemon.level, Level.CONFIGURED) if files else daemon.level
    return msgspec.structs.replace(plain, files=files, level=level)


def included(tree: Tree, pattern: str, base: str) -> Iterator[str]:
    """The regular files that an `include` names: a pattern, from a folder where it is not absolute."""
    whole = pattern if pattern.startswith("/") else posixpath.join(base, pattern)
    for path in tree.glob(posixpath.normpath(whole))[:MAX_INCLUDED]:
        if tree.is_file(path):
            yield path


def loopback(host: str) -> bool:
    """Whether an address is that of the device itself."""
    bare = host.strip("[]").lower()
    return bare.startswith("127.") or bare in {"::1", "localhost"}
