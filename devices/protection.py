"""Whether a daemon asks who is there, and whether it encrypts: for the rows of daemons.

Guarantees: yes or no only where the protocol or the settings decide it, else `None`.
What it does not do: passwords of pages behind a web server, which only its applications know.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from rulewright.devices import config_ftp, config_http, config_mqtt, config_snmp, config_ssh, config_telnet
from rulewright.devices.model import Daemon, Findings
from rulewright.devices.settings import loopback
from rulewright.devices.tree import Tree

SERVICES = "auth.unauthenticated_services"


class Protection(msgspec.Struct, frozen=True):
    """Whether a daemon is authenticated and encrypted; `None` where that is not known."""

    authenticated: bool | None = None
    encrypted: bool | None = None


OPEN = frozenset({"dns", "dhcp", "tftp", "upnp", "syslog", "modbus", "debug"})
"""Kinds that know neither passwords nor encryption as they are commonly set up."""


def protection(tree: Tree, daemon: Daemon) -> Protection:
    """What is known of one daemon."""
    if daemon.kind in OPEN:
        return Protection(authenticated=False, encrypted=False)
    found = KINDS.get(daemon.kind)
    return found(tree, daemon) if found else Protection()


def _own(found: Findings, daemon: Daemon) -> tuple[frozenset[str], frozenset[object]]:
    """The attributes and subjects that are said of this daemon, not of files that another one of its kind would read."""
    shown = " -> ".join(step.place.pointer for step in daemon.chain)
    attributes = frozenset(said.attribute for said in found.said if said.chain == daemon.chain)
    return attributes, frozenset(row.fields["subject"] for row in found.rows if row.fields["chain"] == shown)


def _ssh(tree: Tree, daemon: Daemon) -> Protection:
    said, _ = _own(config_ssh.detect(tree, [daemon]), daemon)
    return Protection(authenticated=None if "auth.password_optional" in said else True, encrypted=True)


def _telnet(tree: Tree, daemon: Daemon) -> Protection:
    said, _ = _own(config_telnet.detect(tree, [daemon]), daemon)
    return Protection(authenticated=SERVICES not in said, encrypted=False)


def _ftp(tree: Tree, daemon: Daemon) -> Protection:
    said, subjects = _own(config_ftp.detect(tree, [daemon]), daemon)
    if not said and not subjects:
        return Protection()
    return Protection(authenticated=SERVICES not in said, encrypted=False if "ftp without TLS" in subjects else None)


def _snmp(tree: Tree, daemon: Daemon) -> Protection:
    said, _ = _own(config_snmp.detect(tree, [daemon]), daemon)
    return (
        Protection(authenticated=SERVICES not in said, encrypted=False) if "iface.snmp_v1v2" in said else Protection()
    )


def _mqtt(tree: Tree, daemon: Daemon) -> Protection:
    listeners = [
        listener
        for use in config_mqtt.used(tree, [daemon])
        if use.chain == daemon.chain
        for listener in config_mqtt.listeners(tree, use.files[0])
        if not loopback(listener.host)
    ]
    if not listeners:
        return Protection()
    return Protection(all(one.authenticated for one in listeners), all(one.encrypted for one in listeners))


def _http(tree: Tree, daemon: Daemon) -> Protection:
    found = [blocks for use, blocks in config_http.servers_of(tree, [daemon]) if use.chain == daemon.chain]
    reached = [one for blocks in found for one in blocks if one.used and (one.plain is not None or one.tls)]
    if not reached:
        return Protection()
    plain = any(one.plain is not None and not one.redirects for one in reached)
    return Protection(True if all(one.guarded for one in reached) else None, not plain)


KINDS: dict[str, Callable[[Tree, Daemon], Protection]] = {
    "ssh": _ssh,
    "telnet": _telnet,
    "ftp": _ftp,
    "snmp": _snmp,
    "mqtt": _mqtt,
    "http": _http,
}
