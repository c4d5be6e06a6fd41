"""Configurations made to cost much: bounded in time, and no exception."""

from __future__ import annotations

import time

import pytest

from rulewright.devices import accounts, config_http, config_mqtt, config_snmp, config_ssh, config_wifi, secrets
from rulewright.devices.tree import of_texts

MANY = 100_000

BOMBS = {
    "servers": (config_http, "/etc/nginx/nginx.conf", "http {" + "server { listen 80; }" * MANY),
    "blocks": (config_http, "/etc/nginx/nginx.conf", "http {" * MANY),
    "self": (config_http, "/etc/nginx/nginx.conf", "include /etc/nginx/*;\n" * 10_000),
    "sockets": (config_http, "/etc/lighttpd/lighttpd.conf", '$SERVER["socket"] == ":1" {\n' * MANY),
    "brackets": (config_http, "/etc/lighttpd/lighttpd.conf", "a = (\n" * MANY),
    "apache": (config_http, "/etc/apache2/apache2.conf", "Include /etc/apache2/*\n" * 10_000),
    "sshd": (config_ssh, "/etc/ssh/sshd_config", "Include /etc/ssh/*\n" * MANY),
    "communities": (config_snmp, "/etc/snmp/snmpd.conf", "rocommunity a\n" * MANY),
    "uci": (config_snmp, "/etc/config/snmpd", "config com2sec\n option community a\n option secname b\n" * 30_000),
    "listeners": (config_mqtt, "/etc/mosquitto/mosquitto.conf", "listener 1\n" * MANY),
    "networks": (config_wifi, "/etc/wpa_supplicant.conf", "network={\nkey_mgmt=NONE\n" * MANY),
    "accounts": (accounts, "/etc/passwd", "".join(f"u{i}:$1$a$b:{i}:0::/:/bin/sh\n" for i in range(20_000))),
    "secrets": (secrets, "/etc/app.conf", "password=hunter22x\n" * 50_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_costly_files_are_bounded(name: str) -> None:
    module, path, text = BOMBS[name]
    start = time.process_time()
    module.detect(of_texts({path: text})) if module is accounts or module is secrets else module.detect(
        of_texts({path: text}), []
    )
    assert time.process_time() - start < 20
