"""`rulewright test --watch`: run again whenever a file changes that the outcome depends on.

Guarantees: the rule files named, all that they use and the documents of their tests are watched, and nothing else; folders
named are watched for new files; a change during a run is not lost; nothing is cleared where stdout is no terminal; Ctrl-C ends it, with 130.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable

from rulewright.cli import exits
from rulewright.cli.options import Request
from rulewright.cli.problems import problem, refuse
from rulewright.cli.streams import put, say

Once = Callable[[Request], tuple[int, tuple[str, ...]]]
_CLEAR = "\x1b[2J\x1b[H"


def watch(request: Request, once: Once) -> int:
    """Run, wait for a change, run again; return the exit code when interrupted."""
    try:
        from watchfiles import watch as changes
    except ImportError:
        hint = "pip install 'rulewright[authors]'"
        return refuse([problem("RW0904", "`--watch` needs `watchfiles`, which is not installed", hint)])
    files = tuple(word for word in request.arguments if os.path.exists(word))
    while True:
        before = _stamps(files)
        code, found = once(request)
        files = tuple(sorted({*files, *found}))  # a file that is being replaced is still one of them
        named = {os.path.realpath(path) for path in files if not os.path.isdir(path)}
        folders = [os.path.realpath(word) for word in request.arguments if os.path.isdir(word)]
        places = sorted({os.path.dirname(path) for path in found and named} | set(folders))
        if not places:
            return code
        before = {**_stamps(files), **before}
        say(f"watching {len(named)} files; Ctrl-C ends")

        def wanted(_change: object, path: str, named: set[str] = named, folders: list[str] = folders) -> bool:
            real = os.path.realpath(path)
            inside = real.endswith(".rw") and any(real.startswith(folder + os.sep) for folder in folders)
            return inside or real in named

        try:
            for seen in changes(
                *places, watch_filter=wanted, recursive=bool(folders), debounce=200, step=50, rust_timeout=500,
                yield_on_timeout=True,
            ):  # fmt: skip
                if seen or _stamps(before) != before:
                    break
            else:
                return code
        except KeyboardInterrupt:
            return exits.INTERRUPTED
        if sys.stdout.isatty():
            put(_CLEAR)


def _stamps(files: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Size and time of change of files: of a change that the watcher does not see, since it began later."""
    found = {}
    for path in files:
        try:
            stat = os.stat(path)
        except OSError:
            found[path] = (-1, -1)
        else:
            found[path] = (0, 0) if os.path.isdir(path) else (stat.st_size, stat.st_mtime_ns)
    return found
