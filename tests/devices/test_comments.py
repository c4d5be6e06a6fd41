"""A fact goes when the line that it rests on is commented out; it stays when lines are only laid out differently."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rulewright.devices import (
    config_dns,
    config_ftp,
    config_http,
    config_mqtt,
    config_shares,
    config_snmp,
    config_ssh,
    config_upnp,
    config_wifi,
)
from rulewright.devices.model import Findings
from rulewright.devices.tree import of_texts

FILES = {
    "/etc/ssh/sshd_config": "PermitEmptyPasswords yes\nCiphers 3des-cbc\nPasswordAuthentication no\n",
    "/etc/vsftpd.conf": "local_enable=YES\nanonymous_enable=YES\nssl_enable=YES\n",
    "/etc/snmp/snmpd.conf": "sysName x\nrocommunity public\nrwcommunity private\n",
    "/etc/mosquitto/mosquitto.conf": "listener 1883\nallow_anonymous true\n",
    "/etc/nginx/nginx.conf": "http {\nserver {\nlisten 80;\n}\nserver {\nlisten 443 ssl;\nssl_protocols TLSv1;\nssl_ciphers RC4-SHA;\n}\n}\n",
    "/etc/lighttpd/lighttpd.conf": 'server.port = 80\n$SERVER["socket"] == ":443" {\nssl.engine = "enable"\nssl.cipher-list = "RC4-SHA"\n}\n',
    "/etc/config/uhttpd": "config uhttpd main\n\tlist listen_http 0.0.0.0:80\n",
    "/etc/hostapd/hostapd.conf": "interface=wlan0\nssid=x\nwpa=1\nwpa_pairwise=TKIP\nwps_state=2\n",
    "/etc/config/wireless": "config wifi-iface a\n\toption encryption psk\n\toption wps_pushbutton 1\n",
    "/etc/config/upnpd": "config upnpd config\n\toption enabled 1\n\toption enable_upnp 1\n",
    "/etc/dnsmasq.conf": "port=53\nenable-tftp\n",
    "/etc/samba/smb.conf": "[global]\nserver min protocol = NT1\n[data]\nguest ok = yes\n",
    "/etc/exports": "/data *(rw,no_root_squash)\n/other 10.0.0.1(rw)\n",
    "/etc/rsyncd.conf": "uid = root\n[data]\npath = /data\n",
}
DETECTORS = (
    config_dns, config_ftp, config_http, config_mqtt, config_shares, config_snmp, config_ssh, config_upnp, config_wifi,
)  # fmt: skip


def facts(files: dict[str, str]) -> set[tuple[str, object, str]]:
    found: Sequence[Findings] = [module.detect(of_texts(files), []) for module in DETECTORS]
    return {(s.attribute, s.value, s.place.pointer) for one in found for s in one.said} | {
        ("finding", r.fields["subject"], r.place.pointer) for one in found for r in one.rows
    }


@pytest.mark.parametrize("path", FILES)
def test_every_file_says_something(path: str) -> None:
    assert any(pointer.startswith(f"{path}#") for _, _, pointer in facts(FILES))


@pytest.mark.parametrize("path", FILES)
def test_a_commented_line_says_nothing(path: str) -> None:
    before = facts({path: FILES[path]})
    lines = FILES[path].splitlines()
    for number in {int(pointer.rpartition("#")[2]) for _, _, pointer in before if "#" in pointer}:
        changed = [f"#{line}" if at == number else line for at, line in enumerate(lines, 1)]
        after = facts({path: "\n".join(changed) + "\n"})
        assert not any(pointer == f"{path}#{number}" for _, _, pointer in after), (path, number)


@pytest.mark.parametrize("path", FILES)
def test_layout_says_nothing(path: str) -> None:
    before = facts({path: FILES[path]})
    assert facts({path: FILES[path].replace("\n", "\r\n")}) == before
    assert facts({path: "".join(f"{line}  \n" for line in FILES[path].splitlines())}) == before
    shifted = facts({path: "# a comment\n\n" + FILES[path]})
    assert {(a, v) for a, v, _ in shifted} == {(a, v) for a, v, _ in before}
