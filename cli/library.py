"""The shelf of rule modules: what is shipped, what lies next to a policy, and who uses whom.

Guarantees: modules are found by a scan of their heads, not by parsing, so an unused pack costs next to nothing; names
shown to people never hold a path of this machine unless the user gave it; a file given by the user wins over a shipped
one of the same id and edition.  It judges no text: the compiler does.  A head or a `use` that the scan cannot see (behind another
brace, with a remark in it) decides nothing: packages are held against the parser, programs against the shelf.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module

import msgspec

from rulewright.dsl.form.recognised import plain

_HEAD = 4096
# Both begin with what is searched for at the speed of memory, not with a condition that is tried at every byte.
_MODULE = re.compile(rb'\n([ \t]*)(standard|policy|vocabulary)\s+([\w.-]+)(?:\s+edition\s+"([^"\n]*)")?')
_VALID = re.compile(rb"\n[ \t]*valid[ \t]+(?:from[ \t]+([\d-]+))?(?:[ \t]*until[ \t]+([\d-]+))?")
_USE = re.compile(rb'use(?<![\w.-]use)\s+([\w.-]+)\s+edition\s+"([^"\n]*)"')
SHIPPED = ("standards", "policies")
ENDINGS = (".rw", ".rw.json")
"""How rule files are called that are found without being named; a file that is named may be called anything."""


class Module(msgspec.Struct, frozen=True):
    """A rule module in a file: its kind, id, edition, the name shown to people, where it is, its first and last day."""

    kind: str
    id: str
    edition: str
    name: str
    path: str
    shipped: bool = False
    start: str = ""
    end: str = ""
    held: bytes | None = None
    """Its text, where that is not the whole of the file `path`: the module of a package."""


def heads(data: bytes, name: str, path: str, *, shipped: bool = False, held: bytes | None = None) -> list[Module]:
    """List the modules whose heads stand in a text; `held` is what `read` gives for them instead of the file."""
    data = b"\n" + plain(data).removeprefix(b"\xef\xbb\xbf")
    # Behind spaces only a whole head is one: an expression that goes on over lines may begin a line with such a word.
    found = [m for m in _MODULE.finditer(data) if not m[1] or m[4] is not None]
    ends = [*(m.start() for m in found[1:]), len(data)][: len(found)]  # of no module, if there is none
    return [
        Module(
            m[2].decode(),
            m[3].decode(),
            (m[4] or b"").decode("utf-8", "replace"),
            name,
            path,
            shipped,
            *_dates(data, m, end),
            held,
        )
        for m, end in zip(found, ends, strict=True)
    ]


def _dates(data: bytes, head: re.Match[bytes], end: int) -> tuple[str, str]:
    """The days from and until which a module says to be valid, as written."""
    if head[2] != b"standard":
        return "", ""
    valid = _VALID.search(data, head.end(), end)
    return ("", "") if valid is None else ((valid[1] or b"").decode(), (valid[2] or b"").decode())


def tested(data: bytes) -> frozenset[str]:
    """Name the requirements that have a test in a file."""
    return frozenset(name.decode("utf-8", "replace") for name in re.findall(rb'(?m)^test[ \t]+"([^"\n]+)"', data))


def uses(data: bytes) -> list[tuple[str, str]]:
    """List the (id, edition) pairs that a text uses; not those in comments and quoted texts."""
    data = plain(data)
    return [
        (m[1].decode(), m[2].decode("utf-8", "replace"))
        for m in _USE.finditer(data)
        if _outside_text(data[data.rfind(b"\n", 0, m.start()) + 1 : m.start()])
    ]


def _outside_text(before: bytes) -> bool:
    """Say whether a line goes on, after this, neither in a comment nor in a quoted text."""
    return b"#" not in before and before.count(b'"') % 2 == 0


def rule_files(folder: str) -> Iterator[str]:
    """Yield the paths of the rule files below a folder, in a fixed order."""
    for place, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            if name.endswith(ENDINGS):
                yield os.path.join(place, name)


@cache
def shipped() -> tuple[Module, ...]:
    """List the modules that come with Rulewright, by their heads."""
    found: list[Module] = []
    for part in SHIPPED:
        # Not importlib.resources: its import costs as much as the rest of a small run.  Packages in an archive have no
        # folder to walk; Rulewright is not shipped as one.
        for folder in import_module(f"rulewright.{part}").__path__:
            for path in rule_files(folder):
                name = f"{part}/{os.path.relpath(path, folder).replace(os.sep, '/')}"
                found += _scan(path, name)
    return tuple(found)


def available() -> tuple[Module, ...]:
    """List the modules of the packs that are locked where we are, and those that are shipped; `gather` tells what is wrong with a lock."""
    from rulewright.cli.packages import locked

    packs = locked.shelf().modules
    keys = {(module.id, module.edition) for module in packs}
    return (
        (*packs, *(module for module in shipped() if (module.id, module.edition) not in keys)) if packs else shipped()
    )


def _scan(path: str, name: str) -> list[Module]:
    """Read the head of a shipped file; all of it when the head does not tell."""
    with open(path, "rb") as stream:
        data = stream.read(_HEAD)
        return heads(data, name, path, shipped=True) or heads(data + stream.read(), name, path, shipped=True)


def neighbours(path: str) -> list[Module]:
    """List the modules in the rule files next to a policy: what it may use without being told where."""
    folder = os.path.dirname(path) or "."
    found: list[Module] = []
    with os.scandir(folder) as entries:
        names = sorted(e.name for e in entries if e.name.endswith(ENDINGS) and e.is_file())
    for name in names:
        near = os.path.join(os.path.dirname(path), name)
        if near != path:
            with open(near, "rb") as stream:
                found += heads(stream.read(), near, near)
    return found


def find(modules: Iterable[Module], wanted: str) -> list[Module]:
    """Find standards and policies by `ID` or `ID@EDITION`."""
    name, _, edition = wanted.partition("@")
    return [m for m in modules if m.id == name and m.kind != "vocabulary" and (not edition or m.edition == edition)]


def edition_for(modules: Iterable[Module], day: str) -> Module:
    """Of several editions the newest one in force on a day (ISO text); the newest of all where none is, or no day is given."""
    newest = sorted(modules, key=lambda m: (m.start, m.edition))
    in_force = [m for m in newest if (not m.start or m.start <= day) and (not m.end or day <= m.end)]
    return (in_force or newest)[-1]


def read(module: Module) -> bytes:
    """Return the bytes of a module's file.  Raises `OSError`."""
    if module.held is not None:
        return module.held
    with open(module.path, "rb") as stream:
        return stream.read()
