"""The programs of daemons and the libraries that the loader would give them, all within one tree.

Guarantees: search order as ld.so(8): RPATH (without RUNPATH), RUNPATH, the folders of ld.so.conf, the usual ones; a library
of another machine or word size is passed by; each file is read once, and so many in all.  What it does not do: libraries
that a program opens while it runs (`dlopen`), LD_LIBRARY_PATH.
"""

from __future__ import annotations

import posixpath
import shlex

from rulewright.devices import elf
from rulewright.devices.elf import Elf
from rulewright.devices.model import Daemon
from rulewright.devices.tree import Tree

USUAL = (
    "/lib",
    "/usr/lib",
    "/lib64",
    "/usr/lib64",
    "/lib32",
    "/usr/lib32",
    "/lib/*-linux-*",
    "/usr/lib/*-linux-*",
    "/usr/local/lib",
)
PATHS = ("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin")
MAX_FILES = 2000
MAX_CONF = 64
"""As many folders and files of folders are looked at."""
MAX_TOLD = 2000
MAX_NEEDED = 512


class Linker:
    """The ELF files of a tree, by path, each read when it is asked for."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._read: dict[str, Elf | None] = {}
        self._folders: list[str] | None = None

    def file(self, path: str) -> Elf | None:
        """What the ELF file behind a path is; `None` for others."""
        found = self._tree.resolve(path)
        if found is None or self._tree.entries[found].kind != "file":
            return None
        if found not in self._read:
            head = self._tree.read(found, 64)
            self._read[found] = elf.read(self._tree.read(found)) if elf.is_elf(head) else None
        return self._read[found]

    def program(self, daemon: Daemon) -> str:
        """The path of the ELF file that a daemon runs: a script's is that of its interpreter; empty where none is there."""
        path = found_program(self._tree, daemon.binary)
        for _ in range(4):
            head = self._tree.read(path, 256) if path else b""
            if not head.startswith(b"#!"):
                return path if elf.is_elf(head + b"\0" * 52) else ""
            words = head[2:].split(b"\n")[0].decode("utf-8", "backslashreplace").split()
            if len(words) > 1 and posixpath.basename(words[0]) == "env":
                words = words[1:]
            path = found_program(self._tree, words[0]) if words else ""
        return ""

    def libraries(self, path: str) -> tuple[list[str], list[str]]:
        """The libraries that a program needs, directly or through others, and the names of those that are not there."""
        program = self.file(path)
        if program is None:
            return [], []
        found: dict[str, None] = {}
        missing: set[str] = set()
        todo = [(path, program)]
        while todo and len(found) < MAX_FILES and len(missing) < MAX_FILES:
            here, file = todo.pop(0)
            for name in file.needed[:MAX_NEEDED]:
                library = self._library(name, here, file, program)
                if not library:
                    missing.add(name)
                elif library not in found:
                    found[library] = None
                    read = self.file(library)
                    if read is not None:
                        todo.append((library, read))
        return sorted(found), sorted(missing)

    def _library(self, name: str, path: str, file: Elf, program: Elf) -> str:
        if "/" in name:
            return self._fits(name, program)
        own = file.runpath or file.rpath or program.rpath
        origin = posixpath.dirname(self._tree.resolve(path) or path)
        near = [text.replace("${ORIGIN}", origin).replace("$ORIGIN", origin) for text in own[:MAX_CONF]]
        for folder in [*near, *self.folders()]:
            found = self._fits(posixpath.join("/", folder, name), program)
            if found:
                return found
        return ""

    def _fits(self, path: str, program: Elf) -> str:
        found = self._tree.resolve(path)
        if found is None:
            return ""
        read = self.file(found)
        return found if read is not None and read.family == program.family else ""

    def folders(self) -> list[str]:
        """Where the loader looks for every program."""
        if self._folders is None:
            told = self._conf("/etc/ld.so.conf", set())
            for path in self._tree.glob("/etc/ld-musl-*.path"):
                told += [part for line in self._tree.lines(path) for part in line.split(":") if part.startswith("/")]
            usual = [path for pattern in USUAL for path in self._tree.glob(pattern)]
            there = (path for path in dict.fromkeys([*told[:MAX_TOLD], *usual]) if self._tree.is_folder(path))
            self._folders = list(there)[:MAX_CONF]
        return self._folders

    def _conf(self, path: str, seen: set[str]) -> list[str]:
        """The folders that a file names, and those that it includes, each file once."""
        found: list[str] = []
        if path in seen or len(seen) >= MAX_CONF:
            return found
        seen.add(path)
        for line in self._tree.lines(path)[:1000]:
            words = line.partition("#")[0].split()
            if len(words) > 1 and words[0] == "include" and len(seen) < MAX_CONF:
                named = posixpath.join("/etc", words[1])
                found += [part for inner in self._tree.glob(named)[:MAX_CONF] for part in self._conf(inner, seen)]
            elif words and words[0].startswith("/"):
                found.append(words[0])
        return found


def found_program(tree: Tree, name: str) -> str:
    """The path of a program by its path or its name; empty where there is none."""
    if name.startswith("/"):
        return (tree.resolve(name) or "") if tree.is_file(name) else ""
    name = posixpath.basename(shlex.split(name)[0]) if name and "'" not in name and '"' not in name else ""
    paths = (posixpath.join(folder, name) for folder in PATHS if name)
    return next((tree.resolve(path) or "" for path in paths if tree.is_file(path)), "")
