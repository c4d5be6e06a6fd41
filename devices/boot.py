"""A device's start as far as its tree tells: commands that are reached from init, each with its chain and grade.

Guarantees: a command that is a shell script is gone through, one that starts others (inetd, cron, runsvdir, rc) is followed into
its configuration; each at most as sure as what started it.  Steps, depth and numbers are bounded; reaching a bound is noted.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence

import msgspec

from rulewright.devices import shell, shell_run, uci
from rulewright.devices.model import Noted, Place, Start, Step
from rulewright.devices.shell_run import Machine, Status
from rulewright.devices.shell_tests import Files
from rulewright.devices.shell_values import Field
from rulewright.devices.tree import Tree
from rulewright.devices.utilities import ASKS, QUIET, SURE
from rulewright.devices.wrappers import unwrap
from rulewright.facts.types import Level

MAX_DEPTH = 20
MAX_CHILDREN = 3_000
"""Names in a folder of init scripts, units, services or tables."""
MAX_NESTED = 110
"""Commands within commands; each takes up to six calls of Python's thousand."""
MAX_STARTS = 20_000
MAX_SCRIPTS = 4_000
MAX_STEPS = 150_000
"""Commands of scripts that are gone through, all scripts together."""
SHELLS = frozenset({"sh", "ash", "bash", "dash", "ksh", "mksh", "hush", "zsh"})
KEPT = (
    "/data/",
    "/mnt/",
    "/var/",
    "/tmp/",  # noqa: S108  # a place on the device
    "/run/",
    "/config/",
    "/conf/",
    "/jffs/",
    "/jffs2/",
    "/media/",
    "/overlay/",
    "/nvram/",
    "/userdata/",
    "/persist/",
)
"""Where devices mount what is not part of their firmware."""
PATH = ("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin", "/system/bin", "/opt/bin")


class Context(msgspec.Struct, frozen=True):
    """How a command comes to be started: at most this surely, by these steps."""

    level: Level = Level.ENABLED
    chain: tuple[Step, ...] = ()
    user: str = ""
    unit: str = ""
    depth: int = 0

    def then(self, kind: str, place: Place, text: str = "", condition: str = "") -> Context:
        """One step on; less sure under a condition."""
        level = min(self.level, Level.CONDITIONAL) if condition else self.level
        step = Step(kind, place, text[:200], condition)
        return msgspec.structs.replace(self, level=level, chain=(*self.chain, step), depth=self.depth + 1)

    def at_most(self, level: Level) -> Context:
        """The same, no surer than that."""
        return msgspec.structs.replace(self, level=min(self.level, level))


Follower = Callable[["Boot", Sequence[str], Context], None]
"""Goes into the configuration of a program that starts others."""


