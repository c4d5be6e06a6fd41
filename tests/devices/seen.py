"""All that the detectors say of a tree, for tests: attributes and findings alike, each with its level and place."""

from __future__ import annotations

from importlib import import_module

import msgspec

from rulewright.devices.assemble import ARGUMENTS, DETECTORS, Seen
from rulewright.devices.daemons import daemons
from rulewright.devices.linked import Linker
from rulewright.devices.starts import starts
from rulewright.devices.systemd_units import Units
from rulewright.devices.tree import Tree
from rulewright.facts.types import Level


class Told(msgspec.Struct, frozen=True):
    """One thing said: `name` is an attribute or the subject of a finding; a finding's value is its detail."""

    name: str
    value: object
    level: str
    place: str


def told(tree: Tree) -> set[Told]:
    """Everything that is found; a detector that breaks breaks the test."""
    started = starts(tree)
    seen = Seen(tree, started, daemons(tree, started), Linker(tree), Units(tree))
    result: set[Told] = set()
    for module, words in DETECTORS:
        found = import_module(f"rulewright.devices.{module}").detect(*ARGUMENTS[words](seen))
        result |= {Told(said.attribute, said.value, said.level.word, said.place.pointer) for said in found.said}
        result |= {
            Told(str(row.fields["subject"]), row.fields["detail"], str(row.fields["level"]), row.place.pointer)
            for row in found.rows
            if row.collection == "finding"
        }
    return result


def level(tree: Tree, attribute: str) -> Level | None:
    """The highest level at which an attribute is said to be true."""
    found = (Level[one.level.upper()] for one in told(tree) if one.name == attribute and one.value is True)
    return max(found, default=None)
