"""Wi-Fi security of access points and clients, and WPS."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.devices import config_wifi
from rulewright.devices.tree import of_texts
from tests.devices.made import daemon, real, values

HOSTAPD = daemon("wifi", "/usr/sbin/hostapd", "-B", "/etc/hostapd/hostapd.conf")


@pytest.mark.parametrize(
    ("config", "security"),
    [
        ("wpa=0", ("open",)),
        ("channel=1", ("open",)),
        ("wep_key0=abc", ("WEP",)),
        ("wpa=1\nwpa_key_mgmt=WPA-PSK", ("WPA",)),
        ("wpa=2\nwpa_key_mgmt=WPA-PSK", ("WPA2",)),
        ("wpa=2", ("WPA2",)),
        ("wpa=3\nwpa_key_mgmt=WPA-PSK", ("WPA", "WPA2")),
        ("wpa=2\nwpa_key_mgmt=SAE", ("WPA3",)),
        ("wpa=2\nwpa_key_mgmt=WPA-PSK SAE", ("WPA2", "WPA3")),
        ("wpa=2\nwpa_key_mgmt=OWE", ("open",)),
        ("#wpa=2", ("open",)),
    ],
)
def test_access_points(config: str, security: tuple[str, ...]) -> None:
    tree = of_texts({"/etc/hostapd/hostapd.conf": f"interface=wlan0\nssid=x\n{config}\n"})
    found = config_wifi.detect(tree, [HOSTAPD])
    assert [value for value, _, _ in values(found, "wifi.security")] == [security]
    assert found.examined == {"iface.wps_enabled": False}


@pytest.mark.parametrize(
    ("line", "said"), [("wps_state=2", True), ("wps_state=1", True), ("wps_state=0", False), ("", False)]
)
def test_wps(line: str, said: bool) -> None:  # noqa: FBT001
    tree = of_texts({"/etc/hostapd/hostapd.conf": f"interface=wlan0\nssid=x\nwpa=2\n{line}\n"})
    assert bool(values(config_wifi.detect(tree, [HOSTAPD]), "iface.wps_enabled")) is said


def test_each_network_of_an_access_point() -> None:
    tree = of_texts(
        {"/etc/hostapd/hostapd.conf": "interface=wlan0\nwpa=2\nbss=wlan0_1\nssid=guest\nwpa_pairwise=TKIP\n"}
    )
    found = config_wifi.detect(tree, [HOSTAPD])
    assert [(s.scope, s.value) for s in found.said if s.attribute == "wifi.security"] == [
        ("interface wlan0", ("WPA2",)),
        ("interface wlan0_1", ("open",)),
    ]
    assert values(found, "crypto.weak_algorithms") == [(("RC4",), "enabled", "/etc/hostapd/hostapd.conf#5")]


@pytest.mark.parametrize(
    ("block", "security"),
    [
        ("key_mgmt=NONE", ("open",)),
        ("wep_key0=1\nkey_mgmt=NONE", ("WEP",)),
        ("key_mgmt=WPA-PSK", ("WPA2",)),
        ("proto=WPA\nkey_mgmt=WPA-PSK", ("WPA",)),
        ("key_mgmt=SAE WPA-PSK", ("WPA2", "WPA3")),
    ],
)
def test_clients(block: str, security: tuple[str, ...]) -> None:
    tree = of_texts({"/etc/wpa_supplicant.conf": f'ctrl_interface=/run/x\nnetwork={{\nssid="a"\n{block}\n}}\n'})
    found = config_wifi.detect(
        tree, [daemon("wifi", "/usr/sbin/wpa_supplicant", "-iwlan0", "-c/etc/wpa_supplicant.conf")]
    )
    assert [value for value, _, _ in values(found, "wifi.security")] == [security]


@pytest.mark.parametrize(
    ("encryption", "security"),
    [
        ("none", ("open",)),
        ("psk", ("WPA",)),
        ("psk2+ccmp", ("WPA2",)),
        ("psk-mixed", ("WPA", "WPA2")),
        ("sae", ("WPA3",)),
        ("sae-mixed", ("WPA2", "WPA3")),
        ("wep-open", ("WEP",)),
        ("wpa2", ("WPA2",)),
        ("wpa3", ("WPA3",)),
    ],
)
def test_openwrt(encryption: str, security: tuple[str, ...]) -> None:
    uci = f"config wifi-device r0\nconfig wifi-iface a\n option device r0\n option encryption {encryption}\n option wps_pushbutton 1\n"
    found = config_wifi.detect(of_texts({"/etc/config/wireless": uci}), [])
    assert values(found, "wifi.security") == [(security, "configured", "/etc/config/wireless#4")]
    assert values(found, "iface.wps_enabled") == [(True, "configured", "/etc/config/wireless#5")]


@pytest.mark.parametrize("off", ["config wifi-device r0\n option disabled 1\n", "config wifi-device r0\n"])
def test_a_radio_that_is_off_says_nothing(off: str) -> None:
    own = " option disabled 1\n" if "disabled" not in off else ""
    uci = f"{off}config wifi-iface a\n option device r0\n option encryption none\n{own}"
    assert config_wifi.detect(of_texts({"/etc/config/wireless": uci}), []).said == []


@given(st.text(alphabet="networkwpa={}\n12 wifi-iface'\"", max_size=300))
def test_any_text_is_a_network_or_nothing(text: str) -> None:
    paths = ["/etc/hostapd/hostapd.conf", "/etc/wpa_supplicant.conf", "/etc/config/wireless"]
    config_wifi.detect(of_texts(dict.fromkeys(paths, text)), [])


def test_real_trees() -> None:
    legacy = config_wifi.detect(real("legacy"), [])
    assert values(legacy, "wifi.security") == [(("WPA",), "configured", "/etc/hostapd/hostapd.conf#3")]
    assert values(legacy, "iface.wps_enabled") == [(True, "configured", "/etc/hostapd/hostapd.conf#7")]
    assert config_wifi.detect(real("hardened"), []).said == []