class Boot:
    """What is gathered while a device's start is followed."""

    def __init__(self, tree: Tree, *, whole: bool, systemd: bool) -> None:
        """`followers` go into a program's configuration in any case, `stand_ins` only for a program that is not in the tree."""
        self.tree = tree
        self.files = Files(tree, whole=whole, systemd=systemd)
        self.starts: dict[Start, None] = {}
        self.reached: dict[str, Level] = {}
        """scripts and configurations that were gone through -> how surely they are used"""
        self.uci = uci.Uci(tree)
        self.followers: dict[str, Follower] = {}
        self.stand_ins: dict[str, Follower] = {}
        self._scripts: dict[str, shell.Script] = {}
        self._running: list[tuple[str, ...]] = []
        self._programs: dict[str, str | None] = {}
        self._noted: set[Noted] = set()
        self.depth = 0
        """commands within commands, all scripts that are being gone through together"""
        self._runs = 0
        self._steps = 0

    def note(self, path: str, message: str, line: int = 0) -> None:
        """Say what could not be followed."""
        noted = Noted("RW1503", f"`{path}`: {message}", Place(path, line), severe=True)
        if noted not in self._noted:
            self._noted.add(noted)
            self.tree.notes.append(noted)

    def reach(self, path: str, level: Level) -> bool:
        """Remember that a file is used; whether it was not before at this grade."""
        if path in self.reached and self.reached[path] >= level:
            return False
        self.reached[path] = level
        return True

    # --- commands --------------------------------------------------------------------------------------------------------

    def children(self, path: str) -> list[str]:
        """What a folder holds, at most so much."""
        found = self.tree.children(path)
        if len(found) > MAX_CHILDREN:
            self.note(path, f"holds more than {MAX_CHILDREN:,} names; the rest is left out")
        return found[:MAX_CHILDREN]

    def executable(self, path: str) -> bool:
        """Whether a file is there that would be run; where a tree has lost all permissions, any file."""
        entry = self.tree.entry(path)
        return entry is not None and entry.kind == "file" and (not self.files.permissions or bool(entry.mode & 0o111))

    def line(self, text: str, context: Context, place: Place) -> None:
        """A command line as a shell reads it (inittab, cron)."""
        self._text(text, context, place, [])

    def words(self, words: Sequence[str], context: Context) -> Status:
        """A command as a list of words; what they stand for is known."""
        return self.fields([Field(word) for word in words], context, {})

    def fields(self, words: Sequence[Field], context: Context, exported: dict[str, Field]) -> Status:
        """A command that is reached: followed if it is a script or starts others, else kept."""
        inner = unwrap(words)
        if inner is None or not inner.words:
            return Status.YES
        if inner.user:
            context = msgspec.structs.replace(context, user=inner.user)
        if inner.listens:
            context = context.then("socket", context.chain[-1].place if context.chain else Place(""), inner.listens)
        words = inner.words
        name = posixpath.basename(words[0].text)
        if name in SHELLS and self._shell(words[1:], context, exported):
            return Status.LIKELY
        path = self.program(words[0].text)
        if path is not None and not self.executable(path):
            context = context.at_most(Level.CONFIGURED)
        script = self._shell_script(path) if path is not None and words[0].known else None
        if path is not None and script is not None and name not in self.followers:
            self.script(path, words[1:], context, exported)
            return Status.LIKELY
        if name not in QUIET and (name not in SURE or context.level > Level.CONFIGURED):
            self._keep(words, path, context)
        follower = self.followers.get(name) or (self.stand_ins.get(name) if path is None else None)
        if follower is not None and context.depth < MAX_DEPTH:
            follower(self, [word.text for word in words], context)
        return Status.YES if name in SURE else Status.UNKNOWN if name in ASKS else Status.LIKELY

    def _keep(self, words: Sequence[Field], path: str | None, context: Context) -> None:
        if len(self.starts) >= MAX_STARTS:
            self.note("/", f"more than {MAX_STARTS:,} commands are started; the rest is left out")
            return
        chain = context.chain if path is None else (*context.chain, Step("binary", Place(path)))
        texts = tuple(word.text for word in words)
        self.starts.setdefault(Start(texts, context.level, chain, context.user, context.unit))

    def absent(self, path: str, context: Context) -> None:
        """A script that is read in and is not in the tree, but may be on the device: a start that nobody knows."""
        self._keep([Field(path)], None, context.then("script", Place(path), f". {path}", "if it is there"))

    def program(self, name: str) -> str | None:
        """The path of a program, links followed; `None` when it is not in the tree."""
        if name not in self._programs:
            self._programs[name] = self._program(name)
        return self._programs[name]

    def _program(self, name: str) -> str | None:
        if "/" in name:
            return self.tree.resolve(name) if self.tree.is_file(name) else None
        found = (f"{folder}/{name}" for folder in PATH)
        return next((self.tree.resolve(path) for path in found if self.tree.is_file(path)), None)

    def _shell(self, words: Sequence[Field], context: Context, exported: dict[str, Field]) -> bool:
        """`sh -c TEXT` and `sh FILE`; whether it was one of these."""
        rest = list(words)
        while rest and rest[0].text.startswith("-"):
            option = rest.pop(0).text
            if option.endswith("c") and not option.startswith("--") and rest:
                place = context.chain[-1].place if context.chain else Place("")
                if rest[0].known:
                    self._text(rest[0].text, context, place, list(rest[2:]))
                return True
        here = exported.get("PWD", Field("/"))
        if not rest or not rest[0].known or not (here.known or rest[0].text.startswith("/")):
            return False
        path = posixpath.join(here.text, rest[0].text)
        if not self.tree.is_file(path):
            return False
        self.script(path, rest[1:], context, exported)
        return True

    # --- scripts ---------------------------------------------------------------------------------------------------------

    def _shell_script(self, path: str) -> str | None:
        """The interpreter line of a shell script (empty without one); `None` for anything else."""
        head = self.tree.read(path, 256)
        if not head.startswith(b"#!"):
            plain = bool(head) and b"\0" not in head and not head.startswith((b"\x7fELF", b"MZ", b"<"))
            return "" if plain else None
        first = head[2:].split(b"\n", 1)[0].decode("utf-8", "replace").strip()
        words = [posixpath.basename(word) for word in first.split()]
        shells = SHELLS | {"init-d-script", "openrc-run", "runscript", "rc.common", "busybox", "invoke-run"}
        return first if not shells.isdisjoint(words[:3]) else None

    def parsed(self, path: str) -> shell.Script:
        """A script of the tree, read once."""
        script = self._scripts.get(path)
        if script is None:
            script = self._scripts[path] = shell.parse("\n".join(self.tree.lines(path)))
            if script.error:
                self.note(path, f"not read as a shell script from line {script.line} on: {script.error}", script.line)
        return script

    def script(
        self, path: str, arguments: Sequence[Field], context: Context, exported: dict[str, Field] | None = None
    ) -> Machine | None:
        """Go through a script of the tree; the machine tells what it has defined."""
        place = self.tree.resolve(path) or path
        key = (place, *(one.text for one in arguments))
        if context.depth >= MAX_DEPTH or key in self._running or self._runs >= MAX_SCRIPTS or self._steps >= MAX_STEPS:
            if key not in self._running:
                self.note(path, "starts more than is followed")
            return None
        self._runs += 1
        self._running.append(key)
        self.reach(place, context.level)
        machine = Machine(_Scene(self, context, place), path, arguments)
        machine.variables |= exported or {}
        interpreter = self._shell_script(place) or ""
        if "openrc-run" in interpreter or "runscript" in interpreter:
            name = posixpath.basename(path)
            machine.variables |= {"RC_SVCNAME": Field(name), "SVCNAME": Field(name)}
            if self.tree.is_file(f"/etc/conf.d/{name}"):
                machine.source(Field(f"/etc/conf.d/{name}"))
        machine.run(self.parsed(place).body)
        self._library(machine, interpreter, arguments)
        self._running.pop()
        self._spend(machine, place)
        return machine

    def _library(self, machine: Machine, interpreter: str, arguments: Sequence[Field]) -> None:
        """What the interpreter of init scripts does with what they define (OpenWrt, Debian, OpenRC)."""
        if machine.ending == "exit" and not machine.functions:
            return
        machine.ending = ""
        from rulewright.devices import init_libraries

        for name, finish in init_libraries.INTERPRETERS.items():
            if name in interpreter:
                finish(machine, [one.text for one in arguments])

    def _text(self, text: str, context: Context, place: Place, arguments: list[Field]) -> None:
        if context.depth >= MAX_DEPTH:
            return
        machine = Machine(_Scene(self, context, place.path, fixed=place), place.path, arguments[1:])
        machine.run(shell.parse(text).body)
        self._spend(machine, place.path)

    def _spend(self, machine: Machine, path: str) -> None:
        self._steps += machine.steps
        if machine.steps > shell_run.MAX_STEPS:
            self.note(path, f"only the first {shell_run.MAX_STEPS:,} commands were followed")


