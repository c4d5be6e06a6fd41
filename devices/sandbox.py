"""What confines the services of a device: users, systemd's settings, AppArmor, SELinux, containers, filters on system calls.

Guarantees: protections are named, not scored; a feature counts as in use when an enabled service uses it.  `sandboxed` is true of
a daemon with a filter on system calls, a view of the file system of its own, or an enforced profile that is loaded; the
drop of root alone is no sandbox (`authz.least_privilege_processes_ratio` has that).
What it does not do: sandboxes that a program builds for itself (as OpenSSH's), but for a link against libseccomp.
Sources: systemd.exec(5), systemd.resource-control(5), selinux_config(5).
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from rulewright.devices import apparmor
from rulewright.devices.commands import at
from rulewright.devices.hardening import reachable
from rulewright.devices.linked import Linker
from rulewright.devices.model import Daemon, Findings, Place, Said, Start, Step
from rulewright.devices.privileges import ROOT, user
from rulewright.devices.starts import first_process
from rulewright.devices.systemd_units import Unit, Units
from rulewright.devices.tree import Tree
from rulewright.facts.types import MICRO, Level

VIEWS = (
    "ProtectSystem",
    "ProtectHome",
    "PrivateTmp",
    "RootDirectory",
    "RootImage",
    "TemporaryFileSystem",
    "ReadOnlyPaths",
    "InaccessiblePaths",
)
NAMESPACES = ("PrivateNetwork", "PrivateUsers", "PrivateMounts", "PrivateIPC", "PrivateDevices", *VIEWS)
FILTERS = (
    "SystemCallFilter",
    "RestrictAddressFamilies",
    "RestrictNamespaces",
    "MemoryDenyWriteExecute",
    "RestrictRealtime",
    "SystemCallArchitectures",
)
LIMITS = ("MemoryMax", "MemoryHigh", "TasksMax", "CPUQuota", "IPAddressDeny", "DeviceAllow", "DevicePolicy")
RIGHTS = (
    "NoNewPrivileges",
    "CapabilityBoundingSet",
    "AmbientCapabilities",
    "ProtectKernelModules",
    "ProtectKernelTunables",
    "ProtectControlGroups",
    "RestrictSUIDSGID",
    "LockPersonality",
    "UMask",
)
CONTAINERS = frozenset(
    {
        "dockerd",
        "containerd",
        "podman",
        "crio",
        "lxc-start",
        "crun",
        "runc",
        "balenad",
        "balena-engine-daemon",
        "conmon",
    }
)
_OFF = frozenset({"", "no", "false", "0", "off", "infinity"})


def detect(tree: Tree, started: Sequence[Start], daemons: Sequence[Daemon], linker: Linker | None = None) -> Findings:
    """Isolation features in use, and the share of reachable services that do not work as root."""
    found = Findings()
    linker = linker or Linker(tree)
    units = Units(tree)
    _isolation(tree, found, units, started, daemons, linker)
    _rights(tree, found, units, daemons)
    return found


def protections(units: Units, daemon: Daemon) -> tuple[str, ...]:
    """The settings of a daemon's unit that confine it, as written."""
    unit = units.unit(daemon.unit) if daemon.unit else Unit("")
    names = dict.fromkeys((*VIEWS, *NAMESPACES, *FILTERS, *RIGHTS, *LIMITS, "User", "DynamicUser", "AppArmorProfile"))
    return tuple(f"{name}={value[:60]}" for name in names if _set(unit, name) and (value := unit.last("Service", name)))


def fields(tree: Tree, units: Units, started: Sequence[Start], daemon: Daemon) -> dict[str, bool | str]:
    """The fields `sandboxed` and `user` of a `daemon` row; `sandboxed` only for a daemon that something starts."""
    found: dict[str, bool | str] = {}
    if daemon.level >= Level.CONDITIONAL:
        found["sandboxed"] = sandboxed(tree, units, started, daemon)
        name = user(tree, units, daemon)
        if name:
            found["user"] = name
    return found


def sandboxed(tree: Tree, units: Units, started: Sequence[Start], daemon: Daemon) -> bool:
    """Whether a filter, a view of its own or an enforced profile confines a daemon."""
    unit = units.unit(daemon.unit) if daemon.unit else Unit("")
    dynamic = _set(unit, "DynamicUser")
    strict = unit.last("Service", "ProtectSystem").lower() in {"strict", "full"} or any(
        _set(unit, n) for n in ("RootDirectory", "RootImage", "TemporaryFileSystem")
    )
    return dynamic or strict or _set(unit, "SystemCallFilter") or _profiled(tree, unit, started, daemon) is not None


