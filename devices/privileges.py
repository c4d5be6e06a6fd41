"""As which user a daemon works: by its unit, its start, its arguments, its configuration, or as its program is made.

Guarantees: a user is said only where one of these says so; programs that give up root by themselves are a table, each with
where it takes the user's name from.  What it does not do: capabilities of files; workers of programs that are not listed.
Sources: systemd.exec(5) and the manuals of the programs in the table.
"""

from __future__ import annotations

import posixpath
import re

import msgspec

from rulewright.devices.model import Daemon
from rulewright.devices.settings import program
from rulewright.devices.systemd_units import Units
from rulewright.devices.tree import Tree

ROOT = frozenset({"root", "0"})


class Drop(msgspec.Struct, frozen=True):
    """How a program is told whose rights to take: options, lines of its configuration, and what it does untold."""

    options: tuple[str, ...] = ()
    setting: str = ""
    files: tuple[str, ...] = ()
    untold: str = ""


DROPS = {
    "mosquitto": Drop(
        (), r"^\s*user\s+(\S+)", ("/etc/mosquitto/mosquitto.conf", "/etc/mosquitto/conf.d/*.conf"), "mosquitto"
    ),
    "nginx": Drop((), r"^\s*user\s+([^\s;]+)", ("/etc/nginx/nginx.conf",), "nobody"),
    "lighttpd": Drop(
        (),
        r"^\s*server\.username\s*=\s*\"([^\"]+)\"",
        ("/etc/lighttpd/lighttpd.conf", "/etc/lighttpd/conf.d/*.conf"),
        "root",
    ),
    "dnsmasq": Drop(("-u", "--user"), r"^\s*user=(\S+)", ("/etc/dnsmasq.conf", "/etc/dnsmasq.d/*"), "nobody"),
    "snmpd": Drop(("-u",), r"^\s*agentuser\s+(\S+)", ("/etc/snmp/snmpd.conf",), "root"),
    "chronyd": Drop(("-u",), r"^\s*user\s+(\S+)", ("/etc/chrony/chrony.conf", "/etc/chrony.conf"), "root"),
    "ntpd": Drop(("-u",), "", (), "root"),
    "avahi-daemon": Drop((), "", (), "avahi"),
    "named": Drop(("-u",), "", (), "root"),
    "unbound": Drop((), r"^\s*username:\s*\"?([^\"\s]+)", ("/etc/unbound/unbound.conf",), "unbound"),
    "in.tftpd": Drop(("-u", "--user"), "", (), "nobody"),
    "tftpd": Drop(("-u", "--user"), "", (), "nobody"),
    "apache2": Drop(
        (), r"^\s*(?:export APACHE_RUN_USER=|User\s+)(\w\S*)", ("/etc/apache2/envvars", "/etc/apache2/apache2.conf"), ""
    ),
    "thttpd": Drop(("-u",), r"^\s*user=(\S+)", ("/etc/thttpd.conf", "/etc/thttpd/thttpd.conf"), "nobody"),
    "httpd": Drop(("-u",), "", (), ""),
}
"""Empty for `untold`: not known."""


def user(tree: Tree, units: Units, daemon: Daemon) -> str:
    """Who a daemon works as; empty where nothing tells (init starts as root: `root`)."""
    if daemon.unit:
        unit = units.unit(daemon.unit)
        if unit.last("Service", "DynamicUser").lower() in {"yes", "true", "1", "on"}:
            return unit.last("Service", "User") or "(dynamic)"
        named = unit.last("Service", "User")
        if named and named not in ROOT:
            return named
    if daemon.user and daemon.user not in ROOT:
        return daemon.user.partition(":")[0].partition(".")[0]
    for name in sorted(program(daemon)):
        if name in DROPS:
            return _dropped(tree, daemon, DROPS[name])
    return "root"


def _dropped(tree: Tree, daemon: Daemon, drop: Drop) -> str:
    for word, after in zip(daemon.arguments, (*daemon.arguments[1:], ""), strict=False):
        for option in drop.options:
            if word == option and after:
                return after.partition(":")[0]
            if word.startswith(f"{option}=") or (len(option) == 2 and word.startswith(option) and len(word) > 2):
                return word.removeprefix(option).lstrip("=").partition(":")[0]
    told = [place.path for place in daemon.config if posixpath.basename(place.path)]
    files = dict.fromkeys([*told, *(path for pattern in drop.files for path in tree.glob(pattern))])
    if drop.setting:
        pattern = re.compile(drop.setting)
        for path in list(files)[:50]:
            for line in tree.lines(path):
                match = pattern.match(line[:1000])
                if match:
                    return match[1]
    return drop.untold
