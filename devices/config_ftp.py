"""FTP and TFTP servers: who may come in without a password.

Guarantees: settings count as surely as the server runs; defaults are those of the program's own manual.
What it does not do: say that there is a server (`devices.daemons`).
Sources: vsftpd.conf(5), the ProFTPD directive list (Anonymous), pure-ftpd(8), dnsmasq(8) for its TFTP server.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rulewright.devices.model import Daemon, Findings, Place
from rulewright.devices.settings import Use, uses
from rulewright.devices.syntax_words import by_name, directives
from rulewright.devices.tree import Tree

VSFTPD = frozenset({"vsftpd"})
PROFTPD = frozenset({"proftpd"})
PURE = frozenset({"pure-ftpd"})
TFTP = frozenset({"tftpd", "in.tftpd", "atftpd", "utftpd", "tftpd-hpa"})
SERVICES = "auth.unauthenticated_services"


def detect(tree: Tree, daemons: Sequence[Daemon]) -> Findings:
    """Anonymous FTP, uploads by anyone, FTP without TLS; TFTP, which knows no passwords."""
    found = Findings()
    for use in uses(tree, daemons, VSFTPD, ["/etc/vsftpd.conf", "/etc/vsftpd/vsftpd.conf"]):
        for path in use.files:
            _vsftpd(tree, found, _named(tree, use), path)
    for use in uses(tree, daemons, PROFTPD, ["/etc/proftpd.conf", "/etc/proftpd/proftpd.conf"], ["-c"]):
        for path in use.files:
            _proftpd(tree, found, use, path)
    for use in uses(tree, daemons, PURE, ["/etc/pure-ftpd.conf"]):
        for path in use.files:
            _pure(tree, found, use, path)
    for use in uses(tree, daemons, TFTP):
        place = use.start
        found.said.append(use.said(SERVICES, place, value=("tftp",), text="TFTP has no passwords"))
    return found


def _named(tree: Tree, use: Use) -> Use:
    """The file is a plain argument of vsftpd: nothing else names it."""
    named = tuple(word for word in use.arguments if word.endswith(".conf") and tree.is_file(word))
    return msgspec.structs.replace(use, files=named) if named else use


def _vsftpd(tree: Tree, found: Findings, use: Use, path: str) -> None:
    settings = by_name(directives(tree, path, "="))
    anonymous = settings.get("anonymous_enable")
    if anonymous is None or anonymous.on:
        place = anonymous.place if anonymous else Place(path)
        text = "anonymous_enable=YES" if anonymous else "anonymous_enable is not set: its default is YES"
        found.said.append(use.said(SERVICES, place, value=("ftp",), text=text))
        upload, write = settings.get("anon_upload_enable"), settings.get("write_enable")
        if upload is not None and upload.on and write is not None and write.on:
            found.rows.append(use.finding("ftp anonymous upload", upload.place, "anyone may write files"))
    tls = settings.get("ssl_enable")
    if tls is None or not tls.on:
        place = tls.place if tls else Place(path)
        found.rows.append(use.finding("ftp without TLS", place, "passwords and files go in the clear"))


def _proftpd(tree: Tree, found: Findings, use: Use, path: str) -> None:
    for directive in directives(tree, path):
        if directive.name == "<anonymous":
            text = f"<Anonymous {directive.value}"
            found.said.append(use.said(SERVICES, directive.place, value=("ftp",), text=text))


def _pure(tree: Tree, found: Findings, use: Use, path: str) -> None:
    refused = by_name(directives(tree, path)).get("noanonymous")
    if refused is None or not refused.on:
        place = refused.place if refused else Place(path)
        found.said.append(use.said(SERVICES, place, value=("ftp",), text="NoAnonymous no"))