def _set(unit: Unit, name: str) -> bool:
    return bool(unit.all("Service", name)) and unit.last("Service", name).lower() not in _OFF


def _profiled(tree: Tree, unit: Unit, started: Sequence[Start], daemon: Daemon) -> apparmor.Profile | None:
    """The enforced and loaded profile of a daemon."""
    level, _ = apparmor.loaded(started)
    if level is None or level < Level.ENABLED:
        return None
    path = tree.resolve(daemon.binary) or daemon.binary
    named = unit.last("Service", "AppArmorProfile").lstrip("-")
    fitting = (
        one
        for one in apparmor.profiles(tree)
        if one.enforced and (one.fits(path) or one.fits(daemon.binary) or one.name == named)
    )
    return next(fitting, None)


def _isolation(  # each kind of isolation has its own evidence
    tree: Tree, found: Findings, units: Units, started: Sequence[Start], daemons: Sequence[Daemon], linker: Linker
) -> None:
    kinds: dict[str, tuple[Place, str, tuple[Step, ...]]] = {}
    for start in started:
        if start.level < Level.ENABLED:
            continue
        unit = units.unit(start.unit) if start.unit else None
        for kind, names in (("namespaces", NAMESPACES), ("seccomp", FILTERS), ("cgroups", LIMITS)):
            name = next((n for n in names if unit is not None and _set(unit, n)), "")
            if name and unit is not None:
                place = unit.all("Service", name)[-1].place
                kinds.setdefault(kind, (place, f"{unit.name}: {name}={unit.last('Service', name)[:30]}", start.chain))
        if posixpath.basename(start.words[0]) in CONTAINERS:
            kinds.setdefault("containers", (at(start.chain), start.words[0], start.chain))
    for daemon in reachable(daemons, Level.ENABLED):
        program = linker.program(daemon)
        file = linker.file(program) if program else None
        if file is not None and any(name.startswith("libseccomp.") for name in file.needed):
            kinds.setdefault("seccomp", (Place(program), f"{daemon.kind} is linked with libseccomp", daemon.chain))
    _mandatory(tree, kinds, started)
    if kinds:
        place, _, chain = kinds[min(kinds)]
        text = "; ".join(f"{kind}: {why} ({at.pointer})" for kind, (at, why, _) in sorted(kinds.items()))
        found.said.append(
            Said(
                attribute="os.isolation",
                value=tuple(sorted(kinds)),
                level=Level.ENABLED,
                place=place,
                text=text,
                chain=chain,
            )
        )
    elif first_process(tree)[1] and started:
        found.examined["os.isolation"] = ()


def _mandatory(tree: Tree, kinds: dict[str, tuple[Place, str, tuple[Step, ...]]], started: Sequence[Start]) -> None:
    """AppArmor with an enforced profile that is loaded; SELinux that enforces a policy that is there."""
    level, chain = apparmor.loaded(started)
    enforced = next((one for one in apparmor.profiles(tree) if one.enforced), None)
    if level is not None and level >= Level.ENABLED and enforced is not None:
        kinds["apparmor"] = (enforced.place, f"profile {enforced.name}", chain)
    for number, line in enumerate(tree.lines("/etc/selinux/config"), 1):
        if line.strip().lower() == "selinux=enforcing" and tree.glob("/etc/selinux/*/policy/policy.*"):
            kinds["selinux"] = (Place("/etc/selinux/config", number), "enforcing", ())


def _rights(tree: Tree, found: Findings, units: Units, daemons: Sequence[Daemon]) -> None:
    """The share of reachable services that do not work as root; nothing where one of them cannot be told."""
    served = reachable(daemons, Level.ENABLED)
    users = [(daemon, user(tree, units, daemon)) for daemon in served]
    if not users or any(not name for _, name in users):
        return
    roots = [daemon for daemon, name in users if name in ROOT]
    first = (roots or served)[0]
    text = f"{len(users) - len(roots)} of {len(users)} reachable services do not work as root" + (
        f"; as root: {', '.join(sorted({d.kind for d in roots}))}" if roots else ""
    )
    place = at(first.chain, first.binary)
    value = (len(users) - len(roots)) * MICRO // len(users)
    found.said.append(
        Said(
            attribute="authz.least_privilege_processes_ratio",
            value=value,
            level=Level.ENABLED,
            place=place,
            text=text,
            chain=first.chain,
        )
    )
