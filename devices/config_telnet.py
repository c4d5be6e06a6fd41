"""Telnet daemons that ask nobody who they are: those that start a shell in place of a login.

Guarantees: it counts as surely as the daemon runs.  What it does not do: say that there is a telnet daemon
(`devices.daemons`).  Source: telnetd(8) of BusyBox (`-l LOGIN`) and of inetutils (`-E COMMAND`).
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from rulewright.devices.model import Daemon, Findings
from rulewright.devices.settings import uses
from rulewright.devices.tree import Tree

TELNETD = frozenset({"telnetd", "in.telnetd", "utelnetd"})
SHELLS = frozenset({"sh", "ash", "bash", "dash", "ksh", "zsh", "busybox"})


def detect(tree: Tree, daemons: Sequence[Daemon]) -> Findings:
    """Shells without a login."""
    found = Findings()
    for use in uses(tree, daemons, TELNETD):
        command = use.option("-l", "-E").split()
        if command and posixpath.basename(command[0]) in SHELLS and "login" not in command:
            text = "a shell without a login"
            found.said.append(use.said("auth.unauthenticated_services", use.start, value=("telnet",), text=text))
            found.rows.append(use.finding("telnet without login", use.start, "everybody gets a shell"))
    return found
