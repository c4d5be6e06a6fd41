"""nginx's server blocks.

Guarantees: a server has its own settings, or those of `http` that it takes over; settings of `http` that every TLS server
overrides are kept, as not used.  What it does not do: `location` blocks beyond a redirect of the whole server; variables.
Source: the nginx manual: `listen` (default `*:80`), `ssl_protocols`, `ssl_verify_client`, `return`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from rulewright.devices.ciphers import lowest
from rulewright.devices.http_server import Server, Value, address, outside
from rulewright.devices.model import Daemon
from rulewright.devices.settings import Use, uses
from rulewright.devices.syntax_blocks import Block, blocks
from rulewright.devices.tree import Tree

MAX_SERVERS = 500

NGINX = frozenset({"nginx"})
TO_HTTPS = re.compile(r"^(?:301|302|303|307|308)$")


def nginx(tree: Tree, daemons: Sequence[Daemon]) -> list[tuple[Use, list[Server]]]:
    """The server blocks of each nginx that runs or could."""
    usual = ["/etc/nginx/nginx.conf", "/usr/local/nginx/conf/nginx.conf", "/etc/nginx.conf"]
    return [
        (use, [server for path in use.files[:1] for server in servers(blocks(tree, path))])
        for use in uses(tree, daemons, NGINX, usual, ["-c"])
    ]


def servers(whole: Block) -> list[Server]:
    """The servers of a configuration, and the defaults of `http` where they say something else than any server."""
    found: list[Server] = []
    for http in whole.named("http"):
        defaults = Block(http.words, http.place, tuple(block for block in http.inner if block.key != "server"))
        own = [_server(server, defaults) for server in islice(http.named("server"), MAX_SERVERS)]
        found += own
        default = http.last("ssl_protocols")
        taken = any(server.tls and block.last("ssl_protocols") is None for server, block in _pairs(own, http))
        if default is not None and not taken and lowest(default.words[1:]):
            version = Value(lowest(default.words[1:]), default.place)
            found.append(Server("http", lowest=version, used=False))
    return found


def _pairs(own: list[Server], http: Block) -> list[tuple[Server, Block]]:
    return list(zip(own, http.named("server"), strict=False))


def _server(block: Block, http: Block) -> Server:
    listens = [listen for listen in block.named("listen") if len(listen.words) > 1]
    names = block.last("server_name")
    first = address(listens[0].words[1]) if listens else "*:80"
    server = Server(
        f"server {first}" + (f" {names.words[1]}" if names and names.words[1:] and names.words[1] != "_" else "")
    )
    secure = [listen for listen in listens if _tls(listen, block)]
    open_ones = [listen for listen in listens if listen not in secure and outside(listen.words[1])]
    if open_ones:
        server.plain = Value(" ".join(open_ones[0].words), open_ones[0].place)
    elif not listens:
        server.plain = Value("no listen: its default is *:80", block.place)
    server.redirects = _redirects(block)
    server.guarded = any(part.last("auth_basic") is not None for part in (block, http))
    server.tls = any(outside(listen.words[1]) for listen in secure)
    if server.tls:
        _settings(server, block, http)
    return server


def _tls(listen: Block, block: Block) -> bool:
    """`listen 443 ssl`, or the old `ssl on`."""
    old = block.last("ssl")
    return "ssl" in listen.words[2:] or "quic" in listen.words[2:] or (old is not None and old.words[1:] == ("on",))


def _redirects(block: Block) -> bool:
    """Whether all that the server does is to send on to https."""
    whole = [part for part in block.inner if part.key == "location"]
    for part in (block, *(location for location in whole if location.words[1:] == ("/",) and len(whole) == 1)):
        sent = part.last("return")
        if sent is not None and any(word.startswith("https:") for word in sent.words[1:]):
            return len(sent.words) == 2 or bool(TO_HTTPS.match(sent.words[1]))
    return False


def _settings(server: Server, block: Block, http: Block) -> None:
    """The TLS settings: the server's own, or those of `http`."""

    def setting(key: str) -> Block | None:
        return block.last(key) or http.last(key)

    if (versions := setting("ssl_protocols")) is not None and lowest(versions.words[1:]):
        server.lowest = Value(lowest(versions.words[1:]), versions.place)
    if (ciphers := setting("ssl_ciphers")) is not None:
        server.ciphers = Value(" ".join(ciphers.words[1:]), ciphers.place)
    if (verify := setting("ssl_verify_client")) is not None and verify.words[1:] == ("on",):
        server.mutual = Value("ssl_verify_client on", verify.place)
