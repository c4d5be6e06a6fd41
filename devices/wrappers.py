"""Commands that start other commands: `nohup`, `start-stop-daemon`, `busybox`, `su -c`, ...: what is started in the end, as whom.

Guarantees: words only, nothing of a tree is looked at; a wrapper that is not known is left as it is.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence

import msgspec

from rulewright.devices.shell_values import Field

MAX_WRAPPED = 10


class Wrapper(msgspec.Struct, frozen=True):
    """How a wrapper's words are passed over: options that take a word, plain words before the command, which names the user."""

    takes: frozenset[str] = frozenset()
    before: int = 0
    user: str = ""
    """the option that names the user; `1` for the first plain word"""


class Unwrapped(msgspec.Struct, frozen=True):
    """What is started in the end; `listens` are the ports on which a wrapper listens for it."""

    words: tuple[Field, ...]
    user: str = ""
    listens: str = ""


def _options(text: str) -> frozenset[str]:
    return frozenset(text.split())


WRAPPERS: dict[str, Wrapper] = {
    **dict.fromkeys(("nohup", "setsid", "time", "tcpd", "dumb-init", "catchsegv", "systemd-cat"), Wrapper()),
    "nice": Wrapper(_options("-n --adjustment")),
    "ionice": Wrapper(_options("-c -n -p -t")),
    "env": Wrapper(_options("-u -C -S")),
    "timeout": Wrapper(_options("-k -s -t"), before=1),
    "chrt": Wrapper(_options("-T -P -D"), before=1),
    "taskset": Wrapper(before=1),
    "chroot": Wrapper(before=1, user="--userspec"),
    "setuidgid": Wrapper(before=1, user="1"),
    "s6-setuidgid": Wrapper(before=1, user="1"),
    "su-exec": Wrapper(before=1, user="1"),
    "gosu": Wrapper(before=1, user="1"),
    "chpst": Wrapper(_options("-u -U -e -/ -n -l -L -m -d -o -p -f -c -t -b"), user="-u"),
    "softlimit": Wrapper(_options("-a -c -d -f -l -m -o -p -r -s -t")),
    "sudo": Wrapper(_options("-u -g -C -h -p -r -t"), user="-u"),
    "doas": Wrapper(_options("-u -C"), user="-u"),
    "runuser": Wrapper(_options("-u -g"), user="-u"),
    "stdbuf": Wrapper(_options("-i -o -e")),
    "daemon": Wrapper(_options("--name -n --user -u"), user="--user"),
    "daemonize": Wrapper(_options("-c -e -o -p -l -u -E"), user="-u"),
    "start_daemon": Wrapper(_options("-n -p")),
    "startproc": Wrapper(_options("-n -p -l -u -t"), user="-u"),
    "cgexec": Wrapper(_options("-g")),
    "tini": Wrapper(_options("-e -p")),
    "unshare": Wrapper(_options("-S -G -R -w")),
    "setpriv": Wrapper(_options("--reuid --regid --groups --bounding-set --inh-caps"), user="--reuid"),
}
_SOCKETS = {"tcpsvd": "tcp", "udpsvd": "udp", "tcpserver": "tcp", "ipsvd": "tcp"}
_SOCKET_TAKES = _options("-c -C -b -u -l -i -x -t -p -g -h -r -d")
_SSD_TAKES = _options(
    "-a --startas -c --chuid -d --chdir -g --group -I --iosched -k --umask -n --name -N --nicelevel -O --output -p --pidfile"
    " -P --procsched -r --chroot -R --retry -s --signal -u --user -x --exec --ppid --pid --notify-timeout --remove-pidfile"
) - {"--remove-pidfile"}  # fmt: skip


def unwrap(words: Sequence[Field]) -> Unwrapped | None:
    """Take wrappers off; `None` when nothing is started (`start-stop-daemon --stop`)."""
    found = Unwrapped(tuple(words))
    for _ in range(MAX_WRAPPED):
        if not found.words:
            return None
        name = posixpath.basename(found.words[0].text)
        reader = _READERS.get(name)
        if reader is not None:
            inner = reader(found.words)
        elif name in WRAPPERS:
            inner = _plain(found.words, WRAPPERS[name])
        else:
            return found
        if inner is None:
            return None
        if inner.words == found.words:
            return found
        found = Unwrapped(inner.words, inner.user or found.user, inner.listens or found.listens)
    return found


