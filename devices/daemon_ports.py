"""Where a daemon listens: from its arguments, its configuration files, or its program's default.

Guarantees: files and lines are bounded, includes are followed once each; a port that is not written as a number is not
guessed.  What it does not do: know conditions within configurations; every block counts.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from functools import cache

from rulewright.devices.daemon_kinds import Program
from rulewright.devices.model import Place, Port, Start
from rulewright.devices.tree import Tree

MAX_FILES = 200
MAX_LINE = 2000
_ANY = frozenset({"", "*", "0.0.0.0", "::", "0", "any", "all"})  # noqa: S104  read, not bound
_ADDRESS = re.compile(
    r"^(?:(?P<protocol>tcp6?|udp6?|tls|dtls):)?(?:\[?(?P<host>[0-9A-Fa-f.:*]*|localhost)\]?[:,])?(?P<port>\d{1,5})$"
)


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def host(text: str) -> str:
    """A host as ports have it: empty for all interfaces."""
    text = text.strip("[]'\"")
    return "" if text in _ANY else text


def port(text: str, protocol: str, default_host: str = "") -> list[Port]:
    """The ports of `[PROTOCOL:][HOST:]PORT`; none for anything else."""
    found = _ADDRESS.match(text.strip("'\""))
    number = int(found["port"]) if found is not None else 0
    if found is None or not 0 < number < 65536:
        return []
    protocol = (found["protocol"] or protocol).removesuffix("6")
    protocols = ("tcp", "udp") if protocol == "dns" else ({"tls": "tcp", "dtls": "udp"}.get(protocol, protocol),)
    where = host(found["host"] or "") if found["host"] is not None else default_host
    return [Port(one, number, where) for one in protocols]


def listens(start: Start) -> list[Port]:
    """The ports on which something else listens for a command (inetd, a socket unit)."""
    step = next((step for step in reversed(start.chain) if step.kind in {"inetd", "socket"}), None)
    return [found for text in (step.text.split() if step is not None else ()) for found in spelled(text)]


def spelled(text: str) -> list[Port]:
    """`tcp/23`, `tcp/127.0.0.1:23`."""
    protocol, _, rest = text.partition("/")
    return port(rest, protocol)


def option_values(arguments: Sequence[str], names: Sequence[str]) -> list[str]:
    """The values of options in all their spellings (`-p 80`, `-p80`, `--port=80`)."""
    found = []
    for number, word in enumerate(arguments):
        for name in names:
            if word == name and number + 1 < len(arguments):
                found.append(arguments[number + 1])
            elif word.startswith(f"{name}=") or (
                len(name) == 2 and word.startswith(name) and len(word) > 2 and word[1] != "-"
            ):
                found.append(word[len(name) :].removeprefix("="))
            elif len(name) == 2 and _bundled(word, name) and number + 1 < len(arguments):
                found.append(arguments[number + 1])
    return found


def _bundled(word: str, name: str) -> bool:
    """`-FEp 22`: the last of several letters."""
    return (
        len(word) > 2
        and word[0] == "-"
        and word[1] != "-"
        and word[1:].isalpha()
        and word.endswith(name[1])
        and not word.startswith(name)
    )


def configurations(tree: Tree, program: Program, arguments: Sequence[str]) -> tuple[list[str], bool]:
    """The configuration files of a daemon that are there, and whether they were named on the command line."""
    wanted = [] if not program.config_options else [
        value for value in option_values(arguments, [o for o in program.config_options if o not in program.flags or o in arguments]) if value.startswith("/")
    ]  # fmt: skip
    if program.config_argument:
        wanted += [word for word in arguments if word.startswith("/") and not word.endswith(".pid")]
    wanted = [one for value in wanted for one in value.split(",") if tree.is_file(one)]
    if wanted:
        return wanted, True
    return [path for pattern in program.config for path in tree.glob(pattern) if tree.is_file(path)], False


def lines(tree: Tree, program: Program, files: Sequence[str]) -> Iterator[tuple[str, Place]]:
    """The lines of a daemon's configuration without comments, included files after the line that includes them."""
    todo, seen = list(reversed(files)), set[str]()
    while todo and len(seen) < MAX_FILES:
        path = todo.pop()
        resolved = tree.resolve(path) or path
        if resolved in seen:
            continue
        seen.add(resolved)
        for number, line in enumerate(tree.lines(path), 1):
            text = line[:MAX_LINE].strip()
            if not text or text.startswith(("#", ";", "//")):
                continue
            yield text, Place(path, number)
            found = _compiled(program.includes).match(text) if program.includes else None
            if found is not None:
                todo += reversed(_included(tree, found[1].strip("\"'"), posixpath.dirname(files[0])))


