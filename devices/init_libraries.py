"""What the libraries of init scripts add to the shell: OpenWrt (rc.common, procd, uci), Debian (init-d-script), OpenRC.

Guarantees: options are those of the shipped configuration; one that is not set is unknown unless the script gives a default.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence

from rulewright.devices.shell_run import Machine, Status
from rulewright.devices.shell_tests import VOLATILE
from rulewright.devices.shell_values import Field
from rulewright.devices.tree import Tree
from rulewright.devices.uci import Uci

MAX_PRINTED = 4096
_TRUE = frozenset({"1", "on", "true", "yes", "enabled"})
_PACKAGE = " uci package"
"""The variable that remembers what `config_load` was given; no script can name it."""


# --- commands whose print is known -----------------------------------------------------------------------------------------


def printed(config: Uci, tree: Tree, words: Sequence[str]) -> Field:
    """What a plain command prints, where literals, the tree or the shipped configuration say so."""
    unknown = Field("", known=False)
    plain = [word for word in words[1:] if not word.startswith("-")]
    match posixpath.basename(words[0]):
        case "basename" if plain:
            return Field(posixpath.basename(plain[0].rstrip("/")).removesuffix(plain[1] if len(plain) > 1 else ""))
        case "dirname" if plain:
            return Field(posixpath.dirname(plain[0].rstrip("/")) or ".")
        case "echo":
            return Field(" ".join(word for word in words[1:] if word not in {"-n", "-e"}))
        case "printf" if words[1:2] in (["%s"], ["%s\\n"]):
            return Field(" ".join(words[2:]))
        case "uci_get" if len(words) > 1:
            return _uci_get(config, words[1] if "." in words[1] else ".".join(words[1:4]))
        case "ls" if plain:
            return Field(" ".join(name for path in plain for name in _listed(tree, path)))
        case "cat" if len(plain) == 1 and tree.is_file(plain[0]) and not plain[0].startswith(VOLATILE):
            text = tree.read(plain[0], MAX_PRINTED + 1).decode("utf-8", "backslashreplace")
            return Field(text.strip()) if len(text) <= MAX_PRINTED else unknown
        case "uci" if len(plain) > 1 and plain[0] == "get":
            return _uci_get(config, plain[1])
        case _:
            return unknown


def _listed(tree: Tree, path: str) -> list[str]:
    if tree.is_folder(path):
        return [posixpath.basename(child) for child in tree.children(path)]
    return [path] if tree.resolve(path) is not None else []


def _uci_get(config: Uci, name: str) -> Field:
    package, _, rest = name.partition(".")
    section, _, option = rest.partition(".")
    found = config.get(package, section, option)
    return Field("", known=False) if found is None else Field(found)


# --- functions of OpenWrt's library ----------------------------------------------------------------------------------------


def _config_load(_config: Uci, machine: Machine, fields: Sequence[Field], _line: int) -> Status:
    machine.variables[_PACKAGE] = fields[1] if len(fields) > 1 else Field("")
    return Status.YES


def _config_foreach(config: Uci, machine: Machine, fields: Sequence[Field], line: int) -> Status:
    """`config_foreach FUNCTION TYPE ...`: the function is called for each section."""
    package = machine.variables.get(_PACKAGE, Field("")).text
    kind = fields[2].text if len(fields) > 2 else ""
    if len(fields) < 2:
        return Status.YES
    sections = config.package(package)
    if sections is None:
        machine.conditions.append(f"/etc/config/{package} has a section")
        machine.call([fields[1], Field("$section", known=False), *fields[3:]], line)
        machine.conditions.pop()
        return Status.YES
    for section in sections[:50]:
        if not kind or section.type == kind:
            machine.call([fields[1], Field(section.name), *fields[3:]], line)
    return Status.YES


def _config_list_foreach(config: Uci, machine: Machine, fields: Sequence[Field], line: int) -> Status:
    """`config_list_foreach SECTION OPTION FUNCTION ...`: the function is called for each value."""
    if len(fields) < 4:
        return Status.YES
    section = (
        config.section(machine.variables.get(_PACKAGE, Field("")).text, fields[1].text) if fields[1].known else None
    )
    for value in section.options.get(fields[2].text, ())[:50] if section is not None else ():
        machine.call([fields[3], Field(value), *fields[4:]], line)
    return Status.YES


def _append(_config: Uci, machine: Machine, fields: Sequence[Field], _line: int) -> Status:
    """`append VARIABLE VALUE [SEPARATOR]`."""
    if len(fields) > 2:
        before = machine.variables.get(fields[1].text, Field(""))
        between = (fields[3].text if len(fields) > 3 else " ") if before.text else ""
        machine.variables[fields[1].text] = Field(
            f"{before.text}{between}{fields[2].text}"[:8192], before.known and fields[2].known
        )
    return Status.YES


def _config_get(config: Uci, machine: Machine, fields: Sequence[Field], _line: int) -> Status:
    """`config_get VARIABLE SECTION OPTION [DEFAULT]`."""
    if len(fields) < 4:
        return Status.YES
    package = machine.variables.get(_PACKAGE, Field("")).text
    found = config.get(package, fields[2].text, fields[3].text) if fields[2].known else None
    default = fields[4] if len(fields) > 4 else None
    value = Field(found) if found is not None else default
    if value is None:
        settled = fields[2].known and config.section(package, fields[2].text) is not None
        value = Field("", known=settled)
    if fields[0].text == "config_get_bool" and value.known:
        value = Field("1" if value.text in _TRUE else "0")
    machine.variables[fields[1].text] = value
    return Status.YES


def _validate(config: Uci, machine: Machine, fields: Sequence[Field], line: int) -> Status:
    """`uci_load_validate PACKAGE TYPE SECTION CALLBACK NAME:TYPE:DEFAULT ...` sets variables; the callback is then called."""
    calls = fields[0].text == "uci_load_validate"
    if len(fields) < 4:
        return Status.YES
    package, section = fields[1].text, fields[3]
    for field in fields[5 if calls else 4 :]:
        name, _, rest = field.text.partition(":")
        kind, _, default = rest.rpartition(":") if rest.count(":") else (rest, "", "")
        found = config.get(package, section.text, name) if section.known else None
        value = found if found is not None else default.strip("\"'")
        if "bool" in (kind or rest) and value:
            value = "1" if value in _TRUE else "0"
        machine.variables[name] = Field(value, section.known or found is not None)
    if calls and len(fields) > 4 and fields[4].text:
        return machine.call([fields[4], section, Field("0")], line)
    return Status.YES


def _open(_config: Uci, machine: Machine, _fields: Sequence[Field], _line: int) -> Status:
    machine.opened = []
    return Status.YES


def _set_param(_config: Uci, machine: Machine, fields: Sequence[Field], line: int) -> Status:
    """`procd_set_param command WORDS` and `procd_append_param command WORDS`."""
    if len(fields) > 1 and fields[1].text == "command":
        machine.opened = [*(machine.opened if fields[0].text == "procd_append_param" else []), *fields[2:]]
        machine.variables[" procd line"] = Field(str(line))
    if len(fields) > 2 and fields[1].text == "user":
        machine.variables[" procd user"] = fields[2]
    return Status.YES


def close(_config: Uci | None, machine: Machine, _fields: Sequence[Field], line: int) -> Status:
    """`procd_close_instance`: what was put together is started."""
    words, machine.opened = machine.opened, []
    where = machine.variables.get(" procd line", Field("")).text
    user = machine.variables.pop(" procd user", None)
    if words:
        start = [Field("s6-setuidgid"), user, *words] if user is not None and user.known else words
        machine.world.command(start, machine, int(where) if where.isdecimal() else line)
    return Status.YES


def _service_start(_config: Uci, machine: Machine, fields: Sequence[Field], line: int) -> Status:
    return machine.world.command(fields[1:], machine, line) if len(fields) > 1 else Status.YES


def _call(_config: Uci, machine: Machine, fields: Sequence[Field], line: int) -> Status:
    """`rc_procd FUNCTION ...`, `config_cb ...`: the words are a call."""
    return machine.call(fields[1:], line) if len(fields) > 1 else Status.YES


def _run_command(_config: Uci, machine: Machine, fields: Sequence[Field], line: int) -> Status:
    """`service NAME start`, `invoke-rc.d NAME start`, `rc-service NAME start`: the init script is run."""
    names = [field for field in fields[1:] if not field.text.startswith("-")]
    if len(names) > 1 and names[1].text in {"start", "restart"}:
        return machine.world.command([Field(f"/etc/init.d/{names[0].text}", names[0].known), names[1]], machine, line)
    return Status.UNKNOWN


def _nothing(_config: Uci, _machine: Machine, _fields: Sequence[Field], _line: int) -> Status:
    return Status.YES


FUNCTIONS: dict[str, Callable[[Uci, Machine, Sequence[Field], int], Status]] = {
    "config_load": _config_load,
    "config_foreach": _config_foreach,
    "config_list_foreach": _config_list_foreach,
    "append": _append,
    **dict.fromkeys(("config_get", "config_get_bool"), _config_get),
    **dict.fromkeys(("uci_load_validate", "uci_validate_section"), _validate),
    "procd_open_instance": _open,
    **dict.fromkeys(("procd_set_param", "procd_append_param"), _set_param),
    "procd_close_instance": close,
    "service_start": _service_start,
    "rc_procd": _call,
    **dict.fromkeys(("service", "invoke-rc.d", "rc-service"), _run_command),
    **dict.fromkeys(
        ("procd_open_service", "procd_close_service", "procd_add_jail", "procd_add_jail_mount", "procd_add_reload_trigger",
         "procd_set_config_changed", "procd_add_validation", "procd_open_data", "procd_close_data", "json_init", "extra_command", "procd_add_mdns", "procd_add_interface_trigger",
         "procd_add_config_trigger",
         "ebegin", "eend", "einfo", "ewarn", "need", "use", "provide"),
        _nothing,
    ),
}  # fmt: skip


# --- interpreters ----------------------------------------------------------------------------------------------------------


def _rc_common(machine: Machine, arguments: Sequence[str]) -> None:
    """OpenWrt: `boot` is `start` unless the script says otherwise; with procd, `start` is `start_service`."""
    action = arguments[0] if arguments else "start"
    wanted = {"boot": ("boot", "start", "start_service"), "start": ("start", "start_service")}.get(action, ())
    name = next((one for one in wanted if one in machine.functions), "")
    if name == "boot" or (name and action == "start"):
        machine.functions.setdefault("start", machine.functions.get("start_service", machine.functions[name]))
    if name:
        machine.call([Field(name)], 0)
        close(None, machine, (), 0)


def _init_d_script(machine: Machine, arguments: Sequence[str]) -> None:
    """Debian: `DAEMON` with `DAEMON_ARGS` is started unless `do_start_cmd_override` is defined."""
    program = machine.variables.get("DAEMON", Field(""))
    if arguments[:1] not in (["start"], ["restart"]) or program.text in {"", "none"}:
        return
    override = next((one for one in ("do_start_cmd_override", "do_start_override") if one in machine.functions), "")
    if override:
        machine.call([Field(override)], 0)
    elif machine.world.files.test("-x", program.text) is not False:
        given = machine.variables.get("DAEMON_ARGS", Field(""))
        machine.world.command([program, *(Field(word, given.known) for word in given.text.split())], machine, 0)


def _openrc(machine: Machine, arguments: Sequence[str]) -> None:
    """OpenRC: `start` of the script, else `command` with `command_args`; /etc/conf.d/NAME is read in before."""
    if arguments[:1] != ["start"]:
        return
    for function in ("start_pre", "start"):
        if function in machine.functions:
            machine.call([Field(function)], 0)
    program = machine.variables.get("command", Field(""))
    if "start" not in machine.functions and program.text:
        words = [
            Field(word, found.known)
            for name in ("command_args", "command_args_background")
            if (found := machine.variables.get(name)) is not None
            for word in found.text.split()
        ]
        user = machine.variables.get("command_user")
        before = [Field("s6-setuidgid"), Field(user.text.partition(":")[0])] if user is not None and user.known else []
        machine.world.command([*before, program, *words], machine, 0)


INTERPRETERS: dict[str, Callable[[Machine, Sequence[str]], None]] = {
    "rc.common": _rc_common,
    "init-d-script": _init_d_script,
    "openrc-run": _openrc,
    "runscript": _openrc,
}
