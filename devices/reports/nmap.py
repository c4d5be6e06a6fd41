"""Reports of nmap (`-oX`): open ports, services, and what its scripts learnt.

Guarantees: an open port is `verified`; a service that nmap only looked up by the port's number is not; nothing is absent
unless every port was scanned and every open one was asked what it is.  The community string that nmap shows for SNMP is not
kept.  What it does not do: trust `open|filtered`; know that several hosts are one product (it says so).
Source: nmap.dtd 1.05.  Traps: a service's name may be free text (`mosquitto version 2.0.11`), a telnet on another port has no
product, CPE names differ from those of vulnerability feeds.
"""

from __future__ import annotations

import re

from rulewright.devices.model import Place
from rulewright.devices.reports import nmap_scripts
from rulewright.devices.reports.base import Report, day, number, shown
from rulewright.devices.reports.services import Service, add, nothing_else
from rulewright.devices.reports.xml import Element, parse
from rulewright.facts.types import Level

FORMAT = "nmap XML"
ALIASES = {
    ("matt_johnston", "dropbear_ssh_server"): ("dropbear_ssh_project", "dropbear_ssh"),
    ("igor_sysoev", "nginx"): ("f5", "nginx"),
    ("nginx", "nginx"): ("f5", "nginx"),
    ("mosquitto", "mosquitto"): ("eclipse", "mosquitto"),
    ("vsftpd", "vsftpd"): ("vsftpd_project", "vsftpd"),
    ("miniupnp", "miniupnpd"): ("miniupnp_project", "miniupnpd"),
}
"""Vendor and product as nmap writes them -> as the vulnerability feeds do."""
PRODUCTS = {
    "dropbear sshd": "dropbear",
    "openssh": "openssh",
    "lighttpd": "lighttpd",
    "apache httpd": "apache",
    "busybox http": "busybox",
    "busybox telnetd": "busybox",
}
_IN_NAME = re.compile(r"^(?P<product>[A-Za-z][\w.+-]*) version (?P<version>\d[\w.+~-]*)$")
_SNMP_OLD = re.compile(r"SNMPv(?:1|2c?)\b", re.IGNORECASE)
EVERY = 65_535


def recognises(data: bytes) -> bool:
    """Whether it begins like a report of nmap."""
    return b"<nmaprun" in data[:8192]


def read(data: bytes, name: str) -> Report:
    """Open ports and services of every host that is up."""
    report = Report(FORMAT, "network")
    root = parse(report, data)
    if root is None:
        return report
    if root.name != "nmaprun":
        report.note("RW1520", "the root element is not `nmaprun`", severe=True)
        return report
    report.tool = f"nmap {shown(root.get('version'), 40)}"
    start = number(root.get("start"))
    report.observed = day(start) if start else None
    hosts = [host for host in root.all("host") if host.first("status").get("state") in {"up", ""}]
    report.subjects = tuple(dict.fromkeys(_address(host) for host in hosts))
    if len(report.subjects) > 1:
        report.note(
            "RW1524",
            f"the report is of {len(report.subjects)} hosts; all are taken as parts of the one product",
            Place(name),
        )
    for host in hosts:
        _host(report, host, name)
    _absent(report, root, hosts, name)
    return report


def _address(host: Element) -> str:
    found = [item.get("addr") for item in host.all("address") if item.get("addrtype") != "mac"]
    return shown(found[0], 60) if found else "?"


def _ports(host: Element) -> list[Element]:
    return [port for ports in host.all("ports") for port in ports.all("port")]


def _host(report: Report, host: Element, name: str) -> None:
    address = _address(host)
    for port in _ports(host):
        number_of = number(port.get("portid"))
        if port.first("state").get("state") == "open" and number_of is not None and number_of <= EVERY:
            place = Place(name, port.line)
            service = _service(port, address, number_of)
            add(report, service, place)
            _snmp(report, service, port.first("service"), place)
            nmap_scripts.port(report, port, service, place)


def _service(port: Element, address: str, number_of: int) -> Service:
    element = port.first("service")
    name, product, version = element.get("name"), element.get("product"), element.get("version")
    spelt = _IN_NAME.match(name)
    if spelt and not product:
        product, version = spelt["product"], spelt["version"]
    probed = element.get("method") == "probed"
    secret = name == "snmp" and element.get("extrainfo") in {"public", "private"}
    encrypted = (
        True
        if element.get("tunnel") == "ssl" or name in {"https", "https-alt", "telnets", "ftps", "secure-mqtt"}
        else None
    )
    if encrypted is None and probed and name in {"http", "telnet", "ftp", "mqtt"}:
        encrypted = False
    if name in {"http", "http-alt"} and encrypted is None:
        encrypted = False
    return Service(
        protocol=port.get("protocol"), port=number_of, name=shown(name, 80), product=shown(PRODUCTS.get(product.lower(), product), 120),
        version=shown(version, 80), cpe=_cpe(element), host=address, encrypted=True if name == "ssh" else encrypted, probed=probed,
        anonymous=secret or nmap_scripts.anonymous(port),
    )  # fmt: skip


def _cpe(service: Element) -> str:
    """The CPE of the application, as vulnerability feeds name it."""
    for element in service.all("cpe"):
        parts = element.text.strip().split(":")
        if element.text.strip().startswith("cpe:/a:") and len(parts) >= 4:
            vendor, product = ALIASES.get((parts[2], parts[3]), (parts[2], parts[3]))
            return shown(":".join([*parts[:2], vendor, product, *parts[4:]]), 200)
    return ""


def _snmp(report: Report, service: Service, element: Element, place: Place) -> None:
    """SNMP of versions 1 and 2c, and whether a well-known community opened it."""
    if service.kind != "snmp":
        return
    port = f"{service.protocol}/{service.port}"
    if _SNMP_OLD.search(element.get("product")) or service.anonymous:
        report.yes(
            "iface.snmp_v1v2",
            Level.VERIFIED,
            place,
            f"SNMP with a community string answers on {port}",
            scope=port,
        )
    if service.anonymous:
        report.finding(
            "default SNMP community", Level.VERIFIED, place, f"a well-known community string is accepted on {port}"
        )


def _absent(report: Report, root: Element, hosts: list[Element], name: str) -> None:
    """What is not there: said only after a scan of all ports in which everything open was asked what it is."""
    finished = root.first("runstats").first("finished")
    if finished.get("exit") != "success":
        report.note("RW1525", "the scan did not end: nothing is taken as absent", Place(name, finished.line))
        return
    ports = [port for host in hosts for port in _ports(host)]
    asked = all(
        port.first("service").get("method") == "probed" for port in ports if port.first("state").get("state") == "open"
    )
    if not hosts or not asked or "filtered" in _states(hosts):
        return
    every = {info.get("protocol") for info in root.all("scaninfo") if _all_ports(info)}
    nothing_else(report, tcp="tcp" in every, udp="udp" in every)


def _states(hosts: list[Element]) -> set[str]:
    extra = [item for host in hosts for ports in host.all("ports") for item in ports.all("extraports")]
    states = [item.get("state") for item in extra] + [
        port.first("state").get("state") for host in hosts for port in _ports(host)
    ]
    return {part for state in states for part in state.split("|")}


def _all_ports(info: Element) -> bool:
    return info.get("services") in {"1-65535", "0-65535"} or (number(info.get("numservices")) or 0) >= EVERY
