"""UPnP daemons: whether port mapping by UPnP is on, and whether for other hosts than the one that asks.

Guarantees: settings count as surely as the daemon runs.  What it does not do: UPnP stacks linked into other programs.
Sources: miniupnpd.conf (`enable_upnp`, default yes; `secure_mode`), OpenWrt's /etc/config/upnpd (`enabled`, `enable_upnp`).
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.devices.model import Daemon, Findings, Place
from rulewright.devices.settings import Use, understood, uses
from rulewright.devices.syntax_uci import sections
from rulewright.devices.syntax_words import by_name, directives
from rulewright.devices.tree import Tree

MINIUPNPD = frozenset({"miniupnpd"})
OTHERS = frozenset({"upnpd", "minidlna", "minidlnad", "minissdpd", "linuxigd", "wscd", "gmediarender"})
UPNP = "iface.upnp_enabled"


def detect(tree: Tree, daemons: Sequence[Daemon]) -> Findings:
    """UPnP as set in its configuration; daemons that do nothing else."""
    found = Findings()
    if understood(daemons, "upnp", MINIUPNPD | OTHERS):
        found.examined[UPNP] = False
    for use in uses(tree, daemons, MINIUPNPD, ["/etc/miniupnpd/miniupnpd.conf", "/etc/miniupnpd.conf"], ["-f"]):
        _miniupnpd(tree, found, use)
    for use in uses(tree, daemons, MINIUPNPD, ["/etc/config/upnpd"]):
        for path in [file for file in use.files if file.startswith("/etc/config/")]:
            _uci(tree, found, use, path)
    for use in uses(tree, daemons, OTHERS):
        place = use.start
        found.said.append(use.said(UPNP, place, value=True, text="a daemon for UPnP or SSDP"))
    return found


def _miniupnpd(tree: Tree, found: Findings, use: Use) -> None:
    for path in use.files:
        if path.startswith("/etc/config/"):
            continue
        settings = by_name(directives(tree, path, "="))
        switch = settings.get("enable_upnp")
        if switch is None or switch.on:
            place = switch.place if switch else Place(path)
            found.said.append(use.said(UPNP, place, value=True, text="enable_upnp"))
            secure = settings.get("secure_mode")
            if secure is not None and not secure.on:
                found.rows.append(use.finding("upnp for others", secure.place, "mappings for other hosts are accepted"))
    if not use.files and use.binary:
        place = use.start
        found.said.append(use.said(UPNP, place, value=True, text="miniupnpd without a configuration file"))


def _uci(tree: Tree, found: Findings, use: Use, path: str) -> None:
    for section in sections(tree, path):
        if section.kind != "upnpd" or not section.on("enabled"):
            continue
        if section.on("enable_upnp", without=True):
            found.said.append(use.said(UPNP, section.at("enable_upnp"), value=True, text="enable_upnp"))
        if not section.on("secure_mode", without=True):
            place = section.at("secure_mode")
            found.rows.append(use.finding("upnp for others", place, "mappings for other hosts are accepted"))
