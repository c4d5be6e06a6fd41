"""Init of systemd: from the default target through all that it pulls in to the commands of services.

Guarantees: what links pull in starts, `WantedBy=` alone does not; masked units start nothing; sockets, timers and paths start
their services; a condition that the tree decides against a unit keeps it set up, one that it does not decide makes it
conditional.  What it does not do: stop services that conflict; run generators (SysV scripts, rc.local and crontabs are followed).
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

import msgspec

from rulewright.devices import init_sysv
from rulewright.devices.boot import Boot, Context
from rulewright.devices.init_inetd import listening
from rulewright.devices.model import Place, Step
from rulewright.devices.systemd_units import SUFFIXES, Setting, Unit, Units, commands, specified, split
from rulewright.facts.types import Level

PULLS = ("Wants", "Requires", "BindsTo", "Upholds")
MAX_UNITS = 20_000
_BUILT_IN: dict[str, tuple[str, ...]] = {
    "default.target": ("graphical.target",),
    "graphical.target": ("multi-user.target",),
    "multi-user.target": ("basic.target", "getty.target"),
    "basic.target": ("sysinit.target", "sockets.target", "timers.target", "paths.target"),
    "sysinit.target": ("local-fs.target",),
}
"""What these pull in where a tree holds links to them and not the targets themselves."""
_FILES = {
    "PathExists": "-e", "PathExistsGlob": "glob", "PathIsDirectory": "-d", "PathIsSymbolicLink": "-L", "DirectoryNotEmpty": "-e",
    "FileNotEmpty": "-s", "FileIsExecutable": "-x", "PathIsReadWrite": "-e",
}  # fmt: skip
_HOLDS = frozenset(
    {
        "Capability",
        "Security",
        "User",
        "Group",
        "ControlGroupController",
        "Architecture",
        "KernelVersion",
        "Memory",
        "CPUs",
    }
)
"""Conditions that a device's maker has met."""


