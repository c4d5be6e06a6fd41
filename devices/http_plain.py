"""uhttpd and Apache, and small web servers that are told all by their arguments.

Guarantees: a server that has no TLS at all is plain.  What it does not do: know the ports of servers that were not told one.
Sources: OpenWrt's /etc/config/uhttpd and uhttpd's options (-p, -s, -q), mini_httpd(8), thttpd(8), BusyBox httpd, Apache's
manual (Listen, VirtualHost, SSLEngine, SSLProtocol, SSLCipherSuite, SSLVerifyClient, Redirect).
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from rulewright.devices.ciphers import TLS, lowest, version
from rulewright.devices.http_server import Server, Value, address, outside
from rulewright.devices.model import Daemon, Place
from rulewright.devices.settings import Use, included, uses
from rulewright.devices.syntax_uci import Section, sections
from rulewright.devices.syntax_words import MAX_LINES, Directive, directives
from rulewright.devices.tree import Tree

UHTTPD = frozenset({"uhttpd"})
APACHE = frozenset({"apache2", "httpd2", "apache"})
NO_TLS = frozenset({"thttpd", "boa", "webs", "goahead", "micro_httpd", "httpd"})
PERHAPS_TLS = frozenset({"mini_httpd"})

MAX_DEPTH = 4
MAX_HOSTS = 200

Found = list[tuple[Use, list[Server]]]


def uhttpd(tree: Tree, daemons: Sequence[Daemon]) -> Found:
    """OpenWrt's web server, by its configuration and by its arguments."""
    result: Found = []
    for use in uses(tree, daemons, UHTTPD, ["/etc/config/uhttpd"]):
        found = [
            server
            for path in use.files
            for section in sections(tree, path)
            if section.kind == "uhttpd"
            for server in _section(section)
        ]
        found += _arguments(use)
        result.append((use, found))
    return result


def _section(section: Section) -> list[Server]:
    name = section.name or "uhttpd"
    plain = [listen for listen in section.options.get("listen_http", ()) if outside(listen)]
    secure = [listen for listen in section.options.get("listen_https", ()) if outside(listen)]
    found: list[Server] = []
    if plain:
        value = Value(f"listen_http {plain[0]}", section.at("listen_http"))
        redirects = section.on("redirect_https") and bool(secure)
        found.append(Server(f"{name} {address(plain[0])}", plain=value, redirects=redirects))
    if secure:
        found.append(Server(f"{name} {address(secure[0])}", tls=True))
    return found


def _arguments(use: Use) -> list[Server]:
    plain = use.option("-p")
    if not plain or not outside(plain):
        return []
    place = use.start
    return [Server(f"server {address(plain)}", plain=Value(f"-p {plain}", place), redirects=use.flag("q"))]


def plain(tree: Tree, daemons: Sequence[Daemon]) -> Found:
    """Small web servers: those without TLS, and mini_httpd without -S."""
    result: Found = []
    for use in uses(tree, daemons, NO_TLS | PERHAPS_TLS):
        if use.binary.endswith("mini_httpd") and use.flag("S"):
            continue
        place = use.start
        told = use.option("-p") or "80"
        if use.chain and outside(told):
            result.append((use, [Server(f"server {address(told)}", plain=Value("a server without TLS", place))]))
    return result


def apache(tree: Tree, daemons: Sequence[Daemon]) -> Found:
    """Apache's virtual hosts; the main server counts where no virtual host takes its port."""
    usual = ["/etc/apache2/apache2.conf", "/etc/apache2/httpd.conf", "/etc/httpd/conf/httpd.conf"]
    return [
        (use, [server for path in use.files[:1] for server in _hosts(tree, path)])
        for use in uses(tree, daemons, APACHE, usual, ["-f"])
    ]


def _all(tree: Tree, path: str, left: list[int], depth: int = 0) -> list[Directive]:
    """The directives of a file and of those that it includes; `left` counts down the lines."""
    found: list[Directive] = []
    own = directives(tree, path)
    left[0] -= len(own) + 1
    for directive in own:
        if directive.name not in {"include", "includeoptional"}:
            found.append(directive)
        elif depth < MAX_DEPTH and directive.words and left[0] > 0:
            for other in included(tree, directive.words[0], posixpath.dirname(path)):
                found += _all(tree, other, left, depth + 1) if left[0] > 0 else []
    return found


def _hosts(tree: Tree, path: str) -> list[Server]:
    top: dict[str, Directive] = {}
    hosts: list[tuple[str, Place, dict[str, Directive]]] = []
    inside = top
    for directive in _all(tree, path, [2 * MAX_LINES]):
        if directive.name == "<virtualhost":
            inside = {}
            hosts.append((directive.value.rstrip(">").strip() or "*:80", directive.place, inside))
        elif directive.name.startswith("</virtualhost"):
            inside = top
        else:
            inside[directive.name] = directive
    if not hosts and (listen := top.get("listen")) is not None:
        hosts.append((listen.words[0] if listen.words else "80", listen.place, {}))
    return [_host(listen, place, own, {**top, **own}) for listen, place, own in hosts[:MAX_HOSTS]]


def _host(listen: str, place: Place, own: dict[str, Directive], whole: dict[str, Directive]) -> Server:
    first = listen.split(maxsplit=1)[0]
    server = Server(f"VirtualHost {address(first)}")
    engine = own.get("sslengine")
    if engine is None or not engine.on:
        server.plain = Value(f"VirtualHost {address(first)} without SSLEngine", place) if outside(first) else None
        sent = own.get("redirect") or own.get("redirectpermanent")
        server.redirects = (
            sent is not None and any(word.startswith("https:") for word in sent.words) and "/" in sent.words
        )
        return server
    server.tls = outside(first)
    if (versions := whole.get("sslprotocol")) is not None and (low := _protocols(versions.words)):
        server.lowest = Value(low, versions.place)
    if (ciphers := whole.get("sslciphersuite")) is not None and ciphers.words:
        server.ciphers = Value(ciphers.words[-1], ciphers.place)
    if (verify := whole.get("sslverifyclient")) is not None and verify.value.lower() == "require":
        server.mutual = Value("SSLVerifyClient require", verify.place)
    return server


def _protocols(words: Sequence[str]) -> str:
    """The lowest version of SSLProtocol: words, or `all` (TLS 1.0 up) with some taken away."""
    removed = {version(word[1:]) for word in words if word.startswith("-")}
    if any(word.lower() in {"all", "+all"} for word in words):
        return next((known for known in TLS[1:] if known not in removed), "")
    return lowest(word.lstrip("+") for word in words if not word.startswith("-"))
