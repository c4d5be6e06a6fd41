"""How one TCP port is asked what it is: by its banner, TLS, HTTP or MQTT.

Guarantees: every wait ends; at most `MAX_BANNER` bytes are read; no bytes from the other side reach a report but names of
programs and versions, cut and printable; certificates of the other side are read, not trusted.
What it does not do: send passwords; ask for anything but a page's head.
Sources: RFC 4253 4.2 (SSH), RFC 854 (telnet), RFC 9110 (HEAD), MQTT 3.1.1 sections 3.1 and 3.2, RFC 6143 (RFB).
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
import warnings
from collections.abc import Awaitable, Callable

import msgspec

from rulewright.devices import certificates
from rulewright.devices.ciphers import TLS, weak_in
from rulewright.devices.keys import strength
from rulewright.devices.model import Place
from rulewright.devices.reports.base import Report, shown
from rulewright.facts.types import Level

MAX_BANNER = 4096
FAILURES = (
    OSError,
    EOFError,
    TimeoutError,
    ssl.SSLError,
    asyncio.IncompleteReadError,
    asyncio.LimitOverrunError,
    ValueError,
)
_SSH = re.compile(r"^SSH-[\d.]+-([A-Za-z]+)[_-]([\w.+-]+)")
_SERVER = re.compile(r"(?im)^server:[ \t]*([A-Za-z][\w.+-]*)(?:/([\w.+-]+))?")
_FTP = re.compile(r"(?i)^220[ -].*?(?:\((vsftpd|proftpd|pure-ftpd)\s*([\d.]*)|ftp)")
CONNECT = bytes([0x10, 22, 0, 4]) + b"MQTT" + bytes([4, 2, 0, 5, 0, 10]) + b"rulewright"
"""MQTT 3.1.1: clean session, 5 s keep-alive, no name and no password."""
DISCONNECT = b"\xe0\x00"
NAMED = {
    ssl.TLSVersion.TLSv1: "TLS1.0",
    ssl.TLSVersion.TLSv1_1: "TLS1.1",
    ssl.TLSVersion.TLSv1_2: "TLS1.2",
    ssl.TLSVersion.TLSv1_3: "TLS1.3",
}
STRONG = 112
"""Bits of strength from which a key is not weak (NIST SP 800-131A)."""
MQTT_PORTS = {1883, 8883}


class Answer(msgspec.Struct, kw_only=True):
    """What an open port said; `name` is empty where it was not understood."""

    port: int
    name: str = ""
    product: str = ""
    version: str = ""
    encrypted: bool | None = None
    anonymous: bool = False
    tls: tuple[str, ...] = ()
    suites: tuple[str, ...] = ()
    certificate: bytes = b""
    """DER, as the other side showed it"""


class Peer(msgspec.Struct, frozen=True):
    """Where to connect: the address that was resolved, the name for TLS, the port, seconds to wait.

    `turn` is awaited before every connection: it keeps the pace.
    """

    address: str
    name: str
    port: int
    wait: float
    turn: Callable[[], Awaitable[None]]


async def ask(peer: Peer) -> Answer | None:
    """What a port says; `None` where it is closed or does not answer."""
    port = peer.port
    banner = await _exchange(peer, b"")
    if banner is None:
        return None
    answer = Answer(port=port)
    if banner:
        _banner(answer, banner)
        return answer
    await _tls(answer, peer)
    context = _context() if answer.tls else None
    probes = (_http, _mqtt) if port not in MQTT_PORTS else (_mqtt, _http)
    for probe in probes:
        if await probe(answer, peer, context):
            answer.encrypted = bool(answer.tls)
            break
    return answer


async def _exchange(peer: Peer, send: bytes, context: ssl.SSLContext | None = None, after: bytes = b"") -> bytes | None:
    """Connect, send, read once; `None` where no connection came about, nothing where no answer did."""
    await peer.turn()
    try:
        opened = asyncio.open_connection(
            peer.address, peer.port, ssl=context, server_hostname=peer.name if context else None
        )
        reader, writer = await asyncio.wait_for(opened, peer.wait)
    except FAILURES:
        return None
    try:
        if send:
            writer.write(send)
            await asyncio.wait_for(writer.drain(), peer.wait)
        got = await asyncio.wait_for(reader.read(MAX_BANNER), peer.wait)
        writer.write(after)
    except FAILURES:
        got = b""
    finally:
        await _close(writer, peer.wait)
    return got


async def _close(writer: asyncio.StreamWriter, wait: float) -> None:
    writer.close()
    with contextlib.suppress(*FAILURES):
        await asyncio.wait_for(writer.wait_closed(), wait)


def _banner(answer: Answer, banner: bytes) -> None:
    """What speaks first: SSH, telnet's negotiation, FTP, RFB."""
    text = shown(banner.decode("latin-1").partition("\n")[0].rstrip("\r"), 200)
    if text.startswith("SSH-"):
        match = _SSH.match(text)
        answer.name, answer.encrypted = "ssh", True
        answer.product, answer.version = (match[1].lower(), match[2]) if match else ("", "")
    elif banner[0] == 0xFF and len(banner) > 1 and 0xFB <= banner[1] <= 0xFE:
        answer.name, answer.encrypted = "telnet", False
    elif (ftp := _FTP.match(text)) is not None:
        answer.name, answer.encrypted = "ftp", False
        answer.product, answer.version = (ftp[1] or "").lower(), ftp[2] or ""
    elif text.startswith("RFB "):
        answer.name, answer.encrypted = "vnc", False


