"""`rulewright standards`: the requirement database: what is shipped, what it asks, how its parts relate, whether it is sound.

Guarantees: each subcommand takes only the options that mean something to it; anything else is refused, never ignored.
"""

from __future__ import annotations

from importlib import import_module

import msgspec

from rulewright.cli.options import BY_NAME, Request
from rulewright.cli.problems import problem, refuse

_MACHINE = ("json", "json-v1")


class _Sub(msgspec.Struct, frozen=True):
    """A subcommand: its module, how it is written, how many words it takes, its options, its formats."""

    module: str
    usage: str
    least: int
    most: int
    options: frozenset[str] = frozenset()
    formats: tuple[str, ...] = ()


_SUBS = {
    "list": _Sub(
        "standards_list",
        "list",
        0,
        0,
        frozenset({"jurisdiction", "force"}),
        (*_MACHINE, "csv"),
    ),
    "show": _Sub("standards_show", "show ID[:REQUIREMENT]…", 1, 1000, frozenset(), _MACHINE),
    "crosswalk": _Sub(
        "standards_crosswalk", "crosswalk A B", 2, 2, frozenset({"by_objective"}), (*_MACHINE, "csv", "markdown")
    ),
    "check": _Sub(
        "standards_check", "check [FILE.csv] [ID…]", 0, 1000, frozenset(), (*_MACHINE, "csv", "markdown", "sarif")
    ),
    "calendar": _Sub(
        "standards_calendar", "calendar", 0, 0, frozenset({"jurisdiction", "as_of"}), (*_MACHINE, "csv", "markdown")
    ),
    "export": _Sub(
        "standards_export",
        "export ID[@EDITION]… --format FORMAT",
        1,
        1000,
        frozenset({"as_of"}),
        ("oscal-catalog", "oscal-profile", "cyclonedx", "cyclonedx-1.6", "cyclonedx-1.7"),
    ),
    "import": _Sub("standards_import", "import FILE", 1, 1, frozenset({"id", "edition"})),
}
_COMMON = frozenset({"format", "output", "no_cache", "debug"})


def run(request: Request) -> int:
    """Hand over to the subcommand; return the exit code."""
    words = request.arguments or ("list",)
    sub = _SUBS.get(words[0])
    if sub is None:
        hint = "; ".join(f"`rulewright standards {s.usage}`" for s in _SUBS.values())
        return refuse([problem("RW0002", f"`standards {' '.join(words)}` is not a command", hint)])
    usage = f"`rulewright standards {sub.usage}`"
    if not sub.least <= len(words) - 1 <= sub.most:
        return refuse([problem("RW0002", f"`standards {' '.join(words)}` has too few or too many words", usage)])
    given = (set(request.texts) | request.flags) - _COMMON - sub.options
    for flag in (option.flags[0] for option in BY_NAME["standards"].options if option.name in given):
        return refuse([problem("RW0002", f"`{flag}` means nothing to `standards {words[0]}`", usage)])
    form = request.one("format") or "terminal"
    if form not in {"terminal", *sub.formats}:
        listed = ", ".join(f"`{name}`" for name in ("terminal", *sub.formats))
        return refuse([problem("RW0002", f"`standards {words[0]}` has no format `{form}`", f"there is {listed}")])
    code: int = import_module(f"rulewright.cli.{sub.module}").run(msgspec.structs.replace(request, arguments=words[1:]))
    return code
