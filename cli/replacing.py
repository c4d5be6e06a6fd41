"""What a command about attestations writes never takes the place of something that it reads, nor of a private key.

Guarantees: a file to write that is the same file (by whatever name or link) as any word or option of the command line, that lies in a
folder named there, or that holds a private key, is refused before anything is written, whatever `--force` says.  Devices and pipes are
nobody's loss.  What `check` and its like write is for `overwriting` to judge.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable

from rulewright.cli.documents import name_of
from rulewright.cli.options import BY_NAME, Request
from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic

TARGETS = ("output", "page", "seen", "openssl", "request", "state")
"""The options that name something to write."""
_PRIVATE = b"PRIVATE KEY-----"
_HEAD = 1 << 16
"""So much of a file is looked at for a private key."""
_STDIN = 0


def replaced(request: Request, changes: Collection[str] = (), also: Iterable[str] = ()) -> Diagnostic | None:
    """What would be lost; nothing where all is well.

    `changes` are words that the command may write over, since changing them is what it is for; `also` are files that it reads besides
    those on the command line.
    """
    words = [*also, *(word for word in request.arguments if word not in changes)]
    options = [word for option, given in request.texts.items() if option not in TARGETS for word in given]
    known = {option.name for option in BY_NAME[request.command].options}
    stated = [
        (option, path) for option in TARGETS if option in known and (path := request.one(option)) not in {None, "-"}
    ]
    for place, (option, path) in enumerate(stated):
        assert path is not None
        hint = f"name another file with `--{option}`"
        if any(os.path.realpath(path) == os.path.realpath(other or "") for _, other in stated[:place]):
            return problem("RW0006", f"`{name_of(path)}` is named twice as a file to write", hint)
        if any(same(path, word) for word in (*words, *options)) or any(_inside(path, word) for word in words):
            return problem("RW0006", f"`{name_of(path)}` is an input and is not overwritten", hint)
        if secret(path):
            message = f"`{name_of(path)}` holds a private key and is not overwritten"
            return problem("RW0006", message, f"{hint}; a key that is lost cannot be made again")
    return None


def there(path: str | None, forced: str = "`--force` allows it") -> Diagnostic | None:
    """Refuse a file that is there already: what is written is nothing that is made again at will."""
    if path is None or path == "-" or not os.path.lexists(path) or (os.path.exists(path) and not os.path.isfile(path)):
        return None
    return problem(
        "RW0006", f"`{name_of(path)}` is there already and is not overwritten", f"name another file; {forced}"
    )


def same(one: str, other: str) -> bool:
    """Whether two names are one regular file; what is not there is none; `-` is what comes from stdin."""
    try:
        return os.path.isfile(one) and os.path.samefile(one, _STDIN if other == "-" else other)
    except (OSError, ValueError):
        return False


def _inside(path: str, folder: str) -> bool:
    """Whether a name is that of a file in a folder."""
    try:
        if not os.path.isfile(path) or not os.path.isdir(folder):
            return False
        above = os.path.realpath(folder)
        return os.path.commonpath((os.path.realpath(path), above)) == above
    except (OSError, ValueError):
        return False


def secret(path: str) -> bool:
    """Whether a file holds a private key."""
    try:
        if not os.path.isfile(path):
            return False
        with open(path, "rb") as stream:
            return _PRIVATE in stream.read(_HEAD)
    except (OSError, ValueError):
        return False
