"""Daemons under other names: texts that only they hold.

Guarantees: a sign is a text of the program itself that its clients and libraries do not hold; only programs that are started
and whose names say nothing are looked into, at most so many and so much of each.
"""

from __future__ import annotations

import posixpath

from rulewright.devices.daemon_kinds import BY_NAME, MULTI, Program
from rulewright.devices.tree import Tree

MOST = 4 * 1024 * 1024
MAX_PROGRAMS = 200
SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"telnetd: panic state=", "telnetd"),
    (b"telnetd: all network ports in use", "telnetd"),
    (b"Dropbear server v", "dropbear"),
    (b"sshd: no hostkeys available", "sshd"),
    (b"a light and fast webserver", "lighttpd"),
    (b"nginx version: nginx/", "nginx"),
    (b"SnmpdShutDown", "snmpd"),
    (b"vsftpd: missing argv[0]", "vsftpd"),
    (b"ProFTPD Version", "proftpd"),
    (b"mosquitto version %s terminating", "mosquitto"),
    (b"hostapd v%s", "hostapd"),
    (b"Dnsmasq version %s", "dnsmasq"),
    (b"tftpd: oack", "in.tftpd"),
    (b"boa: server version", "boa"),
    (b"chronyd exiting", "chronyd"),
)
"""Seen in the programs of Debian 12 and in their sources."""


class Signs:
    """Looks into the programs of one tree, each once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._found: dict[str, Program | None] = {}

    def program(self, path: str) -> Program | None:
        """The known program that a file is; `None` for scripts, for what is many programs, and for what shows no sign."""
        if path not in self._found:
            full = len(self._found) >= MAX_PROGRAMS or posixpath.basename(path) in MULTI
            self._found[path] = None if full else self._look(path)
        return self._found[path]

    def _look(self, path: str) -> Program | None:
        if self._tree.read(path, 4) != b"\x7fELF":
            return None
        data = self._tree.read(path, MOST)
        return next((BY_NAME[name] for sign, name in SIGNS if sign in data), None)
