"""lighttpd's sockets: the main one, and those of `$SERVER["socket"]` blocks.

Guarantees: each socket is a server; a redirect to https that stands for all plain requests is seen.
What it does not do: host and path conditions; what `include_shell` would print.
Source: lighttpd's manual: `server.port`, `server.bind`, `ssl.engine`, `ssl.openssl.ssl-conf-cmd` (MinProtocol, Protocol,
CipherString), `ssl.use-sslv3`, `ssl.cipher-list`, `ssl.verifyclient.enforce`, `url.redirect`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rulewright.devices.ciphers import TLS, lowest, version
from rulewright.devices.http_server import Server, Value, address, outside
from rulewright.devices.model import Daemon, Place
from rulewright.devices.settings import Use, uses
from rulewright.devices.syntax_lighttpd import Setting, settings
from rulewright.devices.tree import Tree

MAX_SOCKETS = 100

LIGHTTPD = frozenset({"lighttpd"})


def lighttpd(tree: Tree, daemons: Sequence[Daemon]) -> list[tuple[Use, list[Server]]]:
    """The sockets of each lighttpd that runs or could."""
    usual = ["/etc/lighttpd/lighttpd.conf", "/etc/lighttpd.conf"]
    return [
        (use, [server for path in use.files[:1] for server in servers(settings(tree, path), Place(path))])
        for use in uses(tree, daemons, LIGHTTPD, usual, ["-f"])
    ]


def servers(found: Sequence[Setting], whole: Place) -> list[Server]:
    """The main socket first, then the others in the order of their blocks."""
    top = {setting.key: setting for setting in found if not setting.under}
    port, bind = top.get("server.port"), top.get("server.bind")
    listen = f"{bind.plain if bind else ''}:{port.plain if port else '80'}"
    place = (port or bind or Setting("", "", whole)).place
    result = [_server(listen, place, top, found)]
    for socket in list(dict.fromkeys(setting.socket for setting in found if setting.socket))[:MAX_SOCKETS]:
        own = {setting.key: setting for setting in found if setting.socket == socket}
        result.append(_server(socket, next(iter(own.values())).place, {**_shared(top), **own}, found))
    return result


def _shared(top: dict[str, Setting]) -> dict[str, Setting]:
    """The settings that other sockets take over: all but whether TLS is spoken."""
    return {key: setting for key, setting in top.items() if key.startswith("ssl.") and key != "ssl.engine"}


def _server(listen: str, place: Place, own: dict[str, Setting], found: Sequence[Setting]) -> Server:
    server = Server(f"socket {address(listen)}")
    engine = own.get("ssl.engine")
    if engine is not None and engine.on:
        server.tls = outside(listen)
        _tls(server, own)
    elif outside(listen):
        server.plain = Value(f"{listen} without ssl.engine", place)
        server.redirects = any(_to_https(setting) for setting in found)
    server.guarded = "auth.require" in own
    return server


def _to_https(setting: Setting) -> bool:
    """A redirect of every plain request: `url.redirect = ("" => "https://…")` under `scheme == http` or for all."""
    everything = {"", ".*", "^.*", "^/(.*)", "(.*)", "^/.*", "^(.*)$"}
    texts = setting.texts
    plain = all(part in {"else", "scheme == http"} or part.startswith("socket ==") for part in setting.under)
    return (
        setting.key == "url.redirect" and plain and len(texts) > 1 and texts[0] in everything and "https:" in texts[1]
    )


def _tls(server: Server, own: dict[str, Setting]) -> None:
    if (commands := own.get("ssl.openssl.ssl-conf-cmd")) is not None:
        pairs = dict(re.findall(r'"(\w+)"\s*=>\s*"([^"]*)"', commands.value))
        low = version(pairs.get("MinProtocol", "")) or _protocol(pairs.get("Protocol", ""))
        if low:
            server.lowest = Value(low, commands.place)
        if pairs.get("CipherString"):
            server.ciphers = Value(pairs["CipherString"], commands.place)
    if (old := own.get("ssl.use-sslv3")) is not None and old.on:
        server.lowest = Value("SSL3", old.place)
    if (ciphers := own.get("ssl.cipher-list")) is not None:
        server.ciphers = Value(ciphers.plain, ciphers.place)
    if (verify := own.get("ssl.verifyclient.enforce")) is not None and verify.on:
        server.mutual = Value("ssl.verifyclient.enforce", verify.place)


def _protocol(text: str) -> str:
    """The lowest version of OpenSSL's Protocol command: a list, or `ALL, -TLSv1`; what it starts from without ALL is none."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not any(word.lstrip("+").upper() == "ALL" for word in words):
        return lowest(word.lstrip("+") for word in words if not word.startswith("-"))
    removed = {version(word[1:]) for word in words if word.startswith("-")}
    return next((known for known in TLS if known not in removed), "")
