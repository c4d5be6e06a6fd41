"""Wi-Fi: which security an access point or a client accepts, and whether WPS is on.

Guarantees: each network is judged by itself (`scope` names the interface, never a passphrase); settings count as surely
as the daemon runs; OpenWrt's uci networks are `configured` in a tree that does not show what applies them.
What it does not do: judge passphrases (`devices.secrets` counts those in the image); drivers' own settings.
Sources: hostapd.conf and wpa_supplicant.conf of hostap (`wpa` bits, `wpa_key_mgmt`, `wps_state`, `wep_key0`), OpenWrt's
wireless configuration (`encryption`, `wps_pushbutton`, `disabled`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rulewright.devices.model import Daemon, Findings, Place
from rulewright.devices.settings import Use, uses
from rulewright.devices.syntax_uci import Section, sections
from rulewright.devices.syntax_words import Directive, directives
from rulewright.devices.tree import Tree

MAX_NETWORKS = 200

HOSTAPD = frozenset({"hostapd"})
SUPPLICANT = frozenset({"wpa_supplicant"})
UCI = frozenset({"hostapd", "wpad", "netifd"})
SECURITY = "wifi.security"

ENCRYPTION = (
    ("sae-mixed", ("WPA2", "WPA3")),
    ("wpa3-mixed", ("WPA2", "WPA3")),
    ("psk-mixed", ("WPA", "WPA2")),
    ("wpa-mixed", ("WPA", "WPA2")),
    ("psk+psk2", ("WPA", "WPA2")),
    ("mixed-psk", ("WPA", "WPA2")),
    ("psk2", ("WPA2",)),
    ("wpa2", ("WPA2",)),
    ("sae", ("WPA3",)),
    ("wpa3", ("WPA3",)),
    ("wep", ("WEP",)),
    ("psk", ("WPA",)),
    ("wpa", ("WPA",)),
    ("owe", ("open",)),
    ("none", ("open",)),
)
"""OpenWrt's words, the first that starts the value counts; OWE encrypts and lets everybody in: `open`."""


def detect(tree: Tree, daemons: Sequence[Daemon]) -> Findings:
    """The security of each network, TKIP, and WPS."""
    found = Findings()
    usual = ["/etc/hostapd/hostapd.conf", "/etc/hostapd.conf", "/etc/hostapd/*.conf"]
    for use in uses(tree, daemons, HOSTAPD, usual):
        for path in dict.fromkeys(_told(tree, use) or use.files):
            for network in networks(directives(tree, path, "=")):
                _hostapd(found, use, network)
    usual = ["/etc/wpa_supplicant.conf", "/etc/wpa_supplicant/*.conf"]
    for use in uses(tree, daemons, SUPPLICANT, usual, ["-c"]):
        for path in use.files:
            _supplicant(found, use, directives(tree, path, "="))
    for use in uses(tree, daemons, UCI, ["/etc/config/wireless"]):
        for path in use.files:
            _wireless(tree, found, use, path)
    if found.said or found.rows:
        found.examined["iface.wps_enabled"] = False
    return found


def _told(tree: Tree, use: Use) -> tuple[str, ...]:
    """hostapd takes its files as plain arguments."""  # noqa: D403 -- a program's name
    return tuple(word for word in use.arguments if word.endswith(".conf") and tree.is_file(word))


def networks(settings: Sequence[Directive]) -> Iterator[dict[str, Directive]]:
    """The networks of an access point: the first, and one for each `bss=`."""
    current: dict[str, Directive] = {}
    for directive in settings:
        if directive.key == "bss":
            yield current
            current = {"interface": directive}
        else:
            current[directive.key] = directive
    if current:
        yield current


