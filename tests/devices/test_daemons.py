"""Daemons: their level, their ports, and what else is known of them."""

from __future__ import annotations

import os
from pathlib import Path
from time import process_time

import pytest

from rulewright.devices.daemon_kinds import APPLETS, BY_NAME, PROGRAMS
from rulewright.devices.daemon_ports import spelled
from rulewright.devices.daemons import daemons
from rulewright.devices.model import Daemon
from rulewright.devices.starts import starts
from rulewright.devices.tree import Tree, folder, of_texts
from rulewright.facts.types import Level

ELF = b"\x7fELF\x02\x01\x01\0"
BUSYBOX = ELF + b"\0init\0telnetd\0sh\0httpd\0udhcpd\0"


def device(script: str, files: dict[str, str | bytes] | None = None, links: dict[str, str] | None = None) -> Tree:
    base: dict[str, str | bytes] = {
        "/bin/busybox": BUSYBOX,
        "/lib/ld.so": ELF,
        "/etc/inittab": "::sysinit:/etc/init.d/rcS\n",
        "/etc/init.d/rcS": f"#!/bin/sh\n{script}\n",
    }
    names = {word for line in script.splitlines() for word in line.split()[:1] if word in BY_NAME}
    programs = {f"/usr/sbin/{name}": ELF for name in names if name not in APPLETS}
    return of_texts(
        base | programs | (files or {}), {"/sbin/init": "/bin/busybox", "/bin/sh": "busybox"} | (links or {})
    )


def of(tree: Tree, kind: str) -> list[Daemon]:
    return [daemon for daemon in daemons(tree, starts(tree)) if daemon.kind == kind]


def ports(tree: Tree, kind: str) -> list[str]:
    (daemon,) = [one for one in of(tree, kind) if one.level > Level.PRESENT]
    return [f"{port.protocol}/{port.host and port.host + ':'}{port.number}" for port in daemon.ports]


ARGUMENTS = {
    ("dropbear", "ssh"): ["tcp/22"],
    ("dropbear -FEp 2222", "ssh"): ["tcp/2222"],
    ("dropbear -p 127.0.0.1:22 -p 10.0.0.1:2200", "ssh"): ["tcp/127.0.0.1:22", "tcp/10.0.0.1:2200"],
    ("dropbear -p [::1]:22", "ssh"): ["tcp/::1:22"],
    ("sshd -p 2022", "ssh"): ["tcp/2022"],
    ("telnetd -l /bin/sh -p 2323", "telnet"): ["tcp/2323"],
    ("telnetd -p $PORT", "telnet"): ["tcp/23"],
    ("tcpsvd -E 0.0.0.0 21 ftpd -w /srv", "ftp"): ["tcp/21"],
    ("tcpsvd 127.0.0.1 2121 ftpd", "ftp"): ["tcp/127.0.0.1:2121"],
    ("udpsvd -E 0 69 tftpd /srv", "tftp"): ["udp/69"],
    ("in.tftpd --listen --address 192.168.0.1:6969 /srv", "tftp"): ["udp/192.168.0.1:6969"],
    ("uhttpd -f -p 0.0.0.0:80 -s 443 -h /www", "http"): ["tcp/80", "tcp/443"],
    ("httpd -p 127.0.0.1:8080 -h /www", "http"): ["tcp/127.0.0.1:8080"],
    ("mini_httpd -p 8081 -h 127.0.0.1", "http"): ["tcp/127.0.0.1:8081"],
    ("goahead /www 0.0.0.0:8082", "http"): ["tcp/8082"],
    ("snmpd -Lsd udp:127.0.0.1:161,udp6:[::1]:161", "snmp"): ["udp/127.0.0.1:161", "udp/::1:161"],
    ("mosquitto", "mqtt"): ["tcp/127.0.0.1:1883"],
    ("mosquitto -p 1884", "mqtt"): ["tcp/1884"],
    ("dnsmasq -p 5353 -a 127.0.0.1", "dns"): ["tcp/127.0.0.1:5353", "udp/127.0.0.1:5353"],
    ("gdbserver :1234 /usr/bin/app", "debug"): ["tcp/1234"],
    ("ntpd -p pool", "ntp"): [],
    ("ntpd -l", "ntp"): ["udp/123"],
    ("smbd -D", "smb"): ["tcp/139", "tcp/445"],
    ("mbusd -P 1502", "modbus"): ["tcp/1502"],
    ("x11vnc -rfbport 5901", "vnc"): ["tcp/5901"],
    ("nc -l -p 4444 -e /bin/sh", "shell"): ["tcp/4444"],
    ("socat TCP-LISTEN:4444,fork,bind=127.0.0.1 EXEC:/bin/sh", "shell"): ["tcp/127.0.0.1:4444"],
    ("bluetoothd -n", "bluetooth"): [],
}


