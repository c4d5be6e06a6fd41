"""OpenWrt's uci files: sections with options and lists.

Guarantees: any bytes give sections or nothing; each option knows its line.  What it does not do: know what a section means.
Source: the UCI file syntax of OpenWrt (`config TYPE ['NAME']`, `option KEY VALUE`, `list KEY VALUE`).
"""

from __future__ import annotations

import msgspec

from rulewright.devices.model import Place
from rulewright.devices.syntax_words import MAX_LINES, words
from rulewright.devices.tree import Tree


class Section(msgspec.Struct, frozen=True):
    """A section: its type and name, its options (the last word counts, lists have many), and their places."""

    kind: str
    name: str
    place: Place
    options: dict[str, tuple[str, ...]]
    places: dict[str, Place]

    def get(self, key: str, without: str = "") -> str:
        """The value of an option."""
        values = self.options.get(key)
        return values[-1] if values else without

    def on(self, key: str, *, without: bool = False) -> bool:
        """Whether an option says yes."""
        said = self.get(key).lower()
        return said in {"1", "yes", "true", "on", "enabled"} if said else without

    def at(self, key: str) -> Place:
        """Where an option stands, or the section without it."""
        return self.places.get(key, self.place)


def sections(tree: Tree, path: str) -> list[Section]:
    """The sections of a uci file, in order."""
    found: list[Section] = []
    for number, line in enumerate(tree.lines(path)[:MAX_LINES], 1):
        match words(line.strip()) if not line.lstrip().startswith("#") else ():
            case ("config", kind, *rest):
                found.append(Section(kind, rest[0] if rest else "", Place(path, number), {}, {}))
            case ("option", key, value, *_) if found:
                found[-1].options[key] = (value,)
                found[-1].places[key] = Place(path, number)
            case ("list", key, value, *_) if found:
                found[-1].options[key] = (*found[-1].options.get(key, ()), value)
                found[-1].places.setdefault(key, Place(path, number))
            case _:
                pass
    return found
