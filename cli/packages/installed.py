"""Packs that installed Python packages bring along: entry points of the group `rulewright.packs`.

Guarantees: asked only where a module was not found otherwise, or where everything is listed; no code of such a package is run to find its
files; a pack that is announced and cannot be used is told, never passed over.  The value of an entry point is a module `a.b`, in whose folder, or
in `files` below it, a `rulewright-pack.toml` lies.
"""

from __future__ import annotations

import os
from functools import cache
from typing import NamedTuple

from rulewright.cli import library
from rulewright.cli.library import Module
from rulewright.cli.packages.locked import clashes
from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic

GROUP = "rulewright.packs"
_MOST = 16 * 1024 * 1024


class Pack(NamedTuple):
    """One pack that is installed: its name and edition, the distribution that brings it, its modules."""

    name: str
    edition: str
    distribution: str
    modules: tuple[Module, ...]


class Installed(NamedTuple):
    """The packs that are installed, and what is wrong with others."""

    packs: tuple[Pack, ...] = ()
    problems: tuple[Diagnostic, ...] = ()

    @property
    def modules(self) -> tuple[Module, ...]:
        """The modules of all of them."""
        return tuple(module for pack in self.packs for module in pack.modules)


@cache
def installed() -> Installed:
    """Everything that is announced, in the order of names."""
    from importlib.metadata import entry_points

    packs: list[Pack] = []
    problems: list[Diagnostic] = []
    points = {(point.name, point.value, point.dist.name if point.dist else "") for point in entry_points(group=GROUP)}
    for _, value, distribution in sorted(points):
        found = _pack(value.partition(":")[0].strip(), distribution)
        if isinstance(found, Diagnostic):
            problems.append(found)
        else:
            packs.append(found)
    problems += clashes([module for pack in packs for module in pack.modules])
    return Installed(tuple(packs), tuple(problems))


def _pack(value: str, distribution: str) -> Pack | Diagnostic:
    """The pack that an entry point announces."""
    from rulewright.attest.packages import model, source

    shown = f"the pack `{value}` of the Python package `{distribution}`"
    folder = _folder(value)
    if folder is None:
        return problem(
            "RW4220", f"{shown} has no `{model.SOURCE}`", "it lies in the module's folder, or in `files` below it"
        )
    try:
        with open(os.path.join(folder, model.SOURCE), "rb") as stream:
            said = source.read(stream.read(model.LIST))
        return Pack(said.name, said.edition, distribution, tuple(_modules(folder, said)))
    except model.PackageError as error:
        return problem("RW4220", f"{shown} cannot be used: {error}")
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        return problem("RW4220", f"{shown} cannot be read: {why}")


def _folder(value: str) -> str | None:
    """The folder of a module's pack, found without importing the module."""
    from importlib.util import find_spec

    from rulewright.attest.packages import model

    top, *rest = value.split(".")
    if not all(part.isidentifier() for part in (top, *rest)):
        return None
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return None
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        for below in ((), ("files",)):
            folder = os.path.join(place, *rest, *below)
            if os.path.isfile(os.path.join(folder, model.SOURCE)):
                return folder
    return None


def _modules(folder: str, said: object) -> list[Module]:
    """The modules of the rule files below a folder that belong to the pack.  Raises `OSError`, `ValueError`."""
    from rulewright.attest.packages.source import Source, included

    assert isinstance(said, Source)
    found: list[Module] = []
    for path in library.rule_files(folder):
        name = os.path.relpath(path, folder).replace(os.sep, "/")
        if not included(said, name):
            continue
        with open(path, "rb") as stream:
            data = stream.read(_MOST + 1)
        if len(data) > _MOST:
            raise ValueError(f"`{name}` is too large")
        found += library.heads(data, f"{said.name}@{said.edition}/{name}", path, held=data)
    return found
