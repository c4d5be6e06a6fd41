"""All standards that are shipped, or in the packs of a project, as programs: what `derive`, `plan` and `standards` look at together.

Guarantees: every edition of every standard is in exactly one program, and a program holds one edition at most of a
standard (requirements of two editions share their ids): the first program holds the newest of each.
"""

from __future__ import annotations

from collections.abc import Sequence

from rulewright.cli import library
from rulewright.cli.compiling import Compiled, compile_rules
from rulewright.cli.gathering import Rules, gather
from rulewright.cli.text import natural


def layers() -> list[list[str]]:
    """The standards that are locked and shipped as `ID@EDITION`, the newest editions first, then those before them, and so on."""
    editions: dict[str, list[str]] = {}
    for module in library.available():
        if module.kind == "standard":
            editions.setdefault(module.id, []).append(module.edition)
    for found in editions.values():
        found.sort(key=natural, reverse=True)
    depth = max(map(len, editions.values()), default=0)
    return [
        [f"{name}@{found[level]}" for name, found in sorted(editions.items()) if level < len(found)]
        for level in range(depth)
    ]


def programs(wanted: Sequence[str], day: str, *, use_cache: bool) -> list[tuple[Rules, Compiled]]:
    """Compile the policies and standards named, in one program; without any, everything that is shipped."""
    found = []
    for roots in [list(wanted)] if wanted else layers():
        rules = gather(roots, day)
        compiled = Compiled(None, ()) if rules.problems else compile_rules(rules, {}, use_cache=use_cache)
        found.append((rules, compiled))
    return found
