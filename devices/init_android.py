"""Init of Android: services and actions of `.rc` files.

Guarantees: a service of a class that is started at boot is started unless it says `disabled`; one that an action on a property
starts is conditional on it.  What it does not do: imports by property.
"""

from __future__ import annotations

import msgspec

from rulewright.devices.boot import Boot, Context
from rulewright.devices.model import Place
from rulewright.facts.types import Level

PATTERNS = (
    "/init.rc",
    "/init.*.rc",
    "/system/etc/init/*.rc",
    "/system/etc/init/hw/*.rc",
    "/vendor/etc/init/*.rc",
    "/odm/etc/init/*.rc",
)
_BOOT = frozenset(
    {
        "early-init",
        "init",
        "late-init",
        "fs",
        "post-fs",
        "post-fs-data",
        "early-boot",
        "boot",
        "charger",
        "nonencrypted",
    }
)


class Service(msgspec.Struct):
    """A service while it is read."""

    words: list[str]
    place: Place
    user: str = ""
    disabled: bool = False


def present(boot: Boot) -> bool:
    """Whether the tree holds configuration of this init."""
    return bool(boot.tree.glob(PATTERNS[0]) or boot.tree.glob(PATTERNS[2]))


def init(boot: Boot, context: Context) -> None:
    """All services and actions."""
    services: dict[str, Service] = {}
    asked: list[tuple[str, str, Place]] = []
    for pattern in PATTERNS:
        for path in boot.tree.glob(pattern):
            if boot.tree.is_file(path):
                boot.reach(path, context.level)
                _read(boot, path, context, services, asked)
    for name, service in services.items():
        triggers = [(trigger, place) for trigger, wanted, place in asked if wanted == name]
        found = context.then("init", service.place, f"service {name}")
        if service.disabled:
            sure = any(trigger in _BOOT for trigger, _ in triggers)
            if triggers and not sure:
                found = found.then("init", triggers[0][1], f"start {name}", triggers[0][0])
            elif not sure:
                found = found.at_most(Level.CONFIGURED)
        boot.words(service.words, msgspec.structs.replace(found, user=service.user))


def _read(
    boot: Boot, path: str, context: Context, services: dict[str, Service], asked: list[tuple[str, str, Place]]
) -> None:
    service: Service | None = None
    trigger = ""
    for number, line in enumerate(boot.tree.lines(path), 1):
        words = line.split()
        place = Place(path, number)
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "service" and len(words) > 2:
            service = services.setdefault(words[1], Service(words[2:], place))
        elif words[0] in {"on", "import"}:
            service, trigger = None, " ".join(words[1:])
        elif service is not None:
            service.disabled = service.disabled or words[0] == "disabled"
            service.user = words[1] if words[0] == "user" and len(words) > 1 else service.user
        elif words[0] in {"start", "restart", "enable"} and len(words) > 1:
            asked.append((trigger, words[1], place))
        elif words[0] in {"exec", "exec_background", "exec_start"} and "--" in words:
            found = context.then("init", place, trigger, "" if trigger in _BOOT else trigger)
            boot.words(words[words.index("--") + 1 :], found)
