"""What a device starts: the commands that init leads to, whichever init it is, and those that are only set up.

Guarantees: the init system is the one that the tree's own first process is; configuration of another one is set up, not
started; a tree without any first process (an overlay) is read as if each init system whose files it holds were there.
Every command has its chain, from init to the program; the order depends on the tree alone.
"""

from __future__ import annotations

import posixpath

from rulewright.devices import init_android, init_events, init_inetd, init_openwrt, init_runit, init_sysv
from rulewright.devices.boot import Boot, Context
from rulewright.devices.init_systemd import Systemd
from rulewright.devices.model import Place, Start
from rulewright.devices.tree import Tree
from rulewright.facts.types import Level

FIRST = ("/sbin/init", "/usr/sbin/init", "/etc/init", "/bin/init", "/init", "/linuxrc")
"""Where the kernel looks for the first process, and where loaders point it."""
SYSTEMD = ("/lib/systemd/systemd", "/usr/lib/systemd/systemd")
_PROGRAMS = ("/bin/busybox", "/bin/sh", "/usr/bin/busybox", "/bin/bash", "/sbin/init", *SYSTEMD)


def first_process(tree: Tree) -> tuple[str, str]:
    """The kind of init (`systemd`, `runit`, `openrc`, `script`, `inittab`, empty for none) and the path of its program."""
    for path in FIRST:
        found = tree.resolve(path)
        if found is None or not tree.is_file(path):
            continue
        name = posixpath.basename(found)
        kinds = {"systemd": "systemd", "runit-init": "runit", "runit": "runit", "openrc-init": "openrc"}
        if name in kinds:
            return kinds[name], found
        if name != "busybox" and tree.read(found, 2) == b"#!":
            return "script", found
        return "inittab", found
    systemd = next((path for path in SYSTEMD if tree.is_file(path)), "")
    return (
        ("systemd", systemd) if systemd else ("inittab", "/etc/inittab") if tree.is_file("/etc/inittab") else ("", "")
    )


def whole(tree: Tree) -> bool:
    """Whether a tree holds a device's programs, so that one that is missing is missing; else it is a part (an overlay)."""
    return any(tree.is_file(path) for path in _PROGRAMS)


def starts(tree: Tree) -> tuple[Start, ...]:
    """All commands that are started or set up to be; the surest first, then by chain."""
    kind, program = first_process(tree)
    boot = Boot(tree, whole=whole(tree), systemd=kind == "systemd")
    _follow(boot)
    systemd = Systemd(boot)
    if kind == "systemd":
        boot.followers["systemctl"] = systemd.asked
    context = Context()
    if program and kind != "inittab":
        context = context.then("init", Place(program))
    if kind == "systemd":
        systemd.start(context)
    elif kind:
        _classic(boot, kind, program, context)
    else:
        _overlay(boot, systemd, context)
    _set_up(boot, systemd)
    return tuple(sorted(boot.starts, key=_order))


def _order(start: Start) -> tuple[int, list[tuple[str, int]], tuple[str, ...]]:
    return -start.level, [(step.place.path, step.place.line) for step in start.chain], start.words


def _follow(boot: Boot) -> None:
    """The programs whose configuration says what else they start."""
    boot.followers |= {
        "rc": init_sysv.rc,
        "run-parts": init_sysv.run_parts,
        "ifup": init_events.interfaces,
        "openrc": init_sysv.openrc,
        "inetd": init_inetd.inetd,
        "inetutils-inetd": init_inetd.inetd,
        "xinetd": init_inetd.xinetd,
        "crond": init_events.cron,
        "cron": init_events.cron,
        "udevd": init_events.devices,
        "systemd-udevd": init_events.devices,
        **dict.fromkeys(("runsvdir", "s6-svscan", "svscan"), init_runit.folder),
        **dict.fromkeys(("runsv", "supervise", "s6-supervise"), init_runit.one),
    }
    boot.stand_ins |= {"rcS": init_openwrt.rc_s, **dict.fromkeys(("runsvdir-start", "svscanboot"), init_runit.folder)}


def _classic(boot: Boot, kind: str, program: str, context: Context) -> None:
    match kind:
        case "runit":
            init_runit.init(boot, context)
        case "openrc":
            for level in ("sysinit", "boot", "default"):
                init_sysv.openrc(boot, ["openrc", level], context)
        case "script":
            boot.script(program, [], context)
            if not any(start.chain[1:] for start in boot.starts):
                init_sysv.inittab(boot, Context())
        case _ if init_android.present(boot):
            init_android.init(boot, context)
        case _:
            init_sysv.inittab(boot, context)


def _overlay(boot: Boot, systemd: Systemd, context: Context) -> None:
    """A part of a device, without the first process: every init system whose files are there."""
    tree = boot.tree
    init_sysv.inittab(boot, context)
    init_android.init(boot, context)
    init_openwrt.rc_s(boot, ["rcS", "S", "boot"], context)
    for level in "S2345":
        init_sysv.rc(boot, ["rc", level], context)
    for level in ("sysinit", "boot", "default"):
        init_sysv.openrc(boot, ["openrc", level], context)
    if tree.is_folder("/etc/runit") or any(tree.is_folder(path) for path in init_runit.WATCHED):
        init_runit.init(boot, context)
    if systemd.units.there:
        systemd.start(context)
    if not any(tree.resolve(path) in boot.reached for path in init_sysv.LOCALS):
        init_sysv.local(boot, context)


def _set_up(boot: Boot, systemd: Systemd) -> None:
    """What nothing starts."""
    before = Level.CONFIGURED
    init_inetd.unlinked(boot)
    init_events.unlinked(boot)
    init_sysv.unlinked(boot)
    init_runit.unlinked(boot)
    systemd.unlinked()
    assert all(start.level >= before for start in boot.starts)