def _included(tree: Tree, pattern: str, folder: str) -> list[str]:
    pattern = pattern if pattern.startswith("/") else posixpath.join(folder, pattern)
    found = tree.children(pattern) if tree.is_folder(pattern) else tree.glob(pattern)
    return [path for path in found if tree.is_file(path)]


def ports(tree: Tree, program: Program, start: Start, files: Sequence[str]) -> tuple[Port, ...]:
    """The ports of a daemon that is started by a command."""
    given = listens(start)
    if given:
        return tuple(sorted(set(given)))
    arguments = start.words[1:]
    fixed = [found for text in program.fixed for found in spelled(text)]
    if program.needs and not _needed(tree, program, arguments, files):
        return ()
    where = next((host(value) for value in option_values(arguments, program.host_options)), "")
    named = [
        one
        for option, protocol in program.port_options.items()
        for value in option_values(arguments, [option])
        for one in port(value.replace(",", ":"), protocol, where)
    ]
    if program.positional:
        named += [
            one
            for word in arguments
            for value in word.split(",")
            if ":" in value or value.isdecimal()
            for one in _positional(program, value)
        ]
    set_ = [] if named else configured(tree, program, files)
    default = [] if named or set_ else _default(program, where, files)
    return tuple(sorted({*named, *set_, *default, *fixed}))


def _positional(program: Program, value: str) -> list[Port]:
    default = program.ports[0].partition("/")[0] if program.ports else "tcp"
    return port(value.lstrip(":"), default)


def _default(program: Program, where: str, files: Sequence[str]) -> list[Port]:
    if program.local_without_config and not files and not where:
        where = "127.0.0.1"
    return [Port(one.protocol, one.number, where) for text in program.ports for one in spelled(text)]


def _needed(tree: Tree, program: Program, arguments: Sequence[str], files: Sequence[str]) -> bool:
    if program.needs.startswith("/"):
        return any(_compiled(program.needs[1:]).match(text) for text, _ in lines(tree, program, files))
    letter = program.needs[1:]
    return any(
        word == program.needs or (word.startswith("-") and letter in word[1:] and word[1:].isalpha())
        for word in arguments
    ) or bool(files)


def configured(tree: Tree, program: Program, files: Sequence[str]) -> list[Port]:
    """The ports that configuration files set; hosts that are set apart from ports go with all of them."""
    numbers: list[tuple[str, int, str]] = []
    hosts: list[str] = []
    extra: list[Port] = []
    default = program.ports[0].partition("/")[0] if program.ports else "tcp"
    for text, _ in lines(tree, program, files) if program.settings else ():
        for expression in program.settings:
            found = _compiled(expression).match(text)
            if found is None:
                continue
            groups = found.groupdict()
            if groups.get("list"):
                extra += [
                    one
                    for value in groups["list"].split(",")
                    for one in _positional(program, value.strip().strip("\"'"))
                ]
            elif "dhcp" in groups:
                extra.append(Port("udp", 67))
            elif groups.get("port"):
                protocol = "dns" if "dns" in groups else "udp" if "udp" in groups else default
                numbers.append((protocol, int(groups["port"]), host(groups.get("host") or "")))
            elif groups.get("host"):
                hosts.append(host(groups["host"]))
    if not numbers and hosts:
        numbers = [(one.protocol, one.number, "") for text in program.ports for one in spelled(text)]
    off = any(not number for _, number, _ in numbers)
    given = [(p, n, h or one) for p, n, h in numbers if 0 < n < 65536 for one in (hosts if hosts and not h else [h])]
    found_ports = [Port(one, n, h) for p, n, h in given for one in (("tcp", "udp") if p == "dns" else (p,))]
    if extra and not found_ports and not off and program.ports and extra[0].number == 67:
        found_ports = [one for text in program.ports for one in spelled(text)]
    return found_ports + extra
