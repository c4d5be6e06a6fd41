"""Small synthetic trees that hold what the two trees of Debian packages hold, and a service in every init system.

`build_device_trees.sh` plants the same weaknesses among real packages; programs are the first bytes of ELF files here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from rulewright.devices.tree import Tree, of_texts

ELF = b"\x7fELF\x02\x01\x01\0"
BUSYBOX = (
    ELF + b"\0BusyBox v1.35.0\0" + b"\0".join((b"init", b"sh", b"telnetd", b"httpd", b"syslogd", b"udhcpd", b"ash"))
)
MD5 = "$1$cam00000$WmusrgYionl3k8tJEwGK8."
DES = "abOV.DfJmdnYw"
"""The passwords `root` and `admin`, salted as the script does."""
OLD = ("telnetd", "inetd", "lighttpd", "snmpd", "vsftpd", "hostapd", "miniupnpd")
NEW = ("nginx", "nft")
BOTH = ("dropbear", "mosquitto")
COMMON: Mapping[str, str | bytes] = {
    "/bin/busybox": BUSYBOX,
    "/lib/ld-linux.so.2": ELF,
    "/etc/passwd": "root:x:0:0:root:/root:/usr/sbin/nologin\n",
    "/etc/shadow": "root:!:19700:0:99999:7:::\n",
    **{f"/usr/sbin/{name}": ELF for name in BOTH},
}
SERVER = 'server.document-root = "/var/www"\nserver.port = 80\n'
LEGACY: Mapping[str, str | bytes] = {
    **COMMON,
    **{f"/usr/sbin/{name}": ELF for name in OLD},
    "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nadmin:x:0:0:vendor support:/root:/bin/sh\nftp:x:100:100::/srv/ftp:/bin/false\n",
    "/etc/shadow": f"root:{MD5}:14587:0:99999:7:::\nadmin:{DES}:14587:0:99999:7:::\nftp:*:14587:0:99999:7:::\n",
    "/etc/inetd.conf": "telnet stream tcp nowait root /usr/sbin/tcpd /usr/sbin/telnetd\n",
    "/etc/inittab": "::sysinit:/etc/init.d/rcS\nttyS0::respawn:/bin/sh\n::respawn:/usr/sbin/inetd -i\n",
    "/etc/init.d/rcS": "#!/bin/sh\nmount -t proc proc /proc\n"
    "[ -f /etc/debug_mode ] && /usr/sbin/telnetd -l /bin/sh -p 2323 &\ndropbear -B -p 22 &\n"
    "lighttpd -f /etc/lighttpd/lighttpd.conf\nsnmpd -Lf /dev/null -C -c /etc/snmp/snmpd.conf\n"
    "mosquitto -c /etc/mosquitto/mosquitto.conf -d\n",
    "/etc/init.d/vsftpd": "#!/bin/sh\ncase $1 in start) start-stop-daemon --start --exec /usr/sbin/vsftpd;; esac\n",
    "/etc/init.d/hostapd": "#!/bin/sh\ncase $1 in start) /usr/sbin/hostapd -B /etc/hostapd/hostapd.conf;; esac\n",
    "/lib/systemd/system/miniupnpd.service": "[Service]\nExecStart=/usr/sbin/miniupnpd -f /etc/miniupnpd.conf\n",
    "/etc/miniupnpd.conf": "enable_upnp=yes\nsecure_mode=no\n",
    "/etc/lighttpd/lighttpd.conf": SERVER,
    "/etc/snmp/snmpd.conf": "rocommunity public\nrwcommunity private\n",
    "/etc/mosquitto/mosquitto.conf": "listener 1883 0.0.0.0\nallow_anonymous true\n",
    "/etc/vsftpd.conf": "anonymous_enable=YES\nlisten=YES\nwrite_enable=YES\nanon_upload_enable=YES\n",
    "/etc/hostapd/hostapd.conf": "interface=wlan0\nssid=CAM\nwpa=1\nwpa_key_mgmt=WPA-PSK\nwpa_pairwise=TKIP\n"
    "wpa_passphrase=12345678\nwps_state=2\n",
    "/etc/vendor.conf": "http_server_port=80 upgrade_url=http://fw.example.com/latest.bin\n",
    "/mnt/usb/.keep": "",
}
MULTI = "[Unit]\n"
HARDENED: Mapping[str, str | bytes] = {
    **COMMON,
    **{f"/usr/sbin/{name}": ELF for name in NEW},
    "/lib/systemd/systemd": ELF,
    "/usr/bin/rauc": ELF,
    "/lib/systemd/system/multi-user.target": MULTI,
    "/lib/systemd/system/nginx.service": "[Service]\nExecStart=/usr/sbin/nginx -g 'daemon off;'\n",
    "/lib/systemd/system/mosquitto.service": "[Service]\nExecStart=/usr/sbin/mosquitto -c /etc/mosquitto/mosquitto.conf\n",
    "/lib/systemd/system/nftables.service": "[Service]\nType=oneshot\nExecStart=/usr/sbin/nft -f /etc/nftables.conf\n",
    "/etc/systemd/system/dropbear.service": "[Service]\nExecStart=/usr/sbin/dropbear -F -E -s -g -w -p 22\n",
    "/etc/mosquitto/mosquitto.conf": "listener 8883\ncafile /etc/ssl/device/ca.crt\ncertfile /etc/ssl/device/device.crt\n"
    "keyfile /etc/ssl/device/device.key\nrequire_certificate true\nallow_anonymous false\n",
    "/etc/nginx/nginx.conf": "http {\n ssl_protocols TLSv1 TLSv1.2;\n include /etc/nginx/conf.d/*.conf;\n}\n",
    "/etc/nginx/conf.d/ui.conf": "server { listen 443 ssl; ssl_protocols TLSv1.2 TLSv1.3; }\n",
    "/etc/nftables.conf": "flush ruleset\ntable inet filter { chain input { type filter hook input priority 0; policy drop;"
    " iif lo accept; tcp dport { 22, 443, 8883 } accept } }\n",
    "/etc/rauc/ca.cert.pem": "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
    "/etc/rauc/system.conf": "[system]\ncompatible=acme-gw\nbootloader=uboot\n[keyring]\npath=/etc/rauc/ca.cert.pem\n"
    "[slot.rootfs.0]\ndevice=/dev/mmcblk0p2\nbootname=A\n[slot.rootfs.1]\ndevice=/dev/mmcblk0p3\nbootname=B\n",
}
WANTS = "/etc/systemd/system/multi-user.target.wants"
LEGACY_LINKS = {"/bin/sh": "busybox", "/sbin/init": "/bin/busybox", "/usr/sbin/in.telnetd": "telnetd"}
HARDENED_LINKS = {
    "/bin/sh": "busybox",
    "/sbin/init": "/lib/systemd/systemd",
    "/usr/sbin/telnetd": "/bin/busybox",
    f"{WANTS}/dropbear.service": "/etc/systemd/system/dropbear.service",
    **{f"{WANTS}/{name}.service": f"/lib/systemd/system/{name}.service" for name in ("nginx", "mosquitto", "nftables")},
}


def made(texts: Mapping[str, str | bytes], links: Mapping[str, str] = {}, modes: Mapping[str, int] = {}) -> Tree:
    """A tree in memory with the permissions that a build gives: what is not named here is not writable for all."""
    found = of_texts(texts, links)
    for path, mode in modes.items():
        found.entries[path] = msgspec.structs.replace(found.entries[path], mode=mode)
    return found


def legacy(texts: Mapping[str, str | bytes] = LEGACY) -> Tree:
    return made(texts, LEGACY_LINKS, {"/etc/shadow": 0o644, "/mnt/usb": 0o777})


def hardened() -> Tree:
    return made(HARDENED, HARDENED_LINKS, {"/etc/shadow": 0o640})


class Service(msgspec.Struct, frozen=True):
    """A service of a kind: the program, its arguments, and the attribute that it stands for."""

    kind: str
    program: str
    arguments: str
    attribute: str
    names: tuple[str, ...] = ()
    """other paths that it goes by"""


SERVICES = (
    Service(
        "telnet", "/usr/sbin/telnetd", "-F -p 2323", "iface.telnet_present", ("/sbin/utelnetd", "/usr/sbin/in.telnetd")
    ),
    Service("ftp", "/usr/sbin/vsftpd", "", "iface.ftp_present", ("/usr/sbin/proftpd", "/usr/sbin/pure-ftpd")),
    Service("ssh", "/usr/sbin/dropbear", "-F -p 22", "iface.ssh_present", ("/usr/sbin/sshd",)),
    Service("upnp", "/usr/sbin/miniupnpd", "-d", "iface.upnp_enabled", ("/usr/bin/miniupnpd",)),
)
"""Told by their programs alone."""

Made = tuple[dict[str, str], dict[str, str]]
"""texts and links"""


def _sysv(line: str, *, on: bool) -> Made:
    script = f"#!/bin/sh\ncase $1 in\n start)\n  {line}\n ;;\nesac\n"
    texts = {"/etc/inittab": "id:2:initdefault:\nl2:2:wait:/etc/init.d/rc 2\n", "/etc/init.d/rc": "#!/bin/sh\n"}
    return {**texts, "/etc/init.d/svc": script}, {f"/etc/rc2.d/{'S' if on else 'K'}50svc": "../init.d/svc"}


def _systemd(line: str, *, on: bool) -> Made:
    unit = f"[Service]\nExecStart={line}\n[Install]\nWantedBy=multi-user.target\n"
    texts = {"/lib/systemd/systemd": ELF.decode("latin-1"), "/lib/systemd/system/svc.service": unit}
    return texts, ({f"{WANTS}/svc.service": "/lib/systemd/system/svc.service"} if on else {})


def _runit(line: str, *, on: bool) -> Made:
    texts = {
        "/etc/inittab": "SV:2:respawn:/usr/bin/runsvdir -P /etc/service\n",
        "/etc/sv/svc/run": f"#!/bin/sh\nexec {line}\n",
    }
    return texts, ({"/etc/service/svc": "/etc/sv/svc"} if on else {})


def _procd(line: str, *, on: bool) -> Made:
    script = (
        "#!/bin/sh /etc/rc.common\nUSE_PROCD=1\nSTART=50\nstart_service() {\n  procd_open_instance\n"
        f"  procd_set_param command {line}\n  procd_close_instance\n}}\n"
    )
    texts = {"/etc/inittab": "::sysinit:/etc/init.d/rcS S boot\n", "/etc/init.d/svc": script}
    return texts, ({"/etc/rc.d/S50svc": "../init.d/svc"} if on else {})


def _inittab(line: str, *, on: bool) -> Made:
    return {"/etc/inittab": f"{'' if on else '#'}::respawn:{line}\n::respawn:/sbin/getty -L ttyS0 115200 vt100\n"}, {}


def _rcs(line: str, *, on: bool) -> Made:
    script = f"#!/bin/sh\nmount -t proc proc /proc\n{'' if on else '# '}{line}\n"
    return {"/etc/inittab": "::sysinit:/etc/init.d/rcS\n", "/etc/init.d/rcS": script}, {}


SYSTEMS: Mapping[str, Callable[..., Made]] = {
    "inittab": _inittab, "rcS": _rcs, "sysv": _sysv, "systemd": _systemd, "runit": _runit, "procd": _procd,
}  # fmt: skip
"""A service in an init system, switched on or off as it is done there."""
LISTED = frozenset({"sysv", "systemd", "runit", "procd"})
"""Where a service that is off is still set up; in the others a comment is all that is left of it."""


def device(system: str, service: Service, line: str = "", program: str = "", *, on: bool = True) -> Tree:
    """A device with one service; `line` is its command as a whole, `program` another path of its program."""
    path = program or service.program
    texts, links = SYSTEMS[system](line or f"{path} {service.arguments}".strip(), on=on)
    first = {"/sbin/init": "/lib/systemd/systemd" if system == "systemd" else "/bin/busybox", "/bin/sh": "busybox"}
    shell = ELF + b"\0init\0sh\0"
    data: dict[str, str | bytes] = {"/bin/busybox": shell, path: ELF, **texts}
    if system == "systemd":
        data["/lib/systemd/systemd"] = ELF
    return of_texts(data, {**first, **links})
