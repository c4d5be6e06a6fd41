"""The shell's own commands in boot scripts: `exit`, `.`, `exec`, `eval`, `export`, `command -v`, ...

Guarantees: what they change is changed in the machine that goes through the script, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from rulewright.devices.shell_run import Ending, Machine, Status
from rulewright.devices.shell_values import Field


def _test_program(machine: Machine, name: Field) -> Status:
    """`command -v NAME`: functions, the shell's own, programs of the tree."""
    if not name.known:
        return Status.UNKNOWN
    if name.text in machine.functions or name.text in OWN:
        return Status.YES
    places = (
        [name.text]
        if "/" in name.text
        else [f"{folder}/{name.text}" for folder in ("/usr/sbin", "/usr/bin", "/sbin", "/bin")]
    )
    found = [machine.world.files.test("-x", place) for place in places]
    return Status.YES if True in found else Status.UNKNOWN if None in found else Status.NO


def _command(machine: Machine, fields: Sequence[Field], line: int) -> Status:
    if len(fields) > 2 and fields[1].text in {"-v", "-V"}:
        return _test_program(machine, fields[2])
    rest = [field for field in fields[1:] if field.text != "-p"]
    return machine.call(rest, line) if rest else Status.YES


def _which(machine: Machine, fields: Sequence[Field], _line: int) -> Status:
    names = [field for field in fields[1:] if not field.text.startswith("-")]
    return _test_program(machine, names[0]) if names else Status.UNKNOWN


def _end(kind: Ending, machine: Machine, fields: Sequence[Field], _line: int) -> Status:
    machine.failed = False
    if kind != "break":
        code = fields[1] if len(fields) > 1 else None
        if code is not None:
            machine.status = (
                Status.UNKNOWN
                if not code.known
                else Status.YES
                if code.text.strip("0") == "" and code.text
                else Status.NO
            )
            machine.failed = machine.status is Status.NO
    machine.ending = kind
    return machine.status


def _exec(machine: Machine, fields: Sequence[Field], line: int) -> Status:
    rest = list(fields[1:])
    while rest and rest[0].text.startswith("-"):
        rest = rest[2:] if rest[0].text == "-a" else rest[1:]
    if rest:
        machine.call(rest, line)
        machine.ending = "exit"
    return Status.YES


def _source(machine: Machine, fields: Sequence[Field], _line: int) -> Status:
    return machine.source(fields[1]) if len(fields) > 1 else Status.NO


def _eval(machine: Machine, fields: Sequence[Field], line: int) -> Status:
    if not all(field.known for field in fields):
        if len(fields) > 1 and not fields[1].known and fields[1].text.startswith(("$", "`")):
            machine.anything(fields[1].text, line)  # not even the command is known: it may start anything
        return Status.UNKNOWN
    return machine.text(" ".join(field.text for field in fields[1:]), line)


def _assign(machine: Machine, fields: Sequence[Field], _line: int) -> Status:
    """`export`, `readonly`, `local`, `declare`: each `NAME=VALUE` is set."""
    for field in fields[1:]:
        name, equals, value = field.text.partition("=")
        if equals and name.isidentifier():
            machine.variables[name] = Field(value, field.known)
        elif fields[0].text == "local" and name.isidentifier():
            machine.variables[name] = Field("")
        if fields[0].text == "export":
            machine.exported.add(name)
    return Status.YES


def _read(machine: Machine, fields: Sequence[Field], _line: int) -> Status:
    for field in fields[1:]:
        machine.variables[field.text] = Field(f"${field.text}", known=False)
    return Status.UNKNOWN


def _unset(machine: Machine, fields: Sequence[Field], _line: int) -> Status:
    for field in fields[1:]:
        machine.variables[field.text] = Field("")
        machine.functions.pop(field.text, None)
    return Status.YES


def _set(machine: Machine, fields: Sequence[Field], _line: int) -> Status:
    if len(fields) > 1 and (fields[1].text == "--" or not fields[1].text.startswith(("-", "+"))):
        machine.arguments = list(fields[2:] if fields[1].text == "--" else fields[1:])
    return Status.YES


def _shift(machine: Machine, fields: Sequence[Field], _line: int) -> Status:
    number = fields[1].text if len(fields) > 1 else "1"
    machine.arguments = machine.arguments[int(number) if number.isdecimal() and len(number) < 4 else 1 :]
    return Status.YES


def _cd(machine: Machine, fields: Sequence[Field], _line: int) -> Status:
    """Another folder: what `./NAME` is, depends on it.  `cd -` and `cd` alone lead to where nobody knows."""
    names = [field for field in fields[1:] if not field.text.startswith("-")]
    machine.variables["PWD"] = machine.under(names[0]) if names else Field("$PWD", known=False)
    return Status.YES


def _constant(status: Status, _machine: Machine, _fields: Sequence[Field], _line: int) -> Status:
    return status


OWN: dict[str, Callable[[Machine, Sequence[Field], int], Status]] = {
    "cd": _cd, "command": _command, "builtin": _command, "which": _which, "type": _which, "hash": _which, "exec": _exec,
    "exit": partial(_end, "exit"), "return": partial(_end, "return"),
    "break": partial(_end, "break"), "continue": partial(_end, "break"),
    ".": _source, "source": _source, "include": _source, "eval": _eval, "read": _read, "unset": _unset, "set": _set, "shift": _shift,
    **dict.fromkeys(("export", "readonly", "local", "declare", "typeset"), _assign),
    **dict.fromkeys((":", "true", "echo", "printf", "umask", "trap", "ulimit", "wait", "alias", "sleep"), partial(_constant, Status.YES)),
    **dict.fromkeys(("false", "init_is_upstart"), partial(_constant, Status.NO)),
    **dict.fromkeys(("let", "getopts", "jobs", "times"), partial(_constant, Status.UNKNOWN)),
}  # fmt: skip
