"""Super servers: the services of inetd.conf and xinetd.d, each at most as sure as inetd itself.

Guarantees: each service names its line and its port; one that is commented out or disabled is not started.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

import msgspec

from rulewright.devices.boot import Boot, Context
from rulewright.devices.model import Place
from rulewright.devices.tree import Tree
from rulewright.facts.types import Level

PORTS: dict[str, int] = {
    "echo": 7, "discard": 9, "daytime": 13, "chargen": 19, "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25,
    "time": 37, "tftp": 69, "finger": 79, "http": 80, "www": 80, "pop3": 110, "sunrpc": 111, "auth": 113, "ident": 113, "ntp": 123,
    "imap2": 143, "snmp": 161, "https": 443, "exec": 512, "login": 513, "shell": 514, "syslog": 514, "printer": 515, "rsync": 873,
    "telnets": 992, "swat": 901, "mqtt": 1883, "nfs": 2049, "git": 9418, "netbios-ssn": 139, "microsoft-ds": 445,
}  # fmt: skip
"""Services by name (IANA), for trees without /etc/services."""
MAX_INCLUDED = 500


def port(tree: Tree, service: str, protocol: str) -> int:
    """The number of a service; 0 when nothing says it."""
    if service.isdecimal():
        return int(service) if len(service) < 6 else 0
    for line in tree.lines("/etc/services"):
        words = line.partition("#")[0].split()
        if len(words) > 1 and service in (words[0], *words[2:]):
            number, _, kind = words[1].partition("/")
            if kind == protocol and number.isdecimal() and len(number) < 6:
                return int(number)
    return PORTS.get(service, 0)


def listening(tree: Tree, service: str, protocol: str, host: str = "") -> str:
    """A port as steps of chains write it: `tcp/23`, `tcp/127.0.0.1:23`."""
    protocol = "udp" if "udp" in protocol else "tcp"
    where = "" if host in {"", "*", "0.0.0.0", "::"} else f"{host}:"  # noqa: S104  read, not bound
    return f"{protocol}/{where}{port(tree, service, protocol)}"


def inetd(boot: Boot, words: Sequence[str], context: Context) -> None:
    """The services of inetd's configuration."""
    plain = [word for word in words[1:] if word.startswith("/")]
    for path in [plain[-1] if plain else "/etc/inetd.conf", *boot.children("/etc/inetd.d")]:
        if not boot.tree.is_file(path):
            if context.level > Level.CONFIGURED and (plain or path in boot.tree.entries):
                boot.note(path, "is what inetd reads, and is not in the tree")
            continue
        boot.reach(path, context.level)
        for number, line in enumerate(boot.tree.lines(path), 1):
            parts = line.split()
            if len(parts) >= 6 and not parts[0].startswith("#"):
                _line(boot, parts, Place(path, number), context)


def _line(boot: Boot, parts: list[str], place: Place, context: Context) -> None:
    host, _, service = parts[0].rpartition(":")
    protocol, user, server = parts[2].removeprefix("rpc/"), parts[4].partition(".")[0].partition(":")[0], parts[5]
    step = context.then("inetd", place, listening(boot.tree, service.partition("/")[0], protocol, host))
    boot.words(command(server, parts[6:], service), msgspec.structs.replace(step, user=user))


def command(server: str, arguments: Sequence[str], service: str) -> list[str]:
    """The command of a service: the arguments begin with the program's own name, which `tcpd` and BusyBox act on."""
    name = posixpath.basename(server)
    if server == "internal":
        return ["internal", service]
    if name in {"tcpd", "busybox", "sh", "nice"} and arguments:
        return list(arguments if arguments[0] != name else [server, *arguments[1:]])
    return [server, *arguments[1:]]


def xinetd(boot: Boot, words: Sequence[str], context: Context) -> None:
    """The services of xinetd's configuration and of the folders that it includes."""
    path = words[words.index("-f") + 1] if "-f" in words[:-1] else "/etc/xinetd.conf"
    files = [path, *boot.children("/etc/xinetd.d")]
    for line in boot.tree.lines(path):
        parts = line.split()
        if len(parts) == 2 and parts[0] == "includedir" and parts[1].rstrip("/") != "/etc/xinetd.d":
            files += boot.children(parts[1])
    for file in files[:MAX_INCLUDED]:
        if boot.tree.is_file(file):
            boot.reach(file, context.level)
            _xinetd_file(boot, file, context)


def _xinetd_file(boot: Boot, path: str, context: Context) -> None:
    service, begun = "", 0
    values: dict[str, str] = {}
    for number, line in enumerate(boot.tree.lines(path), 1):
        text = line.partition("#")[0].strip()
        if text.startswith("service "):
            service, begun, values = text.split()[1].rstrip("{"), number, {}
        elif text.startswith("}") and service:
            _xinetd_service(boot, service, values, Place(path, begun), context)
            service = ""
        elif "=" in text:
            key, _, value = text.partition("=")
            values[key.strip(" \t+-")] = value.strip()


def _xinetd_service(boot: Boot, service: str, values: dict[str, str], place: Place, context: Context) -> None:
    if values.get("disable", "no").lower() == "yes":
        context = context.at_most(Level.CONFIGURED)
    protocol = values.get("protocol", "udp" if values.get("socket_type") == "dgram" else "tcp")
    listens = listening(
        boot.tree, values.get("port", service), protocol, values.get("bind", values.get("interface", ""))
    )
    step = msgspec.structs.replace(context.then("inetd", place, listens), user=values.get("user", ""))
    arguments = values.get("server_args", "").split()
    named = "NAMEINARGS" in values.get("flags", "")
    server = values.get("server", "internal")
    boot.words(command(server, arguments if named else [posixpath.basename(server), *arguments], service), step)


def unlinked(boot: Boot) -> None:
    """Configurations of super servers that nothing starts: set up."""
    for path, follower in (("/etc/inetd.conf", inetd), ("/etc/xinetd.conf", xinetd), ("/etc/xinetd.d", xinetd)):
        held = [path, *boot.children(path)]
        if boot.tree.resolve(path) is not None and not any(one in boot.reached for one in held):
            follower(boot, [follower.__name__], Context(Level.CONFIGURED))
