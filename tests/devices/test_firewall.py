"""Packet filters: what they let in, and that the level follows what loads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.devices import firewall
from rulewright.devices.firewall_rules import Chain
from rulewright.devices.model import Findings
from rulewright.devices.starts import starts
from rulewright.devices.tree import Tree, of_texts
from tests.devices.made import real, subjects, values

NFT = """#!/usr/sbin/nft -f
flush ruleset
# tcp dport 23 accept
define x = { 1, 2 }
table inet filter {
  set allowed { type inet_service; elements = { 1, 2 } }
  chain input {
    type filter hook input priority 0; policy drop;
    ct state { established, related } accept
    iif lo accept
    tcp dport { 22, 443 } accept
    udp dport 5353 accept; tcp dport 25 drop
  }
  chain forward { type filter hook forward priority 0; policy drop; }
  chain helper { tcp dport 99 accept }
}
"""
SAVED = """*nat
:INPUT ACCEPT [0:0]
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
-A INPUT -m state --state ESTABLISHED -j ACCEPT
-A INPUT -p tcp --dport 22 -j ACCEPT
-A INPUT -p udp -m multiport --dports 53,67 -j ACCEPT
-A INPUT -p tcp --dport 23 -j DROP
COMMIT
"""
BASE = {"/sbin/init": "", "/usr/sbin/nft": "", "/usr/sbin/iptables": "", "/bin/sh": ""}


def tree_of(files: dict[str, str], rc: str = "") -> Tree:
    boot = {"/etc/inittab": "::sysinit:/etc/init.d/rcS\n", "/etc/init.d/rcS": f"#!/bin/sh\n{rc}\n"}
    return of_texts({**BASE, **boot, **files})


def detect(tree: Tree) -> Findings:
    return firewall.detect(tree, starts(tree))


def chains(tree: Tree) -> dict[str, Chain]:
    return {chain.hook: chain for one in firewall.filters(tree, starts(tree)) for chain in one.chains}


def test_nftables() -> None:
    found = chains(tree_of({"/etc/nftables.conf": NFT}))
    assert (found["input"].policy, found["forward"].policy) == ("drop", "drop")
    assert [port for port, _ in found["input"].opened] == ["tcp/22", "tcp/443", "udp/5353"]


def test_iptables_save() -> None:
    found = chains(tree_of({"/etc/iptables/rules.v4": SAVED}))
    assert (found["input"].policy, found["forward"].policy) == ("drop", "accept")
    assert [port for port, _ in found["input"].opened] == ["tcp/22", "udp/53", "udp/67"]


def test_commands_of_a_script() -> None:
    found = chains(
        tree_of(
            {},
            "iptables -P INPUT DROP\niptables -A INPUT -p tcp --dport 80 -j ACCEPT\niptables -t nat -A POSTROUTING -j MASQUERADE",
        )
    )
    assert found["input"].policy == "drop"
    assert [port for port, _ in found["input"].opened] == ["tcp/80"]


def test_openwrt() -> None:
    text = """config defaults
\toption input 'ACCEPT'
\toption forward 'REJECT'
config zone
\toption name 'wan'
\toption input 'REJECT'
config rule
\toption src 'wan'
\toption proto 'tcp'
\toption dest_port '22 8080'
\toption target 'ACCEPT'
config rule
\toption src 'wan'
\toption dest_port '99'
\toption target 'ACCEPT'
\toption enabled '0'
"""
    tree = tree_of({"/etc/config/firewall": text})
    zone = next(c for one in firewall.filters(tree, starts(tree)) for c in one.chains if c.scope == "zone wan")
    assert zone.policy == "reject"
    assert [port for port, _ in zone.opened] == ["tcp/22", "tcp/8080"]


@pytest.mark.parametrize(
    ("rc", "level"),
    [
        ("nft -f /etc/nftables.conf", "enabled"),
        ("/usr/sbin/nft -f /etc/nftables.conf", "enabled"),
        ("[ -e /tmp/on ] && nft -f /etc/nftables.conf", "conditional"),
        ("# nft -f /etc/nftables.conf", "configured"),
        ("nft -f /etc/other.conf", "configured"),
        ("exit 0\nnft -f /etc/nftables.conf", "configured"),
    ],
)
def test_the_level_follows_what_loads_it(rc: str, level: str) -> None:
    found = detect(tree_of({"/etc/nftables.conf": NFT}, rc))
    assert [grade for _, grade, _ in values(found, "net.segmentation_supported")] == [level]
    assert [grade for _, grade, _ in values(found, "net.traffic_control")] == [level]


def test_a_filter_for_input_alone_says_nothing_of_traffic() -> None:
    found = detect(
        tree_of({"/etc/nftables.conf": "table ip f { chain i { type filter hook input priority 0; policy drop; } }"})
    )
    assert not values(found, "net.traffic_control")


def test_an_open_policy_is_a_row() -> None:
    text = "table ip f { chain i { type filter hook input priority 0; policy accept; tcp dport 23 drop\n } }"
    assert subjects(detect(tree_of({"/etc/nftables.conf": text}, "nft -f /etc/nftables.conf"))) == [
        ("firewall lets everything in", "enabled", "/etc/nftables.conf#1")
    ]
    closed = text.replace("drop\n }", "drop\n counter drop\n }")
    assert not subjects(detect(tree_of({"/etc/nftables.conf": closed}, "nft -f /etc/nftables.conf")))


def test_nothing_is_said_without_a_filter() -> None:
    found = detect(tree_of({}))
    assert not found.said
    assert not found.examined


def test_what_a_filter_opens() -> None:
    tree = tree_of({"/etc/nftables.conf": NFT}, "nft -f /etc/nftables.conf")
    loaded = firewall.filters(tree, starts(tree))
    assert firewall.opened(loaded, "tcp", 22) is True
    assert firewall.opened(loaded, "tcp", 23) is False
    assert firewall.opened(loaded, "udp", 22) is False
    idle = tree_of({"/etc/nftables.conf": NFT})
    assert firewall.opened(firewall.filters(idle, starts(idle)), "tcp", 22) is None


def test_files_that_include_themselves() -> None:
    chains(tree_of({"/etc/nftables.conf": 'include "/etc/nftables.conf"\n' * 50}))


def test_the_built_tree() -> None:
    found = detect(real("hardened"))
    assert values(found, "net.segmentation_supported") == [(True, "enabled", "/etc/nftables.conf#3")]
    assert [row.fields["detail"] for row in found.rows] == ["inet filter: tcp/22, tcp/443, tcp/8883"]
    assert not detect(real("legacy")).said


@given(st.text(alphabet='{}; \ntablechininputdropaccept"#,tcp dport22:*-AINPUTj', max_size=300))
def test_any_text(text: str) -> None:
    for path in ("/etc/nftables.conf", "/etc/iptables/rules.v4", "/etc/config/firewall"):
        detect(tree_of({path: text}))
        detect(tree_of({path: NFT[: len(text)] + text}))