def _hostapd(found: Findings, use: Use, network: dict[str, Directive]) -> None:
    named = network.get("interface")
    first = next(iter(network.values()), None)
    if first is None or (named is None and "ssid" not in network):
        return
    scope = f"interface {named.value}" if named else ""
    security, place = _security(network, first.place)
    found.said.append(use.said(SECURITY, place, value=security, scope=scope, text="hostapd"))
    pairs = [network[key] for key in ("wpa_pairwise", "rsn_pairwise") if key in network]
    for pairwise in pairs:
        if "TKIP" in pairwise.value.upper().split():
            found.said.append(
                use.said("crypto.weak_algorithms", pairwise.place, value=("RC4",), scope=scope, text="TKIP")
            )
    wps = network.get("wps_state")
    if wps is not None and wps.value in {"1", "2"}:
        found.said.append(
            use.said("iface.wps_enabled", wps.place, value=True, scope=scope, text=f"wps_state={wps.value}")
        )


def _security(network: dict[str, Directive], whole: Place) -> tuple[tuple[str, ...], Place]:
    """What an access point accepts: WPA and WPA2 by the bits of `wpa`, WPA3 by SAE, else WEP or nothing."""
    wpa = network.get("wpa")
    bits = int(wpa.value) if wpa is not None and wpa.value in {"1", "2", "3"} else 0
    if wpa is None or not bits:
        wep = next((network[key] for key in sorted(network) if key.startswith("wep_key") and key[-1].isdigit()), None)
        return (("WEP",), wep.place) if wep else (("open",), wpa.place if wpa else whole)
    named = network.get("wpa_key_mgmt")
    methods = named.value.upper().split() if named else ["WPA-PSK"]
    found = {"WPA"} if bits & 1 else set()
    if bits & 2:
        newer = any("SAE" in method or "SUITE-B" in method for method in methods)
        older = any(
            method.startswith(("WPA-PSK", "WPA-EAP", "FT-PSK", "FT-EAP")) and "SUITE-B" not in method
            for method in methods
        )
        found |= ({"WPA3"} if newer else set()) | ({"WPA2"} if older else set())
        found |= {"open"} if "OWE" in methods else set()
    return tuple(sorted(found)), wpa.place


def _supplicant(found: Findings, use: Use, settings: Sequence[Directive]) -> None:
    """The networks that a client joins: blocks `network={ … }`."""
    current: dict[str, Directive] | None = None
    for directive in settings:
        if directive.key == "network":
            current = {"network": directive}
        elif current is not None:
            current[directive.key] = directive
        if current is not None and directive.key == "key_mgmt" and len(found.said) < MAX_NETWORKS:
            value = _joined(directive.value.upper().split(), current)
            found.said.append(use.said(SECURITY, directive.place, value=value, scope="client", text="wpa_supplicant"))


def _joined(methods: Sequence[str], network: dict[str, Directive]) -> tuple[str, ...]:
    if "NONE" in methods:
        return ("WEP",) if any(key.startswith("wep_key") for key in network) else ("open",)
    found = {"WPA3"} if any("SAE" in method for method in methods) else set()
    if any(method.startswith("WPA-") for method in methods):
        proto = network.get("proto")
        found |= {"WPA"} if proto is not None and "WPA" in proto.value.upper().split() else {"WPA2"}
    return tuple(sorted(found)) or ("open",)


def _wireless(tree: Tree, found: Findings, use: Use, path: str) -> None:
    whole = sections(tree, path)
    off = {section.name for section in whole if section.kind == "wifi-device" and section.on("disabled")}
    for section in whole:
        if section.kind != "wifi-iface" or section.on("disabled") or section.get("device") in off:
            continue
        scope = f"wifi-iface {section.name or section.get('device')}".strip()
        encryption = section.get("encryption", "none").lower()
        value = next((words for start, words in ENCRYPTION if encryption.startswith(start)), None)
        if value is not None:
            place = section.at("encryption")
            found.said.append(use.said(SECURITY, place, value=value, scope=scope, text=f"encryption {encryption}"))
        if "tkip" in encryption:
            place = section.at("encryption")
            found.said.append(use.said("crypto.weak_algorithms", place, value=("RC4",), scope=scope, text="TKIP"))
        _wps(found, use, section, scope)


def _wps(found: Findings, use: Use, section: Section, scope: str) -> None:
    for key in ("wps_pushbutton", "wps_label", "wps_pin"):
        value = section.get(key)
        if value and value not in {"0", "no", "off", "false"}:
            found.said.append(use.said("iface.wps_enabled", section.at(key), value=True, scope=scope, text=key))