@pytest.mark.parametrize(("command", "kind"), ARGUMENTS)
def test_ports_of_arguments(command: str, kind: str) -> None:
    programs: dict[str, str | bytes] = {f"/usr/sbin/{name}": ELF for name in ("ftpd", "tftpd", "nc", "socat")}
    assert sorted(ports(device(command, programs), kind)) == sorted(ARGUMENTS[command, kind])


CONFIGURATIONS = {
    ("sshd", "ssh", "/etc/ssh/sshd_config", "Port 22\nPort 2022\n#Port 9\n"): ["tcp/22", "tcp/2022"],
    ("sshd", "ssh", "/etc/ssh/sshd_config", "ListenAddress 127.0.0.1\n"): ["tcp/127.0.0.1:22"],
    ("sshd", "ssh", "/etc/ssh/sshd_config", "ListenAddress 10.0.0.1:2200\n"): ["tcp/10.0.0.1:2200"],
    ("vsftpd", "ftp", "/etc/vsftpd.conf", "listen=YES\nlisten_port=2121\n"): ["tcp/2121"],
    ("lighttpd -f /etc/l.conf", "http", "/etc/l.conf", 'server.port = 8080\n$SERVER["socket"] == "0.0.0.0:443" {\n'): [
        "tcp/8080",
        "tcp/443",
    ],
    ("lighttpd -f /etc/l.conf", "http", "/etc/l.conf", 'server.port = 8080\nserver.bind = "localhost"\n'): [
        "tcp/localhost:8080"
    ],
    (
        "nginx",
        "http",
        "/etc/nginx/nginx.conf",
        "server { listen 127.0.0.1:8080; }\n server {\n  listen [::]:443 ssl;\n}\n",
    ): ["tcp/127.0.0.1:8080", "tcp/443"],
    ("mosquitto -c /etc/m.conf", "mqtt", "/etc/m.conf", "listener 8883\nlistener 1883 127.0.0.1\n"): [
        "tcp/8883",
        "tcp/127.0.0.1:1883",
    ],
    ("mosquitto -c /etc/m.conf", "mqtt", "/etc/m.conf", "allow_anonymous true\n"): ["tcp/1883"],
    ("snmpd", "snmp", "/etc/snmp/snmpd.conf", "agentaddress udp:127.0.0.1:161\n"): ["udp/127.0.0.1:161"],
    ("dnsmasq", "dns", "/etc/dnsmasq.conf", "port=0\ndhcp-range=10.0.0.2,10.0.0.9\n"): ["udp/67"],
    ("dnsmasq", "dns", "/etc/dnsmasq.conf", "dhcp-range=10.0.0.2,10.0.0.9\n"): ["tcp/53", "udp/53", "udp/67"],
    ("boa", "http", "/etc/boa/boa.conf", "Port 8888\n"): ["tcp/8888"],
    ("thttpd -C /etc/t.conf", "http", "/etc/t.conf", "port=81\n"): ["tcp/81"],
    ("miniupnpd -f /etc/u.conf", "upnp", "/etc/u.conf", "http_port=5000\n"): ["tcp/5000", "udp/1900"],
    ("chronyd", "ntp", "/etc/chrony.conf", "pool x\nallow 10.0.0.0/8\n"): ["udp/123"],
    ("chronyd", "ntp", "/etc/chrony.conf", "pool x\n"): [],
    ("rsyslogd", "syslog", "/etc/rsyslog.conf", 'input(type="imudp" port="514")\n'): ["udp/514"],
    ("rsyslogd", "syslog", "/etc/rsyslog.conf", '#input(type="imudp" port="514")\n'): [],
}


