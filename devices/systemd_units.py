"""systemd's unit files as systemd merges them: search path, aliases, templates, masks, drop-ins.

Guarantees: an empty assignment empties a list; a unit that is masked has no settings; each value knows its file and line.
"""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Mapping

import msgspec

from rulewright.devices.model import Place
from rulewright.devices.tree import Tree

FOLDERS = (
    "/etc/systemd/system.control", "/run/systemd/system.control", "/etc/systemd/system", "/run/systemd/system", "/run/systemd/generator",
    "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system", "/run/systemd/generator.late",
)  # fmt: skip
SUFFIXES = (
    ".service",
    ".socket",
    ".timer",
    ".path",
    ".target",
    ".mount",
    ".automount",
    ".slice",
    ".swap",
    ".device",
    ".scope",
)
MAX_LINES = 5000
MAX_NAMES = 5000
"""Units in a folder."""


class Setting(msgspec.Struct, frozen=True):
    """A value as written, and where."""

    value: str
    place: Place


class Unit(msgspec.Struct, frozen=True):
    """A unit after merging; `path` is empty for one that has no file."""

    name: str
    path: str = ""
    settings: dict[tuple[str, str], tuple[Setting, ...]] = {}
    masked: bool = False

    def all(self, section: str, key: str) -> tuple[Setting, ...]:
        """All values of a key."""
        return self.settings.get((section, key), ())

    def last(self, section: str, key: str, default: str = "") -> str:
        """The value of a key that is given once."""
        found = self.all(section, key)
        return found[-1].value if found else default

    def names(self, key: str) -> list[str]:
        """The units that a key of `[Unit]` names."""
        return [name for one in self.all("Unit", key) for name in one.value.split()]

    def conditions(self) -> list[tuple[str, Setting]]:
        """`Condition...=` and `Assert...=`."""
        found = [(key, one) for (section, key), values in self.settings.items() if section == "Unit" for one in values]
        return [(key, one) for key, one in found if key.startswith(("Condition", "Assert"))]


