"""Our findings and those of two naive searches on the same trees, held against what is really at work in each.

What is at work was written down from the script that builds the trees and from the overlay's files, before anything was
searched.  A finding is true where the thing is started at least on a condition (or holds by itself, as a password does).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from rulewright.devices.tree import Tree
from rulewright.facts.types import Level
from tests.devices import naive
from tests.devices.seen import Told, told

TRUTH: Mapping[str, Mapping[str, str]] = {
    "legacy": {
        "telnet": "enabled",
        "ftp": "configured",
        "ssh": "enabled",
        "snmp": "enabled",
        "upnp": "configured",
        "mqtt without login": "enabled",
        "http without TLS": "enabled",
        "wps": "configured",
        "default password": "enabled",
        "private key": "enabled",
        "serial shell": "enabled",
        "update without TLS": "configured",
    },
    "hardened": {"telnet": "present", "ssh": "enabled"},
    "iotgoat": {"telnet": "enabled", "upnp": "configured", "default password": "enabled"},
}
"""Tree -> topic -> how far it goes there; what is not named is not there."""
OURS: Mapping[str, tuple[str, object]] = {
    "telnet": ("iface.telnet_present", True),
    "ftp": ("iface.ftp_present", True),
    "ssh": ("iface.ssh_present", True),
    "snmp": ("iface.snmp_v1v2", True),
    "upnp": ("iface.upnp_enabled", True),
    "mqtt without login": ("auth.unauthenticated_services", ("mqtt",)),
    "http without TLS": ("iface.http_plain_admin", True),
    "wps": ("iface.wps_enabled", True),
    "default password": ("auth.default_password_kind", "universal"),
    "private key": ("cred.shared_across_devices", True),
    "serial shell": ("iface.debug_uart", "open"),
    "update without TLS": ("update.transport_encrypted", False),
}
"""Topic -> the attribute and value that say so."""


class Compared(msgspec.Struct, frozen=True):
    """One topic in one tree: how far it goes, what we say, and the files that made the searches say so."""

    topic: str
    truth: str
    ours: str
    name: str
    string: str


def compared(name: str, tree: Tree) -> list[Compared]:
    """Every topic."""
    names, strings, found = naive.by_name(tree), naive.by_string(tree), told(tree)
    truth = TRUTH[name]
    return [
        Compared(topic, truth.get(topic, ""), _ours(found, topic), names.get(topic, ""), strings.get(topic, ""))
        for topic in OURS
    ]


def _ours(found: Collection[Told], topic: str) -> str:
    attribute, value = OURS[topic]
    levels = [Level[one.level.upper()] for one in found if one.name == attribute and one.value == value]
    return max(levels).word if levels else ""


def at_work(level: str) -> bool:
    """Started, if only on a condition."""
    return level in {"conditional", "enabled", "verified"}


def counts(rows: Collection[Compared]) -> dict[str, tuple[int, int, int]]:
    """For each method: true findings, false ones, and what it missed."""
    said = {"rulewright": [at_work(row.ours) for row in rows]}
    said |= {"file names": [bool(row.name) for row in rows], "strings": [bool(row.string) for row in rows]}
    truth = [at_work(row.truth) for row in rows]
    return {
        method: (
            sum(a and b for a, b in zip(words, truth, strict=True)),
            sum(a and not b for a, b in zip(words, truth, strict=True)),
            sum(b and not a for a, b in zip(words, truth, strict=True)),
        )
        for method, words in said.items()
    }
