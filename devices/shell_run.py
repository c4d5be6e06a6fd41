"""Goes through a boot script as init would, without running anything: which commands are reached, and how surely.

Guarantees: a command behind a condition that the tree and the literals do not decide is reached under that condition; one behind
`exit`, `return` or a condition that is decided against it is not reached; loops are gone through once per word, others once;
steps and depth are bounded.  What it does not do: know the status of programs; ordinary ones (`mkdir`) are taken to succeed.
"""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Literal, Protocol

from rulewright.devices import shell
from rulewright.devices import shell_nodes as nodes
from rulewright.devices.shell_nodes import raw, written
from rulewright.devices.shell_tests import ASKS_FILES, Files, decide
from rulewright.devices.shell_values import Field, expand, single
from rulewright.devices.tree import Tree

MAX_STEPS = 10_000
MAX_CALLS = 24
MAX_TURNS = 300
MAX_PRINTING = 6
UNKNOWN = Field("", known=False)
FILTERS = frozenset({"awk", "sed", "tr", "cut", "head", "tail", "sort", "uniq", "grep", "xargs"})
"""Programs that make nothing of nothing."""
LIBRARY = ("config_", "uci_", "procd_", "json_", "service_start", "rc_procd", "append")
"""Beginnings of functions of OpenWrt's libraries, which are known better than the libraries' own text says."""

Ending = Literal["", "break", "return", "exit"]


class Status(Enum):
    """What is known of a command's success; `LIKELY` for a program that nobody would expect to fail."""

    YES = 1
    NO = 2
    LIKELY = 3
    UNKNOWN = 4


class World(Protocol):
    """What a script meets: files, and programs that it starts."""

    tree: Tree
    files: Files

    def deeper(self, step: int) -> bool:
        """Go a command deeper (1) or back (-1); whether that is still followed."""

    def command(self, words: Sequence[Field], machine: Machine, line: int) -> Status:
        """Take note of a command that is reached."""

    def substituted(self, words: Sequence[Field]) -> Field:
        """What a command prints, where that is known."""

    def sourced(self, path: str) -> shell.Script | None:
        """A file to be read in; none when it is not in the tree."""

    def builtin(self, name: str) -> Callable[[Machine, Sequence[Field], int], Status] | None:
        """A function that the init system's own library defines."""


