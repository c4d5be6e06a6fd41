"""Init of runit, daemontools and s6: folders of services, each with a `run` program.

Guarantees: a service with a `down` file is set up, not started; so is one that is in no folder that is watched.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.devices.boot import Boot, Context
from rulewright.devices.model import Place
from rulewright.facts.types import Level

WATCHED = ("/etc/service", "/service", "/var/service", "/etc/runit/runsvdir/current", "/etc/runit/runsvdir/default")
DEFINED = ("/etc/sv", "/etc/s6/sv")


def folder(boot: Boot, words: Sequence[str], context: Context) -> None:
    """`runsvdir [-P] FOLDER`, `s6-svscan FOLDER`, `svscan FOLDER`; without a folder, the usual ones."""
    named = [word for word in words[1:] if word.startswith("/") and boot.tree.is_folder(word)]
    seen: set[str | None] = set()
    for path in named[:1] or WATCHED:
        for service in boot.children(path):
            if boot.tree.resolve(service) not in seen:
                seen.add(boot.tree.resolve(service))
                _service(boot, service, context)


def one(boot: Boot, words: Sequence[str], context: Context) -> None:
    """`runsv FOLDER`, `supervise FOLDER`, `s6-supervise FOLDER`."""
    if len(words) > 1:
        _service(boot, words[-1], context)


def init(boot: Boot, context: Context) -> None:
    """Go through runit as the first process: its stages 1 and 2."""
    for stage in ("/etc/runit/1", "/etc/runit/2"):
        if boot.tree.is_file(stage):
            boot.words([stage], context.then("init", Place(stage)))
    if not boot.tree.is_file("/etc/runit/2"):
        folder(boot, ["runsvdir"], context)


def _service(boot: Boot, path: str, context: Context) -> None:
    run = f"{path}/run"
    if not boot.executable(run):
        return
    down = boot.tree.resolve(f"{path}/down") is not None
    found = context.at_most(Level.CONFIGURED) if down else context
    boot.words([run], found.then("init", Place(run), "down" if down else ""))


def unlinked(boot: Boot) -> None:
    """Services that no watched folder holds: set up."""
    for folder_ in (*DEFINED, *WATCHED):
        for service in boot.children(folder_):
            if boot.tree.resolve(f"{service}/run") not in boot.reached:
                _service(boot, service, Context(Level.CONFIGURED))