class Units:
    """The units of a tree; each is read once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._units: dict[str, Unit] = {}
        self.there = [folder for folder in FOLDERS if tree.is_folder(folder)]

    def names(self) -> list[str]:
        """The names of all unit files, in order."""
        found = {posixpath.basename(path) for folder in self.there for path in self._tree.children(folder)[:MAX_NAMES]}
        return sorted(name for name in found if name.endswith(SUFFIXES))

    def unit(self, name: str) -> Unit:
        """A unit by its name, merged."""
        if name not in self._units:
            self._units[name] = self._read(name)
        return self._units[name]

    def canonical(self, name: str) -> str:
        """The name of the unit that a name stands for (a link to another name is an alias)."""
        for _ in range(8):
            path = self._file(name)
            entry = self._tree.entries.get(path) if path else None
            if entry is None or entry.kind != "link":
                return name
            target = posixpath.basename(entry.target)
            if not target.endswith(SUFFIXES) or target in {name, template(name)} or _null(entry.target):
                return name
            prefix, at, rest = target.partition("@")
            name = (
                f"{prefix}@{instance(name)}{rest[rest.index('.') :]}"
                if at and rest.startswith(".") and instance(name)
                else target
            )
        return name

    def folder(self, name: str, kind: str) -> list[tuple[str, Place]]:
        """The units in `NAME.wants`, `NAME.requires`, `NAME.upholds`, each with its place; those of the template, too."""
        found: dict[str, Place] = {}
        for folder in self.there:
            for base in dict.fromkeys((name, template(name) or name)):
                for path in self._tree.children(f"{folder}/{base}.{kind}")[:MAX_NAMES]:
                    wanted = posixpath.basename(path)
                    if wanted.endswith(SUFFIXES) and not self._links_null(path):
                        found.setdefault(wanted, Place(path))
        return sorted(found.items())

    def _links_null(self, path: str) -> bool:
        entry = self._tree.entries.get(path)
        return entry is not None and entry.kind == "link" and _null(entry.target)

    def _file(self, name: str) -> str:
        for wanted in dict.fromkeys((name, template(name) or name)):
            for folder in self.there:
                path = posixpath.join(self._tree.resolve(folder) or folder, wanted)
                if path in self._tree.entries:
                    return path
        return ""

    def _read(self, name: str) -> Unit:
        path = self._file(name)
        entry = self._tree.entries.get(path)
        settings: dict[tuple[str, str], list[Setting]] = {}
        if entry is not None:
            masked = entry.kind == "link" and (_null(entry.target) or self._tree.resolve(path) == "/dev/null")
            if masked or (entry.kind == "file" and not entry.size):
                return Unit(name, path, masked=True)
            if entry.kind == "link" and not self._tree.is_file(path):
                target = self._file(posixpath.basename(entry.target))
                path = target if target != path and self._tree.is_file(target) else ""
        if path:
            self._merge(self._tree.resolve(path) or path, settings)
        for file in self._dropins(name):
            self._merge(self._tree.resolve(file) or file, settings)
        found = {key: tuple(values) for key, values in settings.items()}
        return Unit(name, self._tree.resolve(path) or path if path else "", found)

    def _dropins(self, name: str) -> list[str]:
        stem, dot, suffix = name.rpartition(".")
        bases = [name, template(name)]
        bases += [f"{stem[: at + 1]}{dot}{suffix}" for at, char in enumerate(stem[:-1]) if char == "-"][:8]
        bases.append(suffix)
        found: dict[str, str] = {}
        for folder in self.there:
            for base in bases:
                for path in self._tree.children(f"{folder}/{base}.d") if base else ():
                    if path.endswith(".conf"):
                        found.setdefault(posixpath.basename(path), path)
        return [path for _, path in sorted(found.items()) if not self._links_null(path)]

    def _merge(self, path: str, settings: dict[tuple[str, str], list[Setting]]) -> None:
        section = ""
        for number, text in joined(self._tree.lines(path)[:MAX_LINES]):
            if text.startswith("[") and text.endswith("]"):
                section = text[1:-1]
            elif "=" in text:
                key, _, value = (part.strip() for part in text.partition("="))
                if not value:
                    settings[section, key] = []
                else:
                    settings.setdefault((section, key), []).append(Setting(value, Place(path, number)))


def joined(lines: list[str]) -> list[tuple[int, str]]:
    """Lines with those that continue them; comments and empty lines are left out."""
    found: list[tuple[int, str]] = []
    open_ = False
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text.startswith(("#", ";")) or (not text and not open_):
            continue
        if open_:
            begun, before = found.pop()
            found.append((begun, f"{before} {text.removesuffix(chr(92)).rstrip()}"))
        else:
            found.append((number, text.removesuffix("\\").rstrip()))
        open_ = text.endswith("\\")
    return found


def _null(target: str) -> bool:
    return posixpath.normpath(target) == "/dev/null"


def template(name: str) -> str:
    """`getty@.service` for `getty@tty1.service`; empty for a name without an instance."""
    prefix, at, rest = name.partition("@")
    return f"{prefix}@{rest[rest.rindex('.') :]}" if at and "." in rest else ""


def instance(name: str) -> str:
    """`tty1` of `getty@tty1.service`."""
    _, at, rest = name.partition("@")
    return rest.rpartition(".")[0] if at else ""


def specified(text: str, name: str) -> str:
    """A value with systemd's specifiers filled in, as far as the unit's name says."""
    if "%" not in text:
        return text
    stem = name.rpartition(".")[0]
    prefix = stem.partition("@")[0]
    inner = instance(name)
    known = {
        "n": name, "N": stem, "p": prefix, "P": prefix, "i": inner, "I": inner.replace("-", "/"), "j": prefix.rpartition("-")[2],
        "t": "/run", "S": "/var/lib", "C": "/var/cache", "L": "/var/log", "E": "/etc", "T": "/tmp", "V": "/var/tmp", "u": "root",  # noqa: S108  names in a device
        "U": "0", "h": "/root", "s": "/bin/sh", "%": "%",
    }  # fmt: skip
    pieces: list[str] = []
    at = 0
    while at < len(text):
        letter = text[at + 1 : at + 2]
        if text[at] == "%" and letter in known:
            pieces.append(known[letter])
            at += 2
        else:
            pieces.append(text[at])
            at += 1
    return "".join(pieces)


def split(text: str) -> list[str]:
    """Words with quotes taken off; a text whose quotes do not end is split at spaces."""
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def commands(text: str, name: str, environment: Mapping[str, str]) -> list[list[str]]:
    """The commands of an `ExecStart=`: prefixes off, specifiers and variables filled in; ` ; ` separates several."""
    found: list[list[str]] = [[]]
    for word in split(text.lstrip("-+!:")) if not text.startswith("@") else _renamed(text):
        if word == ";":
            found.append([])
        elif word.startswith("$") and word[1:].isidentifier():
            found[-1] += split(environment.get(word[1:], ""))
        else:
            found[-1].append(_filled(specified(word, name), environment))
    return [words for words in found if words]


def _renamed(text: str) -> list[str]:
    """`@PROGRAM NAME ARGUMENTS`: the program is called by another name."""
    words = split(text.lstrip("@-+!:"))
    return [words[0], *words[2:]] if words else []


def _filled(word: str, environment: Mapping[str, str]) -> str:
    for key in environment if "${" in word else ():
        word = word.replace("${" + key + "}", environment[key])
    return word[:8192]
