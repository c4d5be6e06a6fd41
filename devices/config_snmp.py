"""SNMP agents: versions 1 and 2c with community strings, and the well-known ones among these.

Guarantees: settings count as surely as the agent runs; a community string is a password and is never kept, only whether
it is one of the two that everybody knows.  What it does not do: views and access groups beyond read and write.
Sources: snmpd.conf(5) of Net-SNMP, OpenWrt's /etc/config/snmpd.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.devices.model import Daemon, Findings, Place
from rulewright.devices.settings import Use, loopback, understood, uses
from rulewright.devices.syntax_uci import sections
from rulewright.devices.syntax_words import Directive, directives
from rulewright.devices.tree import Tree

SNMPD = frozenset({"snmpd", "mini_snmpd"})
KNOWN = frozenset({"public", "private"})
COMMUNITIES = {"rocommunity": 0, "rwcommunity": 0, "rocommunity6": 0, "rwcommunity6": 0, "com2sec": 2, "com2sec6": 2}
"""Directive -> which of its words is the community."""


def detect(tree: Tree, daemons: Sequence[Daemon]) -> Findings:
    """Communities, whether known to everybody, whether they may write."""
    found = Findings()
    if understood(daemons, "snmp", SNMPD):
        found.examined["iface.snmp_v1v2"] = False
    usual = ["/etc/snmp/snmpd.conf", "/usr/share/snmp/snmpd.conf", "/etc/snmpd.conf", "/etc/snmp/snmpd.conf.d/*.conf"]
    for use in uses(tree, daemons, SNMPD, usual, ["-c"]):
        for path in use.files:
            for directive in directives(tree, path):
                _directive(found, use, directive)
        if not use.files and (named := use.option("-c", "--community")):
            place = use.start
            _community(found, use, named, place, writes=False)
    for use in uses(tree, daemons, SNMPD, ["/etc/config/snmpd"]):
        for path in [file for file in use.files if file.startswith("/etc/config/")]:
            _uci(tree, found, use, path)
    return found


def _directive(found: Findings, use: Use, directive: Directive) -> None:
    at = COMMUNITIES.get(directive.name)
    words = directive.words
    if at is None:
        return
    if at and words[:1] == ("-Cn",):
        words = words[2:]
    if len(words) <= at:
        return
    source = words[1] if len(words) > 1 else ""
    if loopback(source):
        return
    _community(found, use, words[at], directive.place, writes=directive.name.startswith("rw"))


def _community(found: Findings, use: Use, community: str, place: Place, *, writes: bool) -> None:
    found.said.append(use.said("iface.snmp_v1v2", place, value=True, text="a community string"))
    if community in KNOWN:
        found.said.append(
            use.said(
                "auth.unauthenticated_services", place, value=("snmp",), text="a community string that everybody knows"
            )
        )
        found.rows.append(use.finding("snmp known community", place, "a community string that everybody knows"))
    if writes:
        found.rows.append(use.finding("snmp write community", place, "settings may be changed over SNMP v1 or v2c"))


def _uci(tree: Tree, found: Findings, use: Use, path: str) -> None:
    whole = sections(tree, path)
    writing = {s.get("group") for s in whole if s.kind == "access" and s.get("write", "none") != "none"}
    writers = {s.get("secname") for s in whole if s.kind == "group" and s.get("group") in writing}
    for section in whole:
        if section.kind == "com2sec" and section.get("community") and not loopback(section.get("source")):
            writes = section.get("secname") in writers
            _community(found, use, section.get("community"), section.at("community"), writes=writes)
