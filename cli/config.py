"""The configuration file: `rulewright.toml`, or `[tool.rulewright]` in `pyproject.toml`, the nearest upwards.

Guarantees: a word on the command line wins over the file; paths in the file are relative to the file; an unknown key or
a wrong type is a diagnostic, never ignored.  A `pyproject.toml` without the table is passed over.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from rulewright.cli.changed import changed
from rulewright.cli.gathering import unreadable
from rulewright.cli.options import BY_NAME, Option, Request
from rulewright.cli.problems import problem
from rulewright.diagnostics import Diagnostic

_NOT_HERE = {"config", "debug", "output"}
_FILES = {"policy", "facts", "feeds"}
SECTIONS = frozenset({"lint"})
"""Tables of other commands, judged where they are used."""


def apply(request: Request) -> Request | list[Diagnostic]:
    """Fill in from the configuration what the command line leaves open."""
    found = _found(request.one("config"))
    if isinstance(found, list):
        return found
    return request if found is None else _merge(request, *found)


def section(name: str) -> tuple[str, Mapping[str, object]] | list[Diagnostic]:
    """The nearest configuration's name, and its table `[name]`, for a command of its own; empty where there is none."""
    found = _found(None)
    if found is None:
        return "", {}
    if isinstance(found, list):
        return found
    shown, table = os.path.basename(found[0]), found[1].get(name, {})
    known = _known()
    strange = [_no_key(key, known, shown) for key in found[1] if key not in known and key not in SECTIONS]
    if strange:
        return strange
    if not isinstance(table, dict):
        return [problem("RW0011", f"`{name}` is a table", f"write `[{name}]`, and its keys below", shown)]
    return shown, table


def _found(stated: str | None) -> tuple[str, Mapping[str, object]] | list[Diagnostic] | None:
    """The path and content of the configuration that is stated, else of the nearest one."""
    try:
        return _read(stated) if stated else _nearest(os.getcwd())
    except OSError as error:
        return [unreadable(stated or "", error)]
    except UnicodeDecodeError:
        return [problem("RW0011", "the configuration is not text in UTF-8", "it is a TOML file", stated)]
    except ValueError as error:
        return [problem("RW0011", f"the configuration is not TOML: {error}", source=stated)]


def _nearest(folder: str) -> tuple[str, Mapping[str, object]] | None:
    """Look for a configuration from a folder upwards."""
    for place in _upwards(folder):
        for name in ("rulewright.toml", "pyproject.toml"):
            path = os.path.join(place, name)
            if os.path.isfile(path):
                found = _read(path)
                if found is not None:
                    return found
    return None


def _upwards(folder: str) -> Iterator[str]:
    """Yield a folder and those above it."""
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _read(path: str) -> tuple[str, Mapping[str, object]] | None:
    """Read a configuration file.  Raises `OSError`, and `ValueError` where it is not TOML."""
    with open(path, "rb") as stream:
        data = stream.read()
    pyproject = os.path.basename(path) == "pyproject.toml"
    if pyproject and b"tool.rulewright" not in data:
        return None
    import tomllib

    table: object = tomllib.loads(data.decode())
    if pyproject and isinstance(table, dict):
        table = table.get("tool", {}).get("rulewright", {})
    return (path, table) if isinstance(table, dict) else (path, {})


def _known() -> dict[str, Option]:
    """The keys for `check`, with their options."""
    return {o.name.replace("_", "-"): o for o in BY_NAME["check"].options if o.name not in _NOT_HERE}


def _merge(request: Request, path: str, table: Mapping[str, object]) -> Request | list[Diagnostic]:
    """Join the configuration into the request."""
    known = _known()
    shown = os.path.basename(path)
    texts, flags, numbers = dict(request.texts), set(request.flags), dict(request.numbers)
    problems: list[Diagnostic] = []
    for key, value in table.items():
        if key in SECTIONS and isinstance(value, dict):
            continue
        option = known.get(key)
        if option is None:
            problems.append(_no_key(key, known, shown))
        elif option.kind == "flag" and isinstance(value, bool):
            flags.update({option.name} if value else ())
        elif option.kind == "number" and isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            numbers.setdefault(option.name, value)
        else:
            words = _words(option, value, os.path.dirname(path))
            if words is None:
                problems.append(problem("RW0011", f"the value of `{key}` has the wrong form", option.help, shown))
            elif option.name not in texts:
                texts[option.name] = words
    return problems or changed(request, texts=texts, flags=frozenset(flags), numbers=numbers)


def _no_key(key: str, known: Mapping[str, Option], shown: str) -> Diagnostic:
    """Say that there is no such key, and what is close."""
    from difflib import get_close_matches

    names = [*known, *(f"[{name}]" for name in SECTIONS)]
    close = get_close_matches(key, [*known, *SECTIONS], 1)
    hint = f"did you mean `{close[0]}`?" if close else f"there is {', '.join(names)}"
    return problem("RW0011", f"the configuration has no key `{key}`", hint, shown)


def _words(option: Option, value: object, folder: str) -> tuple[str, ...] | None:
    """Read the value of a text option; `None` when it has the wrong form."""
    if option.kind != "text":
        return None
    if option.name == "param" and isinstance(value, dict):
        value = [f"{name}={_scalar(word)}" for name, word in value.items()]
    given: list[object] = value if isinstance(value, list) and option.many else [value]
    words = [word for word in given if isinstance(word, str) and word]
    if len(words) < len(given):
        return None
    if option.choices and any(word not in option.choices for word in words):
        return None
    if option.name in _FILES:
        words = [_located(word, folder) for word in words]
    return tuple(words)


def _scalar(word: object) -> str:
    """Write a parameter's value as on the command line."""
    return str(word).lower() if isinstance(word, bool) else str(word)


def _located(word: str, folder: str) -> str:
    """Make a file's name relative to where we are; an id stays."""
    path = os.path.normpath(os.path.join(folder, word))
    if not os.path.exists(path):
        return word
    try:
        near = os.path.relpath(path)
    except ValueError:
        return path
    return near if not near.startswith("..") else path