def options(words: Sequence[Field], takes: frozenset[str]) -> tuple[dict[str, str], Sequence[Field]]:
    """Leading options with their values, and what follows them (`--name=value`, `-nvalue` and `-n value`)."""
    given: dict[str, str] = {}
    at = 0
    while at < len(words) and words[at].text.startswith("-") and len(words[at].text) > 1:
        text = words[at].text
        at += 1
        if text == "--":
            break
        name, equals, value = text.partition("=")
        if equals and text.startswith("--"):
            given[name] = value
        elif text in takes and at < len(words):
            given[text] = words[at].text
            at += 1
        elif text[:2] in takes and not text.startswith("--"):
            given[text[:2]] = text[2:]
        elif not text.startswith("--") and len(text) > 2 and "-" + text[-1] in takes and at < len(words):
            given |= dict.fromkeys(("-" + letter for letter in text[1:-1]), "")
            given["-" + text[-1]] = words[at].text
            at += 1
        else:
            given |= {text: ""} if text.startswith("--") else dict.fromkeys(("-" + letter for letter in text[1:]), "")
    return given, words[at:]


def _plain(words: Sequence[Field], wrapper: Wrapper) -> Unwrapped | None:
    given, rest = options(words[1:], wrapper.takes)
    while rest and "=" in rest[0].text and "/" not in rest[0].text.partition("=")[0]:
        rest = rest[1:]
    user = rest[0].text if wrapper.user == "1" and rest else given.get(wrapper.user, "")
    rest = rest[wrapper.before :]
    return Unwrapped(tuple(rest), user.partition(":")[0]) if rest else None


def _busybox(words: Sequence[Field]) -> Unwrapped | None:
    applet = len(words) > 1 and not words[1].text.startswith("-")
    return Unwrapped(tuple(words[1:])) if applet else Unwrapped(tuple(words))


def _start_stop_daemon(words: Sequence[Field]) -> Unwrapped | None:
    given, rest = options(words[1:], _SSD_TAKES)
    program = given.get("--startas") or given.get("-a") or given.get("--exec") or given.get("-x")
    if not given.keys().isdisjoint({"-K", "--stop", "-T", "--status", "-t", "--test", "-H", "--help"}):
        return None
    arguments = list(rest)
    if not program:
        if not arguments:
            return None
        return Unwrapped(tuple(arguments))
    while arguments and arguments[0].text == "--":
        arguments.pop(0)
    user = (given.get("--chuid") or given.get("-c") or given.get("--user") or "").partition(":")[0]
    return Unwrapped((Field(program, not program.startswith("$")), *arguments), user)


def _su(words: Sequence[Field]) -> Unwrapped | None:
    """`su [-] USER -c COMMAND`: as `sh -c COMMAND` of that user."""
    plain: list[str] = []
    command: Field | None = None
    rest = iter(words[1:])
    for word in rest:
        if word.text in {"-c", "--command"}:
            command = next(rest, None)
        elif word.text in {"-s", "--shell", "-g"}:
            next(rest, None)
        elif not word.text.startswith("-"):
            plain.append(word.text)
    if command is None:
        return None
    return Unwrapped((Field("sh"), Field("-c"), command), plain[0] if plain else "root")


def _socket(words: Sequence[Field]) -> Unwrapped | None:
    _, rest = options(words[1:], _SOCKET_TAKES)
    if len(rest) < 3:
        return None
    protocol = _SOCKETS[posixpath.basename(words[0].text)]
    host = "" if rest[0].text in {"0", "0.0.0.0", "::"} else rest[0].text + ":"  # noqa: S104  read, not bound
    return Unwrapped(tuple(rest[2:]), listens=f"{protocol}/{host}{rest[1].text}")


def _ip(words: Sequence[Field]) -> Unwrapped | None:
    texts = [word.text for word in words[1:3]]
    return Unwrapped(tuple(words[4:])) if texts == ["netns", "exec"] and len(words) > 4 else Unwrapped(tuple(words))


def _angel(words: Sequence[Field]) -> Unwrapped | None:
    return Unwrapped((Field("lighttpd"), *words[1:]))


_READERS: dict[str, Callable[[Sequence[Field]], Unwrapped | None]] = {
    "busybox": _busybox,
    "start-stop-daemon": _start_stop_daemon,
    "su": _su,
    "lighttpd-angel": _angel,
    "ip": _ip,
    **dict.fromkeys(_SOCKETS, _socket),
}
