"""Web servers: plain HTTP, TLS versions and suites, client certificates, by server block.

Guarantees: each server block is judged by itself (`scope`); one that only the device itself reaches, or that only sends
on to https, is no plain one; a setting that no block uses (all override it) is `configured`; settings count as surely as
the server runs.  What it does not do: know a server's built-in TLS versions, which depend on its build; ask what pages
are for: a device's web pages are taken as its management.
Sources: the nginx, lighttpd and uhttpd manuals; the readers per server are in `devices.http_*`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from rulewright.devices.ciphers import listed, suites, weak_in
from rulewright.devices.http_lighttpd import LIGHTTPD, lighttpd
from rulewright.devices.http_nginx import NGINX, nginx
from rulewright.devices.http_plain import APACHE, NO_TLS, PERHAPS_TLS, UHTTPD, apache, plain, uhttpd
from rulewright.devices.http_server import Server, Value
from rulewright.devices.model import Daemon, Findings, Place
from rulewright.devices.settings import Use, understood
from rulewright.devices.tree import Tree
from rulewright.facts.types import Level

KNOWN = NGINX | LIGHTTPD | UHTTPD | APACHE | NO_TLS | PERHAPS_TLS

READERS: tuple[Callable[[Tree, Sequence[Daemon]], list[tuple[Use, list[Server]]]], ...] = (
    nginx,
    lighttpd,
    uhttpd,
    apache,
    plain,
)


def detect(tree: Tree, daemons: Sequence[Daemon]) -> Findings:
    """Plain management pages, lowest TLS versions, suites, client certificates."""
    found = Findings()
    if understood(daemons, "http", KNOWN):
        found.examined["iface.http_plain_admin"] = False
    for use, servers in servers_of(tree, daemons):
        for server in servers:
            _server(found, use, server)
    return found


def servers_of(tree: Tree, daemons: Sequence[Daemon]) -> list[tuple[Use, list[Server]]]:
    """Every web server's blocks, with how surely it runs."""
    return [item for reader in READERS for item in reader(tree, daemons)]


def _server(found: Findings, use: Use, server: Server) -> None:
    graded = use if server.used else msgspec.structs.replace(use, level=min(use.level, Level.CONFIGURED))
    scope = server.scope
    if server.plain is not None and not server.redirects:
        found.said.append(
            graded.said("iface.http_plain_admin", server.plain.place, value=True, scope=scope, text=server.plain.text)
        )
    if server.lowest is not None:
        found.said.append(
            graded.said(
                "tls.min_version", server.lowest.place, value=server.lowest.text, scope=scope, text="TLS versions"
            )
        )
    elif server.tls:
        place = use.start if use.chain or not use.files else Place(use.files[0])
        found.rows.append(
            graded.finding("tls version not set", place, f"{scope}: the lowest version is that of the build")
        )
    if server.mutual is not None:
        found.said.append(
            graded.said("tls.mutual", server.mutual.place, value=True, scope=scope, text=server.mutual.text)
        )
        found.said.append(
            graded.said("auth.uses_pki", server.mutual.place, value=True, scope=scope, text="client certificates")
        )
    if server.ciphers is not None:
        _ciphers(found, graded, server.ciphers, scope)


def _ciphers(found: Findings, use: Use, ciphers: Value, scope: str) -> None:
    if named := suites(ciphers.text):
        found.said.append(use.said("tls.cipher_suites", ciphers.place, value=named, scope=scope, text="listed suites"))
    if weak := weak_in(listed(ciphers.text)):
        found.said.append(
            use.said("crypto.weak_algorithms", ciphers.place, value=weak, scope=scope, text="listed suites")
        )
