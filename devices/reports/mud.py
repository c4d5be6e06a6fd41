"""Manufacturer Usage Descriptions (RFC 8520): what the maker declares that a device talks to.

Guarantees: what the maker declares is `declared`, not observed: hosts and ports of accepted rules only; a device's own
services are those rules to the device that others may begin.  A rule without an address allows everything, and is said to.
What it does not do: fetch or verify the file's signature; take a declaration as proof that nothing else is open.
Source: RFC 8520, RFC 8519 (access lists), both spellings of the list's name (`acls`, `access-lists`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from rulewright.devices.model import Place
from rulewright.devices.reports.base import Report, day, document, number, table, tables, word
from rulewright.facts.types import Level, Trust

FORMAT = "MUD (RFC 8520)"
CONFIGURED = Level.CONFIGURED
GROUPS = ("controller", "my-controller", "local-networks", "same-manufacturer", "manufacturer", "model")
ACLS = ("ietf-access-control-list:acls", "ietf-access-control-list:access-lists", "acls")
REMOTE = {"from": "destination-port", "to": "source-port"}
LOCAL = {"from": "source-port", "to": "destination-port"}


class Rule(msgspec.Struct, frozen=True):
    """An accepted communication: direction (`from` or `to` the device), other side, protocol, ports, who begins it."""

    direction: str
    host: str
    protocol: str
    remote: str
    local: str
    starts: str
    place: Place


def recognises(data: bytes) -> bool:
    """Whether it is an object with the module `ietf-mud`."""
    return data[:64].lstrip()[:1] == b"{" and b'"ietf-mud:mud"' in data[:65_536]


def read(data: bytes, name: str) -> Report:
    """Endpoints and declared services."""
    del name
    report = Report(FORMAT, "document", trust=Trust.DECLARED, tool="MUD")
    whole = table(document(report, data))
    mud = table(whole.get("ietf-mud:mud"))
    if not mud:
        report.note("RW1527", "the description is empty", severe=True)
        return report
    report.observed = day(mud.get("last-update"))
    report.subjects = tuple(text for key in ("systeminfo", "mud-url") if (text := word(mud.get(key))))
    place = Place("/ietf-mud:mud")
    if number(mud.get("mud-version")) != 1:
        report.note("RW1529", "the description is not of version 1", place)
    if mud.get("is-supported") is False:
        report.finding(
            "support has ended",
            CONFIGURED,
            place,
            "the maker's description says that the device is no longer supported",
        )
    rules = [rule for direction in ("from", "to") for rule in _rules(report, whole, mud, direction)]
    _endpoints(report, rules)
    for rule in rules:
        _service(report, rule)
    return report


def _rules(report: Report, whole: Mapping[str, object], mud: Mapping[str, object], direction: str) -> Iterator[Rule]:
    wanted = table(table(mud.get(f"{direction}-device-policy")).get("access-lists")).get("access-list")
    key = next((key for key in ACLS if key in whole), ACLS[0])
    held = {
        word(acl.get("name")): (pointer, acl)
        for pointer, acl in tables(table(whole.get(key)).get("acl"), f"/{key}/acl")
    }
    for pointer, item in tables(wanted, f"/ietf-mud:mud/{direction}-device-policy/access-lists/access-list"):
        title = word(item.get("name"))
        if title not in held:
            report.note("RW1529", f"the access list `{title}` is named and not there", Place(pointer))
            continue
        at, acl = held[title]
        for inner, ace in tables(table(acl.get("aces")).get("ace"), f"{at}/aces/ace"):
            if word(table(ace.get("actions")).get("forwarding")) == "accept":
                yield _rule(table(ace.get("matches")), direction, Place(inner))


def _rule(matches: Mapping[str, object], direction: str, place: Place) -> Rule:
    other = "dst" if direction == "from" else "src"
    network = {**table(matches.get("ipv4")), **table(matches.get("ipv6"))}
    host = word(network.get(f"ietf-acldns:{other}-dnsname")) or word(
        network.get("destination-ipv4-network" if other == "dst" else "source-ipv4-network")
    )
    host = host or word(network.get("destination-ipv6-network" if other == "dst" else "source-ipv6-network"))
    group = table(matches.get("ietf-mud:mud"))
    named = next(
        (f"{key} {word(group[key]).strip()}".replace(" [null]", "").strip() for key in GROUPS if key in group), ""
    )
    protocol = "tcp" if "tcp" in matches else "udp" if "udp" in matches else ""
    layer = table(matches.get(protocol)) if protocol else {}
    starts = word(layer.get("ietf-mud:direction-initiated"))
    return Rule(
        direction,
        host or named,
        protocol,
        _port(layer.get(REMOTE[direction])),
        _port(layer.get(LOCAL[direction])),
        starts,
        place,
    )


def _port(value: object) -> str:
    """`443`, `1000-2000`; empty where all are allowed or the operator is another one."""
    port = table(value)
    low, high = number(port.get("lower-port")), number(port.get("upper-port"))
    if low is not None and high is not None:
        return str(low) if low == high else f"{low}-{high}"
    exact = number(port.get("port"))
    return str(exact) if exact is not None and word(port.get("operator")) in {"eq", ""} else ""


def _endpoints(report: Report, rules: list[Rule]) -> None:
    for rule in rules:
        if (
            rule.direction == "from"
            and rule.host
            and not rule.host.startswith(("local-networks", "same-manufacturer", "my-controller"))
        ):
            suffix = f":{rule.remote}" if rule.remote else ""
            report.say(
                "net.egress_endpoints",
                (f"{rule.host}{suffix}",),
                CONFIGURED,
                rule.place,
                f"declared, {rule.protocol or 'any protocol'}",
            )
        if not rule.host:
            report.finding(
                "communication with everybody",
                CONFIGURED,
                rule.place,
                f"a rule {rule.direction} the device names no other side",
            )


def _service(report: Report, rule: Rule) -> None:
    """A port of the device itself that others may speak to first."""
    if (
        rule.direction == "to"
        and rule.local
        and rule.protocol
        and rule.starts != "from-device"
        and "-" not in rule.local
    ):
        attribute = f"iface.open_{rule.protocol}_ports"
        report.say(attribute, (rule.local,), CONFIGURED, rule.place, f"declared for {rule.host or 'everybody'}")