class Machine:
    """One script that is gone through; `conditions` hold where it is now."""

    def __init__(self, world: World, path: str, arguments: Sequence[Field] = ()) -> None:
        self.world = world
        self.tree = world.tree
        self.path = path
        self.file = world.tree.resolve(path) or path
        """where the lines that are gone through stand: another file than `path` while one is read in"""
        self.arguments = list(arguments)
        self.variables: dict[str, Field] = {
            "PATH": Field("/usr/sbin:/usr/bin:/sbin:/bin"),
            "IFS": Field(" "),
            "PWD": Field("/"),
        }
        self.exported: set[str] = {"PWD"}
        self.functions: dict[str, tuple[nodes.Node, str]] = {}
        self.conditions: list[str] = []
        self.doubts: dict[str, str] = {}
        self.ending: Ending = ""
        self.status = Status.YES
        self.steps = 0
        self.calls = 0
        self.failed = False
        """whether the last `exit` or `return` said that something went wrong"""
        self.read_in = False
        self.missing = False
        self.opened: list[Field] = []
        """the command of a procd instance that is being put together"""

    @property
    def condition(self) -> str:
        """What has to hold for the place that is reached; empty when nothing has to."""
        return " and ".join(dict.fromkeys([*self.conditions, *self.doubts.values()]))[:300]

    # --- values ----------------------------------------------------------------------------------------------------------

    def variable(self, name: str) -> Field | None:
        """A variable or parameter; unset is known to be empty where the files that could set it were all read."""
        if name.isdigit():
            number = int(name[:4])
            if not number:
                return Field(self.path)
            return self.arguments[number - 1] if number <= len(self.arguments) else Field("")
        if name == "#":
            return Field(str(len(self.arguments)))
        if name == "?":
            known = {Status.YES: "0", Status.NO: "1"}.get(self.status)
            return Field("$?", known=False) if known is None else Field(known)
        if name in {"$", "!", "-"}:
            return Field(f"${name}", known=False)
        found = self.variables.get(name)
        return Field("") if found is None and self.read_in and not self.missing else found

    def printed(self, text: str) -> Field:
        """What the commands of a substitution print, for one command and for filters of nothing."""
        body = shell.parse(text)
        single_one = len(body.body.commands) == 1 and not body.error
        return self.prints(body.body.commands[0]) if single_one else UNKNOWN

    def prints(self, node: nodes.Node, depth: int = 0) -> Field:
        """What a command prints; a function when it is a single command itself."""
        if depth > MAX_PRINTING:
            return UNKNOWN
        if isinstance(node, nodes.Group | nodes.Sequence):
            inner = node.body if isinstance(node, nodes.Group) else node
            return self.prints(inner.commands[0], depth + 1) if len(inner.commands) == 1 else UNKNOWN
        if isinstance(node, nodes.Pipe):
            filters = all(
                isinstance(one, nodes.Simple) and one.words and one.words[0].plain in FILTERS
                for one in node.commands[1:]
            )
            first = self.prints(node.commands[0], depth + 1) if filters and not node.negated else UNKNOWN
            return first if first.known and not first.text.strip() else UNKNOWN
        if not isinstance(node, nodes.Simple) or not node.words or node.assigned:
            return UNKNOWN
        fields = expand(node.words, self)
        if not fields or not all(field.known for field in fields):
            return UNKNOWN
        function = self.functions.get(fields[0].text)
        if function is None:
            return self.world.substituted(fields)
        before, self.arguments = self.arguments, fields[1:]
        found = self.prints(function[0], depth + 1)
        self.arguments = before
        return found

    # --- nodes -----------------------------------------------------------------------------------------------------------

    def run(self, node: nodes.Node) -> Status:
        """Go through a node; the status is that of its last command."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            self.ending = "exit"
        if self.ending:
            return Status.UNKNOWN
        if self.world.deeper(1):
            _GOES[type(node)](self, node)
        else:
            self.status = Status.UNKNOWN
        self.world.deeper(-1)
        return self.status

    def define(self, node: nodes.Function) -> None:
        """A function is remembered with the file that it stands in."""
        self.functions[node.name] = (node.body, self.file)
        self.status = Status.YES

    def group(self, node: nodes.Group) -> None:
        """`{ ... }` and `( ... )`."""
        self.status = self.apart(node.body) if node.own else self.run(node.body)

    def sequence(self, node: nodes.Sequence) -> None:
        """Commands one after another; those in the background are processes of their own."""
        for number, command in enumerate(node.commands):
            if self.ending:
                return
            if number in node.background:
                self.apart(command)
                self.status = Status.YES
            else:
                self.run(command)

    def apart(self, node: nodes.Node) -> Status:
        """A process of its own: its variables and its end stay with it."""
        variables, doubts = dict(self.variables), dict(self.doubts)
        status = self.run(node)
        self.variables, self.doubts, self.ending = variables, doubts, ""
        return status

    def chain(self, node: nodes.Chain) -> None:
        """`&&` and `||`."""
        self.status = self.chained(node)

    def chained(self, node: nodes.Chain) -> Status:
        """The status of a chain."""
        status = self.run(node.commands[0])
        said = written(node.commands[0])
        for operator, command in zip(node.operators, node.commands[1:], strict=True):
            if self.ending:
                return status
            runs = Status.YES if operator == "&&" else Status.NO
            if status is runs:
                status = self.run(command)
            elif status in {Status.LIKELY, Status.UNKNOWN}:
                condition = f"`{said}`" if operator == "&&" else f"not `{said}`"
                self.perhaps([(command, condition)], infects=operator == "&&" or status is Status.UNKNOWN)
            said = written(command) if status is runs else said
        return status

    def pipe(self, node: nodes.Pipe) -> None:
        """`a | b`: each a process of its own; or one command with `!`."""
        if len(node.commands) == 1:
            status = self.run(node.commands[0])
        else:
            for command in node.commands:
                status = self.apart(command)
            last = node.commands[-1]
            if isinstance(last, nodes.Simple) and written(last).removeprefix("/bin/") in {"sh", "ash", "bash", "sh -s"}:
                self.anything(written(node), last.line)  # what comes through the pipe is run
            status = Status.UNKNOWN if status is Status.YES else status
        if node.negated:
            status = {Status.YES: Status.NO, Status.NO: Status.YES}.get(status, Status.UNKNOWN)
        self.status = status

    def perhaps(self, ways: Sequence[tuple[nodes.Node | None, str]], *, infects: bool = True) -> None:
        """Go through each of several ways of which one is taken; a way of none is going on.

        Afterwards, variables on which the ways differ are unknown, and what ended on some ways is in doubt; ways that do
        not infect are for what goes wrong, and put nothing in doubt when they end with a failure.
        """
        before = dict(self.variables)
        left: list[dict[str, Field]] = []
        ended: list[tuple[Ending, str]] = []
        doubtful: list[tuple[Ending, str]] = []
        if len(ways) == 1:
            left.append(dict(before))
        for node, condition in ways:
            self.variables = dict(before)
            self.conditions.append(condition)
            if node is not None:
                self.run(node)
            self.conditions.pop()
            if self.ending:
                ended.append((self.ending, condition))
                if infects or not self.failed:
                    doubtful.append(ended[-1])
                self.ending = ""
            else:
                left.append(self.variables)
        self.variables = merged(left) if left else before
        self.status = Status.UNKNOWN
        if not left:
            kinds: tuple[Ending, ...] = ("break", "return", "exit")
            self.ending = min((kind for kind, _ in ended), key=kinds.index)
        for kind, condition in doubtful:
            self.doubts.setdefault(kind, negation(condition))

    def choose(self, node: nodes.If) -> None:
        """`if`: the first arm whose test holds."""
        arms, otherwise = node.arms, node.otherwise
        for number, (test, body) in enumerate(arms):
            status = self.run(test)
            if self.ending:
                return
            if status is Status.YES:
                self.run(body)
                return
            if status is Status.NO:
                continue
            rest = arms[number + 1 :]
            following: nodes.Node | None = nodes.If(rest, otherwise) if rest else otherwise
            said = f"`{written(test)}`"
            if status is Status.LIKELY and not rest and otherwise is not None:
                self.perhaps([(otherwise, negation(said))], infects=False)
                self.perhaps([(body, said)])
            else:
                self.perhaps([(body, said), (following, negation(said))])
            return
        if otherwise is not None:
            self.run(otherwise)
        else:
            self.status = Status.YES

    def case(self, node: nodes.Case) -> None:
        """`case`: the first arm with a pattern that fits; each that may fit when the word is not known."""
        value = single(node.word, self)
        ways: list[tuple[nodes.Node | None, str]] = []
        for patterns, body in node.arms:
            texts = [single(pattern, self) for pattern in patterns]
            if value.known:
                if any(one.known and fnmatch.fnmatchcase(value.text, one.text) for one in texts):
                    self.run(body)
                    return
            else:
                ways.append((body, f"{raw(node.word)} is {'|'.join(one.text for one in texts)[:80]}"))
                if any(one.text == "*" for one in texts):
                    break
        else:
            if not value.known:
                ways.append((None, f"{raw(node.word)} is something else"))
        if ways:
            self.perhaps(ways)

    def loop(self, node: nodes.For) -> None:
        """`for`: a turn for each word."""
        fields = list(self.arguments) if node.words is None else expand(node.words, self)
        for field in fields[:MAX_TURNS]:
            self.variables[node.name] = field
            if field.known:
                self.run(node.body)
            else:
                self.perhaps([(node.body, f"{node.name} in `{field.text}`")])
            if self.left_loop():
                return

    def left_loop(self) -> bool:
        """Whether a turn of a loop ended it; `break` and `continue` reach no further than here."""
        self.doubts.pop("break", None)
        if self.ending == "break":
            self.ending = ""
            return False
        return bool(self.ending)

    def broken(self) -> bool:
        """Whether a loop was, or may have been, left by `break`."""
        return self.ending == "break" or "break" in self.doubts

    def repeat(self, node: nodes.While) -> None:
        """One turn of a `while` or `until`."""
        before = dict(self.variables)
        status = self.run(node.test)
        if self.ending:
            return
        if node.negated:
            status = {Status.YES: Status.NO, Status.NO: Status.YES}.get(status, Status.UNKNOWN)
        if status is Status.NO:
            return
        if status is Status.YES:
            self.run(node.body)
            endless = not node.negated and written(node.test) in {
                "true",
                ":",
                "[ 1 ]",
                "[ 1 = 1 ]",
                "[ true ]",
                "[ : ]",
            }
            broken = self.broken()
            if not self.left_loop() and endless and not broken:
                self.ending = "exit"
        else:
            self.perhaps([(node.body, f"`{written(node.test)}`")])
            self.left_loop()
        changed = {name for name, value in self.variables.items() if before.get(name) != value}
        self.variables |= {name: Field(f"${name}", known=False) for name in changed}
        self.status = Status.YES

    # --- commands --------------------------------------------------------------------------------------------------------

    def simple(self, node: nodes.Simple) -> None:
        """A command, a test, or assignments alone."""
        self.status = self.one(node)

    def one(self, node: nodes.Simple) -> Status:
        """The status of a simple command."""
        if not node.words:
            for name, token in node.assigned:
                self.variables[name] = single(token, self)
            calls = any(part.kind == "command" for _, token in node.assigned for part in token.parts)
            return Status.UNKNOWN if calls else Status.YES
        test = node.words[0].plain in {"[", "[[", "test"}
        fields = expand(node.words, self, keep=test)
        if not fields:
            return Status.YES
        if test:
            return self.decided(fields)
        before = dict(self.variables)
        for name, token in node.assigned:
            self.variables[name] = single(token, self)
        status = self.call(fields, node.line)
        if node.assigned:
            for name, _ in node.assigned:
                self.variables.pop(name, None)
                if name in before:
                    self.variables[name] = before[name]
        return status

    def decided(self, fields: list[Field]) -> Status:
        """`[ ... ]`, `[[ ... ]]`, `test ...`."""
        inner = fields[1:]
        if inner and inner[-1].text in {"]", "]]"} and fields[0].text != "test":
            inner.pop()
        asked = [
            self.under(field) if field.text and before.text in ASKS_FILES - {"-a"} else field
            for before, field in zip([Field(""), *inner], inner, strict=False)
        ]
        found = decide(asked, self.world.files)
        return Status.UNKNOWN if found is None else Status.YES if found else Status.NO

    def call(self, fields: Sequence[Field], line: int) -> Status:
        """A command with its words: a function, one of the shell's own, or a program."""
        name = fields[0].text
        known = self.world.builtin(name) if name.startswith(LIBRARY) else None
        if known is not None:
            return known(self, fields, line)
        function = self.functions.get(name)
        if function is not None:
            return self.function(function, fields[1:])
        own = own_commands().get(name)
        if own is not None:
            return own(self, fields, line)
        builtin = self.world.builtin(name)
        if "/" in name and (here := self.under(fields[0])).known and self.tree.is_file(here.text):
            fields = [here, *fields[1:]]
        return self.world.command(fields, self, line) if builtin is None else builtin(self, fields, line)

    def anything(self, text: str, line: int) -> None:
        """Commands that nobody knows: a start of its own, since it may start anything."""
        self.world.command([Field("eval"), Field(text, known=False)], self, line)

    def under(self, path: Field) -> Field:
        """A path from the root, where the folder that the script is in is known."""
        here = self.variables.get("PWD", UNKNOWN)
        if not path.known or path.text.startswith("/"):
            return path
        return Field(posixpath.normpath(posixpath.join(here.text, path.text))) if here.known else UNKNOWN

    def function(self, defined: tuple[nodes.Node, str], arguments: Sequence[Field]) -> Status:
        """Go through a function; `return` ends it, and no more."""
        if self.calls >= MAX_CALLS:
            return Status.UNKNOWN
        before, doubt = self.arguments, self.doubts.pop("return", None)
        here = self.file
        self.arguments = list(arguments)
        body, self.file = defined
        self.calls += 1
        status = self.run(body)
        self.calls -= 1
        self.arguments, self.file = before, here
        if self.ending == "return":
            self.ending = ""
            status = self.status
        if self.doubts.pop("return", None) is not None:
            status = Status.UNKNOWN
        if doubt is not None:
            self.doubts["return"] = doubt
        return status

    def source(self, path: Field) -> Status:
        """Read another file in, as `.` does."""
        path = self.under(path) if "/" in path.text else path
        script = self.world.sourced(path.text) if path.known else None
        if script is None or self.calls >= MAX_CALLS:
            self.missing = True
            return Status.UNKNOWN
        self.read_in = True
        self.calls += 1
        here, self.file = self.file, self.tree.resolve(path.text) or path.text
        self.run(script.body)
        self.file = here
        self.calls -= 1
        if self.ending == "return":
            self.ending = ""
        self.doubts.pop("return", None)
        return Status.YES

    def text(self, text: str, line: int) -> Status:
        """Commands given as a text (`eval`)."""
        if self.calls >= MAX_CALLS:
            return Status.UNKNOWN
        self.calls += 1
        status = self.run(shell.parse(text, line).body)
        self.calls -= 1
        return status


def merged(ways: Sequence[dict[str, Field]]) -> dict[str, Field]:
    """The variables after one of several ways: unknown where they differ."""
    names = dict.fromkeys(name for way in ways for name in way)
    first = ways[0]
    return {
        name: first[name]
        if name in first and all(way.get(name) == first[name] for way in ways)
        else Field(f"${name}", known=False)
        for name in names
    }


def negation(condition: str) -> str:
    """A condition's opposite in words."""
    return condition.removeprefix("not ") if condition.startswith("not ") else f"not {condition}"


_GOES: dict[type[nodes.Node], Callable[..., None]] = {
    nodes.Simple: Machine.simple,
    nodes.Sequence: Machine.sequence,
    nodes.Chain: Machine.chain,
    nodes.Pipe: Machine.pipe,
    nodes.Group: Machine.group,
    nodes.If: Machine.choose,
    nodes.For: Machine.loop,
    nodes.While: Machine.repeat,
    nodes.Case: Machine.case,
    nodes.Function: Machine.define,
}


@cache
def own_commands() -> Mapping[str, Callable[[Machine, Sequence[Field], int], Status]]:
    """The shell's own commands, which need machines themselves."""
    from rulewright.devices.shell_own import OWN

    return OWN
