"""What the readers of web servers' configurations have in common: a server block, as far as it matters here.

Guarantees: plain values with their places.  What it does not do: read any syntax.
"""

from __future__ import annotations

import msgspec

from rulewright.devices.model import Place
from rulewright.devices.settings import loopback


class Value(msgspec.Struct, frozen=True):
    """A word of a configuration, and its place."""

    text: str
    place: Place


class Server(msgspec.Struct):
    """A server block: where it listens plainly, whether it only sends on to https, and its TLS settings.

    `key` are the private keys and certificates that it names; `used` is false for defaults that no block takes over.
    """

    scope: str
    plain: Value | None = None
    redirects: bool = False
    tls: bool = False
    lowest: Value | None = None
    ciphers: Value | None = None
    mutual: Value | None = None
    guarded: bool = False
    """asks for a password (basic or digest authentication) as a whole"""
    used: bool = True


def host_port(listen: str, without: str = "80") -> tuple[str, str]:
    """The host and port of a listen address: `443`, `127.0.0.1:80`, `[::]:443`, `*:80`, `:8080`."""
    text = listen.strip()
    if text.isdigit():
        return "", text
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        return text, without
    return ("" if host in {"*", "[::]", "0.0.0.0"} else host), port  # noqa: S104 -- read, not bound


def outside(listen: str) -> bool:
    """Whether a listen address is reached from other devices: not loopback, and no socket file."""
    host, _ = host_port(listen)
    return not loopback(host) and not listen.startswith(("unix:", "/"))


def address(listen: str) -> str:
    """A listen address as a scope shows it: `*:443`."""
    host, port = host_port(listen)
    return f"{host or '*'}:{port}"
