"""What an open port says of a device, whoever saw it: scanners of others and our own live check.

Guarantees: one table from names of services to kinds of daemons and attributes; a service that was only guessed from its
port's number is never called verified.  A name is matched as a whole word: scanners put free text into it.
What it does not do: connect to anything.
"""

from __future__ import annotations

import re

import msgspec

from rulewright.devices.daemon_kinds import PROGRAMS
from rulewright.devices.model import Place
from rulewright.devices.reports.base import Report, shown
from rulewright.facts.types import Level

NAMES: dict[str, str] = {
    "telnet": "telnet", "telnets": "telnet", "ssh": "ssh", "ftp": "ftp", "ftps": "ftp", "tftp": "tftp", "http": "http", "https": "http",
    "http-alt": "http", "https-alt": "http", "http-proxy": "http", "snmp": "snmp", "upnp": "upnp", "ssdp": "upnp", "mqtt": "mqtt",
    "mosquitto": "mqtt", "secure-mqtt": "mqtt", "domain": "dns", "mdns": "mdns", "zeroconf": "mdns", "ntp": "ntp", "dhcps": "dhcp",
    "adb": "adb", "vnc": "vnc", "vnc-http": "vnc", "rtsp": "rtsp", "coap": "coap", "coaps": "coap", "modbus": "modbus", "mbap": "modbus",
    "netbios-ssn": "smb", "microsoft-ds": "smb", "rpcbind": "rpc", "nfs": "nfs", "amqp": "amqp", "amqps": "amqp", "cwmp": "cwmp",
    "login": "rsh", "shell": "rsh", "exec": "rsh", "ws-discovery": "wsd", "wsdapi": "wsd", "opcua-tcp": "opcua", "rsync": "rsync",
    "finger": "finger", "ipp": "printer", "jetdirect": "printer", "mysql": "database", "postgresql": "database", "redis": "database",
}  # fmt: skip
"""Name of a service (of IANA, nmap or a banner) -> kind of daemon, in the words of `daemon.name`."""

PRESENT = {
    "telnet": "iface.telnet_present", "ssh": "iface.ssh_present", "ftp": "iface.ftp_present", "tftp": "iface.ftp_present",
    "upnp": "iface.upnp_enabled", "adb": "iface.adb_enabled",
}  # fmt: skip
DISCOVERY = {"mdns": "mdns", "upnp": "ssdp", "wsd": "wsd"}
BINARIES = {name: program.kind for program in PROGRAMS for name in program.names}
"""Name of a program -> kind of daemon."""
_WORD = re.compile(r"[a-z][a-z0-9-]*")


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """What listens on a port.  `probed`: its protocol was spoken; else `name` is a guess from the port's number."""

    protocol: str
    port: int
    name: str = ""
    product: str = ""
    version: str = ""
    cpe: str = ""
    host: str = ""
    encrypted: bool | None = None
    probed: bool = True
    anonymous: bool = False
    """It answered a stranger (an anonymous login, a well-known community)."""

    @property
    def kind(self) -> str:
        """The kind of daemon; `other` where the name is not known."""
        found = (NAMES[text] for text in _WORD.findall(f"{self.name} {self.product}".lower()) if text in NAMES)
        return next(found, "other")

    @property
    def loopback(self) -> bool:
        """Whether it was seen on an address that only the machine itself reaches."""
        return self.host.startswith("127.") or self.host in {"::1", "localhost"}


def add(report: Report, service: Service, place: Place) -> None:
    """Everything that one open port says."""
    kind, port = service.kind, f"{service.protocol}/{service.port}"
    scope = f"{port} of {service.host}" if service.host else port
    ports = {"tcp": "iface.open_tcp_ports", "udp": "iface.open_udp_ports"}.get(service.protocol)
    if ports is None:
        return
    report.say(ports, (str(service.port),), Level.VERIFIED, place, f"port {port} is open", scope=scope)
    level = Level.VERIFIED if service.probed else Level.ENABLED
    how = "answers on" if service.probed else "is the usual service of the open port"
    text = f"{kind} {how} {port}"
    if kind in PRESENT and not (kind == "ftp" and service.encrypted):
        report.yes(PRESENT[kind], level, place, text, scope=scope)
    if kind == "http" and service.encrypted is False:
        report.yes("iface.http_plain_admin", level, place, f"web pages over plain HTTP on {port}", scope=scope)
    if kind in DISCOVERY:
        report.say("iface.discovery_protocols", (DISCOVERY[kind],), level, place, text, scope=scope)
    if service.anonymous:
        report.say(
            "auth.unauthenticated_services",
            (kind,),
            Level.VERIFIED,
            place,
            f"{kind} on {port} answers strangers",
            scope=scope,
        )
    if service.version:
        report.say(
            "iface.unauth_info_disclosed",
            ("version",),
            Level.VERIFIED,
            place,
            f"{kind} on {port} tells its version",
            scope=scope,
        )
    report.row(
        "daemon", place, name=kind, binary=shown(service.product, 120), level=level.word, ports=(port,), exposed=not service.loopback or None,
        encrypted=service.encrypted, authenticated=False if service.anonymous else None, chain=place.pointer,
    )  # fmt: skip
    if service.product and service.version:
        report.row(
            "component", place, name=service.product, version=service.version, cpe=service.cpe, type="application"
        )


def nothing_else(report: Report, *, tcp: bool, udp: bool) -> None:
    """Record what was looked for; only for a scan of every port, for a service may listen on any."""
    examined = report.findings.examined
    if tcp:
        examined.update(
            {
                "iface.telnet_present": False, "iface.ssh_present": False, "iface.http_plain_admin": False, "iface.adb_enabled": False,
                "iface.open_tcp_ports": (),
            }
        )  # fmt: skip
    if udp:
        examined["iface.open_udp_ports"] = ()
    if tcp and udp:
        examined.update({"iface.ftp_present": False, "iface.upnp_enabled": False, "iface.snmp_v1v2": False})
