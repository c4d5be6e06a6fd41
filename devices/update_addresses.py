"""Addresses of updates in settings and scripts, and downloads that check no certificate.

Guarantees: an address counts when the line that holds it, or the option's name, speaks of updates, and no comment holds it; the
address is never said to be used: it is `configured`.  So many files and places at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rulewright.devices.model import Place, Row, Said
from rulewright.devices.settings import finding
from rulewright.devices.tree import Entry, Tree
from rulewright.facts.types import Level

MAX_FILE = 256 * 1024
MAX_FILES = 20_000
MAX_PLACES = 40

FOLDERS = (
    "/etc/",
    "/opt/",
    "/usr/bin/",
    "/usr/sbin/",
    "/bin/",
    "/sbin/",
    "/usr/local/",
    "/usr/libexec/",
    "/usr/lib/lua/",
    "/www/",
    "/home/",
    "/root/",
    "/lib/upgrade/",
    "/app/",
)
_LEFT = re.compile(
    r"^/etc/(?:ssl|apt|apk|opkg|systemd|apparmor|fonts|mime|services|dpkg|ca-)|\.(?:so|ko|png|jpe?g|gz|crt|pem|der|html?|css|svg|ttf|woff2?)(?:\.|$)"
)
_URL = re.compile(r"\b(https?|ftp|tftp)://([\w.\-\[\]:$@{}%]+)", re.IGNORECASE)
_UPDATE = re.compile(
    r"(?<![a-z])(?:up(?:date|grade|gr)|f(?:irm)?w(?:are)?|f?ota|sysupgrade)(?![a-z])|update|upgrade|firmware",
    re.IGNORECASE,
)
_UNCHECKED = re.compile(
    r"\bwget\b.*--no-check-certificate|\bcurl\b.*(?:\s-\w*k\w*\b|--insecure)|\buclient-fetch\b.*--no-check-certificate"
)
_PLAIN = ("localhost", "127.", "[::1]", "www.w3.org", "schemas.", "bugs.", "www.gnu.org")


def addresses(tree: Tree, known: set[str], rows: list[Row]) -> list[Said]:
    """What addresses of updates say of their transport; places of unchecked downloads are added to the rows."""
    plain: list[tuple[Place, str]] = []
    secure: list[tuple[Place, str]] = []
    for entry in _files(tree):
        if entry.path in known:
            continue
        for number, line in enumerate(_texts(tree, entry), 1):
            text = line.lstrip()
            if len(text) < 8 or text[0] in "#;/*" or text.startswith("--"):
                continue
            if "://" in text:
                _sort(text[:2000], Place(entry.path, number), plain, secure)
            if (
                ("wget" in text or "curl" in text or "uclient" in text)
                and _UNCHECKED.search(text[:2000])
                and len(rows) < MAX_PLACES
            ):
                rows.append(
                    finding(
                        "download without a check",
                        Level.CONFIGURED,
                        Place(entry.path, number),
                        "the server's certificate is not checked",
                    )
                )
    rows += [
        finding("update address", Level.CONFIGURED, place, f"over {scheme}") for place, scheme in plain[:MAX_PLACES]
    ]
    if plain:
        place, scheme = plain[0]
        return [_said(place, f"an update's address is over {scheme}", value=False)]
    return [_said(secure[0][0], "the addresses of updates are over https", value=True)] if secure else []


def _said(place: Place, text: str, *, value: bool) -> Said:
    return Said(
        attribute="update.transport_encrypted",
        value=value,
        level=Level.CONFIGURED,
        place=place,
        text=text,
        scope="addresses",
    )


def _sort(text: str, place: Place, plain: list[tuple[Place, str]], secure: list[tuple[Place, str]]) -> None:
    for match in _URL.finditer(text):
        host = match[2].rpartition("@")[2].lower()
        around = text[max(0, match.start() - 80) : match.start()] + text[match.end() : match.end() + 80]
        if host.startswith(_PLAIN) or not _UPDATE.search(around):
            continue
        scheme = match[1].lower()
        (secure if scheme == "https" else plain).append((place, scheme))


def _files(tree: Tree) -> Iterator[Entry]:
    number = 0
    for entry in tree.files():
        if not 8 <= entry.size <= MAX_FILE or not entry.path.startswith(FOLDERS) or _LEFT.search(entry.path):
            continue
        number += 1
        if number > MAX_FILES:
            return
        yield entry


def _texts(tree: Tree, entry: Entry) -> list[str]:
    data = tree.read(entry.path, MAX_FILE)
    if b"\0" in data[:4096] or (b"://" not in data and b"--no-check" not in data and b"curl" not in data):
        return []
    return data.decode("utf-8", "backslashreplace").splitlines()
