"""The live check: whether ports of hosts that the user named are open, and what says so of itself there.

Guarantees: only addresses that the user's words name are connected to, each name is resolved once, at most 16 addresses and
1,024 ports of each; multicast, broadcast and unspecified addresses are refused; at most `RATE` new connections a second, each
with a time limit.  No password is tried: the one login is MQTT's without a name, which is closed at once.
What it does not do: look at UDP; follow redirections; say that something is absent (a service may listen on any port).
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Sequence

import msgspec

from rulewright.devices import scan_probes
from rulewright.devices.model import Place
from rulewright.devices.reports.base import Report, shown
from rulewright.devices.reports.services import Service, add

FORMAT = "live check"
PORTS = (
    21, 22, 23, 53, 80, 111, 139, 443, 445, 502, 513, 514, 554, 631, 873, 1883, 1900, 2222, 2323, 4840, 5000, 5555, 5900, 6379,
    7547, 8000, 8080, 8081, 8443, 8883, 8888, 9000, 9100, 49152,
)  # fmt: skip
"""Tried where none are named: what connected products listen on."""
MAX_ADDRESSES = 16
MAX_PORTS = 1024
LAST = 65_535
RATE = 50
"""New connections a second, over all hosts."""
AT_ONCE = 8
WAIT = 2.0
"""Seconds for a connection, and for each answer."""


class Target(msgspec.Struct, frozen=True):
    """A host as the user wrote it, and the ports to try."""

    host: str
    ports: tuple[int, ...]


class Refused(msgspec.Struct, frozen=True):
    """A word that is no target, and why."""

    text: str
    why: str


def targets(words: Iterable[str]) -> tuple[list[Target], list[Refused]]:
    """Read `HOST`, `HOST:PORTS`, `[IPv6]:PORTS`, `192.0.2.0/28`; ports as `22,80,8000-8010`."""
    found: list[Target] = []
    refused: list[Refused] = []
    for text in words:
        try:
            host, ports = _split(text.strip())
            found += [Target(one, _ports(ports)) for one in _hosts(host)]
        except ValueError as error:
            refused.append(Refused(shown(text, 80), str(error)))
    if len({target.host for target in found}) > MAX_ADDRESSES:
        refused.append(Refused(", ".join(words), f"that is more than {MAX_ADDRESSES} addresses"))
        found = []
    return found, refused


def _split(text: str) -> tuple[str, str]:
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            message = "an IPv6 address with ports is written `[ADDRESS]:PORTS`"
            raise ValueError(message)
        return host, rest[1:]
    if text.count(":") > 1:
        return text, ""
    host, _, ports = text.partition(":")
    return host, ports


def _hosts(host: str) -> list[str]:
    if not host or host.startswith("-") or not all(c.isalnum() or c in ".-_:/%" for c in host):
        message = "it is no name and no address"
        raise ValueError(message)
    if "/" not in host:
        _allowed(host)
        return [host]
    network = ipaddress.ip_network(host, strict=False)
    if network.num_addresses > MAX_ADDRESSES:
        message = f"a range of {network.num_addresses} addresses is larger than {MAX_ADDRESSES}: name the hosts"
        raise ValueError(message)
    addresses = [
        str(address) for address in (network.hosts() if network.num_addresses > 1 else [network.network_address])
    ]
    for address in addresses:
        _allowed(address)
    return addresses


def _allowed(host: str) -> None:
    """Refuse addresses that are not of one host."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_multicast or address.is_unspecified or str(address) == "255.255.255.255":
        message = "the address is not that of one host"
        raise ValueError(message)


def _ports(text: str) -> tuple[int, ...]:
    if not text:
        return PORTS
    found: set[int] = set()
    for part in text.split(","):
        low, dash, high = part.partition("-")
        if not (low.isascii() and low.isdigit() and len(low) < 6) or (
            dash and not (high.isascii() and high.isdigit() and len(high) < 6)
        ):
            message = f"`{shown(part, 20)}` is no port"
            raise ValueError(message)
        first, last = int(low), int(high or low)
        if not 1 <= first <= last <= LAST:
            message = f"`{shown(part, 20)}` is no port"
            raise ValueError(message)
        if last - first >= MAX_PORTS:
            message = f"more than {MAX_PORTS} ports are not tried"
            raise ValueError(message)
        found.update(range(first, last + 1))
    if len(found) > MAX_PORTS:
        message = f"more than {MAX_PORTS} ports are not tried"
        raise ValueError(message)
    return tuple(sorted(found))


def plan(found: Sequence[Target]) -> list[str]:
    """What the check will do, one sentence for each host, to be shown before it is done."""
    return [
        f"connect to {len(target.ports)} TCP ports of {target.host}, {RATE} a second at most, and read what they say of themselves"
        for target in found
    ]


def scan(found: Sequence[Target], observed: int | None = None, wait: float = WAIT) -> Report:
    """Do the check; `observed` is the UTC day number of today, which the caller knows."""
    return asyncio.run(_scan(found, observed, wait))


class _Pace:
    """Lets a connection begin every 1/RATE seconds at most, whichever port it is for."""

    def __init__(self) -> None:
        self.open = asyncio.Semaphore(AT_ONCE)
        self.lock = asyncio.Lock()

    async def turn(self) -> None:
        """Wait for the next connection's turn."""
        async with self.lock:
            await asyncio.sleep(1 / RATE)


async def _scan(found: Sequence[Target], observed: int | None, wait: float) -> Report:
    report = Report(FORMAT, "network", tool="rulewright", observed=observed)
    pace = _Pace()
    for target in found:
        address = await _resolve(report, target.host)
        if address is None:
            continue
        report.subjects += (target.host,)
        seen = await asyncio.gather(*(_port(pace, address, target.host, port, wait) for port in target.ports))
        answers = [answer for answer in seen if answer is not None]
        for answer in answers:
            _add(report, answer, target.host)
        if not answers:
            report.note(
                "RW1530",
                f"none of the {len(target.ports)} ports of {target.host} accepted a connection",
                Place(target.host),
            )
    return report


async def _resolve(report: Report, host: str) -> str | None:
    """The one address that a name is taken for; later lookups could lead elsewhere."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        _allowed(str(found[0][4][0]))
    except (OSError, UnicodeError, ValueError, IndexError) as error:
        report.note(
            "RW1531",
            f"`{shown(host, 80)}` has no address that can be checked: {shown(str(error), 80)}",
            Place(shown(host, 80)),
            severe=True,
        )
        return None
    return str(found[0][4][0])


async def _port(pace: _Pace, address: str, name: str, port: int, wait: float) -> scan_probes.Answer | None:
    async with pace.open:
        return await scan_probes.ask(scan_probes.Peer(address, name, port, wait, pace.turn))


def _add(report: Report, answer: scan_probes.Answer, host: str) -> None:
    service = Service(
        protocol="tcp", port=answer.port, name=answer.name, product=answer.product, version=answer.version, host=host,
        encrypted=answer.encrypted, probed=bool(answer.name), anonymous=answer.anonymous,
    )  # fmt: skip
    place = Place(f"tcp://{f'[{host}]' if ':' in host else host}:{answer.port}")
    add(report, service, place)
    scan_probes.say_tls(report, answer, place, f"tcp/{answer.port} of {host}")
