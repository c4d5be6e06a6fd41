"""Rule sets of packet filters as far as they decide what gets in: chains with a hook, their policy, ports that they let in.

Guarantees: any text gives rule sets or nothing, in bounded time; a rule that is not understood opens nothing and closes nothing.
What it does not do: follow jumps, sets with names or marks; so an open port may be missed, and a policy is what the text says.
Sources: nft(8), the format of iptables-save(8), OpenWrt's firewall configuration.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from rulewright.devices.model import Place
from rulewright.devices.syntax_uci import sections
from rulewright.devices.tree import Tree

MAX_RULES = 20_000
MAX_INCLUDES = 50
MAX_TOKENS = 200_000

_OBJECTS = frozenset(
    ("table", "chain", "set", "map", "flowtable", "ct", "limit", "counter", "quota", "secmark", "synproxy")
)
_TOKEN = re.compile(r'#[^\n]*|"[^"\n]*"|\n|[{};,]|[^\s{};,"#]+')


class Chain(msgspec.Struct):
    """A chain at a hook (`input`, `forward`, `output`): what happens to what no rule takes, and the ports that rules let in."""

    hook: str
    policy: str
    place: Place
    scope: str = ""
    """the table and family, or the zone"""
    opened: list[tuple[str, Place]] = []
    """`tcp/22` and where"""
    rules: int = 0
    closes: bool = False
    """its last rule drops or rejects whatever comes"""

    @property
    def closed(self) -> bool:
        """What no rule lets in is dropped or rejected."""
        return self.policy in {"drop", "reject"} or self.closes


# --- nftables ---------------------------------------------------------------------------------------------------------------


def nftables(tree: Tree, path: str) -> list[Chain]:
    """The base chains of a file for `nft -f`, files that it includes with it."""
    tokens = list(_tokens(tree, path, 0, [0]))
    found: list[Chain] = []
    table = ""
    chain: Chain | None = None
    depth = 0
    statement: list[str] = []
    for word, place in tokens:
        if word == "{" and (chain is not None or _set(statement)):
            statement.append(word)
        elif word == "{":
            if statement[:1] == ["table"]:
                table, found = _table(statement, found)
            elif statement[:1] == ["chain"]:
                chain = Chain("", "accept", place, table, [])
                found.append(chain)
            statement, depth = [], depth + 1
        elif word == "}" and statement.count("{") > statement.count("}"):
            statement.append(word)
        elif word in {"\n", ";", "}"} and statement.count("{") <= statement.count("}"):
            _nft_statement(chain, statement, place)
            statement = []
            if word == "}":
                depth -= 1
                chain = None
        elif word != "\n":
            statement.append(word)
    return [one for one in found if one.hook]


def _table(statement: list[str], found: list[Chain]) -> tuple[str, list[Chain]]:
    return " ".join(statement[1:3]), found


def _set(statement: list[str]) -> bool:
    """Whether a brace outside of chains opens a set of values: it does not follow the name of an object of a table."""
    return bool(statement) and (statement[0] not in _OBJECTS or "{" in statement)


def _nft_statement(chain: Chain | None, words: list[str], place: Place) -> None:
    if chain is None or not words or chain.rules > MAX_RULES:
        return
    if words[0] == "type" and "hook" in words[:-1]:
        chain.hook = words[words.index("hook") + 1]
        chain.place = place
        if "policy" in words[:-1]:
            chain.policy = words[words.index("policy") + 1]
    elif words[0] == "policy" and len(words) > 1:
        chain.policy = words[1]
    else:
        chain.rules += 1
        chain.closes = words[0] in {"drop", "reject"} or (words[0] == "counter" and words[-1] in {"drop", "reject"})
        if "accept" in words:
            chain.opened += [(port, place) for port in _nft_ports(words)]
            if words in (["accept"], ["counter", "accept"]):
                chain.opened.append(("all", place))


def _nft_ports(words: Sequence[str]) -> Iterator[str]:
    for index, (first, second) in enumerate(pairwise(words)):
        if second != "dport" or first not in {"tcp", "udp", "th", "sctp", "dccp"}:
            continue
        rest = list(words[index + 2 :])
        inside = rest[1 : rest.index("}")] if rest[:1] == ["{"] and "}" in rest else rest[:1]
        for word in inside[:1000]:
            if word != ",":
                yield f"{first}/{word}"


def _tokens(tree: Tree, path: str, depth: int, count: list[int]) -> Iterator[tuple[str, Place]]:
    """Words with their places; `include` names files to read in its place."""
    for number, line in enumerate(tree.lines(path), 1):
        place = Place(path, number)
        include = re.match(r'\s*include\s+"([^"]+)"', line)
        if include and depth < 5 and count[0] < MAX_TOKENS:
            named = posixpath.join(posixpath.dirname(path), include[1])
            for inner in tree.glob(named)[:MAX_INCLUDES]:
                yield from _tokens(tree, inner, depth + 1, count)
            continue
        for match in _TOKEN.finditer(line[:8192] + "\n"):
            count[0] += 1
            if count[0] > MAX_TOKENS:
                return
            if not match[0].startswith("#"):
                yield match[0], place


# --- iptables ---------------------------------------------------------------------------------------------------------------

_POLICY = re.compile(r"^:(INPUT|FORWARD|OUTPUT)\s+(ACCEPT|DROP)")


def iptables_saved(tree: Tree, path: str) -> list[Chain]:
    """The filter table of a file for `iptables-restore`."""
    chains: dict[str, Chain] = {}
    table = "filter"
    for number, line in enumerate(tree.lines(path)[:MAX_RULES], 1):
        place = Place(path, number)
        if line.startswith("*"):
            table = line[1:].strip()
        policy = _POLICY.match(line)
        if table == "filter" and policy:
            hook = policy[1].lower()
            chains[hook] = Chain(hook, policy[2].lower(), place, posixpath.basename(path), [])
        elif table == "filter" and line.startswith("-A "):
            iptables_rule(chains, line.split(), place)
    return list(chains.values())


def iptables_rule(chains: dict[str, Chain], words: Sequence[str], place: Place) -> None:
    """Add one rule or policy of an iptables command line (`-A INPUT ...`, `-P INPUT DROP`) to its chain."""
    pairs = dict(pairwise(words))
    name = (pairs.get("-A") or pairs.get("-I") or pairs.get("--append") or pairs.get("-P") or "").lower()
    if name not in {"input", "forward", "output"} or ("-t" in pairs and pairs["-t"] != "filter"):
        return
    chain = chains.setdefault(name, Chain(name, "accept", place, "iptables", []))
    if "-P" in pairs:
        at = list(words).index("-P")
        chain.policy = words[at + 2].lower() if at + 2 < len(words) else chain.policy
        chain.place = place
        return
    chain.rules += 1
    target = pairs.get("-j", "").lower()
    matches = [
        word for word in words if word.startswith("-") and word not in {"-A", "-I", "-j", "--append", "--comment", "-w"}
    ]
    chain.closes = target in {"drop", "reject"} and not [m for m in matches if not m.startswith("--reject")]
    ports = pairs.get("--dport") or pairs.get("--dports") or pairs.get("--destination-port") or ""
    if target == "accept" and ports:
        chain.opened += [
            (f"{pairs.get('-p', 'tcp')}/{port.replace(':', '-')}", place) for port in ports.split(",")[:1000]
        ]
    elif target == "accept" and not matches:
        chain.opened.append(("all", place))


# --- OpenWrt ----------------------------------------------------------------------------------------------------------------


def openwrt(tree: Tree, path: str) -> list[Chain]:
    """The defaults and zones of OpenWrt's firewall, and the ports that rules open for a zone."""
    found: list[Chain] = []
    zones: dict[str, Chain] = {}
    for section in sections(tree, path):
        if section.kind in {"defaults", "zone"}:
            name = section.get("name", "defaults") if section.kind == "zone" else "defaults"
            for hook in ("input", "forward"):
                policy = section.get(hook).lower() or (zones["defaults"].policy if "defaults" in zones else "reject")
                chain = Chain(hook, policy, section.at(hook), f"zone {name}" if section.kind == "zone" else name, [])
                found.append(chain)
                if hook == "input":
                    zones[name] = chain
        elif section.kind == "rule" and section.get("target").lower() == "accept" and not section.get("dest"):
            zone = zones.get(section.get("src"))
            if zone is not None and section.on("enabled", without=True) and section.get("dest_port"):
                protocols = section.get("proto", "tcp udp").split()
                zone.opened += [
                    (f"{p}/{port}", section.place)
                    for p in protocols
                    for port in section.get("dest_port").replace(",", " ").split()[:1000]
                ]
    return found