class Systemd:
    """Follows one tree's units."""

    def __init__(self, boot: Boot) -> None:
        self.boot = boot
        self.units = Units(boot.tree)
        self.done: dict[str, Level] = {}
        self.todo: list[tuple[str, Context]] = []

    def start(self, context: Context) -> None:
        """From the default target on."""
        self.pull("default.target", context)
        self.pull("basic.target", context)
        self.work()
        self.sysv(context)
        self.work()

    def work(self) -> None:
        """Visit what was pulled in, until nothing more is."""
        while self.todo and len(self.done) < MAX_UNITS:
            name, context = self.todo.pop(0)
            self.visit(name, context)

    def pull(self, name: str, context: Context, *, place: Place | None = None) -> None:
        """A unit is to be started; it is visited again only when it is surer than before."""
        name = self.units.canonical(name)
        if name not in self.done or context.level > self.done[name]:
            if place is not None:
                context = context.then("unit", place)
            self.done[name] = context.level
            self.todo.append((name, context))

    def visit(self, name: str, context: Context) -> None:
        """A unit that is started: its conditions, what it pulls in, what it runs."""
        unit = self.units.unit(name)
        if unit.masked:
            return
        context = self.conditions(unit, context)
        if context.level <= Level.CONFIGURED:
            self.service(unit, context)
            return
        if not unit.path:
            for other in _BUILT_IN.get(name, ()):
                self.pull(other, context)
        here = context.then("unit", Place(unit.path), name) if unit.path else context
        self.pulled_by(unit, here)
        suffix = name.rpartition(".")[2]
        if suffix == "service":
            self.service(unit, context)
        elif suffix == "socket":
            self.socket(unit, here)
        elif suffix in {"timer", "path"}:
            self.trigger(unit, here, suffix)

    def pulled_by(self, unit: Unit, here: Context) -> None:
        """Pull in what a unit names, and what is linked to it."""
        for key in PULLS:
            for other in unit.names(key):
                self.pull(specified(other, unit.name), here)
        for kind in ("wants", "requires", "upholds"):
            for other, place in self.units.folder(unit.name, kind):
                self.pull(other, here.then("unit", place))
        for other in unit.names("OnFailure"):
            self.pull(specified(other, unit.name), here.then("unit", Place(unit.path), other, f"{unit.name} fails"))

    # --- conditions ------------------------------------------------------------------------------------------------------

    def conditions(self, unit: Unit, context: Context) -> Context:
        """The context after the unit's conditions: conditional, or set up only."""
        any_of: list[bool | None] = []
        for key, setting in unit.conditions():
            value = setting.value.lstrip("|")
            found = self.decide(
                key.removeprefix("Condition").removeprefix("Assert"),
                specified(value.removeprefix("!").strip(), unit.name),
            )
            found = None if found is None else found != value.startswith("!")
            if setting.value.startswith("|"):
                any_of.append(found)
            elif found is False:
                return context.at_most(Level.CONFIGURED)
            elif found is None:
                context = self.doubted(context, key, setting)
        if any_of and True not in any_of:
            if None not in any_of:
                return context.at_most(Level.CONFIGURED)
            key, setting = next(one for one in unit.conditions() if one[1].value.startswith("|"))
            context = self.doubted(context, key, setting)
        return context

    @staticmethod
    def doubted(context: Context, key: str, setting: Setting) -> Context:
        """One condition that is not decided."""
        return context.then("unit", setting.place, key, f"{key}={setting.value}"[:200])

    def decide(self, kind: str, value: str) -> bool | None:
        """Whether a condition holds."""
        if kind in _HOLDS:
            return True
        if kind in {"Virtualization", "ACPower"}:
            return value in {"no", "false"} if kind == "Virtualization" else None
        operator = _FILES.get(kind)
        if operator is None:
            return None
        if operator == "glob":
            return bool(self.boot.tree.glob(value)) or None
        return self.boot.files.test(operator, value)

    # --- what units start ------------------------------------------------------------------------------------------------

    def service(self, unit: Unit, context: Context) -> None:
        """The commands of a service."""
        environment = self.environment(unit)
        user = unit.last("Service", "User")
        for key in ("ExecStartPre", "ExecStart", "ExecStartPost"):
            for setting in unit.all("Service", key):
                step = context.then("unit", setting.place, f"{unit.name} {key}")
                found = msgspec.structs.replace(step, user=user, unit=unit.name, depth=1)
                for words in commands(setting.value, unit.name, environment):
                    self.boot.words(words, found)

    def environment(self, unit: Unit) -> dict[str, str]:
        """The variables of `Environment=` and of the files that are there."""
        found: dict[str, str] = {}
        for setting in unit.all("Service", "Environment"):
            for word in split(setting.value):
                name, _, value = word.partition("=")
                found[name] = specified(value, unit.name)
        for setting in unit.all("Service", "EnvironmentFile"):
            for line in self.boot.tree.lines(specified(setting.value.removeprefix("-"), unit.name))[:2000]:
                name, equals, value = line.strip().partition("=")
                if equals and not name.startswith(("#", ";")):
                    found[name.removeprefix("export ").strip()] = value.strip().strip("\"'")
        return found

    def socket(self, unit: Unit, context: Context) -> None:
        """A socket's ports, and the service that it starts."""
        ports = []
        for key, protocol in (("ListenStream", "tcp"), ("ListenDatagram", "udp")):
            for setting in unit.all("Socket", key):
                host, _, port = specified(setting.value, unit.name).rpartition(":")
                if port.isdecimal():
                    ports.append(listening(self.boot.tree, port, protocol, host.strip("[]")))
        stem = unit.name.removesuffix(".socket")
        accepts = unit.last("Socket", "Accept").lower() in {"yes", "true", "1", "on"}
        service = unit.last("Socket", "Service") or (
            f"{stem}@.service" if accepts and "@" not in stem else f"{stem}.service"
        )
        if ports:
            context = context.then("socket", Place(unit.path), " ".join(ports))
        self.pull(service, context)

    def trigger(self, unit: Unit, context: Context, suffix: str) -> None:
        """The unit that a timer or a path starts; a path's is conditional."""
        service = unit.last(suffix.capitalize(), "Unit") or f"{unit.name.rpartition('.')[0]}.service"
        if suffix == "path":
            context = context.then("unit", Place(unit.path), service, "a watched path changes")
        self.pull(specified(service, unit.name), context)

    def asked(self, _boot: Boot, words: Sequence[str], context: Context) -> None:
        """`systemctl start NAME ...` in a script."""
        plain = [word for word in words[1:] if not word.startswith("-")]
        starting = plain[:1] in (["start"], ["restart"], ["isolate"]) or (plain[:1] == ["enable"] and "--now" in words)
        for name in plain[1:50] if starting else ():
            self.pull(name if name.endswith(SUFFIXES) else f"{name}.service", context)

    # --- what generators add ---------------------------------------------------------------------------------------------

    def sysv(self, context: Context) -> None:
        """Init scripts that are linked and have no unit of their own; rc.local when it is executable."""
        if "multi-user.target" not in self.done:
            return
        for pattern in init_sysv.FOLDERS:
            for level in "2345":
                for path in self.boot.children(pattern.format(level)):
                    script = self.boot.tree.resolve(path)
                    name = posixpath.basename(script or "").removesuffix(".sh")
                    native = self.units.unit(f"{name}.service")
                    starts = (
                        posixpath.basename(path).startswith("S")
                        and script is not None
                        and script not in self.boot.reached
                    )
                    if starts and not native.path and not native.masked and self.boot.executable(path):
                        self.boot.words([path, "start"], context.then("init", Place(path), f"{name}.service"))
        unit = self.units.unit("rc-local.service")
        local = init_sysv.LOCALS[0]
        if self.boot.executable(local) and not unit.masked and self.boot.tree.resolve(local) not in self.boot.reached:
            if unit.path:
                self.pull("rc-local.service", context)
            else:
                init_sysv.local(self.boot, context)

    def unlinked(self) -> None:
        """Services that nothing pulls in: set up."""
        for name in self.units.names():
            unit = self.units.unit(name)
            if name in self.done or unit.masked or not name.endswith(".service") or self.units.canonical(name) != name:
                continue
            if any(other.partition("@")[0] + "@.service" == name for other in self.done if "@" in other):
                continue
            self.done[name] = Level.CONFIGURED
            chain = (Step("config", Place(unit.path)),)
            self.service(unit, Context(Level.CONFIGURED, chain))
