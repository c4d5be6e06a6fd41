"""OpenWrt's configuration (`/etc/config/NAME`): sections with options, as shipped.

Guarantees: values are as written, in order; numbers are bounded; a line that is none of `config`, `option`, `list` is passed over.
"""

from __future__ import annotations

import shlex

import msgspec

from rulewright.devices.model import Place
from rulewright.devices.tree import Tree

MAX_SECTIONS = 2000


class Section(msgspec.Struct, frozen=True):
    """A section: its type, its name (`cfg1` and so on for those without), and its options, lists with several values."""

    type: str
    name: str
    options: dict[str, tuple[str, ...]]
    place: Place

    def first(self, option: str) -> str | None:
        """An option's value; of a list, all values joined."""
        found = self.options.get(option)
        return None if found is None else " ".join(found)


class Uci:
    """The configuration of one tree; each package is read once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._packages: dict[str, tuple[Section, ...] | None] = {}

    def package(self, name: str) -> tuple[Section, ...] | None:
        """The sections of a package; `None` when the tree does not hold it."""
        if name not in self._packages:
            path = f"/etc/config/{name}"
            self._packages[name] = _read(self._tree, path) if "/" not in name and self._tree.is_file(path) else None
        return self._packages[name]

    def get(self, package: str, section: str, option: str) -> str | None:
        """One option; a section by its name or as `@type[index]`."""
        found = self.section(package, section)
        return None if found is None else found.first(option)

    def section(self, package: str, name: str) -> Section | None:
        """A section by its name, or as `@type[index]`."""
        sections = self.package(package) or ()
        if name.startswith("@") and name.endswith("]"):
            kind, _, index = name[1:-1].partition("[")
            fitting = [one for one in sections if one.type == kind]
            number = int(index) if index.removeprefix("-").isdecimal() and len(index) < 6 else len(fitting)
            return fitting[number] if -len(fitting) <= number < len(fitting) else None
        return next((one for one in sections if one.name == name), None)


def _read(tree: Tree, path: str) -> tuple[Section, ...]:
    found: list[Section] = []
    for number, line in enumerate(tree.lines(path), 1):
        try:
            words = shlex.split(line, comments=True)
        except ValueError:
            continue
        if len(words) >= 2 and words[0] == "config" and len(found) < MAX_SECTIONS:
            name = words[2] if len(words) > 2 else f"cfg{len(found) + 1}"
            found.append(Section(words[1], name, {}, Place(path, number)))
        elif len(words) >= 3 and words[0] in {"option", "list"} and found:
            before = found[-1].options.get(words[1], ()) if words[0] == "list" else ()
            found[-1].options[words[1]] = (*before, words[2])
    return tuple(found)