@pytest.mark.parametrize(("command", "kind", "path", "text"), CONFIGURATIONS)
def test_ports_of_configurations(command: str, kind: str, path: str, text: str) -> None:
    tree = device(command, {path: text})
    assert sorted(ports(tree, kind)) == sorted(CONFIGURATIONS[command, kind, path, text])
    assert path in [place.path for one in of(tree, kind) for place in one.config]


def test_includes_are_followed_once() -> None:
    files: dict[str, str | bytes] = {
        "/etc/nginx/nginx.conf": "include /etc/nginx/sites/*;\ninclude nginx.conf;\n",
        "/etc/nginx/sites/a": "server {\n listen 81;\n}\n",
    }
    assert ports(device("nginx", files), "http") == ["tcp/81"]


def test_levels_of_what_nothing_starts() -> None:
    tree = device(
        "true",
        {"/usr/sbin/vsftpd": ELF, "/etc/vsftpd.conf": "listen=YES\n", "/usr/sbin/snmpd": ELF},
        {"/usr/sbin/telnetd": "/bin/busybox"},
    )
    found = {daemon.kind: daemon.level for daemon in daemons(tree, starts(tree))}
    assert found == {
        "ftp": Level.CONFIGURED,
        "snmp": Level.PRESENT,
        "telnet": Level.PRESENT,
        "http": Level.PRESENT,
        "dhcp": Level.PRESENT,
    }


def test_a_script_that_decides_against_starting_is_set_up() -> None:
    script = "#!/bin/sh\nENABLED=0\n. /etc/default/snmpd\n[ $ENABLED = 1 ] || exit 0\nsnmpd\n"
    for text, expected in (("ENABLED=0\n", Level.CONFIGURED), ("ENABLED=1\n", Level.ENABLED)):
        files: dict[str, str | bytes] = {
            "/usr/sbin/snmpd": ELF,
            "/etc/init.d/snmpd": script,
            "/etc/default/snmpd": text,
        }
        assert [one.level for one in of(device("/etc/init.d/snmpd start", files), "snmp")] == [expected]


@pytest.mark.parametrize("command", ["telnetd", "busybox telnetd", "/bin/busybox telnetd", "/usr/sbin/telnetd"])
def test_applets(command: str) -> None:
    (daemon,) = of(device(f"{command} -p 24", links={"/usr/sbin/telnetd": "../../bin/busybox"}), "telnet")
    assert (daemon.level, daemon.binary, daemon.arguments) == (Level.ENABLED, "/bin/busybox", ("telnetd", "-p", "24"))


def test_another_name_of_a_known_program() -> None:
    tree = device("/opt/app/manage -p 99", {"/usr/sbin/telnetd": ELF}, {"/opt/app/manage": "/usr/sbin/telnetd"})
    assert ports(tree, "telnet") == ["tcp/99"]


def test_a_daemon_under_another_name() -> None:
    named = {"/usr/sbin/mgmtd": ELF + b"...\0telnetd: panic state=%d\0", "/usr/bin/app": ELF + b"telnetd"}
    tree = device("mgmtd -p 99\n/usr/bin/app\n", dict(named))
    assert ports(tree, "telnet") == ["tcp/99"]
    assert [one.binary for one in of(tree, "telnet") if one.level > Level.PRESENT] == ["/usr/sbin/mgmtd"]


def test_one_daemon_at_two_ports_and_two_levels() -> None:
    tree = device("dropbear -p 22\n[ -f /etc/debug ] && dropbear -p 2222\n[ -f /etc/debug ] && dropbear -p 22")
    assert [(one.level, one.ports[0].number) for one in of(tree, "ssh")] == [
        (Level.ENABLED, 22),
        (Level.CONDITIONAL, 2222),
    ]


