"""Daemons and findings for tests of detectors."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rulewright.devices.model import Daemon, Findings, Place, Step
from rulewright.devices.tree import Tree, folder
from rulewright.facts.types import Level

CHAIN = (Step("init", Place("/etc/inittab", 1)), Step("script", Place("/etc/init.d/rcS", 4)))


def daemon(kind: str, binary: str, *arguments: str, level: Level = Level.ENABLED) -> Daemon:
    return Daemon(kind=kind, binary=binary, level=level, chain=CHAIN, arguments=arguments)


def values(found: Findings, attribute: str) -> list[tuple[object, str, str]]:
    """What is said of an attribute: value, level, place."""
    return [(s.value, s.level.word, s.place.pointer) for s in found.said if s.attribute == attribute]


def subjects(found: Findings) -> list[tuple[object, object, object]]:
    """The rows of `finding`: subject, level, place."""
    return [(r.fields["subject"], r.fields["level"], r.fields["path"]) for r in found.rows if r.collection == "finding"]


def real(name: str) -> Tree:
    """One of the trees that `build_device_trees.sh` makes."""
    shared = Path(__file__).resolve().parents[2].parent / "shared" / "trees"
    root = Path(os.environ.get("RULEWRIGHT_TREES", str(shared))) / name
    if not root.is_dir():
        pytest.skip(f"no tree `{name}`: set RULEWRIGHT_TREES to the folder that build_device_trees.sh made")
    return folder(name, str(root))