async def _http(answer: Answer, peer: Peer, context: ssl.SSLContext | None) -> bool:
    host = f"[{peer.name}]" if ":" in peer.name else peer.name
    request = f"HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("ascii", "replace")
    got = await _exchange(peer, request, context)
    if not got or not got.startswith(b"HTTP/"):
        return False
    match = _SERVER.search(got.decode("latin-1").partition("\r\n\r\n")[0])
    answer.name = "http"
    answer.product, answer.version = (match[1].lower(), match[2] or "") if match else ("", "")
    return True


async def _mqtt(answer: Answer, peer: Peer, context: ssl.SSLContext | None) -> bool:
    """Ask to be connected without a name: whether that is accepted (code 0) or refused (1 to 5)."""
    got = await _exchange(peer, CONNECT, context, DISCONNECT)
    if not got or len(got) < 4 or got[0] != 0x20 or got[1] != 2:
        return False
    answer.name, answer.anonymous = "mqtt", got[3] == 0
    return True


def _context(version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """A client that accepts every certificate and every suite: it looks, it trusts nobody with anything."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = version or ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = version or ssl.TLSVersion.MAXIMUM_SUPPORTED
    return context


async def _tls(answer: Answer, peer: Peer) -> None:
    """Which versions a handshake comes about with, and the suite that it agrees on."""
    versions, suites = [], set()
    for version, name in NAMED.items():
        agreed = await _handshake(answer, peer, version)
        if agreed:
            versions.append(name)
            suites.add(agreed)
        elif not versions and version is ssl.TLSVersion.TLSv1_3:
            break
    answer.tls, answer.suites = tuple(versions), tuple(sorted(suites))


async def _handshake(answer: Answer, peer: Peer, version: ssl.TLSVersion) -> str:
    await peer.turn()
    try:
        opened = asyncio.open_connection(
            peer.address, peer.port, ssl=_context(version), server_hostname=peer.name, ssl_handshake_timeout=peer.wait
        )
        _, writer = await asyncio.wait_for(opened, 2 * peer.wait)
    except FAILURES:
        return ""
    cipher, inner = writer.get_extra_info("cipher"), writer.get_extra_info("ssl_object")
    answer.certificate = (inner.getpeercert(binary_form=True) if inner else None) or answer.certificate
    await _close(writer, peer.wait)
    return shown(str(cipher[0]), 80) if cipher else ""


def say_tls(report: Report, answer: Answer, place: Place, scope: str) -> None:
    """The versions and suites that were agreed on."""
    if not answer.tls:
        return
    order = sorted(answer.tls, key=TLS.index)
    report.say(
        "tls.min_version", order[0], Level.VERIFIED, place, f"a handshake with {order[0]} came about", scope=scope
    )
    if order[-1] in {"TLS1.2", "TLS1.3"}:
        report.say(
            "tls.max_version", order[-1], Level.VERIFIED, place, f"a handshake with {order[-1]} came about", scope=scope
        )
    report.say("tls.cipher_suites", answer.suites, Level.VERIFIED, place, "agreed on in handshakes", scope=scope)
    weak = weak_in(answer.suites)
    if weak:
        report.say("crypto.weak_algorithms", weak, Level.VERIFIED, place, f"agreed on: {', '.join(weak)}", scope=scope)
    _say_certificate(report, answer.certificate, place, scope)


def _say_certificate(report: Report, der: bytes, place: Place, scope: str) -> None:
    """The certificate's fields; weak where its key or signature is, or where it had expired on the day of the check."""
    found = certificates.read_der(der) if certificates.available() else None
    if not isinstance(found, certificates.Certificate):
        return
    report.row(
        "certificate", place, subject=shown(found.subject), issuer=shown(found.issuer), algorithm=found.algorithm, size=found.size,
        signature=found.signature, not_before=found.not_before, not_after=found.not_after, self_signed=found.self_signed, path=scope,
    )  # fmt: skip
    expired = report.observed is not None and found.not_after < report.observed
    weak = found.signature in {"SHA-1", "MD5"} or 0 < strength(found.algorithm, found.size) < STRONG
    text = f"{found.algorithm} of {found.size} bits, signed with {found.signature}{', expired' if expired else ''}"
    report.say("tls.cert_expired_or_weak", expired or weak, Level.VERIFIED, place, text, scope=scope)
