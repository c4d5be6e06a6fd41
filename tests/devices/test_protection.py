"""Whether daemons ask who is there and encrypt; telnet without a login."""

from __future__ import annotations

import pytest

from rulewright.devices import config_telnet
from rulewright.devices.daemons import daemons
from rulewright.devices.protection import Protection, protection
from rulewright.devices.starts import starts
from rulewright.devices.tree import of_texts
from tests.devices.made import daemon, real, values


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("-l", "/bin/sh"), True), (("-l", "/bin/login"), False), ((), False), (("-p", "2323"), False)],
)
def test_telnet_with_a_shell(arguments: tuple[str, ...], said: bool) -> None:  # noqa: FBT001
    found = config_telnet.detect(of_texts({}), [daemon("telnet", "/usr/sbin/telnetd", *arguments)])
    assert bool(values(found, "auth.unauthenticated_services")) is said


FILES = {
    "/etc/vsftpd.conf": "anonymous_enable=NO\n",
    "/etc/nginx/nginx.conf": "http { auth_basic x; server { listen 443 ssl; } server { listen 80; return 301 https://$host; } }",
    "/etc/mosquitto/mosquitto.conf": "listener 1883\npassword_file /p\n",
    "/etc/snmp/snmpd.conf": "rocommunity another\n",
}


@pytest.mark.parametrize(
    ("kind", "words", "authenticated", "encrypted"),
    [
        ("ssh", ("/usr/sbin/dropbear",), True, True),
        ("ssh", ("/usr/sbin/dropbear", "-B"), None, True),
        ("telnet", ("/usr/sbin/telnetd",), True, False),
        ("telnet", ("/usr/sbin/telnetd", "-l", "/bin/sh"), False, False),
        ("ftp", ("/usr/sbin/vsftpd",), True, False),
        ("ftp", ("/usr/sbin/other_ftpd",), None, None),
        ("tftp", ("/usr/sbin/tftpd",), False, False),
        ("snmp", ("/usr/sbin/snmpd",), True, False),
        ("mqtt", ("/usr/sbin/mosquitto",), True, False),
        ("http", ("/usr/sbin/nginx",), True, True),
        ("http", ("/usr/sbin/httpd",), None, False),
        ("http", ("/usr/sbin/vendor",), None, None),
        ("rtsp", ("/usr/sbin/rtspd",), None, None),
    ],
)
def test_each_kind(kind: str, words: tuple[str, ...], authenticated: object, encrypted: object) -> None:
    found = protection(of_texts(FILES), daemon(kind, *words))
    assert (found.authenticated, found.encrypted) == (authenticated, encrypted)


def test_real_trees() -> None:
    legacy, hardened = real("legacy"), real("hardened")
    found = {d.kind: protection(legacy, d) for d in daemons(legacy, starts(legacy)) if d.level.word == "enabled"}
    assert found["mqtt"] == found["snmp"] == Protection(authenticated=False, encrypted=False)
    found = {d.kind: protection(hardened, d) for d in daemons(hardened, starts(hardened)) if d.level.word == "enabled"}
    assert found["mqtt"] == found["ssh"] == Protection(authenticated=True, encrypted=True)
    assert found["http"].encrypted is True