class _Scene:
    """A script's view of the boot (`shell_run.World`)."""

    def __init__(self, boot: Boot, context: Context, path: str, fixed: Place | None = None) -> None:
        self.boot = boot
        self.tree = boot.tree
        self.files = boot.files
        self.context = context
        self.path = path
        self.fixed = fixed

    def deeper(self, step: int) -> bool:
        """Go a command deeper, or back; whether that is still followed."""
        self.boot.depth += step
        if self.boot.depth > MAX_NESTED:
            self.boot.note(self.path, "commands within commands are deeper than is followed")
        return self.boot.depth <= MAX_NESTED

    def command(self, words: Sequence[Field], machine: Machine, line: int) -> Status:
        """Take note of a command, and follow it."""
        condition = machine.condition
        if self.fixed is not None:
            context = self.context
            if condition:
                context = context.then("script", self.fixed, words[0].text, condition)
        else:
            text = " ".join(word.text for word in words)
            context = self.context.then("script", Place(machine.file, line), text, condition)
        name = words[0].text
        if name in {"grep", "egrep", "fgrep"}:
            from rulewright.devices.shell_grep import grep

            found = grep(words, self.tree, self.files)
            return Status.UNKNOWN if found is None else Status.YES if found else Status.NO
        exported = {one: machine.variables[one] for one in machine.exported if one in machine.variables}
        return self.boot.fields(words, context, exported)

    def substituted(self, words: Sequence[Field]) -> Field:
        """What a plain command prints."""
        from rulewright.devices.init_libraries import printed

        return printed(self.boot.uci, self.tree, [word.text for word in words])

    def sourced(self, path: str) -> shell.Script | None:
        """A file that is read in."""
        if not self.tree.is_file(path):
            if path.startswith(KEPT):
                self.boot.absent(path, self.context)
            return None
        place = self.tree.resolve(path) or path
        self.boot.reach(place, self.context.level)
        return self.boot.parsed(place)

    def builtin(self, name: str) -> Callable[[Machine, Sequence[Field], int], Status] | None:
        """What the library of the init system defines."""
        from rulewright.devices.init_libraries import FUNCTIONS

        found = FUNCTIONS.get(name)
        if found is None:
            return None
        boot = self.boot
        return lambda machine, fields, line: found(boot.uci, machine, fields, line)
