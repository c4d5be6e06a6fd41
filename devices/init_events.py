"""Commands that are started by time, by devices or with networks: crontabs, udev rules, /etc/network/interfaces.

Guarantees: what a crontab holds is as sure as cron itself; what a device starts is conditional on the device.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

import msgspec

from rulewright.devices.boot import Boot, Context
from rulewright.devices.model import Place
from rulewright.devices.shell_values import Field
from rulewright.devices.wrappers import options
from rulewright.facts.types import Level

TABLES = ("/etc/crontab", "/etc/cron.d")
OWN_TABLES = ("/var/spool/cron/crontabs", "/var/spool/cron", "/etc/crontabs")
RULES = ("/etc/udev/rules.d", "/run/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d")
_SETTING = re.compile(r"^\w+\s*=")
_RUN = re.compile(r'\bRUN(?:\{program\})?\s*(?:\+=|=|:=)\s*"((?:[^"\\]|\\.)*)"')
MAX_LINE = 4096


def cron(boot: Boot, words: Sequence[str], context: Context) -> None:
    """All crontabs; BusyBox reads a folder given with `-c`."""
    given, _ = options([Field(word) for word in words[1:]], frozenset({"-c", "-l", "-L", "-d"}))
    own = [given["-c"]] if given.get("-c") else list(OWN_TABLES)
    for path in TABLES:
        for table in [path] if boot.tree.is_file(path) else boot.children(path):
            _table(boot, table, "", context)
    for folder in own:
        for table in boot.children(folder):
            _table(boot, table, posixpath.basename(table), context)


def _table(boot: Boot, path: str, user: str, context: Context) -> None:
    if not boot.tree.is_file(path) or posixpath.basename(path).startswith("."):
        return
    boot.reach(boot.tree.resolve(path) or path, context.level)
    for number, line in enumerate(boot.tree.lines(path), 1):
        text = line.strip()
        if not text or text.startswith("#") or _SETTING.match(text):
            continue
        parts = text.split(None, (1 if text.startswith("@") else 5) + (not user))
        if len(parts) < (2 if text.startswith("@") else 6) + (not user):
            continue
        place = Place(path, number)
        step = context.then("script", place, text)
        boot.line(parts[-1], msgspec.structs.replace(step, user=user or parts[-2]), place)


def devices(boot: Boot, _words: Sequence[str], context: Context) -> None:
    """The rules of udev that run programs; each under the condition that its device comes."""
    seen: set[str] = set()
    for folder in RULES:
        for path in boot.children(folder):
            name = posixpath.basename(path)
            if name in seen or not name.endswith(".rules") or not boot.tree.is_file(path):
                continue
            seen.add(name)
            boot.reach(path, context.level)
            for number, line in enumerate(boot.tree.lines(path), 1):
                if "RUN" in line[:MAX_LINE] and not line.lstrip().startswith("#"):
                    _rule(boot, line[:MAX_LINE], Place(path, number), context)


def _rule(boot: Boot, line: str, place: Place, context: Context) -> None:
    for found in _RUN.finditer(line):
        words = found[1].replace("'", " ").split()
        if words and not words[0].startswith("/"):
            words[0] = f"/lib/udev/{words[0]}"
        if words:
            boot.words(words, context.then("script", place, line.strip(), "a device of this kind is there"))


def interfaces(boot: Boot, _words: Sequence[str], context: Context) -> None:
    """The commands that `ifup` runs with an interface."""
    for path in ("/etc/network/interfaces", *boot.tree.glob("/etc/network/interfaces.d/*")):
        if not boot.tree.is_file(path) or not boot.reach(path, context.level):
            continue
        for number, line in enumerate(boot.tree.lines(path), 1):
            word, _, command = line.strip().partition(" ")
            if word in {"up", "pre-up", "post-up"} and command.strip():
                place = Place(path, number)
                boot.line(command.strip(), context.then("script", place, command.strip()), place)


def unlinked(boot: Boot) -> None:
    """Crontabs and rules that nothing reads: set up."""
    context = Context(Level.CONFIGURED)
    tables = [one for path in (*TABLES, *OWN_TABLES) for one in (path, *boot.children(path)) if boot.tree.is_file(one)]
    if tables and not any((boot.tree.resolve(one) or one) in boot.reached for one in tables):
        cron(boot, ["cron"], context)
    interfaces(boot, ["ifup"], context)
    rules = [one for folder in RULES for one in boot.children(folder)]
    if rules and not any(one in boot.reached for one in rules):
        devices(boot, ["udevd"], context)
