"""Package feeds as a way of updating: opkg, apk and apt, with their signature checks and transports.

Guarantees: a feed counts where its package manager is in the tree; each file of sources is read line by line, comments off.
Source: opkg's documentation (`option check_signature`), apk-repositories(5), apt-secure(8), sources.list(5), apt.conf(5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from rulewright.devices.linked import found_program
from rulewright.devices.model import Place, Said, Start
from rulewright.devices.tree import Tree
from rulewright.facts.types import Level

_URL = re.compile(r"\b(https?|ftp|file|cdrom):", re.IGNORECASE)


class Feed(msgspec.Struct, frozen=True):
    """A source of packages: how it is reached, and whether lists from it are taken unsigned."""

    scheme: str
    place: Place
    unsigned: bool = False


def feeds(tree: Tree, started: Sequence[Start]) -> list[Said]:
    """What the package managers of a tree say of updates."""
    found = [*_opkg(tree), *_apk(tree), *_apt(tree)]
    if any(
        start.unit in {"apt-daily-upgrade.service", "apt-daily-upgrade.timer"} and start.level >= Level.CONDITIONAL
        for start in started
    ):
        found += _unattended(tree)
    return found


def _says(scope: str, sources: list[Feed], level: Level, *, verified: bool, text: str, place: Place) -> list[Said]:
    remote = [feed for feed in sources if feed.scheme in {"http", "https", "ftp"}]
    if not remote:
        return []
    plain = next((feed for feed in remote if feed.scheme != "https"), None)
    loose = next((feed for feed in remote if feed.unsigned), None)
    at = loose.place if loose else place
    return [
        Said(attribute="update.supported", value=True, level=level, place=remote[0].place, text=f"{scope} with a feed", scope=scope),
        Said(attribute="update.packages_decoupled_from_firmware", value=True, level=level, place=remote[0].place, text=scope, scope=scope),
        Said(attribute="update.signature_verified", value=verified and not loose, level=level, place=at, text=text, scope=scope),
        Said(
            attribute="update.transport_encrypted", value=plain is None, level=level, place=(plain or remote[0]).place,
            text=f"feed over {(plain or remote[0]).scheme}", scope=scope,
        ),
    ]  # fmt: skip


def _lines(tree: Tree, *patterns: str) -> Iterator[tuple[str, Place]]:
    for path in dict.fromkeys(path for pattern in patterns for path in tree.glob(pattern)):
        for number, line in enumerate(tree.lines(path), 1):
            text = line.strip()
            if text and not text.startswith("#"):
                yield text, Place(path, number)


def _level(tree: Tree, *names: str) -> Level:
    return Level.ENABLED if any(found_program(tree, name) for name in names) else Level.CONFIGURED


def _opkg(tree: Tree) -> list[Said]:
    sources: list[Feed] = []
    check: tuple[bool, Place] | None = None
    for text, place in _lines(tree, "/etc/opkg.conf", "/etc/opkg/*.conf"):
        words = text.split()
        scheme = _URL.search(text)
        if words[0].startswith("src") and scheme:
            sources.append(Feed(scheme[1].lower(), place))
        elif words[0] == "option" and len(words) > 1 and words[1] == "check_signature":
            check = (len(words) < 3 or words[2] not in {"0", "no", "false"}, place)
    here = check[1] if check else sources[0].place if sources else Place("/etc/opkg.conf")
    verified = bool(check and check[0])
    return _says(
        "opkg",
        sources,
        _level(tree, "opkg", "opkg-cl"),
        verified=verified,
        text="option check_signature" if verified else "no check_signature",
        place=here,
    )


def _apk(tree: Tree) -> list[Said]:
    sources = [
        Feed(s[1].lower(), place)
        for text, place in _lines(tree, "/etc/apk/repositories", "/etc/apk/repositories.d/*")
        if (s := _URL.search(text))
    ]
    keys = tree.children("/etc/apk/keys")
    place = Place(keys[0] if keys else "/etc/apk/repositories")
    return _says(
        "apk",
        sources,
        _level(tree, "apk"),
        verified=True,
        text=f"apk verifies indexes with {len(keys)} keys",
        place=place,
    )


def _apt(tree: Tree) -> list[Said]:
    sources: list[Feed] = []
    for text, place in _lines(tree, "/etc/apt/sources.list", "/etc/apt/sources.list.d/*.list"):
        scheme = _URL.search(text)
        if text.startswith(("deb ", "deb\t")):
            loose = re.search(r"\[[^\]]*(?:trusted=yes|allow-insecure=yes)[^\]]*\]", text) is not None
            sources.append(Feed(scheme[1].lower() if scheme else "", place, loose))
    trusted = False
    for text, place in _lines(tree, "/etc/apt/sources.list.d/*.sources"):
        key, _, value = text.partition(":")
        scheme = _URL.search(value)
        if key.lower() == "uris" and scheme:
            sources.append(Feed(scheme[1].lower(), place))
        trusted = trusted or (key.lower() in {"trusted", "allow-insecure"} and value.strip().lower() in {"yes", "true"})
    off = next(
        (
            p
            for t, p in _lines(tree, "/etc/apt/apt.conf", "/etc/apt/apt.conf.d/*")
            if re.search(r"AllowUnauthenticated\s+\"?(?:true|1|yes)", t)
        ),
        None,
    )
    place = off or (sources[0].place if sources else Place("/etc/apt/sources.list"))
    text = "apt takes what is not signed" if off or trusted else "apt verifies the lists of its sources"
    return _says(
        "apt", sources, _level(tree, "apt-get", "apt"), verified=not off and not trusted, text=text, place=place
    )


def _unattended(tree: Tree) -> list[Said]:
    for text, place in _lines(tree, "/etc/apt/apt.conf.d/*"):
        if re.search(r'APT::Periodic::Unattended-Upgrade\s+"[1-9]', text) and found_program(tree, "unattended-upgrade"):
            level = Level.ENABLED
            return [
                Said(
                    attribute="update.automatic_capable",
                    value=True,
                    level=level,
                    place=place,
                    text="unattended-upgrades",
                    scope="apt",
                ),
                Said(
                    attribute="update.automatic_default",
                    value="on",
                    level=level,
                    place=place,
                    text="unattended-upgrades",
                    scope="apt",
                ),
            ]
    return []