def test_a_test_of_a_configuration_is_no_daemon() -> None:
    assert of(device("nginx -t -q"), "http")[0].level < Level.CONDITIONAL


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.names[0])
def test_the_table(program: object) -> None:
    found = BY_NAME[program.names[0]]  # type: ignore[attr-defined]
    assert found is program, "a name is given twice"
    assert all(spelled(text) for text in (*found.ports, *found.fixed))


def _trees() -> Path | None:
    places = [os.environ.get("RULEWRIGHT_TREES", ""), str(Path(__file__).parents[3] / "shared" / "trees")]
    return next((Path(place) for place in places if place and Path(place, "legacy").is_dir()), None)


real = pytest.mark.skipif(_trees() is None, reason="the device trees are not here (RULEWRIGHT_TREES)")


def _real(name: str) -> tuple[dict[tuple[str, str, tuple[str, ...]], Level], float]:
    place = _trees()
    assert place is not None
    tree = folder(name, str(place / name))
    begun = process_time()
    found = daemons(tree, starts(tree))
    spent = process_time() - begun
    key = {(d.kind, d.binary, tuple(f"{p.protocol}/{p.number}" for p in d.ports)): d.level for d in found}
    return key, spent


@real
def test_the_legacy_tree() -> None:
    found, spent = _real("legacy")
    expected = {
        ("telnet", "/usr/sbin/telnetd", ("tcp/2323",)): Level.CONDITIONAL,
        ("telnet", "/usr/sbin/telnetd", ("tcp/23",)): Level.ENABLED,
        ("ssh", "/usr/sbin/dropbear", ("tcp/22",)): Level.ENABLED,
        ("http", "/usr/sbin/lighttpd", ("tcp/80",)): Level.ENABLED,
        ("snmp", "/usr/sbin/snmpd", ("udp/161",)): Level.ENABLED,
        ("mqtt", "/usr/sbin/mosquitto", ("tcp/1883",)): Level.ENABLED,
        ("ftp", "/usr/sbin/vsftpd", ("tcp/21",)): Level.CONFIGURED,
        ("tftp", "/usr/sbin/in.tftpd", ("udp/69",)): Level.CONFIGURED,
        ("wifi_ap", "/usr/sbin/hostapd", ()): Level.CONFIGURED,
        ("dns", "/usr/sbin/dnsmasq", ("tcp/53", "udp/53")): Level.CONFIGURED,
    }
    assert {key: found.get(key) for key in expected} == expected
    assert {key[0] for key, level in found.items() if level >= Level.CONDITIONAL} == {
        "telnet",
        "ssh",
        "http",
        "snmp",
        "mqtt",
    }
    assert spent < 2


@real
def test_the_hardened_tree() -> None:
    found, spent = _real("hardened")
    assert {key for key, level in found.items() if level >= Level.CONDITIONAL} == {
        ("ssh", "/usr/sbin/dropbear", ("tcp/22",)),
        ("http", "/usr/sbin/nginx", ("tcp/443",)),
        ("mqtt", "/usr/sbin/mosquitto", ("tcp/8883",)),
    }
    assert found["telnet", "/bin/busybox", ()] is Level.PRESENT
    assert spent < 2


@real
def test_the_hardened_tree_loads_its_firewall() -> None:
    place = _trees()
    assert place is not None
    found = starts(folder("hardened", str(place / "hardened")))
    assert [start.level for start in found if start.words[0] == "/usr/sbin/nft" and "-f" in start.words] == [
        Level.ENABLED
    ]


def test_the_overlay_of_iotgoat() -> None:
    text = "# custom\n/usr/bin/shellback &\ntelnetd -p 65534 &\nexit 0\n"
    tree = of_texts({"/etc/rc.local": text, "/etc/config/upnpd": "config upnpd config\n\toption enabled '1'\n"})
    found = starts(tree)
    assert {start.words[0]: start.level for start in found} == {
        "/usr/bin/shellback": Level.ENABLED,
        "telnetd": Level.ENABLED,
    }
    assert ports(tree, "telnet") == ["tcp/65534"]
    assert [one.level for one in of(tree, "upnp")] == [Level.CONFIGURED]
