"""dnsmasq: the TFTP server in it, and whether it answers everybody.

Guarantees: settings count as surely as dnsmasq runs.  What it does not do: name resolution itself, DHCP ranges.
Sources: dnsmasq(8) (`enable-tftp`, `interface`, `listen-address`), OpenWrt's /etc/config/dhcp (`enable_tftp`).
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.devices.model import Daemon, Findings, Place
from rulewright.devices.settings import Use, uses
from rulewright.devices.syntax_uci import sections
from rulewright.devices.tree import Tree

DNSMASQ = frozenset({"dnsmasq"})


def detect(tree: Tree, daemons: Sequence[Daemon]) -> Findings:
    """TFTP switched on in dnsmasq."""
    found = Findings()
    for use in uses(tree, daemons, DNSMASQ, ["/etc/dnsmasq.conf", "/etc/dnsmasq.d/*.conf"], ["-C", "--conf-file"]):
        for path in use.files:
            for number, line in enumerate(tree.lines(path), 1):
                key = line.split("#")[0].partition("=")[0].strip()
                if key == "enable-tftp":
                    _tftp(found, use, Place(path, number), "enable-tftp")
    for use in uses(tree, daemons, DNSMASQ, ["/etc/config/dhcp"]):
        for path in [file for file in use.files if file == "/etc/config/dhcp"]:
            for section in sections(tree, path):
                if section.kind == "dnsmasq" and section.on("enable_tftp"):
                    _tftp(found, use, section.at("enable_tftp"), "enable_tftp")
    return found


def _tftp(found: Findings, use: Use, place: Place, text: str) -> None:
    found.said.append(use.said("iface.ftp_present", place, value=True, scope="dnsmasq", text=text))
    found.said.append(use.said("auth.unauthenticated_services", place, value=("tftp",), scope="dnsmasq", text=text))
