"""Packet filters: which rule sets there are, whether the device loads them, and what they let in.

Guarantees: a rule set is as sure as the command that loads it; one that nothing loads is `configured`.  That a device filters
is said where a chain for input or forwarding is loaded; that it does not is never said, since filters come in many programs.
What it does not do: decide whether a service is reachable through a filter (`opened` helps with that).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from rulewright.devices.commands import at
from rulewright.devices.firewall_rules import Chain, iptables_rule, iptables_saved, nftables, openwrt
from rulewright.devices.model import Findings, Place, Row, Said, Start, Step
from rulewright.devices.settings import finding
from rulewright.devices.tree import Tree
from rulewright.facts.types import Level

MAX_FILES = 100
MAX_LISTED = 40

NFT = (
    "/etc/nftables.conf",
    "/etc/nftables.nft",
    "/etc/sysconfig/nftables.conf",
    "/etc/nftables/*.nft",
    "/etc/nftables.d/*.nft",
)
SAVED = (
    "/etc/iptables/rules.v4", "/etc/iptables/rules.v6", "/etc/iptables/iptables.rules", "/etc/iptables/ip6tables.rules", "/etc/iptables.rules",
    "/etc/sysconfig/iptables", "/etc/sysconfig/ip6tables", "/etc/iptables.up.rules", "/etc/iptables.conf", "/etc/iptables/iptables.conf",
)  # fmt: skip
OPENWRT = "/etc/config/firewall"
_IPTABLES = frozenset({"iptables", "ip6tables", "iptables-nft", "iptables-legacy", "ip6tables-nft", "ip6tables-legacy"})
_RESTORE = frozenset(
    {"iptables-restore", "ip6tables-restore", "iptables-nft-restore", "iptables-legacy-restore", "netfilter-persistent"}
)


class Filter(msgspec.Struct, frozen=True):
    """A rule set: its chains, and how surely it is loaded."""

    path: str
    chains: tuple[Chain, ...]
    level: Level
    chain: tuple[Step, ...] = ()


def detect(tree: Tree, started: Sequence[Start]) -> Findings:
    """Filtering as attributes; open policies and what is let in as rows."""
    found = Findings()
    for one in filters(tree, started):
        inward = [chain for chain in one.chains if chain.hook in {"input", "forward"}]
        if not inward:
            continue
        guards = [chain for chain in inward if chain.closed or chain.rules or chain.opened]
        place = (guards or inward)[0].place
        if guards:
            text = f"a packet filter: {', '.join(f'{c.scope} {c.hook} {c.policy}' for c in inward[:6])}"
            found.said.append(_said("net.segmentation_supported", place, text, one))
        forward = next((chain for chain in inward if chain.hook == "forward" and (chain.closed or chain.rules)), None)
        if forward is not None:
            found.said.append(
                _said("net.traffic_control", forward.place, f"forwarding: {forward.scope} {forward.policy}", one)
            )
        found.rows += _rows(one, inward)
    return found


def _said(attribute: str, place: Place, text: str, one: Filter) -> Said:
    return Said(attribute=attribute, value=True, level=one.level, place=place, text=text, chain=one.chain)


def _rows(one: Filter, inward: Iterable[Chain]) -> list[Row]:
    rows = []
    for chain in inward:
        lan = chain.scope.startswith("zone ") and chain.scope not in {"zone wan", "zone wan6"}
        if not chain.closed and chain.hook == "input" and not lan and chain.scope != "defaults":
            rows.append(
                finding(
                    "firewall lets everything in",
                    one.level,
                    chain.place,
                    f"{chain.scope}: policy {chain.policy}",
                    one.chain,
                )
            )
        if chain.opened and chain.hook == "input":
            ports = sorted({port for port, _ in chain.opened})
            detail = f"{chain.scope}: {', '.join(ports[:MAX_LISTED])}"
            rows.append(finding("firewall opens ports", one.level, chain.opened[0][1], detail, one.chain))
    return rows


def filters(tree: Tree, started: Sequence[Start]) -> list[Filter]:
    """The rule sets of a tree, each with the command that loads it."""
    found = [*_nft(tree, started), *_saved(tree, started), *_commands(started)]
    if tree.is_file(OPENWRT):
        start = _best(
            start
            for start in started
            if _names(start) & {"fw3", "fw4", "firewall"} or any("/firewall" in word for word in start.words[:3])
        )
        found.append(_filter(OPENWRT, openwrt(tree, OPENWRT), start))
    return [one for one in found if one.chains]


def opened(found: Iterable[Filter], protocol: str, number: int) -> bool | None:
    """Whether loaded filters let a port in: `None` without an input chain that is loaded, or with a rule that is not a number."""
    inputs = [chain for one in found if one.level >= Level.ENABLED for chain in one.chains if chain.hook == "input"]
    if not inputs:
        return None
    states = [_opens(chain, protocol, number) for chain in inputs]
    return False if False in states else None if None in states else True


def _opens(chain: Chain, protocol: str, number: int) -> bool | None:
    if not chain.closed:
        return True
    unknown = False
    for text, _ in chain.opened:
        kind, _, port = text.partition("/")
        low, dash, high = port.partition("-")
        if text == "all" or (
            kind in {protocol, "th", "all", "any"}
            and low.isdecimal()
            and int(low) <= number <= int(high if dash and high.isdecimal() else low)
        ):
            return True
        unknown = unknown or not low.isdecimal()
    return None if unknown else False


def _names(start: Start) -> set[str]:
    return {posixpath.basename(word) for word in start.words[:2]}


def _best(starts: Iterable[Start]) -> Start | None:
    return max(starts, key=lambda start: start.level, default=None)


def _filter(path: str, chains: Sequence[Chain], start: Start | None) -> Filter:
    level = max(start.level, Level.CONFIGURED) if start else Level.CONFIGURED
    return Filter(path, tuple(chains), level, start.chain if start else ())


def _nft(tree: Tree, started: Sequence[Start]) -> list[Filter]:
    """Files that `nft -f` loads, and the usual ones."""
    loads: dict[str, list[Start]] = {}
    for start in started:
        words = start.words
        if posixpath.basename(words[0]) == "nft":
            for flag, word in pairwise(words):
                if flag in {"-f", "--file", "-cf"}:
                    loads.setdefault(tree.resolve(word) or word, []).append(start)
        elif words[0] in loads or (tree.is_file(words[0]) and words[0].endswith(".nft")):
            loads.setdefault(tree.resolve(words[0]) or words[0], []).append(start)
    usual = [tree.resolve(path) or path for pattern in NFT for path in tree.glob(pattern)]
    paths = list(dict.fromkeys([*sorted(loads), *usual]))[:MAX_FILES]
    return [_filter(path, nftables(tree, path), _best(loads.get(path, ()))) for path in paths]


def _saved(tree: Tree, started: Sequence[Start]) -> list[Filter]:
    """Files for iptables-restore; which one a command reads is in its redirection, so any restore loads them."""
    start = _best(
        start
        for start in started
        if _names(start) & _RESTORE or any("netfilter-persistent" in word for word in start.words[:1])
    )
    return [_filter(path, iptables_saved(tree, path), start) for path in SAVED if tree.is_file(path)]


def _commands(started: Sequence[Start]) -> list[Filter]:
    """Rules that scripts give one by one, as one rule set for each level."""
    found: list[Filter] = []
    for level in sorted({start.level for start in started}, reverse=True):
        chains: dict[str, Chain] = {}
        fitting = [
            start for start in started if start.level == level and posixpath.basename(start.words[0]) in _IPTABLES
        ]
        for start in fitting[:5000]:
            iptables_rule(chains, start.words, at(start.chain))
        if chains:
            found.append(Filter(fitting[0].words[0], tuple(chains.values()), level, fitting[0].chain))
    return found
