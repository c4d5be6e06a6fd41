"""`rulewright test --watch`: run again whenever a file changes that the outcome depends on.

Guarantees: the rule files named, all that they use and the documents of their tests are watched, and nothing else; folders
named are watched for new files; nothing is cleared where stdout is no terminal; Ctrl-C ends it, with 130.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

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
    code, files = once(request)
    while True:
        named = {os.path.realpath(path) for path in files}
        folders = [os.path.realpath(word) for word in request.arguments if os.path.isdir(word)]
        places = sorted({os.path.dirname(path) for path in named} | set(folders))
        if not places:
            return code
        say(f"watching {len(named)} files; Ctrl-C ends")

        def wanted(_change: object, path: str, named: set[str] = named, folders: list[str] = folders) -> bool:
            real = os.path.realpath(path)
            inside = real.endswith(".rw") and any(real.startswith(folder + os.sep) for folder in folders)
            return inside or real in named

        try:
            for _ in changes(*places, watch_filter=wanted, recursive=bool(folders), debounce=200, step=50):
                break
            else:
                return code
        except KeyboardInterrupt:
            return exits.INTERRUPTED
        if sys.stdout.isatty():
            put(_CLEAR)
        code, again = once(request)
        files = tuple(sorted({*files, *again}))  # a file that is being replaced is still one of them
